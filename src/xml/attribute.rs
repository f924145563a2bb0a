//! The attributes and namespace declarations of one start tag.

use crate::error::{Shown, Span};
use crate::limits::XmlLimits;

use super::decode;
use super::document::{AttributeData, Declaration, Document, Origin, QualifiedName, Text};
use super::error::{XmlError, XmlErrorKind};
use super::namespace::{self, NamespaceId, Scope};
use super::tag::{TagReader, WrittenAttribute, offset};

/// An attribute whose prefix waits for the tag's declarations.
struct Pending {
    name: QualifiedName,
    value: Text,
    at: Span,
}

/// Reads the attributes of one tag after another, with vectors that are kept between tags.
#[derive(Default)]
pub(super) struct AttributeReader {
    pending: Vec<Pending>,
    /// Where each declaration of the tag stands.
    declared_at: Vec<Span>,
}

impl AttributeReader {
    /// Appends the tag's declarations to the document and to `scope`, and its attributes to the
    /// document.
    pub(super) fn read<'a>(
        &mut self,
        tag: &mut TagReader<'a>,
        document: &mut Document<'a>,
        scope: &mut Scope<'a>,
        limits: &XmlLimits,
    ) -> Result<(), XmlError> {
        self.pending.clear();
        self.declared_at.clear();
        let first_declaration = document.declarations.len();
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
                Some(prefix) => {
                    let declaration = declaration(&written, prefix, value, document, limits)?;
                    self.check_first(document, first_declaration, &declaration, &written)?;
                    self.declared_at.push(written.at);
                    document.declarations.push(declaration);
                    scope.enter(prefix, declaration.namespace);
                }
                None => self.pending.push(Pending {
                    name: written.name,
                    value,
                    at: written.at,
                }),
            }
        }
        if scope.len() > limits.namespaces {
            let limit = limits.namespaces;
            let at = self.declared_at.last().copied().unwrap_or_default();
            return Err(XmlError::new(XmlErrorKind::TooManyNamespaces { limit }, at));
        }
        self.resolve(document, scope)
    }

    fn check_first(
        &self,
        document: &Document<'_>,
        first: usize,
        declaration: &Declaration,
        written: &WrittenAttribute<'_>,
    ) -> Result<(), XmlError> {
        let prefix = document.text(declaration.prefix);
        let earlier = document
            .declarations
            .iter()
            .skip(first)
            .zip(&self.declared_at)
            .find(|(earlier, _)| document.text(earlier.prefix) == prefix);
        match earlier {
            Some((_, at)) => Err(duplicate(written.name_text, written.at, *at)),
            None => Ok(()),
        }
    }

    fn resolve(&self, document: &mut Document<'_>, scope: &Scope<'_>) -> Result<(), XmlError> {
        let first = document.attributes.len();
        for attribute in &self.pending {
            let namespace = attribute_namespace(attribute, document, scope)?;
            let local = document.local_name(attribute.name);
            let earlier = document
                .attributes
                .iter()
                .skip(first)
                .zip(&self.pending)
                .find(|(earlier, _)| {
                    earlier.namespace == namespace && document.local_name(earlier.name) == local
                });
            if let Some((_, earlier)) = earlier {
                let name = document.written_name(attribute.name);
                return Err(duplicate(name, attribute.at, earlier.at));
            }
            document.attributes.push(AttributeData {
                name: attribute.name,
                namespace,
                value: attribute.value,
            });
        }
        Ok(())
    }
}

/// An attribute without a prefix is in no namespace, whatever the default is.
fn attribute_namespace(
    attribute: &Pending,
    document: &Document<'_>,
    scope: &Scope<'_>,
) -> Result<NamespaceId, XmlError> {
    let prefix = document.prefix(attribute.name);
    if prefix.is_empty() {
        return Ok(namespace::NO_NAMESPACE);
    }
    scope.resolve(prefix).ok_or_else(|| {
        let prefix = Shown::new(prefix);
        XmlError::new(XmlErrorKind::PrefixUnbound { prefix }, attribute.at)
    })
}

fn value(written: &WrittenAttribute<'_>, document: &mut Document<'_>) -> Result<Text, XmlError> {
    if decode::is_plain_value(written.value) {
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
    match written.name_text {
        "xmlns" => Some(""),
        name => name.strip_prefix("xmlns:"),
    }
}

fn declaration(
    written: &WrittenAttribute<'_>,
    prefix: &str,
    value: Text,
    document: &mut Document<'_>,
    limits: &XmlLimits,
) -> Result<Declaration, XmlError> {
    namespace::check_declaration(prefix, document.text(value), written.at)?;
    let namespace = namespace::intern(document, value, limits.namespaces, written.at)?;
    let end = written.name.end;
    let length = offset(prefix.len());
    Ok(Declaration {
        prefix: Text {
            origin: Origin::Source,
            start: end.saturating_sub(length),
            end,
        },
        namespace,
    })
}

fn duplicate(name: &str, at: Span, earlier: Span) -> XmlError {
    let name = Shown::new(name);
    XmlError::new(XmlErrorKind::AttributeDuplicate { name }, at).with_earlier(earlier)
}
