//! Canonical forms: the octets that stand for a tree when it is hashed.
//!
//! Exclusive ([xml-exc-c14n](https://www.w3.org/TR/xml-exc-c14n/)) is what SAML asks for
//! (saml-core §5.4.4); the inclusive forms 1.0 and 1.1
//! ([xml-c14n](https://www.w3.org/TR/2001/REC-xml-c14n-20010315),
//! [xml-c14n11](https://www.w3.org/TR/xml-c14n11/)) occur as well. The apex is always an element
//! with its whole subtree, or a whole document: XPath node sets do not exist here.

mod base;
pub(super) mod escape;
mod inherited;
mod render;
mod sink;
mod tree;
mod write;

use thiserror::Error;

use crate::error::{Blame, Explain, Shown};
use crate::limits::MAX_CANONICAL_PREFIXES;

use super::document::Document;
use super::element::Element;

/// A canonicalization algorithm, one for each identifier.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CanonicalMethod {
    /// Exclusive, comments left out: what SAML asks for.
    Exclusive,
    /// Exclusive, with comments.
    ExclusiveWithComments,
    /// Canonical XML 1.0, comments left out.
    Inclusive10,
    /// Canonical XML 1.0, with comments.
    Inclusive10WithComments,
    /// Canonical XML 1.1, comments left out.
    Inclusive11,
    /// Canonical XML 1.1, with comments.
    Inclusive11WithComments,
}

impl CanonicalMethod {
    const ALL: [Self; 6] = [
        Self::Exclusive,
        Self::ExclusiveWithComments,
        Self::Inclusive10,
        Self::Inclusive10WithComments,
        Self::Inclusive11,
        Self::Inclusive11WithComments,
    ];

    /// The method with this identifier, compared byte for byte.
    ///
    /// ```
    /// use vestibule::xml::CanonicalMethod;
    /// let method = CanonicalMethod::from_uri("http://www.w3.org/2001/10/xml-exc-c14n#").unwrap();
    /// assert_eq!(method, CanonicalMethod::Exclusive);
    /// assert_eq!(method.uri(), "http://www.w3.org/2001/10/xml-exc-c14n#");
    /// assert_eq!(CanonicalMethod::from_uri("http://www.w3.org/TR/1999/REC-xslt-19991116"), None);
    /// ```
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.uri() == uri)
    }

    /// The identifier. See [`CanonicalMethod::from_uri`] for an example.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Exclusive => "http://www.w3.org/2001/10/xml-exc-c14n#",
            Self::ExclusiveWithComments => "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
            Self::Inclusive10 => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            Self::Inclusive10WithComments => {
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
            }
            Self::Inclusive11 => "http://www.w3.org/2006/12/xml-c14n11",
            Self::Inclusive11WithComments => "http://www.w3.org/2006/12/xml-c14n11#WithComments",
        }
    }

    const fn is_exclusive(self) -> bool {
        matches!(self, Self::Exclusive | Self::ExclusiveWithComments)
    }

    const fn keeps_comments(self) -> bool {
        matches!(
            self,
            Self::ExclusiveWithComments
                | Self::Inclusive10WithComments
                | Self::Inclusive11WithComments
        )
    }
}

/// A canonicalization method with its parameter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Canonical<'p> {
    method: CanonicalMethod,
    /// Prefixes that the exclusive form treats as the inclusive one does; empty for the default.
    prefixes: Vec<&'p str>,
}

impl<'p> Canonical<'p> {
    /// The method without a `PrefixList`. See [`Canonical::octets`] for an example.
    #[must_use]
    pub const fn new(method: CanonicalMethod) -> Self {
        Self {
            method,
            prefixes: Vec::new(),
        }
    }

    /// The same without comments, of which there may be none where a reference says so.
    pub(crate) fn without_comments(self) -> Self {
        let method = match self.method {
            CanonicalMethod::ExclusiveWithComments => CanonicalMethod::Exclusive,
            CanonicalMethod::Inclusive10WithComments => CanonicalMethod::Inclusive10,
            CanonicalMethod::Inclusive11WithComments => CanonicalMethod::Inclusive11,
            method => method,
        };
        Self { method, ..self }
    }

    /// The method with the `PrefixList` of an `InclusiveNamespaces` element.
    ///
    /// The inclusive forms have no such parameter and ignore it.
    ///
    /// # Errors
    ///
    /// More than [`MAX_CANONICAL_PREFIXES`] prefixes.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Canonical, CanonicalMethod, Dialect, Document}};
    /// let text = "<a xmlns:xs='urn:xs'><b/></a>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let b = document.root().children().next().unwrap();
    /// let canonical = Canonical::new(CanonicalMethod::Exclusive).with_prefix_list("#default xs")?;
    /// assert_eq!(canonical.octets(b, None)?, r#"<b xmlns:xs="urn:xs"></b>"#);
    /// # Ok::<(), vestibule::xml::CanonicalError>(())
    /// ```
    pub fn with_prefix_list(mut self, list: &'p str) -> Result<Self, CanonicalError> {
        self.prefixes.clear();
        for prefix in list.split_ascii_whitespace() {
            if self.prefixes.len() >= MAX_CANONICAL_PREFIXES {
                return Err(CanonicalError::TooManyPrefixes {
                    limit: MAX_CANONICAL_PREFIXES,
                });
            }
            self.prefixes.push(match prefix {
                "#default" => "",
                prefix => prefix,
            });
        }
        Ok(self)
    }

    /// The canonical form of `apex` with everything below it but the subtree of `omit`.
    ///
    /// `omit` is how the enveloped-signature transform leaves the `Signature` out. An element
    /// outside `apex` leaves nothing out.
    ///
    /// # Errors
    ///
    /// A relative namespace name anywhere in the document: such a document has no canonical form.
    /// An `omit` that is `apex` or around it: nothing would be left. A form longer than
    /// [`MAX_CANONICAL_GROWTH`](crate::limits::MAX_CANONICAL_GROWTH) times the document.
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Canonical, CanonicalMethod, Dialect, Document}};
    /// let text = "<a b='1' xmlns='urn:x'><!-- gone --><s/><c/></a>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let signature = document.root().children().next();
    /// let canonical = Canonical::new(CanonicalMethod::Exclusive);
    /// assert_eq!(
    ///     canonical.octets(document.root(), signature)?,
    ///     r#"<a xmlns="urn:x" b="1"><c></c></a>"#
    /// );
    /// # Ok::<(), vestibule::xml::CanonicalError>(())
    /// ```
    pub fn octets(
        &self,
        apex: Element<'_>,
        omit: Option<Element<'_>>,
    ) -> Result<String, CanonicalError> {
        check(apex, omit)?;
        write::subtree(self, apex, omit)
    }

    /// The canonical form as a document of its own: the one that reading [`Canonical::octets`] gives.
    ///
    /// Nothing is read again: the tree is recorded while the octets are written.
    ///
    /// # Errors
    ///
    /// As [`Canonical::octets`].
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Canonical, CanonicalMethod, Dialect, Document}};
    /// let text = "<a><b><!-- gone -->1 &lt; 2<s/></b></a>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let b = document.root().children().next().unwrap();
    /// let canonical = Canonical::new(CanonicalMethod::Exclusive);
    /// let form = canonical.document(b, b.children().next())?;
    /// assert_eq!(form.root().text(), "1 < 2");
    /// assert_eq!(form.root().parent(), None);
    /// # Ok::<(), vestibule::xml::CanonicalError>(())
    /// ```
    pub fn document(
        &self,
        apex: Element<'_>,
        omit: Option<Element<'_>>,
    ) -> Result<Document<'static>, CanonicalError> {
        check(apex, omit)?;
        write::subtree_with_tree(self, apex, omit)
    }

    /// The canonical form of a whole document, with what stands beside its root element.
    ///
    /// # Errors
    ///
    /// As [`Canonical::octets`].
    ///
    /// ```
    /// # use vestibule::{limits::XmlLimits, xml::{Canonical, CanonicalMethod, Dialect, Document}};
    /// let text = "<!-- x --><a/>";
    /// let document = Document::parse(text, Dialect::Saml, &XmlLimits::default()).unwrap();
    /// let canonical = Canonical::new(CanonicalMethod::ExclusiveWithComments);
    /// assert_eq!(canonical.document_octets(&document)?, "<!-- x -->\n<a></a>");
    /// # Ok::<(), vestibule::xml::CanonicalError>(())
    /// ```
    pub fn document_octets(&self, document: &Document<'_>) -> Result<String, CanonicalError> {
        check_namespaces(document)?;
        write::document(self, document)
    }
}

fn check(apex: Element<'_>, omit: Option<Element<'_>>) -> Result<(), CanonicalError> {
    check_namespaces(apex.document)?;
    check_omitted(apex, omit)
}

/// Canonical XML 1.0 §1.3 and 1.1 §1.3: no canonical form with relative namespace names.
///
/// Judged for the whole document and before the first octet, because an error that leaves some
/// octets behind has been taken for an empty canonical form by others.
fn check_namespaces(document: &Document<'_>) -> Result<(), CanonicalError> {
    let relative = document
        .namespaces
        .iter()
        .map(|name| document.text(*name))
        .find(|name| !name.is_empty() && !is_absolute(name));
    match relative {
        Some(name) => Err(CanonicalError::RelativeNamespace {
            name: Shown::new(name),
        }),
        None => Ok(()),
    }
}

/// The digest of no octets at all is known to everybody: an empty canonical form must not exist.
fn check_omitted(apex: Element<'_>, omit: Option<Element<'_>>) -> Result<(), CanonicalError> {
    let mut around = std::iter::successors(Some(apex), |element| element.parent());
    match omit {
        Some(omit) if around.any(|element| element == omit) => Err(CanonicalError::ApexOmitted),
        _ => Ok(()),
    }
}

/// RFC 3986 §3.1: a scheme, then a colon.
pub(crate) fn is_absolute(name: &str) -> bool {
    let Some((scheme, _)) = name.split_once(':') else {
        return false;
    };
    scheme.starts_with(|character: char| character.is_ascii_alphabetic())
        && scheme.chars().all(|character| {
            character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.')
        })
}

/// Why there is no canonical form.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum CanonicalError {
    /// The element to leave out is the apex, or around it.
    #[error("the element to leave out is the whole of what is canonicalized")]
    ApexOmitted,
    /// A namespace name without a scheme.
    #[error("namespace name `{name}` is relative, so the document has no canonical form")]
    RelativeNamespace {
        /// As declared.
        name: Shown,
    },
    /// A form out of proportion to its document.
    #[error("a canonical form of more than {limit} octets")]
    TooLong {
        /// The bound.
        limit: usize,
    },
    /// A `PrefixList` longer than the limit.
    #[error("a PrefixList with more than {limit} prefixes")]
    TooManyPrefixes {
        /// The bound.
        limit: usize,
    },
}

impl Explain for CanonicalError {
    fn code(&self) -> &'static str {
        match self {
            Self::ApexOmitted => "xml-apex-omitted",
            Self::RelativeNamespace { .. } => "xml-namespace-relative",
            Self::TooLong { .. } => "xml-canonical-too-long",
            Self::TooManyPrefixes { .. } => "xml-too-many-prefixes",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::ApexOmitted => Blame::Caller,
            Self::RelativeNamespace { .. } => Blame::Peer,
            Self::TooLong { .. } | Self::TooManyPrefixes { .. } => Blame::Limit,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::ApexOmitted => {
                "Leave out an element below the one that is canonicalized, such as its signature."
            }
            Self::RelativeNamespace { .. } => {
                "Genuine SAML messages declare absolute namespace names only: find out who made this message."
            }
            Self::TooLong { .. } => {
                "Genuine messages declare few namespaces: find out who made this message."
            }
            Self::TooManyPrefixes { .. } => {
                "Genuine signatures list a few prefixes: find out who made this message."
            }
        }
    }
}
