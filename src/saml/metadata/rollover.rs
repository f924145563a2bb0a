//! What becomes of an identity provider's certificates when its keys change.

use chrono::{DateTime, Utc};

use crate::dsig::{Certificate, Fingerprint};

/// How the certificates of a connection become those of a later reading of metadata, or of a later
/// upload.
///
/// A change of keys is planned when a certificate is added beside one that is kept. When no key is
/// kept, somebody should confirm it: so does metadata look that is not the identity provider's.
///
/// ```
/// use vestibule::dsig::parse_certificates;
/// use vestibule::saml::metadata::{KeyWarning, Rollover};
///
/// macro_rules! pem {
///     ($name:literal) => {
///         include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/", $name))
///     };
/// }
/// let old = parse_certificates(pem!("rsa-2048.pem"))?;
/// let new = parse_certificates(pem!("ec-p256.pem"))?;
/// let both = [old.clone(), new.clone()].concat();
///
/// let announced = Rollover::between(&old, &both);
/// assert_eq!(announced.added, new);
/// let warning = KeyWarning::LastCommonKey {
///     fingerprint: old[0].fingerprint(),
///     not_after: old[0].not_after(),
/// };
/// assert_eq!(announced.key_warning(), Some(warning));
///
/// // Whoever took the new one over sees the old one go; whoever did not is locked out.
/// assert_eq!(Rollover::between(&both, &new).key_warning(), None);
/// let missed = Rollover::between(&old, &new).key_warning();
/// assert_eq!(missed, Some(KeyWarning::NoCommonKey));
/// # Ok::<(), vestibule::dsig::CertificateError>(())
/// ```
#[must_use]
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rollover {
    /// Certificates that are new, in the order of the later ones.
    pub added: Vec<Certificate>,
    /// Certificates that stay, in the order of the later ones. Compared octet by octet: a renewed
    /// certificate of the same key is removed and added.
    pub kept: Vec<Certificate>,
    /// Certificates that are gone, in the order of the earlier ones.
    pub removed: Vec<Certificate>,
    /// Later certificates whose key is among the earlier ones too, in the same certificate or in
    /// another: what verifies whether or not the change was taken over.
    pub common_keys: Vec<Certificate>,
}

/// A change of keys that an administrator should look at.
/// See [`Rollover`] for an example.
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

impl Rollover {
    /// The differences between two lists. See [`Rollover`] for an example.
    pub fn between(before: &[Certificate], after: &[Certificate]) -> Self {
        let (kept, added) = after.iter().cloned().partition(|one| holds(before, one));
        let gone = |one: &&Certificate| !holds(after, one);
        let is_known = |one: &&Certificate| before.iter().any(|earlier| earlier.has_key_of(one));
        Self {
            added,
            kept,
            removed: before.iter().filter(gone).cloned().collect(),
            common_keys: after.iter().filter(is_known).cloned().collect(),
        }
    }

    /// Whether no certificate came or went. See [`Rollover`] for an example.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// What the change of keys asks for; `None` when nothing does.
    /// See [`Rollover`] for an example.
    #[must_use]
    pub fn key_warning(&self) -> Option<KeyWarning> {
        let is_common = |one: &Certificate| self.common_keys.iter().any(|key| key.has_key_of(one));
        let has_new_key = self.added.iter().any(|one| !is_common(one));
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
}

fn holds(certificates: &[Certificate], wanted: &Certificate) -> bool {
    certificates
        .iter()
        .any(|one| one.fingerprint() == wanted.fingerprint())
}
