//! What every message says of itself, and in a response stands around the assertion.
//!
//! When the message is signed the values are read from the hashed octets. When it is not, anybody can
//! have written them, and they can only make a refusal.

use chrono::{DateTime, Utc};

use crate::error::{Place, Shown, Span};
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

/// A copy of the values, so that the message itself can be dropped.
#[derive(Debug)]
pub(super) struct Envelope {
    standing: Standing,
    /// Of the message's element.
    path: String,
    bytes: Span,
    id: Option<Said>,
    version: Option<Said>,
    issue_instant: Option<Said>,
    destination: Option<Said>,
    in_response_to: Option<Said>,
    issuer: Option<Said>,
    status: Option<Status>,
}

/// A value, and the bytes of the attribute or element that says it.
#[derive(Debug)]
struct Said {
    value: String,
    bytes: Span,
}

impl Said {
    fn by(element: Element<'_>, attribute: &str) -> Option<Self> {
        Some(Self {
            value: element.attribute(attribute)?.to_owned(),
            bytes: element.attribute_span(attribute)?,
        })
    }
}

#[derive(Debug)]
struct Status {
    bytes: Span,
    /// The top one; `None` without one code at the top, and with two.
    code: Option<Said>,
    /// The one below it.
    code_below: Option<String>,
}

impl Status {
    fn of(status: Element<'_>) -> Self {
        let top = only_code(status);
        let below = top.and_then(only_code);
        Self {
            bytes: status.span(),
            code: top.and_then(|code| Said::by(code, "Value")),
            code_below: below.and_then(|code| code.attribute("Value").map(str::to_owned)),
        }
    }
}

impl Envelope {
    pub(super) fn of(
        message: Element<'_>,
        issuer: Option<Element<'_>>,
        status: Option<Element<'_>>,
        standing: Standing,
    ) -> Self {
        let said = |name| Said::by(message, name);
        Self {
            standing,
            path: message.path(),
            bytes: message.span(),
            id: said("ID"),
            version: said("Version"),
            issue_instant: said("IssueInstant"),
            destination: said("Destination"),
            in_response_to: said("InResponseTo"),
            issuer: issuer.map(|issuer| Said {
                value: issuer_name(issuer).into_owned(),
                bytes: issuer.span(),
            }),
            status: status.map(Status::of),
        }
    }

    /// The values of a response.
    pub(super) fn judge(&self, terms: Terms<'_>, findings: &mut Findings) {
        self.judge_status(findings);
        self.judge_issuer(terms.issuer, findings);
        let destination = value(&self.destination);
        if !destination.is_some_and(|found| terms.practice.overlooks_destination(found)) {
            self.judge_destination(terms.service().acs_url(), findings);
        }
        if let Some(check) = terms.judge_in_response_to(value(&self.in_response_to)) {
            self.fail_attribute("InResponseTo", check, findings);
        }
        self.judge_form(terms.clock(), findings);
    }

    /// The values of a logout message, which is signed always: saml-profiles §4.4.4.
    pub(super) fn judge_of_logout(
        &self,
        service: &ServiceProvider,
        issuer: &EntityId,
        clock: Clock,
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
        let code = self.status.iter().filter_map(|status| {
            let code = status.code.as_ref()?;
            Some((code, status.code_below.as_deref()))
        });
        code.flat_map(|(code, below)| std::iter::once(code.value.as_str()).chain(below))
    }

    /// saml-core §3.2.2.2.
    pub(super) fn judge_status(&self, findings: &mut Findings) {
        let Some(status) = &self.status else {
            return self.fail(Check::StatusMissing, findings);
        };
        match &status.code {
            None => self.fail_inside("Status", status.bytes, Check::StatusMissing, findings),
            Some(code) if code.value == SUCCESS => {}
            Some(code) => {
                let found = self.status_codes().map(Shown::identifier).collect();
                let place = Place::Attribute {
                    path: format!("{}/Status/StatusCode/@Value", self.path),
                    bytes: code.bytes,
                };
                let check = Check::StatusNotSuccess { found };
                findings.add(FailedCheck::at_place(check, place));
            }
        }
    }

    /// saml-profiles §4.1.4.2 and §4.4.4: may be left out of an unsigned response only.
    fn judge_issuer(&self, expected: &EntityId, findings: &mut Findings) {
        let expected_shown = || Shown::identifier(expected.as_str());
        match (&self.issuer, self.standing) {
            (Some(found), _) if found.value == expected.as_str() => {}
            (Some(issuer), _) => {
                let check = Check::IssuerMismatch {
                    expected: expected_shown(),
                    found: Shown::identifier(&issuer.value),
                };
                self.fail_inside("Issuer", issuer.bytes, check, findings);
            }
            (None, Standing::Unsigned) => {}
            (None, Standing::Signed) => {
                let expected = expected_shown();
                self.fail(Check::IssuerMissing { expected }, findings);
            }
        }
    }

    /// saml-bindings §3.4.5.2 and §3.5.5.2: must be there when the message is signed.
    fn judge_destination(&self, expected: &EndpointUrl, findings: &mut Findings) {
        let expected = expected.as_str();
        let check = match (value(&self.destination), self.standing) {
            (Some(found), _) if found == expected => return,
            (None, Standing::Unsigned) => return,
            (Some(found), _) => Check::DestinationMismatch {
                expected: Shown::identifier(expected),
                found: Shown::identifier(found),
            },
            (None, Standing::Signed) => Check::DestinationMissing {
                expected: Shown::identifier(expected),
            },
        };
        self.fail_attribute("Destination", check, findings);
    }

    /// Of an answer that is never unsolicited: saml-core §3.2.2.
    pub(super) fn judge_answer_to(&self, request: &SentRequest, findings: &mut Findings) {
        if let Some(check) = request.judge(value(&self.in_response_to)) {
            self.fail_attribute("InResponseTo", check, findings);
        }
    }

    pub(super) fn judge_form(&self, clock: Clock, findings: &mut Findings) {
        let form = Form {
            id: value(&self.id),
            version: value(&self.version),
            issue_instant: value(&self.issue_instant),
        };
        for (name, check) in form.judge(clock) {
            self.fail_attribute(name, check, findings);
        }
    }

    /// At the message.
    fn fail(&self, check: Check, findings: &mut Findings) {
        let (path, bytes) = (self.path.clone(), self.bytes);
        findings.add(FailedCheck::at_place(check, Place::Element { path, bytes }));
    }

    /// At a child of the message.
    fn fail_inside(&self, child: &str, bytes: Span, check: Check, findings: &mut Findings) {
        let path = format!("{}/{child}", self.path);
        findings.add(FailedCheck::at_place(check, Place::Element { path, bytes }));
    }

    /// At an attribute of the message; at the message, where it has none of this name.
    fn fail_attribute(&self, name: &str, check: Check, findings: &mut Findings) {
        let said = match name {
            "Destination" => &self.destination,
            "ID" => &self.id,
            "InResponseTo" => &self.in_response_to,
            "IssueInstant" => &self.issue_instant,
            "Version" => &self.version,
            _ => &None,
        };
        let Some(Said { bytes, .. }) = said else {
            return self.fail(check, findings);
        };
        let (path, bytes) = (format!("{}/@{name}", self.path), *bytes);
        findings.add(FailedCheck::at_place(
            check,
            Place::Attribute { path, bytes },
        ));
    }
}

fn value(said: &Option<Said>) -> Option<&str> {
    said.as_ref().map(|said| said.value.as_str())
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

    /// What is wrong with it, each with the name of the attribute.
    pub(super) fn judge(self, clock: Clock) -> impl Iterator<Item = (&'static str, Check)> {
        let issue_instant = required("IssueInstant", self.issue_instant)
            .and_then(|text| instant(text, "IssueInstant"))
            .and_then(|issued| not_in_future(issued, "IssueInstant", clock));
        [
            ("ID", self.judge_id().err()),
            ("Version", self.judge_version().err()),
            ("IssueInstant", issue_instant.err()),
        ]
        .into_iter()
        .filter_map(|(name, check)| Some((name, check?)))
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

fn only_code(parent: Element<'_>) -> Option<Element<'_>> {
    let mut codes = parent
        .children()
        .filter(|child| child.is(PROTOCOL, "StatusCode"));
    match (codes.next(), codes.next()) {
        (Some(code), None) => Some(code),
        _ => None,
    }
}
