//! The copy of a resource that a plan works on.
//!
//! An operation that fails leaves the draft in any state; the plan then drops it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::element::{
    clear_part, is_primary, merge_known, merge_parts, settle_primary, strip_read_only,
    write_element, write_part,
};
use super::list::{Inserted, List, identity};
use super::target::{Place, Selection};
use crate::error::Shown;
use crate::limits::{SCIM_MAX_BODY_BYTES, SCIM_MAX_PATCH_VISITS};
use crate::scim::error::{Error, ErrorKind};
use crate::scim::profile::{
    Profile, RemovalByValue, UnknownPart, UnmatchedFilter, UnmatchedRemoval,
};
use crate::scim::schema::{Attribute, DataType, Mutability, ResourceType, Scope};
use crate::scim::value::{Unknown, shape, single};

/// Whether what is there is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mode {
    Add,
    Replace,
}

/// How an operation names what it writes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// By a name in the value of a path-less operation, which may be an echo of the resource.
    Name,
    /// By its path.
    Path,
}

pub(super) struct Draft<'r> {
    resource_type: &'r ResourceType,
    profile: Profile,
    object: Map<String, Value>,
    /// Lists with an index, which are not in `object` meanwhile.
    open: Vec<Open<'r>>,
    /// How many elements have been looked at.
    visited: usize,
}

/// A list that is being worked on.
struct Open<'r> {
    scope: Scope<'r>,
    attribute: &'r Attribute,
    list: List,
}

impl<'r> Draft<'r> {
    pub(super) const fn new(
        resource_type: &'r ResourceType,
        profile: Profile,
        object: Map<String, Value>,
    ) -> Self {
        Self {
            resource_type,
            profile,
            object,
            open: Vec::new(),
            visited: 0,
        }
    }

    pub(super) const fn resource_type(&self) -> &'r ResourceType {
        self.resource_type
    }

    /// The finished object. `schemas` forgets an extension whose last attribute was removed.
    pub(super) fn finish(mut self, before: &Map<String, Value>) -> Map<String, Value> {
        for open in std::mem::take(&mut self.open) {
            self.put_list(open.scope, open.attribute, open.list);
        }
        for schema in self.resource_type.extensions() {
            let is_gone =
                before.contains_key(schema.id()) && !self.object.contains_key(schema.id());
            if let (true, Some(Value::Array(urns))) = (is_gone, self.object.get_mut("schemas")) {
                urns.retain(|urn| urn.as_str() != Some(schema.id()));
            }
        }
        self.object
    }

    // --- add and replace ---

    pub(super) fn write(
        &mut self,
        place: &Place<'r, '_>,
        value: Value,
        mode: Mode,
        origin: Origin,
    ) -> Result<(), Error> {
        if place.is_read_only() {
            return match origin {
                Origin::Name if self.agrees(place, &value) => Ok(()),
                _ => Err(read_only(place)),
            };
        }
        match (place.attribute.is_multi_valued(), place.is_whole()) {
            (true, true) => self.write_list(place, value, mode),
            (true, false) => self.write_elements(place, &value, mode),
            (false, _) if place.attribute.data_type() == DataType::Complex => {
                self.write_complex(place, value, mode)
            }
            (false, _) => self.write_simple(place, value, mode),
        }
    }

    fn unknown(&self) -> Unknown {
        match self.profile.unknown_part {
            UnknownPart::Ignore => Unknown::Drop,
            UnknownPart::Refuse => Unknown::Refuse,
        }
    }

    fn shaped(&self, attribute: &Attribute, value: Value) -> Result<Option<Value>, Error> {
        shape(attribute, value, self.unknown()).map_err(|fault| Error::new(fault.kind))
    }

    fn write_simple(
        &mut self,
        place: &Place<'r, '_>,
        value: Value,
        mode: Mode,
    ) -> Result<(), Error> {
        let mut holder = self.take_holder(place.scope);
        // One attribute of the resource is to it what a sub-attribute is to a complex value.
        write_part(&mut holder, place.attribute, value, mode, self.unknown())?;
        self.put_holder(place.scope, holder);
        Ok(())
    }

    fn write_complex(
        &mut self,
        place: &Place<'r, '_>,
        value: Value,
        mode: Mode,
    ) -> Result<(), Error> {
        let attribute = place.attribute;
        let value = single(attribute, value);
        if value.is_null() && place.is_whole() {
            return match mode {
                Mode::Add => Ok(()),
                Mode::Replace => self.clear(place.scope, attribute),
            };
        }
        let mut stored = match self.take(place.scope, attribute) {
            Some(stored)
                if place
                    .selection
                    .as_ref()
                    .is_none_or(|it| it.matches(&stored)) =>
            {
                stored
            }
            Some(_) => return Err(no_match(attribute)),
            None => self.new_element(attribute, place.selection.as_ref())?,
        };
        match (&mut stored, place.sub, value) {
            (Value::Object(parts), Some(sub), value) => {
                write_part(parts, sub, value, mode, self.unknown())?;
            }
            (Value::Object(parts), None, Value::Object(members)) => {
                merge_parts(parts, attribute, members, mode, &self.profile)?;
            }
            (Value::Object(parts), None, value) => {
                // A bare id, or a fault.
                if let Some(Value::Object(members)) = self.shaped(attribute, value)? {
                    merge_parts(parts, attribute, members, mode, &self.profile)?;
                }
            }
            _ => {}
        }
        self.put(place.scope, attribute, stored);
        Ok(())
    }

    fn write_list(&mut self, place: &Place<'r, '_>, value: Value, mode: Mode) -> Result<(), Error> {
        let attribute = place.attribute;
        let Some(Value::Array(new)) = self.shaped(attribute, value)? else {
            return match mode {
                Mode::Add => Ok(()),
                Mode::Replace => self.clear(place.scope, attribute),
            };
        };
        let mut list = self.take_list(place.scope, attribute)?;
        if mode == Mode::Replace {
            list = List::new(attribute, Vec::new());
        }
        let mut claims = Vec::new();
        for mut element in new {
            strip_read_only(attribute, &mut element, &self.profile)?;
            if attribute.points_at_resource() && element.get("value").is_none() {
                let attribute = Shown::new(attribute.name());
                return Err(Error::new(ErrorKind::RequiredMissing { attribute }));
            }
            let claims_primary = is_primary(attribute, &element);
            match list.insert(attribute, element) {
                Inserted::New { slot } if claims_primary => claims.push(slot),
                Inserted::New { .. } => {}
                Inserted::Known { slot, element } => {
                    let Some(known) = list.slot(slot) else {
                        continue;
                    };
                    if claims_primary && !is_primary(attribute, known) {
                        claims.push(slot);
                    }
                    merge_known(attribute, known, element);
                }
            }
        }
        settle_primary(attribute, &mut list, &claims)?;
        self.keep_list(place.scope, attribute, list);
        Ok(())
    }

    fn write_elements(
        &mut self,
        place: &Place<'r, '_>,
        value: &Value,
        mode: Mode,
    ) -> Result<(), Error> {
        let attribute = place.attribute;
        let mut list = self.take_list(place.scope, attribute)?;
        self.spend(list.len())?;
        let mut selected = select(&mut list, place.selection.as_ref());
        check_write(selected.len(), value)?;
        let primary_before: HashSet<usize> = list
            .elements()
            .filter(|(_, element)| is_primary(attribute, element))
            .map(|(slot, _)| slot)
            .collect();
        if selected.is_empty() {
            let element = self.new_element(attribute, place.selection.as_ref())?;
            selected.push(list.push(element));
        }
        let mut claims = Vec::new();
        for slot in selected {
            let Some(element) = list.slot(slot) else {
                continue;
            };
            match (place.sub, &mut *element) {
                (Some(sub), Value::Object(parts)) => {
                    write_part(parts, sub, value.clone(), mode, self.unknown())?;
                }
                (_, element) => {
                    write_element(element, attribute, value.clone(), mode, &self.profile)?;
                }
            }
            if is_primary(attribute, element) && !primary_before.contains(&slot) {
                claims.push(slot);
            }
        }
        settle_primary(attribute, &mut list, &claims)?;
        self.put_list(place.scope, attribute, list);
        Ok(())
    }

    /// The element that a value path asks for, made of its `eq` terms.
    fn new_element(
        &self,
        attribute: &Attribute,
        selection: Option<&Selection<'_>>,
    ) -> Result<Value, Error> {
        let Some(selection) = selection else {
            return Ok(Value::Object(Map::new()));
        };
        let terms = match self.profile.unmatched_filter {
            // To describe a member must not make one.
            UnmatchedFilter::Create if !attribute.points_at_resource() => selection.equal_terms(),
            UnmatchedFilter::Create | UnmatchedFilter::Refuse => None,
        };
        let mut parts = Map::new();
        for (name, value) in terms.ok_or_else(|| no_match(attribute))? {
            let Some(sub) = attribute.sub_attribute(name) else {
                return Ok(value);
            };
            if sub.mutability() == Mutability::ReadOnly {
                return Err(no_match(attribute));
            }
            if let Some(value) = self.shaped(sub, value)? {
                parts.insert(sub.name().to_owned(), value);
            }
        }
        Ok(Value::Object(parts))
    }

    /// Whether the value says of a read-only attribute what is stored.
    fn agrees(&mut self, place: &Place<'r, '_>, value: &Value) -> bool {
        self.close(place.attribute);
        let stored = self.peek(place.scope, place.attribute);
        let (attribute, stored) = match place.sub {
            None => (place.attribute, stored),
            Some(sub) => (sub, stored.and_then(|stored| stored.get(sub.name()))),
        };
        let Ok(said) = self.shaped(attribute, value.clone()) else {
            return false;
        };
        match (said, stored) {
            (Some(Value::Object(said)), Some(Value::Object(stored))) => said
                .iter()
                .all(|(name, value)| stored.get(name) == Some(value)),
            (said, stored) => said.as_ref() == stored,
        }
    }

    // --- remove ---

    pub(super) fn remove(
        &mut self,
        place: &Place<'r, '_>,
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if place.is_read_only() {
            return Err(read_only(place));
        }
        let attribute = place.attribute;
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
            Scope::Top => self.resource_type.core().attributes(),
            Scope::Extension(schema) => schema.attributes(),
        };
        for attribute in attributes {
            self.close(attribute);
            if attribute.mutability() != Mutability::ReadOnly
                && self.peek(scope, attribute).is_some()
            {
                self.clear(scope, attribute)?;
            }
        }
        Ok(())
    }

    /// Removes an attribute with all its values.
    fn clear(&mut self, scope: Scope<'r>, attribute: &'r Attribute) -> Result<(), Error> {
        self.close(attribute);
        let mut holder = self.take_holder(scope);
        clear_part(&mut holder, attribute)?;
        self.put_holder(scope, holder);
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
        let mut list = self.take_list(place.scope, attribute)?;
        if attribute.points_at_resource() {
            for element in &listed {
                list.remove(&identity(attribute, element));
            }
            self.keep_list(place.scope, attribute, list);
            return Ok(());
        }
        self.spend(list.len())?;
        let gone: HashSet<String> = listed
            .iter()
            .map(|element| identity(attribute, element))
            .collect();
        let is_gone = |element: &Value| {
            // `{"value": …}` alone means that value, of whatever type.
            let mut untyped = element.clone();
            if let Some(parts) = untyped.as_object_mut() {
                parts.remove("type");
            }
            gone.contains(&identity(attribute, element))
                || gone.contains(&identity(attribute, &untyped))
        };
        let slots = list.elements().filter(|(_, element)| is_gone(element));
        let slots: Vec<usize> = slots.map(|(slot, _)| slot).collect();
        for slot in slots {
            list.remove_slot(slot);
        }
        self.put_list(place.scope, attribute, list);
        Ok(())
    }

    fn remove_elements(&mut self, place: &Place<'r, '_>) -> Result<(), Error> {
        let attribute = place.attribute;
        let mut list = self.take_list(place.scope, attribute)?;
        if let Some(keys) = member_keys(place) {
            let mut found = 0_usize;
            for key in keys {
                found = found.saturating_add(usize::from(list.remove(&key)));
            }
            self.keep_list(place.scope, attribute, list);
            return self.removed(found, attribute);
        }
        self.spend(list.len())?;
        let selected = select(&mut list, place.selection.as_ref());
        for slot in &selected {
            match (place.sub, list.slot(*slot)) {
                (Some(sub), Some(Value::Object(parts))) => clear_part(parts, sub)?,
                _ => list.remove_slot(*slot),
            }
        }
        self.put_list(place.scope, attribute, list);
        match place.selection {
            Some(_) => self.removed(selected.len(), attribute),
            None => Ok(()),
        }
    }

    fn remove_from_complex(&mut self, place: &Place<'r, '_>) -> Result<(), Error> {
        let attribute = place.attribute;
        let is_selected = |stored: &Value| {
            let selection = place.selection.as_ref();
            selection.is_none_or(|selection| selection.matches(stored))
        };
        if !self.peek(place.scope, attribute).is_some_and(is_selected) {
            return match place.selection {
                Some(_) => self.removed(0, attribute),
                None => Ok(()),
            };
        }
        let Some(sub) = place.sub else {
            return self.clear(place.scope, attribute);
        };
        if let Some(Value::Object(mut parts)) = self.take(place.scope, attribute) {
            clear_part(&mut parts, sub)?;
            self.put(place.scope, attribute, Value::Object(parts));
        }
        Ok(())
    }

    fn removed(&self, found: usize, attribute: &Attribute) -> Result<(), Error> {
        match self.profile.unmatched_removal {
            UnmatchedRemoval::Refuse if found == 0 => Err(no_match(attribute)),
            UnmatchedRemoval::Ignore | UnmatchedRemoval::Refuse => Ok(()),
        }
    }

    // --- where values are kept ---

    /// The object that holds the attributes of a scope, out of the resource until it is put back.
    fn take_holder(&mut self, scope: Scope<'r>) -> Map<String, Value> {
        match scope.urn() {
            None => std::mem::take(&mut self.object),
            Some(urn) => match self.object.remove(urn) {
                Some(Value::Object(holder)) => holder,
                _ => Map::new(),
            },
        }
    }

    fn put_holder(&mut self, scope: Scope<'r>, holder: Map<String, Value>) {
        match scope.urn() {
            None => self.object = holder,
            Some(_) if holder.is_empty() => {}
            Some(urn) => {
                self.object.insert(urn.to_owned(), Value::Object(holder));
            }
        }
    }

    fn peek(&self, scope: Scope<'r>, attribute: &Attribute) -> Option<&Value> {
        let holder = match scope.urn() {
            None => &self.object,
            Some(urn) => self.object.get(urn)?.as_object()?,
        };
        holder.get(attribute.name())
    }

    fn take(&mut self, scope: Scope<'r>, attribute: &Attribute) -> Option<Value> {
        let mut holder = self.take_holder(scope);
        let value = holder.remove(attribute.name());
        self.put_holder(scope, holder);
        value
    }

    /// Stores a value; an empty one is none.
    fn put(&mut self, scope: Scope<'r>, attribute: &Attribute, value: Value) {
        let is_empty = match &value {
            Value::Array(elements) => elements.is_empty(),
            Value::Object(parts) => parts.is_empty(),
            _ => false,
        };
        if is_empty {
            return;
        }
        let mut holder = self.take_holder(scope);
        holder.insert(attribute.name().to_owned(), value);
        self.put_holder(scope, holder);
    }

    /// Opens a list, or goes on with one that is open.
    fn take_list(&mut self, scope: Scope<'r>, attribute: &'r Attribute) -> Result<List, Error> {
        if let Some(list) = self.take_open(attribute) {
            return Ok(list);
        }
        let stored = match self.take(scope, attribute) {
            Some(Value::Array(elements)) => elements,
            Some(single) => vec![single],
            None => Vec::new(),
        };
        self.spend(stored.len())?;
        Ok(List::new(attribute, stored))
    }

    fn take_open(&mut self, attribute: &Attribute) -> Option<List> {
        let is_it = |open: &Open<'_>| std::ptr::eq(open.attribute, attribute);
        let at = self.open.iter().position(is_it)?;
        Some(self.open.swap_remove(at).list)
    }

    /// Counts elements that are looked at one by one.
    fn spend(&mut self, elements: usize) -> Result<(), Error> {
        self.visited = self.visited.saturating_add(elements);
        if self.visited > SCIM_MAX_PATCH_VISITS {
            let limit = SCIM_MAX_PATCH_VISITS;
            return Err(Error::new(ErrorKind::PatchTooCostly { limit }));
        }
        Ok(())
    }

    /// Keeps a list open whose index is still right.
    fn keep_list(&mut self, scope: Scope<'r>, attribute: &'r Attribute, list: List) {
        self.open.push(Open {
            scope,
            attribute,
            list,
        });
    }

    /// Stores a list whose index is not to be used again, without elements that became empty.
    fn put_list(&mut self, scope: Scope<'r>, attribute: &Attribute, list: List) {
        let mut elements = list.into_elements();
        elements.retain(|element| match element {
            Value::Object(parts) => !parts.is_empty(),
            element => !element.is_null(),
        });
        self.put(scope, attribute, Value::Array(elements));
    }

    /// Stores the attribute's list, if it is open.
    fn close(&mut self, attribute: &Attribute) {
        let is_it = |open: &Open<'_>| std::ptr::eq(open.attribute, attribute);
        if let Some(at) = self.open.iter().position(is_it) {
            let open = self.open.swap_remove(at);
            self.put_list(open.scope, open.attribute, open.list);
        }
    }
}

/// The places of the elements that are selected; all without a selection.
fn select(list: &mut List, selection: Option<&Selection<'_>>) -> Vec<usize> {
    let is_selected =
        |element: &Value| selection.is_none_or(|selection| selection.matches(element));
    let selected = list.elements().filter(|(_, element)| is_selected(element));
    selected.map(|(slot, _)| slot).collect()
}

/// Refuses to copy a long value into many elements.
fn check_write(elements: usize, value: &Value) -> Result<(), Error> {
    if elements > 1 {
        let written = value.to_string().len().saturating_mul(elements);
        if written > SCIM_MAX_BODY_BYTES {
            let limit = SCIM_MAX_BODY_BYTES;
            return Err(Error::new(ErrorKind::WriteTooLarge { limit }));
        }
    }
    Ok(())
}

/// The identities of the members that a path selects, where it does so by `value` alone.
fn member_keys(place: &Place<'_, '_>) -> Option<Vec<String>> {
    if place.sub.is_some() || !place.attribute.points_at_resource() {
        return None;
    }
    let values = place.selection.as_ref()?.alternatives()?;
    let key = |value| {
        let element = Value::Object(Map::from_iter([("value".to_owned(), value)]));
        identity(place.attribute, &element)
    };
    Some(values.into_iter().map(key).collect())
}

/// The list in `{"members": […]}`, as Ping sends it beside the path `members`.
fn inner_list<'a>(attribute: &Attribute, value: &'a Value) -> Option<&'a Value> {
    let (name, list) = value.as_object()?.iter().next()?;
    name.eq_ignore_ascii_case(attribute.name()).then_some(list)
}

fn no_match(attribute: &Attribute) -> Error {
    let attribute = Shown::new(attribute.name());
    Error::new(ErrorKind::NoMatch { attribute })
}

fn read_only(place: &Place<'_, '_>) -> Error {
    let attribute = Shown::new(place.sub.unwrap_or(place.attribute).name());
    Error::new(ErrorKind::ReadOnly { attribute })
}
