//! Which settings would let a message pass that failed a check, at which party.

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::check_class::CheckClass;

/// A setting to look at when a check fails.
///
/// ```
/// use vestibule::saml::{ParsedResponse, Party};
/// # let xml = concat!(
/// #     "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol'>",
/// #     "<a:EncryptedAssertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'/></p:Response>",
/// # );
/// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let idp = IdentityProvider::new(
/// #     ConnectionId::new("acme-okta"),
/// #     EntityId::parse("https://idp.example.org/saml/metadata")?,
/// #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
/// # );
/// // A response with an encrypted assertion, for a connection without a key.
/// let refusal = ParsedResponse::from_octets(xml.into())?.verify(&idp).unwrap_err();
/// let settings = refusal.first().check().settings();
/// assert_eq!(settings[0].party, Party::IdentityProvider);
/// assert_eq!(settings[0].name, "encryption of assertions");
/// assert_eq!(settings[0].value.as_deref(), Some("off"));
/// assert_eq!(settings[1].party, Party::Service);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Setting {
    /// Who has it.
    pub party: Party,
    /// What it is, in words: every product has its own name for it.
    pub name: &'static str,
    /// What to set it to, where that is known.
    pub value: Option<String>,
}

/// One of the two parties of a connection.
#[expect(clippy::exhaustive_enums, reason = "a connection has two ends")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// Where people authenticate.
    IdentityProvider,
    /// This service, and its settings of the connection.
    Service,
}

impl Setting {
    fn of_idp(name: &'static str, value: Option<String>) -> Self {
        let party = Party::IdentityProvider;
        Self { party, name, value }
    }

    fn of_service(name: &'static str, value: Option<String>) -> Self {
        let party = Party::Service;
        Self { party, name, value }
    }
}

impl Check {
    /// The settings to look at, the most likely first; empty when no setting is at fault.
    ///
    /// What the sender of an unsigned message writes can be among the values: they are for a
    /// person who looks at them, and nothing sets them by itself. See [`Setting`] for an example.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let (expected, found) = (self.expected(), self.found());
        let idp = Setting::of_idp;
        let service = Setting::of_service;
        match self {
            Self::AssertionEncrypted | Self::AttributeEncrypted | Self::NameIdEncrypted => vec![
                idp("encryption of assertions", Some("off".to_owned())),
                service("decryption key", None),
            ],
            Self::AudienceMismatch { found: several, .. } => vec![
                idp("audience (SP entity ID)", expected),
                service(
                    "entity ID of this service",
                    found.filter(|_| several.len() == 1),
                ),
            ],
            Self::AudienceMissing { .. } => vec![idp("audience (SP entity ID)", expected)],
            Self::AuthnContextMismatch { .. } => vec![
                idp("required authentication", expected),
                service("required authentication", found),
            ],
            Self::DecryptionFailed => vec![
                idp("encryption certificate of this service", None),
                idp("encryption algorithm", Some("AES-256-GCM".to_owned())),
                idp(
                    "key transport, its digest and its mask",
                    Some("RSA-OAEP, SHA-256, MGF1 with SHA-256; or SHA-1 in both".to_owned()),
                ),
            ],
            Self::DestinationMismatch { .. }
            | Self::DestinationMissing { .. }
            | Self::RecipientMismatch { .. }
            | Self::RecipientMissing { .. } => vec![idp(
                "URL of this service (assertion consumer service, or single logout)",
                expected,
            )],
            Self::Expired { .. } | Self::InstantInFuture { .. } | Self::NotYetValid { .. } => vec![
                idp("clock", Some("by a time server".to_owned())),
                service("clock", Some("by a time server".to_owned())),
                service("clock skew", None),
            ],
            Self::InResponseToUnexpected { .. } => {
                vec![service("unsolicited responses that name a request", None)]
            }
            Self::IssuerMismatch { .. } => vec![service("issuer of the connection", found)],
            Self::LogoutNotConfigured => vec![service("single logout URL", None)],
            Self::NameIdEmpty | Self::NameIdMissing => vec![
                idp("name identifier (NameID)", None),
                service("attribute that names people", None),
            ],
            Self::ParameterUnexpected { .. } => {
                vec![service("parameters of the single logout URL", None)]
            }
            Self::ResponseByRedirect => {
                vec![idp("binding of responses", Some("HTTP-POST".to_owned()))]
            }
            Self::Signature(_) => self.settings_of_signature(),
            Self::SignatureInsideRedirect => {
                vec![idp(
                    "XML signature by HTTP-Redirect",
                    Some("off".to_owned()),
                )]
            }
            Self::StatusNotSuccess { .. } => {
                vec![idp("assignment of the user to this application", None)]
            }
            Self::SubjectAttributeUnsound { attribute, .. } => vec![
                idp("attribute that names people", Some(attribute.to_string())),
                service("attribute that names people", None),
            ],
            _ => Vec::new(),
        }
    }

    fn settings_of_signature(&self) -> Vec<Setting> {
        let certificates = Setting::of_service("certificates of the identity provider", None);
        match (self.class(), crate::error::Explain::code(self)) {
            (CheckClass::WeakAlgorithm, _) => vec![
                Setting::of_idp(
                    "signature and digest algorithm",
                    Some("RSA with SHA-256".to_owned()),
                ),
                Setting::of_service("level of algorithms", None),
            ],
            (_, "signature-missing") => vec![Setting::of_idp(
                "signing of the response or the assertion",
                Some("on".to_owned()),
            )],
            (_, "signature-invalid") => vec![certificates],
            _ => Vec::new(),
        }
    }
}
