//! Decryption of what an identity provider encrypted for this service: saml-core §2.2.4, §2.3.4,
//! §2.7.3.2 and §6, over XML Encryption 1.1.
//!
//! Encryption hides; it proves nothing. Anybody can encrypt to this service's public key, so a
//! decrypted assertion counts only when a signature covers it: that of the response around it, which
//! is verified before anything is decrypted, or its own, which is verified afterwards.
//!
//! # One error
//!
//! Whatever goes wrong between the encrypted element and the element inside it is one refusal,
//! [`Check::DecryptionFailed`](super::Check::DecryptionFailed), equal in every part of its value: the
//! algorithm, the key, the padding, the tag, the XML inside. AES-CBC does not notice a change of its
//! octets, so in an unsigned response it says nothing more even when only the signature inside fails:
//! an answer that depends on what was decrypted would let an attacker decrypt messages by asking.
//!
//! Equal values are not equal times. How long a refusal takes depends on how far it got: a plaintext
//! that is well-formed costs a parse and a signature verification more. The ready key goes on with a
//! substitute where a key cannot be unwrapped, so that the content is decrypted either way, but it
//! promises no constant time. A host that cannot accept this asks its identity providers for AES-GCM
//! with RSA-OAEP, where a changed message never decrypts, and keeps to
//! [`AlgorithmLevel::Modern`](crate::dsig::AlgorithmLevel::Modern). RSA PKCS #1 v1.5 and Triple DES
//! count at [`AlgorithmLevel::Legacy`](crate::dsig::AlgorithmLevel::Legacy) only; below it they are the
//! same refusal.
//!
//! # Who decrypts
//!
//! [`DecryptionKey`] is a trait of one method, so that a key may stay in a KMS or an HSM. It works
//! without the feature `encryption`; that feature adds `RsaDecryptionKey` and, for hosts that unwrap
//! the content's key elsewhere, `EncryptedContent::open`. Without any key an encrypted message is
//! refused as encrypted.
//!
//! ```
//! # #[cfg(feature = "encryption")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
//! # let key_pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/encryption/sp-key.test-only.pem"));
//! # let form_value = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/encryption/xmlsec1-aes256-gcm.b64"));
//! # use vestibule::dsig::{TrustedKeys, parse_certificates};
//! # use vestibule::error::Explain;
//! # use vestibule::identity::ConnectionId;
//! # use vestibule::saml::{EntityId, IdentityProvider, ParsedResponse, Part};
//! # let idp = IdentityProvider::new(
//! #     ConnectionId::new("acme-okta"),
//! #     EntityId::parse("http://www.okta.com/exk1f2c3d4E5G6h7I8j9")?,
//! #     TrustedKeys::from_certificates(&parse_certificates(pem)?)?,
//! # );
//! use vestibule::saml::encryption::{DecryptionKeys, RsaDecryptionKey};
//!
//! let refusal = ParsedResponse::from_post(form_value)?.verify(&idp).unwrap_err();
//! assert_eq!(refusal.code(), "saml-assertion-encrypted");
//!
//! let keys = DecryptionKeys::new(RsaDecryptionKey::from_pkcs8_pem(key_pem)?);
//! let idp = idp.with_decryption_keys(keys);
//! let verified = ParsedResponse::from_post(form_value)?.verify(&idp)?;
//! assert_eq!(verified.signatures()[0].part, Part::Assertion);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "encryption"))]
//! # fn main() {}
//! ```
//!
//! What this module does not do: it overwrites no memory after use (the library under the ready key
//! does so for its own), encrypts nothing, reads no key from a message, follows no
//! reference out of the encrypted element, and knows no key agreement.

mod algorithm;
mod content;
mod key;
mod open;
mod parts;
#[cfg(feature = "encryption")]
mod primitive;
mod read;
#[cfg(feature = "encryption")]
mod rsa;

pub use algorithm::{ContentAlgorithm, KeyTransport};
pub(super) use algorithm::{RSA_OAEP, RSA_OAEP_MGF1P, XENC11};
#[cfg(feature = "encryption")]
pub use content::ContentKey;
pub use content::EncryptedContent;
pub use key::{DecryptionFailed, DecryptionKey, DecryptionKeys};
pub(super) use open::{Opened, Opener};
pub(super) use parts::DecryptedParts;
#[cfg(feature = "encryption")]
pub use rsa::{DecryptionKeyError, RsaDecryptionKey};
