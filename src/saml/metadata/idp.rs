//! What an identity provider publishes about itself.

use chrono::{DateTime, Utc};

use crate::dsig::{
    AlgorithmLevel, Certificate, DSIG, Fingerprint, TrustedKeys, check_ids, verify_enveloped,
};
use crate::error::Shown;
use crate::identity::ConnectionId;
use crate::limits::XmlLimits;
use crate::saml::artifact::Artifact;
use crate::saml::namespace::METADATA;
use crate::saml::party::{EndpointUrl, EntityId, IdentityProvider};
use crate::xml::{Dialect, Document, Element};

use super::descriptor::{
    ArtifactResolution, Endpoint, RequestSigning, idp_role, name_id_formats, required,
};
use super::error::{MetadataError, MetadataErrorKind as Kind};
use super::keys::signing_certificates;
use super::validity::Validity;

/// An identity provider as its metadata describes it: named, reachable, and with at least one key.
///
/// ```
/// use vestibule::identity::ConnectionId;
/// use vestibule::saml::metadata::*;
///
/// # let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp-metadata.xml"));
/// let now = "2026-06-06T07:40:25Z".parse()?;
/// let metadata =
///     IdpMetadata::read(file, MetadataEntity::Only, now, MetadataTrust::ByTransport)?;
/// assert_eq!(metadata.entity_id().as_str(), "https://idp.example.org/saml/metadata");
/// let endpoint = &metadata.single_sign_on()[0];
/// assert_eq!(endpoint.binding, Binding::HttpRedirect);
/// assert_eq!(endpoint.location.as_str(), "https://idp.example.org/saml/sso");
/// assert!(metadata.single_logout().is_empty());
/// assert!(metadata.name_id_formats().is_empty());
/// assert_eq!(metadata.request_signing(), RequestSigning::Optional);
/// assert_eq!(metadata.certificates().len(), 1);
/// assert_eq!((metadata.valid_until(), metadata.refresh_at()), (None, None));
/// assert_eq!(metadata.signed_by(), None);
///
/// let idp = metadata.to_identity_provider(ConnectionId::new("acme"));
/// assert_eq!(idp.entity_id(), metadata.entity_id());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct IdpMetadata {
    pub(super) entity_id: EntityId,
    pub(super) certificates: Vec<Certificate>,
    keys: TrustedKeys,
    pub(super) single_sign_on: Vec<Endpoint>,
    pub(super) single_logout: Vec<Endpoint>,
    pub(super) artifact_resolution: Vec<ArtifactResolution>,
    name_id_formats: Vec<String>,
    pub(super) request_signing: RequestSigning,
    valid_until: Option<DateTime<Utc>>,
    refresh_at: Option<DateTime<Utc>>,
    signed_by: Option<Fingerprint>,
}

/// Which entity of the metadata is meant.
///
/// See [`IdpMetadata`] for an example.
#[expect(clippy::exhaustive_enums, reason = "an entity is named or it is not")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MetadataEntity<'e> {
    /// The one with this entity ID, alone or in an aggregate, under the bounds of
    /// [`XmlLimits::METADATA_AGGREGATE`]. Reading takes a few times the size of the document in memory.
    Named(&'e EntityId),
    /// The only one, whatever its entity ID is: for the first reading, which an administrator
    /// confirms. An aggregate is refused, under the default [`XmlLimits`].
    Only,
}

impl MetadataEntity<'_> {
    fn limits(self) -> XmlLimits {
        match self {
            Self::Named(_) => XmlLimits::METADATA_AGGREGATE,
            Self::Only => XmlLimits::default(),
        }
    }
}

/// Why the metadata is believed.
///
/// ```
/// use vestibule::dsig::{TrustedKeys, parse_certificates};
/// use vestibule::saml::EntityId;
/// use vestibule::saml::metadata::*;
///
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/rsa-2048.pem"));
/// # let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/federation-metadata.xml"));
/// let federation = TrustedKeys::from_certificates(&parse_certificates(pem)?)?;
/// let id = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// let now = "2026-06-06T07:40:25Z".parse()?;
/// let trust = MetadataTrust::Pinned(&federation);
/// let metadata = IdpMetadata::read(file, MetadataEntity::Named(&id), now, trust)?;
/// assert_eq!(metadata.signed_by(), federation.fingerprints().next());
/// assert_eq!(metadata.refresh_at(), Some("2026-06-06T13:40:25Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::exhaustive_enums, reason = "each is a decision of the host")]
#[derive(Clone, Copy, Debug)]
pub enum MetadataTrust<'k> {
    /// Because of the way it came: an administrator's upload, or an answer over https from the URL
    /// that the administrator entered. A signature is not looked at.
    ByTransport,
    /// Because one of these keys signed the document from its root, or, where the root is not
    /// signed, a group around the entity or the entity itself; with a modern algorithm. Everything is
    /// read from the octets that were hashed; an unsigned group around them can only refuse, by its
    /// validity.
    Pinned(&'k TrustedKeys),
}

impl IdpMetadata {
    /// Reads an `EntityDescriptor`, or one entity of an `EntitiesDescriptor` and of those inside it.
    ///
    /// Where the elements around the entity limit its validity too, the shortest counts
    /// (saml-metadata §2.3.1). Certificates stand as they were written; what a diff or an
    /// [`IdentityProvider`] makes of them is for the caller to confirm. See [`IdpMetadata`].
    ///
    /// # Errors
    ///
    /// The first rule that the metadata breaks: among them a signature that does not verify with a
    /// pinned key, an entity that is not there or there twice, a `validUntil` that is not after
    /// `now`, an endpoint that is not https, and an identity provider without a key.
    pub fn read(
        bytes: &[u8],
        entity: MetadataEntity<'_>,
        now: DateTime<Utc>,
        trust: MetadataTrust<'_>,
    ) -> Result<Self, MetadataError> {
        let document = Document::parse_bytes(bytes, Dialect::Saml, &entity.limits())
            .map_err(|error| MetadataError::new(Kind::Xml(error)))?;
        check_root(document.root())?;
        match trust {
            MetadataTrust::ByTransport => {
                Self::of_root(document.root(), entity, Validity::default(), now)
            }
            MetadataTrust::Pinned(keys) => Self::of_signed(&document, entity, keys, now),
        }
    }

    fn of_signed(
        document: &Document<'_>,
        entity: MetadataEntity<'_>,
        keys: &TrustedKeys,
        now: DateTime<Utc>,
    ) -> Result<Self, MetadataError> {
        let refused = |error| MetadataError::new(Kind::Signature(error));
        check_ids([document]).map_err(refused)?;
        let claimed = signed_part(document.root(), entity)?;
        let signed = verify_enveloped(claimed, keys, AlgorithmLevel::Modern).map_err(refused)?;
        let around = match claimed.parent() {
            Some(group) => Validity::judge(group, now)?,
            None => Validity::default(),
        };
        let mut metadata = Self::of_root(signed.root(), entity, around, now)?;
        metadata.signed_by = Some(signed.verified_by().fingerprint());
        Ok(metadata)
    }

    fn of_root(
        root: Element<'_>,
        entity: MetadataEntity<'_>,
        around: Validity,
        now: DateTime<Utc>,
    ) -> Result<Self, MetadataError> {
        let entity = choose(root, entity)?;
        let entity_id = EntityId::parse(required(entity, "entityID")?)
            .map_err(|error| MetadataError::at(Kind::Party(error), entity))?;
        let role = idp_role(entity)?;
        let validity = Validity::judge(role, now)?.and(around);
        let certificates = signing_certificates(role)?;
        let keys = TrustedKeys::from_certificates(&certificates)
            .map_err(|error| MetadataError::at(Kind::Trust(error), role))?;
        let single_sign_on = Endpoint::all(role, "SingleSignOnService")?;
        if single_sign_on.is_empty() {
            return Err(MetadataError::at(Kind::EndpointMissing, role));
        }
        Ok(Self {
            entity_id,
            certificates,
            keys,
            single_sign_on,
            single_logout: Endpoint::all(role, "SingleLogoutService")?,
            artifact_resolution: ArtifactResolution::all(role),
            name_id_formats: name_id_formats(role),
            request_signing: RequestSigning::of(role)?,
            valid_until: validity.valid_until,
            refresh_at: validity.refresh_at(now),
            signed_by: None,
        })
    }

    /// What issuers are called. See [`IdpMetadata`] for an example.
    #[must_use]
    pub const fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    /// The certificates for signing, in the order of the metadata, each once; at least one.
    ///
    /// One past its `notAfter` is among them, see [`Certificate::is_expired_at`]. Those that
    /// issued another one beside them are not. See [`IdpMetadata`] for an example.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Where authentication requests go, in the order of the metadata; at least one.
    /// See [`IdpMetadata`] for an example.
    #[must_use]
    pub fn single_sign_on(&self) -> &[Endpoint] {
        &self.single_sign_on
    }

    /// Where logout messages go, in the order of the metadata; may be empty.
    /// See [`IdpMetadata`] for an example.
    #[must_use]
    pub fn single_logout(&self) -> &[Endpoint] {
        &self.single_logout
    }

    /// Where the responses behind artifacts are asked for, in the order of the metadata; may be empty.
    /// See [`IdpMetadata::artifact_resolution_url`] for an example.
    #[must_use]
    pub fn artifact_resolution(&self) -> &[ArtifactResolution] {
        &self.artifact_resolution
    }

    /// Where to ask for the response behind `artifact`: the first service with its index. `None` for
    /// an artifact of another identity provider, or of a service that is not there.
    ///
    /// ```
    /// # use vestibule::saml::Artifact;
    /// # use vestibule::saml::metadata::*;
    /// # let file = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp-metadata.xml"));
    /// # let service = r#"<md:ArtifactResolutionService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example.org/saml/artifact" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>"#;
    /// # let at = file.find("<md:SingleSignOnService").or(file.find("<SingleSignOnService")).unwrap();
    /// # let file = format!("{}{service}{}", &file[..at], &file[at..]);
    /// # let now = "2026-06-06T07:40:25Z".parse()?;
    /// # let trust = MetadataTrust::ByTransport;
    /// # let metadata = IdpMetadata::read(file.as_bytes(), MetadataEntity::Only, now, trust)?;
    /// let artifact = Artifact::parse("AAQAARDEz+UkQ6hFRGs6HrTM0dlZgwanAQIDBAUGBwgJCgsMDQ4PEBESExQ=")?;
    /// let url = metadata.artifact_resolution_url(&artifact).unwrap();
    /// assert_eq!(url.as_str(), "https://idp.example.org/saml/artifact");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn artifact_resolution_url(&self, artifact: &Artifact) -> Option<&EndpointUrl> {
        let mut services = self.artifact_resolution.iter();
        let asked = services.find(|one| one.index == artifact.endpoint_index())?;
        artifact.is_from(&self.entity_id).then_some(&asked.location)
    }

    /// The formats of name identifiers that it can send, preferred ones first.
    /// See [`IdpMetadata`] for an example.
    #[must_use]
    pub fn name_id_formats(&self) -> &[String] {
        &self.name_id_formats
    }

    /// Whether authentication requests must be signed. See [`IdpMetadata`] for an example.
    #[must_use]
    pub const fn request_signing(&self) -> RequestSigning {
        self.request_signing
    }

    /// The end of its validity, exclusive. See [`IdpMetadata`] for an example.
    #[must_use]
    pub const fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.valid_until
    }

    /// When to read it again: the time of reading and `cacheDuration`, or the end of the validity
    /// if that is sooner. `None` when the metadata says nothing. See [`IdpMetadata`].
    #[must_use]
    pub const fn refresh_at(&self) -> Option<DateTime<Utc>> {
        self.refresh_at
    }

    /// Which pinned certificate's key signed it; `None` when it was trusted by transport.
    /// See [`IdpMetadata`] for an example.
    #[must_use]
    pub const fn signed_by(&self) -> Option<Fingerprint> {
        self.signed_by
    }

    /// The identity provider of a connection, with these keys, modern algorithms and the standard
    /// attribute names. See [`IdpMetadata`] for an example.
    #[must_use]
    pub fn to_identity_provider(&self, connection: ConnectionId) -> IdentityProvider {
        IdentityProvider::new(connection, self.entity_id.clone(), self.keys.clone())
    }
}

/// The outermost signed element around the entity, which may be the entity; the root when there is
/// none, so that its missing signature is what refuses.
fn signed_part<'d>(
    root: Element<'d>,
    entity: MetadataEntity<'_>,
) -> Result<Element<'d>, MetadataError> {
    if is_signed(root) || is_entity(root) {
        return Ok(root);
    }
    let chosen = choose(root, entity)?;
    let around = std::iter::successors(Some(chosen), |element| element.parent());
    Ok(around
        .filter(|element| is_signed(*element))
        .last()
        .unwrap_or(root))
}

fn is_signed(element: Element<'_>) -> bool {
    element.children().any(|child| child.is(DSIG, "Signature"))
}

fn check_root(root: Element<'_>) -> Result<(), MetadataError> {
    if is_entity(root) || is_group(root) {
        return Ok(());
    }
    let found = Shown::new(root.local_name());
    Err(MetadataError::at(Kind::RootUnexpected { found }, root))
}

fn is_entity(element: Element<'_>) -> bool {
    element.is(METADATA, "EntityDescriptor")
}

fn is_group(element: Element<'_>) -> bool {
    element.is(METADATA, "EntitiesDescriptor")
}

fn choose<'d>(root: Element<'d>, entity: MetadataEntity<'_>) -> Result<Element<'d>, MetadataError> {
    match entity {
        MetadataEntity::Only if is_entity(root) => Ok(root),
        MetadataEntity::Only => Err(MetadataError::at(Kind::EntityNotChosen, root)),
        MetadataEntity::Named(id) => named(root, id),
    }
}

/// Entities stand in groups and groups in groups; what stands elsewhere, as in an extension, is
/// no entity of this metadata.
fn named<'d>(root: Element<'d>, id: &EntityId) -> Result<Element<'d>, MetadataError> {
    let mut found = None;
    let mut elements = vec![root];
    while let Some(element) = elements.pop() {
        if is_group(element) {
            elements.extend(element.children());
        } else if is_entity(element) && element.attribute("entityID") == Some(id.as_str()) {
            if found.is_some() {
                let found = Shown::identifier(id.as_str());
                return Err(MetadataError::at(Kind::EntityDuplicate { found }, element));
            }
            found = Some(element);
        }
    }
    found.ok_or_else(|| {
        let expected = Shown::identifier(id.as_str());
        MetadataError::at(Kind::EntityMissing { expected }, root)
    })
}
