//! How much of one attribute an answer carries.

use super::project::Choice;
use crate::scim::schema::{Attribute, DataType, Located, ResourceType, Returned, Scope};

/// What an answer carries of one attribute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Portion {
    /// All but these parts.
    Except(Vec<String>),
    Nothing,
    /// These parts.
    Only(Vec<String>),
}

/// A name of a request, bound to a resource type.
pub(super) struct Named<'n> {
    urn: Option<String>,
    /// None: every attribute of the schema.
    attribute: Option<String>,
    part: Option<&'n str>,
}

impl<'n> Named<'n> {
    /// The names that mean something.
    pub(super) fn all(names: &'n [String], resource_type: &ResourceType) -> Vec<Self> {
        let named = names.iter().filter_map(|name| {
            let (scope, attribute, part) = match resource_type.locate(name)? {
                Located::Schema(scope) => (scope, None, None),
                Located::Attribute {
                    scope,
                    attribute,
                    sub,
                } => (scope, Some(attribute.name().to_owned()), sub),
            };
            let urn = scope.urn().map(str::to_owned);
            Some(Self {
                urn,
                attribute,
                part,
            })
        });
        named.collect()
    }
}

/// What the names of a request say of one attribute.
struct Said<'n> {
    /// Its schema is named.
    schema: bool,
    /// It is named itself.
    whole: bool,
    parts: Vec<&'n str>,
}

impl<'n> Said<'n> {
    fn of(named: &[Named<'n>], scope: Scope<'_>, attribute: &Attribute) -> Self {
        let is_it = |name: &&Named<'n>| {
            let is_attribute = |own: &String| own == attribute.name();
            name.urn.as_deref() == scope.urn() && name.attribute.as_ref().is_none_or(is_attribute)
        };
        let mut said = Self {
            schema: false,
            whole: false,
            parts: Vec::new(),
        };
        for name in named.iter().filter(is_it) {
            match name.part {
                _ if name.attribute.is_none() => said.schema = true,
                // The elements of a simple list have no parts.
                Some(part) if attribute.data_type() == DataType::Complex => said.parts.push(part),
                _ => said.whole = true,
            }
        }
        said
    }

    fn names(&self, part: &Attribute) -> bool {
        self.parts
            .iter()
            .any(|name| name.eq_ignore_ascii_case(part.name()))
    }
}

/// What an answer carries of an attribute: RFC 7643 §7, `returned`.
pub(super) fn portion(
    choice: &Choice,
    named: &[Named<'_>],
    written: &[Named<'_>],
    scope: Scope<'_>,
    attribute: &Attribute,
) -> Portion {
    if !attribute.is_readable() {
        return Portion::Nothing;
    }
    let said = Said::of(named, scope, attribute);
    let written = Said::of(written, scope, attribute);
    let is_written = written.whole || !written.parts.is_empty();
    let is_named = said.whole || (said.schema && attribute.returned() != Returned::Request);
    let is_excluded = said.whole || said.schema;
    let is_default = match attribute.returned() {
        Returned::Always => true,
        Returned::Default => !matches!(choice, Choice::Only(_)),
        Returned::Request => is_written && !matches!(choice, Choice::Only(_)),
        Returned::Never => false,
    };
    match choice {
        Choice::Default if is_default => Portion::Except(parts(attribute, |part| {
            part.returned() == Returned::Request && !written.names(part)
        })),
        Choice::Only(_) if is_default || is_named => Portion::Except(parts(attribute, |part| {
            part.returned() == Returned::Request && !said.names(part)
        })),
        Choice::Only(_) if !said.parts.is_empty() => Portion::Only(only(attribute, &said)),
        Choice::Without(_)
            if is_default && (!is_excluded || attribute.returned() == Returned::Always) =>
        {
            Portion::Except(parts(attribute, |part| {
                let is_asked = part.returned() == Returned::Request && !written.names(part);
                is_asked || (said.names(part) && part.returned() != Returned::Always)
            }))
        }
        _ => Portion::Nothing,
    }
}

/// The parts that may not be read, and those for which `is_left_out` holds.
fn parts(attribute: &Attribute, is_left_out: impl Fn(&Attribute) -> bool) -> Vec<String> {
    let parts = attribute.sub_attributes().iter();
    let left_out = parts.filter(|part| !part.is_readable() || is_left_out(part));
    left_out.map(|part| part.name().to_owned()).collect()
}

/// The parts that are named, with those that are always returned.
fn only(attribute: &Attribute, said: &Said<'_>) -> Vec<String> {
    let known = attribute.sub_attributes().iter();
    let known = known
        .filter(|part| part.is_readable())
        .filter(|part| said.names(part) || part.returned() == Returned::Always)
        .map(|part| part.name().to_owned());
    // A part that the schema does not have may be stored all the same.
    let unknown = said.parts.iter();
    let unknown = unknown
        .filter(|name| attribute.sub_attribute(name).is_none())
        .map(|name| (*name).to_owned());
    known.chain(unknown).collect()
}
