//! Public keys out of uploaded certificates, ready for the primitive.
//!
//! A key is checked once, when the certificate is read: its size, its shape, its curve. Whether it
//! is long enough for a connection is [`AlgorithmLevel`](super::AlgorithmLevel)'s to say.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SignatureAlgorithm;
use super::primitive::{self, Mismatch};

/// A kind of public key with its size.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// On the curve P-256 (`prime256v1`, `secp256r1`).
    EcP256,
    /// On the curve P-384 (`secp384r1`).
    EcP384,
    /// Ed25519.
    Ed25519,
    /// RSA, from 1024 to 8192 bits.
    Rsa {
        /// The length of the modulus.
        bits: u32,
    },
}

impl KeyKind {
    /// The family that a signature algorithm must belong to.
    ///
    /// ```
    /// use vestibule::dsig::{KeyFamily, KeyKind};
    /// assert_eq!(KeyKind::EcP384.family(), KeyFamily::Ec);
    /// ```
    #[must_use]
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::EcP256 | Self::EcP384 => KeyFamily::Ec,
            Self::Ed25519 => KeyFamily::Ed25519,
            Self::Rsa { .. } => KeyFamily::Rsa,
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EcP256 => formatter.write_str("EC P-256"),
            Self::EcP384 => formatter.write_str("EC P-384"),
            Self::Ed25519 => formatter.write_str("Ed25519"),
            Self::Rsa { bits } => write!(formatter, "RSA {bits}"),
        }
    }
}

/// What keys and signature algorithms must have in common.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyFamily {
    /// Elliptic curves with ECDSA.
    Ec,
    /// Ed25519.
    Ed25519,
    /// RSA.
    Rsa,
}

/// A checked public key.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct VerifyingKey {
    material: KeyMaterial,
}

/// What the primitive needs of a key.
#[derive(Clone, Eq, PartialEq)]
pub(super) enum KeyMaterial {
    Ec {
        curve: EcCurve,
        point: Vec<u8>,
    },
    Ed25519(Vec<u8>),
    /// Both numbers big-endian without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
        bits: u32,
    },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum EcCurve {
    P256,
    P384,
}

impl EcCurve {
    /// The length of r‖s.
    pub(super) const fn signature_octets(self) -> usize {
        match self {
            Self::P256 => 64,
            Self::P384 => 96,
        }
    }

    /// The length of `04 ‖ x ‖ y`.
    const fn point_octets(self) -> usize {
        match self {
            Self::P256 => 65,
            Self::P384 => 97,
        }
    }
}

/// Why a public key cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum UnusableKey {
    /// Well-formed, but of a kind or size that nothing here verifies.
    Unsupported(String),
    /// Numbers or points that no sound key has.
    Malformed,
}

impl VerifyingKey {
    /// An RSA key from the contents of the two DER integers.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, UnusableKey> {
        let (modulus, bits) = positive_odd(modulus)?;
        let (exponent, exponent_bits) = positive_odd(exponent)?;
        // An exponent of 1 would make every message its own signature.
        if exponent_bits < 2 {
            return Err(UnusableKey::Malformed);
        }
        if !RSA_BITS.contains(&bits) || exponent_bits > MAX_EXPONENT_BITS {
            return Err(UnusableKey::Unsupported(format!(
                "RSA of {bits} bits with an exponent of {exponent_bits} bits"
            )));
        }
        Ok(Self {
            material: KeyMaterial::Rsa {
                modulus: modulus.to_vec(),
                exponent: exponent.to_vec(),
                bits,
            },
        })
    }

    /// A key on a curve from an uncompressed point.
    ///
    /// Whether the point lies on the curve is checked by the primitive at each verification.
    pub(super) fn ec(curve: EcCurve, point: &[u8]) -> Result<Self, UnusableKey> {
        match point.first() {
            Some(2 | 3) => Err(UnusableKey::Unsupported(
                "EC with a compressed point".into(),
            )),
            Some(4) if point.len() == curve.point_octets() => Ok(Self {
                material: KeyMaterial::Ec {
                    curve,
                    point: point.to_vec(),
                },
            }),
            _ => Err(UnusableKey::Malformed),
        }
    }

    /// An Ed25519 key from its 32 octets.
    pub(super) fn ed25519(point: &[u8]) -> Result<Self, UnusableKey> {
        if point.len() != ED25519_OCTETS {
            return Err(UnusableKey::Malformed);
        }
        Ok(Self {
            material: KeyMaterial::Ed25519(point.to_vec()),
        })
    }

    pub(super) const fn kind(&self) -> KeyKind {
        match &self.material {
            KeyMaterial::Ec {
                curve: EcCurve::P256,
                ..
            } => KeyKind::EcP256,
            KeyMaterial::Ec {
                curve: EcCurve::P384,
                ..
            } => KeyKind::EcP384,
            KeyMaterial::Ed25519(_) => KeyKind::Ed25519,
            KeyMaterial::Rsa { bits, .. } => KeyKind::Rsa { bits: *bits },
        }
    }

    /// The only length that a signature of this key can have.
    pub(super) const fn signature_octets(&self) -> usize {
        match &self.material {
            KeyMaterial::Ec { curve, .. } => curve.signature_octets(),
            KeyMaterial::Ed25519(_) => 64,
            KeyMaterial::Rsa { modulus, .. } => modulus.len(),
        }
    }

    pub(super) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Mismatch> {
        primitive::verify(&self.material, algorithm, message, signature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({})", self.kind())
    }
}

/// A two's-complement integer without its leading zeros, with its length in bits.
fn positive_odd(integer: &[u8]) -> Result<(&[u8], u32), UnusableKey> {
    let zeros = integer.iter().take_while(|octet| **octet == 0).count();
    let digits = integer.get(zeros..).unwrap_or_default();
    let (Some(first), Some(last)) = (digits.first(), digits.last()) else {
        return Err(UnusableKey::Malformed);
    };
    let negative = zeros == 0 && *first >= 0x80;
    if negative || last % 2 == 0 {
        return Err(UnusableKey::Malformed);
    }
    let octets = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    let bits = octets
        .saturating_mul(8)
        .saturating_sub(first.leading_zeros());
    Ok((digits, bits))
}

/// What the primitive verifies.
const RSA_BITS: std::ops::RangeInclusive<u32> = 1024..=8192;

/// What the primitive verifies; bounds the work of one verification.
const MAX_EXPONENT_BITS: u32 = 33;

const ED25519_OCTETS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn modulus(bits: usize) -> Vec<u8> {
        let mut octets = vec![0; bits / 8 + 1];
        octets[1] = 0x80;
        octets[bits / 8] = 1;
        octets
    }

    #[test]
    fn rsa_sizes_at_their_borders() {
        for (bits, usable) in [(1016, false), (1024, true), (8192, true), (8200, false)] {
            let key = VerifyingKey::rsa(&modulus(bits), &[1, 0, 1]);
            assert_eq!(key.is_ok(), usable, "{bits}");
        }
        let mut short = modulus(2048);
        short[1] = 0x40;
        let key = VerifyingKey::rsa(&short, &[3]).unwrap();
        assert_eq!(key.kind(), KeyKind::Rsa { bits: 2047 });
    }

    #[test]
    fn unsound_rsa_numbers_are_refused() {
        let good = modulus(2048);
        assert!(VerifyingKey::rsa(&good, &[3]).is_ok());
        let mut even = good.clone();
        even[256] = 2;
        let negative = &good[1..];
        for (modulus, exponent) in [
            (even.as_slice(), &[3][..]),
            (negative, &[3]),
            (&[], &[3]),
            (&[0, 0], &[3]),
            (&good, &[1]),
            (&good, &[4]),
            (&good, &[]),
            (&good, &[0x83]),
        ] {
            assert_eq!(
                VerifyingKey::rsa(modulus, exponent),
                Err(UnusableKey::Malformed)
            );
        }
        let wide = VerifyingKey::rsa(&good, &[3, 0, 0, 0, 1]);
        assert!(matches!(wide, Err(UnusableKey::Unsupported(_))));
    }

    #[test]
    fn points_have_one_shape() {
        let mut point = [7; 65];
        point[0] = 4;
        assert!(VerifyingKey::ec(EcCurve::P256, &point).is_ok());
        assert_eq!(
            VerifyingKey::ec(EcCurve::P384, &point),
            Err(UnusableKey::Malformed)
        );
        assert_eq!(
            VerifyingKey::ec(EcCurve::P256, &point[..64]),
            Err(UnusableKey::Malformed)
        );
        point[0] = 2;
        let compressed = VerifyingKey::ec(EcCurve::P256, &point[..33]);
        assert!(matches!(compressed, Err(UnusableKey::Unsupported(_))));
        assert!(VerifyingKey::ed25519(&[7; 32]).is_ok());
        assert!(VerifyingKey::ed25519(&[7; 31]).is_err());
    }
}
