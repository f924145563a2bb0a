//! Character escapes of the canonical forms: Canonical XML §2.3.

use super::super::character::{first_of, holds};

/// Writes character data: `&`, `<`, `>` and carriage return escaped.
pub(in crate::xml) fn text(text: &str, out: &mut (impl FnMut(&str) + ?Sized)) {
    if first_of(*b"&<>", text).is_none() && !holds(b'\r', text) {
        return out(text);
    }
    escaped(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// Writes an attribute value: `&`, `<`, `"` and white space other than spaces escaped.
pub(in crate::xml) fn value(value: &str, out: &mut (impl FnMut(&str) + ?Sized)) {
    if first_of(*b"&<\"", value).is_none() && first_of(*b"\t\n\r", value).is_none() {
        return out(value);
    }
    escaped(value, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// Writes comments and instructions: only carriage returns are escaped.
pub(super) fn markup(text: &str, out: &mut (impl FnMut(&str) + ?Sized)) {
    escaped(text, out, |byte| (byte == b'\r').then_some("&#xD;"));
}

fn escaped(
    text: &str,
    out: &mut (impl FnMut(&str) + ?Sized),
    escape: impl Fn(u8) -> Option<&'static str>,
) {
    let mut written = 0;
    for (offset, byte) in text.bytes().enumerate() {
        if let Some(escape) = escape(byte) {
            out(text.get(written..offset).unwrap_or_default());
            out(escape);
            written = offset.saturating_add(1);
        }
    }
    out(text.get(written..).unwrap_or_default());
}
