//! The `xml:` attributes that an apex takes over from its ancestors, in the inclusive forms.

use std::borrow::Cow;

use super::super::element::Element;
use super::super::namespace::XML_NAMESPACE;
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

/// Of each name the attribute that is nearest, from the apex itself upward.
fn nearest<'d>(apex: Element<'d>, inherits: impl Fn(&str) -> bool) -> Vec<RenderedAttribute<'d>> {
    let mut found: Vec<RenderedAttribute<'d>> = std::iter::once(apex)
        .chain(ancestors(apex))
        .flat_map(xml_attributes)
        .filter(|(_, local_name, _)| inherits(local_name))
        .map(|(name, local_name, value)| RenderedAttribute {
            namespace: XML_NAMESPACE,
            local_name,
            name,
            value: Cow::Borrowed(value),
        })
        .collect();
    // Stable, so the nearest of each name stays the first.
    found.sort_by_key(|attribute| attribute.local_name);
    found.dedup_by_key(|attribute| attribute.local_name);
    found
}

/// `xml:base` of the omitted ancestors joined with that of the apex, when an ancestor has one.
fn joined_base(apex: Element<'_>) -> Option<RenderedAttribute<'_>> {
    let base_of = |element| xml_attributes(element).find(|(_, name, _)| *name == "base");
    let mut bases: Vec<&str> = ancestors(apex)
        .filter_map(base_of)
        .map(|(_, _, value)| value)
        .collect();
    if bases.is_empty() {
        return None;
    }
    bases.reverse();
    bases.extend(base_of(apex).map(|(_, _, own)| own));
    let value = base::join(&bases);
    (!value.is_empty()).then_some(RenderedAttribute {
        namespace: XML_NAMESPACE,
        local_name: "base",
        name: "xml:base",
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
        .filter(|attribute| attribute.namespace == XML_NAMESPACE)
        .map(move |attribute| {
            (
                document.written_name(attribute.name),
                document.local_name(attribute.name),
                document.text(attribute.value),
            )
        })
}
