//! One attribute and its characteristics: RFC 7643 §2.2 and §7.

use std::borrow::Cow;

use crate::scim::filter::{fold, user_name_key};

/// An attribute of a schema, or a sub-attribute of a complex one.
///
/// ```
/// use vestibule::scim::schema::{DataType, Registry};
/// let registry = Registry::standard();
/// let emails = registry.user().attribute("EMAILS").unwrap();
/// assert_eq!((emails.name(), emails.data_type()), ("emails", DataType::Complex));
/// assert_eq!(emails.sub_attribute("primary").unwrap().data_type(), DataType::Boolean);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute {
    pub(super) name: String,
    pub(super) data_type: DataType,
    pub(super) cardinality: Cardinality,
    pub(super) required: bool,
    pub(super) case_exact: bool,
    pub(super) mutability: Mutability,
    pub(super) returned: Returned,
    pub(super) uniqueness: Uniqueness,
    pub(super) description: String,
    pub(super) canonical_values: Vec<String>,
    pub(super) reference_types: Vec<String>,
    pub(super) sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The name in the schema's own case. See [`Attribute`] for an example.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of a value, or of each element. See [`Attribute`] for an example.
    #[must_use]
    pub const fn data_type(&self) -> DataType {
        self.data_type
    }

    /// Whether there is one value or a list.
    ///
    /// ```
    /// use vestibule::scim::schema::{Cardinality, Registry};
    /// let registry = Registry::standard();
    /// assert_eq!(registry.user().attribute("emails").unwrap().cardinality(), Cardinality::Multi);
    /// assert_eq!(registry.user().attribute("name").unwrap().cardinality(), Cardinality::Single);
    /// ```
    #[must_use]
    pub const fn cardinality(&self) -> Cardinality {
        self.cardinality
    }

    pub(crate) const fn is_multi_valued(&self) -> bool {
        matches!(self.cardinality, Cardinality::Multi)
    }

    /// Whether a resource must have a value.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// assert!(registry.user().attribute("userName").unwrap().is_required());
    /// assert!(!registry.user().attribute("title").unwrap().is_required());
    /// ```
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether values that differ in case are different values.
    ///
    /// References and binary values always are; a schema may say so of strings.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// assert!(registry.user().attribute("externalId").unwrap().is_case_exact());
    /// assert!(!registry.user().attribute("userName").unwrap().is_case_exact());
    /// ```
    #[must_use]
    pub const fn is_case_exact(&self) -> bool {
        self.case_exact || matches!(self.data_type, DataType::Binary | DataType::Reference)
    }

    /// What texts that count as one value have in common: what a host's index holds.
    ///
    /// The text itself where case matters, else its lower-case form. A `userName` is also composed
    /// by NFC, and its wide letters are letters (RFC 7644 §5, RFC 8265 §3.3).
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// let key = |attribute, text| {
    ///     registry.user().attribute(attribute).unwrap().comparison_key(text).into_owned()
    /// };
    /// assert_eq!(key("externalId", "A7"), "A7");
    /// assert_eq!(key("title", "Boss"), "boss");
    /// assert_eq!(key("userName", "ZOE\u{308}"), "zo\u{eb}");
    /// ```
    #[must_use]
    pub fn comparison_key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match (self.is_case_exact(), self.is_user_name()) {
            (true, _) => Cow::Borrowed(text),
            (false, true) => user_name_key(text),
            (false, false) => fold(text),
        }
    }

    /// Whether texts are compared as user names.
    pub(crate) fn is_user_name(&self) -> bool {
        self.name == "userName"
    }

    /// Who may write it, and when.
    ///
    /// ```
    /// use vestibule::scim::schema::{Mutability, Registry};
    /// let registry = Registry::standard();
    /// assert_eq!(registry.user().attribute("id").unwrap().mutability(), Mutability::ReadOnly);
    /// ```
    #[must_use]
    pub const fn mutability(&self) -> Mutability {
        self.mutability
    }

    /// When an answer carries it.
    ///
    /// ```
    /// use vestibule::scim::schema::{Registry, Returned};
    /// let registry = Registry::standard();
    /// assert_eq!(registry.user().attribute("password").unwrap().returned(), Returned::Never);
    /// ```
    #[must_use]
    pub const fn returned(&self) -> Returned {
        self.returned
    }

    /// Whether its value must be unique, and among what.
    ///
    /// ```
    /// use vestibule::scim::schema::{Registry, Uniqueness};
    /// let registry = Registry::standard();
    /// let user_name = registry.user().attribute("userName").unwrap();
    /// assert_eq!(user_name.uniqueness(), Uniqueness::Server);
    /// ```
    #[must_use]
    pub const fn uniqueness(&self) -> Uniqueness {
        self.uniqueness
    }

    /// What it is for, in words; empty when the schema does not say.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// assert!(!registry.user().attribute("userName").unwrap().description().is_empty());
    /// ```
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Suggested values, such as `work` and `home`; other values are allowed.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// let kind = registry.user().attribute("emails").unwrap().sub_attribute("type").unwrap();
    /// assert_eq!(kind.canonical_values(), ["work", "home", "other"]);
    /// ```
    #[must_use]
    pub fn canonical_values(&self) -> &[String] {
        &self.canonical_values
    }

    /// What a reference may point at: resource types, `external` or `uri`.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// let reference = registry.group().attribute("members").unwrap().sub_attribute("$ref").unwrap();
    /// assert_eq!(reference.reference_types(), ["User", "Group"]);
    /// ```
    #[must_use]
    pub fn reference_types(&self) -> &[String] {
        &self.reference_types
    }

    /// The sub-attributes of a complex attribute, in the schema's order; empty for others.
    ///
    /// ```
    /// use vestibule::scim::schema::Registry;
    /// let registry = Registry::standard();
    /// assert_eq!(registry.user().attribute("name").unwrap().sub_attributes().len(), 6);
    /// ```
    #[must_use]
    pub fn sub_attributes(&self) -> &[Self] {
        &self.sub_attributes
    }

    /// The sub-attribute of that name, without regard to case. See [`Attribute`] for an example.
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// Whether an element points at another resource: it has `value` and `$ref`.
    pub(crate) fn points_at_resource(&self) -> bool {
        self.sub_attribute("value").is_some() && self.sub_attribute("$ref").is_some()
    }

    /// Whether a client may learn the value by a filter or a sort.
    pub(crate) const fn is_readable(&self) -> bool {
        !matches!(self.returned, Returned::Never)
            && !matches!(self.mutability, Mutability::WriteOnly)
    }
}

/// The attribute of that name, without regard to case.
pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// One value or a list of them.
#[expect(clippy::exhaustive_enums, reason = "there is no third")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Cardinality {
    /// A list, whose order means nothing.
    Multi,
    /// One value.
    Single,
}

/// The type of an attribute: RFC 7643 §2.3.
#[expect(clippy::exhaustive_enums, reason = "the standard's eight types")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum DataType {
    /// Base64 text, compared as it is.
    #[error("a binary")]
    Binary,
    /// `true` or `false`.
    #[error("a boolean")]
    Boolean,
    /// An object of sub-attributes.
    #[error("a complex value")]
    Complex,
    /// An `xsd:dateTime`, compared as an instant; without an offset it is UTC.
    #[error("a dateTime")]
    DateTime,
    /// A number.
    #[error("a decimal")]
    Decimal,
    /// A number without a fraction.
    #[error("an integer")]
    Integer,
    /// A URI, compared as it is.
    #[error("a reference")]
    Reference,
    /// Text.
    #[error("a string")]
    String,
}

/// Who may write an attribute, and when: RFC 7643 §7.
#[expect(clippy::exhaustive_enums, reason = "the standard's four")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Mutability {
    /// Once, while it is empty.
    Immutable,
    /// Only the service provider.
    ReadOnly,
    /// Anybody who may change the resource.
    ReadWrite,
    /// As `ReadWrite`, but nobody reads it.
    WriteOnly,
}

/// When an answer carries an attribute: RFC 7643 §7.
#[expect(clippy::exhaustive_enums, reason = "the standard's four")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Returned {
    /// In every answer.
    Always,
    /// Unless it is excluded.
    Default,
    /// In none.
    Never,
    /// Only when it is asked for.
    Request,
}

/// Among what an attribute's value must be unique: RFC 7643 §7.
#[expect(clippy::exhaustive_enums, reason = "the standard's three")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Uniqueness {
    /// Everywhere.
    Global,
    /// Nothing.
    None,
    /// The service provider, for one tenant.
    Server,
}

impl DataType {
    /// The word of a Schema document.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Boolean => "boolean",
            Self::Complex => "complex",
            Self::DateTime => "dateTime",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Reference => "reference",
            Self::String => "string",
        }
    }
}

impl Mutability {
    /// The word of a Schema document.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Immutable => "immutable",
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::WriteOnly => "writeOnly",
        }
    }
}

impl Returned {
    /// The word of a Schema document.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Default => "default",
            Self::Never => "never",
            Self::Request => "request",
        }
    }
}

impl Uniqueness {
    /// The word of a Schema document.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::None => "none",
            Self::Server => "server",
        }
    }
}
