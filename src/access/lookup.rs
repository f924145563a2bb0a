//! What a directory finds when it looks for a user.
//!
//! The host looks; this module says what the directory is told. A reading changes nothing, so that
//! neither the plan nor the state of sign-on stands in its way.

use super::audit::{AuditActor, AuditName};
use super::decision::{Decision, Fact, Outcome, Reason, Refusals, Subject};
use super::deny::DenyCode;
use super::facts::{DomainClass, UserFacts};
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::{ListScope, Settings};
use crate::identity::ConnectionId;

/// How a lookup ended.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must sort every end into one"
)]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LookupEnd<'a> {
    /// It did not complete.
    Failed,
    /// It found this user.
    Found(Box<UserFacts<'a>>),
    /// It completed and found nobody.
    Nobody,
    /// The filter is one that the host cannot evaluate.
    UnsupportedFilter,
}

/// Decides what a directory is told of a lookup: the decision's subject is whom it finds.
///
/// A lookup that failed and a filter that is not understood are errors, never an empty list: a
/// directory that finds nobody creates a second user (rules USER-20 and USER-21). `connection` is
/// the one that the request's token is of, absent when it is none of this organization.
///
/// ```
/// use vestibule::access::{LookupEnd, Outcome, Settings, decide_lookup};
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::ConnectionId;
///
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let okta = ConnectionId::new("okta-1");
/// let probe = decide_lookup(&settings, Some(&okta), &LookupEnd::Nobody);
/// assert_eq!(probe.outcome, Outcome::NoEffect); // an empty list, with status 200
/// assert!(probe.subject().is_none());
/// let failed = decide_lookup(&settings, Some(&okta), &LookupEnd::Failed);
/// assert!(matches!(failed.outcome, Outcome::Deny { .. }));
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
pub fn decide_lookup(
    settings: &Settings,
    connection: Option<&ConnectionId>,
    end: &LookupEnd<'_>,
) -> Decision {
    let mut refusals = Refusals::new();
    if connection.is_none() {
        let reason = Reason::new(RuleId::TOKEN_03, []);
        refusals.push(DenyCode::UnknownConnection, reason);
    }
    let by = RemedyActor::DirectoryAdministrator;
    match end {
        LookupEnd::Failed => {
            let reason = Reason::new(RuleId::USER_20, []);
            refusals.push(DenyCode::LookupFailed, reason);
        }
        LookupEnd::UnsupportedFilter => {
            let reason = Reason::new(RuleId::USER_21, []);
            let reason = reason.with_remedy(RemedyAction::CorrectMapping, by);
            refusals.push(DenyCode::UnsupportedFilter, reason);
        }
        LookupEnd::Found(_) | LookupEnd::Nobody => {}
    }
    let actor = connection.map_or(AuditActor::Stranger, |connection| {
        AuditActor::Connection(connection.clone())
    });
    let decision = refusals.into_decision(None);
    let decision = decision.unwrap_or_else(|| answered(settings, end));
    decision.audited(AuditName::UserLookup, actor, None)
}

fn answered(settings: &Settings, end: &LookupEnd<'_>) -> Decision {
    let LookupEnd::Found(user) = end else {
        return Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::TOKEN_08, [])]);
    };
    let is_listed = match settings.list_scope {
        ListScope::AllMembers => true,
        ListScope::ManagedDomainsOnly => user.domain == DomainClass::OwnVerified,
    };
    let member = user.member;
    let is_member = member.is_some_and(|member| !member.is_deleted());
    if is_member && is_listed {
        let reasons = vec![Reason::new(RuleId::TOKEN_07, [])];
        let subject = Subject::User(user.user.clone());
        return Decision::new(Outcome::NoEffect, reasons).about(Some(subject));
    }
    let scope = [Fact::setting("list_scope", &settings.list_scope)];
    Decision::new(Outcome::NoEffect, vec![Reason::new(RuleId::C_23, scope)])
}
