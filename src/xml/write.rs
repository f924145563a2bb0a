//! Elements to be written: what this crate sends goes through here, escaped.
//!
//! Names are constants of this crate or were judged; values may be anything, and what XML forbids is
//! refused. No other file puts markup together. Nothing is read here, and nothing is indented.

use std::borrow::Cow;

use thiserror::Error;

use crate::error::{Blame, Explain, Shown};

use super::canonical::escape;
use super::character::is_allowed;

/// A value holds a character that no XML document can hold, escaped or not: XML 1.0 §2.2.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::saml::{AuthnRequest, EndpointUrl, EntityId, MessageId, ServiceProvider, Signing};
///
/// let service = ServiceProvider::new(
///     EntityId::parse("https://sp.example.com/\u{FFFE}")?,
///     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// );
/// let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// let sso_url = EndpointUrl::parse("https://idp.example.org/sso")?;
/// let id = MessageId::from_random([7; 20]);
/// let now = "2026-06-06T07:40:25Z".parse()?;
/// let request = AuthnRequest::new(&service, idp, sso_url, id, now);
/// let error = request.to_post(Signing::Unsigned, None).unwrap_err();
/// assert_eq!(error.code(), "xml-unwritable");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("`{name}` would hold the character U+{code_point:04X}, which XML forbids")]
pub struct UnwritableError {
    name: Shown,
    code_point: u32,
}

impl UnwritableError {
    /// The element or attribute that would hold it. See [`UnwritableError`] for how it comes up.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    pub(crate) const fn code_point(&self) -> u32 {
        self.code_point
    }
}

impl Explain for UnwritableError {
    fn code(&self) -> &'static str {
        "xml-unwritable"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn help(&self) -> &'static str {
        "Remove control characters and the non-characters U+FFFE and U+FFFF from the value."
    }
}

/// An element to be written, with its prefix as part of its name.
#[derive(Clone)]
pub(crate) struct NewElement {
    name: Cow<'static, str>,
    attributes: Vec<(Cow<'static, str>, String)>,
    content: Vec<NewNode>,
}

#[derive(Clone)]
enum NewNode {
    Element(NewElement),
    Text(String),
}

impl NewElement {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            attributes: Vec::new(),
            content: Vec::new(),
        }
    }

    /// The same by a name that was judged before.
    pub(crate) fn named(name: String) -> Self {
        Self {
            name: Cow::Owned(name),
            ..Self::new("")
        }
    }

    pub(crate) fn with(
        mut self,
        attribute: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.attributes.push((attribute.into(), value.into()));
        self
    }

    pub(crate) fn with_any(self, attribute: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(attribute, value),
            None => self,
        }
    }

    pub(crate) fn holding(mut self, child: Self) -> Self {
        self.content.push(NewNode::Element(child));
        self
    }

    pub(crate) fn holding_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.content
            .extend(children.into_iter().map(NewNode::Element));
        self
    }

    pub(crate) fn saying(mut self, text: impl Into<String>) -> Self {
        self.content.push(NewNode::Text(text.into()));
        self
    }

    /// Puts `child` behind the first one if that is called `name`, and first otherwise.
    pub(crate) fn with_behind(mut self, name: &str, child: Self) -> Self {
        let first = self.content.first();
        let is_behind = matches!(first, Some(NewNode::Element(first)) if first.name == name);
        self.content
            .insert(usize::from(is_behind), NewNode::Element(child));
        self
    }

    /// The element as text. Its own namespace declarations are among its attributes.
    pub(crate) fn write(&self) -> Result<String, UnwritableError> {
        let mut out = String::new();
        self.write_to(&mut out)?;
        Ok(out)
    }

    /// Calls itself as deep as the messages of this crate and the extensions of hosts nest, whatever
    /// their values are.
    fn write_to(&self, out: &mut String) -> Result<(), UnwritableError> {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            check(name, value)?;
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape::value(value, &mut |piece| out.push_str(piece));
            out.push('"');
        }
        if self.content.is_empty() {
            out.push_str("/>");
            return Ok(());
        }
        out.push('>');
        for node in &self.content {
            match node {
                NewNode::Element(child) => child.write_to(out)?,
                NewNode::Text(text) => {
                    check(&self.name, text)?;
                    escape::text(text, &mut |piece| out.push_str(piece));
                }
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
        Ok(())
    }
}

fn check(name: &str, value: &str) -> Result<(), UnwritableError> {
    match value.chars().find(|character| !is_allowed(*character)) {
        None => Ok(()),
        Some(character) => Err(UnwritableError {
            name: Shown::new(name),
            code_point: u32::from(character),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::XmlLimits;
    use crate::xml::{Dialect, Document};

    fn holding(value: &str) -> NewElement {
        let child = NewElement::new("b").with("x", value).saying(value);
        NewElement::new("a").holding(child)
    }

    fn assert_read_back(value: &str) {
        let written = holding(value).write().unwrap();
        let document = Document::parse(&written, Dialect::Saml, &XmlLimits::default()).unwrap();
        assert_eq!(document.elements().count(), 2, "{written}");
        let child = document.elements().last().unwrap();
        assert_eq!(child.attribute("x"), Some(value), "{written}");
        assert_eq!(child.attributes().count(), 1, "{written}");
        assert_eq!(child.text(), value, "{written}");
        let oracle = roxmltree::Document::parse(&written).unwrap();
        let child = oracle.root_element().first_element_child().unwrap();
        assert_eq!(child.attribute("x"), Some(value));
        assert_eq!(child.text().unwrap_or_default(), value);
    }

    #[test]
    fn markup_in_values_stays_text() {
        for value in [
            "",
            "\"><![CDATA[ ]]>",
            "' & &amp; &#0; <!-- --> <?x?>",
            "a\tb\nc\r\nd\re ",
            "\u{85}\u{2028}\u{FFFD}𝄞",
        ] {
            assert_read_back(value);
        }
    }

    #[test]
    fn what_xml_forbids_is_refused_where_it_stands() {
        for (value, shown) in [
            ("a\0", "U+0000"),
            ("\u{FFFE}", "U+FFFE"),
            ("\u{1F}", "U+001F"),
        ] {
            let error = holding(value).write().unwrap_err();
            assert!(error.to_string().contains(shown), "{error}");
            assert_eq!(error.name(), "x");
            let text_only = NewElement::new("a").saying(value).write().unwrap_err();
            assert_eq!(text_only.name(), "a");
        }
    }

    #[test]
    fn a_child_goes_behind_the_first_of_that_name_or_first() {
        let placed = |name| {
            let filled = NewElement::new("a")
                .holding(NewElement::new("b"))
                .holding(NewElement::new("c"));
            filled
                .with_behind(name, NewElement::new("s"))
                .write()
                .unwrap()
        };
        assert_eq!(placed("b"), "<a><b/><s/><c/></a>");
        assert_eq!(placed("c"), "<a><s/><b/><c/></a>");
        let empty = NewElement::new("a").with_behind("b", NewElement::new("s"));
        assert_eq!(empty.write().unwrap(), "<a><s/></a>");
    }

    proptest! {
        #[test]
        fn any_value_is_read_back_or_refused(value: String) {
            match holding(&value).write() {
                Ok(_) => assert_read_back(&value),
                Err(_) => prop_assert!(!value.chars().all(is_allowed)),
            }
        }
    }
}
