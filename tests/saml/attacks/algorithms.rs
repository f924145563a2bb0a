//! Every algorithm that a message may name, over whole messages that other libraries signed, at every
//! level and with every key; and ECDSA values in other forms than the one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use vestibule::dsig::{AlgorithmLevel, AlgorithmWarning, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::saml::{Login, Refusal};

use super::super::idp::Connection;

const LEVELS: [AlgorithmLevel; 3] = [
    AlgorithmLevel::Modern,
    AlgorithmLevel::Compatible,
    AlgorithmLevel::Legacy,
];

const KEYS: [&str; 5] = ["ec-p256", "ec-p384", "ed25519", "rsa-1024", "rsa-2048"];

/// One line of `tests/data/saml/algorithms/messages.jsonl`.
struct Signed {
    key: String,
    /// Behind the `#` of the identifier.
    method: String,
    digest: String,
    xml: String,
}

fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/algorithms/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn messages() -> Vec<Signed> {
    let lines = String::from_utf8(file("messages.jsonl")).unwrap();
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        Signed {
            key: text("key"),
            method: text("method").split('#').next_back().unwrap().to_owned(),
            digest: text("digest"),
            xml: text("xml"),
        }
    };
    lines.lines().map(read).collect()
}

fn connection(key: &str, level: AlgorithmLevel) -> Connection {
    let certificates = parse_certificates(&file(&format!("{key}.pem"))).unwrap();
    let keys = TrustedKeys::from_certificates(&certificates).unwrap();
    Connection::trusting(keys).at_level(level)
}

/// The family of keys of a method that exists here, and the bits that an RSA key needs at a level;
/// `None` for a method that is below it.
fn method(name: &str, level: AlgorithmLevel) -> Option<(&'static str, Option<u32>)> {
    let lax = level >= AlgorithmLevel::Compatible;
    Some(match name {
        "rsa-sha1" => ("rsa", (level == AlgorithmLevel::Legacy).then_some(1024)),
        "rsa-sha256" | "rsa-sha512" => ("rsa", Some(if lax { 1024 } else { 2048 })),
        "rsa-sha384" | "sha256-rsa-MGF1" | "sha384-rsa-MGF1" | "sha512-rsa-MGF1" => {
            ("rsa", Some(2048))
        }
        "ecdsa-sha256" | "ecdsa-sha384" => ("ec", Some(0)),
        "eddsa-ed25519" => ("ed25519", Some(0)),
        _ => return None,
    })
}

/// The table that an auditor would write, in the order of judgement.
fn expected(
    message: &Signed,
    trusted: &str,
    level: AlgorithmLevel,
) -> Result<Vec<AlgorithmWarning>, &'static str> {
    let is_legacy = level == AlgorithmLevel::Legacy;
    let Some((family, minimum)) = method(&message.method, level) else {
        return Err("signature-algorithm-unsupported");
    };
    match message.digest.as_str() {
        "md5" | "sha224" => return Err("signature-digest-unsupported"),
        "sha1" if !is_legacy => return Err("signature-digest-weak"),
        _ => {}
    }
    let Some(minimum) = minimum else {
        return Err("signature-algorithm-weak");
    };
    if !trusted.starts_with(family) {
        return Err("signature-invalid");
    }
    let bits = trusted
        .strip_prefix("rsa-")
        .and_then(|bits| bits.parse().ok());
    if bits.is_some_and(|bits: u32| bits < minimum) {
        return Err("signature-key-short");
    }
    if trusted != message.key {
        return Err("signature-invalid");
    }
    let mut warnings = Vec::new();
    warnings.extend((message.digest == "sha1").then_some(AlgorithmWarning::Sha1Digest));
    warnings.extend((message.method == "rsa-sha1").then_some(AlgorithmWarning::Sha1Signature));
    let short = bits.filter(|bits| *bits < 2048);
    warnings.extend(short.map(|bits| AlgorithmWarning::ShortRsaKey { bits }));
    Ok(warnings)
}

fn outcome(verdict: Result<Login, Refusal>) -> Result<Vec<AlgorithmWarning>, &'static str> {
    let login = verdict.map_err(|refusal| refusal.code())?;
    Ok(login.signatures[0].warnings.clone())
}

#[test]
fn attack_5_64_65_every_algorithm_at_every_level_with_every_key() {
    let messages = messages();
    assert_eq!(messages.len(), 39);
    let mut accepted = 0;
    for message in &messages {
        for level in LEVELS {
            for key in KEYS {
                let found = outcome(connection(key, level).judge(&message.xml));
                let Signed { method, digest, .. } = message;
                let what = format!("{method} {digest} by {} with {key} at {level}", message.key);
                assert_eq!(found, expected(message, key, level), "{what}");
                accepted += usize::from(found.is_ok());
            }
        }
    }
    // 12 modern ones at three levels, 2 with a short key at two, and at the last level RSA with SHA-1
    // by either key, digests by SHA-1 and both.
    assert_eq!(accepted, 13 * 3 + 2 * 2 + 4);
}

/// What the levels are for: the same message, refused below and accepted with a warning at its own.
#[test]
fn attack_64_sha1_and_short_keys_count_at_their_level_with_a_warning() {
    let messages = messages();
    let find = |key: &str, method: &str, digest: &str| {
        let is = |one: &&Signed| one.key == key && one.method == method && one.digest == digest;
        messages.iter().find(is).unwrap()
    };
    let all = [
        (
            find("rsa-1024", "rsa-sha256", "sha256"),
            AlgorithmLevel::Compatible,
            1,
        ),
        (
            find("rsa-2048", "rsa-sha1", "sha256"),
            AlgorithmLevel::Legacy,
            1,
        ),
        (
            find("rsa-2048", "rsa-sha256", "sha1"),
            AlgorithmLevel::Legacy,
            1,
        ),
        (
            find("rsa-1024", "rsa-sha1", "sha1"),
            AlgorithmLevel::Legacy,
            3,
        ),
    ];
    for (message, from, warnings) in all {
        for level in LEVELS {
            let found = outcome(connection(&message.key, level).judge(&message.xml));
            assert_eq!(
                found.is_ok(),
                level >= from,
                "{} at {level}",
                message.method
            );
            assert!(found.map_or(true, |found| found.len() == warnings));
        }
    }
}

/// A key of a kind that nothing here verifies is refused at the upload, before any message comes.
#[test]
fn attack_64_a_key_for_algorithms_that_do_not_exist_cannot_be_uploaded() {
    let error = parse_certificates(&file("dsa-2048.pem")).unwrap_err();
    assert_eq!(error.code(), "certificate-key-unsupported");
}

/// Big-endian numbers of 32 octets.
type Number = [u8; 32];

/// The order of P-256 (FIPS 186-4, D.1.2.3).
const ORDER: Number = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

fn sum(left: &Number, right: &Number) -> Vec<u8> {
    let mut carry = 0;
    let mut digits: Vec<u8> = Vec::new();
    for (one, other) in left.iter().rev().zip(right.iter().rev()) {
        let sum = u16::from(*one) + u16::from(*other) + carry;
        digits.push(u8::try_from(sum & 0xff).unwrap());
        carry = sum >> 8;
    }
    digits.push(u8::try_from(carry).unwrap());
    digits.into_iter().rev().collect()
}

fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| [&[2, 33, 0], number].concat();
    [vec![0x30, 70], integer(r), integer(s)].concat()
}

#[test]
fn attack_65_ecdsa_values_in_other_forms() {
    let messages = messages();
    let is = |one: &&Signed| one.key == "ec-p256" && one.method == "ecdsa-sha256";
    let xml = &messages.iter().find(is).unwrap().xml;
    let tag = "<ds:SignatureValue>";
    let start = xml.find(tag).unwrap() + tag.len();
    let end = start + xml[start..].find('<').unwrap();
    let value = STANDARD.decode(&xml[start..end]).unwrap();
    let with = |value: &[u8]| format!("{}{}{}", &xml[..start], STANDARD.encode(value), &xml[end..]);
    let connection = connection("ec-p256", AlgorithmLevel::Modern);
    assert!(connection.judge(&with(&value)).is_ok());
    let r: Number = value[..32].try_into().unwrap();
    let s: Number = value[32..].try_into().unwrap();
    let zero = [0; 32];
    for (name, octets) in [
        ("ASN.1", der(&r, &s)),
        ("leading zeros", [&[0], &r[..], &[0], &s[..]].concat()),
        ("r + n", [sum(&r, &ORDER), [&[0], &s[..]].concat()].concat()),
        ("r and s exchanged", [s, r].concat()),
        ("r = 0", [zero, s].concat()),
        ("s = 0", [r, zero].concat()),
        ("both 0", [zero, zero].concat()),
        ("r = n", [ORDER, s].concat()),
        ("s = n", [r, ORDER].concat()),
        ("s cut", value[..63].to_vec()),
        ("one octet more", [&value[..], &[0]].concat()),
        ("r alone", r.to_vec()),
    ] {
        let refusal = connection.judge(&with(&octets)).unwrap_err();
        assert_eq!(refusal.code(), "signature-invalid", "{name}");
    }
}
