//! A choice of method and elements, then a document: canonical forms are canonical, and the text
//! that they cover is the text that is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Element};

const URIS: [&str; 6] = [
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
];
const PREFIX_LISTS: [&str; 4] = ["", "#default", "p xs", "#default p q"];

fuzz_target!(|input: &[u8]| {
    let Some((&[method, list, apex, omit], bytes)) = input.split_first_chunk::<4>() else {
        return;
    };
    let Ok(document) = Document::parse_bytes(bytes, Dialect::Xml, &XmlLimits::default()) else {
        return;
    };
    let uri = URIS[usize::from(method) % URIS.len()];
    let canonical = Canonical::new(CanonicalMethod::from_uri(uri).expect("an identifier"))
        .with_prefix_list(PREFIX_LISTS[usize::from(list) % PREFIX_LISTS.len()])
        .expect("a short list");
    whole(&canonical, &document);
    subtree(&canonical, nth(&document, apex), nth(&document, omit));
});

fn nth<'d>(document: &'d Document<'_>, number: u8) -> Element<'d> {
    let number = usize::from(number) % document.elements().count();
    document.elements().nth(number).expect("a smaller number")
}

/// No limit: a canonical form is longer than its source.
fn again(octets: &str) -> Document<'_> {
    let limits = XmlLimits {
        bytes: usize::MAX,
        nodes: usize::MAX,
        attributes: usize::MAX,
        namespaces: usize::MAX,
        ..XmlLimits::default()
    };
    Document::parse(octets, Dialect::Xml, &limits).expect("a canonical form is well-formed")
}

fn whole(canonical: &Canonical<'_>, document: &Document<'_>) {
    let Ok(octets) = canonical.document_octets(document) else {
        return;
    };
    assert_eq!(
        canonical.document_octets(&again(&octets)).as_ref(),
        Ok(&octets)
    );
}

fn subtree(canonical: &Canonical<'_>, apex: Element<'_>, omit: Element<'_>) {
    let Ok(octets) = canonical.octets(apex, Some(omit)) else {
        return;
    };
    let read = again(&octets);
    assert_eq!(canonical.octets(read.root(), None).as_ref(), Ok(&octets));
    assert_eq!(read.root().text(), apex.text());
    assert_eq!(read.root().local_name(), apex.local_name());
    assert_eq!(read.root().namespace(), apex.namespace());
}
