//! Text is read whole, however it is split.
//!
//! Readers that returned the first text node of an element have taken
//! `user@a.com<!---->.evil.com` for `user@a.com` (CVE-2017-11427 and its siblings).

#![cfg(feature = "saml")]

use proptest::prelude::*;
use vestibule::limits::XmlLimits;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

/// A part of an element's content, as written and as it reads.
type Part = (String, String);

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        4 => "[a-z@. é𝄞\u{85}]{1,6}".prop_map(|text| (text.clone(), text)),
        1 => Just(("\r\n".to_owned(), "\n".to_owned())),
        2 => "[a-z<>&\"]{0,6}".prop_map(|text| (format!("<![CDATA[{text}]]>"), text)),
        2 => "[a-z<>&]{0,4}".prop_map(|text| (format!("<!--{text}-->"), String::new())),
        1 => "[a-z<>&]{0,4}".prop_map(|text| (format!("<?p {text}?>"), String::new())),
        2 => any::<char>()
            .prop_filter("a character of XML", |character| {
                !character.is_control() && !matches!(character, '\u{FFFE}' | '\u{FFFF}')
            })
            .prop_map(|character| (format!("&#x{:X};", character as u32), character.into())),
        1 => prop_oneof![
            Just(("&amp;", "&")),
            Just(("&lt;", "<")),
            Just(("&gt;", ">")),
            Just(("&quot;", "\"")),
            Just(("&apos;", "'")),
            Just(("&#13;", "\r")),
            Just(("&#xA;", "\n")),
        ]
        .prop_map(|(written, read)| (written.to_owned(), read.to_owned())),
    ]
}

fn parse(text: &str) -> Document<'_> {
    Document::parse(text, Dialect::Xml, &XmlLimits::default()).unwrap()
}

fn canonical(document: &Document<'_>) -> String {
    let canonical = Canonical::new(CanonicalMethod::Exclusive);
    canonical.octets(document.root(), None).unwrap()
}

/// Canonical XML §2.3, text nodes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "&#xD;")
}

proptest! {
    #[test]
    fn the_text_is_what_all_its_parts_say(parts in proptest::collection::vec(part(), 0..12)) {
        let (written, read): (String, String) = parts.into_iter().unzip();
        let source = format!("<a>{written}</a>");
        let document = parse(&source);
        prop_assert_eq!(document.root().text(), &*read);
    }

    #[test]
    fn the_text_is_what_the_signature_covers(parts in proptest::collection::vec(part(), 0..12)) {
        let written: String = parts.into_iter().map(|(written, _)| written).collect();
        let written = without_instructions(&written);
        let source = format!("<a>{written}</a>");
        let document = parse(&source);
        let text = document.root().text().into_owned();
        let octets = canonical(&document);
        prop_assert_eq!(&octets, &format!("<a>{}</a>", escaped(&text)));
        let again = parse(&octets);
        prop_assert_eq!(again.root().text(), text);
    }
}

/// Canonical forms keep instructions, so they would stand between the parts of the text.
fn without_instructions(written: &str) -> String {
    let mut kept = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("<?p ") {
        kept.push_str(before);
        rest = after.split_once("?>").map_or("", |(_, behind)| behind);
    }
    kept + rest
}

#[test]
fn a_comment_does_not_cut_a_name_id() {
    let document = parse("<NameID>user@a.com<!---->.evil.com</NameID>");
    assert_eq!(document.root().text(), "user@a.com.evil.com");
}

#[test]
fn an_instruction_is_no_text_and_is_refused_in_saml() {
    let source = "<NameID>user<?x @evil.com?></NameID>";
    assert_eq!(parse(source).root().text(), "user");
    assert!(Document::parse(source, Dialect::Saml, &XmlLimits::default()).is_err());
}

#[test]
fn text_of_child_elements_is_not_text_of_the_element() {
    let document = parse("<a>1<b>2</b>3</a>");
    assert_eq!(document.root().text(), "13");
}
