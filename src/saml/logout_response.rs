//! An identity provider's answer to this service's logout request: saml-core §3.7.2.
//!
//! One that is not signed is refused, by either binding.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{ConnectionId, Personal};
use crate::xml::Document;

use super::envelope::{Envelope, Standing};
use super::login::SignedPart;
use super::message::{LogoutMessage, SignedMessage, claimed_issuer, decode_form_value};
use super::namespace::{PARTIAL_LOGOUT, PROTOCOL, RESPONDER, SUCCESS};
use super::party::{EntityId, IdentityProvider, ServiceProvider};
use super::refusal::{Findings, Refusal};
use super::sent_request::SentRequest;
use super::structure::Children;
use super::time::{Clock, ClockSkew};

/// A well-formed `LogoutResponse` by HTTP-POST. Nothing in it is trusted.
///
/// By HTTP-Redirect the same degree of trust is a [`RedirectQuery`](super::RedirectQuery).
#[derive(Debug)]
pub struct ParsedLogoutResponse {
    document: Document<'static>,
    claimed_issuer: Option<String>,
}

impl ParsedLogoutResponse {
    /// Reads the `SAMLResponse` form value of the POST binding: saml-bindings §3.5.4.
    ///
    /// # Errors
    ///
    /// As [`ParsedLogoutRequest::from_post`](super::ParsedLogoutRequest::from_post).
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::saml::ParsedLogoutResponse;
    /// # let form_value = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/pysaml2.b64"));
    /// // A sign-in is no answer to a logout request.
    /// let refusal = ParsedLogoutResponse::from_post(form_value).unwrap_err();
    /// assert_eq!(refusal.code(), "saml-root-unexpected");
    /// ```
    pub fn from_post(form_value: &str) -> Result<Self, Refusal> {
        let document = LogoutMessage::Response.parse(decode_form_value(form_value)?)?;
        Ok(Self {
            claimed_issuer: claimed_issuer(document.root()),
            document,
        })
    }

    /// The issuer that the message names. It serves to find the connection and for nothing else.
    /// See [`VerifiedLogoutRequest`](super::VerifiedLogoutRequest) for an example.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.claimed_issuer.as_deref()
    }

    /// Verifies the signature of the message with the keys of `idp`.
    /// See [`VerifiedLogoutRequest`](super::VerifiedLogoutRequest) for an example.
    ///
    /// # Errors
    ///
    /// No signature on the message, or one that breaks the profile or does not verify.
    pub fn verify(self, idp: &IdentityProvider) -> Result<VerifiedLogoutResponse, Refusal> {
        let message = SignedMessage::enveloped(&self.document, LogoutMessage::Response, idp)?;
        Ok(VerifiedLogoutResponse::of(message, idp))
    }
}

/// A logout response that the connection's identity provider signed.
///
/// Whom it answers and what is not judged yet: that is [`VerifiedLogoutResponse::accept`]. It is
/// made by [`ParsedLogoutResponse::verify`] and [`RedirectQuery::verify_logout_response`] and by
/// nothing else.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use vestibule::dsig::{TrustedKeys, parse_certificates};
/// # use vestibule::identity::ConnectionId;
/// # use vestibule::saml::*;
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let raw_query = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/logout-response.query"));
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
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// // The request that this browser was sent away with.
/// let request = SentRequest::new("_reqd3740f0b9b2819541b0feb59d56497af", idp.entity_id().clone())?;
///
/// let query = RedirectQuery::parse(raw_query)?;
/// assert_eq!(query.claimed_message(), LogoutMessage::Response);
/// let answer = query
///     .verify_logout_response(&idp)?
///     .accept(&service, &request, ClockSkew::default(), now)?;
/// assert_eq!(answer.outcome, LogoutOutcome::Complete);
/// # Ok(())
/// # }
/// ```
///
/// [`RedirectQuery::verify_logout_response`]: super::RedirectQuery::verify_logout_response
#[must_use = "a verified response answers nothing before it is accepted"]
#[derive(Debug)]
pub struct VerifiedLogoutResponse {
    connection: ConnectionId,
    issuer: EntityId,
    message: SignedMessage,
}

impl VerifiedLogoutResponse {
    pub(super) fn of(message: SignedMessage, idp: &IdentityProvider) -> Self {
        Self {
            connection: idp.connection().clone(),
            issuer: idp.entity_id().clone(),
            message,
        }
    }

    /// Judges whom the response is for, what it answers and how, and that it was not made after
    /// `now`, beyond what clocks differ.
    ///
    /// It must answer `request`, which must have gone to this identity provider. The host drops
    /// the request with the first answer, so a response has no question about replay.
    ///
    /// # Errors
    ///
    /// All checks that failed; every status other than success and partial logout is one.
    /// See [`VerifiedLogoutResponse`] for an example.
    pub fn accept(
        self,
        service: &ServiceProvider,
        request: &SentRequest,
        skew: ClockSkew,
        now: DateTime<Utc>,
    ) -> Result<AcceptedLogoutResponse, Refusal> {
        let mut findings = Findings::default();
        let response = self.message.root();
        let mut children = Children::of(response, &mut findings);
        let issuer = children.message_head();
        let status = children.next_if(PROTOCOL, "Status");
        let envelope = Envelope::of(response, issuer, status, Standing::Signed);
        let outcome = judge_outcome(&envelope, &mut findings);
        envelope.judge_of_logout(service, &self.issuer, Clock { now, skew }, &mut findings);
        envelope.judge_answer_to(request, &mut findings);
        request.judge_sender(&self.issuer, &mut findings);
        children.end(&mut findings);
        findings.verdict()?;
        Ok(AcceptedLogoutResponse {
            connection: self.connection,
            outcome,
            relay_state: self.message.relay_state,
            signature: self.message.signature,
        })
    }
}

/// saml-core §3.7.3.2 wants the partial logout below some top-level status and does not say which:
/// identity providers write either of these.
fn judge_outcome(envelope: &Envelope, findings: &mut Findings) -> LogoutOutcome {
    let codes: Vec<&str> = envelope.status_codes().collect();
    if let [SUCCESS | RESPONDER, PARTIAL_LOGOUT] = codes.as_slice() {
        return LogoutOutcome::Partial;
    }
    envelope.judge_status(findings);
    LogoutOutcome::Complete
}

/// An accepted answer to this service's logout request.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedLogoutResponse {
    /// The connection that answered.
    pub connection: ConnectionId,
    /// How far the logout went.
    pub outcome: LogoutOutcome,
    /// What the request carried, if it came back by HTTP-Redirect. By HTTP-POST it is a field of
    /// the form and not signed.
    pub relay_state: Option<Personal>,
    /// Which key signed the response.
    pub signature: SignedPart,
}

/// How far a logout went: saml-core §3.7.3.2.
#[expect(
    clippy::exhaustive_enums,
    reason = "hosts tell people one or the other"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogoutOutcome {
    /// The identity provider ended the session, and it knows of no service that did not.
    Complete,
    /// Some other service may still hold a session.
    Partial,
}
