//! Signature wrapping: genuinely signed pieces rearranged around a forged one, in all the known
//! ways, each beside the same arrangement with something harmless in place of the forged piece.

use vestibule::saml::{CheckClass, Refusal};

use super::idp::{
    ASSERTION, BOTH, Connection, FORGED, Message, NAME_ID, RESPONSE_ONLY, judge, replace,
};

/// A signed message taken apart around its assertion.
struct Parts {
    head: String,
    /// The assertion with its signature, when it has one.
    original: String,
    tail: String,
}

impl Parts {
    fn of(signed: &[&'static str; 1]) -> Self {
        let xml = match signed {
            ["Assertion"] => Message::signed(ASSERTION).xml(),
            _ => Message::signed(RESPONSE_ONLY).xml(),
        };
        let start = xml.find("<saml:Assertion").unwrap();
        let tag = "</saml:Assertion>";
        let end = xml.find(tag).unwrap() + tag.len();
        Self {
            head: xml[..start].to_owned(),
            original: xml[start..end].to_owned(),
            tail: xml[end..].to_owned(),
        }
    }

    fn with(&self, assertions: &str) -> String {
        format!("{}{assertions}{}", self.head, self.tail)
    }

    fn with_extensions(&self, extensions: &str, assertions: &str) -> String {
        let extensions = format!("<samlp:Extensions>{extensions}</samlp:Extensions><samlp:Status>");
        let head = replace(&self.head, "<samlp:Status>", &extensions);
        format!("{head}{assertions}{}", self.tail)
    }

    fn with_detail(&self, detail: &str, assertions: &str) -> String {
        let detail = format!("<samlp:StatusDetail>{detail}</samlp:StatusDetail></samlp:Status>");
        let head = replace(&self.head, "</samlp:Status>", &detail);
        format!("{head}{assertions}{}", self.tail)
    }
}

/// `xml` without its first signature, and that signature.
fn without_signature(xml: &str) -> (String, String) {
    let Some(start) = xml.find("<ds:Signature ") else {
        return (xml.to_owned(), String::new());
    };
    let tag = "</ds:Signature>";
    let end = xml.find(tag).unwrap() + tag.len();
    (
        format!("{}{}", &xml[..start], &xml[end..]),
        xml[start..end].to_owned(),
    )
}

fn forge(xml: &str, ids: &[(&str, &str)]) -> String {
    let forged = replace(xml, NAME_ID, FORGED);
    ids.iter()
        .fold(forged, |forged, (from, to)| replace(&forged, from, to))
}

fn insert_before(xml: &str, place: &str, added: &str) -> String {
    replace(xml, place, &format!("{added}{place}"))
}

fn append(xml: &str, end_tag: &str, added: &str) -> String {
    let at = xml.rfind(end_tag).unwrap();
    format!("{}{added}{}", &xml[..at], &xml[at..])
}

const ISSUER_END: &str = "</saml:Issuer><saml:Subject>";

fn after_issuer(assertion: &str, signature: &str) -> String {
    replace(
        assertion,
        ISSUER_END,
        &format!("</saml:Issuer>{signature}<saml:Subject>"),
    )
}

fn into_signature(signature: &str, added: &str) -> String {
    append(signature, "</ds:Signature>", added)
}

fn object(content: &str) -> String {
    format!("<ds:Object>{content}</ds:Object>")
}

const ASSERTION_END: &str = "</saml:Assertion>";
const ASSERTION_ID: (&str, &str) = (r#" ID="_assertion-1""#, r#" ID="_evil-1""#);
const RESPONSE_ID: (&str, &str) = (r#" ID="_response-1""#, r#" ID="_evil-2""#);

/// XSW 3 to 8 and the hiding places, around the assertion.
fn around_assertion(parts: &Parts, evil: &str) -> Vec<(&'static str, String)> {
    let original = parts.original.as_str();
    let (bare, of_assertion) = without_signature(original);
    let (_, of_response) = without_signature(&parts.head);
    let signature = match of_assertion.as_str() {
        "" => of_response,
        _ => of_assertion,
    };
    let inside = |place: &str, added: &str| insert_before(evil, place, added);
    let advice = format!("<saml:Advice>{original}</saml:Advice>");
    let in_value = format!("<saml:AttributeValue>{original}</saml:AttributeValue>");
    let in_data = evil.replace(
        r#"07:45:20Z"/>"#,
        &format!(r#"07:45:20Z">{original}</saml:SubjectConfirmationData>"#),
    );
    let evil_in_advice = format!("<saml:Advice>{evil}</saml:Advice>");
    vec![
        ("xsw3", parts.with(&format!("{evil}{original}"))),
        ("xsw3 behind", parts.with(&format!("{original}{evil}"))),
        ("xsw4", parts.with(&append(evil, ASSERTION_END, original))),
        (
            "xsw5",
            parts.with(&format!("{}{bare}", after_issuer(evil, &signature))),
        ),
        (
            "xsw6",
            parts.with(&after_issuer(evil, &into_signature(&signature, &bare))),
        ),
        ("xsw7", parts.with_extensions(evil, original)),
        ("xsw7 reversed", parts.with_extensions(original, evil)),
        (
            "xsw8",
            parts.with(&after_issuer(
                evil,
                &into_signature(&signature, &object(&bare)),
            )),
        ),
        ("detail", parts.with_detail(evil, original)),
        ("detail reversed", parts.with_detail(original, evil)),
        (
            "advice",
            parts.with(&inside("<saml:AuthnStatement", &advice)),
        ),
        (
            "advice reversed",
            parts.with(&insert_before(
                original,
                "<saml:AuthnStatement",
                &evil_in_advice,
            )),
        ),
        (
            "value",
            parts.with(&inside("<saml:AttributeValue>poets", &in_value)),
        ),
        ("confirmation data", parts.with(&in_data)),
        (
            "conditions",
            parts.with(&inside("</saml:Conditions>", original)),
        ),
        (
            "foreign element",
            parts.with_extensions(&format!(r#"<x:x xmlns:x="urn:x">{original}</x:x>"#), evil),
        ),
        (
            "encrypted behind",
            parts.with(&format!("{original}<saml:EncryptedAssertion/>")),
        ),
        (
            "encrypted before",
            parts.with(&format!("<saml:EncryptedAssertion/>{original}")),
        ),
    ]
}

/// XSW 1 and 2 and the hiding places, around the whole response.
fn around_response(xml: &str, evil: &str) -> Vec<(&'static str, String)> {
    let (bare, signature) = without_signature(xml);
    let status = "<samlp:Status>";
    let before_status = |added: &str| insert_before(evil, status, added);
    let ancestor = replace(
        evil,
        "</saml:Issuer><samlp:Status>",
        &format!("{xml}</saml:Issuer><samlp:Status>"),
    );
    let extensions = format!("<samlp:Extensions>{xml}</samlp:Extensions>");
    let detail = format!("<samlp:StatusDetail>{xml}</samlp:StatusDetail>");
    let advice = format!("<saml:Advice>{xml}</saml:Advice>");
    vec![
        ("xsw1", before_status(&into_signature(&signature, &bare))),
        ("xsw2", before_status(&format!("{bare}{signature}"))),
        (
            "xsw2 reversed",
            before_status(&format!("{signature}{bare}")),
        ),
        (
            "object",
            before_status(&into_signature(&signature, &object(&bare))),
        ),
        ("ancestor", ancestor),
        (
            "ancestor, signed",
            before_status(&signature).replacen(
                "</saml:Issuer>",
                &format!("{bare}</saml:Issuer>"),
                1,
            ),
        ),
        ("extensions", before_status(&extensions)),
        ("detail", insert_before(evil, "</samlp:Status>", &detail)),
        (
            "advice",
            insert_before(evil, "<saml:AuthnStatement", &advice),
        ),
        ("at the end", append(evil, "</samlp:Response>", xml)),
        ("two roots", format!("{xml}{evil}")),
        ("two roots reversed", format!("{evil}{xml}")),
    ]
}

fn assert_wrapping(name: &str, refusal: Option<Refusal>) {
    let Some(refusal) = refusal else {
        panic!("{name}: accepted");
    };
    let expected = [
        CheckClass::Wrapping,
        CheckClass::Structure,
        CheckClass::Signature,
        CheckClass::Other,
    ];
    let class = refusal.first().check().class();
    assert!(expected.contains(&class), "{name}: {refusal:?}");
}

#[test]
fn no_arrangement_around_an_assertion_is_accepted() {
    for signed in [["Assertion"], ["Response"]] {
        let parts = Parts::of(&signed);
        assert!(judge(&parts.with(&parts.original)).is_ok());
        let (bare, _) = without_signature(&parts.original);
        let mut count = 0;
        for ids in [&[ASSERTION_ID][..], &[]] {
            for (name, xml) in around_assertion(&parts, &forge(&bare, ids)) {
                let name = format!("{name}, {signed:?} signed, {ids:?}");
                assert_wrapping(&name, judge(&xml).err());
                count += 1;
            }
        }
        assert_eq!(count, 36);
    }
}

#[test]
fn no_arrangement_around_a_response_is_accepted() {
    for parts in [RESPONSE_ONLY, ASSERTION, BOTH] {
        let xml = Message::signed(parts).xml();
        assert!(judge(&xml).is_ok());
        let mut bare = xml.clone();
        while bare.contains("<ds:Signature ") {
            bare = without_signature(&bare).0;
        }
        let mut count = 0;
        for ids in [&[ASSERTION_ID, RESPONSE_ID][..], &[RESPONSE_ID], &[]] {
            for (name, xml) in around_response(&xml, &forge(&bare, ids)) {
                let name = format!("{name}, {parts:?} signed, {ids:?}");
                assert_wrapping(&name, judge(&xml).err());
                count += 1;
            }
        }
        assert_eq!(count, 36);
    }
}

/// The controls: the builders with something harmless instead of the forged or the original piece.
#[test]
fn the_same_arrangements_of_harmless_pieces_are_accepted() {
    let harmless = r#"<x:x xmlns:x="urn:x" ID="_x"><x:Assertion/></x:x>"#;
    let parts = Parts::of(&["Assertion"]);
    for xml in [
        parts.with_extensions(harmless, &parts.original),
        parts.with_detail(harmless, &parts.original),
    ] {
        let login = judge(&xml).unwrap();
        assert_eq!(login.name_id.as_ref().unwrap().value.expose(), NAME_ID);
    }
    let advice = format!("</saml:Conditions><saml:Advice>{harmless}</saml:Advice>");
    let value = format!("<saml:AttributeValue>{harmless}</saml:AttributeValue>");
    for (place, added) in [
        ("</saml:Conditions>", advice),
        (
            "<saml:AttributeValue>poets",
            format!("{value}<saml:AttributeValue>poets"),
        ),
        (
            r#"07:45:20Z"/>"#,
            format!(r#"07:45:20Z">{harmless}</saml:SubjectConfirmationData>"#),
        ),
    ] {
        for signed in [ASSERTION, RESPONSE_ONLY] {
            let login = judge(&Message::signed(signed).edit(place, &added).xml()).unwrap();
            assert_eq!(login.name_id.as_ref().unwrap().value.expose(), NAME_ID);
        }
    }
}

/// What the attacker signs is genuine, but by another key, and beside the genuine one.
#[test]
fn a_second_signer_helps_nobody() {
    let forged = Message::signed(ASSERTION)
        .edit(NAME_ID, FORGED)
        .key("other-rsa-2048");
    let attacker = Connection::with_keys(&["other-rsa-2048"]);
    let login = attacker.judge(&forged.xml()).unwrap();
    assert_eq!(login.name_id.as_ref().unwrap().value.expose(), FORGED);
    assert!(judge(&forged.xml()).is_err());
    let parts = Parts::of(&["Assertion"]);
    let signed = forged.edit(ASSERTION_ID.0, ASSERTION_ID.1).xml();
    let start = signed.find("<saml:Assertion").unwrap();
    let end = signed.find(ASSERTION_END).unwrap() + ASSERTION_END.len();
    let evil = &signed[start..end];
    for both in [
        format!("{evil}{}", parts.original),
        format!("{}{evil}", parts.original),
    ] {
        assert_wrapping("two signers", judge(&parts.with(&both)).err());
    }
    assert_wrapping(
        "in extensions",
        judge(&parts.with_extensions(&parts.original, evil)).err(),
    );
}

/// In a response that is not signed, its own values can refuse and cannot accept.
#[test]
fn values_around_a_signed_assertion_only_refuse() {
    let sound = Message::signed(ASSERTION).xml();
    let expected = judge(&sound).unwrap();
    for (from, to) in [
        (r#" Destination="https://sp.example.com/acs""#, ""),
        (
            "<saml:Issuer>https://idp.example.org/metadata</saml:Issuer><samlp:Status>",
            "<samlp:Status>",
        ),
        (r#" ID="_response-1""#, r#" ID="_any""#),
    ] {
        assert_eq!(judge(&replace(&sound, from, to)).as_ref(), Ok(&expected));
    }
    let wrong_inside = Message::signed(ASSERTION).edit(
        r#"Recipient="https://sp.example.com/acs""#,
        r#"Recipient="https://sp.example.com""#,
    );
    assert!(judge(&wrong_inside.xml()).is_err());
}
