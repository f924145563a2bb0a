//! The message as a tree: names, IDs and key attributes; what is signed has a bar before it.
//!
//! What is shown is listed here and everything else is hidden, so that an attribute or an element
//! that nobody thought of does not show a person.

use std::fmt::Write as _;

use vestibule::error::Shown;
use vestibule::saml::{Part, SignedPart};
use vestibule::xml::{Document, Element};

use super::style::Style;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Attributes that say nothing about a person.
const ATTRIBUTES: [&str; 18] = [
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
    "URI",
    "Value",
    "Version",
];

/// Elements whose text says nothing about a person.
const TEXTS: [&str; 3] = ["Audience", "AuthnContextClassRef", "Issuer"];

/// Elements of which only the first line is shown.
const CLOSED: [&str; 3] = ["EncryptedData", "EncryptedKey", "Signature"];

/// Whether personal values are shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Values {
    #[default]
    Hidden,
    Shown,
}

pub(crate) fn of(
    document: &Document<'_>,
    signatures: &[SignedPart],
    style: Style,
    values: Values,
) -> String {
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
        let _ = writeln!(tree, "  {bar} {indent}{line}{mark}");
    }
    tree
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
fn part(element: Element<'_>) -> Option<Part> {
    match (element.parent(), element.local_name()) {
        (None, "Response") => Some(Part::Response),
        (Some(parent), "Assertion") if parent.parent().is_none() => Some(Part::Assertion),
        _ => None,
    }
}

fn signature_on(part: Part, signatures: &[SignedPart]) -> Option<&SignedPart> {
    signatures.iter().find(|signed| signed.part == part)
}

fn is_signature(element: Element<'_>) -> bool {
    element.is(DSIG, "Signature")
}

fn is_closed(element: &Element<'_>) -> bool {
    CLOSED.contains(&element.local_name())
}
