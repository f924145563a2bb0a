//! Uploads: what is read as certificates, what is refused, and what the refusal says.
#![cfg(feature = "saml")]

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use vestibule::dsig::{
    Certificate, CertificateError, CertificateErrorKind, CertificateOddity, ExpiryWarning, KeyKind,
    parse_certificates,
};
use vestibule::error::{Blame, Explain, Place};

fn data(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/certificates");
    std::fs::read(folder.join(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(data(name)).unwrap()
}

fn one(upload: impl AsRef<[u8]>) -> Certificate {
    let certificates = parse_certificates(upload.as_ref()).unwrap();
    <[Certificate; 1]>::try_from(certificates).unwrap()[0].clone()
}

fn refusal(upload: impl AsRef<[u8]>) -> CertificateError {
    parse_certificates(upload.as_ref()).unwrap_err()
}

fn code(upload: impl AsRef<[u8]>) -> &'static str {
    refusal(upload).code()
}

/// The lines between the boundaries.
fn body(pem: &str) -> String {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn keys_of_every_kind_are_read() {
    for (name, kind) in [
        ("ec-p256.pem", KeyKind::EcP256),
        ("ec-p384.pem", KeyKind::EcP384),
        ("ed25519.pem", KeyKind::Ed25519),
        ("idp-ec-p256.pem", KeyKind::EcP256),
        ("idp-ec-p384.pem", KeyKind::EcP384),
        ("idp-expired.pem", KeyKind::Rsa { bits: 2048 }),
        ("idp-rsa-1024.pem", KeyKind::Rsa { bits: 1024 }),
        ("idp-rsa-2048.pem", KeyKind::Rsa { bits: 2048 }),
        ("rsa-1024.pem", KeyKind::Rsa { bits: 1024 }),
        ("rsa-2048.pem", KeyKind::Rsa { bits: 2048 }),
        ("rsa-4096.pem", KeyKind::Rsa { bits: 4096 }),
        ("version-1.pem", KeyKind::Rsa { bits: 2048 }),
    ] {
        let certificate = one(data(name));
        assert_eq!(certificate.key_kind(), kind, "{name}");
        assert_eq!(certificate.oddities(), [], "{name}");
    }
}

#[test]
fn keys_that_nothing_here_verifies_with_are_named() {
    for (name, key) in [
        ("dsa-unsupported.pem", "DSA"),
        ("ec-explicit-unsupported.pem", "EC without a named curve"),
        ("ec-p521-unsupported.pem", "EC P-521"),
        ("ec-secp256k1-unsupported.pem", "EC on curve 1.3.132.0.10"),
        ("ed448-unsupported.pem", "Ed448"),
        (
            "rsa-512-unsupported.pem",
            "RSA of 512 bits with an exponent of 17 bits",
        ),
        ("rsa-pss-only-unsupported.pem", "RSA for PSS only"),
    ] {
        let error = refusal(data(name));
        assert_eq!(error.code(), "certificate-key-unsupported", "{name}");
        let expected = format!("certificate 1: public key of an unsupported kind: {key}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn one_certificate_in_every_wrapping_is_the_same() {
    let pem = text("rsa-2048.pem");
    let expected = one(&pem);
    let lines = body(&pem);
    let bare = lines.replace('\n', "");
    let begin = "-----BEGIN CERTIFICATE-----";
    let end = "-----END CERTIFICATE-----";
    for (wrapping, upload) in [
        ("lines of CRLF", pem.replace('\n', "\r\n")),
        ("lines of CR", pem.replace('\n', "\r")),
        ("no final newline", pem.trim_end().to_owned()),
        ("tabs", pem.replace('\n', "\n\t")),
        ("blank lines", pem.replace('\n', "\n\n")),
        ("trailing spaces", pem.replace('\n', "  \n")),
        ("one line", pem.replace('\n', " ")),
        ("no line ends", pem.replace('\n', "")),
        ("byte order mark", format!("\u{feff}{pem}")),
        (
            "text before",
            format!("subject=CN = x\nissuer=CN = y\n{pem}"),
        ),
        ("text after", format!("{pem}\nKind regards\n")),
        ("only BEGIN", format!("{begin}\n{lines}\n")),
        ("only END", format!("{lines}\n{end}\n")),
        ("only END after a mark", format!("\u{feff}{lines}\n{end}\n")),
        (
            "older label",
            pem.replace("CERTIFICATE", "X509 CERTIFICATE"),
        ),
        (
            "a space in the boundary",
            pem.replace("CERTIFICATE-----", "CERTIFICATE -----"),
        ),
        ("bare lines", lines.clone()),
        ("bare lines of CRLF", lines.replace('\n', "\r\n")),
        ("bare", bare.clone()),
        ("bare with whitespace around", format!("\n  {bare}\t\r\n")),
        ("bare after a mark", format!("\u{feff}{bare}")),
        ("twice", format!("{pem}{pem}")),
    ] {
        assert_eq!(one(&upload), expected, "{wrapping}");
    }
    let latin = [b"Gr\xfc\xdfe\n", pem.as_bytes(), b"\xff\xfe"].concat();
    assert_eq!(one(latin), expected);
    assert_eq!(one(data("rsa-2048.der")), expected);
    assert_eq!(expected.as_der(), data("rsa-2048.der"));
}

#[test]
fn several_certificates_keep_their_order() {
    let names = ["rsa-2048.pem", "ec-p256.pem", "rsa-4096.pem"];
    let upload: String = names.map(text).join("some text\n");
    let found = parse_certificates(upload.as_bytes()).unwrap();
    assert_eq!(found, names.map(|name| one(data(name))));
    assert_eq!(
        parse_certificates(&data("idp-rollover.pem")).unwrap().len(),
        2
    );

    let without_ends = upload
        .replace("-----END CERTIFICATE-----\n", "")
        .replace("some text\n", "");
    assert_eq!(parse_certificates(without_ends.as_bytes()).unwrap(), found);
    let without_begins = upload
        .replace("-----BEGIN CERTIFICATE-----\n", "")
        .replace("some text\n", "");
    assert_eq!(
        parse_certificates(without_begins.as_bytes()).unwrap(),
        found
    );
}

#[test]
fn an_issuer_in_the_upload_is_pointed_out() {
    let [leaf, issuer] = parse_certificates(&data("chain.pem"))
        .unwrap()
        .try_into()
        .unwrap();
    assert_eq!(leaf.oddities(), []);
    assert_eq!(issuer.oddities(), [CertificateOddity::IssuedAnother]);
    // Two certificates of one name, each its own issuer, are a change of keys and no chain.
    for certificate in parse_certificates(&data("idp-rollover.pem")).unwrap() {
        assert_eq!(certificate.oddities(), []);
    }
}

#[test]
fn oddities_do_not_refuse() {
    let negative = one(data("odd-negative-serial.pem"));
    assert_eq!(negative.oddities(), [CertificateOddity::NegativeSerial]);
    assert_eq!(negative.serial(), "FB");
    let long = one(data("odd-long-serial.pem"));
    assert_eq!(long.oddities(), [CertificateOddity::LongSerial]);
    assert_eq!(long.serial().split(':').count(), 20);
}

#[test]
fn other_files_are_recognized_and_the_help_names_the_right_one() {
    let metadata = r#"<?xml version="1.0"?>
        <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>"#;
    let shown_by_browser = format!("This XML file does not appear to have any style\n{metadata}");
    let holding_pem = metadata.replace("/>", ">-----BEGIN CERTIFICATE-----</md:EntityDescriptor>");
    let aggregate = metadata.replace("EntityDescriptor", "EntitiesDescriptor");
    for metadata in [metadata, &shown_by_browser, &holding_pem, &aggregate] {
        let error = refusal(metadata);
        assert_eq!(error.code(), "certificate-is-metadata");
        assert_eq!(
            error.to_string(),
            "the upload is SAML metadata, not a certificate"
        );
        assert!(error.help().contains("X509Certificate"));
        assert_eq!(error.blame(), Blame::Caller);
    }
    for (upload, expected) in [
        (
            "<ds:X509Certificate>MIIC</ds:X509Certificate>",
            "certificate-is-xml",
        ),
        ("\u{feff}<x/>", "certificate-is-xml"),
        (
            "<!DOCTYPE html><title>Sign in</title>",
            "certificate-is-html",
        ),
        ("  <html>", "certificate-is-html"),
        (r#"{"keys":[{"x5c":["MIIC"]}]}"#, "certificate-is-json"),
        ("[]", "certificate-is-json"),
        ("https://idp.example.com/metadata", "certificate-is-address"),
        ("ssh-ed25519 AAAAC3Nz admin", "certificate-is-public-key"),
        (
            "---- BEGIN SSH2 PUBLIC KEY ----",
            "certificate-is-public-key",
        ),
        (
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "certificate-is-fingerprint",
        ),
        (&"AB:".repeat(31), "certificate-not-base64"),
        (&["AB"; 32].join(":"), "certificate-is-fingerprint"),
    ] {
        assert_eq!(code(upload), expected, "{upload}");
    }
    let utf16: Vec<u8> = "\u{feff}-----BEGIN"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(code(utf16), "certificate-is-utf16");
}

#[test]
fn other_cryptographic_files_are_recognized_in_pem_der_and_base64() {
    for (name, expected) in [
        ("archive.pkcs12.der", "certificate-is-pkcs12"),
        ("bundle.pkcs7.der", "certificate-is-pkcs7"),
        ("bundle.pkcs7.pem", "certificate-is-pkcs7"),
        (
            "private-key-pkcs1.test-only.der",
            "certificate-is-private-key",
        ),
        (
            "private-key-pkcs1.test-only.pem",
            "certificate-is-private-key",
        ),
        (
            "private-key-pkcs8-encrypted.test-only.der",
            "certificate-is-private-key",
        ),
        (
            "private-key-pkcs8-encrypted.test-only.pem",
            "certificate-is-private-key",
        ),
        (
            "private-key-pkcs8.test-only.der",
            "certificate-is-private-key",
        ),
        (
            "private-key-pkcs8-ed25519.test-only.der",
            "certificate-is-private-key",
        ),
        (
            "private-key-sec1.test-only.der",
            "certificate-is-private-key",
        ),
        ("private-key.test-only.pem", "certificate-is-private-key"),
        ("public-key-pkcs1.der", "certificate-is-public-key"),
        ("public-key.der", "certificate-is-public-key"),
        ("public-key.pem", "certificate-is-public-key"),
        ("request.der", "certificate-is-request"),
        ("request.pem", "certificate-is-request"),
    ] {
        let upload = data(name);
        assert_eq!(code(&upload), expected, "{name}");
        if let Ok(pem) = String::from_utf8(upload) {
            assert_eq!(code(body(&pem)), expected, "{name} without boundaries");
        }
    }
}

#[test]
fn a_private_key_beside_certificates_refuses_the_upload_and_is_not_repeated() {
    let key = text("private-key.test-only.pem");
    let upload = format!("{}-----BEGIN X-----\n{key}", text("rsa-2048.pem"));
    let error = refusal(&upload);
    assert_eq!(error.code(), "certificate-is-private-key");
    assert!(error.help().contains("replace it there"));
    let said = format!("{error} {error:?}");
    assert!(body(&key).lines().all(|line| !said.contains(line)));
}

#[test]
fn other_labels_are_shown() {
    let crl = "-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n";
    let error = refusal(crl);
    assert_eq!(error.code(), "certificate-pem-label");
    assert_eq!(
        error.to_string(),
        "PEM block labelled `X509 CRL`, not `CERTIFICATE`"
    );
    let mismatched = text("rsa-2048.pem").replace("END CERTIFICATE", "END PUBLIC KEY");
    assert_eq!(code(mismatched), "certificate-pem-boundary");
    let open = text("rsa-2048.pem").replace("END CERTIFICATE-----", "END CERTIFICATE");
    assert_eq!(code(open), "certificate-pem-boundary");
}

#[test]
fn nothing_is_empty_and_something_is_not() {
    for upload in ["", " \r\n\t"] {
        assert_eq!(code(upload), "certificate-empty");
    }
    assert_eq!(code("\u{feff}"), "certificate-malformed");
    assert_eq!(
        code("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"),
        "certificate-malformed"
    );
}

#[test]
fn a_broken_certificate_among_good_ones_is_counted_and_placed() {
    let (good, other) = (text("rsa-2048.pem"), text("ec-p256.pem"));
    let broken = other.replacen("MII", "M!I", 1);
    let upload = format!("{good}{broken}");
    let error = refusal(&upload);
    assert_eq!(
        (error.code(), error.index()),
        ("certificate-not-base64", Some(1))
    );
    let Some(Place::Bytes(span)) = error.at() else {
        panic!("no place");
    };
    assert_eq!(&upload[span.range()], "!");
    assert!(error.to_string().starts_with("certificate 2: "), "{error}");
    assert_eq!(
        parse_certificates(format!("{good}{other}").as_bytes())
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn what_follows_or_lacks_in_the_der_is_refused() {
    let der = data("rsa-2048.der");
    assert!(parse_certificates(&der).is_ok());
    assert_eq!(code([0x30, 0x00]), "certificate-malformed");
    let longer = [der.as_slice(), b"\n"].concat();
    assert_eq!(
        refusal(longer).kind(),
        &CertificateErrorKind::TrailingOctets { count: 1 }
    );
    for length in 2..der.len() {
        assert_eq!(code(&der[..length]), "certificate-malformed", "{length}");
    }
}

#[test]
fn bounds_hold_on_both_sides() {
    let pem = text("ec-p256.pem");
    assert_eq!(
        parse_certificates(pem.repeat(8).as_bytes()).unwrap().len(),
        1
    );
    let error = refusal(pem.repeat(9));
    assert_eq!(
        (error.code(), error.blame()),
        ("certificate-too-many", Blame::Limit)
    );
    let limit = 256 * 1024;
    let padded = format!("{pem}{}", " ".repeat(limit - pem.len()));
    assert!(parse_certificates(padded.as_bytes()).is_ok());
    let error = refusal(format!("{padded} "));
    assert_eq!(
        (error.code(), error.blame()),
        ("certificate-too-large", Blame::Limit)
    );
    assert_eq!(
        error.kind(),
        &CertificateErrorKind::TooLarge {
            found: limit + 1,
            limit
        }
    );
}

#[test]
fn a_certificate_says_what_openssl_says() {
    let certificate = one(data("idp-expired.pem"));
    assert_eq!(
        certificate.subject(),
        "C=SE, O=Example Org, CN=idp.example.org"
    );
    assert_eq!(certificate.issuer(), certificate.subject());
    assert_eq!(certificate.not_after(), instant("2018-01-01T00:00:00Z"));
    let ours = one(data("rsa-2048.pem"));
    let shown = ours.fingerprint().to_string();
    assert_eq!(shown.len(), 95);
    assert_eq!(serde_json::to_value(ours.fingerprint()).unwrap(), shown);
    let debug = format!("{certificate:?}");
    assert!(!debug.contains("idp.example.org"), "{debug}");
}

#[test]
fn a_stored_certificate_is_read_by_the_same_reader() {
    for name in ["rsa-2048.pem", "ed25519.pem", "odd-negative-serial.pem"] {
        let certificate = one(data(name));
        let stored = serde_json::to_string(&certificate).unwrap();
        let read: Certificate = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, certificate);
    }
    for broken in [
        "",
        "x",
        &text("idp-rollover.pem"),
        &text("private-key.test-only.pem"),
    ] {
        let stored = serde_json::to_string(broken).unwrap();
        assert!(serde_json::from_str::<Certificate>(&stored).is_err());
    }
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn expiry_is_announced_at_each_step() {
    let certificate = one(data("idp-expired.pem"));
    let end = certificate.not_after();
    let second = TimeDelta::seconds(1);
    let mut before = None;
    for (offset, warning) in [
        (TimeDelta::days(-90), ExpiryWarning::Within90Days),
        (TimeDelta::days(-30), ExpiryWarning::Within30Days),
        (TimeDelta::days(-14), ExpiryWarning::Within14Days),
        (TimeDelta::days(-7), ExpiryWarning::Within7Days),
        (TimeDelta::days(-1), ExpiryWarning::Within1Day),
        (second, ExpiryWarning::Expired),
    ] {
        let begins = end + offset;
        assert_eq!(certificate.expiry_warning(begins - second), before);
        assert_eq!(certificate.expiry_warning(begins), Some(warning));
        assert_eq!(certificate.expiry_changes_at(begins - second), Some(begins));
        before = Some(warning);
    }
    assert_eq!(certificate.expiry_changes_at(end + second), None);
}

#[test]
fn the_validity_holds_its_first_and_its_last_second() {
    let certificate = one(data("rsa-2048.pem"));
    let second = TimeDelta::seconds(1);
    assert!(!certificate.is_expired_at(certificate.not_after()));
    assert!(certificate.is_expired_at(certificate.not_after() + second));
    assert!(!certificate.is_not_yet_valid_at(certificate.not_before()));
    assert!(certificate.is_not_yet_valid_at(certificate.not_before() - second));
}

#[test]
fn hostile_uploads_of_full_size_are_answered_soon() {
    let full = |unit: &[u8]| unit.repeat(256 * 1024 / unit.len());
    let mut nested = Vec::new();
    while nested.len() < 200 * 1024 {
        let length = u32::try_from(200 * 1024 - nested.len()).unwrap();
        nested.extend([&[0x30, 0x84][..], &length.to_be_bytes()].concat());
    }
    let start = std::time::Instant::now();
    for (upload, expected) in [
        (full(b"-----BEGIN A-----"), "certificate-pem-label"),
        (full(b"-----BEGIN CERTIFICATE-----"), "certificate-too-many"),
        (
            full(b"-----BEGIN PRIVATE KEY-----"),
            "certificate-is-private-key",
        ),
        (full(b"-----END "), "certificate-pem-boundary"),
        (full(b"-----BEGIN"), "certificate-not-base64"),
        (full(b"-"), "certificate-not-base64"),
        (full(b"<"), "certificate-is-xml"),
        (full(b"EntityDescripto"), "certificate-malformed"),
        (full(b"M\n"), "certificate-malformed"),
        (full(b"\x30\x84"), "certificate-malformed"),
        (nested, "certificate-malformed"),
    ] {
        let shown = String::from_utf8_lossy(&upload[..16]).into_owned();
        assert_eq!(code(upload), expected, "{shown}");
    }
    // A bound against quadratic work: milliseconds as released, far more room for a debug build.
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
}

proptest! {
    #[test]
    fn the_announced_change_is_the_first(days in -100_i64..10, seconds in 0_i64..86_400) {
        let certificate = one(data("rsa-2048.pem"));
        let now = certificate.not_after() + TimeDelta::days(days) + TimeDelta::seconds(seconds);
        let warning = certificate.expiry_warning(now);
        match certificate.expiry_changes_at(now) {
            Some(change) => {
                prop_assert!(change > now);
                prop_assert!(certificate.expiry_warning(change) > warning);
                let just_before = change - TimeDelta::nanoseconds(1);
                prop_assert_eq!(certificate.expiry_warning(just_before), warning);
            }
            None => prop_assert_eq!(warning, Some(ExpiryWarning::Expired)),
        }
    }

    #[test]
    fn arbitrary_bytes_are_answered(upload: Vec<u8>) {
        let _ = parse_certificates(&upload);
    }

    #[test]
    fn a_mutated_certificate_is_answered(
        name in prop::sample::select(vec!["rsa-2048.der", "rsa-2048.pem", "ec-p384.pem", "chain.pem"]),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut upload = data(name);
        for (index, byte) in mutations {
            let at = index.index(upload.len());
            upload[at] = byte;
        }
        if let Ok(certificates) = parse_certificates(&upload) {
            prop_assert!(!certificates.is_empty());
            for certificate in certificates {
                let again = one(certificate.to_pem());
                prop_assert_eq!(again.as_der(), certificate.as_der());
            }
        }
    }

    #[test]
    fn a_mutated_structure_is_answered(
        at in any::<prop::sample::Index>(),
        byte: u8,
        cut in any::<prop::sample::Index>(),
    ) {
        let mut der = data("rsa-2048.der");
        let index = at.index(der.len());
        der[index] = byte;
        let _ = parse_certificates(&der);
        der.truncate(cut.index(der.len()));
        prop_assert!(parse_certificates(&der).is_err());
    }
}
