//! A response that is well-formed and of which nothing is trusted yet.

use crate::xml::Document;

use super::deflate::inflate;
use super::message::{decode_form_value, parse_document};
use super::namespace::ASSERTION;
use super::party::IdentityProvider;
use super::refusal::{FailedCheck, Findings, Refusal};
use super::structure::{ResponseParts, check_wrapping, identifier};
use super::verified::VerifiedResponse;

/// A well-formed response in the shape of the standard. Nothing in it is trusted.
///
/// ```
/// use vestibule::saml::ParsedResponse;
/// # let form_value = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/pysaml2.b64"));
/// let response = ParsedResponse::from_post(form_value)?;
/// // Only to load the connection: anybody can write this.
/// assert_eq!(response.claimed_issuer(), Some("https://idp.example.org/saml/metadata"));
/// # Ok::<(), vestibule::saml::Refusal>(())
/// ```
#[derive(Debug)]
pub struct ParsedResponse {
    document: Document<'static>,
    claimed_issuer: Option<String>,
}

impl ParsedResponse {
    /// Reads the `SAMLResponse` form value of the POST binding: saml-bindings §3.5.4.
    ///
    /// The value is base64 as the form decoder gives it; white space in it is ignored.
    ///
    /// # Errors
    ///
    /// Text that is not base64, octets that are not the XML read here, a message that is not a
    /// `Response` in the shape of the schema, or anything that serves signature wrapping.
    pub fn from_post(form_value: &str) -> Result<Self, Refusal> {
        Self::from_octets(decode_form_value(form_value)?)
    }

    /// Reads a `SAMLResponse` form value whose message is compressed with DEFLATE, as the standard has
    /// it for HTTP-Redirect and not for forms. Test sites and some home-made senders do it.
    ///
    /// A host that serves one calls this when [`ParsedResponse::from_post`] has refused. What it reads
    /// is judged no less, and inflated no further than a message may be long.
    ///
    /// # Errors
    ///
    /// As [`ParsedResponse::from_post`], and octets that are not DEFLATE data.
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::saml::ParsedResponse;
    /// // The deflated octets of `<a/>`.
    /// let refusal = ParsedResponse::from_deflated_post("s0nUtwMA").unwrap_err();
    /// assert_eq!(refusal.code(), "saml-root-unexpected");
    /// ```
    pub fn from_deflated_post(form_value: &str) -> Result<Self, Refusal> {
        let octets = inflate(&decode_form_value(form_value)?);
        Self::from_octets(octets.map_err(|check| Refusal::of(FailedCheck::new(check)))?)
    }

    /// Reads the XML of a response that came by another way.
    ///
    /// # Errors
    ///
    /// As [`ParsedResponse::from_post`].
    ///
    /// ```
    /// use vestibule::error::Explain;
    /// use vestibule::saml::ParsedResponse;
    /// let refusal = ParsedResponse::from_octets(b"<!DOCTYPE a><a/>".to_vec()).unwrap_err();
    /// assert_eq!(refusal.code(), "xml-doctype");
    /// ```
    pub fn from_octets(octets: Vec<u8>) -> Result<Self, Refusal> {
        let document = parse_document(octets, "Response")?;
        let mut findings = Findings::default();
        check_wrapping(&document, &mut findings);
        let parts = ResponseParts::of(document.root(), &mut findings);
        let claimed_issuer = claimed_issuer(&parts);
        findings.verdict()?;
        Ok(Self {
            document,
            claimed_issuer,
        })
    }

    /// The issuer that the message names: the assertion's, or else the response's.
    ///
    /// It serves to find the connection and for nothing else. See [`ParsedResponse`].
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.claimed_issuer.as_deref()
    }

    /// Verifies the signatures with the keys of `idp`, of which at least one must cover the
    /// assertion: that of the response, that of the assertion, or both.
    ///
    /// From here on everything about the assertion is read from the octets that were hashed, and
    /// the values around it (destination, status, issuer of the response) are read from hashed
    /// octets if the response is signed. If it is not, they can only make [`accept`] refuse.
    ///
    /// # Errors
    ///
    /// No signature, or one that breaks the profile or does not verify; each of them, when both
    /// the response and the assertion are signed.
    ///
    /// [`accept`]: VerifiedResponse::accept
    ///
    /// See [the module](super) for an example.
    pub fn verify(self, idp: &IdentityProvider) -> Result<VerifiedResponse, Refusal> {
        VerifiedResponse::verify(&self.document, idp)
    }
}

fn claimed_issuer(parts: &ResponseParts<'_>) -> Option<String> {
    let of_assertion = parts
        .assertion
        .and_then(|assertion| assertion.children().next())
        .filter(|child| child.is(ASSERTION, "Issuer"));
    of_assertion
        .or(parts.issuer)
        .map(|issuer| identifier(issuer).into_owned())
}
