//! The structure of one encrypted element, under a closed profile: XML Encryption 1.1, section 3.
//!
//! Everything is read by position, and whatever the profile does not name fails the decryption.
//! Keys stand inside the `EncryptedData`, or beside it, or beside it with a `RetrievalMethod`
//! that names them; no reference leads out of the encrypted element.

use crate::dsig::{AlgorithmLevel, DSIG, DigestAlgorithm, base64};
use crate::limits::{MAX_ENCRYPTED_KEY_BYTES, MAX_ENCRYPTED_KEYS, MAX_FORM_VALUE_BYTES};
use crate::xml::{Element, Node};

use super::algorithm::{
    ContentAlgorithm, KeyTransport, RSA_OAEP, RSA_OAEP_MGF1P, RSA_PKCS1, XENC11, label_digest,
    mask_digest,
};
use super::content::EncryptedContent;
use super::key::DecryptionFailed;

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// `EncryptedData/@Type`: saml-core §2.2.4.
const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
/// `RetrievalMethod/@Type`.
const ENCRYPTED_KEY: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";

type Read<T> = Result<T, DecryptionFailed>;

/// An encrypted element, its parts read but nothing decrypted.
pub(super) struct Encrypted {
    pub(super) algorithm: ContentAlgorithm,
    ciphertext: Vec<u8>,
    keys: Vec<WrappedKey>,
}

/// A key that is encrypted to some public key.
pub(super) struct WrappedKey {
    pub(super) transport: KeyTransport,
    pub(super) label: Vec<u8>,
    pub(super) octets: Vec<u8>,
    recipient: Option<String>,
}

impl Encrypted {
    /// saml-core §2.2.4: one `EncryptedData`, then any `EncryptedKey`s.
    pub(super) fn read(element: Element<'_>, level: AlgorithmLevel) -> Read<Self> {
        let mut parts = Parts::of(element)?;
        let data = parts.required(XENC, "EncryptedData")?;
        let beside = parts.all(XENC, "EncryptedKey");
        parts.end()?;
        check_attributes(data, &["Id", "Type", "MimeType"])?;
        if data.attribute("Type").is_some_and(|kind| kind != ELEMENT) {
            return Err(DecryptionFailed);
        }
        let mut parts = Parts::of(data)?;
        let method = parts.required(XENC, "EncryptionMethod")?;
        let key_info = parts.optional(DSIG, "KeyInfo");
        let ciphertext = cipher_value(parts.required(XENC, "CipherData")?, MAX_FORM_VALUE_BYTES)?;
        parts.end()?;
        Parts::of(method)?.end()?;
        let algorithm = ContentAlgorithm::from_uri(algorithm_uri(method)?)
            .filter(|algorithm| algorithm.is_admitted_at(level))
            .ok_or(DecryptionFailed)?;
        Ok(Self {
            algorithm,
            ciphertext,
            keys: read_keys(data, key_info, beside, level)?,
        })
    }

    /// The content with each of its keys.
    pub(super) fn contents(&self) -> impl Iterator<Item = EncryptedContent<'_>> {
        self.keys.iter().map(|key| EncryptedContent {
            algorithm: self.algorithm,
            ciphertext: &self.ciphertext,
            key,
        })
    }
}

/// The keys that `KeyInfo` holds or names; all that stand beside the data when it does neither.
fn read_keys(
    data: Element<'_>,
    key_info: Option<Element<'_>>,
    beside: Vec<Element<'_>>,
    level: AlgorithmLevel,
) -> Read<Vec<WrappedKey>> {
    let mut elements = Vec::new();
    for child in key_info
        .map(child_elements)
        .transpose()?
        .unwrap_or_default()
    {
        match (child.namespace(), child.local_name()) {
            (XENC, "EncryptedKey") => elements.push(child),
            (DSIG, "RetrievalMethod") => elements.push(retrieve(child, &beside)?),
            // Hints at a key pair; the keys of the connection are few and all tried.
            (DSIG, "KeyName" | "X509Data") => {}
            _ => return Err(DecryptionFailed),
        }
    }
    if elements.is_empty() {
        elements = beside;
    }
    if elements.is_empty() || elements.len() > MAX_ENCRYPTED_KEYS {
        return Err(DecryptionFailed);
    }
    let mut keys: Vec<WrappedKey> = Vec::new();
    for element in elements {
        let key = read_key(element, data, level)?;
        // One key for each recipient: XML Encryption 1.1, section 3.5.1.
        if keys.iter().any(|other| other.recipient == key.recipient) {
            return Err(DecryptionFailed);
        }
        keys.push(key);
    }
    Ok(keys)
}

/// The very `EncryptedKey` beside the data that a `RetrievalMethod` names; IDs are unique in the
/// whole message.
fn retrieve<'d>(method: Element<'d>, beside: &[Element<'d>]) -> Read<Element<'d>> {
    check_attributes(method, &["Type", "URI"])?;
    Parts::of(method)?.end()?;
    let id = method
        .attribute("URI")
        .and_then(|uri| uri.strip_prefix('#'));
    let kind = method.attribute("Type");
    if id.is_none_or(str::is_empty) || kind.is_some_and(|kind| kind != ENCRYPTED_KEY) {
        return Err(DecryptionFailed);
    }
    let mut named = beside.iter().filter(|key| key.attribute("Id") == id);
    named.next().copied().ok_or(DecryptionFailed)
}

/// `EncryptedKey`; its own `KeyInfo` is a hint and is not read.
fn read_key(element: Element<'_>, data: Element<'_>, level: AlgorithmLevel) -> Read<WrappedKey> {
    check_attributes(element, &["Id", "Type", "MimeType", "Recipient"])?;
    let mut parts = Parts::of(element)?;
    let method = parts.required(XENC, "EncryptionMethod")?;
    parts.optional(DSIG, "KeyInfo");
    let octets = cipher_value(parts.required(XENC, "CipherData")?, MAX_ENCRYPTED_KEY_BYTES)?;
    if let Some(references) = parts.optional(XENC, "ReferenceList") {
        check_references(references, data)?;
    }
    parts.optional(XENC, "CarriedKeyName");
    parts.end()?;
    let (transport, label) = read_transport(method)?;
    if !transport.is_admitted_at(level) {
        return Err(DecryptionFailed);
    }
    Ok(WrappedKey {
        transport,
        label,
        octets,
        recipient: element.attribute("Recipient").map(str::to_owned),
    })
}

/// What a key says that it encrypts must be this data and nothing else.
fn check_references(references: Element<'_>, data: Element<'_>) -> Read<()> {
    let mut parts = Parts::of(references)?;
    let reference = parts.required(XENC, "DataReference")?;
    parts.end()?;
    let named = reference
        .attribute("URI")
        .and_then(|uri| uri.strip_prefix('#'));
    match named.is_some() && named == data.attribute("Id") {
        true => Ok(()),
        false => Err(DecryptionFailed),
    }
}

/// The key transport and its label: XML Encryption 1.1, section 5.5.
fn read_transport(method: Element<'_>) -> Read<(KeyTransport, Vec<u8>)> {
    let uri = algorithm_uri(method)?;
    let mut parts = Parts::of(method)?;
    if uri == RSA_PKCS1 {
        parts.end()?;
        return Ok((KeyTransport::RsaPkcs1, Vec::new()));
    }
    let label = match parts.optional(XENC, "OAEPparams") {
        Some(label) => octets(label, MAX_ENCRYPTED_KEY_BYTES)?,
        None => Vec::new(),
    };
    // Both orders are in use.
    let mask = parts.optional(XENC11, "MGF");
    let digest = parts.optional(DSIG, "DigestMethod");
    let mask = mask.or_else(|| parts.optional(XENC11, "MGF"));
    parts.end()?;
    if uri != RSA_OAEP && (uri != RSA_OAEP_MGF1P || mask.is_some()) {
        return Err(DecryptionFailed);
    }
    let transport = KeyTransport::RsaOaep {
        digest: parameter(digest, label_digest)?,
        mask_digest: parameter(mask, mask_digest)?,
    };
    Ok((transport, label))
}

/// SHA-1 where the message names none.
fn parameter(
    element: Option<Element<'_>>,
    by_uri: fn(&str) -> Option<DigestAlgorithm>,
) -> Read<DigestAlgorithm> {
    let Some(element) = element else {
        return Ok(DigestAlgorithm::Sha1);
    };
    Parts::of(element)?.end()?;
    by_uri(algorithm_uri(element)?).ok_or(DecryptionFailed)
}

fn algorithm_uri<'d>(element: Element<'d>) -> Read<&'d str> {
    check_attributes(element, &["Algorithm"])?;
    element.attribute("Algorithm").ok_or(DecryptionFailed)
}

/// The octets in the message itself: a `CipherReference` would lead out of it.
fn cipher_value(data: Element<'_>, limit: usize) -> Read<Vec<u8>> {
    let mut parts = Parts::of(data)?;
    let value = parts.required(XENC, "CipherValue")?;
    parts.end()?;
    octets(value, limit)
}

fn octets(element: Element<'_>, limit: usize) -> Read<Vec<u8>> {
    let mut nodes = element.nodes();
    match (nodes.next(), nodes.next()) {
        (Some(Node::Text(text)), None) => {
            base64::decode(text.as_bytes(), limit).map_err(|_| DecryptionFailed)
        }
        _ => Err(DecryptionFailed),
    }
}

fn check_attributes(element: Element<'_>, known: &[&str]) -> Read<()> {
    let is_known = element
        .attributes()
        .all(|one| one.namespace.is_empty() && known.contains(&one.local_name));
    match is_known {
        true => Ok(()),
        false => Err(DecryptionFailed),
    }
}

/// The child elements, when there is nothing else but white space.
fn child_elements<'d>(element: Element<'d>) -> Read<Vec<Element<'d>>> {
    let mut children = Vec::new();
    for node in element.nodes() {
        match node {
            Node::Element(child) => children.push(child),
            Node::Text(text) if text.trim_ascii().is_empty() => {}
            _ => return Err(DecryptionFailed),
        }
    }
    Ok(children)
}

/// The children of an element, taken in the order that the schema gives.
struct Parts<'d>(std::iter::Peekable<std::vec::IntoIter<Element<'d>>>);

impl<'d> Parts<'d> {
    fn of(parent: Element<'d>) -> Read<Self> {
        Ok(Self(child_elements(parent)?.into_iter().peekable()))
    }

    fn optional(&mut self, namespace: &str, name: &str) -> Option<Element<'d>> {
        self.0.next_if(|child| child.is(namespace, name))
    }

    fn required(&mut self, namespace: &str, name: &str) -> Read<Element<'d>> {
        self.optional(namespace, name).ok_or(DecryptionFailed)
    }

    fn all(&mut self, namespace: &str, name: &str) -> Vec<Element<'d>> {
        std::iter::from_fn(|| self.optional(namespace, name)).collect()
    }

    fn end(mut self) -> Read<()> {
        match self.0.next() {
            Some(_) => Err(DecryptionFailed),
            None => Ok(()),
        }
    }
}
