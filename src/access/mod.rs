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
mod brake;
mod claims;
mod connection;
mod deadlines;
mod decision;
mod deny;
mod digest;
mod effect;
mod facts;
mod family;
mod fingerprint;
mod group_management;
mod import;
mod lookup;
mod membership;
mod organization;
mod plan;
mod provider;
mod provisioning;
mod remedy;
mod rule;
mod settings;
mod sign_in;
mod step_up;
mod tokens;
mod tombstone;
mod undo;
mod wire;

pub use administration::{
    IntegrationStep, OtherCertificates, ReadableClaim, SettingsFacts, SettingsRequest,
    SsoRemovalPlan, decide_settings, plan_sso_removal,
};
pub use audit::{AuditActor, AuditEvent, AuditName, AuditResult, ValueChange};
pub use brake::{
    Brake, BrakeFacts, BrakePolicy, BrakeState, BudgetLimit, BudgetWindow, FirstSync, HeldAccess,
    HeldChange, HeldTarget, Hold, HoldCause, HoldResponse, HourlyLedger, SetupTarget,
};
pub use claims::{
    Actor, ClaimFacts, ClaimRequest, DomainCheckFacts, HandOverFacts, decide_claim,
    decide_domain_check, decide_release, decide_transfer,
};
pub use connection::{CertificateFacts, CertificateUpload, IssuerHolder, SsoConfiguration};
pub use deadlines::{decide_certificate_check, decide_plan_change};
pub use decision::{
    Allowance, Decision, Fact, MembershipFact, Outcome, PasswordFallback, Reason, SsoRoute,
    Subject, Warning,
};
pub use deny::DenyCode;
pub use effect::{Effect, Notice};
pub use facts::{
    AddressEra, AddressFacts, Agreement, Assignment, ClaimCoverage, ConnectionFacts,
    ConnectionHealth, DomainClass, ForeignLogin, GroupFacts, GroupImage, Invitation, PersonFacts,
    ProvisioningFacts, RecoveryApproval, SignInFacts, SubjectBinding, TeamPersonFacts, TeamPlace,
    UserFacts,
};
pub use family::{
    ElsewhereInFamily, FamilyFacts, FamilyGroupChange, FamilyGroupFacts, FamilyPlace,
    FamilyRequest, LinkCode, Owned, decide_family, decide_family_group,
};
pub use group_management::decide_group_management;
pub use import::{
    ImportActivity, ImportBinding, ImportEntry, ImportFacts, ImportFilter, ImportRequest,
    ImportStatus, decide_import,
};
pub use lookup::{LookupEnd, decide_lookup};
pub use membership::{
    Account, AccountState, Asked, DeactivatedBy, Deactivation, Member, MemberSource, MemberState,
    OwnPassword, PendingDeprovision, Profile, ProfileChange, Role, Team, TeamPresence, TeamState,
};
pub use organization::{Organization, OrganizationSnapshot, SnapshotError, SnapshotErrorKind};
pub use plan::{Confirmation, Plan, PlanHash, PlanSummary, Witness, decide_commit, decide_drop};
pub use provider::{DirectorySupport, ProviderBehaviour, ProviderProduct, RotationOutage, Signal};
pub use provisioning::{
    GroupDeparture, GroupExit, decide_group_departure, decide_provisioning, same_name,
};
pub use remedy::{Remedy, RemedyAction, RemedyActor};
pub use rule::{RuleId, RuleKind, UnknownRule};
pub use settings::{
    DeletePolicy, DirectoryOperations, DirectoryState, EmptyGroup, Entitlement, Exemption,
    ExistingAccount, ExternalUsers, GroupRemoval, IdpInitiated, LapsedDomainLeavers, ListScope,
    OnLapse, SettingDifference, Settings, SsoState, Switch, TokenAuthority,
};
pub use sign_in::{SignInRequest, decide_sign_in};
pub use step_up::{Proof, decide_step_up};
pub use tokens::{
    AcceptedToken, ConnectionTokens, TokenFacts, TokenHash, TokenIssuer, TokenRecord, TokenSecret,
    TokenState, decide_token_issue, decide_token_read, decide_token_revoke,
};
pub use tombstone::decide_tombstone_end;
pub use undo::{Batch, StandsNow, Taken};
pub use wire::WireAnswer;
