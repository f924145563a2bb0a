//! The tree of a canonical form, recorded while its octets are written.
//!
//! It is the tree that reading those octets again would give, without the second reading; a
//! property test compares the two. Text that the octets hold unescaped is a range of them.

use std::borrow::Cow;

use super::super::document::{
    AttributeData, Content, Declaration, Document, ElementData, NodeData, NodeId, Origin,
    QualifiedName, StartTag, Text,
};
use super::super::element::Element;
use super::super::namespace::{self, NamespaceId};
use super::super::tag::offset;

/// From where to where a piece stands in the octets.
pub(super) type Place = std::ops::Range<usize>;

/// What is told of every piece that is written; to do nothing with it is the default.
pub(super) trait Record {
    /// An element, whose declarations and attributes follow.
    fn start_element(&mut self, _name: QualifiedName, _namespace: NamespaceId) -> NodeId {
        NodeId::DOCUMENT
    }

    fn declaration(&mut self, _prefix: Place, _: NamespaceId, _name: &str, _written: Place) {}

    fn attribute(&mut self, _name: QualifiedName, _: NamespaceId, _value: &str, _written: Place) {}

    /// The start tag that began with [`Record::start_element`] is complete.
    fn end_start_tag(&mut self, _at: Place) {}

    /// An element with the start tag that was complete last, written again.
    fn same_element(&mut self, _at: Place) -> NodeId {
        NodeId::DOCUMENT
    }

    fn end_element(&mut self, _id: NodeId) {}

    /// Character data; `octets` is all that is written.
    fn text(&mut self, _text: &str, _at: Place, _octets: &str) {}

    fn comment(&mut self, _inside: Place) {}

    fn instruction(&mut self, _target: Place, _data: Place) {}
}

/// Nothing is recorded.
impl Record for () {}

pub(super) struct Tree {
    document: Document<'static>,
    /// The innermost element whose end tag is still to come.
    parent: NodeId,
    /// Whether the last node is text that goes on with the next text.
    run_is_open: bool,
}

impl Tree {
    /// Of a form of `apex`, with room for its nodes.
    pub(super) fn of(apex: Element<'_>) -> Self {
        let source = apex.document;
        let nodes = source.node(apex.id).end.index();
        let nodes = nodes.saturating_sub(apex.id.index()).saturating_add(1);
        let (decoded, predefined) = namespace::predefined();
        // The identifiers of namespaces are those of the source, each without a name until the
        // octets declare it.
        let mut namespaces = vec![Text::EMPTY; source.namespaces.len()];
        for (name, known) in namespaces.iter_mut().zip(predefined) {
            *name = known;
        }
        let mut tree = Self {
            document: Document {
                source: Cow::Borrowed(""),
                decoded: decoded.to_owned(),
                nodes: Vec::with_capacity(nodes),
                elements: Vec::with_capacity(source.elements.len().min(nodes)),
                attributes: Vec::with_capacity(source.attributes.len().min(nodes)),
                declarations: Vec::new(),
                instructions: Vec::new(),
                namespaces,
            },
            parent: NodeId::DOCUMENT,
            run_is_open: false,
        };
        tree.push(Content::Document);
        tree
    }

    /// The document, whose source is what was written.
    pub(super) fn finish(mut self, octets: String) -> Document<'static> {
        self.end_element(NodeId::DOCUMENT);
        self.document.source = Cow::Owned(octets);
        self.document
    }

    /// Where the text `value` is read, which is written at that place. An escape is longer than
    /// what it stands for, so that equal lengths mean equal texts.
    fn written(&mut self, value: &str, at: Place) -> Text {
        match at.len() == value.len() {
            true => Text::of_source(at),
            false => self.document.decode(value),
        }
    }

    /// The text that goes on with the next text, if there is one.
    fn open_run(&self) -> Option<Text> {
        let last = self.document.nodes.last().filter(|_| self.run_is_open);
        match last?.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, content: Content) -> NodeId {
        self.run_is_open = false;
        let id = NodeId(offset(self.document.nodes.len()));
        self.document.nodes.push(NodeData {
            parent: self.parent,
            end: id.following(),
            content,
        });
        id
    }
}

impl Tree {
    fn last_element(&self) -> u32 {
        offset(self.document.elements.len().saturating_sub(1))
    }

    fn open(&mut self, tag: StartTag) -> NodeId {
        let id = self.push(Content::Element(tag));
        self.parent = id;
        id
    }
}

impl Record for Tree {
    fn start_element(&mut self, name: QualifiedName, namespace: NamespaceId) -> NodeId {
        let declarations = offset(self.document.declarations.len());
        let attributes = offset(self.document.attributes.len());
        let index = offset(self.document.elements.len());
        self.document.elements.push(ElementData {
            name,
            namespace,
            attributes: (attributes, attributes),
            declarations: (declarations, declarations),
        });
        self.open(StartTag::new(index, 0..0))
    }

    fn declaration(&mut self, prefix: Place, namespace: NamespaceId, name: &str, written: Place) {
        let name = self.written(name, written);
        if let Some(known) = self.document.namespaces.get_mut(namespace.index()) {
            *known = name;
        }
        self.document.declarations.push(Declaration {
            prefix: Text::of_source(prefix),
            namespace,
        });
    }

    fn attribute(
        &mut self,
        name: QualifiedName,
        namespace: NamespaceId,
        value: &str,
        written: Place,
    ) {
        let value = self.written(value, written);
        self.document.attributes.push(AttributeData {
            name,
            namespace,
            value,
        });
    }

    fn end_start_tag(&mut self, at: Place) {
        let tag = StartTag::new(self.last_element(), at);
        if let Some(element) = self.document.elements.last_mut() {
            element.declarations.1 = offset(self.document.declarations.len());
            element.attributes.1 = offset(self.document.attributes.len());
        }
        if let Some(node) = self.document.nodes.last_mut() {
            node.content = Content::Element(tag);
        }
    }

    fn same_element(&mut self, at: Place) -> NodeId {
        self.open(StartTag::new(self.last_element(), at))
    }

    fn end_element(&mut self, id: NodeId) {
        let end = NodeId(offset(self.document.nodes.len()));
        self.parent = self.document.node(id).parent;
        self.run_is_open = false;
        if let Some(node) = self.document.nodes.get_mut(id.index()) {
            node.end = end;
        }
    }

    /// It joins the text before it when nothing was written between them.
    fn text(&mut self, text: &str, at: Place, octets: &str) {
        let Some(before) = self.open_run() else {
            let found = self.written(text, at.clone());
            self.push(Content::Text(found));
            self.run_is_open = true;
            return;
        };
        let end = at.end;
        let joined = match before.origin {
            Origin::Source if at.len() == text.len() => Text::of_source(before.place().start..end),
            Origin::Source => {
                let before = octets.get(before.place()).unwrap_or_default();
                self.document.decode(&[before, text].concat())
            }
            // Nothing is decoded while a run is open: it ends where the decoded text ends.
            Origin::Decoded => Text {
                end: self.document.decode(text).end,
                ..before
            },
        };
        if let Some(node) = self.document.nodes.last_mut() {
            node.content = Content::Text(joined);
        }
    }

    fn comment(&mut self, inside: Place) {
        self.push(Content::Comment(Text::of_source(inside)));
    }

    fn instruction(&mut self, target: Place, data: Place) {
        let index = offset(self.document.instructions.len());
        let parts = (Text::of_source(target), Text::of_source(data));
        self.document.instructions.push(parts);
        self.push(Content::Instruction(index));
    }
}
