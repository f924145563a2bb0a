//! A list of one resource type, or of all, as what is asked of each.

use std::borrow::Cow;
use std::sync::Arc;

use super::contract::{Members, Store};
use super::listing::{Listing, Page, Window};
use super::serve::Service;
use super::write::wanted_members;
use crate::scim::dialect::{FilterGrammar, Profile, check_filter};
use crate::scim::error::Error;
use crate::scim::filter::{Filter, Reduced, ResolvedFilter};
use crate::scim::query::{ResolvedSort, Sort, SortKey};
use crate::scim::request::{Query, Scope};
use crate::scim::resource::Resource;
use crate::scim::schema::ResourceType;

/// What is asked of the resources of one type.
pub(super) struct Part<'q> {
    pub(super) resource_type: Arc<ResourceType>,
    filter: Option<(Cow<'q, Filter>, ResolvedFilter)>,
    sort: Option<(&'q Sort, ResolvedSort)>,
    members: Members,
}

impl Part<'_> {
    pub(super) fn page<S: Store>(&self, window: Window<'_>, store: &S) -> Result<Page, Error> {
        let filter = self.filter.as_ref();
        let sort = self.sort.as_ref();
        let listing = Listing {
            resource_type: &self.resource_type,
            filter: filter.map(|(filter, _)| &**filter),
            resolved_filter: filter.map(|(_, resolved)| resolved),
            sort: sort.map(|(sort, _)| *sort),
            resolved_sort: sort.map(|(_, resolved)| resolved),
            window,
            members: self.members,
        };
        Ok(store.list(&listing)?)
    }

    /// The place of a resource among those of all types.
    pub(super) fn key(&self, resource: &Resource, order: &Sort) -> SortKey {
        match &self.sort {
            Some((_, sort)) => sort.key(resource),
            None => SortKey::missing(order.order()),
        }
    }
}

impl Service<'_> {
    /// The parts of a list, in the order of the registry. None of a type of which nothing matches.
    pub(super) fn parts<'q>(
        &self,
        scope: &Scope,
        query: &'q Query,
    ) -> Result<Vec<Part<'q>>, Error> {
        match scope {
            Scope::Type(one) => {
                let sort = match &query.sort {
                    Some(sort) => Some((sort, sort.resolve(one)?)),
                    None => None,
                };
                let filter = match &query.filter {
                    Some(filter) => {
                        let resolved = filter.resolve_for(one, self.profile)?;
                        Some((Cow::Borrowed(filter), resolved))
                    }
                    None => None,
                };
                Ok(vec![self.part(one, filter, sort, query)])
            }
            Scope::All => self.parts_of_all(query),
        }
    }

    fn parts_of_all<'q>(&self, query: &'q Query) -> Result<Vec<Part<'q>>, Error> {
        if let Some(filter) = &query.filter {
            check_filter(filter, self.profile)?;
        }
        // What is left of a filter may have a form that the client's had not.
        let any_form = Profile {
            filter_grammar: FilterGrammar::Full,
            ..*self.profile
        };
        let mut parts = Vec::new();
        for resource_type in self.registry.resource_types() {
            let filter = match query.filter.as_ref().map(|it| it.among(resource_type)) {
                Some(Reduced::Never) => continue,
                Some(Reduced::Filter(filter)) => {
                    let resolved = filter.resolve_for(resource_type, &any_form)?;
                    Some((Cow::Owned(filter), resolved))
                }
                Some(Reduced::Always) | None => None,
            };
            let sort = self.sort_among(resource_type, query)?;
            parts.push(self.part(resource_type, filter, sort, query));
        }
        Ok(parts)
    }

    /// The order of one type of many: of a type that has no such attribute, no resource has a value
    /// (RFC 7644 §3.4.2.3). Some type must have it.
    fn sort_among<'q>(
        &self,
        resource_type: &ResourceType,
        query: &'q Query,
    ) -> Result<Option<(&'q Sort, ResolvedSort)>, Error> {
        let Some(sort) = &query.sort else {
            return Ok(None);
        };
        let mut types = self.registry.resource_types();
        let is_elsewhere = resource_type.locate(sort.by()).is_none()
            && types.any(|one| one.locate(sort.by()).is_some());
        match is_elsewhere {
            true => Ok(None),
            false => Ok(Some((sort, sort.resolve(resource_type)?))),
        }
    }

    fn part<'q>(
        &self,
        resource_type: &Arc<ResourceType>,
        filter: Option<(Cow<'q, Filter>, ResolvedFilter)>,
        sort: Option<(&'q Sort, ResolvedSort)>,
        query: &Query,
    ) -> Part<'q> {
        Part {
            filter,
            sort,
            members: wanted_members(resource_type, &query.projection, self.base),
            resource_type: Arc::clone(resource_type),
        }
    }
}
