//! An identity provider for tests: messages from a template, changed as a test wants and then
//! genuinely signed; and the connection that judges them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaKeyPair,
};
use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates};
use vestibule::identity::ConnectionId;
use vestibule::limits::XmlLimits;
use vestibule::saml::{
    EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedResponse, Refusal,
    ReplayAnswer, SentRequest, ServiceProvider, Solicitation, VerifiedResponse,
};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document, Element};

pub(crate) const IDP: &str = "https://idp.example.org/metadata";
pub(crate) const SP: &str = "https://sp.example.com/metadata";
pub(crate) const ACS: &str = "https://sp.example.com/acs";
pub(crate) const REQUEST: &str = "_request-1";
pub(crate) const NAME_ID: &str = "ada.lovelace@acme.example";
pub(crate) const FORGED: &str = "mallory@evil.example";
/// What no error and no `Debug` may show.
pub(crate) const PERSONAL: [&str; 5] = [
    "ada.lovelace",
    "Augusta",
    "Byron-King",
    "difference-engineers",
    "_session-77",
];

/// A response to `REQUEST` without any signature, every part of it sound at `now()`.
pub(crate) const RESPONSE: &str = concat!(
    r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol""#,
    r#" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response-1" Version="2.0""#,
    r#" IssueInstant="2026-06-06T07:40:20Z" Destination="https://sp.example.com/acs""#,
    r#" InResponseTo="_request-1"><saml:Issuer>https://idp.example.org/metadata</saml:Issuer>"#,
    r#"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#,
    r#"</samlp:Status><saml:Assertion ID="_assertion-1" Version="2.0""#,
    r#" IssueInstant="2026-06-06T07:40:21Z"><saml:Issuer>https://idp.example.org/metadata"#,
    r#"</saml:Issuer><saml:Subject>"#,
    r#"<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">"#,
    r#"ada.lovelace@acme.example</saml:NameID>"#,
    r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#,
    r#"<saml:SubjectConfirmationData Recipient="https://sp.example.com/acs""#,
    r#" InResponseTo="_request-1" NotOnOrAfter="2026-06-06T07:45:20Z"/>"#,
    r#"</saml:SubjectConfirmation></saml:Subject>"#,
    r#"<saml:Conditions NotBefore="2026-06-06T07:40:00Z" NotOnOrAfter="2026-06-06T07:50:00Z">"#,
    r#"<saml:AudienceRestriction><saml:Audience>https://sp.example.com/metadata</saml:Audience>"#,
    r#"</saml:AudienceRestriction></saml:Conditions>"#,
    r#"<saml:AuthnStatement AuthnInstant="2026-06-06T07:39:00Z" SessionIndex="_session-77""#,
    r#" SessionNotOnOrAfter="2026-06-06T17:40:00Z"><saml:AuthnContext>"#,
    r#"<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"#,
    r#"</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"#,
    r#"<saml:AttributeStatement>"#,
    r#"<saml:Attribute Name="firstName"><saml:AttributeValue>Augusta</saml:AttributeValue>"#,
    r#"</saml:Attribute>"#,
    r#"<saml:Attribute Name="lastName"><saml:AttributeValue>Byron-King</saml:AttributeValue>"#,
    r#"</saml:Attribute>"#,
    r#"<saml:Attribute Name="groups"><saml:AttributeValue>difference-engineers"#,
    r#"</saml:AttributeValue><saml:AttributeValue>poets</saml:AttributeValue></saml:Attribute>"#,
    r#"</saml:AttributeStatement></saml:Assertion></samlp:Response>"#,
);

/// An enveloped signature whose digest and value are still to be computed.
const SIGNATURE: &str = concat!(
    r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>"#,
    r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#,
    r#"<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>"#,
    r##"<ds:Reference URI="#ID-OF-PARENT"><ds:Transforms>"##,
    r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>"#,
    r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>"#,
    r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>"#,
    r#"<ds:DigestValue>DIGEST-VALUE</ds:DigestValue></ds:Reference></ds:SignedInfo>"#,
    r#"<ds:SignatureValue>SIGNATURE-VALUE</ds:SignatureValue></ds:Signature>"#,
);

pub(crate) fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-06-06T07:40:25Z".parse().unwrap()
}

/// Replaces the one occurrence of `from`; a test that changes nothing proves nothing.
pub(crate) fn replace(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "occurrences of `{from}`");
    text.replacen(from, to, 1)
}

pub(crate) fn data(name: &str) -> Vec<u8> {
    // `benches/peers` builds this file too, from further down.
    let mut folders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let file = folders.find_map(|folder| {
        let file = folder.join("tests/data/saml/keys").join(name);
        std::fs::read(file).ok()
    });
    file.unwrap()
}

/// A message and how it is to be signed.
#[derive(Clone)]
pub(crate) struct Message {
    unsigned: String,
    signature: String,
    key: &'static str,
    /// Local names of the elements to sign, in this order.
    parts: &'static [&'static str],
}

pub(crate) const ASSERTION: &[&str] = &["Assertion"];
pub(crate) const RESPONSE_ONLY: &[&str] = &["Response"];
pub(crate) const BOTH: &[&str] = &["Assertion", "Response"];

impl Message {
    /// The sound response, with these parts to be signed by the connection's RSA key.
    pub(crate) fn signed(parts: &'static [&'static str]) -> Self {
        Self::of(RESPONSE.to_owned(), parts)
    }

    /// Another message, to be signed in the same way.
    pub(crate) fn of(unsigned: String, parts: &'static [&'static str]) -> Self {
        Self {
            unsigned,
            signature: SIGNATURE.to_owned(),
            key: "rsa-2048",
            parts,
        }
    }

    /// Changes what will be signed.
    pub(crate) fn edit(mut self, from: &str, to: &str) -> Self {
        self.unsigned = replace(&self.unsigned, from, to);
        self
    }

    /// Changes what will be signed, at every place.
    pub(crate) fn edit_all(mut self, from: &str, to: &str) -> Self {
        assert!(self.unsigned.contains(from), "no `{from}`");
        self.unsigned = self.unsigned.replace(from, to);
        self
    }

    /// Changes the signature before it is computed.
    pub(crate) fn edit_signature(mut self, from: &str, to: &str) -> Self {
        self.signature = replace(&self.signature, from, to);
        self
    }

    pub(crate) fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    pub(crate) fn algorithm(self, uri: &str) -> Self {
        self.edit_signature("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", uri)
    }

    /// The message without any signature.
    pub(crate) fn unsigned_xml(&self) -> String {
        self.unsigned.clone()
    }

    /// The message with its signatures.
    pub(crate) fn xml(&self) -> String {
        let mut xml = self.unsigned.clone();
        for part in self.parts {
            xml = self.sign(&xml, part);
        }
        xml
    }

    /// `xml` with a signature on its first element of this local name.
    pub(crate) fn sign(&self, xml: &str, part: &str) -> String {
        let mut signed = insert_signature(xml, part, &self.signature);
        let digest = with_signature(&signed, part, digest_of);
        signed = signed.replace("DIGEST-VALUE", &digest);
        let octets = with_signature(&signed, part, |_, signature| signed_info_octets(signature));
        let value = sign_octets(self.key, &self.signature, octets.as_bytes());
        signed.replace("SIGNATURE-VALUE", &STANDARD.encode(value))
    }
}

fn parse(xml: &str) -> Document<'_> {
    Document::parse(xml, Dialect::Saml, &XmlLimits::default()).unwrap()
}

fn find<'d>(document: &'d Document<'_>, local_name: &str) -> Element<'d> {
    let mut elements = document.elements();
    elements.find(|one| one.local_name() == local_name).unwrap()
}

/// Behind the issuer, or first when there is none.
fn insert_signature(xml: &str, part: &str, signature: &str) -> String {
    let document = parse(xml);
    let parent = find(&document, part);
    let issuer = parent.children().next();
    let place = match issuer.filter(|child| child.local_name() == "Issuer") {
        Some(issuer) => {
            let inside = issuer.span().end;
            let end_tag = "Issuer>";
            inside + xml[inside..].find(end_tag).unwrap() + end_tag.len()
        }
        None => parent.span().end,
    };
    let id = parent.attribute("ID").unwrap_or_default();
    let signature = signature.replace("ID-OF-PARENT", id);
    format!("{}{signature}{}", &xml[..place], &xml[place..])
}

fn with_signature<T>(xml: &str, part: &str, read: impl Fn(Element<'_>, Element<'_>) -> T) -> T {
    let document = parse(xml);
    let parent = find(&document, part);
    let is_signature = |child: &Element<'_>| child.local_name() == "Signature";
    let signature = parent.children().find(is_signature).unwrap();
    read(parent, signature)
}

/// The digest over the form that the last transform names; of nothing when there is no such form,
/// as others have computed it.
fn digest_of(parent: Element<'_>, signature: Element<'_>) -> String {
    let named = |name: &str| {
        let elements = signature.descendants();
        elements.filter(|one| one.local_name() == name).last()
    };
    // XML Signature §4.4.3.3: what a reference into its own document names has no comments.
    let without_comments = |transform: Element<'_>| {
        let uri = transform.attribute("Algorithm")?;
        let mut endings = ["#WithComments", "WithComments"].into_iter();
        endings.find_map(|ending| CanonicalMethod::from_uri(uri.strip_suffix(ending)?))
    };
    let transform = named("Transform");
    let form = match transform.and_then(without_comments).map(Canonical::new) {
        Some(form) => Some(form),
        None => transform.and_then(canonical),
    };
    let form = match form {
        Some(form) => form,
        None => Canonical::new(CanonicalMethod::Inclusive10),
    };
    let octets = form.octets(parent, Some(signature)).unwrap_or_default();
    let algorithm = match named("DigestMethod").and_then(|method| method.attribute("Algorithm")) {
        Some("http://www.w3.org/2000/09/xmldsig#sha1") => &SHA1_FOR_LEGACY_USE_ONLY,
        Some("http://www.w3.org/2001/04/xmldsig-more#sha384") => &SHA384,
        Some("http://www.w3.org/2001/04/xmlenc#sha512") => &SHA512,
        _ => &SHA256,
    };
    STANDARD.encode(ring::digest::digest(algorithm, octets.as_bytes()))
}

fn canonical(element: Element<'_>) -> Option<Canonical<'_>> {
    let form = Canonical::new(CanonicalMethod::from_uri(element.attribute("Algorithm")?)?);
    let parameter = element.children().next();
    let prefixes = parameter.and_then(|parameter| parameter.attribute("PrefixList"));
    form.with_prefix_list(prefixes.unwrap_or_default()).ok()
}

fn signed_info_octets(signature: Element<'_>) -> String {
    let is = |name: &'static str| move |one: &Element<'_>| one.local_name() == name;
    let Some(signed_info) = signature.children().find(is("SignedInfo")) else {
        return String::new();
    };
    let mut children = signed_info.children();
    let form = children
        .find(is("CanonicalizationMethod"))
        .and_then(canonical);
    let form = form.unwrap_or_else(|| Canonical::new(CanonicalMethod::Exclusive));
    form.octets(signed_info, None).unwrap_or_default()
}

pub(crate) fn sign_octets(key: &str, signature: &str, octets: &[u8]) -> Vec<u8> {
    let random = SystemRandom::new();
    if let Some(secret) = hmac_secret(key) {
        let algorithm = match signature.contains("hmac-sha1") {
            true => ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            false => ring::hmac::HMAC_SHA256,
        };
        let key = ring::hmac::Key::new(algorithm, &secret);
        return ring::hmac::sign(&key, octets).as_ref().to_vec();
    }
    let der = data(&format!("{key}.test-only.der"));
    let ecdsa = |algorithm| {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &der, &random).unwrap();
        pair.sign(&random, octets).unwrap().as_ref().to_vec()
    };
    match key {
        "ec-p256" => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        "ec-p384" => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        "ed25519" => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).unwrap();
            pair.sign(octets).as_ref().to_vec()
        }
        _ => {
            let pair = RsaKeyPair::from_pkcs8(&der).unwrap();
            let mut value = vec![0; pair.public().modulus_len()];
            let names = |uri: &str| signature.contains(uri);
            let padding: &dyn ring::signature::RsaEncoding = match () {
                () if names("#rsa-sha384") => &RSA_PKCS1_SHA384,
                () if names("#rsa-sha512") => &RSA_PKCS1_SHA512,
                () if names("#sha256-rsa-MGF1") => &RSA_PSS_SHA256,
                () if names("#sha384-rsa-MGF1") => &RSA_PSS_SHA384,
                () if names("#sha512-rsa-MGF1") => &RSA_PSS_SHA512,
                () => &RSA_PKCS1_SHA256,
            };
            pair.sign(padding, &random, octets, &mut value).unwrap();
            value
        }
    }
}

/// What an attacker has of the connection's key, as the secret of an HMAC.
fn hmac_secret(key: &str) -> Option<Vec<u8>> {
    let pem = data("rsa-2048.pem");
    match key {
        "hmac of pem" => Some(pem),
        "hmac of der" => Some(parse_certificates(&pem).unwrap()[0].as_der().to_vec()),
        "hmac of modulus" => {
            let pair = RsaKeyPair::from_pkcs8(&data("rsa-2048.test-only.der")).unwrap();
            let components = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
            Some(components.n)
        }
        "hmac of nothing" => Some(Vec::new()),
        _ => None,
    }
}

/// A connection and the state of one browser: what a response is judged by.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) idp: IdentityProvider,
    pub(crate) keys: TrustedKeys,
    pub(crate) service: ServiceProvider,
    pub(crate) request: Option<SentRequest>,
    pub(crate) answer: ReplayAnswer,
}

impl Connection {
    pub(crate) fn new() -> Self {
        Self::with_keys(&["rsa-2048"])
    }

    pub(crate) fn with_keys(names: &[&str]) -> Self {
        Self::trusting(trusted(names))
    }

    pub(crate) fn trusting(keys: TrustedKeys) -> Self {
        let entity_id = EntityId::parse(IDP).unwrap();
        Self {
            request: SentRequest::new(REQUEST, entity_id.clone()).ok(),
            idp: IdentityProvider::new(ConnectionId::new("acme"), entity_id, keys.clone()),
            keys,
            service: ServiceProvider::new(
                EntityId::parse(SP).unwrap(),
                EndpointUrl::parse(ACS).unwrap(),
            ),
            answer: ReplayAnswer::FirstSeen,
        }
    }

    pub(crate) fn at_level(mut self, level: AlgorithmLevel) -> Self {
        self.idp = self.idp.with_algorithm_level(level);
        self
    }

    pub(crate) fn verify(&self, xml: &str) -> Result<VerifiedResponse, Refusal> {
        ParsedResponse::from_octets(xml.as_bytes().to_vec())?.verify(&self.idp)
    }

    /// Judges twice, because the same input has the same verdict.
    pub(crate) fn judge(&self, xml: &str) -> Result<Login, Refusal> {
        let form_value = STANDARD.encode(xml);
        let verdict = self.judge_form(&form_value);
        assert_eq!(verdict, self.judge_form(&form_value));
        verdict
    }

    pub(crate) fn judge_form(&self, form_value: &str) -> Result<Login, Refusal> {
        let solicitation = match &self.request {
            Some(request) => Solicitation::Solicited(request),
            None => Solicitation::Unsolicited,
        };
        ParsedResponse::from_post(form_value)?
            .verify(&self.idp)?
            .accept(&Expectations::new(&self.service, solicitation), now())?
            .confirm(self.answer)
    }
}

/// The keys of the signers with these names.
pub(crate) fn trusted(names: &[&str]) -> TrustedKeys {
    let certificates: Vec<_> = names
        .iter()
        .flat_map(|name| parse_certificates(&data(&format!("{name}.pem"))).unwrap())
        .collect();
    TrustedKeys::from_certificates(&certificates).unwrap()
}

/// The verdict of the plain connection.
pub(crate) fn judge(xml: &str) -> Result<Login, Refusal> {
    Connection::new().judge(xml)
}
