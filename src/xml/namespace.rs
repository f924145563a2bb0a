//! Namespace declarations in scope: Namespaces in XML 1.0 §2 to §6.

use crate::error::{Shown, Span};

use super::document::{Document, Origin, Text};
use super::error::{XmlError, XmlErrorKind};

/// An index into a document's namespace names.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct NamespaceId(u32);

impl NamespaceId {
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

pub(super) const NO_NAMESPACE: NamespaceId = NamespaceId(0);
pub(super) const XML_NAMESPACE: NamespaceId = NamespaceId(1);
/// Of declarations; no document can name it otherwise.
pub(super) const XMLNS_NAMESPACE: NamespaceId = NamespaceId(u32::MAX);

/// The names that every document knows: none, and that of the prefix `xml`.
///
/// They stand at the start of the decoded text.
pub(super) const fn predefined() -> (&'static str, [Text; 2]) {
    let none = Text {
        origin: Origin::Decoded,
        start: 0,
        end: 0,
    };
    let xml = Text {
        origin: Origin::Decoded,
        start: 0,
        end: XML.len() as u32,
    };
    (XML, [none, xml])
}

/// The declarations in scope at the place that is being read: prefixes and what they are bound to.
#[derive(Default)]
pub(super) struct Scope<'a> {
    bindings: Vec<(&'a str, NamespaceId)>,
}

impl<'a> Scope<'a> {
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    pub(super) fn leave(&mut self, length: usize) {
        self.bindings.truncate(length);
    }

    pub(super) fn enter(&mut self, prefix: &'a str, namespace: NamespaceId) {
        self.bindings.push((prefix, namespace));
    }

    /// What `prefix` is bound to; the empty prefix is always bound.
    pub(super) fn resolve(&self, prefix: &str) -> Option<NamespaceId> {
        if prefix == "xml" {
            return Some(XML_NAMESPACE);
        }
        self.bindings
            .iter()
            .rev()
            .find(|(bound, _)| *bound == prefix)
            .map(|(_, namespace)| *namespace)
            .or_else(|| prefix.is_empty().then_some(NO_NAMESPACE))
    }
}

/// Checks one declaration: the reserved names, and `xmlns:p=""`.
pub(super) fn check_declaration(prefix: &str, name: &str, at: Span) -> Result<(), XmlError> {
    let reserved = |text: &str| {
        let name = Shown::new(text);
        Err(XmlError::new(XmlErrorKind::NamespaceReserved { name }, at))
    };
    match (prefix, name) {
        ("xml", XML) => Ok(()),
        ("xml" | "xmlns", _) => reserved(prefix),
        (_, XML | XMLNS) => reserved(name),
        ("", _) => Ok(()),
        (_, "") => {
            let prefix = Shown::new(prefix);
            Err(XmlError::new(
                XmlErrorKind::NamespaceUndeclared { prefix },
                at,
            ))
        }
        _ => Ok(()),
    }
}

/// The namespace names of a document in their order, to find one among many.
#[derive(Default)]
pub(super) struct NamespaceNames {
    sorted: Vec<NamespaceId>,
}

impl NamespaceNames {
    /// The id of a namespace name, known or new.
    pub(super) fn intern(
        &mut self,
        document: &mut Document<'_>,
        name: Text,
        limit: usize,
        at: Span,
    ) -> Result<NamespaceId, XmlError> {
        if self.sorted.is_empty() {
            self.sorted.extend([NO_NAMESPACE, XML_NAMESPACE]);
        }
        let text = document.text(name);
        let place = self
            .sorted
            .binary_search_by(|known| document.namespace_name(*known).cmp(text));
        let place = match place {
            Ok(place) => return Ok(self.sorted.get(place).copied().unwrap_or(NO_NAMESPACE)),
            Err(place) => place,
        };
        let index = document.namespaces.len();
        if index >= limit {
            return Err(XmlError::new(XmlErrorKind::TooManyNamespaces { limit }, at));
        }
        document.namespaces.push(name);
        let id = NamespaceId(u32::try_from(index).unwrap_or(u32::MAX));
        self.sorted.insert(place, id);
        Ok(id)
    }
}
