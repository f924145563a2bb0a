//! What a client asks of a list: RFC 7644 §3.4.2, RFC 9865.

use std::fmt;

use crate::scim::filter::Filter;
use crate::scim::query::{Projection, Sort};

/// A query for a list, from a URL or from a search request. `Debug` prints no filter.
///
/// Numbers are as sent; what an index below 1 or a negative count means is for the pager.
///
/// ```
/// use vestibule::scim::{Profile, Registry, Request};
/// use vestibule::scim::request::{Headers, Message};
///
/// let message = Message {
///     method: "GET",
///     path: "/Users",
///     query: "filter=userName+eq+%22b%22&startIndex=1&count=100&aadOptscim062020",
///     headers: &Headers::default(),
///     body: b"",
/// };
/// let read = Request::read(&Registry::standard(), &Profile::tolerant(), &message)?;
/// let Request::List { query, .. } = read else { panic!() };
/// assert_eq!(query.filter.unwrap().to_string(), "userName eq \"b\"");
/// assert_eq!((query.start_index, query.count), (Some(1), Some(100)));
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Default, PartialEq)]
pub struct Query {
    /// How many resources at most.
    pub count: Option<i64>,
    /// Where to go on, as the last page said; empty text starts a walk by cursor.
    pub cursor: Option<String>,
    /// Which resources.
    pub filter: Option<Filter>,
    /// The attributes of each resource.
    pub projection: Projection,
    /// The order of the resources.
    pub sort: Option<Sort>,
    /// The first resource, from 1.
    pub start_index: Option<i64>,
}

impl fmt::Debug for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Query");
        shown
            .field("count", &self.count)
            .field("projection", &self.projection)
            .field("sort", &self.sort)
            .field("start_index", &self.start_index);
        shown.finish_non_exhaustive()
    }
}
