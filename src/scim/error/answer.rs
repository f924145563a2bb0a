//! What each kind of error says beside its message and its code: the wire answer, whose turn it is,
//! and what to do.

use super::kind::ErrorKind;
use super::scim_type::ScimType;
use super::syntax::Language;
use crate::error::Blame;

/// What the kind says beside its message.
pub(super) struct Row {
    pub(super) status: u16,
    pub(super) scim_type: Option<ScimType>,
    pub(super) blame: Blame,
    pub(super) help: &'static str,
}

pub(super) const fn row(
    status: u16,
    scim_type: Option<ScimType>,
    blame: Blame,
    help: &'static str,
) -> Row {
    Row {
        status,
        scim_type,
        blame,
        help,
    }
}

impl ErrorKind {
    pub(super) const fn row(&self) -> Row {
        use Blame::{Caller, Configuration, Limit, Peer};
        use ScimType as T;
        match self {
            Self::Wire(fault) => fault.row(),
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
            Self::StringNul => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Remove the character U+0000 from the values that the identity provider maps.",
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
            Self::SqlMapping { .. } => row(
                500,
                None,
                Caller,
                "Give the attribute a column that holds what the attribute is compared by.",
            ),
            Self::ValueType { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Map a value of the attribute's type in the identity provider's attribute mapping.",
            ),
            Self::ValueSyntax { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Map a value in the form of RFC 7643 §2.3, or choose a tolerant dialect.",
            ),
            Self::NotCanonical { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Map one of the values that the schema lists under `canonicalValues`.",
            ),
            Self::NotAnObject { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send an object whose names are attributes.",
            ),
            Self::SchemasUnsaid { .. } => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Send `schemas` with that URN, or choose a tolerant dialect.",
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
            Self::FilterForm => row(
                400,
                Some(T::InvalidFilter),
                Peer,
                "Send `eq` terms joined by `and`, or choose a dialect that takes whole filters.",
            ),
            Self::UndefinedAttribute { .. } => row(
                400,
                Some(T::InvalidSyntax),
                Peer,
                "Send attributes of the registered schemas only, or choose a tolerant dialect.",
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
            Self::PathMissing => row(
                400,
                Some(T::NoTarget),
                Peer,
                "Send `path` with the operation.",
            ),
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
            Self::StringTooLong { .. } => row(
                400,
                Some(T::InvalidValue),
                Limit,
                "Send a shorter value; a picture belongs behind a URI.",
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
            Self::ParametersExclude { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send one of the two parameters.",
            ),
            Self::ParameterNotInteger { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send a whole number in decimal digits.",
            ),
            Self::ParameterTooLarge { .. } => row(
                400,
                Some(T::InvalidValue),
                Limit,
                "Name fewer things, or leave the parameter out.",
            ),
            Self::SortOrder => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send `sortOrder` with `ascending` or `descending`, or leave it out.",
            ),
            Self::NotSortable { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Sort by an attribute of the schema that the service provider returns.",
            ),
            Self::EntityTagSyntax { .. } => row(
                400,
                Some(T::InvalidValue),
                Peer,
                "Send entity tags as `meta.version` gave them, quotes included.",
            ),
            Self::DiscoveryFilter => row(
                403,
                None,
                Peer,
                "Read all documents, or the one of a known identifier.",
            ),
            Self::BaseUrl => row(
                500,
                None,
                Caller,
                "Give the URL under which the host serves SCIM, such as `https://example.com/scim/v2`.",
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
