//! Lists: of one resource type, and of all.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::contract::Store;
use super::listing::{Listing, Page, Window};
use super::serve::{Service, not_supported};
use super::write::wanted_members;
use crate::scim::answer::Outcome;
use crate::scim::discovery::PaginationMethod;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::filter::ResolvedFilter;
use crate::scim::query::{Cursors, IndexPage, ListResponse};
use crate::scim::request::{Query, Scope};
use crate::scim::schema::ResourceType;

impl Service<'_> {
    pub(super) fn list<S: Store>(
        &self,
        scope: &Scope,
        query: &Query,
        store: &S,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Error> {
        if query.filter.is_some() {
            self.need(self.config.filter, "a filter")?;
        }
        if query.sort.is_some() {
            self.need(self.config.sort, "a sort")?;
        }
        let listed = match (scope, self.cursor(query)) {
            (Scope::Type(one), None) => self.by_index(one, query, store)?,
            (Scope::Type(one), Some(cursor)) => self.by_cursor(one, query, cursor, store, now)?,
            (Scope::All, _) => self.of_all(query, store)?,
        };
        Ok(Outcome::Listed(listed.into_json()))
    }

    /// The cursor that the client sends, or starts with where that is what it gets by default.
    fn cursor<'q>(&self, query: &'q Query) -> Option<&'q str> {
        let is_default = self.config.default_pagination == PaginationMethod::Cursor
            && self.cursors.is_some()
            && query.sort.is_none()
            && query.start_index.is_none();
        query.cursor.as_deref().or(is_default.then_some(""))
    }

    fn by_index<S: Store>(
        &self,
        resource_type: &Arc<ResourceType>,
        query: &Query,
        store: &S,
    ) -> Result<ListResponse, Error> {
        if query.start_index.is_some() {
            self.need(self.config.index_pagination, "`startIndex`")?;
        }
        let asked = self.index_page(query);
        let filter = self.resolved(resource_type, query)?;
        let window = Window::Index {
            offset: asked.offset(),
            count: asked.count(),
        };
        let page = page(self, resource_type, query, filter.as_ref(), window, store)?;
        let resources = self.shown(resource_type, query, &page);
        Ok(ListResponse::of_index(&asked, page.total, resources))
    }

    fn by_cursor<S: Store>(
        &self,
        resource_type: &Arc<ResourceType>,
        query: &Query,
        cursor: &str,
        store: &S,
        now: DateTime<Utc>,
    ) -> Result<ListResponse, Error> {
        self.need(self.config.cursor_pagination, "a cursor")?;
        let (Some((key, tenant)), None) = (self.cursors, &query.sort) else {
            return Err(not_supported("a cursor with a sort"));
        };
        let filter_text = query.filter.as_ref().map(ToString::to_string);
        let distinct = [
            tenant,
            resource_type.name(),
            filter_text.as_deref().unwrap_or_default(),
        ];
        // The lengths keep one part from running into the next.
        let distinct = distinct
            .map(|part| format!("{} {part}", part.len()))
            .join(" ");
        let config = self.config;
        let cursors = Cursors::new(
            key,
            &distinct,
            config.page_sizes,
            config.cursor_timeout_secs,
        );
        let asked = cursors.open(cursor, query.count, now)?;
        let filter = self.resolved(resource_type, query)?;
        let window = Window::After {
            id: asked.position(),
            // One more shows whether there is a next page.
            count: asked.count().saturating_add(1),
        };
        let mut page = page(self, resource_type, query, filter.as_ref(), window, store)?;
        let is_last = page.resources.len() <= asked.count();
        page.resources.truncate(asked.count());
        let last = page.resources.last().and_then(|last| last.text("id"));
        let next = last.filter(|_| !is_last);
        let next = next.map(|last| cursors.after(&asked, last, now));
        let resources = self.shown(resource_type, query, &page);
        Ok(ListResponse::of_cursor(page.total, resources, next))
    }

    /// All types, one after the other: RFC 7644 §3.4.2.1. A type that lacks an attribute of the
    /// filter has nothing that matches.
    fn of_all<S: Store>(&self, query: &Query, store: &S) -> Result<ListResponse, Error> {
        if query.sort.is_some() || query.cursor.is_some() {
            return Err(not_supported("a sort or a cursor over all types"));
        }
        let asked = self.index_page(query);
        let (mut offset, mut count) = (asked.offset(), asked.count());
        let (mut total, mut shown) = (0_usize, Vec::new());
        let (mut refusal, mut is_known) = (None, false);
        for resource_type in self.registry.resource_types() {
            let filter = match self.resolved(resource_type, query) {
                Ok(filter) => filter,
                Err(error) => {
                    match error.kind() {
                        ErrorKind::UnknownAttribute { .. } => refusal = Some(error),
                        _ => return Err(error),
                    }
                    continue;
                }
            };
            is_known = true;
            let window = Window::Index { offset, count };
            let page = page(self, resource_type, query, filter.as_ref(), window, store)?;
            offset = offset.saturating_sub(page.total);
            count = count.saturating_sub(page.resources.len());
            total = total.saturating_add(page.total);
            shown.extend(self.shown(resource_type, query, &page));
        }
        match refusal {
            Some(error) if !is_known => Err(error),
            _ => Ok(ListResponse::of_index(&asked, total, shown)),
        }
    }

    fn resolved(
        &self,
        resource_type: &Arc<ResourceType>,
        query: &Query,
    ) -> Result<Option<ResolvedFilter>, Error> {
        let filter = query.filter.as_ref();
        let resolved = filter.map(|filter| filter.resolve_for(resource_type, self.profile));
        resolved.transpose()
    }

    fn index_page(&self, query: &Query) -> IndexPage {
        IndexPage::new(query.start_index, query.count, self.config.page_sizes)
    }

    fn shown(&self, resource_type: &Arc<ResourceType>, query: &Query, page: &Page) -> Vec<Value> {
        let projection = query.projection.resolve(resource_type);
        let resources = page.resources.iter();
        resources
            .map(|resource| projection.answer(resource, self.base))
            .collect()
    }
}

fn page<S: Store>(
    service: &Service<'_>,
    resource_type: &Arc<ResourceType>,
    query: &Query,
    filter: Option<&ResolvedFilter>,
    window: Window<'_>,
    store: &S,
) -> Result<Page, Error> {
    let sort = query.sort.as_ref();
    let sort = sort.map(|sort| sort.resolve(resource_type)).transpose()?;
    let listing = Listing {
        resource_type,
        filter: query.filter.as_ref(),
        resolved_filter: filter,
        sort: query.sort.as_ref(),
        resolved_sort: sort.as_ref(),
        window,
        members: wanted_members(resource_type, &query.projection, service.base),
    };
    Ok(store.list(&listing)?)
}
