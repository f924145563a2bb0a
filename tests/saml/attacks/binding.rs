//! Messages that are genuine and for somebody else: another identity provider, another request,
//! another time; and text of ours that would become markup elsewhere.

use vestibule::error::Explain;
use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust, SpMetadata};
use vestibule::saml::{
    AuthnRequest, EndpointUrl, EntityId, LocalPath, MessageId, RelayState, ReplayAnswer,
    SentRequest, ServiceProvider, Signing, Submission,
};

use super::super::idp::{ACS, Connection, IDP, Message, SP, now, replace};
use super::carrier::{
    ALL, ENTITY, LOGOUT_REQUEST, LOGOUT_RESPONSE, POSTED, RESPONSE_SIGNED, RESPONSES,
};

const SSO: &str = "https://idp.example.org/sso";

fn service(entity_id: &str) -> ServiceProvider {
    let entity_id = EntityId::parse(entity_id).unwrap();
    ServiceProvider::new(entity_id, EndpointUrl::parse(ACS).unwrap())
}

#[test]
fn attack_18_an_endpoint_that_is_a_script() {
    assert!(EndpointUrl::parse(ACS).is_ok());
    for text in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "http://sp.example.com/acs",
        " https://sp.example.com/acs",
        "https:/sp.example.com",
        "//sp.example.com/acs",
        "https://sp.example.com/\"onload=\"x",
        "https://user@sp.example.com/",
    ] {
        let code = EndpointUrl::parse(text).unwrap_err().code();
        assert_eq!(code, "saml-endpoint-url-invalid", "{text}");
        let metadata = replace(&ENTITY.unsigned_xml(), SSO, &text.replace('"', "&quot;"));
        let trust = MetadataTrust::ByTransport;
        let read = IdpMetadata::read(metadata.as_bytes(), MetadataEntity::Only, now(), trust);
        assert_eq!(
            read.unwrap_err().code(),
            "saml-endpoint-url-invalid",
            "{text}"
        );
    }
    // What the page holds stays inside its attributes.
    let url = EndpointUrl::parse("https://idp.example.org/sso?a=1&b='x'").unwrap();
    let request = request(&service(SP), url);
    let form = request.to_post(
        Signing::Unsigned,
        Some(&RelayState::parse("a=~-._").unwrap()),
    );
    let page = form.unwrap().html(Submission::ByButton).unwrap();
    assert!(
        page.contains(r#"action="https://idp.example.org/sso?a=1&amp;b='x'""#),
        "{page}"
    );
    assert_eq!(page.matches("<form").count(), 1);
}

fn request(service: &ServiceProvider, sso_url: EndpointUrl) -> AuthnRequest {
    let idp = EntityId::parse(IDP).unwrap();
    AuthnRequest::new(
        service,
        idp,
        sso_url,
        MessageId::from_random([7; 20]),
        now(),
    )
}

/// Values of ours in a template, where a parser finds more than text in them.
#[test]
fn attack_32_markup_in_what_is_sent() {
    for text in [
        r#"urn:x"><samlp:Extensions/>"#,
        "urn:x<!--",
        "urn:x]]>",
        "urn:<![CDATA[x]]>",
        "urn:&amp;&x;&#0;",
        "urn:'--><?x?>",
    ] {
        let service = service(text);
        let url = EndpointUrl::parse(SSO).unwrap();
        let form = request(&service, url)
            .to_post(Signing::Unsigned, None)
            .unwrap();
        let octets =
            base64::Engine::decode(&base64::engine::general_purpose::STANDARD, form.value());
        let sent = String::from_utf8(octets.unwrap()).unwrap();
        let tree = roxmltree::Document::parse(&sent).unwrap();
        let names: Vec<&str> = tree
            .root_element()
            .descendants()
            .filter(roxmltree::Node::is_element)
            .map(|one| one.tag_name().name())
            .collect();
        assert_eq!(names, ["AuthnRequest", "Issuer"], "{sent}");
        let metadata = SpMetadata::new(&service).to_xml().unwrap();
        let tree = roxmltree::Document::parse(&metadata).unwrap();
        assert_eq!(tree.root_element().attribute("entityID"), Some(text));
    }
    for forbidden in ["urn:\u{fffe}", "urn:\u{ffff}"] {
        let service = service(forbidden);
        let url = EndpointUrl::parse(SSO).unwrap();
        let error = request(&service, url)
            .to_post(Signing::Unsigned, None)
            .unwrap_err();
        assert_eq!(error.code(), "xml-unwritable");
        let error = SpMetadata::new(&service).to_xml().unwrap_err();
        assert_eq!(error.code(), "metadata-character-forbidden");
    }
    assert!(EntityId::parse("urn:\0").is_err());
}

/// The request went to one identity provider and another answers, with a signature that verifies.
#[test]
fn attack_39_an_answer_from_another_identity_provider() {
    for carrier in RESPONSES.into_iter().chain([LOGOUT_RESPONSE]) {
        let mut connection = Connection::new();
        let verdict = carrier.judge_by(&connection, carrier.xml());
        assert_eq!(verdict.as_deref(), Ok(carrier.genuine));
        let other = EntityId::parse("https://other.example.org/metadata").unwrap();
        connection.request = SentRequest::new("_request-1", other).ok();
        let codes = carrier.judge_by(&connection, carrier.xml()).unwrap_err();
        assert_eq!(codes, ["saml-request-sent-elsewhere"], "{}", carrier.name);
    }
}

#[test]
fn attack_59_issuers_that_differ() {
    for carrier in POSTED {
        let named = |which: usize, issuer: &str| {
            let unsigned = carrier.unsigned_xml();
            let from = format!("<saml:Issuer>{IDP}</saml:Issuer>");
            let (at, _) = unsigned.match_indices(&from).nth(which)?;
            let to = issuer.to_owned();
            let edited = format!("{}{to}{}", &unsigned[..at], &unsigned[at + from.len()..]);
            Some(Message::of(edited, carrier.signed).xml())
        };
        let other = "<saml:Issuer>https://other.example.org/metadata</saml:Issuer>";
        let format = format!(r#"<saml:Issuer Format="urn:x">{IDP}</saml:Issuer>"#);
        for which in [0, 1] {
            for issuer in [
                other,
                &format,
                "<saml:Issuer></saml:Issuer>",
                "<saml:Issuer>https://idp.example.org/meta</saml:Issuer>",
            ] {
                if let Some(xml) = named(which, issuer) {
                    carrier.assert_attack(issuer, carrier.xml(), xml, "saml-issuer-mismatch");
                }
            }
        }
    }
    // The one of an unsigned response may be left out, and that of the assertion never.
    for carrier in RESPONSES {
        let unsigned = carrier.unsigned_xml();
        let from = format!("<saml:Issuer>{IDP}</saml:Issuer><saml:Subject>");
        let without = replace(&unsigned, &from, "<saml:Subject>");
        let xml = Message::of(without, carrier.signed).xml();
        carrier.assert_refused("none", xml, "saml-issuer-missing");
    }
}

/// Present, absent and wrong, on the response and in the confirmation, with and without a request.
#[test]
fn attack_60_the_request_on_one_side_only() {
    const ON: &str = r#" InResponseTo="_request-1"><saml:Issuer>"#;
    const IN: &str = r#" InResponseTo="_request-1" NotOnOrAfter"#;
    let solicited = Connection::new();
    let mut unsolicited = Connection::new();
    unsolicited.request = None;
    for carrier in RESPONSES {
        for (on_response, first) in [("_request-1", 0), ("_other", 1), ("", 2)] {
            for (in_data, second) in [("_request-1", 0), ("_other", 1), ("", 2)] {
                let attribute = |id: &str| match id {
                    "" => String::new(),
                    id => format!(r#" InResponseTo="{id}""#),
                };
                let xml = replace(
                    &carrier.unsigned_xml(),
                    ON,
                    &format!("{}><saml:Issuer>", attribute(on_response)),
                );
                let xml = replace(&xml, IN, &format!("{} NotOnOrAfter", attribute(in_data)));
                let xml = Message::of(xml, carrier.signed).xml();
                let of = |kind: usize, known: bool| match (kind, known) {
                    (0, true) | (2, false) => None,
                    (1, true) => Some("saml-in-response-to-mismatch"),
                    (2, true) => Some("saml-in-response-to-missing"),
                    _ => Some("saml-in-response-to-unexpected"),
                };
                for (connection, known) in [(&solicited, true), (&unsolicited, false)] {
                    let expected: Vec<&str> = [of(first, known), of(second, known)]
                        .into_iter()
                        .flatten()
                        .collect();
                    let verdict = carrier.judge_by(connection, &xml);
                    let found = verdict.err().unwrap_or_default();
                    assert_eq!(found, expected, "{on_response} {in_data} {known}");
                }
            }
        }
    }
}

/// An unsolicited response twice: whoever accepts one must ask a store, and cannot forget it.
#[test]
fn attack_61_replay_of_what_nobody_asked_for() {
    for carrier in RESPONSES.into_iter().chain([LOGOUT_REQUEST]) {
        let unsolicited = carrier
            .unsigned_xml()
            .replace(r#" InResponseTo="_request-1""#, "");
        let xml = Message::of(unsolicited, carrier.signed).xml();
        let mut connection = Connection::new();
        connection.request = None;
        let verdict = carrier.judge_by(&connection, &xml);
        assert_eq!(verdict.as_deref(), Ok(carrier.genuine));
        connection.answer = ReplayAnswer::SeenBefore;
        let codes = carrier.judge_by(&connection, &xml).unwrap_err();
        assert_eq!(codes, ["saml-replayed"]);
    }
    // How long: as long as any confirmation or the conditions hold, and the skew.
    let connection = Connection::new();
    let verified = connection.verify(&RESPONSE_SIGNED.xml()).unwrap();
    let request = connection.request.as_ref().unwrap();
    let expected = vestibule::saml::Expectations::new(
        &connection.service,
        vestibule::saml::Solicitation::Solicited(request),
    );
    let pending = verified.accept(&expected, now()).unwrap();
    let until: chrono::DateTime<chrono::Utc> = "2026-06-06T07:51:00Z".parse().unwrap();
    assert!(pending.question().keep_until >= until);
}

#[test]
fn attack_62_a_relay_state_as_a_redirect() {
    assert!(RelayState::parse("kq3ZtXb0uYw").is_ok());
    for (text, code) in [
        ("https://evil.example/", "saml-relay-state-character"),
        ("//evil.example", "saml-relay-state-character"),
        ("javascript:alert(1)", "saml-relay-state-character"),
        ("a\r\nLocation: x", "saml-relay-state-character"),
        ("", "saml-relay-state-length"),
        (&"a".repeat(81), "saml-relay-state-length"),
    ] {
        assert_eq!(RelayState::parse(text).unwrap_err().code(), code, "{text}");
    }
    assert!(LocalPath::parse("/projects/7?tab=members").is_ok());
    for (path, code) in [
        ("//evil.example", "saml-local-path-segment"),
        ("/\\evil.example", "saml-local-path-character"),
        ("https://evil.example", "saml-local-path-not-absolute"),
        ("/..//evil.example", "saml-local-path-segment"),
        ("/%2f/evil.example", "saml-local-path-escape"),
        ("/\tevil", "saml-local-path-character"),
    ] {
        assert_eq!(LocalPath::parse(path).unwrap_err().code(), code, "{path}");
    }
}

#[test]
fn attack_19_a_logout_request_that_is_over_or_seen() {
    let carrier = LOGOUT_REQUEST;
    let ending = |end: &str| {
        let unsigned = replace(&carrier.unsigned_xml(), "2026-06-06T07:45:20Z", end);
        Message::of(unsigned, carrier.signed).xml()
    };
    for end in ["2026-06-06T07:39:25Z", "2020-01-01T00:00:00Z"] {
        carrier.assert_attack(
            end,
            ending("2026-06-06T07:39:26Z"),
            ending(end),
            "saml-expired",
        );
    }
    let without = replace(
        &carrier.unsigned_xml(),
        r#" NotOnOrAfter="2026-06-06T07:45:20Z""#,
        "",
    );
    let old = without.replace("07:40:20Z", "07:20:20Z");
    let sound = Message::of(without, carrier.signed).xml();
    carrier.assert_attack(
        "no end",
        sound,
        Message::of(old, carrier.signed).xml(),
        "saml-expired",
    );
    let mut connection = Connection::new();
    connection.answer = ReplayAnswer::SeenBefore;
    let codes = carrier.judge_by(&connection, carrier.xml()).unwrap_err();
    assert_eq!(codes, ["saml-replayed"]);
}

/// A root that is not the message that is read, whatever stands inside it.
#[test]
fn attack_40_another_root() {
    for carrier in ALL {
        let sound = carrier.xml();
        let code = match carrier.root.starts_with("md:") {
            true => "metadata-root-unexpected",
            false => "saml-root-unexpected",
        };
        let wrapped = format!("<x>{sound}</x>");
        carrier.assert_attack("wrapped", &sound, wrapped, code);
        let namespace = match carrier.root.starts_with("md:") {
            true => r#""urn:oasis:names:tc:SAML:2.0:metadata""#,
            false => r#""urn:oasis:names:tc:SAML:2.0:protocol""#,
        };
        let other = sound.replacen(namespace, r#""urn:x""#, 1);
        carrier.assert_refused("namespace", other, code);
        for other in ALL {
            if other.root != carrier.root && other.root.starts_with("samlp:") {
                assert_eq!(carrier.judge(other.xml()).unwrap_err(), [code]);
            }
        }
    }
}
