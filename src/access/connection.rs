//! A connection's sign-on configuration as it is stored, and what an administrator uploads.
//!
//! The certificate itself is read and kept elsewhere: here stand its fingerprint and its time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::provider::ProviderProduct;
use crate::identity::ConnectionId;

/// How one identity provider is reached and trusted.
///
/// ```
/// use vestibule::access::{ProviderProduct, SsoConfiguration};
/// use vestibule::identity::ConnectionId;
///
/// let mut okta = SsoConfiguration::new(ConnectionId::new("okta-1"), ProviderProduct::Okta);
/// assert_eq!(okta.missing(), ["certificate", "sign_on_url", "issuer"]);
/// okta.issuer = Some("http://www.okta.com/exk1".to_owned());
/// assert_eq!(okta.missing(), ["certificate", "sign_on_url"]);
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SsoConfiguration {
    /// Which connection.
    pub connection: ConnectionId,
    /// Which product the identity provider is.
    pub provider: ProviderProduct,
    /// The identity provider's entity identifier.
    pub issuer: Option<String>,
    /// Where people are sent.
    pub sign_on_url: Option<String>,
    /// The trusted certificates, at most two while one replaces the other (rule C-13).
    pub certificates: Vec<CertificateFacts>,
    /// When somebody last signed on through it.
    pub last_success: Option<DateTime<Utc>>,
}

impl SsoConfiguration {
    /// A configuration with nothing filled in. See the type's example.
    #[must_use]
    pub const fn new(connection: ConnectionId, provider: ProviderProduct) -> Self {
        Self {
            connection,
            provider,
            issuer: None,
            sign_on_url: None,
            certificates: Vec::new(),
            last_success: None,
        }
    }

    /// What is missing before it can be used (rule SSO-01), by field. See the type's example.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        [
            ("certificate", self.certificates.is_empty()),
            ("sign_on_url", self.sign_on_url.is_none()),
            ("issuer", self.issuer.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect()
    }

    /// When the last of its certificates expires; absent without any.
    ///
    /// ```
    /// use vestibule::access::{ProviderProduct, SsoConfiguration};
    /// use vestibule::identity::ConnectionId;
    /// let okta = SsoConfiguration::new(ConnectionId::new("okta-1"), ProviderProduct::Okta);
    /// assert!(okta.certificate_not_after().is_none());
    /// ```
    #[must_use]
    pub fn certificate_not_after(&self) -> Option<DateTime<Utc>> {
        self.certificates
            .iter()
            .map(|certificate| certificate.not_after)
            .max()
    }
}

/// What is kept of a certificate in the policy.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Its end.
    pub not_after: DateTime<Utc>,
    /// Its fingerprint, in whatever form the host shows.
    pub fingerprint: String,
}

/// What an uploaded file turned out to be.
#[expect(clippy::exhaustive_enums, reason = "a host must sort every upload")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateUpload {
    /// An X.509 certificate.
    Certificate(CertificateFacts),
    /// SAML metadata, which is XML (rule SSO-03).
    MetadataDocument,
    /// Anything else.
    Unreadable,
}

/// Whose an issuer is, as the host's register of all connections knows it.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must sort the register's answer into one of these"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerHolder {
    /// A connection of another organization that shares its sign-on with this one (rule X-16).
    AnotherOfTheFamily,
    /// A connection of an organization that has nothing to do with this one.
    AnotherOrganization,
    /// No other connection.
    Nobody,
    /// Another connection of this organization.
    SameOrganization,
}
