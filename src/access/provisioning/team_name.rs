//! When two names of groups and Teams are the same (rule C-29).

use unicode_normalization::UnicodeNormalization;

use crate::limits::MAX_TEAM_NAME_BYTES;

/// Whether two names are the same: composed by NFC, without outer white space, in lower case.
///
/// `displayName` is not case-exact ([RFC 7643, section 8.7.1](https://www.rfc-editor.org/rfc/rfc7643#section-8.7.1)).
///
/// ```
/// use vestibule::access::same_name;
/// assert!(same_name("Design ", "design"));
/// assert!(same_name("Cafe\u{301}", "CAF\u{c9}"));
/// assert!(!same_name("Design", "Designs"));
/// ```
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    TeamNameKey::of(one) == TeamNameKey::of(other)
}

/// What equal names have in common; the key of an index by name.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::access) struct TeamNameKey(String);

impl TeamNameKey {
    pub(in crate::access) fn of(name: &str) -> Self {
        let composed: String = name.trim().nfc().collect();
        // Lower case can decompose, so the result is composed again.
        Self(composed.to_lowercase().nfc().collect())
    }
}

/// The name as it is stored, if it can be a Team's name.
pub(super) fn usable(name: &str) -> Option<&str> {
    let trimmed = name.trim();
    let fits = trimmed.len() <= MAX_TEAM_NAME_BYTES;
    (fits && !trimmed.is_empty()).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_cannot_tell_apart_are_the_same() {
        for (one, other) in [("Design", "design "), ("\u{c4}rzte", "a\u{308}rzte")] {
            assert!(same_name(one, other), "{one} {other}");
        }
        assert!(!same_name("Design", "Designs"));
    }

    #[test]
    fn a_name_of_1024_bytes_fits_and_a_longer_or_empty_one_does_not() {
        let name = "a".repeat(MAX_TEAM_NAME_BYTES);
        assert_eq!(usable(&name), Some(&*name));
        assert_eq!(usable(&format!("{name}a")), None);
        assert_eq!(usable(" \t"), None);
        assert_eq!(usable(" a "), Some("a"));
    }
}
