//! The HTTP-POST-SimpleSign binding, inwards: a response in a form, signed beside it.
//!
//! The signature is over the octets of the XML itself, so those are what claims are read from.
//! Logout messages do not come this way here.

use std::fmt;

use crate::dsig::{SignatureAlgorithm, SignatureError, SignatureErrorKind, base64, verify_beside};
use crate::limits::MAX_SIGNATURE_VALUE_BYTES;

use super::check::Check;
use super::message::decode_form_value;
use super::parsed::ParsedResponse;
use super::party::IdentityProvider;
use super::query::{RELAY_STATE, SAML_RESPONSE, SIG_ALG, SIGNATURE};
use super::refusal::{FailedCheck, Refusal};
use super::verified::VerifiedResponse;

/// The fields of a form by HTTP-POST-SimpleSign, as the form decoder gives them.
///
/// See [`ParsedSimpleSignResponse`] for an example.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Copy)]
pub struct SimpleSignForm<'f> {
    /// `SAMLResponse`: base64 of the message.
    pub saml_response: &'f str,
    /// `RelayState`, if the form has one. It is signed too.
    pub relay_state: Option<&'f str>,
    /// `SigAlg`.
    pub sig_alg: &'f str,
    /// `Signature`: base64. A field `KeyInfo` is not looked at.
    pub signature: &'f str,
}

/// How long only: the message is personal data.
impl fmt::Debug for SimpleSignForm<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.saml_response.len();
        write!(formatter, "SimpleSignForm({bytes} bytes)")
    }
}

/// A well-formed response by HTTP-POST-SimpleSign. Nothing in it is trusted.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::saml::{SimpleSignForm, ParsedSimpleSignResponse};
/// # let form_value = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/pysaml2.b64"));
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
/// # let idp = IdentityProvider::new(
/// #     ConnectionId::new("acme-okta"),
/// #     EntityId::parse("https://idp.example.org/saml/metadata")?,
/// #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
/// # );
/// let form = SimpleSignForm {
///     saml_response: form_value,
///     relay_state: None,
///     sig_alg: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
///     signature: "Zm9yZ2Vk",
/// };
/// let parsed = ParsedSimpleSignResponse::parse(form)?;
/// assert_eq!(parsed.claimed_issuer(), Some("https://idp.example.org/saml/metadata"));
/// assert_eq!(parsed.verify(&idp).unwrap_err().code(), "signature-invalid");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ParsedSimpleSignResponse {
    parsed: ParsedResponse,
    signed: SignedText,
}

/// The message as text and what is signed behind it.
struct SignedText {
    xml: String,
    after: String,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
}

impl fmt::Debug for SignedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.xml.len();
        write!(formatter, "SignedText({}: {bytes} bytes)", self.algorithm)
    }
}

impl ParsedSimpleSignResponse {
    /// Reads the fields of the form. See [`ParsedSimpleSignResponse`] for an example.
    ///
    /// # Errors
    ///
    /// As [`ParsedResponse::from_post`]; a signature algorithm that is unknown, and a signature
    /// that is not base64.
    pub fn parse(form: SimpleSignForm<'_>) -> Result<Self, Refusal> {
        let octets = decode_form_value(form.saml_response)?;
        let algorithm = SignatureAlgorithm::from_uri(form.sig_alg)
            .map_err(|error| refused(SignatureErrorKind::Algorithm(error), SIG_ALG))?;
        let signature = base64::decode(form.signature.as_bytes(), MAX_SIGNATURE_VALUE_BYTES)
            .map_err(|error| refused(SignatureErrorKind::Base64(error), SIGNATURE))?;
        // What is not UTF-8 is refused by the reader.
        let xml = String::from_utf8_lossy(&octets).into_owned();
        let parsed = ParsedResponse::from_octets(octets)?;
        let mut after = String::new();
        if let Some(relay_state) = form.relay_state {
            after = format!("&{RELAY_STATE}={relay_state}");
        }
        after.push_str(&format!("&{SIG_ALG}={}", form.sig_alg));
        let signed = SignedText {
            xml,
            after,
            algorithm,
            signature,
        };
        Ok(Self { parsed, signed })
    }

    /// The issuer that the message names. It serves to find the connection and for nothing else.
    /// See [`ParsedSimpleSignResponse`] for an example.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.parsed.claimed_issuer()
    }

    /// Verifies the signature of the form with the keys of `idp`, over the octets of the message,
    /// and every signature inside it. See [`ParsedSimpleSignResponse`] for an example.
    ///
    /// # Errors
    ///
    /// A signature that does not verify, or by an algorithm below the connection's level; then what is
    /// encrypted and does not decrypt.
    pub fn verify(self, idp: &IdentityProvider) -> Result<VerifiedResponse, Refusal> {
        let SignedText {
            xml,
            after,
            algorithm,
            signature,
        } = self.signed;
        let before = format!("{SAML_RESPONSE}=");
        let signed = verify_beside(
            xml,
            (&before, &after),
            (algorithm, &signature),
            (idp.keys(), idp.level()),
            SIGNATURE,
        )
        .map_err(|error| Refusal::of(FailedCheck::new(Check::Signature(error))))?;
        VerifiedResponse::signed_beside(signed, idp)
    }
}

fn refused(kind: SignatureErrorKind, parameter: &'static str) -> Refusal {
    let error = SignatureError::in_parameter(kind, parameter);
    Refusal::of(FailedCheck::new(Check::Signature(error)))
}
