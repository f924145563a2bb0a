//! What a decision asks the host to carry out.
//!
//! Effects are values that set a state, so that carrying one out twice is the same as once. They
//! are ordered: a host applies them in the order of the decision, in one transaction.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::brake::{HeldChange, HeldTarget, HoldCause, SetupTarget};
use super::connection::SsoConfiguration;
use super::deny::DenyCode;
use super::facts::ConnectionHealth;
use super::membership::{
    Deactivation, MemberSource, MemberState, Profile, ProfileChange, Role, Team, TeamPresence,
};
use super::settings::{Settings, Switch};
use super::tokens::ConnectionTokens;
use crate::domain::{Claim, DomainName, EmailAddress};
use crate::identity::{ConnectionId, GroupId, OrganizationId, Personal, UserId};

/// One thing to carry out.
///
/// Exhaustive on purpose: a host that does not know an effect has a hole, so its build must break.
/// A Team and the group that manages it share one [`GroupId`].
/// [`Organization::apply`](super::Organization::apply) shows what each one does.
#[expect(clippy::exhaustive_enums, reason = "see above")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Make the account a member. A membership that a delete ended is replaced by the new one and
    /// leaves its Teams; any other one stays as it is.
    AddMember {
        /// Whom.
        user: UserId,
        /// As what.
        role: Role,
        /// How the membership begins.
        source: MemberSource,
        /// The connection that manages the member from now on.
        manager: Option<ConnectionId>,
    },
    /// Put a member into a Team.
    AddToTeam {
        /// Which Team.
        group: GroupId,
        /// Whom.
        user: UserId,
    },
    /// Let a connection manage a member whom none managed; does nothing when another does by now.
    AdoptMember {
        /// Whom.
        user: UserId,
        /// Which connection.
        connection: ConnectionId,
        /// The connection that managed the member and is no more.
        from: Option<ConnectionId>,
    },
    /// An Owner or Admin approved what a connection does: its first synchronization is over.
    ApproveFirstSync {
        /// Which connection.
        connection: ConnectionId,
    },
    /// Give a member another role.
    ChangeRole {
        /// Whom.
        user: UserId,
        /// The new role.
        role: Role,
    },
    /// Store the settings as they now stand.
    ChangeSettings(Box<Settings>),
    /// Use up the invitation to this address.
    ConsumeInvitation {
        /// Which address.
        address: EmailAddress,
    },
    /// Note that the connection took this many groups away in the hour.
    CountGroupLoss {
        /// Which connection.
        connection: ConnectionId,
        /// The hour's beginning.
        hour: DateTime<Utc>,
        /// How many by now.
        lost: u32,
    },
    /// Note how many of a connection's changes were refused in one hour, this one included.
    CountRefusal {
        /// Which connection.
        connection: ConnectionId,
        /// When the hour began.
        hour: DateTime<Utc>,
        /// How many in all.
        refused: u32,
    },
    /// Make an account, without a password.
    CreateAccount {
        /// Its identifier, from the facts.
        user: UserId,
        /// Its address.
        address: EmailAddress,
        /// What is known of the person.
        profile: Box<Profile>,
    },
    /// Make a managed Team.
    CreateTeam {
        /// Its identifier, from the facts.
        group: GroupId,
        /// Its name.
        name: String,
        /// The connection that manages it.
        connection: ConnectionId,
        /// Its identifier at the client that provisions.
        external_id: Option<String>,
        /// Whether people see it already.
        presence: TeamPresence,
    },
    /// Switch a member off and end their sessions; keep role and Teams.
    DeactivateMember {
        /// Whom.
        user: UserId,
        /// By whom, and whether as a delete.
        deactivation: Deactivation,
    },
    /// Delete a Team.
    DeleteTeam {
        /// Which.
        group: GroupId,
    },
    /// Forget a claim and its token.
    DropClaim {
        /// To which domain.
        domain: DomainName,
    },
    /// End a membership, with its places in Teams: its tombstone's time is over, or an Owner or Admin
    /// removed the member. The account stays, and another organization's membership with it.
    EndMembership {
        /// Whose.
        user: UserId,
    },
    /// Erase what the organization stored of a person whose membership ended. Only an Owner's policy
    /// ([`DeletePolicy::HardAfter`](super::DeletePolicy::HardAfter)) asks for it.
    EraseMemberData {
        /// Of whom.
        user: UserId,
    },
    /// Invite the person to the organization, by mail to this address.
    Invite {
        /// The address.
        address: EmailAddress,
    },
    /// Make a code that links one other organization, once, to this one; show it to the actor.
    IssueLinkCode,
    /// Make a user a member of a linked organization.
    JoinLinkedOrganization {
        /// Which organization.
        organization: OrganizationId,
        /// Whom.
        user: UserId,
    },
    /// Take a user out of a linked organization.
    LeaveLinkedOrganization {
        /// Which organization.
        organization: OrganizationId,
        /// Whom.
        user: UserId,
    },
    /// Let an organization be governed by another one's settings and claims, and use up the code.
    LinkOrganization {
        /// The organization whose settings and claims hold.
        admin: OrganizationId,
        /// The organization that follows.
        linked: OrganizationId,
    },
    /// Bind an account to a subject of an identity provider.
    LinkSubject {
        /// The connection of that identity provider.
        connection: ConnectionId,
        /// The subject.
        subject: Personal,
        /// The account.
        user: UserId,
    },
    /// Let people see a Team that had no member so far.
    MaterializeTeam {
        /// Which.
        group: GroupId,
    },
    /// Remember whom or what a connection made when it had only begun.
    NoteSetup {
        /// Which connection.
        connection: ConnectionId,
        /// Whom or what, and when.
        made: SetupTarget,
    },
    /// Tell somebody.
    Notify(Notice),
    /// Switch a member on again, with role and Teams as they were.
    ReactivateMember {
        /// Whom.
        user: UserId,
    },
    /// Store a claim as it now stands.
    RecordClaim(Box<Claim>),
    /// Store a change that waits, in place of the one about the same target; the member whose end
    /// it holds is from now on [`MemberState::PendingDeprovision`].
    RecordHold(Box<HeldChange>),
    /// Note that a person proved who they are.
    RecordProof {
        /// Who.
        user: UserId,
        /// When they proved it.
        at: DateTime<Utc>,
    },
    /// Store the tokens of a connection as they now stand.
    RecordTokens(Box<ConnectionTokens>),
    /// Forget a change that waits; a member whose end it held is active again.
    ReleaseHold {
        /// About whom or what.
        target: HeldTarget,
    },
    /// Let a Team be managed by no connection; its members stay.
    ReleaseTeam {
        /// Which.
        group: GroupId,
    },
    /// Forget a connection: its configuration, certificates, routing, tokens and bindings of
    /// subjects. Whom and what it managed is managed by nobody from then on.
    RemoveConnection {
        /// Which.
        connection: ConnectionId,
    },
    /// Take a member out of a Team.
    RemoveFromTeam {
        /// Which Team.
        group: GroupId,
        /// Whom.
        user: UserId,
    },
    /// Rename a Team in place.
    RenameTeam {
        /// Which.
        group: GroupId,
        /// The new name.
        name: String,
    },
    /// Ask a person who is no member to let the directory of this connection manage them. The host
    /// notes the answer; see
    /// [`Organization::note_consent`](super::Organization::note_consent).
    RequestConsent {
        /// Whom.
        user: UserId,
        /// Whose directory.
        connection: ConnectionId,
    },
    /// Let a member stand as before a batch took something away.
    RestoreMember {
        /// Whom.
        user: UserId,
        /// How the member stood.
        state: MemberState,
    },
    /// Bring a deleted Team back.
    RestoreTeam {
        /// Which.
        group: GroupId,
        /// As it was.
        team: Box<Team>,
    },
    /// Trust a connection's provisioning, or quarantine it.
    SetConnectionHealth {
        /// Which connection.
        connection: ConnectionId,
        /// Which of the two.
        health: ConnectionHealth,
    },
    /// Turn group management on or off; off, no Team is managed any more, and all members stay.
    SetGroupManagement(Switch),
    /// Note how much a connection took away in one hour, this decision's share included.
    SpendBudget {
        /// Which connection.
        connection: ConnectionId,
        /// When the hour began.
        hour: DateTime<Utc>,
        /// How much in all.
        spent: u32,
    },
    /// Store a connection's configuration as it now stands.
    StoreConnection(Box<SsoConfiguration>),
    /// Let a connection manage a Team that none managed; its members stay. Does nothing when another
    /// connection manages it by now.
    TakeOverTeam {
        /// Which.
        group: GroupId,
        /// Which connection.
        connection: ConnectionId,
        /// Its identifier at the client that provisions.
        external_id: Option<String>,
        /// The connection that managed the Team and is no more.
        from: Option<ConnectionId>,
    },
    /// Move a claim, verified as it is, to another organization of the family.
    TransferClaim {
        /// To which domain.
        domain: DomainName,
        /// Who holds it from now on.
        to: OrganizationId,
    },
    /// Change what is known of a person.
    UpdateProfile {
        /// Whom.
        user: UserId,
        /// What changes.
        change: Box<ProfileChange>,
    },
}

impl Effect {
    /// The effect's name, as it is serialized: for logs and counts.
    ///
    /// ```
    /// use vestibule::access::Effect;
    /// use vestibule::identity::GroupId;
    /// let effect = Effect::DeleteTeam { group: GroupId::new("g1") };
    /// assert_eq!(effect.name(), "delete-team");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddMember { .. } => "add-member",
            Self::AddToTeam { .. } => "add-to-team",
            Self::AdoptMember { .. } => "adopt-member",
            Self::ApproveFirstSync { .. } => "approve-first-sync",
            Self::ChangeRole { .. } => "change-role",
            Self::ChangeSettings(_) => "change-settings",
            Self::ConsumeInvitation { .. } => "consume-invitation",
            Self::CountGroupLoss { .. } => "count-group-loss",
            Self::CountRefusal { .. } => "count-refusal",
            Self::CreateAccount { .. } => "create-account",
            Self::CreateTeam { .. } => "create-team",
            Self::DeactivateMember { .. } => "deactivate-member",
            Self::DeleteTeam { .. } => "delete-team",
            Self::DropClaim { .. } => "drop-claim",
            Self::Invite { .. } => "invite",
            Self::IssueLinkCode => "issue-link-code",
            Self::JoinLinkedOrganization { .. } => "join-linked-organization",
            Self::LeaveLinkedOrganization { .. } => "leave-linked-organization",
            Self::LinkOrganization { .. } => "link-organization",
            Self::EndMembership { .. } => "end-membership",
            Self::EraseMemberData { .. } => "erase-member-data",
            Self::LinkSubject { .. } => "link-subject",
            Self::MaterializeTeam { .. } => "materialize-team",
            Self::NoteSetup { .. } => "note-setup",
            Self::Notify(_) => "notify",
            Self::ReactivateMember { .. } => "reactivate-member",
            Self::RecordClaim(_) => "record-claim",
            Self::RecordHold(_) => "record-hold",
            Self::RecordProof { .. } => "record-proof",
            Self::RecordTokens(_) => "record-tokens",
            Self::ReleaseHold { .. } => "release-hold",
            Self::ReleaseTeam { .. } => "release-team",
            Self::RemoveConnection { .. } => "remove-connection",
            Self::RemoveFromTeam { .. } => "remove-from-team",
            Self::RenameTeam { .. } => "rename-team",
            Self::RequestConsent { .. } => "request-consent",
            Self::RestoreMember { .. } => "restore-member",
            Self::RestoreTeam { .. } => "restore-team",
            Self::SetConnectionHealth { .. } => "set-connection-health",
            Self::SetGroupManagement(_) => "set-group-management",
            Self::SpendBudget { .. } => "spend-budget",
            Self::StoreConnection(_) => "store-connection",
            Self::TakeOverTeam { .. } => "take-over-team",
            Self::TransferClaim { .. } => "transfer-claim",
            Self::UpdateProfile { .. } => "update-profile",
        }
    }
}

/// What the Owners and Admins, or a connection's contact, are told.
#[expect(clippy::exhaustive_enums, reason = "a host must word each")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// A certificate has expired: nobody signs on through the connection (rule C-13).
    CertificateExpired {
        /// Which connection.
        connection: ConnectionId,
    },
    /// A certificate expires soon (rule C-13).
    CertificateExpiring {
        /// Which connection.
        connection: ConnectionId,
        /// Whole days that are left.
        days_left: i64,
    },
    /// A pending claim was given up, since its record was never seen (rule C-05).
    ClaimExpired {
        /// To which domain.
        domain: DomainName,
    },
    /// A change that would take something away waits (rule C-37).
    DeprovisioningHeld {
        /// Whose directory asked.
        connection: ConnectionId,
        /// Why it waits.
        cause: HoldCause,
    },
    /// A claim lapsed.
    DomainLapsed {
        /// Of which domain.
        domain: DomainName,
    },
    /// The record of a verified claim is missing: the week of grace runs.
    DomainMissing {
        /// Of which domain.
        domain: DomainName,
    },
    /// The record of a verified claim is still missing (rule CLAIM-14).
    DomainStillMissing {
        /// Of which domain.
        domain: DomainName,
        /// Whole days of the week of grace that are left.
        days_left: i64,
    },
    /// A claim is verified, for the first time or again.
    DomainVerified {
        /// Of which domain.
        domain: DomainName,
    },
    /// An identity provider spoke for a domain that another organization holds (rule LOGIN-15).
    ForeignDomainAsserted {
        /// Whose identity provider.
        connection: ConnectionId,
    },
    /// A large import runs in the background; tell the actor when it is done (rule IMPORT-05).
    ImportRuns {
        /// How many users.
        users: usize,
    },
    /// Somebody of a lapsed domain asked for recovery by mail: an Owner must agree (rule C-09).
    MailRecoveryRequested {
        /// Who.
        user: UserId,
    },
    /// The plan no longer includes sign-on and provisioning (rule C-01).
    PlanLapsed,
    /// A change by the directory was refused (rule GUARD-04).
    ProvisioningFailed {
        /// Why.
        code: DenyCode,
    },
    /// The same must be removed at the identity provider (rule REMOVE-05).
    RemoveAtIdentityProvider {
        /// Which connection.
        connection: ConnectionId,
    },
    /// People of a lapsed domain are no longer made to sign on (rule C-09).
    SsoEnforcementLost {
        /// Of which domain.
        domain: DomainName,
        /// How many members have an address there.
        members: usize,
    },
}
