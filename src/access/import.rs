//! Reading the organization's users into the identity provider.
//!
//! An import only reads: the users that it makes are made on the other side. This module lists
//! nothing itself; [`Organization::import_listing`](super::Organization::import_listing) does.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::audit::{AuditActor, AuditName};
use super::decision::{Allowance, Decision, Fact, Outcome, Reason, Refusals, Warning};
use super::deny::DenyCode;
use super::effect::{Effect, Notice};
use super::rule::RuleId;
use crate::identity::{ConnectionId, UserId};
use crate::limits::BACKGROUND_IMPORT_USERS;

/// One user in an import listing (rules IMPORT-02 and IMPORT-03).
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ImportEntry {
    /// Who.
    pub user: UserId,
    /// Whether the identity provider has them already.
    pub status: ImportStatus,
    /// Whether the member may enter: who may not is left out of an import.
    pub activity: ImportActivity,
    /// Whether a group that is bound to the product has them.
    pub binding: ImportBinding,
}

/// Whether the identity provider has a user already.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportStatus {
    /// It has not: first in a listing.
    New,
    /// It has: a connection manages the member.
    Imported,
}

/// Whether a user may enter.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportActivity {
    /// They may.
    Active,
    /// They may not.
    Deactivated,
}

/// Whether a group that is bound to the product has a user.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportBinding {
    /// One has.
    Bound,
    /// None has.
    Unbound,
}

/// What the identity provider asks for.
#[expect(clippy::exhaustive_enums, reason = "a host offers each")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ImportRequest {
    /// To see the users.
    List(ImportFilter),
    /// To take these.
    Take(BTreeSet<UserId>),
}

/// Which users a listing has.
#[expect(clippy::exhaustive_enums, reason = "a host offers each")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ImportFilter {
    /// All of them, new ones first.
    All,
    /// Only those that the identity provider has not.
    NewOnly,
}

/// The facts of an import.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug)]
pub struct ImportFacts {
    /// The connection that asks, authenticated; absent when it is none of this organization.
    pub connection: Option<ConnectionId>,
    /// The users whom the request names, as far as they are members.
    pub entries: Vec<ImportEntry>,
}

/// Decides an import (rules IMPORT-01 to IMPORT-06 and C-35).
///
/// ```
/// use vestibule::access::*;
/// use vestibule::identity::ConnectionId;
///
/// let facts = ImportFacts { connection: Some(ConnectionId::new("okta-1")), entries: Vec::new() };
/// let decision = decide_import(&facts, &ImportRequest::List(ImportFilter::All));
/// assert_eq!(decision.outcome, Outcome::Allow(Allowance::Read));
/// ```
pub fn decide_import(facts: &ImportFacts, request: &ImportRequest) -> Decision {
    let mut refusals = Refusals::new();
    if facts.connection.is_none() {
        let reason = Reason::new(RuleId::TOKEN_03, []);
        refusals.push(DenyCode::UnknownConnection, reason);
    }
    let decision = match request {
        ImportRequest::List(filter) => {
            let rule = match filter {
                ImportFilter::All => RuleId::IMPORT_03,
                ImportFilter::NewOnly => RuleId::IMPORT_04,
            };
            refusals
                .into_decision(None)
                .unwrap_or_else(|| readable(vec![Reason::new(rule, [])]))
        }
        ImportRequest::Take(users) => take(facts, users, refusals),
    };
    let actor = facts
        .connection
        .clone()
        .map_or(AuditActor::Stranger, AuditActor::Connection);
    decision.audited(AuditName::DirectoryImport, actor, None)
}

fn take(facts: &ImportFacts, users: &BTreeSet<UserId>, mut refusals: Refusals) -> Decision {
    let taken: Vec<_> = facts
        .entries
        .iter()
        .filter(|entry| users.contains(&entry.user) && entry.activity == ImportActivity::Active)
        .collect();
    let left_out = users.len().saturating_sub(taken.len());
    if taken.is_empty() {
        let reason = Reason::new(RuleId::IMPORT_02, [Fact::OtherUsers(left_out)]);
        refusals.push(DenyCode::NothingToImport, reason);
    }
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    let mut reasons = size_rules(taken.len());
    if left_out > 0 {
        reasons.push(Reason::new(RuleId::IMPORT_02, [Fact::OtherUsers(left_out)]));
    }
    let unbound = taken
        .iter()
        .filter(|entry| entry.binding == ImportBinding::Unbound)
        .count();
    let warning = (unbound > 0).then_some(Warning::ImportedUnbound(unbound));
    if warning.is_some() {
        reasons.push(Reason::new(RuleId::IMPORT_06, []));
    }
    let users = taken.len();
    let notice =
        (users >= BACKGROUND_IMPORT_USERS).then_some(Effect::Notify(Notice::ImportRuns { users }));
    readable(reasons)
        .with_effects(notice.into_iter().collect())
        .with_warnings(warning.into_iter().collect())
}

/// Fewer than a hundred are answered at once; a hundred is the case that C-35 decides.
fn size_rules(users: usize) -> Vec<Reason> {
    let rules: &[RuleId] = match users {
        0..BACKGROUND_IMPORT_USERS => &[RuleId::IMPORT_01],
        BACKGROUND_IMPORT_USERS => &[RuleId::C_35, RuleId::IMPORT_05],
        _ => &[RuleId::IMPORT_05],
    };
    rules.iter().map(|rule| Reason::new(*rule, [])).collect()
}

fn readable(reasons: Vec<Reason>) -> Decision {
    Decision::new(Outcome::Allow(Allowance::Read), reasons)
}
