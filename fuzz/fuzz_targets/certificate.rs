//! An uploaded certificate: what is read can be written, read again and used as a key.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::dsig::{TrustedKeys, parse_certificates};
use vestibule_fuzz::now;

fuzz_target!(|upload: &[u8]| {
    let Ok(certificates) = parse_certificates(upload) else {
        return;
    };
    assert!(!certificates.is_empty());
    for certificate in &certificates {
        let again = parse_certificates(certificate.to_pem().as_bytes()).expect("our own PEM");
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].as_der(), certificate.as_der());
        let _ = (certificate.expiry_warning(now()), certificate.subject());
    }
    let _ = TrustedKeys::from_certificates(&certificates);
});
