//! The inside of a start tag, split into a name and attributes: XML 1.0 §3.1.

use crate::error::{Shown, Span};

use super::character::{is_nc_name, is_space, like_name};
use super::document::QualifiedName;
use super::error::{XmlError, XmlErrorKind};

/// An attribute as it is written.
pub(super) struct WrittenAttribute<'a> {
    pub(super) name: QualifiedName,
    pub(super) name_text: &'a str,
    pub(super) value: &'a str,
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

    /// The element's name.
    pub(super) fn name(&mut self) -> Result<QualifiedName, XmlError> {
        let (name, at) = self.take_until(is_space);
        qualified_name(name, at, self.name_limit)
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
        let (name_text, name_at) = self.take_until(|byte| byte == b'=' || is_space(byte));
        let name = qualified_name(name_text, name_at, self.name_limit)?;
        self.skip_space();
        if !self.take(b'=') {
            return Err(self.missing("`=`"));
        }
        self.skip_space();
        let (value, value_start) = self.quoted()?;
        let at = Span::new(name_at.start, self.offset());
        if value.contains('<') {
            let name = Shown::new(name_text);
            return Err(XmlError::new(XmlErrorKind::AttributeLessThan { name }, at));
        }
        Ok(Some(WrittenAttribute {
            name,
            name_text,
            value,
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
        let Some((value, _)) = self.rest().split_once(char::from(quote)) else {
            self.advance(self.rest().len());
            return Err(self.missing("a closing quote"));
        };
        self.advance(value.len().saturating_add(1));
        Ok((value, start))
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

/// Checks `text`, which stands at `at`, as a qualified name.
pub(super) fn qualified_name(
    text: &str,
    at: Span,
    limit: usize,
) -> Result<QualifiedName, XmlError> {
    if text.len() > limit {
        let found = text.len();
        return Err(XmlError::new(
            XmlErrorKind::NameTooLong { found, limit },
            at,
        ));
    }
    let (prefix, local) = match text.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, text),
    };
    if !is_nc_name(local) || !prefix.is_none_or(is_nc_name) {
        let name = Shown::new(like_name(text));
        return Err(XmlError::new(XmlErrorKind::NameMalformed { name }, at));
    }
    Ok(QualifiedName {
        start: offset(at.start),
        end: offset(at.end),
        prefix_length: offset(prefix.map_or(0, str::len)),
    })
}

/// Offsets fit: the reader bounds the document's length first.
pub(super) fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
