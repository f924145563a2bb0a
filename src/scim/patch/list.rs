//! A list of elements that is being worked on, and what it was.
//!
//! Only elements that change are copied, and an index is made only when many are looked for: one
//! operation on a group of many members costs one look at each, and many operations cost in
//! proportion to operations and members and not to their product.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::scim::schema::{Attribute, DataType};

/// The elements of one attribute.
pub(super) struct List {
    /// Stored elements, then new ones; none where one was removed.
    slots: Vec<Option<Value>>,
    /// How many slots are of stored elements.
    stored: usize,
    /// What stood in a slot of a stored element that is gone or may have changed.
    was: BTreeMap<usize, Value>,
    /// The stored elements, when a value took the place of all.
    replaced: Option<Vec<Value>>,
    index: Option<Index>,
    searches: usize,
}

/// The first slot of each identity, and after each slot the next of the same identity.
#[derive(Default)]
struct Index {
    first: HashMap<String, usize>,
    next: HashMap<usize, usize>,
}

/// How many times a list is looked through before an index is made.
const SEARCHES_WITHOUT_INDEX: usize = 8;

impl List {
    pub(super) fn new(elements: Vec<Value>) -> Self {
        Self {
            stored: elements.len(),
            slots: elements.into_iter().map(Some).collect(),
            was: BTreeMap::new(),
            replaced: None,
            index: None,
            searches: 0,
        }
    }

    /// How many places there are, those of removed elements too.
    pub(super) const fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    /// Removes all elements.
    pub(super) fn clear(&mut self) {
        let original = self.original();
        self.slots.clear();
        self.stored = 0;
        self.was.clear();
        self.replaced = Some(original);
        self.index = None;
    }

    /// The elements as they were stored, out of the list.
    fn original(&mut self) -> Vec<Value> {
        if let Some(replaced) = self.replaced.take() {
            return replaced;
        }
        let was = &mut self.was;
        let stored = self.slots.iter_mut().take(self.stored).enumerate();
        let stored = stored.filter_map(|(slot, now)| was.remove(&slot).or_else(|| now.take()));
        stored.collect()
    }

    /// Appends the element; if one of its identity is there already, gives its place.
    pub(super) fn insert(&mut self, attribute: &Attribute, element: Value) -> Inserted {
        let identity = Identity::of(attribute, &element);
        if let Some(slot) = self.find(attribute, &identity) {
            return Inserted::Known { slot, element };
        }
        let slot = self.slots.len();
        if let Some(index) = &mut self.index {
            index.first.insert(identity.key, slot);
        }
        self.slots.push(Some(element));
        Inserted::New { slot }
    }

    /// Appends an element that is not finished. [`List::settle`] must follow.
    pub(super) fn push(&mut self, element: Value) -> usize {
        let slot = self.slots.len();
        self.slots.push(Some(element));
        slot
    }

    /// Removes the element at that place. [`List::settle`] must follow.
    pub(super) fn remove_slot(&mut self, slot: usize) {
        let Some(element) = self.slots.get_mut(slot).and_then(Option::take) else {
            return;
        };
        if slot < self.stored {
            self.was.entry(slot).or_insert(element);
        }
    }

    /// Removes the elements of that identity; whether there was one.
    pub(super) fn remove(&mut self, attribute: &Attribute, identity: &Identity) -> bool {
        let first = self.find(attribute, identity);
        let mut slot = first;
        while let Some(found) = slot {
            self.remove_slot(found);
            slot = match &mut self.index {
                Some(index) => index.next.remove(&found),
                None => identity.position(attribute, &self.slots, found),
            };
        }
        if let Some(index) = &mut self.index {
            index.first.remove(&identity.key);
        }
        first.is_some()
    }

    /// The first element of that identity.
    fn find(&mut self, attribute: &Attribute, identity: &Identity) -> Option<usize> {
        if self.index.is_none() {
            self.searches = self.searches.saturating_add(1);
            if self.searches <= SEARCHES_WITHOUT_INDEX {
                return identity.position(attribute, &self.slots, 0);
            }
        }
        let index = self
            .index
            .get_or_insert_with(|| Index::of(attribute, &self.slots));
        index.first.get(&identity.key).copied()
    }

    /// The element at that place, to be changed.
    pub(super) fn slot(&mut self, slot: usize) -> Option<&mut Value> {
        let element = self.slots.get_mut(slot).and_then(Option::as_mut)?;
        if slot < self.stored {
            self.was.entry(slot).or_insert_with(|| element.clone());
        }
        Some(element)
    }

    /// The elements with their places.
    pub(super) fn elements(&self) -> impl Iterator<Item = (usize, &Value)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(slot, element)| element.as_ref().map(|element| (slot, element)))
    }

    /// Removes elements that became empty, and forgets identities that may have changed.
    pub(super) fn settle(&mut self) {
        self.index = None;
        let changed = self
            .was
            .keys()
            .copied()
            .chain(self.stored..self.slots.len());
        let is_empty = |slot: &usize| match self.slots.get(*slot) {
            Some(Some(Value::Object(parts))) => parts.is_empty(),
            Some(Some(element)) => element.is_null(),
            _ => false,
        };
        let empty: Vec<usize> = changed.filter(is_empty).collect();
        for slot in empty {
            self.remove_slot(slot);
        }
    }

    /// The elements, and what they were.
    pub(super) fn finish(mut self) -> (Vec<Value>, Was) {
        if let Some(original) = self.replaced.take() {
            return (
                self.slots.into_iter().flatten().collect(),
                Was::Elements(original),
            );
        }
        let differs = self.differs();
        let mut new = Vec::new();
        let mut elements = Vec::with_capacity(self.slots.len());
        for (slot, element) in self.slots.into_iter().enumerate() {
            let Some(element) = element else { continue };
            if slot >= self.stored || self.was.contains_key(&slot) {
                new.push(elements.len());
            }
            elements.push(element);
        }
        let old = self.was.into_values().collect();
        (elements, Was::Edited(Edits { old, new, differs }))
    }

    /// Whether the elements or their order are others than were stored.
    fn differs(&self) -> bool {
        let mut now = self.elements();
        for slot in 0..self.stored {
            let was = self.was.get(&slot);
            match (now.next(), was) {
                // The same slot, and nobody touched it.
                (Some((place, _)), None) if place == slot => {}
                (Some((_, element)), was) => {
                    let stored = self.slots.get(slot).and_then(Option::as_ref);
                    if was.or(stored) != Some(element) {
                        return true;
                    }
                }
                (None, _) => return true,
            }
        }
        now.next().is_some()
    }
}

impl Index {
    fn of(attribute: &Attribute, slots: &[Option<Value>]) -> Self {
        let mut index = Self::default();
        index.first.reserve(slots.len());
        // The last comes first, so that each identity ends at its first slot.
        for (slot, element) in slots.iter().enumerate().rev() {
            let Some(element) = element else { continue };
            let key = Identity::of(attribute, element).key;
            if let Some(later) = index.first.insert(key, slot) {
                index.next.insert(slot, later);
            }
        }
        index
    }
}

/// What a list was.
pub(super) enum Was {
    Edited(Edits),
    /// All of it is other.
    Elements(Vec<Value>),
}

/// What differs between a list and what it was.
pub(super) struct Edits {
    /// Stored elements that are gone or may have changed.
    pub(super) old: Vec<Value>,
    /// The places of elements that are new or may have changed.
    pub(super) new: Vec<usize>,
    pub(super) differs: bool,
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
#[derive(Eq, Hash, PartialEq)]
pub(super) struct Identity {
    key: String,
    /// The `value` of a reference whose case matters: it says all.
    id: Option<String>,
}

impl Identity {
    pub(super) fn of(attribute: &Attribute, element: &Value) -> Self {
        if attribute.data_type() != DataType::Complex {
            return Self {
                key: comparable(attribute, element),
                id: None,
            };
        }
        let part = |name: &str| {
            let sub = attribute
                .sub_attribute(name)
                .filter(|it| it.is_readable())?;
            element.get(name).map(|value| comparable(sub, value))
        };
        let is_exact = |sub: &Attribute| sub.is_case_exact();
        let (key, id) = match (part("value"), part("type")) {
            (Some(value), _) if attribute.points_at_resource() => {
                let id = element.get("value").and_then(Value::as_str);
                let is_exact = attribute.sub_attribute("value").is_some_and(is_exact);
                (value, id.filter(|_| is_exact).map(str::to_owned))
            }
            // JSON text holds no raw line feed, so the parts cannot run into each other.
            (Some(value), Some(kind)) => (format!("{value}\n{kind}"), None),
            (Some(value), None) => (value, None),
            (None, _) => (whole(attribute, element), None),
        };
        Self { key, id }
    }

    /// The first slot from `start` on that has an element of this identity.
    fn position(
        &self,
        attribute: &Attribute,
        slots: &[Option<Value>],
        start: usize,
    ) -> Option<usize> {
        let is_it = |element: &Value| match &self.id {
            Some(id) => element.get("value").and_then(Value::as_str) == Some(id),
            None => Self::of(attribute, element).key == self.key,
        };
        let mut slots = slots.iter().enumerate().skip(start);
        let found = slots.find(|(_, element)| element.as_ref().is_some_and(is_it));
        found.map(|(slot, _)| slot)
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
