//! The text of a value against the schema: base64, URIs, canonical values (RFC 7643 §2.3.6, §2.3.7
//! and §7).

use serde_json::Value;

use super::profile::{CanonicalValues, Profile, ValueSyntax};
use crate::error::Shown;
use crate::scim::error::{ErrorKind, ValueForm};
use crate::scim::schema::{Attribute, DataType};
use crate::scim::value::Fault;

/// Holds the texts of a simple value, in whatever shape it comes, to the schema. Empty text is no
/// value.
pub(super) fn check(attribute: &Attribute, value: &Value, profile: &Profile) -> Result<(), Fault> {
    let text = match value {
        Value::String(text) if !text.is_empty() => text,
        Value::Object(parts) if attribute.data_type() != DataType::Complex => {
            return parts
                .get("value")
                .filter(|value| value.is_string())
                .map_or(Ok(()), |value| check(attribute, value, profile));
        }
        Value::Array(listed) => {
            let mut texts = listed.iter().filter(|element| element.is_string());
            return texts.try_for_each(|element| check(attribute, element, profile));
        }
        _ => return Ok(()),
    };
    check_syntax(attribute, text, profile)?;
    check_canonical(attribute, text, profile)
}

fn check_syntax(attribute: &Attribute, text: &str, profile: &Profile) -> Result<(), Fault> {
    if profile.value_syntax == ValueSyntax::Keep {
        return Ok(());
    }
    let (expected, is_it) = match attribute.data_type() {
        DataType::Binary => (ValueForm::Base64, is_base64(text)),
        DataType::Reference if is_of_uris(attribute) => {
            (ValueForm::AbsoluteUri, is_uri(text) && has_scheme(text))
        }
        DataType::Reference => (ValueForm::Uri, is_uri(text)),
        _ => return Ok(()),
    };
    match is_it {
        true => Ok(()),
        false => Err(Fault::new(ErrorKind::ValueSyntax {
            attribute: Shown::new(attribute.name()),
            expected,
        })),
    }
}

fn check_canonical(attribute: &Attribute, text: &str, profile: &Profile) -> Result<(), Fault> {
    let known = attribute.canonical_values();
    if profile.canonical_values == CanonicalValues::Suggest || known.is_empty() {
        return Ok(());
    }
    let key = attribute.comparison_key(text);
    match known.iter().any(|one| attribute.comparison_key(one) == key) {
        true => Ok(()),
        false => Err(Fault::new(ErrorKind::NotCanonical {
            attribute: Shown::new(attribute.name()),
        })),
    }
}

/// Whether it points at nothing that this service provider serves, so that there is no base to which
/// a URI could be relative.
fn is_of_uris(attribute: &Attribute) -> bool {
    let mut types = attribute.reference_types().iter();
    let is_uri = |word: &String| {
        ["external", "uri"]
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it))
    };
    !attribute.reference_types().is_empty() && types.all(is_uri)
}

/// RFC 4648 §4 or §5, with padding or without.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(digits.len());
    let is_of = |symbols: &[u8]| {
        let mut bytes = digits.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || symbols.contains(&byte))
    };
    let is_whole = match digits.len() % 4 {
        0 => padding == 0,
        2 => padding == 0 || padding == 2,
        3 => padding <= 1,
        _ => false,
    };
    is_whole && (is_of(b"+/") || is_of(b"-_"))
}

/// A URI reference of RFC 3986 §4.1, as far as its characters and their places go.
fn is_uri(text: &str) -> bool {
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let first = rest.split(['/', '?']).next().unwrap_or_default();
    let is_relative = !first.contains(':');
    let (before, after) = rest.split_once("//").unwrap_or((rest, ""));
    let authority = after.split(['/', '?']).next().unwrap_or_default();
    let path = after.strip_prefix(authority).unwrap_or_default();
    (is_relative || has_scheme(text))
        && [before, path, fragment]
            .iter()
            .all(|part| is_of_uri(part, b""))
        && is_of_uri(authority, b"[]")
}

fn is_of_uri(text: &str, more: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_fine = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            byte => {
                byte.is_ascii_alphanumeric()
                    || b"-._~:/?@!$&'()*+,;=".contains(&byte)
                    || more.contains(&byte)
            }
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// RFC 3986 §3.1.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_symbol)
        && !rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_has_one_alphabet_and_whole_groups() {
        for good in ["QQ==", "QQ", "QUI=", "QUJD", "+/+/", "-_-_"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["Q", "QQ=", "QQ===", "Q=Q=", "Q Q=", "+_AA", "QUJD=", "Qé=="] {
            assert!(!is_base64(bad), "{bad}");
        }
    }

    #[test]
    fn a_uri_has_its_characters_in_their_places() {
        for good in [
            "https://example.com/a%20b?c=d#e",
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "../Users/1",
            "/Users/a:b",
            "https://[::1]:8080/x",
            "?q",
            "mailto:a@b.example",
        ] {
            assert!(is_uri(good), "{good}");
        }
        for bad in [
            "a b",
            "https://x/%4",
            "https://x/a[b]",
            "1a:b",
            ":x",
            "a#b#c",
            "https://é.example",
            "x\u{0}",
        ] {
            assert!(!is_uri(bad), "{bad}");
        }
        assert!(has_scheme("urn:x") && !has_scheme("/a:b") && !has_scheme("x:"));
    }
}
