//! The message as a tree: names, IDs and key attributes; what is signed has a bar before it.
//!
//! What is shown is listed here and everything else is hidden, so that an attribute or an element
//! that nobody thought of does not show a person.

use std::fmt::Write as _;

use vestibule::error::{Explain, Place, Shown};
use vestibule::saml::{Part, Refusal, SignedPart};
use vestibule::xml::{Document, Element};

use super::judge::Explanation;
use super::style::Style;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Attributes that say nothing about a person.
const ATTRIBUTES: [&str; 19] = [
    "Algorithm",
    "AuthnInstant",
    "Destination",
    "Format",
    "FriendlyName",
    "ID",
    "InResponseTo",
    "IssueInstant",
    "Method",
    "Name",
    "NameFormat",
    "NotBefore",
    "NotOnOrAfter",
    "Recipient",
    "SessionNotOnOrAfter",
    "Type",
    "URI",
    "Value",
    "Version",
];

/// Elements whose text says nothing about a person.
const TEXTS: [&str; 3] = ["Audience", "AuthnContextClassRef", "Issuer"];

/// Elements of which only the first line is shown.
const CLOSED: [&str; 3] = ["CipherData", "Signature", "X509Data"];

/// Whether personal values are shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Values {
    #[default]
    Hidden,
    Shown,
}

pub(crate) fn of(
    document: &Document<'_>,
    explanation: &Explanation,
    style: Style,
    values: Values,
) -> String {
    let signatures = explanation.signatures.as_slice();
    let failures = Failures::of(document, explanation);
    let mut tree = String::new();
    for element in document.elements() {
        let around: Vec<Element<'_>> =
            std::iter::successors(element.parent(), |element| element.parent()).collect();
        if around.iter().any(is_closed) {
            continue;
        }
        let is_signed = std::iter::once(&element)
            .chain(&around)
            .any(|one| part(*one).is_some_and(|part| signature_on(part, signatures).is_some()));
        // A signature does not sign itself.
        let bar = match is_signed && !is_signature(element) {
            true => style.good("┃"),
            false => " ".to_owned(),
        };
        let indent = "  ".repeat(around.len());
        let line = format!("{}{}", start(element, values), text(element, values));
        let mark = mark(element, signatures, style);
        let codes = failures.at(element);
        let failed = match codes.is_empty() {
            true => String::new(),
            false => style.bad(format!("  ✗ {}", codes.join(", "))),
        };
        let _ = writeln!(tree, "  {bar} {indent}{line}{mark}{failed}");
    }
    tree
}

/// The codes of failed checks by the path of the element, where one element has that path.
struct Failures(Vec<(String, &'static str)>);

impl Failures {
    fn of(document: &Document<'_>, explanation: &Explanation) -> Self {
        let root = format!("/{}", document.root().local_name());
        let failed = explanation.refusal.iter().flat_map(Refusal::failed);
        let mut failures: Vec<(String, &'static str)> = failed
            .filter_map(|one| {
                let path = match one.at()? {
                    Place::Attribute { path, .. } => path.split_once("/@")?.0,
                    Place::Element { path, .. } => path,
                    _ => return None,
                };
                // What was signed alone is its own root.
                let of_message = match path.starts_with("/Assertion") {
                    true => format!("{root}{path}"),
                    false => path.to_owned(),
                };
                Some((of_message, one.check().code()))
            })
            .collect();
        failures.retain(|(path, _)| {
            let of_path = |element: &Element<'_>| element.path() == *path;
            document.elements().filter(of_path).count() == 1
        });
        Self(failures)
    }

    fn at(&self, element: Element<'_>) -> Vec<&'static str> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let path = element.path();
        let here = self.0.iter().filter(|(at, _)| *at == path);
        here.map(|(_, code)| *code).collect()
    }
}

fn start(element: Element<'_>, values: Values) -> String {
    let mut start = element.local_name().to_owned();
    for attribute in element.attributes() {
        let is_public =
            ATTRIBUTES.contains(&attribute.local_name) && attribute.namespace.is_empty();
        let value = match (is_public, values) {
            (true, _) | (_, Values::Shown) => {
                format!("\"{}\"", Shown::identifier(attribute.value))
            }
            (false, Values::Hidden) => "‹hidden›".to_owned(),
        };
        let _ = write!(start, " {}={value}", attribute.local_name);
    }
    start
}

fn text(element: Element<'_>, values: Values) -> String {
    let text = element.text();
    let text = text.trim();
    if text.is_empty() || is_closed(&element) {
        return String::new();
    }
    let is_public = TEXTS.contains(&element.local_name());
    match (is_public, values) {
        (true, _) | (_, Values::Shown) => format!("  {}", Shown::identifier(text)),
        (false, Values::Hidden) => format!("  ‹hidden, {} characters›", text.chars().count()),
    }
}

fn mark(element: Element<'_>, signatures: &[SignedPart], style: Style) -> String {
    if let Some(signed) = part(element).and_then(|part| signature_on(part, signatures)) {
        return style.good(format!("  ◀ signed, {}", signed.algorithm));
    }
    match is_signature(element) && signatures.is_empty() {
        true => style.warning("  ◀ not verified"),
        false => String::new(),
    }
}

/// Which part of a response this element is, by its place.
pub(crate) fn part(element: Element<'_>) -> Option<Part> {
    match (element.parent(), element.local_name()) {
        (None, "Response") => Some(Part::Response),
        // The signature of an encrypted one stands inside it.
        (Some(parent), "Assertion" | "EncryptedAssertion") if parent.parent().is_none() => {
            Some(Part::Assertion)
        }
        _ => None,
    }
}

fn signature_on(part: Part, signatures: &[SignedPart]) -> Option<&SignedPart> {
    signatures.iter().find(|signed| signed.part == part)
}

pub(crate) fn is_signature(element: Element<'_>) -> bool {
    element.is(DSIG, "Signature")
}

fn is_closed(element: &Element<'_>) -> bool {
    CLOSED.contains(&element.local_name())
}
