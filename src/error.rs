//! The contract that every error of this crate keeps.
//!
//! An error answers three questions: *what* rule broke ([`Explain::code`] and `Display`), *where*
//! ([`Explain::at`]) and *what to do* ([`Explain::help`]), and says whose turn it is
//! ([`Explain::blame`]). Each part of the crate has its own error type; hosts that handle them
//! alike do so through this trait.
//!
//! This module does not hold the errors themselves, and it never sees a secret: no `Display` or
//! `Debug` of an error in this crate carries a token, a key, a `NameID` or an attribute value.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What an error of this crate says about itself.
///
/// ```
/// use vestibule::domain::DomainName;
/// use vestibule::error::{Blame, Explain};
///
/// let error = DomainName::parse("co.uk").unwrap_err();
/// assert_eq!(error.code(), "domain-public-suffix");
/// assert_eq!(error.blame(), Blame::Caller);
/// assert!(!error.help().is_empty());
/// ```
pub trait Explain: std::error::Error {
    /// A stable kebab-case code, such as `saml-audience-mismatch`.
    ///
    /// Codes are listed in `docs/error-codes.md`; one that was released keeps its meaning.
    fn code(&self) -> &'static str;

    /// Whose turn it is.
    fn blame(&self) -> Blame;

    /// Where in the input the rule broke; `None` when there is no such place.
    fn at(&self) -> Option<Place> {
        None
    }

    /// One sentence that tells an administrator what to change, and where.
    fn help(&self) -> &'static str;
}

/// Whose turn it is when something is refused.
///
/// Exhaustive on purpose: a host decides by it whether to page somebody, to show the error to an
/// administrator, or to answer the sender.
#[expect(
    clippy::exhaustive_enums,
    reason = "hosts must decide what to do for each"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The code or the person that called: an argument cannot be used.
    Caller,
    /// A setting of this connection, at the host or at the identity provider.
    Configuration,
    /// A defect of this crate: please report it.
    Internal,
    /// A bound on hostile input was met (see [`crate::limits`]).
    Limit,
    /// The sender deviated from the standard.
    Peer,
}

/// A range of byte offsets into the text that was judged: `start` inclusive, `end` exclusive.
#[expect(clippy::exhaustive_structs, reason = "a plain pair of offsets")]
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to and without `end`.
    ///
    /// ```
    /// use vestibule::error::Span;
    /// assert_eq!(&"userName eq"[Span::new(0, 8).range()], "userName");
    /// ```
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same as a range, for slicing.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Where a rule broke.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// An attribute of an XML element.
    Attribute {
        /// The path of its element and its name, such as `/Response/@Destination`.
        path: String,
        /// From the first byte of its name to its closing quote.
        bytes: Span,
    },
    /// Bytes of a text, such as a filter or an XML document.
    Bytes(Span),
    /// An XML element, as a path of local names from the root, with its bytes in the message.
    Element {
        /// Such as `/Response/Assertion/Conditions`.
        path: String,
        /// The bytes of the element's start tag.
        bytes: Span,
    },
    /// A value in a JSON body, as an RFC 6901 pointer such as `/emails/0/value`.
    Json(String),
    /// One operation of a SCIM PATCH or Bulk request.
    Operation {
        /// The index in the request's list, from 0.
        index: usize,
        /// The attribute path that the operation names, where it names one.
        path: Option<String>,
    },
    /// A named parameter of a request, such as `SAMLResponse` or `startIndex`.
    Parameter(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(span) => write!(formatter, "bytes {}..{}", span.start, span.end),
            Self::Attribute { path, bytes } | Self::Element { path, bytes } => {
                write!(formatter, "{path} (bytes {}..{})", bytes.start, bytes.end)
            }
            Self::Json(pointer) => write!(formatter, "`{pointer}`"),
            Self::Operation {
                index,
                path: Some(path),
            } => write!(formatter, "operation {index}, path `{path}`"),
            Self::Operation { index, path: None } => write!(formatter, "operation {index}"),
            Self::Parameter(name) => write!(formatter, "parameter `{name}`"),
        }
    }
}

/// A piece of input as messages show it: cut, controls escaped.
///
/// Only for input that is neither secret nor personal: names, algorithms, operators.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shown(String);

impl Shown {
    const MAX_CHARS: usize = 64;
    const MAX_IDENTIFIER_CHARS: usize = 256;

    /// At most 64 characters of `input`.
    ///
    /// ```
    /// use vestibule::error::Shown;
    /// assert_eq!(Shown::new("a\nb").to_string(), "a\\nb");
    /// assert_eq!(Shown::new(&"x".repeat(100)).to_string().chars().count(), 65);
    /// ```
    #[must_use]
    pub fn new(input: &str) -> Self {
        Self::cut(input, Self::MAX_CHARS)
    }

    /// The same with 256 characters, for URLs and entity IDs: they often differ at their end.
    ///
    /// ```
    /// use vestibule::error::Shown;
    /// let url = format!("https://example.com/{}", "x".repeat(100));
    /// assert_eq!(Shown::identifier(&url).as_str(), url);
    /// ```
    #[must_use]
    pub fn identifier(input: &str) -> Self {
        Self::cut(input, Self::MAX_IDENTIFIER_CHARS)
    }

    fn cut(input: &str, max_chars: usize) -> Self {
        let mut chars = input.chars();
        let mut text = String::new();
        for character in chars.by_ref().take(max_chars) {
            if character.is_control() || is_deceptive(character) {
                text.extend(character.escape_default());
            } else {
                text.push(character);
            }
        }
        if chars.next().is_some() {
            text.push('…');
        }
        Self(text)
    }

    /// The text as shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that change the order or the lines of what stands around them, or are not seen.
const fn is_deceptive(character: char) -> bool {
    matches!(character,
        '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_shown_without_type_names() {
        let element = Place::Element {
            path: "/Response/Issuer".into(),
            bytes: Span::new(3, 9),
        };
        assert_eq!(element.to_string(), "/Response/Issuer (bytes 3..9)");
        let attribute = Place::Attribute {
            path: "/Response/@ID".into(),
            bytes: Span::new(3, 9),
        };
        assert_eq!(attribute.to_string(), "/Response/@ID (bytes 3..9)");
        let operation = Place::Operation {
            index: 2,
            path: Some("emails".into()),
        };
        assert_eq!(operation.to_string(), "operation 2, path `emails`");
        assert_eq!(Place::Json("/active".into()).to_string(), "`/active`");
    }

    #[test]
    fn shown_text_of_64_characters_is_whole_and_of_65_is_cut() {
        assert_eq!(Shown::new(&"é".repeat(64)).as_str(), "é".repeat(64));
        assert_eq!(
            Shown::new(&"é".repeat(65)).as_str(),
            format!("{}…", "é".repeat(64))
        );
    }
}
