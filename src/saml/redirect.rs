//! The HTTP-Redirect binding, inwards: saml-bindings §3.4.
//!
//! The query is judged as the octets that were received. The signature is over a part of exactly
//! those, so nothing is decoded and encoded again; and it is verified before the message is
//! inflated, so a stranger's message never is.
//!
//! What does not come this way: a `Response` (saml-profiles §4.1.2 forbids it), an unsigned
//! message, one with an XML signature inside, and an encoding other than DEFLATE.

use std::fmt;

use crate::dsig::{
    Base64Error, DSIG, SignatureAlgorithm, SignatureError, SignatureErrorKind, VerifiedBy, base64,
};
use crate::error::{Place, Shown};
use crate::identity::Personal;
use crate::limits::MAX_REDIRECT_QUERY_BYTES;
use crate::xml::{Document, Element};

use super::check::Check;
use super::deflate::inflate;
use super::login::SignedPart;
use super::logout_request::VerifiedLogoutRequest;
use super::logout_response::VerifiedLogoutResponse;
use super::message::{LogoutMessage, SignedMessage};
use super::party::IdentityProvider;
use super::query::{Parameters, RELAY_STATE, SAML_ENCODING, SIG_ALG, SIGNATURE, decode};
use super::refusal::{FailedCheck, Refusal};

const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// The query string of a signed logout message, its parameters found. Nothing in it is trusted.
///
/// It names no issuer before its signature is verified; the host knows the connection by the URL,
/// so each connection has a single logout URL of its own.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use vestibule::dsig::{TrustedKeys, parse_certificates};
/// # use vestibule::identity::ConnectionId;
/// # use vestibule::saml::*;
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let raw_query = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/logout-request.query"));
/// # let idp = IdentityProvider::new(
/// #     ConnectionId::new("acme-okta"),
/// #     EntityId::parse("https://idp.example.org/saml/metadata")?,
/// #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
/// # );
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # )
/// # .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo")?);
/// // As the request line has it, without the question mark and without any decoding.
/// let query = RedirectQuery::parse(raw_query)?;
/// assert_eq!(query.claimed_message(), LogoutMessage::Request);
/// let pending = query
///     .verify_logout_request(&idp)?
///     .accept(&service, ClockSkew::default(), now)?;
///
/// // The host looks the question up in its store and records it.
/// let logout = pending.confirm(ReplayAnswer::FirstSeen)?;
/// assert_eq!(logout.session_indexes.len(), 1);
/// assert_eq!(logout.signature.part, Part::LogoutRequest);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct RedirectQuery<'q> {
    message: LogoutMessage,
    // All values as received, percent escapes included.
    message_value: &'q str,
    relay_state: Option<&'q str>,
    sig_alg: &'q str,
    signature: &'q str,
}

/// Which message and how long: the values are personal data.
impl fmt::Debug for RedirectQuery<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameter = self.message.parameter();
        let bytes = self.message_value.len();
        write!(formatter, "RedirectQuery({parameter}: {bytes} bytes)")
    }
}

impl<'q> RedirectQuery<'q> {
    /// Finds the parameters in a raw query string: everything behind the question mark of the
    /// request line, as it was received.
    ///
    /// A host must not rebuild it from decoded parameters: two encodings of one value differ, and
    /// the signature is over one of them. Parameters may come in any order. Unrelated ones are
    /// ignored (an endpoint may have some of its own). Refused are a known one that comes twice
    /// and one whose name, once it is decoded and without regard to case and punctuation, contains
    /// a known name: another reader could take it for that.
    ///
    /// # Errors
    ///
    /// A query that is too long, without message or signature, with both messages, with an
    /// encoding other than DEFLATE, or with parameters as above.
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::saml::RedirectQuery;
    ///
    /// let code = |query| RedirectQuery::parse(query).unwrap_err().code();
    /// assert_eq!(code("RelayState=7"), "saml-parameter-missing");
    /// assert_eq!(code("SAMLRequest=7"), "signature-missing");
    /// assert_eq!(code("SAMLRequest=7&SAMLRequest=8"), "saml-parameter-repeated");
    /// assert_eq!(code("SAMLRequest=7&%53AMLRequest=8"), "saml-parameter-unexpected");
    /// ```
    pub fn parse(raw_query: &'q str) -> Result<Self, Refusal> {
        if raw_query.len() > MAX_REDIRECT_QUERY_BYTES {
            let limit = MAX_REDIRECT_QUERY_BYTES;
            return Err(Refusal::of(FailedCheck::new(Check::TooLarge { limit })));
        }
        let parameters = Parameters::find(raw_query)?;
        let (message, message_value) = match (parameters.saml_request, parameters.saml_response) {
            (Some(value), None) => (LogoutMessage::Request, value),
            (None, Some(value)) => (LogoutMessage::Response, value),
            (None, None) => return Err(missing(LogoutMessage::Request)),
            (Some(_), Some(_)) => {
                let parameter = LogoutMessage::Response.parameter();
                let found = Shown::new(parameter);
                let check = Check::ParameterUnexpected { found };
                let place = Place::Parameter(parameter);
                return Err(Refusal::of(FailedCheck::at_place(check, place)));
            }
        };
        check_encoding(parameters.saml_encoding)?;
        Ok(Self {
            message,
            message_value,
            relay_state: parameters.relay_state,
            sig_alg: parameters.sig_alg.ok_or_else(|| unsigned(SIG_ALG))?,
            signature: parameters.signature.ok_or_else(|| unsigned(SIGNATURE))?,
        })
    }

    /// Which message it carries, by the name of its parameter: which of the two verifications to
    /// call. See [`RedirectQuery`] for an example.
    #[must_use]
    pub const fn claimed_message(&self) -> LogoutMessage {
        self.message
    }

    /// Verifies the signature of a `LogoutRequest` with the keys of `idp`, over the octets of the
    /// query, and reads the message. See [`RedirectQuery`] for an example.
    ///
    /// # Errors
    ///
    /// A query that carries a response; a signature that does not verify, or by an algorithm below
    /// the connection's level; then a message that is not DEFLATE of the XML read here, that is
    /// too long, or that is another one.
    pub fn verify_logout_request(
        &self,
        idp: &IdentityProvider,
    ) -> Result<VerifiedLogoutRequest, Refusal> {
        let message = self.verify(LogoutMessage::Request, idp)?;
        VerifiedLogoutRequest::of(message, idp)
    }

    /// Verifies the signature of a `LogoutResponse` in the same way.
    /// See [`VerifiedLogoutResponse`] for an example.
    ///
    /// # Errors
    ///
    /// As [`RedirectQuery::verify_logout_request`], with request and response exchanged.
    pub fn verify_logout_response(
        &self,
        idp: &IdentityProvider,
    ) -> Result<VerifiedLogoutResponse, Refusal> {
        let message = self.verify(LogoutMessage::Response, idp)?;
        Ok(VerifiedLogoutResponse::of(message, idp))
    }

    fn verify(
        &self,
        expected: LogoutMessage,
        idp: &IdentityProvider,
    ) -> Result<SignedMessage, Refusal> {
        if self.message != expected {
            return Err(missing(expected));
        }
        let (algorithm, by) = self.verify_signature(idp)?;
        let signature = SignedPart {
            part: expected.part(),
            algorithm,
            certificate: by.fingerprint(),
            warnings: by.warnings().to_vec(),
        };
        let document = expected
            .parse(self.inflated_message()?)
            .map_err(response_by_redirect)?;
        check_unsigned_inside(&document)?;
        let relay_state = self.relay_state.map(relay_state_text).transpose()?;
        Ok(SignedMessage::detached(document, signature, relay_state))
    }

    fn verify_signature(
        &self,
        idp: &IdentityProvider,
    ) -> Result<(SignatureAlgorithm, VerifiedBy), Refusal> {
        let algorithm = SignatureAlgorithm::from_uri(&text(self.sig_alg, SIG_ALG)?)
            .map_err(|error| refused(SignatureErrorKind::Algorithm(error), SIG_ALG))?;
        let signature = octets(self.signature)
            .map_err(|error| refused(SignatureErrorKind::Base64(error), SIGNATURE))?;
        let by = idp
            .keys()
            .verify(
                algorithm,
                idp.level(),
                self.signed_octets().as_bytes(),
                &signature,
            )
            .map_err(|error| refused(SignatureErrorKind::Verification(error), SIGNATURE))?;
        Ok((algorithm, by))
    }

    /// saml-bindings §3.4.4.1: these parameters, in this order, as they were received.
    fn signed_octets(&self) -> String {
        let mut signed = format!("{}={}", self.message.parameter(), self.message_value);
        let others = [
            (RELAY_STATE, self.relay_state),
            (SIG_ALG, Some(self.sig_alg)),
        ];
        for (name, value) in others {
            if let Some(value) = value {
                signed.push('&');
                signed.push_str(name);
                signed.push('=');
                signed.push_str(value);
            }
        }
        signed
    }

    fn inflated_message(&self) -> Result<Vec<u8>, Refusal> {
        let place = Place::Parameter(self.message.parameter());
        octets(self.message_value)
            .map_err(Check::Encoding)
            .and_then(|deflated| inflate(&deflated))
            .map_err(|check| Refusal::of(FailedCheck::at_place(check, place)))
    }
}

/// saml-bindings §3.4.4.1: a signature inside must have been removed. It would be verified by
/// nobody here, and another reader could take it for the one that counts.
fn check_unsigned_inside(document: &Document<'_>) -> Result<(), Refusal> {
    let is_signature = |child: &Element<'_>| child.is(DSIG, "Signature");
    match document.root().children().find(is_signature) {
        None => Ok(()),
        Some(signature) => {
            let check = Check::SignatureInsideRedirect;
            Err(Refusal::of(FailedCheck::at_element(check, signature)))
        }
    }
}

/// Says of a sign-in that it came the wrong way, in place of which root it has.
fn response_by_redirect(refusal: Refusal) -> Refusal {
    match refusal.first().check() {
        Check::RootUnexpected { found, .. } if found.as_str() == "Response" => {
            Refusal::of(FailedCheck::new(Check::ResponseByRedirect))
        }
        _ => refusal,
    }
}

/// `SAMLEncoding` is not signed, so it may say nothing but the default: saml-bindings §3.4.4.
fn check_encoding(raw: Option<&str>) -> Result<(), Refusal> {
    match raw {
        Some(raw) if decode(raw).as_deref() != Ok(DEFLATE.as_bytes()) => {
            let found = Shown::identifier(raw);
            let check = Check::EncodingUnsupported { found };
            let place = Place::Parameter(SAML_ENCODING);
            Err(Refusal::of(FailedCheck::at_place(check, place)))
        }
        _ => Ok(()),
    }
}

/// The base64 in a value. White space in it is ignored when it is escaped; a `+` is not an escape
/// of anything here but a space to some readers and itself to others, so it is refused.
fn octets(raw: &str) -> Result<Vec<u8>, Base64Error> {
    let stray = |at, found| Base64Error::Character {
        at,
        found: Shown::new(found),
    };
    if let Some(at) = raw.find('+') {
        return Err(stray(at, " "));
    }
    let decoded = decode(raw).map_err(|at| stray(at, "%"))?;
    base64::decode(&decoded, MAX_REDIRECT_QUERY_BYTES)
}

fn text(raw: &str, parameter: &'static str) -> Result<String, Refusal> {
    decode(raw)
        .ok()
        .and_then(|decoded| String::from_utf8(decoded).ok())
        .ok_or_else(|| malformed(parameter))
}

fn relay_state_text(raw: &str) -> Result<Personal, Refusal> {
    text(raw, RELAY_STATE).map(Personal::new)
}

fn missing(message: LogoutMessage) -> Refusal {
    let parameter = message.parameter();
    Refusal::of(FailedCheck::new(Check::ParameterMissing { parameter }))
}

fn malformed(parameter: &'static str) -> Refusal {
    let check = Check::ParameterMalformed { parameter };
    Refusal::of(FailedCheck::at_place(check, Place::Parameter(parameter)))
}

fn unsigned(parameter: &'static str) -> Refusal {
    refused(SignatureErrorKind::Missing, parameter)
}

fn refused(kind: SignatureErrorKind, parameter: &'static str) -> Refusal {
    let error = SignatureError::in_parameter(kind, parameter);
    Refusal::of(FailedCheck::new(Check::Signature(error)))
}
