//! What every message says of itself, and in a response stands around the assertion.
//!
//! When the message is signed the values are read from the hashed octets. When it is not, anybody can
//! have written them, and they can only make a refusal.

use chrono::{DateTime, Utc};

use crate::error::{Place, Shown};
use crate::xml::Element;

use super::accept::{Expectations, Solicitation};
use super::check::Check;
use super::namespace::{PROTOCOL, SUCCESS};
use super::party::{EndpointUrl, EntityId, ServiceProvider};
use super::refusal::{FailedCheck, Findings};
use super::structure::issuer_name;
use super::time;

/// Whether the message itself is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    Signed,
    Unsigned,
}

#[derive(Debug)]
pub(super) struct Envelope {
    standing: Standing,
    at: Place,
    has_id: bool,
    version: Option<String>,
    issue_instant: Option<String>,
    destination: Option<String>,
    in_response_to: Option<String>,
    issuer: Option<String>,
    /// The codes from the top level down; `None` without a status code.
    status: Option<Vec<String>>,
}

impl Envelope {
    pub(super) fn of(
        message: Element<'_>,
        issuer: Option<Element<'_>>,
        status: Option<Element<'_>>,
        standing: Standing,
    ) -> Self {
        let attribute = |name| message.attribute(name).map(str::to_owned);
        Self {
            standing,
            at: Place::Element {
                path: message.path(),
                bytes: message.span(),
            },
            has_id: message.attribute("ID").is_some_and(|id| !id.is_empty()),
            version: attribute("Version"),
            issue_instant: attribute("IssueInstant"),
            destination: attribute("Destination"),
            in_response_to: attribute("InResponseTo"),
            issuer: issuer.map(|issuer| issuer_name(issuer).into_owned()),
            status: status.and_then(status_codes),
        }
    }

    /// The values of a response.
    pub(super) fn judge(
        &self,
        expected: &Expectations<'_>,
        issuer: &EntityId,
        findings: &mut Findings,
    ) {
        self.judge_status(findings);
        self.judge_issuer(issuer, findings);
        self.judge_destination(expected.service.acs_url(), findings);
        self.judge_in_response_to(expected.solicitation, findings);
        self.judge_form(findings);
    }

    /// The values of a logout message, which is signed always: saml-profiles §4.4.4.
    pub(super) fn judge_of_logout(
        &self,
        service: &ServiceProvider,
        issuer: &EntityId,
        findings: &mut Findings,
    ) {
        self.judge_issuer(issuer, findings);
        match service.slo_url() {
            Some(slo_url) => self.judge_destination(slo_url, findings),
            None => self.fail(Check::LogoutNotConfigured, findings),
        }
        self.judge_form(findings);
    }

    /// From the top level down; empty when there is none.
    pub(super) fn status_codes(&self) -> impl Iterator<Item = &str> {
        self.status.iter().flatten().map(String::as_str)
    }

    /// saml-core §3.2.2.2.
    pub(super) fn judge_status(&self, findings: &mut Findings) {
        match self.status.as_deref() {
            None | Some([]) => self.fail(Check::StatusMissing, findings),
            Some([top, ..]) if top == SUCCESS => {}
            Some(codes) => {
                let found = codes.iter().map(|code| Shown::identifier(code)).collect();
                self.fail(Check::StatusNotSuccess { found }, findings);
            }
        }
    }

    /// saml-profiles §4.1.4.2 and §4.4.4: may be left out of an unsigned response only.
    fn judge_issuer(&self, expected: &EntityId, findings: &mut Findings) {
        match (self.issuer.as_deref(), self.standing) {
            (Some(found), _) if found == expected.as_str() => {}
            (Some(found), _) => self.fail(
                Check::IssuerMismatch {
                    expected: Shown::identifier(expected.as_str()),
                    found: Shown::identifier(found),
                },
                findings,
            ),
            (None, Standing::Unsigned) => {}
            (None, Standing::Signed) => self.fail(
                Check::IssuerMissing {
                    expected: Shown::identifier(expected.as_str()),
                },
                findings,
            ),
        }
    }

    /// saml-bindings §3.4.5.2 and §3.5.5.2: must be there when the message is signed.
    fn judge_destination(&self, expected: &EndpointUrl, findings: &mut Findings) {
        let expected = expected.as_str();
        match (self.destination.as_deref(), self.standing) {
            (Some(found), _) if found == expected => {}
            (Some(found), _) => self.fail(
                Check::DestinationMismatch {
                    expected: Shown::identifier(expected),
                    found: Shown::identifier(found),
                },
                findings,
            ),
            (None, Standing::Unsigned) => {}
            (None, Standing::Signed) => self.fail(
                Check::DestinationMissing {
                    expected: Shown::identifier(expected),
                },
                findings,
            ),
        }
    }

    /// saml-core §3.2.2 and saml-profiles §4.1.5.
    pub(super) fn judge_in_response_to(
        &self,
        solicitation: Solicitation<'_>,
        findings: &mut Findings,
    ) {
        if let Some(check) = solicitation.judge(self.in_response_to.as_deref()) {
            self.fail(check, findings);
        }
    }

    fn judge_form(&self, findings: &mut Findings) {
        let version = self.version.as_deref();
        let instant = self.issue_instant.as_deref();
        for check in form(self.has_id, version, instant) {
            self.fail(check, findings);
        }
    }

    fn fail(&self, check: Check, findings: &mut Findings) {
        findings.add(FailedCheck::at_place(check, self.at.clone()));
    }
}

/// What messages and assertions have in common: saml-core §2.3.3, §3.2.1 and §3.2.2.
pub(super) fn form(
    has_id: bool,
    version: Option<&str>,
    issue_instant: Option<&str>,
) -> impl Iterator<Item = Check> {
    let id = (!has_id).then_some(Check::AttributeMissing { attribute: "ID" });
    let version = match version {
        Some("2.0") => None,
        Some(found) => Some(Check::VersionUnsupported {
            found: Shown::new(found),
        }),
        None => Some(Check::AttributeMissing {
            attribute: "Version",
        }),
    };
    let attribute = "IssueInstant";
    let instant = match issue_instant {
        Some(text) => instant(text, attribute).err(),
        None => Some(Check::AttributeMissing { attribute }),
    };
    [id, version, instant].into_iter().flatten()
}

/// Reads an instant, or says why it cannot.
pub(super) fn instant(text: &str, attribute: &'static str) -> Result<DateTime<Utc>, Check> {
    time::parse(text).ok_or_else(|| Check::TimeMalformed {
        attribute,
        found: Shown::new(text),
    })
}

/// The top code and the one below it; `None` without one code at the top, and with two.
fn status_codes(status: Element<'_>) -> Option<Vec<String>> {
    let top = only_code(status)?;
    let value = top.attribute("Value")?.to_owned();
    let below = only_code(top).and_then(|code| code.attribute("Value"));
    Some(
        std::iter::once(value)
            .chain(below.map(str::to_owned))
            .collect(),
    )
}

fn only_code(parent: Element<'_>) -> Option<Element<'_>> {
    let mut codes = parent
        .children()
        .filter(|child| child.is(PROTOCOL, "StatusCode"));
    match (codes.next(), codes.next()) {
        (Some(code), None) => Some(code),
        _ => None,
    }
}
