//! What a later reading of metadata changes.

use chrono::{DateTime, Utc};

use crate::dsig::{Certificate, Fingerprint};
use crate::saml::party::EntityId;

use super::descriptor::{Endpoint, RequestSigning};
use super::idp::IdpMetadata;

/// The differences between two readings of one identity provider's metadata.
///
/// A change of keys is planned when a certificate is added beside one that is kept. When none is
/// kept, somebody should confirm it: so does metadata look that is not the identity provider's.
/// [`MetadataDiff::key_warning`] says which it is.
///
/// ```
/// use vestibule::saml::metadata::*;
///
/// # let file = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp-metadata.xml"));
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let trust = MetadataTrust::ByTransport;
/// let before = IdpMetadata::read(file.as_bytes(), MetadataEntity::Only, now, trust)?;
/// let moved = file.replace("/saml/sso", "/saml/sso2");
/// let after = IdpMetadata::read(moved.as_bytes(), MetadataEntity::Only, now, trust)?;
///
/// let diff = before.diff(&after);
/// assert!(!diff.is_empty());
/// let change = diff.single_sign_on.as_ref().unwrap();
/// assert!(change.after[0].location.as_str().ends_with("/sso2"));
/// assert_eq!(diff.certificates_kept.len(), 1);
/// assert_eq!(diff.key_warning(), None);
/// assert!(before.diff(&before).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MetadataDiff {
    /// Another entity ID: another identity provider, whatever else is the same.
    pub entity_id: Option<Change<EntityId>>,
    /// Certificates that are new, in the order of the later metadata.
    pub certificates_added: Vec<Certificate>,
    /// Certificates that stay, in the order of the later metadata. Compared octet by octet: a
    /// renewed certificate of the same key is removed and added.
    pub certificates_kept: Vec<Certificate>,
    /// Certificates that are gone, in the order of the earlier metadata.
    pub certificates_removed: Vec<Certificate>,
    /// Certificates of the later metadata whose key the earlier one has too, in the same certificate
    /// or in another: what still verifies while one side has not read the change.
    pub common_keys: Vec<Certificate>,
    /// Other endpoints for sign-in, or another order of them.
    pub single_sign_on: Option<Change<Vec<Endpoint>>>,
    /// Other endpoints for logout, or another order of them.
    pub single_logout: Option<Change<Vec<Endpoint>>>,
    /// Another rule about signed requests.
    pub request_signing: Option<Change<RequestSigning>>,
}

/// Two values that differ.
#[expect(clippy::exhaustive_structs, reason = "a plain pair")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change<T> {
    /// What it was.
    pub before: T,
    /// What it is.
    pub after: T,
}

impl<T: Clone + PartialEq> Change<T> {
    fn between(before: &T, after: &T) -> Option<Self> {
        (before != after).then(|| Self {
            before: before.clone(),
            after: after.clone(),
        })
    }
}

/// A change of keys that an administrator should look at.
///
/// ```
/// use vestibule::saml::metadata::*;
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/data/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR")));
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let read = |names: &[&str]| -> Result<IdpMetadata, Box<dyn std::error::Error>> {
/// #     let mut keys = String::new();
/// #     for name in names {
/// #         let text = String::from_utf8(pem(name)?)?;
/// #         keys += &format!("<KeyDescriptor><KeyInfo xmlns='http://www.w3.org/2000/09/xmldsig#'><X509Data><X509Certificate>{text}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>");
/// #     }
/// #     let xml = format!("<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='urn:x'><IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>{keys}<SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='https://idp.example.org/'/></IDPSSODescriptor></EntityDescriptor>");
/// #     Ok(IdpMetadata::read(xml.as_bytes(), MetadataEntity::Only, now, MetadataTrust::ByTransport)?)
/// # };
/// let (old, both, new) = (read(&["rsa-2048"])?, read(&["rsa-2048", "ec-p256"])?, read(&["ec-p256"])?);
/// let warning = old.diff(&both).key_warning();
/// assert!(matches!(warning, Some(KeyWarning::LastCommonKey { .. })));
/// assert_eq!(both.diff(&new).key_warning(), None);
/// assert_eq!(old.diff(&new).key_warning(), Some(KeyWarning::NoCommonKey));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::exhaustive_enums, reason = "one key is left or none is")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyWarning {
    /// New keys are there and one earlier key is left. Take the new ones over before it disappears,
    /// or nobody can sign in from then on.
    LastCommonKey {
        /// Of its certificate in the later metadata.
        fingerprint: Fingerprint,
        /// The last second of that certificate's validity.
        not_after: DateTime<Utc>,
    },
    /// No earlier key is left: responses verify with the new keys alone, or the metadata is another
    /// party's.
    NoCommonKey,
}

impl MetadataDiff {
    /// What the change of keys asks for; `None` when nothing does.
    /// See [`KeyWarning`] for an example.
    #[must_use]
    pub fn key_warning(&self) -> Option<KeyWarning> {
        let is_common = |one: &Certificate| self.common_keys.iter().any(|key| key.has_key_of(one));
        let has_new_key = self.certificates_added.iter().any(|one| !is_common(one));
        match self.common_keys.as_slice() {
            [] => Some(KeyWarning::NoCommonKey),
            [last, others @ ..] if has_new_key && others.iter().all(|one| one.has_key_of(last)) => {
                Some(KeyWarning::LastCommonKey {
                    fingerprint: last.fingerprint(),
                    not_after: last.not_after(),
                })
            }
            _ => None,
        }
    }

    /// Whether nothing changed. See [`MetadataDiff`] for an example.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entity_id.is_none()
            && self.certificates_added.is_empty()
            && self.certificates_removed.is_empty()
            && self.single_sign_on.is_none()
            && self.single_logout.is_none()
            && self.request_signing.is_none()
    }
}

impl IdpMetadata {
    /// What `later` changes. How long the metadata is valid is no difference.
    /// See [`MetadataDiff`] for an example.
    pub fn diff(&self, later: &Self) -> MetadataDiff {
        let (kept, added) = later
            .certificates
            .iter()
            .cloned()
            .partition(|one| holds(&self.certificates, one));
        let gone = |one: &&Certificate| !holds(&later.certificates, one);
        let is_known = |one: &&Certificate| self.certificates.iter().any(|key| key.has_key_of(one));
        MetadataDiff {
            entity_id: Change::between(&self.entity_id, &later.entity_id),
            certificates_added: added,
            certificates_kept: kept,
            certificates_removed: self.certificates.iter().filter(gone).cloned().collect(),
            common_keys: later
                .certificates
                .iter()
                .filter(is_known)
                .cloned()
                .collect(),
            single_sign_on: Change::between(&self.single_sign_on, &later.single_sign_on),
            single_logout: Change::between(&self.single_logout, &later.single_logout),
            request_signing: Change::between(&self.request_signing, &later.request_signing),
        }
    }
}

fn holds(certificates: &[Certificate], wanted: &Certificate) -> bool {
    certificates
        .iter()
        .any(|one| one.fingerprint() == wanted.fingerprint())
}
