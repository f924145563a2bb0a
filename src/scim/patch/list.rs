//! A list of elements that knows which ones it has, so that many operations on a group of many
//! members take time in proportion to both and not to their product.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use crate::scim::schema::{Attribute, DataType};

/// The elements of one attribute, with an index by identity.
pub(super) struct List {
    slots: Vec<Option<Value>>,
    index: HashMap<String, usize>,
}

impl List {
    pub(super) fn new(attribute: &Attribute, elements: Vec<Value>) -> Self {
        let mut list = Self {
            slots: Vec::with_capacity(elements.len()),
            index: HashMap::with_capacity(elements.len()),
        };
        for element in elements {
            let key = identity(attribute, &element);
            // Stored elements of one identity are one element.
            if let Entry::Vacant(entry) = list.index.entry(key) {
                entry.insert(list.slots.len());
                list.slots.push(Some(element));
            }
        }
        list
    }

    /// How many places there are, those of removed elements too.
    pub(super) const fn len(&self) -> usize {
        self.slots.len()
    }

    /// Appends the element; if one of its identity is there already, gives its place.
    pub(super) fn insert(&mut self, attribute: &Attribute, element: Value) -> Inserted {
        let key = identity(attribute, &element);
        if let Some(slot) = self.index.get(&key) {
            return Inserted::Known {
                slot: *slot,
                element,
            };
        }
        let slot = self.slots.len();
        self.index.insert(key, slot);
        self.slots.push(Some(element));
        Inserted::New { slot }
    }

    /// Appends an element that is not finished, so that its identity is not known yet.
    pub(super) fn push(&mut self, element: Value) -> usize {
        let slot = self.slots.len();
        self.slots.push(Some(element));
        slot
    }

    /// Removes the element at that place, whose identity then is not known to the index any more.
    pub(super) fn remove_slot(&mut self, slot: usize) {
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = None;
        }
    }

    /// Removes the element of that identity; whether there was one.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        let slot = self
            .index
            .remove(key)
            .and_then(|slot| self.slots.get_mut(slot));
        slot.and_then(Option::take).is_some()
    }

    /// The element of the same identity.
    pub(super) fn same_as(&self, attribute: &Attribute, element: &Value) -> Option<&Value> {
        let slot = self.index.get(&identity(attribute, element))?;
        self.slots.get(*slot)?.as_ref()
    }

    pub(super) fn slot(&mut self, slot: usize) -> Option<&mut Value> {
        self.slots.get_mut(slot).and_then(Option::as_mut)
    }

    /// The elements with their places.
    pub(super) fn elements(&mut self) -> impl Iterator<Item = (usize, &mut Value)> {
        let slots = self.slots.iter_mut().enumerate();
        slots.filter_map(|(slot, element)| element.as_mut().map(|element| (slot, element)))
    }

    pub(super) fn into_elements(self) -> Vec<Value> {
        self.slots.into_iter().flatten().collect()
    }
}

/// What became of an element that was to be inserted.
pub(super) enum Inserted {
    Known { slot: usize, element: Value },
    New { slot: usize },
}

/// What makes two elements of an attribute one and the same.
///
/// For members and the like the `value`; for other complex elements `value` and `type` (RFC 7643
/// §2.4), or everything where there is no `value`; for simple elements themselves. Text is
/// compared by the attribute's own rule on case.
pub(super) fn identity(attribute: &Attribute, element: &Value) -> String {
    if attribute.data_type() != DataType::Complex {
        return comparable(attribute, element);
    }
    let part = |name: &str| {
        let sub = attribute
            .sub_attribute(name)
            .filter(|sub| sub.is_readable())?;
        element.get(name).map(|value| comparable(sub, value))
    };
    match (part("value"), part("type")) {
        (Some(value), _) if attribute.points_at_resource() => value,
        // JSON text holds no raw line feed, so the parts cannot run into each other.
        (Some(value), Some(kind)) => format!("{value}\n{kind}"),
        (Some(value), None) => value,
        (None, _) => whole(attribute, element),
    }
}

/// All parts by name, whatever their order in the message, without those that may not be read: an
/// operation that finds its element by them would tell their values.
fn whole(attribute: &Attribute, element: &Value) -> String {
    let Value::Object(parts) = element else {
        return element.to_string();
    };
    let is_readable = |name: &str| {
        let part = attribute.sub_attribute(name);
        part.is_none_or(Attribute::is_readable)
    };
    let parts = parts.iter().filter(|(name, _)| is_readable(name));
    let mut parts: Vec<_> = parts.collect();
    parts.sort_by_key(|(name, _)| name.as_str());
    let parts = parts
        .into_iter()
        .map(|(name, value)| format!("{name}\n{value}"));
    parts.collect::<Vec<_>>().join("\n")
}

fn comparable(attribute: &Attribute, value: &Value) -> String {
    match value {
        Value::String(text) if !attribute.is_case_exact() => {
            Value::from(attribute.comparison_key(text).into_owned()).to_string()
        }
        value => value.to_string(),
    }
}
