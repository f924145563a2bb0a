//! The words of filters and paths.
//!
//! Only U+0020 is a space: RFC 7644 knows no other, and a tab in a filter is a sign of something
//! else gone wrong.

use serde_json::Number;

use super::ast::{AttributePath, Literal};
use crate::error::Span;
use crate::limits::SCIM_MAX_FILTER_BYTES;
use crate::scim::error::{Error, ErrorKind, Expected, Found, Language};
use crate::scim::json::plain;

/// A place in a filter or path.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    language: Language,
}

impl<'a> Scanner<'a> {
    /// A scanner at the start of `text`.
    pub(crate) fn new(text: &'a str, language: Language) -> Result<Self, Error> {
        if text.len() > SCIM_MAX_FILTER_BYTES {
            return Err(Error::new(ErrorKind::FilterTooLong {
                language,
                found: text.len(),
                limit: SCIM_MAX_FILTER_BYTES,
            }));
        }
        Ok(Self {
            text,
            at: 0,
            language,
        })
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next `length` bytes.
    fn take(&mut self, length: usize) -> (&'a str, Span) {
        let taken = self.rest().get(..length).unwrap_or_default();
        let start = self.at;
        self.at = start.saturating_add(taken.len());
        (taken, Span::new(start, self.at))
    }

    /// Skips spaces; how many there were.
    pub(crate) fn skip_spaces(&mut self) -> usize {
        let rest = self.rest();
        let spaces = rest
            .len()
            .saturating_sub(rest.trim_start_matches(' ').len());
        self.take(spaces);
        spaces
    }

    /// Takes the character if it is next.
    pub(crate) fn eat(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        if found {
            self.take(character.len_utf8());
        }
        found
    }

    /// The word that is next, without taking it.
    pub(crate) fn peek_word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.bytes().position(|byte| !is_word(byte));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// Takes the word that is next.
    pub(crate) fn word(&mut self) -> Option<(&'a str, Span)> {
        let length = self.peek_word().len();
        (length > 0).then(|| self.take(length))
    }

    /// Takes an attribute path without brackets.
    pub(crate) fn attribute_path(&mut self) -> Result<AttributePath, Error> {
        let start = self.at;
        match self.word() {
            Some((text, span)) if is_urn(text) || is_attribute_path(text) => Ok(AttributePath {
                text: text.to_owned(),
                span,
            }),
            _ => Err(self.refusal_from(start, Expected::Attribute)),
        }
    }

    /// Takes the name of a sub-attribute.
    pub(crate) fn sub_attribute(&mut self) -> Result<AttributePath, Error> {
        let start = self.at;
        match self.word() {
            Some((text, span)) if is_name(text) => Ok(AttributePath {
                text: text.to_owned(),
                span,
            }),
            _ => Err(self.refusal_from(start, Expected::SubAttribute)),
        }
    }

    /// Takes a comparison value.
    pub(crate) fn literal(&mut self) -> Result<(Literal, Span), Error> {
        match self.peek() {
            Some('"') => self.string(),
            Some('-' | '0'..='9') => self.number(),
            _ => {
                let literal = match self.peek_word() {
                    "true" => Literal::Boolean(true),
                    "false" => Literal::Boolean(false),
                    "null" => Literal::Null,
                    _ => return Err(self.refusal_here(Expected::Value)),
                };
                let (_, span) = self.take(self.peek_word().len());
                Ok((literal, span))
            }
        }
    }

    fn string(&mut self) -> Result<(Literal, Span), Error> {
        let length = string_length(self.rest());
        let (text, span) = self.take(length);
        match serde_json::from_str(text) {
            Ok(text) => Ok((Literal::String(text), span)),
            Err(_) => Err(self.refusal(Expected::Value, Found::MalformedString, span)),
        }
    }

    fn number(&mut self) -> Result<(Literal, Span), Error> {
        let rest = self.rest();
        let is_part =
            |character: char| matches!(character, '0'..='9' | '+' | '-' | '.' | 'e' | 'E');
        let length = rest.find(|character| !is_part(character));
        let (text, span) = self.take(length.unwrap_or(rest.len()));
        // A host may have turned on `arbitrary_precision` of serde_json.
        match serde_json::from_str::<Number>(text).map(plain) {
            Ok(number) if number.as_f64().is_some() => Ok((Literal::Number(number), span)),
            _ => Err(self.refusal(Expected::Value, Found::MalformedNumber, span)),
        }
    }

    pub(crate) fn refusal(&self, expected: Expected, found: Found, span: Span) -> Error {
        let kind = ErrorKind::Syntax {
            language: self.language,
            expected,
            found,
        };
        Error::in_text(kind, span)
    }

    /// What stands at `start`, which was taken already, is not what was expected.
    pub(crate) fn refusal_from(&mut self, start: usize, expected: Expected) -> Error {
        self.at = start;
        self.refusal_here(expected)
    }

    /// What stands here is not what was expected.
    pub(crate) fn refusal_here(&self, expected: Expected) -> Error {
        let (found, length) = match self.peek() {
            None => (Found::End, 0),
            Some('"') => (Found::Text, string_length(self.rest())),
            Some(_) if !self.peek_word().is_empty() => (Found::Word, self.peek_word().len()),
            Some(character) => (Found::Character, character.len_utf8()),
        };
        let span = Span::new(self.at, self.at.saturating_add(length));
        self.refusal(expected, found, span)
    }
}

/// The bytes of the string that `rest` starts with, quotes included; all when it is not closed.
fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at.saturating_add(1),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// Characters of attribute names, of URNs, and of the words that are neither: all ASCII.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'_' | b'$' | b'.' | b':' | b'+' | b'%' | b'~' | b'/' | b'@'
        )
}

/// A path that begins with a URN; which part is the URN, only the schemas can say.
fn is_urn(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("urn:"))
}

fn is_attribute_path(text: &str) -> bool {
    match text.split_once('.') {
        Some((name, sub)) => is_name(name) && is_name(sub),
        None => is_name(text),
    }
}

/// `ATTRNAME` of RFC 7644 §3.4.2.2, with the `$` of `$ref`.
fn is_name(text: &str) -> bool {
    let bare = text.strip_prefix('$').unwrap_or(text);
    bare.starts_with(|first: char| first.is_ascii_alphabetic())
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
