//! A decryption key of the host's own, with no feature but `saml`.
#![cfg(feature = "saml")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::{TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::saml::encryption::{
    DecryptionFailed, DecryptionKey, DecryptionKeys, EncryptedContent,
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
    ParsedResponse::from_post(ENCRYPTED)?.verify(&idp)
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
