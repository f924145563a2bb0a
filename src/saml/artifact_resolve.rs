//! Asking an identity provider for the response behind an artifact: saml-core §3.5.1,
//! saml-bindings §3.2 and §3.6.
//!
//! The transport is the host's: one POST of a SOAP envelope over TLS.

use chrono::{DateTime, Utc};

use crate::dsig::{SigningKey, sign_enveloped};
use crate::xml::NewElement;

use super::artifact::{Artifact, ArtifactError};
use super::message_id::MessageId;
use super::namespace::SOAP;
use super::outgoing::{Head, Question};
use super::party::{EndpointUrl, EntityId, ServiceProvider};
use super::send_error::SendError;
use super::sent_request::SentRequest;

/// The request for the response behind an [`Artifact`].
///
/// ```
/// # use vestibule::{dsig::*, saml::*};
/// # struct Fixed;
/// # impl Signer for Fixed {
/// #     fn sign(&self, _: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> { Ok(vec![7; 64]) }
/// # }
/// # let key = SigningKey::new(SignatureAlgorithm::Ed25519, &Fixed)?;
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # );
/// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// # let parameter = "AAQAARDEz+UkQ6hFRGs6HrTM0dlZgwanAQIDBAUGBwgJCgsMDQ4PEBESExQ=";
/// # let random = [7; 20];
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// let artifact = Artifact::parse(parameter)?;
/// // By `IdpMetadata::artifact_resolution_url`, or from the settings of the connection.
/// let url = EndpointUrl::parse("https://idp.example.org/artifact")?;
/// let id = MessageId::from_random(random);
/// let resolve = ArtifactResolve::new(&service, idp, url, id, now, &artifact)?;
/// let sent = resolve.sent();
/// // POST with `Content-Type: text/xml` and an empty `SOAPAction`.
/// let body = resolve.to_soap(&key)?;
/// assert!(body.starts_with("<soap11:Envelope "));
/// # let _ = sent;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ArtifactResolve {
    question: Question,
    artifact: Artifact,
}

impl ArtifactResolve {
    /// A request to the identity provider `sent_to`, which must be the artifact's own.
    /// See [`ArtifactResolve`] for an example.
    ///
    /// # Errors
    ///
    /// [`ArtifactError::SourceMismatch`].
    pub fn new(
        service: &ServiceProvider,
        sent_to: EntityId,
        resolution_url: EndpointUrl,
        id: MessageId,
        now: DateTime<Utc>,
        artifact: &Artifact,
    ) -> Result<Self, ArtifactError> {
        if !artifact.is_from(&sent_to) {
            return Err(ArtifactError::SourceMismatch);
        }
        Ok(Self {
            question: Question {
                head: Head::new(service, resolution_url, id, now),
                sent_to,
            },
            artifact: artifact.clone(),
        })
    }

    /// What the answer is judged by. See [`ArtifactResolve`] for an example.
    #[must_use]
    pub fn sent(&self) -> SentRequest {
        self.question.sent()
    }

    /// The signed request in a SOAP envelope. See [`ArtifactResolve`] for an example.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_soap(&self, key: &SigningKey<'_>) -> Result<String, SendError> {
        let artifact = NewElement::new("samlp:Artifact").saying(self.artifact.as_str());
        let head = &self.question.head;
        let message = head.element("samlp:ArtifactResolve")?.holding(artifact);
        let signed = sign_enveloped(message, head.id.as_str(), key)?;
        let envelope = NewElement::new("soap11:Envelope")
            .with("xmlns:soap11", SOAP)
            .holding(NewElement::new("soap11:Body").holding(signed));
        Ok(envelope.write()?)
    }
}
