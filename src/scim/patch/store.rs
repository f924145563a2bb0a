//! Where the values of a draft are kept: the object, the lists that are being worked on, and what
//! stood where something was touched.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::list::{Edits, List, Was};
use crate::limits::{SCIM_MAX_BODY_BYTES, SCIM_MAX_PATCH_BYTES, SCIM_MAX_PATCH_VISITS};
use crate::scim::error::{Error, ErrorKind};
use crate::scim::schema::{Attribute, ResourceType, Scope};

pub(super) struct Store<'r> {
    object: Map<String, Value>,
    /// Lists that are being worked on, which are not in `object` meanwhile.
    open: Vec<Open<'r>>,
    /// What stood at the top of the object under each name that was touched.
    before: Before<'r>,
    /// How many elements have been looked at.
    visited: usize,
    /// How many bytes of stored values have been looked at.
    read: usize,
    /// How many bytes have been copied into several elements.
    written: usize,
}

/// What stood under each name that was touched; finished, in the order of the names.
pub(super) struct Before<'r> {
    /// The whole object, when somebody else keeps it: then nothing of it is copied.
    original: Option<&'r Map<String, Value>>,
    touched: Vec<(Cow<'r, str>, Kept)>,
}

/// What is kept of what stood under a name.
enum Kept {
    Edited(Edits),
    /// It is in the original.
    Original,
    Value(Option<Value>),
}

/// What stood under a name.
pub(super) enum Stood<'b> {
    /// A list, some of whose elements changed.
    Edited(&'b Edits),
    Value(Option<&'b Value>),
}

impl<'r> Before<'r> {
    pub(super) fn is_touched(&self, name: &str) -> bool {
        self.touched.iter().any(|(touched, _)| touched == name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Stood<'_>)> {
        self.touched.iter().map(|(name, kept)| {
            let stood = match kept {
                Kept::Edited(edits) => Stood::Edited(edits),
                Kept::Original => Stood::Value(self.original.and_then(|all| all.get(&**name))),
                Kept::Value(value) => Stood::Value(value.as_ref()),
            };
            (&**name, stood)
        })
    }

    /// Notes what stands under a name of the object, before it is touched.
    fn note(&mut self, name: Cow<'r, str>, object: &Map<String, Value>) {
        if !self.is_touched(&name) {
            let kept = match self.original {
                Some(_) => Kept::Original,
                None => Kept::Value(object.get(&*name).cloned()),
            };
            self.touched.push((name, kept));
        }
    }
}

/// A list that is being worked on.
pub(super) struct Open<'r> {
    scope: Scope<'r>,
    pub(super) attribute: &'r Attribute,
    pub(super) list: List,
    /// Whether the attribute had a value.
    was_there: bool,
}

impl<'r> Store<'r> {
    /// `original` is what `object` is a copy of, if it is one.
    pub(super) const fn new(
        object: Map<String, Value>,
        original: Option<&'r Map<String, Value>>,
    ) -> Self {
        Self {
            object,
            open: Vec::new(),
            before: Before {
                original,
                touched: Vec::new(),
            },
            visited: 0,
            read: 0,
            written: 0,
        }
    }

    /// The finished object, and what it was. `schemas` forgets an extension whose last attribute
    /// was removed.
    pub(super) fn finish(
        mut self,
        resource_type: &'r ResourceType,
    ) -> (Map<String, Value>, Before<'r>) {
        for open in std::mem::take(&mut self.open) {
            self.put_back(open);
        }
        for schema in resource_type.extensions() {
            let urn = schema.id();
            let touched = self.before.iter().find(|(name, _)| *name == urn);
            let Some((_, Stood::Value(before))) = touched else {
                continue;
            };
            let was_there = before.is_some();
            let is_gone = was_there && !self.object.contains_key(urn);
            self.before.note(Cow::Borrowed("schemas"), &self.object);
            if let (true, Some(Value::Array(urns))) = (is_gone, self.object.get_mut("schemas")) {
                urns.retain(|listed| listed.as_str() != Some(urn));
            }
        }
        let touched = &mut self.before.touched;
        touched.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        (self.object, self.before)
    }

    /// Does something to the object that holds the attribute.
    pub(super) fn edit<T>(
        &mut self,
        scope: Scope<'r>,
        attribute: &'r Attribute,
        task: impl FnOnce(&mut Map<String, Value>) -> T,
    ) -> T {
        let name = scope.urn().unwrap_or_else(|| attribute.name());
        self.before.note(Cow::Borrowed(name), &self.object);
        let Some(urn) = scope.urn() else {
            return task(&mut self.object);
        };
        if let Some(Value::Object(holder)) = self.object.get_mut(urn) {
            let done = task(holder);
            if holder.is_empty() {
                self.object.remove(urn);
            }
            return done;
        }
        let mut holder = Map::new();
        let done = task(&mut holder);
        if !holder.is_empty() {
            self.object.insert(urn.to_owned(), Value::Object(holder));
        }
        done
    }

    /// The object, without the lists that are being worked on.
    pub(super) const fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// Does something to what stands under one name of the resource, and to `schemas`.
    pub(super) fn edit_top(&mut self, name: &str, task: impl FnOnce(&mut Map<String, Value>)) {
        let noted = Cow::Owned(name.to_owned());
        self.before.note(noted, &self.object);
        self.before.note(Cow::Borrowed("schemas"), &self.object);
        task(&mut self.object);
    }

    pub(super) fn peek(&self, scope: Scope<'r>, attribute: &Attribute) -> Option<&Value> {
        let holder = match scope.urn() {
            None => &self.object,
            Some(urn) => self.object.get(urn)?.as_object()?,
        };
        holder.get(attribute.name())
    }

    /// Takes the value out. [`Store::put`] must follow: until then a null keeps its place.
    pub(super) fn take(&mut self, scope: Scope<'r>, attribute: &'r Attribute) -> Option<Value> {
        self.edit(scope, attribute, |holder| taken(holder, attribute))
    }

    /// Stores a value; an empty one is none.
    pub(super) fn put(&mut self, scope: Scope<'r>, attribute: &'r Attribute, value: Value) {
        let is_empty = match &value {
            Value::Array(elements) => elements.is_empty(),
            Value::Object(parts) => parts.is_empty(),
            _ => false,
        };
        self.edit(scope, attribute, |holder| match is_empty {
            true => {
                holder.remove(attribute.name());
            }
            false => set(holder, attribute, value),
        });
    }

    /// Opens a list, or goes on with one that is open. It comes back by [`Store::keep`].
    pub(super) fn take_list(
        &mut self,
        scope: Scope<'r>,
        attribute: &'r Attribute,
    ) -> Result<Open<'r>, Error> {
        if let Some(at) = self.position(attribute) {
            return Ok(self.open.swap_remove(at));
        }
        let stored = match scope {
            // The list itself knows what it was.
            Scope::Top => taken(&mut self.object, attribute),
            Scope::Extension(_) => self.take(scope, attribute),
        };
        let was_there = stored.is_some();
        let elements = match stored {
            Some(Value::Array(elements)) => elements,
            Some(single) => vec![single],
            None => Vec::new(),
        };
        self.spend(elements.len())?;
        Ok(Open {
            scope,
            attribute,
            list: List::new(elements),
            was_there,
        })
    }

    pub(super) fn keep(&mut self, open: Open<'r>) {
        self.open.push(open);
    }

    fn position(&self, attribute: &Attribute) -> Option<usize> {
        let is_it = |open: &Open<'_>| std::ptr::eq(open.attribute, attribute);
        self.open.iter().position(is_it)
    }

    fn put_back(&mut self, open: Open<'r>) {
        let (elements, was) = open.list.finish();
        let name = open.attribute.name();
        if open.scope.urn().is_none() && !self.before.is_touched(name) {
            let kept = match was {
                _ if !open.was_there => Kept::Value(None),
                Was::Edited(edits) => Kept::Edited(edits),
                Was::Elements(elements) => Kept::Value(Some(Value::Array(elements))),
            };
            self.before.touched.push((Cow::Borrowed(name), kept));
        }
        self.put(open.scope, open.attribute, Value::Array(elements));
    }

    /// Whether the attribute has a value.
    pub(super) fn has(&self, scope: Scope<'r>, attribute: &Attribute) -> bool {
        match self.position(attribute).and_then(|at| self.open.get(at)) {
            Some(open) => !open.list.is_empty(),
            None => self.peek(scope, attribute).is_some(),
        }
    }

    /// A copy of the attribute's value.
    pub(super) fn copy(&self, scope: Scope<'r>, attribute: &Attribute) -> Option<Value> {
        match self.position(attribute).and_then(|at| self.open.get(at)) {
            Some(open) => Some(open.list.elements().map(|(_, it)| it.clone()).collect()),
            None => self.peek(scope, attribute).cloned(),
        }
    }

    /// Counts elements that are looked at one by one.
    pub(super) fn spend(&mut self, elements: usize) -> Result<(), Error> {
        self.visited = self.visited.saturating_add(elements);
        if self.visited > SCIM_MAX_PATCH_VISITS {
            let limit = SCIM_MAX_PATCH_VISITS;
            return Err(Error::new(ErrorKind::PatchTooCostly { limit }));
        }
        Ok(())
    }

    /// Counts the bytes of stored values that are read.
    pub(super) fn spend_bytes(&mut self, bytes: usize) -> Result<(), Error> {
        self.read = self.read.saturating_add(bytes);
        if self.read > SCIM_MAX_PATCH_BYTES {
            let limit = SCIM_MAX_PATCH_BYTES;
            return Err(Error::new(ErrorKind::PatchTooCostly { limit }));
        }
        Ok(())
    }

    /// Counts a value that is copied into several elements, over the whole request.
    pub(super) fn spend_copies(&mut self, elements: usize, value: &Value) -> Result<(), Error> {
        if elements > 1 {
            let copies = value.to_string().len().saturating_mul(elements);
            self.written = self.written.saturating_add(copies);
        }
        if self.written > SCIM_MAX_BODY_BYTES {
            let limit = SCIM_MAX_BODY_BYTES;
            return Err(Error::new(ErrorKind::WriteTooLarge { limit }));
        }
        Ok(())
    }
}

fn taken(holder: &mut Map<String, Value>, attribute: &Attribute) -> Option<Value> {
    holder.get_mut(attribute.name()).map(Value::take)
}

/// Stores a value under a name that is mostly there.
fn set(holder: &mut Map<String, Value>, attribute: &Attribute, value: Value) {
    match holder.get_mut(attribute.name()) {
        Some(stored) => *stored = value,
        None => {
            holder.insert(attribute.name().to_owned(), value);
        }
    }
}

/// About as many bytes as the values have in JSON.
pub(super) fn weight<'v>(values: impl Iterator<Item = &'v Value>) -> usize {
    let mut rest: Vec<&Value> = Vec::new();
    let mut bytes = 0_usize;
    for value in values {
        rest.push(value);
        while let Some(value) = rest.pop() {
            let own = match value {
                Value::String(text) => text.len(),
                Value::Array(elements) => {
                    rest.extend(elements);
                    0
                }
                Value::Object(parts) => {
                    rest.extend(parts.values());
                    parts.keys().map(String::len).sum()
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => 4,
            };
            bytes = bytes.saturating_add(own);
        }
    }
    bytes
}
