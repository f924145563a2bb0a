//! The mistakes that are made most often with a TXT record.
//!
//! A hint changes no verdict: a record is there or it is not.

use std::collections::BTreeSet;

use super::super::observation::WrongValueHint;

/// Marks that an administrator may have typed or pasted around the value, in UTF-8.
const QUOTES: [&str; 8] = [
    "\"", "'", "`", "\u{201c}", "\u{201d}", "\u{201e}", "\u{2018}", "\u{2019}",
];

/// How many characters of the token a cut value must still have, to be told from an older token.
const TRUNCATED_TOKEN_BYTES: usize = 8;

/// What is probably wrong with one value that is not the wanted one.
pub(super) fn of_value(
    value: &[u8],
    wanted: &str,
    prefix: &str,
    token: &str,
) -> Option<WrongValueHint> {
    let text = std::str::from_utf8(value).ok()?;
    let bare = unquoted(text);
    let without = |unwanted: fn(char) -> bool| -> String {
        bare.chars()
            .filter(|character| !unwanted(*character))
            .collect()
    };
    let name = prefix.strip_suffix('=').unwrap_or(prefix);
    let hint = if text.trim() == wanted {
        WrongValueHint::SurroundingSpace
    } else if bare == wanted {
        WrongValueHint::Quoted
    } else if bare.eq_ignore_ascii_case(wanted) {
        WrongValueHint::CaseChanged
    } else if without(char::is_whitespace) == wanted {
        WrongValueHint::InnerSpace
    } else if without(|character| matches!(character, '<' | '>')) == wanted {
        WrongValueHint::AngleBrackets
    } else if without(|character| character == '\\') == wanted {
        WrongValueHint::Escaped
    } else if text.contains(wanted) {
        WrongValueHint::WholeLine
    } else if wanted.starts_with(bare)
        && bare.len() >= prefix.len().saturating_add(TRUNCATED_TOKEN_BYTES)
    {
        WrongValueHint::Truncated
    } else if bare == token {
        WrongValueHint::MissingPrefix
    } else if bare.starts_with(name) && !bare.starts_with(prefix) && bare.ends_with(token) {
        WrongValueHint::WrongSeparator
    } else if bare.starts_with(prefix) {
        WrongValueHint::StaleToken
    } else {
        return None;
    };
    Some(hint)
}

fn unquoted(text: &str) -> &str {
    let mut bare = text.trim();
    for quote in QUOTES {
        bare = bare.strip_prefix(quote).unwrap_or(bare);
    }
    for quote in QUOTES {
        bare = bare.strip_suffix(quote).unwrap_or(bare);
    }
    bare.trim()
}

/// Whether two records are the two parts of the value.
pub(super) fn is_split(values: &[Vec<u8>], wanted: &str) -> bool {
    let values: BTreeSet<&[u8]> = values.iter().map(Vec::as_slice).collect();
    (1..wanted.len()).any(|at| {
        let parts = wanted.as_bytes().split_at_checked(at);
        parts.is_some_and(|(head, tail)| values.contains(head) && values.contains(tail))
    })
}
