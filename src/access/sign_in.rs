//! Who may come in, by which method, and who joins by doing so.
//!
//! The password itself and the assertion's signature are checked elsewhere: a decision to allow
//! a method does not say that its proof was good.

use chrono::{DateTime, Utc};

use super::audit::{AuditActor, AuditName};
use super::decision::{
    Allowance, Decision, Fact, MembershipFact, Outcome, PasswordFallback, Reason, Refusals,
    SsoRoute, Warning,
};
use super::deny::DenyCode;
use super::facts::{DomainClass, ForeignLogin, Invitation, PersonFacts, SignInFacts};
use super::membership::{AccountState, Role};
use super::remedy::{RemedyAction, RemedyActor};
use super::rule::RuleId;
use super::settings::{Exemption, ExternalUsers, SsoState, Switch};
use crate::domain::EmailAddress;
use crate::identity::{AssertedIdentity, Personal};

mod join;
mod password;
mod recovery;
mod sso;

/// What a person asks for.
#[expect(clippy::exhaustive_enums, reason = "a host must know which it asks")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SignInRequest {
    /// To enter with an accepted assertion that answers no request of ours: the person started at
    /// the identity provider (rule SSO-20).
    IdpInitiatedSso(Box<AssertedIdentity>),
    /// To enter with a password after all, having been sent to sign-on with a password as the other
    /// way (rules LOGIN-09 and C-17).
    InsistedPassword {
        /// The address as typed.
        address: Personal,
    },
    /// To be mailed something that opens the account: a link that resets the password, or one that
    /// signs in. The mail may go to the account's own address only.
    MailRecovery {
        /// The address to which the mail would go.
        address: Personal,
    },
    /// To enter with a password.
    Password {
        /// The address as typed.
        address: Personal,
    },
    /// To be let into a project of the organization.
    ProjectAccess {
        /// The requester's address.
        address: Personal,
    },
    /// To make an account.
    SignUp {
        /// The address as typed.
        address: Personal,
    },
    /// To enter with an accepted assertion that answers our request.
    Sso(Box<AssertedIdentity>),
    /// To be sent to the right identity provider.
    SsoStart {
        /// The address as typed.
        address: Personal,
    },
}

impl SignInRequest {
    /// The address in normal form: by this the host looks up the facts.
    ///
    /// # Errors
    ///
    /// [`DenyCode::MissingEmailAttribute`] when an assertion has none, and
    /// [`DenyCode::InvalidAddress`] when it is not an address.
    ///
    /// ```
    /// use vestibule::access::SignInRequest;
    /// let request = SignInRequest::Password { address: "Bob@Example.com".into() };
    /// assert_eq!(request.address().unwrap().domain().as_str(), "example.com");
    /// ```
    pub fn address(&self) -> Result<EmailAddress, DenyCode> {
        let text = match self {
            Self::InsistedPassword { address }
            | Self::MailRecovery { address }
            | Self::Password { address }
            | Self::ProjectAccess { address }
            | Self::SignUp { address }
            | Self::SsoStart { address } => address,
            Self::IdpInitiatedSso(identity) | Self::Sso(identity) => identity
                .email
                .as_ref()
                .ok_or(DenyCode::MissingEmailAttribute)?,
        };
        EmailAddress::parse(text.expose()).map_err(|_| DenyCode::InvalidAddress)
    }
}

/// Decides a sign-in, a sign-up, or where to send somebody.
///
/// The order of evaluation: the address; deactivation; the domain's class; for a sign-on the
/// connection, its certificate, the domain and the binding, then membership or joining; for a
/// password the exemption, external people, required sign-on, managed access. A refusal lists
/// every condition that failed, the first one determining. [`Decision`] has an example.
pub fn decide_sign_in(
    facts: &SignInFacts<'_>,
    request: &SignInRequest,
    now: DateTime<Utc>,
) -> Decision {
    let mut refusals = Refusals::new();
    // 1. The address.
    let address = request.address();
    if let Err(code) = address {
        refusals.push(code, no_address(code));
    }
    // 2. Deactivation, before every exemption.
    if let Some(reason) = deactivated(facts.person.as_ref()) {
        refusals.push(DenyCode::UserDeactivated, reason);
    }
    let decision = match (request, &address) {
        (SignInRequest::Sso(identity), _) => {
            sso::decide(facts, identity, SsoStarted::Here, refusals, now)
        }
        (SignInRequest::IdpInitiatedSso(identity), _) => sso::decide(
            facts,
            identity,
            SsoStarted::AtIdentityProvider,
            refusals,
            now,
        ),
        // Nothing else can be judged without an address.
        (_, Err(_)) => refusals.denied(None),
        (SignInRequest::InsistedPassword { .. }, _) => {
            password::decide(facts, Insistence::Insists, refusals, now)
        }
        (SignInRequest::MailRecovery { .. }, Ok(address)) => {
            recovery::decide(facts, address, refusals, now)
        }
        (SignInRequest::Password { .. }, _) => {
            password::decide(facts, Insistence::None, refusals, now)
        }
        (SignInRequest::ProjectAccess { .. }, _) => {
            before_account(facts, RuleId::LOGIN_11, refusals)
        }
        (SignInRequest::SignUp { .. }, _) => before_account(facts, RuleId::LOGIN_10, refusals),
        (SignInRequest::SsoStart { .. }, _) => sso::start(facts, refusals),
    };
    audited(governed(decision, facts), facts, request)
}

/// Where a sign-on began.
#[derive(Clone, Copy, Eq, PartialEq)]
enum SsoStarted {
    AtIdentityProvider,
    Here,
}

/// Whether a person who was sent to sign-on wants the password all the same.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Insistence {
    Insists,
    None,
}

/// Rule SHARED-01: a linked organization's decision follows another one's settings and claims.
fn governed(mut decision: Decision, facts: &SignInFacts<'_>) -> Decision {
    if let Some(admin) = facts.governed_by {
        let read = [Fact::Organization(admin.clone())];
        decision.reasons.push(Reason::new(RuleId::SHARED_01, read));
    }
    decision
}

fn no_address(code: DenyCode) -> Reason {
    let rule = match code {
        DenyCode::MissingEmailAttribute => RuleId::SSO_11,
        _ => RuleId::C_16,
    };
    let by = RemedyActor::DirectoryAdministrator;
    Reason::new(rule, []).with_remedy(RemedyAction::CorrectMapping, by)
}

fn audited(decision: Decision, facts: &SignInFacts<'_>, request: &SignInRequest) -> Decision {
    let user = facts.person.as_ref().map(|person| person.user.clone());
    let actor = user.clone().map_or(AuditActor::Stranger, AuditActor::User);
    let recovers = matches!(request, SignInRequest::MailRecovery { .. });
    let name = if recovers {
        AuditName::MailRecovery
    } else if decision.warnings.contains(&Warning::ExemptPasswordLogin) {
        AuditName::ExemptPasswordLogin
    } else {
        AuditName::UserSignIn
    };
    decision.audited(name, actor, user)
}

/// A sign-up or a request for access: step 11, then the ordinary way.
fn before_account(facts: &SignInFacts<'_>, routed: RuleId, refusals: Refusals) -> Decision {
    if let Some(denied) = refusals.into_decision(None) {
        return denied;
    }
    if let Some(routed) = required_elsewhere(facts) {
        return routed;
    }
    let own = facts.domain == DomainClass::OwnVerified;
    let managed = facts.settings.idp_managed_access == Switch::On;
    let rule = match (own, is_sso_on(facts), managed) {
        (true, true, true) => {
            let facts_read = [
                domain(facts),
                Fact::setting("idp_managed_access", &Switch::On),
            ];
            return Decision::new(
                Outcome::Route(own_route(facts)),
                vec![Reason::new(routed, facts_read)],
            );
        }
        (true, true, false) => RuleId::LOGIN_19,
        (true, false, _) => RuleId::LOGIN_07,
        (false, _, _) => RuleId::C_18,
    };
    let reasons = vec![Reason::new(rule, [domain(facts)])];
    Decision::new(Outcome::Allow(allowance(facts)), reasons)
}

fn deactivated(person: Option<&PersonFacts<'_>>) -> Option<Reason> {
    let person = person?;
    let switched_off = person.member.is_some_and(|member| !member.is_active());
    if person.account == AccountState::Active && !switched_off {
        return None;
    }
    let mut read = Vec::from_iter(named(person));
    read.push(Fact::Membership(MembershipFact::Deactivated));
    let by = RemedyActor::OwnerOrAdmin;
    Some(Reason::new(RuleId::LOGIN_16, read).with_remedy(RemedyAction::Reactivate, by))
}

/// The person's identifier, for a reason; an account outside the organization is not named.
fn named(person: &PersonFacts<'_>) -> Option<Fact> {
    person.member.map(|_| Fact::User(person.user.clone()))
}

fn is_sso_on(facts: &SignInFacts<'_>) -> bool {
    facts.settings.sso == SsoState::Enabled
}

fn domain(facts: &SignInFacts<'_>) -> Fact {
    Fact::Domain(facts.domain.clone())
}

fn role(facts: &SignInFacts<'_>) -> Option<Role> {
    let member = facts.person.as_ref()?.member?;
    member.is_active().then_some(member.role)
}

/// What entering opens to this person.
fn allowance(facts: &SignInFacts<'_>) -> Allowance {
    match (role(facts), facts.invitation) {
        (Some(role), _) => Allowance::Member(role),
        (None, Invitation::Pending) => Allowance::External,
        (None, Invitation::None) => Allowance::NoMembership,
    }
}

fn own_route(facts: &SignInFacts<'_>) -> SsoRoute {
    SsoRoute {
        organization: facts.organization.clone(),
        connection: facts
            .connection
            .as_ref()
            .map(|connection| connection.connection.clone()),
        password_fallback: match facts.settings.require_sso {
            Switch::On => PasswordFallback::Refused,
            Switch::Off => PasswordFallback::Allowed,
        },
    }
}

/// The route to the organization that holds a domain which is not ours.
fn foreign_route(facts: &SignInFacts<'_>) -> Option<SsoRoute> {
    match &facts.domain {
        DomainClass::ForeignVerified { holder, login } => Some(SsoRoute {
            organization: holder.clone(),
            connection: None,
            password_fallback: match login {
                ForeignLogin::PasswordAllowed => PasswordFallback::Allowed,
                ForeignLogin::SsoRequired => PasswordFallback::Refused,
            },
        }),
        DomainClass::OwnLapsed | DomainClass::OwnVerified | DomainClass::Unclaimed => None,
    }
}

/// People of another organization that requires sign-on are sent there (rule C-16).
fn required_elsewhere(facts: &SignInFacts<'_>) -> Option<Decision> {
    let route = foreign_route(facts)?;
    let reasons = vec![Reason::new(RuleId::C_16, [domain(facts)])];
    (route.password_fallback == PasswordFallback::Refused)
        .then(|| Decision::new(Outcome::Route(route), reasons))
}

fn names_warning(identity: &AssertedIdentity) -> Vec<Warning> {
    if identity.first_name.is_some() && identity.last_name.is_some() {
        Vec::new()
    } else {
        vec![Warning::NamesMissing]
    }
}

fn is_exempt(facts: &SignInFacts<'_>, now: DateTime<Utc>) -> bool {
    let Some(role) = role(facts) else {
        return false;
    };
    match &facts.settings.exemption {
        Exemption::Named(users) => facts
            .person
            .as_ref()
            .is_some_and(|person| users.contains(person.user)),
        Exemption::OnlyWhenSsoUnhealthy => {
            matches!(role, Role::Owner | Role::Admin) && !sso::may_succeed(facts, now)
        }
        Exemption::OwnersAndAdmins => matches!(role, Role::Owner | Role::Admin),
        Exemption::OwnersOnly => role == Role::Owner,
    }
}

fn admits_external(facts: &SignInFacts<'_>) -> bool {
    facts.settings.external_users == ExternalUsers::Allow
}
