//! Where the octets of a canonical form go, up to a bound.

use std::ops::Range;

use crate::limits::MAX_CANONICAL_GROWTH;

use super::super::document::Document;
use super::escape;

/// Collects octets until the bound is met, and nothing after that.
///
/// A namespace that is declared once above the apex can be rendered on every element below it, so
/// that a short text can have a canonical form of gigabytes.
pub(super) struct Sink {
    octets: String,
    /// A piece on its way from one place of the octets to another.
    piece: String,
    limit: usize,
    is_full: bool,
}

impl Sink {
    pub(super) fn new(document: &Document<'_>, capacity: usize) -> Self {
        Self {
            octets: String::with_capacity(capacity),
            piece: String::new(),
            limit: limit(document),
            is_full: false,
        }
    }

    /// How many octets there are, which is where the next piece starts.
    pub(super) const fn len(&self) -> usize {
        self.octets.len()
    }

    /// Whether the bound is met: what was collected is not the whole form.
    pub(super) const fn is_full(&self) -> bool {
        self.is_full
    }

    pub(super) fn octets(&self) -> &str {
        &self.octets
    }

    pub(super) fn into_octets(self) -> String {
        self.octets
    }

    /// Says where the piece stands, as the others do.
    pub(super) fn put(&mut self, piece: &str) -> Range<usize> {
        let start = self.octets.len();
        self.append(piece);
        start..start.saturating_add(piece.len())
    }

    /// `</name>`.
    pub(super) fn put_end_tag(&mut self, name: &str) {
        let end = self.len().saturating_add(name.len()).saturating_add(3);
        self.is_full |= end > self.limit;
        if !self.is_full {
            self.octets.push_str("</");
            self.octets.push_str(name);
            self.octets.push('>');
        }
    }

    /// The piece that stands at `place`, once more.
    pub(super) fn put_again(&mut self, place: &Range<usize>) -> Range<usize> {
        let mut piece = std::mem::take(&mut self.piece);
        piece.clear();
        piece.push_str(self.octets.get(place.clone()).unwrap_or_default());
        let place = self.put(&piece);
        self.piece = piece;
        place
    }

    /// Character data, escaped.
    pub(super) fn put_text(&mut self, text: &str) -> Range<usize> {
        self.put_pieces(|sink| escape::text(text, &mut |piece| sink.append(piece)))
    }

    /// `="value"`, escaped; the place is the value's.
    pub(super) fn put_quoted(&mut self, value: &str) -> Range<usize> {
        self.put("=\"");
        let place = self.put_pieces(|sink| escape::value(value, &mut |piece| sink.append(piece)));
        self.put("\"");
        place
    }

    /// The inside of a comment or an instruction, escaped.
    pub(super) fn put_markup(&mut self, text: &str) -> Range<usize> {
        self.put_pieces(|sink| escape::markup(text, &mut |piece| sink.append(piece)))
    }

    fn append(&mut self, piece: &str) {
        self.is_full |= self.octets.len().saturating_add(piece.len()) > self.limit;
        if !self.is_full {
            self.octets.push_str(piece);
        }
    }

    fn put_pieces(&mut self, put: impl FnOnce(&mut Self)) -> Range<usize> {
        let start = self.octets.len();
        if !self.is_full {
            put(self);
        }
        start..self.octets.len()
    }
}

/// The bound, in octets; positions in a longer form would not fit.
pub(super) fn limit(document: &Document<'_>) -> usize {
    let source = document.source.len().max(1024);
    source
        .saturating_mul(MAX_CANONICAL_GROWTH)
        .min(u32::MAX as usize)
}
