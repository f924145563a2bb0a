//! Which namespace declarations an element of a canonical form carries.

use super::super::document::{Document, ElementData};
use super::super::namespace::{NO_NAMESPACE, NamespaceId};
use super::Canonical;

/// A prefix, empty for the default, and what it is bound to.
#[derive(Clone, Copy)]
pub(super) struct Binding<'d> {
    pub(super) prefix: &'d str,
    pub(super) namespace: NamespaceId,
}

/// Where the element stands in what is written.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Position {
    Apex,
    Inside,
}

/// The declarations in scope in the document and those that the output has rendered.
#[derive(Default)]
pub(super) struct Namespaces<'d> {
    scope: Vec<Binding<'d>>,
    rendered: Vec<Binding<'d>>,
    /// What the last element rendered, sorted by prefix.
    due: Vec<Binding<'d>>,
}

/// Lengths to return to when an element ends.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) struct Mark {
    scope: usize,
    rendered: usize,
}

impl<'d> Namespaces<'d> {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            scope: self.scope.len(),
            rendered: self.rendered.len(),
        }
    }

    pub(super) fn leave(&mut self, mark: Mark) {
        self.scope.truncate(mark.scope);
        self.rendered.truncate(mark.rendered);
    }

    /// Takes an element's own declarations into scope.
    pub(super) fn enter(&mut self, document: &'d Document<'_>, element: &ElementData) {
        let declarations = document.declarations_of(element).iter();
        self.scope.extend(declarations.map(|declaration| Binding {
            prefix: document.text(declaration.prefix),
            namespace: declaration.namespace,
        }));
    }

    /// The declarations that `element` renders, in the order of their prefixes.
    pub(super) fn render(
        &mut self,
        document: &'d Document<'_>,
        element: &ElementData,
        canonical: &Canonical<'_>,
        position: Position,
    ) -> &[Binding<'d>] {
        self.due.clear();
        if canonical.method.is_exclusive() {
            // xml-exc-c14n §3: the prefixes that are visibly utilized …
            self.consider(document.prefix(element.name), element.namespace);
            for attribute in document.attributes_of(element) {
                let prefix = document.prefix(attribute.name);
                if !prefix.is_empty() {
                    self.consider(prefix, attribute.namespace);
                }
            }
        }
        // … and the others as Canonical XML has them: all of them, or those on the PrefixList.
        // Only what an element declares itself can differ from what its parent rendered.
        let own = document.declarations_of(element).len();
        let first = match position {
            Position::Apex => 0,
            Position::Inside => self.scope.len().saturating_sub(own),
        };
        for index in first..self.scope.len() {
            let Some(prefix) = self.scope.get(index).map(|binding| binding.prefix) else {
                continue;
            };
            if !canonical.method.is_exclusive() || canonical.prefixes.contains(&prefix) {
                let namespace = bound(&self.scope, prefix).unwrap_or(NO_NAMESPACE);
                self.consider(prefix, namespace);
            }
        }
        self.due.sort_unstable_by_key(|binding| binding.prefix);
        self.rendered.extend_from_slice(&self.due);
        &self.due
    }

    /// The declarations that the last element rendered, for another one like it.
    pub(super) fn render_again(&mut self) {
        self.rendered.extend_from_slice(&self.due);
    }

    /// Renders the binding unless the output has it already.
    fn consider(&mut self, prefix: &'d str, namespace: NamespaceId) {
        if prefix == "xml" || self.due.iter().any(|binding| binding.prefix == prefix) {
            return;
        }
        let rendered =
            bound(&self.rendered, prefix).or_else(|| prefix.is_empty().then_some(NO_NAMESPACE));
        if rendered != Some(namespace) {
            self.due.push(Binding { prefix, namespace });
        }
    }
}

fn bound(bindings: &[Binding<'_>], prefix: &str) -> Option<NamespaceId> {
    bindings
        .iter()
        .rev()
        .find(|binding| binding.prefix == prefix)
        .map(|binding| binding.namespace)
}
