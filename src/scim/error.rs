//! What the SCIM core refuses, and how a refusal is said on the wire.
//!
//! One error type for the whole module: its kind gives the stable code, the HTTP status, the
//! `scimType` and the message. It never carries an attribute value: names, operators, kinds of
//! JSON value and limits only.

use std::fmt;

use serde_json::{Value, json};

use super::filter::Operator;
use super::schema::DataType;
use crate::error::{Blame, Explain, Place, Shown, Span};

/// The URN of the error message ([RFC 7644 §3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)).
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A refusal of the SCIM core: what broke, where, whose turn it is, and the wire answer.
///
/// ```
/// use vestibule::error::Explain;
/// use vestibule::scim::Filter;
///
/// let text = "userName eg \"bjensen\"";
/// let error = Filter::parse(text).unwrap_err();
/// assert_eq!(error.code(), "scim-filter-syntax");
/// assert_eq!(error.status(), 400);
/// assert_eq!(error.to_json()["scimType"], "invalidFilter");
/// assert!(error.rendered(text).contains("         ^^"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    at: Option<Place>,
    span: Option<Span>,
}

impl Error {
    /// An error that has no place in a message: for what only the host can know, such as
    /// [`ErrorKind::Uniqueness`].
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::Uniqueness { attribute: "userName" });
    /// assert_eq!((error.status(), error.to_json()["status"].as_str()), (409, Some("409")));
    /// ```
    #[must_use]
    pub const fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            at: None,
            span: None,
        }
    }

    pub(crate) fn in_text(kind: ErrorKind, span: Span) -> Self {
        Self {
            kind,
            at: Some(Place::Bytes(span)),
            span: Some(span),
        }
    }

    pub(crate) fn in_body(kind: ErrorKind, pointer: String) -> Self {
        Self {
            kind,
            at: Some(Place::Json(pointer)),
            span: None,
        }
    }

    /// The same error, placed at one operation of a PATCH request.
    pub(crate) fn in_operation(mut self, index: usize, path: Option<&str>) -> Self {
        self.at = Some(Place::Operation {
            index,
            path: path.map(|path| Shown::new(path).as_str().to_owned()),
        });
        self
    }

    /// What broke.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// assert_eq!(Error::new(ErrorKind::Sensitive).kind(), &ErrorKind::Sensitive);
    /// ```
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The bytes of the filter, or of the path that a PATCH operation names, where the rule broke.
    ///
    /// ```
    /// use vestibule::error::Span;
    /// use vestibule::scim::Filter;
    /// assert_eq!(Filter::parse("title xx").unwrap_err().span(), Some(Span::new(6, 8)));
    /// ```
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        self.span
    }

    /// The HTTP status of the answer.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// assert_eq!(Error::new(ErrorKind::TooManyResults { limit: 200 }).status(), 400);
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind.row().status
    }

    /// The `scimType` of the answer; none where the standard has no word.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind, ScimType};
    /// let error = Error::new(ErrorKind::InvalidCursor);
    /// assert_eq!(error.scim_type(), Some(ScimType::InvalidCursor));
    /// ```
    #[must_use]
    pub const fn scim_type(&self) -> Option<ScimType> {
        self.kind.row().scim_type
    }

    /// The body of the answer ([RFC 7644 §3.12](https://www.rfc-editor.org/rfc/rfc7644#section-3.12)):
    /// `status` is a string, `detail` the message, the place and the help.
    ///
    /// ```
    /// use vestibule::scim::{Error, ErrorKind};
    /// let body = Error::new(ErrorKind::Sensitive).to_json();
    /// assert_eq!(body["status"], "403");
    /// assert_eq!(body["scimType"], "sensitive");
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "schemas": [ERROR_URN],
            "status": self.status().to_string(),
            "detail": self.detail(),
        });
        if let (Some(scim_type), Some(body)) = (self.scim_type(), body.as_object_mut()) {
            body.insert("scimType".to_owned(), scim_type.as_str().into());
        }
        body
    }

    fn detail(&self) -> String {
        match &self.at {
            Some(place) => format!("{self} at {place}. {}", self.help()),
            None => format!("{self}. {}", self.help()),
        }
    }

    /// The message under the text it is about, with carets: for logs of the host, because the text
    /// may hold attribute values.
    ///
    /// `text` is the filter that was judged, or the path of the operation. Carets count
    /// characters; control characters are escaped.
    ///
    /// ```
    /// use vestibule::scim::Filter;
    /// let text = "title eq";
    /// let drawn = Filter::parse(text).unwrap_err().rendered(text);
    /// assert_eq!(drawn, "title eq\n        ^ expected a value, found the end");
    /// ```
    #[must_use]
    pub fn rendered(&self, text: &str) -> String {
        let Some(span) = self.span else {
            return self.to_string();
        };
        let shown = |part: Option<&str>| -> String {
            let escape = |character: char| match character.is_control() {
                true => character.escape_default().to_string(),
                false => character.to_string(),
            };
            part.unwrap_or_default().chars().map(escape).collect()
        };
        let before = shown(text.get(..span.start)).chars().count();
        let under = shown(text.get(span.range())).chars().count().max(1);
        format!(
            "{}\n{}{} {}",
            shown(Some(text)),
            " ".repeat(before),
            "^".repeat(under),
            self.kind
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(formatter)
    }
}

impl std::error::Error for Error {}

impl Explain for Error {
    fn code(&self) -> &'static str {
        self.kind.code()
    }

    fn blame(&self) -> Blame {
        self.kind.row().blame
    }

    fn at(&self) -> Option<Place> {
        self.at.clone()
    }

    fn help(&self) -> &'static str {
        self.kind.row().help
    }
}

/// The `scimType` of an error body: RFC 7644 §3.12 Table 9 and RFC 9865 §2.2.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ScimType {
    /// `expiredCursor`
    ExpiredCursor,
    /// `invalidCount`
    InvalidCount,
    /// `invalidCursor`
    InvalidCursor,
    /// `invalidFilter`
    InvalidFilter,
    /// `invalidPath`
    InvalidPath,
    /// `invalidSyntax`
    InvalidSyntax,
    /// `invalidValue`
    InvalidValue,
    /// `invalidVers`
    InvalidVers,
    /// `mutability`
    Mutability,
    /// `noTarget`
    NoTarget,
    /// `sensitive`
    Sensitive,
    /// `tooMany`
    TooMany,
    /// `uniqueness`
    Uniqueness,
}

impl ScimType {
    /// The word on the wire.
    ///
    /// ```
    /// use vestibule::scim::ScimType;
    /// assert_eq!(ScimType::InvalidVers.as_str(), "invalidVers");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
            Self::InvalidCursor => "invalidCursor",
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidPath => "invalidPath",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Mutability => "mutability",
            Self::NoTarget => "noTarget",
            Self::Sensitive => "sensitive",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// The text in which a syntax error was found.
#[expect(
    clippy::exhaustive_enums,
    reason = "SCIM has these two little languages"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Language {
    /// A filter: RFC 7644 §3.4.2.2.
    Filter,
    /// The path of a PATCH operation: RFC 7644 §3.5.2.
    Path,
}

impl Language {
    const fn scim_type(self) -> ScimType {
        match self {
            Self::Filter => ScimType::InvalidFilter,
            Self::Path => ScimType::InvalidPath,
        }
    }
}

/// What a filter or path should have had at the place of a syntax error.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Expected {
    /// An attribute path.
    #[error("an attribute name")]
    Attribute,
    /// The closing bracket of a value path.
    #[error("`]`")]
    CloseBracket,
    /// The closing parenthesis of a group.
    #[error("`)`")]
    CloseParenthesis,
    /// `and` or `or`, or the end.
    #[error("`and`, `or` or the end")]
    Connective,
    /// Nothing more.
    #[error("the end")]
    End,
    /// The parenthesis that must follow `not`.
    #[error("`(` after `not`")]
    OpenParenthesis,
    /// A comparison operator.
    #[error("an operator")]
    Operator,
    /// The single space of the grammar.
    #[error("a space")]
    Space,
    /// The name of a sub-attribute.
    #[error("a sub-attribute name")]
    SubAttribute,
    /// A comparison value: a JSON string, number, `true`, `false` or `null`.
    #[error("a value")]
    Value,
}

/// What stood in a filter or path at the place of a syntax error.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Found {
    /// A character that starts nothing.
    #[error("a character that does not belong there")]
    Character,
    /// The text ended.
    #[error("the end")]
    End,
    /// A number that JSON does not know.
    #[error("a malformed number")]
    MalformedNumber,
    /// A string that is not closed, or that JSON does not allow.
    #[error("a malformed string")]
    MalformedString,
    /// A string.
    #[error("a string")]
    Text,
    /// A word.
    #[error("a word")]
    Word,
}

/// The kind of a JSON value.
#[expect(clippy::exhaustive_enums, reason = "JSON has these")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum JsonType {
    /// `[…]`
    #[error("an array")]
    Array,
    /// `true` or `false`
    #[error("a boolean")]
    Boolean,
    /// `null`
    #[error("null")]
    Null,
    /// A number.
    #[error("a number")]
    Number,
    /// `{…}`
    #[error("an object")]
    Object,
    /// `"…"`
    #[error("a string")]
    String,
}

impl JsonType {
    pub(crate) const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

/// What broke.
///
/// The last ones are never made by this crate: they are a host's answers to what only it knows.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ErrorKind {
    /// The body has more bytes than allowed.
    #[error("the body has {found} bytes, more than {limit}")]
    BodyTooLarge {
        /// The bytes of the body.
        found: usize,
        /// [`crate::limits::SCIM_MAX_BODY_BYTES`].
        limit: usize,
    },
    /// The body is not JSON.
    #[error("the body is not well-formed JSON")]
    JsonSyntax,
    /// Objects and arrays are nested too deep.
    #[error("the body nests deeper than {limit} levels")]
    JsonTooDeep {
        /// [`crate::limits::SCIM_MAX_JSON_DEPTH`].
        limit: usize,
    },
    /// The body holds too many values.
    #[error("the body holds more than {limit} values")]
    JsonTooManyValues {
        /// [`crate::limits::SCIM_MAX_JSON_VALUES`].
        limit: usize,
    },
    /// One object says a name twice, perhaps in two spellings.
    #[error("the name `{name}` stands twice in one object")]
    DuplicateName {
        /// The second spelling.
        name: Shown,
    },

    /// A Schema document cannot be used.
    #[error("the schema document cannot be used: {problem}")]
    SchemaDocument {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No schema or resource type of that name is registered.
    #[error("`{name}` is not registered")]
    NotRegistered {
        /// The URN or the name.
        name: Shown,
    },

    /// A value is not of the attribute's type.
    #[error("`{attribute}` takes {expected}, found {found}")]
    ValueType {
        /// The attribute's name.
        attribute: Shown,
        /// What the schema says.
        expected: DataType,
        /// What stood there.
        found: JsonType,
    },
    /// A body or a path-less value is not an object.
    #[error("expected an object, found {found}")]
    NotAnObject {
        /// What stood there.
        found: JsonType,
    },
    /// The schema has no such attribute.
    #[error("the schema has no attribute `{name}`")]
    UnknownAttribute {
        /// The name, as sent.
        name: Shown,
        /// Where the name stood: a filter, or the path of an operation.
        language: Language,
    },
    /// The schema has no such sub-attribute, in a value.
    #[error("`{attribute}` has no sub-attribute `{name}`")]
    UnknownSubAttribute {
        /// The attribute.
        attribute: Shown,
        /// The name, as sent.
        name: Shown,
    },
    /// An attribute that the schema requires has no value.
    #[error("`{attribute}` is required")]
    RequiredMissing {
        /// The attribute's name.
        attribute: Shown,
    },
    /// Two elements of one value claim to be primary.
    #[error("more than one element of `{attribute}` is primary")]
    PrimaryTwice {
        /// The attribute's name.
        attribute: Shown,
    },

    /// A filter or a path does not follow the grammar.
    #[error("expected {expected}, found {found}")]
    Syntax {
        /// Which grammar.
        language: Language,
        /// What should have stood there.
        expected: Expected,
        /// What stood there.
        found: Found,
    },
    /// A filter or a path is too long.
    #[error("the text has {found} bytes, more than {limit}")]
    FilterTooLong {
        /// Which grammar.
        language: Language,
        /// The bytes of the text.
        found: usize,
        /// [`crate::limits::SCIM_MAX_FILTER_BYTES`].
        limit: usize,
    },
    /// Groups are nested too deep.
    #[error("groups nest deeper than {limit} levels")]
    FilterTooDeep {
        /// Which grammar.
        language: Language,
        /// [`crate::limits::SCIM_MAX_FILTER_DEPTH`].
        limit: usize,
    },
    /// A filter has too many terms.
    #[error("the filter has more than {limit} terms")]
    FilterTooManyTerms {
        /// Which grammar.
        language: Language,
        /// [`crate::limits::SCIM_MAX_FILTER_TERMS`].
        limit: usize,
    },
    /// The operator does not go with the attribute's type (RFC 7644 §3.4.2.2 Table 3).
    #[error("`{operator}` does not go with `{attribute}`, which is {data_type}")]
    OperatorType {
        /// The operator.
        operator: Operator,
        /// The attribute, as written.
        attribute: Shown,
        /// Its type.
        data_type: DataType,
    },
    /// The comparison value does not go with the attribute's type.
    #[error("`{attribute}` is {data_type} and was compared with {found}")]
    OperandType {
        /// The attribute, as written.
        attribute: Shown,
        /// Its type.
        data_type: DataType,
        /// The kind of the comparison value.
        found: JsonType,
    },
    /// The attribute may not be read, so it may not be searched either.
    #[error("`{attribute}` cannot be used in a filter")]
    NotFilterable {
        /// The attribute, as written.
        attribute: Shown,
    },
    /// A value path or a sub-attribute was asked of an attribute that has none.
    #[error("`{attribute}` has no elements to select")]
    NotSelectable {
        /// The attribute, as written.
        attribute: Shown,
        /// Where it stood.
        language: Language,
    },

    /// The request is not a list of operations.
    #[error("the request holds no list of operations")]
    NoOperations,
    /// The request holds too many operations.
    #[error("the request holds {found} operations, more than {limit}")]
    TooManyOperations {
        /// How many.
        found: usize,
        /// [`crate::limits::SCIM_MAX_OPERATIONS`].
        limit: usize,
    },
    /// `op` is missing, or none of `add`, `remove` and `replace`.
    #[error("`op` is not one of `add`, `remove` and `replace`")]
    UnknownOperation,
    /// `path` is not a string.
    #[error("`path` is not a string")]
    PathNotText,
    /// `add` or `replace` without a value.
    #[error("the operation has no value")]
    ValueMissing,
    /// `remove` with a value, which the profile refuses.
    #[error("`remove` takes no value")]
    ValueUnexpected,
    /// `remove` without a path.
    #[error("`remove` needs a path")]
    PathMissing,
    /// No element matches the value path.
    #[error("no element of `{attribute}` matches")]
    NoMatch {
        /// The attribute's name.
        attribute: Shown,
    },
    /// The operations look at too many elements one by one.
    #[error("the operations look at more than {limit} elements")]
    PatchTooCostly {
        /// [`crate::limits::SCIM_MAX_PATCH_VISITS`].
        limit: usize,
    },
    /// One value would be written to so many elements that the resource grows out of bounds.
    #[error("the operation writes more than {limit} bytes")]
    WriteTooLarge {
        /// [`crate::limits::SCIM_MAX_BODY_BYTES`].
        limit: usize,
    },
    /// A readOnly attribute.
    #[error("`{attribute}` is read-only")]
    ReadOnly {
        /// The attribute's name.
        attribute: Shown,
    },
    /// An immutable attribute that has another value already.
    #[error("`{attribute}` is immutable and has another value")]
    Immutable {
        /// The attribute's name.
        attribute: Shown,
    },
    /// A required attribute cannot be removed.
    #[error("`{attribute}` is required and cannot be removed")]
    RequiredRemoved {
        /// The attribute's name.
        attribute: Shown,
    },
    /// A resource type that is neither User nor Group has no place in the directory.
    #[error("`{resource_type}` is neither User nor Group")]
    NotInDirectory {
        /// The resource type's name.
        resource_type: Shown,
    },

    /// The cursor has expired (RFC 9865).
    #[error("the cursor has expired")]
    ExpiredCursor,
    /// `count` is not the one that the cursor was made with (RFC 9865).
    #[error("`count` differs from the count of the first page")]
    InvalidCount,
    /// The cursor was never given out (RFC 9865).
    #[error("the cursor is not known")]
    InvalidCursor,
    /// The protocol version is not supported.
    #[error("the protocol version is not supported")]
    InvalidVersion,
    /// There is no such resource.
    #[error("there is no such resource")]
    NotFound,
    /// The stored resource is not the version that the request names.
    #[error("the resource has changed")]
    PreconditionFailed,
    /// The request would put personal data into a URL.
    #[error("the request holds personal data in a URL")]
    Sensitive,
    /// The filter matches more than the host returns.
    #[error("more than {limit} resources match")]
    TooManyResults {
        /// The host's limit.
        limit: usize,
    },
    /// Another resource has that value.
    #[error("another resource has that `{attribute}`")]
    Uniqueness {
        /// The attribute's name.
        attribute: &'static str,
    },
}

/// What the kind says beside its message.
struct Row {
    status: u16,
    scim_type: Option<ScimType>,
    blame: Blame,
    help: &'static str,
}

const fn row(status: u16, scim_type: Option<ScimType>, blame: Blame, help: &'static str) -> Row {
    Row {
        status,
        scim_type,
        blame,
        help,
    }
}

impl ErrorKind {
    const fn code(&self) -> &'static str {
        match self {
            Self::BodyTooLarge { .. } => "scim-body-too-large",
            Self::JsonSyntax => "scim-json-syntax",
            Self::JsonTooDeep { .. } => "scim-json-too-deep",
            Self::JsonTooManyValues { .. } => "scim-json-too-many-values",
            Self::DuplicateName { .. } => "scim-duplicate-name",
            Self::SchemaDocument { .. } => "scim-schema-document",
            Self::NotRegistered { .. } => "scim-not-registered",
            Self::ValueType { .. } => "scim-value-type",
            Self::NotAnObject { .. } => "scim-not-an-object",
            Self::UnknownAttribute { .. } => "scim-unknown-attribute",
            Self::UnknownSubAttribute { .. } => "scim-unknown-sub-attribute",
            Self::RequiredMissing { .. } => "scim-required-missing",
            Self::PrimaryTwice { .. } => "scim-primary-twice",
            Self::Syntax {
                language: Language::Filter,
                ..
            } => "scim-filter-syntax",
            Self::Syntax {
                language: Language::Path,
                ..
            } => "scim-path-syntax",
            Self::FilterTooLong { .. } => "scim-filter-too-long",
            Self::FilterTooDeep { .. } => "scim-filter-too-deep",
            Self::FilterTooManyTerms { .. } => "scim-filter-too-many-terms",
            Self::OperatorType { .. } => "scim-operator-type",
            Self::OperandType { .. } => "scim-operand-type",
            Self::NotFilterable { .. } => "scim-not-filterable",
            Self::NotSelectable { .. } => "scim-not-selectable",
            Self::NoOperations => "scim-no-operations",
            Self::TooManyOperations { .. } => "scim-too-many-operations",
            Self::UnknownOperation => "scim-unknown-operation",
            Self::PathNotText => "scim-path-not-text",
            Self::ValueMissing => "scim-value-missing",
            Self::ValueUnexpected => "scim-value-unexpected",
            Self::PathMissing => "scim-path-missing",
            Self::NoMatch { .. } => "scim-no-match",
            Self::PatchTooCostly { .. } => "scim-patch-too-costly",
            Self::WriteTooLarge { .. } => "scim-write-too-large",
            Self::ReadOnly { .. } => "scim-read-only",
            Self::Immutable { .. } => "scim-immutable",
            Self::RequiredRemoved { .. } => "scim-required-removed",
            Self::NotInDirectory { .. } => "scim-not-in-directory",
            Self::ExpiredCursor => "scim-expired-cursor",
            Self::InvalidCount => "scim-invalid-count",
            Self::InvalidCursor => "scim-invalid-cursor",
            Self::InvalidVersion => "scim-invalid-version",
            Self::NotFound => "scim-not-found",
            Self::PreconditionFailed => "scim-precondition-failed",
            Self::Sensitive => "scim-sensitive",
            Self::TooManyResults { .. } => "scim-too-many-results",
            Self::Uniqueness { .. } => "scim-uniqueness",
        }
    }

    const fn row(&self) -> Row {
        use Blame::{Caller, Configuration, Limit, Peer};
        use ScimType as T;
        match self {
            Self::BodyTooLarge { .. } => row(
                413,
                None,
                Limit,
                "Send the change in smaller requests, for example fewer members at a time.",
            ),
            Self::JsonSyntax => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Send one JSON object, encoded in UTF-8, and nothing after it.",
            ),
            Self::JsonTooDeep { .. } => row(
                400,
                Some(T::InvalidSyntax),
                Limit,
                "Send flat resources; SCIM itself needs five levels.",
            ),
            Self::JsonTooManyValues { .. } => row(
                413,
                None,
                Limit,
                "Send the change in smaller requests, for example fewer members at a time.",
            ),
            Self::DuplicateName { .. } => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Say each attribute once; names that differ only in case are one name.",
            ),
            Self::SchemaDocument { .. } => row(
                400,
                Some(T::InvalidValue),
                Caller,
                "Correct the Schema document by RFC 7643 §7 and register it again.",
            ),
            Self::NotRegistered { .. } => row(
                400,
                Some(T::InvalidValue),
                Caller,
                "Register the schema or the resource type before it is used.",
            ),
            Self::ValueType { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Map a value of the attribute's type in the identity provider's attribute mapping.",
            ),
            Self::NotAnObject { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send an object whose names are attributes.",
            ),
            Self::UnknownAttribute {
                language: Language::Filter,
                ..
            } => row(
                400,
                Some(T::InvalidFilter),
                Peer,
                "Filter by an attribute of the schema; attributes of extensions carry their URN.",
            ),
            Self::UnknownAttribute {
                language: Language::Path,
                ..
            } => row(
                400,
                Some(T::InvalidPath),
                Peer,
                "Map to an attribute of the schema; attributes of extensions carry their URN.",
            ),
            Self::UnknownSubAttribute { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Remove the sub-attribute from the identity provider's attribute mapping.",
            ),
            Self::RequiredMissing { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Map a value for the attribute in the identity provider's attribute mapping.",
            ),
            Self::PrimaryTwice { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Mark at most one element as primary.",
            ),
            Self::Syntax { language, .. } => row(
                400,
                Some(language.scim_type()),
                Peer,
                "Write it by the grammar of RFC 7644 §3.4.2.2 and §3.5.2.",
            ),
            Self::FilterTooLong { language, .. }
            | Self::FilterTooDeep { language, .. }
            | Self::FilterTooManyTerms { language, .. } => row(
                400,
                Some(language.scim_type()),
                Limit,
                "Ask for less at a time, with several shorter filters.",
            ),
            Self::OperatorType { .. } => row(
                400,
                Some(T::InvalidFilter),
                Peer,
                "Use an operator that goes with the attribute's type; `eq`, `ne` and `pr` mostly do.",
            ),
            Self::OperandType { .. } => row(
                400,
                Some(T::InvalidFilter),
                Peer,
                "Compare the attribute with a value of its own type.",
            ),
            Self::NotFilterable { .. } => row(
                400,
                Some(T::InvalidFilter),
                Peer,
                "Filter by an attribute that the service provider returns.",
            ),
            Self::NotSelectable {
                language: Language::Filter,
                ..
            } => row(
                400,
                Some(T::InvalidFilter),
                Peer,
                "Name a sub-attribute of a complex attribute, or compare the attribute itself.",
            ),
            Self::NotSelectable {
                language: Language::Path,
                ..
            } => row(
                400,
                Some(T::InvalidPath),
                Peer,
                "Name the attribute without brackets and without a sub-attribute.",
            ),
            Self::NoOperations => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Send `Operations` with at least one operation.",
            ),
            Self::TooManyOperations { .. } => {
                row(413, None, Limit, "Send fewer operations in one request.")
            }
            Self::UnknownOperation => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Send `op` with `add`, `remove` or `replace`.",
            ),
            Self::PathNotText => row(
                400,
                Some(T::InvalidPath),
                Peer,
                "Send `path` as a string, or leave it out.",
            ),
            Self::ValueMissing => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send `value` with `add` and `replace`.",
            ),
            Self::ValueUnexpected => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Select what to remove in `path`, such as `members[value eq \"id\"]`.",
            ),
            Self::PathMissing => row(400, Some(T::NoTarget), Peer, "Send `path` with `remove`."),
            Self::NoMatch { .. } => row(
                400,
                Some(T::NoTarget),
                Peer,
                "Select an element that is there, or add it first.",
            ),
            Self::PatchTooCostly { .. } => row(
                413,
                None,
                Limit,
                "Send fewer operations in one request, or select members by `value eq`.",
            ),
            Self::WriteTooLarge { .. } => row(
                413,
                None,
                Limit,
                "Select fewer elements, or write a shorter value.",
            ),
            Self::ReadOnly { .. } => row(
                400,
                Some(T::Mutability),
                Peer,
                "Remove the attribute from the identity provider's attribute mapping.",
            ),
            Self::Immutable { .. } => row(
                400,
                Some(T::Mutability),
                Peer,
                "Remove the element and add a new one in place of changing it.",
            ),
            Self::RequiredRemoved { .. } => row(
                400,
                Some(T::Mutability),
                Peer,
                "Replace the attribute's value in place of removing it.",
            ),
            Self::NotInDirectory { .. } => row(
                501,
                None,
                Caller,
                "Handle this resource type in the host; the directory knows users and groups.",
            ),
            Self::ExpiredCursor => row(
                400,
                Some(T::ExpiredCursor),
                Peer,
                "Start the query again without a cursor.",
            ),
            Self::InvalidCount => row(
                400,
                Some(T::InvalidCount),
                Peer,
                "Keep `count` the same over all pages of one query.",
            ),
            Self::InvalidCursor => row(
                400,
                Some(T::InvalidCursor),
                Peer,
                "Send a cursor exactly as the previous page gave it.",
            ),
            Self::InvalidVersion => row(
                400,
                Some(T::InvalidVers),
                Configuration,
                "Set the SCIM version of the connection to 2.0.",
            ),
            Self::NotFound => row(
                404,
                None,
                Peer,
                "Let the identity provider look the resource up again.",
            ),
            Self::PreconditionFailed => row(
                412,
                None,
                Peer,
                "Read the resource again and repeat the change on its present version.",
            ),
            Self::Sensitive => row(
                403,
                Some(T::Sensitive),
                Peer,
                "Send the query as POST to `/.search`.",
            ),
            Self::TooManyResults { .. } => row(
                400,
                Some(T::TooMany),
                Limit,
                "Narrow the filter, or ask for pages.",
            ),
            Self::Uniqueness { .. } => row(
                409,
                Some(T::Uniqueness),
                Peer,
                "Link the resource that has the value, or give this one another value.",
            ),
        }
    }
}
