//! What this service publishes about itself.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::dsig::{
    AlgorithmLevel, Certificate, DSIG, DigestAlgorithm, SigningErrorKind, SigningKey, base64,
    sign_enveloped,
};
use crate::error::Shown;
use crate::saml::encryption::{ContentAlgorithm, RSA_OAEP, RSA_OAEP_MGF1P, XENC11};
use crate::saml::message_id::MessageId;
use crate::saml::namespace::{METADATA, PROTOCOL};
use crate::saml::party::{EndpointUrl, EntityId, ServiceProvider};
use crate::saml::request_parts::AnswerBinding;
use crate::xml::{NewElement, UnwritableError};

use super::descriptor::{Binding, RequestSigning};
use super::error::{MetadataError, MetadataErrorKind as Kind};
use super::publisher::{ContactPerson, Organization};

/// The metadata of this service, for one connection's identity provider.
///
/// Written unsigned by [`SpMetadata::to_xml`] and signed by [`SpMetadata::to_signed_xml`]:
/// saml-metadata §2.4.4.
///
/// ```
/// use vestibule::saml::metadata::*;
/// use vestibule::saml::{EndpointUrl, EntityId, ServiceProvider};
///
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let certificate = &vestibule::dsig::parse_certificates(pem)?[0];
/// let service = ServiceProvider::new(
///     EntityId::parse("https://sp.example.com/saml/metadata?a=1&b=2")?,
///     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// )
/// .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo")?);
/// let xml = SpMetadata::new(&service)
///     .with_acs_url(EndpointUrl::parse("https://eu.sp.example.com/saml/acs")?)
///     .with_name_id_format("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
///     .with_request_signing(RequestSigning::Required)
///     .with_assertion_signing(AssertionSigning::Wanted)
///     .with_signing_certificate(certificate.clone())
///     .with_encryption_certificate(certificate.clone())
///     .with_valid_until("2026-07-01T00:00:00Z".parse()?)
///     .with_organization(Organization {
///         language: "en".to_owned(),
///         name: "Example Ltd".to_owned(),
///         display_name: "Example".to_owned(),
///         url: EndpointUrl::parse("https://example.com/")?,
///     })
///     .with_contact(ContactPerson {
///         email: Some("sign-in@example.com".to_owned()),
///         ..ContactPerson::new(ContactKind::Technical)
///     })
///     .to_xml()?;
/// assert!(xml.contains(r#"entityID="https://sp.example.com/saml/metadata?a=1&amp;b=2""#));
/// assert!(xml.contains(r#"<md:KeyDescriptor use="encryption">"#));
/// assert!(xml.contains(r#"Location="https://eu.sp.example.com/saml/acs" index="1"/>"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SpMetadata {
    entity_id: EntityId,
    /// The first is the default; never empty.
    consumers: Vec<(AnswerBinding, EndpointUrl)>,
    slo_url: Option<EndpointUrl>,
    name_id_formats: Vec<String>,
    request_signing: RequestSigning,
    assertion_signing: AssertionSigning,
    signing: Vec<Certificate>,
    encryption: Vec<Certificate>,
    valid_until: Option<DateTime<Utc>>,
    organization: Option<Organization>,
    contacts: Vec<ContactPerson>,
}

/// What this service says about assertions: `WantAssertionsSigned`.
///
/// It is a wish. Whatever it says, an assertion counts only under a signature, its own or the
/// response's. See [`SpMetadata`] for an example.
#[expect(clippy::exhaustive_enums, reason = "the attribute has two values")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AssertionSigning {
    /// A signed response is enough.
    Optional,
    /// Assertions are to be signed themselves.
    Wanted,
}

impl SpMetadata {
    /// The metadata of `service`: its entity ID, its assertion consumer service by HTTP-POST, its
    /// single logout service, if it has one, by HTTP-Redirect and by HTTP-POST; requests
    /// unsigned, assertions wanted signed. See [`SpMetadata`] for an example.
    #[must_use]
    pub fn new(service: &ServiceProvider) -> Self {
        Self {
            entity_id: service.entity_id().clone(),
            consumers: vec![(AnswerBinding::Post, service.acs_url().clone())],
            slo_url: service.slo_url().cloned(),
            name_id_formats: Vec::new(),
            request_signing: RequestSigning::Optional,
            assertion_signing: AssertionSigning::Wanted,
            signing: Vec::new(),
            encryption: Vec::new(),
            valid_until: None,
            organization: None,
            contacts: Vec::new(),
        }
    }

    /// The same with one more assertion consumer service, by HTTP-POST; its index is its place,
    /// from 1. See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_acs_url(self, url: EndpointUrl) -> Self {
        self.with_acs_by(AnswerBinding::Post, url)
    }

    /// The same with one more assertion consumer service, by this binding; its index is its place,
    /// from 1. It may stand at a URL that another one has.
    ///
    /// ```
    /// # use vestibule::saml::{EndpointUrl, EntityId, ServiceProvider};
    /// # use vestibule::saml::metadata::SpMetadata;
    /// use vestibule::saml::AnswerBinding;
    /// # let service = ServiceProvider::new(
    /// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
    /// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
    /// # );
    /// let xml = SpMetadata::new(&service)
    ///     .with_acs_by(AnswerBinding::Artifact, service.acs_url().clone())
    ///     .to_xml()?;
    /// assert!(xml.contains(r#"bindings:HTTP-Artifact" Location="https://sp.example.com/saml/acs" index="1""#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_acs_by(mut self, binding: AnswerBinding, url: EndpointUrl) -> Self {
        self.consumers.push((binding, url));
        self
    }

    /// The same with one more format of name identifiers, preferred ones first.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_name_id_format(mut self, uri: impl Into<String>) -> Self {
        self.name_id_formats.push(uri.into());
        self
    }

    /// The same with `AuthnRequestsSigned`. See [`SpMetadata`] for an example.
    #[must_use]
    pub const fn with_request_signing(mut self, signing: RequestSigning) -> Self {
        self.request_signing = signing;
        self
    }

    /// The same with `WantAssertionsSigned`. See [`SpMetadata`] for an example.
    #[must_use]
    pub const fn with_assertion_signing(mut self, signing: AssertionSigning) -> Self {
        self.assertion_signing = signing;
        self
    }

    /// The same with one more certificate of a key that requests are signed with.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_signing_certificate(mut self, certificate: Certificate) -> Self {
        self.signing.push(certificate);
        self
    }

    /// The same with one more certificate of a key that assertions may be encrypted for, and the
    /// algorithms that are read at every level: AES, the authenticated modes first, and RSA-OAEP
    /// with SHA-256 or SHA-1 throughout. See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_encryption_certificate(mut self, certificate: Certificate) -> Self {
        self.encryption.push(certificate);
        self
    }

    /// The same with the end of its validity, written in whole seconds.
    /// See [`SpMetadata`] for an example.
    #[must_use]
    pub const fn with_valid_until(mut self, end: DateTime<Utc>) -> Self {
        self.valid_until = Some(end);
        self
    }

    /// The same with the organization that runs this service. See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_organization(mut self, organization: Organization) -> Self {
        self.organization = Some(organization);
        self
    }

    /// The same with one more contact. See [`SpMetadata`] for an example.
    #[must_use]
    pub fn with_contact(mut self, contact: ContactPerson) -> Self {
        self.contacts.push(contact);
        self
    }

    /// The `EntityDescriptor`, in the order of the schema. See [`SpMetadata`] for an example.
    ///
    /// # Errors
    ///
    /// An entity ID or another value with a character that XML forbids.
    pub fn to_xml(&self) -> Result<String, MetadataError> {
        self.entity(None).write().map_err(unwritable)
    }

    /// The same signed by `key`, whose certificate the reader must have by another way: it is not
    /// among [`SpMetadata::with_signing_certificate`] unless the host puts it there.
    ///
    /// ```
    /// use vestibule::dsig::{SignatureAlgorithm, Signer, SignerFailed, SigningKey, SigningRequest};
    /// use vestibule::error::Explain;
    /// use vestibule::saml::metadata::SpMetadata;
    /// use vestibule::saml::{EndpointUrl, EntityId, MessageId, ServiceProvider};
    ///
    /// struct KeyElsewhere;
    ///
    /// impl Signer for KeyElsewhere {
    ///     fn sign(&self, _: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
    ///         Err(SignerFailed) // where the key store would be asked
    ///     }
    /// }
    ///
    /// let service = ServiceProvider::new(
    ///     EntityId::parse("https://sp.example.com/saml/metadata")?,
    ///     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
    /// );
    /// let key = SigningKey::new(SignatureAlgorithm::Ed25519, &KeyElsewhere)?;
    /// let random = [7; 20]; // from the operating system's generator
    /// let id = MessageId::from_random(random);
    /// let error = SpMetadata::new(&service).to_signed_xml(&id, &key).unwrap_err();
    /// assert_eq!(error.code(), "signing-failed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`SpMetadata::to_xml`], and a signer that makes no signature.
    pub fn to_signed_xml(
        &self,
        id: &MessageId,
        key: &SigningKey<'_>,
    ) -> Result<String, MetadataError> {
        let signed =
            sign_enveloped(self.entity(Some(id)), id.as_str(), key).map_err(|error| match error
                .kind()
            {
                SigningErrorKind::Unwritable(error) => unwritable(error.clone()),
                _ => MetadataError::new(Kind::Signing(error)),
            })?;
        signed.write().map_err(unwritable)
    }

    fn entity(&self, id: Option<&MessageId>) -> NewElement {
        let valid_until = self
            .valid_until
            .map(|end| end.to_rfc3339_opts(SecondsFormat::Secs, true));
        NewElement::new("md:EntityDescriptor")
            .with("xmlns:md", METADATA)
            .with_any("ID", id.map(MessageId::as_str))
            .with("entityID", self.entity_id.as_str())
            .with_any("validUntil", valid_until.as_deref())
            .holding(self.role())
            .holding_all(self.organization.iter().map(Organization::element))
            .holding_all(self.contacts.iter().map(ContactPerson::element))
    }

    fn role(&self) -> NewElement {
        let requests = self.request_signing == RequestSigning::Required;
        let assertions = self.assertion_signing == AssertionSigning::Wanted;
        NewElement::new("md:SPSSODescriptor")
            .with("protocolSupportEnumeration", PROTOCOL)
            .with("AuthnRequestsSigned", boolean(requests))
            .with("WantAssertionsSigned", boolean(assertions))
            .holding_all(self.signing.iter().map(signing_key))
            .holding_all(self.encryption.iter().map(encryption_key))
            .holding_all(self.single_logout())
            .holding_all(
                self.name_id_formats
                    .iter()
                    .map(|format| NewElement::new("md:NameIDFormat").saying(format.as_str())),
            )
            .holding_all(self.consumers())
    }

    fn single_logout(&self) -> impl Iterator<Item = NewElement> {
        self.slo_url.iter().flat_map(|url| {
            [Binding::HttpRedirect, Binding::HttpPost]
                .map(|binding| endpoint("md:SingleLogoutService", binding.uri(), url))
        })
    }

    fn consumers(&self) -> impl Iterator<Item = NewElement> {
        let consumers = self.consumers.iter().enumerate();
        consumers.map(|(index, (binding, url))| {
            endpoint("md:AssertionConsumerService", binding.uri(), url)
                .with("index", index.to_string())
                .with_any("isDefault", (index == 0).then_some("true"))
        })
    }
}

fn endpoint(name: &'static str, binding: &str, url: &EndpointUrl) -> NewElement {
    NewElement::new(name)
        .with("Binding", binding)
        .with("Location", url.as_str())
}

fn signing_key(certificate: &Certificate) -> NewElement {
    key("signing", certificate)
}

/// saml-metadata §2.4.1.1: what may be encrypted with this key, and how the key itself.
fn encryption_key(certificate: &Certificate) -> NewElement {
    let method = |uri: &str| NewElement::new("md:EncryptionMethod").with("Algorithm", uri);
    let contents = ContentAlgorithm::ALL
        .into_iter()
        .filter(|algorithm| algorithm.is_admitted_at(AlgorithmLevel::Modern))
        .map(|algorithm| method(algorithm.uri()));
    let digest = |uri: &str| {
        NewElement::new("ds:DigestMethod")
            .with("xmlns:ds", DSIG)
            .with("Algorithm", uri)
    };
    // Each with one digest for the label and the mask, which every key can read: a sender that is
    // told no digest may take two.
    let mask = NewElement::new("xenc11:MGF")
        .with("xmlns:xenc11", XENC11)
        .with("Algorithm", "http://www.w3.org/2009/xmlenc11#mgf1sha256");
    let transports = [
        method(RSA_OAEP)
            .holding(digest(DigestAlgorithm::Sha256.uri()))
            .holding(mask),
        method(RSA_OAEP_MGF1P).holding(digest(DigestAlgorithm::Sha1.uri())),
    ];
    key("encryption", certificate)
        .holding_all(contents)
        .holding_all(transports)
}

fn key(usage: &'static str, certificate: &Certificate) -> NewElement {
    let text = base64::encode(certificate.as_der());
    let certificate = NewElement::new("ds:X509Certificate").saying(text);
    let data = NewElement::new("ds:X509Data").holding(certificate);
    let info = NewElement::new("ds:KeyInfo")
        .with("xmlns:ds", DSIG)
        .holding(data);
    NewElement::new("md:KeyDescriptor")
        .with("use", usage)
        .holding(info)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
fn unwritable(error: UnwritableError) -> MetadataError {
    MetadataError::new(Kind::CharacterForbidden {
        name: Shown::new(error.name()),
        code_point: error.code_point(),
    })
}

const fn boolean(value: bool) -> &'static str {
    match value {
        true => "true",
        false => "false",
    }
}
