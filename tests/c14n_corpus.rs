//! Canonical octets that libxml2 made, compared byte for byte.
//!
//! `tests/data/c14n.jsonl` holds one case a line: a document, the element or `null` for the whole
//! of it, the algorithm and its prefixes, and the octets.

#![cfg(feature = "saml")]

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

const CASES: &str = include_str!("data/c14n.jsonl");

struct Case {
    id: String,
    document: Vec<u8>,
    target: Option<(String, String)>,
    method: CanonicalMethod,
    prefix_list: String,
    expected: Vec<u8>,
}

impl Case {
    fn new(line: &str) -> Self {
        let fields: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = |name: &str| fields[name].as_str().map(str::to_owned);
        let octets = |name: &str| STANDARD.decode(text(name).unwrap()).unwrap();
        let prefixes = fields["prefix_list"].as_array();
        let prefixes = prefixes.into_iter().flatten().filter_map(Value::as_str);
        Self {
            id: text("id").unwrap(),
            document: octets("doc_b64"),
            target: text("target_id").map(|target| (text("id_attr").unwrap(), target)),
            method: CanonicalMethod::from_uri(&text("alg").unwrap()).unwrap(),
            prefix_list: prefixes.collect::<Vec<_>>().join(" "),
            expected: octets("expected_b64"),
        }
    }

    fn octets(&self) -> String {
        let document =
            Document::parse_bytes(&self.document, Dialect::Xml, &XmlLimits::default()).unwrap();
        let canonical = Canonical::new(self.method)
            .with_prefix_list(&self.prefix_list)
            .unwrap();
        let Some((attribute, value)) = &self.target else {
            return canonical.document_octets(&document).unwrap();
        };
        let apex = document
            .elements()
            .find(|element| element.attribute(attribute) == Some(value))
            .expect("the target is in the document");
        canonical.octets(apex, None).unwrap()
    }
}

fn cases() -> impl Iterator<Item = Case> {
    CASES.lines().map(Case::new)
}

#[test]
fn every_case_has_the_octets_of_libxml2() {
    for case in cases() {
        let expected = String::from_utf8_lossy(&case.expected);
        assert_eq!(case.octets(), expected, "{}", case.id);
    }
}

#[test]
fn every_algorithm_occurs_and_so_do_subtrees_documents_and_prefix_lists() {
    let algorithms: BTreeSet<&str> = cases().map(|case| case.method.uri()).collect();
    assert_eq!(algorithms.len(), 6);
    assert!(cases().any(|case| case.target.is_some()));
    assert!(cases().any(|case| case.target.is_none()));
    assert!(cases().any(|case| !case.prefix_list.is_empty()));
}
