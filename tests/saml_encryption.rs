//! Encrypted assertions, name identifiers and attributes: each algorithm and key placement by an
//! accepted message, what must sign them, and all that must end in one equal refusal.
#![cfg(feature = "encryption")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::limits::{
    MAX_ENCRYPTED_KEY_BYTES, MAX_ENCRYPTED_KEYS, MAX_ENCRYPTED_PARTS, XmlLimits,
};
use vestibule::saml::encryption::{
    ContentAlgorithm, ContentKey, DecryptionFailed, DecryptionKey, DecryptionKeys,
    EncryptedContent, KeyTransport, RsaDecryptionKey,
};
use vestibule::saml::{
    ClockSkew, EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedLogoutRequest,
    ParsedResponse, ParsedSimpleSignResponse, Part, Refusal, ReplayAnswer, SentRequest,
    ServiceProvider, SimpleSignForm, Solicitation, VerifiedResponse,
};
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

const KEY: &str = include_str!("data/saml/encryption/sp-key.test-only.pem");
const OTHER_KEY: &str = include_str!("data/saml/encryption/previous-key.test-only.pem");
const IDP: &str = "https://idp.example.org/saml/metadata";
const SAML: &str = r#"xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion""#;
const NAME_ID: &str = "<saml:NameID>grace@example.org</saml:NameID>";
const ATTRIBUTE: &str = concat!(
    r#"<saml:Attribute Name="email"><saml:AttributeValue>"#,
    "grace@example.org</saml:AttributeValue></saml:Attribute>"
);

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
const GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
const CONTENT_ALGORITHMS: [&str; 6] = [
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
    "http://www.w3.org/2001/04/xmlenc#aes192-cbc",
    CBC,
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2009/xmlenc11#aes192-gcm",
    GCM,
];

// --- Messages -------------------------------------------------------------------------------

fn assertion_with(name_id: &str, attribute: &str) -> String {
    format!(
        concat!(
            r#"<saml:Assertion {saml} ID="_a1" IssueInstant="2026-06-06T07:40:23Z" Version="2.0">"#,
            r#"<saml:Issuer>{idp}</saml:Issuer><saml:Subject>{name_id}"#,
            r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#,
            r#"<saml:SubjectConfirmationData InResponseTo="_q1" NotOnOrAfter="2026-06-06T07:45:25Z""#,
            r#" Recipient="https://sp.example.com/saml/acs"/></saml:SubjectConfirmation></saml:Subject>"#,
            r#"<saml:Conditions><saml:AudienceRestriction><saml:Audience>"#,
            r#"https://sp.example.com/saml/metadata</saml:Audience></saml:AudienceRestriction>"#,
            r#"</saml:Conditions><saml:AuthnStatement AuthnInstant="2026-06-06T07:39:25Z">"#,
            r#"<saml:AuthnContext/></saml:AuthnStatement>"#,
            r#"<saml:AttributeStatement>{attribute}</saml:AttributeStatement></saml:Assertion>"#,
        ),
        saml = SAML,
        idp = IDP,
        name_id = name_id,
        attribute = attribute,
    )
}

fn assertion() -> String {
    assertion_with(NAME_ID, ATTRIBUTE)
}

fn signed_assertion() -> String {
    signed(&assertion(), "_a1")
}

fn response(child: &str) -> String {
    format!(
        concat!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" {saml}"#,
            r#" Destination="https://sp.example.com/saml/acs" ID="_r1" InResponseTo="_q1""#,
            r#" IssueInstant="2026-06-06T07:40:23Z" Version="2.0"><saml:Issuer>{idp}</saml:Issuer>"#,
            r#"<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#,
            r#"</samlp:Status>{child}</samlp:Response>"#,
        ),
        saml = SAML,
        idp = IDP,
        child = child,
    )
}

/// An unsigned response around the encrypted form of `plaintext`.
fn unsigned_response(encryption: &Encryption, plaintext: &str) -> String {
    response(&encryption.element("EncryptedAssertion", plaintext))
}

fn signed_response(encryption: &Encryption, plaintext: &str) -> String {
    signed(&unsigned_response(encryption, plaintext), "_r1")
}

/// The text with an enveloped signature behind the issuer of the element with this ID.
fn signed(text: &str, id: &str) -> String {
    let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    let element = document
        .elements()
        .find(|element| element.attribute("ID") == Some(id))
        .unwrap();
    let octets = Canonical::new(CanonicalMethod::Exclusive)
        .octets(element, None)
        .unwrap();
    let signed_info = format!(
        concat!(
            r#"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
            r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>"#,
            r#"<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>"#,
            r##"<ds:Reference URI="#{id}"><ds:Transforms>"##,
            r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#,
            r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>"#,
            r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>"#,
            r#"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"#,
        ),
        id = id,
        digest = STANDARD.encode(digest(&SHA256, octets.as_bytes())),
    );
    let signature = format!(
        r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{signed_info}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>"#,
        sign(signed_info.as_bytes()),
    );
    let start = text.find(&format!(r#"ID="{id}""#)).unwrap();
    let at = start + text[start..].find("</saml:Issuer>").unwrap() + "</saml:Issuer>".len();
    format!("{}{signature}{}", &text[..at], &text[at..])
}

fn sign(octets: &[u8]) -> String {
    let key = include_bytes!("data/certificates/private-key-pkcs8.test-only.der");
    let key = RsaKeyPair::from_pkcs8(key).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, octets, &mut signature)
        .unwrap();
    STANDARD.encode(signature)
}

// --- Encryption -----------------------------------------------------------------------------

#[derive(Clone, Copy)]
enum Transport {
    /// `rsa-oaep-mgf1p` with nothing more.
    Mgf1p,
    /// `rsa-oaep` of XML Encryption 1.1 with both parameters.
    Oaep(u32),
    Pkcs1,
}

/// Where the key stands.
#[derive(Clone, Copy)]
enum KeyPlace {
    Inside,
    Beside,
    Named,
}

/// How a test encrypts; the default is what identity providers do most.
#[derive(Clone)]
struct Encryption {
    algorithm: &'static str,
    transport: Transport,
    place: KeyPlace,
    recipient: &'static str,
    /// What follows the content in CBC mode; `None` for the padding of PKCS #7.
    padding: Option<Vec<u8>>,
    id: &'static str,
}

fn by(algorithm: &'static str) -> Encryption {
    Encryption {
        algorithm,
        transport: Transport::Mgf1p,
        place: KeyPlace::Inside,
        recipient: KEY,
        padding: None,
        id: "_k1",
    }
}

impl Encryption {
    fn element(&self, name: &str, plaintext: &str) -> String {
        let content_key: Vec<u8> = (1..=32).take(self.key_octets()).collect();
        let ciphertext = self.encrypt(&content_key, plaintext.as_bytes());
        let key = self.encrypted_key(&content_key);
        let (key_info, beside) = match self.place {
            KeyPlace::Inside => (format!("<ds:KeyInfo>{key}</ds:KeyInfo>"), String::new()),
            KeyPlace::Beside => (String::new(), key),
            KeyPlace::Named => {
                let method = format!(
                    r##"<ds:RetrievalMethod Type="{XENC}EncryptedKey" URI="#{}"/>"##,
                    self.id
                );
                (format!("<ds:KeyInfo>{method}</ds:KeyInfo>"), key)
            }
        };
        format!(
            concat!(
                r#"<saml:{name}><xenc:EncryptedData xmlns:xenc="{xenc}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#""#,
                r#" Id="{id}data" Type="{xenc}Element"><xenc:EncryptionMethod Algorithm="{algorithm}"/>"#,
                r#"{key_info}<xenc:CipherData><xenc:CipherValue>{ciphertext}</xenc:CipherValue>"#,
                r#"</xenc:CipherData></xenc:EncryptedData>{beside}</saml:{name}>"#,
            ),
            name = name,
            xenc = XENC,
            id = self.id,
            algorithm = self.algorithm,
            key_info = key_info,
            ciphertext = STANDARD.encode(ciphertext),
            beside = beside,
        )
    }

    fn key_octets(&self) -> usize {
        match self.algorithm {
            name if name.contains("128") => 16,
            name if name.contains("192") => 24,
            _ => 32,
        }
    }

    fn encrypted_key(&self, content_key: &[u8]) -> String {
        format!(
            concat!(
                r#"<xenc:EncryptedKey xmlns:xenc="{xenc}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="{id}">"#,
                r#"{method}<xenc:CipherData><xenc:CipherValue>{key}</xenc:CipherValue></xenc:CipherData>"#,
                r##"<xenc:ReferenceList><xenc:DataReference URI="#{id}data"/></xenc:ReferenceList>"##,
                r#"</xenc:EncryptedKey>"#,
            ),
            xenc = XENC,
            id = self.id,
            method = self.key_method(),
            key = STANDARD.encode(self.wrap(content_key)),
        )
    }

    fn key_method(&self) -> String {
        match self.transport {
            Transport::Mgf1p => {
                format!(r#"<xenc:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"/>"#)
            }
            Transport::Pkcs1 => format!(r#"<xenc:EncryptionMethod Algorithm="{XENC}rsa-1_5"/>"#),
            Transport::Oaep(bits) => format!(
                concat!(
                    r#"<xenc:EncryptionMethod Algorithm="{xenc11}rsa-oaep">"#,
                    r#"<ds:DigestMethod Algorithm="{digest}"/>"#,
                    r#"<xenc11:MGF xmlns:xenc11="{xenc11}" Algorithm="{xenc11}mgf1sha{bits}"/>"#,
                    r#"</xenc:EncryptionMethod>"#,
                ),
                xenc11 = XENC11,
                bits = bits,
                digest = digest_uri(bits),
            ),
        }
    }

    fn wrap(&self, content_key: &[u8]) -> Vec<u8> {
        let key = PrivateDecryptingKey::from_pkcs8(&der(self.recipient)).unwrap();
        let key = key.public_key();
        let mut room = vec![0; key.key_size_bytes()];
        let oaep = |algorithm: &'static OaepAlgorithm, room: &mut [u8]| {
            let key = OaepPublicEncryptingKey::new(key.clone()).unwrap();
            key.encrypt(algorithm, content_key, room, None)
                .unwrap()
                .len()
        };
        let length = match self.transport {
            Transport::Mgf1p | Transport::Oaep(1) => oaep(&OAEP_SHA1_MGF1SHA1, &mut room),
            Transport::Oaep(256) => oaep(&OAEP_SHA256_MGF1SHA256, &mut room),
            Transport::Oaep(384) => oaep(&OAEP_SHA384_MGF1SHA384, &mut room),
            Transport::Oaep(_) => oaep(&OAEP_SHA512_MGF1SHA512, &mut room),
            Transport::Pkcs1 => {
                let key = Pkcs1PublicEncryptingKey::new(key.clone()).unwrap();
                key.encrypt(content_key, &mut room).unwrap().len()
            }
        };
        room.truncate(length);
        room
    }

    fn encrypt(&self, key: &[u8], plaintext: &[u8]) -> Vec<u8> {
        match self.algorithm.ends_with("cbc") {
            true => self.encrypt_cbc(key, plaintext),
            false => encrypt_gcm(key, plaintext),
        }
    }

    fn encrypt_cbc(&self, key: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let algorithm = match key.len() {
            16 => &AES_128,
            24 => &AES_192,
            _ => &AES_256,
        };
        let padding = self.padding.clone().unwrap_or_else(|| {
            let length = 16 - plaintext.len() % 16;
            vec![u8::try_from(length).unwrap(); length]
        });
        let mut octets = [plaintext, &padding].concat();
        let key = EncryptingKey::cbc(UnboundCipherKey::new(algorithm, key).unwrap()).unwrap();
        let context = EncryptionContext::Iv128(FixedLength::from([7; 16]));
        key.less_safe_encrypt(&mut octets, context).unwrap();
        [[7; 16].as_slice(), &octets].concat()
    }
}

fn encrypt_gcm(key: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        _ => &AES_256_GCM,
    };
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).unwrap());
    let mut octets = plaintext.to_vec();
    let nonce = Nonce::assume_unique_for_key([7; 12]);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut octets)
        .unwrap();
    [[7; 12].as_slice(), &octets].concat()
}

fn digest_uri(bits: u32) -> String {
    match bits {
        1 => "http://www.w3.org/2000/09/xmldsig#sha1".to_owned(),
        _ => format!("{XENC}sha{bits}"),
    }
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

// --- Judging --------------------------------------------------------------------------------

fn key() -> RsaDecryptionKey {
    RsaDecryptionKey::from_pkcs8_pem(KEY).unwrap()
}

fn idp_without_key() -> IdentityProvider {
    let pem = include_bytes!("data/certificates/rsa-2048.pem");
    IdentityProvider::new(
        ConnectionId::new("acme"),
        EntityId::parse(IDP).unwrap(),
        TrustedKeys::from_certificates(&parse_certificates(pem).unwrap()).unwrap(),
    )
}

fn idp() -> IdentityProvider {
    idp_without_key().with_decryption_keys(DecryptionKeys::new(key()))
}

fn sign_in(message: &str, idp: &IdentityProvider) -> Result<Login, Refusal> {
    sign_in_for(message, idp, "_q1")
}

fn sign_in_for(message: &str, idp: &IdentityProvider, request: &str) -> Result<Login, Refusal> {
    let parsed = ParsedResponse::from_octets(message.as_bytes().to_vec())?;
    accept(parsed.verify(idp)?, idp, request)
}

fn accept(
    verified: VerifiedResponse,
    idp: &IdentityProvider,
    request: &str,
) -> Result<Login, Refusal> {
    let service = ServiceProvider::new(
        EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
        EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
    );
    let request = SentRequest::new(request, idp.entity_id().clone()).unwrap();
    let expected = Expectations::new(&service, Solicitation::Solicited(&request));
    verified
        .accept(&expected, "2026-06-06T07:40:25Z".parse().unwrap())?
        .confirm(ReplayAnswer::FirstSeen)
}

fn name_of(message: &str, idp: &IdentityProvider) -> Result<String, Refusal> {
    sign_in(message, idp).map(|login| login.name_id.as_ref().unwrap().value.expose().to_owned())
}

fn assert_accepted(message: &str) {
    assert_eq!(name_of(message, &idp()).as_deref(), Ok("grace@example.org"));
}

/// All that is said of a failed decryption.
fn assert_decryption_failed(message: &str, what: &str) {
    assert_decryption_failed_for(message, &idp(), what);
}

fn assert_decryption_failed_for(message: &str, idp: &IdentityProvider, what: &str) {
    let refusal = sign_in(message, idp).expect_err(what);
    assert_eq!(refusal.code(), "saml-decryption-failed", "{what}");
    assert_eq!(refusal, the_refusal(), "{what}");
    let json = |refusal: &Refusal| serde_json::to_string(refusal).unwrap();
    assert_eq!(json(&refusal), json(&the_refusal()), "{what}");
}

/// The refusal of a message for another key.
fn the_refusal() -> Refusal {
    let elsewhere = Encryption {
        recipient: OTHER_KEY,
        ..by(GCM)
    };
    sign_in(&unsigned_response(&elsewhere, &signed_assertion()), &idp()).unwrap_err()
}

/// One message in each of the three standings in which an encrypted assertion can be accepted.
fn standings(encryption: &Encryption) -> [String; 3] {
    [
        unsigned_response(encryption, &signed_assertion()),
        signed_response(encryption, &assertion()),
        signed_response(encryption, &signed_assertion()),
    ]
}

// --- What is accepted -----------------------------------------------------------------------

#[test]
fn each_algorithm_decrypts_in_each_standing() {
    for algorithm in CONTENT_ALGORITHMS {
        for transport in [Transport::Mgf1p, Transport::Oaep(256)] {
            let encryption = Encryption {
                transport,
                ..by(algorithm)
            };
            for message in standings(&encryption) {
                assert_accepted(&message);
            }
        }
    }
}

#[test]
fn oaep_takes_each_digest_that_serves_both_purposes() {
    for bits in [1, 256, 384, 512] {
        let encryption = Encryption {
            transport: Transport::Oaep(bits),
            ..by(GCM)
        };
        let message = unsigned_response(&encryption, &signed_assertion());
        assert_accepted(&message);
        // The mask's digest differs from the label's: the library under the ready key has no such.
        let mask = format!("mgf1sha{bits}\"");
        let other = match bits {
            384 => "mgf1sha512\"",
            _ => "mgf1sha384\"",
        };
        assert_decryption_failed(&message.replace(&mask, other), "another mask");
        // By its older name a message cannot say which mask it means, if not the one with SHA-1.
        let generator =
            format!(r#"<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}{mask}/>"#);
        assert!(message.contains(&generator));
        let older = message.replace(&generator, "").replace(
            &format!("{XENC11}rsa-oaep\""),
            &format!("{XENC}rsa-oaep-mgf1p\""),
        );
        assert_accepted(&older);
    }
}

#[test]
fn messages_of_other_programs_are_read() {
    const BY_OTHERS: [(&str, &str); 9] = [
        (
            "xmlsec1 aes128-cbc",
            include_str!("data/saml/encryption/xmlsec1-aes128-cbc.b64"),
        ),
        (
            "xmlsec1 aes192-cbc",
            include_str!("data/saml/encryption/xmlsec1-aes192-cbc.b64"),
        ),
        (
            "xmlsec1 aes256-cbc",
            include_str!("data/saml/encryption/xmlsec1-aes256-cbc.b64"),
        ),
        (
            "xmlsec1 aes128-gcm",
            include_str!("data/saml/encryption/xmlsec1-aes128-gcm.b64"),
        ),
        (
            "xmlsec1 aes192-gcm",
            include_str!("data/saml/encryption/xmlsec1-aes192-gcm.b64"),
        ),
        (
            "xmlsec1 aes256-gcm",
            include_str!("data/saml/encryption/xmlsec1-aes256-gcm.b64"),
        ),
        (
            "openssl sha256",
            include_str!("data/saml/encryption/openssl-oaep-sha256.b64"),
        ),
        (
            "openssl sha384",
            include_str!("data/saml/encryption/openssl-oaep-sha384.b64"),
        ),
        (
            "openssl sha512",
            include_str!("data/saml/encryption/openssl-oaep-sha512.b64"),
        ),
    ];
    for (name, form_value) in BY_OTHERS {
        let login = sign_in_of_others(form_value, AlgorithmLevel::Modern).expect(name);
        assert_eq!(
            login.name_id.as_ref().unwrap().value.expose(),
            "user3987@example.org",
            "{name}"
        );
        assert_eq!(login.signatures[0].part, Part::Assertion);
    }
}

#[test]
fn attack_20_rsa_pkcs1_and_triple_des_count_at_the_legacy_level_only() {
    for form_value in [
        include_str!("data/saml/encryption/xmlsec1-rsa-1_5.b64"),
        include_str!("data/saml/encryption/xmlsec1-tripledes-cbc.b64"),
    ] {
        assert!(sign_in_of_others(form_value, AlgorithmLevel::Legacy).is_ok());
        for level in [AlgorithmLevel::Modern, AlgorithmLevel::Compatible] {
            let refusal = sign_in_of_others(form_value, level).unwrap_err();
            assert_eq!(refusal, the_refusal());
        }
    }
    let encryption = Encryption {
        transport: Transport::Pkcs1,
        ..by(GCM)
    };
    let legacy = idp().with_algorithm_level(AlgorithmLevel::Legacy);
    for message in standings(&encryption) {
        assert!(sign_in(&message, &legacy).is_ok());
        assert_decryption_failed(&message, "below the legacy level");
    }
    // A key that cannot be unwrapped is not told from a content that fails.
    let elsewhere = Encryption {
        recipient: OTHER_KEY,
        ..encryption
    };
    for message in standings(&elsewhere) {
        assert_decryption_failed_for(&message, &legacy, "another key");
    }
}

fn sign_in_of_others(form_value: &str, level: AlgorithmLevel) -> Result<Login, Refusal> {
    let message = form_value.replace(['\n', '\r'], "");
    let message = String::from_utf8(STANDARD.decode(message).unwrap()).unwrap();
    let pem = include_bytes!("data/saml/idp.pem");
    let idp = IdentityProvider::new(
        ConnectionId::new("okta"),
        EntityId::parse("http://www.okta.com/exk1f2c3d4E5G6h7I8j9").unwrap(),
        TrustedKeys::from_certificates(&parse_certificates(pem).unwrap()).unwrap(),
    )
    .with_algorithm_level(level)
    .with_decryption_keys(DecryptionKeys::new(key()));
    sign_in_for(&message, &idp, "_reqfe9e197244f6ada5be89f70666e09d40")
}

#[test]
fn the_key_may_stand_inside_or_beside_or_be_named() {
    for place in [KeyPlace::Inside, KeyPlace::Beside, KeyPlace::Named] {
        let encryption = Encryption { place, ..by(GCM) };
        for message in standings(&encryption) {
            assert_accepted(&message);
        }
    }
}

// What vendors do, by their names.

#[test]
fn adfs_and_onelogin_encrypt_a_signed_assertion_in_an_unsigned_response() {
    assert_accepted(&unsigned_response(&by(GCM), &signed_assertion()));
    // Without its own signature nobody vouches for what is inside.
    let message = unsigned_response(&by(GCM), &assertion());
    assert!(name_of(&message, &idp()).is_err());
}

#[test]
fn onelogin_and_okta_encrypt_an_unsigned_assertion_in_a_signed_response() {
    assert_accepted(&signed_response(&by(GCM), &assertion()));
}

#[test]
fn okta_puts_the_key_beside_the_data_and_older_versions_name_it() {
    for place in [KeyPlace::Beside, KeyPlace::Named] {
        let encryption = Encryption { place, ..by(GCM) };
        assert_accepted(&signed_response(&encryption, &assertion()));
    }
}

#[test]
fn shibboleth_encrypts_with_aes_gcm_since_version_4() {
    for algorithm in [
        "http://www.w3.org/2009/xmlenc11#aes128-gcm",
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    ] {
        assert_accepted(&unsigned_response(&by(algorithm), &signed_assertion()));
    }
}

#[test]
fn one_connection_takes_messages_in_clear_and_encrypted() {
    assert_accepted(&response(&signed_assertion()));
    assert_accepted(&unsigned_response(&by(GCM), &signed_assertion()));
}

#[test]
fn the_previous_key_counts_until_it_is_dropped() {
    let old = Encryption {
        recipient: OTHER_KEY,
        ..by(GCM)
    };
    let message = unsigned_response(&old, &signed_assertion());
    let previous = RsaDecryptionKey::from_pkcs8_pem(OTHER_KEY).unwrap();
    let keys = DecryptionKeys::new(key()).with_previous(previous);
    assert!(sign_in(&message, &idp_without_key().with_decryption_keys(keys)).is_ok());
    assert_decryption_failed(&message, "no previous key");
}

#[test]
fn of_several_recipients_each_finds_its_key() {
    let ours = Encryption {
        place: KeyPlace::Beside,
        ..by(GCM)
    };
    let message = unsigned_response(&ours, &signed_assertion());
    let theirs = Encryption {
        recipient: OTHER_KEY,
        ..by(GCM)
    };
    let theirs = theirs.encrypted_key(&[1; 32]);
    let with_others = |count: usize, attributes: fn(usize) -> String| {
        let others: String = (0..count)
            .map(|number| theirs.replace("Id=\"_k1\"", &attributes(number)))
            .collect();
        let data_end = "</xenc:EncryptedData>";
        message.replace(data_end, &format!("{data_end}{others}"))
    };
    let named = |number| format!("Id=\"_o{number}\" Recipient=\"https://sp{number}.example\"");
    assert_accepted(&with_others(MAX_ENCRYPTED_KEYS - 1, named));
    assert_decryption_failed(&with_others(MAX_ENCRYPTED_KEYS, named), "too many keys");
    let unnamed = |number| format!("Id=\"_o{number}\"");
    assert_decryption_failed(&with_others(1, unnamed), "two keys for one recipient");
}

#[test]
fn the_padding_octets_before_the_last_are_arbitrary() {
    let plaintext = signed_assertion();
    let rest = 16 - plaintext.len() % 16;
    let padded = |last: usize| {
        let last = u8::try_from(last).unwrap();
        let encryption = Encryption {
            padding: Some([vec![0xAB; rest - 1], vec![last]].concat()),
            ..by(CBC)
        };
        unsigned_response(&encryption, &plaintext)
    };
    assert_accepted(&padded(rest));
    for refused in [0, 17, 32, 255] {
        assert_decryption_failed(&padded(refused), "padding");
    }
}

#[test]
fn attack_57_namespaces_come_from_around_the_encrypted_element() {
    let bare = assertion().replace(&format!(" {SAML}"), "");
    assert!(!bare.contains("xmlns:saml"));
    assert_accepted(&signed_response(&by(GCM), &bare));
    let unbound = assertion()
        .replace("saml:", "other:")
        .replace("xmlns:other", "xmlns:saml");
    assert_decryption_failed(&signed_response(&by(GCM), &unbound), "an unbound prefix");
}

// --- What must be signed --------------------------------------------------------------------

#[test]
fn attack_56_an_encrypted_assertion_that_nobody_signed_is_refused() {
    let forged = unsigned_response(&by(GCM), &assertion());
    assert_eq!(
        sign_in(&forged, &idp()).unwrap_err().code(),
        "signature-missing"
    );
    let forged = unsigned_response(&by(CBC), &assertion());
    assert_decryption_failed(&forged, "attack 56");
}

#[test]
fn attack_20_a_signature_that_fails_says_so_unless_the_mode_is_cbc_and_the_response_unsigned() {
    let changed = signed_assertion().replace("grace@", "admin@");
    let code = |message: &str| sign_in(message, &idp()).unwrap_err().code();
    let mismatch = "signature-digest-mismatch";
    assert_eq!(code(&unsigned_response(&by(GCM), &changed)), mismatch);
    assert_decryption_failed(&unsigned_response(&by(CBC), &changed), "CBC");
    // Both are signed: both must verify.
    assert_eq!(code(&signed_response(&by(GCM), &changed)), mismatch);
    assert_eq!(code(&signed_response(&by(CBC), &changed)), mismatch);
}

#[test]
fn attack_20_nothing_is_decrypted_under_a_signature_that_fails() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counting = Counting(key(), Arc::clone(&calls));
    let idp = idp_without_key().with_decryption_keys(DecryptionKeys::new(counting));
    let message = signed_response(&by(CBC), &assertion());
    let changed = message.replace("07:40:23Z", "07:40:24Z");
    let refusal = sign_in(&changed, &idp).unwrap_err();
    assert_eq!(refusal.code(), "signature-digest-mismatch");
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    assert!(sign_in(&message, &idp).is_ok());
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// A key that stays elsewhere; what it unwraps is opened here.
struct Counting(RsaDecryptionKey, Arc<AtomicUsize>);

impl DecryptionKey for Counting {
    fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        self.1.fetch_add(1, Ordering::Relaxed);
        assert_eq!(content.algorithm(), ContentAlgorithm::Aes256Cbc);
        assert!(matches!(
            content.key_transport(),
            KeyTransport::RsaOaep { .. }
        ));
        assert_eq!(
            (content.wrapped_key().len(), content.label()),
            (256, &[][..])
        );
        let key: Vec<u8> = (1..=32).collect();
        assert_eq!(
            content.open(&ContentKey::new(key[1..].to_vec())),
            Err(DecryptionFailed)
        );
        assert_eq!(content.open(&ContentKey::new(key)), self.0.decrypt(content));
        self.0.decrypt(content)
    }
}

#[test]
fn the_signatures_that_count_are_listed() {
    let parts = |message: &str| -> Vec<Part> {
        let login = sign_in(message, &idp()).unwrap();
        login.signatures.iter().map(|one| one.part).collect()
    };
    let [unsigned, response, both] = standings(&by(GCM));
    assert_eq!(parts(&unsigned), [Part::Assertion]);
    assert_eq!(parts(&response), [Part::Response]);
    assert_eq!(parts(&both), [Part::Response, Part::Assertion]);
}

#[test]
fn an_encrypted_assertion_beside_another_is_refused() {
    let encrypted = by(GCM).element("EncryptedAssertion", &assertion());
    for message in [
        response(&format!("{}{encrypted}", signed_assertion())),
        response(&format!("{encrypted}{}", signed_assertion())),
    ] {
        let refusal = sign_in(&message, &idp()).unwrap_err();
        let codes: Vec<_> = refusal.failed().map(|one| one.check().code()).collect();
        assert!(codes.contains(&"saml-assertion-several"), "{codes:?}");
    }
}

#[test]
fn without_a_key_an_encrypted_assertion_is_refused_as_encrypted() {
    for message in standings(&by(GCM)) {
        let refusal = sign_in(&message, &idp_without_key()).unwrap_err();
        assert_eq!(refusal.code(), "saml-assertion-encrypted");
    }
}

// --- One refusal ----------------------------------------------------------------------------

#[test]
fn attack_57_content_that_is_not_one_assertion_is_refused_alike() {
    let genuine = signed_assertion();
    let inside =
        |child: &str| genuine.replace("<saml:Conditions>", &format!("{child}<saml:Conditions>"));
    let contents = [
        ("two roots", format!("{genuine}{genuine}")),
        ("a root behind", format!("{genuine}<x/>")),
        ("a root before", format!("<x/>{genuine}")),
        ("a response", response(&genuine)),
        ("a DOCTYPE", format!("<!DOCTYPE a>{genuine}")),
        (
            "an XML declaration",
            format!("<?xml version=\"1.0\"?>{genuine}"),
        ),
        ("text behind", format!("{genuine}x")),
        ("text before", format!("x{genuine}")),
        ("a comment behind", format!("{genuine}<!-- -->")),
        ("an instruction before", format!("<?x y?>{genuine}")),
        ("a closed root", format!("{genuine}</Decrypted><Decrypted>")),
        ("nothing", String::new()),
        ("text alone", "x".to_owned()),
        ("not well-formed", genuine.replace("</saml:Subject>", "")),
        (
            "another element",
            format!("<saml:NameID {SAML}>x</saml:NameID>"),
        ),
        (
            "another namespace",
            genuine.replace("SAML:2.0:assertion\"", "SAML:1.0:assertion\""),
        ),
        (
            "encrypted twice",
            by(GCM).element("EncryptedAssertion", &genuine),
        ),
        (
            "an assertion inside",
            inside(&assertion().replace("_a1", "_a2")),
        ),
        ("an ID twice inside", inside(r#"<x ID="_a1"/>"#)),
        ("an ID of the message", inside(r#"<x ID="_r1"/>"#)),
        ("an ID of the key", inside(r#"<x id="_k1"/>"#)),
        (
            "a signature below",
            inside(r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#),
        ),
    ];
    for (what, content) in contents {
        for algorithm in [CBC, GCM] {
            assert_decryption_failed(&unsigned_response(&by(algorithm), &content), what);
            assert_decryption_failed(&signed_response(&by(algorithm), &content), what);
        }
    }
}

/// Whoever has seen a signed assertion in clear can encrypt it anew, with a forged one around it.
#[test]
fn attack_1_57_wrapping_inside_what_was_encrypted() {
    let genuine = signed_assertion();
    let bare = assertion();
    let start = genuine.find("<ds:Signature ").unwrap();
    let end_tag = "</ds:Signature>";
    let end = genuine.find(end_tag).unwrap() + end_tag.len();
    let signature = &genuine[start..end];
    let holding = |content: &str| signature.replace(end_tag, &format!("{content}{end_tag}"));
    assert_accepted(&unsigned_response(&by(GCM), &genuine));
    for id in ["_a1", "_a2"] {
        let evil = bare.replace("grace@example.org", "mallory@evil.example");
        let evil = evil.replace("_a1", id);
        let issuer = "</saml:Issuer>";
        let at_head = |added: &str| evil.replacen(issuer, &format!("{issuer}{added}"), 1);
        let close = "</saml:Assertion>";
        let at_end = |around: &str, added: &str| {
            let inside = around.strip_suffix(close).unwrap();
            format!("{inside}{added}{close}")
        };
        // The forged one is sound, and counts when the identity provider signs it.
        let forged = unsigned_response(&by(GCM), &signed(&evil, id));
        assert_eq!(name_of(&forged, &idp()).unwrap(), "mallory@evil.example");
        for (what, content) in [
            ("1 and 6", at_head(&holding(&bare))),
            ("2", at_head(&format!("{bare}{signature}"))),
            ("2, behind", at_head(&format!("{signature}{bare}"))),
            ("3", format!("{evil}{genuine}")),
            ("3, behind", format!("{genuine}{evil}")),
            ("4", at_end(&evil, &genuine)),
            ("5", at_end(&at_head(signature), &bare)),
            (
                "7",
                evil.replacen(
                    "<saml:AuthnStatement",
                    &format!("<saml:Advice>{genuine}</saml:Advice><saml:AuthnStatement"),
                    1,
                ),
            ),
            (
                "8",
                at_head(&holding(&format!("<ds:Object>{bare}</ds:Object>"))),
            ),
            ("its signature alone", at_head(signature)),
        ] {
            for algorithm in [CBC, GCM] {
                let message = unsigned_response(&by(algorithm), &content);
                let refusal = sign_in(&message, &idp()).expect_err(what);
                let codes = [
                    "saml-decryption-failed",
                    "signature-digest-mismatch",
                    "signature-reference-mismatch",
                ];
                assert!(codes.contains(&refusal.code()), "{what}: {refusal:?}");
                // Only of an authenticated content is more said than that it failed.
                assert!(algorithm == GCM || refusal == the_refusal(), "{what}");
            }
        }
    }
}

#[test]
fn structure_outside_the_profile_is_refused_alike() {
    let named = Encryption {
        place: KeyPlace::Named,
        ..by(GCM)
    };
    let message = unsigned_response(&named, &signed_assertion());
    assert_accepted(&message);
    let data_id = "Id=\"_k1data\"";
    let changes = [
        (
            "no KeyInfo and no key",
            "<xenc:EncryptedKey ",
            "<xenc:Other ",
        ),
        (
            "a name of another element",
            "URI=\"#_k1\"",
            "URI=\"#_k1data\"",
        ),
        ("a name of nothing", "URI=\"#_k1\"", "URI=\"#_k2\""),
        ("an empty name", "URI=\"#_k1\"", "URI=\"\""),
        (
            "a name elsewhere",
            "URI=\"#_k1\"",
            "URI=\"https://evil.example/key\"",
        ),
        (
            "another kind of name",
            "EncryptedKey\" URI",
            "DerivedKey\" URI",
        ),
        (
            "a key for other data",
            "DataReference URI=\"#_k1data\"",
            "DataReference URI=\"#_x\"",
        ),
        ("data without the ID", data_id, ""),
        (
            "an unknown attribute",
            data_id,
            "Id=\"_k1data\" Encoding=\"x\"",
        ),
        (
            "content, not an element",
            "xmlenc#Element\"",
            "xmlenc#Content\"",
        ),
        ("an unknown content algorithm", "aes256-gcm", "aes512-gcm"),
        (
            "Triple DES",
            "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
        ),
        ("another size of key", "aes256-gcm", "aes128-gcm"),
        ("an unknown transport", "rsa-oaep-mgf1p", "rsa-oaep-mgf2p"),
        ("RSA 1.5", "rsa-oaep-mgf1p", "rsa-1_5"),
        (
            "text between",
            "</xenc:EncryptedData>",
            "</xenc:EncryptedData>x",
        ),
        ("no base64", "<xenc:CipherValue>", "<xenc:CipherValue>-"),
        (
            "a reference for a value",
            "xenc:CipherValue>",
            "xenc:CipherReference>",
        ),
        (
            "an unknown element",
            "</xenc:EncryptedData>",
            "<xenc:EncryptionProperties/></xenc:EncryptedData>",
        ),
        (
            "a parameter of the algorithm",
            "aes256-gcm\"/>",
            "aes256-gcm\"><x/></xenc:EncryptionMethod>",
        ),
    ];
    for (what, from, to) in changes {
        let changed = message.replace(from, to).replace(
            "</xenc:EncryptedKey>",
            match to {
                "<xenc:Other " => "</xenc:Other>",
                _ => "</xenc:EncryptedKey>",
            },
        );
        assert_ne!(changed, message, "{what}");
        assert_decryption_failed(&changed, what);
        assert_decryption_failed(&signed(&changed, "_r1"), what);
    }
}

#[test]
fn a_comment_in_a_value_counts_only_where_a_signature_left_it_out() {
    let message = unsigned_response(&by(GCM), &signed_assertion());
    let comment = "<xenc:CipherValue><!-- -->";
    let changed = message.replace("<xenc:CipherValue>", comment);
    assert_decryption_failed(&changed, "a comment");
    // The hashed octets have no comment.
    assert_accepted(&signed(&changed, "_r1"));
}

#[test]
fn attack_20_a_change_of_any_octet_is_refused_alike() {
    for algorithm in [CBC, GCM] {
        let encryption = by(algorithm);
        let message = unsigned_response(&encryption, &signed_assertion());
        for (nth, what) in [(0, "key"), (1, "content")] {
            let (at, _) = message
                .match_indices("<xenc:CipherValue>")
                .nth(nth)
                .unwrap();
            let start = at + "<xenc:CipherValue>".len();
            let end = start + message[start..].find('<').unwrap();
            let octets = STANDARD.decode(&message[start..end]).unwrap();
            let step = (octets.len() / 24).max(1);
            let places = (0..octets.len()).step_by(step).chain([octets.len() - 1]);
            for place in places {
                let mut changed = octets.clone();
                changed[place] ^= 1;
                let changed = STANDARD.encode(changed);
                let changed = format!("{}{changed}{}", &message[..start], &message[end..]);
                assert_decryption_failed(&changed, what);
            }
            for length in [0, 1, 12, 16, 28, octets.len() - 1] {
                let cut = STANDARD.encode(&octets[..length]);
                let cut = format!("{}{cut}{}", &message[..start], &message[end..]);
                assert_decryption_failed(&cut, what);
            }
        }
    }
}

/// Around the encrypted element, in its markup and in what it holds: the same person, or nobody. Where
/// the response is signed, what is accepted has the same canonical form: a declaration that nothing
/// uses is no part of it.
#[test]
fn a_changed_byte_of_an_encrypted_message_changes_nothing_or_refuses() {
    let canonical = |text: &str| {
        let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
        let root = document.root();
        let signature = root.children().find(|one| one.local_name() == "Signature");
        let form = Canonical::new(CanonicalMethod::Exclusive);
        form.octets(root, signature).unwrap()
    };
    for algorithm in [CBC, GCM] {
        for (message, step) in standings(&by(algorithm)).into_iter().zip([11, 7, 11]) {
            let sound = sign_in(&message, &idp()).unwrap();
            let is_signed = sound.signatures[0].part == Part::Response;
            let mut accepted = 0;
            for at in (0..message.len()).step_by(step) {
                let mut octets = message.clone().into_bytes();
                octets[at] ^= 1;
                let Ok(changed) = String::from_utf8(octets) else {
                    continue;
                };
                let Ok(login) = sign_in(&changed, &idp()) else {
                    continue;
                };
                assert_eq!(login, sound, "{algorithm}: byte {at}");
                if is_signed {
                    assert_eq!(
                        canonical(&changed),
                        canonical(&message),
                        "{algorithm}: byte {at}"
                    );
                }
                accepted += 1;
            }
            // Such as letters of the ID of an unsigned response.
            assert!(accepted > 0, "{algorithm}");
        }
    }
}

#[test]
fn the_base64_of_an_encrypted_key_may_be_so_long() {
    let message = unsigned_response(&by(GCM), &signed_assertion());
    let (at, tag) = message.match_indices("<xenc:CipherValue>").next().unwrap();
    let start = at + tag.len();
    let end = start + message[start..].find('<').unwrap();
    let padded = |bytes: usize| {
        let spaces = " ".repeat(bytes - (end - start));
        format!("{}{spaces}{}", &message[..end], &message[end..])
    };
    assert_accepted(&padded(MAX_ENCRYPTED_KEY_BYTES));
    assert_decryption_failed(&padded(MAX_ENCRYPTED_KEY_BYTES + 1), "a longer key");
}

#[test]
fn an_id_twice_around_an_encrypted_assertion_is_found_before_decryption() {
    let message = unsigned_response(&by(GCM), &signed_assertion());
    let twice = message
        .replace("Id=\"_k1data\"", "Id=\"_r1\"")
        .replace("#_k1data", "#_r1");
    let refusal = sign_in(&twice, &idp()).unwrap_err();
    assert_eq!(refusal.code(), "signature-id-duplicate");
}

/// The form of the SimpleSign binding: nothing inside it need be signed, and nothing is decrypted
/// before its signature verified.
#[test]
fn what_is_signed_from_beside_may_be_encrypted() {
    let name_of = |message: &str, signature: &str, idp: &IdentityProvider| {
        let verified = ParsedSimpleSignResponse::parse(SimpleSignForm {
            saml_response: &STANDARD.encode(message),
            relay_state: None,
            sig_alg: RSA_SHA256,
            signature,
        })
        .and_then(|parsed| parsed.verify(idp))?;
        let login = accept(verified, idp, "_q1")?;
        let parts: Vec<Part> = login.signatures.iter().map(|one| one.part).collect();
        Ok::<_, Refusal>((login.name_id.unwrap().value.expose().to_owned(), parts))
    };
    let signature =
        |message: &str| sign(format!("SAMLResponse={message}&SigAlg={RSA_SHA256}").as_bytes());
    let unsigned_parts = with_parts(&part(GCM, "_k2"), &part(CBC, "_k3"));
    for (message, signed) in [
        (
            unsigned_response(&by(CBC), &assertion()),
            &[Part::Response][..],
        ),
        (
            unsigned_response(&by(GCM), &unsigned_parts),
            &[Part::Response],
        ),
        (response(&unsigned_parts), &[Part::Response]),
        (
            unsigned_response(&by(GCM), &signed_assertion()),
            &[Part::Response, Part::Assertion],
        ),
    ] {
        let (name, parts) = name_of(&message, &signature(&message), &idp()).unwrap();
        assert_eq!(name, "grace@example.org");
        assert_eq!(parts, signed);

        let asked = Arc::new(AtomicUsize::new(0));
        let counting = Counting(key(), Arc::clone(&asked));
        let counted = idp_without_key().with_decryption_keys(DecryptionKeys::new(counting));
        let other = signature(&message.replacen("_r1", "_r2", 1));
        let refusal = name_of(&message, &other, &counted).unwrap_err();
        assert_eq!(refusal.code(), "signature-invalid");
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }
    let message = unsigned_response(&by(GCM), &assertion());
    let without = name_of(&message, &signature(&message), &idp_without_key());
    assert_eq!(without.unwrap_err().code(), "saml-assertion-encrypted");
    let elsewhere = Encryption {
        recipient: OTHER_KEY,
        ..by(GCM)
    };
    let message = unsigned_response(&elsewhere, &assertion());
    let refusal = name_of(&message, &signature(&message), &idp()).unwrap_err();
    assert_eq!(refusal, the_refusal());
}

// --- Name identifiers and attributes --------------------------------------------------------

fn with_parts(name_id: &Encryption, attribute: &Encryption) -> String {
    assertion_with(
        &name_id.element("EncryptedID", NAME_ID),
        &attribute.element("EncryptedAttribute", ATTRIBUTE),
    )
}

fn part(algorithm: &'static str, id: &'static str) -> Encryption {
    Encryption {
        id,
        ..by(algorithm)
    }
}

#[test]
fn name_identifiers_and_attributes_decrypt_inside_a_verified_assertion() {
    for algorithm in [CBC, GCM] {
        let assertion = with_parts(&part(algorithm, "_k2"), &part(algorithm, "_k3"));
        let signed_assertion = signed(&assertion, "_a1");
        for message in [
            response(&signed_assertion),
            signed(&response(&assertion), "_r1"),
            unsigned_response(&by(algorithm), &signed_assertion),
            signed_response(&by(algorithm), &assertion),
        ] {
            let login = sign_in(&message, &idp()).unwrap();
            assert_eq!(
                login.name_id.as_ref().unwrap().value.expose(),
                "grace@example.org"
            );
            assert_eq!(login.attributes.len(), 1);
            assert_eq!(login.attributes[0].name, "email");
            assert!(login.identity.email.is_some());
        }
    }
}

#[test]
fn without_a_key_each_part_is_refused_as_encrypted() {
    let assertion = with_parts(&part(GCM, "_k2"), &part(GCM, "_k3"));
    let message = response(&signed(&assertion, "_a1"));
    let refusal = sign_in(&message, &idp_without_key()).unwrap_err();
    let codes: Vec<_> = refusal.failed().map(|one| one.check().code()).collect();
    assert_eq!(
        codes,
        ["saml-name-id-encrypted", "saml-attribute-encrypted"]
    );
}

#[test]
fn a_part_that_is_not_what_belongs_there_is_refused_alike() {
    let refused = |assertion: &str, what: &str| {
        assert_decryption_failed(&response(&signed(assertion, "_a1")), what);
    };
    let elsewhere = |id| Encryption {
        recipient: OTHER_KEY,
        ..part(GCM, id)
    };
    refused(
        &with_parts(&elsewhere("_k2"), &part(GCM, "_k3")),
        "name for another",
    );
    refused(
        &with_parts(&part(GCM, "_k2"), &elsewhere("_k3")),
        "attribute for another",
    );
    let name_id = |content: &str| {
        assertion_with(&part(GCM, "_k2").element("EncryptedID", content), ATTRIBUTE)
    };
    refused(&name_id(ATTRIBUTE), "an attribute for a name");
    refused(&name_id(&format!("{NAME_ID}{NAME_ID}")), "two names");
    refused(
        &name_id(&NAME_ID.replacen("NameID", "NameID ID=\"_a1\"", 1)),
        "the assertion's ID",
    );
    refused(
        &name_id(&NAME_ID.replacen("NameID", "NameID ID=\"_r1\"", 1)),
        "the message's ID",
    );
}

#[test]
fn attack_53_57_ids_are_unique_over_what_was_decrypted_from_one_message() {
    let named = |id: &str| NAME_ID.replacen("NameID", &format!("NameID ID=\"{id}\""), 1);
    let attribute = ATTRIBUTE.replacen("saml:Attribute ", "saml:Attribute ID=\"_x1\" ", 1);
    let message = |id: &str| {
        let assertion = assertion_with(
            &part(GCM, "_k2").element("EncryptedID", &named(id)),
            &part(GCM, "_k3").element("EncryptedAttribute", &attribute),
        );
        unsigned_response(&by(GCM), &signed(&assertion, "_a1"))
    };
    assert_accepted(&message("_x2"));
    assert_decryption_failed(&message("_x1"), "two parts");
    assert_decryption_failed(&message("_a1"), "the decrypted assertion");
    assert_decryption_failed(&message("_k1"), "the key of the message");
}

#[test]
fn only_so_many_parts_are_decrypted() {
    let with = |count: usize| {
        let attributes: String = (0..count)
            .map(|number| {
                let encrypted = part(GCM, "_k9").element("EncryptedAttribute", ATTRIBUTE);
                encrypted.replace("_k9", &format!("_p{number}_"))
            })
            .collect();
        response(&signed(&assertion_with(NAME_ID, &attributes), "_a1"))
    };
    assert_accepted(&with(MAX_ENCRYPTED_PARTS));
    assert_decryption_failed(&with(MAX_ENCRYPTED_PARTS + 1), "too many parts");
}

#[test]
fn a_logout_request_may_hold_an_encrypted_name_identifier() {
    let service = ServiceProvider::new(
        EntityId::parse("https://sp.example.com/saml/metadata").unwrap(),
        EndpointUrl::parse("https://sp.example.com/saml/acs").unwrap(),
    )
    .with_slo_url(EndpointUrl::parse("https://sp.example.com/saml/slo").unwrap());
    let log_out = |encryption: &Encryption, idp: &IdentityProvider| {
        let request = format!(
            concat!(
                r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" {saml}"#,
                r#" Destination="https://sp.example.com/saml/slo" ID="_l1""#,
                r#" IssueInstant="2026-06-06T07:40:23Z" Version="2.0">"#,
                r#"<saml:Issuer>{idp}</saml:Issuer>{name_id}</samlp:LogoutRequest>"#,
            ),
            saml = SAML,
            idp = IDP,
            name_id = encryption.element("EncryptedID", NAME_ID),
        );
        let now = "2026-06-06T07:40:25Z".parse().unwrap();
        ParsedLogoutRequest::from_post(&STANDARD.encode(signed(&request, "_l1")))?
            .verify(idp)?
            .accept(&service, ClockSkew::default(), now)?
            .confirm(ReplayAnswer::FirstSeen)
    };
    for algorithm in [CBC, GCM] {
        let logout = log_out(&by(algorithm), &idp()).unwrap();
        assert_eq!(logout.name_id.value.expose(), "grace@example.org");
        let refusal = log_out(&by(algorithm), &idp_without_key()).unwrap_err();
        assert_eq!(refusal.code(), "saml-name-id-encrypted");
    }
    let elsewhere = Encryption {
        recipient: OTHER_KEY,
        ..by(GCM)
    };
    assert_eq!(log_out(&elsewhere, &idp()).unwrap_err(), the_refusal());
}

// --- Secrets --------------------------------------------------------------------------------

#[test]
fn nothing_of_a_key_is_shown() {
    assert_eq!(format!("{:?}", key()), "RsaDecryptionKey");
    let keys = DecryptionKeys::new(key());
    assert_eq!(format!("{keys:?}"), "DecryptionKeys(1)");
    assert!(format!("{:?}", idp()).contains("DecryptionKeys(1)"));
    let content_key = ContentKey::new(vec![65; 16]);
    assert_eq!(format!("{content_key:?}"), "ContentKey(16 octets)");
}

#[test]
fn a_key_that_cannot_serve_is_refused() {
    let code = |pem: &str| RsaDecryptionKey::from_pkcs8_pem(pem).unwrap_err().code();
    assert!(RsaDecryptionKey::from_pkcs8_pem(&format!("\n{KEY}\n")).is_ok());
    assert_eq!(
        code(&KEY.replace("PRIVATE", "RSA PRIVATE")),
        "saml-decryption-key-not-pem"
    );
    assert_eq!(
        code(&KEY.replacen("MII", "M-I", 1)),
        "saml-decryption-key-not-pem"
    );
    assert_eq!(
        code(&KEY.replacen("MII", "MIH", 1)),
        "saml-decryption-key-not-rsa"
    );
    assert!(RsaDecryptionKey::from_pkcs8_der(&der(KEY)).is_ok());
    assert!(RsaDecryptionKey::from_pkcs8_der(&der(KEY)[1..]).is_err());
}
