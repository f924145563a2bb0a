//! Running a resolved filter over a resource.

use serde_json::{Map, Value};

use super::ast::Operator;
use super::compare::Scalar;
use super::resolve::{Check, ResolvedFilter, Step, Target};
use crate::scim::fingerprint::Fingerprint;
use crate::scim::resource::Resource;

impl ResolvedFilter {
    /// Whether the resource matches. See [`ResolvedFilter`] for an example.
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        run(&self.steps, 0, self.steps.len(), Scope::Resource(resource))
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
    Resource(&'a Resource),
}

/// What steps can look at.
pub(super) trait Source: Copy {
    /// Whether the steps from `at` up to `end` hold of some element of the target.
    fn any_matches(self, target: &Target, steps: &[Step], at: usize, end: usize) -> bool;

    /// Whether the check holds of the target's values.
    fn check(self, target: &Target, check: &Check) -> bool;

    /// Whether it is known without a look that no value has the fingerprint.
    fn excludes(self, fingerprint: Fingerprint) -> bool;
}

/// Runs the steps from `at` up to `end`. Value paths do not nest, so it calls itself once at most.
pub(super) fn run<S: Source>(steps: &[Step], mut at: usize, end: usize, source: S) -> bool {
    let mut holds = false;
    while at < end {
        let next = at.saturating_add(1);
        at = match steps.get(at) {
            Some(Step::Elements { target, end }) => {
                holds = source.any_matches(target, steps, next, *end);
                *end
            }
            Some(Step::Not) => {
                holds = !holds;
                next
            }
            Some(Step::Skip { outcome, to }) if holds == *outcome => *to,
            Some(Step::Test {
                target,
                check,
                fingerprint,
            }) => {
                let is_excluded = fingerprint.is_some_and(|it| source.excludes(it));
                holds = !is_excluded && source.check(target, check);
                next
            }
            Some(Step::Skip { .. }) | None => next,
        };
    }
    holds
}

impl Source for Scope<'_> {
    fn any_matches(self, target: &Target, steps: &[Step], at: usize, end: usize) -> bool {
        values(self, target).any(|element| run(steps, at, end, Self::Element(element)))
    }

    fn check(self, target: &Target, check: &Check) -> bool {
        let mut values = values(self, target);
        match check {
            Check::Absent => !values.any(is_present),
            Check::Present => values.any(is_present),
            Check::Compare { operator, operand } => {
                let mut has_value = false;
                let holds = values.any(|value| {
                    has_value = true;
                    operand.holds(*operator, Scalar::of(value))
                });
                holds || check.holds_of_nothing(has_value)
            }
        }
    }

    fn excludes(self, fingerprint: Fingerprint) -> bool {
        matches!(self, Self::Resource(resource) if resource.excludes(fingerprint))
    }
}

impl Check {
    /// Whether it holds because there is no value: nothing is not equal to anything.
    pub(super) fn holds_of_nothing(&self, has_value: bool) -> bool {
        let is_ne = matches!(
            self,
            Self::Compare {
                operator: Operator::Ne,
                ..
            }
        );
        is_ne && !has_value
    }
}

/// The values of a target; nulls and empty lists are no values (RFC 7643 §2.5).
fn values<'a, 't>(
    scope: Scope<'a>,
    target: &'t Target,
) -> impl Iterator<Item = &'a Value> + use<'a, 't> {
    let (value, sub) = match (scope, target) {
        (Scope::Element(element), Target::Element { sub }) => (Some(element), sub),
        (
            Scope::Resource(resource),
            Target::Resource {
                extension,
                attribute,
                sub,
            },
        ) => {
            let object = resource.object();
            let holder = match extension {
                None => Some(object),
                Some(urn) => member(object, urn).and_then(Value::as_object),
            };
            (holder.and_then(|holder| member(holder, attribute)), sub)
        }
        (_, Target::Element { sub } | Target::Resource { sub, .. }) => (None, sub),
    };
    let found = value.map_or(&[][..], elements).iter();
    let found = found.flat_map(move |element| match sub {
        None => std::slice::from_ref(element),
        Some(sub) => part(element, sub).map_or(&[][..], elements),
    });
    found.filter(|value| !value.is_null())
}

fn part<'a>(element: &'a Value, name: &str) -> Option<&'a Value> {
    element.as_object().and_then(|parts| member(parts, name))
}

/// The member of that name. In a small object most names are told apart by their lengths, which
/// stand side by side, while the names themselves are somewhere else in memory.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    const FEW: usize = 16;
    if members.len() > FEW {
        return members.get(name);
    }
    let mut members = members.iter();
    let found = members.find(|(key, _)| key.len() == name.len() && *key == name);
    found.map(|(_, value)| value)
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
