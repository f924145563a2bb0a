//! Who may come in, what they get and who must leave.
//!
//! Each class of request has one total, pure function: [`decide_sign_in`], [`decide_settings`],
//! [`decide_provisioning`], [`decide_claim`], [`decide_domain_check`] and their like take facts, a
//! request and the time, and return a [`Decision`]: an [`Outcome`], the [`Effect`]s that must happen, the rules
//! that decided ([`RuleId`]), warnings and an audit event. [`Organization`] is an organization in
//! memory that supplies the facts and carries the effects out.
//!
//! This module reads no SAML and no SCIM, stores nothing, checks no password, token or signature,
//! and sends no mail.

mod administration;
mod audit;
mod claims;
mod connection;
mod deadlines;
mod decision;
mod deny;
mod effect;
mod facts;
mod family;
mod import;
mod membership;
mod organization;
mod provider;
mod provisioning;
mod rule;
mod settings;
mod sign_in;
mod step_up;

pub use administration::{
    IntegrationStep, OtherCertificates, PlanHash, ReadableClaim, SettingsFacts, SettingsRequest,
    SsoRemovalPlan, decide_settings, plan_sso_removal,
};
pub use audit::{AuditActor, AuditEvent, AuditName, AuditResult, ValueChange};
pub use claims::{
    Actor, ClaimFacts, ClaimRequest, DomainCheckFacts, HandOverFacts, decide_claim,
    decide_domain_check, decide_release, decide_transfer,
};
pub use connection::{CertificateFacts, CertificateUpload, IssuerHolder, SsoConfiguration};
pub use deadlines::{decide_certificate_check, decide_plan_change};
pub use decision::{
    Allowance, Decision, Fact, HoldCause, MembershipFact, Outcome, PasswordFallback, Reason,
    Remedy, RemedyAction, RemedyActor, SsoRoute, Warning,
};
pub use deny::DenyCode;
pub use effect::{Effect, Notice};
pub use facts::{
    AddressEra, AddressFacts, ClaimCoverage, ConnectionFacts, ConnectionHealth, DomainClass,
    ForeignLogin, GroupFacts, Invitation, PersonFacts, ProvisioningFacts, RecoveryApproval,
    SignInFacts, SubjectBinding, TeamPersonFacts, TeamPlace, UserFacts,
};
pub use family::{
    ElsewhereInFamily, FamilyFacts, FamilyGroupChange, FamilyGroupFacts, FamilyPlace,
    FamilyRequest, LinkCode, Owned, decide_family, decide_family_group,
};
pub use import::{
    ImportActivity, ImportBinding, ImportEntry, ImportFacts, ImportFilter, ImportRequest,
    ImportStatus, decide_import,
};
pub use membership::{
    Account, AccountState, DeactivatedBy, Deactivation, Member, MemberSource, MemberState,
    OwnPassword, Profile, ProfileChange, Role, TeamPresence, TeamState,
};
pub use organization::{
    Organization, OrganizationSnapshot, SnapshotError, SnapshotErrorKind, Team,
};
pub use provider::{DirectorySupport, IdentityProvider, ProviderBehaviour, RotationOutage, Signal};
pub use provisioning::{decide_provisioning, same_name};
pub use rule::{RuleId, RuleKind, UnknownRule};
pub use settings::{
    DeletePolicy, DirectoryOperations, DirectoryState, EmptyGroup, Entitlement, Exemption,
    ExternalUsers, GroupRemoval, IdpInitiated, LapsedDomainLeavers, OnLapse, SettingDifference,
    Settings, SsoState, Switch,
};
pub use sign_in::{SignInRequest, decide_sign_in};
pub use step_up::{Proof, decide_step_up};
