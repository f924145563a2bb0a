//! When a certificate's validity ends, and when to say so.
//!
//! Reads no clock: the instant is an argument, and the next instant at which the answer changes is
//! a returned value, so that a host can set its alarm instead of polling.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Certificate;

/// How near the end of a certificate's validity is. Ordered by urgency.
///
/// Exhaustive on purpose: a host decides for each whom to tell.
#[expect(
    clippy::exhaustive_enums,
    reason = "hosts decide whom to tell for each"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpiryWarning {
    /// 90 days or less are left.
    Within90Days,
    /// 30 days or less are left.
    Within30Days,
    /// 14 days or less are left.
    Within14Days,
    /// 7 days or less are left.
    Within7Days,
    /// A day or less is left.
    Within1Day,
    /// The validity has ended.
    Expired,
}

impl ExpiryWarning {
    /// From the least urgent to the most, with the offset from `notAfter` at which each begins.
    ///
    /// The last second counts as valid: the period includes `notAfter`, whose unit is the second
    /// (RFC 5280, section 4.1.2.5).
    const STEPS: [(Self, TimeDelta); 6] = [
        (Self::Within90Days, TimeDelta::days(-90)),
        (Self::Within30Days, TimeDelta::days(-30)),
        (Self::Within14Days, TimeDelta::days(-14)),
        (Self::Within7Days, TimeDelta::days(-7)),
        (Self::Within1Day, TimeDelta::days(-1)),
        (Self::Expired, TimeDelta::seconds(1)),
    ];
}

impl Certificate {
    /// Whether the validity has ended at `now`.
    ///
    /// ```
    /// use vestibule::dsig::parse_certificates;
    /// # let pem = include_bytes!(concat!(
    /// #     env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/rsa-2048.pem"));
    ///
    /// let certificate = &parse_certificates(pem)?[0];
    /// assert!(!certificate.is_expired_at(certificate.not_after()));
    /// # Ok::<(), vestibule::dsig::CertificateError>(())
    /// ```
    #[must_use]
    pub fn is_expired_at(&self, now: DateTime<Utc>) -> bool {
        self.expiry_warning(now) == Some(ExpiryWarning::Expired)
    }

    /// Whether the validity has not begun at `now`.
    #[must_use]
    pub fn is_not_yet_valid_at(&self, now: DateTime<Utc>) -> bool {
        now < self.not_before()
    }

    /// The most urgent thing to say at `now` about the end of the validity; `None` while more than
    /// 90 days are left.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use vestibule::dsig::{ExpiryWarning, parse_certificates};
    /// # let pem = include_bytes!(concat!(
    /// #     env!("CARGO_MANIFEST_DIR"), "/tests/data/certificates/rsa-2048.pem"));
    ///
    /// let certificate = &parse_certificates(pem)?[0];
    /// let now = certificate.not_after() - TimeDelta::days(20);
    /// assert_eq!(certificate.expiry_warning(now), Some(ExpiryWarning::Within30Days));
    /// let alarm = certificate.expiry_changes_at(now);
    /// assert_eq!(alarm, Some(certificate.not_after() - TimeDelta::days(14)));
    /// # Ok::<(), vestibule::dsig::CertificateError>(())
    /// ```
    #[must_use]
    pub fn expiry_warning(&self, now: DateTime<Utc>) -> Option<ExpiryWarning> {
        let begun = self.expiry_steps().take_while(|(_, begins)| *begins <= now);
        begun.last().map(|(warning, _)| warning)
    }

    /// The first instant after `now` at which [`Certificate::expiry_warning`] answers otherwise;
    /// `None` once it is expired.
    #[must_use]
    pub fn expiry_changes_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut begins = self.expiry_steps().map(|(_, begins)| begins);
        begins.find(|begins| *begins > now)
    }

    fn expiry_steps(&self) -> impl Iterator<Item = (ExpiryWarning, DateTime<Utc>)> {
        let at = |offset| self.not_after().checked_add_signed(offset);
        ExpiryWarning::STEPS
            .into_iter()
            .filter_map(move |(warning, offset)| Some((warning, at(offset)?)))
    }
}
