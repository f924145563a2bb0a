//! A JSON reader for hostile bodies: bytes in, a [`Value`] out.
//!
//! `serde_json` keeps the last of two members of one name, so a body could say `active` twice and
//! two readers would see two truths. This reader refuses a second spelling of a name anywhere in
//! the body, compared without ASCII case, because SCIM names have no case (RFC 7643 §2.1). It also
//! bounds the bytes, those of each string, the depth and the number of values.
//!
//! What it reads does not depend on the features of `serde_json` that a host may have turned on:
//! members stand in alphabetical order also under `preserve_order`, and numbers are integers of 64
//! bits or else floats also under `arbitrary_precision`.
//!
//! It knows nothing of schemas; see [`Resource`](super::Resource) for that.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::error::{Error, ErrorKind};
use crate::error::{Shown, Span};
use crate::limits::{
    SCIM_MAX_BODY_BYTES, SCIM_MAX_JSON_DEPTH, SCIM_MAX_JSON_VALUES, SCIM_MAX_STRING_BYTES,
};

/// Reads one JSON value and nothing after it.
///
/// # Errors
///
/// `scim-body-too-large`, `scim-json-too-deep`, `scim-json-too-many-values` and, for one string,
/// `scim-string-too-long` at the limits of [`crate::limits`]; `scim-duplicate-name` with the pointer
/// of the second member; `scim-string-nul` for U+0000 in a name or a string, which many databases
/// cannot store; `scim-json-syntax` with the byte.
///
/// ```
/// use vestibule::error::{Explain, Place};
/// use vestibule::scim::json;
///
/// assert_eq!(json::read(br#"{"active": true}"#).unwrap()["active"], true);
/// let error = json::read(br#"{"active": true, "Active": false}"#).unwrap_err();
/// assert_eq!(error.code(), "scim-duplicate-name");
/// assert_eq!(error.at(), Some(Place::Json("/Active".to_owned())));
/// ```
pub fn read(bytes: &[u8]) -> Result<Value, Error> {
    if bytes.len() > SCIM_MAX_BODY_BYTES {
        return Err(Error::new(ErrorKind::BodyTooLarge {
            found: bytes.len(),
            limit: SCIM_MAX_BODY_BYTES,
        }));
    }
    let progress = RefCell::new(Progress::default());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = Node::root(&progress)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| progress.into_inner().explain(bytes, &error))
}

/// Where the reader is, and what it refused.
#[derive(Default)]
pub(crate) struct Progress {
    values: usize,
    /// The way to what was refused, from there up.
    path: Vec<Segment>,
    refused: Option<ErrorKind>,
}

enum Segment {
    Member(String),
    Element(usize),
}

impl Progress {
    fn count(&mut self, depth: usize) -> Result<(), ErrorKind> {
        self.values = self.values.saturating_add(1);
        if self.values > SCIM_MAX_JSON_VALUES {
            return Err(ErrorKind::JsonTooManyValues {
                limit: SCIM_MAX_JSON_VALUES,
            });
        }
        if depth > SCIM_MAX_JSON_DEPTH {
            return Err(ErrorKind::JsonTooDeep {
                limit: SCIM_MAX_JSON_DEPTH,
            });
        }
        Ok(())
    }

    fn explain(self, bytes: &[u8], error: &serde_json::Error) -> Error {
        match self.refused {
            Some(kind) => Error::in_body(kind, pointer(&self.path)),
            None => Error::in_text(ErrorKind::JsonSyntax, place(bytes, error)),
        }
    }
}

/// The RFC 6901 pointer; long names are cut, as in every message.
fn pointer(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path.iter().rev() {
        text.push('/');
        match segment {
            Segment::Member(name) => text.push_str(&pointer_token(name)),
            Segment::Element(index) => text.push_str(&index.to_string()),
        }
    }
    text
}

/// A name as a token of an RFC 6901 pointer.
pub(crate) fn pointer_token(name: &str) -> String {
    Shown::new(name)
        .as_str()
        .replace('~', "~0")
        .replace('/', "~1")
}

/// The byte that `serde_json` gives as a line and a column, both from 1.
fn place(bytes: &[u8], error: &serde_json::Error) -> Span {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .take(lines_before)
        .map(<[u8]>::len)
        .sum();
    let at = line_start
        .saturating_add(error.column().saturating_sub(1))
        .min(bytes.len());
    // A whole character, so that the text can be cut there.
    let is_inside = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = (0..=at).rev().find(|at| !is_inside(at)).unwrap_or(at);
    let after = start.saturating_add(1)..=bytes.len();
    let end = after.into_iter().find(|at| !is_inside(at));
    Span::new(start, end.unwrap_or(start))
}

/// The seed of one value at one depth. The depth is bounded, so the recursion is.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    progress: &'a RefCell<Progress>,
    depth: usize,
}

impl<'a> Node<'a> {
    /// That of the whole body.
    pub(crate) const fn root(progress: &'a RefCell<Progress>) -> Self {
        Self { progress, depth: 0 }
    }

    /// Counts the value, whoever reads it.
    pub(crate) fn count<E: de::Error>(self) -> Result<(), E> {
        let counted = self.progress.borrow_mut().count(self.depth);
        counted.map_err(|kind| self.refuse(kind))
    }

    fn refuse<E: de::Error>(self, kind: ErrorKind) -> E {
        self.progress.borrow_mut().refused = Some(kind);
        E::custom("refused")
    }

    /// That of a value inside this one.
    pub(crate) fn child(self) -> Self {
        Self {
            depth: self.depth.saturating_add(1),
            ..self
        }
    }

    fn string<E: de::Error>(self, value: &str) -> Result<Value, E> {
        if value.len() > SCIM_MAX_STRING_BYTES {
            let limit = SCIM_MAX_STRING_BYTES;
            return Err(self.refuse(ErrorKind::StringTooLong { limit }));
        }
        Ok(Value::String(value.to_owned()))
    }

    /// Names a step of the way to what was refused.
    fn refused_in(self, segment: Segment) {
        self.progress.borrow_mut().path.push(segment);
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    /// A text without escapes, and so without U+0000.
    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Value, E> {
        self.string(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        match value.contains('\0') {
            true => Err(self.refuse(ErrorKind::StringNul)),
            false => self.string(value),
        }
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            match sequence.next_element_seed(self.child()) {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => return Ok(Value::Array(elements)),
                Err(error) => {
                    self.refused_in(Segment::Element(elements.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut names = Names::default();
        while let Some(name) = members.next_key::<String>()? {
            if name == NUMBER && object.is_empty() {
                let number = plain_number(&members.next_value::<String>()?);
                let number = number.ok_or_else(|| self.refuse(ErrorKind::JsonSyntax));
                return number.map(Value::Number);
            }
            if name.contains('\0') {
                return Err(self.refuse(ErrorKind::StringNul));
            }
            if !names.is_new(&name, &object) {
                let refused = self.refuse(ErrorKind::DuplicateName {
                    name: Shown::new(&name),
                });
                self.refused_in(Segment::Member(name));
                return Err(refused);
            }
            match members.next_value_seed(self.child()) {
                Ok(value) => object.insert(name, value),
                Err(error) => {
                    self.refused_in(Segment::Member(name));
                    return Err(error);
                }
            };
        }
        object.sort_keys();
        Ok(Value::Object(object))
    }
}

/// How `serde_json` gives a number under its feature `arbitrary_precision`: as an object whose one
/// member has this name and the number's text. An object that a client wrote so is a number with
/// and without that feature.
const NUMBER: &str = "$serde_json::private::Number";

/// The number that `serde_json` reads without `arbitrary_precision`; none when it is too large.
fn plain_number(text: &str) -> Option<Number> {
    serde_json::from_str::<Number>(text).ok()?;
    // As an integer, a negative zero would lose its sign.
    if text != "-0" {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(integer.into());
        }
        if let Ok(integer) = text.parse::<u64>() {
            return Some(integer.into());
        }
    }
    text.parse().ok().and_then(Number::from_f64)
}

/// The same number as [`read`] gives it.
pub(crate) fn plain(number: Number) -> Number {
    match number.is_i64() || number.is_u64() {
        true => number,
        false => number.as_f64().and_then(Number::from_f64).unwrap_or(number),
    }
}

/// The names of one large object, compared without ASCII case; small objects need no table.
#[derive(Default)]
struct Names {
    many: HashSet<String>,
}

impl Names {
    const FEW: usize = 32;

    /// Whether the name is none of the object's.
    fn is_new(&mut self, name: &str, object: &Map<String, Value>) -> bool {
        if object.len() < Self::FEW {
            return !object.keys().any(|seen| seen.eq_ignore_ascii_case(name));
        }
        if self.many.is_empty() {
            self.many = object
                .keys()
                .map(|seen| seen.to_ascii_lowercase())
                .collect();
        }
        self.many.insert(name.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Explain, Place};

    fn code(text: &str) -> &'static str {
        read(text.as_bytes()).unwrap_err().code()
    }

    #[test]
    fn reads_what_serde_json_reads() {
        let text = r#"{"a": [1, -2, 2.5, null, true, "x\n"], "b": {"c": {}}}"#;
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn numbers_and_order_do_not_depend_on_features_of_serde_json() {
        let text =
            r#"{"z": 1.50, "a": [-0, 1e2, 18446744073709551616, 42, -7], "m": {"y": 1, "b": 2}}"#;
        let read = read(text.as_bytes()).unwrap();
        let expected =
            r#"{"a":[-0.0,100.0,1.8446744073709552e+19,42,-7],"m":{"b":2,"y":1},"z":1.5}"#;
        assert_eq!(read.to_string(), expected);
        assert!(read["a"][3].is_i64() && read["a"][1].is_f64());
        assert_eq!(code(r#"{"a": 1e999}"#), "scim-json-syntax");
    }

    #[test]
    fn an_object_in_the_form_of_a_number_is_one_or_is_refused() {
        let number = |inner: &str| format!(r#"{{"a": {{"{NUMBER}": {inner}}}}}"#);
        assert_eq!(read(number("\"42\"").as_bytes()).unwrap()["a"], 42);
        for bad in [
            "\"x\"",
            "\"inf\"",
            "\" 1\"",
            "\"01\"",
            "1",
            "\"1\", \"b\": 2",
        ] {
            assert_eq!(code(&number(bad)), "scim-json-syntax", "{bad}");
        }
    }

    #[test]
    fn a_second_spelling_is_refused_in_small_and_in_large_objects() {
        assert!(read(br#"{"emails": [{"type": 1}, {"Type": 2}]}"#).is_ok());
        let error = read(br#"{"emails": [{"type": 1}, {"x": 1, "type": 2, "TYPE": 3}]}"#);
        assert_eq!(
            error.unwrap_err().at(),
            Some(Place::Json("/emails/1/TYPE".into()))
        );
        let many: Vec<String> = (0..40).map(|n| format!("\"a{n}\": 0")).collect();
        assert!(read(format!("{{{}}}", many.join(",")).as_bytes()).is_ok());
        for repeated in ["A3", "A39"] {
            let text = format!("{{{}, \"{repeated}\": 1}}", many.join(","));
            assert_eq!(code(&text), "scim-duplicate-name");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(SCIM_MAX_JSON_DEPTH).as_bytes()).is_ok());
        assert_eq!(code(&nested(SCIM_MAX_JSON_DEPTH + 1)), "scim-json-too-deep");
        assert_eq!(code(&"[".repeat(1_000_000)), "scim-json-too-deep");
    }

    #[test]
    fn values_and_bytes_are_bounded() {
        let list = |length: usize| format!("[{}0]", "0,".repeat(length - 1));
        assert!(read(list(SCIM_MAX_JSON_VALUES - 1).as_bytes()).is_ok());
        assert_eq!(
            code(&list(SCIM_MAX_JSON_VALUES)),
            "scim-json-too-many-values"
        );
        let spaces = " ".repeat(SCIM_MAX_BODY_BYTES);
        assert_eq!(code(&format!("{spaces}1")), "scim-body-too-large");
        assert!(read(&format!("{spaces}1").as_bytes()[1..]).is_ok());
    }

    #[test]
    fn one_string_is_bounded() {
        let text = |length: usize| format!("{{\"title\": \"{}\"}}", "x".repeat(length));
        assert!(read(text(SCIM_MAX_STRING_BYTES).as_bytes()).is_ok());
        let error = read(text(SCIM_MAX_STRING_BYTES + 1).as_bytes()).unwrap_err();
        assert_eq!(error.code(), "scim-string-too-long");
        assert_eq!(error.at(), Some(Place::Json("/title".to_owned())));
    }

    #[test]
    fn nul_is_in_no_text() {
        for good in [r#"{"title": "a\u0001"}"#, r#"{"title": "a\\u0000"}"#] {
            assert!(read(good.as_bytes()).is_ok(), "{good}");
        }
        let error = read(br#"{"emails": [{"value": "a\u0000b"}]}"#).unwrap_err();
        assert_eq!(error.code(), "scim-string-nul");
        assert_eq!(error.at(), Some(Place::Json("/emails/0/value".to_owned())));
        assert_eq!(code(r#"{"x": {"a\u0000": 1}}"#), "scim-string-nul");
    }

    #[test]
    fn syntax_errors_name_the_byte() {
        let error = read(b"{\"a\": 1,\n \"b\": nul}").unwrap_err();
        assert_eq!(error.code(), "scim-json-syntax");
        assert_eq!(error.span(), Some(Span::new(18, 19)));
        for bad in [
            "",
            "{} {}",
            "[1,]",
            "\u{feff}{}",
            "{\"a\":1e999}",
            "\"\\ud800\"",
        ] {
            assert_eq!(code(bad), "scim-json-syntax", "{bad}");
        }
        assert_eq!(
            read(&[b'"', 0xff, b'"']).unwrap_err().code(),
            "scim-json-syntax"
        );
    }
}
