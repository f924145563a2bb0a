//! Where the pieces of a canonical form go, up to a bound.

use crate::limits::CANONICAL_GROWTH;

use super::super::document::Document;
use super::escape;

/// Passes pieces on until the bound is met, and nothing after that.
///
/// A namespace that is declared once above the apex can be rendered on every element below it, so
/// that a short text can have a canonical form of gigabytes.
pub(super) struct Sink<F> {
    out: F,
    left: usize,
    is_full: bool,
}

impl<F: FnMut(&str)> Sink<F> {
    pub(super) fn new(document: &Document<'_>, out: F) -> Self {
        Self {
            out,
            left: limit(document),
            is_full: false,
        }
    }

    pub(super) fn put(&mut self, piece: &str) {
        match self.left.checked_sub(piece.len()) {
            Some(left) if !self.is_full => {
                self.left = left;
                (self.out)(piece);
            }
            _ => self.is_full = true,
        }
    }

    /// Character data, escaped.
    pub(super) fn put_text(&mut self, text: &str) {
        if !self.is_full {
            escape::text(text, &mut |piece| self.put(piece));
        }
    }

    /// An attribute value, escaped.
    pub(super) fn put_value(&mut self, value: &str) {
        if !self.is_full {
            escape::value(value, &mut |piece| self.put(piece));
        }
    }

    /// The inside of a comment or an instruction, escaped.
    pub(super) fn put_markup(&mut self, text: &str) {
        if !self.is_full {
            escape::markup(text, &mut |piece| self.put(piece));
        }
    }

    /// Whether the bound is met: what was passed on is not the whole form.
    pub(super) const fn is_full(&self) -> bool {
        self.is_full
    }
}

/// The bound, in octets.
pub(super) fn limit(document: &Document<'_>) -> usize {
    let source = document.source.len().max(1024);
    source.saturating_mul(CANONICAL_GROWTH)
}
