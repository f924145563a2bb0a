//! The book of rules is complete, and `docs/rules.md` is its rendering.
//!
//! After a change of the book: `RENDER_RULES=1 cargo test --test rules`.

use std::fmt::Write as _;

use vestibule::access::RuleId;
use vestibule::error::Explain as _;

/// The families and how many rules each has, numbered from 01.
const BOOK: &[(&str, u8)] = &[
    ("PLAN", 10),
    ("CLAIM", 25),
    ("SHARED", 3),
    ("SSO", 22),
    ("LOGIN", 19),
    ("JIT", 9),
    ("TOKEN", 8),
    ("USER", 26),
    ("GROUP", 24),
    ("IMPORT", 6),
    ("REMOVE", 8),
    ("GUARD", 9),
    ("C", 42),
    ("X", 16),
    ("BIND", 2),
];

fn expected_ids() -> Vec<String> {
    let family = |(name, count): &(&str, u8)| {
        let name = (*name).to_owned();
        (1..=*count).map(move |number| format!("{name}-{number:02}"))
    };
    BOOK.iter().flat_map(family).collect()
}

fn rendered() -> String {
    let mut text = String::from(
        "# The book of rules\n\n\
         Decisions name these rules as their reasons. `stated`, `implied` and `open` say how a rule \
         follows from the\ntexts that the policy was written from; a `resolution` decides what they \
         leave open; `shared` rules hold for\norganizations that share one sign-on; `own` rules are \
         added by this library.\n\n| rule | kind | what it says |\n|---|---|---|\n",
    );
    for rule in RuleId::all() {
        writeln!(text, "| {rule} | {} | {} |", rule.kind(), rule.text()).unwrap();
    }
    text
}

#[test]
fn the_book_has_every_rule_in_order() {
    let ids: Vec<_> = RuleId::all().map(|rule| rule.to_string()).collect();
    assert_eq!(ids, expected_ids());
}

#[test]
fn every_rule_has_a_sentence_and_reads_back_from_its_name() {
    for rule in RuleId::all() {
        assert!(rule.text().ends_with('.'), "{rule}");
        assert_eq!(rule.to_string().parse::<RuleId>().unwrap(), rule);
    }
    for unknown in ["LOGIN-20", "LOGIN-2", "login-02", "LOGIN-002", "C", ""] {
        assert!(unknown.parse::<RuleId>().is_err(), "{unknown}");
    }
    let error = "LOGIN-20".parse::<RuleId>().unwrap_err();
    assert_eq!(error.code(), "access-unknown-rule");
    assert_eq!(error.to_string(), "`LOGIN-20` is not a rule of the book");
    assert!(error.help().contains("docs/rules.md"));
}

#[test]
fn the_table_in_docs_is_the_rendering_of_the_book() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    if std::env::var_os("RENDER_RULES").is_some() {
        std::fs::write(path, rendered()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert!(
        written == rendered(),
        "docs/rules.md is not the rendering of the book"
    );
}
