//! The artifact binding: what is sent, and what the answer must be, each by two that differ in one
//! thing.
#![cfg(feature = "saml")]

#[expect(dead_code, reason = "some of it is for tests of what comes in a form")]
mod signer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use signer::{key, pem, sign, trusted};
use vestibule::dsig::{
    AlgorithmLevel, SignatureAlgorithm, TrustedKeys, parse_certificates, verify_enveloped,
};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::limits::XmlLimits;
use vestibule::saml::{
    Artifact, ArtifactError, ArtifactResolve, ClockSkew, EndpointUrl, EntityId, Expectations,
    IdentityProvider, Login, MessageId, ParsedArtifactResponse, Refusal, ReplayAnswer, SentRequest,
    ServiceProvider, Solicitation,
};
use vestibule::xml::{Dialect, Document};

const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1Sha256;
const IDP: &str = "https://idp.example.org/saml/metadata";
const REQUEST_ID: &str = "_req9afaf3852646a15c33e5b737c1f8b937";

fn now() -> DateTime<Utc> {
    "2026-06-06T07:40:25Z".parse().unwrap()
}

fn service() -> ServiceProvider {
    ServiceProvider::new(
        EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
        EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
    )
}

/// Two keys: of the response in the test data, and of the answer around it.
fn idp() -> IdentityProvider {
    let pems = [include_bytes!("data/saml/idp.pem").as_slice(), pem(RSA)].concat();
    let keys = TrustedKeys::from_certificates(&parse_certificates(&pems).unwrap()).unwrap();
    let entity_id = EntityId::parse(IDP).unwrap();
    IdentityProvider::new(ConnectionId::new("acme"), entity_id, keys)
}

fn artifact_of(entity_id: &str) -> Artifact {
    let source = digest(&SHA1_FOR_LEGACY_USE_ONLY, entity_id.as_bytes());
    let octets = [&[0, 4, 0, 1], source.as_ref(), &[7; 20]].concat();
    Artifact::parse(&STANDARD.encode(octets)).unwrap()
}

fn resolve(artifact: &Artifact) -> Result<ArtifactResolve, ArtifactError> {
    let url = EndpointUrl::parse("https://idp.example.org/artifact").unwrap();
    let id = MessageId::from_random([0xA5; 20]);
    ArtifactResolve::new(
        &service(),
        EntityId::parse(IDP).unwrap(),
        url,
        id,
        now(),
        artifact,
    )
}

fn sent() -> SentRequest {
    resolve(&artifact_of(IDP)).unwrap().sent()
}

/// What an identity provider answers, in canonical form but for the response inside.
fn answer() -> String {
    let xml = include_str!("data/saml/pysaml2.xml");
    let response = match xml.split_once("?>") {
        Some((declaration, rest)) if declaration.starts_with("<?xml") => rest,
        _ => xml,
    };
    format!(
        concat!(
            r#"<p:ArtifactResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_answer" "#,
            r#"InResponseTo="_a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5" "#,
            r#"IssueInstant="2026-06-06T07:40:24Z" Version="2.0">"#,
            r#"<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">{idp}</a:Issuer>"#,
            r#"<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success">"#,
            r#"</p:StatusCode></p:Status>{response}</p:ArtifactResponse>"#,
        ),
        idp = IDP,
        response = response.trim(),
    )
}

fn in_soap(message: &str) -> Vec<u8> {
    let envelope = concat!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">"#,
        r#"<s:Header><x/></s:Header><s:Body>MESSAGE</s:Body></s:Envelope>"#,
    );
    envelope.replace("MESSAGE", message).into_bytes()
}

fn log_in(soap: Vec<u8>) -> Result<Login, Refusal> {
    log_in_asked(soap, &sent())
}

fn log_in_asked(soap: Vec<u8>, sent: &SentRequest) -> Result<Login, Refusal> {
    let answer = ParsedArtifactResponse::from_soap(soap)?;
    let parsed = answer.resolve(&idp(), sent, ClockSkew::default(), now())?;
    let request = SentRequest::new(REQUEST_ID, EntityId::parse(IDP).unwrap()).unwrap();
    let service = service();
    let expected = Expectations::new(&service, Solicitation::Solicited(&request));
    let pending = parsed.verify(&idp())?.accept(&expected, now())?;
    pending.confirm(ReplayAnswer::FirstSeen)
}

fn code(soap: Vec<u8>) -> Option<&'static str> {
    log_in(soap).err().map(|refusal| refusal.code())
}

/// An answer with a signature over `digested`, which is its own canonical form when it is sound.
fn signed_answer(answer: &str, digested: &str) -> String {
    let signed_info = format!(
        concat!(
            r#"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
            r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>"#,
            r#"<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>"#,
            r##"<ds:Reference URI="#_answer"><ds:Transforms>"##,
            r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#,
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>"#,
            r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>"#,
            r#"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"#,
        ),
        method = RSA.uri(),
        digest = STANDARD.encode(digest(&SHA256, digested.as_bytes())),
    );
    let value = STANDARD.encode(sign(RSA, signed_info.as_bytes()).unwrap());
    let signature = format!(
        r#"</a:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#,
    );
    answer.replacen("</a:Issuer>", &signature, 1)
}

fn canonical(xml: &str) -> String {
    use vestibule::xml::{Canonical, CanonicalMethod};
    let document = Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap();
    let form = Canonical::new(CanonicalMethod::Exclusive);
    form.octets(document.root(), None).unwrap()
}

#[test]
fn attack_38_only_the_issuer_of_an_artifact_is_asked() {
    assert!(resolve(&artifact_of(IDP)).is_ok());
    let other = artifact_of("https://idp.example.net/saml/metadata");
    let error = resolve(&other).unwrap_err();
    assert_eq!(error, ArtifactError::SourceMismatch);
    assert_eq!(error.code(), "saml-artifact-source-mismatch");
}

#[test]
fn the_request_is_signed_and_carries_the_artifact() {
    let artifact = artifact_of(IDP);
    let soap = resolve(&artifact).unwrap().to_soap(&key(RSA)).unwrap();
    let document = Document::parse(&soap, Dialect::Saml, &XmlLimits::default()).unwrap();
    let envelope = document.root();
    assert!(envelope.is("http://schemas.xmlsoap.org/soap/envelope/", "Envelope"));
    let body = envelope.children().next().unwrap();
    let message = body.children().next().unwrap();
    let verified = verify_enveloped(message, &trusted(RSA), AlgorithmLevel::Modern).unwrap();
    let message = verified.root();
    assert!(message.is("urn:oasis:names:tc:SAML:2.0:protocol", "ArtifactResolve"));
    assert_eq!(
        message.attribute("Destination"),
        Some("https://idp.example.org/artifact")
    );
    let parts: Vec<_> = message
        .children()
        .map(|one| one.local_name().to_owned())
        .collect();
    assert_eq!(parts, ["Issuer", "Artifact"]);
    let text = message.children().last().unwrap().text().into_owned();
    assert_eq!(Artifact::parse(&text).unwrap(), artifact);
}

#[test]
fn the_response_inside_signs_in_by_its_own_signature() {
    let login = log_in(in_soap(&answer())).unwrap();
    assert_eq!(login.signatures.len(), 1);
    let tampered = answer().replacen("urn:oasis:names:tc:SAML:2.0:cm:bearer", "urn:x", 1);
    assert_eq!(code(in_soap(&tampered)), Some("signature-digest-mismatch"));
}

#[test]
fn a_signature_on_the_answer_must_verify() {
    let sound = signed_answer(&answer(), &canonical(&answer()));
    assert_eq!(code(in_soap(&sound)), None);
    let broken = signed_answer(&answer(), "another");
    assert_eq!(code(in_soap(&broken)), Some("signature-digest-mismatch"));
}

#[test]
fn a_signature_on_the_answer_alone_signs_nobody_in() {
    let answer = answer();
    let (head, rest) = answer.split_once("<ns2:Signature").unwrap();
    let (_, rest) = rest.split_once("</ns2:Signature>").unwrap();
    let unsigned = format!("{head}{rest}");
    assert_eq!(code(in_soap(&unsigned)), Some("signature-missing"));
    let signed = signed_answer(&unsigned, &canonical(&unsigned));
    assert_eq!(code(in_soap(&signed)), Some("signature-missing"));
}

fn own((left, right): (&str, &str)) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

#[test]
fn every_check_of_the_answer_refuses_its_twin() {
    let issuer =
        format!(r#"<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">{IDP}</a:Issuer>"#);
    let (_, response) = answer().split_once("</p:Status>").map(own).unwrap();
    let response = response.replace("</p:ArtifactResponse>", "");
    let twice = format!("{response}{}", response.replacen(" ID=\"", " ID=\"x", 1));
    let twins: &[(&str, &str, &str)] = &[
        (
            "InResponseTo=\"_a5",
            "InResponseTo=\"_b5",
            "saml-in-response-to-mismatch",
        ),
        (
            ">https://idp.example.org/",
            ">https://idp.example.net/",
            "saml-issuer-mismatch",
        ),
        (&issuer, "", "saml-issuer-missing"),
        (
            "status:Success",
            "status:Requester",
            "saml-status-not-success",
        ),
        (
            "Z\" Version=\"2.0\"",
            "Z\" Version=\"1.1\"",
            "saml-version-unsupported",
        ),
        (" ID=\"_answer\"", "", "saml-attribute-missing"),
        (
            "07:40:24Z\" Version",
            "yesterday\" Version",
            "saml-time-malformed",
        ),
        (&response, "", "saml-response-missing"),
        (&response, &twice, "signature-id-duplicate"),
        (
            "<p:Status>",
            "<p:Response></p:Response><p:Status>",
            "saml-status-missing",
        ),
    ];
    assert_eq!(code(in_soap(&answer())), None);
    for (from, to, expected) in twins {
        assert!(answer().contains(from), "{from}");
        let soap = in_soap(&answer().replacen(from, to, 1));
        assert_eq!(code(soap), Some(*expected), "{from} -> {to}");
    }
}

/// It is 07:40:25, and clocks may differ by a minute.
#[test]
fn an_answer_of_the_future_is_refused() {
    let issued = |instant: &str| {
        assert!(answer().contains("07:40:24Z\" Version"));
        code(in_soap(&answer().replacen(
            "07:40:24Z\" Version",
            &format!("{instant}\" Version"),
            1,
        )))
    };
    assert_eq!(issued("07:41:25Z"), None);
    assert_eq!(issued("07:41:25.001Z"), Some("saml-instant-in-future"));
    assert_eq!(issued("00:00:00Z"), None, "the host forgets what it asked");
}

#[test]
fn attack_38_the_answer_of_another_than_was_asked_is_refused() {
    let elsewhere = EntityId::parse("https://idp.example.net/saml/metadata").unwrap();
    let id = "_a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";
    let here = SentRequest::new(id, EntityId::parse(IDP).unwrap()).unwrap();
    assert!(log_in_asked(in_soap(&answer()), &here).is_ok());
    let refusal = log_in_asked(
        in_soap(&answer()),
        &SentRequest::new(id, elsewhere).unwrap(),
    );
    assert_eq!(refusal.unwrap_err().code(), "saml-request-sent-elsewhere");
}

#[test]
fn only_one_message_in_a_soap_envelope_is_read() {
    let twice = format!("{}{}", answer(), "<p:x xmlns:p='urn:x'/>");
    for (soap, expected) in [
        (answer().into_bytes(), "saml-root-unexpected"),
        (in_soap(""), "saml-root-unexpected"),
        (in_soap("<x/>"), "saml-root-unexpected"),
        (in_soap(&twice), "saml-element-unexpected"),
        (in_soap("text"), "saml-text-unexpected"),
        (b"<!DOCTYPE x><x/>".to_vec(), "xml-doctype"),
    ] {
        assert_eq!(code(soap), Some(expected));
    }
}
