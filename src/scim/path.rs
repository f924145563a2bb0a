//! The path of a PATCH operation: RFC 7644 §3.5.2.
//!
//! ```text
//! userName            name.familyName         members.$ref
//! emails[type eq "work"]                      emails[type eq "work"].value
//! urn:…:enterprise:2.0:User:manager.value     urn:…:enterprise:2.0:User
//! schemas eq "urn:…"                          (erratum 7122)
//! ```
//!
//! A path is only syntax here; which part of it is a URN, and whether the attribute exists, is
//! judged when an operation is planned against a resource type.

use std::fmt;

use super::error::{Error, Expected, Language};
use super::filter::{AttributePath, Filter, Scanner, Stop, parse_expression, parse_own_value};
use crate::error::Span;

/// A path as written. `Display` prints it, with its attribute values.
///
/// ```
/// use vestibule::scim::Path;
/// let path = Path::parse(r#"emails[ type EQ "work" ].Value"#)?;
/// assert_eq!(path.to_string(), r#"emails[type eq "work"].Value"#);
/// assert_eq!(path.attribute().as_str(), "emails");
/// assert_eq!(path.sub_attribute().unwrap().as_str(), "Value");
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    attribute: AttributePath,
    filter: Option<Filter>,
    sub_attribute: Option<AttributePath>,
}

impl Path {
    /// Parses a path. See [`Path`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-path-syntax` with the bytes, and the limits of filters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut scanner = Scanner::new(text, Language::Path)?;
        let attribute = scanner.attribute_path()?;
        let mut path = Self {
            attribute,
            filter: None,
            sub_attribute: None,
        };
        if scanner.eat('[') {
            path.filter = Some(parse_expression(&mut scanner, Stop::Bracket)?);
            scanner.eat(']');
            if scanner.eat('.') {
                path.sub_attribute = Some(scanner.sub_attribute()?);
            }
        } else if scanner.peek() == Some(' ') {
            // The elements of a simple list, by their own value.
            path.filter = Some(parse_own_value(&mut scanner, path.attribute.span())?);
        }
        match scanner.peek() {
            None => Ok(path),
            Some(_) => Err(scanner.refusal_here(Expected::End)),
        }
    }

    /// The part before any bracket, with the URN if there is one. See [`Path`] for an example.
    #[must_use]
    pub const fn attribute(&self) -> &AttributePath {
        &self.attribute
    }

    /// The filter between the brackets.
    ///
    /// ```
    /// use vestibule::scim::Path;
    /// let path = Path::parse("members[value eq \"u1\"]")?;
    /// assert_eq!(path.filter().unwrap().to_string(), "value eq \"u1\"");
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The sub-attribute after the closing bracket. One that follows the attribute directly, as in
    /// `name.familyName`, is part of [`Path::attribute`]. See [`Path`] for an example.
    #[must_use]
    pub const fn sub_attribute(&self) -> Option<&AttributePath> {
        self.sub_attribute.as_ref()
    }

    /// All its bytes.
    ///
    /// ```
    /// use vestibule::error::Span;
    /// use vestibule::scim::Path;
    /// assert_eq!(Path::parse("title")?.span(), Span::new(0, 5));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    #[must_use]
    pub fn span(&self) -> Span {
        let last = self.sub_attribute.as_ref().unwrap_or(&self.attribute);
        Span::new(self.attribute.span().start, last.span().end)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.attribute.as_str())?;
        if let Some(filter) = &self.filter {
            write!(formatter, "[{filter}]")?;
        }
        if let Some(sub) = &self.sub_attribute {
            write!(formatter, ".{}", sub.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_printed_as_it_was_read() {
        for text in [
            "userName",
            "name.familyName",
            "members.$ref",
            "$ref",
            "emails[type eq \"work\"]",
            "emails[type eq \"a]b.c\"].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:example:x:2.0:User:lockers[number gt 1].building",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        let own = Path::parse("schemas eq \"urn:x\"").unwrap();
        assert_eq!(own.to_string(), "schemas[value eq \"urn:x\"]");
    }

    #[test]
    fn what_is_no_path_is_refused_with_its_place() {
        for (text, start, end) in [
            ("", 0, 0),
            ("emails[", 7, 7),
            ("emails[]", 7, 8),
            ("emails[type eq]", 14, 15),
            ("emails[type eq \"work\"", 21, 21),
            ("emails[type eq \"work\"]..value", 23, 29),
            ("emails[type eq \"work\"].value.x", 23, 30),
            ("emails[type eq \"work\"]value", 22, 27),
            ("emails[type eq \"work\"][value pr]", 22, 23),
            ("emails[a[b pr]]", 8, 9),
            ("ti tle", 3, 6),
            (" title", 0, 1),
            ("title ", 6, 6),
            ("name.a.b", 0, 8),
            ("emails[(type pr]", 15, 16),
            ("emails[type pr)]", 14, 15),
        ] {
            let error = Path::parse(text).unwrap_err();
            assert_eq!(error.span(), Some(Span::new(start, end)), "{text}");
        }
    }
}
