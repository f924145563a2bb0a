//! The switches of a connection: how tolerantly its requests are read.
//!
//! Only what is a matter of taste is here. What every profile understands, such as names in any
//! case, has no switch.

use serde::{Deserialize, Serialize};

/// A connection's switches, part of its stored settings: a switch that is not stored is tolerant.
///
/// [`Dialect`](super::Dialect) has the profiles of the identity providers.
///
/// ```
/// use vestibule::scim::{Profile, UnmatchedFilter};
///
/// let mut profile = Profile::tolerant();
/// assert_eq!(profile, Profile::default());
/// profile.unmatched_filter = UnmatchedFilter::Refuse;
/// assert_ne!(profile, Profile::strict());
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// `add` or `replace` with a value path that selects nothing.
    pub unmatched_filter: UnmatchedFilter,
    /// `remove` with a value path that selects nothing.
    pub unmatched_removal: UnmatchedRemoval,
    /// `remove` of a list with elements in `value`.
    pub removal_by_value: RemovalByValue,
    /// A sub-attribute in a value that the schema does not have.
    pub unknown_part: UnknownPart,
    /// A read-only sub-attribute in the value of a complex attribute.
    pub read_only_part: ReadOnlyPart,
    /// `replace` of a complex attribute that has one value.
    pub complex_replacement: ComplexReplacement,
    /// A path that selects elements.
    pub element_path: ElementPath,
    /// An object that stands as JSON in the `value` of an element.
    pub embedded_json: EmbeddedJson,
    /// A PATCH without operations.
    pub empty_patch: EmptyPatch,
    /// A text that is none of the schema's canonical values.
    pub canonical_values: CanonicalValues,
    /// What a filter may say.
    pub filter_grammar: FilterGrammar,
    /// A name in the value of a path-less operation that is a path.
    pub named_path: NamedPath,
    /// `null` for a list of members.
    pub null_members: NullMembers,
    /// Names of SCIM 1.1.
    pub old_names: OldNames,
    /// `add` and `replace` without a path.
    pub pathless: Pathless,
    /// A boolean in quotes.
    pub text_boolean: TextBoolean,
    /// An attribute in a body that no schema has.
    pub unknown_attribute: UnknownAttribute,
    /// A required attribute that the body of a PUT does not name.
    pub unnamed_required: UnnamedRequired,
    /// A body whose `schemas` does not say what it is.
    pub unsaid_schemas: UnsaidSchemas,
    /// A value of another shape that says the same.
    pub value_shape: ValueShape,
    /// The text of a binary value or of a reference.
    pub value_syntax: ValueSyntax,
    /// An answer to a client that accepts JSON under both its names.
    pub answer_type: AnswerType,
    /// A request body without a `Content-Type`.
    pub body_type: BodyType,
    /// Operations of a Bulk request that need each other.
    pub bulk_circles: BulkCircles,
}

impl Profile {
    /// Understands what Entra ID, Okta and the others send. See [`Profile`] for an example.
    #[must_use]
    pub const fn tolerant() -> Self {
        Self {
            unmatched_filter: UnmatchedFilter::Create,
            unmatched_removal: UnmatchedRemoval::Ignore,
            removal_by_value: RemovalByValue::Match,
            unknown_part: UnknownPart::Ignore,
            read_only_part: ReadOnlyPart::Ignore,
            complex_replacement: ComplexReplacement::Merge,
            element_path: ElementPath::Read,
            embedded_json: EmbeddedJson::Keep,
            empty_patch: EmptyPatch::Refuse,
            canonical_values: CanonicalValues::Suggest,
            filter_grammar: FilterGrammar::Full,
            named_path: NamedPath::Read,
            null_members: NullMembers::Keep,
            old_names: OldNames::Ignore,
            pathless: Pathless::Read,
            text_boolean: TextBoolean::Read,
            unknown_attribute: UnknownAttribute::Keep,
            unnamed_required: UnnamedRequired::Keep,
            unsaid_schemas: UnsaidSchemas::Assume,
            value_shape: ValueShape::Adapt,
            value_syntax: ValueSyntax::Keep,
            answer_type: AnswerType::ScimJson,
            body_type: BodyType::Assumed,
            bulk_circles: BulkCircles::Resolve,
        }
    }

    /// Reads RFC 7644 to the letter. See [`Profile`] for an example.
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            unmatched_filter: UnmatchedFilter::Refuse,
            unmatched_removal: UnmatchedRemoval::Refuse,
            removal_by_value: RemovalByValue::Refuse,
            unknown_part: UnknownPart::Refuse,
            read_only_part: ReadOnlyPart::Refuse,
            complex_replacement: ComplexReplacement::Merge,
            element_path: ElementPath::Read,
            embedded_json: EmbeddedJson::Keep,
            empty_patch: EmptyPatch::Refuse,
            canonical_values: CanonicalValues::Suggest,
            filter_grammar: FilterGrammar::Full,
            named_path: NamedPath::Refuse,
            null_members: NullMembers::Clear,
            old_names: OldNames::Ignore,
            pathless: Pathless::Read,
            text_boolean: TextBoolean::Refuse,
            unknown_attribute: UnknownAttribute::Keep,
            unnamed_required: UnnamedRequired::Refuse,
            unsaid_schemas: UnsaidSchemas::Refuse,
            value_shape: ValueShape::Refuse,
            value_syntax: ValueSyntax::Check,
            answer_type: AnswerType::ScimJson,
            body_type: BodyType::Required,
            bulk_circles: BulkCircles::Resolve,
        }
    }
}

impl Profile {
    /// Whether a value of a known attribute is taken as it comes.
    pub(in crate::scim) fn takes_values_as_sent(&self) -> bool {
        self.embedded_json == EmbeddedJson::Keep
            && self.old_names == OldNames::Ignore
            && self.text_boolean == TextBoolean::Read
            && self.value_shape == ValueShape::Adapt
            && self.value_syntax == ValueSyntax::Keep
            && self.canonical_values == CanonicalValues::Suggest
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::tolerant()
    }
}

macro_rules! switch {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[expect(clippy::exhaustive_enums, reason = "a switch")]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }
    };
}

switch! {
    /// What `add` or `replace` does when its value path selects nothing.
    UnmatchedFilter {
        /// Makes the element from the filter's `eq` terms, as Entra ID means it; `noTarget` when
        /// the filter is not such terms joined by `and`.
        Create,
        /// `noTarget` (RFC 7644 §3.5.2.3).
        Refuse,
    }
}
switch! {
    /// What `remove` does when its value path selects nothing.
    UnmatchedRemoval {
        /// Nothing: what should be gone is gone, and a repeated request succeeds.
        Ignore,
        /// `noTarget`.
        Refuse,
    }
}
switch! {
    /// What `remove` of a list does with elements in `value`.
    RemovalByValue {
        /// Removes those elements, as Entra ID means it.
        Match,
        /// `invalidValue`: RFC 7644 gives `remove` no value, and to ignore it would empty the list.
        Refuse,
    }
}
switch! {
    /// What becomes of a sub-attribute that the schema does not have.
    UnknownPart {
        /// It is dropped.
        Ignore,
        /// `invalidValue`.
        Refuse,
    }
}
switch! {
    /// What becomes of a read-only sub-attribute beside others, such as `manager.displayName`.
    ReadOnlyPart {
        /// It is dropped.
        Ignore,
        /// `mutability`, unless it has the stored value.
        Refuse,
    }
}
switch! {
    /// What `replace` of a complex attribute does with parts that the value does not name.
    ComplexReplacement {
        /// They stay (RFC 7644 §3.5.2.3).
        Merge,
        /// They go.
        Whole,
    }
}
switch! {
    /// What becomes of an operation whose path selects elements, as `emails[type eq "work"]`.
    ElementPath {
        /// It is read (RFC 7644 §3.5.2).
        Read,
        /// `invalidPath`.
        Refuse,
    }
}
switch! {
    /// What becomes of `{"value": "{\"value\": …}"}` in a list that names no resources.
    EmbeddedJson {
        /// The text is the value.
        Keep,
        /// The object in the text is the element: Entra ID sends roles so in PATCH.
        Unpack,
    }
}
switch! {
    /// What becomes of a text that is none of the canonical values of its attribute.
    CanonicalValues {
        /// `invalidValue`, for service providers that support no other values (RFC 7643 §7).
        Enforce,
        /// It is a value as good as those, which are suggestions.
        Suggest,
    }
}
switch! {
    /// What becomes of a PATCH with an empty list of operations.
    EmptyPatch {
        /// It changes nothing: Entra ID's validator sends it.
        Ignore,
        /// `invalidSyntax`.
        Refuse,
    }
}
switch! {
    /// What a filter may say.
    FilterGrammar {
        /// `eq` terms joined by `and`, in a value path also.
        EqualAnd,
        /// All of RFC 7644 §3.4.2.2.
        Full,
    }
}
switch! {
    /// What becomes of `"name.givenName"` or a URN with an attribute as a name in the value of an
    /// operation without a path.
    NamedPath {
        /// It is a path, as Entra ID means it.
        Read,
        /// `invalidPath`: the value is a set of attributes (RFC 7644 §3.5.2).
        Refuse,
    }
}
switch! {
    /// What `null` does to a list of members, by `replace` or PUT.
    NullMembers {
        /// It empties the list (RFC 7643 §2.5).
        Clear,
        /// Nothing: who means to empty a group sends `[]`.
        Keep,
    }
}
switch! {
    /// What becomes of names of SCIM 1.1: `managerId` for the `value` of a manager.
    OldNames {
        /// They are unknown.
        Ignore,
        /// They are read.
        Read,
    }
}
switch! {
    /// What becomes of `add` and `replace` without a path.
    Pathless {
        /// The value is a set of attributes (RFC 7644 §3.5.2).
        Read,
        /// `noTarget`.
        Refuse,
    }
}
switch! {
    /// What becomes of `"True"` for a boolean, in a value or a filter.
    TextBoolean {
        /// It is `true`.
        Read,
        /// `invalidValue`, or `invalidFilter`.
        Refuse,
    }
}
switch! {
    /// What becomes of an attribute in the body of a POST or PUT that no schema has.
    UnknownAttribute {
        /// It is kept as it came.
        Keep,
        /// `invalidSyntax`.
        Refuse,
    }
}
switch! {
    /// What becomes of a PUT that does not name a required attribute.
    UnnamedRequired {
        /// The attribute stays as it is: what is not named is not asserted.
        Keep,
        /// `invalidValue`: clients must name it (RFC 7644 §3.5.1).
        Refuse,
    }
}
switch! {
    /// What becomes of a request body whose `schemas` does not name its message, or the core schema of
    /// its resource. Operations inside a Bulk request are not asked.
    UnsaidSchemas {
        /// It is what the endpoint takes.
        Assume,
        /// `invalidSyntax` (RFC 7643 §3, RFC 7644 §3.4.3, §3.5.2 and §3.7).
        Refuse,
    }
}
switch! {
    /// What becomes of a value of another shape: one object for a list, a list of one for a single
    /// value, a bare id for an object that points at a resource, `{"value": …}` for a simple value.
    ValueShape {
        /// It is brought into the schema's shape.
        Adapt,
        /// `invalidValue`.
        Refuse,
    }
}
switch! {
    /// What becomes of a binary value that is not base64, and of a reference that is not a URI, or
    /// not an absolute one where it points at no resource (RFC 7643 §2.3.6, §2.3.7).
    ValueSyntax {
        /// `invalidValue`.
        Check,
        /// It is kept as it came.
        Keep,
    }
}
switch! {
    /// What an answer is called to a client that accepts both, or does not say.
    AnswerType {
        /// `application/json`, which is all that `OneLogin` takes.
        Json,
        /// `application/scim+json` (RFC 7644 §3.1).
        ScimJson,
    }
}
switch! {
    /// What becomes of a request body without a `Content-Type`.
    BodyType {
        /// It is read as JSON.
        Assumed,
        /// 415.
        Required,
    }
}
switch! {
    /// What becomes of operations of a Bulk request that need each other (RFC 7644 §3.7.1).
    BulkCircles {
        /// 409 for the one that closes the circle, and for those that need it.
        Refuse,
        /// One is created without the attributes that refer, and gets them when the others are
        /// there.
        Resolve,
    }
}
