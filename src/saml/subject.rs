//! Whom the assertion is about, and whether the bearer is confirmed: saml-core §2.4.

use chrono::{DateTime, Utc};

use crate::error::Shown;
use crate::identity::Personal;
use crate::xml::Element;

use super::check::{Check, Period};
use super::encryption::DecryptedParts;
use super::envelope::instant;
use super::name_id::NameId;
use super::namespace::{ASSERTION, BEARER, SCHEMA_INSTANCE};
use super::party::EndpointUrl;
use super::refusal::Findings;
use super::structure::{Children, unexpected};
use super::terms::Terms;
use super::time::Clock;

pub(super) struct Subject {
    /// Absent only where the connection names people by something else.
    pub(super) name_id: Option<NameId>,
    /// The latest end of a bearer confirmation, whether it holds now or may hold later.
    pub(super) end: DateTime<Utc>,
}

pub(super) fn judge(
    assertion: &mut Children<'_>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Option<Subject> {
    let Some(subject) = assertion.next_if(ASSERTION, "Subject") else {
        findings.fail(Check::SubjectMissing, assertion.parent());
        return None;
    };
    let mut children = Children::of(subject, findings);
    let name_id = match next_name_id(&mut children, terms.decrypted, findings) {
        Ok(name_id) => name_id,
        Err(missing) => {
            if terms.practice.subject_source.needs_name_id() {
                findings.fail(missing, subject);
            }
            None
        }
    };
    let end = judge_confirmations(&mut children, terms, findings);
    children.end(findings);
    Some(Subject { name_id, end: end? })
}

pub(super) fn judge_name_id(
    children: &mut Children<'_>,
    decrypted: &DecryptedParts,
    findings: &mut Findings,
) -> Option<NameId> {
    next_name_id(children, decrypted, findings).unwrap_or_else(|missing| {
        findings.fail(missing, children.parent());
        None
    })
}

/// The name identifier at the head of `children`: `None` when it is unsound, which fails, and `Err`
/// when there is none.
fn next_name_id(
    children: &mut Children<'_>,
    decrypted: &DecryptedParts,
    findings: &mut Findings,
) -> Result<Option<NameId>, Check> {
    if let Some(element) = children.next_if(ASSERTION, "NameID") {
        return Ok(read_name_id(element, findings));
    }
    let Some(encrypted) = children.next_if(ASSERTION, "EncryptedID") else {
        return Err(Check::NameIdMissing);
    };
    Ok(match decrypted.inside(encrypted) {
        Some(element) => read_name_id(element, findings),
        None => {
            findings.fail(Check::NameIdEncrypted, encrypted);
            None
        }
    })
}

/// Reads a `NameID`; blank text, `xsi:nil` and elements inside are refused.
pub(super) fn read_name_id(element: Element<'_>, findings: &mut Findings) -> Option<NameId> {
    if let Some(child) = element.children().next() {
        findings.fail(unexpected(child), child);
        return None;
    }
    let value = element.text();
    let nil = nil(element);
    if nil == Nil::Invalid {
        findings.fail(Check::NilInvalid, element);
        return None;
    }
    if is_blank(&value) || nil == Nil::Yes {
        findings.fail(Check::NameIdEmpty, element);
        return None;
    }
    let attribute = |name| element.attribute(name).map(str::to_owned);
    Some(NameId {
        value: Personal::new(value),
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    })
}

/// Whether there is nothing to see: white space and characters of no width.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace()
            || matches!(character,
                '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    })
}

/// What `xsi:nil` says: XML Schema part 1 §2.6.2.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Nil {
    /// Something that is no `xs:boolean`.
    Invalid,
    /// `false`, or nothing.
    No,
    Yes,
}

pub(super) fn nil(element: Element<'_>) -> Nil {
    let mut attributes = element.attributes_named(|name| name == "nil");
    let nil = attributes.find(|attribute| attribute.namespace == SCHEMA_INSTANCE);
    match nil.map(|nil| nil.value.trim_ascii()) {
        None | Some("false" | "0") => Nil::No,
        Some("true" | "1") => Nil::Yes,
        Some(_) => Nil::Invalid,
    }
}

/// saml-profiles §4.1.4.3: at least one bearer confirmation must hold, and others do no harm.
fn judge_confirmations(
    subject: &mut Children<'_>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    let mut failed = Findings::default();
    let mut methods = Vec::new();
    let mut has_bearer = false;
    let (mut is_confirmed, mut end) = (false, None);
    while let Some(confirmation) = subject.next_if(ASSERTION, "SubjectConfirmation") {
        let method = confirmation.attribute("Method").unwrap_or_default();
        if method != BEARER {
            methods.push(method);
            continue;
        }
        has_bearer = true;
        let mut own = Findings::default();
        // Also of one that does not hold: it may hold later, and then it is a replay.
        end = end.max(judge_bearer(confirmation, terms, &mut own));
        match own.is_empty() {
            true => is_confirmed = true,
            false => failed.append(own),
        }
    }
    if !has_bearer {
        let found = methods
            .iter()
            .take(8)
            .map(|method| Shown::new(method))
            .collect();
        findings.fail(Check::ConfirmationMissing { found }, subject.parent());
    } else if !is_confirmed {
        findings.append(failed);
    }
    end
}

/// saml-profiles §4.1.4.2; returns the end of the confirmation.
fn judge_bearer(
    confirmation: Element<'_>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    let mut children = Children::of(confirmation, findings);
    // Who else may confirm; a bearer needs no name.
    children.next_if_any(is_identifier);
    let data = children.next_if(ASSERTION, "SubjectConfirmationData");
    children.end(findings);
    let Some(data) = data else {
        findings.fail(Check::ConfirmationDataMissing, confirmation);
        return None;
    };
    judge_recipient(data, terms.service().acs_url(), findings);
    if let Some(check) = terms.judge_in_response_to(data.attribute("InResponseTo")) {
        findings.fail_attribute(check, data, "InResponseTo");
    }
    let period = Period::Confirmation;
    let window = read_window(data, findings);
    window.judge(period, terms.clock(), data, findings);
    if data.attribute("NotOnOrAfter").is_none() {
        let attribute = "NotOnOrAfter";
        findings.fail(Check::AttributeMissing { attribute }, data);
    }
    window.end
}

fn is_identifier(element: Element<'_>) -> bool {
    element.namespace() == ASSERTION
        && matches!(element.local_name(), "BaseID" | "EncryptedID" | "NameID")
}

fn judge_recipient(data: Element<'_>, acs_url: &EndpointUrl, findings: &mut Findings) {
    let acs_url = acs_url.as_str();
    match data.attribute("Recipient") {
        Some(found) if found == acs_url => {}
        Some(found) => findings.fail_attribute(
            Check::RecipientMismatch {
                expected: Shown::identifier(acs_url),
                found: Shown::identifier(found),
            },
            data,
            "Recipient",
        ),
        None => findings.fail(
            Check::RecipientMissing {
                expected: Shown::identifier(acs_url),
            },
            data,
        ),
    }
}

/// `NotBefore` and `NotOnOrAfter` of one element.
pub(super) struct Window {
    pub(super) start: Option<DateTime<Utc>>,
    pub(super) end: Option<DateTime<Utc>>,
}

/// Reads both attributes; one that is malformed fails and counts as absent.
pub(super) fn read_window(element: Element<'_>, findings: &mut Findings) -> Window {
    Window {
        start: read_instant(element, "NotBefore", findings),
        end: read_instant(element, "NotOnOrAfter", findings),
    }
}

/// An optional instant; one that is malformed fails and counts as absent.
pub(super) fn read_instant(
    element: Element<'_>,
    attribute: &'static str,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    let text = element.attribute(attribute)?;
    instant(text, attribute)
        .map_err(|check| findings.fail_attribute(check, element, attribute))
        .ok()
}

impl Window {
    pub(super) fn judge(
        &self,
        period: Period,
        clock: Clock,
        element: Element<'_>,
        findings: &mut Findings,
    ) {
        if let Some(start) = self.start
            && clock.is_before(start)
        {
            let now = clock.now;
            let check = Check::NotYetValid { period, start, now };
            findings.fail_attribute(check, element, "NotBefore");
        }
        if let Some(end) = self.end
            && clock.is_over(end)
        {
            let now = clock.now;
            let check = Check::Expired { period, end, now };
            findings.fail_attribute(check, element, "NotOnOrAfter");
        }
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start >= end
        {
            findings.fail(Check::PeriodEmpty { period }, element);
        }
    }
}
