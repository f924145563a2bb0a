//! What can break.

use super::syntax::{Expected, Found, JsonType, Language, ValueForm};
use super::wire::WireFault;
use crate::error::Shown;
use crate::scim::filter::Operator;
use crate::scim::schema::DataType;

/// What broke.
///
/// The last ones are never made by this crate: they are a host's answers to what only it knows.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ErrorKind {
    /// The URL, a header, a parameter, a Bulk request or the store, not a resource.
    #[error("{0}")]
    Wire(WireFault),

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
    /// A name or a string of the body holds the character U+0000.
    #[error("a text holds the character U+0000")]
    StringNul,
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

    /// A mapping of attributes to columns cannot be used.
    #[error("`{attribute}` cannot be mapped to a column: {problem}")]
    SqlMapping {
        /// The path, as given.
        attribute: Shown,
        /// What is wrong with it.
        problem: &'static str,
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
    /// A text is not in the form that the attribute's type has.
    #[error("`{attribute}` takes {expected}")]
    ValueSyntax {
        /// The attribute's name.
        attribute: Shown,
        /// What the text should be.
        expected: ValueForm,
    },
    /// A text is none of the attribute's canonical values, which the profile enforces.
    #[error("`{attribute}` takes one of its canonical values")]
    NotCanonical {
        /// The attribute's name.
        attribute: Shown,
    },
    /// A body or a path-less value is not an object.
    #[error("expected an object, found {found}")]
    NotAnObject {
        /// What stood there.
        found: JsonType,
    },
    /// A body does not say what it is, which the profile wants.
    #[error("`schemas` does not name `{urn}`")]
    SchemasUnsaid {
        /// What it should name.
        urn: Shown,
    },
    /// The schema has no such attribute.
    #[error("the schema has no attribute `{name}`")]
    UnknownAttribute {
        /// The name, as sent.
        name: Shown,
        /// Where the name stood: a filter, or the path of an operation.
        language: Language,
    },
    /// A body has an attribute that no schema has, which the profile refuses.
    #[error("no schema has an attribute `{name}`")]
    UndefinedAttribute {
        /// The name, as sent.
        name: Shown,
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
    /// The filter says more than the profile takes.
    #[error("only `eq` and `and` are taken here")]
    FilterForm,
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
    /// `remove` without a path, or another operation where the profile wants one.
    #[error("the operation needs a path")]
    PathMissing,
    /// No element matches the value path.
    #[error("no element of `{attribute}` matches")]
    NoMatch {
        /// The attribute's name.
        attribute: Shown,
    },
    /// The operations look at too many elements one by one, or at too many of their bytes.
    #[error("the operations look at more than {limit} elements or bytes of the resource")]
    PatchTooCostly {
        /// [`crate::limits::SCIM_MAX_PATCH_VISITS`] for elements,
        /// [`crate::limits::SCIM_MAX_PATCH_BYTES`] for their bytes.
        limit: usize,
    },
    /// One string of a body is too long.
    #[error("the string has more than {limit} bytes")]
    StringTooLong {
        /// [`crate::limits::SCIM_MAX_STRING_BYTES`].
        limit: usize,
    },
    /// Values would be written to so many elements that the resource grows out of bounds.
    #[error("more than {limit} bytes would be written")]
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

    /// Two parameters that exclude each other are both given.
    #[error("`{first}` and `{second}` exclude each other")]
    ParametersExclude {
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A parameter is not an integer.
    #[error("`{parameter}` is not an integer")]
    ParameterNotInteger {
        /// Its name.
        parameter: &'static str,
    },
    /// A parameter or a header lists too much.
    #[error("`{parameter}` is larger than {limit}")]
    ParameterTooLarge {
        /// Its name.
        parameter: &'static str,
        /// The limit of [`crate::limits`].
        limit: usize,
    },
    /// `sortOrder` is none of the two words.
    #[error("`sortOrder` is neither `ascending` nor `descending`")]
    SortOrder,
    /// Resources cannot be sorted by that attribute: the schema does not have it, it may not be
    /// read, or it has parts and no `value`.
    #[error("resources cannot be sorted by `{attribute}`")]
    NotSortable {
        /// The attribute, as written.
        attribute: Shown,
    },
    /// A header holds no list of entity tags.
    #[error("`{header}` is neither `*` nor a list of entity tags")]
    EntityTagSyntax {
        /// Its name.
        header: &'static str,
    },
    /// A discovery document was asked for with a filter (RFC 7644 §4).
    #[error("discovery documents cannot be filtered")]
    DiscoveryFilter,
    /// The host's base URL cannot be used.
    #[error("the base URL is not an absolute `http` or `https` URL without query and fragment")]
    BaseUrl,

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
        attribute: Shown,
    },
}
