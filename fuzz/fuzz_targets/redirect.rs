//! A query of the Redirect binding, as it came and signed by the identity provider: the reader never
//! panics, and a signature covers what is read.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use vestibule::saml::{LogoutMessage, RedirectQuery};
use vestibule_fuzz::{ALGORITHM, idp, sign};

fuzz_target!(|query: &str| {
    judge(query);
    // The text before a `&Signature=` of the fuzzer's own is what the identity provider signs.
    let octets = query.split("&Signature=").next().unwrap_or_default();
    let octets = format!("{octets}&SigAlg={}", escaped(ALGORITHM));
    let value = escaped(&STANDARD.encode(sign(octets.as_bytes())));
    judge(&format!("{octets}&Signature={value}"));
});

fn judge(query: &str) {
    let Ok(parsed) = RedirectQuery::parse(query) else {
        return;
    };
    match parsed.claimed_message() {
        LogoutMessage::Request => {
            if let Ok(request) = parsed.verify_logout_request(&idp()) {
                assert!(query.contains("Signature="), "{request:?}");
            }
        }
        LogoutMessage::Response => {
            if let Ok(response) = parsed.verify_logout_response(&idp()) {
                assert!(query.contains("Signature="), "{response:?}");
            }
        }
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
