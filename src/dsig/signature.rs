//! The structure of one `Signature` element, under the closed profile.
//!
//! Everything is read by position, and whatever the profile does not name refuses the signature:
//! a second `SignedInfo`, an `Object`, an unknown transform, a parameter, stray text. `KeyInfo` is
//! looked at for its shape only; no key is ever read from it.

use crate::limits::MAX_SIGNATURE_VALUE_BYTES;
use crate::xml::{Canonical, CanonicalMethod, Element, Node};

use super::base64;
use super::signature_error::{SignatureError, SignatureErrorKind as Kind};
use super::{DigestAlgorithm, SignatureAlgorithm};

/// The namespace of XML signatures.
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// A signature as the message claims it, its parts read but nothing verified.
pub(super) struct ClaimedSignature<'d> {
    /// The `Signature` itself.
    pub(super) element: Element<'d>,
    pub(super) signed_info: Element<'d>,
    pub(super) signed_info_form: Canonical<'d>,
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) reference: Element<'d>,
    /// `Reference/@URI`.
    pub(super) uri: &'d str,
    pub(super) reference_form: Canonical<'d>,
    pub(super) digest_algorithm: DigestAlgorithm,
    pub(super) digest: Vec<u8>,
    pub(super) value: Vec<u8>,
}

impl<'d> ClaimedSignature<'d> {
    /// XML Signature §4.2 to §4.4, in the order of the schema.
    pub(super) fn read(signature: Element<'d>) -> Result<Self, SignatureError> {
        let mut parts = Parts::of(signature)?;
        let signed_info = parts.required("SignedInfo")?;
        let value = octets(parts.required("SignatureValue")?)?;
        if let Some(key_info) = parts.optional("KeyInfo") {
            check_key_info(key_info)?;
        }
        parts.end()?;

        let mut parts = Parts::of(signed_info)?;
        let method = parts.required("CanonicalizationMethod")?;
        let signed_info_form = canonical(method)?;
        let method = parts.required("SignatureMethod")?;
        check_empty(method)?;
        let algorithm = SignatureAlgorithm::from_uri(algorithm_uri(method)?)
            .map_err(|error| SignatureError::at(Kind::Algorithm(error), method))?;
        let reference = parts.required("Reference")?;
        parts.end()?;

        if reference.attribute("Type").is_some() {
            let attribute = "Type";
            return Err(SignatureError::at(
                Kind::AttributeUnexpected { attribute },
                reference,
            ));
        }
        let uri = required_attribute(reference, "URI")?;
        let mut parts = Parts::of(reference)?;
        let reference_form = transforms(parts.required("Transforms")?)?;
        let method = parts.required("DigestMethod")?;
        check_empty(method)?;
        let digest_algorithm = DigestAlgorithm::from_uri(algorithm_uri(method)?)
            .map_err(|error| SignatureError::at(Kind::Algorithm(error), method))?;
        let digest = octets(parts.required("DigestValue")?)?;
        parts.end()?;
        Ok(Self {
            element: signature,
            signed_info,
            signed_info_form,
            algorithm,
            reference,
            uri,
            reference_form,
            digest_algorithm,
            digest,
            value,
        })
    }
}

/// The enveloped-signature transform, then at most one canonicalization.
///
/// XML Signature §4.4.3.3: a reference into its own document, by `#ID` or by the empty URI, is to
/// nodes without comments, so that a form with comments has none to keep.
fn transforms<'d>(transforms: Element<'d>) -> Result<Canonical<'d>, SignatureError> {
    let mut parts = Parts::of(transforms)?;
    let enveloped = parts.required("Transform")?;
    if algorithm_uri(enveloped)? != ENVELOPED {
        return Err(SignatureError::at(Kind::TransformNotEnveloped, enveloped));
    }
    check_enveloped(enveloped)?;
    let form = match parts.optional("Transform") {
        Some(transform) => canonical(transform)?.without_comments(),
        // XML Signature §4.4.3.2: without one, it is Canonical XML 1.0.
        None => Canonical::new(CanonicalMethod::Inclusive10),
    };
    parts.end()?;
    Ok(form)
}

/// The transform has no parameter; xml-crypto writes it the `PrefixList` of its neighbour, in the
/// transform's own namespace, where it means nothing.
fn check_enveloped(transform: Element<'_>) -> Result<(), SignatureError> {
    match only_child(transform)? {
        None => Ok(()),
        Some(child) if child.is(ENVELOPED, "InclusiveNamespaces") => check_empty(child),
        Some(child) => Err(SignatureError::unexpected(child)),
    }
}

/// The canonicalization that a `CanonicalizationMethod` or a `Transform` names.
fn canonical<'d>(element: Element<'d>) -> Result<Canonical<'d>, SignatureError> {
    let uri = algorithm_uri(element)?;
    let Some(method) = CanonicalMethod::from_uri(uri) else {
        return Err(SignatureError::canonicalization(uri, element));
    };
    let form = Canonical::new(method);
    let Some(parameter) = only_child(element)? else {
        return Ok(form);
    };
    if !parameter.is(EXCLUSIVE, "InclusiveNamespaces") {
        return Err(SignatureError::unexpected(parameter));
    }
    check_empty(parameter)?;
    let list = parameter.attribute("PrefixList").unwrap_or_default();
    form.with_prefix_list(list)
        .map_err(|error| SignatureError::at(Kind::Canonical(error), parameter))
}

/// A certificate with something inside is no certificate, though its key is never used.
fn check_key_info(key_info: Element<'_>) -> Result<(), SignatureError> {
    key_info
        .descendants()
        .filter(|element| element.is(DSIG, "X509Certificate"))
        .try_for_each(|certificate| text_only(certificate).map(drop))
}

/// The octets of a base64 value; comments, instructions and elements inside are refused.
fn octets(element: Element<'_>) -> Result<Vec<u8>, SignatureError> {
    let text = text_only(element)?;
    base64::decode(text.as_bytes(), MAX_SIGNATURE_VALUE_BYTES)
        .map_err(|error| SignatureError::at(Kind::Base64(error), element))
}

fn text_only<'d>(element: Element<'d>) -> Result<&'d str, SignatureError> {
    let mut nodes = element.nodes();
    match (nodes.next(), nodes.next()) {
        (None, _) => Ok(""),
        (Some(Node::Text(text)), None) => Ok(text),
        _ => Err(SignatureError::at(Kind::ValueNotText, element)),
    }
}

fn algorithm_uri<'d>(element: Element<'d>) -> Result<&'d str, SignatureError> {
    required_attribute(element, "Algorithm")
}

fn required_attribute<'d>(
    element: Element<'d>,
    attribute: &'static str,
) -> Result<&'d str, SignatureError> {
    element
        .attribute(attribute)
        .ok_or_else(|| SignatureError::at(Kind::AttributeMissing { attribute }, element))
}

fn check_empty(element: Element<'_>) -> Result<(), SignatureError> {
    match only_child(element)? {
        Some(child) => Err(SignatureError::unexpected(child)),
        None => Ok(()),
    }
}

fn only_child<'d>(element: Element<'d>) -> Result<Option<Element<'d>>, SignatureError> {
    let children = child_elements(element)?;
    match children.as_slice() {
        [] => Ok(None),
        [child] => Ok(Some(*child)),
        [_, second, ..] => Err(SignatureError::unexpected(*second)),
    }
}

/// The child elements, when there is nothing else but white space and comments.
fn child_elements<'d>(element: Element<'d>) -> Result<Vec<Element<'d>>, SignatureError> {
    let mut children = Vec::new();
    for node in element.nodes() {
        match node {
            Node::Element(child) => children.push(child),
            Node::Comment(_) => {}
            Node::Text(text) if text.bytes().all(|byte| byte.is_ascii_whitespace()) => {}
            Node::Text(_) | Node::Instruction { .. } => {
                return Err(SignatureError::at(Kind::TextUnexpected, element));
            }
        }
    }
    Ok(children)
}

/// The children of an element, taken in the order that the schema gives.
struct Parts<'d> {
    parent: Element<'d>,
    children: std::iter::Peekable<std::vec::IntoIter<Element<'d>>>,
}

impl<'d> Parts<'d> {
    fn of(parent: Element<'d>) -> Result<Self, SignatureError> {
        let children = child_elements(parent)?.into_iter().peekable();
        Ok(Self { parent, children })
    }

    fn optional(&mut self, name: &'static str) -> Option<Element<'d>> {
        self.children.next_if(|child| child.is(DSIG, name))
    }

    fn required(&mut self, name: &'static str) -> Result<Element<'d>, SignatureError> {
        let parent = self.parent;
        match self.optional(name) {
            Some(child) => Ok(child),
            None => Err(SignatureError::at(Kind::ElementMissing { name }, parent)),
        }
    }

    fn end(&mut self) -> Result<(), SignatureError> {
        match self.children.next() {
            Some(child) => Err(SignatureError::unexpected(child)),
            None => Ok(()),
        }
    }
}
