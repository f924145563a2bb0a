//! When, and for which services, the assertion is valid: saml-core §2.5.

use chrono::{DateTime, Utc};

use crate::error::Shown;
use crate::xml::Element;

use super::check::{Check, Period};
use super::namespace::ASSERTION;
use super::refusal::Findings;
use super::structure::{Children, identifier};
use super::subject::read_window;
use super::terms::Terms;

/// Judges the `Conditions` and returns their end, where they have one.
///
/// Every audience restriction must name this service: they are joined by *and*, the audiences of
/// one by *or* (saml-core §2.5.1.4). `OneTimeUse` is met by the question about replay, which is
/// asked for every assertion. `ProxyRestriction` binds those who issue assertions in turn, which
/// this service does not. A condition of another kind makes the assertion indeterminate.
pub(super) fn judge(
    assertion: &mut Children<'_>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    let Some(conditions) = assertion.next_if(ASSERTION, "Conditions") else {
        findings.fail(Check::ConditionsMissing, assertion.parent());
        return None;
    };
    let window = read_window(conditions, findings);
    window.judge(Period::Conditions, terms.clock(), conditions, findings);
    let entity_id = terms.service().entity_id().as_str();
    let mut is_restricted = false;
    let mut children = Children::of(conditions, findings);
    while let Some(condition) = children.next_if_any(|_| true) {
        let is_known = |name| condition.is(ASSERTION, name);
        if is_known("AudienceRestriction") {
            is_restricted = true;
            judge_audience(condition, entity_id, findings);
        } else if !is_known("OneTimeUse") && !is_known("ProxyRestriction") {
            let found = Shown::new(condition.local_name());
            findings.fail(Check::ConditionUnknown { found }, condition);
        }
    }
    if !is_restricted {
        let expected = Shown::identifier(entity_id);
        findings.fail(Check::AudienceMissing { expected }, conditions);
    }
    window.end
}

fn judge_audience(restriction: Element<'_>, entity_id: &str, findings: &mut Findings) {
    let mut children = Children::of(restriction, findings);
    while children.next_if(ASSERTION, "Audience").is_some() {}
    children.end(findings);
    let audiences = || {
        restriction
            .children()
            .filter(|child| child.is(ASSERTION, "Audience"))
            .map(identifier)
    };
    if audiences().any(|audience| audience == entity_id) {
        return;
    }
    let check = Check::AudienceMismatch {
        expected: Shown::identifier(entity_id),
        found: audiences()
            .take(8)
            .map(|audience| Shown::identifier(&audience))
            .collect(),
    };
    findings.fail(check, restriction);
}
