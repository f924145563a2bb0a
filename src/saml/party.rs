//! The two parties of a connection, as an administrator configures them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::dsig::{AlgorithmLevel, TrustedKeys};
use crate::error::{Blame, Explain, Shown};
use crate::identity::ConnectionId;

use super::danger::{EmptyDestination, UnaskedInResponseTo};
use super::encryption::DecryptionKeys;
use super::mapping::AttributeMapping;
use super::practice::{Practice, SubjectSource};

/// The name of a SAML entity: saml-core §8.3.6. Compared byte for byte.
///
/// ```
/// use vestibule::saml::EntityId;
/// let id = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// assert_eq!(id.as_str(), "https://idp.example.org/saml/metadata");
/// assert!(EntityId::parse("").is_err());
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntityId(String);

impl EntityId {
    /// The longest that saml-core §8.3.6 allows.
    const MAX_CHARS: usize = 1024;

    /// Takes 1 to 1,024 characters without control characters or white space at the ends.
    ///
    /// # Errors
    ///
    /// [`PartyError::EntityId`].
    pub fn parse(text: &str) -> Result<Self, PartyError> {
        let is_sound = !text.is_empty()
            && text.chars().count() <= Self::MAX_CHARS
            && text.trim() == text
            && !text.contains(char::is_control);
        if !is_sound {
            let found = Shown::new(text);
            return Err(PartyError::EntityId { found });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text. See [`EntityId`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for EntityId {
    type Error = PartyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EntityId> for String {
    fn from(id: EntityId) -> Self {
        id.0
    }
}

/// An `https` URL to which messages are sent. Compared byte for byte.
///
/// ```
/// use vestibule::saml::EndpointUrl;
/// assert!(EndpointUrl::parse("https://sp.example.com/saml/acs?tenant=7").is_ok());
/// assert!(EndpointUrl::parse("http://sp.example.com/saml/acs").is_err());
/// assert!(EndpointUrl::parse("javascript:alert(1)").is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EndpointUrl(String);

impl EndpointUrl {
    const MAX_BYTES: usize = 2048;

    /// Takes an absolute `https` URL of printable ASCII characters with a host.
    ///
    /// # Errors
    ///
    /// [`PartyError::EndpointUrl`].
    pub fn parse(text: &str) -> Result<Self, PartyError> {
        Self::parse_with(text, "https://", |_| true)
    }

    pub(super) fn parse_with(
        text: &str,
        scheme: &str,
        is_allowed: impl Fn(&str) -> bool,
    ) -> Result<Self, PartyError> {
        let host = text
            .strip_prefix(scheme)
            .and_then(|rest| rest.split(['/', '?', '#']).next());
        let is_host = |host: &str| !host.is_empty() && !host.contains('@') && is_allowed(host);
        let is_sound = host.is_some_and(is_host)
            && text.len() <= Self::MAX_BYTES
            && text.bytes().all(|byte| byte.is_ascii_graphic())
            && !text.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}', '#']);
        if !is_sound {
            let found = Shown::new(text);
            return Err(PartyError::EndpointUrl { found });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text. See [`EndpointUrl`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for EndpointUrl {
    type Error = PartyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EndpointUrl> for String {
    fn from(url: EndpointUrl) -> Self {
        url.0
    }
}

/// Why a setting of a party cannot be used.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum PartyError {
    /// Text that is no endpoint.
    #[error("`{found}` is not an https URL")]
    EndpointUrl {
        /// As given.
        found: Shown,
    },
    /// Text that is no entity ID.
    #[error("`{found}` is not an entity ID of 1 to 1024 characters")]
    EntityId {
        /// As given.
        found: Shown,
    },
}

impl Explain for PartyError {
    fn code(&self) -> &'static str {
        match self {
            Self::EndpointUrl { .. } => "saml-endpoint-url-invalid",
            Self::EntityId { .. } => "saml-entity-id-invalid",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Configuration
    }

    fn help(&self) -> &'static str {
        match self {
            Self::EndpointUrl { .. } => {
                "Enter the whole URL, starting with https:// and without spaces."
            }
            Self::EntityId { .. } => {
                "Copy the entity ID (issuer) from the other party's settings, without spaces around it."
            }
        }
    }
}

/// This service, as one connection's identity provider knows it.
///
/// ```
/// use vestibule::saml::{EndpointUrl, EntityId, ServiceProvider};
/// let service = ServiceProvider::new(
///     EntityId::parse("https://sp.example.com/saml/metadata")?,
///     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// );
/// assert_eq!(service.entity_id().as_str(), "https://sp.example.com/saml/metadata");
/// assert_eq!(service.acs_url().as_str(), "https://sp.example.com/saml/acs");
/// assert_eq!(service.slo_url(), None);
///
/// let slo_url = EndpointUrl::parse("https://sp.example.com/saml/slo")?;
/// let service = service.with_slo_url(slo_url.clone());
/// assert_eq!(service.slo_url(), Some(&slo_url));
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ServiceProvider {
    entity_id: EntityId,
    acs_url: EndpointUrl,
    #[serde(default)]
    slo_url: Option<EndpointUrl>,
}

impl ServiceProvider {
    /// A service with its entity ID and its assertion consumer service URL (the postback URL).
    #[must_use]
    pub const fn new(entity_id: EntityId, acs_url: EndpointUrl) -> Self {
        Self {
            entity_id,
            acs_url,
            slo_url: None,
        }
    }

    /// The same with a single logout URL. Without one, logout messages are refused.
    /// See [`ServiceProvider`] for an example.
    #[must_use]
    pub fn with_slo_url(mut self, slo_url: EndpointUrl) -> Self {
        self.slo_url = Some(slo_url);
        self
    }

    /// What an assertion's audience must be. See [`ServiceProvider`] for an example.
    #[must_use]
    pub const fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    /// What a response's destination and recipient must be. See [`ServiceProvider`].
    #[must_use]
    pub const fn acs_url(&self) -> &EndpointUrl {
        &self.acs_url
    }

    /// What a logout message's destination must be. See [`ServiceProvider`] for an example.
    #[must_use]
    pub const fn slo_url(&self) -> Option<&EndpointUrl> {
        self.slo_url.as_ref()
    }
}

/// An identity provider that a connection trusts, and how its messages are read.
///
/// It cannot be made without a key: an upload without a certificate never becomes
/// [`TrustedKeys`]. See [the module](super) for an example.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    connection: ConnectionId,
    entity_id: EntityId,
    keys: TrustedKeys,
    level: AlgorithmLevel,
    /// Shared with the responses that are being judged.
    mapping: Arc<AttributeMapping>,
    decryption_keys: Option<DecryptionKeys>,
    practice: Practice,
}

impl IdentityProvider {
    /// An identity provider with modern algorithms and the standard attribute names.
    #[must_use]
    pub fn new(connection: ConnectionId, entity_id: EntityId, keys: TrustedKeys) -> Self {
        Self {
            connection,
            entity_id,
            keys,
            level: AlgorithmLevel::Modern,
            mapping: Arc::new(AttributeMapping::standard()),
            decryption_keys: None,
            practice: Practice::default(),
        }
    }

    /// The same with another level of algorithms. See [the module](super) for an example.
    #[must_use]
    pub const fn with_algorithm_level(mut self, level: AlgorithmLevel) -> Self {
        self.level = level;
        self
    }

    /// The same with other attribute names. See [`AttributeMapping`] for an example.
    #[must_use]
    pub fn with_attribute_mapping(mut self, mapping: AttributeMapping) -> Self {
        self.mapping = Arc::new(mapping);
        self
    }

    /// The same with keys for encrypted assertions, name identifiers and attributes. Messages in
    /// clear count as before; without keys, encrypted ones are refused.
    ///
    /// See [the module of encryption](super::encryption) for what must sign an encrypted assertion,
    /// and for an example.
    #[must_use]
    pub fn with_decryption_keys(mut self, keys: DecryptionKeys) -> Self {
        self.decryption_keys = Some(keys);
        self
    }

    /// The same with persons named by something else than the name identifier.
    /// See [`SubjectSource`] for an example.
    #[must_use]
    pub fn with_subject_source(mut self, source: SubjectSource) -> Self {
        self.practice.subject_source = source;
        self
    }

    /// The same with responses whose `Destination` is empty.
    /// See [`EmptyDestination`] for what is given up, and for an example.
    #[must_use]
    pub const fn with_empty_destination(mut self, overlooked: EmptyDestination) -> Self {
        self.practice.empty_destination = Some(overlooked);
        self
    }

    /// The same with unsolicited responses that name a request.
    /// See [`UnaskedInResponseTo`] for what is given up, and for an example.
    #[must_use]
    pub const fn with_unasked_in_response_to(mut self, overlooked: UnaskedInResponseTo) -> Self {
        self.practice.unasked_in_response_to = Some(overlooked);
        self
    }

    /// Which connection this is. See [the module](super) for an example.
    #[must_use]
    pub const fn connection(&self) -> &ConnectionId {
        &self.connection
    }

    /// What the issuer must be. See [the module](super) for an example.
    #[must_use]
    pub const fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    pub(super) const fn keys(&self) -> &TrustedKeys {
        &self.keys
    }

    pub(super) const fn level(&self) -> AlgorithmLevel {
        self.level
    }

    pub(super) const fn decryption_keys(&self) -> Option<&DecryptionKeys> {
        self.decryption_keys.as_ref()
    }

    pub(super) const fn practice(&self) -> &Practice {
        &self.practice
    }

    pub(super) const fn mapping(&self) -> &Arc<AttributeMapping> {
        &self.mapping
    }
}
