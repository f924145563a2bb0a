//! What an organization has chosen, as the decisions read it.
//!
//! The defaults are safe: everything that lets somebody in or takes something away is off. This
//! module does not decide who may change a setting.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::brake::BrakePolicy;
use crate::domain::{ClaimPolicy, DomainLists, RecordLabel, RecordPlacement, RecordPrefix};
use crate::identity::UserId;

mod difference;
mod profiles;
mod value;

pub use difference::SettingDifference;
pub(super) use profiles::strictest_brake;
pub(super) use value::SettingValue;

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
///
/// What a stored text leaves out is as in the recommended profile; only the prefix must be said.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What the organization's plan includes.
    #[serde(default)]
    pub entitlement: Entitlement,
    /// Whether single sign-on is configured and on.
    #[serde(default)]
    pub sso: SsoState,
    /// Whether people of verified domains must sign on; has no effect while `sso` is not on.
    #[serde(default)]
    pub require_sso: Switch,
    /// Whether the identity provider decides who is a member (managed access, with joining at
    /// sign-in); has no effect while `sso` is not on.
    #[serde(default)]
    pub idp_managed_access: Switch,
    /// Who may use a password although sign-on is required (rule C-15).
    #[serde(default)]
    pub exemption: Exemption,
    /// Whether people of unclaimed domains may enter with a password (rule C-03).
    #[serde(default)]
    pub external_users: ExternalUsers,
    /// Which changes the directory may make (rule USER-18).
    #[serde(default)]
    pub operations: DirectoryOperations,
    /// What the directory's creation does about an account that is there and is no member (rule
    /// C-20).
    #[serde(default)]
    pub existing_account: ExistingAccount,
    /// Whether an Owner or Admin confirms first that a directory takes over a member who is there
    /// (rule C-24).
    #[serde(default)]
    pub confirm_adoption: Switch,
    /// Whether the directory may manage groups (rule GROUP-01).
    #[serde(default)]
    pub group_management: Switch,
    /// What a group without members creates (rule C-31).
    #[serde(default)]
    pub empty_group: EmptyGroup,
    /// What a group that goes away does to its members (rule C-33).
    #[serde(default)]
    pub group_removal: GroupRemoval,
    /// Whether somebody whom the directory assigned by themselves, and not only through a group,
    /// stays when a group goes away (rule C-33).
    #[serde(default)]
    pub direct_assignment_counts: Switch,
    /// What a delete means (rule C-26).
    #[serde(default)]
    pub deletion: DeletePolicy,
    /// How much a connection may take away, and what happens to the rest (rule C-37).
    #[serde(default)]
    pub brake: BrakePolicy,
    /// Whom the directory may read (rule C-23).
    #[serde(default)]
    pub list_scope: ListScope,
    /// Whose a provisioning token is (rule C-02).
    #[serde(default)]
    pub token_authority: TokenAuthority,
    /// Minutes for which a replaced token still works (rule C-22).
    #[serde(default)]
    pub token_overlap_minutes: u16,
    /// Whether a connection may switch off its own members of a lapsed domain (rule C-28).
    #[serde(default)]
    pub lapsed_domain_leavers: LapsedDomainLeavers,
    /// When a claim is proved and when it lapses.
    #[serde(default)]
    pub claims: ClaimPolicy,
    /// The vendor's name in challenge records.
    pub record_prefix: RecordPrefix,
    /// Where challenge records stand (rule C-06).
    #[serde(default)]
    pub record_placement: RecordPlacement,
    /// The label of challenge records, where it is not the one that follows from the prefix.
    #[serde(default)]
    pub record_label: Option<RecordLabel>,
    /// Minutes for which a fresh proof of identity stays fresh (rules PLAN-07 and C-39).
    #[serde(default = "fifteen")]
    pub step_up_minutes: u16,
    /// Whether people may start at the identity provider (rule SSO-20).
    #[serde(default)]
    pub idp_initiated: IdpInitiated,
    /// What people of a lapsed domain may do (rule C-09).
    #[serde(default)]
    pub on_lapse: OnLapse,
    /// How far the provisioning integration is set up (rule REMOVE-06).
    #[serde(default)]
    pub directory: DirectoryState,
    /// Whether the host offers shared sign-on to this organization (rule SHARED-03).
    #[serde(default)]
    pub shared_sso: Switch,
    /// Names that the host lets be claimed, or not, whatever the built-in lists say (rule C-11).
    #[serde(default)]
    pub domain_lists: DomainLists,
}

const fn fifteen() -> u16 {
    15
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a setting: a host offers every position")]
        #[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl SettingValue for $name {
            fn text(&self) -> String {
                match self { $(Self::$variant => $text.to_owned(),)* }
            }
        }
    };
}

choice! {
    /// Off or on.
    Switch {
        /// Off.
        #[default]
        Off "off",
        /// On.
        On "on",
    }
}

choice! {
    /// What the plan includes (rules PLAN-01, PLAN-02 and C-01).
    Entitlement {
        /// Single sign-on and provisioning.
        Active "active",
        /// It included them: what is there stays, nothing new is made.
        Lapsed "lapsed",
        /// Neither.
        #[default]
        None "none",
    }
}

choice! {
    /// How far single sign-on is set up.
    SsoState {
        /// Configured, and turned off.
        Disabled "disabled",
        /// Configured, and turned on.
        Enabled "enabled",
        /// Not configured.
        #[default]
        NotConfigured "not-configured",
    }
}

choice! {
    /// Whom the directory may read.
    ListScope {
        /// All members.
        #[default]
        AllMembers "all-members",
        /// Members of verified domains.
        ManagedDomainsOnly "managed-domains-only",
    }
}

choice! {
    /// Whose a provisioning token is.
    TokenAuthority {
        /// Its issuer's: it works only while they are an Owner or Admin.
        IssuerMustRemainAdmin "issuer-must-remain-admin",
        /// The organization's.
        #[default]
        Organization "organization",
    }
}

choice! {
    /// Whether people of unclaimed domains may enter with a password.
    ExternalUsers {
        /// Members and people invited to a project may.
        #[default]
        Allow "allow",
        /// Nobody may.
        Deny "deny",
    }
}

choice! {
    /// What the directory's creation does about an account that is there and is no member. It is
    /// refused until the person has joined.
    ExistingAccount {
        /// Nothing more.
        #[default]
        Fail "fail",
        /// The person is invited.
        Invite "invite",
        /// The person is asked to let the directory manage them; the creation after that succeeds.
        RequestConsent "request-consent",
    }
}

choice! {
    /// What the directory's creation of a group without members does.
    EmptyGroup {
        /// An empty Team.
        Create "create",
        /// An identifier now, and the Team with the first member.
        #[default]
        DeferUntilFirstMember "defer-until-first-member",
        /// Nothing.
        Ignore "ignore",
    }
}

choice! {
    /// What a group that goes away does to its members.
    GroupRemoval {
        /// Members in no other active managed group are deactivated.
        DeactivateOrphans "deactivate-orphans",
        /// They leave the Team and stay members of the organization.
        #[default]
        LeaveMembers "leave-members",
    }
}

choice! {
    /// Whether a connection may switch off its own members after their domain lapsed.
    LapsedDomainLeavers {
        /// It may: that only takes access away.
        #[default]
        Deactivate "deactivate",
        /// It may not: the directory touches verified domains only.
        Refuse "refuse",
    }
}

choice! {
    /// Whether people may start at the identity provider.
    IdpInitiated {
        /// They may; the same rules hold.
        #[default]
        Accept "accept",
        /// They may not: a sign-on answers a request of ours.
        Refuse "refuse",
    }
}

choice! {
    /// What people of a domain may do after the organization's claim to it lapsed.
    OnLapse {
        /// Nobody enters by a password while sign-on is required, exempt roles excepted.
        Freeze "freeze",
        /// Members may use passwords that they set; recovery by mail waits for an Owner, since the
        /// mailbox may belong to whoever bought the domain.
        #[default]
        PasswordNoMailRecovery "password-no-mail-recovery",
        /// They are external users like any others.
        SeedLetter "seed-letter",
    }
}

choice! {
    /// How far the provisioning integration is set up.
    DirectoryState {
        /// It provisions.
        Active "active",
        /// It was active, and provisions nothing now.
        Deactivated "deactivated",
        /// It was never activated.
        #[default]
        NotConfigured "not-configured",
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
    /// Owners and Admins, and only while no sign-on can succeed.
    OnlyWhenSsoUnhealthy,
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
