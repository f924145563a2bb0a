//! A response of which a connection's key signed at least the assertion.

use std::sync::Arc;

use crate::dsig::{
    AlgorithmLevel, SignatureError, SignatureErrorKind, TrustedKeys, VerifiedElement,
    VerifiedSignature, check_enveloped, signature_of, verify_enveloped,
};
use crate::identity::ConnectionId;
use crate::xml::{Document, Element};

use super::check::Check;
use super::encryption::{DecryptedParts, Opened, Opener};
use super::envelope::{Envelope, Standing};
use super::login::{Part, SignedPart};
use super::mapping::AttributeMapping;
use super::party::{EntityId, IdentityProvider};
use super::practice::Practice;
use super::refusal::{FailedCheck, Findings, Refusal};
use super::structure::ResponseParts;

/// A response whose assertion was signed by the connection's identity provider.
///
/// Whom it is for, when, and in answer to what is not judged yet: that is
/// [`VerifiedResponse::accept`]. It is made by [`ParsedResponse::verify`] and by nothing else.
///
/// [`ParsedResponse::verify`]: super::ParsedResponse::verify
#[must_use = "a verified response signs nobody in before it is accepted"]
#[derive(Debug)]
pub struct VerifiedResponse {
    pub(super) connection: ConnectionId,
    pub(super) issuer: EntityId,
    pub(super) mapping: Arc<AttributeMapping>,
    pub(super) practice: Practice,
    pub(super) envelope: Envelope,
    assertion: TrustedAssertion,
    pub(super) decrypted: DecryptedParts,
    pub(super) signatures: Vec<SignedPart>,
}

/// Where the assertion is read from; a key of the connection signed all of it.
#[derive(Debug)]
enum TrustedAssertion {
    /// The hashed octets of the assertion itself.
    Alone(VerifiedElement),
    /// Decrypted from the hashed octets of the response, without a signature of its own.
    Decrypted(Opened),
    /// The hashed octets of the response around it.
    InResponse(VerifiedElement),
}

impl TrustedAssertion {
    /// What was decrypted from signed octets, and what stands around it when it has a signature of its
    /// own.
    fn opened(opened: Opened, own: Option<VerifiedElement>) -> (Self, Option<Opened>) {
        match own {
            Some(signed) => (Self::Alone(signed), Some(opened)),
            None => (Self::Decrypted(opened), None),
        }
    }

    fn element(&self) -> Option<Element<'_>> {
        match self {
            Self::Alone(signed) => Some(signed.root()),
            Self::Decrypted(opened) => Some(opened.element()),
            Self::InResponse(signed) => parts_of(signed.root()).assertion,
        }
    }
}

impl VerifiedResponse {
    pub(super) fn verify(document: &Document<'_>, idp: &IdentityProvider) -> Result<Self, Refusal> {
        let parts = parts_of(document.root());
        match (parts.assertion, parts.encrypted, idp.decryption_keys()) {
            (Some(assertion), _, keys) => {
                let opener = keys.map(|keys| Opener::new(keys, idp.level(), document));
                Self::in_clear(document.root(), assertion, opener.as_ref(), idp)
            }
            (None, Some(encrypted), Some(keys)) => {
                let opener = Opener::new(keys, idp.level(), document);
                Self::encrypted(document.root(), encrypted, &opener, idp)
            }
            (None, Some(encrypted), None) => {
                let check = Check::AssertionEncrypted;
                Err(Refusal::of(FailedCheck::at_element(check, encrypted)))
            }
            (None, None, _) => Err(without_assertion(document.root())),
        }
    }

    fn in_clear(
        response: Element<'_>,
        assertion: Element<'_>,
        opener: Option<&Opener<'_>>,
        idp: &IdentityProvider,
    ) -> Result<Self, Refusal> {
        let mut findings = Findings::default();
        let of_response = verify_part(response, idp, &mut findings);
        let envelope = envelope(response, of_response.as_ref());
        let (assertion, signatures) = match of_response {
            // The assertion is read inside the response; its own signature must hold all the same.
            Some(signed) => {
                let of_assertion = check_part(assertion, idp, &mut findings);
                let signatures = signed_parts(Some(signed.signature()), of_assertion.as_ref());
                (Some(TrustedAssertion::InResponse(signed)), signatures)
            }
            None => {
                let of_assertion = verify_part(assertion, idp, &mut findings);
                let signature = of_assertion.as_ref().map(VerifiedElement::signature);
                let signatures = signed_parts(None, signature);
                (of_assertion.map(TrustedAssertion::Alone), signatures)
            }
        };
        findings.verdict()?;
        let assertion = assertion.ok_or_else(|| unsigned(response))?;
        let decrypted = decrypted_parts(&assertion, opener, None)?;
        Ok(Self::new(idp, envelope, assertion, decrypted, signatures))
    }

    /// A signed response is verified before anything of it is decrypted, and what is decrypted is
    /// read from the hashed octets. In an unsigned one the assertion itself must be signed.
    fn encrypted(
        response: Element<'_>,
        encrypted: Element<'_>,
        opener: &Opener<'_>,
        idp: &IdentityProvider,
    ) -> Result<Self, Refusal> {
        let mut findings = Findings::default();
        let of_response = verify_part(response, idp, &mut findings);
        findings.verdict()?;
        let encrypted = match &of_response {
            Some(signed) => parts_of(signed.root()).encrypted,
            None => Some(encrypted),
        };
        let opened = encrypted
            .and_then(|encrypted| opener.open(encrypted, "Assertion", [].iter()).ok())
            .ok_or_else(decryption_failed)?;
        let mut findings = Findings::default();
        let of_assertion = verify_part(opened.element(), idp, &mut findings);
        if of_response.is_none() && of_assertion.is_none() && !opened.is_authenticated() {
            // Why the signature fails would tell what the octets decrypted to.
            return Err(decryption_failed());
        }
        findings.verdict()?;
        let envelope = envelope(response, of_response.as_ref());
        let signatures = signed_parts(
            of_response.as_ref().map(VerifiedElement::signature),
            of_assertion.as_ref().map(VerifiedElement::signature),
        );
        if of_response.is_none() && of_assertion.is_none() {
            return Err(unsigned(response));
        }
        let (assertion, around) = TrustedAssertion::opened(opened, of_assertion);
        let decrypted = decrypted_parts(&assertion, Some(opener), around.as_ref())?;
        Ok(Self::new(idp, envelope, assertion, decrypted, signatures))
    }

    fn new(
        idp: &IdentityProvider,
        envelope: Envelope,
        assertion: TrustedAssertion,
        decrypted: DecryptedParts,
        signatures: Vec<SignedPart>,
    ) -> Self {
        Self {
            connection: idp.connection().clone(),
            issuer: idp.entity_id().clone(),
            mapping: Arc::clone(idp.mapping()),
            practice: idp.practice().clone(),
            envelope,
            assertion,
            decrypted,
            signatures,
        }
    }

    /// A response of which every octet was signed from beside it; a signature inside it must
    /// verify as well.
    pub(super) fn signed_beside(
        signed: VerifiedElement,
        idp: &IdentityProvider,
    ) -> Result<Self, Refusal> {
        let response = signed.root();
        let mut findings = Findings::default();
        let mut signatures = vec![SignedPart::of(Part::Response, signed.signature())];
        let mut add = |part, signature: Option<&VerifiedSignature>| {
            signatures.extend(signature.map(|signature| SignedPart::of(part, signature)));
        };
        add(
            Part::Response,
            check_part(response, idp, &mut findings).as_ref(),
        );
        let envelope = envelope(response, Some(&signed));
        let keys = idp.decryption_keys();
        let opener = keys.map(|keys| Opener::new(keys, idp.level(), signed.document()));
        let parts = parts_of(response);
        let (assertion, decrypted) = match (parts.assertion, parts.encrypted, opener) {
            (Some(assertion), _, opener) => {
                let inside = check_part(assertion, idp, &mut findings);
                add(Part::Assertion, inside.as_ref());
                findings.verdict()?;
                let decrypted = parts_inside(assertion, opener.as_ref(), None)?;
                (TrustedAssertion::InResponse(signed), decrypted)
            }
            (None, Some(encrypted), Some(opener)) => {
                findings.verdict()?;
                let opened = opener.open(encrypted, "Assertion", [].iter());
                let opened = opened.map_err(|_| decryption_failed())?;
                let mut findings = Findings::default();
                let inside = verify_part(opened.element(), idp, &mut findings);
                findings.verdict()?;
                add(
                    Part::Assertion,
                    inside.as_ref().map(VerifiedElement::signature),
                );
                let (assertion, around) = TrustedAssertion::opened(opened, inside);
                let decrypted = decrypted_parts(&assertion, Some(&opener), around.as_ref())?;
                (assertion, decrypted)
            }
            (None, Some(encrypted), None) => {
                let check = Check::AssertionEncrypted;
                return Err(Refusal::of(FailedCheck::at_element(check, encrypted)));
            }
            (None, None, _) => return Err(without_assertion(response)),
        };
        Ok(Self::new(idp, envelope, assertion, decrypted, signatures))
    }

    /// What was signed by which key; the response first, at least one.
    /// See [the module](super) for an example.
    #[must_use]
    pub fn signatures(&self) -> &[SignedPart] {
        &self.signatures
    }

    /// The assertion as it was hashed, or decrypted from what was hashed.
    pub(super) fn assertion(&self) -> Option<Element<'_>> {
        self.assertion.element()
    }
}

fn parts_of(response: Element<'_>) -> ResponseParts<'_> {
    ResponseParts::of(response, &mut Findings::default())
}

/// What stands around the assertion, from the hashed octets where there are some.
fn envelope(response: Element<'_>, signed: Option<&VerifiedElement>) -> Envelope {
    let (root, standing) = match signed {
        Some(signed) => (signed.root(), Standing::Signed),
        None => (response, Standing::Unsigned),
    };
    let parts = parts_of(root);
    Envelope::of(root, parts.issuer, parts.status, standing)
}

fn signed_parts(
    response: Option<&VerifiedSignature>,
    assertion: Option<&VerifiedSignature>,
) -> Vec<SignedPart> {
    let of_response = response.map(|signed| SignedPart::of(Part::Response, signed));
    let of_assertion = assertion.map(|signed| SignedPart::of(Part::Assertion, signed));
    of_response.into_iter().chain(of_assertion).collect()
}

/// What stands encrypted inside the assertion; nothing for a connection without a key.
fn decrypted_parts(
    assertion: &TrustedAssertion,
    opener: Option<&Opener<'_>>,
    around: Option<&Opened>,
) -> Result<DecryptedParts, Refusal> {
    let around = match assertion {
        TrustedAssertion::Decrypted(opened) => Some(opened),
        _ => around,
    };
    match assertion.element() {
        Some(element) => parts_inside(element, opener, around),
        None => Ok(DecryptedParts::default()),
    }
}

fn parts_inside(
    assertion: Element<'_>,
    opener: Option<&Opener<'_>>,
    around: Option<&Opened>,
) -> Result<DecryptedParts, Refusal> {
    let Some(opener) = opener else {
        return Ok(DecryptedParts::default());
    };
    DecryptedParts::of_assertion(assertion, opener, around).map_err(|_| decryption_failed())
}

/// The one refusal for all that can go wrong between an encrypted element and what is inside it.
fn decryption_failed() -> Refusal {
    Refusal::of(FailedCheck::new(Check::DecryptionFailed))
}

fn unsigned(response: Element<'_>) -> Refusal {
    let error = SignatureError::at(SignatureErrorKind::Missing, response);
    Refusal::of(FailedCheck::new(Check::Signature(error)))
}

/// A failure that the identity provider reports comes without an assertion.
fn without_assertion(response: Element<'_>) -> Refusal {
    let mut findings = Findings::default();
    envelope(response, None).judge_status(&mut findings);
    let missing = FailedCheck::at_element(Check::AssertionMissing, response);
    match findings.verdict() {
        Ok(()) => Refusal::of(missing),
        Err(refusal) => refusal.and(missing),
    }
}

fn verify_part(
    element: Element<'_>,
    idp: &IdentityProvider,
    findings: &mut Findings,
) -> Option<VerifiedElement> {
    judge_part(element, idp, verify_enveloped, findings)
}

/// As [`verify_part`], of an element that is read inside another.
fn check_part(
    element: Element<'_>,
    idp: &IdentityProvider,
    findings: &mut Findings,
) -> Option<VerifiedSignature> {
    judge_part(element, idp, check_enveloped, findings)
}

/// Nothing where there is no signature.
fn judge_part<T>(
    element: Element<'_>,
    idp: &IdentityProvider,
    verify: impl Fn(Element<'_>, &TrustedKeys, AlgorithmLevel) -> Result<T, SignatureError>,
    findings: &mut Findings,
) -> Option<T> {
    let verified = match signature_of(element) {
        Ok(None) => return None,
        Ok(Some(_)) => verify(element, idp.keys(), idp.level()),
        Err(error) => Err(error),
    };
    verified
        .map_err(|error| findings.add(FailedCheck::new(Check::Signature(error))))
        .ok()
}
