//! Single logout: each check by an accepted message and one that differs in one thing, by both
//! bindings; and what can be done to a signed query.
#![cfg(feature = "saml")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use vestibule::dsig::{AlgorithmLevel, Base64Error, TrustedKeys, parse_certificates};
use vestibule::error::{Blame, Explain, Place, Shown};
use vestibule::identity::{ConnectionId, Personal};
use vestibule::limits::MAX_REDIRECT_QUERY_BYTES;
use vestibule::saml::{
    AcceptedLogoutResponse, Check, CheckClass, ClockSkew, EndpointUrl, EntityId, IdentityProvider,
    Logout, LogoutMessage, LogoutOutcome, NameId, ParsedLogoutRequest, ParsedLogoutResponse, Part,
    PendingLogout, RedirectQuery, Refusal, ReplayAnswer, SentRequest, ServiceProvider,
};

/// The canonical form of a request without its signature, so that the octets here are those signed.
const REQUEST: &str = concat!(
    r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol""#,
    r#" Destination="https://sp.example.com/saml/slo" ID="_r1""#,
    r#" IssueInstant="2026-06-06T07:40:23Z" NotOnOrAfter="2026-06-06T07:45:25Z" Version="2.0">"#,
    r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
    r#"https://idp.example.org/saml/metadata</saml:Issuer>"#,
    r#"<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
    r#"grace@example.org</saml:NameID>"#,
    r#"<samlp:SessionIndex>_s1</samlp:SessionIndex>"#,
    r#"<samlp:SessionIndex>_s2</samlp:SessionIndex></samlp:LogoutRequest>"#,
);

/// The same of a response.
const RESPONSE: &str = concat!(
    r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol""#,
    r#" Destination="https://sp.example.com/saml/slo" ID="_a1" InResponseTo="_q1""#,
    r#" IssueInstant="2026-06-06T07:40:23Z" Version="2.0">"#,
    r#"<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">"#,
    r#"https://idp.example.org/saml/metadata</saml:Issuer>"#,
    r#"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success">"#,
    r#"</samlp:StatusCode></samlp:Status></samlp:LogoutResponse>"#,
);

const SHA256_URI: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SKEW_SECS: i64 = 60;

const BINDINGS: [Binding; 2] = [Binding::Post, Binding::Redirect];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Binding {
    Post,
    Redirect,
}

fn now() -> DateTime<Utc> {
    "2026-06-06T07:40:25Z".parse().unwrap()
}

fn idp() -> IdentityProvider {
    let pem = include_bytes!("data/certificates/rsa-2048.pem");
    idp_with(pem)
}

fn idp_with(pem: &[u8]) -> IdentityProvider {
    IdentityProvider::new(
        ConnectionId::new("acme"),
        EntityId::parse("https://idp.example.org/saml/metadata").unwrap(),
        TrustedKeys::from_certificates(&parse_certificates(pem).unwrap()).unwrap(),
    )
}

fn service_without_slo() -> ServiceProvider {
    ServiceProvider::new(
        EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
        EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
    )
}

fn service() -> ServiceProvider {
    service_without_slo()
        .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo").unwrap())
}

fn sent(id: &str) -> SentRequest {
    SentRequest::new(id, idp().entity_id().clone()).unwrap()
}

fn sign(octets: &[u8]) -> String {
    let key = include_bytes!("data/certificates/private-key-pkcs8.test-only.der");
    let key = RsaKeyPair::from_pkcs8(key).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        octets,
        &mut signature,
    )
    .unwrap();
    STANDARD.encode(signature)
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

fn deflated(octets: &[u8]) -> String {
    STANDARD.encode(miniz_oxide::deflate::compress_to_vec(octets, 9))
}

/// A query with the signature over what comes before it.
fn signed_query(unsigned: &str) -> String {
    format!(
        "{unsigned}&Signature={}",
        escape(&sign(unsigned.as_bytes()))
    )
}

fn parameter_of(xml: &str) -> &'static str {
    match xml.contains("Response ") {
        true => "SAMLResponse",
        false => "SAMLRequest",
    }
}

fn query_of(xml: &str) -> String {
    let (name, value) = (parameter_of(xml), escape(&deflated(xml.as_bytes())));
    let sig_alg = escape(SHA256_URI);
    signed_query(&format!(
        "{name}={value}&RelayState=handle+7&SigAlg={sig_alg}"
    ))
}

/// A canonical message with an enveloped signature behind its issuer, or behind its start tag.
fn signed_xml(canonical: &str) -> String {
    let id = canonical
        .split_once(" ID=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(id, _)| id);
    let digest_value = STANDARD.encode(digest(&SHA256, canonical.as_bytes()));
    let signed_info = format!(
        concat!(
            r#"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
            r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>"#,
            r#"<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>"#,
            r##"<ds:Reference URI="#{id}"><ds:Transforms>"##,
            r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#,
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>"#,
            r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>"#,
            r#"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"#,
        ),
        method = SHA256_URI,
        id = id,
        digest = digest_value,
    );
    let signature = format!(
        r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>"#,
        signed_info,
        sign(signed_info.as_bytes()),
    );
    let at = canonical
        .find("</saml:Issuer>")
        .map(|at| at + "</saml:Issuer>".len())
        .or_else(|| canonical.find('>').map(|at| at + 1))
        .unwrap();
    format!("{}{signature}{}", &canonical[..at], &canonical[at..])
}

fn form_of(xml: &str) -> String {
    STANDARD.encode(signed_xml(xml))
}

fn pending_by(binding: Binding, xml: &str, at: DateTime<Utc>) -> Result<PendingLogout, Refusal> {
    let verified = match binding {
        Binding::Post => ParsedLogoutRequest::from_post(&form_of(xml))?.verify(&idp())?,
        Binding::Redirect => RedirectQuery::parse(&query_of(xml))?.verify_logout_request(&idp())?,
    };
    verified.accept(&service(), ClockSkew::default(), at)
}

fn log_out_by(binding: Binding, xml: &str) -> Result<Logout, Refusal> {
    pending_by(binding, xml, now())?.confirm(ReplayAnswer::FirstSeen)
}

fn log_out_by_query(query: &str) -> Result<Logout, Refusal> {
    RedirectQuery::parse(query)?
        .verify_logout_request(&idp())?
        .accept(&service(), ClockSkew::default(), now())?
        .confirm(ReplayAnswer::FirstSeen)
}

fn answer_by(
    binding: Binding,
    xml: &str,
    request: &SentRequest,
) -> Result<AcceptedLogoutResponse, Refusal> {
    let verified = match binding {
        Binding::Post => ParsedLogoutResponse::from_post(&form_of(xml))?.verify(&idp())?,
        Binding::Redirect => RedirectQuery::parse(&query_of(xml))?.verify_logout_response(&idp())?,
    };
    verified.accept(&service(), request, ClockSkew::default(), now())
}

fn codes(refusal: &Refusal) -> Vec<&'static str> {
    refusal
        .failed()
        .map(|failed| failed.check().code())
        .collect()
}

fn replaced(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "{from}");
    xml.replacen(from, to, 1)
}

// Accepted messages.

#[test]
fn a_request_is_accepted_by_both_bindings_with_all_that_it_says() {
    for binding in BINDINGS {
        let logout = log_out_by(binding, REQUEST).unwrap();
        assert_eq!(logout.connection, ConnectionId::new("acme"));
        assert_eq!(logout.name_id.value.expose(), "grace@example.org");
        let indexes: Vec<&str> = logout
            .session_indexes
            .iter()
            .map(Personal::expose)
            .collect();
        assert_eq!(indexes, ["_s1", "_s2"]);
        assert_eq!(logout.request_id, "_r1");
        assert_eq!(logout.signature.part, Part::LogoutRequest);
        assert!(logout.signature.warnings.is_empty());
        let relay_state = logout.relay_state.as_ref().map(Personal::expose);
        let expected = (binding == Binding::Redirect).then_some("handle 7");
        assert_eq!(relay_state, expected);
    }
}

#[test]
fn no_debug_output_shows_the_person() {
    let query = query_of(REQUEST);
    let parsed = RedirectQuery::parse(&query).unwrap();
    let verified = parsed.verify_logout_request(&idp()).unwrap();
    let mut shown = format!("{parsed:?} {verified:?}");
    let pending = verified
        .accept(&service(), ClockSkew::default(), now())
        .unwrap();
    shown.push_str(&format!("{pending:?}"));
    let form = ParsedLogoutRequest::from_post(&form_of(REQUEST)).unwrap();
    shown.push_str(&format!("{form:?}"));
    for personal in ["grace", "_s1", "handle"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

#[test]
fn a_request_without_session_index_ends_all_sessions() {
    let xml = replaced(REQUEST, "<samlp:SessionIndex>_s1</samlp:SessionIndex>", "");
    let xml = replaced(&xml, "<samlp:SessionIndex>_s2</samlp:SessionIndex>", "");
    for binding in BINDINGS {
        assert!(
            log_out_by(binding, &xml)
                .unwrap()
                .session_indexes
                .is_empty()
        );
    }
}

/// As a host stores it, and as the request names it: Entra leaves out the format.
#[test]
fn a_logout_ends_the_sessions_that_it_names_and_no_others() {
    let stored = |qualifier: &str| -> NameId {
        let format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
        let name = json!({"value": "grace@example.org", "format": format,
            "name_qualifier": qualifier, "sp_name_qualifier": null});
        serde_json::from_value(name).unwrap()
    };
    let (same, other) = (stored(idp().entity_id().as_str()), stored("urn:upstream"));
    let [first, second, third] = ["_s1", "_s2", "_s3"].map(Personal::from);
    let every = REQUEST.replace("<samlp:SessionIndex>_s1</samlp:SessionIndex>", "");
    let every = every.replace("<samlp:SessionIndex>_s2</samlp:SessionIndex>", "");
    for binding in BINDINGS {
        let logout = log_out_by(binding, REQUEST).unwrap();
        assert!(logout.ends(&same, [&first]));
        assert!(logout.ends(&same, [&third, &second]));
        assert!(!logout.ends(&same, [&third]));
        assert!(!logout.ends(&same, []));
        assert!(!logout.ends(&other, [&first]));
        let logout = log_out_by(binding, &every).unwrap();
        assert!(logout.ends(&same, [&third]) && logout.ends(&same, []));
        assert!(!logout.ends(&other, []));
    }
}

#[test]
fn a_response_is_accepted_by_both_bindings() {
    for binding in BINDINGS {
        let answer = answer_by(binding, RESPONSE, &sent("_q1")).unwrap();
        assert_eq!(answer.connection, ConnectionId::new("acme"));
        assert_eq!(answer.outcome, LogoutOutcome::Complete);
        assert_eq!(answer.signature.part, Part::LogoutResponse);
    }
}

#[test]
fn a_partial_logout_is_reported_and_another_failure_refused() {
    let partial = r#""><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"></samlp:StatusCode></samlp:StatusCode>"#;
    let under_success = replaced(RESPONSE, r#""></samlp:StatusCode>"#, partial);
    let under_responder = replaced(&under_success, "status:Success", "status:Responder");
    for xml in [&under_success, &under_responder] {
        for binding in BINDINGS {
            let answer = answer_by(binding, xml, &sent("_q1")).unwrap();
            assert_eq!(answer.outcome, LogoutOutcome::Partial);
        }
    }
    let failed = replaced(RESPONSE, "status:Success", "status:Responder");
    let denied = replaced(&under_responder, "PartialLogout", "RequestDenied");
    let requester = replaced(&under_responder, "Responder", "Requester");
    for xml in [failed, denied, requester] {
        let refusal = answer_by(Binding::Redirect, &xml, &sent("_q1")).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-status-not-success"]);
    }
    let none = replaced(RESPONSE, "samlp:StatusCode Value", "samlp:StatusCode Other");
    let refusal = answer_by(Binding::Redirect, &none, &sent("_q1")).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-status-missing"]);
}

// One difference, one refusal; signed each time.

#[test]
fn every_check_of_a_request_refuses_its_twin() {
    let assertion = "urn:oasis:names:tc:SAML:2.0:assertion";
    let encrypted = format!(r#"<saml:EncryptedID xmlns:saml="{assertion}"></saml:EncryptedID>"#);
    let name_id =
        format!(r#"<saml:NameID xmlns:saml="{assertion}">grace@example.org</saml:NameID>"#);
    let issuer = format!(
        r#"<saml:Issuer xmlns:saml="{assertion}">https://idp.example.org/saml/metadata</saml:Issuer>"#
    );
    let twins: &[(&str, &str, &[&str])] = &[
        (
            "Version=\"2.0\"",
            "Version=\"1.1\"",
            &["saml-version-unsupported"],
        ),
        (" Version=\"2.0\"", "", &["saml-attribute-missing"]),
        (
            "com/saml/slo",
            "com/saml/slo/",
            &["saml-destination-mismatch"],
        ),
        (
            "com/saml/slo",
            "com/saml/acs",
            &["saml-destination-mismatch"],
        ),
        (
            " Destination=\"https://sp.example.com/saml/slo\"",
            "",
            &["saml-destination-missing"],
        ),
        (
            "idp.example.org",
            "evil.example.org",
            &["saml-issuer-mismatch"],
        ),
        (&issuer, "", &["saml-issuer-missing"]),
        ("07:45:25Z", "07:39:25Z", &["saml-expired"]),
        ("07:45:25Z", "07:45:25", &["saml-time-malformed"]),
        ("07:40:23Z", "yesterday", &["saml-time-malformed"]),
        (
            " IssueInstant=\"2026-06-06T07:40:23Z\"",
            "",
            &["saml-attribute-missing"],
        ),
        ("grace@example.org", "", &["saml-name-id-empty"]),
        ("grace@example.org", " \n", &["saml-name-id-empty"]),
        (&name_id, "", &["saml-name-id-missing"]),
        (&name_id, &encrypted, &["saml-name-id-encrypted"]),
        (">_s1<", "><", &["saml-session-index-empty"]),
        (
            ">_s1<",
            "><samlp:SessionIndex>_s1</samlp:SessionIndex><",
            &["saml-element-unexpected"],
        ),
        (
            "</samlp:LogoutRequest>",
            "stray</samlp:LogoutRequest>",
            &["saml-text-unexpected"],
        ),
        (
            "<samlp:SessionIndex>_s1",
            "<samlp:Status></samlp:Status><samlp:SessionIndex>_s1",
            &["saml-element-unexpected"; 3],
        ),
    ];
    for binding in BINDINGS {
        log_out_by(binding, REQUEST).unwrap();
        for (from, to, expected) in twins {
            let refusal = log_out_by(binding, &replaced(REQUEST, from, to)).unwrap_err();
            assert_eq!(codes(&refusal), *expected, "{binding:?}: {from} -> {to}");
        }
    }
}

#[test]
fn a_request_needs_an_id_by_either_binding() {
    let xml = replaced(REQUEST, " ID=\"_r1\"", "");
    let refusal = log_out_by(Binding::Redirect, &xml).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-attribute-missing"]);
    let refusal = log_out_by(Binding::Post, &xml).unwrap_err();
    assert_eq!(codes(&refusal), ["signature-id-missing"]);
}

#[test]
fn every_check_of_a_response_refuses_its_twin() {
    let twins: &[(&str, &str, &[&str])] = &[
        (
            "Version=\"2.0\"",
            "Version=\"1.1\"",
            &["saml-version-unsupported"],
        ),
        (
            "com/saml/slo",
            "com/saml/acs",
            &["saml-destination-mismatch"],
        ),
        (
            " Destination=\"https://sp.example.com/saml/slo\"",
            "",
            &["saml-destination-missing"],
        ),
        (
            "idp.example.org",
            "evil.example.org",
            &["saml-issuer-mismatch"],
        ),
        ("\"_q1\"", "\"_q2\"", &["saml-in-response-to-mismatch"]),
        (
            " InResponseTo=\"_q1\"",
            "",
            &["saml-in-response-to-missing"],
        ),
        (
            "status:Success",
            "status:Requester",
            &["saml-status-not-success"],
        ),
        (
            "</samlp:Status>",
            "</samlp:Status>stray",
            &["saml-text-unexpected"],
        ),
        (
            "</samlp:Status>",
            "</samlp:Status><samlp:SessionIndex>_s1</samlp:SessionIndex>",
            &["saml-element-unexpected"],
        ),
    ];
    for binding in BINDINGS {
        answer_by(binding, RESPONSE, &sent("_q1")).unwrap();
        for (from, to, expected) in twins {
            let xml = replaced(RESPONSE, from, to);
            let refusal = answer_by(binding, &xml, &sent("_q1")).unwrap_err();
            assert_eq!(codes(&refusal), *expected, "{binding:?}: {from} -> {to}");
        }
    }
}

#[test]
fn all_failed_checks_are_reported_together() {
    let xml = replaced(REQUEST, "idp.example.org", "evil.example.org");
    let xml = replaced(&xml, "com/saml/slo", "com/saml/acs");
    let xml = replaced(&xml, "07:45:25Z", "07:39:25Z");
    let refusal = log_out_by(Binding::Redirect, &xml).unwrap_err();
    let expected = [
        "saml-issuer-mismatch",
        "saml-destination-mismatch",
        "saml-expired",
    ];
    assert_eq!(codes(&refusal), expected);
    let issuer = refusal.first();
    assert_eq!(issuer.check().class(), CheckClass::Issuer);
    assert_eq!(
        issuer.found().as_deref(),
        Some("https://evil.example.org/saml/metadata")
    );
}

#[test]
fn a_response_must_come_from_where_the_request_went() {
    let elsewhere =
        SentRequest::new("_q1", EntityId::parse("https://other.example").unwrap()).unwrap();
    for binding in BINDINGS {
        let refusal = answer_by(binding, RESPONSE, &elsewhere).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-request-sent-elsewhere"]);
    }
}

#[test]
fn without_a_single_logout_url_every_logout_message_is_refused() {
    let query = query_of(REQUEST);
    let verified = RedirectQuery::parse(&query)
        .and_then(|query| query.verify_logout_request(&idp()))
        .unwrap();
    let refusal = verified
        .accept(&service_without_slo(), ClockSkew::default(), now())
        .unwrap_err();
    assert_eq!(codes(&refusal), ["saml-logout-not-configured"]);
    assert_eq!(refusal.blame(), Blame::Configuration);
    let query = query_of(RESPONSE);
    let verified = RedirectQuery::parse(&query)
        .and_then(|query| query.verify_logout_response(&idp()))
        .unwrap();
    let refusal = verified
        .accept(
            &service_without_slo(),
            &sent("_q1"),
            ClockSkew::default(),
            now(),
        )
        .unwrap_err();
    assert_eq!(codes(&refusal), ["saml-logout-not-configured"]);
}

// Time and replay.

#[test]
fn a_request_ends_at_not_on_or_after_and_is_remembered_for_the_longest_skew() {
    for binding in BINDINGS {
        let end: DateTime<Utc> = "2026-06-06T07:46:25Z".parse().unwrap();
        let last = end - chrono::TimeDelta::nanoseconds(1);
        let kept_until = "2026-06-06T07:55:25Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(
            pending_by(binding, REQUEST, last)
                .unwrap()
                .question()
                .keep_until,
            kept_until
        );
        let refusal = pending_by(binding, REQUEST, end).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-expired"]);
    }
}

#[test]
fn a_request_without_end_counts_from_its_instant() {
    let xml = replaced(REQUEST, " NotOnOrAfter=\"2026-06-06T07:45:25Z\"", "");
    let instant: DateTime<Utc> = "2026-06-06T07:40:23Z".parse().unwrap();
    let skew = chrono::TimeDelta::seconds(SKEW_SECS);
    let end = instant + chrono::TimeDelta::seconds(600) + skew;
    let nanosecond = chrono::TimeDelta::nanoseconds(1);
    for binding in BINDINGS {
        for inside in [instant - skew, now(), end - nanosecond] {
            let pending = pending_by(binding, &xml, inside).unwrap();
            let longest = chrono::TimeDelta::seconds(600);
            assert_eq!(pending.question().keep_until, end - skew + longest);
        }
        let refusal = pending_by(binding, &xml, end).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-expired"]);
        let refusal = pending_by(binding, &xml, instant - skew - nanosecond).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-instant-in-future"]);
    }
    let far = replaced(&xml, "2026-06-06T07:40:23Z", "9999-12-31T23:59:59Z");
    let refusal = log_out_by(Binding::Redirect, &far).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-instant-in-future"]);
}

#[test]
fn a_request_of_the_future_is_refused_whatever_its_end() {
    for (instant, expected) in [
        ("2026-06-06T07:41:25Z", None),
        ("2026-06-06T07:41:26Z", Some("saml-instant-in-future")),
    ] {
        let xml = replaced(REQUEST, "2026-06-06T07:40:23Z", instant);
        for binding in BINDINGS {
            let refusal = pending_by(binding, &xml, now()).err();
            assert_eq!(refusal.map(|refusal| refusal.code()), expected);
        }
    }
}

#[test]
fn a_response_of_the_future_is_refused_and_one_of_the_past_answers() {
    for (instant, expected) in [
        ("2026-06-06T07:41:25Z", None),
        ("2026-06-06T07:41:25.001Z", Some("saml-instant-in-future")),
        ("2026-01-01T00:00:00Z", None),
        ("yesterday", Some("saml-time-malformed")),
    ] {
        let xml = replaced(RESPONSE, "2026-06-06T07:40:23Z", instant);
        for binding in BINDINGS {
            let refusal = answer_by(binding, &xml, &sent("_q1")).err();
            let code = refusal.as_ref().map(Explain::code);
            assert_eq!(code, expected, "{binding:?} {instant}");
            if let Some(refusal) = refusal {
                let Some(Place::Attribute { path, .. }) = refusal.at() else {
                    panic!("{refusal:?}");
                };
                assert_eq!(path, "/LogoutResponse/@IssueInstant");
            }
        }
    }
}

#[test]
fn a_request_that_was_seen_before_is_refused() {
    for binding in BINDINGS {
        let first = pending_by(binding, REQUEST, now()).unwrap();
        let again = pending_by(binding, REQUEST, now()).unwrap();
        assert_eq!(first.question(), again.question());
        assert_eq!(first.question().id, "_r1");
        first.confirm(ReplayAnswer::FirstSeen).unwrap();
        let refusal = again.confirm(ReplayAnswer::SeenBefore).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-replayed"]);
    }
}

// Signatures.

#[test]
fn an_unsigned_message_is_refused_by_either_binding() {
    let request = ParsedLogoutRequest::from_post(&STANDARD.encode(REQUEST)).unwrap();
    assert_eq!(
        request.claimed_issuer(),
        Some("https://idp.example.org/saml/metadata")
    );
    let refusal = request.verify(&idp()).unwrap_err();
    assert_eq!(codes(&refusal), ["signature-missing"]);
    let response = ParsedLogoutResponse::from_post(&STANDARD.encode(RESPONSE)).unwrap();
    assert_eq!(
        response.claimed_issuer(),
        Some("https://idp.example.org/saml/metadata")
    );
    let refusal = response.verify(&idp()).unwrap_err();
    assert_eq!(codes(&refusal), ["signature-missing"]);

    let value = escape(&deflated(signed_xml(REQUEST).as_bytes()));
    let refusal = log_out_by_query(&format!("SAMLRequest={value}")).unwrap_err();
    assert_eq!(codes(&refusal), ["signature-missing"]);
}

#[test]
fn another_identity_providers_key_does_not_count() {
    let other = idp_with(include_bytes!("data/saml/idp.pem"));
    let query = query_of(REQUEST);
    let refusal = RedirectQuery::parse(&query)
        .and_then(|query| query.verify_logout_request(&other))
        .unwrap_err();
    assert_eq!(codes(&refusal), ["signature-invalid"]);
    let refusal = ParsedLogoutRequest::from_post(&form_of(REQUEST))
        .and_then(|parsed| parsed.verify(&other))
        .unwrap_err();
    assert_eq!(codes(&refusal), ["signature-invalid"]);
}

#[test]
fn a_changed_message_by_post_is_refused() {
    let form = STANDARD.encode(signed_xml(REQUEST).replace("grace", "admin"));
    let refusal = ParsedLogoutRequest::from_post(&form)
        .and_then(|parsed| parsed.verify(&idp()))
        .unwrap_err();
    assert_eq!(codes(&refusal), ["signature-digest-mismatch"]);
}

/// The forged request, with the genuine one or only its signature put somewhere inside.
#[test]
fn wrapping_of_a_request_by_post_is_refused() {
    let genuine = signed_xml(REQUEST);
    let signature = {
        let start = genuine.find("<ds:Signature ").unwrap();
        let end = genuine.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
        genuine[start..end].to_owned()
    };
    let forged = replaced(REQUEST, "grace", "admin");
    let other_id = replaced(&forged, "_r1", "_r2");
    let in_extensions = |inner: &str| {
        let extensions = format!("</saml:Issuer><samlp:Extensions>{inner}</samlp:Extensions>");
        move |outer: &str| outer.replacen("</saml:Issuer>", &extensions, 1)
    };
    let at_end = |inner: &str| {
        let end = format!("{inner}</samlp:LogoutRequest>");
        move |outer: &str| outer.replace("</samlp:LogoutRequest>", &end)
    };
    let beside = |inner: &str| {
        let behind = format!("</saml:Issuer>{inner}");
        move |outer: &str| outer.replacen("</saml:Issuer>", &behind, 1)
    };
    let in_object = {
        let object = format!("<ds:Object>{REQUEST}</ds:Object></ds:Signature>");
        signature.replace("</ds:Signature>", &object)
    };
    let in_issuer = {
        let inner = format!("{genuine}</saml:Issuer>");
        other_id.replacen("</saml:Issuer>", &inner, 1)
    };
    // At the reading, for what no genuine message has...
    let misshapen = [
        (in_extensions(&genuine)(&forged), "signature-id-duplicate"),
        (
            in_extensions(&genuine)(&other_id),
            "saml-element-unexpected",
        ),
        (
            beside(&signature)(&in_extensions(REQUEST)(&other_id)),
            "saml-element-unexpected",
        ),
        (in_extensions(&signature)(&forged), "signature-misplaced"),
        (at_end(&signature)(&forged), "signature-misplaced"),
        (at_end(&genuine)(&forged), "signature-id-duplicate"),
        (at_end(&genuine)(&other_id), "saml-element-unexpected"),
        (beside(&in_object)(&other_id), "saml-element-unexpected"),
        (beside(&in_object)(&forged), "signature-id-duplicate"),
        (
            beside(&format!("{signature}{signature}"))(&forged),
            "signature-several",
        ),
        (in_issuer, "saml-element-unexpected"),
    ];
    for (number, (xml, code)) in misshapen.iter().enumerate() {
        let refusal = ParsedLogoutRequest::from_post(&STANDARD.encode(xml)).unwrap_err();
        assert_eq!(refusal.code(), *code, "{number}");
    }
    // ... and at the signature, for what is only not genuine.
    let shaped = [
        (beside(&signature)(&forged), "signature-digest-mismatch"),
        (
            beside(&signature)(&other_id),
            "signature-reference-mismatch",
        ),
    ];
    for (number, (xml, code)) in shaped.iter().enumerate() {
        let refusal = ParsedLogoutRequest::from_post(&STANDARD.encode(xml))
            .and_then(|parsed| parsed.verify(&idp()))
            .unwrap_err();
        assert_eq!(codes(&refusal), [*code], "{number}");
    }
}

// What can be done to a query.

#[test]
fn parameters_may_come_in_any_order_with_unrelated_ones_between() {
    let query = query_of(REQUEST);
    let accepted = log_out_by_query(&query).unwrap();
    let mut pairs: Vec<&str> = query.split('&').collect();
    for _ in 0..pairs.len() {
        pairs.rotate_left(1);
        let turned = format!("tenant=7&{}&utm=x&utm=y", pairs.join("&tenant=8&"));
        assert_eq!(log_out_by_query(&turned).unwrap(), accepted);
    }
}

#[test]
fn a_second_parameter_by_any_name_is_refused() {
    let query = query_of(REQUEST);
    let evil = escape(&deflated(REQUEST.replace("grace", "admin").as_bytes()));
    for (name, code) in [
        ("SAMLRequest", "saml-parameter-repeated"),
        ("SAMLResponse", "saml-parameter-unexpected"),
        ("%53AMLRequest", "saml-parameter-unexpected"),
        ("samlrequest", "saml-parameter-unexpected"),
        ("SAMLRequest%5B%5D", "saml-parameter-unexpected"),
        ("RelayState", "saml-parameter-repeated"),
        ("Relay%53tate", "saml-parameter-unexpected"),
        ("SigAlg", "saml-parameter-repeated"),
        ("sigalg", "saml-parameter-unexpected"),
        ("Signature", "saml-parameter-repeated"),
        ("signature", "saml-parameter-unexpected"),
    ] {
        for query in [
            format!("{name}={evil}&{query}"),
            format!("{query}&{name}={evil}"),
        ] {
            let refusal = log_out_by_query(&query).unwrap_err();
            assert_eq!(codes(&refusal), [code], "{name}");
        }
    }
    assert!(log_out_by_query(&format!("{query}&other={evil}")).is_ok());
}

#[test]
fn a_name_in_disguise_does_not_stand_in_for_the_parameter() {
    for (from, to) in [
        ("SAMLRequest=", "%53AMLRequest="),
        ("SAMLRequest=", "samlRequest="),
        ("SigAlg=", "SigAl%67="),
        ("Signature=", "signature="),
        ("SAMLRequest=", "SAMLRequest"),
    ] {
        let refusal = log_out_by_query(&replaced(&query_of(REQUEST), from, to)).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-parameter-unexpected"], "{to}");
    }
}

#[test]
fn what_was_signed_is_what_was_received() {
    let value = escape(&deflated(REQUEST.as_bytes()));
    let sig_alg = escape(SHA256_URI);
    let upper = format!("SAMLRequest={value}&RelayState=a%2Fb&SigAlg={sig_alg}");
    let lower = upper.replace("%2F", "%2f").replace("%3A", "%3a");
    assert_ne!(upper, lower);
    // Each verifies in the writing that was signed...
    assert_eq!(
        log_out_by_query(&signed_query(&upper)).unwrap(),
        log_out_by_query(&signed_query(&lower)).unwrap()
    );
    // ... and in no other.
    let rewritten = signed_query(&upper).replace(&upper, &lower);
    let refusal = log_out_by_query(&rewritten).unwrap_err();
    assert_eq!(codes(&refusal), ["signature-invalid"]);
}

#[test]
fn adfs_escapes_its_query_in_lower_case_and_signs_that() {
    let escaped = |text: &str| escape(text).replace("%2F", "%2f").replace("%3A", "%3a");
    let value = escaped(&deflated(REQUEST.as_bytes()));
    let unsigned = format!("SAMLRequest={value}&SigAlg={}", escaped(SHA256_URI));
    assert!(unsigned.contains("%3a%2f%2f"));
    assert!(log_out_by_query(&signed_query(&unsigned)).is_ok());
}

/// Both signatures are genuine; the twin has the one that belongs here.
#[test]
fn a_signature_inside_a_query_is_refused_however_sound_it_is() {
    let inside = signed_xml(REQUEST);
    assert!(log_out_by_query(&query_of(REQUEST)).is_ok());
    let refusal = log_out_by_query(&query_of(&inside)).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-signature-inside-redirect"]);
    assert_eq!(refusal.first().check().class(), CheckClass::Signature);
    let at = refusal.at().unwrap().to_string();
    assert!(at.starts_with("/LogoutRequest/Signature"), "{at}");
    // By the other binding it is the one that counts.
    assert!(log_out_by(Binding::Post, REQUEST).is_ok());
}

#[test]
fn a_relay_state_is_signed_whether_it_is_there_or_not() {
    let value = escape(&deflated(REQUEST.as_bytes()));
    let sig_alg = escape(SHA256_URI);
    let without = signed_query(&format!("SAMLRequest={value}&SigAlg={sig_alg}"));
    assert_eq!(log_out_by_query(&without).unwrap().relay_state, None);
    let with = query_of(REQUEST);
    for tampered in [
        format!("{without}&RelayState=evil"),
        format!("{without}&RelayState="),
        with.replace("&RelayState=handle+7", ""),
        with.replace("handle+7", "handle+8"),
        with.replace("handle+7", "handle%207"),
        with.replace("handle+7", ""),
    ] {
        let refusal = log_out_by_query(&tampered).unwrap_err();
        assert_eq!(codes(&refusal), ["signature-invalid"]);
    }
}

#[test]
fn the_algorithm_is_signed_and_must_be_one_of_ours() {
    let query = query_of(REQUEST);
    let swapped = |uri: &str| query.replace(&escape(SHA256_URI), &escape(uri));
    for (uri, code) in [
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            "signature-invalid",
        ),
        (
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "signature-algorithm-unsupported",
        ),
        (
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "signature-algorithm-unsupported",
        ),
        (
            "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            "signature-algorithm-unsupported",
        ),
        ("", "signature-algorithm-unsupported"),
        (
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            "signature-invalid",
        ),
    ] {
        let refusal = log_out_by_query(&swapped(uri)).unwrap_err();
        assert_eq!(codes(&refusal), [code], "{uri}");
    }
    let sha1 = swapped("http://www.w3.org/2000/09/xmldsig#rsa-sha1");
    let refusal = log_out_by_query(&sha1).unwrap_err();
    assert_eq!(refusal.first().check().class(), CheckClass::WeakAlgorithm);
    let legacy = idp().with_algorithm_level(AlgorithmLevel::Legacy);
    let refusal = RedirectQuery::parse(&sha1)
        .and_then(|query| query.verify_logout_request(&legacy))
        .unwrap_err();
    assert_eq!(codes(&refusal), ["signature-invalid"]);
}

#[test]
fn a_missing_signature_or_algorithm_is_named() {
    let query = query_of(REQUEST);
    let pairs: Vec<&str> = query.split('&').collect();
    for name in ["SigAlg", "Signature"] {
        let without: Vec<&str> = pairs
            .iter()
            .copied()
            .filter(|pair| !pair.starts_with(&format!("{name}=")))
            .collect();
        let refusal = log_out_by_query(&without.join("&")).unwrap_err();
        assert_eq!(codes(&refusal), ["signature-missing"]);
        assert_eq!(refusal.at(), Some(Place::Parameter(name)));
    }
}

#[test]
fn the_encoding_may_be_named_if_it_is_deflate() {
    let query = query_of(REQUEST);
    let deflate = escape("urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE");
    assert!(log_out_by_query(&format!("SAMLEncoding={deflate}&{query}")).is_ok());
    for (name, value, code) in [
        ("SAMLEncoding", "urn%3Aexample", "saml-encoding-unsupported"),
        ("SAMLEncoding", "", "saml-encoding-unsupported"),
        ("SAMLEncoding", "%zz", "saml-encoding-unsupported"),
        (
            "SAMLencoding",
            deflate.as_str(),
            "saml-parameter-unexpected",
        ),
    ] {
        let refusal = log_out_by_query(&format!("{query}&{name}={value}")).unwrap_err();
        assert_eq!(codes(&refusal), [code]);
    }
}

#[test]
fn base64_in_a_query_is_read_strictly() {
    let sig_alg = escape(SHA256_URI);
    let judge = |value: &str| {
        log_out_by_query(&signed_query(&format!(
            "SAMLRequest={value}&SigAlg={sig_alg}"
        )))
    };
    let text = STANDARD.encode(miniz_oxide::deflate::compress_to_vec(REQUEST.as_bytes(), 9));
    let escaped = escape(&text);
    assert!(judge(&escaped).is_ok());
    let folded = format!("{}%0D%0A{}", &escaped[..4], &escaped[4..]);
    assert!(judge(&folded).is_ok());
    assert!(text.contains('+'));
    // Taken for a space, it must not be passed over like one that folds lines.
    let refusal = judge(&escaped.replacen("%2B", "+", 1)).unwrap_err();
    let space = Base64Error::Character {
        at: escaped.find("%2B").unwrap(),
        found: Shown::new(" "),
    };
    assert_eq!(*refusal.first().check(), Check::Encoding(space));
    for value in [
        escaped.replace("%2B", "+"),
        escaped.replace("%2B", "-"),
        format!("{escaped}%"),
    ] {
        let refusal = judge(&value).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-encoding"]);
        assert_eq!(refusal.at(), Some(Place::Parameter("SAMLRequest")));
    }
    for value in ["", "AAAA", &escape(&STANDARD.encode(REQUEST))] {
        assert_eq!(codes(&judge(value).unwrap_err()), ["saml-deflate"]);
    }
}

#[test]
fn texts_in_a_query_are_utf_8_behind_sound_escapes() {
    let value = escape(&deflated(REQUEST.as_bytes()));
    let sig_alg = escape(SHA256_URI);
    let judge = |relay_state: &str, sig_alg: &str| {
        log_out_by_query(&signed_query(&format!(
            "SAMLRequest={value}&RelayState={relay_state}&SigAlg={sig_alg}"
        )))
    };
    assert!(judge("%C3%A9", &sig_alg).is_ok());
    for (relay_state, sig_alg, parameter) in [
        ("%C3", sig_alg.as_str(), "RelayState"),
        ("%C", sig_alg.as_str(), "RelayState"),
        ("", "%zz", "SigAlg"),
    ] {
        let refusal = judge(relay_state, sig_alg).unwrap_err();
        assert_eq!(codes(&refusal), ["saml-parameter-malformed"]);
        assert_eq!(refusal.at(), Some(Place::Parameter(parameter)));
    }
}

#[test]
fn a_request_is_not_a_response_and_a_sign_in_is_neither() {
    let (request, response) = (query_of(REQUEST), query_of(RESPONSE));
    let request_query = RedirectQuery::parse(&request).unwrap();
    let response_query = RedirectQuery::parse(&response).unwrap();
    assert_eq!(request_query.claimed_message(), LogoutMessage::Request);
    assert_eq!(response_query.claimed_message(), LogoutMessage::Response);
    let refusal = request_query.verify_logout_response(&idp()).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-parameter-missing"]);
    let refusal = response_query.verify_logout_request(&idp()).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-parameter-missing"]);

    let judge = |xml: &str| {
        let value = escape(&deflated(xml.as_bytes()));
        let sig_alg = escape(SHA256_URI);
        let query = signed_query(&format!("SAMLResponse={value}&SigAlg={sig_alg}"));
        RedirectQuery::parse(&query)
            .and_then(|query| query.verify_logout_response(&idp()))
            .map_err(|refusal| codes(&refusal))
    };
    assert!(judge(RESPONSE).is_ok());
    assert_eq!(judge(REQUEST).unwrap_err(), ["saml-root-unexpected"]);
    let sign_in = include_str!("data/saml/pysaml2.xml");
    assert_eq!(judge(sign_in).unwrap_err(), ["saml-response-by-redirect"]);
    let refusal = ParsedLogoutRequest::from_post(&form_of(RESPONSE)).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-root-unexpected"]);
}

// Bounds.

#[test]
fn a_bomb_is_refused_whoever_signed_it_and_a_strangers_is_not_inflated() {
    let spaces = " ".repeat(30_000_000);
    let bomb = escape(&deflated(REQUEST.replace("grace", &spaces).as_bytes()));
    let sig_alg = escape(SHA256_URI);
    let unsigned = format!("SAMLRequest={bomb}&SigAlg={sig_alg}");
    assert!(unsigned.len() < MAX_REDIRECT_QUERY_BYTES);
    let (signed, forged) = (
        signed_query(&unsigned),
        format!("{unsigned}&Signature=AAAA"),
    );

    let start = std::time::Instant::now();
    let refusal = log_out_by_query(&signed).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-too-large"]);
    assert_eq!(refusal.blame(), Blame::Limit);
    let refusal = log_out_by_query(&forged).unwrap_err();
    assert_eq!(codes(&refusal), ["signature-invalid"]);
    // Generous, for a machine under load and a build without optimization: 30 MB take seconds.
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
}

#[test]
fn a_query_beyond_the_bound_is_not_looked_at() {
    let query = query_of(REQUEST);
    let filled = |bytes: usize| {
        let rest = bytes - query.len() - "&x=".len();
        log_out_by_query(&format!("{query}&x={}", "x".repeat(rest)))
    };
    assert!(filled(MAX_REDIRECT_QUERY_BYTES).is_ok());
    let refusal = filled(MAX_REDIRECT_QUERY_BYTES + 1).unwrap_err();
    assert_eq!(codes(&refusal), ["saml-too-large"]);
}

// Files.

/// Cases of other producers; the expected verdicts are the file's.
#[test]
fn the_cases_of_other_producers_get_their_verdicts() {
    let mut judged = 0;
    for line in include_str!("data/saml/logout.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        let verdict = judge_case(&case);
        let message = format!("{}: {verdict:?}", text("id"));
        match text("expect") {
            "accept" => {
                let name_id = verdict.expect(&message);
                assert_eq!(
                    name_id.as_deref(),
                    case["expect_name_id"].as_str(),
                    "{message}"
                );
            }
            "reject" => {
                let refusal = verdict.expect_err(&message);
                let class = serde_json::to_value(refusal.first().check().class()).unwrap();
                assert_eq!(class, case["expect_reason_class"], "{message}");
            }
            _ => {
                let name_id = verdict.ok().flatten();
                let is_forged =
                    name_id.is_some() && name_id.as_deref() == case["forged_name_id"].as_str();
                assert!(!is_forged, "{message}");
            }
        }
        judged += 1;
    }
    assert_eq!(judged, 15);
}

fn judge_case(case: &Value) -> Result<Option<String>, Refusal> {
    let idp = idp_with(case["certs_pem"][0].as_str().unwrap().as_bytes());
    let query = RedirectQuery::parse(case["redirect_query"].as_str().unwrap())?;
    if case["message"] == "logout_request" {
        let logout = query
            .verify_logout_request(&idp)?
            .accept(&service(), ClockSkew::default(), now())?
            .confirm(ReplayAnswer::FirstSeen)?;
        return Ok(Some(logout.name_id.value.expose().to_owned()));
    }
    let request = sent(case["request_id"].as_str().unwrap());
    query
        .verify_logout_response(&idp)?
        .accept(&service(), &request, ClockSkew::default(), now())
        .map(|_| None)
}

/// RSA by PKCS#1 v1.5 is deterministic: the file of the documentation can be made again from here.
#[test]
fn the_example_of_the_documentation_is_what_is_signed_here() {
    let file = include_str!("data/saml/logout-request.b64");
    assert_eq!(file.trim(), form_of(REQUEST));
}

// Laws.

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_query_makes_a_panic(raw in "(SAMLRequest|SAMLResponse|SigAlg|Signature|RelayState|SAMLEncoding|[&=%+;a-fé0-9]){0,24}") {
        if let Ok(query) = RedirectQuery::parse(&raw) {
            let _ = query.verify_logout_request(&idp());
            let _ = query.verify_logout_response(&idp());
        }
    }

    #[test]
    fn any_text_is_a_query_that_can_be_judged(raw in any::<String>()) {
        let _ = RedirectQuery::parse(&raw);
    }

    #[test]
    fn any_octets_that_are_signed_can_be_judged(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
        let (sig_alg, value) = (escape(SHA256_URI), escape(&STANDARD.encode(&octets)));
        let _ = log_out_by_query(&signed_query(&format!("SAMLRequest={value}&SigAlg={sig_alg}")));
        let value = escape(&deflated(&octets));
        let _ = log_out_by_query(&signed_query(&format!("SAMLRequest={value}&SigAlg={sig_alg}")));
    }

    #[test]
    fn one_other_byte_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let query = query_of(REQUEST);
        let mut bytes = query.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        check_tampered(&query, bytes)?;
    }

    #[test]
    fn one_byte_more_or_less_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), byte in prop::option::of(0x20_u8..0x7f)) {
        let query = query_of(REQUEST);
        let mut bytes = query.clone().into_bytes();
        let at = at.index(bytes.len());
        match byte {
            Some(byte) => bytes.insert(at, byte),
            None => drop(bytes.remove(at)),
        }
        check_tampered(&query, bytes)?;
    }
}

fn check_tampered(query: &str, tampered: Vec<u8>) -> Result<(), TestCaseError> {
    let tampered = String::from_utf8(tampered).unwrap();
    if let Ok(logout) = log_out_by_query(&tampered) {
        prop_assert_eq!(logout, log_out_by_query(query).unwrap(), "{}", tampered);
    }
    Ok(())
}
