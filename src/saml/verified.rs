//! A response of which a connection's key signed at least the assertion.

use crate::dsig::{
    SignatureError, SignatureErrorKind, VerifiedElement, signature_of, verify_enveloped,
};
use crate::identity::ConnectionId;
use crate::xml::{Document, Element};

use super::check::Check;
use super::envelope::{Envelope, Standing};
use super::login::{Part, SignedPart};
use super::mapping::AttributeMapping;
use super::party::{EntityId, IdentityProvider};
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
    pub(super) mapping: AttributeMapping,
    pub(super) envelope: Envelope,
    /// The hashed octets that claims are read from: the response's if it is signed.
    signed: VerifiedElement,
    covers: Part,
    pub(super) signatures: Vec<SignedPart>,
}

impl VerifiedResponse {
    pub(super) fn verify(document: &Document<'_>, idp: &IdentityProvider) -> Result<Self, Refusal> {
        let response = document.root();
        let parts = ResponseParts::of(response, &mut Findings::default());
        let Some(assertion) = parts.assertion else {
            let claimed = Envelope::of(response, parts.issuer, parts.status, Standing::Unsigned);
            return Err(without_assertion(&claimed, response));
        };
        let mut findings = Findings::default();
        let of_response = verify_part(response, idp, &mut findings);
        let of_assertion = verify_part(assertion, idp, &mut findings);
        findings.verdict()?;
        let mut signatures = Vec::new();
        signatures.extend(
            of_response
                .as_ref()
                .map(|signed| SignedPart::of(Part::Response, signed)),
        );
        signatures.extend(
            of_assertion
                .as_ref()
                .map(|signed| SignedPart::of(Part::Assertion, signed)),
        );
        let (signed, covers, envelope) = match (of_response, of_assertion) {
            (Some(signed), _) => {
                let root = signed.root();
                let parts = ResponseParts::of(root, &mut Findings::default());
                let envelope = Envelope::of(root, parts.issuer, parts.status, Standing::Signed);
                (signed, Part::Response, envelope)
            }
            (None, Some(signed)) => {
                let envelope =
                    Envelope::of(response, parts.issuer, parts.status, Standing::Unsigned);
                (signed, Part::Assertion, envelope)
            }
            (None, None) => {
                let error = SignatureError::at(SignatureErrorKind::Missing, response);
                return Err(Refusal::of(FailedCheck::new(Check::Signature(error))));
            }
        };
        Ok(Self {
            connection: idp.connection().clone(),
            issuer: idp.entity_id().clone(),
            mapping: idp.mapping().clone(),
            envelope,
            signed,
            covers,
            signatures,
        })
    }

    /// A response of which every octet was signed from beside it; a signature inside it must
    /// verify as well.
    pub(super) fn signed_beside(
        signed: VerifiedElement,
        idp: &IdentityProvider,
    ) -> Result<Self, Refusal> {
        let response = signed.root();
        let parts = ResponseParts::of(response, &mut Findings::default());
        let envelope = Envelope::of(response, parts.issuer, parts.status, Standing::Signed);
        let Some(assertion) = parts.assertion else {
            return Err(without_assertion(&envelope, response));
        };
        let mut findings = Findings::default();
        let mut signatures = vec![SignedPart::of(Part::Response, &signed)];
        for (part, element) in [(Part::Response, response), (Part::Assertion, assertion)] {
            let inside = verify_part(element, idp, &mut findings);
            signatures.extend(inside.map(|signed| SignedPart::of(part, &signed)));
        }
        findings.verdict()?;
        Ok(Self {
            connection: idp.connection().clone(),
            issuer: idp.entity_id().clone(),
            mapping: idp.mapping().clone(),
            envelope,
            signed,
            covers: Part::Response,
            signatures,
        })
    }

    /// What was signed by which key; the response first, at least one.
    /// See [the module](super) for an example.
    #[must_use]
    pub fn signatures(&self) -> &[SignedPart] {
        &self.signatures
    }

    /// The assertion as it was hashed.
    pub(super) fn assertion(&self) -> Option<Element<'_>> {
        let root = self.signed.root();
        match self.covers {
            Part::Assertion => Some(root),
            Part::Response => ResponseParts::of(root, &mut Findings::default()).assertion,
            Part::LogoutRequest | Part::LogoutResponse => None,
        }
    }
}

/// A failure that the identity provider reports comes without an assertion.
fn without_assertion(claimed: &Envelope, response: Element<'_>) -> Refusal {
    let mut findings = Findings::default();
    claimed.judge_status(&mut findings);
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
    let verified = match signature_of(element) {
        Ok(None) => return None,
        Ok(Some(_)) => verify_enveloped(element, idp.keys(), idp.level()),
        Err(error) => Err(error),
    };
    verified
        .map_err(|error| findings.add(FailedCheck::new(Check::Signature(error))))
        .ok()
}
