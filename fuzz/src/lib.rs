//! An identity provider that signs whatever the fuzzer writes, so that the fuzzer gets past the
//! signature; and the connection that judges it.
//!
//! A message has [`SIGNATURE_MARK`] where a signature shall stand. Signing is with Ed25519, because
//! it is the fastest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use ring::signature::Ed25519KeyPair;
use vestibule::dsig::{TrustedKeys, parse_certificates};
use vestibule::identity::ConnectionId;
use vestibule::limits::XmlLimits;
use vestibule::saml::{
    EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedResponse, Refusal,
    ReplayAnswer, SentRequest, ServiceProvider, Solicitation,
};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Element};

pub mod hidden;

pub const SIGNATURE_MARK: &str = "{SIGNATURE}";
pub const IDP: &str = "https://idp.example.org/metadata";
pub const SP: &str = "https://sp.example.com/metadata";
pub const ACS: &str = "https://sp.example.com/acs";
pub const REQUEST: &str = "_request-1";
/// How the identity provider signs, as `SigAlg` and `SignatureMethod` say it.
pub const ALGORITHM: &str = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";

const KEY: &[u8] = include_bytes!("../../tests/data/saml/keys/ed25519.test-only.der");
const CERTIFICATE: &[u8] = include_bytes!("../../tests/data/saml/keys/ed25519.pem");
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// A response is signed at most here and in its assertion.
const MOST_SIGNATURES: usize = 2;

#[must_use]
pub fn now() -> DateTime<Utc> {
    "2026-06-06T07:40:25Z".parse().expect("a date")
}

/// The identity provider with its key.
#[must_use]
pub fn idp() -> IdentityProvider {
    IdentityProvider::new(ConnectionId::new("acme"), entity_id(), trusted_keys())
}

#[must_use]
pub fn trusted_keys() -> TrustedKeys {
    let certificates = parse_certificates(CERTIFICATE).expect("the test certificate");
    TrustedKeys::from_certificates(&certificates).expect("one key")
}

fn entity_id() -> EntityId {
    EntityId::parse(IDP).expect("an entity ID")
}

/// Judges a solicited response from its octets to the identity.
pub fn judge(message: &str, idp: &IdentityProvider) -> Result<Login, Refusal> {
    let service = ServiceProvider::new(
        EntityId::parse(SP).expect("an entity ID"),
        EndpointUrl::parse(ACS).expect("a URL"),
    );
    let request = SentRequest::new(REQUEST, entity_id()).expect("an ID");
    ParsedResponse::from_octets(message.as_bytes().to_vec())?
        .verify(idp)?
        .accept(
            &Expectations::new(&service, Solicitation::Solicited(&request)),
            now(),
        )?
        .confirm(ReplayAnswer::FirstSeen)
}

/// The message with a genuine signature at each mark, inner ones first. `None` when it is no
/// document with marks that stand directly in an element with an `ID`.
#[must_use]
pub fn signed(message: &str) -> Option<String> {
    let marks = message.matches(SIGNATURE_MARK).count();
    if marks > MOST_SIGNATURES {
        return None;
    }
    let mut message = message.to_owned();
    for _ in 0..marks {
        message = sign_last(&message)?;
    }
    Some(message)
}

/// Signs at the last mark. Where there are two, the other stands before it, around it.
fn sign_last(message: &str) -> Option<String> {
    let (before, after) = message.rsplit_once(SIGNATURE_MARK)?;
    let empty = format!(r#"<ds:Signature xmlns:ds="{DSIG}"/>"#);
    let text = format!("{before}{empty}{after}").replace(SIGNATURE_MARK, "");
    let start = before.replace(SIGNATURE_MARK, "").len();
    let document = Document::parse(&text, Dialect::Saml, &XmlLimits::default()).ok()?;
    let signature = document
        .elements()
        .find(|one| one.span().start == start && one.is(DSIG, "Signature"))?;
    let signature = signature_over(signature.parent()?, signature)?;
    Some(format!("{before}{signature}{after}"))
}

fn signature_over(parent: Element<'_>, signature: Element<'_>) -> Option<String> {
    let form = Canonical::new(CanonicalMethod::Exclusive);
    let octets = form.octets(parent, Some(signature)).ok()?;
    let id = parent.attribute("ID")?;
    if id.contains(['&', '<', '"']) {
        return None;
    }
    let signed_info = format!(
        concat!(
            r#"<ds:SignedInfo xmlns:ds="{}">"#,
            r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">"#,
            r#"</ds:CanonicalizationMethod>"#,
            r#"<ds:SignatureMethod Algorithm="{}"></ds:SignatureMethod>"#,
            r##"<ds:Reference URI="#{}"><ds:Transforms>"##,
            r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature">"#,
            r#"</ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">"#,
            r#"</ds:Transform></ds:Transforms>"#,
            r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">"#,
            r#"</ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference>"#,
            r#"</ds:SignedInfo>"#,
        ),
        DSIG,
        ALGORITHM,
        id,
        STANDARD.encode(digest(&SHA256, octets.as_bytes())),
    );
    let value = STANDARD.encode(sign(signed_info.as_bytes()));
    Some(format!(
        r#"<ds:Signature xmlns:ds="{DSIG}">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#
    ))
}

/// The identity provider's signature over any octets.
#[must_use]
pub fn sign(octets: &[u8]) -> Vec<u8> {
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(KEY).expect("the test key");
    key.sign(octets).as_ref().to_vec()
}

/// What another reader takes for the subject of the one assertion under the root: all text of its
/// `NameID`, whatever stands between the pieces.
#[must_use]
pub fn name_id_by_roxmltree(message: &str) -> Option<String> {
    const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
    let document = roxmltree::Document::parse(message).ok()?;
    let root = document.root_element();
    let assertion = if root.has_tag_name((ASSERTION, "Assertion")) {
        root
    } else {
        child(root, (ASSERTION, "Assertion"))?
    };
    let subject = child(assertion, (ASSERTION, "Subject"))?;
    let name_id = child(subject, (ASSERTION, "NameID"))?;
    Some(
        name_id
            .descendants()
            .filter(roxmltree::Node::is_text)
            .filter_map(|one| one.text())
            .collect(),
    )
}

fn child<'a, 'i>(
    parent: roxmltree::Node<'a, 'i>,
    name: (&'static str, &'static str),
) -> Option<roxmltree::Node<'a, 'i>> {
    let mut named = parent.children().filter(|one| one.has_tag_name(name));
    let first = named.next();
    assert!(
        named.next().is_none(),
        "an accepted message has one {}",
        name.1
    );
    first
}
