//! What a query asks beside its filter: which attributes, in what order, which page.
//!
//! | parameter | type | section of RFC 7644 |
//! |---|---|---|
//! | `attributes`, `excludedAttributes` | [`Projection`] | 3.4.2.5, 3.9 |
//! | `sortBy`, `sortOrder` | [`Sort`] | 3.4.2.3 |
//! | `startIndex`, `count` | [`IndexPage`] | 3.4.2.4 |
//! | `cursor`, `count` | [`CursorPage`] | RFC 9865 |
//!
//! The answer is a [`ListResponse`]. Nothing here searches or stores: a host applies the filter,
//! the order and the page to its own resources, in that order. Nothing that a client may not read
//! leaves by a projection or can be told from an order.

mod cursor;
mod list;
mod page;
mod portion;
mod project;
mod sort;

pub use cursor::{CursorKey, CursorPage, Cursors};
pub use list::{LIST_RESPONSE_URN, ListResponse};
pub use page::{IndexPage, PageSizes};
pub use project::{Projection, ResolvedProjection};
pub use sort::{ResolvedSort, Sort, SortKey, SortOrder};
