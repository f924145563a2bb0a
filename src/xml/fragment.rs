//! Text that is read as if it stood inside an element of another document.

use crate::limits::XmlLimits;

use super::canonical::escape;
use super::document::Document;
use super::element::Element;
use super::error::XmlError;
use super::read::Dialect;

impl Document<'_> {
    /// Reads `text` below a root `root_name` that declares the namespaces in scope inside `around`.
    ///
    /// The caller must look at how many nodes the root has: the text may hold any number of them.
    /// It cannot leave the root, because then the document would have two.
    pub(crate) fn parse_within(
        around: Element<'_>,
        root_name: &str,
        text: &str,
        dialect: Dialect,
        limits: &XmlLimits,
    ) -> Result<Document<'static>, XmlError> {
        let mut document = format!("<{root_name}");
        for (prefix, name) in namespaces_inside(around) {
            document.push_str(" xmlns");
            if !prefix.is_empty() {
                document.push(':');
                document.push_str(prefix);
            }
            document.push_str("=\"");
            escape::value(name, &mut |piece| document.push_str(piece));
            document.push('"');
        }
        document.push('>');
        document.push_str(text);
        document.push_str("</");
        document.push_str(root_name);
        document.push('>');
        Document::parse_owned(document, dialect, limits)
    }
}

/// The declarations in scope inside an element, the nearest of each prefix.
fn namespaces_inside(element: Element<'_>) -> Vec<(&str, &str)> {
    let document = element.document;
    let mut found: Vec<(&str, &str)> = Vec::new();
    let ancestors = std::iter::successors(Some(element), |element| element.parent());
    let declarations = ancestors
        .filter_map(|element| document.element_data(element.id))
        .flat_map(|data| document.declarations_of(data));
    for declaration in declarations {
        let prefix = document.text(declaration.prefix);
        if prefix != "xml" && found.iter().all(|(nearer, _)| *nearer != prefix) {
            found.push((prefix, document.namespace_name(declaration.namespace)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(text: &str) -> Result<Document<'static>, XmlError> {
        let limits = XmlLimits::default();
        let outer = "<a xmlns='urn:1' xmlns:p='urn:&amp;&quot;2'><b xmlns:p='urn:3'/><c/></a>";
        let outer = Document::parse(outer, Dialect::Saml, &limits).unwrap();
        let c = outer.elements().last().unwrap();
        Document::parse_within(c, "root", text, Dialect::Saml, &limits)
    }

    #[test]
    fn the_namespaces_around_are_in_scope_inside() {
        let document = within("<p:x/><y/>").unwrap();
        let mut children = document.root().children();
        assert!(children.next().unwrap().is("urn:&\"2", "x"));
        assert!(children.next().unwrap().is("urn:1", "y"));
        assert!(within("<q:x/>").is_err());
    }

    #[test]
    fn the_nearest_declaration_of_a_prefix_counts() {
        let limits = XmlLimits::default();
        let outer = "<a xmlns='urn:1' xmlns:p='urn:2'><b xmlns='' xmlns:p='urn:3'/></a>";
        let outer = Document::parse(outer, Dialect::Saml, &limits).unwrap();
        let b = outer.elements().last().unwrap();
        let document = Document::parse_within(b, "r", "<p:x/><y/>", Dialect::Saml, &limits);
        let document = document.unwrap();
        let mut children = document.root().children();
        assert!(children.next().unwrap().is("urn:3", "x"));
        assert!(children.next().unwrap().is("", "y"));
    }

    #[test]
    fn text_cannot_leave_the_root() {
        for refused in [
            "</root>",
            "</root><root>",
            "</root><!--",
            "<!DOCTYPE a>",
            "<?xml version='1.0'?>",
        ] {
            assert!(within(refused).is_err(), "{refused}");
        }
    }
}
