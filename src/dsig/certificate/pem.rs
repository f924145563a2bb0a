//! The boundaries of PEM (RFC 7468), with the damage that copying does to them.
//!
//! One boundary of a pair may be missing, text may stand before, between and after the blocks, and
//! a line may have been folded into its neighbours. What stands inside a block is not judged here.

use std::ops::Range;

use super::{CertificateError, CertificateErrorKind};
use crate::error::Span;

/// One block: its label, and where its body stands in the text.
pub(super) struct Block<'a> {
    pub(super) label: &'a str,
    pub(super) body: Range<usize>,
}

/// The blocks of `text`, in order; none when it has no boundary.
///
/// A BEGIN without its END reaches to the next BEGIN or to the end of the text. An END without its
/// BEGIN reaches back to the boundary before or to the start of the text.
pub(super) fn blocks(text: &[u8]) -> Result<Vec<Block<'_>>, CertificateError> {
    let mut blocks = Vec::new();
    let mut open: Option<Boundary<'_>> = None;
    let mut previous_end = 0;
    let mut from = 0;
    while let Some(boundary) = next_boundary(text, from)? {
        let body = previous_end..boundary.span.start;
        previous_end = boundary.span.end;
        from = boundary.span.end;
        match (boundary.side, open.take()) {
            (Side::Begin, None) => {
                open = Some(boundary);
                continue;
            }
            (Side::Begin, Some(begin)) => {
                blocks.push(Block {
                    label: begin.label,
                    body,
                });
                open = Some(boundary);
            }
            (Side::End, Some(begin)) if begin.label != boundary.label => {
                return Err(malformed(boundary.span));
            }
            (Side::End, _) => blocks.push(Block {
                label: boundary.label,
                body,
            }),
        }
    }
    if let Some(begin) = open {
        blocks.push(Block {
            label: begin.label,
            body: previous_end..text.len(),
        });
    }
    Ok(blocks)
}

struct Boundary<'a> {
    side: Side,
    label: &'a str,
    span: Range<usize>,
}

#[derive(Clone, Copy)]
enum Side {
    Begin,
    End,
}

impl Side {
    const fn marker(self) -> &'static [u8] {
        match self {
            Self::Begin => b"-----BEGIN ",
            Self::End => b"-----END ",
        }
    }
}

fn next_boundary(text: &[u8], from: usize) -> Result<Option<Boundary<'_>>, CertificateError> {
    let rest = text.get(from..).unwrap_or_default();
    let side_at = |offset: usize| {
        let here = rest.get(offset..).unwrap_or_default();
        [Side::Begin, Side::End]
            .into_iter()
            .find(|side| here.starts_with(side.marker()))
    };
    let found = (0..rest.len()).find_map(|offset| Some((offset, side_at(offset)?)));
    let Some((offset, side)) = found else {
        return Ok(None);
    };
    let start = from.saturating_add(offset);
    let label_start = start.saturating_add(side.marker().len());
    let label = text.get(label_start..).and_then(label);
    let label = label.ok_or_else(|| malformed(start..label_start))?;
    let end = label_start
        .saturating_add(label.len())
        .saturating_add(HYPHENS.len());
    Ok(Some(Boundary {
        side,
        label: label.trim_ascii(),
        span: start..end,
    }))
}

/// The text up to the five hyphens that must close it on the same line.
fn label(rest: &[u8]) -> Option<&str> {
    let window = rest.get(..MAX_LABEL_BYTES.min(rest.len()))?;
    let end = window
        .windows(HYPHENS.len())
        .position(|five| five == HYPHENS)?;
    let label = window.get(..end)?;
    let printable = label.iter().all(|byte| (b' '..=b'~').contains(byte));
    if printable {
        str::from_utf8(label).ok()
    } else {
        None
    }
}

fn malformed(span: Range<usize>) -> CertificateError {
    CertificateError::new(CertificateErrorKind::PemBoundary).at_span(Span::from(span))
}

const HYPHENS: &[u8] = b"-----";

/// Longer than any label in use, with the closing hyphens.
const MAX_LABEL_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<(&str, &str)> {
        let blocks = blocks(text.as_bytes()).unwrap();
        blocks
            .into_iter()
            .map(|block| (block.label, text[block.body].trim()))
            .collect()
    }

    #[test]
    fn pairs_with_text_around_them() {
        let text = "subject=x\n-----BEGIN A-----\n1\n-----END A-----\nnext\n-----BEGIN B-----2-----END B-----\nbye";
        assert_eq!(bodies(text), [("A", "1"), ("B", "2")]);
        assert_eq!(bodies("no boundary - - at all"), []);
    }

    #[test]
    fn a_missing_boundary_is_made_up_for() {
        assert_eq!(bodies("-----BEGIN A-----\n1\n"), [("A", "1")]);
        assert_eq!(bodies("1\n-----END A-----\n"), [("A", "1")]);
        assert_eq!(
            bodies("-----BEGIN A-----1-----BEGIN A-----2"),
            [("A", "1"), ("A", "2")]
        );
        assert_eq!(
            bodies("1-----END A-----2-----END A-----"),
            [("A", "1"), ("A", "2")]
        );
    }

    #[test]
    fn boundaries_may_touch() {
        let text = "-----BEGIN A-----1-----END A----------BEGIN A-----2-----END A-----";
        assert_eq!(bodies(text), [("A", "1"), ("A", "2")]);
    }

    #[test]
    fn an_end_of_another_label_and_an_open_boundary_are_refused() {
        for text in [
            "-----BEGIN A-----1-----END B-----",
            "-----BEGIN A\n-----1-----END A-----",
            "-----BEGIN A---1",
            "-----BEGIN ",
        ] {
            assert!(blocks(text.as_bytes()).is_err(), "{text}");
        }
        let long = format!("-----BEGIN {}-----", "A".repeat(60));
        assert!(blocks(long.as_bytes()).is_err());
    }
}
