//! A logout request of an identity provider: saml-core §3.7.1, saml-profiles §4.4.
//!
//! One that is not signed is refused, by either binding: anybody could end anybody's sessions.

use chrono::{DateTime, TimeDelta, Utc};

use crate::identity::{ConnectionId, Personal};
use crate::limits::MAX_LOGOUT_REQUEST_SECS;
use crate::xml::{Document, Element};

use super::check::{Check, Period};
use super::encryption::DecryptedParts;
use super::envelope::{Envelope, Standing};
use super::login::ReplayQuestion;
use super::logout::{Logout, PendingLogout};
use super::message::{LogoutMessage, SignedMessage, claimed_issuer, decode_form_value};
use super::name_id::NameId;
use super::namespace::PROTOCOL;
use super::party::{EntityId, IdentityProvider, ServiceProvider};
use super::refusal::{FailedCheck, Findings, Refusal};
use super::structure::{Children, unexpected};
use super::subject::{Window, judge_name_id, read_instant};
use super::time::{Clock, ClockSkew};

/// A well-formed `LogoutRequest` by HTTP-POST. Nothing in it is trusted.
///
/// By HTTP-Redirect the same degree of trust is a [`RedirectQuery`](super::RedirectQuery).
#[derive(Debug)]
pub struct ParsedLogoutRequest {
    document: Document<'static>,
    claimed_issuer: Option<String>,
}

impl ParsedLogoutRequest {
    /// Reads the `SAMLRequest` form value of the POST binding: saml-bindings §3.5.4.
    ///
    /// The value is base64 as the form decoder gives it; white space in it is ignored.
    /// See [`VerifiedLogoutRequest`] for an example.
    ///
    /// # Errors
    ///
    /// Text that is not base64, octets that are not the XML read here, another message, or
    /// anything that serves signature wrapping.
    pub fn from_post(form_value: &str) -> Result<Self, Refusal> {
        let document = LogoutMessage::Request.parse(decode_form_value(form_value)?)?;
        Ok(Self {
            claimed_issuer: claimed_issuer(document.root()),
            document,
        })
    }

    /// The issuer that the message names. It serves to find the connection and for nothing else.
    /// See [`VerifiedLogoutRequest`] for an example.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.claimed_issuer.as_deref()
    }

    /// Verifies the signature of the message with the keys of `idp`. From here on everything is
    /// read from the octets that were hashed. See [`VerifiedLogoutRequest`] for an example.
    ///
    /// # Errors
    ///
    /// No signature on the message, or one that breaks the profile or does not verify; then an
    /// encrypted name identifier that does not decrypt.
    pub fn verify(self, idp: &IdentityProvider) -> Result<VerifiedLogoutRequest, Refusal> {
        let message = SignedMessage::enveloped(&self.document, LogoutMessage::Request, idp)?;
        VerifiedLogoutRequest::of(message, idp)
    }
}

/// A logout request that the connection's identity provider signed.
///
/// Whom it is for and when is not judged yet: that is [`VerifiedLogoutRequest::accept`]. It is
/// made by [`ParsedLogoutRequest::verify`] and [`RedirectQuery::verify_logout_request`] and by
/// nothing else.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use vestibule::dsig::{TrustedKeys, parse_certificates};
/// # use vestibule::identity::ConnectionId;
/// # use vestibule::saml::*;
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/rsa-2048.pem"));
/// # let form_value = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/logout-request.b64"));
/// # let idp = IdentityProvider::new(
/// #     ConnectionId::new("acme-okta"),
/// #     EntityId::parse("https://idp.example.org/saml/metadata")?,
/// #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
/// # );
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// let service = ServiceProvider::new(
///     EntityId::parse("https://sp.example.com/saml/metadata")?,
///     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// )
/// .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo")?);
///
/// let parsed = ParsedLogoutRequest::from_post(form_value)?;
/// assert_eq!(parsed.claimed_issuer(), Some(idp.entity_id().as_str()));
/// let verified = parsed.verify(&idp)?;
/// let pending = verified.accept(&service, ClockSkew::default(), now)?;
/// assert!(pending.question().keep_until > now);
/// let logout = pending.confirm(ReplayAnswer::FirstSeen)?;
/// assert_eq!(logout.name_id.value.expose(), "grace@example.org");
/// # Ok(())
/// # }
/// ```
///
/// [`RedirectQuery::verify_logout_request`]: super::RedirectQuery::verify_logout_request
#[must_use = "a verified request ends no session before it is accepted"]
#[derive(Debug)]
pub struct VerifiedLogoutRequest {
    connection: ConnectionId,
    issuer: EntityId,
    message: SignedMessage,
    decrypted: DecryptedParts,
}

impl VerifiedLogoutRequest {
    pub(super) fn of(message: SignedMessage, idp: &IdentityProvider) -> Result<Self, Refusal> {
        let decrypted = DecryptedParts::of_logout_request(message.document(), idp)
            .map_err(|_| Refusal::of(FailedCheck::new(Check::DecryptionFailed)))?;
        Ok(Self {
            connection: idp.connection().clone(),
            issuer: idp.entity_id().clone(),
            message,
            decrypted,
        })
    }

    /// Judges whom the request is for, when, and whose sessions it ends.
    ///
    /// A request without `NotOnOrAfter` counts for [`MAX_LOGOUT_REQUEST_SECS`] from its
    /// `IssueInstant`. Every check is made, so a refusal names all that fail. What passes is a
    /// [`PendingLogout`]: its question about replay stands before the logout.
    ///
    /// # Errors
    ///
    /// All checks that failed. See [`VerifiedLogoutRequest`] for an example.
    pub fn accept(
        self,
        service: &ServiceProvider,
        skew: ClockSkew,
        now: DateTime<Utc>,
    ) -> Result<PendingLogout, Refusal> {
        let mut findings = Findings::default();
        let claims = self.judge(service, Clock { now, skew }, &mut findings);
        findings.verdict()?;
        let Some(claims) = claims else {
            // Nothing failed and yet something is missing: never end a session on that.
            return Err(Refusal::of(FailedCheck::new(Check::NameIdMissing)));
        };
        Ok(PendingLogout {
            question: ReplayQuestion {
                connection: self.connection.clone(),
                id: claims.id.clone(),
                // The longest skew that may ever be configured, as for sign-ins.
                keep_until: ClockSkew::MAX.after(claims.end),
            },
            logout: Logout {
                parties: (self.issuer, service.entity_id().clone()),
                connection: self.connection,
                name_id: claims.name_id,
                session_indexes: claims.session_indexes,
                request_id: claims.id,
                relay_state: self.message.relay_state,
                signature: self.message.signature,
            },
        })
    }

    /// saml-core §3.7.1, in the order of the schema.
    fn judge(
        &self,
        service: &ServiceProvider,
        clock: Clock,
        findings: &mut Findings,
    ) -> Option<Claims> {
        let request = self.message.root();
        let mut children = Children::of(request, findings);
        let issuer = children.message_head();
        let envelope = Envelope::of(request, issuer, None, Standing::Signed);
        envelope.judge_of_logout(service, &self.issuer, clock, findings);
        let window = validity(request, findings);
        window.judge(Period::Logout, clock, request, findings);
        let name_id = judge_name_id(&mut children, &self.decrypted, findings);
        let session_indexes = session_indexes(&mut children, findings);
        children.end(findings);
        Some(Claims {
            id: request.attribute("ID")?.to_owned(),
            name_id: name_id?,
            session_indexes,
            end: window.end?,
        })
    }
}

/// What is left of a request when nothing failed.
struct Claims {
    id: String,
    name_id: NameId,
    session_indexes: Vec<Personal>,
    end: DateTime<Utc>,
}

/// Up to `NotOnOrAfter`; without one, for a while from `IssueInstant`.
fn validity(request: Element<'_>, findings: &mut Findings) -> Window {
    if request.attribute("NotOnOrAfter").is_some() {
        return Window {
            start: None,
            end: read_instant(request, "NotOnOrAfter", findings),
        };
    }
    // One that is missing, malformed or in the future is the envelope's to report.
    let issued = read_instant(request, "IssueInstant", &mut Findings::default());
    let lifetime = TimeDelta::seconds(i64::from(MAX_LOGOUT_REQUEST_SECS));
    Window {
        start: None,
        end: issued.and_then(|issued| issued.checked_add_signed(lifetime)),
    }
}

fn session_indexes(children: &mut Children<'_>, findings: &mut Findings) -> Vec<Personal> {
    let mut indexes = Vec::new();
    while let Some(element) = children.next_if(PROTOCOL, "SessionIndex") {
        let text = element.text();
        if let Some(child) = element.children().next() {
            findings.fail(unexpected(child), child);
        } else if text.trim().is_empty() {
            // It names no session; taken for none at all it would end them all.
            findings.fail(Check::SessionIndexEmpty, element);
        } else {
            indexes.push(Personal::new(text));
        }
    }
    indexes
}
