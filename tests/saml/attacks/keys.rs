//! Confusion of keys and algorithms: which key verifies, by which primitive, and what it makes of
//! octets that are no signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule::dsig::TrustedKeys;
use vestibule::error::Explain;
use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust};

use super::super::idp::{Connection, data, now, replace};
use super::carrier::{AGGREGATE, ALL, ENTITY};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
const ED25519: &str = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";
const PSS_SHA256: &str = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";

/// Everything on which a primitive reports an error, where another library took that for success.
#[test]
fn attack_4_a_primitive_that_reports_an_error() {
    let der = STANDARD.encode([0x30, 0x44, 0x02, 0x20]);
    for carrier in ALL {
        let sound = carrier.xml();
        for (from, to) in [
            (RSA_SHA256, ECDSA_SHA256),
            (RSA_SHA256, ED25519),
            ("SIGNATURE-VALUE", ""),
            ("SIGNATURE-VALUE", "AA=="),
            ("SIGNATURE-VALUE", der.as_str()),
            ("SIGNATURE-VALUE", &STANDARD.encode([0; 256])),
            ("SIGNATURE-VALUE", &STANDARD.encode([255; 256])),
            ("SIGNATURE-VALUE", &STANDARD.encode([0; 257])),
        ] {
            let attack = carrier.message().edit_signature(from, to).xml();
            carrier.assert_attack(to, &sound, attack, "signature-invalid");
        }
    }
}

#[test]
fn attack_5_an_algorithm_of_one_family_with_the_key_of_another() {
    let signers = [
        ("rsa-2048", RSA_SHA256),
        ("rsa-2048", PSS_SHA256),
        ("ec-p256", ECDSA_SHA256),
        ("ec-p384", ECDSA_SHA384),
        ("ed25519", ED25519),
    ];
    for carrier in ALL {
        for (signer, algorithm) in signers {
            let message = match algorithm {
                RSA_SHA256 => carrier.message().key(signer),
                _ => carrier.message().key(signer).algorithm(algorithm),
            };
            let xml = message.xml();
            let control = carrier.judge_by(&Connection::with_keys(&[signer]), &xml);
            assert_eq!(control.as_deref(), Ok(carrier.genuine), "{algorithm}");
            for (key, _) in signers.iter().filter(|(key, _)| *key != signer) {
                let codes = carrier
                    .judge_by(&Connection::with_keys(&[key]), &xml)
                    .unwrap_err();
                assert_eq!(codes[0], "signature-invalid", "{algorithm} with {key}");
            }
            // All keys at once, and the genuine value under the name of another algorithm.
            let all = Connection::with_keys(&["rsa-2048", "ec-p256", "ec-p384", "ed25519"]);
            for (_, named) in signers.iter().filter(|(_, named)| *named != algorithm) {
                let confused = xml.replace(algorithm, named);
                let codes = carrier.judge_by(&all, confused).unwrap_err();
                assert_eq!(codes[0], "signature-invalid", "{algorithm} as {named}");
            }
        }
    }
}

/// The public key as the secret of an HMAC, and a signature of which hardly anything is compared.
#[test]
fn attack_10_11_hmac_by_what_everybody_knows() {
    let methods = [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    ];
    for carrier in ALL {
        for key in [
            "hmac of pem",
            "hmac of der",
            "hmac of modulus",
            "hmac of nothing",
        ] {
            for method in methods {
                let attack = carrier.message().key(key).algorithm(method).xml();
                let code = "signature-algorithm-unsupported";
                carrier.assert_attack(key, carrier.xml(), attack, code);
            }
        }
        for length in [0, 1, 8] {
            let method = format!(r#"<ds:SignatureMethod Algorithm="{RSA_SHA256}"/>"#);
            let truncated = method.replace(RSA_SHA256, methods[0]).replace(
                "/>",
                &format!(
                    "><ds:HMACOutputLength>{length}</ds:HMACOutputLength></ds:SignatureMethod>"
                ),
            );
            let attack = carrier.message().edit_signature(&method, &truncated);
            carrier.assert_refused("truncated", attack.xml(), "signature-element-unexpected");
        }
        let secret =
            "</ds:SignatureValue><ds:KeyInfo><ds:KeyValue>c2VjcmV0</ds:KeyValue></ds:KeyInfo>";
        let own = carrier
            .message()
            .algorithm(methods[1])
            .key("hmac of nothing");
        let own = own.edit_signature("</ds:SignatureValue>", secret).xml();
        carrier.assert_refused("key in KeyInfo", own, "signature-algorithm-unsupported");
    }
}

fn key_info(content: &str) -> String {
    format!("</ds:SignatureValue><ds:KeyInfo>{content}</ds:KeyInfo>")
}

fn embedded(pem: &str) -> String {
    let pem = String::from_utf8(data(pem)).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    key_info(&format!(
        "<ds:X509Data><ds:X509Certificate>{base64}</ds:X509Certificate></ds:X509Data>"
    ))
}

/// Whatever `KeyInfo` holds or lacks, the uploaded key is tried, and no other.
#[test]
fn attack_13_key_info_that_is_missing_or_empty() {
    let value = "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>";
    for carrier in ALL {
        for content in [
            "",
            "<ds:X509Data/>",
            "<ds:X509Data><ds:X509Certificate/></ds:X509Data>",
            value,
        ] {
            let end = "</ds:SignatureValue>";
            let message = carrier.message().edit_signature(end, &key_info(content));
            let attack = message.clone().key("other-rsa-2048").xml();
            carrier.assert_attack(content, message.xml(), attack, "signature-invalid");
        }
    }
}

#[test]
fn attack_42_a_certificate_in_the_message() {
    for carrier in ALL {
        let end = "</ds:SignatureValue>";
        let genuine = carrier
            .message()
            .edit_signature(end, &embedded("other-rsa-2048.pem"));
        let attack = genuine.clone().key("other-rsa-2048");
        // The certificate beside a genuine signature does no harm; its key verifies nothing.
        carrier.assert_attack("embedded", genuine.xml(), attack.xml(), "signature-invalid");
        let attacker = Connection::with_keys(&["other-rsa-2048"]);
        assert!(carrier.judge_by(&attacker, attack.xml()).is_ok());
        let borrowed = carrier
            .message()
            .edit_signature(end, &embedded("rsa-2048.pem"));
        let borrowed = borrowed.key("other-rsa-2048").xml();
        carrier.assert_refused("the genuine certificate", borrowed, "signature-invalid");
    }
}

/// A configuration without a key cannot be made, and no message makes one needless.
#[test]
fn attack_43_no_key_at_all() {
    let error = TrustedKeys::from_certificates(&[]).unwrap_err();
    assert_eq!(error.code(), "certificate-none-trusted");
    for carrier in ALL {
        carrier.assert_attack(
            "unsigned",
            carrier.xml(),
            carrier.unsigned_xml(),
            "signature-missing",
        );
    }
    let read = |xml: &str| {
        IdpMetadata::read(
            xml.as_bytes(),
            MetadataEntity::Only,
            now(),
            MetadataTrust::ByTransport,
        )
    };
    let sound = ENTITY.unsigned_xml();
    assert!(read(&sound).is_ok());
    let (start, end) = ("<md:KeyDescriptor", "</md:KeyDescriptor>");
    let at = sound.find(start).unwrap();
    let behind = sound.find(end).unwrap() + end.len();
    let without = format!("{}{}", &sound[..at], &sound[behind..]);
    assert_eq!(read(&without).unwrap_err().code(), "metadata-key-missing");
    let for_encryption = replace(&sound, r#"use="signing""#, r#"use="encryption""#);
    assert_eq!(
        read(&for_encryption).unwrap_err().code(),
        "metadata-key-missing"
    );
}

/// Every third symbol of both values.
#[test]
fn attack_45_forged_values() {
    for carrier in ALL {
        if carrier.name == AGGREGATE.name {
            continue;
        }
        let sound = carrier.xml();
        carrier.assert_accepted("sound", &sound);
        for tag in ["ds:SignatureValue", "ds:DigestValue"] {
            let start = sound.find(&format!("<{tag}>")).unwrap() + tag.len() + 2;
            let end = start + sound[start..].find('<').unwrap();
            for at in (start..end).step_by(3) {
                let mut octets = sound.clone().into_bytes();
                octets[at] = if octets[at] == b'A' { b'B' } else { b'A' };
                let codes = carrier.judge(&octets).unwrap_err();
                let expected = [
                    "signature-invalid",
                    "signature-value-malformed",
                    "signature-digest-mismatch",
                ];
                assert!(expected.contains(&codes[0]), "{tag} {at}: {codes:?}");
            }
        }
    }
}
