//! The copy of a resource that a plan works on.
//!
//! An operation that fails leaves the draft in any state; the plan then drops it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::element::{
    check_clearable, clear_part, forget_others, is_primary, keep_own_parts, merge_known,
    merge_parts, own_parts, primaries, settle_primary, strip_read_only, write_element, write_part,
};
use super::list::{Inserted, List};
use super::store::{Before, Store, weight};
use super::target::{Place, Selection};
use crate::error::Shown;
use crate::scim::dialect::{
    ComplexReplacement, NullMembers, Profile, UnknownPart, UnmatchedFilter, adapt, adapt_element,
};
use crate::scim::error::{Error, ErrorKind};
use crate::scim::filter::is_present;
use crate::scim::schema::{Attribute, DataType, Mutability, ResourceType, Scope};
use crate::scim::value::{Unknown, shape, single, value_type};

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
    pub(super) profile: Profile,
    pub(super) store: Store<'r>,
    unknown_parts: Unknown,
}

impl<'r> Draft<'r> {
    /// A draft of the object, which may be a copy of `original`.
    pub(super) const fn new(
        resource_type: &'r ResourceType,
        profile: Profile,
        object: Map<String, Value>,
        original: Option<&'r Map<String, Value>>,
    ) -> Self {
        Self {
            resource_type,
            profile,
            store: Store::new(object, original),
            unknown_parts: match profile.unknown_part {
                UnknownPart::Ignore => Unknown::Drop,
                UnknownPart::Refuse => Unknown::Refuse,
            },
        }
    }

    /// Keeps parts that no schema knows, as a POST does, where the profile does not refuse them.
    pub(super) const fn keep_unknown_parts(&mut self) {
        if matches!(self.unknown_parts, Unknown::Drop) {
            self.unknown_parts = Unknown::Keep;
        }
    }

    pub(super) const fn resource_type(&self) -> &'r ResourceType {
        self.resource_type
    }

    /// The finished object, and what stood where it was touched.
    pub(super) fn finish(self) -> (Map<String, Value>, Before<'r>) {
        self.store.finish(self.resource_type)
    }

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
        let value = self.adapted(place, value)?;
        if value.is_null()
            && place.is_whole()
            && place.attribute.is_multi_valued()
            && place.attribute.points_at_resource()
            && self.profile.null_members == NullMembers::Keep
        {
            return Ok(());
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

    /// The value in the standard's form, as far as the profile reads other forms.
    fn adapted(&self, place: &Place<'r, '_>, value: Value) -> Result<Value, Error> {
        if self.profile.takes_values_as_sent() {
            return Ok(value);
        }
        let adapted = match (place.sub, &place.selection) {
            (Some(sub), _) => adapt(sub, value, &self.profile),
            (None, Some(_)) => adapt_element(place.attribute, value, &self.profile),
            (None, None) => adapt(place.attribute, value, &self.profile),
        };
        adapted.map_err(|fault| Error::new(fault.kind))
    }

    pub(super) fn shaped(
        &self,
        attribute: &Attribute,
        value: Value,
    ) -> Result<Option<Value>, Error> {
        shape(attribute, value, self.unknown_parts).map_err(|fault| Error::new(fault.kind))
    }

    fn write_simple(
        &mut self,
        place: &Place<'r, '_>,
        value: Value,
        mode: Mode,
    ) -> Result<(), Error> {
        let unknown = self.unknown_parts;
        // One attribute of the resource is to it what a sub-attribute is to a complex value.
        let write = |holder: &mut _| write_part(holder, place.attribute, value, mode, unknown);
        self.store.edit(place.scope, place.attribute, write)
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
        self.spend_single(place)?;
        let mut stored = match self.store.take(place.scope, attribute) {
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
                write_part(parts, sub, value, mode, self.unknown_parts)?;
            }
            (Value::Object(parts), None, Value::Object(members)) => {
                if mode == Mode::Replace
                    && self.profile.complex_replacement == ComplexReplacement::Whole
                {
                    forget_others(parts, attribute, &members)?;
                }
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
        self.store.put(place.scope, attribute, stored);
        Ok(())
    }

    fn write_list(&mut self, place: &Place<'r, '_>, value: Value, mode: Mode) -> Result<(), Error> {
        let attribute = place.attribute;
        // Only these two empty a list; a list of nothing is a mistake.
        let clears = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        let fault = Error::new(value_type(attribute, &value));
        let Some(Value::Array(new)) = self.shaped(attribute, value)? else {
            return match mode {
                Mode::Add => Ok(()),
                Mode::Replace if clears => self.clear(place.scope, attribute),
                Mode::Replace => Err(fault),
            };
        };
        let mut open = self.store.take_list(place.scope, attribute)?;
        let list = &mut open.list;
        let mut own = HashMap::new();
        if mode == Mode::Replace {
            own = own_parts(attribute, list);
            list.clear();
        }
        let mut claims = Vec::new();
        for mut element in new {
            strip_read_only(attribute, &mut element, &self.profile)?;
            keep_own_parts(&mut own, attribute, &mut element);
            let names_it = element.get("value").is_some_and(is_present);
            if attribute.points_at_resource() && !names_it {
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
        settle_primary(attribute, list, &claims)?;
        self.store.keep(open);
        Ok(())
    }

    fn write_elements(
        &mut self,
        place: &Place<'r, '_>,
        value: &Value,
        mode: Mode,
    ) -> Result<(), Error> {
        let attribute = place.attribute;
        let value = match (place.sub, value) {
            (None, Value::Array(elements)) if elements.len() == 1 => {
                elements.first().unwrap_or(value)
            }
            _ => value,
        };
        let mut open = self.store.take_list(place.scope, attribute)?;
        let list = &mut open.list;
        self.spend_selection(list, place)?;
        let mut selected = select(list, place.selection.as_ref());
        self.store.spend_copies(selected.len(), value)?;
        let primary_before = primaries(attribute, list);
        let mut mode = mode;
        if selected.is_empty() {
            let element = self.new_element(attribute, place.selection.as_ref())?;
            if says_nothing(place, value) {
                self.store.keep(open);
                return Ok(());
            }
            selected.push(list.push(element));
            // What the filter says of the element stays.
            mode = Mode::Add;
        }
        let mut claims = Vec::new();
        for slot in selected {
            let Some(element) = list.slot(slot) else {
                continue;
            };
            match (place.sub, &mut *element) {
                (Some(sub), Value::Object(parts)) => {
                    write_part(parts, sub, value.clone(), mode, self.unknown_parts)?;
                }
                (_, element) => {
                    write_element(element, attribute, value.clone(), mode, &self.profile)?;
                }
            }
            if is_primary(attribute, element) && primary_before.binary_search(&slot).is_err() {
                claims.push(slot);
            }
        }
        settle_primary(attribute, list, &claims)?;
        list.settle();
        self.store.keep(open);
        Ok(())
    }

    /// Counts what it costs to select elements of a list.
    pub(super) fn spend_selection(
        &mut self,
        list: &List,
        place: &Place<'r, '_>,
    ) -> Result<(), Error> {
        self.store.spend(list.len())?;
        let nodes = place.selection.as_ref().map_or(1, Selection::nodes);
        let bytes = weight(list.elements().map(|(_, element)| element));
        self.store.spend_bytes(bytes.saturating_mul(nodes))
    }

    /// Counts what it costs to see whether a complex value is selected.
    pub(super) fn spend_single(&mut self, place: &Place<'r, '_>) -> Result<(), Error> {
        let Some(selection) = &place.selection else {
            return Ok(());
        };
        let stored = self.store.peek(place.scope, place.attribute);
        let bytes = weight(stored.into_iter());
        self.store
            .spend_bytes(bytes.saturating_mul(selection.nodes()))
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
            let value = adapt(sub, value, &self.profile).map_err(|fault| Error::new(fault.kind))?;
            if let Some(value) = self.shaped(sub, value)? {
                parts.insert(sub.name().to_owned(), value);
            }
        }
        Ok(Value::Object(parts))
    }

    /// Whether the value says of a read-only attribute what is stored.
    fn agrees(&self, place: &Place<'r, '_>, value: &Value) -> bool {
        let stored = self.store.copy(place.scope, place.attribute);
        let (attribute, stored) = match place.sub {
            None => (place.attribute, stored.as_ref()),
            Some(sub) => (
                sub,
                stored.as_ref().and_then(|stored| stored.get(sub.name())),
            ),
        };
        let Ok(said) = self.shaped(attribute, value.clone()) else {
            return false;
        };
        // To accept the right value alone would tell what is hidden.
        if !place.attribute.is_readable() || !attribute.is_readable() {
            return false;
        }
        let is_readable = |part: &str| {
            let part = attribute.sub_attribute(part);
            part.is_none_or(Attribute::is_readable)
        };
        match (said, stored) {
            (Some(Value::Object(said)), Some(Value::Object(stored))) => said
                .iter()
                .all(|(name, value)| is_readable(name) && stored.get(name) == Some(value)),
            (said, stored) => said.as_ref() == stored,
        }
    }

    /// Removes an attribute with all its values.
    pub(super) fn clear(
        &mut self,
        scope: Scope<'r>,
        attribute: &'r Attribute,
    ) -> Result<(), Error> {
        if !attribute.is_multi_valued() {
            let clear = |holder: &mut _| clear_part(holder, attribute);
            return self.store.edit(scope, attribute, clear);
        }
        let mut open = self.store.take_list(scope, attribute)?;
        check_clearable(attribute, !open.list.is_empty())?;
        open.list.clear();
        self.store.keep(open);
        Ok(())
    }
}

/// Whether the value says of what is written to that it is to have none.
fn says_nothing(place: &Place<'_, '_>, value: &Value) -> bool {
    match (place.sub, value) {
        (_, Value::Null) => true,
        (Some(_), Value::Array(elements)) => elements.is_empty(),
        (None, Value::Object(parts)) => parts.is_empty(),
        _ => false,
    }
}

/// The places of the elements that are selected; all without a selection.
pub(super) fn select(list: &List, selection: Option<&Selection<'_>>) -> Vec<usize> {
    let is_selected =
        |element: &Value| selection.is_none_or(|selection| selection.matches(element));
    let selected = list.elements().filter(|(_, element)| is_selected(element));
    selected.map(|(slot, _)| slot).collect()
}

pub(super) fn no_match(attribute: &Attribute) -> Error {
    let attribute = Shown::new(attribute.name());
    Error::new(ErrorKind::NoMatch { attribute })
}

pub(super) fn read_only(place: &Place<'_, '_>) -> Error {
    let attribute = Shown::new(place.sub.unwrap_or(place.attribute).name());
    Error::new(ErrorKind::ReadOnly { attribute })
}
