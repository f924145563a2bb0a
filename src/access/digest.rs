//! SHA-256 of what the policy stores or compares, and comparison in constant time.
//!
//! The hashed secrets are random and long, so that a plain hash is enough: nobody guesses them. This
//! module hashes no password.

use std::fmt;

use hmac_sha256::Hash as Sha256;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// 32 octets of SHA-256, in text 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(octets: &[u8]) -> Self {
        Self(Sha256::hash(octets))
    }

    /// Whether both are the same; the time does not depend on where they differ.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        octets(text).map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a hash has 64 hexadecimal digits")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// A hash of parts, each with its length before it, so that no two lists of parts run together.
pub(super) struct Hasher(Sha256);

impl Hasher {
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(super) fn part(&mut self, octets: &[u8]) {
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(octets);
    }

    pub(super) fn finish(self) -> Digest {
        Digest(self.0.finalize())
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hexadecimal(octets: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    octets
        .iter()
        .flat_map(|octet| [digit(octet >> 4), digit(octet & 15)])
        .flatten()
        .collect()
}

/// The octets of exactly as many lower-case hexadecimal digits as they need.
fn octets<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' | b'a'..=b'f' => char::from(digit).to_digit(16),
        _ => None,
    };
    let mut octets = [0; N];
    for (octet, [high, low]) in octets.iter_mut().zip(pairs) {
        let both = value(*high)?.checked_mul(16)?.checked_add(value(*low)?)?;
        *octet = u8::try_from(both).ok()?;
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(format!("{:?}", Digest::of(b"")), empty);
        assert_eq!(Digest::parse(empty), Some(Digest::of(b"")));
        assert!(Digest::of(b"").is_same(&Digest::of(b"")));
        assert!(!Digest::of(b"").is_same(&Digest::of(b"a")));
    }

    #[test]
    fn a_text_with_another_length_or_case_is_no_digest() {
        let empty = Digest::of(b"").to_string();
        assert_eq!(Digest::parse(&empty.to_uppercase()), None);
        assert_eq!(Digest::parse(&format!("{empty}00")), None);
        assert_eq!(Digest::parse(empty.get(..63).unwrap()), None);
    }

    #[test]
    fn parts_do_not_run_together() {
        let hash = |parts: &[&[u8]]| {
            let mut hasher = Hasher::new();
            parts.iter().for_each(|part| hasher.part(part));
            hasher.finish()
        };
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }
}
