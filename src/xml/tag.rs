//! The inside of a start tag, split into a name and attributes: XML 1.0 §3.1.

use crate::error::{Shown, Span};

use super::character::{first, is_nc_name, is_space, like_name};
use super::document::QualifiedName;
use super::error::{XmlError, XmlErrorKind};

/// An attribute as it is written.
pub(super) struct WrittenAttribute<'a> {
    pub(super) name: QualifiedName,
    pub(super) name_text: &'a str,
    pub(super) value: &'a str,
    /// Whether normalization would change nothing in the value.
    pub(super) is_plain: bool,
    /// The offset of the value in the document.
    pub(super) value_start: usize,
    /// From the name to the closing quote.
    pub(super) at: Span,
}

/// Reads what stands between `<` and `>` (or `/>`), from the left.
pub(super) struct TagReader<'a> {
    text: &'a str,
    /// How much of `text` is read.
    position: usize,
    /// The offset of `text` in the document.
    start: usize,
    name_limit: usize,
}

impl<'a> TagReader<'a> {
    pub(super) const fn new(text: &'a str, start: usize, name_limit: usize) -> Self {
        Self {
            text,
            position: 0,
            start,
            name_limit,
        }
    }

    /// The element's name, and as it is written.
    pub(super) fn name(&mut self) -> Result<(QualifiedName, &'a str), XmlError> {
        self.qualified_name(is_space)
    }

    /// The next attribute, or `None` at the end of the tag.
    pub(super) fn attribute(&mut self) -> Result<Option<WrittenAttribute<'a>>, XmlError> {
        let spaces = self.skip_space();
        if self.rest().is_empty() {
            return Ok(None);
        }
        if spaces == 0 {
            return Err(self.missing("white space before it"));
        }
        let name_start = self.offset();
        let (name, name_text) = self.qualified_name(|byte| byte == b'=' || is_space(byte))?;
        self.skip_space();
        if !self.take(b'=') {
            return Err(self.missing("`=`"));
        }
        self.skip_space();
        let (value, value_start) = self.quoted()?;
        let at = Span::new(name_start, self.offset());
        let marks = Marks::of(value);
        if marks.has_less_than {
            let name = Shown::new(name_text);
            return Err(XmlError::new(XmlErrorKind::AttributeLessThan { name }, at));
        }
        Ok(Some(WrittenAttribute {
            name,
            name_text,
            value,
            is_plain: marks.is_plain,
            value_start,
            at,
        }))
    }

    fn quoted(&mut self) -> Result<(&'a str, usize), XmlError> {
        let Some(quote @ (b'"' | b'\'')) = self.rest().bytes().next() else {
            return Err(self.missing("a quoted value"));
        };
        self.advance(1);
        let start = self.offset();
        let rest = self.rest();
        let Some(length) = first(quote, rest) else {
            self.advance(rest.len());
            return Err(self.missing("a closing quote"));
        };
        self.advance(length.saturating_add(1));
        Ok((rest.get(..length).unwrap_or_default(), start))
    }

    /// The name up to a byte that ends it.
    fn qualified_name(
        &mut self,
        ends: impl Fn(u8) -> bool,
    ) -> Result<(QualifiedName, &'a str), XmlError> {
        let (mut length, mut prefix_length, mut is_simple) = (0_usize, 0_usize, true);
        let mut starts = true;
        for byte in self.rest().bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'_' => starts = false,
                b'0'..=b'9' | b'-' | b'.' if !starts => {}
                b':' if !starts && prefix_length == 0 => {
                    prefix_length = length;
                    starts = true;
                }
                byte if ends(byte) => break,
                _ => is_simple = false,
            }
            length = length.saturating_add(1);
        }
        let start = self.offset();
        let text = self.rest().get(..length).unwrap_or_default();
        self.advance(length);
        let at = Span::new(start, self.offset());
        if text.len() > self.name_limit {
            let (found, limit) = (text.len(), self.name_limit);
            let kind = XmlErrorKind::NameTooLong { found, limit };
            return Err(XmlError::new(kind, at));
        }
        // The bytes above are the names that nearly all are; others are judged by character.
        match is_simple && !starts {
            true => Ok((QualifiedName::new(at, prefix_length), text)),
            false => qualified_name(text, at).map(|name| (name, text)),
        }
    }

    fn take_until(&mut self, stop: impl Fn(u8) -> bool) -> (&'a str, Span) {
        let rest = self.rest();
        let length = rest.bytes().position(stop).unwrap_or(rest.len());
        let start = self.offset();
        self.advance(length);
        let taken = rest.get(..length).unwrap_or_default();
        (taken, Span::new(start, self.offset()))
    }

    fn take(&mut self, expected: u8) -> bool {
        let found = self.rest().bytes().next() == Some(expected);
        self.advance(usize::from(found));
        found
    }

    fn skip_space(&mut self) -> usize {
        let (spaces, _) = self.take_until(|byte| !is_space(byte));
        spaces.len()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.position = self.position.saturating_add(bytes);
    }

    fn offset(&self) -> usize {
        self.start.saturating_add(self.position)
    }

    fn missing(&self, missing: &'static str) -> XmlError {
        let at = Span::new(self.offset(), self.offset());
        XmlError::new(XmlErrorKind::AttributeMalformed { missing }, at)
    }
}

/// What an attribute value holds that matters.
struct Marks {
    has_less_than: bool,
    is_plain: bool,
}

impl Marks {
    fn of(value: &str) -> Self {
        // Without an early end the compiler judges many bytes at once.
        let (has_less_than, has_other) =
            value
                .bytes()
                .fold((false, false), |(less_than, other), byte| {
                    let is_other = matches!(byte, b'&' | b'\t' | b'\n' | b'\r');
                    (less_than | (byte == b'<'), other | is_other)
                });
        Self {
            has_less_than,
            is_plain: !has_other,
        }
    }
}

/// Checks `text`, which stands at `at`, as a qualified name of any characters.
fn qualified_name(text: &str, at: Span) -> Result<QualifiedName, XmlError> {
    let (prefix, local) = match text.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, text),
    };
    if !is_nc_name(local) || !prefix.is_none_or(is_nc_name) {
        let name = Shown::new(like_name(text));
        return Err(XmlError::new(XmlErrorKind::NameMalformed { name }, at));
    }
    Ok(QualifiedName::new(at, prefix.map_or(0, str::len)))
}

/// Offsets fit: the reader bounds the document's length first.
pub(super) fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
