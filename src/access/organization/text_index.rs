//! An index from texts to places in a list that has the texts.
//!
//! Ordered by a hash of each text. To find one text among a million is then mostly to compare
//! numbers that lie side by side, where comparing texts would read a distant place of memory for
//! each. The hash need not be secret: texts that share one, because somebody chose them so, are kept
//! in order, and finding one of them takes as many comparisons as in any ordered map.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::hash::{DefaultHasher, Hasher};

/// From texts to places. What text stands at a place is asked of the caller.
#[derive(Clone)]
pub(super) struct TextIndex {
    /// The place of one text of each hash.
    places: BTreeMap<u64, usize>,
    /// The other texts of a hash.
    others: BTreeMap<u64, BTreeMap<Box<str>, usize>>,
    hash: fn(&str) -> u64,
}

impl Default for TextIndex {
    fn default() -> Self {
        Self::with_hash(hash)
    }
}

impl TextIndex {
    const fn with_hash(hash: fn(&str) -> u64) -> Self {
        Self {
            places: BTreeMap::new(),
            others: BTreeMap::new(),
            hash,
        }
    }

    pub(super) fn place<'t>(
        &self,
        text: &str,
        text_at: impl Fn(usize) -> Option<&'t str>,
    ) -> Option<usize> {
        let hash = (self.hash)(text);
        let place = *self.places.get(&hash)?;
        if text_at(place) == Some(text) {
            return Some(place);
        }
        self.others.get(&hash)?.get(text).copied()
    }

    /// Adds the text that stands at `place`, and is not in the index.
    pub(super) fn insert<'t>(&mut self, place: usize, text_at: impl Fn(usize) -> Option<&'t str>) {
        let Some(text) = text_at(place) else {
            return;
        };
        match self.places.entry((self.hash)(text)) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(entry) => {
                let others = self.others.entry(*entry.key()).or_default();
                others.insert(text.into(), place);
            }
        }
    }

    /// Takes out the text that stood at `place`.
    pub(super) fn remove(&mut self, text: &str, place: usize) {
        let Entry::Occupied(mut first) = self.places.entry((self.hash)(text)) else {
            return;
        };
        let hash = *first.key();
        let mut others = self.others.remove(&hash).unwrap_or_default();
        if *first.get() != place {
            others.remove(text);
        } else if let Some((_, next)) = others.pop_first() {
            first.insert(next);
        } else {
            first.remove();
        }
        if !others.is_empty() {
            self.others.insert(hash, others);
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The texts are personal data, and not here anyway.
impl fmt::Debug for TextIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TextIndex({} hashes)", self.places.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = ["ada", "grace", "edsger", "alan"];

    fn text_at(place: usize) -> Option<&'static str> {
        TEXTS.get(place).copied()
    }

    /// With a hash that tells all texts apart, with one that tells the first letter, and with one
    /// that tells nothing.
    #[test]
    fn texts_that_share_a_hash_are_told_apart() {
        let first = |text: &str| u64::from(text.as_bytes()[0]);
        for hash in [hash, first, |_: &str| 7] {
            let mut index = TextIndex::with_hash(hash);
            for (place, text) in TEXTS.into_iter().enumerate() {
                assert_eq!(index.place(text, text_at), None);
                index.insert(place, text_at);
                assert_eq!(index.place(text, text_at), Some(place));
            }
            assert_eq!(index.place("anita", text_at), None);
            for removed in [3, 0, 2, 1] {
                index.remove(TEXTS[removed], removed);
                assert_eq!(index.place(TEXTS[removed], text_at), None);
            }
        }
    }

    #[test]
    fn texts_differ_in_their_hash_and_are_not_shown() {
        assert_ne!(hash("ada"), hash("grace"));
        let mut index = TextIndex::with_hash(hash);
        index.insert(0, text_at);
        assert_eq!(format!("{index:?}"), "TextIndex(1 hashes)");
    }

    #[test]
    fn a_text_that_stands_elsewhere_is_not_taken_out() {
        for hash in [hash, |_: &str| 7] {
            let mut index = TextIndex::with_hash(hash);
            index.insert(0, text_at);
            index.insert(1, text_at);
            index.remove("nobody", 2);
            assert_eq!(index.place("ada", text_at), Some(0));
            assert_eq!(index.place("grace", text_at), Some(1));
        }
        let mut one = TextIndex::with_hash(|_| 7);
        one.insert(0, text_at);
        one.remove("grace", 1);
        assert_eq!(one.place("ada", text_at), Some(0));
    }
}
