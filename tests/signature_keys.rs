//! Signatures over octets: each algorithm with each key at each level, and what must not verify.
#![cfg(feature = "saml")]

use std::path::Path;

use vestibule::dsig::{
    AlgorithmErrorKind, AlgorithmLevel, AlgorithmWarning, Certificate, KeyKind, SignatureAlgorithm,
    TrustError, TrustedKeys, VerificationError, VerificationFault, VerifiedBy, parse_certificates,
};
use vestibule::error::{Blame, Explain};

const LEVELS: [AlgorithmLevel; 3] = [
    AlgorithmLevel::Modern,
    AlgorithmLevel::Compatible,
    AlgorithmLevel::Legacy,
];

/// Every good signature of the test data: key, algorithm, and the strictest level that admits it.
const SIGNATURES: [(&str, &str, SignatureAlgorithm, AlgorithmLevel); 19] = {
    use AlgorithmLevel::{Compatible, Legacy, Modern};
    use SignatureAlgorithm as A;
    [
        ("ec-p256", "ecdsa-sha256", A::EcdsaSha256, Modern),
        ("ec-p256", "ecdsa-sha384", A::EcdsaSha384, Modern),
        ("ec-p384", "ecdsa-sha256", A::EcdsaSha256, Modern),
        ("ec-p384", "ecdsa-sha384", A::EcdsaSha384, Modern),
        ("ed25519", "ed25519", A::Ed25519, Modern),
        ("rsa-1024", "rsa-pkcs1-sha1", A::RsaPkcs1Sha1, Legacy),
        (
            "rsa-1024",
            "rsa-pkcs1-sha256",
            A::RsaPkcs1Sha256,
            Compatible,
        ),
        (
            "rsa-1024",
            "rsa-pkcs1-sha512",
            A::RsaPkcs1Sha512,
            Compatible,
        ),
        ("rsa-2048", "rsa-pkcs1-sha1", A::RsaPkcs1Sha1, Legacy),
        ("rsa-2048", "rsa-pkcs1-sha256", A::RsaPkcs1Sha256, Modern),
        ("rsa-2048", "rsa-pkcs1-sha384", A::RsaPkcs1Sha384, Modern),
        ("rsa-2048", "rsa-pkcs1-sha512", A::RsaPkcs1Sha512, Modern),
        ("rsa-2048", "rsa-pss-sha256", A::RsaPssSha256, Modern),
        ("rsa-2048", "rsa-pss-sha384", A::RsaPssSha384, Modern),
        ("rsa-2048", "rsa-pss-sha512", A::RsaPssSha512, Modern),
        ("rsa-4096", "rsa-pkcs1-sha1", A::RsaPkcs1Sha1, Legacy),
        ("rsa-4096", "rsa-pkcs1-sha256", A::RsaPkcs1Sha256, Modern),
        ("rsa-4096", "rsa-pkcs1-sha384", A::RsaPkcs1Sha384, Modern),
        ("rsa-4096", "rsa-pkcs1-sha512", A::RsaPkcs1Sha512, Modern),
    ]
};

fn data(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/certificates");
    std::fs::read(folder.join(name)).unwrap()
}

fn certificates(name: &str) -> Vec<Certificate> {
    parse_certificates(&data(&format!("{name}.pem"))).unwrap()
}

fn keys(name: &str) -> TrustedKeys {
    TrustedKeys::from_certificates(&certificates(name)).unwrap()
}

fn signature(key: &str, algorithm: &str) -> Vec<u8> {
    data(&format!("{key}.{algorithm}.sig"))
}

fn verify(
    keys: &TrustedKeys,
    algorithm: SignatureAlgorithm,
    signature: &[u8],
) -> Result<VerifiedBy, VerificationError> {
    keys.verify(
        algorithm,
        AlgorithmLevel::Legacy,
        &data("message.txt"),
        signature,
    )
}

fn fault(result: Result<VerifiedBy, VerificationError>) -> Option<VerificationFault> {
    result.unwrap_err().for_log()
}

#[test]
fn each_signature_verifies_from_its_level_on_and_not_before() {
    let message = data("message.txt");
    for (key, name, algorithm, strictest) in SIGNATURES {
        let signature = signature(key, name);
        for level in LEVELS {
            let verified = keys(key).verify(algorithm, level, &message, &signature);
            assert_eq!(
                verified.is_ok(),
                level >= strictest,
                "{key} {algorithm} {level}"
            );
            match verified {
                Ok(by) => {
                    assert_eq!(by.fingerprint(), certificates(key)[0].fingerprint());
                    let weak = strictest != AlgorithmLevel::Modern;
                    assert_eq!(!by.warnings().is_empty(), weak, "{key} {algorithm}");
                }
                Err(error) => assert!(error.algorithm().is_some(), "{error}"),
            }
        }
    }
}

#[test]
fn what_is_weak_is_named() {
    let message = data("message.txt");
    let signature = signature("rsa-1024", "rsa-pkcs1-sha1");
    let sha1 = SignatureAlgorithm::RsaPkcs1Sha1;
    let verified = keys("rsa-1024").verify(sha1, AlgorithmLevel::Legacy, &message, &signature);
    let expected = [
        AlgorithmWarning::Sha1Signature,
        AlgorithmWarning::ShortRsaKey { bits: 1024 },
    ];
    assert_eq!(verified.unwrap().warnings(), expected);

    let refused = keys("rsa-1024").verify(sha1, AlgorithmLevel::Modern, &message, &signature);
    let error = refused.unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("signature-algorithm-weak", Blame::Configuration)
    );
    assert_eq!(
        error.to_string(),
        "signature algorithm RSA with SHA-1 is too weak for level modern"
    );

    let sha256 = SignatureAlgorithm::RsaPkcs1Sha256;
    let refused = keys("rsa-1024").verify(sha256, AlgorithmLevel::Modern, &message, &signature);
    let error = refused.unwrap_err();
    assert_eq!(error.code(), "signature-key-short");
    let kind = error.algorithm().unwrap().kind();
    assert!(matches!(
        kind,
        AlgorithmErrorKind::ShortKey {
            found_bits: 1024,
            minimum_bits: 2048,
            ..
        }
    ));
}

#[test]
fn a_short_key_stays_at_the_table_where_a_good_signature_exists() {
    for (name, algorithm) in [
        ("rsa-pkcs1-sha384", SignatureAlgorithm::RsaPkcs1Sha384),
        ("rsa-pss-sha256", SignatureAlgorithm::RsaPssSha256),
        ("rsa-pss-sha384", SignatureAlgorithm::RsaPssSha384),
    ] {
        let refused = verify(&keys("rsa-1024"), algorithm, &signature("rsa-1024", name));
        assert_eq!(refused.unwrap_err().code(), "signature-key-short", "{name}");
    }
}

#[test]
fn every_key_refuses_every_algorithm_but_the_one_that_signed() {
    let keys_of_all = [
        "ec-p256", "ec-p384", "ed25519", "rsa-1024", "rsa-2048", "rsa-4096",
    ];
    for (signer, name, made_with, _) in SIGNATURES {
        let signature = signature(signer, name);
        for verifier in keys_of_all {
            for algorithm in SignatureAlgorithm::ALL {
                let verified = verify(&keys(verifier), algorithm, &signature).is_ok();
                let same = verifier == signer && algorithm == made_with;
                assert_eq!(
                    verified, same,
                    "{signer} {made_with} as {verifier} {algorithm}"
                );
            }
        }
    }
}

#[test]
fn a_key_of_another_family_is_told_in_the_log_and_not_outside() {
    let keys = keys("rsa-2048");
    let algorithm = SignatureAlgorithm::EcdsaSha256;
    let family = verify(&keys, algorithm, &signature("ec-p256", "ecdsa-sha256")).unwrap_err();
    let algorithm_of_key = SignatureAlgorithm::RsaPkcs1Sha256;
    let mismatch = verify(&keys, algorithm_of_key, &[7; 256]).unwrap_err();
    assert_eq!(
        family.for_log(),
        Some(VerificationFault::NoKeyOfFamily { algorithm })
    );
    assert_eq!(mismatch.for_log(), Some(VerificationFault::Mismatch));
    for error in [family, mismatch] {
        assert_eq!(error.code(), "signature-invalid");
        assert_eq!(error.blame(), Blame::Peer);
        let outside = "the signature does not verify with any uploaded certificate";
        assert_eq!(error.to_string(), outside);
    }
}

#[test]
fn every_flipped_bit_of_a_signature_is_refused() {
    for (key, name, algorithm, _) in SIGNATURES {
        let keys = keys(key);
        let good = signature(key, name);
        for octet in 0..good.len() {
            let mut flipped = good.clone();
            flipped[octet] ^= 1 << (octet % 8);
            let fault = fault(verify(&keys, algorithm, &flipped));
            assert_eq!(
                fault,
                Some(VerificationFault::Mismatch),
                "{key} {name} {octet}"
            );
        }
    }
}

#[test]
fn every_changed_octet_of_the_message_is_refused() {
    let message = data("message.txt");
    for (key, name, algorithm, _) in SIGNATURES {
        let (keys, signature) = (keys(key), signature(key, name));
        for octet in (0..message.len()).step_by(7) {
            let mut changed = message.clone();
            changed[octet] ^= 1;
            assert!(
                keys.verify(algorithm, AlgorithmLevel::Legacy, &changed, &signature)
                    .is_err()
            );
        }
    }
}

#[test]
fn a_signature_has_one_length() {
    for (key, name, algorithm, _) in SIGNATURES {
        let keys = keys(key);
        let good = signature(key, name);
        let zero_before = [&[0], good.as_slice()].concat();
        let zero_after = [good.as_slice(), &[0]].concat();
        for broken in [
            &good[..good.len() - 1],
            &good[1..],
            &zero_before,
            &zero_after,
            &[],
        ] {
            let expected = VerificationFault::Length {
                expected_octets: good.len(),
                found_octets: broken.len(),
            };
            assert_eq!(
                fault(verify(&keys, algorithm, broken)),
                Some(expected),
                "{key} {name}"
            );
        }
    }
}

#[test]
fn ecdsa_in_the_form_of_x509_is_refused() {
    for curve in ["ec-p256", "ec-p384"] {
        for (name, algorithm) in [
            ("ecdsa-sha256", SignatureAlgorithm::EcdsaSha256),
            ("ecdsa-sha384", SignatureAlgorithm::EcdsaSha384),
        ] {
            let keys = keys(curve);
            assert!(verify(&keys, algorithm, &signature(curve, name)).is_ok());
            let der = signature(curve, &format!("{name}.der-form"));
            assert!(matches!(
                fault(verify(&keys, algorithm, &der)),
                Some(VerificationFault::Length { .. })
            ));
        }
    }
}

const ORDER_OF_P256: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const ORDER_OF_P384: &str = concat!(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf",
    "581a0db248b0a77aecec196accc52973"
);

fn order(curve: &str) -> Vec<u8> {
    let hex = if curve == "ec-p256" {
        ORDER_OF_P256
    } else {
        ORDER_OF_P384
    };
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// `left + right` of equal length, modulo 2 to their width.
fn sum(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let digits = left.iter().zip(right).rev().map(|(left, right)| {
        let digit = u16::from(*left) + u16::from(*right) + carry;
        carry = digit >> 8;
        digit as u8
    });
    let mut digits: Vec<u8> = digits.collect();
    digits.reverse();
    digits
}

#[test]
fn ecdsa_numbers_outside_one_to_n_are_refused() {
    for curve in ["ec-p256", "ec-p384"] {
        for (name, algorithm) in [
            ("ecdsa-sha256", SignatureAlgorithm::EcdsaSha256),
            ("ecdsa-sha384", SignatureAlgorithm::EcdsaSha384),
        ] {
            let keys = keys(curve);
            let good = signature(curve, name);
            let (r, s) = good.split_at(good.len() / 2);
            let (zero, n) = (vec![0; r.len()], order(curve));
            let one = [&zero[1..], &[1]].concat();
            for (r, s) in [
                (zero.as_slice(), s),
                (r, zero.as_slice()),
                (&zero, &zero),
                (&n, s),
                (r, &n),
                (&sum(&n, r), s),
                (r, &sum(&n, s)),
                (&sum(&n, &one), s),
                (&one, &one),
                (s, r),
            ] {
                assert!(verify(&keys, algorithm, &[r, s].concat()).is_err());
            }
        }
    }
}

#[test]
fn rsa_numbers_outside_the_modulus_are_refused() {
    let keys = keys("rsa-2048");
    for algorithm in [
        SignatureAlgorithm::RsaPkcs1Sha256,
        SignatureAlgorithm::RsaPssSha256,
    ] {
        for octet in [0x00, 0xff] {
            assert!(verify(&keys, algorithm, &[octet; 256]).is_err());
        }
        let one = [vec![0; 255], vec![1]].concat();
        assert!(verify(&keys, algorithm, &one).is_err());
    }
}

#[test]
fn a_salt_of_another_length_is_refused() {
    let algorithm = SignatureAlgorithm::RsaPssSha256;
    let keys = keys("rsa-2048");
    assert!(verify(&keys, algorithm, &signature("rsa-2048", "rsa-pss-sha256")).is_ok());
    let salted = signature("rsa-2048", "rsa-pss-sha256-wrong-salt");
    assert_eq!(
        fault(verify(&keys, algorithm, &salted)),
        Some(VerificationFault::Mismatch)
    );
}

#[test]
fn keys_overlap_and_the_one_that_verified_is_named() {
    let both = [
        certificates("ec-p256"),
        certificates("rsa-4096"),
        certificates("rsa-2048"),
    ]
    .concat();
    let keys = TrustedKeys::from_certificates(&both).unwrap();
    for (key, name, algorithm) in [
        (
            "rsa-2048",
            "rsa-pkcs1-sha256",
            SignatureAlgorithm::RsaPkcs1Sha256,
        ),
        ("ec-p256", "ecdsa-sha256", SignatureAlgorithm::EcdsaSha256),
    ] {
        let verified = verify(&keys, algorithm, &signature(key, name)).unwrap();
        assert_eq!(verified.fingerprint(), certificates(key)[0].fingerprint());
    }
    let stranger = signature("rsa-1024", "rsa-pkcs1-sha256");
    assert!(verify(&keys, SignatureAlgorithm::RsaPkcs1Sha256, &stranger).is_err());
}

#[test]
fn a_short_key_beside_a_long_one_does_not_name_itself() {
    let both = [certificates("rsa-1024"), certificates("rsa-2048")].concat();
    let keys = TrustedKeys::from_certificates(&both).unwrap();
    let algorithm = SignatureAlgorithm::RsaPkcs1Sha256;
    let message = data("message.txt");
    let by_long = signature("rsa-2048", "rsa-pkcs1-sha256");
    let verified = keys.verify(algorithm, AlgorithmLevel::Modern, &message, &by_long);
    assert!(verified.unwrap().warnings().is_empty());
    let by_short = signature("rsa-1024", "rsa-pkcs1-sha256");
    let refused = keys.verify(algorithm, AlgorithmLevel::Modern, &message, &by_short);
    assert_eq!(refused.unwrap_err().code(), "signature-invalid");
}

#[test]
fn no_set_of_keys_is_empty_or_too_large() {
    assert_eq!(TrustedKeys::from_certificates(&[]), Err(TrustError::None));
    let all: Vec<_> = [
        "ec-p256", "ec-p384", "ed25519", "rsa-1024", "rsa-2048", "rsa-4096",
    ]
    .into_iter()
    .chain(["idp-rsa-2048", "idp-ec-p256", "idp-ec-p384"])
    .flat_map(certificates)
    .collect();
    assert!(TrustedKeys::from_certificates(&all[..8]).is_ok());
    let error = TrustedKeys::from_certificates(&all[..9]).unwrap_err();
    assert_eq!(error, TrustError::TooMany { limit: 8 });
    assert_eq!(error.code(), "certificate-too-many-trusted");
}

#[test]
fn a_key_in_several_certificates_counts_once() {
    // The odd certificates hold the key of `ec-p256`.
    let same: Vec<_> = ["odd-negative-serial", "ec-p256", "odd-long-serial"]
        .into_iter()
        .flat_map(certificates)
        .collect();
    let keys = TrustedKeys::from_certificates(&vec![same.clone(); 9].concat()).unwrap();
    assert_eq!(keys.kinds().collect::<Vec<_>>(), [KeyKind::EcP256]);
    let first = same[0].fingerprint();
    assert_eq!(keys.fingerprints().collect::<Vec<_>>(), [first]);
    assert_eq!(format!("{keys:?}"), format!("[{first}]"));
}
