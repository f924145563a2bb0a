//! Walking a subtree in document order and writing its canonical form.

use std::borrow::Cow;

use super::super::document::{Content, Document, ElementData, NodeId, QualifiedName};
use super::super::element::Element;
use super::super::namespace::NamespaceId;
use super::render::{Mark, Namespaces, Position};
use super::sink::{Sink, limit};
use super::tree::{Place, Record, Tree};
use super::{Canonical, CanonicalError, inherited};

pub(super) fn subtree(
    canonical: &Canonical<'_>,
    apex: Element<'_>,
    omit: Option<Element<'_>>,
) -> Result<String, CanonicalError> {
    let mut writer = Writer::new(canonical, apex.document, apex.canonical_length(), ());
    writer.subtree(apex, omit);
    let (octets, ()) = writer.finish()?;
    Ok(octets)
}

/// As [`subtree`], with the tree of what is written.
pub(super) fn subtree_with_tree(
    canonical: &Canonical<'_>,
    apex: Element<'_>,
    omit: Option<Element<'_>>,
) -> Result<Document<'static>, CanonicalError> {
    let tree = Tree::of(apex);
    let mut writer = Writer::new(canonical, apex.document, apex.canonical_length(), tree);
    writer.subtree(apex, omit);
    let (octets, tree) = writer.finish()?;
    Ok(tree.finish(octets))
}

/// Canonical XML §2.1: what stands beside the root element is separated by line feeds.
pub(super) fn document(
    canonical: &Canonical<'_>,
    document: &Document<'_>,
) -> Result<String, CanonicalError> {
    let mut writer = Writer::new(canonical, document, document.source.len(), ());
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
    let (octets, ()) = writer.finish()?;
    Ok(octets)
}

struct Writer<'d, 'c, R> {
    canonical: &'c Canonical<'c>,
    document: &'d Document<'d>,
    out: Sink,
    record: R,
    namespaces: Namespaces<'d>,
    /// `xml:` attributes that the apex takes over; empty once it is written.
    inherited: Vec<RenderedAttribute<'d>>,
    attributes: Vec<RenderedAttribute<'d>>,
    open: Vec<Open<'d>>,
    /// The start tag that was written last, unless it is the apex's, which takes over what others do
    /// not.
    last: Option<WrittenTag>,
}

struct Open<'d> {
    name: &'d str,
    /// The first node behind the element's subtree.
    end: NodeId,
    outer: Mark,
    /// The element in the recorded tree.
    recorded: NodeId,
}

/// A start tag in the octets, and all that its octets depend on: the element's name, attributes and
/// own declarations, and what was in scope and rendered outside it. Both are stacks, and since no
/// other start tag was written, what is as long as then is the same as then.
#[derive(Clone)]
struct WrittenTag {
    /// An index into the document's elements.
    element: u32,
    outer: Mark,
    octets: Place,
}

pub(super) struct RenderedAttribute<'d> {
    pub(super) namespace: NamespaceId,
    pub(super) local_name: &'d str,
    /// As written, with its prefix.
    pub(super) name: &'d str,
    pub(super) value: Cow<'d, str>,
}

impl<'d, 'c, R: Record> Writer<'d, 'c, R> {
    fn new(
        canonical: &'c Canonical<'c>,
        document: &'d Document<'d>,
        capacity: usize,
        record: R,
    ) -> Self {
        Self {
            canonical,
            document,
            out: Sink::new(document, capacity),
            record,
            namespaces: Namespaces::default(),
            inherited: Vec::new(),
            attributes: Vec::new(),
            open: Vec::new(),
            last: None,
        }
    }

    fn finish(self) -> Result<(String, R), CanonicalError> {
        match self.out.is_full() {
            true => Err(CanonicalError::TooLong {
                limit: limit(self.document),
            }),
            false => Ok((self.out.into_octets(), self.record)),
        }
    }

    fn subtree(&mut self, apex: Element<'d>, omit: Option<Element<'_>>) {
        let document = self.document;
        let ancestors: Vec<Element<'_>> =
            std::iter::successors(apex.parent(), |element| element.parent()).collect();
        for ancestor in ancestors.iter().rev() {
            if let Some(data) = document.element_data(ancestor.id) {
                self.namespaces.enter(document, data);
            }
        }
        self.inherited = inherited::attributes(self.canonical.method, apex);
        let omit = omit
            .filter(|element| std::ptr::eq(element.document, document))
            .map(|element| element.id);
        self.nodes(apex.id, document.node(apex.id).end, omit);
    }

    fn nodes(&mut self, first: NodeId, end: NodeId, omit: Option<NodeId>) {
        let document = self.document;
        let mut id = first;
        while id < end && !self.out.is_full() {
            self.close_until(id);
            let node = document.node(id);
            if Some(id) == omit {
                id = node.end;
                continue;
            }
            match node.content {
                Content::Document => {}
                Content::Element(tag) => self.start_tag(id, tag.element, first),
                Content::Text(text) => self.text(document.text(text)),
                Content::Comment(text) => self.comment(document.text(text)),
                Content::Instruction(index) => self.instruction(document.instruction(index)),
            }
            id = id.following();
        }
        self.close_until(end);
    }

    fn close_until(&mut self, id: NodeId) {
        while let Some(open) = self.open.pop_if(|open| open.end <= id) {
            self.out.put_end_tag(open.name);
            self.namespaces.leave(open.outer);
            self.record.end_element(open.recorded);
        }
    }

    fn start_tag(&mut self, id: NodeId, index: u32, apex: NodeId) {
        let document = self.document;
        let Some(element) = document.elements.get(index as usize) else {
            return;
        };
        let outer = self.namespaces.mark();
        let last = self
            .last
            .take_if(|last| (last.element, last.outer) == (index, outer));
        self.namespaces.enter(document, element);
        let (octets, recorded) = match &last {
            Some(last) => self.same_tag(&last.octets),
            None if id == apex => self.tag(element, Position::Apex),
            None => self.tag(element, Position::Inside),
        };
        self.last = (id != apex).then_some(WrittenTag {
            element: index,
            outer,
            octets,
        });
        self.open.push(Open {
            name: document.written_name(element.name),
            end: document.node(id).end,
            outer,
            recorded,
        });
    }

    fn tag(&mut self, element: &ElementData, position: Position) -> (Place, NodeId) {
        let start = self.out.len();
        self.out.put("<");
        let name = self.out.put(self.document.written_name(element.name));
        let name = element.name.moved_to(name);
        let recorded = self.record.start_element(name, element.namespace);
        self.write_declarations(element, position);
        self.write_attributes(element);
        self.out.put(">");
        let octets = start..self.out.len();
        self.record.end_start_tag(octets.clone());
        (octets, recorded)
    }

    /// The last tag again.
    fn same_tag(&mut self, octets: &Place) -> (Place, NodeId) {
        self.namespaces.render_again();
        let octets = self.out.put_again(octets);
        let recorded = self.record.same_element(octets.clone());
        (octets, recorded)
    }

    fn write_declarations(&mut self, element: &ElementData, position: Position) {
        let document = self.document;
        let bindings = self
            .namespaces
            .render(document, element, self.canonical, position);
        for binding in bindings {
            self.out.put(match binding.prefix {
                "" => " xmlns",
                _ => " xmlns:",
            });
            let prefix = self.out.put(binding.prefix);
            let name = document.namespace_name(binding.namespace);
            let value = self.out.put_quoted(name);
            self.record
                .declaration(prefix, binding.namespace, name, value);
        }
    }

    /// Canonical XML §2.2: attributes by namespace name, then by local name.
    fn write_attributes(&mut self, element: &ElementData) {
        let document = self.document;
        let own = document.attributes_of(element).iter();
        let mut attributes = std::mem::take(&mut self.attributes);
        attributes.append(&mut self.inherited);
        attributes.extend(own.map(|attribute| RenderedAttribute {
            namespace: attribute.namespace,
            local_name: document.local_name(attribute.name),
            name: document.written_name(attribute.name),
            value: Cow::Borrowed(document.text(attribute.value)),
        }));
        if attributes.len() > 1 {
            sort(document, &mut attributes);
        }
        for attribute in attributes.drain(..) {
            self.out.put(" ");
            let name = self.out.put(attribute.name);
            let value = self.out.put_quoted(&attribute.value);
            let name = QualifiedName::at(name, attribute.local_name.len());
            self.record
                .attribute(name, attribute.namespace, &attribute.value, value);
        }
        self.attributes = attributes;
    }

    fn text(&mut self, text: &str) {
        let at = self.out.put_text(text);
        self.record.text(text, at, self.out.octets());
    }

    fn comment(&mut self, text: &str) {
        if !self.canonical.method.keeps_comments() {
            return;
        }
        self.out.put("<!--");
        let inside = self.out.put_markup(text);
        self.out.put("-->");
        self.record.comment(inside);
    }

    fn instruction(&mut self, (target, data): (&str, &str)) {
        self.out.put("<?");
        let target = self.out.put(target);
        if !data.is_empty() {
            self.out.put(" ");
        }
        let data = self.out.put_markup(data);
        self.out.put("?>");
        self.record.instruction(target, data);
    }
}

/// Stable: what is inherited stands before the own one of that name, and replaces it.
fn sort<'d>(document: &'d Document<'_>, attributes: &mut Vec<RenderedAttribute<'d>>) {
    fn key<'d>(document: &'d Document<'_>, one: &RenderedAttribute<'d>) -> (&'d str, &'d str) {
        (document.namespace_name(one.namespace), one.local_name)
    }
    attributes.sort_by(|one, other| key(document, one).cmp(&key(document, other)));
    attributes.dedup_by(|own, inherited| own.name == inherited.name);
}
