//! What a store is asked to list.

use std::sync::Arc;

use super::contract::Members;
use crate::scim::filter::{Filter, ResolvedFilter};
use crate::scim::query::{ResolvedSort, Sort};
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceType;

/// A list for a store: which resources of one type, in what order, which part.
///
/// Without a sort, resources are in the order of the bytes of their `id`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// The type.
    pub resource_type: &'a Arc<ResourceType>,
    /// Which resources: as the client wrote it, for a store that translates it.
    pub filter: Option<&'a Filter>,
    /// The same, bound to the type, for a store that runs it.
    pub resolved_filter: Option<&'a ResolvedFilter>,
    /// In what order: as the client wrote it.
    pub sort: Option<&'a Sort>,
    /// The same, bound to the type.
    pub resolved_sort: Option<&'a ResolvedSort>,
    /// Which part.
    pub window: Window<'a>,
    /// Whether the members of groups are wanted. A filter or a sort may need them all the same.
    pub members: Members,
}

/// Which part of a list.
#[expect(clippy::exhaustive_enums, reason = "a store must do each")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Window<'a> {
    /// `count` resources from an identifier on, without it; from the first when there is none.
    /// There is no sort.
    After {
        /// The identifier.
        id: Option<&'a str>,
        /// How many at most.
        count: usize,
    },
    /// `count` resources after the first `offset`.
    Index {
        /// How many come before.
        offset: usize,
        /// How many at most; none asks for the total alone.
        count: usize,
    },
}

/// A part of a list.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// How many resources match, whatever the part.
    pub total: usize,
    /// Those of the part.
    pub resources: Vec<Resource>,
}

impl Listing<'_> {
    /// Whether the filter, if there is one, matches.
    ///
    /// See [`Listing::page_of`] for an example.
    #[must_use]
    pub fn matches(&self, resource: &Resource) -> bool {
        self.resolved_filter
            .is_none_or(|filter| filter.matches(resource))
    }

    /// The page of all resources of the type, in whatever order they come.
    ///
    /// See [`InMemory`](super::InMemory), whose lists are made by this.
    #[must_use]
    pub fn page_of(&self, resources: impl IntoIterator<Item = Resource>) -> Page {
        let resources = resources.into_iter();
        let mut matching: Vec<Resource> = resources.filter(|one| self.matches(one)).collect();
        matching.sort_by(|left, right| left.text("id").cmp(&right.text("id")));
        if let Some(sort) = self.resolved_sort {
            matching.sort_by_cached_key(|resource| sort.key(resource));
        }
        let total = matching.len();
        let (offset, count) = match self.window {
            Window::Index { offset, count } => (offset, count),
            Window::After { id, count } => {
                let is_before = |one: &Resource| id.is_some_and(|id| one.text("id") <= Some(id));
                (matching.partition_point(is_before), count)
            }
        };
        let resources = matching.into_iter().skip(offset).take(count);
        Page {
            total,
            resources: resources.collect(),
        }
    }
}
