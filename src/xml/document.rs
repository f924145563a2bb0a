//! The tree of a document: nodes in document order in one vector, text borrowed where it can be.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::error::Span;
use crate::limits::XmlLimits;

use super::element::Element;
use super::error::{XmlError, XmlErrorKind};
use super::namespace::NamespaceId;
use super::read::{self, Dialect};
use super::tag::offset;

/// A namespace-well-formed document without DOCTYPE.
///
/// Nodes stand in document order in one vector; a node's subtree is a range of it, so that walking,
/// canonicalizing and dropping need no recursion.
pub struct Document<'a> {
    pub(super) source: Cow<'a, str>,
    /// Text that differs from the source: resolved references, normalized line ends.
    pub(super) decoded: String,
    pub(super) nodes: Vec<NodeData>,
    pub(super) elements: Vec<ElementData>,
    pub(super) attributes: Vec<AttributeData>,
    pub(super) declarations: Vec<Declaration>,
    /// Target and data of each processing instruction.
    pub(super) instructions: Vec<(Text, Text)>,
    /// Distinct namespace names; [`NamespaceId`] is an index.
    pub(super) namespaces: Vec<Text>,
}

/// A piece of text: a range of the source, or of the decoded text.
#[derive(Clone, Copy)]
pub(super) struct Text {
    pub(super) origin: Origin,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Text {
    pub(super) const EMPTY: Self = Self {
        origin: Origin::Source,
        start: 0,
        end: 0,
    };

    /// What stands there in the source.
    pub(super) fn of_source(place: Range<usize>) -> Self {
        Self {
            origin: Origin::Source,
            start: offset(place.start),
            end: offset(place.end),
        }
    }

    pub(super) const fn place(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Origin {
    Source,
    Decoded,
}

/// A qualified name as written: `prefix:local` or `local`, a range of the source.
#[derive(Clone, Copy)]
pub(super) struct QualifiedName {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Bytes of the prefix; 0 when there is none.
    pub(super) prefix_length: u32,
}

impl QualifiedName {
    pub(super) fn new(at: Span, prefix_length: usize) -> Self {
        Self {
            start: offset(at.start),
            end: offset(at.end),
            prefix_length: offset(prefix_length),
        }
    }

    /// Prefix and local part of the name, which is written `text`.
    pub(super) fn parts(self, text: &str) -> (&str, &str) {
        match self.prefix_length as usize {
            0 => ("", text),
            length => {
                let (prefix, rest) = text.split_at_checked(length).unwrap_or(("", text));
                (prefix, rest.strip_prefix(':').unwrap_or(rest))
            }
        }
    }

    /// A name that stands at `place`, whose local part has `local_length` bytes.
    pub(super) fn at(place: Range<usize>, local_length: usize) -> Self {
        let before = place.len().saturating_sub(local_length);
        Self {
            start: offset(place.start),
            end: offset(place.end),
            prefix_length: offset(before.saturating_sub(1)),
        }
    }

    /// The same name at another place.
    pub(super) fn moved_to(self, place: Range<usize>) -> Self {
        Self {
            start: offset(place.start),
            end: offset(place.end),
            ..self
        }
    }
}

#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct NodeId(pub(super) u32);

impl NodeId {
    /// The document node, above the root element.
    pub(super) const DOCUMENT: Self = Self(0);

    pub(super) const fn following(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

pub(super) struct NodeData {
    pub(super) parent: NodeId,
    /// The first node behind this node's subtree.
    pub(super) end: NodeId,
    pub(super) content: Content,
}

#[derive(Clone, Copy)]
pub(super) enum Content {
    Document,
    Element(StartTag),
    Text(Text),
    Comment(Text),
    /// An index into `instructions`.
    Instruction(u32),
}

#[derive(Clone, Copy)]
pub(super) struct StartTag {
    /// What it says: an index into `elements`.
    pub(super) element: u32,
    /// Where it stands.
    pub(super) start: u32,
    pub(super) end: u32,
}

impl StartTag {
    pub(super) fn new(element: u32, at: Range<usize>) -> Self {
        Self {
            element,
            start: offset(at.start),
            end: offset(at.end),
        }
    }
}

/// What a start tag says. Elements whose start tags are the same octets in the same scope can share
/// one, whose positions are those of the first.
pub(super) struct ElementData {
    pub(super) name: QualifiedName,
    pub(super) namespace: NamespaceId,
    pub(super) attributes: (u32, u32),
    pub(super) declarations: (u32, u32),
}

pub(super) struct AttributeData {
    pub(super) name: QualifiedName,
    pub(super) namespace: NamespaceId,
    pub(super) value: Text,
}

/// `xmlns="…"` or `xmlns:prefix="…"`.
#[derive(Clone, Copy)]
pub(super) struct Declaration {
    /// Empty for the default namespace.
    pub(super) prefix: Text,
    pub(super) namespace: NamespaceId,
}

impl<'a> Document<'a> {
    /// Reads `text`, which must be a whole document.
    ///
    /// A byte order mark at the start is skipped. The declared encoding, if there is one, must be
    /// UTF-8 or ASCII.
    ///
    /// # Errors
    ///
    /// The first rule of XML 1.0 or Namespaces in XML 1.0 that the text breaks, or a bound of
    /// `limits`, with the bytes where it happened.
    ///
    /// ```
    /// use vestibule::error::{Explain, Span};
    /// use vestibule::limits::XmlLimits;
    /// use vestibule::xml::{Dialect, Document};
    ///
    /// let document = Document::parse("<a x='1'>t</a>", Dialect::Saml, &XmlLimits::default())?;
    /// assert_eq!(document.root().attribute("x"), Some("1"));
    ///
    /// let error = Document::parse("<a x='1' x='2'/>", Dialect::Saml, &XmlLimits::default())
    ///     .unwrap_err();
    /// assert_eq!(error.code(), "xml-attribute-duplicate");
    /// assert_eq!(error.span(), Span::new(9, 14));
    /// assert_eq!(error.earlier(), Some(Span::new(3, 8)));
    /// assert_eq!(error.kind().to_string(), "attribute `x` stands twice");
    /// # Ok::<(), vestibule::xml::XmlError>(())
    /// ```
    pub fn parse(text: &'a str, dialect: Dialect, limits: &XmlLimits) -> Result<Self, XmlError> {
        read::document(text, dialect, limits)
    }

    /// Reads bytes, which must be UTF-8. See [`Document::parse`].
    ///
    /// # Errors
    ///
    /// As [`Document::parse`], and `xml-not-utf8`.
    ///
    /// ```
    /// # use vestibule::{error::Explain, limits::XmlLimits, xml::{Dialect, Document}};
    /// let error = Document::parse_bytes(b"<a>\xFF</a>", Dialect::Saml, &XmlLimits::default());
    /// assert_eq!(error.unwrap_err().code(), "xml-not-utf8");
    /// ```
    pub fn parse_bytes(
        bytes: &'a [u8],
        dialect: Dialect,
        limits: &XmlLimits,
    ) -> Result<Self, XmlError> {
        read::document_bytes(bytes, dialect, limits)
    }

    /// Reads a text that the document keeps. See [`Document::parse`].
    ///
    /// # Errors
    ///
    /// As [`Document::parse`].
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// fn owned() -> Document<'static> {
    ///     Document::parse_owned("<a/>".to_owned(), Dialect::Saml, &XmlLimits::default()).unwrap()
    /// }
    /// assert_eq!(owned().root().local_name(), "a");
    /// ```
    pub fn parse_owned(
        text: String,
        dialect: Dialect,
        limits: &XmlLimits,
    ) -> Result<Document<'static>, XmlError> {
        let tree = Document::parse(&text, dialect, limits)?;
        // Positions only: the tree holds nothing of the text but the text itself.
        let Document {
            source: _,
            decoded,
            nodes,
            elements,
            attributes,
            declarations,
            instructions,
            namespaces,
        } = tree;
        Ok(Document {
            source: Cow::Owned(text),
            decoded,
            nodes,
            elements,
            attributes,
            declarations,
            instructions,
            namespaces,
        })
    }

    /// Reads bytes that the document keeps. See [`Document::parse_bytes`].
    ///
    /// # Errors
    ///
    /// As [`Document::parse_bytes`].
    ///
    /// ```
    /// # use vestibule::{error::Explain, limits::XmlLimits, xml::{Dialect, Document}};
    /// let bytes = vec![b'<', b'a', 0xFF];
    /// let error = Document::parse_owned_bytes(bytes, Dialect::Saml, &XmlLimits::default());
    /// assert_eq!(error.unwrap_err().code(), "xml-not-utf8");
    /// ```
    pub fn parse_owned_bytes(
        bytes: Vec<u8>,
        dialect: Dialect,
        limits: &XmlLimits,
    ) -> Result<Document<'static>, XmlError> {
        read::check_length(bytes.len(), limits)?;
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse_owned(text, dialect, limits),
            Err(error) => Err(read::not_utf8(error.utf8_error())),
        }
    }

    /// The text that the document was read from, or the octets that it is the tree of.
    pub(crate) fn octets(&self) -> &[u8] {
        self.source.as_bytes()
    }

    /// Refuses what the dialect has not, in a document that was read in another.
    pub(crate) fn check_dialect(&self, dialect: Dialect) -> Result<(), XmlError> {
        match self.instructions.first() {
            Some((target, _)) if dialect == Dialect::Saml => {
                let target = target.place();
                let at = Span::new(target.start, target.end);
                Err(XmlError::new(XmlErrorKind::ProcessingInstruction, at))
            }
            _ => Ok(()),
        }
    }

    /// The root element. See [`Document::parse`] for an example.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        let id = self
            .children_of(NodeId::DOCUMENT)
            .find(|id| matches!(self.node(*id).content, Content::Element(_)));
        Element {
            document: self,
            // The reader lets no document pass that has no root element.
            id: id.unwrap_or(NodeId::DOCUMENT),
        }
    }

    /// All elements in document order. See [`Element::attributes`] for an example.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        self.root().descendants()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made by the reader for this very document and are never public"
    )]
    pub(super) fn node(&self, id: NodeId) -> &NodeData {
        &self.nodes[id.index()]
    }

    pub(super) fn element_data(&self, id: NodeId) -> Option<&ElementData> {
        match self.node(id).content {
            Content::Element(tag) => self.elements.get(tag.element as usize),
            _ => None,
        }
    }

    /// The bytes of the element's start tag.
    pub(super) fn start_tag(&self, id: NodeId) -> Span {
        match self.node(id).content {
            Content::Element(tag) => Span::new(tag.start as usize, tag.end as usize),
            _ => Span::default(),
        }
    }

    pub(super) fn attributes_of(&self, element: &ElementData) -> &[AttributeData] {
        let (start, end) = element.attributes;
        self.attributes
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    pub(super) fn declarations_of(&self, element: &ElementData) -> &[Declaration] {
        let (start, end) = element.declarations;
        self.declarations
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    pub(super) fn children_of(&self, parent: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.node(parent).end;
        let mut next = parent.following();
        std::iter::from_fn(move || {
            let id = next;
            (id < end).then(|| {
                next = self.node(id).end;
                id
            })
        })
    }

    pub(super) fn text(&self, text: Text) -> &str {
        let from: &str = match text.origin {
            Origin::Source => &self.source,
            Origin::Decoded => &self.decoded,
        };
        from.get(text.place()).unwrap_or_default()
    }

    /// Target and data of a processing instruction.
    pub(super) fn instruction(&self, index: u32) -> (&str, &str) {
        self.instructions
            .get(index as usize)
            .map_or(("", ""), |(target, data)| {
                (self.text(*target), self.text(*data))
            })
    }

    /// Appends text that the source does not hold as it is read.
    pub(super) fn decode(&mut self, text: &str) -> Text {
        let start = offset(self.decoded.len());
        self.decoded.push_str(text);
        Text {
            origin: Origin::Decoded,
            start,
            end: offset(self.decoded.len()),
        }
    }

    pub(super) fn namespace_name(&self, id: NamespaceId) -> &str {
        self.namespaces
            .get(id.index())
            .map_or("", |name| self.text(*name))
    }

    pub(super) fn written_name(&self, name: QualifiedName) -> &str {
        self.source
            .get(name.start as usize..name.end as usize)
            .unwrap_or_default()
    }

    pub(super) fn prefix(&self, name: QualifiedName) -> &str {
        let end = name.start.saturating_add(name.prefix_length);
        self.source
            .get(name.start as usize..end as usize)
            .unwrap_or_default()
    }

    pub(super) fn local_name(&self, name: QualifiedName) -> &str {
        let separator = u32::from(name.prefix_length > 0);
        let start = name
            .start
            .saturating_add(name.prefix_length)
            .saturating_add(separator);
        self.source
            .get(start as usize..name.end as usize)
            .unwrap_or_default()
    }
}

/// Shapes only: a message may hold personal data.
impl fmt::Debug for Document<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("bytes", &self.source.len())
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}
