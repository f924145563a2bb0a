//! Verifying an enveloped signature, down to the octets that were hashed.

use crate::error::Shown;
use crate::limits::XmlLimits;
use crate::xml::{Dialect, Document, Element};

use super::signature::{ClaimedSignature, DSIG};
use super::signature_error::{SignatureError, SignatureErrorKind as Kind};
use super::{
    AlgorithmLevel, AlgorithmWarning, Digest, SignatureAlgorithm, TrustedKeys, VerifiedBy,
};

/// What a verified signature covers, read again from the octets that were hashed.
///
/// Only a verified signature makes one. Whoever reads claims reads them from
/// [`VerifiedElement::root`], so that no other reading of the message can matter.
#[must_use = "a signature that is verified and not used protects nothing"]
#[derive(Debug)]
pub struct VerifiedElement {
    document: Document<'static>,
    signature: VerifiedSignature,
}

/// A signature that verified over what it refers to.
#[derive(Debug)]
pub(crate) struct VerifiedSignature {
    algorithm: SignatureAlgorithm,
    by: VerifiedBy,
    digest_warning: Option<AlgorithmWarning>,
}

impl VerifiedElement {
    /// The signed element, without its signature. See [`verify_enveloped`] for an example.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        self.document.root()
    }

    /// The signed element as a document of its own.
    pub(crate) const fn document(&self) -> &Document<'static> {
        &self.document
    }

    /// What the signature was made with. See [`verify_enveloped`] for an example.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.signature.algorithm
    }

    /// Which uploaded certificate's key verified. See [`verify_enveloped`] for an example.
    pub const fn verified_by(&self) -> &VerifiedBy {
        &self.signature.by
    }

    /// What was admitted although it is weak; empty at [`AlgorithmLevel::Modern`].
    /// See [`verify_enveloped`] for an example.
    pub fn warnings(&self) -> impl Iterator<Item = AlgorithmWarning> {
        self.signature.warnings()
    }

    pub(crate) const fn signature(&self) -> &VerifiedSignature {
        &self.signature
    }
}

impl VerifiedSignature {
    pub(crate) const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    pub(crate) const fn verified_by(&self) -> &VerifiedBy {
        &self.by
    }

    pub(crate) fn warnings(&self) -> impl Iterator<Item = AlgorithmWarning> {
        self.digest_warning
            .into_iter()
            .chain(self.by.warnings().iter().copied())
    }
}

/// The `Signature` that is a direct child of `parent`, if it has exactly one.
///
/// Its place in all the schemas is behind the `Issuer`, or the first where there is none.
///
/// # Errors
///
/// [`Kind::Several`] and [`Kind::Misplaced`].
pub(crate) fn signature_of(parent: Element<'_>) -> Result<Option<Element<'_>>, SignatureError> {
    let mut signatures = parent
        .children()
        .filter(|child| child.is(DSIG, "Signature"));
    let Some(first) = signatures.next() else {
        return Ok(None);
    };
    if let Some(second) = signatures.next() {
        return Err(SignatureError::at(Kind::Several, second));
    }
    let is_issuer = |child: &Element<'_>| child.local_name() == "Issuer";
    let mut children = parent.children().peekable();
    children.next_if(is_issuer);
    let is_in_place = children.next() == Some(first);
    match is_in_place && !children.next().as_ref().is_some_and(is_issuer) {
        true => Ok(Some(first)),
        false => Err(SignatureError::at(Kind::Misplaced, first)),
    }
}

/// Verifies the one enveloped signature of `parent`.
///
/// The profile is closed: the signature is a direct child of what it signs, its only reference is
/// to that element by `ID` (or by the empty URI for a root), the transforms are
/// enveloped-signature and at most one canonicalization, and the key is one of `keys`, whatever
/// `KeyInfo` says. The `ID` must be unique in the document over every spelling of the attribute.
///
/// # Errors
///
/// The first rule of the profile that the signature breaks. Cheap rules come first, and nothing
/// outside `SignedInfo` is hashed before the signature over it is verified.
///
/// ```
/// # use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates, verify_enveloped};
/// # use vestibule::{error::Explain, limits::XmlLimits, xml::{Dialect, Document}};
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/pysaml2.xml"));
/// let keys = TrustedKeys::from_certificates(&parse_certificates(pem)?)?;
/// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default())?;
/// let verified = verify_enveloped(document.root(), &keys, AlgorithmLevel::Modern)?;
/// assert_eq!(verified.root().local_name(), "Response");
/// assert_eq!(verified.algorithm().to_string(), "RSA with SHA-256");
/// assert_eq!(verified.verified_by().fingerprint(), keys.fingerprints().next().unwrap());
/// assert_eq!(verified.warnings().count(), 0);
///
/// let tampered = text.replace("Version=\"2.0\"", "Version=\"2.1\"");
/// let document = Document::parse(&tampered, Dialect::Saml, &XmlLimits::default())?;
/// let error = verify_enveloped(document.root(), &keys, AlgorithmLevel::Modern).unwrap_err();
/// assert_eq!(error.code(), "signature-digest-mismatch");
/// assert!(error.kind().to_string().contains("changed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify_enveloped(
    parent: Element<'_>,
    keys: &TrustedKeys,
    level: AlgorithmLevel,
) -> Result<VerifiedElement, SignatureError> {
    let (claimed, signature) = verify_claim(parent, keys, level)?;
    let form = claimed
        .reference_form
        .document(parent, Some(claimed.element))
        .map_err(|error| SignatureError::at(Kind::Canonical(error), parent))?;
    check_digest(&claimed, form.octets(), parent)?;
    form.check_dialect(Dialect::Saml)
        .map_err(|error| SignatureError::at(Kind::Octets(error), parent))?;
    Ok(VerifiedElement {
        document: form,
        signature,
    })
}

/// As [`verify_enveloped`], where nothing is read of what is signed, because it stands inside
/// something else that is signed and read.
///
/// # Errors
///
/// As [`verify_enveloped`].
pub(crate) fn check_enveloped(
    parent: Element<'_>,
    keys: &TrustedKeys,
    level: AlgorithmLevel,
) -> Result<VerifiedSignature, SignatureError> {
    let (claimed, signature) = verify_claim(parent, keys, level)?;
    let octets = claimed
        .reference_form
        .octets(parent, Some(claimed.element))
        .map_err(|error| SignatureError::at(Kind::Canonical(error), parent))?;
    check_digest(&claimed, octets.as_bytes(), parent)?;
    Ok(signature)
}

/// Verifies a signature that stands beside a document, over `before`, the document's text and
/// `after` without anything between them.
///
/// # Errors
///
/// A signature that does not verify, located at the parameter `parameter`; then a text that is not
/// the XML read here.
pub(crate) fn verify_beside(
    text: String,
    (before, after): (&str, &str),
    (algorithm, signature): (SignatureAlgorithm, &[u8]),
    (keys, level): (&TrustedKeys, AlgorithmLevel),
    parameter: &'static str,
) -> Result<VerifiedElement, SignatureError> {
    let signed = [before, &text, after].concat();
    let by = keys
        .verify(algorithm, level, signed.as_bytes(), signature)
        .map_err(|error| SignatureError::in_parameter(Kind::Verification(error), parameter))?;
    let document = Document::parse_owned(text, Dialect::Saml, &XmlLimits::default())
        .map_err(|error| SignatureError::in_parameter(Kind::Octets(error), parameter))?;
    Ok(VerifiedElement {
        document,
        signature: VerifiedSignature {
            algorithm,
            by,
            digest_warning: None,
        },
    })
}

/// Everything but the digest: the one signature of `parent` and its verified claim about it.
fn verify_claim<'d>(
    parent: Element<'d>,
    keys: &TrustedKeys,
    level: AlgorithmLevel,
) -> Result<(ClaimedSignature<'d>, VerifiedSignature), SignatureError> {
    let Some(signature) = signature_of(parent)? else {
        return Err(SignatureError::at(Kind::Missing, parent));
    };
    let claimed = ClaimedSignature::read(signature)?;
    check_reference(&claimed, parent)?;
    check_not_of_nothing(&claimed)?;
    let digest_warning = level
        .judge_digest(claimed.digest_algorithm)
        .map_err(|error| SignatureError::at(Kind::Algorithm(error), claimed.reference))?;
    let verified = VerifiedSignature {
        algorithm: claimed.algorithm,
        by: verify_signed_info(&claimed, keys, level)?,
        digest_warning,
    };
    Ok((claimed, verified))
}

/// `#` and the ID of the very element around the signature, or nothing at the root; and no other
/// element with that ID.
fn check_reference(
    claimed: &ClaimedSignature<'_>,
    parent: Element<'_>,
) -> Result<(), SignatureError> {
    let id = match parent.attribute("ID") {
        Some(id) if !id.is_empty() => id,
        _ => return Err(SignatureError::at(Kind::IdMissing, parent)),
    };
    let is_to_root = claimed.uri.is_empty() && parent.parent().is_none();
    if !is_to_root && claimed.uri.strip_prefix('#') != Some(id) {
        let found = Shown::new(claimed.uri);
        let kind = Kind::ReferenceMismatch { found };
        return Err(SignatureError::at(kind, claimed.reference));
    }
    let has_id = |element: &Element<'_>| ids_of(*element).any(|other| other == id);
    match parent.document_elements().filter(has_id).nth(1) {
        Some(second) => Err(SignatureError::at(Kind::IdDuplicate, second)),
        None => Ok(()),
    }
}

/// A claimed digest of no octets, whatever the canonical form yields here: other canonicalizers
/// have turned an error into an empty form, and signers have signed that.
fn check_not_of_nothing(claimed: &ClaimedSignature<'_>) -> Result<(), SignatureError> {
    let of_nothing = Digest::of(claimed.digest_algorithm, b"");
    match of_nothing.equals(&claimed.digest) {
        true => Err(SignatureError::at(Kind::DigestOfNothing, claimed.reference)),
        false => Ok(()),
    }
}

fn verify_signed_info(
    claimed: &ClaimedSignature<'_>,
    keys: &TrustedKeys,
    level: AlgorithmLevel,
) -> Result<VerifiedBy, SignatureError> {
    let signed_info = claimed
        .signed_info_form
        .octets(claimed.signed_info, None)
        .map_err(|error| SignatureError::at(Kind::Canonical(error), claimed.signed_info))?;
    keys.verify(
        claimed.algorithm,
        level,
        signed_info.as_bytes(),
        &claimed.value,
    )
    .map_err(|error| SignatureError::at(Kind::Verification(error), claimed.element))
}

fn check_digest(
    claimed: &ClaimedSignature<'_>,
    octets: &[u8],
    parent: Element<'_>,
) -> Result<(), SignatureError> {
    let digest = Digest::of(claimed.digest_algorithm, octets);
    match digest.equals(&claimed.digest) {
        true => Ok(()),
        false => Err(SignatureError::at(Kind::DigestMismatch, parent)),
    }
}

/// Refuses a document, or several that make one message, in which two elements have one ID.
///
/// # Errors
///
/// [`Kind::IdDuplicate`], at the second element.
pub(crate) fn check_ids<'d>(
    documents: impl IntoIterator<Item = &'d Document<'d>>,
) -> Result<(), SignatureError> {
    let mut ids: Vec<(&str, Element<'_>)> = Vec::new();
    for element in documents.into_iter().flat_map(Document::elements) {
        ids.extend(ids_of(element).map(|id| (id, element)));
    }
    ids.sort_by_key(|(id, _)| *id);
    for pair in ids.windows(2) {
        if let [(one, _), (other, second)] = pair
            && one == other
        {
            return Err(SignatureError::at(Kind::IdDuplicate, *second));
        }
    }
    Ok(())
}

/// An ID is any attribute whose local name is `ID` in any case and any namespace: what one reader
/// takes for an ID and another does not has been used to point a signature elsewhere.
fn ids_of<'d>(element: Element<'d>) -> impl Iterator<Item = &'d str> {
    element
        .attributes_named(|name| name.eq_ignore_ascii_case("id"))
        .map(|attribute| attribute.value)
}
