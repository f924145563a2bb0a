//! The one place that decrypts: RSA, AES and Triple DES of the cryptographic library.
//!
//! It never says why something failed.

use aws_lc_rs::aead::{self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use aws_lc_rs::cipher::{
    self, AES_128, AES_192, AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};

use crate::dsig::DigestAlgorithm;

use super::algorithm::{ContentAlgorithm, KeyTransport};
use super::key::DecryptionFailed;

impl From<Unspecified> for DecryptionFailed {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

/// An RSA private key.
pub(super) struct RsaKey {
    oaep: OaepPrivateDecryptingKey,
    pkcs1: Pkcs1PrivateDecryptingKey,
    substitutes: hmac::Key,
}

impl RsaKey {
    /// `None` for what is no PKCS #8 structure of an RSA key of 2048 to 8192 bits.
    pub(super) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let key = PrivateDecryptingKey::from_pkcs8(der).ok()?;
        if !RSA_BITS.contains(&key.key_size_bits()) {
            return None;
        }
        Some(Self {
            oaep: OaepPrivateDecryptingKey::new(key.clone()).ok()?,
            pkcs1: Pkcs1PrivateDecryptingKey::new(key).ok()?,
            substitutes: hmac::Key::new(hmac::HMAC_SHA256, der),
        })
    }

    /// The unwrapped key, or a substitute of the same length when it cannot be unwrapped.
    ///
    /// RFC 8017, section 7.2.2 and RFC 5246, section 7.4.7.1: going on with a key that nobody
    /// knows, and that is always the same for the same octets, leaves the failure to the content.
    pub(super) fn unwrap(
        &self,
        transport: KeyTransport,
        label: &[u8],
        wrapped: &[u8],
        length: usize,
    ) -> Vec<u8> {
        let substitute = hmac::sign(&self.substitutes, wrapped);
        let substitute = substitute.as_ref().iter().copied().take(length).collect();
        match self.try_unwrap(transport, label, wrapped) {
            Ok(key) if key.len() == length => key,
            _ => substitute,
        }
    }

    fn try_unwrap(
        &self,
        transport: KeyTransport,
        label: &[u8],
        wrapped: &[u8],
    ) -> Result<Vec<u8>, DecryptionFailed> {
        let mut room = vec![0; self.oaep.min_output_size().max(wrapped.len())];
        let key = match transport {
            KeyTransport::RsaOaep {
                digest,
                mask_digest,
            } => {
                let algorithm = oaep(digest, mask_digest).ok_or(DecryptionFailed)?;
                let label = (!label.is_empty()).then_some(label);
                self.oaep.decrypt(algorithm, wrapped, &mut room, label)?
            }
            KeyTransport::RsaPkcs1 => self.pkcs1.decrypt(wrapped, &mut room)?,
        };
        Ok(key.to_vec())
    }
}

/// The library has OAEP with one digest for both purposes only. Where the mask's is SHA-1, which is
/// what a message means that names none, it is tried with the label's: programs over libraries of the
/// same kind encrypt like that and cannot say so under `rsa-oaep-mgf1p`.
fn oaep(digest: DigestAlgorithm, mask: DigestAlgorithm) -> Option<&'static OaepAlgorithm> {
    use DigestAlgorithm as D;
    match (digest, mask) {
        (D::Sha1, D::Sha1) => Some(&OAEP_SHA1_MGF1SHA1),
        (D::Sha256, D::Sha256 | D::Sha1) => Some(&OAEP_SHA256_MGF1SHA256),
        (D::Sha384, D::Sha384 | D::Sha1) => Some(&OAEP_SHA384_MGF1SHA384),
        (D::Sha512, D::Sha512 | D::Sha1) => Some(&OAEP_SHA512_MGF1SHA512),
        _ => None,
    }
}

/// Decrypts a content: initialization vector first, tag (GCM) or padding (CBC) last.
pub(super) fn decrypt_content(
    algorithm: ContentAlgorithm,
    key: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, DecryptionFailed> {
    use ContentAlgorithm as A;
    match algorithm {
        A::Aes128Cbc => decrypt_cbc(&AES_128, key, ciphertext),
        A::Aes192Cbc => decrypt_cbc(&AES_192, key, ciphertext),
        A::Aes256Cbc => decrypt_cbc(&AES_256, key, ciphertext),
        A::Aes128Gcm => decrypt_gcm(&AES_128_GCM, key, ciphertext),
        A::Aes192Gcm => decrypt_gcm(&AES_192_GCM, key, ciphertext),
        A::Aes256Gcm => decrypt_gcm(&AES_256_GCM, key, ciphertext),
        A::TripleDesCbc => decrypt_triple_des(key, ciphertext),
    }
}

/// XML Encryption 1.1, section 5.2.4: 12 octets of IV, 16 of tag.
fn decrypt_gcm(
    algorithm: &'static aead::Algorithm,
    key: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, DecryptionFailed> {
    let (iv, sealed) = ciphertext
        .split_at_checked(aead::NONCE_LEN)
        .ok_or(DecryptionFailed)?;
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key)?);
    let nonce = aead::Nonce::try_assume_unique_for_key(iv)?;
    let mut octets = sealed.to_vec();
    let length = key.open_in_place(nonce, Aad::empty(), &mut octets)?.len();
    octets.truncate(length);
    Ok(octets)
}

/// XML Encryption 1.1, section 5.2.2 and 5.2.3: 16 octets of IV, whole blocks.
fn decrypt_cbc(
    algorithm: &'static cipher::Algorithm,
    key: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, DecryptionFailed> {
    let (iv, blocks) = ciphertext
        .split_first_chunk::<CBC_BLOCK>()
        .ok_or(DecryptionFailed)?;
    let key = DecryptingKey::cbc(UnboundCipherKey::new(algorithm, key)?)?;
    let mut octets = blocks.to_vec();
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let length = key.decrypt(&mut octets, context)?.len();
    octets.truncate(length);
    without_padding(octets, CBC_BLOCK)
}

/// XML Encryption 1.1, section 5.2.1: 8 octets of IV, whole blocks of 8.
#[expect(
    deprecated,
    reason = "the library's way to say that it is for old peers only, as the level does here"
)]
fn decrypt_triple_des(key: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, DecryptionFailed> {
    let (iv, blocks) = ciphertext
        .split_first_chunk::<DES_BLOCK>()
        .ok_or(DecryptionFailed)?;
    let key = UnboundCipherKey::new(&cipher::DES_EDE3_FOR_LEGACY_USE_ONLY, key)?;
    let key = DecryptingKey::cbc(key)?;
    let mut octets = blocks.to_vec();
    let context = DecryptionContext::Iv64(FixedLength::from(iv));
    let length = key.decrypt(&mut octets, context)?.len();
    octets.truncate(length);
    without_padding(octets, DES_BLOCK)
}

/// The last octet says how many there are to drop, 1 to a block; what the others are does not matter.
fn without_padding(mut octets: Vec<u8>, block: usize) -> Result<Vec<u8>, DecryptionFailed> {
    let padding = octets.last().copied().map_or(0, usize::from);
    if !(1..=block).contains(&padding) {
        return Err(DecryptionFailed);
    }
    octets.truncate(octets.len().saturating_sub(padding));
    Ok(octets)
}

const CBC_BLOCK: usize = cipher::AES_CBC_IV_LEN;

const DES_BLOCK: usize = 8;

const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_octet_counts_and_the_others_are_arbitrary() {
        assert_eq!(without_padding(vec![9, 1], 16), Ok(vec![9]));
        assert_eq!(without_padding(vec![9, 77, 42, 3], 16), Ok(vec![9]));
        assert_eq!(
            without_padding([[5; 15].as_slice(), &[16]].concat(), 16),
            Ok(vec![])
        );
        for refused in [vec![9, 0], [[5; 31].as_slice(), &[17]].concat(), vec![]] {
            assert_eq!(without_padding(refused, 16), Err(DecryptionFailed));
        }
        assert_eq!(without_padding(vec![9, 9], 8), Err(DecryptionFailed));
        assert_eq!(without_padding(vec![9; 8], 8), Err(DecryptionFailed));
        assert_eq!(without_padding(vec![8; 8], 8), Ok(vec![]));
    }
}
