//! What a later reading of metadata changes.

use crate::saml::party::EntityId;

use super::descriptor::{ArtifactResolution, Endpoint, RequestSigning};
use super::idp::IdpMetadata;
use super::rollover::Rollover;

/// The differences between two readings of one identity provider's metadata.
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
/// assert_eq!(diff.certificates.kept.len(), 1);
/// assert_eq!(diff.certificates.key_warning(), None);
/// assert!(before.diff(&before).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MetadataDiff {
    /// Another entity ID: another identity provider, whatever else is the same.
    pub entity_id: Option<Change<EntityId>>,
    /// What becomes of the certificates.
    pub certificates: Rollover,
    /// Other endpoints for sign-in, or another order of them.
    pub single_sign_on: Option<Change<Vec<Endpoint>>>,
    /// Other endpoints for logout, or another order of them.
    pub single_logout: Option<Change<Vec<Endpoint>>>,
    /// Other services that resolve artifacts, or another order of them.
    pub artifact_resolution: Option<Change<Vec<ArtifactResolution>>>,
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

impl MetadataDiff {
    /// Whether nothing changed. See [`MetadataDiff`] for an example.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entity_id.is_none()
            && self.certificates.is_empty()
            && self.single_sign_on.is_none()
            && self.single_logout.is_none()
            && self.artifact_resolution.is_none()
            && self.request_signing.is_none()
    }
}

impl IdpMetadata {
    /// What `later` changes. How long the metadata is valid is no difference.
    /// See [`MetadataDiff`] for an example.
    pub fn diff(&self, later: &Self) -> MetadataDiff {
        MetadataDiff {
            entity_id: Change::between(&self.entity_id, &later.entity_id),
            certificates: Rollover::between(&self.certificates, &later.certificates),
            single_sign_on: Change::between(&self.single_sign_on, &later.single_sign_on),
            single_logout: Change::between(&self.single_logout, &later.single_logout),
            artifact_resolution: Change::between(
                &self.artifact_resolution,
                &later.artifact_resolution,
            ),
            request_signing: Change::between(&self.request_signing, &later.request_signing),
        }
    }
}
