//! All that is wrong with a message, in one value.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::{Blame, Explain, Place};
use crate::limits::MAX_FAILED_CHECKS;
use crate::xml::Element;

use super::check::Check;
use super::check_class::CheckClass;
use super::check_setting::Setting;

/// A refused message with every check that failed, the most telling first, and no more than
/// [`MAX_FAILED_CHECKS`].
///
/// Serializes as a list of objects with `code`, `class`, `blame`, `message`, `at`, `expected`,
/// `found`, `help` and `settings` (see [`Setting`]). It holds no name identifier and no attribute
/// value.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::saml::{CheckClass, ParsedResponse};
///
/// let refusal = ParsedResponse::from_octets(b"<a/>".to_vec()).unwrap_err();
/// assert_eq!(refusal.first().check().class(), CheckClass::Structure);
/// assert_eq!(refusal.code(), "saml-root-unexpected");
/// assert_eq!(refusal.failed().count(), 1);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    first: Box<FailedCheck>,
    others: Vec<FailedCheck>,
}

impl Refusal {
    pub(super) fn of(check: FailedCheck) -> Self {
        Self {
            first: Box::new(check),
            others: Vec::new(),
        }
    }

    pub(super) fn and(mut self, check: FailedCheck) -> Self {
        self.others.push(check);
        self
    }

    /// The check that tells most: the first one in the order of judgement.
    /// See [`Refusal`] for an example.
    #[must_use]
    pub fn first(&self) -> &FailedCheck {
        &self.first
    }

    /// All checks that failed, in the order of judgement. See [`Refusal`] for an example.
    pub fn failed(&self) -> impl Iterator<Item = &FailedCheck> {
        std::iter::once(self.first()).chain(&self.others)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.first.check)?;
        match self.others.len() {
            0 => Ok(()),
            others => write!(formatter, " (and {others} more)"),
        }
    }
}

impl std::error::Error for Refusal {}

/// The first check speaks for the refusal.
impl Explain for Refusal {
    fn code(&self) -> &'static str {
        self.first.check.code()
    }

    fn blame(&self) -> Blame {
        self.first.check.blame()
    }

    fn at(&self) -> Option<Place> {
        self.first.at.clone()
    }

    fn help(&self) -> &'static str {
        self.first.check.help()
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.failed().map(Report::of))
    }
}

#[derive(Serialize)]
struct Report {
    code: &'static str,
    class: CheckClass,
    blame: Blame,
    message: String,
    at: Option<Place>,
    expected: Option<String>,
    found: Option<String>,
    help: &'static str,
    settings: Vec<Setting>,
}

impl Report {
    fn of(failed: &FailedCheck) -> Self {
        Self {
            code: failed.check.code(),
            class: failed.check.class(),
            blame: failed.check.blame(),
            message: failed.check.to_string(),
            at: failed.at.clone(),
            expected: failed.check.expected(),
            found: failed.check.found(),
            help: failed.check.help(),
            settings: failed.check.settings(),
        }
    }
}

/// One check that failed, with the place in the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FailedCheck {
    check: Check,
    at: Option<Place>,
}

impl FailedCheck {
    pub(super) fn new(check: Check) -> Self {
        let at = match &check {
            Check::Signature(error) => error.at(),
            Check::Xml(error) => error.at(),
            Check::Encoding(error) => error.span().map(Place::Bytes),
            _ => None,
        };
        Self { check, at }
    }

    pub(super) fn at_element(check: Check, element: Element<'_>) -> Self {
        Self::at_place(check, element.place())
    }

    pub(super) const fn at_place(check: Check, place: Place) -> Self {
        Self {
            check,
            at: Some(place),
        }
    }

    /// The rule that broke, with both sides. See [`Refusal`] for an example.
    #[must_use]
    pub const fn check(&self) -> &Check {
        &self.check
    }

    /// Where; bytes count in the decoded message, or in the octets that were signed once the
    /// signature is verified. See [`Refusal`] for an example.
    #[must_use]
    pub const fn at(&self) -> Option<&Place> {
        self.at.as_ref()
    }

    /// What would have passed, where that is one value. See [`Refusal`] for an example.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        self.check.expected()
    }

    /// What the message says instead. See [`Refusal`] for an example.
    #[must_use]
    pub fn found(&self) -> Option<String> {
        self.check.found()
    }
}

/// Collects the checks that fail, in the order of judgement.
#[derive(Debug, Default)]
pub(super) struct Findings {
    failed: Vec<FailedCheck>,
}

impl Findings {
    pub(super) fn fail(&mut self, check: Check, element: Element<'_>) {
        // Before the path is made: a message can break one rule a hundred thousand times.
        if !self.is_full() {
            self.failed.push(FailedCheck::at_element(check, element));
        }
    }

    /// At the attribute of this name; at the element, where it has none.
    pub(super) fn fail_attribute(&mut self, check: Check, element: Element<'_>, name: &str) {
        if !self.is_full() {
            let place = element.attribute_place(name);
            self.failed.push(FailedCheck::at_place(check, place));
        }
    }

    pub(super) fn add(&mut self, failed: FailedCheck) {
        if !self.is_full() {
            self.failed.push(failed);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        let space = MAX_FAILED_CHECKS.saturating_sub(self.failed.len());
        self.failed.extend(other.failed.into_iter().take(space));
    }

    fn is_full(&self) -> bool {
        self.failed.len() >= MAX_FAILED_CHECKS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.failed.is_empty()
    }

    /// `Err` when anything failed.
    pub(super) fn verdict(self) -> Result<(), Refusal> {
        let mut failed = self.failed.into_iter();
        match failed.next() {
            None => Ok(()),
            Some(first) => Err(Refusal {
                first: Box::new(first),
                others: failed.collect(),
            }),
        }
    }
}
