//! Character escapes of the canonical forms: Canonical XML §2.3.

use super::sink::Sink;

/// Writes character data: `&`, `<`, `>` and carriage return escaped.
pub(super) fn text(text: &str, out: &mut Sink<impl FnMut(&str)>) {
    escaped(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// Writes an attribute value: `&`, `<`, `"` and white space other than spaces escaped.
pub(super) fn value(value: &str, out: &mut Sink<impl FnMut(&str)>) {
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
pub(super) fn markup(text: &str, out: &mut Sink<impl FnMut(&str)>) {
    escaped(text, out, |byte| (byte == b'\r').then_some("&#xD;"));
}

fn escaped(
    text: &str,
    out: &mut Sink<impl FnMut(&str)>,
    escape: impl Fn(u8) -> Option<&'static str>,
) {
    if out.is_full() {
        return;
    }
    let mut written = 0;
    for (offset, byte) in text.bytes().enumerate() {
        if let Some(replacement) = escape(byte) {
            out.put(text.get(written..offset).unwrap_or_default());
            out.put(replacement);
            written = offset.saturating_add(1);
        }
    }
    out.put(text.get(written..).unwrap_or_default());
}
