//! Lists of one resource type, and of all, by index and by cursor.
//!
//! Resources of all types come one type after the other, in the order of the registry; with a sort,
//! they are merged. A walk by cursor goes on after the last `id`, so that what comes and goes in
//! between shifts nothing; with a sort it goes on by index (RFC 9865 leaves to the service provider
//! what a cursor is).

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::contract::Store;
use super::listing::Window;
use super::part::Part;
use super::serve::{Service, not_supported};
use crate::limits::SCIM_MAX_MERGED_RESULTS;
use crate::scim::answer::Outcome;
use crate::scim::discovery::PaginationMethod;
use crate::scim::error::{Error, ErrorKind};
use crate::scim::query::{CursorPage, Cursors, IndexPage, ListResponse, Sort, SortOrder};
use crate::scim::request::{Query, Scope};
use crate::scim::resource::Resource;

/// Resources with the part of the list that they are of, and how many match in all.
struct Results {
    total: usize,
    found: Vec<(usize, Resource)>,
}

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
        let listed = match self.cursor(query) {
            None => self.by_index(scope, query, store)?,
            Some(cursor) => self.by_cursor(scope, query, cursor, store, now)?,
        };
        Ok(Outcome::Listed(listed.into_json()))
    }

    /// The cursor that the client sends, or starts with where that is what it gets by default.
    fn cursor<'q>(&self, query: &'q Query) -> Option<&'q str> {
        let is_default = self.config.default_pagination == PaginationMethod::Cursor
            && self.cursors.is_some()
            && query.start_index.is_none();
        query.cursor.as_deref().or(is_default.then_some(""))
    }

    fn by_index<S: Store>(
        &self,
        scope: &Scope,
        query: &Query,
        store: &S,
    ) -> Result<ListResponse, Error> {
        if query.start_index.is_some() {
            self.need(self.config.index_pagination, "`startIndex`")?;
        }
        let asked = IndexPage::new(query.start_index, query.count, self.config.page_sizes);
        let parts = self.parts(scope, query)?;
        let results = at_index(&parts, query, (asked.offset(), asked.count()), store)?;
        let resources = self.shown(&parts, query, &results);
        Ok(ListResponse::of_index(&asked, results.total, resources))
    }

    fn by_cursor<S: Store>(
        &self,
        scope: &Scope,
        query: &Query,
        cursor: &str,
        store: &S,
        now: DateTime<Utc>,
    ) -> Result<ListResponse, Error> {
        self.need(self.config.cursor_pagination, "a cursor")?;
        let (key, tenant) = self.cursors.ok_or_else(|| not_supported("a cursor"))?;
        let distinct = distinct(tenant, scope, query);
        let (sizes, secs) = (self.config.page_sizes, self.config.cursor_timeout_secs);
        let cursors = Cursors::new(key, &distinct, sizes, secs);
        let asked = cursors.open(cursor, query.count, now)?;
        let parts = self.parts(scope, query)?;
        let (results, next) = match &query.sort {
            None => after_place(&parts, &asked, store)?,
            Some(_) => after_index(&parts, query, &asked, store)?,
        };
        let next = next.map(|place| cursors.after(&asked, &place, now));
        let resources = self.shown(&parts, query, &results);
        Ok(ListResponse::of_cursor(results.total, resources, next))
    }

    fn shown(&self, parts: &[Part<'_>], query: &Query, results: &Results) -> Vec<Value> {
        let types = parts.iter().map(|part| &part.resource_type);
        let projections: Vec<_> = types.map(|one| query.projection.resolve(one)).collect();
        let found = results.found.iter();
        let shown = found.filter_map(|(part, resource)| {
            let projection = projections.get(*part)?;
            Some(projection.answer(resource, self.base))
        });
        shown.collect()
    }
}

/// What tells one query from another.
fn distinct(tenant: &str, scope: &Scope, query: &Query) -> String {
    let scope = match scope {
        Scope::All => "/",
        Scope::Type(one) => one.endpoint(),
    };
    let filter = query.filter.as_ref().map(ToString::to_string);
    let sort = query.sort.as_ref().map_or("", Sort::by);
    let order = match query.sort.as_ref().map(Sort::order) {
        Some(SortOrder::Descending) => "descending",
        Some(SortOrder::Ascending) | None => "",
    };
    let distinct = [
        tenant,
        scope,
        filter.as_deref().unwrap_or_default(),
        sort,
        order,
    ];
    // The lengths keep one part from running into the next.
    distinct
        .map(|part| format!("{} {part}", part.len()))
        .join(" ")
}

/// `count` resources after the first `offset`.
fn at_index<S: Store>(
    parts: &[Part<'_>],
    query: &Query,
    (offset, count): (usize, usize),
    store: &S,
) -> Result<Results, Error> {
    match (&query.sort, parts) {
        (Some(sort), [_, _, ..]) => merged(parts, sort, (offset, count), store),
        _ => joined(parts, (offset, count), store),
    }
}

/// One part after the other.
fn joined<S: Store>(
    parts: &[Part<'_>],
    (mut offset, mut count): (usize, usize),
    store: &S,
) -> Result<Results, Error> {
    let (mut total, mut found) = (0_usize, Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let page = part.page(Window::Index { offset, count }, store)?;
        offset = offset.saturating_sub(page.total);
        count = count.saturating_sub(page.resources.len());
        total = total.saturating_add(page.total);
        found.extend(page.resources.into_iter().map(|resource| (at, resource)));
    }
    Ok(Results { total, found })
}

/// All parts in one order. Equals keep the order of the parts.
fn merged<S: Store>(
    parts: &[Part<'_>],
    sort: &Sort,
    (offset, count): (usize, usize),
    store: &S,
) -> Result<Results, Error> {
    let needed = offset.saturating_add(count);
    // Each part could have all of them.
    if count > 0 && needed > SCIM_MAX_MERGED_RESULTS {
        let limit = SCIM_MAX_MERGED_RESULTS;
        return Err(Error::new(ErrorKind::TooManyResults { limit }));
    }
    let window = Window::Index {
        offset: 0,
        count: if count > 0 { needed } else { 0 },
    };
    let (mut total, mut found) = (0_usize, Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let page = part.page(window, store)?;
        total = total.saturating_add(page.total);
        let keyed = page.resources.into_iter();
        found.extend(keyed.map(|resource| (part.key(&resource, sort), at, resource)));
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    let found = found.into_iter().skip(offset).take(count);
    Ok(Results {
        total,
        found: found.map(|(_, at, resource)| (at, resource)).collect(),
    })
}

/// What comes after a resource in the order of identifiers, and the place of the last.
fn after_place<S: Store>(
    parts: &[Part<'_>],
    asked: &CursorPage,
    store: &S,
) -> Result<(Results, Option<String>), Error> {
    let (start, mut id) = match asked.position() {
        None => (0, None),
        Some(place) => {
            let found = parts.iter().enumerate();
            let mut found = found.filter_map(|(at, part)| Some((at, id_in(place, part)?)));
            let invalid = || Error::in_parameter(ErrorKind::InvalidCursor, "cursor");
            let (at, id) = found.next().ok_or_else(invalid)?;
            (at, Some(id))
        }
    };
    // One more shows whether there is a next page.
    let mut count = asked.count().saturating_add(1);
    let (mut total, mut found) = (0_usize, Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let window = match at < start {
            true => Window::After { id: None, count: 0 },
            false => Window::After {
                id: id.take(),
                count,
            },
        };
        let page = part.page(window, store)?;
        count = count.saturating_sub(page.resources.len());
        total = total.saturating_add(page.total);
        found.extend(page.resources.into_iter().map(|resource| (at, resource)));
    }
    let is_last = found.len() <= asked.count();
    found.truncate(asked.count());
    let last = found.last().filter(|_| !is_last);
    let next = last.and_then(|(at, last)| Some(place(parts.get(*at)?, last.text("id")?)));
    Ok((Results { total, found }, next))
}

/// What comes after an index in the order of a sort, and the next index.
fn after_index<S: Store>(
    parts: &[Part<'_>],
    query: &Query,
    asked: &CursorPage,
    store: &S,
) -> Result<(Results, Option<String>), Error> {
    let offset = match asked.position().map(str::parse::<usize>) {
        None => 0,
        Some(Ok(offset)) => offset,
        Some(Err(_)) => return Err(Error::in_parameter(ErrorKind::InvalidCursor, "cursor")),
    };
    let results = at_index(parts, query, (offset, asked.count()), store)?;
    let next = offset.saturating_add(results.found.len());
    let is_last = results.found.is_empty() || next >= results.total;
    Ok((results, (!is_last).then(|| next.to_string())))
}

/// Where a resource stands among those of all types.
fn place(part: &Part<'_>, id: &str) -> String {
    format!("{}/{id}", part.resource_type.endpoint())
}

/// The identifier, if the place is in this part.
fn id_in<'p>(place: &'p str, part: &Part<'_>) -> Option<&'p str> {
    place
        .strip_prefix(part.resource_type.endpoint())?
        .strip_prefix('/')
}
