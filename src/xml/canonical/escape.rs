//! Character escapes of the canonical forms: Canonical XML §2.3.

/// Writes character data: `&`, `<`, `>` and carriage return escaped.
pub(in crate::xml) fn text(text: &str, out: &mut impl FnMut(&str)) {
    escaped(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

/// Writes an attribute value: `&`, `<`, `"` and white space other than spaces escaped.
pub(in crate::xml) fn value(value: &str, out: &mut impl FnMut(&str)) {
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
pub(super) fn markup(text: &str, out: &mut impl FnMut(&str)) {
    escaped(text, out, |byte| (byte == b'\r').then_some("&#xD;"));
}

fn escaped(text: &str, out: &mut impl FnMut(&str), escape: impl Fn(u8) -> Option<&'static str>) {
    let mut written = 0;
    for (offset, byte) in text.bytes().enumerate() {
        if let Some(replacement) = escape(byte) {
            out(text.get(written..offset).unwrap_or_default());
            out(replacement);
            written = offset.saturating_add(1);
        }
    }
    out(text.get(written..).unwrap_or_default());
}
