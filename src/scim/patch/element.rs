//! Writing to the parts of one object: a complex value, an element, or the resource itself.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::draft::Mode;
use super::list::{Identity, List};
use crate::error::Shown;
use crate::scim::dialect::{Profile, ReadOnlyPart, UnknownPart};
use crate::scim::error::{Error, ErrorKind};
use crate::scim::filter::is_present;
use crate::scim::schema::{Attribute, DataType, Mutability};
use crate::scim::value::{Unknown, shape, shape_element, unknown_part, value_type};

/// Writes one part. `replace` with an empty value removes it; `add` of an empty value does nothing.
pub(super) fn write_part(
    parts: &mut Map<String, Value>,
    part: &Attribute,
    value: Value,
    mode: Mode,
    unknown: Unknown,
) -> Result<(), Error> {
    let shaped = shape(part, value, unknown).map_err(|fault| Error::new(fault.kind))?;
    match (shaped, mode) {
        (None, Mode::Add) => Ok(()),
        (None, Mode::Replace) => clear_part(parts, part),
        (Some(value), _) if part.is_required() && !is_present(&value) => {
            let attribute = Shown::new(part.name());
            Err(Error::new(ErrorKind::RequiredMissing { attribute }))
        }
        (Some(value), _) => {
            let Some(stored) = parts.get_mut(part.name()) else {
                parts.insert(part.name().to_owned(), value);
                return Ok(());
            };
            // To accept the right value alone would tell what is hidden.
            let differs = || *stored != value || !part.is_readable();
            if part.mutability() == Mutability::Immutable && is_present(stored) && differs() {
                return Err(immutable(part));
            }
            *stored = value;
            Ok(())
        }
    }
}

/// Removes one part.
pub(super) fn clear_part(parts: &mut Map<String, Value>, part: &Attribute) -> Result<(), Error> {
    let has_value = parts.get(part.name()).is_some_and(is_present);
    check_clearable(part, has_value)?;
    parts.remove(part.name());
    Ok(())
}

/// Refuses to remove what must stay.
pub(super) fn check_clearable(part: &Attribute, has_value: bool) -> Result<(), Error> {
    if part.is_required() {
        let attribute = Shown::new(part.name());
        return Err(Error::new(ErrorKind::RequiredRemoved { attribute }));
    }
    if part.mutability() == Mutability::Immutable && has_value {
        return Err(immutable(part));
    }
    Ok(())
}

fn immutable(part: &Attribute) -> Error {
    let attribute = Shown::new(part.name());
    Error::new(ErrorKind::Immutable { attribute })
}

/// Writes each member to its part; parts that are not named stay (RFC 7644 §3.5.2.3).
pub(super) fn merge_parts(
    parts: &mut Map<String, Value>,
    attribute: &Attribute,
    members: Map<String, Value>,
    mode: Mode,
    profile: &Profile,
) -> Result<(), Error> {
    for (name, value) in members {
        match attribute.sub_attribute(&name) {
            Some(sub) if sub.mutability() == Mutability::ReadOnly => {
                let agrees = sub.is_readable() && parts.get(sub.name()) == Some(&value);
                if profile.read_only_part == ReadOnlyPart::Refuse && !agrees {
                    return Err(read_only(sub));
                }
            }
            Some(sub) => write_part(parts, sub, value, mode, Unknown::Refuse)?,
            None if profile.unknown_part == UnknownPart::Ignore => {}
            None => return Err(Error::new(unknown_part(attribute, &name))),
        }
    }
    Ok(())
}

/// Removes the parts that the new value does not name.
pub(super) fn forget_others(
    parts: &mut Map<String, Value>,
    attribute: &Attribute,
    members: &Map<String, Value>,
) -> Result<(), Error> {
    for sub in attribute.sub_attributes() {
        let is_named = || {
            members
                .keys()
                .any(|name| name.eq_ignore_ascii_case(sub.name()))
        };
        if sub.mutability() != Mutability::ReadOnly && parts.contains_key(sub.name()) && !is_named()
        {
            clear_part(parts, sub)?;
        }
    }
    Ok(())
}

/// Writes a whole element: `add` merges, `replace` leaves nothing of the old one.
pub(super) fn write_element(
    element: &mut Value,
    attribute: &Attribute,
    value: Value,
    mode: Mode,
    profile: &Profile,
) -> Result<(), Error> {
    match (element, value) {
        (_, Value::Null) if mode == Mode::Add => Ok(()),
        (Value::Object(parts), Value::Object(members)) if mode == Mode::Add => {
            merge_parts(parts, attribute, members, mode, profile)
        }
        (element, value) => {
            let unknown = match profile.unknown_part {
                UnknownPart::Ignore => Unknown::Drop,
                UnknownPart::Refuse => Unknown::Refuse,
            };
            if value.is_array() {
                return Err(Error::new(value_type(attribute, &value)));
            }
            let shaped = shape_element(attribute, value, unknown);
            let mut new = shaped
                .map_err(|fault| Error::new(fault.kind))?
                .unwrap_or(Value::Null);
            strip_read_only(attribute, &mut new, profile)?;
            for sub in attribute.sub_attributes() {
                let (old, new) = (element.get(sub.name()), new.get(sub.name()));
                let differs = old != new || !sub.is_readable();
                if sub.mutability() == Mutability::Immutable && old.is_some() && differs {
                    return Err(immutable(sub));
                }
            }
            *element = new;
            Ok(())
        }
    }
}

/// Takes read-only parts out of a new element.
pub(super) fn strip_read_only(
    attribute: &Attribute,
    element: &mut Value,
    profile: &Profile,
) -> Result<(), Error> {
    let Value::Object(parts) = element else {
        return Ok(());
    };
    for sub in attribute.sub_attributes() {
        if sub.mutability() == Mutability::ReadOnly
            && parts.remove(sub.name()).is_some()
            && profile.read_only_part == ReadOnlyPart::Refuse
        {
            return Err(read_only(sub));
        }
    }
    Ok(())
}

fn read_only(part: &Attribute) -> Error {
    let attribute = Shown::new(part.name());
    Error::new(ErrorKind::ReadOnly { attribute })
}

/// Whether a part is the service provider's: nobody else writes it, or nobody else sees it.
fn is_own(part: &Attribute) -> bool {
    part.mutability() == Mutability::ReadOnly || !part.is_readable()
}

/// The parts of stored elements that are the service provider's, by the identity of the element.
pub(super) fn own_parts(
    attribute: &Attribute,
    list: &List,
) -> HashMap<Identity, Map<String, Value>> {
    let own: Vec<&Attribute> = attribute
        .sub_attributes()
        .iter()
        .filter(|it| is_own(it))
        .collect();
    let mut known = HashMap::new();
    if own.is_empty() {
        return known;
    }
    for (_, element) in list.elements() {
        let stored = own.iter().filter_map(|part| {
            let value = element.get(part.name())?;
            Some((part.name().to_owned(), value.clone()))
        });
        known
            .entry(Identity::of(attribute, element))
            .or_insert_with(|| stored.collect());
    }
    known
}

/// Gives a new element what the stored one of its identity has and a client cannot say again.
pub(super) fn keep_own_parts(
    own: &mut HashMap<Identity, Map<String, Value>>,
    attribute: &Attribute,
    element: &mut Value,
) {
    if own.is_empty() {
        return;
    }
    let stored = own.remove(&Identity::of(attribute, element));
    if let (Some(stored), Value::Object(parts)) = (stored, element) {
        for (name, value) in stored {
            parts.entry(name).or_insert(value);
        }
    }
}

/// Adds what a new element says beyond the stored one of the same identity.
pub(super) fn merge_known(attribute: &Attribute, known: &mut Value, element: Value) {
    let (Value::Object(known), Value::Object(parts)) = (known, element) else {
        return;
    };
    for (name, value) in parts {
        let is_identity = matches!(name.as_str(), "value" | "type");
        let part = attribute.sub_attribute(&name);
        if !is_identity && part.is_some_and(|part| part.mutability() != Mutability::Immutable) {
            known.insert(name, value);
        }
    }
}

/// The sub-attribute that marks the preferred element: RFC 7643 §2.4.
fn primary(attribute: &Attribute) -> Option<&Attribute> {
    let primary = attribute.sub_attribute("primary")?;
    (primary.data_type() == DataType::Boolean).then_some(primary)
}

pub(super) fn is_primary(attribute: &Attribute, element: &Value) -> bool {
    primary(attribute).is_some_and(|primary| is_true(primary, element))
}

fn is_true(primary: &Attribute, element: &Value) -> bool {
    element.get(primary.name()) == Some(&Value::Bool(true))
}

/// The places of the primary elements, in order.
pub(super) fn primaries(attribute: &Attribute, list: &List) -> Vec<usize> {
    let Some(primary) = primary(attribute) else {
        return Vec::new();
    };
    let elements = list.elements();
    let primaries = elements.filter(|(_, element)| is_true(primary, element));
    primaries.map(|(slot, _)| slot).collect()
}

/// Lets at most one element be primary: the one that an operation made so (RFC 7644 §3.5.2).
pub(super) fn settle_primary(
    attribute: &Attribute,
    list: &mut List,
    claims: &[usize],
) -> Result<(), Error> {
    let (Some(primary), Some(claim)) = (primary(attribute), claims.first()) else {
        return Ok(());
    };
    if claims.len() > 1 {
        let attribute = Shown::new(attribute.name());
        return Err(Error::new(ErrorKind::PrimaryTwice { attribute }));
    }
    let others = primaries(attribute, list).into_iter();
    for slot in others.filter(|slot| slot != claim) {
        if let Some(Value::Object(parts)) = list.slot(slot) {
            parts.insert(primary.name().to_owned(), Value::Bool(false));
        }
    }
    Ok(())
}
