//! Why something is refused, and how a refusal is answered on the wire.
//!
//! A code says what; the reasons of the decision say by which rule and on which facts.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{Blame, Explain};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident: $code:literal, $message:literal, $blame:ident, $help:literal;)*) => {
        /// Why something is refused.
        ///
        /// ```
        /// use vestibule::access::DenyCode;
        /// use vestibule::error::Explain;
        ///
        /// assert_eq!(DenyCode::UserNameNotEmail.code(), "access-user-name-not-email");
        /// assert_eq!(DenyCode::UserNameNotEmail.wire_status(), (400, Some("invalidValue")));
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, Ord, PartialEq, PartialOrd)]
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum DenyCode {
            $($(#[$doc])* #[error($message)] $name,)*
        }

        impl DenyCode {
            /// Every code, for tables and translations.
            ///
            /// ```
            /// use vestibule::access::DenyCode;
            /// use vestibule::error::Explain;
            /// assert!(DenyCode::all().all(|code| code.code().starts_with("access-")));
            /// ```
            pub fn all() -> impl Iterator<Item = Self> {
                [$(Self::$name),*].into_iter()
            }
        }

        impl Explain for DenyCode {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            fn blame(&self) -> Blame {
                match self {
                    $(Self::$name => Blame::$blame,)*
                }
            }

            fn help(&self) -> &'static str {
                match self {
                    $(Self::$name => $help,)*
                }
            }
        }
    };
}

codes! {
    /// Rule USER-04.
    AccountExistsOutsideOrganization: "access-account-exists-outside-organization",
        "an account with this address exists and is not a member", Peer,
        "Invite the person to the organization, and let the directory try again afterwards.";
    /// Rule BIND-02: the address's domain had another holder when the account was made.
    AccountOfEarlierHolder: "access-account-of-earlier-holder",
        "the account was made under an earlier holder of its domain", Configuration,
        "Invite the person under the account that they now use.";
    /// Rule USER-14.
    AddressInUse: "access-address-in-use", "another account has this address", Peer,
        "Give each person at the identity provider an address of their own.";
    /// Rule C-24.
    AlreadyManaged: "access-already-managed", "a managed member with this user name exists", Peer,
        "Update the member that is there in place of creating another.";
    /// Rule C-29.
    AmbiguousName: "access-ambiguous-name", "several teams have this name", Configuration,
        "Rename the teams in the product until only one has the group's name.";
    /// Rule X-02.
    AlreadyLinked: "access-already-linked", "the organization is linked already", Configuration,
        "End the link that there is before making another.";
    /// Rule SSO-04.
    CertificateExpired: "access-certificate-expired", "the connection's certificate has expired", Configuration,
        "Upload the identity provider's current certificate.";
    /// Rule C-36: the facts moved since the plan was made, or none was made.
    ConfirmationMismatch: "access-confirmation-mismatch", "what was confirmed is not what would happen", Caller,
        "Read the current plan or count, and confirm that one.";
    /// Rule C-21.
    DeactivatedByAdministrator: "access-deactivated-by-administrator",
        "an administrator deactivated this member", Configuration,
        "Reactivate the member in the product if they are to come back.";
    /// Rule REMOVE-07.
    DirectoryDeactivated: "access-directory-deactivated", "the provisioning integration is deactivated", Configuration,
        "Activate the provisioning integration again before the directory makes changes.";
    /// Rule SSO-13.
    DirectoryUnsupported: "access-directory-unsupported", "this identity provider cannot provision", Configuration,
        "Turn on managed access so that people join at sign-in.";
    /// Rules CLAIM-05 and LOGIN-15.
    DomainHeldByOtherOrganization: "access-domain-held-by-other-organization",
        "another organization holds the domain", Configuration,
        "Ask the organization that holds the domain to give it up, or contact support.";
    /// Rule C-09.
    DomainLapsed: "access-domain-lapsed", "the claim to the address's domain has lapsed", Configuration,
        "Verify the domain again, or let an Owner decide what its people may do.";
    /// Rules CLAIM-01 and CLAIM-19.
    DomainNotClaimed: "access-domain-not-claimed", "the address's domain is not verified", Configuration,
        "Verify the domain in the organization's settings before signing on with it.";
    /// Rule C-25.
    EmailNotAnAddress: "access-email-not-an-address", "the primary e-mail is not an address", Peer,
        "Map the primary e-mail to the user's plain mailbox at the identity provider.";
    /// Rules LOGIN-14, USER-01, USER-02 and USER-13.
    EmailOutsideVerifiedDomains: "access-email-outside-verified-domains",
        "the address is outside the organization's verified domains", Configuration,
        "Verify the address's domain, or invite the person by hand.";
    /// Rule C-03.
    ExternalUsersRefused: "access-external-users-refused", "the organization admits no external users", Configuration,
        "Allow external users in the organization's settings, or verify the person's domain.";
    /// Rule GROUP-05.
    GroupAlreadyManaged: "access-group-already-managed", "a managed team has this name", Peer,
        "Update the group that is there, or give the new one another name.";
    /// Rule GROUP-01.
    GroupManagementDisabled: "access-group-management-disabled", "group management is off", Configuration,
        "Turn group management on in the organization's settings, or stop pushing groups.";
    /// Rule GROUP-22.
    GroupNameUnusable: "access-group-name-unusable", "the group's name is empty or too long", Peer,
        "Give the group a name of at most 1024 bytes at the identity provider.";
    /// No such group.
    GroupNotFound: "access-group-not-found", "there is no such group", Peer,
        "Let the identity provider look the group up again before it changes it.";
    /// Rule GROUP-15.
    GroupNotManaged: "access-group-not-managed", "the team is not managed by the directory", Peer,
        "Push a group of the team's name first if the directory is to manage it.";
    /// Rule SSO-20, where a setting refuses it.
    IdpInitiatedRefused: "access-idp-initiated-refused", "a sign-on must begin here", Configuration,
        "Start at the product's own sign-in page, or accept starts at the identity provider in the settings.";
    /// Rule SSO-01.
    IncompleteConfiguration: "access-incomplete-configuration", "the sign-on configuration is not complete", Configuration,
        "Enter the certificate, the sign-on address and the issuer of the identity provider.";
    /// Rule C-16.
    InvalidAddress: "access-invalid-address", "the address cannot be used", Caller,
        "Enter one plain address, or map the attribute to the user's plain mailbox.";
    /// Rules SSO-02 and SSO-03.
    InvalidCertificate: "access-invalid-certificate", "the upload is not an X.509 certificate", Caller,
        "Upload the identity provider's signing certificate, not its metadata.";
    /// Rule CLAIM-24.
    InvalidDomain: "access-invalid-domain", "the domain cannot be claimed", Caller,
        "Enter the domain of the organization's own addresses, such as example.com.";
    /// Rules SSO-09 and X-16.
    IssuerNotUnique: "access-issuer-not-unique", "another connection has this issuer", Configuration,
        "Give the application at the identity provider an entity identifier of its own.";
    /// Rule SSO-09.
    IssuerNotUrl: "access-issuer-not-url", "the issuer is not a URI", Configuration,
        "Copy the issuer from the identity provider, such as https://idp.example.com/entity.";
    /// Rule C-34.
    LastOwner: "access-last-owner", "the organization would lose its last owner", Configuration,
        "Make somebody else an owner, with a password of their own, and try again.";
    /// Rule X-12.
    LinkCodeUnusable: "access-link-code-unusable", "the code is not known or was used", Caller,
        "Make a new code in the organization that shares its sign-on.";
    /// Rule USER-20.
    LookupFailed: "access-lookup-failed", "the lookup did not complete", Internal,
        "Let the identity provider look again later, and look into the host's storage.";
    /// Rule GUARD-09.
    ManagedByOtherConnection: "access-managed-by-other-connection",
        "another connection manages this one", Configuration,
        "Make the change through the connection that manages the user or group.";
    /// Rule SSO-11.
    MissingEmailAttribute: "access-missing-email-attribute", "the assertion has no e-mail address", Configuration,
        "Map the attribute `email` to the user's address at the identity provider.";
    /// Rule GROUP-11.
    NameTaken: "access-name-taken", "another team has this name", Peer,
        "Choose a name that no other team of the organization has.";
    /// Rule CLAIM-21.
    NoVerifiedDomain: "access-no-verified-domain", "the organization has no verified domain", Configuration,
        "Verify a domain in the organization's settings before provisioning.";
    /// Rule C-40.
    NoOwnPassword: "access-no-own-password", "the person has no password of their own", Caller,
        "Prove who you are through the identity provider, or set a password first.";
    /// Rule PLAN-04.
    NoIdentityProvider: "access-no-identity-provider", "no identity provider is configured", Configuration,
        "Configure the identity provider before turning sign-on on.";
    /// Rules LOGIN-13 and LOGIN-04.
    NotAMember: "access-not-a-member", "the person is not a member", Configuration,
        "Invite the person, or turn on managed access so that people join at sign-in.";
    /// No rule decided: a defect of this library.
    NotDecided: "access-not-decided", "nothing was decided", Internal,
        "Report this as a defect.";
    /// Rule X-04.
    NotForAdminOrganization: "access-not-for-admin-organization", "an admin organization has none of these", Caller,
        "Make it in one of the organizations that are linked.";
    /// Rules SHARED-01, SHARED-02 and X-13.
    NotInFamily: "access-not-in-family", "the two organizations do not share their sign-on", Caller,
        "Link the organizations first, or release the claim and prove it anew.";
    /// Rule IMPORT-02.
    NothingToImport: "access-nothing-to-import", "nobody in the selection can be imported", Caller,
        "Select at least one active user.";
    /// Rule REMOVE-01.
    NothingToRemove: "access-nothing-to-remove", "there is no sign-on configuration", Caller,
        "Nothing needs to be done.";
    /// Rule USER-18.
    OperationDisabled: "access-operation-disabled", "this kind of change is turned off", Configuration,
        "Turn the kind of change on in the provisioning settings, or off at the identity provider.";
    /// Rule X-07.
    OrganizationHidden: "access-organization-hidden", "there is no such organization", Caller,
        "Open the organization that you work in.";
    /// Rule C-37: what the plan looked at has changed.
    PlanChanged: "access-plan-changed", "the facts have moved since the plan was made", Caller,
        "Look at a new plan and commit that one.";
    /// Rule C-37.
    PlanExpired: "access-plan-expired", "the plan is too old", Caller,
        "Look at a new plan and commit that one.";
    /// Rules PLAN-01, PLAN-02 and C-01.
    PlanNotEntitled: "access-plan-not-entitled", "the organization's plan does not include this", Configuration,
        "Renew or upgrade the organization's plan.";
    /// Rule SSO-08.
    PostbackMismatch: "access-postback-mismatch", "the identity provider posts to another address", Configuration,
        "Enter this connection's postback address at the identity provider.";
    /// Rule C-09.
    RecoveryAddressNotProved: "access-recovery-address-not-proved", "the address is not the account's own", Caller,
        "Ask for recovery with the address that the account is known by.";
    /// Rule PLAN-05.
    RoleRequired: "access-role-required", "only an owner or an admin may do this", Caller,
        "Ask an owner or an admin of the organization to do this.";
    /// Rule TOKEN-02.
    SecretShownOnce: "access-secret-shown-once", "the token's secret was shown when it was made", Caller,
        "Replace the token, and keep the new secret when it is shown.";
    /// Rules SHARED-01 and X-01.
    SettledByAdminOrganization: "access-settled-by-admin-organization",
        "another organization settles this for the family", Configuration,
        "Make the change in the organization that shares its sign-on.";
    /// A setting with a request of its own, or one that only the host may change.
    SettingHasItsRequest: "access-setting-has-its-request", "the setting is changed by another request", Caller,
        "Leave this setting as it is, and ask for its change by the request that is made for it.";
    /// Rule SHARED-03.
    SharedSsoUnavailable: "access-shared-sso-unavailable", "shared sign-on is not available", Configuration,
        "Ask the host to turn shared sign-on on for the organization.";
    /// Rule SSO-01: people are redirected there.
    SignOnUrlUnusable: "access-sign-on-url-unusable", "the sign-on address is not a web address", Configuration,
        "Copy the sign-on address from the identity provider; it begins with https.";
    /// Rules SSO-19 and LOGIN-07.
    SsoDisabled: "access-sso-disabled", "single sign-on is not turned on", Configuration,
        "Turn single sign-on on in the organization's settings, or use a password.";
    /// Rule LOGIN-02.
    SsoRequired: "access-sso-required", "the organization requires single sign-on", Caller,
        "Sign in through the organization's identity provider.";
    /// Rule REMOVE-01.
    SsoStillEnabled: "access-sso-still-enabled", "single sign-on is still turned on", Caller,
        "Turn single sign-on off before removing its configuration.";
    /// Rule SSO-18.
    SsoRequiredForDirectory: "access-sso-required-for-directory",
        "provisioning needs single sign-on to be turned on", Configuration,
        "Configure single sign-on and turn it on before provisioning.";
    /// Rule BIND-01.
    SubjectMismatch: "access-subject-mismatch", "the account is bound to another subject", Configuration,
        "Check that the address was not given to another person, and unlink the account if it was.";
    /// Rule TOKEN-03.
    TokenInvalid: "access-token-invalid", "the token is not an active one of this connection", Caller,
        "Enter the token that was issued last at the identity provider, or replace it.";
    /// Rules PLAN-10 and C-02.
    TokenIssuerLostRole: "access-token-issuer-lost-role",
        "the token's issuer is no longer an owner or an admin", Configuration,
        "Let an owner or an admin replace the token.";
    /// Rule TOKEN-03.
    UnknownConnection: "access-unknown-connection", "the connection is not one of this organization", Caller,
        "Authenticate the request with the token of a connection of this organization.";
    /// Rule USER-21.
    UnsupportedFilter: "access-unsupported-filter", "the filter is not supported", Peer,
        "Match users by their user name at the identity provider.";
    /// Rule LOGIN-16.
    UserDeactivated: "access-user-deactivated", "the person is deactivated", Configuration,
        "Reactivate the person at the identity provider or in the organization's settings.";
    /// Rule USER-03.
    UserNameNotEmail: "access-user-name-not-email", "the user name is not an e-mail address", Peer,
        "Map the user name to the user's address at the identity provider.";
    /// No such user, or one that a delete hides.
    UserNotFound: "access-user-not-found", "there is no such user", Peer,
        "Let the identity provider look the user up again before it changes them.";
    /// Rules LOGIN-18 and C-19.
    WouldLockOut: "access-would-lock-out", "nobody could enter without the identity provider", Configuration,
        "Turn sign-on on, verify a domain, and let an Owner set a password of their own first.";
    /// Rule REMOVE-06.
    WrongIntegrationState: "access-wrong-integration-state", "the integration is not in a state for this", Caller,
        "Activate the integration first, or deactivate it first, as the step needs.";
}

impl DenyCode {
    /// The HTTP status and, where one fits, the `scimType` of
    /// [RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12) with which a
    /// refused provisioning request is answered. See the type's example.
    #[must_use]
    pub const fn wire_status(self) -> (u16, Option<&'static str>) {
        match self {
            Self::TokenInvalid | Self::TokenIssuerLostRole | Self::UnknownConnection => (401, None),
            Self::GroupNotFound | Self::GroupNotManaged | Self::UserNotFound => (404, None),
            Self::AccountExistsOutsideOrganization
            | Self::AddressInUse
            | Self::AlreadyManaged
            | Self::AmbiguousName
            | Self::GroupAlreadyManaged
            | Self::NameTaken => (409, Some("uniqueness")),
            Self::ConfirmationMismatch
            | Self::DeactivatedByAdministrator
            | Self::PlanChanged
            | Self::PlanExpired => (409, None),
            Self::LookupFailed => (500, None),
            Self::UnsupportedFilter => (400, Some("invalidFilter")),
            Self::EmailNotAnAddress
            | Self::GroupNameUnusable
            | Self::InvalidAddress
            | Self::InvalidDomain
            | Self::UserNameNotEmail => (400, Some("invalidValue")),
            Self::AccountOfEarlierHolder
            | Self::AlreadyLinked
            | Self::DirectoryDeactivated
            | Self::DirectoryUnsupported
            | Self::DomainLapsed
            | Self::IdpInitiatedRefused
            | Self::IncompleteConfiguration
            | Self::InvalidCertificate
            | Self::IssuerNotUnique
            | Self::IssuerNotUrl
            | Self::LinkCodeUnusable
            | Self::NoIdentityProvider
            | Self::NoOwnPassword
            | Self::NotDecided
            | Self::NotForAdminOrganization
            | Self::NotInFamily
            | Self::NothingToImport
            | Self::NothingToRemove
            | Self::OrganizationHidden
            | Self::PostbackMismatch
            | Self::RecoveryAddressNotProved
            | Self::SettingHasItsRequest
            | Self::SettledByAdminOrganization
            | Self::SharedSsoUnavailable
            | Self::SignOnUrlUnusable
            | Self::SsoStillEnabled
            | Self::WouldLockOut
            | Self::WrongIntegrationState
            | Self::CertificateExpired
            | Self::DomainHeldByOtherOrganization
            | Self::DomainNotClaimed
            | Self::EmailOutsideVerifiedDomains
            | Self::ExternalUsersRefused
            | Self::GroupManagementDisabled
            | Self::LastOwner
            | Self::ManagedByOtherConnection
            | Self::MissingEmailAttribute
            | Self::NoVerifiedDomain
            | Self::NotAMember
            | Self::OperationDisabled
            | Self::PlanNotEntitled
            | Self::RoleRequired
            | Self::SecretShownOnce
            | Self::SsoDisabled
            | Self::SsoRequired
            | Self::SsoRequiredForDirectory
            | Self::SubjectMismatch
            | Self::UserDeactivated => (403, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_code_is_the_variants_name_in_kebab_case() {
        for code in DenyCode::all() {
            let name = serde_json::to_value(code).unwrap();
            assert_eq!(format!("access-{}", name.as_str().unwrap()), code.code());
        }
        let codes: BTreeSet<_> = DenyCode::all().map(|code| code.code()).collect();
        assert_eq!(codes.len(), DenyCode::all().count());
    }

    #[test]
    fn messages_and_help_keep_the_style_of_errors() {
        for code in DenyCode::all() {
            let message = code.to_string();
            assert!(
                !message.ends_with('.') && !message.contains('\n'),
                "{message}"
            );
            assert!(!message.starts_with(char::is_uppercase), "{message}");
            assert!(code.help().ends_with('.') && code.help().starts_with(char::is_uppercase));
        }
    }

    #[test]
    fn a_scim_type_stands_only_where_the_standard_has_one() {
        for code in DenyCode::all() {
            assert!(matches!(
                code.wire_status(),
                (400, Some("invalidFilter" | "invalidValue"))
                    | (409, Some("uniqueness") | None)
                    | (401 | 403 | 404 | 500, None)
            ));
        }
        assert_eq!(
            DenyCode::AccountExistsOutsideOrganization.wire_status(),
            (409, Some("uniqueness"))
        );
        assert_eq!(
            DenyCode::EmailOutsideVerifiedDomains.wire_status(),
            (403, None)
        );
        assert_eq!(DenyCode::UserNotFound.wire_status(), (404, None));
    }
}
