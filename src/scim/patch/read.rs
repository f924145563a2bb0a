//! From the bytes of a body in the usual form straight to operations.
//!
//! To make JSON objects of the operations first costs as much as to plan them. This reader refuses
//! nothing: it takes a body of which [`Patch::from_value`](super::Patch::from_value) makes the same
//! operations, and leaves every other body to that.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::PATCH_OP_URN;
use super::parse::{Operation, OperationKind};
use crate::limits::{SCIM_MAX_BODY_BYTES, SCIM_MAX_OPERATIONS, SCIM_MAX_STRING_BYTES};
use crate::scim::json::{Node, Progress};
use crate::scim::path::Path;
use crate::scim::resource::lists;

/// The operations, when the body is an object of `schemas`, which says that it is a PATCH request,
/// and `Operations`, these are objects of `op`, `path` and `value`, and nothing is wrong with any of
/// it.
pub(super) fn operations(bytes: &[u8]) -> Option<Vec<Operation>> {
    if bytes.len() > SCIM_MAX_BODY_BYTES {
        return None;
    }
    let progress = RefCell::new(Progress::default());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let body = Body(Node::root(&progress));
    let read = body.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(read)
}

/// What serde says of a body that is in another form; nobody reads it.
fn other_form<E: Error>() -> E {
    E::custom("another form")
}

/// Fills a place that is to be filled once.
fn once<T, E: Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(other_form()),
    }
}

/// A value of this module is read: where it is, and that it counts.
macro_rules! read_as {
    ($seed:ident => $value:ty, $method:ident) => {
        impl<'de> DeserializeSeed<'de> for $seed<'_> {
            type Value = $value;

            fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<$value, D::Error> {
                self.0.count()?;
                from.$method(self)
            }
        }
    };
}

struct Body<'p>(Node<'p>);
struct List<'p>(Node<'p>);
struct One<'p>(Node<'p>);
struct Op<'p>(Node<'p>);
struct At<'p>(Node<'p>);

read_as!(Body => Vec<Operation>, deserialize_map);
read_as!(List => Vec<Operation>, deserialize_seq);
read_as!(One => Operation, deserialize_map);
read_as!(Op => OperationKind, deserialize_str);
read_as!(At => Option<Path>, deserialize_any);

impl<'de> Visitor<'de> for Body<'_> {
    type Value = Vec<Operation>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a PATCH request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Vec<Operation>, A::Error> {
        let (mut schemas, mut operations) = (None, None);
        while let Some(name) = members.next_key_seed(Name)? {
            match name {
                Known::Operations => {
                    once(
                        &mut operations,
                        members.next_value_seed(List(self.0.child()))?,
                    )?;
                }
                Known::Schemas => once(&mut schemas, members.next_value_seed(self.0.child())?)?,
                Known::Op | Known::Path | Known::Value => return Err(other_form()),
            }
        }
        let is_said = schemas.is_some_and(|schemas| lists(&schemas, PATCH_OP_URN));
        operations.filter(|_| is_said).ok_or_else(other_form)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Vec<Operation>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of operations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut listed: A) -> Result<Vec<Operation>, A::Error> {
        // As many as a request mostly has.
        let mut operations = Vec::with_capacity(6);
        while let Some(operation) = listed.next_element_seed(One(self.0.child()))? {
            if operations.len() >= SCIM_MAX_OPERATIONS {
                return Err(other_form());
            }
            operations.push(operation);
        }
        Ok(operations)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = Operation;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an operation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Operation, A::Error> {
        let (mut kind, mut path, mut value): (_, _, Option<Value>) = (None, None, None);
        while let Some(name) = members.next_key_seed(Name)? {
            let node = self.0.child();
            match name {
                Known::Op => once(&mut kind, members.next_value_seed(Op(node))?)?,
                Known::Path => once(&mut path, members.next_value_seed(At(node))?)?,
                Known::Value => once(&mut value, members.next_value_seed(node)?)?,
                Known::Operations | Known::Schemas => return Err(other_form()),
            }
        }
        let kind = kind.ok_or_else(other_form)?;
        Ok(Operation::new(kind, path.flatten(), value))
    }
}

impl<'de> Visitor<'de> for Op<'_> {
    type Value = OperationKind;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an operation's name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OperationKind, E> {
        OperationKind::named(text).ok_or_else(other_form)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Option<Path>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a path")
    }

    fn visit_unit<E>(self) -> Result<Option<Path>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Path>, E> {
        match Path::parse(text) {
            Ok(path) if text.len() <= SCIM_MAX_STRING_BYTES => Ok(Some(path)),
            _ => Err(other_form()),
        }
    }
}

/// The name of a member.
struct Name;

enum Known {
    Op,
    Operations,
    Path,
    Schemas,
    Value,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Known;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Known, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Known;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member of a PATCH request")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Known, E> {
        match name {
            _ if name.eq_ignore_ascii_case("op") => Ok(Known::Op),
            _ if name.eq_ignore_ascii_case("path") => Ok(Known::Path),
            _ if name.eq_ignore_ascii_case("value") => Ok(Known::Value),
            _ if name.eq_ignore_ascii_case("operations") => Ok(Known::Operations),
            _ if name.eq_ignore_ascii_case("schemas") => Ok(Known::Schemas),
            _ => Err(other_form()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Explain;
    use crate::scim::json;
    use crate::scim::patch::Patch;

    const USUAL: &str = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "b@x"},
            {"OP": "remove", "path": null}, {"op": "replace", "value": {"z": [1, {"b": 1, "a": -0}]}}]}"#;

    fn by_value(body: &str) -> Result<Patch, &'static str> {
        let value = json::read(body.as_bytes()).map_err(|error| error.code())?;
        Patch::from_value(value).map_err(|error| error.code())
    }

    #[test]
    fn the_usual_form_is_read_at_once_and_as_by_value() {
        let read = operations(USUAL.as_bytes()).unwrap();
        assert_eq!(read, by_value(USUAL).unwrap().operations());
        assert_eq!(read.len(), 3);
    }

    #[test]
    fn what_is_wrong_or_unusual_is_left_to_others() {
        for (from, to) in [
            ("\"Operations\"", "\"operations\": [], \"Operations\""),
            ("\"op\": \"Add\"", "\"op\": \"Add\", \"Op\": \"Add\""),
            ("\"op\": \"Add\"", "\"op\": \"Move\""),
            ("2.0:PatchOp", "2.0:BulkRequest"),
            ("\"op\": \"Add\"", "\"op\": \"Add\", \"name\": \"x\""),
            ("\"z\"", "\"a\": 1, \"A\": 2, \"z\""),
            ("].value", "].value."),
            ("]}}]}", "]}}]"),
            ("]}}]}", "]}}]} x"),
            ("null", "5"),
        ] {
            let body = USUAL.replacen(from, to, 1);
            assert_ne!(body, USUAL, "{from}");
            assert!(operations(body.as_bytes()).is_none(), "{to}");
        }
        let deep = |depth: usize| {
            let list = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            let schemas = format!(r#""schemas": ["{PATCH_OP_URN}"]"#);
            format!(r#"{{{schemas}, "Operations": [{{"op": "add", "value": {list}}}]}}"#)
        };
        let limit = crate::limits::SCIM_MAX_JSON_DEPTH;
        for depth in limit - 4..limit + 2 {
            let body = deep(depth);
            let read = operations(body.as_bytes()).is_some();
            assert_eq!(read, by_value(&body).is_ok(), "{depth}");
        }
    }

    proptest! {
        /// Bodies made of the usual one by putting pieces in other places.
        #[test]
        fn the_short_way_takes_what_the_long_way_takes_and_makes_the_same_of_it(
            cuts in prop::collection::vec((0..USUAL.len(), 0..6_usize, 0..8_usize), 0..3),
        ) {
            const PIECES: [&str; 8] =
                ["", "\"op\"", "null", ",", "\"path\": \"title\",", "{}", "\"x\": 1,", "]"];
            let mut body = USUAL.to_owned();
            for (at, length, piece) in cuts {
                let end = (at + length).min(body.len());
                if at <= end && body.is_char_boundary(at) && body.is_char_boundary(end) {
                    body.replace_range(at..end, PIECES[piece]);
                }
            }
            if let Some(read) = operations(body.as_bytes()) {
                let expected = by_value(&body);
                let expected = expected.as_ref().map(Patch::operations);
                prop_assert_eq!(Ok(read.as_slice()), expected, "{}", body);
            }
        }
    }
}
