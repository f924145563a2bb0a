//! The words in which an error says what was expected and what was found.

use serde_json::Value;

use super::scim_type::ScimType;

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
    pub(super) const fn scim_type(self) -> ScimType {
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

/// The form that a text should have.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum ValueForm {
    /// A URI with a scheme.
    #[error("an absolute URI")]
    AbsoluteUri,
    /// Base64, of either alphabet.
    #[error("base64 text")]
    Base64,
    /// A URI, perhaps a relative one.
    #[error("a URI")]
    Uri,
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
