//! Checks that exist elsewhere and are not enforced: everything here is genuinely signed by the
//! connection's identity provider, and refused all the same.

use vestibule::error::Explain;
use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust};
use vestibule::saml::{EntityId, ReplayAnswer};

use super::super::idp::{Connection, IDP, Message, NAME_ID, PERSONAL, now, replace, trusted};
use super::carrier::{
    AGGREGATE, ALL, ASSERTION_SIGNED, BOTH_SIGNED, Carrier, ENTITY, LOGOUT_REQUEST, NAMED,
    RESPONSE_SIGNED, RESPONSES,
};

const AUDIENCE: &str = "<saml:AudienceRestriction><saml:Audience>https://sp.example.com/metadata</saml:Audience></saml:AudienceRestriction>";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// The message with one edit, genuinely signed.
fn edited(carrier: &Carrier, from: &str, to: &str) -> String {
    Message::of(replace(&carrier.unsigned_xml(), from, to), carrier.signed).xml()
}

#[track_caller]
fn assert_edit(carrier: &Carrier, from: &str, to: &str, code: &str) {
    carrier.assert_attack(to, carrier.xml(), edited(carrier, from, to), code);
}

/// What stands between two marks of the response, both included.
fn piece(start: &str, end: &str) -> String {
    let xml = RESPONSE_SIGNED.unsigned_xml();
    let at = xml.find(start).unwrap();
    let behind = at + xml[at..].find(end).unwrap() + end.len();
    xml[at..behind].to_owned()
}

#[test]
fn attack_37_conditions_that_are_missing() {
    let conditions = piece("<saml:Conditions", "</saml:Conditions>");
    for carrier in RESPONSES {
        assert_edit(&carrier, &conditions, "", "saml-conditions-missing");
        assert_edit(&carrier, AUDIENCE, "", "saml-audience-missing");
        let over = conditions
            .replace("07:50:00Z", "07:39:00Z")
            .replace("07:40:00Z", "07:30:00Z");
        assert_edit(&carrier, &conditions, &over, "saml-expired");
        let later = conditions.replace("07:40:00Z", "07:49:00Z");
        assert_edit(&carrier, &conditions, &later, "saml-not-yet-valid");
    }
}

/// In a response that is not signed, what stands around the assertion can refuse and cannot accept.
#[test]
fn attack_55_values_around_a_signed_assertion() {
    let carrier = ASSERTION_SIGNED;
    let sound = carrier.xml();
    for (from, to, code) in [
        (
            "status:Success",
            "status:Requester",
            "saml-status-not-success",
        ),
        (
            r#"Destination="https://sp.example.com/acs""#,
            r#"Destination="https://evil.example/""#,
            "saml-destination-mismatch",
        ),
        (
            r#" InResponseTo="_request-1"><saml:Issuer>"#,
            "><saml:Issuer>",
            "saml-in-response-to-missing",
        ),
        (
            "<saml:Issuer>https://idp.example.org/metadata</saml:Issuer><samlp:Status>",
            "<saml:Issuer>urn:x</saml:Issuer><samlp:Status>",
            "saml-issuer-mismatch",
        ),
    ] {
        carrier.assert_attack(to, &sound, replace(&sound, from, to), code);
    }
    // A wrong value in the assertion is not made good by a right one around it.
    for (from, to, code) in [
        (
            r#"Recipient="https://sp.example.com/acs""#,
            r#"Recipient="https://evil.example/""#,
            "saml-recipient-mismatch",
        ),
        (
            r#" InResponseTo="_request-1" NotOnOrAfter"#,
            r#" InResponseTo="_other" NotOnOrAfter"#,
            "saml-in-response-to-mismatch",
        ),
        (
            "</saml:Issuer><saml:Subject>",
            "x</saml:Issuer><saml:Subject>",
            "saml-issuer-mismatch",
        ),
    ] {
        assert_edit(&carrier, from, to, code);
    }
}

#[test]
fn attack_58_a_name_of_nothing() {
    for carrier in NAMED {
        for name in [
            "",
            " ",
            "\t\n",
            "&#32;",
            "<!-- -->",
            "<![CDATA[ ]]>",
            "\u{200b}",
            "\u{a0}",
            "\u{feff}",
        ] {
            assert_edit(&carrier, carrier.genuine, name, "saml-name-id-empty");
        }
        let unsigned = carrier.unsigned_xml();
        let at = unsigned.find("<saml:NameID").unwrap();
        let end_tag = "</saml:NameID>";
        let behind = unsigned.find(end_tag).unwrap() + end_tag.len();
        let without = format!("{}{}", &unsigned[..at], &unsigned[behind..]);
        let xml = Message::of(without, carrier.signed).xml();
        carrier.assert_refused("none", xml, "saml-name-id-missing");
    }
}

#[test]
fn attack_63_audiences_and_confirmations_that_are_checked_and_not_enforced() {
    let confirmation = piece("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>");
    let other = AUDIENCE.replace("sp.example.com", "other.example.com");
    let both = AUDIENCE.replace(
        "<saml:Audience>",
        "<saml:Audience>https://other.example.com/metadata</saml:Audience><saml:Audience>",
    );
    for carrier in RESPONSES {
        assert_edit(&carrier, AUDIENCE, &other, "saml-audience-mismatch");
        // Each restriction must hold; of its audiences one is enough.
        for restrictions in [format!("{AUDIENCE}{other}"), format!("{other}{AUDIENCE}")] {
            assert_edit(&carrier, AUDIENCE, &restrictions, "saml-audience-mismatch");
        }
        carrier.assert_accepted("two audiences", edited(&carrier, AUDIENCE, &both));
        for part in [
            "https://sp.example.com",
            "https://sp.example.com/metadata/x",
            "*",
            "",
        ] {
            let partial = AUDIENCE.replace("https://sp.example.com/metadata", part);
            assert_edit(&carrier, AUDIENCE, &partial, "saml-audience-mismatch");
        }
        assert_edit(&carrier, &confirmation, "", "saml-confirmation-missing");
        let empty = format!(r#"<saml:SubjectConfirmation Method="{BEARER}"/>"#);
        assert_edit(
            &carrier,
            &confirmation,
            &empty,
            "saml-confirmation-data-missing",
        );
    }
}

/// Trust in metadata: whose key, which entity, until when.
#[test]
fn attack_71_metadata_of_somebody_else_or_of_yesterday() {
    for carrier in [ENTITY, AGGREGATE] {
        let sound = carrier.xml();
        carrier.assert_attack(
            "unsigned",
            &sound,
            carrier.unsigned_xml(),
            "signature-missing",
        );
        let rogue = carrier.message().key("other-rsa-2048").xml();
        carrier.assert_refused("another key", rogue, "signature-invalid");
        let start = format!("<{} ", carrier.root);
        let until = |end: &str| edited(&carrier, &start, &format!(r#"{start}validUntil="{end}" "#));
        carrier.assert_attack(
            "over",
            until("2026-06-06T07:40:26Z"),
            until("2026-06-06T07:40:25Z"),
            "metadata-expired",
        );
        carrier.assert_refused("no time", until("tomorrow"), "metadata-attribute-malformed");
    }
    let keys = trusted(&["rsa-2048"]);
    let missing = EntityId::parse("https://nobody.example.org/metadata").unwrap();
    let read = |entity: MetadataEntity<'_>| {
        let xml = AGGREGATE.xml();
        IdpMetadata::read(xml.as_bytes(), entity, now(), MetadataTrust::Pinned(&keys))
    };
    let of_idp = EntityId::parse(IDP).unwrap();
    assert!(read(MetadataEntity::Named(&of_idp)).is_ok());
    let code = |entity| read(entity).unwrap_err().code();
    assert_eq!(
        code(MetadataEntity::Named(&missing)),
        "metadata-entity-missing"
    );
    assert_eq!(code(MetadataEntity::Only), "metadata-entity-not-chosen");
}

#[test]
fn attack_72_confirmations_that_are_no_bearer() {
    let confirmation = piece("<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>");
    for carrier in RESPONSES {
        for method in ["holder-of-key", "sender-vouches", "Bearer", "bearer "] {
            let other = confirmation.replace(":cm:bearer", &format!(":cm:{method}"));
            assert_edit(&carrier, &confirmation, &other, "saml-confirmation-missing");
            // Beside one that holds it does no harm.
            let both = format!("{other}{confirmation}");
            carrier.assert_accepted("beside", edited(&carrier, &confirmation, &both));
        }
        let none = confirmation.replace(&format!(r#" Method="{BEARER}""#), "");
        assert_edit(&carrier, &confirmation, &none, "saml-confirmation-missing");
    }
}

#[test]
fn attack_73_instants_at_the_edge_of_what_can_be_read() {
    const END: &str = r#"NotOnOrAfter="2026-06-06T07:50:00Z""#;
    for carrier in RESPONSES {
        let ending = |end: &str| edited(&carrier, END, &format!(r#"NotOnOrAfter="{end}""#));
        for end in [
            "2205-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.999999999999Z",
            "2026-06-06T07:50:00.1Z",
            "2026-06-06T07:50:00.123456789012Z",
            "2026-06-06T07:50:00+00:00",
        ] {
            carrier.assert_accepted(end, ending(end));
        }
        for end in [
            "2026-06-06T07:50:00",
            "2026-06-06T07:50:00+02:00",
            "2026-06-06T07:50:60Z",
            "2026-06-06T24:00:00Z",
            "10000-01-01T00:00:00Z",
            "99999999999999999999-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-06-06T07:50:00.Z",
            "1780731600",
            "",
        ] {
            carrier.assert_attack(end, carrier.xml(), ending(end), "saml-time-malformed");
        }
    }
}

#[test]
fn attack_74_conditions_that_are_skipped() {
    let one_time = "<saml:OneTimeUse/>";
    for carrier in RESPONSES {
        let with = |condition: &str| edited(&carrier, AUDIENCE, &format!("{AUDIENCE}{condition}"));
        for known in [one_time, "<saml:ProxyRestriction Count='0'/>"] {
            carrier.assert_accepted(known, with(known));
        }
        for unknown in [
            "<saml:Condition xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:x='urn:x' xsi:type='x:DelegationRestrictionType'/>",
            "<x:OneTimeUse xmlns:x='urn:x'/>",
            "<saml:NotForYou/>",
        ] {
            carrier.assert_attack(
                unknown,
                carrier.xml(),
                with(unknown),
                "saml-condition-unknown",
            );
        }
        // One use is what every assertion has: the answer about replay cannot be left out.
        let mut connection = Connection::new();
        connection.answer = ReplayAnswer::SeenBefore;
        let codes = carrier.judge_by(&connection, with(one_time)).unwrap_err();
        assert_eq!(codes, ["saml-replayed"]);
    }
}

/// Whatever is refused, the text of the refusal names nobody.
#[test]
fn attack_75_what_a_refusal_says() {
    let mut texts = Vec::new();
    for carrier in [RESPONSE_SIGNED, ASSERTION_SIGNED, BOTH_SIGNED] {
        let sound = carrier.xml();
        for at in (0..sound.len()).step_by(17) {
            let mut octets = sound.clone().into_bytes();
            octets[at] ^= 1;
            let Ok(xml) = String::from_utf8(octets) else {
                continue;
            };
            if let Err(refusal) = Connection::new().judge(&xml) {
                let json = serde_json::to_string(&refusal).unwrap();
                texts.push(format!("{refusal} {refusal:?} {} {json}", refusal.help()));
            }
        }
    }
    assert!(texts.len() > 300, "{}", texts.len());
    for text in texts {
        for personal in PERSONAL {
            assert!(!text.contains(personal), "`{personal}` in {text}");
        }
    }
    // Of logout and metadata, too.
    for carrier in ALL {
        let codes = carrier.judge(carrier.forged()).unwrap_err();
        assert!(codes.iter().all(|code| !code.contains(NAME_ID)));
    }
    LOGOUT_REQUEST.assert_accepted("control", LOGOUT_REQUEST.xml());
}
