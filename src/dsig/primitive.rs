//! The one place that calls the cryptographic library: digests, and signatures over octets.
//!
//! It judges no level, no key size and no certificate; its callers did. It only refuses: there is no
//! pair of key and algorithm for which an error could be read as success.

use ring::digest as hash;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_FIXED, ED25519, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};

use super::key::{EcCurve, KeyMaterial};
use super::{DigestAlgorithm, SignatureAlgorithm};

/// The octets of a digest.
#[derive(Clone, Copy)]
pub(super) struct DigestOctets(hash::Digest);

impl AsRef<[u8]> for DigestOctets {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl PartialEq for DigestOctets {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for DigestOctets {}

pub(super) fn digest(algorithm: DigestAlgorithm, octets: &[u8]) -> DigestOctets {
    let algorithm = match algorithm {
        DigestAlgorithm::Sha1 => &hash::SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => &hash::SHA256,
        DigestAlgorithm::Sha384 => &hash::SHA384,
        DigestAlgorithm::Sha512 => &hash::SHA512,
    };
    DigestOctets(hash::digest(algorithm, octets))
}

/// The signature is not one of this key over this message. There is nothing more to say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Mismatch;

impl From<ring::error::Unspecified> for Mismatch {
    fn from(_: ring::error::Unspecified) -> Self {
        Self
    }
}

/// Verifies one signature with one key.
pub(super) fn verify(
    key: &KeyMaterial,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Mismatch> {
    match key {
        KeyMaterial::Ec { curve, point } => verify_ec(*curve, point, algorithm, message, signature),
        KeyMaterial::Ed25519(point) => match algorithm {
            SignatureAlgorithm::Ed25519 => verify_plain(&ED25519, point, message, signature),
            _ => Err(Mismatch),
        },
        KeyMaterial::Rsa {
            modulus,
            exponent,
            bits,
        } => {
            let parameters = rsa_parameters(algorithm, *bits).ok_or(Mismatch)?;
            let components = RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            };
            Ok(components.verify(parameters, message, signature)?)
        }
    }
}

/// The parameters with the larger minimum wherever the key allows, so that a wrong bit count here
/// could only refuse.
fn rsa_parameters(algorithm: SignatureAlgorithm, bits: u32) -> Option<&'static RsaParameters> {
    use SignatureAlgorithm as A;
    let short = bits < 2048;
    match algorithm {
        A::RsaPkcs1Sha1 if short => Some(&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        A::RsaPkcs1Sha1 => Some(&signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        A::RsaPkcs1Sha256 if short => {
            Some(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY)
        }
        A::RsaPkcs1Sha256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        A::RsaPkcs1Sha384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        A::RsaPkcs1Sha512 if short => {
            Some(&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY)
        }
        A::RsaPkcs1Sha512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        A::RsaPssSha256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        A::RsaPssSha384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        A::RsaPssSha512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        A::EcdsaSha256 | A::EcdsaSha384 | A::Ed25519 => None,
    }
}

/// `signature` is r‖s, each as long as the curve's order: RFC 6931, section 2.3.6.
fn verify_ec(
    curve: EcCurve,
    point: &[u8],
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Mismatch> {
    if signature.len() != curve.signature_octets() {
        return Err(Mismatch);
    }
    match (curve, algorithm) {
        (EcCurve::P256, SignatureAlgorithm::EcdsaSha256) => {
            verify_plain(&ECDSA_P256_SHA256_FIXED, point, message, signature)
        }
        (EcCurve::P384, SignatureAlgorithm::EcdsaSha384) => {
            verify_plain(&ECDSA_P384_SHA384_FIXED, point, message, signature)
        }
        // The library offers these two for the form of X.509 only.
        (EcCurve::P256, SignatureAlgorithm::EcdsaSha384) => {
            verify_plain(&ECDSA_P256_SHA384_ASN1, point, message, &as_asn1(signature))
        }
        (EcCurve::P384, SignatureAlgorithm::EcdsaSha256) => {
            verify_plain(&ECDSA_P384_SHA256_ASN1, point, message, &as_asn1(signature))
        }
        _ => Err(Mismatch),
    }
}

fn verify_plain(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Mismatch> {
    Ok(UnparsedPublicKey::new(algorithm, key).verify(message, signature)?)
}

/// r‖s of at most 96 octets as `SEQUENCE { INTEGER r, INTEGER s }`, whose lengths are all below 128.
fn as_asn1(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let integers = [asn1_integer(r), asn1_integer(s)].concat();
    [&[SEQUENCE, short_length(&integers)], integers.as_slice()].concat()
}

/// The shortest encoding of a non-negative integer.
fn asn1_integer(big_endian: &[u8]) -> Vec<u8> {
    let zeros = big_endian.iter().take_while(|octet| **octet == 0).count();
    let digits = big_endian.get(zeros..).unwrap_or_default();
    let sign = match digits.first() {
        Some(first) if *first < 0x80 => &[][..],
        _ => &[0][..],
    };
    let value = [sign, digits].concat();
    [&[INTEGER, short_length(&value)], value.as_slice()].concat()
}

/// A length that does not fit yields 0, which no reader accepts; callers stay far below.
fn short_length(content: &[u8]) -> u8 {
    u8::try_from(content.len()).unwrap_or_default()
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_take_their_shortest_form() {
        assert_eq!(asn1_integer(&[0, 0, 1]), [2, 1, 1]);
        assert_eq!(asn1_integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(asn1_integer(&[0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(asn1_integer(&[0, 0]), [2, 1, 0]);
    }

    #[test]
    fn a_pair_becomes_a_sequence() {
        assert_eq!(
            as_asn1(&[0, 1, 0xff, 2]),
            [0x30, 8, 2, 1, 1, 2, 3, 0, 0xff, 2]
        );
        let longest = as_asn1(&[0xff; 96]);
        assert_eq!((longest.len(), longest[1]), (104, 102));
    }
}
