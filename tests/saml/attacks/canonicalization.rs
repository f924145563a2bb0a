//! Differences between what was hashed and what is read: comments, instructions, and canonical forms
//! that are not there.

use super::super::idp::{IDP, Message, SP, replace};
use super::carrier::{ALL, ASSERTION_SIGNED, NAMED, RESPONSES};

/// Base64 of the SHA-256 of no octets.
const OF_NOTHING: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const EXCLUSIVE: &str = r#"xml-exc-c14n#"/></ds:Transforms>"#;
const WITH_COMMENTS: &str = r#"xml-exc-c14n#WithComments"/></ds:Transforms>"#;

/// A comment that the canonical form leaves out, at every place of a name: the whole text is read.
#[test]
fn attack_6_7_a_comment_that_splits_a_text() {
    for carrier in NAMED {
        let sound = carrier.xml();
        let start = sound.find(carrier.genuine).unwrap();
        for at in start..=start + carrier.genuine.len() {
            for comment in ["<!---->", "<!--.evil.example-->"] {
                let split = format!("{}{comment}{}", &sound[..at], &sound[at..]);
                carrier.assert_accepted("comment", &split);
            }
        }
        // A same-document reference covers no comments, whatever form the transform names
        // (XML Signature §4.4.3.3), so no reading may depend on one.
        let with_comment = carrier.genuine.replacen('@', "<!-- -->@", 1);
        let message = Message::of(
            replace(&carrier.unsigned_xml(), carrier.genuine, &with_comment),
            carrier.signed,
        );
        let message = message.edit_signature(EXCLUSIVE, WITH_COMMENTS);
        let without = message.xml().replacen("<!-- -->", "", 1);
        carrier.assert_accepted("a form with comments", message.xml());
        carrier.assert_accepted("the comment taken away", &without);
    }
}

#[test]
fn attack_6_7_issuer_audience_and_values_are_read_whole() {
    let comment = "<!---->";
    for carrier in RESPONSES {
        let split = |text: &str, end: &str| {
            let middle = text.len() / 2;
            let to = format!("{}{comment}{}{end}", &text[..middle], &text[middle..]);
            replace(&carrier.xml(), &format!("{text}{end}"), &to)
        };
        for (text, end) in [
            (IDP, "</saml:Issuer><samlp:Status>"),
            (SP, "</saml:Audience>"),
            ("difference-engineers", "</saml:AttributeValue>"),
        ] {
            if carrier.xml().contains(&format!("{text}{end}")) {
                carrier.assert_accepted(text, split(text, end));
            }
        }
        let longer = Message::of(
            replace(
                &carrier.unsigned_xml(),
                "metadata</saml:Audience>",
                "metadata<!---->.evil</saml:Audience>",
            ),
            carrier.signed,
        );
        carrier.assert_refused("audience", longer.xml(), "saml-audience-mismatch");
    }
}

/// The empty canonical form of a document whose canonicalization fails elsewhere.
#[test]
fn attack_24_void_canonicalization() {
    for carrier in ALL {
        let start = format!("<{} ", carrier.root);
        let declaring = |name: &str| {
            let to = format!(r#"{start}xmlns:r="{name}" "#);
            Message::of(
                replace(&carrier.unsigned_xml(), &start, &to),
                carrier.signed,
            )
        };
        let sound = declaring("urn:r").xml();
        // Signed as a library signs whose canonical form came out empty.
        let void = declaring("r/1").xml();
        carrier.assert_attack("void", &sound, void, "signature-digest-of-nothing");
        let relative = declaring("r/1")
            .edit_signature("DIGEST-VALUE", "AAAA")
            .xml();
        carrier.assert_refused("relative", relative, "xml-namespace-relative");
        // Somebody signed nothing once: whatever the message is, it stays nothing.
        let nothing = carrier
            .message()
            .edit_signature("DIGEST-VALUE", OF_NOTHING)
            .xml();
        carrier.assert_refused("nothing", nothing, "signature-digest-of-nothing");
    }
}

#[test]
fn attack_28_a_comment_in_a_value_of_the_signature() {
    let certificate = |text: &str| {
        let start = "</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>";
        format!("{start}{text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>")
    };
    for carrier in ALL {
        for inside in ["<!-- -->", "<!--AAAA-->", "<ds:x/>"] {
            for value in ["DIGEST-VALUE", "SIGNATURE-VALUE"] {
                for to in [format!("{inside}{value}"), format!("{value}{inside}")] {
                    let attack = carrier.message().edit_signature(value, &to).xml();
                    carrier.assert_attack(&to, carrier.xml(), attack, "signature-value-not-text");
                }
            }
            let end = "</ds:SignatureValue>";
            let sound = carrier
                .message()
                .edit_signature(end, &certificate("AAAA"))
                .xml();
            let broken = certificate(&format!("AA{inside}AA"));
            let attack = carrier.message().edit_signature(end, &broken).xml();
            carrier.assert_attack(inside, sound, attack, "signature-value-not-text");
        }
        // Instructions are refused before anything is read.
        let attack = carrier
            .message()
            .edit_signature("DIGEST-VALUE", "DIGEST-VALUE<?x y?>");
        let octets = carrier
            .xml()
            .replacen("</ds:DigestValue>", "<?x y?></ds:DigestValue>", 1);
        carrier.assert_refused("instruction", octets, "xml-processing-instruction");
        let _ = attack;
    }
}

/// An instruction, which another canonicalizer wrote as text.
#[test]
fn attack_34_a_processing_instruction_in_a_name() {
    for carrier in ALL {
        let sound = carrier.xml();
        let at = sound.find(carrier.genuine).unwrap();
        let (before, behind) = sound.split_at(at);
        for instruction in ["<?x evil?>", "<?x?>"] {
            let attack = format!("{before}{instruction}{behind}");
            let outside = format!("{sound}{instruction}");
            carrier.assert_refused("outside", outside, "xml-processing-instruction");
            if carrier.genuine.contains('@') {
                carrier.assert_attack(instruction, &sound, attack, "xml-processing-instruction");
            } else {
                carrier.assert_refused(instruction, attack, "xml-attribute-less-than");
            }
        }
    }
    ASSERTION_SIGNED.assert_accepted("a comment instead", ASSERTION_SIGNED.xml() + "<!-- x -->");
}
