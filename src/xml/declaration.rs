//! The XML declaration: XML 1.0 §2.8 and §4.3.3.

use crate::error::{Shown, Span};

use super::error::{XmlError, XmlErrorKind};
use super::tag::TagReader;

/// Checks what stands between `<?xml` and `?>`: production `XMLDecl`, XML 1.0 §2.8.
pub(super) fn check(text: &str, at: Span) -> Result<(), XmlError> {
    let malformed = |why| XmlError::new(XmlErrorKind::DeclarationMalformed { why }, at);
    // The pseudo-attributes have the grammar of attributes; a long name is just a wrong one.
    let start = at.start.saturating_add("<?xml".len());
    let mut parts = TagReader::new(text, start, usize::MAX);
    let version = parts.attribute()?.ok_or(malformed("no version"))?;
    if version.name_text != "version" || version.value != "1.0" {
        return Err(malformed("version is not 1.0"));
    }
    let mut next = parts.attribute()?;
    if let Some(encoding) = next.take_if(|part| part.name_text == "encoding") {
        check_encoding(encoding.value, encoding.at)?;
        next = parts.attribute()?;
    }
    if let Some(standalone) = next.take_if(|part| part.name_text == "standalone") {
        if !matches!(standalone.value, "yes" | "no") {
            return Err(malformed("standalone is neither yes nor no"));
        }
        next = parts.attribute()?;
    }
    match next {
        Some(_) => Err(malformed("unknown or misplaced part")),
        None => Ok(()),
    }
}

/// The document is text already; a declaration that says otherwise is a trap for another reader.
fn check_encoding(encoding: &str, at: Span) -> Result<(), XmlError> {
    if encoding.eq_ignore_ascii_case("utf-8") || encoding.eq_ignore_ascii_case("us-ascii") {
        return Ok(());
    }
    let encoding = Shown::new(encoding);
    Err(XmlError::new(XmlErrorKind::Encoding { encoding }, at))
}
