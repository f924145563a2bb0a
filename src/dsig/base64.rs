//! Base64 as XML, PEM and form values carry it: standard alphabet, padded, whitespace ignored.
//!
//! Strict where laxity could give one message two readings: another alphabet, missing or
//! misplaced padding and stray bits in the last symbol are refused with their place. Nothing is
//! repaired.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use thiserror::Error;

use crate::error::{Blame, Explain, Place, Shown, Span};

/// Why a text is not base64.
///
/// Offsets count the bytes of the text as it was given, whitespace included.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Base64Error {
    /// A character that is neither in the standard alphabet nor whitespace, or padding before the
    /// end.
    #[error("character `{found}` at byte {at} is not base64")]
    Character {
        /// The offset of its first byte.
        at: usize,
        /// The byte, escaped where it cannot be shown.
        found: Shown,
    },
    /// The text stops inside a group of four, or its padding is missing or too long.
    #[error("base64 is not padded to groups of four characters")]
    Padding,
    /// The last symbol carries bits that belong to no octet: the text was cut or altered.
    #[error("the last base64 character before byte {at} carries stray bits")]
    StrayBits {
        /// The offset after that character.
        at: usize,
    },
    /// The text is longer than the bound.
    #[error("base64 of {found} bytes exceeds the limit of {limit}")]
    TooLong {
        /// The length of the text, whitespace included.
        found: usize,
        /// The bound.
        limit: usize,
    },
}

impl Base64Error {
    /// The byte in question, where there is one.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Character { at, .. } => Some(Span::new(*at, at.saturating_add(1))),
            Self::StrayBits { at } => Some(Span::new(at.saturating_sub(1), *at)),
            Self::Padding | Self::TooLong { .. } => None,
        }
    }
}

impl Explain for Base64Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Character { .. } => "base64-character",
            Self::Padding => "base64-padding",
            Self::StrayBits { .. } => "base64-stray-bits",
            Self::TooLong { .. } => "base64-too-long",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::TooLong { .. } => Blame::Limit,
            Self::Character { .. } | Self::Padding | Self::StrayBits { .. } => Blame::Peer,
        }
    }

    fn at(&self) -> Option<Place> {
        self.span().map(Place::Bytes)
    }

    fn help(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "Send a shorter value.",
            Self::Character { .. } | Self::Padding | Self::StrayBits { .. } => {
                "Send the value in the standard base64 alphabet with its padding, as it was made; a \
                 `+` that became a space, or a value that was cut, points at the way it was copied."
            }
        }
    }
}

/// The octets that `text` encodes; none for a text of whitespace alone.
///
/// Space, tab, CR and LF are ignored wherever they stand (RFC 2045 folds lines, XML Schema
/// collapses whitespace). The text may have at most `limit` bytes, whitespace included, and nothing
/// is read of a longer one.
pub(crate) fn decode(text: &[u8], limit: usize) -> Result<Vec<u8>, Base64Error> {
    if text.len() > limit {
        return Err(Base64Error::TooLong {
            found: text.len(),
            limit,
        });
    }
    // Most texts have no whitespace but a line end, so the decoder itself looks for it.
    let error = match STANDARD.decode(trimmed(text)) {
        Ok(octets) => return Ok(octets),
        Err(error) => error,
    };
    let symbols = without_whitespace(text);
    if symbols.len() == text.len() {
        return Err(locate(&error, text));
    }
    STANDARD
        .decode(&symbols)
        .map_err(|error| locate(&error, text))
}

/// The canonical text of `octets`, in one line.
pub(crate) fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., last] = text
        && is_whitespace(last)
    {
        text = rest;
    }
    text
}

fn without_whitespace(text: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::with_capacity(text.len());
    for line in text.split(is_whitespace) {
        symbols.extend_from_slice(line);
    }
    symbols
}

fn is_whitespace(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn locate(error: &DecodeError, text: &[u8]) -> Base64Error {
    match error {
        DecodeError::InvalidByte(symbol, byte) => Base64Error::Character {
            at: offset_of(*symbol, text),
            found: Shown::new(&byte.escape_ascii().to_string()),
        },
        DecodeError::InvalidLastSymbol { offset, .. } => Base64Error::StrayBits {
            at: offset_of(*offset, text).saturating_add(1),
        },
        DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => Base64Error::Padding,
    }
}

/// Where the symbol of that number stands among the whitespace.
fn offset_of(symbol: usize, text: &[u8]) -> usize {
    let mut symbols = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| !is_whitespace(byte));
    symbols.nth(symbol).map_or(text.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(text: &str) -> Result<Vec<u8>, Base64Error> {
        decode(text.as_bytes(), 1000)
    }

    fn character(at: usize, found: &str) -> Result<Vec<u8>, Base64Error> {
        Err(Base64Error::Character {
            at,
            found: Shown::new(found),
        })
    }

    #[test]
    fn whitespace_is_ignored_wherever_it_stands() {
        for text in [
            "Zm9vYmE=",
            "Zm9v\r\nYmE=\r\n",
            " \tZm9vYmE=",
            "Z m 9 v Y m E =",
            "Zm9vYmE\n=\n",
        ] {
            assert_eq!(decoded(text), Ok(b"fooba".to_vec()), "{text:?}");
        }
        assert_eq!(decoded(""), Ok(vec![]));
        assert_eq!(decoded(" \n"), Ok(vec![]));
    }

    #[test]
    fn other_characters_are_refused_where_they_stand() {
        assert_eq!(decoded("Zm9-YmE="), character(3, "-"));
        assert_eq!(decoded("Zm\n9v_mE="), character(5, "_"));
        assert_eq!(decoded("Zm9v\0mE="), character(4, "\\x00"));
        assert_eq!(decoded("Zm9v\u{b}mE="), character(4, "\\x0b"));
        assert_eq!(decoded("Zm9v\u{a0}mE"), character(4, "\\xc2"));
        assert_eq!(decoded("Zm9v%2BE="), character(4, "%"));
        assert_eq!(decoded("Zg==Zg=="), character(2, "="));
    }

    #[test]
    fn padding_is_canonical() {
        assert_eq!(decoded("Zg=="), Ok(b"f".to_vec()));
        for text in ["Zg=", "Zg", "Z", "Z===", "=", "Zm9v=", "Zm9vZ"] {
            assert!(decoded(text).is_err(), "{text}");
        }
        assert_eq!(decoded("Zg"), Err(Base64Error::Padding));
        assert_eq!(decoded("Z\nh=="), Err(Base64Error::StrayBits { at: 3 }));
    }

    #[test]
    fn a_text_at_the_limit_is_read_and_one_beyond_is_not() {
        assert!(decode(b"Zg==", 4).is_ok());
        let error = decode(b"Zg== ", 4).unwrap_err();
        assert_eq!(error, Base64Error::TooLong { found: 5, limit: 4 });
    }

    proptest! {
        #[test]
        fn any_octets_survive_the_round_trip(octets: Vec<u8>, width in 1_usize..80) {
            let text = encode(&octets);
            let wrapped: Vec<u8> = text.as_bytes().chunks(width).collect::<Vec<_>>().join(&b"\r\n"[..]);
            prop_assert_eq!(decode(&wrapped, usize::MAX), Ok(octets));
        }

        #[test]
        fn what_is_read_has_one_spelling(text in "[A-Za-z0-9+/= \n_-]{0,24}") {
            if let Ok(octets) = decoded(&text) {
                let symbols: String = text.split_ascii_whitespace().collect();
                prop_assert_eq!(encode(&octets), symbols);
            }
        }

        #[test]
        fn arbitrary_bytes_are_answered(text: Vec<u8>) {
            if let Err(error) = decode(&text, 64) {
                let inside = error.span().is_none_or(|span| span.end <= text.len() && span.start < span.end);
                prop_assert!(inside);
            }
        }
    }
}
