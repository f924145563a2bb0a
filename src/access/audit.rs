//! The record of an attempt, whether it succeeded or not (rules GUARD-01 to GUARD-03).
//!
//! This module writes no log; the host stores the event with its own time and correlation.

use serde::{Deserialize, Serialize};

use super::rule::RuleId;
use crate::domain::DomainName;
use crate::identity::{ConnectionId, GroupId, Personal, UserId};

/// One attempt, for the host's audit log.
///
/// Old and new values are personal data and redacted in `Debug`. Every [`Decision`](super::Decision)
/// has one, but for group changes while group management is off (rule GROUP-24).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// What was attempted.
    pub name: AuditName,
    /// How it ended.
    pub result: AuditResult,
    /// Who attempted it.
    pub actor: AuditActor,
    /// Whom it was about, where that is known.
    pub user: Option<UserId>,
    /// Which group it was about, where that is known.
    pub group: Option<GroupId>,
    /// Which domain it was about, for claims and their records.
    pub domain: Option<DomainName>,
    /// The host's own identifier of the request; see
    /// [`Decision::with_correlation`](super::Decision::with_correlation).
    pub correlation: Option<String>,
    /// The rules that decided, the determining one first.
    pub rules: Vec<RuleId>,
    /// Old and new values.
    pub values: Vec<ValueChange>,
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// What was attempted; the names of provisioning are those that directories use.
        ///
        /// ```
        /// use vestibule::access::AuditName;
        /// assert_eq!(AuditName::UserCreate.as_str(), "user_create_provision");
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
        pub enum AuditName {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl AuditName {
            /// Every name, for tables and translations.
            ///
            /// ```
            /// use vestibule::access::AuditName;
            /// assert!(AuditName::all().any(|name| name.as_str() == "user_deprovision"));
            /// ```
            pub fn all() -> impl Iterator<Item = Self> {
                [$(Self::$name),*].into_iter()
            }

            /// The stable name. See the type's example.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

names! {
    /// Committing a plan.
    BatchCommit "batch_commit";
    /// Dropping what waits.
    BatchDrop "batch_drop";
    /// Giving back what a batch took away.
    BatchUndo "batch_undo";
    /// Looking at the certificates' times.
    CertificateCheck "certificate_check";
    /// Claiming a domain.
    DomainClaim "domain_claim";
    /// Looking at a claim's record.
    DomainCheck "domain_check";
    /// Giving a claim up.
    DomainRelease "domain_release";
    /// Moving a claim inside a family.
    DomainTransfer "domain_transfer";
    /// Importing users into the identity provider.
    DirectoryImport "directory_import";
    /// A password used although sign-on is required.
    ExemptPasswordLogin "exempt_password_login";
    /// Activating a provisioning integration.
    IntegrationActivate "idm_integration_activate";
    /// Deactivating a provisioning integration.
    IntegrationDelete "idm_integration_delete";
    /// Changing the credentials of a provisioning integration.
    IntegrationReauth "idm_integration_reauth";
    /// Changing a provisioning integration.
    IntegrationUpdate "idm_integration_update";
    /// Anything about shared sign-on.
    FamilyChange "family_change";
    /// Asking for recovery by mail.
    MailRecovery "mail_recovery";
    /// Removing members in the product.
    MembersRemove "members_remove";
    /// The plan's change.
    PlanChange "plan_change";
    /// Changing a member's role in the product.
    RoleChange "role_change";
    /// Changing any setting.
    SettingsChange "settings_change";
    /// Reading any setting.
    SettingsRead "settings_read";
    /// Configuring sign-on, its certificates included.
    SsoConfigure "sso_configure";
    /// Removing the sign-on configuration.
    SsoRemove "sso_remove";
    /// A fresh proof of identity.
    StepUp "step_up";
    /// Creating a group.
    GroupCreate "group_create_provision";
    /// Deleting a group.
    GroupDelete "group_delete_provision";
    /// Disassociating a group.
    GroupDisassociate "group_disassociate";
    /// Turning group management on or off.
    GroupManagementChange "group_management_change";
    /// Changing a group.
    GroupUpdate "group_update_provision";
    /// Issuing or replacing a provisioning token.
    TokenIssue "scim_token_issue";
    /// Asking for the secret of a provisioning token.
    TokenRead "scim_token_read";
    /// Revoking a provisioning token.
    TokenRevoke "scim_token_revoke";
    /// The end of a deleted member's tombstone.
    TombstoneEnd "tombstone_end";
    /// Creating a user.
    UserCreate "user_create_provision";
    /// Deleting a user.
    UserDelete "user_delete_provision";
    /// Switching a user off.
    UserDeprovision "user_deprovision";
    /// Looking a user up.
    UserLookup "user_lookup_provision";
    /// A sign-in or sign-up, by whatever method.
    UserSignIn "user_sign_in";
    /// Changing a user.
    UserUpdate "user_update_provision";
}

/// How an attempt ended.
#[expect(clippy::exhaustive_enums, reason = "a host maps each to its log")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditResult {
    /// It was refused.
    Failure,
    /// It waits.
    Held,
    /// It was not decided here: the person was sent elsewhere.
    Redirected,
    /// It was allowed, or there was nothing to do.
    Success,
}

/// Who attempted it.
#[expect(clippy::exhaustive_enums, reason = "a host maps each to its log")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditActor {
    /// The directory of a connection.
    Connection(ConnectionId),
    /// A person who is not known.
    Stranger,
    /// The host's own timer.
    Timer,
    /// A known person.
    User(UserId),
}

/// One attribute's old and new value.
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ValueChange {
    /// The attribute, such as `first_name`.
    pub attribute: String,
    /// What it was.
    pub old: Option<Personal>,
    /// What it is now.
    pub new: Option<Personal>,
}
