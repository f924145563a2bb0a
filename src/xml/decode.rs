//! References, line ends and attribute-value normalization: XML 1.0 §2.11, §3.3.3 and §4.1.

use crate::error::{Shown, Span};

use super::character::{is_allowed, is_nc_name};
use super::error::{XmlError, XmlErrorKind};

/// The character of a reference, from what stands between `&` and `;`.
pub(super) fn reference(name: &str, at: Span) -> Result<char, XmlError> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match name.strip_prefix('#') {
            Some(number) => character(number).ok_or_else(|| {
                let reference = Shown::new(name);
                XmlError::new(XmlErrorKind::CharacterReference { reference }, at)
            }),
            // What is no name is text that should have been escaped, and perhaps somebody's data.
            None if !is_nc_name(name) => Err(bare_ampersand(at.start)),
            None => {
                let name = Shown::new(name);
                Err(XmlError::new(XmlErrorKind::EntityUnknown { name }, at))
            }
        },
    }
}

fn character(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // `from_str_radix` would also take a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    if digits.is_empty() || significant.len() > 8 {
        return None;
    }
    let code_point = u32::from_str_radix(digits, radix).ok()?;
    char::from_u32(code_point).filter(|character| is_allowed(*character))
}

/// Appends character data: `\r\n` and `\r` become `\n`.
pub(super) fn push_line_ends(raw: &str, decoded: &mut String) {
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\r') {
        decoded.push_str(before);
        decoded.push('\n');
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    decoded.push_str(rest);
}

/// Appends an attribute value: references resolved, literal white space turned to spaces.
///
/// `start` is the offset of `raw` in the document.
pub(super) fn push_value(raw: &str, start: usize, decoded: &mut String) -> Result<(), XmlError> {
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        push_spaces(before, decoded);
        let offset = start
            .saturating_add(raw.len())
            .saturating_sub(after.len())
            .saturating_sub(1);
        let Some((name, behind)) = after.split_once(';') else {
            return Err(bare_ampersand(offset));
        };
        let length = name.len().saturating_add(2);
        let at = Span::new(offset, offset.saturating_add(length));
        if name.is_empty() || name.contains(|character: char| character.is_whitespace()) {
            return Err(bare_ampersand(offset));
        }
        decoded.push(reference(name, at)?);
        rest = behind;
    }
    push_spaces(rest, decoded);
    Ok(())
}

/// The error for an `&` at `offset` that starts no reference.
pub(super) const fn bare_ampersand(offset: usize) -> XmlError {
    let at = Span::new(offset, offset.saturating_add(1));
    XmlError::new(XmlErrorKind::AmpersandBare, at)
}

fn push_spaces(raw: &str, decoded: &mut String) {
    let mut previous_was_return = false;
    decoded.extend(raw.chars().filter_map(|character| {
        let follows_return = std::mem::replace(&mut previous_was_return, character == '\r');
        match character {
            '\n' if follows_return => None,
            '\t' | '\n' | '\r' => Some(' '),
            other => Some(other),
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> Result<String, XmlError> {
        let mut decoded = String::new();
        push_value(raw, 0, &mut decoded).map(|()| decoded)
    }

    #[test]
    fn literal_white_space_becomes_spaces_and_referenced_white_space_stays() {
        assert_eq!(value("a\tb\nc\r\nd\re").unwrap(), "a b c d e");
        assert_eq!(value("a&#9;b&#xA;c&#13;d").unwrap(), "a\tb\nc\rd");
    }

    #[test]
    fn the_five_entities_and_no_other_are_known() {
        assert_eq!(value("&lt;&gt;&amp;&quot;&apos;").unwrap(), "<>&\"'");
        let error = value("x&nbsp;").unwrap_err();
        assert_eq!(error.span(), Span::new(1, 7));
        assert!(matches!(error.kind(), XmlErrorKind::EntityUnknown { .. }));
    }

    #[test]
    fn character_references_name_allowed_characters_only() {
        assert_eq!(value("&#x1F642;&#000065;").unwrap(), "🙂A");
        for refused in [
            "&#0;",
            "&#xD800;",
            "&#xFFFE;",
            "&#x110000;",
            "&#;",
            "&#x;",
            "&#+65;",
            "&#99999999999;",
            "&#x1 ;",
        ] {
            assert!(value(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn line_ends_become_line_feeds() {
        let mut decoded = String::new();
        push_line_ends("a\r\nb\rc\nd\r", &mut decoded);
        assert_eq!(decoded, "a\nb\nc\nd\n");
    }
}
