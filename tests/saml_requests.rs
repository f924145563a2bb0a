//! What a service provider sends, read again: by this crate with the parties exchanged, and by a
//! second XML reader.
//!
//! `SENT_MESSAGES=FILE cargo test --test saml_requests` writes the messages for the script
//! `tests/oracles/sent_messages.py`, which judges them by other implementations.
#![cfg(feature = "saml")]

mod signer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::json;
use signer::{ALGORITHMS, key, pem, trusted};
use vestibule::dsig::{
    AlgorithmLevel, SignatureAlgorithm, Signer, SignerFailed, SigningKey, SigningRequest,
    verify_enveloped,
};
use vestibule::error::{Blame, Explain};
use vestibule::identity::{ConnectionId, Personal};
use vestibule::limits::XmlLimits;
use vestibule::saml::{
    AnswerBinding, Artifact, ArtifactResolve, AuthnContextComparison, AuthnRequest, ClockSkew,
    EndpointUrl, EntityId, Extension, IdentityProvider, Logout, LogoutOutcome, LogoutRequest,
    LogoutResponse, LogoutStatus, MessageId, NameId, NameIdFormat, NameIdPolicy,
    ParsedLogoutRequest, ParsedLogoutResponse, PostForm, RedirectQuery, RedirectUrl, RelayState,
    ReplayAnswer, RequestedAuthnContext, RequestedConditions, Scoping, SendError, SentRequest,
    ServiceProvider, Signing, Submission,
};
use vestibule::xml::{Dialect, Document, Element};

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1Sha256;

/// What injection is tried with.
const HOSTILE: [&str; 6] = [
    "\"><![CDATA[ ]]>",
    "'/><samlp:x xmlns:samlp=\"urn:x\">&amp;&#0;",
    "]]>&lt;--><!-- -->",
    "a\nb\tc\rd\r\n ",
    "</saml:Issuer><saml:Issuer>",
    "%22&SAMLRequest=x#\u{85}\u{2028}",
];

const FORBIDDEN: [&str; 4] = ["a\0b", "\u{FFFE}", "\u{FFFF}x", "\u{1B}"];

fn now() -> DateTime<Utc> {
    "2026-06-06T07:40:25.987654321Z".parse().unwrap()
}

fn sp_id() -> EntityId {
    EntityId::parse("https://sp.example.com/saml/metadata").unwrap()
}

fn idp_id() -> EntityId {
    EntityId::parse("https://idp.example.org/saml/metadata").unwrap()
}

fn url(text: &str) -> EndpointUrl {
    EndpointUrl::parse(text).unwrap()
}

fn service() -> ServiceProvider {
    ServiceProvider::new(sp_id(), url("https://sp.example.com/saml/acs"))
}

fn id() -> MessageId {
    MessageId::from_random([0xA5; 20])
}

const ID: &str = "_a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";

fn handle() -> RelayState {
    RelayState::parse("kq3ZtXb0uYw").unwrap()
}

fn authn_request() -> AuthnRequest {
    let sso_url = url("https://idp.example.org/sso?tenant=7&x='");
    AuthnRequest::new(&service(), idp_id(), sso_url, id(), now())
}

const EXTENSION: &str = "urn:example:extension";

fn extension(text: &str) -> Extension {
    let part = Extension::new("urn:example:other", "Part").unwrap();
    let part = part.with_attribute("isRequired", text).unwrap();
    let whole = Extension::new(EXTENSION, "Whole").unwrap();
    whole.with_text(text).with_child(part).unwrap()
}

fn full_authn_request() -> AuthnRequest {
    authn_request()
        .with_force_authn()
        .with_is_passive()
        .with_answer_binding(AnswerBinding::Artifact)
        .with_provider_name("Example & Sons")
        .with_extension(extension("a<b"))
        .with_extension(Extension::new(EXTENSION, "Empty").unwrap())
        .with_conditions(RequestedConditions {
            not_before: Some(now()),
            not_on_or_after: Some("2026-06-06T08:00:00.5Z".parse().unwrap()),
            audiences: vec![sp_id(), idp_id()],
        })
        .with_name_id_policy(
            NameIdPolicy::default()
                .with_format(NameIdFormat::Persistent)
                .with_sp_name_qualifier(sp_id())
                .with_allow_create(),
        )
        .with_requested_authn_context(
            RequestedAuthnContext::new(AuthnContextComparison::Minimum, "urn:a").or("urn:b"),
        )
        .with_scoping(Scoping {
            proxy_count: Some(2),
            idps: vec![idp_id()],
            requesters: vec![sp_id()],
        })
}

fn name_id(value: &str) -> NameId {
    let stored = json!({
        "value": value,
        "format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "name_qualifier": idp_id(),
        "sp_name_qualifier": sp_id(),
    });
    serde_json::from_value(stored).unwrap()
}

fn logout_request(value: &str, session_index: &str) -> LogoutRequest {
    let slo_url = url("https://idp.example.org/slo");
    LogoutRequest::new(&service(), idp_id(), slo_url, id(), now(), name_id(value))
        .with_session_index(Personal::new(session_index))
}

/// For an artifact of [`idp_id`]: type 4, endpoint 1.
fn artifact_resolve() -> ArtifactResolve {
    let source = digest(&SHA1_FOR_LEGACY_USE_ONLY, idp_id().as_str().as_bytes());
    let octets = [&[0, 4, 0, 1], source.as_ref(), &[7; 20]].concat();
    let artifact = Artifact::parse(&STANDARD.encode(octets)).unwrap();
    let resolution_url = url("https://idp.example.org/artifact");
    ArtifactResolve::new(&service(), idp_id(), resolution_url, id(), now(), &artifact).unwrap()
}

/// The identity provider as a reader of what this service sends: the parties exchanged.
fn reader() -> ServiceProvider {
    ServiceProvider::new(idp_id(), url("https://idp.example.org/acs"))
        .with_slo_url(url("https://idp.example.org/slo"))
}

fn sender(algorithm: SignatureAlgorithm) -> IdentityProvider {
    IdentityProvider::new(ConnectionId::new("sp"), sp_id(), trusted(algorithm))
}

fn raw_query(url: &RedirectUrl) -> &str {
    url.as_str().split_once('?').unwrap().1
}

fn xml_of(form: &PostForm) -> String {
    String::from_utf8(STANDARD.decode(form.value()).unwrap()).unwrap()
}

fn parsed(xml: &str) -> Document<'_> {
    Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap()
}

fn child<'d>(parent: Element<'d>, name: &str) -> Element<'d> {
    let found: Vec<_> = parent
        .children()
        .filter(|one| one.local_name() == name)
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn names(parent: Element<'_>) -> Vec<String> {
    parent
        .children()
        .map(|one| one.local_name().to_owned())
        .collect()
}

/// The value of a query's parameter, its escapes decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let raw = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    let mut octets = Vec::new();
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                octets.push(u8::from_str_radix(digits, 16).unwrap());
            }
            byte => octets.push(byte),
        }
    }
    Some(String::from_utf8(octets).unwrap())
}

fn inflated(query: &str, name: &str) -> String {
    let deflated = STANDARD.decode(parameter(query, name).unwrap()).unwrap();
    String::from_utf8(miniz_oxide::inflate::decompress_to_vec(&deflated).unwrap()).unwrap()
}

// AuthnRequest.

#[test]
fn a_plain_request_says_where_from_and_where_to() {
    let form = authn_request().to_post(Signing::Unsigned, None).unwrap();
    assert_eq!(
        form.target().as_str(),
        "https://idp.example.org/sso?tenant=7&x='"
    );
    assert_eq!(form.fields().count(), 1);
    let xml = xml_of(&form);
    let document = parsed(&xml);
    let request = document.root();
    assert!(request.is(PROTOCOL, "AuthnRequest"));
    for (name, value) in [
        ("ID", ID),
        ("Version", "2.0"),
        ("IssueInstant", "2026-06-06T07:40:25Z"),
        ("Destination", "https://idp.example.org/sso?tenant=7&x='"),
        (
            "AssertionConsumerServiceURL",
            "https://sp.example.com/saml/acs",
        ),
        (
            "ProtocolBinding",
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        ),
    ] {
        assert_eq!(request.attribute(name), Some(value));
    }
    assert_eq!(request.attributes().count(), 6);
    assert_eq!(names(request), ["Issuer"]);
    let issuer = child(request, "Issuer");
    assert!(issuer.is(ASSERTION, "Issuer"));
    assert_eq!(issuer.text(), "https://sp.example.com/saml/metadata");
}

#[test]
fn a_full_request_has_its_parts_in_the_order_of_the_schema() {
    let form = full_authn_request()
        .to_post(Signing::With(&key(RSA)), None)
        .unwrap();
    let xml = xml_of(&form);
    let document = parsed(&xml);
    let request = document.root();
    assert_eq!(
        names(request),
        [
            "Issuer",
            "Signature",
            "Extensions",
            "NameIDPolicy",
            "Conditions",
            "RequestedAuthnContext",
            "Scoping"
        ]
    );
    assert_eq!(request.attribute("ForceAuthn"), Some("true"));
    assert_eq!(request.attribute("ProviderName"), Some("Example & Sons"));
    let artifact = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact";
    assert_eq!(request.attribute("ProtocolBinding"), Some(artifact));
    let extensions = child(request, "Extensions");
    assert_eq!(names(extensions), ["Whole", "Empty"]);
    let whole = child(extensions, "Whole");
    assert_eq!((whole.namespace(), &*whole.text()), (EXTENSION, "a<b"));
    let part = child(whole, "Part");
    assert_eq!(part.namespace(), "urn:example:other");
    assert_eq!(part.attribute("isRequired"), Some("a<b"));
    let conditions = child(request, "Conditions");
    assert!(conditions.is(ASSERTION, "Conditions"));
    assert_eq!(
        conditions.attribute("NotBefore"),
        Some("2026-06-06T07:40:25Z")
    );
    assert_eq!(
        conditions.attribute("NotOnOrAfter"),
        Some("2026-06-06T08:00:00Z")
    );
    let audiences = child(conditions, "AudienceRestriction").children();
    let audiences: Vec<_> = audiences.map(|one| one.text().into_owned()).collect();
    assert_eq!(audiences, [sp_id().as_str(), idp_id().as_str()]);
    assert_eq!(request.attribute("IsPassive"), Some("true"));
    let policy = child(request, "NameIDPolicy");
    let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    assert_eq!(policy.attribute("Format"), Some(persistent));
    assert_eq!(policy.attribute("AllowCreate"), Some("true"));
    assert_eq!(policy.attribute("SPNameQualifier"), Some(sp_id().as_str()));
    let context = child(request, "RequestedAuthnContext");
    assert_eq!(context.attribute("Comparison"), Some("minimum"));
    let classes: Vec<_> = context
        .children()
        .map(|one| one.text().into_owned())
        .collect();
    assert_eq!(classes, ["urn:a", "urn:b"]);
    assert!(
        context
            .children()
            .all(|one| one.is(ASSERTION, "AuthnContextClassRef"))
    );
    let scoping = child(request, "Scoping");
    assert_eq!(scoping.attribute("ProxyCount"), Some("2"));
    assert_eq!(names(scoping), ["IDPList", "RequesterID"]);
    let entry = child(child(scoping, "IDPList"), "IDPEntry");
    assert_eq!(entry.attribute("ProviderID"), Some(idp_id().as_str()));
    assert_eq!(child(scoping, "RequesterID").text(), sp_id().as_str());
}

#[test]
fn what_is_not_asked_for_is_not_written() {
    let request = authn_request()
        .with_name_id_policy(NameIdPolicy::default())
        .with_conditions(RequestedConditions::default())
        .with_scoping(Scoping::default());
    let xml = xml_of(&request.to_post(Signing::Unsigned, None).unwrap());
    let document = parsed(&xml);
    assert_eq!(
        child(document.root(), "NameIDPolicy").attributes().count(),
        0
    );
    assert_eq!(
        names(document.root()),
        ["Issuer", "NameIDPolicy", "Conditions", "Scoping"]
    );
    assert_eq!(child(document.root(), "Conditions").nodes().count(), 0);
    assert_eq!(child(document.root(), "Conditions").attributes().count(), 0);
    assert_eq!(child(document.root(), "Scoping").nodes().count(), 0);
    assert_eq!(child(document.root(), "Scoping").attributes().count(), 0);
}

#[test]
fn the_answer_is_expected_to_the_id_from_the_party() {
    assert_eq!(
        authn_request().sent(),
        SentRequest::new(ID, idp_id()).unwrap()
    );
}

// Signatures.

#[test]
fn every_algorithm_signs_what_verifies_and_nothing_else() {
    for algorithm in ALGORITHMS {
        let form = full_authn_request()
            .to_post(Signing::With(&key(algorithm)), None)
            .unwrap();
        let xml = xml_of(&form);
        let keys = trusted(algorithm);
        let document = parsed(&xml);
        let verified = verify_enveloped(document.root(), &keys, AlgorithmLevel::Modern).unwrap();
        assert_eq!(verified.algorithm(), algorithm);
        assert_eq!(
            names(verified.root()),
            [
                "Issuer",
                "Extensions",
                "NameIDPolicy",
                "Conditions",
                "RequestedAuthnContext",
                "Scoping"
            ]
        );
        for (from, to) in [
            ("ForceAuthn=\"true\"", "ForceAuthn=\"false\""),
            ("urn:a", "urn:c"),
        ] {
            let tampered = xml.replacen(from, to, 1);
            assert_ne!(tampered, xml);
            let document = parsed(&tampered);
            let error = verify_enveloped(document.root(), &keys, AlgorithmLevel::Modern);
            assert_eq!(error.unwrap_err().code(), "signature-digest-mismatch");
        }
    }
}

#[test]
fn a_signed_query_is_signed_over_its_very_octets() {
    for algorithm in ALGORITHMS {
        for (relay_state, expected) in [
            (None, vec!["SAMLRequest", "SigAlg", "Signature"]),
            (
                Some(handle()),
                vec!["SAMLRequest", "RelayState", "SigAlg", "Signature"],
            ),
        ] {
            let url = authn_request()
                .to_redirect(Signing::With(&key(algorithm)), relay_state.as_ref())
                .unwrap();
            let query = raw_query(&url).strip_prefix("tenant=7&x='&").unwrap();
            let found: Vec<_> = query
                .split('&')
                .map(|pair| pair.split('=').next().unwrap())
                .collect();
            assert_eq!(found, expected);
            let (signed, _) = query.split_once("&Signature=").unwrap();
            let signature = STANDARD
                .decode(parameter(query, "Signature").unwrap())
                .unwrap();
            assert_eq!(parameter(query, "SigAlg").as_deref(), Some(algorithm.uri()));
            let keys = trusted(algorithm);
            let verify =
                |octets: &[u8]| keys.verify(algorithm, AlgorithmLevel::Modern, octets, &signature);
            assert!(verify(signed.as_bytes()).is_ok());
            assert!(verify(signed.to_lowercase().as_bytes()).is_err());
            let xml = inflated(query, "SAMLRequest");
            assert!(!xml.contains("Signature"), "signed beside, not inside");
            assert!(parsed(&xml).root().is(PROTOCOL, "AuthnRequest"));
        }
    }
}

#[test]
fn an_unsigned_query_carries_no_trace_of_a_signature() {
    let url = authn_request()
        .to_redirect(Signing::Unsigned, Some(&handle()))
        .unwrap();
    let query = raw_query(&url);
    assert_eq!(parameter(query, "SigAlg"), None);
    assert_eq!(parameter(query, "Signature"), None);
    assert_eq!(
        parameter(query, "RelayState").as_deref(),
        Some("kq3ZtXb0uYw")
    );
}

struct Broken;

impl Signer for Broken {
    fn sign(&self, request: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
        match request.algorithm() {
            SignatureAlgorithm::EcdsaSha256 => Ok(vec![0x30; 71]),
            _ => Err(SignerFailed),
        }
    }
}

#[test]
fn without_a_signature_nothing_is_sent() {
    for (algorithm, code, blame) in [
        (RSA, "signing-failed", Blame::Configuration),
        (
            SignatureAlgorithm::EcdsaSha256,
            "signing-length",
            Blame::Caller,
        ),
    ] {
        let key = SigningKey::new(algorithm, &Broken).unwrap();
        let errors = [
            authn_request().to_post(Signing::With(&key), None).err(),
            authn_request().to_redirect(Signing::With(&key), None).err(),
            logout_request("grace", "_s1").to_post(&key, None).err(),
            logout_request("grace", "_s1").to_redirect(&key, None).err(),
        ];
        for error in errors {
            let error = error.unwrap();
            assert_eq!((error.code(), error.blame()), (code, blame));
            assert!(!error.help().is_empty());
        }
    }
}

// Logout.

fn read_request(algorithm: SignatureAlgorithm, request: &LogoutRequest) -> [Logout; 2] {
    let form = request.to_post(&key(algorithm), Some(&handle())).unwrap();
    let by_post = ParsedLogoutRequest::from_post(form.value()).unwrap();
    let by_post = by_post.verify(&sender(algorithm)).unwrap();
    let url = request
        .to_redirect(&key(algorithm), Some(&handle()))
        .unwrap();
    let query = RedirectQuery::parse(raw_query(&url)).unwrap();
    let by_redirect = query.verify_logout_request(&sender(algorithm)).unwrap();
    [by_post, by_redirect].map(|verified| {
        let pending = verified
            .accept(&reader(), ClockSkew::default(), now())
            .unwrap();
        pending.confirm(ReplayAnswer::FirstSeen).unwrap()
    })
}

#[test]
fn a_logout_request_is_read_as_it_was_meant_by_both_bindings() {
    for algorithm in ALGORITHMS {
        for logout in read_request(algorithm, &logout_request("grace@example.org", "_s1")) {
            assert_eq!(logout.name_id, name_id("grace@example.org"));
            assert_eq!(logout.session_indexes, [Personal::new("_s1")]);
            assert_eq!(logout.request_id, ID);
        }
    }
    assert_eq!(
        logout_request("a", "b").sent(),
        SentRequest::new(ID, idp_id()).unwrap()
    );
}

#[test]
fn a_logout_request_ends_after_a_while() {
    let form = logout_request("grace", "_s1")
        .to_post(&key(RSA), None)
        .unwrap();
    let xml = xml_of(&form);
    let document = parsed(&xml);
    assert_eq!(
        document.root().attribute("NotOnOrAfter"),
        Some("2026-06-06T07:50:25Z")
    );
}

#[test]
fn hostile_text_in_a_logout_request_stays_text() {
    for text in HOSTILE {
        for logout in read_request(RSA, &logout_request(text, text)) {
            assert_eq!(logout.name_id.value.expose(), text);
            assert_eq!(logout.session_indexes, [Personal::new(text)]);
        }
    }
    for text in FORBIDDEN {
        for request in [logout_request(text, "_s1"), logout_request("grace", text)] {
            let error = request.to_post(&key(RSA), None).unwrap_err();
            assert_eq!(error.code(), "xml-unwritable");
            let error = request.to_redirect(&key(RSA), None).unwrap_err();
            assert_eq!(error.code(), "xml-unwritable");
        }
    }
}

/// A logout that came by HTTP-Redirect with this relay state.
fn received(relay_state: &str) -> Logout {
    let handle = RelayState::parse(relay_state).unwrap();
    let url = logout_request("grace", "_s1")
        .to_redirect(&key(RSA), Some(&handle))
        .unwrap();
    RedirectQuery::parse(raw_query(&url))
        .unwrap()
        .verify_logout_request(&sender(RSA))
        .unwrap()
        .accept(&reader(), ClockSkew::default(), now())
        .unwrap()
        .confirm(ReplayAnswer::FirstSeen)
        .unwrap()
}

fn response(status: LogoutStatus) -> LogoutResponse {
    let slo_url = url("https://idp.example.org/slo");
    let id = MessageId::from_random([0x5A; 20]);
    LogoutResponse::new(&service(), slo_url, id, now(), &received("handle"), status)
}

#[test]
fn a_logout_response_is_read_as_it_was_meant_by_both_bindings() {
    let sent = SentRequest::new(ID, sp_id()).unwrap();
    for algorithm in ALGORITHMS {
        for (status, expected) in [
            (LogoutStatus::Success, Ok(LogoutOutcome::Complete)),
            (LogoutStatus::Partial, Ok(LogoutOutcome::Partial)),
            (LogoutStatus::Failed, Err("saml-status-not-success")),
        ] {
            let response = response(status);
            let form = response.to_post(&key(algorithm)).unwrap();
            let by_post = ParsedLogoutResponse::from_post(form.value()).unwrap();
            let url = response.to_redirect(&key(algorithm)).unwrap();
            let query = RedirectQuery::parse(raw_query(&url)).unwrap();
            for verified in [
                by_post.verify(&sender(algorithm)).unwrap(),
                query.verify_logout_response(&sender(algorithm)).unwrap(),
            ] {
                let outcome = verified.accept(&reader(), &sent, ClockSkew::default(), now());
                let outcome = outcome.map(|accepted| accepted.outcome);
                assert_eq!(outcome.map_err(|refusal| refusal.code()), expected);
            }
        }
    }
}

#[test]
fn the_relay_state_of_the_request_goes_back_as_it_came() {
    let response = response(LogoutStatus::Success);
    let url = response.to_redirect(&key(RSA)).unwrap();
    assert_eq!(
        parameter(raw_query(&url), "RelayState").as_deref(),
        Some("handle")
    );
    for text in HOSTILE {
        let response = response.clone().with_relay_state(Personal::new(text));
        let url = response.to_redirect(&key(RSA)).unwrap();
        assert_eq!(
            parameter(raw_query(&url), "RelayState").as_deref(),
            Some(text)
        );
        let verified = RedirectQuery::parse(raw_query(&url)).unwrap();
        assert!(verified.verify_logout_response(&sender(RSA)).is_ok());
        let form = response.to_post(&key(RSA)).unwrap();
        let page = form.html(Submission::Automatic).unwrap();
        let markup = page.strip_prefix("<!DOCTYPE html>").unwrap();
        let page = roxmltree::Document::parse(markup).unwrap();
        let values: Vec<_> = page
            .descendants()
            .filter(|node| node.has_tag_name("input"))
            .map(|node| {
                (
                    node.attribute("name").unwrap(),
                    node.attribute("value").unwrap(),
                )
            })
            .collect();
        assert_eq!(values[0].0, "SAMLResponse");
        assert_eq!(values[1], ("RelayState", text));
    }
}

// Injection.

/// A request with `text` wherever a host can put text.
fn request_with(text: &str) -> AuthnRequest {
    let entity = || EntityId::parse(text).unwrap_or_else(|_| sp_id());
    let service = ServiceProvider::new(entity(), url("https://sp.example.com/saml/acs"));
    AuthnRequest::new(
        &service,
        idp_id(),
        url("https://idp.example.org/sso"),
        id(),
        now(),
    )
    .with_name_id_policy(NameIdPolicy::default().with_format(NameIdFormat::Other(text.to_owned())))
    .with_requested_authn_context(RequestedAuthnContext::new(
        AuthnContextComparison::Exact,
        text,
    ))
    .with_scoping(Scoping {
        proxy_count: None,
        idps: vec![entity()],
        requesters: vec![entity()],
    })
    .with_provider_name(text)
    .with_extension(extension(text))
}

/// Elements and attributes without their values, as a second reader sees them.
fn shape(xml: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml).unwrap();
    document
        .descendants()
        .filter(roxmltree::Node::is_element)
        .map(|element| {
            let attributes: Vec<_> = element.attributes().map(|one| one.name()).collect();
            format!("{:?} {attributes:?}", element.tag_name())
        })
        .collect()
}

fn assert_text_stays_text(text: &str, signing: Signing<'_>) {
    let xml = xml_of(&request_with(text).to_post(signing, None).unwrap());
    let plain = xml_of(&request_with("urn:x").to_post(signing, None).unwrap());
    assert_eq!(shape(&xml), shape(&plain), "{text:?}");
    let document = parsed(&xml);
    let request = document.root();
    assert_eq!(
        child(request, "NameIDPolicy").attribute("Format"),
        Some(text)
    );
    let context = child(request, "RequestedAuthnContext");
    assert_eq!(child(context, "AuthnContextClassRef").text(), text);
    if EntityId::parse(text).is_ok() {
        assert_eq!(child(request, "Issuer").text(), text);
        let scoping = child(request, "Scoping");
        assert_eq!(child(scoping, "RequesterID").text(), text);
        let entry = child(child(scoping, "IDPList"), "IDPEntry");
        assert_eq!(entry.attribute("ProviderID"), Some(text));
    }
}

#[test]
fn hostile_text_in_a_request_stays_text() {
    for text in HOSTILE {
        assert_text_stays_text(text, Signing::Unsigned);
        assert_text_stays_text(text, Signing::With(&key(SignatureAlgorithm::Ed25519)));
    }
}

#[test]
fn text_that_xml_cannot_hold_is_refused() {
    for text in FORBIDDEN {
        for signing in [
            Signing::Unsigned,
            Signing::With(&key(SignatureAlgorithm::Ed25519)),
        ] {
            let error = request_with(text).to_post(signing, None).unwrap_err();
            assert_eq!(error.code(), "xml-unwritable");
            assert_eq!(error.blame(), Blame::Caller);
            assert!(request_with(text).to_redirect(signing, None).is_err());
        }
    }
}

#[test]
fn a_time_out_of_bounds_is_refused() {
    let late = DateTime::<Utc>::MAX_UTC;
    let request = AuthnRequest::new(&service(), idp_id(), url("https://a.example"), id(), late);
    let error = request.to_post(Signing::Unsigned, None).unwrap_err();
    assert_eq!(error, SendError::Instant { instant: late });
    let last: DateTime<Utc> = "9999-12-31T23:59:59Z".parse().unwrap();
    let request = LogoutRequest::new(
        &service(),
        idp_id(),
        url("https://a.example"),
        id(),
        last,
        name_id("grace"),
    );
    let error = request.to_redirect(&key(RSA), None).unwrap_err();
    assert_eq!(error.code(), "saml-instant-unwritable");
}

#[test]
fn no_debug_output_shows_the_person() {
    let request = logout_request("grace", "_session");
    let form = request.to_post(&key(RSA), Some(&handle())).unwrap();
    let url = request.to_redirect(&key(RSA), Some(&handle())).unwrap();
    let response = response(LogoutStatus::Success);
    let shown = format!("{request:?} {form:?} {url:?} {response:?} {:?}", handle());
    for personal in ["grace", "_session", "kq3Z", "handle"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_text_stays_text_or_is_refused(text in prop_oneof![
        any::<String>(),
        "[\"'<>&;/!\\[\\]a\t\n\r -]{0,24}",
    ]) {
        match request_with(&text).to_post(Signing::Unsigned, None) {
            Ok(_) => assert_text_stays_text(&text, Signing::Unsigned),
            Err(error) => prop_assert_eq!(error.code(), "xml-unwritable"),
        }
    }

    #[test]
    fn any_person_and_relay_state_come_through_a_redirect(
        person in "[^\u{0}-\u{1F}\u{FFFE}\u{FFFF}]*[a\"&<>\r\n][^\u{0}-\u{8}\u{B}-\u{1F}\u{FFFE}\u{FFFF}]*",
        relay_state: String,
    ) {
        let algorithm = SignatureAlgorithm::Ed25519;
        let request = logout_request(&person, "_s1");
        prop_assume!(!person.trim().is_empty());
        let url = request.to_redirect(&key(algorithm), None).unwrap();
        let query = RedirectQuery::parse(raw_query(&url)).unwrap();
        let verified = query.verify_logout_request(&sender(algorithm)).unwrap();
        let pending = verified.accept(&reader(), ClockSkew::default(), now()).unwrap();
        let logout = pending.confirm(ReplayAnswer::FirstSeen).unwrap();
        prop_assert_eq!(logout.name_id.value.expose(), person);

        let response = response(LogoutStatus::Success).with_relay_state(Personal::new(&*relay_state));
        let url = response.to_redirect(&key(algorithm)).unwrap();
        let query = RedirectQuery::parse(raw_query(&url)).unwrap();
        prop_assert!(query.verify_logout_response(&sender(algorithm)).is_ok());
        prop_assert_eq!(parameter(raw_query(&url), "RelayState"), Some(relay_state));
    }
}

// For other implementations.

#[test]
fn the_messages_can_be_written_out() {
    let mut lines = String::new();
    for algorithm in ALGORITHMS {
        let key = key(algorithm);
        let signing = Signing::With(&key);
        let logout = logout_request("grace&<\"@example.org", "_s1");
        let response = response(LogoutStatus::Partial);
        let messages = [
            (
                "AuthnRequest",
                authn_request().to_post(signing, None),
                authn_request().to_redirect(signing, Some(&handle())),
            ),
            (
                "AuthnRequest",
                full_authn_request().to_post(signing, None),
                full_authn_request().to_redirect(signing, None),
            ),
            (
                "AuthnRequest",
                request_with(HOSTILE[0]).to_post(signing, None),
                request_with(HOSTILE[1]).to_redirect(signing, None),
            ),
            (
                "LogoutRequest",
                logout.to_post(&key, None),
                logout.to_redirect(&key, None),
            ),
            (
                "LogoutResponse",
                response.to_post(&key),
                response.to_redirect(&key),
            ),
        ];
        for (name, form, url) in messages {
            let (form, url) = (form.unwrap(), url.unwrap());
            let line = json!({
                "name": name,
                "algorithm": algorithm.uri(),
                "certificate": std::str::from_utf8(pem(algorithm)).unwrap(),
                "xml": xml_of(&form),
                "page": form.html(Submission::Automatic).unwrap(),
                "fields": form.fields().collect::<Vec<_>>(),
                "target": form.target(),
                "url": url.as_str(),
            });
            lines.push_str(&format!("{line}\n"));
        }
        let line = json!({
            "name": "ArtifactResolve",
            "algorithm": algorithm.uri(),
            "certificate": std::str::from_utf8(pem(algorithm)).unwrap(),
            "soap": artifact_resolve().to_soap(&key).unwrap(),
        });
        lines.push_str(&format!("{line}\n"));
    }
    assert_eq!(lines.lines().count(), 30);
    if let Some(path) = std::env::var_os("SENT_MESSAGES") {
        std::fs::write(path, lines).unwrap();
    }
}
