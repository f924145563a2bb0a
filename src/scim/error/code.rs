//! The stable code of each kind of error.

use super::kind::ErrorKind;
use super::syntax::Language;

impl ErrorKind {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Wire(fault) => fault.code(),
            Self::BodyTooLarge { .. } => "scim-body-too-large",
            Self::JsonSyntax => "scim-json-syntax",
            Self::JsonTooDeep { .. } => "scim-json-too-deep",
            Self::JsonTooManyValues { .. } => "scim-json-too-many-values",
            Self::StringNul => "scim-string-nul",
            Self::DuplicateName { .. } => "scim-duplicate-name",
            Self::SchemaDocument { .. } => "scim-schema-document",
            Self::NotRegistered { .. } => "scim-not-registered",
            Self::SqlMapping { .. } => "scim-sql-mapping",
            Self::ValueType { .. } => "scim-value-type",
            Self::ValueSyntax { .. } => "scim-value-syntax",
            Self::NotCanonical { .. } => "scim-not-canonical",
            Self::NotAnObject { .. } => "scim-not-an-object",
            Self::SchemasUnsaid { .. } => "scim-schemas-unsaid",
            Self::UnknownAttribute { .. } => "scim-unknown-attribute",
            Self::UndefinedAttribute { .. } => "scim-undefined-attribute",
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
            Self::FilterForm => "scim-filter-form",
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
            Self::StringTooLong { .. } => "scim-string-too-long",
            Self::WriteTooLarge { .. } => "scim-write-too-large",
            Self::ReadOnly { .. } => "scim-read-only",
            Self::Immutable { .. } => "scim-immutable",
            Self::RequiredRemoved { .. } => "scim-required-removed",
            Self::NotInDirectory { .. } => "scim-not-in-directory",
            Self::ParametersExclude { .. } => "scim-parameters-exclude",
            Self::ParameterNotInteger { .. } => "scim-parameter-not-integer",
            Self::ParameterTooLarge { .. } => "scim-parameter-too-large",
            Self::SortOrder => "scim-sort-order",
            Self::NotSortable { .. } => "scim-not-sortable",
            Self::EntityTagSyntax { .. } => "scim-entity-tag-syntax",
            Self::DiscoveryFilter => "scim-discovery-filter",
            Self::BaseUrl => "scim-base-url",
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
}
