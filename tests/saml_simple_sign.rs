//! Responses by HTTP-POST-SimpleSign: each accepted form and one that differs in one thing.
#![cfg(feature = "saml")]

#[expect(dead_code, reason = "some of it is for tests of what is sent")]
mod signer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use signer::{ALGORITHMS, pem, sign, trusted};
use vestibule::dsig::{SignatureAlgorithm, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::saml::{
    EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedSimpleSignResponse, Part,
    Refusal, ReplayAnswer, SentRequest, ServiceProvider, SimpleSignForm, Solicitation,
};

const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1Sha256;

/// Without any signature inside; the comment and the line end are octets that are signed here.
const RESPONSE: &str = concat!(
    "<!-- &RelayState=x -->\r\n",
    r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" "#,
    r#"IssueInstant="2026-06-06T07:40:24Z" Destination="https://sp.example.com/saml/acs" "#,
    r#"InResponseTo="_q"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">"#,
    r#"https://idp.example.org/saml/metadata</a:Issuer><p:Status>"#,
    r#"<p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>"#,
    r#"<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" "#,
    r#"IssueInstant="2026-06-06T07:40:24Z"><Issuer>https://idp.example.org/saml/metadata</Issuer>"#,
    r#"<Subject><NameID>grace@example.org</NameID>"#,
    r#"<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#,
    r#"<SubjectConfirmationData InResponseTo="_q" NotOnOrAfter="2026-06-06T07:45:24Z" "#,
    r#"Recipient="https://sp.example.com/saml/acs"/></SubjectConfirmation></Subject>"#,
    r#"<Conditions><AudienceRestriction><Audience>https://sp.example.com/saml/metadata"#,
    r#"</Audience></AudienceRestriction></Conditions>"#,
    r#"<AuthnStatement AuthnInstant="2026-06-06T07:40:20Z"><AuthnContext/></AuthnStatement></Assertion></p:Response>"#,
);

fn now() -> DateTime<Utc> {
    "2026-06-06T07:40:25Z".parse().unwrap()
}

fn idp_with(keys: TrustedKeys) -> IdentityProvider {
    let entity_id = EntityId::parse("https://idp.example.org/saml/metadata").unwrap();
    IdentityProvider::new(ConnectionId::new("acme"), entity_id, keys)
}

fn signed_octets(xml: &str, relay_state: Option<&str>, sig_alg: &str) -> String {
    let relay_state = relay_state.map(|text| format!("&RelayState={text}"));
    format!(
        "SAMLResponse={xml}{}&SigAlg={sig_alg}",
        relay_state.unwrap_or_default()
    )
}

/// A form as it was signed; each test changes what it is about.
struct Form {
    xml: String,
    relay_state: Option<&'static str>,
    sig_alg: String,
    signature: String,
}

fn signed(xml: &str, relay_state: Option<&'static str>, algorithm: SignatureAlgorithm) -> Form {
    let octets = signed_octets(xml, relay_state, algorithm.uri());
    let signature = sign(algorithm, octets.as_bytes()).unwrap();
    Form {
        xml: xml.to_owned(),
        relay_state,
        sig_alg: algorithm.uri().to_owned(),
        signature: STANDARD.encode(signature),
    }
}

fn log_in(form: &Form, idp: &IdentityProvider, request_id: &str) -> Result<Login, Refusal> {
    let saml_response = STANDARD.encode(&form.xml);
    let parsed = ParsedSimpleSignResponse::parse(SimpleSignForm {
        saml_response: &saml_response,
        relay_state: form.relay_state,
        sig_alg: &form.sig_alg,
        signature: &form.signature,
    })?;
    assert_eq!(parsed.claimed_issuer(), Some(idp.entity_id().as_str()));
    let service = ServiceProvider::new(
        EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
        EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
    );
    let request = SentRequest::new(request_id, idp.entity_id().clone()).unwrap();
    let expected = Expectations::new(&service, Solicitation::Solicited(&request));
    let pending = parsed.verify(idp)?.accept(&expected, now())?;
    pending.confirm(ReplayAnswer::FirstSeen)
}

fn code(form: &Form) -> Option<&'static str> {
    let idp = idp_with(trusted(RSA));
    log_in(form, &idp, "_q").err().map(|refusal| refusal.code())
}

#[test]
fn a_form_by_any_algorithm_signs_in() {
    for algorithm in ALGORITHMS {
        for relay_state in [None, Some("handle 7&x=é")] {
            let idp = idp_with(trusted(algorithm));
            let login = log_in(&signed(RESPONSE, relay_state, algorithm), &idp, "_q").unwrap();
            assert_eq!(
                login.name_id.as_ref().unwrap().value.expose(),
                "grace@example.org"
            );
            let parts: Vec<_> = login.signatures.iter().map(|one| one.part).collect();
            assert_eq!(parts, [Part::Response]);
            assert_eq!(login.signatures[0].algorithm, algorithm);
        }
    }
}

#[test]
fn no_octet_of_the_message_can_be_exchanged() {
    assert_eq!(code(&signed(RESPONSE, None, RSA)), None);
    for (from, to) in [
        ("grace@", "mallory@"),
        ("\r\n", "\n"),
        ("<!-- &RelayState=x -->", ""),
        ("ID=\"_r\" ", "ID='_r' "),
        ("Success\"/>", "Success\" />"),
    ] {
        let mut form = signed(RESPONSE, None, RSA);
        assert!(form.xml.contains(from), "{from}");
        form.xml = form.xml.replacen(from, to, 1);
        assert_eq!(code(&form), Some("signature-invalid"), "{from}");
    }
}

#[test]
fn attack_47_no_other_field_can_be_exchanged() {
    assert_eq!(code(&signed(RESPONSE, Some("x"), RSA)), None);
    for relay_state in [None, Some(""), Some("y"), Some("x&SigAlg=x")] {
        let form = Form {
            relay_state,
            ..signed(RESPONSE, Some("x"), RSA)
        };
        assert_eq!(code(&form), Some("signature-invalid"), "{relay_state:?}");
    }
    let form = Form {
        relay_state: Some(""),
        ..signed(RESPONSE, None, RSA)
    };
    assert_eq!(code(&form), Some("signature-invalid"));
    let other = SignatureAlgorithm::RsaPssSha256;
    let form = Form {
        sig_alg: other.uri().to_owned(),
        ..signed(RESPONSE, None, RSA)
    };
    assert_eq!(code(&form), Some("signature-invalid"));
    let by_another_key = signed(RESPONSE, None, SignatureAlgorithm::Ed25519);
    assert_eq!(code(&by_another_key), Some("signature-invalid"));
}

#[test]
fn attack_47_a_part_of_the_signed_octets_cannot_pass_for_another() {
    // What is signed as relay state is offered as part of the message, and the other way round.
    let tail = "<!-- &RelayState=x -->";
    let whole = format!(
        "{}{tail}",
        RESPONSE.replace("<!-- &RelayState=x -->\r\n", "")
    );
    let form = signed(&whole, None, RSA);
    assert_eq!(code(&form), None);
    let (head, _) = whole.split_once("&RelayState=").unwrap();
    let form = Form {
        xml: head.to_owned(),
        relay_state: Some("x -->"),
        ..form
    };
    let saml_response = STANDARD.encode(&form.xml);
    let refusal = ParsedSimpleSignResponse::parse(SimpleSignForm {
        saml_response: &saml_response,
        relay_state: form.relay_state,
        sig_alg: &form.sig_alg,
        signature: &form.signature,
    });
    assert_eq!(refusal.unwrap_err().code(), "xml-markup-malformed");
}

#[test]
fn unknown_and_weak_algorithms_and_broken_base64_are_refused() {
    for (sig_alg, signature, expected) in [
        (
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "AAAA",
            "signature-algorithm-unsupported",
        ),
        ("", "AAAA", "signature-algorithm-unsupported"),
        (
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            "AAAA",
            "signature-algorithm-weak",
        ),
        (RSA.uri(), "A-_A", "signature-value-malformed"),
        (RSA.uri(), "", "signature-invalid"),
    ] {
        let saml_response = STANDARD.encode(RESPONSE);
        let form = SimpleSignForm {
            saml_response: &saml_response,
            relay_state: None,
            sig_alg,
            signature,
        };
        let refusal = ParsedSimpleSignResponse::parse(form)
            .and_then(|parsed| parsed.verify(&idp_with(trusted(RSA))))
            .unwrap_err();
        assert_eq!(refusal.code(), expected, "{sig_alg} {signature}");
    }
}

#[test]
fn what_is_judged_of_other_responses_is_judged_here() {
    for (from, to, expected) in [
        (
            " Destination=\"https://sp.example.com/saml/acs\"",
            "",
            "saml-destination-missing",
        ),
        (
            "Destination=\"https://sp",
            "Destination=\"https://other",
            "saml-destination-mismatch",
        ),
        (
            "status:Success",
            "status:Responder",
            "saml-status-not-success",
        ),
        (
            "InResponseTo=\"_q\"><a:",
            "InResponseTo=\"_p\"><a:",
            "saml-in-response-to-mismatch",
        ),
        ("07:45:24Z", "07:35:24Z", "saml-expired"),
    ] {
        assert!(RESPONSE.contains(from), "{from}");
        let form = signed(&RESPONSE.replacen(from, to, 1), None, RSA);
        assert_eq!(code(&form), Some(expected), "{from}");
    }
}

/// The keys of the message inside and of the form around it.
fn both_keys() -> TrustedKeys {
    let inside = include_bytes!("data/saml/idp.pem");
    let pems = [inside, pem(RSA)].concat();
    TrustedKeys::from_certificates(&parse_certificates(&pems).unwrap()).unwrap()
}

#[test]
fn a_signature_inside_must_verify_as_well() {
    const REQUEST_ID: &str = "_req9afaf3852646a15c33e5b737c1f8b937";
    let xml = include_str!("data/saml/pysaml2.xml");
    let idp = idp_with(both_keys());
    let login = log_in(&signed(xml, None, RSA), &idp, REQUEST_ID).unwrap();
    let parts: Vec<_> = login.signatures.iter().map(|one| one.part).collect();
    assert_eq!(parts, [Part::Response, Part::Response]);
    let broken = xml.replacen("Version=\"2.0\"", "Version=\"2.0\" Consent=\"urn:x\"", 1);
    assert_ne!(broken, xml);
    let refusal = log_in(&signed(&broken, None, RSA), &idp, REQUEST_ID).unwrap_err();
    assert_eq!(refusal.code(), "signature-digest-mismatch");
}
