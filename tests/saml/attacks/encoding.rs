//! Octets that two readers read differently: roots, entities, namespaces, base64, encodings of text,
//! line ends, look-alikes and types.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::error::Explain;
use vestibule::saml::{ParsedLogoutRequest, ParsedLogoutResponse, ParsedResponse, Refusal};

use super::super::idp::{ACS, Connection, IDP, Message, NAME_ID, SP, replace};
use super::carrier::{ALL, Carrier, LOGOUT_REQUEST, LOGOUT_RESPONSE, NAMED, POSTED, RESPONSES};

#[test]
fn attack_15_more_than_one_root() {
    for carrier in ALL {
        let sound = carrier.xml();
        let forged = carrier.forged();
        for (xml, code) in [
            (format!("{sound}{sound}"), "xml-root-several"),
            (format!("{sound}{forged}"), "xml-root-several"),
            (format!("{forged}{sound}"), "xml-root-several"),
            (format!("{sound}<x/>"), "xml-root-several"),
            (format!("<x/>{sound}"), "xml-root-several"),
            (format!("{sound}x"), "xml-text-outside-root"),
            (format!("x{sound}"), "xml-text-outside-root"),
            (format!("{sound}<![CDATA[x]]>"), "xml-cdata-outside-root"),
        ] {
            carrier.assert_attack(&xml, format!("\n{sound}\n"), &xml, code);
        }
        carrier.assert_refused("cut", &sound[..sound.len() - 1], "xml-markup-malformed");
        carrier.assert_refused("nothing", "", "xml-root-missing");
    }
}

#[test]
fn attack_22_44_a_doctype_or_an_entity() {
    for carrier in ALL {
        let sound = carrier.xml();
        let root = carrier.root;
        for doctype in [
            format!("<!DOCTYPE {root}>"),
            format!("<!DOCTYPE {root} SYSTEM 'file:///etc/passwd'>"),
            format!("<!DOCTYPE {root} [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
            format!("<!DOCTYPE {root} [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>"),
            format!("<!DOCTYPE {root} [<!ATTLIST {root} ID CDATA '_x'>]>"),
            format!("<!doctype {root}>"),
        ] {
            let attack = format!("{doctype}{sound}");
            let control = format!("<?xml version='1.0'?>{sound}");
            carrier.assert_attack(&doctype, control, attack, "xml-doctype");
        }
        let at = sound.find(carrier.genuine).unwrap();
        let with = |reference: &str| format!("{}{reference}{}", &sound[..at], &sound[at..]);
        for reference in ["&x;", "&nbsp;", "&ID;"] {
            carrier.assert_refused(reference, with(reference), "xml-entity-unknown");
        }
        // The predefined ones are read as what they stand for, and then the digest tells.
        carrier.assert_refused("&amp;", with("&amp;"), "signature-digest-mismatch");
    }
}

#[test]
fn attack_26_namespaces_that_readers_resolve_differently() {
    for carrier in ALL {
        let start = format!("<{} ", carrier.root);
        let declaring =
            |declaration: &str| replace(&carrier.xml(), &start, &format!("{start}{declaration} "));
        for (declaration, code) in [
            ("xmlns:xml='urn:x'", "xml-namespace-reserved"),
            ("xmlns:xmlns='urn:x'", "xml-namespace-reserved"),
            (
                "xmlns:p='http://www.w3.org/2000/xmlns/'",
                "xml-namespace-reserved",
            ),
            (
                "xmlns:p='http://www.w3.org/XML/1998/namespace'",
                "xml-namespace-reserved",
            ),
            ("xmlns:p=''", "xml-namespace-undeclared"),
            ("xmlns:p='urn:a' xmlns:p='urn:b'", "xml-attribute-duplicate"),
            ("p:ID='_x'", "xml-prefix-unbound"),
            (
                "xmlns:p='urn:a' xmlns:q='urn:a' p:x='1' q:x='2'",
                "xml-attribute-duplicate",
            ),
        ] {
            carrier.assert_attack(
                declaration,
                declaring("xmlns:p='urn:p'"),
                declaring(declaration),
                code,
            );
        }
        // The names of the standard in another namespace are other names.
        let rebound = carrier.xml().replacen(
            "http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>",
            "http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo xmlns:ds=\"urn:x\">",
            1,
        );
        carrier.assert_refused("rebound", rebound, "signature-element-missing");
        // Without prefixes, by a default namespace: the same message, the same claim.
        let prefix = carrier.root.split(':').next().unwrap();
        let default = carrier
            .unsigned_xml()
            .replace(&format!("xmlns:{prefix}="), "xmlns=")
            .replace(&format!("<{prefix}:"), "<")
            .replace(&format!("</{prefix}:"), "</");
        carrier.assert_accepted("no prefix", Message::of(default, carrier.signed).xml());
    }
}

fn from_post(carrier: &Carrier, form_value: &str) -> Result<(), Refusal> {
    match carrier.name {
        name if name == LOGOUT_REQUEST.name => ParsedLogoutRequest::from_post(form_value).map(drop),
        name if name == LOGOUT_RESPONSE.name => {
            ParsedLogoutResponse::from_post(form_value).map(drop)
        }
        _ => ParsedResponse::from_post(form_value).map(drop),
    }
}

#[test]
fn attack_66_base64_in_other_alphabets() {
    for carrier in POSTED {
        // A message whose base64 has every symbol that is at issue.
        let xml = format!("{}<!--\u{3ff}\u{fbf}\u{3e}\u{3f}~~???>>>-->", carrier.xml());
        let sound = STANDARD.encode(&xml);
        assert!(
            sound.contains('+') && sound.contains('/'),
            "{}",
            carrier.name
        );
        assert_eq!(from_post(&carrier, &sound), Ok(()));
        let padded = STANDARD.encode(format!("{}{}", xml, " ".repeat(4 - xml.len() % 3)));
        assert!(padded.ends_with('='));
        let lines: Vec<&str> = (0..sound.len())
            .step_by(76)
            .map(|at| &sound[at..sound.len().min(at + 76)])
            .collect();
        for whitespace in [
            lines.join("\r\n"),
            lines.join("\n "),
            format!("\t{sound}\n"),
        ] {
            assert_eq!(from_post(&carrier, &whitespace), Ok(()));
        }
        for broken in [
            sound.replace('+', "-").replace('/', "_"),
            sound.replacen('+', " ", 1),
            sound.replacen('+', "%2B", 1),
            format!("{}\0{}", &sound[..40], &sound[40..]),
            format!("{}\u{a0}{}", &sound[..40], &sound[40..]),
            padded.trim_end_matches('=').to_owned(),
            format!("{padded}=="),
            format!("{sound}="),
            format!("{}=={}", &sound[..40], &sound[40..]),
            format!("&#13;{sound}"),
        ] {
            assert_eq!(
                from_post(&carrier, &broken).unwrap_err().code(),
                "saml-encoding"
            );
        }
    }
}

#[test]
fn attack_67_other_encodings_of_text() {
    for carrier in ALL {
        let sound = carrier.xml();
        let declared = |name: &str| format!("<?xml version='1.0' encoding='{name}'?>{sound}");
        for name in ["UTF-8", "utf-8", "US-ASCII"] {
            carrier.assert_accepted(name, declared(name));
        }
        for name in [
            "UTF-16",
            "UTF-7",
            "ISO-8859-1",
            "EBCDIC-CP-US",
            "UTF-32",
            "utf8x",
        ] {
            carrier.assert_refused(name, declared(name), "xml-encoding");
        }
        let mark = "\u{feff}";
        carrier.assert_accepted("one mark", format!("{mark}{sound}"));
        carrier.assert_refused(
            "two marks",
            format!("{mark}{mark}{sound}"),
            "xml-text-outside-root",
        );
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let units = std::iter::once(0xfeff).chain(sound.encode_utf16());
            units.flat_map(order).collect()
        };
        carrier.assert_refused("UTF-16LE", utf16(u16::to_le_bytes), "xml-not-utf8");
        carrier.assert_refused("UTF-16BE", utf16(u16::to_be_bytes), "xml-not-utf8");
        let at = sound.find(carrier.genuine).unwrap();
        let with = |octets: &[u8]| {
            let (before, behind) = sound.as_bytes().split_at(at);
            [before, octets, behind].concat()
        };
        for (octets, code) in [
            (&[0xc0, 0x80][..], "xml-not-utf8"),
            (&[0xc0, 0xbc], "xml-not-utf8"),
            (&[0xe0, 0x80, 0xbc], "xml-not-utf8"),
            (&[0xed, 0xa0, 0x80], "xml-not-utf8"),
            (&[0xf8, 0x88, 0x80, 0x80, 0x80], "xml-not-utf8"),
            (&[0xff], "xml-not-utf8"),
            (&[0x80], "xml-not-utf8"),
            (&[0], "xml-forbidden-character"),
            (&[0x0b], "xml-forbidden-character"),
            (&[0xef, 0xbf, 0xbe], "xml-forbidden-character"),
            (b"&#0;", "xml-character-reference"),
            (b"&#xd800;", "xml-character-reference"),
        ] {
            carrier.assert_attack("octets", &sound, with(octets), code);
        }
    }
}

#[test]
fn attack_68_line_ends_and_their_references() {
    for carrier in NAMED {
        let lines = |end: &str| {
            let unsigned = carrier.unsigned_xml();
            let with = format!("<saml:Issuer>{end}{IDP}{end}</saml:Issuer>");
            unsigned.replace(&format!("<saml:Issuer>{IDP}</saml:Issuer>"), &with)
        };
        // Line ends become one before anything is hashed, whichever was sent.
        let sound = Message::of(lines("\n"), carrier.signed).xml();
        carrier.assert_accepted("LF", &sound);
        carrier.assert_accepted("CRLF on the way", sound.replace('\n', "\r\n"));
        carrier.assert_accepted("CR on the way", sound.replace('\n', "\r"));
        carrier.assert_accepted(
            "signed as CRLF",
            Message::of(lines("\r\n"), carrier.signed).xml(),
        );
        // A reference is a character of the text, and a change of it is a change.
        let reference = Message::of(lines("&#13;"), carrier.signed).xml();
        carrier.assert_attack(
            "&#13;",
            &reference,
            reference.replace("&#13;", ""),
            "signature-digest-mismatch",
        );
        // The last line end stands in what is signed, whatever is.
        let last = sound.rfind('\n').unwrap();
        let added = format!("{}&#13;{}", &sound[..last], &sound[last..]);
        carrier.assert_refused("added", added, "signature-digest-mismatch");
        let value = carrier
            .message()
            .edit_signature("SIGNATURE-VALUE", "&#13;\nSIGNATURE-VALUE&#13;\r\n");
        carrier.assert_accepted("in the value", value.xml());
    }
}

/// Names are compared octet by octet, without any normal form.
#[test]
fn attack_69_names_that_look_alike() {
    for carrier in RESPONSES {
        let edited = |from: &str, to: &str| {
            let unsigned = carrier.unsigned_xml();
            assert!(unsigned.contains(from));
            Message::of(unsigned.replace(from, to), carrier.signed).xml()
        };
        for (from, to, code) in [
            (
                IDP,
                "https://idp.ex\u{430}mple.org/metadata",
                "saml-issuer-mismatch",
            ),
            (
                IDP,
                "https://idp.example.org/metadata/",
                "saml-issuer-mismatch",
            ),
            (
                IDP,
                "https://IDP.example.org/metadata",
                "saml-issuer-mismatch",
            ),
            (
                IDP,
                "https://idp.example.org/metadata\u{200b}",
                "saml-issuer-mismatch",
            ),
            (
                SP,
                "https://sp.example.com/met\u{101}data",
                "saml-audience-mismatch",
            ),
            (
                SP,
                "https://sp.example.com/%6detadata",
                "saml-audience-mismatch",
            ),
            (
                SP,
                "https://sp.example.com/metadata\u{a0}",
                "saml-audience-mismatch",
            ),
            (
                ACS,
                "https://sp.example.com:443/acs",
                "saml-destination-mismatch",
            ),
        ] {
            carrier.assert_attack(to, carrier.xml(), edited(from, to), code);
        }
        // The name itself is returned as it was signed: composed stays composed.
        for name in ["jos\u{e9}@acme.example", "jose\u{301}@acme.example"] {
            let verdict = carrier.judge(edited(NAME_ID, name));
            assert_eq!(verdict.as_deref(), Ok(name));
        }
    }
}

#[test]
fn attack_70_types_and_nil() {
    let instance = r#"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#;
    for carrier in NAMED {
        let with = |attribute: &str| {
            let unsigned = carrier.unsigned_xml();
            let to = format!("<saml:NameID {instance} {attribute}");
            Message::of(replace(&unsigned, "<saml:NameID", &to), carrier.signed).xml()
        };
        let sound = with(r#"xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string""#);
        for nil in ["true", "1", " true "] {
            let attack = with(&format!(r#"xsi:nil="{nil}""#));
            carrier.assert_attack(nil, &sound, attack, "saml-name-id-empty");
        }
        carrier.assert_accepted("not nil", with(r#"xsi:nil="false""#));
        let defaults = "<!DOCTYPE x [<!ATTLIST saml:NameID xsi:nil CDATA 'false'>]>";
        carrier.assert_refused("defaults", format!("{defaults}{sound}"), "xml-doctype");
    }
    // A connection's verdict does not depend on the name's type.
    assert!(Connection::new().judge(&RESPONSES[0].xml()).is_ok());
}
