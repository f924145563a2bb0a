//! Elements, their attributes and their children, as readers of a document see them.

use std::borrow::Cow;
use std::fmt;

use crate::error::{Place, Span};

use super::document::{AttributeData, Content, Document, ElementData, NodeId, Origin};
use super::namespace::NO_NAMESPACE;

/// One element of a document.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) id: NodeId,
}

/// A child of an element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum Node<'d> {
    /// A comment's text.
    Comment(&'d str),
    /// An element.
    Element(Element<'d>),
    /// A processing instruction.
    Instruction {
        /// Its target.
        target: &'d str,
        /// What stands behind the target.
        data: &'d str,
    },
    /// A run of text: references resolved, CDATA sections joined in.
    Text(&'d str),
}

impl<'d> Element<'d> {
    /// The local part of the name. See [`Element::is`] for an example.
    #[must_use]
    pub fn local_name(self) -> &'d str {
        self.data()
            .map_or("", |data| self.document.local_name(data.name))
    }

    /// The namespace name, `""` for none. See [`Element::is`] for an example.
    #[must_use]
    pub fn namespace(self) -> &'d str {
        self.data()
            .map_or("", |data| self.document.namespace_name(data.namespace))
    }

    /// Whether the element has this expanded name.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// let text = "<p:a xmlns:p='urn:x'/>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let root = document.root();
    /// assert!(root.is("urn:x", "a"));
    /// assert_eq!((root.namespace(), root.local_name()), ("urn:x", "a"));
    /// ```
    #[must_use]
    pub fn is(self, namespace: &str, local_name: &str) -> bool {
        self.data().is_some_and(|data| {
            self.document.local_name(data.name) == local_name
                && self.document.namespace_name(data.namespace) == namespace
        })
    }

    /// The value of the attribute of this name in no namespace.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// let text = "<a xmlns:p='urn:x' p:ID='1' ID='2'/>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// assert_eq!(document.root().attribute("ID"), Some("2"));
    /// ```
    #[must_use]
    pub fn attribute(self, local_name: &str) -> Option<&'d str> {
        self.attribute_data(local_name)
            .map(|attribute| self.document.text(attribute.value))
    }

    /// The bytes of the attribute of this name in no namespace, from its name to its closing quote.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// let text = "<a ID='1' To = 'x&gt;'/>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let to = document.root().attribute_span("To").unwrap();
    /// assert_eq!(&text[to.range()], "To = 'x&gt;'");
    /// assert_eq!(document.root().attribute_span("Of"), None);
    /// ```
    #[must_use]
    pub fn attribute_span(self, local_name: &str) -> Option<Span> {
        let attribute = self.attribute_data(local_name)?;
        let quoted = match attribute.value.origin {
            Origin::Source => attribute.value.end as usize,
            Origin::Decoded => {
                let (name_end, source) = (attribute.name.end as usize, &self.document.source);
                let behind = source.get(name_end..)?;
                let quote = behind.find(['"', '\''])?;
                let value = name_end.checked_add(quote)?.checked_add(1)?;
                let mark = behind.as_bytes().get(quote)?;
                let length = source.get(value..)?.find(char::from(*mark))?;
                value.checked_add(length)?
            }
        };
        let start = attribute.name.start as usize;
        Some(Span::new(start, quoted.saturating_add(1)))
    }

    /// All attributes but namespace declarations, in the order of the document.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// let text = "<a xmlns:p='urn:x'><b p:c='1'/></a>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let b = document.elements().last().unwrap();
    /// let c = b.attributes().next().unwrap();
    /// assert_eq!((c.namespace, c.local_name, c.value), ("urn:x", "c", "1"));
    /// ```
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        self.attributes_named(|_| true)
    }

    /// Those attributes, of any namespace, whose local name is one that `is_name` knows.
    pub(crate) fn attributes_named(
        self,
        is_name: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = Attribute<'d>> {
        let document = self.document;
        let attributes = self.data().map(|data| document.attributes_of(data));
        let attributes = attributes.unwrap_or_default().iter();
        attributes.filter_map(move |attribute| {
            let local_name = document.local_name(attribute.name);
            is_name(local_name).then(|| Attribute {
                namespace: document.namespace_name(attribute.namespace),
                local_name,
                value: document.text(attribute.value),
            })
        })
    }

    /// The child elements, in order. See [`Element::text`] for an example.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let document = self.document;
        document
            .children_of(self.id)
            .filter(|id| matches!(document.node(*id).content, Content::Element(_)))
            .map(|id| Self { document, id })
    }

    /// All children, in order.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document, Node}};
    /// let text = "<a>x<!--y--><b/></a>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let mut nodes = document.root().nodes();
    /// assert!(matches!(nodes.next(), Some(Node::Text("x"))));
    /// assert!(matches!(nodes.next(), Some(Node::Comment("y"))));
    /// assert!(matches!(nodes.next(), Some(Node::Element(_))));
    /// ```
    pub fn nodes(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        document
            .children_of(self.id)
            .map(move |id| match document.node(id).content {
                Content::Text(text) => Node::Text(document.text(text)),
                Content::Comment(text) => Node::Comment(document.text(text)),
                Content::Instruction(index) => {
                    let (target, data) = document.instruction(index);
                    Node::Instruction { target, data }
                }
                // The document node is nobody's child.
                Content::Element(_) | Content::Document => Node::Element(Element { document, id }),
            })
    }

    /// The whole text of this element: all its text children joined, over comments and CDATA.
    ///
    /// Borrowed when there is only one. Text of child elements is not part of it.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// let text = "<a>user@a.com<!---->.evil.com<b>!</b></a>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// assert_eq!(document.root().text(), "user@a.com.evil.com");
    /// assert_eq!(document.root().children().next().unwrap().text(), "!");
    /// ```
    #[must_use]
    pub fn text(self) -> Cow<'d, str> {
        let document = self.document;
        let children = document.children_of(self.id);
        let mut texts = children.filter_map(|id| match document.node(id).content {
            Content::Text(text) => Some(document.text(text)),
            _ => None,
        });
        let first = Cow::Borrowed(texts.next().unwrap_or(""));
        texts.fold(first, |mut whole, text| {
            whole.to_mut().push_str(text);
            whole
        })
    }

    /// The element itself and every element below it, in document order.
    /// See [`Element::attributes`] for an example.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        let document = self.document;
        let end = document.node(self.id).end;
        (self.id.0..end.0)
            .map(NodeId)
            .filter(|id| matches!(document.node(*id).content, Content::Element(_)))
            .map(move |id| Element { document, id })
    }

    /// All elements of the document around this one, in document order.
    pub(crate) fn document_elements(self) -> impl Iterator<Item = Self> {
        self.document.elements()
    }

    /// The element around this one; `None` for the root.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Dialect, Document}};
    /// let document = Document::parse("<a><b/></a>", Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let b = document.elements().last().unwrap();
    /// assert_eq!(b.parent(), Some(document.root()));
    /// assert_eq!(document.root().parent(), None);
    /// assert_eq!(b.path(), "/a/b");
    /// assert_eq!(b.span().range(), 3..7);
    /// ```
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let id = self.document.node(self.id).parent;
        (id != NodeId::DOCUMENT).then_some(Self {
            document: self.document,
            id,
        })
    }

    /// Local names from the root, such as `/Response/Assertion`. See [`Element::parent`].
    #[must_use]
    pub fn path(self) -> String {
        let mut names: Vec<&str> = std::iter::successors(Some(self), |element| element.parent())
            .map(Self::local_name)
            .collect();
        names.push("");
        names.reverse();
        names.join("/")
    }

    /// The bytes of the start tag. See [`Element::parent`] for an example.
    #[must_use]
    pub fn span(self) -> Span {
        self.document.start_tag(self.id)
    }

    /// The element, as errors name it.
    pub(crate) fn place(self) -> Place {
        let (path, bytes) = (self.path(), self.span());
        Place::Element { path, bytes }
    }

    /// The attribute of this name as errors name it; the element, where it has none.
    pub(crate) fn attribute_place(self, local_name: &str) -> Place {
        match self.attribute_span(local_name) {
            Some(bytes) => Place::Attribute {
                path: format!("{}/@{local_name}", self.path()),
                bytes,
            },
            None => self.place(),
        }
    }

    /// An estimate of the bytes of the element's canonical form, for reserving space.
    pub(super) fn canonical_length(self) -> usize {
        let document = self.document;
        let start = document.start_tag(self.id).start;
        let behind = document.nodes.get(document.node(self.id).end.index()..);
        let next = behind
            .unwrap_or_default()
            .iter()
            .find_map(|node| match node.content {
                Content::Element(tag) => Some(tag.start as usize),
                _ => None,
            });
        let length = next.unwrap_or(document.source.len()).saturating_sub(start);
        // A canonical form repeats a few declarations.
        length.saturating_add(length / 8)
    }

    fn attribute_data(self, local_name: &str) -> Option<&'d AttributeData> {
        let data = self.data()?;
        let mut attributes = self.document.attributes_of(data).iter();
        attributes.find(|attribute| {
            attribute.namespace == NO_NAMESPACE
                && self.document.written_name(attribute.name) == local_name
        })
    }

    fn data(self) -> Option<&'d ElementData> {
        self.document.element_data(self.id)
    }
}

/// The same node of the same document; equal text elsewhere is not equal.
impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl Eq for Element<'_> {}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Element({} at {:?})", self.path(), self.span())
    }
}

/// An attribute that is no namespace declaration.
#[non_exhaustive]
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Attribute<'d> {
    /// The namespace name, `""` for none.
    pub namespace: &'d str,
    /// The local part of the name.
    pub local_name: &'d str,
    /// The normalized value.
    pub value: &'d str,
}

/// The name only: a value may be personal data.
impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Attribute({})", self.local_name)
    }
}
