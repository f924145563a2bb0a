//! A service provider's keys over ring, as a host would have them.

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use vestibule::dsig::{
    SignatureAlgorithm, Signer, SignerFailed, SigningKey, SigningRequest, TrustedKeys,
    parse_certificates,
};

macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!("../data/saml/sp/", $name))
    };
}

/// The algorithms that ring signs with, one for each kind of key, and RSA-PSS.
pub(crate) const ALGORITHMS: [SignatureAlgorithm; 5] = [
    SignatureAlgorithm::EcdsaSha256,
    SignatureAlgorithm::EcdsaSha384,
    SignatureAlgorithm::Ed25519,
    SignatureAlgorithm::RsaPkcs1Sha256,
    SignatureAlgorithm::RsaPssSha256,
];

pub(crate) struct RingSigner;

impl Signer for RingSigner {
    fn sign(&self, request: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
        sign(request.algorithm(), request.octets())
    }
}

pub(crate) fn sign(algorithm: SignatureAlgorithm, octets: &[u8]) -> Result<Vec<u8>, SignerFailed> {
    match algorithm {
        SignatureAlgorithm::EcdsaSha256 => {
            let (form, pkcs8) = (
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                data!("ec-p256.test-only.der"),
            );
            sign_ec(form, pkcs8, octets)
        }
        SignatureAlgorithm::EcdsaSha384 => {
            let (form, pkcs8) = (
                &ECDSA_P384_SHA384_FIXED_SIGNING,
                data!("ec-p384.test-only.der"),
            );
            sign_ec(form, pkcs8, octets)
        }
        SignatureAlgorithm::Ed25519 => {
            let pkcs8 = data!("ed25519.test-only.der");
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8);
            Ok(pair.unwrap().sign(octets).as_ref().to_vec())
        }
        SignatureAlgorithm::RsaPkcs1Sha256 => Ok(sign_rsa(&RSA_PKCS1_SHA256, octets)),
        SignatureAlgorithm::RsaPssSha256 => Ok(sign_rsa(&RSA_PSS_SHA256, octets)),
        _ => Err(SignerFailed),
    }
}

fn sign_ec(
    form: &'static ring::signature::EcdsaSigningAlgorithm,
    pkcs8: &[u8],
    octets: &[u8],
) -> Result<Vec<u8>, SignerFailed> {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_pkcs8(form, pkcs8, &random).unwrap();
    let signature = pair.sign(&random, octets).map_err(|_| SignerFailed)?;
    Ok(signature.as_ref().to_vec())
}

fn sign_rsa(encoding: &'static dyn RsaEncoding, octets: &[u8]) -> Vec<u8> {
    let pkcs8 = data!("rsa-2048.test-only.der");
    let pair = RsaKeyPair::from_pkcs8(pkcs8).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), octets, &mut signature)
        .unwrap();
    signature
}

pub(crate) fn key(algorithm: SignatureAlgorithm) -> SigningKey<'static> {
    SigningKey::new(algorithm, &RingSigner).unwrap()
}

pub(crate) const fn pem(algorithm: SignatureAlgorithm) -> &'static [u8] {
    match algorithm {
        SignatureAlgorithm::EcdsaSha256 => data!("ec-p256.pem"),
        SignatureAlgorithm::EcdsaSha384 => data!("ec-p384.pem"),
        SignatureAlgorithm::Ed25519 => data!("ed25519.pem"),
        _ => data!("rsa-2048.pem"),
    }
}

/// What the other party has of the key.
pub(crate) fn trusted(algorithm: SignatureAlgorithm) -> TrustedKeys {
    TrustedKeys::from_certificates(&parse_certificates(pem(algorithm)).unwrap()).unwrap()
}
