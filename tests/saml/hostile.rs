//! Inputs that are made to cost much: each is refused by a named bound or by its first broken
//! rule, and none is worked through.

use vestibule::error::{Blame, Explain};
use vestibule::limits::MAX_FAILED_CHECKS;
use vestibule::saml::{CheckClass, ParsedResponse};

use super::idp::{ASSERTION, BOTH, Connection, Message, RESPONSE_ONLY, judge, replace};

const STATUS: &str = "</saml:Issuer><samlp:Status>";
const DS: &str = r#"xmlns:ds="http://www.w3.org/2000/09/xmldsig#""#;

fn extensions(added: &str) -> String {
    format!("</saml:Issuer><samlp:Extensions>{added}</samlp:Extensions><samlp:Status>")
}

fn insert_in_extensions(xml: &str, added: &str) -> String {
    replace(xml, STATUS, &extensions(added))
}

fn sound() -> Message {
    Message::signed(ASSERTION)
}

/// Name, octets, and the code of the refusal.
pub(super) fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let signed = sound().xml();
    let inserted = |place: &str, added: &str| replace(&signed, place, &format!("{added}{place}"));
    let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
    let reference = r##"<ds:Reference URI="#_assertion-1"/>"##;
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=''")).collect();
    let namespaces: String = (0..80_000)
        .map(|n| format!(" xmlns:n{n}='urn:{n}'"))
        .collect();
    let extension = |added: &str| insert_in_extensions(&signed, added);
    let text = |xml: String| xml.into_bytes();
    vec![
        ("10 MB of text", vec![b'a'; 10_000_000], "xml-too-large"),
        (
            "10 MB in a message",
            text(extension(&"x".repeat(10_000_000))),
            "xml-too-large",
        ),
        (
            "100,000 levels",
            text(extension(&deep(100_000))),
            "xml-too-deep",
        ),
        (
            "100,000 levels, unclosed",
            text("<a>".repeat(100_000)),
            "xml-too-deep",
        ),
        (
            "5,000 references",
            text(inserted("</ds:SignedInfo>", &reference.repeat(5_000))),
            "signature-element-unexpected",
        ),
        (
            "1,000 signatures",
            text(extension(&format!("<ds:Signature {DS}/>").repeat(1_000))),
            "signature-misplaced",
        ),
        (
            "1,000 signatures on the assertion",
            text(inserted(
                "<saml:Subject>",
                &format!("<ds:Signature {DS}/>").repeat(1_000),
            )),
            "signature-several",
        ),
        (
            "10,000 assertions",
            text(extension(&"<saml:Assertion/>".repeat(10_000))),
            "saml-assertion-several",
        ),
        (
            "10,000 responses",
            text(extension(&"<samlp:Response/>".repeat(10_000))),
            "saml-element-unexpected",
        ),
        (
            "10,000 equal IDs",
            text(extension(&"<a ID='_assertion-1'/>".repeat(10_000))),
            "signature-id-duplicate",
        ),
        (
            "100,000 attributes",
            text(extension(&format!("<a{attributes}/>"))),
            "xml-too-many-attributes",
        ),
        (
            "80,000 namespaces",
            text(extension(&format!("<a{namespaces}/>"))),
            "xml-too-many-namespaces",
        ),
        (
            "1 MB of name",
            text(extension(&format!("<{}/>", "a".repeat(1_000_000)))),
            "xml-name-too-long",
        ),
        (
            "200,000 elements",
            text(extension(&"<a/>".repeat(200_000))),
            "xml-too-many-nodes",
        ),
        (
            "10,000 pieces of stray text",
            text(inserted(
                "</saml:Assertion>",
                &"x<saml:Extra/>".repeat(10_000),
            )),
            "signature-digest-mismatch",
        ),
        (
            "1 MB of signature value",
            text(inserted("</ds:SignatureValue>", &"A".repeat(1_000_000))),
            "signature-value-malformed",
        ),
    ]
}

#[test]
fn each_hostile_input_is_refused_by_the_rule_that_is_meant() {
    for (name, octets, code) in hostile() {
        let parsed = ParsedResponse::from_octets(octets);
        let refusal = parsed
            .and_then(|parsed| parsed.verify(&Connection::new().idp))
            .expect_err(name);
        assert_eq!(refusal.code(), code, "{name}");
        assert!(refusal.failed().count() <= MAX_FAILED_CHECKS, "{name}");
    }
}

/// A refusal is shown and logged, so that it must not grow with the message: neither by the number
/// of its checks nor by paths that are made for nothing.
#[test]
fn a_refusal_does_not_grow_with_the_message() {
    let sound = sound().xml();
    let stray = |count: usize| {
        let added = "<a/>".repeat(count);
        replace(
            &sound,
            "</samlp:Response>",
            &format!("{added}</samlp:Response>"),
        )
    };
    for (added, listed) in [(1, 1), (63, 63), (64, 64), (65, 64), (90_000, 64)] {
        let refusal = judge(&stray(added)).unwrap_err();
        assert_eq!(refusal.failed().count(), listed, "{added}");
    }
    let name = "a".repeat(500);
    let signatures = format!("<ds:Signature {DS}/>").repeat(20_000);
    let responses = "<samlp:Response/>".repeat(20_000);
    let deep = format!(
        "{}{signatures}{responses}{}",
        format!("<{name}>").repeat(60),
        format!("</{name}>").repeat(60),
    );
    let refusal = judge(&insert_in_extensions(&sound, &deep)).unwrap_err();
    let codes: Vec<_> = refusal.failed().map(|one| one.check().code()).collect();
    assert_eq!(codes, ["saml-element-unexpected", "signature-misplaced"]);
    let shown = serde_json::to_string(&refusal).unwrap();
    assert!(shown.len() < 100_000, "{}", shown.len());
}

#[test]
fn a_form_value_is_bounded_before_it_is_decoded() {
    let refusal = ParsedResponse::from_post(&"A".repeat(10_000_000)).unwrap_err();
    assert_eq!(refusal.code(), "saml-too-large");
    assert_eq!(refusal.first().check().class(), CheckClass::TooLarge);
}

/// A canonical form writes a namespace name wherever its prefix is used, so that a long name used
/// often would make gigabytes of a message. Whoever has one genuine signature can send such a
/// message: the signature over `SignedInfo` holds, and only the digest would tell.
#[test]
fn no_message_grows_without_bound_when_it_is_canonicalized() {
    let uses = |length: usize, count: usize| {
        let name = "n".repeat(length - "urn:".len());
        let declared = format!(r#"<samlp:Response xmlns:n="urn:{name}""#);
        let signed = replace(&sound().xml(), "<samlp:Response", &declared);
        let used = "<n:a/>".repeat(count);
        replace(
            &signed,
            "</saml:Assertion>",
            &format!("{used}</saml:Assertion>"),
        )
    };
    for (length, count, code) in [
        (512, 1, "signature-digest-mismatch"),
        (50, 10_000, "signature-digest-mismatch"),
        (512, 10_000, "xml-canonical-too-long"),
        (100_000, 10_000, "xml-canonical-too-long"),
        (1_000_000, 90_000, "xml-canonical-too-long"),
    ] {
        let refusal = judge(&uses(length, count)).unwrap_err();
        assert_eq!(refusal.code(), code, "{count} uses of {length} bytes");
        let is_limit = code != "signature-digest-mismatch";
        assert_eq!(
            refusal.first().check().class() == CheckClass::TooLarge,
            is_limit
        );
        assert_eq!(refusal.blame() == Blame::Limit, is_limit);
    }
}

/// Everything at once that a genuine identity provider may send much of.
#[test]
fn large_genuine_messages_are_accepted() {
    for parts in [ASSERTION, RESPONSE_ONLY, BOTH] {
        let groups =
            (0..8_000).map(|n| format!("<saml:AttributeValue>group-{n}</saml:AttributeValue>"));
        let end = "poets</saml:AttributeValue>";
        let message =
            Message::signed(parts).edit(end, &format!("{end}{}", groups.collect::<String>()));
        let login = judge(&message.xml()).unwrap();
        assert_eq!(login.identity.groups.len(), 8_002);
    }
    let message = sound().edit(STATUS, &extensions(&"<a><b/></a>".repeat(10_000)));
    assert!(judge(&message.xml()).is_ok());
}
