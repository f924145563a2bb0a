//! Elements of other standards in a request of this service: saml-core §3.2.1.
//!
//! They are written and never read: what an identity provider puts into its own extensions decides
//! nothing here.

use std::fmt;

use thiserror::Error;

use crate::error::{Blame, Explain, Shown};
use crate::limits::MAX_EXTENSION_DEPTH;
use crate::xml::{NewElement, is_absolute, is_nc_name};

use super::namespace::PROTOCOL;

/// An element of another namespace for the `Extensions` of an
/// [`AuthnRequest`](super::AuthnRequest).
///
/// Attributes come in the order in which they are given, then the text, then the children. Values
/// may be any text: they are escaped when they are written.
///
/// ```
/// use vestibule::saml::Extension;
/// const EIDAS: &str = "http://eidas.europa.eu/saml-extensions";
/// let requested = Extension::new(EIDAS, "RequestedAttributes")?.with_child(
///     Extension::new(EIDAS, "RequestedAttribute")?
///         .with_attribute("Name", "http://eidas.europa.eu/attributes/naturalperson/DateOfBirth")?
///         .with_attribute("isRequired", "true")?,
/// )?;
/// let kind = Extension::new(EIDAS, "SPType")?.with_text("public");
/// # let _ = (requested, kind);
/// # Ok::<(), vestibule::saml::ExtensionError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Extension {
    namespace: String,
    local_name: String,
    attributes: Vec<(String, String)>,
    text: Option<String>,
    children: Vec<Self>,
    /// Of elements, this one counted.
    depth: usize,
}

impl Extension {
    /// An element without content. See [`Extension`] for an example.
    ///
    /// # Errors
    ///
    /// A name that is none, and a namespace that is relative, reserved, or the one of SAML's own
    /// messages: the schema leaves that one out.
    pub fn new(namespace: &str, local_name: &str) -> Result<Self, ExtensionError> {
        if !is_absolute(namespace) || RESERVED.contains(&namespace) {
            let found = Shown::identifier(namespace);
            return Err(ExtensionError::Namespace { found });
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            local_name: name(local_name)?,
            attributes: Vec::new(),
            text: None,
            children: Vec::new(),
            depth: 1,
        })
    }

    /// The same with one more attribute, which has no namespace.
    /// See [`Extension`] for an example.
    ///
    /// # Errors
    ///
    /// A name that is none, and one that the element has already.
    pub fn with_attribute(
        mut self,
        local_name: &str,
        value: impl Into<String>,
    ) -> Result<Self, ExtensionError> {
        let attribute = name(local_name)?;
        if self.attributes.iter().any(|(known, _)| *known == attribute) {
            let found = Shown::new(local_name);
            return Err(ExtensionError::AttributeRepeated { found });
        }
        self.attributes.push((attribute, value.into()));
        Ok(self)
    }

    /// The same with this text and no other. See [`Extension`] for an example.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The same with one more child. See [`Extension`] for an example.
    ///
    /// # Errors
    ///
    /// More than [`MAX_EXTENSION_DEPTH`] elements inside each other.
    pub fn with_child(mut self, child: Self) -> Result<Self, ExtensionError> {
        self.depth = self.depth.max(child.depth.saturating_add(1));
        if self.depth > MAX_EXTENSION_DEPTH {
            let limit = MAX_EXTENSION_DEPTH;
            return Err(ExtensionError::TooDeep { limit });
        }
        self.children.push(child);
        Ok(self)
    }

    /// Calls itself no deeper than the bound on the depth.
    pub(super) fn element(&self) -> NewElement {
        let element = NewElement::named(self.local_name.clone());
        let element = element.with("xmlns", self.namespace.as_str());
        let attributes = self.attributes.iter().cloned();
        let element = attributes.fold(element, |element, (name, value)| element.with(name, value));
        let element = match &self.text {
            Some(text) => element.saying(text.as_str()),
            None => element,
        };
        element.holding_all(self.children.iter().map(Self::element))
    }
}

/// The name only: what is asked for may be about a person.
impl fmt::Debug for Extension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Extension({{{}}}{})",
            self.namespace, self.local_name
        )
    }
}

/// `xmlns` would be a declaration.
fn name(local_name: &str) -> Result<String, ExtensionError> {
    match is_nc_name(local_name) && local_name != "xmlns" {
        true => Ok(local_name.to_owned()),
        false => Err(ExtensionError::Name {
            found: Shown::new(local_name),
        }),
    }
}

/// Why an [`Extension`] cannot be made.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::saml::Extension;
/// let error = Extension::new("urn:example", "a b").unwrap_err();
/// assert_eq!(error.code(), "saml-extension-name");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ExtensionError {
    /// An attribute that the element has already.
    #[error("the element has the attribute `{found}` already")]
    AttributeRepeated {
        /// Its name.
        found: Shown,
    },
    /// A name that XML does not allow, or one with a prefix.
    #[error("`{found}` is no local name")]
    Name {
        /// As given.
        found: Shown,
    },
    /// A namespace name that is relative, reserved, or of SAML's own messages.
    #[error("`{found}` is no namespace of an extension")]
    Namespace {
        /// As given.
        found: Shown,
    },
    /// Elements inside each other.
    #[error("more than {limit} elements inside each other")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
}

impl Explain for ExtensionError {
    fn code(&self) -> &'static str {
        match self {
            Self::AttributeRepeated { .. } => "saml-extension-attribute-repeated",
            Self::Name { .. } => "saml-extension-name",
            Self::Namespace { .. } => "saml-extension-namespace",
            Self::TooDeep { .. } => "saml-extension-too-deep",
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::TooDeep { .. } => Blame::Limit,
            _ => Blame::Caller,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::AttributeRepeated { .. } => "Give each attribute of an element once.",
            Self::Name { .. } => {
                "Give the name without a prefix, of letters, digits, hyphens, full stops and underscores."
            }
            Self::Namespace { .. } => {
                "Give the namespace name of the standard that the extension is of, as a whole URI."
            }
            Self::TooDeep { .. } => "Make the extension flatter.",
        }
    }
}

/// Of SAML's own messages, of XML and of its declarations.
const RESERVED: [&str; 3] = [
    PROTOCOL,
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(result: Result<T, ExtensionError>) -> Option<&'static str> {
        result.err().map(|error| error.code())
    }

    #[test]
    fn names_and_namespaces_are_those_that_xml_can_hold() {
        for (namespace, local_name, expected) in [
            ("urn:x", "a-b.c_1", None),
            ("urn:x", "é", None),
            ("urn:x", "", Some("saml-extension-name")),
            ("urn:x", "a:b", Some("saml-extension-name")),
            ("urn:x", "a b='c'", Some("saml-extension-name")),
            ("urn:x", "1", Some("saml-extension-name")),
            ("urn:x", "xmlns", Some("saml-extension-name")),
            ("", "a", Some("saml-extension-namespace")),
            ("x/y", "a", Some("saml-extension-namespace")),
            (PROTOCOL, "a", Some("saml-extension-namespace")),
            (RESERVED[1], "a", Some("saml-extension-namespace")),
            (RESERVED[2], "a", Some("saml-extension-namespace")),
        ] {
            let made = Extension::new(namespace, local_name);
            assert_eq!(code(made), expected, "{namespace} {local_name}");
        }
        let with = |name| {
            Extension::new("urn:x", "a")
                .unwrap()
                .with_attribute(name, "")
        };
        assert_eq!(code(with("b")), None);
        assert_eq!(code(with("xmlns")), Some("saml-extension-name"));
        assert_eq!(code(with("x:b")), Some("saml-extension-name"));
        let twice = with("b").unwrap().with_attribute("b", "");
        assert_eq!(code(twice), Some("saml-extension-attribute-repeated"));
    }

    #[test]
    fn depth_is_bounded_by_the_deepest_child() {
        let leaf = || Extension::new("urn:x", "a").unwrap();
        let mut deep = leaf();
        for _ in 1..MAX_EXTENSION_DEPTH {
            deep = leaf().with_child(deep).unwrap().with_child(leaf()).unwrap();
        }
        let error = leaf().with_child(deep).unwrap_err();
        assert_eq!(
            (error.code(), error.blame()),
            ("saml-extension-too-deep", Blame::Limit)
        );
    }

    #[test]
    fn debug_output_shows_the_name_alone() {
        let extension = Extension::new("urn:x", "a").unwrap().with_text("grace");
        assert_eq!(format!("{extension:?}"), "Extension({urn:x}a)");
    }
}
