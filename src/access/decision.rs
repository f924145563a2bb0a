//! The shape of a decision: what was decided, what must happen, and by which rules.
//!
//! This module decides nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::audit::{AuditActor, AuditEvent, AuditName, AuditResult, ValueChange};
use super::brake::{HeldTarget, Hold, HoldCause};
use super::deny::DenyCode;
use super::effect::Effect;
use super::facts::DomainClass;
use super::membership::Role;
use super::remedy::{Remedy, RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::SettingValue;
use crate::domain::{DomainName, WrongValueHint};
use crate::error::Explain as _;
use crate::identity::{ConnectionId, GroupId, OrganizationId, UserId};

/// What was decided about one request.
///
/// ```
/// use vestibule::access::{decide_sign_in, DomainClass, Outcome, RuleId, Settings, SignInFacts};
/// use vestibule::access::{DenyCode, SignInRequest};
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::{OrganizationId, UserId};
///
/// let organization = OrganizationId::new("acme");
/// let settings = Settings::recommended(RecordPrefix::parse("product")?);
/// let new_user = UserId::new("u1");
/// let facts = SignInFacts::of_a_stranger(&organization, &settings, DomainClass::Unclaimed, new_user);
/// let request = SignInRequest::Password { address: "bob@gmail.com".into() };
/// let now = "2026-01-01T00:00:00Z".parse().unwrap();
///
/// let decision = decide_sign_in(&facts, &request, now);
/// assert_eq!(decision.outcome, Outcome::Deny { code: DenyCode::NotAMember, route: None });
/// assert_eq!(decision.determining_rule(), Some(RuleId::LOGIN_04));
/// assert!(decision.effects.is_empty());
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[must_use = "a decision that is not carried out is a hole"]
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// What must happen, in this order, in one transaction.
    pub effects: Vec<Effect>,
    /// The rules that decided, the determining one first, then by the order of evaluation. On a
    /// refusal: every condition that failed.
    pub reasons: Vec<Reason>,
    /// What an administrator should know although it changed nothing.
    pub warnings: Vec<Warning>,
    /// The event for the audit log; absent where the rules want none.
    pub audit: Option<AuditEvent>,
    /// When the host should come back to this, if it should.
    pub next_wake: Option<DateTime<Utc>>,
    subject: Option<Subject>,
}

impl Decision {
    /// Whom or what the decision is about: after a creation, the user or group that it makes or
    /// finds, whose identifier the answer to the directory carries.
    ///
    /// ```
    /// # use vestibule::access::*;
    /// # fn example(decision: Decision) {
    /// if let Some(Subject::User(user)) = decision.subject() {
    ///     println!("201 Created, Location: /Users/{user}");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub const fn subject(&self) -> Option<&Subject> {
        self.subject.as_ref()
    }

    /// The rule that determined the outcome. See the type's example.
    #[must_use]
    pub fn determining_rule(&self) -> Option<RuleId> {
        self.reasons.first().map(|reason| reason.rule)
    }

    /// The same decision with the host's identifier of the request in its audit event.
    ///
    /// ```
    /// # use vestibule::access::*;
    /// # fn example(decision: Decision) {
    /// let decision = decision.with_correlation("request-7");
    /// assert_eq!(decision.audit.unwrap().correlation.as_deref(), Some("request-7"));
    /// # }
    /// ```
    pub fn with_correlation(mut self, correlation: impl Into<String>) -> Self {
        if let Some(audit) = &mut self.audit {
            audit.correlation = Some(correlation.into());
        }
        self
    }

    pub(super) fn new(outcome: Outcome, reasons: Vec<Reason>) -> Self {
        Self {
            outcome,
            effects: Vec::new(),
            reasons,
            warnings: Vec::new(),
            audit: None,
            next_wake: None,
            subject: None,
        }
    }

    pub(super) fn with_effects(mut self, effects: Vec<Effect>) -> Self {
        self.effects = effects;
        self
    }

    pub(super) fn with_values(mut self, values: Vec<ValueChange>) -> Self {
        if let Some(audit) = &mut self.audit {
            audit.values = values;
        }
        self
    }

    /// Names the domain in the audit event.
    pub(super) fn with_domain(mut self, domain: Option<DomainName>) -> Self {
        if let Some(audit) = &mut self.audit {
            audit.domain = domain;
        }
        self
    }

    /// Warns of what will happen, unless nothing will.
    pub(super) fn with_warnings_if_allowed(self, warnings: Vec<Warning>) -> Self {
        match self.outcome {
            Outcome::Allow(_) | Outcome::NoEffect => self.with_warnings(warnings),
            Outcome::Deny { .. }
            | Outcome::Hold(_)
            | Outcome::OwnerApproval
            | Outcome::Route(_)
            | Outcome::StepUp => self,
        }
    }

    pub(super) fn with_warnings(mut self, warnings: Vec<Warning>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    pub(super) fn about(mut self, subject: Option<Subject>) -> Self {
        self.subject = subject;
        self
    }

    /// The finished decision with its event; each reason of a refusal says what would change the
    /// outcome.
    pub(super) fn audited(
        mut self,
        name: AuditName,
        actor: AuditActor,
        user: Option<UserId>,
    ) -> Self {
        if let Outcome::Deny { code, .. } = &self.outcome {
            for reason in &mut self.reasons {
                reason.remedy.get_or_insert(code.remedy());
            }
        }
        self.audit = Some(AuditEvent {
            name,
            result: match self.outcome {
                Outcome::Allow(_) | Outcome::NoEffect => AuditResult::Success,
                Outcome::Deny { .. } | Outcome::StepUp => AuditResult::Failure,
                Outcome::Hold(_) | Outcome::OwnerApproval => AuditResult::Held,
                Outcome::Route(_) => AuditResult::Redirected,
            },
            actor,
            user: user.or_else(|| match &self.subject {
                Some(Subject::User(user)) => Some(user.clone()),
                Some(Subject::Group(_)) | None => None,
            }),
            group: match &self.subject {
                Some(Subject::Group(group)) => Some(group.clone()),
                Some(Subject::User(_)) | None => None,
            },
            domain: None,
            correlation: None,
            rules: self.reasons.iter().map(|reason| reason.rule).collect(),
            values: Vec::new(),
        });
        self
    }
}

/// What was decided.
///
/// Exhaustive on purpose: a host that does not know an outcome must not compile.
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "see above")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Go ahead.
    Allow(Allowance),
    /// Refuse.
    Deny {
        /// Why.
        code: DenyCode,
        /// Where the person may go instead.
        route: Option<SsoRoute>,
    },
    /// What would take something away waits until an Owner or Admin commits it; the effects are the
    /// rest of the change, and the record of what waits.
    Hold(Hold),
    /// There is nothing to do: answer as for a success.
    NoEffect,
    /// Do nothing yet; an Owner must agree first (rule C-09).
    OwnerApproval,
    /// Send the person to an identity provider first.
    Route(SsoRoute),
    /// Ask for a fresh proof of identity first, then again.
    StepUp,
}

/// What is allowed.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must not open more than this"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allowance {
    /// The change.
    Change,
    /// To enter as somebody who is no member: only what they were invited to.
    External,
    /// To enter as a member with this role.
    Member(Role),
    /// To go on outside the organization, which opens nothing: the person is no member.
    NoMembership,
    /// To read what was asked for.
    Read,
}

/// To whose identity provider a person is sent.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SsoRoute {
    /// The organization that holds the domain.
    pub organization: OrganizationId,
    /// The connection, where the facts name it.
    pub connection: Option<ConnectionId>,
    /// Whether the person may use a password if they insist (rule C-17).
    pub password_fallback: PasswordFallback,
}

/// Whether a person who is sent to sign-on may use a password instead.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordFallback {
    /// They may.
    Allowed,
    /// They may not.
    Refused,
}

/// Whom or what a decision is about.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A group, or the Team that is its image.
    Group(GroupId),
    /// A user.
    User(UserId),
}

/// One rule that decided, with the facts that fired it.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule.
    pub rule: RuleId,
    /// The facts.
    pub facts: Vec<Fact>,
    /// What would change the outcome, and who can do it.
    pub remedy: Option<Remedy>,
}

impl Reason {
    pub(super) fn new(rule: RuleId, facts: impl Into<Vec<Fact>>) -> Self {
        Self {
            rule,
            facts: facts.into(),
            remedy: None,
        }
    }

    pub(super) fn with_remedy(mut self, action: RemedyAction, by: RemedyActor) -> Self {
        self.remedy = Some(Remedy { action, by });
        self
    }
}

/// One fact that a rule looked at.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The domain cannot be claimed, for this reason (a code of [`DomainErrorKind`](crate::domain::DomainErrorKind)).
    DomainError(String),
    /// The class of the address's domain.
    Domain(DomainClass),
    /// What was expected and what was found, of something that is neither secret nor personal.
    Found {
        /// Such as `members`.
        what: String,
        /// What the decision needed.
        expected: String,
        /// What there was.
        found: String,
    },
    /// The group in question.
    Group(GroupId),
    /// Why the change waits, with the numbers that decided.
    Hold(HoldCause),
    /// How a person stands with the organization.
    Membership(MembershipFact),
    /// The other organization in question.
    Organization(OrganizationId),
    /// So many more users than those that are named.
    OtherUsers(usize),
    /// The role.
    Role(Role),
    /// A setting as it stands, by its field in [`Settings`](super::Settings) and its value.
    Setting {
        /// Such as `require_sso`.
        name: String,
        /// Such as `on`.
        value: String,
    },
    /// The user in question.
    User(UserId),
}

impl Fact {
    pub(super) fn setting(name: &str, value: &impl SettingValue) -> Self {
        let name = name.to_owned();
        let value = value.text();
        Self::Setting { name, value }
    }

    pub(super) fn found(what: &str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Found {
            what: what.to_owned(),
            expected: expected.into(),
            found: found.into(),
        }
    }

    pub(super) fn domain_error(kind: &crate::domain::DomainError) -> Self {
        Self::DomainError(kind.code().to_owned())
    }
}

/// How a person stands with the organization.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MembershipFact {
    /// A deactivated member or account.
    Deactivated,
    /// No member.
    None,
}

/// What an administrator should know although it changed nothing.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// The record is not there, by an answer that cannot complete a lapse (rule C-07).
    AbsenceNotAuthoritative,
    /// The asserted address is not the account's; the subject decided (rule BIND-01).
    AddressDiffers,
    /// A message said to clear `active`, which says neither on nor off (rule USER-11).
    ActiveCleared,
    /// An identity provider whose provisioning is at the organization's own risk (rule C-14).
    AtOwnRisk,
    /// The record is not there, but something like it is.
    ChallengeRecord(WrongValueHint),
    /// The directory asked for a member back whom an administrator switched off (rule C-21).
    DeactivatedByAdministrator(UserId),
    /// Provisioning without managed access: the two sides can drift apart (rule C-27).
    DriftRisk,
    /// A password was used by virtue of an exemption (rules LOGIN-03 and C-15).
    ExemptPasswordLogin,
    /// Managed access is recommended where sign-on is on (rule LOGIN-19).
    EnableManagedAccess,
    /// The directory spoke of a member whom it does not manage and may not take over (rule
    /// IMPORT-06).
    ImportedNotBound(UserId),
    /// So many imported users are in no group that is bound to the product (rule IMPORT-06).
    ImportedUnbound(usize),
    /// The person's domain lapsed: recovery by mail needs an Owner's approval (rule C-09).
    MailRecoveryNeedsOwner,
    /// The assertion carries no complete name (rule SSO-12).
    NamesMissing,
    /// A member of a group that went away was kept, being the last Owner (rule GROUP-21).
    LastOwnerKept(UserId),
    /// Nobody has signed on successfully so far (rule C-19).
    NoSuccessfulSsoYet,
    /// Provisioning by this identity provider is not promised (rule SSO-17).
    NotPromised,
    /// A member of a group that went away was kept, since deactivation is off (rule USER-18).
    OrphansKept,
    /// Records of this vendor with another token can be removed.
    OtherTokens(usize),
    /// A member was switched off, and these attributes of the same message were left as they are
    /// because their change was refused; the reasons say why (rule USER-15).
    ProfileChangeDropped(Vec<String>),
    /// The person who issued the token is no longer an Owner or Admin (rules PLAN-10 and C-02).
    TokenIssuerLostRole,
    /// What was taken away has changed since, and was not given back.
    UndoSkipped(HeldTarget),
    /// Roles in the message were ignored (rule USER-09).
    RolesIgnored,
    /// Sign-on stops for the people of this domain until it is verified again (rule X-14).
    SsoOutage(DomainName),
    /// The same must be done at the identity provider too (rule REMOVE-05).
    TwoSidedRemoval,
    /// A member reference was skipped (rules GROUP-23 and USER-23).
    UnknownMember(UserId),
}

/// Conditions that failed, in the order of evaluation.
pub(super) struct Refusals(Vec<(DenyCode, Reason)>);

impl Refusals {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// A reason that says no better remedy has the one of the code.
    pub(super) fn push(&mut self, code: DenyCode, mut reason: Reason) {
        reason.remedy.get_or_insert(code.remedy());
        self.0.push((code, reason));
    }

    /// Adds what was found in `later`, which stands later in the order.
    pub(super) fn append(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What failed, for a decision that goes ahead with a part of what was asked.
    pub(super) fn into_reasons(self) -> impl Iterator<Item = Reason> {
        self.0.into_iter().map(|(_, reason)| reason)
    }

    /// The refusal; a refusal without any condition is one too: nothing was decided.
    pub(super) fn denied(self, route: Option<SsoRoute>) -> Decision {
        let code = DenyCode::NotDecided;
        self.into_decision(route)
            .unwrap_or_else(|| Decision::new(Outcome::Deny { code, route: None }, Vec::new()))
    }

    /// The refusal, if a condition failed; the first one determines it.
    pub(super) fn into_decision(self, route: Option<SsoRoute>) -> Option<Decision> {
        let code = self.0.first().map(|(code, _)| *code)?;
        let reasons = self.0.into_iter().map(|(_, reason)| reason).collect();
        Some(Decision::new(Outcome::Deny { code, route }, reasons))
    }
}
