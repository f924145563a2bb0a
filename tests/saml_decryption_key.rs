//! A decryption key of the host's own, with no feature but `saml`.
#![cfg(feature = "saml")]

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::{DigestAlgorithm, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::saml::encryption::{
    DecryptionFailed, DecryptionKey, DecryptionKeys, EncryptedContent, KeyTransport,
};
use vestibule::saml::{
    EntityId, IdentityProvider, ParsedResponse, Part, Refusal, VerifiedResponse,
};

const ENCRYPTED: &str = include_str!("data/saml/encryption/xmlsec1-aes256-gcm.b64");
const IN_CLEAR: &str = include_str!("data/saml/okta-assertion.b64");

/// Answers with what it was made with, as if it had decrypted that.
struct Canned(Option<String>);

impl DecryptionKey for Canned {
    fn decrypt(&self, _: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        self.0
            .clone()
            .map(String::into_bytes)
            .ok_or(DecryptionFailed)
    }
}

fn assertion_in_clear() -> String {
    let octets = STANDARD.decode(IN_CLEAR.replace('\n', "")).unwrap();
    let message = String::from_utf8(octets).unwrap();
    let start = message.find("<saml2:Assertion").unwrap();
    let end = message.find("</saml2p:Response>").unwrap();
    message[start..end].to_owned()
}

fn verify_with(keys: Option<DecryptionKeys>) -> Result<VerifiedResponse, Refusal> {
    verify(ENCRYPTED, keys)
}

fn verify(form_value: &str, keys: Option<DecryptionKeys>) -> Result<VerifiedResponse, Refusal> {
    let pem = include_bytes!("data/saml/idp.pem");
    let idp = IdentityProvider::new(
        ConnectionId::new("okta"),
        EntityId::parse("http://www.okta.com/exk1f2c3d4E5G6h7I8j9").unwrap(),
        TrustedKeys::from_certificates(&parse_certificates(pem).unwrap()).unwrap(),
    );
    let idp = match keys {
        Some(keys) => idp.with_decryption_keys(keys),
        None => idp,
    };
    ParsedResponse::from_post(form_value)?.verify(&idp)
}

#[test]
fn what_the_host_decrypts_is_verified() {
    let keys = DecryptionKeys::new(Canned(Some(assertion_in_clear())));
    let verified = verify_with(Some(keys)).unwrap();
    assert_eq!(verified.signatures()[0].part, Part::Assertion);

    let changed = assertion_in_clear().replace("user3987", "user3988");
    let refusal = verify_with(Some(DecryptionKeys::new(Canned(Some(changed))))).unwrap_err();
    assert_eq!(refusal.code(), "signature-digest-mismatch");
}

/// A library with both digests, as far as one message needs it: it notes what it is asked for.
struct Noting(Arc<Mutex<Vec<KeyTransport>>>);

impl DecryptionKey for Noting {
    fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        self.0.lock().unwrap().push(content.key_transport());
        Ok(assertion_in_clear().into_bytes())
    }
}

/// Keycloak with SHA-256 for its key transport, and Shibboleth by the deployment profile of the
/// federations: by the standard that is SHA-256 for the label and SHA-1 in the mask.
#[test]
fn keycloak_and_shibboleth_name_a_digest_for_the_label_alone_and_a_hosts_key_is_told_both() {
    use DigestAlgorithm::{Sha1, Sha256};
    let message = String::from_utf8(STANDARD.decode(ENCRYPTED.replace('\n', "")).unwrap()).unwrap();
    let start = message.find(
        "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"",
    );
    let start = start.unwrap();
    let end = start
        + message[start..]
            .find("</xenc:EncryptionMethod>")
            .map_or_else(
                || message[start..].find("/>").unwrap() + 2,
                |end| end + "</xenc:EncryptionMethod>".len(),
            );
    let by = |name: &str, inside: &str| {
        let method = format!(
            r#"<xenc:EncryptionMethod Algorithm="{name}">{inside}</xenc:EncryptionMethod>"#
        );
        let message = format!("{}{method}{}", &message[..start], &message[end..]);
        let noted = Arc::new(Mutex::new(Vec::new()));
        let keys = DecryptionKeys::new(Noting(Arc::clone(&noted)));
        let verified = verify(&STANDARD.encode(message), Some(keys)).unwrap();
        assert_eq!(verified.signatures().len(), 1);
        let noted = noted.lock().unwrap();
        noted.clone()
    };
    let told = |digest, mask_digest| {
        [KeyTransport::RsaOaep {
            digest,
            mask_digest,
        }]
    };
    let older = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
    let newer = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
    let digest = r#"<d:DigestMethod xmlns:d="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>"#;
    let mask = r#"<m:MGF xmlns:m="http://www.w3.org/2009/xmlenc11#" Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>"#;
    assert_eq!(by(older, ""), told(Sha1, Sha1));
    assert_eq!(by(older, digest), told(Sha256, Sha1));
    assert_eq!(by(newer, digest), told(Sha256, Sha1));
    assert_eq!(by(newer, mask), told(Sha1, Sha256));
    assert_eq!(by(newer, &format!("{digest}{mask}")), told(Sha256, Sha256));
}

#[test]
fn the_previous_key_is_asked_when_the_current_one_fails() {
    let keys = || DecryptionKeys::new(Canned(None));
    let refusal = verify_with(Some(keys())).unwrap_err();
    assert_eq!(refusal.code(), "saml-decryption-failed");
    assert_eq!((refusal.at(), refusal.failed().count()), (None, 1));
    let keys = keys().with_previous(Canned(Some(assertion_in_clear())));
    assert!(verify_with(Some(keys)).is_ok());
}

#[test]
fn without_a_key_the_message_is_refused_as_encrypted() {
    assert_eq!(
        verify_with(None).unwrap_err().code(),
        "saml-assertion-encrypted"
    );
}
