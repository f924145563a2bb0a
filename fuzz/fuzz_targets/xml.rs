//! Any bytes: the reader never panics, its places lie in the text, and roxmltree agrees.

#![no_main]

#[path = "../../tests/oracles/roxmltree.rs"]
mod oracle;

use libfuzzer_sys::fuzz_target;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Dialect, Document};

fuzz_target!(|bytes: &[u8]| {
    for dialect in [Dialect::Saml, Dialect::Xml] {
        match Document::parse_bytes(bytes, dialect, &XmlLimits::default()) {
            Ok(document) => walk(&document, bytes.len()),
            Err(error) => {
                let at = error.span();
                assert!(at.start <= at.end && at.end <= bytes.len(), "{error:?}");
                assert!(
                    error
                        .earlier()
                        .is_none_or(|earlier| earlier.end <= at.start)
                );
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(disagreement) = oracle::disagreement(text)
    {
        panic!("{disagreement}");
    }
});

/// Every element has its place, and the whole text of the document fits in it.
fn walk(document: &Document<'_>, length: usize) {
    let mut text = 0;
    for element in document.elements() {
        assert!(element.span().end <= length);
        assert!(element.path().ends_with(element.local_name()));
        text += element.text().len();
    }
    assert!(text <= length);
}
