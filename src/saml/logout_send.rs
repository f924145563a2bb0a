//! The logout messages that this service sends: saml-core §3.7, saml-profiles §4.4.
//!
//! They are always signed. Which sessions end, and whether they did, is the host's to know.

use chrono::{DateTime, TimeDelta, Utc};

use crate::dsig::SigningKey;
use crate::identity::Personal;
use crate::limits::MAX_LOGOUT_REQUEST_SECS;
use crate::xml::NewElement;

use super::logout::Logout;
use super::message_id::MessageId;
use super::name_id::NameId;
use super::namespace::{PARTIAL_LOGOUT, RESPONDER, SUCCESS};
use super::outgoing::{Head, Outgoing, Question, Signing, written};
use super::party::{EndpointUrl, EntityId, ServiceProvider};
use super::post_form::PostForm;
use super::query::SAML_RESPONSE;
use super::redirect_url::RedirectUrl;
use super::relay_state::RelayState;
use super::send_error::SendError;
use super::sent_request::SentRequest;

/// A request of this service to end a person's sessions: saml-core §3.7.1.
///
/// It counts for [`MAX_LOGOUT_REQUEST_SECS`] from its `IssueInstant`.
///
/// ```
/// # use vestibule::{dsig::*, identity::Personal, saml::*};
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
/// # let slo_url = EndpointUrl::parse("https://idp.example.org/slo")?;
/// # let random = [7; 20];
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let stored = r#"{"value": "grace@example.org"}"#;
/// // As the host stored them from the `Login` that began the session.
/// let name_id: NameId = serde_json::from_str(stored)?;
/// let session_index = Personal::new("_s1");
///
/// let id = MessageId::from_random(random);
/// let request = LogoutRequest::new(&service, idp, slo_url, id, now, name_id)
///     .with_session_index(session_index);
/// let sent = request.sent();
/// let url = request.to_redirect(&key, None)?;
/// assert!(url.as_str().contains("&SigAlg="));
/// # let _ = sent;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogoutRequest {
    question: Question,
    name_id: NameId,
    session_indexes: Vec<Personal>,
}

impl LogoutRequest {
    /// A request to the single logout URL of the identity provider `sent_to`, for the person that
    /// it called `name_id`. See [`LogoutRequest`] for an example.
    #[must_use]
    pub fn new(
        service: &ServiceProvider,
        sent_to: EntityId,
        slo_url: EndpointUrl,
        id: MessageId,
        now: DateTime<Utc>,
        name_id: NameId,
    ) -> Self {
        Self {
            question: Question {
                head: Head::new(service, slo_url, id, now),
                sent_to,
            },
            name_id,
            session_indexes: Vec::new(),
        }
    }

    /// The same for one more session. Without any, all sessions of the person end.
    /// See [`LogoutRequest`] for an example.
    #[must_use]
    pub fn with_session_index(mut self, session_index: Personal) -> Self {
        self.session_indexes.push(session_index);
        self
    }

    /// What the host keeps until the answer comes. See [`LogoutRequest`] for an example.
    #[must_use]
    pub fn sent(&self) -> SentRequest {
        self.question.sent()
    }

    /// The request as a form of the HTTP-POST binding. See [`PostForm`] for how it is shown.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_post(
        &self,
        key: &SigningKey<'_>,
        relay_state: Option<&RelayState>,
    ) -> Result<PostForm, SendError> {
        self.question
            .outgoing(self.element()?, relay_state)
            .post(Signing::With(key))
    }

    /// The request as a URL of the HTTP-Redirect binding. See [`LogoutRequest`] for an example.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_redirect(
        &self,
        key: &SigningKey<'_>,
        relay_state: Option<&RelayState>,
    ) -> Result<RedirectUrl, SendError> {
        self.question
            .outgoing(self.element()?, relay_state)
            .redirect(Signing::With(key))
    }

    /// saml-core §3.7.1, in the order of the schema.
    fn element(&self) -> Result<NewElement, SendError> {
        let instant = self.question.head.instant;
        let lifetime = TimeDelta::seconds(i64::from(MAX_LOGOUT_REQUEST_SECS));
        let end = instant
            .checked_add_signed(lifetime)
            .ok_or(SendError::Instant { instant })?;
        let session_indexes = self
            .session_indexes
            .iter()
            .map(|index| NewElement::new("samlp:SessionIndex").saying(index.expose()));
        Ok(self
            .question
            .head
            .element("samlp:LogoutRequest")?
            .with("NotOnOrAfter", written(end)?)
            .holding(name_id(&self.name_id))
            .holding_all(session_indexes))
    }
}

/// saml-core §2.2.3.
fn name_id(name_id: &NameId) -> NewElement {
    NewElement::new("saml:NameID")
        .with_any("NameQualifier", name_id.name_qualifier.as_deref())
        .with_any("SPNameQualifier", name_id.sp_name_qualifier.as_deref())
        .with_any("Format", name_id.format.as_deref())
        .saying(name_id.value.expose())
}

/// What became of the sessions that an identity provider asked to end.
#[expect(clippy::exhaustive_enums, reason = "the three ways a logout ends")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogoutStatus {
    /// None ended: this service failed.
    Failed,
    /// Some ended. At its top level the status is a failure, so that nobody takes it for success.
    Partial,
    /// All ended, or there was none.
    Success,
}

/// The answer of this service to an accepted [`Logout`]: saml-core §3.7.2.
///
/// ```
/// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let raw_query = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/logout-request.query"));
/// # let idp = IdentityProvider::new(
/// #     ConnectionId::new("acme-okta"),
/// #     EntityId::parse("https://idp.example.org/saml/metadata")?,
/// #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
/// # );
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # )
/// # .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo")?);
/// # struct Fixed;
/// # impl Signer for Fixed {
/// #     fn sign(&self, _: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> { Ok(vec![7; 64]) }
/// # }
/// # let key = SigningKey::new(SignatureAlgorithm::Ed25519, &Fixed)?;
/// # let slo_url = EndpointUrl::parse("https://idp.example.org/slo")?;
/// # let random = [7; 20];
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// let logout = RedirectQuery::parse(raw_query)?
///     .verify_logout_request(&idp)?
///     .accept(&service, ClockSkew::default(), now)?
///     .confirm(ReplayAnswer::FirstSeen)?;
/// // The host ends the sessions, as it stored them, and then answers.
/// let name_id: NameId = serde_json::from_str(r#"{"value": "user8688@example.org"}"#)?;
/// let session_indexes = logout.session_indexes.clone();
/// assert!(logout.ends(&name_id, &session_indexes));
/// assert!(!logout.ends(&name_id, []));
/// let id = MessageId::from_random(random);
/// let response = LogoutResponse::new(&service, slo_url, id, now, &logout, LogoutStatus::Success);
/// let url = response.to_redirect(&key)?;
/// assert!(url.as_str().starts_with("https://idp.example.org/slo?SAMLResponse="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogoutResponse {
    head: Head,
    in_response_to: String,
    relay_state: Option<Personal>,
    status: LogoutStatus,
}

impl LogoutResponse {
    /// An answer to `logout`, to the single logout URL of its identity provider (the
    /// `ResponseLocation`, where its metadata has one).
    ///
    /// The relay state of the request goes back as it came: saml-bindings §3.4.3.
    /// See [`LogoutResponse`] for an example.
    #[must_use]
    pub fn new(
        service: &ServiceProvider,
        slo_url: EndpointUrl,
        id: MessageId,
        now: DateTime<Utc>,
        logout: &Logout,
        status: LogoutStatus,
    ) -> Self {
        Self {
            head: Head::new(service, slo_url, id, now),
            in_response_to: logout.request_id.clone(),
            relay_state: logout.relay_state.clone(),
            status,
        }
    }

    /// The same with the relay state that came in the form beside a request by HTTP-POST, to go
    /// back as it came. Whoever wrote it, it is sent to the identity provider and nowhere else.
    /// See [`LogoutResponse`] for an example without.
    #[must_use]
    pub fn with_relay_state(mut self, relay_state: Personal) -> Self {
        self.relay_state = Some(relay_state);
        self
    }

    /// The answer as a form of the HTTP-POST binding. See [`PostForm`] for how it is shown.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_post(&self, key: &SigningKey<'_>) -> Result<PostForm, SendError> {
        self.outgoing()?.post(Signing::With(key))
    }

    /// The answer as a URL of the HTTP-Redirect binding. See [`LogoutResponse`] for an example.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub fn to_redirect(&self, key: &SigningKey<'_>) -> Result<RedirectUrl, SendError> {
        self.outgoing()?.redirect(Signing::With(key))
    }

    fn outgoing(&self) -> Result<Outgoing<'_>, SendError> {
        Ok(Outgoing {
            head: &self.head,
            message: self.element()?,
            parameter: SAML_RESPONSE,
            relay_state: self.relay_state.as_ref().map(Personal::expose),
        })
    }

    /// saml-core §3.2.2 and §3.7.2.
    fn element(&self) -> Result<NewElement, SendError> {
        let status = NewElement::new("samlp:Status").holding(self.status.element());
        Ok(self
            .head
            .element("samlp:LogoutResponse")?
            .with("InResponseTo", self.in_response_to.as_str())
            .holding(status))
    }
}

impl LogoutStatus {
    /// saml-core §3.2.2.2.
    fn element(self) -> NewElement {
        let code = |uri: &str| NewElement::new("samlp:StatusCode").with("Value", uri);
        match self {
            Self::Failed => code(RESPONDER),
            Self::Partial => code(RESPONDER).holding(code(PARTIAL_LOGOUT)),
            Self::Success => code(SUCCESS),
        }
    }
}
