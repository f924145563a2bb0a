//! What identity providers mean by what they send, as data.
//!
//! A [`Dialect`] names an identity provider; its [`Profile`] is a set of switches that a host
//! stores with the connection and may change one by one. What every profile understands (names in
//! any case, foreign schema URNs, an echoed `id`) has no switch.
//!
//! This module holds no code for a vendor: every switch is a reading that somebody needs and that
//! somebody else must be able to refuse.

mod adapt;
mod body;
mod interop;
mod profile;
mod syntax;
mod table;

pub(super) use adapt::{adapt, adapt_element};
pub(super) use body::adapted;
pub(super) use interop::check_filter;
pub use profile::{
    AnswerType, BodyType, BulkCircles, CanonicalValues, ComplexReplacement, ElementPath,
    EmbeddedJson, EmptyPatch, FilterGrammar, NamedPath, NullMembers, OldNames, Pathless, Profile,
    ReadOnlyPart, RemovalByValue, TextBoolean, UnknownAttribute, UnknownPart, UnmatchedFilter,
    UnmatchedRemoval, UnnamedRequired, UnsaidSchemas, ValueShape, ValueSyntax,
};
pub use table::Dialect;
