//! Digests of octets, and their comparison with what a message claims.

use std::fmt;

use super::{DigestAlgorithm, primitive};

/// The digest of some octets, computed here.
///
/// Opaque: it can be compared with a claimed `DigestValue` and shown as nothing else.
#[derive(Clone, Eq, PartialEq)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    octets: primitive::DigestOctets,
}

impl Digest {
    /// Digests `octets`.
    ///
    /// ```
    /// use vestibule::dsig::{Digest, DigestAlgorithm};
    ///
    /// let digest = Digest::of(DigestAlgorithm::Sha256, b"octets");
    /// assert!(digest.equals(digest.as_bytes()));
    /// assert!(!digest.equals(b"octets"));
    /// ```
    #[must_use]
    pub fn of(algorithm: DigestAlgorithm, octets: &[u8]) -> Self {
        Self {
            algorithm,
            octets: primitive::digest(algorithm, octets),
        }
    }

    /// Whether a claimed digest is this one, to the last octet and in length.
    ///
    /// Not in constant time: digests of messages are no secret.
    #[must_use]
    pub fn equals(&self, claimed: &[u8]) -> bool {
        self.as_bytes() == claimed
    }

    /// The octets of the digest.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.as_ref()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({})", self.algorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // FIPS 180-4 examples: the message `abc`.
    const SHA256_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const SHA1_OF_ABC: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        let sha256 = Digest::of(DigestAlgorithm::Sha256, b"abc");
        assert_eq!(hex(sha256.as_bytes()), SHA256_OF_ABC);
        let sha1 = Digest::of(DigestAlgorithm::Sha1, b"abc");
        assert_eq!(hex(sha1.as_bytes()), SHA1_OF_ABC);
    }

    #[test]
    fn each_length_is_its_own() {
        let lengths = DigestAlgorithm::ALL.map(|each| Digest::of(each, b"x").as_bytes().len());
        assert_eq!(lengths, [20, 32, 48, 64]);
    }

    #[test]
    fn a_prefix_and_any_flipped_bit_differ() {
        for algorithm in DigestAlgorithm::ALL {
            let digest = Digest::of(algorithm, b"octets");
            let claimed = digest.as_bytes().to_vec();
            assert!(digest.equals(&claimed));
            assert!(!digest.equals(&claimed[..claimed.len() - 1]));
            assert!(!digest.equals(&[]));
            for bit in 0..claimed.len() * 8 {
                let mut flipped = claimed.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert!(!digest.equals(&flipped));
            }
        }
    }
}
