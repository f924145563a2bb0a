//! Laws that hold for every byte and every value, over genuinely signed messages.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use vestibule::limits::XmlLimits;
use vestibule::saml::{Attribute, AttributeValue, Login, ParsedResponse};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

use super::idp::{
    ASSERTION, BOTH, Connection, IDP, Message, NAME_ID, RESPONSE, RESPONSE_ONLY, SP, judge, replace,
};

fn assertion_of(xml: &str) -> Range<usize> {
    let tag = "</saml:Assertion>";
    xml.find("<saml:Assertion").unwrap()..xml.find(tag).unwrap() + tag.len()
}

/// Judges the message with one byte changed; the octets may be no text any more.
fn with_byte(connection: &Connection, xml: &str, at: usize, byte: u8) -> Option<Login> {
    let mut octets = xml.as_bytes().to_vec();
    octets[at] = byte;
    connection.judge_form(&STANDARD.encode(octets)).ok()
}

fn flips_that_are_accepted(xml: &str, range: impl Iterator<Item = usize>) -> Vec<usize> {
    let connection = Connection::new();
    assert!(connection.judge(xml).is_ok());
    range
        .filter(|at| with_byte(&connection, xml, *at, xml.as_bytes()[*at] ^ 1).is_some())
        .collect()
}

#[test]
fn no_byte_of_a_signed_assertion_can_be_flipped() {
    let xml = Message::signed(ASSERTION).xml();
    let none: [usize; 0] = [];
    assert_eq!(flips_that_are_accepted(&xml, assertion_of(&xml)), none);
}

#[test]
fn no_byte_of_a_signed_response_can_be_flipped() {
    let xml = Message::signed(RESPONSE_ONLY).xml();
    let none: [usize; 0] = [];
    assert_eq!(flips_that_are_accepted(&xml, 0..xml.len()), none);
}

/// The signature of the response covers that of the assertion.
#[test]
fn no_byte_of_a_response_with_both_signatures_can_be_flipped() {
    let xml = Message::signed(BOTH).xml();
    let none: [usize; 0] = [];
    assert_eq!(
        flips_that_are_accepted(&xml, (0..xml.len()).step_by(3)),
        none
    );
}

#[test]
fn attack_31_bytes_around_a_signed_assertion_change_nothing_or_refuse() {
    let xml = Message::signed(ASSERTION).xml();
    let connection = Connection::new();
    let login = connection.judge(&xml).unwrap();
    let signed = assertion_of(&xml);
    let mut accepted = 0;
    for at in (0..signed.start).chain(signed.end..xml.len()) {
        let byte = xml.as_bytes()[at];
        for other in [byte ^ 1, byte ^ 0x20, b'<', b'"', b'&', b' ', b'a'] {
            if let Some(changed) = with_byte(&connection, &xml, at, other) {
                assert_eq!(changed, login, "byte {at} to {other}");
                accepted += usize::from(other != byte);
            }
        }
    }
    // Such as letters of the response's own ID.
    assert!(accepted > 10, "{accepted}");
}

#[test]
fn nothing_that_is_cut_short_is_accepted() {
    let xml = Message::signed(BOTH).xml();
    let connection = Connection::new();
    for end in 0..xml.len() {
        assert!(ParsedResponse::from_octets(xml.as_bytes()[..end].to_vec()).is_err());
        assert!(ParsedResponse::from_octets(xml.as_bytes()[end + 1..].to_vec()).is_err());
    }
    let form_value = STANDARD.encode(&xml);
    for end in (0..form_value.len()).step_by(7) {
        assert!(connection.judge_form(&form_value[..end]).is_err());
    }
}

/// Puts separators into `text` that no reader may stop at.
fn split(text: &str, pieces: &[(usize, &'static str)]) -> String {
    let mut pieces: Vec<_> = pieces
        .iter()
        .map(|(place, separator)| (place % (text.len() + 1), separator))
        .collect();
    pieces.sort();
    // From the end, so that the places before stay where they are.
    pieces
        .into_iter()
        .rev()
        .fold(text.to_owned(), |mut written, (at, separator)| {
            written.insert_str(at, separator);
            written
        })
}

fn pieces() -> impl Strategy<Value = Vec<(usize, &'static str)>> {
    let separators = vec!["<!---->", "<!-- x -->", "<![CDATA[]]>"];
    prop::collection::vec((0_usize..200, proptest::sample::select(separators)), 0..4)
}

/// All places of one comment, put in by an attacker after signing: a canonical form without
/// comments does not notice.
#[test]
fn a_comment_anywhere_in_signed_text_changes_nothing() {
    let xml = Message::signed(ASSERTION).xml();
    let login = judge(&xml).unwrap();
    let subject_confirmation = xml.find("<saml:SubjectConfirmation").unwrap();
    for text in [NAME_ID, "Augusta", "difference-engineers", "poets", SP] {
        let start = match text {
            SP => xml.rfind(text).unwrap(),
            _ => xml.find(text).unwrap(),
        };
        for at in start..=start + text.len() {
            let split = format!("{}<!--@evil.example-->{}", &xml[..at], &xml[at..]);
            assert_eq!(judge(&split).as_ref(), Ok(&login), "{text} at {at}");
        }
    }
    let instruction = format!(
        "{}<?x y?>{}",
        &xml[..subject_confirmation],
        &xml[subject_confirmation..]
    );
    assert!(judge(&instruction).is_err());
}

fn values(attributes: &[Attribute]) -> Vec<(String, Vec<String>)> {
    let text = |value: &AttributeValue| match value {
        AttributeValue::Text(text) | AttributeValue::Nested(text) => text.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    attributes
        .iter()
        .map(|one| (one.name.clone(), one.values.iter().map(text).collect()))
        .collect()
}

/// The same by another reader, from the canonical octets of the assertion.
fn values_by_roxmltree(octets: &str) -> (String, Vec<(String, Vec<String>)>) {
    let tree = roxmltree::Document::parse(octets).unwrap();
    let all_text = |node: roxmltree::Node<'_, '_>| -> String {
        let texts = node.children().filter(roxmltree::Node::is_text);
        texts.filter_map(|child| child.text()).collect()
    };
    let named =
        |name: &'static str| move |node: &roxmltree::Node<'_, '_>| node.tag_name().name() == name;
    let name_id = tree.descendants().find(named("NameID")).unwrap();
    let attributes = tree.descendants().filter(named("Attribute")).map(|one| {
        let values = one.children().filter(named("AttributeValue"));
        let name = one.attribute("Name").unwrap().to_owned();
        (name, values.map(all_text).collect())
    });
    (all_text(name_id), attributes.collect())
}

fn canonical_assertion(xml: &str) -> String {
    let document = Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap();
    let is = |name: &'static str| move |one: &vestibule::xml::Element<'_>| one.local_name() == name;
    let assertion = document.elements().find(is("Assertion")).unwrap();
    let signature = assertion.children().find(is("Signature"));
    let form = Canonical::new(CanonicalMethod::Exclusive);
    form.octets(assertion, signature).unwrap()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,24}",
        "[ \t\r\n]{0,3}[a-z]{1,8}[ \t\r\n]{0,3}",
        Just("]]&gt;".to_owned()),
        Just("<!-- -->".to_owned()),
    ]
}

/// Tokens of messages in any order: closer to a message than random bytes.
fn tokens() -> impl Strategy<Value = String> {
    let xml = Message::signed(BOTH).xml();
    let mut tokens: Vec<String> = xml.split_inclusive('>').map(str::to_owned).collect();
    let more = [
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&#0;",
        "<?x?>",
        "<!DOCTYPE a>",
        "\0",
        "<a",
        "'",
    ];
    tokens.extend(more.map(str::to_owned));
    let token = proptest::sample::select(tokens);
    proptest::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

fn start_of_response() -> &'static str {
    let end = RESPONSE.find('>').unwrap() + 1;
    &RESPONSE[..end]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn attack_7_split_text_is_read_whole(
        name_id in pieces(),
        value in pieces(),
        issuer in pieces(),
        audience in pieces(),
        with_comments in any::<bool>(),
    ) {
        let mut message = Message::signed(ASSERTION)
            .edit(NAME_ID, &split(NAME_ID, &name_id))
            .edit("difference-engineers", &split("difference-engineers", &value))
            .edit(
                &format!("{IDP}</saml:Issuer><saml:Subject>"),
                &format!("{}</saml:Issuer><saml:Subject>", split(IDP, &issuer)),
            )
            .edit(
                &format!("<saml:Audience>{SP}"),
                &format!("<saml:Audience>{}", split(SP, &audience)),
            );
        if with_comments {
            message = message.edit_signature(
                r#"xml-exc-c14n#"/></ds:Transforms>"#,
                r#"xml-exc-c14n#WithComments"/></ds:Transforms>"#,
            );
        }
        let plain = judge(&Message::signed(ASSERTION).xml()).unwrap();
        prop_assert_eq!(judge(&message.xml()), Ok(plain));
    }

    #[test]
    fn attack_14_23_claims_are_those_of_the_hashed_octets(
        name_id in text().prop_filter("not blank", |text| !text.trim().is_empty()),
        first in text(),
        second in text(),
        covered in proptest::sample::select(vec![ASSERTION, RESPONSE_ONLY, BOTH]),
    ) {
        let xml = Message::signed(covered)
            .edit(NAME_ID, &escape(&name_id))
            .edit("Augusta", &escape(&first))
            .edit("poets", &format!("<!-- -->{}", escape(&second)))
            .xml();
        let login = judge(&xml).unwrap();
        let (name_id_read, attributes) = values_by_roxmltree(&canonical_assertion(&xml));
        prop_assert_eq!(login.name_id.as_ref().unwrap().value.expose(), name_id_read);
        prop_assert_eq!(values(&login.attributes), attributes);
    }

    #[test]
    fn no_form_value_panics(text in any::<String>(), octets in any::<Vec<u8>>()) {
        let connection = Connection::new();
        prop_assert!(connection.judge_form(&text).is_err());
        prop_assert!(connection.judge_form(&STANDARD.encode(octets)).is_err());
    }

    #[test]
    fn no_order_of_tokens_panics(tokens in tokens()) {
        let connection = Connection::new();
        let inside = format!("{}{tokens}</samlp:Response>", start_of_response());
        for xml in [&tokens, &inside] {
            prop_assert!(connection.judge(xml).is_err());
        }
    }
}

/// The oracle itself: it sees a difference.
#[test]
fn the_second_reader_notices_another_name() {
    let xml = Message::signed(ASSERTION).xml();
    let (name_id, _) = values_by_roxmltree(&canonical_assertion(&replace(&xml, NAME_ID, "x")));
    assert_eq!(name_id, "x");
}
