//! Confusion about what a signature is of: its place, its IDs, its references and its parts.

use super::super::idp::{ASSERTION, Message, replace};
use super::carrier::{
    ALL, ASSERTION_SIGNED, Carrier, POSTED, RESPONSES, extensions, put_at_end, put_at_head,
    without_signature,
};

const URI: &str = r##"URI="#ID-OF-PARENT""##;

/// The ID of the element that the first signature is of.
fn signed_id(carrier: &Carrier) -> String {
    let xml = carrier.xml();
    let (_, signature) = match carrier.first_signed() {
        "Assertion" => without_signature(&xml[xml.find("<saml:Assertion").unwrap()..]),
        _ => without_signature(&xml),
    };
    let start = signature.find("URI=\"#").unwrap() + 6;
    let end = start + signature[start..].find('"').unwrap();
    signature[start..end].to_owned()
}

/// Signs with one change of the signature, and asserts the refusal beside the unchanged twin.
#[track_caller]
fn assert_change(carrier: &Carrier, from: &str, to: &str, code: &str) {
    let message = carrier.message().edit_signature(from, to);
    carrier.assert_attack(to, carrier.xml(), message.xml(), code);
}

#[test]
fn attack_3_53_two_elements_with_one_id() {
    for carrier in ALL {
        let with_id = |id: &str| {
            let harmless = format!(r#"<x:x xmlns:x="urn:x" ID="{id}"/>"#);
            carrier.with_extension(&harmless).xml()
        };
        let id = signed_id(&carrier);
        carrier.assert_attack("ID", with_id("_x"), with_id(&id), "signature-id-duplicate");
        // Also when the second has nothing to do with a signature.
        let twice = r#"<x:x xmlns:x="urn:x" ID="_x"/><x:x xmlns:x="urn:x" ID="_x"/>"#;
        let xml = carrier.with_extension(twice).xml();
        carrier.assert_refused("unrelated", xml, "signature-id-duplicate");
    }
}

#[test]
fn attack_25_an_id_in_another_spelling() {
    for carrier in ALL {
        let id = signed_id(&carrier);
        for name in ["Id", "id", "iD", "xml:id", "x:ID", "x:id"] {
            let spelled = |id: &str| {
                let harmless = format!(r#"<x:x xmlns:x="urn:x" {name}="{id}"/>"#);
                carrier.with_extension(&harmless).xml()
            };
            let attack = spelled(&id);
            carrier.assert_attack(name, spelled("_x"), attack, "signature-id-duplicate");
        }
        // The signed element called by another attribute only, or by two of them.
        for (name, code) in [
            ("Id", "signature-id-missing"),
            ("xml:id", "signature-id-missing"),
            ("x:ID", "signature-id-missing"),
        ] {
            let unsigned = carrier.unsigned_xml();
            let from = format!(r#" ID="{id}""#);
            let to = format!(r#" xmlns:x="urn:x" {name}="{id}""#);
            let message = Message::of(replace(&unsigned, &from, &to), carrier.signed);
            let message = message.edit_signature(URI, &format!(r##"URI="#{id}""##));
            match carrier.signed.len() {
                1 => carrier.assert_refused(name, message.xml(), code),
                _ => assert!(carrier.judge(message.xml()).is_err()),
            }
        }
        let from = format!(r#" ID="{id}""#);
        let to = format!(r#" ID="_other" xml:id="{id}""#);
        let two = Message::of(
            replace(&carrier.unsigned_xml(), &from, &to),
            &carrier.signed[..1],
        );
        let two = two.edit_signature(URI, &format!(r##"URI="#{id}""##));
        carrier.assert_refused("two names", two.xml(), "signature-reference-mismatch");
    }
}

/// A genuine signature that stands anywhere but in what it signs.
#[test]
fn attack_12_a_signature_elsewhere() {
    for carrier in ALL {
        let (bare, signature) = without_signature(&carrier.xml());
        let in_extensions = put_at_head(&bare, &extensions(carrier.root, &signature));
        let at_the_end = put_at_end(&bare, &signature);
        let is_posted = POSTED.iter().any(|posted| posted.name == carrier.name);
        let hidden = match is_posted {
            true => "signature-misplaced",
            false => "signature-missing",
        };
        carrier.assert_attack("extensions", carrier.xml(), in_extensions, hidden);
        carrier.assert_refused("at the end", at_the_end, "signature-misplaced");
    }
    for carrier in RESPONSES {
        let (bare, signature) = without_signature(&carrier.xml());
        for (place, code) in [
            ("</saml:Subject>", "signature-misplaced"),
            ("</samlp:Status>", "signature-misplaced"),
            ("</saml:AttributeStatement>", "signature-misplaced"),
        ] {
            let moved = replace(&bare, place, &format!("{signature}{place}"));
            carrier.assert_refused(place, moved, code);
        }
    }
}

/// Signatures at the place of the schema and in the namespace of the standard, and nowhere else.
#[test]
fn attack_9_a_signature_against_the_schema() {
    for carrier in ALL {
        let xml = carrier.xml();
        let (_, signature) = without_signature(&xml);
        let second = xml.replacen(&signature, &format!("{signature}{signature}"), 1);
        carrier.assert_attack("twice", &xml, second, "signature-several");
        let foreign = signature.replacen(
            "http://www.w3.org/2000/09/xmldsig#",
            "http://www.w3.org/2000/09/xmldsig",
            1,
        );
        let foreign = xml.replacen(&signature, &foreign, 1);
        let code = match carrier.root == "samlp:Response" && carrier.is_root_signed() {
            true => "saml-element-unexpected",
            false => "signature-missing",
        };
        carrier.assert_refused("another namespace", foreign, code);
    }
    for carrier in POSTED {
        let (bare, signature) = without_signature(&carrier.xml());
        let issuer = bare.find("<saml:Issuer>").unwrap();
        let before = format!("{}{signature}{}", &bare[..issuer], &bare[issuer..]);
        carrier.assert_refused("before the issuer", before, "signature-misplaced");
    }
}

#[test]
fn attack_27_several_signed_infos() {
    for carrier in ALL {
        let (start, end) = ("<ds:SignedInfo>", "</ds:SignedInfo>");
        let sound = carrier.xml();
        carrier.assert_accepted("one", &sound);
        let (at, behind) = (
            sound.find(start).unwrap(),
            sound.find(end).unwrap() + end.len(),
        );
        let genuine = &sound[at..behind];
        let digest = genuine.find("<ds:DigestValue>").unwrap() + 16;
        let forged = format!("{}AAAA{}", &genuine[..digest], &genuine[digest + 4..]);
        for (name, both, code) in [
            (
                "the forged one first",
                format!("{forged}{genuine}"),
                "signature-element-missing",
            ),
            (
                "the forged one second",
                format!("{genuine}{forged}"),
                "signature-element-missing",
            ),
        ] {
            let xml = format!("{}{both}{}", &sound[..at], &sound[behind..]);
            let claim = xml.replacen(carrier.genuine, carrier.forged, 1);
            carrier.assert_refused(name, xml, code);
            carrier.assert_refused(name, claim, code);
        }
        let value = "</ds:SignatureValue>";
        let last = sound.replacen(value, &format!("{value}{forged}"), 1);
        carrier.assert_refused("behind the value", last, "signature-element-unexpected");
    }
}

#[test]
fn attack_35_several_references() {
    for carrier in ALL {
        let second = r##"</ds:Reference><ds:Reference URI="#_x"/>"##;
        assert_change(
            &carrier,
            "</ds:Reference>",
            second,
            "signature-element-unexpected",
        );
        let start = r##"<ds:Reference URI="#_x"/><ds:Reference URI="##;
        assert_change(
            &carrier,
            "<ds:Reference URI=",
            start,
            "signature-element-unexpected",
        );
        assert_change(
            &carrier,
            "<ds:Reference URI=",
            "<ds:Reference Type='x' URI=",
            "signature-attribute-unexpected",
        );
    }
}

#[test]
fn attack_51_an_object_in_a_signature() {
    for carrier in ALL {
        let end = "</ds:SignatureValue>";
        let manifest =
            r##"<ds:Object><ds:Manifest><ds:Reference URI="#_x"/></ds:Manifest></ds:Object>"##;
        for object in [
            "<ds:Object/>",
            manifest,
            "<ds:Object><x:x xmlns:x='urn:x'/></ds:Object>",
        ] {
            let to = format!("{end}{object}");
            assert_change(&carrier, end, &to, "signature-element-unexpected");
        }
    }
}

#[test]
fn attack_54_a_reference_to_another_element() {
    for carrier in ALL {
        let with_uri = |uri: &str| {
            let other = r#"<x:x xmlns:x="urn:x" ID="_x"/>"#;
            let message = carrier.with_extension(other);
            message.edit_signature(URI, &format!("URI=\"{uri}\"")).xml()
        };
        let sound = carrier
            .with_extension(r#"<x:x xmlns:x="urn:x" ID="_x"/>"#)
            .xml();
        carrier.assert_accepted("to the parent", &sound);
        let id = signed_id(&carrier);
        for uri in [
            "#_x".to_owned(),
            "#".to_owned(),
            id.clone(),
            format!("#{id} "),
            format!("#xpointer(id('{id}'))"),
        ] {
            carrier.assert_refused(&uri, with_uri(&uri), "signature-reference-mismatch");
        }
    }
    // The empty reference is to the root, and an assertion is none.
    let to_root = Message::signed(ASSERTION).edit_signature(URI, r#"URI="""#);
    ASSERTION_SIGNED.assert_refused("root", to_root.xml(), "signature-reference-mismatch");
}

/// A digest that would fit, where a search over the whole document finds it first.
#[test]
fn attack_21_pieces_of_a_signature_elsewhere() {
    for carrier in ALL {
        let digest =
            "<ds:DigestValue xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>AAAA</ds:DigestValue>";
        let info = "<ds:SignedInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:Reference/></ds:SignedInfo>";
        for piece in [digest, info] {
            let sound = carrier.with_extension(piece).xml();
            let claim = sound.replacen(carrier.genuine, carrier.forged, 1);
            carrier.assert_attack(piece, sound, claim, "signature-digest-mismatch");
        }
    }
    for carrier in RESPONSES {
        let detail = |content: &str| {
            let end = "</samlp:Status>";
            let with = format!("<samlp:StatusDetail>{content}</samlp:StatusDetail>{end}");
            Message::of(replace(&carrier.unsigned_xml(), end, &with), carrier.signed).xml()
        };
        let harmless = detail("<ds:DigestValue xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/>");
        carrier.assert_accepted("in the detail", &harmless);
        let concealed = ASSERTION_SIGNED.xml();
        let start = concealed.find("<saml:Assertion").unwrap();
        let concealed = concealed[start..].replace("</samlp:Response>", "");
        let concealed = concealed.replace("_assertion-1", "_assertion-2");
        carrier.assert_refused("concealed", detail(&concealed), "signature-misplaced");
    }
}
