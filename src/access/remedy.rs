//! What would change a refusal, and who can do it: one table.
//!
//! A reason that knows better says so itself; this module knows only what was refused.

use serde::{Deserialize, Serialize};

use super::deny::DenyCode;

/// What would change the outcome.
#[expect(clippy::exhaustive_structs, reason = "a plain pair")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// What to do.
    pub action: RemedyAction,
    /// Who can do it.
    pub by: RemedyActor,
}

/// What to do about a refusal.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemedyAction {
    /// Accept the invitation, or agree to what was asked.
    Agree,
    /// Agree to this recovery by mail.
    ApproveRecovery,
    /// Ask whoever has the power to do it.
    AskSomebodyElse,
    /// Allow this in the settings.
    ChangeSetting,
    /// Look at what waits, and commit or drop it.
    CommitPlan,
    /// Complete the configuration.
    CompleteConfiguration,
    /// Look at the plan again and confirm what it says.
    ConfirmPlan,
    /// Correct what was entered.
    CorrectInput,
    /// Correct the message or the mapping at the identity provider.
    CorrectMapping,
    /// Invite the person.
    InviteManually,
    /// Renew or upgrade the plan.
    RenewPlan,
    /// Bring the member back.
    Reactivate,
    /// Replace the certificate.
    ReplaceCertificate,
    /// Rename one of the two.
    Rename,
    /// Replace the token, and enter the new one at the identity provider.
    ReplaceToken,
    /// Let an Owner set a password of their own.
    SetOwnPassword,
    /// Let the identity provider look again at what is there.
    SynchronizeAgain,
    /// Do it through the connection that manages the user or group.
    UseOtherConnection,
    /// Sign on through the identity provider.
    UseSso,
    /// Verify the domain.
    VerifyDomain,
}

/// Who can do it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemedyActor {
    /// Whoever administers the identity provider.
    DirectoryAdministrator,
    /// Whoever runs the product.
    Host,
    /// An Owner or Admin of the organization.
    OwnerOrAdmin,
    /// An Owner or Admin of the organization that shares its sign-on with this one.
    OwnerOrAdminOfAdminOrganization,
    /// The person who was refused.
    Person,
}

impl DenyCode {
    /// What would change the outcome, as far as the code tells. A reason may know better: see
    /// [`Reason::remedy`](super::Reason::remedy).
    ///
    /// ```
    /// use vestibule::access::{DenyCode, RemedyAction, RemedyActor};
    /// let remedy = DenyCode::CertificateExpired.remedy();
    /// assert_eq!(remedy.action, RemedyAction::ReplaceCertificate);
    /// assert_eq!(remedy.by, RemedyActor::OwnerOrAdmin);
    /// ```
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        use RemedyAction as Action;
        use RemedyActor::{DirectoryAdministrator, Host, OwnerOrAdmin, Person};
        let (action, by) = match self {
            Self::AccountExistsOutsideOrganization
            | Self::AccountOfEarlierHolder
            | Self::NotAMember => (Action::InviteManually, OwnerOrAdmin),
            Self::AddressInUse
            | Self::EmailNotAnAddress
            | Self::GroupNameUnusable
            | Self::MissingEmailAttribute
            | Self::PostbackMismatch
            | Self::UnsupportedFilter
            | Self::UserNameNotEmail => (Action::CorrectMapping, DirectoryAdministrator),
            Self::AlreadyManaged
            | Self::GroupNotFound
            | Self::GroupNotManaged
            | Self::UserNotFound => (Action::SynchronizeAgain, DirectoryAdministrator),
            Self::AmbiguousName => (Action::Rename, OwnerOrAdmin),
            Self::GroupAlreadyManaged | Self::NameTaken => (Action::Rename, DirectoryAdministrator),
            Self::CertificateExpired => (Action::ReplaceCertificate, OwnerOrAdmin),
            Self::ConfirmationMismatch | Self::PlanChanged | Self::PlanExpired => {
                (Action::ConfirmPlan, OwnerOrAdmin)
            }
            Self::DeactivatedByAdministrator | Self::UserDeactivated => {
                (Action::Reactivate, OwnerOrAdmin)
            }
            Self::AlreadyLinked
            | Self::DirectoryDeactivated
            | Self::DirectoryUnsupported
            | Self::ExternalUsersRefused
            | Self::GroupManagementDisabled
            | Self::IdpInitiatedRefused
            | Self::OperationDisabled
            | Self::SsoDisabled
            | Self::SsoRequiredForDirectory
            | Self::SsoStillEnabled
            | Self::WrongIntegrationState => (Action::ChangeSetting, OwnerOrAdmin),
            Self::DomainHeldByOtherOrganization | Self::NotInFamily => {
                (Action::AskSomebodyElse, OwnerOrAdmin)
            }
            Self::DomainLapsed
            | Self::DomainNotClaimed
            | Self::EmailOutsideVerifiedDomains
            | Self::NoVerifiedDomain => (Action::VerifyDomain, OwnerOrAdmin),
            Self::IncompleteConfiguration
            | Self::IssuerNotUnique
            | Self::IssuerNotUrl
            | Self::NoIdentityProvider
            | Self::SignOnUrlUnusable => (Action::CompleteConfiguration, OwnerOrAdmin),
            Self::InvalidAddress | Self::RecoveryAddressNotProved => (Action::CorrectInput, Person),
            Self::InvalidCertificate
            | Self::InvalidDomain
            | Self::LinkCodeUnusable
            | Self::NotForAdminOrganization
            | Self::NothingToImport
            | Self::NothingToRemove
            | Self::SettingHasItsRequest => (Action::CorrectInput, OwnerOrAdmin),
            Self::LastOwner | Self::WouldLockOut => (Action::SetOwnPassword, OwnerOrAdmin),
            Self::LookupFailed | Self::NotDecided | Self::SharedSsoUnavailable => {
                (Action::AskSomebodyElse, Host)
            }
            Self::ManagedByOtherConnection => (Action::UseOtherConnection, DirectoryAdministrator),
            Self::NoOwnPassword | Self::SsoRequired => (Action::UseSso, Person),
            Self::OrganizationHidden | Self::RoleRequired => (Action::AskSomebodyElse, Person),
            Self::PlanNotEntitled => (Action::RenewPlan, OwnerOrAdmin),
            Self::SecretShownOnce
            | Self::TokenInvalid
            | Self::TokenIssuerLostRole
            | Self::UnknownConnection => (Action::ReplaceToken, OwnerOrAdmin),
            Self::SettledByAdminOrganization => (
                Action::ChangeSetting,
                RemedyActor::OwnerOrAdminOfAdminOrganization,
            ),
            Self::SubjectMismatch => (Action::AskSomebodyElse, Person),
        };
        Remedy { action, by }
    }
}
