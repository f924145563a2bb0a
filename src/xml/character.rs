//! Characters and names: XML 1.0 (fifth edition) §2.2 and §2.3, Namespaces in XML 1.0 §4.

/// Whether XML allows the character at all: production `Char`.
pub(super) const fn is_allowed(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}'
    )
}

/// The offset of the first character that XML forbids.
///
/// UTF-8 already rules out surrogates; what is left are controls and the two non-characters
/// U+FFFE and U+FFFF.
pub(super) fn first_forbidden(text: &str) -> Option<usize> {
    // Without an early end the compiler judges many bytes at once.
    let suspicious = text.bytes().fold(false, |suspicious, byte| {
        suspicious | ((byte < b' ') & !is_space(byte)) | (byte == 0xEF)
    });
    if !suspicious {
        return None;
    }
    text.char_indices()
        .find(|(_, character)| !is_allowed(*character))
        .map(|(offset, _)| offset)
}

/// White space as XML means it: production `S`.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether all of `text` is white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// The offset of the first of these bytes.
pub(super) fn first_of([one, two, three]: [u8; 3], text: &str) -> Option<usize> {
    memchr::memchr3(one, two, three, text.as_bytes())
}

/// The offset of the first of this byte.
pub(super) fn first(byte: u8, text: &str) -> Option<usize> {
    memchr::memchr(byte, text.as_bytes())
}

/// Whether this byte occurs.
pub(super) fn holds(byte: u8, text: &str) -> bool {
    first(byte, text).is_some()
}

/// Production `NCName`: a name without a colon.
pub(crate) fn is_nc_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = matches!(bytes.next(), Some(b'A'..=b'Z' | b'a'..=b'z' | b'_'));
    if starts
        && bytes.all(
            |byte| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'),
        )
    {
        return true;
    }
    let mut characters = text.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_part)
}

/// What of a text that is no name may be shown as one: up to the first character that no qualified
/// name has. Behind it may stand a value that has lost its quotation mark, and somebody's data.
pub(super) fn like_name(text: &str) -> &str {
    let end = text.find(|character| character != ':' && !is_name_part(character));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

const fn is_name_start(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

const fn is_name_part(character: char) -> bool {
    is_name_start(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_and_go_on_as_the_productions_say() {
        for name in ["a", "_x", "X.y-1", "élan", "e\u{301}", "日本", "a·b"] {
            assert!(is_nc_name(name), "{name}");
        }
        for name in [
            "", "1a", "-a", ".a", "a:b", "\u{301}e", "a b", "a\u{D7}", "·a",
        ] {
            assert!(!is_nc_name(name), "{name}");
        }
    }

    #[test]
    fn the_first_forbidden_character_is_found_by_offset() {
        assert_eq!(first_forbidden("a\tb\r\n\u{FFFD}\u{FEFF}"), None);
        assert_eq!(first_forbidden("ab\u{0}"), Some(2));
        assert_eq!(first_forbidden("é\u{FFFE}"), Some(2));
        assert_eq!(first_forbidden("\u{FFFF}"), Some(0));
        assert_eq!(first_forbidden("\u{1F}"), Some(0));
    }
}
