//! Where the values of a draft are kept: the object, and the lists that are being worked on.

use serde_json::{Map, Value};

use super::list::List;
use crate::limits::{SCIM_MAX_BODY_BYTES, SCIM_MAX_PATCH_BYTES, SCIM_MAX_PATCH_VISITS};
use crate::scim::error::{Error, ErrorKind};
use crate::scim::schema::{Attribute, ResourceType, Scope};

pub(super) struct Store<'r> {
    object: Map<String, Value>,
    /// Lists with an index, which are not in `object` meanwhile.
    open: Vec<Open<'r>>,
    /// How many elements have been looked at.
    visited: usize,
    /// How many bytes of stored values have been looked at.
    read: usize,
    /// How many bytes have been copied into several elements.
    written: usize,
}

/// A list that is being worked on.
struct Open<'r> {
    scope: Scope<'r>,
    attribute: &'r Attribute,
    list: List,
}

impl<'r> Store<'r> {
    pub(super) const fn new(object: Map<String, Value>) -> Self {
        Self {
            object,
            open: Vec::new(),
            visited: 0,
            read: 0,
            written: 0,
        }
    }

    /// The finished object. `schemas` forgets an extension whose last attribute was removed.
    pub(super) fn finish(
        mut self,
        resource_type: &ResourceType,
        before: &Map<String, Value>,
    ) -> Map<String, Value> {
        for open in std::mem::take(&mut self.open) {
            self.put_list(open.scope, open.attribute, open.list);
        }
        for schema in resource_type.extensions() {
            let is_gone =
                before.contains_key(schema.id()) && !self.object.contains_key(schema.id());
            if let (true, Some(Value::Array(urns))) = (is_gone, self.object.get_mut("schemas")) {
                urns.retain(|urn| urn.as_str() != Some(schema.id()));
            }
        }
        self.object
    }

    /// The object, without the lists that are being worked on.
    pub(super) const fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// The object that holds the attributes of a scope, out of the resource until it is put back.
    pub(super) fn take_holder(&mut self, scope: Scope<'r>) -> Map<String, Value> {
        match scope.urn() {
            None => std::mem::take(&mut self.object),
            Some(urn) => match self.object.remove(urn) {
                Some(Value::Object(holder)) => holder,
                _ => Map::new(),
            },
        }
    }

    pub(super) fn put_holder(&mut self, scope: Scope<'r>, holder: Map<String, Value>) {
        match scope.urn() {
            None => self.object = holder,
            Some(_) if holder.is_empty() => {}
            Some(urn) => {
                self.object.insert(urn.to_owned(), Value::Object(holder));
            }
        }
    }

    pub(super) fn peek(&self, scope: Scope<'r>, attribute: &Attribute) -> Option<&Value> {
        let holder = match scope.urn() {
            None => &self.object,
            Some(urn) => self.object.get(urn)?.as_object()?,
        };
        holder.get(attribute.name())
    }

    pub(super) fn take(&mut self, scope: Scope<'r>, attribute: &Attribute) -> Option<Value> {
        let mut holder = self.take_holder(scope);
        let value = holder.remove(attribute.name());
        self.put_holder(scope, holder);
        value
    }

    /// Stores a value; an empty one is none.
    pub(super) fn put(&mut self, scope: Scope<'r>, attribute: &Attribute, value: Value) {
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
    pub(super) fn take_list(
        &mut self,
        scope: Scope<'r>,
        attribute: &'r Attribute,
    ) -> Result<List, Error> {
        if let Some(list) = self.take_open(attribute) {
            return Ok(list);
        }
        let stored = match self.take(scope, attribute) {
            Some(Value::Array(elements)) => elements,
            Some(single) => vec![single],
            None => Vec::new(),
        };
        self.spend(stored.len())?;
        self.spend_bytes(weight(stored.iter()))?;
        Ok(List::new(attribute, stored))
    }

    fn take_open(&mut self, attribute: &Attribute) -> Option<List> {
        let is_it = |open: &Open<'_>| std::ptr::eq(open.attribute, attribute);
        let at = self.open.iter().position(is_it)?;
        Some(self.open.swap_remove(at).list)
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

    /// Keeps a list open whose index is still right.
    pub(super) fn keep_list(&mut self, scope: Scope<'r>, attribute: &'r Attribute, list: List) {
        self.open.push(Open {
            scope,
            attribute,
            list,
        });
    }

    /// Stores a list whose index is not to be used again, without elements that became empty.
    pub(super) fn put_list(&mut self, scope: Scope<'r>, attribute: &Attribute, list: List) {
        let mut elements = list.into_elements();
        elements.retain(|element| match element {
            Value::Object(parts) => !parts.is_empty(),
            element => !element.is_null(),
        });
        self.put(scope, attribute, Value::Array(elements));
    }

    /// Stores the attribute's list, if it is open.
    pub(super) fn close(&mut self, attribute: &Attribute) {
        let is_it = |open: &Open<'_>| std::ptr::eq(open.attribute, attribute);
        if let Some(at) = self.open.iter().position(is_it) {
            let open = self.open.swap_remove(at);
            self.put_list(open.scope, open.attribute, open.list);
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
