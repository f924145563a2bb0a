//! Filters: RFC 7644 §3.4.2.2.
//!
//! A [`Filter`] is the text as a tree, with the place of each part; it knows no schema. Resolved
//! against a resource type it becomes a [`ResolvedFilter`], whose every attribute exists, whose
//! operators and values fit, and which matches resources. Parsing, printing, resolving and
//! matching take linear time, and nothing recurses on the depth of the input.
//!
//! This module does not search: a host runs a resolved filter over its own resources.

mod ast;
mod compare;
mod comparison;
mod evaluate;
mod host;
mod lookup;
mod parse;
mod presence;
mod print;
mod reduce;
mod resolve;
mod scan;
pub mod sql;
mod walk;

pub use ast::{AttributePath, Filter, Literal, Node, NodeId, Operator};
pub use compare::fold;
pub(crate) use compare::{Instant, Numeric, user_name_key};
pub(crate) use comparison::boolean;
pub(crate) use evaluate::{elements, is_present};
pub use host::{Found, Searchable};
pub use lookup::{Case, Lookup};
pub(crate) use parse::{Stop, parse_expression, parse_own_value};
pub(crate) use reduce::Reduced;
pub use resolve::ResolvedFilter;
pub(crate) use resolve::{Reading, located_or_unknown, resolve_elements};
pub(crate) use scan::Scanner;
