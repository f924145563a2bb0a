//! Lists: filters go to SQLite as far as columns answer them.

use std::sync::Arc;

use rusqlite::types::Value as SqlParameter;
use vestibule::scim::filter::sql::{
    ChildTable, Column, Database, SqlCondition, SqlMapping, SqlValue,
};
use vestibule::scim::schema::ResourceType;
use vestibule::scim::store::{Listing, Page, StoreError, Window};
use vestibule::scim::{Error, ErrorKind, ResolvedFilter, ResourceKind};

use crate::store::{TenantStore, unavailable};

/// How many resources are read into memory for one list that SQL cannot finish.
const SCAN_LIMIT: usize = 50_000;

/// Which attributes columns answer.
fn mapping(resource_type: &Arc<ResourceType>) -> Result<SqlMapping, Error> {
    let mapping = SqlMapping::new(resource_type)
        .column("id", Column::exact("r.id"))?
        .column("externalId", Column::exact("r.external_id"))?;
    match resource_type.kind() {
        ResourceKind::User => mapping
            .column("userName", Column::folded("r.user_key"))?
            .column("displayName", Column::folded("r.display_key"))?
            .column("active", Column::boolean("r.active"))?
            .table("emails", ChildTable::new("emails", "user_row", "r.row"))?
            .column("emails.value", Column::folded("value_key"))?
            .column("emails.type", Column::folded("type_key")),
        ResourceKind::Group => mapping
            .column("displayName", Column::folded("r.display_key"))?
            .table("members", ChildTable::new("members", "group_row", "r.row"))?
            .column("members.value", Column::exact("member")),
        ResourceKind::Custom => Ok(mapping),
    }
}

/// A filter as SQL, after the placeholders of the tenant and the type.
fn condition(
    resource_type: &Arc<ResourceType>,
    filter: Option<&ResolvedFilter>,
) -> Result<Option<SqlCondition>, Error> {
    let Some(filter) = filter else {
        return Ok(None);
    };
    let mapping = mapping(resource_type)?;
    Ok(Some(filter.to_sql(&mapping, Database::Sqlite, 3)))
}

pub(crate) fn list(store: &TenantStore<'_>, listing: &Listing<'_>) -> Result<Page, StoreError> {
    let condition = condition(listing.resource_type, listing.resolved_filter);
    let condition = condition.map_err(StoreError::Refused)?;
    let mut clause = "r.tenant = ?1 AND r.type = ?2".to_owned();
    let mut values = store.scope(listing.resource_type);
    if let Some(condition) = &condition {
        clause.push_str(" AND ");
        clause.push_str(condition.text());
        values.extend(condition.values().iter().map(parameter));
    }
    let is_exact = condition.is_none_or(|condition| condition.is_exact());
    match is_exact && listing.sort.is_none() {
        true => page(store, listing, &clause, values),
        false => scan(store, listing, &clause, values),
    }
}

/// SQLite counts, orders and cuts.
fn page(
    store: &TenantStore<'_>,
    listing: &Listing<'_>,
    clause: &str,
    mut values: Vec<SqlParameter>,
) -> Result<Page, StoreError> {
    let total = store.count(clause, &values).map_err(unavailable)?;
    let next = values.len() + 1;
    let (tail, rest) = match listing.window {
        Window::Index { offset, count } => (
            format!("ORDER BY r.id LIMIT ?{next} OFFSET ?{}", next + 1),
            vec![number(count), number(offset)],
        ),
        Window::After { id, count } => (
            format!("AND r.id > ?{next} ORDER BY r.id LIMIT ?{}", next + 1),
            vec![
                SqlParameter::from(id.unwrap_or_default().to_owned()),
                number(count),
            ],
        ),
    };
    values.extend(rest);
    let resources = store.select(listing, &format!("{clause} {tail}"), &values)?;
    Ok(Page { total, resources })
}

/// SQLite finds candidates; the library filters, orders and cuts.
fn scan(
    store: &TenantStore<'_>,
    listing: &Listing<'_>,
    clause: &str,
    mut values: Vec<SqlParameter>,
) -> Result<Page, StoreError> {
    let limit = values.len() + 1;
    values.push(number(SCAN_LIMIT + 1));
    let found = store.select(listing, &format!("{clause} LIMIT ?{limit}"), &values)?;
    if found.len() > SCAN_LIMIT {
        let kind = ErrorKind::TooManyResults { limit: SCAN_LIMIT };
        return Err(StoreError::Refused(Error::new(kind)));
    }
    Ok(listing.page_of(found))
}

fn number(count: usize) -> SqlParameter {
    SqlParameter::from(i64::try_from(count).unwrap_or(i64::MAX))
}

fn parameter(value: &SqlValue) -> SqlParameter {
    match value {
        SqlValue::Boolean(value) => SqlParameter::from(*value),
        SqlValue::Float(value) => SqlParameter::from(*value),
        // No column holds one.
        SqlValue::Instant(value) => SqlParameter::from(value.to_rfc3339()),
        SqlValue::Integer(value) => SqlParameter::from(*value),
        SqlValue::Text(value) => SqlParameter::from(value.clone()),
    }
}
