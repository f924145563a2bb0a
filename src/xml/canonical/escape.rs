//! Character escapes of the canonical forms: Canonical XML §2.3.

/// Writes character data: `&`, `<`, `>` and carriage return escaped.
pub(in crate::xml) fn text(text: &str, out: &mut (impl FnMut(&str) + ?Sized)) {
    let plain = |byte| !matches!(byte, b'&' | b'<' | b'>' | b'\r');
    escaped(text, out, plain, |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        _ => "&#xD;",
    });
}

/// Writes an attribute value: `&`, `<`, `"` and white space other than spaces escaped.
pub(in crate::xml) fn value(value: &str, out: &mut (impl FnMut(&str) + ?Sized)) {
    let plain = |byte| !matches!(byte, b'&' | b'<' | b'"' | b'\t' | b'\n' | b'\r');
    escaped(value, out, plain, |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'"' => "&quot;",
        b'\t' => "&#x9;",
        b'\n' => "&#xA;",
        _ => "&#xD;",
    });
}

/// Writes comments and instructions: only carriage returns are escaped.
pub(super) fn markup(text: &str, out: &mut (impl FnMut(&str) + ?Sized)) {
    escaped(text, out, |byte| byte != b'\r', |_| "&#xD;");
}

fn escaped(
    text: &str,
    out: &mut (impl FnMut(&str) + ?Sized),
    is_plain: impl Fn(u8) -> bool,
    escape: impl Fn(u8) -> &'static str,
) {
    // Without an early end the compiler judges many bytes at once, and most texts are plain.
    if text
        .bytes()
        .fold(true, |plain, byte| plain & is_plain(byte))
    {
        return out(text);
    }
    let mut written = 0;
    for (offset, byte) in text.bytes().enumerate() {
        if !is_plain(byte) {
            out(text.get(written..offset).unwrap_or_default());
            out(escape(byte));
            written = offset.saturating_add(1);
        }
    }
    out(text.get(written..).unwrap_or_default());
}
