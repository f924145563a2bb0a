//! Who may come in, what they get and who must leave.
//!
//! Each class of request has one total, pure function: [`decide_sign_in`],
//! [`decide_provisioning`], [`decide_claim`] and [`decide_domain_check`] take facts, a request and
//! the time, and return a [`Decision`]: an [`Outcome`], the [`Effect`]s that must happen, the rules
//! that decided ([`RuleId`]), warnings and an audit event. [`Organization`] is an organization in
//! memory that supplies the facts and carries the effects out.
//!
//! This module reads no SAML and no SCIM, stores nothing, checks no password, token or signature,
//! and sends no mail.

mod audit;
mod claims;
mod decision;
mod deny;
mod effect;
mod facts;
mod membership;
mod organization;
mod provisioning;
mod rule;
mod settings;
mod sign_in;

pub use audit::{AuditActor, AuditEvent, AuditName, AuditResult, ValueChange};
pub use claims::{Actor, ClaimFacts, DomainCheckFacts, decide_claim, decide_domain_check};
pub use decision::{
    Allowance, Decision, Fact, HoldCause, MembershipFact, Outcome, PasswordFallback, Reason,
    Remedy, RemedyAction, RemedyActor, SsoRoute, Warning,
};
pub use deny::DenyCode;
pub use effect::{Effect, Notice};
pub use facts::{
    AddressFacts, ConnectionFacts, ConnectionHealth, DomainClass, ForeignLogin, GroupFacts,
    Invitation, PersonFacts, ProvisioningFacts, SignInFacts, SubjectBinding, TeamPersonFacts,
    TeamPlace, UserFacts,
};
pub use membership::{
    Account, AccountState, DeactivatedBy, Deactivation, Member, MemberSource, MemberState,
    OwnPassword, Profile, ProfileChange, Role, TeamPresence, TeamState,
};
pub use organization::{Organization, Team};
pub use provisioning::{decide_provisioning, same_name};
pub use rule::{RuleId, RuleKind, UnknownRule};
pub use settings::{
    DeletePolicy, DirectoryOperations, EmptyGroup, Entitlement, Exemption, ExternalUsers,
    GroupRemoval, LapsedDomainLeavers, Settings, SsoState, Switch,
};
pub use sign_in::{SignInRequest, decide_sign_in};
