//! Whole judgements: what is listed when several things are wrong, and what a sound message yields.

use vestibule::dsig::{AlgorithmLevel, AlgorithmWarning, SignatureAlgorithm};
use vestibule::error::{Blame, Explain, Place};
use vestibule::limits::XmlLimits;
use vestibule::saml::{
    Attribute, AttributeValue, Check, CheckClass, EntityId, Part, Refusal, SentRequest,
};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Element};

use super::checks::{element, path};
use super::idp::{ASSERTION, BOTH, Connection, Message, NAME_ID, RESPONSE_ONLY, judge};

#[test]
fn all_that_is_wrong_is_listed_in_the_order_of_judgement() {
    let mut connection = Connection::new();
    let elsewhere = EntityId::parse("https://other.example/idp").unwrap();
    connection.request = SentRequest::new("_request-9", elsewhere).ok();
    let message = Message::signed(ASSERTION)
        .edit("status:Success", "status:Requester")
        .edit(
            "<saml:Issuer>https://idp.example.org/metadata</saml:Issuer><samlp:Status>",
            "<saml:Issuer>urn:a</saml:Issuer><samlp:Status>",
        )
        .edit(
            r#"Destination="https://sp.example.com/acs""#,
            r#"Destination="urn:d""#,
        )
        .edit(
            r#"_response-1" Version="2.0""#,
            r#"_response-1" Version="1.0""#,
        )
        .edit("2026-06-06T07:40:21Z", "yesterday")
        .edit(
            "metadata</saml:Issuer><saml:Subject>",
            "Metadata</saml:Issuer><saml:Subject>",
        )
        .edit(NAME_ID, "")
        .edit(
            r#"Recipient="https://sp.example.com/acs""#,
            r#"Recipient="urn:r""#,
        )
        .edit("2026-06-06T07:45:20Z", "2026-06-06T07:30:00Z")
        .edit("2026-06-06T07:50:00Z", "2026-06-06T07:30:00Z")
        .edit(
            "<saml:Audience>https://sp.example.com/metadata",
            "<saml:Audience>urn:x",
        )
        .edit(r#" Name="lastName""#, "");
    let refusal = connection.judge(&message.xml()).unwrap_err();
    let failed: Vec<_> = refusal
        .failed()
        .map(|one| format!("{} {}", one.check().code(), path(one.at())))
        .collect();
    let at_data = "/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData";
    assert_eq!(
        failed,
        [
            "saml-status-not-success /Response/Status/StatusCode/@Value",
            "saml-issuer-mismatch /Response/Issuer",
            "saml-destination-mismatch /Response/@Destination",
            "saml-in-response-to-mismatch /Response/@InResponseTo",
            "saml-version-unsupported /Response/@Version",
            "saml-request-sent-elsewhere ",
            "saml-time-malformed /Assertion/@IssueInstant",
            "saml-issuer-mismatch /Assertion/Issuer",
            "saml-name-id-empty /Assertion/Subject/NameID",
            &format!("saml-recipient-mismatch {at_data}/@Recipient"),
            &format!("saml-in-response-to-mismatch {at_data}/@InResponseTo"),
            &format!("saml-expired {at_data}/@NotOnOrAfter"),
            "saml-expired /Assertion/Conditions/@NotOnOrAfter",
            "saml-period-empty /Assertion/Conditions",
            "saml-audience-mismatch /Assertion/Conditions/AudienceRestriction",
            "saml-attribute-missing /Assertion/AttributeStatement/Attribute",
        ]
    );
    assert_eq!(
        refusal.to_string(),
        "the identity provider reports a failure (and 15 more)"
    );
}

#[test]
fn a_reported_failure_comes_before_the_assertion_that_it_has_not() {
    let failure = Message::signed(RESPONSE_ONLY)
        .edit(element("saml:Assertion"), "")
        .edit("status:Success", "status:Responder");
    let refusal = judge(&failure.xml()).unwrap_err();
    let codes: Vec<_> = refusal.failed().map(|one| one.check().code()).collect();
    assert_eq!(codes, ["saml-status-not-success", "saml-assertion-missing"]);
}

#[test]
fn both_signatures_that_fail_are_listed() {
    let xml = Message::signed(BOTH).xml();
    let refusal = Connection::with_keys(&["other-rsa-2048"])
        .judge(&xml)
        .unwrap_err();
    let failed: Vec<_> = refusal
        .failed()
        .map(|one| (one.check().code(), path(one.at())))
        .collect();
    assert_eq!(
        failed,
        [
            ("signature-invalid", "/Response/Signature"),
            ("signature-invalid", "/Response/Assertion/Signature"),
        ]
    );
}

/// One signature that fails refuses, even if the other would do.
#[test]
fn every_signature_that_is_there_counts() {
    let sound = Message::signed(BOTH).xml();
    assert!(judge(&sound).is_ok());
    let values: Vec<usize> = sound
        .match_indices("<ds:SignatureValue>")
        .map(|(at, tag)| at + tag.len())
        .collect();
    let mut refused = Vec::new();
    for at in values {
        let mut broken = sound.clone().into_bytes();
        broken[at + 7] = if broken[at + 7] == b'A' { b'B' } else { b'A' };
        let refusal = judge(&String::from_utf8(broken).unwrap()).unwrap_err();
        let paths = refusal.failed().map(|one| path(one.at()).to_owned());
        refused.push(paths.collect::<Vec<_>>().join(" "));
    }
    assert_eq!(
        refused,
        [
            "/Response/Signature",
            // The signature of the response covers that of the assertion.
            "/Response /Response/Assertion/Signature",
        ]
    );
}

fn attribute(name: &str, values: &[&str]) -> (String, Vec<String>) {
    (
        name.to_owned(),
        values.iter().map(|value| (*value).to_owned()).collect(),
    )
}

fn read(attribute: &Attribute) -> (String, Vec<String>) {
    let text = |value: &AttributeValue| match value {
        AttributeValue::Text(text) => text.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    (
        attribute.name.clone(),
        attribute.values.iter().map(text).collect(),
    )
}

#[test]
fn whatever_is_signed_the_same_person_signs_in() {
    for (parts, signed) in [
        (ASSERTION, &[Part::Assertion][..]),
        (RESPONSE_ONLY, &[Part::Response]),
        (BOTH, &[Part::Response, Part::Assertion]),
    ] {
        let login = judge(&Message::signed(parts).xml()).unwrap();
        let covered: Vec<_> = login.signatures.iter().map(|one| one.part).collect();
        assert_eq!(covered, signed);
        assert_eq!(login.name_id.as_ref().unwrap().value.expose(), NAME_ID);
        assert_eq!(login.assertion_id, "_assertion-1");
        let attributes: Vec<_> = login.attributes.iter().map(read).collect();
        assert_eq!(
            attributes,
            [
                attribute("firstName", &["Augusta"]),
                attribute("lastName", &["Byron-King"]),
                attribute("groups", &["difference-engineers", "poets"]),
            ]
        );
        let identity = &login.identity;
        assert_eq!(identity.email.as_ref().unwrap().expose(), NAME_ID);
        assert_eq!(identity.subject.as_ref().unwrap().expose(), NAME_ID);
        assert_eq!(identity.groups.len(), 2);
        let [authentication] = &login.authentications[..] else {
            panic!("{:?}", login.authentications);
        };
        let index = authentication.session_index.as_ref().unwrap();
        assert_eq!(index.expose(), "_session-77");
    }
}

#[test]
fn each_algorithm_with_its_key_is_accepted() {
    use SignatureAlgorithm as A;
    for (key, algorithm) in [
        ("rsa-2048", A::RsaPkcs1Sha256),
        ("rsa-2048", A::RsaPkcs1Sha384),
        ("rsa-2048", A::RsaPkcs1Sha512),
        ("rsa-2048", A::RsaPssSha256),
        ("rsa-2048", A::RsaPssSha384),
        ("rsa-2048", A::RsaPssSha512),
        ("ec-p256", A::EcdsaSha256),
        ("ec-p384", A::EcdsaSha384),
        ("ed25519", A::Ed25519),
    ] {
        let sound = Message::signed(RESPONSE_ONLY).key(key);
        let message = match algorithm {
            A::RsaPkcs1Sha256 => sound,
            other => sound.algorithm(other.uri()),
        };
        let trusted = Connection::with_keys(&["other-rsa-2048", key]);
        let login = trusted.judge(&message.xml()).unwrap();
        assert_eq!(login.signatures[0].algorithm, algorithm);
        assert!(login.signatures[0].warnings.is_empty());
        let other = Connection::with_keys(&["other-rsa-2048"]).judge(&message.xml());
        assert_eq!(
            other.unwrap_err().code(),
            "signature-invalid",
            "{algorithm}"
        );
    }
}

#[test]
fn weak_algorithms_count_at_their_level_only_and_are_named() {
    let message = Message::signed(ASSERTION).edit_signature(
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2000/09/xmldsig#sha1",
    );
    let legacy = Connection::new().at_level(AlgorithmLevel::Legacy);
    let login = legacy.judge(&message.xml()).unwrap();
    assert_eq!(login.signatures[0].warnings, [AlgorithmWarning::Sha1Digest]);
    for level in [AlgorithmLevel::Modern, AlgorithmLevel::Compatible] {
        let connection = Connection::new().at_level(level);
        let refusal = connection.judge(&message.xml()).unwrap_err();
        assert_eq!(refusal.first().check().class(), CheckClass::WeakAlgorithm);
        assert!(matches!(refusal.first().check(), Check::Signature(_)));
    }
}

/// What hosts store and show: names and order do not change.
#[test]
fn a_refusal_serializes_to_the_same_text_for_good() {
    let message = Message::signed(ASSERTION)
        .edit(
            "<saml:Audience>https://sp.example.com/metadata",
            "<saml:Audience>urn:x",
        )
        .edit(NAME_ID, "");
    let refusal = judge(&message.xml()).unwrap_err();
    let json = serde_json::to_value(&refusal).unwrap();
    assert_eq!(
        json[1],
        serde_json::json!({
            "code": "saml-audience-mismatch",
            "class": "audience",
            "blame": "configuration",
            "message": "the assertion is for other audiences",
            "at": {"element": {
                "path": "/Assertion/Conditions/AudienceRestriction",
                "bytes": json[1]["at"]["element"]["bytes"],
            }},
            "expected": "https://sp.example.com/metadata",
            "found": "urn:x",
            "help": "Set the audience (SP entity ID) at the identity provider to the entity ID of this service, letter by letter.",
            "settings": [
                {
                    "party": "identity-provider",
                    "name": "audience (SP entity ID)",
                    "value": "https://sp.example.com/metadata",
                },
                {"party": "service", "name": "entity ID of this service", "value": "urn:x"},
            ],
        })
    );
    let wrong = Message::signed(ASSERTION).edit("2026-06-06T07:50:00Z", "2026-06-06T07:30:00Z");
    let expired = serde_json::to_value(judge(&wrong.xml()).unwrap_err()).unwrap();
    let at = &expired[0]["at"]["attribute"];
    assert_eq!(at["path"], "/Assertion/Conditions/@NotOnOrAfter");
    assert!(at["bytes"]["start"].as_u64() < at["bytes"]["end"].as_u64());
    assert_eq!(json[0]["code"], "saml-name-id-empty");
    assert_eq!(json[0]["settings"][1]["party"], "service");
    let names: Vec<_> = json[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut all = [
        "code", "class", "blame", "message", "at", "expected", "found", "help", "settings",
    ];
    all.sort_unstable();
    assert_eq!(
        {
            let mut names = names;
            names.sort_unstable();
            names
        },
        all
    );
    assert_eq!(
        serde_json::to_string(&refusal).unwrap(),
        serde_json::to_string(&refusal).unwrap()
    );
}

/// Where the settings are to blame, they are named.
#[test]
fn a_refusal_for_a_setting_names_the_setting() {
    let mut named = 0;
    for twins in super::checks::table() {
        let refusal = twins.refused.unwrap_err();
        let settings = refusal.first().check().settings();
        if refusal.blame() == Blame::Configuration {
            assert!(!settings.is_empty(), "{}", twins.code);
            named += 1;
        }
        assert!(
            settings
                .iter()
                .all(|one| !one.name.is_empty() && !one.name.ends_with('.'))
        );
    }
    assert!(named > 10, "{named}");
}

/// What the bytes of each failed check hold, in the message or in what was signed of it.
fn pointed_at<'o>(refusal: &Refusal, octets: &'o str) -> Vec<(String, &'o str)> {
    let places = refusal.failed().map(|one| one.at().unwrap());
    places
        .map(|place| match place {
            Place::Attribute { path, bytes } | Place::Element { path, bytes } => {
                (path.clone(), &octets[bytes.range()])
            }
            other => panic!("{other}"),
        })
        .collect()
}

/// The octets of the one signed element of this name.
fn signed_octets(xml: &str, name: &str) -> String {
    let document = Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap();
    let signed = document.elements().find(|one| one.local_name() == name);
    let is_signature = |one: &Element<'_>| one.local_name() == "Signature";
    let signature = signed.unwrap().children().find(is_signature);
    let form = Canonical::new(CanonicalMethod::Exclusive);
    form.octets(signed.unwrap(), signature).unwrap()
}

#[test]
fn each_check_of_an_envelope_points_at_what_is_wrong() {
    let wrong = |parts| {
        Message::signed(parts)
            .edit(
                r#"Destination="https://sp.example.com/acs""#,
                r#"Destination="https://sp.example.com/?a&amp;b""#,
            )
            .edit(
                r#"InResponseTo="_request-1"><saml:Issuer>"#,
                r#"InResponseTo = '_request-2' ><saml:Issuer>"#,
            )
            .edit(
                r#"_response-1" Version="2.0""#,
                r#"_response-1" Version="2.1""#,
            )
            .edit("2026-06-06T07:40:20Z", "&#9;2026-06-06T07:40:20Z")
            .edit("metadata</saml:Issuer><samlp", "other</saml:Issuer><samlp")
            .edit("status:Success", "status:Responder")
            .xml()
    };
    let as_written = |pieces: [&'static str; 6]| {
        let paths = [
            "Status/StatusCode/@Value",
            "Issuer",
            "@Destination",
            "@InResponseTo",
            "@Version",
            "@IssueInstant",
        ];
        let paths = paths.map(|path| format!("/Response/{path}"));
        Vec::from_iter(paths.into_iter().zip(pieces))
    };
    let status = r#"Value="urn:oasis:names:tc:SAML:2.0:status:Responder""#;
    let xml = wrong(ASSERTION);
    let expected = as_written([
        status,
        "<saml:Issuer>",
        r#"Destination="https://sp.example.com/?a&amp;b""#,
        "InResponseTo = '_request-2'",
        r#"Version="2.1""#,
        r#"IssueInstant="&#9;2026-06-06T07:40:20Z""#,
    ]);
    assert_eq!(pointed_at(&judge(&xml).unwrap_err(), &xml), expected);
    let xml = wrong(RESPONSE_ONLY);
    let expected = as_written([
        status,
        r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
        r#"Destination="https://sp.example.com/?a&amp;b""#,
        r#"InResponseTo="_request-2""#,
        r#"Version="2.1""#,
        r#"IssueInstant="&#x9;2026-06-06T07:40:20Z""#,
    ]);
    let signed = signed_octets(&xml, "Response");
    assert_eq!(pointed_at(&judge(&xml).unwrap_err(), &signed), expected);
}

#[test]
fn each_check_of_an_assertion_points_at_what_is_wrong() {
    let xml = Message::signed(ASSERTION)
        .edit(
            r#"Recipient="https://sp.example.com/acs""#,
            r#"Recipient="https://sp.example.com/""#,
        )
        .edit(
            r#"NotBefore="2026-06-06T07:40:00Z""#,
            r#"NotBefore="2026-06-06""#,
        )
        .edit(
            r#"AuthnInstant="2026-06-06T07:39:00Z""#,
            r#"AuthnInstant="2026-06-06T07:59:00Z""#,
        )
        .xml();
    let data = "/Assertion/Subject/SubjectConfirmation/SubjectConfirmationData";
    let signed = signed_octets(&xml, "Assertion");
    assert_eq!(
        pointed_at(&judge(&xml).unwrap_err(), &signed),
        [
            (
                format!("{data}/@Recipient"),
                r#"Recipient="https://sp.example.com/""#
            ),
            (
                "/Assertion/Conditions/@NotBefore".to_owned(),
                r#"NotBefore="2026-06-06""#
            ),
            (
                "/Assertion/AuthnStatement/@AuthnInstant".to_owned(),
                r#"AuthnInstant="2026-06-06T07:59:00Z""#
            ),
        ]
    );
}
