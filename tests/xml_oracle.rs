//! The reader agrees with roxmltree on documents and on what is left of them after one change.
//!
//! `PROPTEST_CASES=200000 cargo test --release --test xml_oracle` runs the longer search.

#![cfg(feature = "saml")]

#[path = "oracles/documents.rs"]
mod documents;
#[path = "oracles/roxmltree.rs"]
mod oracle;

use proptest::prelude::*;
use proptest::sample::Index;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Dialect, Document};

/// What a change puts into a document.
#[rustfmt::skip]
const TOKENS: [&str; 50] = [
    "", "<", ">", "/", "&", ";", "\"", "'", "=", " ", ":", "!", "?", "-", "x", "1", "]", "#", "\0",
    "\r", "\u{85}", "\u{FFFE}", "\u{FEFF}", "]]>", "--", "<!--", "-->", "<![CDATA[", "<?", "?>",
    "<?x:y?>", "<?xml version='1.0'?>", "<?xml\tversion='1.0'?>", "<x/>", "<x>", "</x>", "</a>",
    "<xml:a/>", "&#0;", "&#xD800;", "&#x110000;", "&nbsp;", "&#13;", "<!DOCTYPE a>", " a=''",
    " p:a=''", " xmlns=''", " xmlns:p=''", " xmlns:p='urn:1'", " xmlns:xml='urn:1'",
];

/// One change of a text: characters taken out, and a token or a copy of another part put in.
#[derive(Clone, Debug)]
struct Change {
    at: Index,
    removed: usize,
    token: Index,
    copied: Option<(Index, usize)>,
}

fn change() -> impl Strategy<Value = Change> {
    let copied = proptest::option::weighted(0.3, (any::<Index>(), 1..20_usize));
    (any::<Index>(), 0..3_usize, any::<Index>(), copied).prop_map(|(at, removed, token, copied)| {
        Change {
            at,
            removed,
            token,
            copied,
        }
    })
}

impl Change {
    fn apply(&self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let at = self.at.index(characters.len() + 1);
        let behind = (at + self.removed).min(characters.len());
        let mut changed: String = characters[..at].iter().collect();
        match &self.copied {
            Some((from, length)) => {
                let from = from.index(characters.len());
                let to = (from + length).min(characters.len());
                changed.extend(&characters[from..to]);
            }
            None => changed.push_str(TOKENS[self.token.index(TOKENS.len())]),
        }
        changed.extend(&characters[behind..]);
        changed
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    match oracle::disagreement(text) {
        Some(disagreement) => Err(TestCaseError::fail(disagreement)),
        None => Ok(()),
    }
}

proptest! {
    #[test]
    fn a_document_is_read_as_roxmltree_reads_it(text in documents::document()) {
        let ours = Document::parse(&text, Dialect::Xml, &XmlLimits::default());
        prop_assert!(ours.is_ok(), "{text:?}: {ours:?}");
        check(&text)?;
    }

    #[test]
    fn a_changed_document_is_refused_when_roxmltree_refuses_it(
        text in documents::document(),
        changes in proptest::collection::vec(change(), 1..3),
    ) {
        let changed = changes.iter().fold(text, |text, change| change.apply(&text));
        check(&changed)?;
    }
}
