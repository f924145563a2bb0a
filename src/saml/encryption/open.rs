//! From an encrypted element to the element inside it, or to the one error.

use crate::dsig::{AlgorithmLevel, check_ids};
use crate::limits::XmlLimits;
use crate::xml::{Dialect, Document, Element, Node};

use super::super::namespace::ASSERTION;
use super::super::refusal::Findings;
use super::super::structure::check_wrapping;
use super::content::EncryptedContent;
use super::key::{DecryptionFailed, DecryptionKey, DecryptionKeys};
use super::read::Encrypted;

/// What decrypts the encrypted elements of one message.
pub(in crate::saml) struct Opener<'m> {
    keys: &'m DecryptionKeys,
    level: AlgorithmLevel,
    /// The message as it came, with whose IDs those inside must not collide.
    message: &'m Document<'m>,
}

impl<'m> Opener<'m> {
    pub(in crate::saml) const fn new(
        keys: &'m DecryptionKeys,
        level: AlgorithmLevel,
        message: &'m Document<'m>,
    ) -> Self {
        Self {
            keys,
            level,
            message,
        }
    }

    /// The one SAML element `name` inside `encrypted`. IDs inside must differ from those of the
    /// message and of `others`, which were opened before.
    pub(in crate::saml) fn open<'o>(
        &self,
        encrypted: Element<'_>,
        name: &'static str,
        others: impl Iterator<Item = &'o Opened>,
    ) -> Result<Opened, DecryptionFailed> {
        let content = Encrypted::read(encrypted, self.level)?;
        let is_authenticated = content.algorithm.is_authenticated();
        let opened = content
            .contents()
            .flat_map(|content| self.keys.iter().map(move |key| (content, key)))
            .find_map(|(content, key)| read_inside(encrypted, name, content, key).ok());
        let opened = Opened {
            document: opened.ok_or(DecryptionFailed)?,
            is_authenticated,
        };
        let documents = others.map(|other| &other.document);
        let documents = documents.chain([self.message, &opened.document]);
        check_ids(documents).map_err(|_| DecryptionFailed)?;
        Ok(opened)
    }
}

/// What stands decrypted, alone under a root that declares the namespaces around the encrypted
/// element.
#[derive(Debug)]
pub(in crate::saml) struct Opened {
    document: Document<'static>,
    is_authenticated: bool,
}

impl Opened {
    /// The element that was encrypted.
    pub(in crate::saml) fn element(&self) -> Element<'_> {
        let root = self.document.root();
        // There is exactly one; without it the root itself is no SAML element either.
        root.children().next().unwrap_or(root)
    }

    /// Whether a change of the encrypted octets would have been noticed.
    pub(in crate::saml) const fn is_authenticated(&self) -> bool {
        self.is_authenticated
    }
}

fn read_inside(
    encrypted: Element<'_>,
    name: &'static str,
    content: EncryptedContent<'_>,
    key: &dyn DecryptionKey,
) -> Result<Document<'static>, DecryptionFailed> {
    let plaintext = key.decrypt(&content)?;
    let plaintext = String::from_utf8(plaintext).map_err(|_| DecryptionFailed)?;
    let limits = XmlLimits::default();
    let document = Document::parse_within(encrypted, ROOT, &plaintext, Dialect::Saml, &limits)
        .map_err(|_| DecryptionFailed)?;
    let mut findings = Findings::default();
    check_wrapping(&document, &mut findings);
    match holds_only(document.root(), name) && findings.is_empty() {
        true => Ok(document),
        false => Err(DecryptionFailed),
    }
}

/// Whether the root has one node, and it is this SAML element.
fn holds_only(root: Element<'_>, name: &str) -> bool {
    let mut nodes = root.nodes();
    match (nodes.next(), nodes.next()) {
        (Some(Node::Element(child)), None) => child.is(ASSERTION, name),
        _ => false,
    }
}

/// The root around what was decrypted; its namespace is the default one there, if any.
const ROOT: &str = "Decrypted";
