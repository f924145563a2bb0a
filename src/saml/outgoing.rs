//! What every message of this service has, and its two ways to the identity provider.

use chrono::{DateTime, Utc};

use crate::dsig::{SigningKey, base64, sign_enveloped};
use crate::xml::NewElement;

use super::message_id::MessageId;
use super::namespace::{ASSERTION, PROTOCOL};
use super::party::{EndpointUrl, EntityId, ServiceProvider};
use super::post_form::PostForm;
use super::query::SAML_REQUEST;
use super::redirect_url::RedirectUrl;
use super::relay_state::RelayState;
use super::send_error::SendError;
use super::sent_request::SentRequest;
use super::time;

/// Whether a request is signed. Logout messages always are.
///
/// See [`AuthnRequest`](super::AuthnRequest) for an example.
#[expect(clippy::exhaustive_enums, reason = "a message is signed or it is not")]
#[derive(Clone, Copy, Debug)]
pub enum Signing<'k> {
    /// Not signed: the identity provider then answers to the URLs that it was configured with.
    Unsigned,
    /// Signed with this key.
    With(&'k SigningKey<'k>),
}

/// What stands at the head of every message: saml-core §3.2.1 and §3.2.2.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) id: MessageId,
    pub(super) instant: DateTime<Utc>,
    pub(super) destination: EndpointUrl,
    pub(super) issuer: EntityId,
}

impl Head {
    pub(super) fn new(
        service: &ServiceProvider,
        destination: EndpointUrl,
        id: MessageId,
        instant: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            instant,
            destination,
            issuer: service.entity_id().clone(),
        }
    }

    /// The root element with the issuer in it.
    pub(super) fn element(&self, name: &'static str) -> Result<NewElement, SendError> {
        let issuer = NewElement::new("saml:Issuer").saying(self.issuer.as_str());
        Ok(NewElement::new(name)
            .with("xmlns:samlp", PROTOCOL)
            .with("xmlns:saml", ASSERTION)
            .with("ID", self.id.as_str())
            .with("Version", "2.0")
            .with("IssueInstant", written(self.instant)?)
            .with("Destination", self.destination.as_str())
            .holding(issuer))
    }
}

/// The head of a request, and who shall answer it.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) head: Head,
    pub(super) sent_to: EntityId,
}

impl Question {
    /// What the host keeps until the answer comes.
    pub(super) fn sent(&self) -> SentRequest {
        SentRequest::of(&self.head.id, self.sent_to.clone())
    }

    /// The request `message`, which has the head in it.
    pub(super) fn outgoing<'m>(
        &'m self,
        message: NewElement,
        relay_state: Option<&'m RelayState>,
    ) -> Outgoing<'m> {
        Outgoing {
            head: &self.head,
            message,
            parameter: SAML_REQUEST,
            relay_state: relay_state.map(RelayState::as_str),
        }
    }
}

/// An instant as an attribute's value.
pub(super) fn written(instant: DateTime<Utc>) -> Result<String, SendError> {
    time::write(instant).ok_or(SendError::Instant { instant })
}

/// A message, and where it goes.
pub(super) struct Outgoing<'m> {
    pub(super) head: &'m Head,
    /// With the head in it.
    pub(super) message: NewElement,
    pub(super) parameter: &'static str,
    pub(super) relay_state: Option<&'m str>,
}

impl Outgoing<'_> {
    /// saml-bindings §3.5.4: signed inside, then base64.
    pub(super) fn post(self, signing: Signing<'_>) -> Result<PostForm, SendError> {
        let message = match signing {
            Signing::Unsigned => self.message,
            Signing::With(key) => sign_enveloped(self.message, self.head.id.as_str(), key)?,
        };
        let value = base64::encode(message.write()?.as_bytes());
        let target = self.head.destination.clone();
        let form = PostForm::new(target, self.parameter, value, self.relay_state);
        Ok(form)
    }

    /// saml-bindings §3.4.4.1: compressed, and signed beside it.
    pub(super) fn redirect(self, signing: Signing<'_>) -> Result<RedirectUrl, SendError> {
        let xml = self.message.write()?;
        let target = &self.head.destination;
        RedirectUrl::new(target, self.parameter, &xml, self.relay_state, signing)
    }
}
