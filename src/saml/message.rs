//! Protocol messages as they arrive: form value to octets, octets to a document with the right
//! root, and a logout message that is signed as a whole.
//!
//! Nothing is judged here but form and signature.

use crate::dsig::{VerifiedElement, base64, verify_enveloped};
use crate::error::Shown;
use crate::identity::Personal;
use crate::limits::{MAX_FORM_VALUE_BYTES, XmlLimits};
use crate::xml::{Dialect, Document, Element};

use super::check::Check;
use super::login::{Part, SignedPart};
use super::namespace::{ASSERTION, PROTOCOL};
use super::party::IdentityProvider;
use super::query::{SAML_REQUEST, SAML_RESPONSE};
use super::refusal::{FailedCheck, Findings, Refusal};
use super::structure::{check_wrapping, identifier};

/// The octets of a form value of the POST binding: saml-bindings §3.5.4.
pub(super) fn decode_form_value(form_value: &str) -> Result<Vec<u8>, Refusal> {
    base64::decode(form_value.as_bytes(), MAX_FORM_VALUE_BYTES)
        .map_err(|error| Refusal::of(FailedCheck::new(Check::Encoding(error))))
}

/// The document in `octets`, whose root must be the protocol element `expected`.
pub(super) fn parse_document(
    octets: Vec<u8>,
    expected: &'static str,
) -> Result<Document<'static>, Refusal> {
    let document = Document::parse_owned_bytes(octets, Dialect::Saml, &XmlLimits::default())
        .map_err(|error| Refusal::of(FailedCheck::new(Check::Xml(error))))?;
    let root = document.root();
    if !root.is(PROTOCOL, expected) {
        let found = Shown::new(root.local_name());
        let check = Check::RootUnexpected { expected, found };
        return Err(Refusal::of(FailedCheck::at_element(check, root)));
    }
    Ok(document)
}

/// The two messages of the single logout profile: saml-profiles §4.4.
///
/// See [`RedirectQuery`](super::RedirectQuery) for an example.
#[expect(clippy::exhaustive_enums, reason = "the protocol has these two")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogoutMessage {
    /// `LogoutRequest`, in the parameter `SAMLRequest`: the identity provider ends sessions.
    Request,
    /// `LogoutResponse`, in the parameter `SAMLResponse`: it answers this service's request.
    Response,
}

impl LogoutMessage {
    pub(super) const fn parameter(self) -> &'static str {
        match self {
            Self::Request => SAML_REQUEST,
            Self::Response => SAML_RESPONSE,
        }
    }

    const fn root_name(self) -> &'static str {
        match self {
            Self::Request => "LogoutRequest",
            Self::Response => "LogoutResponse",
        }
    }

    pub(super) const fn part(self) -> Part {
        match self {
            Self::Request => Part::LogoutRequest,
            Self::Response => Part::LogoutResponse,
        }
    }

    /// A document with this root and without what serves signature wrapping.
    pub(super) fn parse(self, octets: Vec<u8>) -> Result<Document<'static>, Refusal> {
        let document = parse_document(octets, self.root_name())?;
        let mut findings = Findings::default();
        check_wrapping(&document, &mut findings);
        findings.verdict()?;
        Ok(document)
    }
}

/// The text of the issuer at the head of a logout message of which nothing is trusted.
pub(super) fn claimed_issuer(message: Element<'_>) -> Option<String> {
    message
        .children()
        .next()
        .filter(|child| child.is(ASSERTION, "Issuer"))
        .map(|issuer| identifier(issuer).into_owned())
}

/// A logout message that a connection's key signed from its first octet to its last.
#[derive(Debug)]
pub(super) struct SignedMessage {
    octets: SignedOctets,
    pub(super) signature: SignedPart,
    /// Signed together with the message; the POST binding leaves it to the form.
    pub(super) relay_state: Option<Personal>,
}

#[derive(Debug)]
enum SignedOctets {
    /// By a signature inside the message: what was hashed, read again.
    Enveloped(VerifiedElement),
    /// By a signature beside it: the whole message.
    Detached(Document<'static>),
}

impl SignedMessage {
    /// By the signature inside the message: saml-bindings §3.5.4.
    pub(super) fn enveloped(
        document: &Document<'_>,
        message: LogoutMessage,
        idp: &IdentityProvider,
    ) -> Result<Self, Refusal> {
        let signed = verify_enveloped(document.root(), idp.keys(), idp.level())
            .map_err(|error| Refusal::of(FailedCheck::new(Check::Signature(error))))?;
        Ok(Self {
            signature: SignedPart::of(message.part(), signed.signature()),
            octets: SignedOctets::Enveloped(signed),
            relay_state: None,
        })
    }

    /// By a signature beside the message, which the caller has verified over all of `document`.
    pub(super) const fn detached(
        document: Document<'static>,
        signature: SignedPart,
        relay_state: Option<Personal>,
    ) -> Self {
        Self {
            octets: SignedOctets::Detached(document),
            signature,
            relay_state,
        }
    }

    /// The message as it was signed.
    pub(super) fn root(&self) -> Element<'_> {
        self.document().root()
    }

    pub(super) const fn document(&self) -> &Document<'static> {
        match &self.octets {
            SignedOctets::Enveloped(signed) => signed.document(),
            SignedOctets::Detached(document) => document,
        }
    }
}
