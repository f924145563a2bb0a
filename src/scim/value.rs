//! Bringing values into the one shape that the schema says.
//!
//! What arrives in several shapes is stored in one: `"True"` as `true`, one object as a list of
//! one, a manager's bare id as `{"value": id}`, a list of one as the single value. `null`, `[]`
//! and `{}` are no value (RFC 7643 §2.5).

use serde_json::{Map, Value};

use super::error::{ErrorKind, JsonType};
use super::filter::{Instant, boolean};
use super::json::{plain, pointer_token};
use super::schema::{Attribute, DataType};
use crate::error::Shown;

/// A value that cannot be brought into shape, and where in it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: ErrorKind,
    /// An RFC 6901 pointer into the value.
    pub(super) pointer: String,
}

impl Fault {
    pub(super) const fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            pointer: String::new(),
        }
    }

    pub(super) fn within(mut self, name: &str) -> Self {
        self.pointer = format!("/{}{}", pointer_token(name), self.pointer);
        self
    }
}

/// What becomes of sub-attributes that the schema does not have.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Unknown {
    Drop,
    Keep,
    Refuse,
}

/// The value in the attribute's shape; none when it is empty.
pub(super) fn shape(
    attribute: &Attribute,
    value: Value,
    unknown: Unknown,
) -> Result<Option<Value>, Fault> {
    if is_shaped(attribute, &value) {
        return Ok(Some(value));
    }
    if attribute.is_multi_valued() {
        let list = match value {
            Value::Array(list) => list,
            single => vec![single],
        };
        let mut shaped = Vec::new();
        for (index, element) in list.into_iter().enumerate() {
            let element = shape_element(attribute, element, unknown);
            shaped.extend(element.map_err(|fault| fault.within(&index.to_string()))?);
        }
        return Ok((!shaped.is_empty()).then_some(Value::Array(shaped)));
    }
    shape_one(attribute, single(attribute, value), unknown)
}

/// Whether the value is in shape already, as nearly all are, so that nothing is to be done.
pub(super) fn is_shaped(attribute: &Attribute, value: &Value) -> bool {
    match value {
        Value::Array(list) if attribute.is_multi_valued() => {
            !list.is_empty() && list.iter().all(|element| is_one_shaped(attribute, element))
        }
        value => !attribute.is_multi_valued() && is_one_shaped(attribute, value),
    }
}

fn is_one_shaped(attribute: &Attribute, value: &Value) -> bool {
    use DataType as T;
    match (attribute.data_type(), value) {
        (T::Complex, Value::Object(parts)) => {
            let is_shaped = |(name, value): (&String, &Value)| {
                let part = attribute.sub_attribute(name);
                part.is_some_and(|part| part.name() == name && is_shaped(part, value))
            };
            !parts.is_empty() && parts.iter().all(is_shaped)
        }
        (T::DateTime, Value::String(text)) => Instant::parse(text).is_some(),
        (T::String | T::Reference | T::Binary, Value::String(_)) | (T::Boolean, Value::Bool(_)) => {
            true
        }
        _ => false,
    }
}

/// One element of a list. Simple elements may come as `{"value": …}`.
pub(super) fn shape_element(
    attribute: &Attribute,
    element: Value,
    unknown: Unknown,
) -> Result<Option<Value>, Fault> {
    shape_one(attribute, unwrapped(attribute, element), unknown)
}

/// A list of one is its element, where the attribute has one value.
pub(super) fn single(attribute: &Attribute, value: Value) -> Value {
    match value {
        Value::Array(mut list) if list.len() <= 1 => list
            .pop()
            .map_or(Value::Null, |one| unwrapped(attribute, one)),
        value => value,
    }
}

fn unwrapped(attribute: &Attribute, element: Value) -> Value {
    match element {
        Value::Object(mut members)
            if attribute.data_type() != DataType::Complex && members.len() == 1 =>
        {
            match members.remove("value") {
                Some(value) => value,
                None => Value::Object(members),
            }
        }
        element => element,
    }
}

fn shape_one(
    attribute: &Attribute,
    value: Value,
    unknown: Unknown,
) -> Result<Option<Value>, Fault> {
    use DataType as T;
    let shaped = match (attribute.data_type(), value) {
        (_, Value::Null) => return Ok(None),
        (T::Complex, Value::Object(members)) => return shape_parts(attribute, members, unknown),
        (T::Complex, Value::String(id)) if attribute.points_at_resource() => {
            let value = Map::from_iter([("value".to_owned(), Value::String(id))]);
            return Ok(Some(Value::Object(value)));
        }
        (T::String | T::Reference | T::Binary, value @ Value::String(_))
        | (T::Boolean, value @ Value::Bool(_)) => Ok(value),
        (T::Decimal, Value::Number(number)) => Ok(Value::Number(plain(number))),
        (T::DateTime, Value::String(text)) => match Instant::parse(&text) {
            Some(_) => Ok(Value::String(text)),
            None => Err(Value::String(text)),
        },
        (T::Boolean, Value::String(text)) => {
            boolean(&text).map(Value::Bool).ok_or(Value::String(text))
        }
        (T::Integer, Value::Number(number)) => match number.is_i64() || number.is_u64() {
            true => Ok(Value::Number(number)),
            false => Err(Value::Number(number)),
        },
        (_, value) => Err(value),
    };
    match shaped {
        Ok(value) => Ok(Some(value)),
        Err(value) => Err(Fault::new(value_type(attribute, &value))),
    }
}

pub(super) fn value_type(attribute: &Attribute, value: &Value) -> ErrorKind {
    ErrorKind::ValueType {
        attribute: Shown::new(attribute.name()),
        expected: attribute.data_type(),
        found: JsonType::of(value),
    }
}

/// The members of a complex value under the schema's names.
fn shape_parts(
    attribute: &Attribute,
    members: Map<String, Value>,
    unknown: Unknown,
) -> Result<Option<Value>, Fault> {
    let mut shaped = Map::new();
    for (name, value) in members {
        let (key, value) = match attribute.sub_attribute(&name) {
            Some(sub) => {
                let value = shape(sub, value, unknown).map_err(|fault| fault.within(&name))?;
                (Some(sub.name()), value)
            }
            None => match unknown {
                Unknown::Drop => continue,
                Unknown::Keep => (None, Some(value).filter(|value| !value.is_null())),
                Unknown::Refuse => {
                    return Err(Fault::new(unknown_part(attribute, &name)).within(&name));
                }
            },
        };
        insert_once(&mut shaped, key, name, value)?;
    }
    Ok((!shaped.is_empty()).then_some(Value::Object(shaped)))
}

pub(super) fn unknown_part(attribute: &Attribute, name: &str) -> ErrorKind {
    ErrorKind::UnknownSubAttribute {
        attribute: Shown::new(attribute.name()),
        name: Shown::new(name),
    }
}

/// Inserts under the schema's spelling, if there is one; a second spelling of one name is refused.
pub(super) fn insert_once(
    object: &mut Map<String, Value>,
    key: Option<&str>,
    spelling: String,
    value: Option<Value>,
) -> Result<(), Fault> {
    let Some(value) = value else {
        return Ok(());
    };
    let own = key.filter(|key| *key != spelling);
    if object.contains_key(own.unwrap_or(&spelling)) {
        let name = Shown::new(&spelling);
        return Err(Fault::new(ErrorKind::DuplicateName { name }).within(&spelling));
    }
    object.insert(own.map_or(spelling, str::to_owned), value);
    Ok(())
}
