//! The `xml:` attributes that an apex takes over from its ancestors, in the inclusive forms.

use std::borrow::Cow;

use super::super::document::Element;
use super::super::namespace::XML;
use super::CanonicalMethod;
use super::base;
use super::write::RenderedAttribute;

/// What the apex renders in addition to, or in place of, its own attributes.
pub(super) fn attributes(method: CanonicalMethod, apex: Element<'_>) -> Vec<RenderedAttribute<'_>> {
    match method {
        // xml-exc-c14n §3: nothing is inherited.
        CanonicalMethod::Exclusive | CanonicalMethod::ExclusiveWithComments => Vec::new(),
        // xml-c14n §2.4: every attribute in the XML namespace, from the nearest ancestor.
        CanonicalMethod::Inclusive10 | CanonicalMethod::Inclusive10WithComments => {
            nearest(apex, |_| true)
        }
        // xml-c14n11 §2.4: the language and space; the base is joined; `xml:id` is not inherited.
        CanonicalMethod::Inclusive11 | CanonicalMethod::Inclusive11WithComments => {
            let mut attributes = nearest(apex, |name| matches!(name, "lang" | "space"));
            attributes.extend(joined_base(apex));
            attributes
        }
    }
}

fn nearest<'d>(apex: Element<'d>, inherits: impl Fn(&str) -> bool) -> Vec<RenderedAttribute<'d>> {
    let mut found: Vec<RenderedAttribute<'d>> = Vec::new();
    for ancestor in ancestors(apex) {
        for (name, local_name, value) in xml_attributes(ancestor) {
            let is_own = xml_attributes(apex).any(|(_, own, _)| own == local_name);
            let is_nearer = found.iter().any(|nearer| nearer.local_name == local_name);
            if inherits(local_name) && !is_own && !is_nearer {
                found.push(RenderedAttribute {
                    namespace: XML,
                    local_name,
                    name,
                    value: Cow::Borrowed(value),
                });
            }
        }
    }
    found
}

/// `xml:base` of the omitted ancestors joined with that of the apex, when an ancestor has one.
fn joined_base(apex: Element<'_>) -> Option<RenderedAttribute<'_>> {
    let base_of = |element| xml_attributes(element).find(|(_, name, _)| *name == "base");
    let mut joined: Option<(&str, String)> = None;
    let mut bases: Vec<(&str, &str)> = ancestors(apex)
        .filter_map(base_of)
        .map(|(name, _, value)| (name, value))
        .collect();
    bases.reverse();
    for (name, value) in bases {
        let base = joined.map_or(String::new(), |(_, base)| base);
        joined = Some((name, base::join(&base, value)));
    }
    let (name, base) = joined?;
    let value = match base_of(apex) {
        Some((_, _, own)) => base::join(&base, own),
        None => base,
    };
    (!value.is_empty()).then_some(RenderedAttribute {
        namespace: XML,
        local_name: "base",
        name,
        value: Cow::Owned(value),
    })
}

fn ancestors(apex: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    std::iter::successors(apex.parent(), |element| element.parent())
}

/// Written name, local name and value of the attributes in the XML namespace.
fn xml_attributes<'d>(element: Element<'d>) -> impl Iterator<Item = (&'d str, &'d str, &'d str)> {
    let document = element.document;
    document
        .element_data(element.id)
        .map(|data| document.attributes_of(data))
        .unwrap_or_default()
        .iter()
        .filter(move |attribute| document.namespace_name(attribute.namespace) == XML)
        .map(move |attribute| {
            (
                document.written_name(attribute.name),
                document.local_name(attribute.name),
                document.text(attribute.value),
            )
        })
}
