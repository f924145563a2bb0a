//! What every message says of itself, and in a response stands around the assertion.
//!
//! When the message is signed the values are read from the hashed octets. When it is not, anybody can
//! have written them, and they can only make a refusal.

use chrono::{DateTime, Utc};

use crate::error::{Place, Shown};
use crate::xml::Element;

use super::check::Check;
use super::message_id::is_id;
use super::namespace::{PROTOCOL, SUCCESS};
use super::party::{EndpointUrl, EntityId, ServiceProvider};
use super::refusal::{FailedCheck, Findings};
use super::sent_request::SentRequest;
use super::structure::issuer_name;
use super::terms::Terms;
use super::time::{self, Clock};

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
    id: Option<String>,
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
            id: attribute("ID"),
            version: attribute("Version"),
            issue_instant: attribute("IssueInstant"),
            destination: attribute("Destination"),
            in_response_to: attribute("InResponseTo"),
            issuer: issuer.map(|issuer| issuer_name(issuer).into_owned()),
            status: status.and_then(status_codes),
        }
    }

    /// The values of a response.
    pub(super) fn judge(&self, terms: Terms<'_>, findings: &mut Findings) {
        self.judge_status(findings);
        self.judge_issuer(terms.issuer, findings);
        let destination = self.destination.as_deref();
        if !destination.is_some_and(|found| terms.practice.overlooks_destination(found)) {
            self.judge_destination(terms.service().acs_url(), findings);
        }
        if let Some(check) = terms.judge_in_response_to(self.in_response_to.as_deref()) {
            self.fail(check, findings);
        }
        self.judge_form(Some(terms.clock()), findings);
    }

    /// The values of a logout message, which is signed always: saml-profiles §4.4.4. An answer is
    /// judged by its request alone, without a clock.
    pub(super) fn judge_of_logout(
        &self,
        service: &ServiceProvider,
        issuer: &EntityId,
        clock: Option<Clock>,
        findings: &mut Findings,
    ) {
        self.judge_issuer(issuer, findings);
        match service.slo_url() {
            Some(slo_url) => self.judge_destination(slo_url, findings),
            None => self.fail(Check::LogoutNotConfigured, findings),
        }
        self.judge_form(clock, findings);
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

    /// Of an answer that is never unsolicited: saml-core §3.2.2.
    pub(super) fn judge_answer_to(&self, request: &SentRequest, findings: &mut Findings) {
        if let Some(check) = request.judge(self.in_response_to.as_deref()) {
            self.fail(check, findings);
        }
    }

    fn judge_form(&self, clock: Option<Clock>, findings: &mut Findings) {
        let form = Form {
            id: self.id.as_deref(),
            version: self.version.as_deref(),
            issue_instant: self.issue_instant.as_deref(),
        };
        for check in form.judge(clock) {
            self.fail(check, findings);
        }
    }

    fn fail(&self, check: Check, findings: &mut Findings) {
        findings.add(FailedCheck::at_place(check, self.at.clone()));
    }
}

/// What messages and assertions have in common: saml-core §2.3.3, §3.2.1 and §3.2.2.
pub(super) struct Form<'m> {
    id: Option<&'m str>,
    version: Option<&'m str>,
    issue_instant: Option<&'m str>,
}

impl<'m> Form<'m> {
    pub(super) fn of(element: Element<'m>) -> Self {
        Self {
            id: element.attribute("ID"),
            version: element.attribute("Version"),
            issue_instant: element.attribute("IssueInstant"),
        }
    }

    /// What is wrong with it. Without a clock an instant is read and not compared.
    pub(super) fn judge(self, clock: Option<Clock>) -> impl Iterator<Item = Check> {
        let issue_instant = required("IssueInstant", self.issue_instant)
            .and_then(|text| instant(text, "IssueInstant"))
            .and_then(|issued| match clock {
                Some(clock) => not_in_future(issued, "IssueInstant", clock),
                None => Ok(()),
            });
        [
            self.judge_id().err(),
            self.judge_version().err(),
            issue_instant.err(),
        ]
        .into_iter()
        .flatten()
    }

    fn judge_id(&self) -> Result<(), Check> {
        let id = required("ID", self.id.filter(|id| !id.is_empty()))?;
        match is_id(id) {
            true => Ok(()),
            false => Err(Check::IdMalformed {
                found: Shown::new(id),
            }),
        }
    }

    fn judge_version(&self) -> Result<(), Check> {
        match required("Version", self.version)? {
            "2.0" => Ok(()),
            found => Err(Check::VersionUnsupported {
                found: Shown::new(found),
            }),
        }
    }
}

fn required<'m>(attribute: &'static str, value: Option<&'m str>) -> Result<&'m str, Check> {
    value.ok_or(Check::AttributeMissing { attribute })
}

/// What happened cannot lie in the future, beyond what clocks differ.
pub(super) fn not_in_future(
    instant: DateTime<Utc>,
    attribute: &'static str,
    clock: Clock,
) -> Result<(), Check> {
    match clock.is_before(instant) {
        true => Err(Check::InstantInFuture {
            attribute,
            instant,
            now: clock.now,
        }),
        false => Ok(()),
    }
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
