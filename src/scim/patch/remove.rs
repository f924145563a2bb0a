//! The operation `remove`.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::draft::{Draft, no_match, read_only, select};
use super::element::clear_part;
use super::list::Identity;
use super::target::Place;
use crate::scim::dialect::{RemovalByValue, UnmatchedRemoval};
use crate::scim::error::{Error, ErrorKind};
use crate::scim::schema::{Attribute, Mutability, Scope};

impl<'r> Draft<'r> {
    pub(super) fn remove(
        &mut self,
        place: &Place<'r, '_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if place.is_read_only() {
            return Err(read_only(place));
        }
        let attribute = place.attribute;
        // To remove nothing from a group must not empty it.
        if place.is_whole()
            && attribute.points_at_resource()
            && attribute.is_multi_valued()
            && value.is_some_and(Value::is_null)
            && self.profile.removal_by_value == RemovalByValue::Match
        {
            return Ok(());
        }
        let value = value.filter(|value| !value.is_null());
        match (place.is_whole(), value) {
            (true, Some(value)) if attribute.is_multi_valued() => {
                self.remove_by_value(place, value)
            }
            (true, _) => self.clear(place.scope, attribute),
            (false, _) if attribute.is_multi_valued() => self.remove_elements(place),
            (false, _) => self.remove_from_complex(place),
        }
    }

    pub(super) fn remove_schema(&mut self, scope: Scope<'r>) -> Result<(), Error> {
        let attributes = match scope {
            Scope::Top => self.resource_type().core().attributes(),
            Scope::Extension(schema) => schema.attributes(),
        };
        for attribute in attributes {
            if attribute.mutability() != Mutability::ReadOnly && self.store.has(scope, attribute) {
                self.clear(scope, attribute)?;
            }
        }
        Ok(())
    }

    /// Removes the elements that `value` lists.
    fn remove_by_value(&mut self, place: &Place<'r, '_>, value: &Value) -> Result<(), Error> {
        if self.profile.removal_by_value == RemovalByValue::Refuse {
            return Err(Error::new(ErrorKind::ValueUnexpected));
        }
        let attribute = place.attribute;
        let value = inner_list(attribute, value).unwrap_or(value).clone();
        let Some(Value::Array(listed)) = self.shaped(attribute, value)? else {
            return Ok(());
        };
        let mut open = self.store.take_list(place.scope, attribute)?;
        let list = &mut open.list;
        if attribute.points_at_resource() {
            for element in &listed {
                list.remove(attribute, &Identity::of(attribute, element));
            }
            self.store.keep(open);
            return Ok(());
        }
        self.spend_selection(list, place)?;
        let gone: HashSet<Identity> = listed
            .iter()
            .map(|element| Identity::of(attribute, element))
            .collect();
        let is_gone = |element: &Value| {
            // `{"value": …}` alone means that value, of whatever type.
            let mut untyped = element.clone();
            if let Some(parts) = untyped.as_object_mut() {
                parts.remove("type");
            }
            gone.contains(&Identity::of(attribute, element))
                || gone.contains(&Identity::of(attribute, &untyped))
        };
        let slots = list.elements().filter(|(_, element)| is_gone(element));
        let slots: Vec<usize> = slots.map(|(slot, _)| slot).collect();
        for slot in slots {
            list.remove_slot(slot);
        }
        list.settle();
        self.store.keep(open);
        Ok(())
    }

    fn remove_elements(&mut self, place: &Place<'r, '_>) -> Result<(), Error> {
        let attribute = place.attribute;
        let mut open = self.store.take_list(place.scope, attribute)?;
        let list = &mut open.list;
        if let Some(members) = members(place) {
            let mut found = 0_usize;
            for member in members {
                found = found.saturating_add(usize::from(list.remove(attribute, &member)));
            }
            self.store.keep(open);
            return self.removed(found, attribute);
        }
        self.spend_selection(list, place)?;
        let selected = select(list, place.selection.as_ref());
        for slot in &selected {
            match place.sub {
                None => list.remove_slot(*slot),
                Some(sub) => match list.slot(*slot) {
                    Some(Value::Object(parts)) => clear_part(parts, sub)?,
                    _ => list.remove_slot(*slot),
                },
            }
        }
        list.settle();
        self.store.keep(open);
        match place.selection {
            Some(_) => self.removed(selected.len(), attribute),
            None => Ok(()),
        }
    }

    fn remove_from_complex(&mut self, place: &Place<'r, '_>) -> Result<(), Error> {
        let attribute = place.attribute;
        self.spend_single(place)?;
        let is_selected = |stored: &Value| {
            let selection = place.selection.as_ref();
            selection.is_none_or(|selection| selection.matches(stored))
        };
        if !self
            .store
            .peek(place.scope, attribute)
            .is_some_and(is_selected)
        {
            return match place.selection {
                Some(_) => self.removed(0, attribute),
                None => Ok(()),
            };
        }
        let Some(sub) = place.sub else {
            return self.clear(place.scope, attribute);
        };
        if let Some(Value::Object(mut parts)) = self.store.take(place.scope, attribute) {
            clear_part(&mut parts, sub)?;
            self.store.put(place.scope, attribute, Value::Object(parts));
        }
        Ok(())
    }

    fn removed(&self, found: usize, attribute: &Attribute) -> Result<(), Error> {
        match self.profile.unmatched_removal {
            UnmatchedRemoval::Refuse if found == 0 => Err(no_match(attribute)),
            UnmatchedRemoval::Ignore | UnmatchedRemoval::Refuse => Ok(()),
        }
    }
}

/// The identities of the members that a path selects, where it does so by `value` alone.
fn members(place: &Place<'_, '_>) -> Option<Vec<Identity>> {
    if place.sub.is_some() || !place.attribute.points_at_resource() {
        return None;
    }
    let values = place.selection.as_ref()?.alternatives()?;
    let identity = |value| {
        let element = Value::Object(Map::from_iter([("value".to_owned(), value)]));
        Identity::of(place.attribute, &element)
    };
    Some(values.into_iter().map(identity).collect())
}

/// The list in `{"members": […]}`, as Ping sends it beside the path `members`.
fn inner_list<'a>(attribute: &Attribute, value: &'a Value) -> Option<&'a Value> {
    let (name, list) = value.as_object()?.iter().next()?;
    name.eq_ignore_ascii_case(attribute.name()).then_some(list)
}
