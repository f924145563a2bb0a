//! Signing what this service sends, with a key that the host holds.
//!
//! The private key never comes here: it may live in a key management service or a hardware module.
//! This module puts together what must be signed, asks the host's [`Signer`] for the signature over
//! it, and puts that at its place. It draws no random number, so it holds no key of its own.
//!
//! What it does not offer: SHA-1, a choice of digest or canonical form, and a `KeyInfo`. The other
//! party verifies with the certificate that it was given.

use std::fmt;

use thiserror::Error;

use crate::limits::XmlLimits;
use crate::xml::{Canonical, CanonicalMethod, Dialect, Document, NewElement};

use super::signature::{DSIG, ENVELOPED};
use super::signing_error::{SigningError, SigningErrorKind};
use super::{
    AlgorithmError, AlgorithmLevel, Digest, DigestAlgorithm, KeyFamily, SignatureAlgorithm, base64,
};

/// Makes signatures with a private key of this service.
///
/// Hosts implement it over their own key. The form of the signature is that of XML signatures:
/// for ECDSA the fixed r‖s of [RFC 6931, section 2.3.6], not ASN.1, which key management services
/// give and which must be converted.
///
/// ```
/// use ring::{rand::SystemRandom, signature};
/// use vestibule::dsig::{Signer, SignerFailed, SigningKey, SigningRequest, SignatureAlgorithm};
///
/// struct RsaSigner(signature::RsaKeyPair);
///
/// impl Signer for RsaSigner {
///     fn sign(&self, request: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
///         if request.algorithm() != SignatureAlgorithm::RsaPkcs1Sha256 {
///             return Err(SignerFailed);
///         }
///         let mut octets = vec![0; self.0.public().modulus_len()];
///         self.0
///             .sign(
///                 &signature::RSA_PKCS1_SHA256,
///                 &SystemRandom::new(),
///                 request.octets(),
///                 &mut octets,
///             )
///             .map_err(|_| SignerFailed)?;
///         Ok(octets)
///     }
/// }
/// # macro_rules! data {
/// #     ($name:literal) => {
/// #         include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/", $name))
/// #     };
/// # }
/// # use vestibule::{identity::Personal, limits::XmlLimits, saml::*, xml::{Dialect, Document}};
/// # use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates, verify_enveloped};
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # );
/// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
/// # let random = [7; 20];
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let private_key = data!("private-key-pkcs8.test-only.der");
///
/// let pair = signature::RsaKeyPair::from_pkcs8(private_key).map_err(|error| error.to_string())?;
/// let signer = RsaSigner(pair);
/// let key = SigningKey::new(SignatureAlgorithm::RsaPkcs1Sha256, &signer)?;
/// let id = MessageId::from_random(random);
/// let request = AuthnRequest::new(&service, idp, sso_url, id, now);
/// let form = request.to_post(Signing::With(&key), None)?;
/// # let octets = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, form.value())?;
/// # let document = Document::parse_bytes(&octets, Dialect::Saml, &XmlLimits::default())?;
/// # let keys = TrustedKeys::from_certificates(&parse_certificates(data!("rsa-2048.pem"))?)?;
/// # verify_enveloped(document.root(), &keys, AlgorithmLevel::Modern)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 6931, section 2.3.6]: https://www.rfc-editor.org/rfc/rfc6931#section-2.3.6
pub trait Signer {
    /// The signature over [`SigningRequest::octets`] by [`SigningRequest::algorithm`].
    ///
    /// # Errors
    ///
    /// [`SignerFailed`] for whatever reason; a host that wants to know it keeps it.
    fn sign(&self, request: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed>;
}

/// What is to be signed, and how. See [`Signer`] for an example.
#[derive(Clone, Copy)]
pub struct SigningRequest<'r> {
    algorithm: SignatureAlgorithm,
    octets: &'r [u8],
}

impl SigningRequest<'_> {
    /// How: the one that the key was made with. See [`Signer`] for an example.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// What, before it is hashed. See [`Signer`] for an example.
    #[must_use]
    pub const fn octets(&self) -> &[u8] {
        self.octets
    }
}

/// How and how much: a query that is signed holds personal data.
impl fmt::Debug for SigningRequest<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.octets.len();
        write!(
            formatter,
            "SigningRequest({}: {bytes} bytes)",
            self.algorithm
        )
    }
}

/// The host's signer made no signature. See [`Signer`] for an example.
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say here")]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the signer made no signature")]
pub struct SignerFailed;

/// A key of this service, held by the host, and the algorithm that it signs with.
///
/// See [`Signer`] for an example.
#[derive(Clone, Copy)]
pub struct SigningKey<'s> {
    algorithm: SignatureAlgorithm,
    signer: &'s dyn Signer,
}

impl<'s> SigningKey<'s> {
    /// A key that signs by `algorithm`.
    ///
    /// # Errors
    ///
    /// An algorithm below [`AlgorithmLevel::Modern`]: SHA-1.
    ///
    /// ```
    /// use vestibule::dsig::{Signer, SignerFailed, SigningKey, SigningRequest, SignatureAlgorithm};
    /// # struct Unreachable;
    /// # impl Signer for Unreachable {
    /// #     fn sign(&self, _: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
    /// #         Err(SignerFailed)
    /// #     }
    /// # }
    /// # let signer = Unreachable;
    /// let key = SigningKey::new(SignatureAlgorithm::Ed25519, &signer)?;
    /// assert_eq!(key.algorithm(), SignatureAlgorithm::Ed25519);
    /// assert!(SigningKey::new(SignatureAlgorithm::RsaPkcs1Sha1, &signer).is_err());
    /// # Ok::<(), vestibule::dsig::AlgorithmError>(())
    /// ```
    pub fn new(
        algorithm: SignatureAlgorithm,
        signer: &'s dyn Signer,
    ) -> Result<Self, AlgorithmError> {
        AlgorithmLevel::Modern.judge_signature(algorithm)?;
        Ok(Self { algorithm, signer })
    }

    /// What it signs with. See [`SigningKey::new`] for an example.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The signature over `octets`, in the form of XML signatures.
    pub(crate) fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, SigningError> {
        let algorithm = self.algorithm;
        let signature = self.signer.sign(&SigningRequest { algorithm, octets })?;
        let found_octets = signature.len();
        if is_length_of(algorithm, found_octets) {
            return Ok(signature);
        }
        Err(SigningErrorKind::Length {
            algorithm,
            found_octets,
        }
        .into())
    }
}

/// The algorithm only: what the signer holds is secret.
impl fmt::Debug for SigningKey<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.algorithm)
    }
}

/// RSA of 2048 to 8192 bits; r‖s on P-256 or P-384; Ed25519. ASN.1 forms are of other lengths.
const fn is_length_of(algorithm: SignatureAlgorithm, octets: usize) -> bool {
    match algorithm.key_family() {
        KeyFamily::Ec => matches!(octets, 64 | 96),
        KeyFamily::Ed25519 => octets == 64,
        KeyFamily::Rsa => matches!(octets, 256..=1024),
    }
}

/// `message` with a signature over it where SAML has it: behind the issuer, or first where there is
/// none.
///
/// `id` is the value of its attribute `ID`.
pub(crate) fn sign_enveloped(
    message: NewElement,
    id: &str,
    key: &SigningKey<'_>,
) -> Result<NewElement, SigningError> {
    let digested = canonical_octets(&message)?;
    let digest = Digest::of(DigestAlgorithm::Sha256, digested.as_bytes());
    let signed_info = signed_info(id, key.algorithm(), &digest);
    // Exclusive: on its own it has the same octets as inside its `Signature`.
    let alone = signed_info.clone().with("xmlns:ds", DSIG);
    let value = key.sign(canonical_octets(&alone)?.as_bytes())?;
    let signature = NewElement::new("ds:Signature")
        .with("xmlns:ds", DSIG)
        .holding(signed_info)
        .holding(NewElement::new("ds:SignatureValue").saying(base64::encode(&value)));
    Ok(message.with_behind("saml:Issuer", signature))
}

/// XML Signature §4.4, in the order of the schema; saml-core §5.4.
fn signed_info(id: &str, algorithm: SignatureAlgorithm, digest: &Digest) -> NewElement {
    let exclusive = CanonicalMethod::Exclusive.uri();
    let naming = |name, uri: &str| NewElement::new(name).with("Algorithm", uri);
    let transforms = NewElement::new("ds:Transforms")
        .holding(naming("ds:Transform", ENVELOPED))
        .holding(naming("ds:Transform", exclusive));
    let reference = NewElement::new("ds:Reference")
        .with("URI", format!("#{id}"))
        .holding(transforms)
        .holding(naming("ds:DigestMethod", DigestAlgorithm::Sha256.uri()))
        .holding(NewElement::new("ds:DigestValue").saying(base64::encode(digest.as_bytes())));
    NewElement::new("ds:SignedInfo")
        .holding(naming("ds:CanonicalizationMethod", exclusive))
        .holding(naming("ds:SignatureMethod", algorithm.uri()))
        .holding(reference)
}

/// The same canonical form that whoever verifies computes, from the text that will be sent.
fn canonical_octets(element: &NewElement) -> Result<String, SigningError> {
    let text = element.write()?;
    let document = Document::parse(&text, Dialect::Saml, &XmlLimits::default())?;
    let form = Canonical::new(CanonicalMethod::Exclusive);
    Ok(form.octets(document.root(), None)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Explain;

    /// Gives so many octets, whatever it is asked.
    struct Octets(Option<usize>);

    impl Signer for Octets {
        fn sign(&self, _: &SigningRequest<'_>) -> Result<Vec<u8>, SignerFailed> {
            self.0.map(|octets| vec![7; octets]).ok_or(SignerFailed)
        }
    }

    fn signed_by(octets: Option<usize>, algorithm: SignatureAlgorithm) -> Option<&'static str> {
        let signer = Octets(octets);
        let key = SigningKey::new(algorithm, &signer).unwrap();
        key.sign(b"x").err().map(|error| error.code())
    }

    #[test]
    fn octets_of_another_length_are_no_signature() {
        use SignatureAlgorithm as A;
        for (algorithm, sound, broken) in [
            (A::EcdsaSha256, 64, 71),
            (A::EcdsaSha384, 96, 103),
            (A::Ed25519, 64, 63),
            (A::RsaPkcs1Sha256, 256, 255),
            (A::RsaPssSha512, 1024, 1025),
        ] {
            assert_eq!(signed_by(Some(sound), algorithm), None, "{algorithm}");
            assert_eq!(signed_by(Some(broken), algorithm), Some("signing-length"));
        }
        assert_eq!(signed_by(None, A::Ed25519), Some("signing-failed"));
    }

    #[test]
    fn no_debug_output_shows_what_is_signed() {
        let signer = Octets(None);
        let key = SigningKey::new(SignatureAlgorithm::Ed25519, &signer).unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(Ed25519)");
        let request = SigningRequest {
            algorithm: SignatureAlgorithm::Ed25519,
            octets: b"grace",
        };
        assert_eq!(format!("{request:?}"), "SigningRequest(Ed25519: 5 bytes)");
    }
}
