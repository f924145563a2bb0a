//! Walking a subtree in document order and writing its canonical form.

use std::borrow::Cow;

use super::super::document::{Content, Document, ElementData, NodeId, QualifiedName};
use super::super::element::Element;
use super::render::{Mark, Namespaces, Position};
use super::sink::{Sink, limit};
use super::{Canonical, CanonicalError, inherited};

pub(super) fn subtree(
    canonical: &Canonical<'_>,
    apex: Element<'_>,
    omit: Option<Element<'_>>,
    out: impl FnMut(&str),
) -> Result<(), CanonicalError> {
    let document = apex.document;
    let mut writer = Writer::new(canonical, document, out);
    let ancestors: Vec<Element<'_>> =
        std::iter::successors(apex.parent(), |element| element.parent()).collect();
    for ancestor in ancestors.iter().rev() {
        if let Some(data) = document.element_data(ancestor.id) {
            writer.namespaces.enter(document, data);
        }
    }
    writer.inherited = inherited::attributes(canonical.method, apex);
    let omit = omit
        .filter(|element| std::ptr::eq(element.document, document))
        .map(|element| element.id);
    writer.nodes(apex.id, document.node(apex.id).end, omit);
    writer.finish()
}

/// Canonical XML §2.1: what stands beside the root element is separated by line feeds.
pub(super) fn document(
    canonical: &Canonical<'_>,
    document: &Document<'_>,
    out: impl FnMut(&str),
) -> Result<(), CanonicalError> {
    let mut writer = Writer::new(canonical, document, out);
    let root = document.root().id;
    for id in document.children_of(NodeId::DOCUMENT) {
        let written = match document.node(id).content {
            Content::Comment(_) => canonical.method.keeps_comments(),
            Content::Instruction { .. } => true,
            _ => false,
        };
        if written && id > root {
            writer.out.put("\n");
        }
        writer.nodes(id, document.node(id).end, None);
        if written && id < root {
            writer.out.put("\n");
        }
    }
    writer.finish()
}

struct Writer<'d, 'c, F> {
    canonical: &'c Canonical<'c>,
    document: &'d Document<'d>,
    out: Sink<F>,
    namespaces: Namespaces<'d>,
    /// `xml:` attributes that the apex takes over; empty once it is written.
    inherited: Vec<RenderedAttribute<'d>>,
    attributes: Vec<RenderedAttribute<'d>>,
    open: Vec<Open>,
}

struct Open {
    name: QualifiedName,
    /// The first node behind the element's subtree.
    end: NodeId,
    outer: Mark,
}

pub(super) struct RenderedAttribute<'d> {
    pub(super) namespace: &'d str,
    pub(super) local_name: &'d str,
    /// As written, with its prefix.
    pub(super) name: &'d str,
    pub(super) value: Cow<'d, str>,
}

impl<'d, 'c, F: FnMut(&str)> Writer<'d, 'c, F> {
    fn new(canonical: &'c Canonical<'c>, document: &'d Document<'d>, out: F) -> Self {
        Self {
            canonical,
            document,
            out: Sink::new(document, out),
            namespaces: Namespaces::default(),
            inherited: Vec::new(),
            attributes: Vec::new(),
            open: Vec::new(),
        }
    }

    fn finish(self) -> Result<(), CanonicalError> {
        match self.out.is_full() {
            true => Err(CanonicalError::TooLong {
                limit: limit(self.document),
            }),
            false => Ok(()),
        }
    }

    fn nodes(&mut self, first: NodeId, end: NodeId, omit: Option<NodeId>) {
        let mut id = first;
        while id < end && !self.out.is_full() {
            self.close_until(id);
            let node = self.document.node(id);
            if Some(id) == omit {
                id = node.end;
                continue;
            }
            match node.content {
                Content::Document => {}
                Content::Element(_) => self.start_tag(id, first),
                Content::Text(text) => self.out.put_text(self.document.text(text)),
                Content::Comment(text) => self.comment(self.document.text(text)),
                Content::Instruction { target, data } => {
                    self.instruction(self.document.text(target), self.document.text(data));
                }
            }
            id = id.following();
        }
        self.close_until(end);
    }

    fn close_until(&mut self, id: NodeId) {
        while let Some(open) = self.open.pop_if(|open| open.end <= id) {
            self.out.put("</");
            self.out.put(self.document.written_name(open.name));
            self.out.put(">");
            self.namespaces.leave(open.outer);
        }
    }

    fn start_tag(&mut self, id: NodeId, apex: NodeId) {
        let document = self.document;
        let Some(element) = document.element_data(id) else {
            return;
        };
        let outer = self.namespaces.mark();
        self.open.push(Open {
            name: element.name,
            end: document.node(id).end,
            outer,
        });
        self.out.put("<");
        self.out.put(document.written_name(element.name));
        let position = match id == apex {
            true => Position::Apex,
            false => Position::Inside,
        };
        self.namespaces.enter(document, element);
        let bindings = self
            .namespaces
            .render(document, element, self.canonical, position);
        for binding in bindings {
            self.out.put(match binding.prefix {
                "" => " xmlns",
                _ => " xmlns:",
            });
            self.out.put(binding.prefix);
            self.out.put("=\"");
            self.out
                .put_value(document.namespace_name(binding.namespace));
            self.out.put("\"");
        }
        self.write_attributes(element);
        self.out.put(">");
    }

    /// Canonical XML §2.2: attributes by namespace name, then by local name.
    fn write_attributes(&mut self, element: &ElementData) {
        let document = self.document;
        let own = document.attributes_of(element).iter();
        self.attributes.clear();
        self.attributes.append(&mut self.inherited);
        self.attributes
            .extend(own.map(|attribute| RenderedAttribute {
                namespace: document.namespace_name(attribute.namespace),
                local_name: document.local_name(attribute.name),
                name: document.written_name(attribute.name),
                value: Cow::Borrowed(document.text(attribute.value)),
            }));
        // Stable: what is inherited stands before the own one of that name, and replaces it.
        self.attributes.sort_by(|one, other| {
            (one.namespace, one.local_name).cmp(&(other.namespace, other.local_name))
        });
        self.attributes
            .dedup_by(|own, inherited| own.name == inherited.name);
        for attribute in &self.attributes {
            self.out.put(" ");
            self.out.put(attribute.name);
            self.out.put("=\"");
            self.out.put_value(&attribute.value);
            self.out.put("\"");
        }
    }

    fn comment(&mut self, text: &str) {
        if self.canonical.method.keeps_comments() {
            self.out.put("<!--");
            self.out.put_markup(text);
            self.out.put("-->");
        }
    }

    fn instruction(&mut self, target: &str, data: &str) {
        self.out.put("<?");
        self.out.put(target);
        if !data.is_empty() {
            self.out.put(" ");
            self.out.put_markup(data);
        }
        self.out.put("?>");
    }
}
