//! The attributes and namespace declarations of one start tag.

use crate::error::{Shown, Span};
use crate::limits::XmlLimits;

use super::decode;
use super::document::{AttributeData, Declaration, Document, Origin, QualifiedName, Text};
use super::error::{XmlError, XmlErrorKind};
use super::namespace::{self, NamespaceId, NamespaceNames, Scope};
use super::tag::{TagReader, WrittenAttribute, offset};

/// An attribute whose prefix waits for the tag's declarations.
struct Pending<'a> {
    name: QualifiedName,
    name_text: &'a str,
    value: Text,
    at: Span,
}

/// The name by which an attribute may stand once; a declaration's is its prefix.
struct ExpandedName<'a> {
    namespace: NamespaceId,
    local: &'a str,
    /// As written.
    name_text: &'a str,
    at: Span,
}

/// Reads the attributes of one tag after another, with vectors that are kept between tags.
#[derive(Default)]
pub(super) struct AttributeReader<'a> {
    pending: Vec<Pending<'a>>,
    expanded: Vec<ExpandedName<'a>>,
    names: NamespaceNames,
}

impl<'a> AttributeReader<'a> {
    /// Appends the tag's declarations to the document and to `scope`, and its attributes to the
    /// document.
    pub(super) fn read(
        &mut self,
        tag: &mut TagReader<'a>,
        document: &mut Document<'a>,
        scope: &mut Scope<'a>,
        limits: &XmlLimits,
    ) -> Result<(), XmlError> {
        self.pending.clear();
        self.expanded.clear();
        let mut count = 0_usize;
        while let Some(written) = tag.attribute()? {
            count = count.saturating_add(1);
            if count > limits.attributes {
                let limit = limits.attributes;
                let kind = XmlErrorKind::TooManyAttributes { limit };
                return Err(XmlError::new(kind, written.at));
            }
            let value = value(&written, document)?;
            match declared_prefix(&written) {
                Some(prefix) => self.declare(&written, prefix, value, document, scope, limits)?,
                None => self.pending.push(Pending {
                    name: written.name,
                    name_text: written.name_text,
                    value,
                    at: written.at,
                }),
            }
        }
        if scope.len() > limits.namespaces {
            let limit = limits.namespaces;
            let at = self.expanded.last().map(|one| one.at).unwrap_or_default();
            return Err(XmlError::new(XmlErrorKind::TooManyNamespaces { limit }, at));
        }
        self.resolve(document, scope)?;
        self.check_once()
    }

    fn declare(
        &mut self,
        written: &WrittenAttribute<'a>,
        prefix: &'a str,
        value: Text,
        document: &mut Document<'_>,
        scope: &mut Scope<'a>,
        limits: &XmlLimits,
    ) -> Result<(), XmlError> {
        namespace::check_declaration(prefix, document.text(value), written.at)?;
        let limit = limits.namespaces;
        let namespace = self.names.intern(document, value, limit, written.at)?;
        self.expanded.push(ExpandedName {
            namespace: namespace::XMLNS_NAMESPACE,
            local: prefix,
            name_text: written.name_text,
            at: written.at,
        });
        let end = written.name.end as usize;
        document.declarations.push(Declaration {
            prefix: Text::of_source(end.saturating_sub(prefix.len())..end),
            namespace,
        });
        scope.enter(prefix, namespace);
        Ok(())
    }

    fn resolve(&mut self, document: &mut Document<'_>, scope: &Scope<'_>) -> Result<(), XmlError> {
        for attribute in &self.pending {
            let (prefix, local) = attribute.name.parts(attribute.name_text);
            let namespace = match prefix {
                // Whatever the default is.
                "" => namespace::NO_NAMESPACE,
                _ => scope.resolve(prefix).ok_or_else(|| {
                    let prefix = Shown::new(prefix);
                    XmlError::new(XmlErrorKind::PrefixUnbound { prefix }, attribute.at)
                })?,
            };
            self.expanded.push(ExpandedName {
                namespace,
                local,
                name_text: attribute.name_text,
                at: attribute.at,
            });
            document.attributes.push(AttributeData {
                name: attribute.name,
                namespace,
                value: attribute.value,
            });
        }
        Ok(())
    }

    fn check_once(&mut self) -> Result<(), XmlError> {
        let names = &mut self.expanded;
        names.sort_unstable_by_key(|one| (one.namespace, one.local, one.at.start));
        for pair in names.windows(2) {
            if let [earlier, one] = pair
                && (earlier.namespace, earlier.local) == (one.namespace, one.local)
            {
                let name = Shown::new(one.name_text);
                let kind = XmlErrorKind::AttributeDuplicate { name };
                return Err(XmlError::new(kind, one.at).with_earlier(earlier.at));
            }
        }
        Ok(())
    }
}

fn value(written: &WrittenAttribute<'_>, document: &mut Document<'_>) -> Result<Text, XmlError> {
    if written.is_plain {
        let end = written.value_start.saturating_add(written.value.len());
        return Ok(Text::of_source(written.value_start..end));
    }
    let start = document.decoded.len();
    decode::push_value(written.value, written.value_start, &mut document.decoded)?;
    Ok(Text {
        origin: Origin::Decoded,
        start: offset(start),
        end: offset(document.decoded.len()),
    })
}

/// The prefix that the attribute declares, if it is a declaration; empty for the default.
fn declared_prefix<'a>(written: &WrittenAttribute<'a>) -> Option<&'a str> {
    match written.name_text.strip_prefix("xmlns")? {
        "" => Some(""),
        rest => rest.strip_prefix(':'),
    }
}
