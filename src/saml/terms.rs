//! What one response is judged by.

use chrono::{DateTime, Utc};

use crate::error::Shown;

use super::accept::{Expectations, Solicitation};
use super::check::Check;
use super::encryption::DecryptedParts;
use super::party::{EntityId, ServiceProvider};
use super::practice::Practice;
use super::time::Clock;

#[derive(Clone, Copy)]
pub(super) struct Terms<'t> {
    pub(super) expected: &'t Expectations<'t>,
    /// The connection's identity provider.
    pub(super) issuer: &'t EntityId,
    pub(super) practice: &'t Practice,
    pub(super) decrypted: &'t DecryptedParts,
    pub(super) now: DateTime<Utc>,
}

impl<'t> Terms<'t> {
    pub(super) const fn service(self) -> &'t ServiceProvider {
        self.expected.service
    }

    pub(super) const fn clock(self) -> Clock {
        Clock {
            now: self.now,
            skew: self.expected.skew,
        }
    }

    /// What is wrong with this `InResponseTo`, if anything is: saml-profiles §4.1.4.2 and §4.1.5.
    pub(super) fn judge_in_response_to(self, found: Option<&str>) -> Option<Check> {
        match (self.expected.solicitation, found) {
            (Solicitation::Solicited(request), found) => request.judge(found),
            (Solicitation::Unsolicited, None) => None,
            (Solicitation::Unsolicited, Some(_)) if self.practice.overlooks_in_response_to() => {
                None
            }
            (Solicitation::Unsolicited, Some(found)) => Some(Check::InResponseToUnexpected {
                found: Shown::new(found),
            }),
        }
    }
}
