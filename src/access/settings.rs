//! What an organization has chosen, as the decisions read it.
//!
//! The defaults are safe: everything that lets somebody in or takes something away is off. This
//! module does not decide who may change a setting.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::brake::BrakePolicy;
use crate::domain::{ClaimPolicy, RecordPlacement, RecordPrefix};
use crate::identity::UserId;

/// The settings of one organization.
///
/// ```
/// use vestibule::access::{GroupRemoval, Settings, Switch};
/// use vestibule::domain::RecordPrefix;
///
/// let mut settings = Settings::recommended(RecordPrefix::parse("product")?);
/// assert_eq!(settings.require_sso, Switch::Off); // LOGIN-01
/// assert_eq!(settings.idp_managed_access, Switch::Off); // LOGIN-19
/// assert_eq!(settings.group_removal, GroupRemoval::LeaveMembers); // C-33
/// settings.require_sso = Switch::On;
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What the organization's plan includes.
    pub entitlement: Entitlement,
    /// Whether single sign-on is configured and on.
    pub sso: SsoState,
    /// Whether people of verified domains must sign on; has no effect while `sso` is not on.
    pub require_sso: Switch,
    /// Whether the identity provider decides who is a member (managed access, with joining at
    /// sign-in); has no effect while `sso` is not on.
    pub idp_managed_access: Switch,
    /// Who may use a password although sign-on is required (rule C-15).
    pub exemption: Exemption,
    /// Whether people of unclaimed domains may enter with a password (rule C-03).
    pub external_users: ExternalUsers,
    /// Which changes the directory may make (rule USER-18).
    pub operations: DirectoryOperations,
    /// Whether the directory may manage groups (rule GROUP-01).
    pub group_management: Switch,
    /// What a group without members creates (rule C-31).
    pub empty_group: EmptyGroup,
    /// What a group that goes away does to its members (rule C-33).
    pub group_removal: GroupRemoval,
    /// What a delete means (rule C-26).
    pub deletion: DeletePolicy,
    /// How much a connection may take away, and what happens to the rest (rule C-37).
    pub brake: BrakePolicy,
    /// Whom the directory may read (rule C-23).
    pub list_scope: ListScope,
    /// Whose a provisioning token is (rule C-02).
    pub token_authority: TokenAuthority,
    /// Minutes for which a replaced token still works (rule C-22).
    pub token_overlap_minutes: u16,
    /// Whether a connection may switch off its own members of a lapsed domain (rule C-28).
    pub lapsed_domain_leavers: LapsedDomainLeavers,
    /// When a claim is proved and when it lapses.
    pub claims: ClaimPolicy,
    /// The vendor's name in challenge records.
    pub record_prefix: RecordPrefix,
    /// Where challenge records stand (rule C-06).
    pub record_placement: RecordPlacement,
    /// Minutes for which a fresh proof of identity stays fresh (rules PLAN-07 and C-39).
    pub step_up_minutes: u16,
}

impl Settings {
    /// The defaults of this library: the rules with their resolutions. See the type's example.
    #[must_use]
    pub fn recommended(record_prefix: RecordPrefix) -> Self {
        Self {
            entitlement: Entitlement::default(),
            sso: SsoState::default(),
            require_sso: Switch::Off,
            idp_managed_access: Switch::Off,
            exemption: Exemption::default(),
            external_users: ExternalUsers::default(),
            operations: DirectoryOperations::default(),
            group_management: Switch::Off,
            empty_group: EmptyGroup::default(),
            group_removal: GroupRemoval::default(),
            deletion: DeletePolicy::default(),
            brake: BrakePolicy::default(),
            list_scope: ListScope::default(),
            token_authority: TokenAuthority::default(),
            token_overlap_minutes: 0,
            lapsed_domain_leavers: LapsedDomainLeavers::default(),
            claims: ClaimPolicy::default(),
            record_prefix,
            record_placement: RecordPlacement::ChallengeLabel,
            step_up_minutes: 15,
        }
    }

    /// The letter of the texts that the rules come from, where a default departs from it.
    ///
    /// ```
    /// use vestibule::access::{LapsedDomainLeavers, Settings};
    /// use vestibule::domain::{RecordPlacement, RecordPrefix};
    ///
    /// let settings = Settings::seed_strict(RecordPrefix::parse("product")?);
    /// assert_eq!(settings.record_placement, RecordPlacement::AtDomain);
    /// assert_eq!(settings.lapsed_domain_leavers, LapsedDomainLeavers::Refuse);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn seed_strict(record_prefix: RecordPrefix) -> Self {
        Self {
            empty_group: EmptyGroup::Ignore,
            group_removal: GroupRemoval::DeactivateOrphans,
            lapsed_domain_leavers: LapsedDomainLeavers::Refuse,
            record_placement: RecordPlacement::AtDomain,
            ..Self::recommended(record_prefix)
        }
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a setting: a host offers every position")]
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($body)* }
    };
}

choice! {
    /// Off or on.
    Switch {
        /// Off.
        #[default]
        Off,
        /// On.
        On,
    }
}

choice! {
    /// What the plan includes (rules PLAN-01, PLAN-02 and C-01).
    Entitlement {
        /// Single sign-on and provisioning.
        Active,
        /// It included them: what is there stays, nothing new is made.
        Lapsed,
        /// Neither.
        #[default]
        None,
    }
}

choice! {
    /// How far single sign-on is set up.
    SsoState {
        /// Configured, and turned off.
        Disabled,
        /// Configured, and turned on.
        Enabled,
        /// Not configured.
        #[default]
        NotConfigured,
    }
}

choice! {
    /// Whom the directory may read.
    ListScope {
        /// All members.
        #[default]
        AllMembers,
        /// Members of verified domains.
        ManagedDomainsOnly,
    }
}

choice! {
    /// Whose a provisioning token is.
    TokenAuthority {
        /// Its issuer's: it works only while they are an Owner or Admin.
        IssuerMustRemainAdmin,
        /// The organization's.
        #[default]
        Organization,
    }
}

choice! {
    /// Whether people of unclaimed domains may enter with a password.
    ExternalUsers {
        /// Members and people invited to a project may.
        #[default]
        Allow,
        /// Nobody may.
        Deny,
    }
}

choice! {
    /// What the directory's creation of a group without members does.
    EmptyGroup {
        /// An empty Team.
        Create,
        /// An identifier now, and the Team with the first member.
        #[default]
        DeferUntilFirstMember,
        /// Nothing.
        Ignore,
    }
}

choice! {
    /// What a group that goes away does to its members.
    GroupRemoval {
        /// Members in no other active managed group are deactivated.
        DeactivateOrphans,
        /// They leave the Team and stay members of the organization.
        #[default]
        LeaveMembers,
    }
}

choice! {
    /// Whether a connection may switch off its own members after their domain lapsed.
    LapsedDomainLeavers {
        /// It may: that only takes access away.
        #[default]
        Deactivate,
        /// It may not: the directory touches verified domains only.
        Refuse,
    }
}

/// Who may use a password although sign-on is required.
#[expect(
    clippy::exhaustive_enums,
    reason = "a setting: a host offers every position"
)]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exemption {
    /// These people and nobody else.
    Named(BTreeSet<UserId>),
    /// Owners and Admins.
    #[default]
    OwnersAndAdmins,
    /// Owners.
    OwnersOnly,
}

/// Which changes of users the directory may make; each is a switch of its own.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DirectoryOperations {
    /// Creating, adopting and reactivating members.
    pub create: Switch,
    /// Changing names and addresses.
    pub update: Switch,
    /// Deactivating and deleting members.
    pub deactivate: Switch,
}

/// All on: the token is what turns provisioning on.
impl Default for DirectoryOperations {
    fn default() -> Self {
        Self {
            create: Switch::On,
            update: Switch::On,
            deactivate: Switch::On,
        }
    }
}

/// What a delete by the directory means.
#[expect(
    clippy::exhaustive_enums,
    reason = "a setting: a host offers every position"
)]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeletePolicy {
    /// As [`Soft`](DeletePolicy::Soft), and what the organization stored of the person is erased
    /// when the time is over.
    HardAfter {
        /// Days for which a create of the same user name brings the member back.
        days: u16,
    },
    /// The membership is deactivated and kept, hidden from the directory.
    Soft {
        /// Days for which a create of the same user name brings the member back.
        retention_days: u16,
    },
}

impl DeletePolicy {
    /// Days for which a create of the same user name brings the member back.
    ///
    /// ```
    /// assert_eq!(vestibule::access::DeletePolicy::default().days(), 30);
    /// ```
    #[must_use]
    pub const fn days(self) -> u16 {
        match self {
            Self::HardAfter { days }
            | Self::Soft {
                retention_days: days,
            } => days,
        }
    }
}

impl Default for DeletePolicy {
    fn default() -> Self {
        Self::Soft { retention_days: 30 }
    }
}
