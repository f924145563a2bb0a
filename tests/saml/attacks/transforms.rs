//! Transforms and references that run programs, fetch documents or leave the choice of the signed
//! octets to whoever writes the message.

use super::super::idp::{Message, replace};
use super::carrier::{ALL, RESPONSES};

const ENVELOPED: &str =
    r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>"#;
const EXCLUSIVE: &str =
    r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>"#;
const URI: &str = r##"URI="#ID-OF-PARENT""##;

#[test]
fn attack_49_transforms_that_compute_and_references_that_fetch() {
    for carrier in ALL {
        for uri in [
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
            "http://www.w3.org/2002/06/xmldsig-filter2",
            "http://www.w3.org/TR/2001/WD-xptr-20010108",
            "http://www.w3.org/2000/09/xmldsig#base64",
            "http://www.w3.org/2002/07/decrypt#XML",
            "",
        ] {
            let to = format!(r#"<ds:Transform Algorithm="{uri}"/></ds:Transforms>"#);
            let attack = carrier.message().edit_signature(EXCLUSIVE, &to).xml();
            carrier.assert_attack(
                uri,
                carrier.xml(),
                attack,
                "signature-transform-not-allowed",
            );
        }
        let program =
            EXCLUSIVE.replace("/></", "><x:stylesheet xmlns:x='urn:x'/></ds:Transform></");
        let attack = carrier.message().edit_signature(EXCLUSIVE, &program).xml();
        carrier.assert_refused("with a program", attack, "signature-element-unexpected");
        let third = EXCLUSIVE.replace("</ds:Transforms>", EXCLUSIVE);
        let attack = carrier.message().edit_signature(EXCLUSIVE, &third).xml();
        carrier.assert_refused("three", attack, "signature-element-unexpected");
        for uri in [
            "https://mallory.example/message",
            "file:///etc/passwd",
            "cid:x",
            "#xpointer(/)",
            "#xpointer(id('_x'))",
        ] {
            let to = format!(r#"URI="{uri}""#);
            let attack = carrier.message().edit_signature(URI, &to).xml();
            carrier.assert_refused(uri, attack, "signature-reference-mismatch");
        }
        let none = carrier.message().edit_signature(URI, "").xml();
        carrier.assert_refused("no URI", none, "signature-attribute-missing");
    }
}

#[test]
fn attack_50_the_signature_left_inside_what_it_signs() {
    for carrier in ALL {
        let both = format!("{ENVELOPED}{EXCLUSIVE}");
        let swapped =
            EXCLUSIVE.replace("</ds:Transforms>", &format!("{ENVELOPED}</ds:Transforms>"));
        for (from, to, code) in [
            (ENVELOPED, "", "signature-transform-not-enveloped"),
            (&both, swapped.as_str(), "signature-transform-not-enveloped"),
            (&both, "</ds:Transforms>", "signature-element-missing"),
        ] {
            let attack = carrier.message().edit_signature(from, to).xml();
            carrier.assert_attack(to, carrier.xml(), attack, code);
        }
        let without = format!("<ds:Transforms>{both}");
        let attack = carrier.message().edit_signature(&without, "").xml();
        carrier.assert_refused("no transforms", attack, "signature-element-missing");
    }
}

/// There is nothing here that evaluates an expression: an ID is a name, compared and nothing else.
#[test]
fn attack_48_an_expression_in_an_id() {
    for carrier in RESPONSES {
        let xml = carrier.unsigned_xml();
        let named = |id: &str| {
            let id = format!(r#" ID="{id}""#);
            Message::of(replace(&xml, r#" ID="_assertion-1""#, &id), carrier.signed)
        };
        for id in [
            "_x' or '1'='1",
            "_x']|//*[@ID='_x",
            "$(id)",
            "_x#{1}",
            "{{7*7}}",
        ] {
            carrier.assert_attack(id, named("_x").xml(), named(id).xml(), "saml-id-malformed");
        }
        let searching = named("_x").edit_signature(URI, r##"URI="#_x' or 'a'='a""##);
        carrier.assert_refused("in a URI", searching.xml(), "signature-reference-mismatch");
    }
}
