//! How each outcome of a provisioning decision is answered on the wire: one table.
//!
//! Plain numbers and words of
//! [RFC 7644, section 3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12); this module knows
//! no message format.

use chrono::{DateTime, Utc};

use super::brake::HoldResponse;
use super::decision::{Decision, Outcome};
use crate::identity::DirectoryChange;

/// An answer to the directory.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WireAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `scimType`, where the standard has one.
    pub scim_type: Option<&'static str>,
    /// After how many seconds the directory may try again, where time alone helps.
    pub retry_after_secs: Option<u32>,
}

impl WireAnswer {
    const fn of(status: u16) -> Self {
        Self {
            status,
            scim_type: None,
            retry_after_secs: None,
        }
    }
}

impl Decision {
    /// How the change is answered to the directory at `now`.
    ///
    /// A change that has no effect, or waits and is accepted, is answered like one that was made:
    /// a creation with 201, a deletion with 204, any other with 200. A refusal is answered by its
    /// [`DenyCode`](super::DenyCode), and a wait that the policy does not hide with 429 or 403.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::{ConnectionId, DirectoryChange, OrganizationId, UserId};
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let now = "2026-01-01T00:00:00Z".parse()?;
    /// let delete = DirectoryChange::DeleteUser { user: UserId::new("u1") };
    /// let decision = acme.decide_provisioning(&ConnectionId::new("nobody's"), &delete, now);
    /// assert_eq!(decision.wire_answer(&delete, now).status, 401);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn wire_answer(&self, change: &DirectoryChange, now: DateTime<Utc>) -> WireAnswer {
        match &self.outcome {
            Outcome::Allow(_) | Outcome::NoEffect => WireAnswer::of(done(change, self)),
            Outcome::Hold(hold) => match hold.response {
                HoldResponse::Accept => WireAnswer::of(done(change, self)),
                HoldResponse::Refuse => WireAnswer::of(403),
                HoldResponse::RetryLater => WireAnswer {
                    retry_after_secs: self.next_wake.and_then(|wake| seconds(now, wake)),
                    ..WireAnswer::of(429)
                },
            },
            Outcome::Deny { code, .. } => {
                let (status, scim_type) = code.wire_status();
                WireAnswer {
                    scim_type,
                    ..WireAnswer::of(status)
                }
            }
            // No provisioning decision: the request was not for this endpoint.
            Outcome::OwnerApproval | Outcome::Route(_) | Outcome::StepUp => WireAnswer::of(403),
        }
    }
}

/// A creation that made nothing and found nobody has nothing to answer with but that it is fine.
const fn done(change: &DirectoryChange, decision: &Decision) -> u16 {
    match change {
        DirectoryChange::CreateGroup(_) | DirectoryChange::CreateUser(_) => {
            if decision.subject().is_some() {
                201
            } else {
                204
            }
        }
        DirectoryChange::DeleteGroup { .. }
        | DirectoryChange::DeleteUser { .. }
        | DirectoryChange::DisassociateGroup { .. } => 204,
        DirectoryChange::UpdateGroup { .. } | DirectoryChange::UpdateUser { .. } => 200,
    }
}

fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<u32> {
    let seconds = to.signed_duration_since(from).num_seconds();
    u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9110, section 10.2.3: whole seconds; what is over is not waited for.
    #[test]
    fn a_wait_is_of_whole_seconds() {
        let now = DateTime::from_timestamp(1_000, 0).unwrap();
        let after = |millis: i64| DateTime::from_timestamp_millis(1_000_000 + millis).unwrap();
        for (millis, secs) in [
            (-1_000, None),
            (0, None),
            (999, None),
            (1_000, Some(1)),
            (2_500, Some(2)),
        ] {
            assert_eq!(seconds(now, after(millis)), secs, "{millis}");
        }
    }
}
