//! A value on its way in: forms that a profile refuses are refused, forms that only some
//! identity provider sends are brought into the standard's.

use serde_json::{Map, Value};

use super::profile::{EmbeddedJson, OldNames, Profile, TextBoolean, ValueShape};
use super::syntax::check;
use crate::scim::json;
use crate::scim::schema::{Attribute, DataType};
use crate::scim::value::{Fault, value_type};

/// The value of a whole attribute.
pub(in crate::scim) fn adapt(
    attribute: &Attribute,
    value: Value,
    profile: &Profile,
) -> Result<Value, Fault> {
    if !attribute.is_multi_valued() {
        return adapt_element(attribute, value, profile);
    }
    match value {
        Value::Array(elements) => {
            let elements = elements.into_iter().enumerate().map(|(index, element)| {
                let element = adapt_element(attribute, element, profile);
                element.map_err(|fault| fault.within(&index.to_string()))
            });
            elements.collect::<Result<_, _>>().map(Value::Array)
        }
        value @ (Value::Null | Value::Object(_))
            if profile.value_shape == ValueShape::Adapt || value.is_null() =>
        {
            adapt_element(attribute, value, profile)
        }
        value if profile.value_shape == ValueShape::Refuse => {
            Err(Fault::new(value_type(attribute, &value)))
        }
        value => adapt_element(attribute, value, profile),
    }
}

/// A single value, or one element of a list.
pub(in crate::scim) fn adapt_element(
    attribute: &Attribute,
    value: Value,
    profile: &Profile,
) -> Result<Value, Fault> {
    match value {
        Value::Object(parts) if attribute.data_type() == DataType::Complex => {
            let parts = renamed(attribute, unpacked(attribute, parts, profile), profile);
            let parts = parts.into_iter().map(|(name, value)| {
                let value = match attribute.sub_attribute(&name) {
                    Some(sub) => adapt(sub, value, profile).map_err(|fault| fault.within(&name))?,
                    None => value,
                };
                Ok((name, value))
            });
            parts.collect::<Result<_, _>>().map(Value::Object)
        }
        Value::String(_)
            if attribute.data_type() == DataType::Boolean
                && profile.text_boolean == TextBoolean::Refuse =>
        {
            Err(Fault::new(value_type(attribute, &value)))
        }
        // A bare id, a list of one, `{"value": …}` around a simple value.
        Value::Object(_) | Value::Array(_) if profile.value_shape == ValueShape::Refuse => {
            Err(Fault::new(value_type(attribute, &value)))
        }
        Value::String(_)
            if attribute.data_type() == DataType::Complex
                && profile.value_shape == ValueShape::Refuse =>
        {
            Err(Fault::new(value_type(attribute, &value)))
        }
        value => check(attribute, &value, profile).map(|()| value),
    }
}

/// The object that stands as JSON in the `value` of an element.
fn unpacked(
    attribute: &Attribute,
    parts: Map<String, Value>,
    profile: &Profile,
) -> Map<String, Value> {
    let may_be_packed = profile.embedded_json == EmbeddedJson::Unpack
        && attribute.is_multi_valued()
        && !attribute.points_at_resource();
    let text = parts.get("value").and_then(Value::as_str);
    let packed = text.filter(|text| may_be_packed && text.trim_start().starts_with('{'));
    let Some(Ok(Value::Object(inner))) = packed.map(|text| json::read(text.as_bytes())) else {
        return parts;
    };
    let mut unpacked = parts;
    unpacked.remove("value");
    for (name, value) in inner {
        let name = match name.eq_ignore_ascii_case("displayName") {
            true => "display".to_owned(),
            false => name,
        };
        if let Some(sub) = attribute.sub_attribute(&name) {
            unpacked.insert(sub.name().to_owned(), value);
        }
    }
    unpacked
}

/// `managerId`, which was the name in SCIM 1.1 of what is `value` now.
fn renamed(
    attribute: &Attribute,
    mut parts: Map<String, Value>,
    profile: &Profile,
) -> Map<String, Value> {
    let is_old = |name: &&String| name.eq_ignore_ascii_case("managerId");
    let old = parts.keys().find(is_old).cloned();
    if profile.old_names == OldNames::Read
        && attribute.points_at_resource()
        && !parts.contains_key("value")
        && let Some(value) = old.and_then(|old| parts.remove(&old))
    {
        parts.insert("value".to_owned(), value);
    }
    parts
}
