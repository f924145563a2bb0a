//! Filters as parameterized SQL, for a host whose attributes stand in columns.
//!
//! A [`SqlMapping`] says which attribute stands in which column; a filter becomes an
//! [`SqlCondition`]: text with placeholders, and the values to bind. The text is one parenthesized
//! term, so that nothing in a filter reaches what the host joins to it, such as the tenant's own
//! condition. No value of a client is ever in the text.
//!
//! A term that no column answers is never dropped in silence: the condition then selects too much,
//! and says so; the host runs the filter over what comes back.
//!
//! This module opens no database and knows nothing of sorting and paging.

mod condition;
mod mapping;
mod term;

pub use condition::{Database, SqlCondition};
pub use mapping::{ChildTable, Column, SqlMapping};
pub use term::SqlValue;
