//! Short numbers for the texts by which resources are looked up, so that a filter passes over the
//! many resources that have another text without reading that text from memory.
//!
//! A fingerprint never decides that something matches: different texts may share one.

use serde_json::{Map, Value};

use super::filter::{fold, user_name_key};

/// The attributes at the top of a resource whose texts have fingerprints.
const NAMES: [&str; 4] = ["displayName", "externalId", "id", "userName"];

/// There is no value, so none that is equal to something.
const NOTHING: u32 = 0;
/// What is there is no text, so nothing can be said.
const UNKNOWN: u32 = 1;

/// The fingerprints of one resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fingerprints([u32; NAMES.len()]);

impl Fingerprints {
    pub(super) fn of(object: &Map<String, Value>) -> Self {
        Self(NAMES.map(|name| match object.get(name) {
            None => NOTHING,
            Some(Value::String(text)) => number(name, text),
            Some(_) => UNKNOWN,
        }))
    }

    /// Whether the resource cannot have a text of that fingerprint.
    pub(super) fn exclude(&self, wanted: Fingerprint) -> bool {
        let found = self.0.get(wanted.slot).copied().unwrap_or(UNKNOWN);
        found != wanted.number && found != UNKNOWN
    }
}

/// The fingerprint of a text that is looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Fingerprint {
    slot: usize,
    number: u32,
}

impl Fingerprint {
    /// That of a text in the attribute of that name at the top; none where there are none.
    pub(super) fn of(name: &str, text: &str) -> Option<Self> {
        let slot = NAMES.iter().position(|known| *known == name)?;
        let number = number(name, text);
        Some(Self { slot, number })
    }
}

/// One number for all texts that any schema lets count as equal, in whatever case (FNV-1a).
fn number(name: &str, text: &str) -> u32 {
    let key = match name {
        // Of ASCII, the lower-case forms are made below.
        _ if text.is_ascii() => text.into(),
        "userName" => user_name_key(text),
        _ => fold(text),
    };
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte | 0x20)).wrapping_mul(0x0100_0000_01b3)
    });
    // The two halves in one.
    ((hash >> 32) as u32 ^ hash as u32).max(UNKNOWN.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn excluded(object: Value, name: &str, text: &str) -> bool {
        let Value::Object(object) = object else {
            panic!()
        };
        Fingerprints::of(&object).exclude(Fingerprint::of(name, text).unwrap())
    }

    #[test]
    fn another_text_and_no_text_are_excluded() {
        assert!(excluded(
            json!({"userName": "bjensen"}),
            "userName",
            "mjensen"
        ));
        assert!(excluded(json!({"id": "bjensen"}), "userName", "bjensen"));
        assert!(!excluded(
            json!({"userName": "bjensen"}),
            "userName",
            "bjensen"
        ));
        assert!(!excluded(json!({"userName": ""}), "userName", ""));
        assert!(excluded(json!({}), "userName", ""));
        assert!(!excluded(json!({"userName": 5}), "userName", "5"));
        assert_eq!(Fingerprint::of("title", "Boss"), None);
    }

    #[test]
    fn equal_keys_have_one_fingerprint() {
        for (name, one, other) in [
            ("displayName", "Kelvin", "\u{212a}ELVIN"),
            ("displayName", "ΣΊΣΥΦΟΣ", "Σίσυφος"),
            ("userName", "ZOE\u{308}", "zo\u{eb}"),
            ("userName", "\u{ff21}lice", "alice"),
            ("externalId", "a7", "A7"),
        ] {
            assert!(!excluded(json!({ name: one }), name, other), "{one}");
        }
    }
}
