//! Running a resolved filter over a resource.

use serde_json::{Map, Value};

use super::ast::Operator;
use super::resolve::{Check, ResolvedFilter, Step, Target};
use crate::scim::resource::Resource;

impl ResolvedFilter {
    /// Whether the resource matches. See [`ResolvedFilter`] for an example.
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        let scope = Scope::Resource(resource.object());
        run(&self.steps, 0, self.steps.len(), scope)
    }

    /// Whether one element of an attribute matches the filter of a value path.
    pub(crate) fn matches_element(&self, element: &Value) -> bool {
        run(&self.steps, 0, self.steps.len(), Scope::Element(element))
    }
}

/// What the steps look at.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Element(&'a Value),
    Resource(&'a Map<String, Value>),
}

/// Runs the steps from `at` up to `end`. Value paths do not nest, so it calls itself once at most.
fn run(steps: &[Step], mut at: usize, end: usize, scope: Scope<'_>) -> bool {
    let mut holds = false;
    while at < end {
        let next = at.saturating_add(1);
        at = match steps.get(at) {
            Some(Step::Elements { target, end }) => {
                holds = values(scope, target)
                    .any(|element| run(steps, next, *end, Scope::Element(element)));
                *end
            }
            Some(Step::Not) => {
                holds = !holds;
                next
            }
            Some(Step::Skip { outcome, to }) if holds == *outcome => *to,
            Some(Step::Test { target, check }) => {
                holds = check.holds(values(scope, target));
                next
            }
            Some(Step::Skip { .. }) | None => next,
        };
    }
    holds
}

impl Check {
    fn holds<'a>(&self, mut values: impl Iterator<Item = &'a Value>) -> bool {
        match self {
            Self::Absent => !values.any(is_present),
            Self::Present => values.any(is_present),
            Self::Compare {
                operator: Operator::Ne,
                operand,
            } => {
                let mut values = values.peekable();
                values.peek().is_none() || values.any(|value| operand.holds(Operator::Ne, value))
            }
            Self::Compare { operator, operand } => {
                values.any(|value| operand.holds(*operator, value))
            }
        }
    }
}

/// The values of a target; nulls and empty lists are no values (RFC 7643 §2.5).
fn values<'a>(scope: Scope<'a>, target: &'a Target) -> impl Iterator<Item = &'a Value> {
    let (value, sub) = match (scope, target) {
        (Scope::Element(element), Target::Element { sub }) => (Some(element), sub),
        (
            Scope::Resource(object),
            Target::Resource {
                extension,
                attribute,
                sub,
            },
        ) => {
            let holder = match extension {
                None => Some(object),
                Some(urn) => object.get(urn).and_then(Value::as_object),
            };
            (holder.and_then(|holder| holder.get(attribute)), sub)
        }
        (_, Target::Element { sub } | Target::Resource { sub, .. }) => (None, sub),
    };
    let found = value.map_or(&[][..], elements).iter();
    let found = found.flat_map(move |element| match sub {
        None => std::slice::from_ref(element),
        Some(sub) => element.get(sub).map_or(&[][..], elements),
    });
    found.filter(|value| !value.is_null())
}

/// The elements of a list, or the single value as the only one.
pub(crate) fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(elements) => elements,
        single => std::slice::from_ref(single),
    }
}

/// Whether a value is not empty: RFC 7644 §3.4.2.2 Table 3, `pr`.
pub(crate) fn is_present(value: &Value) -> bool {
    let is_plain = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    match value {
        Value::Object(members) => members.values().any(is_plain),
        plain => is_plain(plain),
    }
}
