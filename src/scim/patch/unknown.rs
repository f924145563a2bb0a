//! Writing to data that no schema knows, where a profile keeps such data.
//!
//! A POST may carry an object under a URN that is not registered. A path finds its way into such
//! an object only when it is stored: a path never makes one up.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::draft::{Draft, Mode};
use super::store::weight;
use crate::scim::dialect::UnknownAttribute;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::path::Path;
use crate::scim::schema::{Scope, strip_urn};

/// The names from the resource down to the place, the first ones as they are stored.
pub(super) type Names = Vec<String>;

impl Draft<'_> {
    /// The place in unknown data that a path names; none when it names a known attribute, or
    /// nothing that is stored.
    pub(super) fn unknown_place(&self, path: &Path) -> Option<Names> {
        let text = path.attribute().as_str();
        if self.profile.unknown_attribute != UnknownAttribute::Keep
            || path.filter().is_some()
            // Only a URN can lead there.
            || !text.contains(':')
            || self.resource_type().locate(text).is_some()
        {
            return None;
        }
        let object = self.store.object();
        let is_urn = |name: &&String| name.contains(':') && !self.is_known(name);
        let named = object.keys().filter(is_urn);
        let named = named.filter_map(|key| strip_urn(text, key).map(|rest| (key, rest)));
        // One URN may begin another: the longest one leaves the shortest rest.
        let (key, rest) = named.min_by_key(|(_, rest)| rest.len())?;
        let mut names = vec![key.clone()];
        if rest.is_empty() {
            return Some(names);
        }
        let inner = object.get(key)?.as_object()?;
        let (name, part) = match rest.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (rest, None),
        };
        names.push(spelling(inner, name));
        if let Some(part) = part {
            let parts = inner.get(names.last()?)?.as_object()?;
            names.push(spelling(parts, part));
        }
        Some(names)
    }

    fn is_known(&self, name: &str) -> bool {
        let resource_type = self.resource_type();
        resource_type.extension(name).is_some() || resource_type.top_attribute(name).is_some()
    }

    pub(super) fn write_unknown(
        &mut self,
        names: &[String],
        value: Value,
        mode: Mode,
    ) -> Result<(), Error> {
        let spent = weight(self.store.object().get(first(names)).into_iter());
        self.store.spend_bytes(spent)?;
        self.write_at(names, value, mode);
        Ok(())
    }

    fn write_at(&mut self, names: &[String], value: Value, mode: Mode) {
        let name = first(names);
        self.store.edit_top(name, |object| {
            write(object, names, value, mode);
            if object.contains_key(name) {
                return;
            }
            if let Some(Value::Array(urns)) = object.get_mut("schemas") {
                let is_it = |urn: &str| urn.eq_ignore_ascii_case(name);
                urns.retain(|urn| !urn.as_str().is_some_and(is_it));
            }
        });
    }

    /// Removes the value; no operation says by `value` what of unknown data is meant.
    pub(super) fn remove_unknown(
        &mut self,
        names: &[String],
        value: Option<&Value>,
    ) -> Result<(), Error> {
        if value.is_some_and(|value| !value.is_null()) {
            return Err(Error::new(ErrorKind::ValueUnexpected));
        }
        self.write_unknown(names, Value::Null, Mode::Replace)
    }

    /// What a PUT says of unknown data. The form in which an answer shows it is no change: it may
    /// lack what is hidden.
    pub(super) fn put_unknown(&mut self, scope: Scope<'_>, name: &str, value: Value) {
        if self.profile.unknown_attribute != UnknownAttribute::Keep {
            return;
        }
        let resource_type = self.resource_type();
        let mut names: Names = scope.urn().map(str::to_owned).into_iter().collect();
        let object = self.store.object();
        let holder = match scope.urn() {
            None => Some(object),
            Some(urn) => object.get(urn).and_then(Value::as_object),
        };
        let name = holder.map_or_else(|| name.to_owned(), |holder| spelling(holder, name));
        let stored = holder.and_then(|holder| holder.get(&name));
        let shown = stored.and_then(|stored| resource_type.without_hidden(&name, stored));
        if shown.as_ref() == Some(&value) {
            return;
        }
        names.push(name);
        self.write_at(&names, value, Mode::Replace);
    }
}

fn first(names: &[String]) -> &str {
    names.first().map(String::as_str).unwrap_or_default()
}

/// The stored spelling of a name, or the name itself.
fn spelling(members: &Map<String, Value>, name: &str) -> String {
    let stored = members.keys().find(|key| key.eq_ignore_ascii_case(name));
    stored.map_or_else(|| name.to_owned(), String::clone)
}

/// Writes at the end of the names. An object that becomes empty goes. The names are three at most,
/// so the depth is.
fn write(members: &mut Map<String, Value>, names: &[String], value: Value, mode: Mode) {
    match names {
        [] => {}
        [name] => set(members, name, value, mode),
        [name, rest @ ..] => {
            let mut inner = match members.remove(name) {
                Some(Value::Object(inner)) => inner,
                _ => Map::new(),
            };
            write(&mut inner, rest, value, mode);
            if !inner.is_empty() {
                members.insert(name.clone(), Value::Object(inner));
            }
        }
    }
}

/// `replace` with null removes; lists are appended to, objects are merged.
fn set(members: &mut Map<String, Value>, name: &str, value: Value, mode: Mode) {
    match (members.get_mut(name), value, mode) {
        (None, Value::Object(new), _) => {
            let new = new.into_iter().filter(|(_, value)| !value.is_null());
            let new: Map<String, Value> = new.collect();
            if !new.is_empty() {
                members.insert(name.to_owned(), Value::Object(new));
            }
        }
        (_, Value::Null, Mode::Add) => {}
        (_, Value::Null, Mode::Replace) => {
            members.remove(name);
        }
        (Some(Value::Object(stored)), Value::Object(new), mode) => {
            for (part, value) in new {
                let part = spelling(stored, &part);
                match (value, mode) {
                    (Value::Null, Mode::Add) => {}
                    (Value::Null, Mode::Replace) => {
                        stored.remove(&part);
                    }
                    (value, _) => {
                        stored.insert(part, value);
                    }
                }
            }
            if stored.is_empty() {
                members.remove(name);
            }
        }
        (Some(Value::Array(stored)), value, Mode::Add) => {
            let new = match value {
                Value::Array(new) => new,
                single => vec![single],
            };
            let mut known: HashSet<String> = stored.iter().map(Value::to_string).collect();
            let new = new.into_iter();
            stored.extend(new.filter(|element| known.insert(element.to_string())));
        }
        (_, value, _) => {
            members.insert(name.to_owned(), value);
        }
    }
}
