//! An encrypted assertion: any plaintext in a response, signed or not; and any text around the
//! encrypted content. The key hands the ciphertext back, so that the fuzzer writes the plaintext.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use vestibule::saml::encryption::{
    DecryptionFailed, DecryptionKey, DecryptionKeys, EncryptedContent,
};
use vestibule_fuzz::{idp, judge, name_id_by_roxmltree, signed};

/// Of which `{ENCRYPTED}` is replaced by the base64 of the plaintext.
const AROUND: &str = include_str!("../seeds/decryption/around.xml");
const CONTENT: &str = "{ENCRYPTED}";

struct NoKey;

impl DecryptionKey for NoKey {
    fn decrypt(&self, content: &EncryptedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        Ok(content.ciphertext().to_vec())
    }
}

fuzz_target!(|text: &str| {
    let idp = idp().with_decryption_keys(DecryptionKeys::new(NoKey));
    let Some(plaintext) = signed(text) else {
        return;
    };
    // The text may also be a whole message.
    let _ = judge(&plaintext, &idp);
    let inner_signed = plaintext != text;
    let around = AROUND.replace(CONTENT, &STANDARD.encode(&plaintext));
    let unsigned = around.replace(vestibule_fuzz::SIGNATURE_MARK, "");
    if let Ok(login) = judge(&unsigned, &idp) {
        assert!(inner_signed, "an assertion that nobody signed was accepted");
        compare(&login, &plaintext);
    }
    let message = signed(&around).expect("one mark");
    if let Ok(login) = judge(&message, &idp) {
        compare(&login, &plaintext);
    }
});

fn compare(login: &vestibule::saml::Login, plaintext: &str) {
    let name_id = login.name_id.as_ref().expect("a NameID").value.expose();
    // An assertion may rely on the namespaces around it; the other reader does not have these.
    if let Some(other) = name_id_by_roxmltree(plaintext) {
        assert_eq!(name_id, other);
    }
}
