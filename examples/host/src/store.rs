//! One tenant's resources in SQLite.

use std::sync::Arc;

use rusqlite::types::Value as SqlParameter;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params, params_from_iter};
use serde_json::{Value, json};
use vestibule::error::Shown;
use vestibule::scim::etag::EntityTag;
use vestibule::scim::filter::fold;
use vestibule::scim::schema::ResourceType;
use vestibule::scim::store::{
    Deletion, Listing, Members, Page, Replacement, Store, StoreError, touched, version,
    without_secrets,
};
use vestibule::scim::{Registry, Resource, ResourceKind, UniqueKey};

use crate::search;

/// One tenant's store, within a transaction.
///
/// A group's members are rows, so that a user's groups are one query; the body of a group in
/// `resources` has none. Passwords are not kept.
pub struct TenantStore<'t> {
    connection: &'t Connection,
    tenant: i64,
}

impl<'t> TenantStore<'t> {
    pub fn new(connection: &'t Connection, tenant: i64) -> Self {
        Self { connection, tenant }
    }

    /// The values of the first two placeholders of every query: the tenant and the type.
    pub(crate) fn scope(&self, resource_type: &ResourceType) -> Vec<SqlParameter> {
        let name = resource_type.name().to_owned();
        vec![SqlParameter::from(self.tenant), SqlParameter::from(name)]
    }

    pub(crate) fn count(&self, clause: &str, values: &[SqlParameter]) -> rusqlite::Result<usize> {
        let query = format!("SELECT COUNT(*) FROM resources AS r WHERE {clause}");
        let mut statement = self.connection.prepare_cached(&query)?;
        let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    pub(crate) fn select(
        &self,
        listing: &Listing<'_>,
        clause: &str,
        values: &[SqlParameter],
    ) -> Result<Vec<Resource>, StoreError> {
        let needs_members = listing.resolved_filter.is_some() || listing.members == Members::Load;
        let members = match needs_members {
            true => Members::Load,
            false => Members::Omit,
        };
        let rows = self.rows(clause, values).map_err(unavailable)?;
        let resources = rows.into_iter();
        resources
            .map(|row| self.read(listing.resource_type, row, members))
            .collect()
    }

    fn rows(&self, clause: &str, values: &[SqlParameter]) -> rusqlite::Result<Vec<Row>> {
        let query = format!("SELECT r.row, r.id, r.body FROM resources AS r WHERE {clause}");
        let mut statement = self.connection.prepare_cached(&query)?;
        let rows = statement.query_map(params_from_iter(values), |row| {
            Ok(Row {
                row: row.get(0)?,
                id: row.get(1)?,
                body: row.get(2)?,
            })
        })?;
        rows.collect()
    }

    /// A resource with what follows from other rows.
    fn read(
        &self,
        resource_type: &Arc<ResourceType>,
        row: Row,
        members: Members,
    ) -> Result<Resource, StoreError> {
        let mut body: Value = serde_json::from_str(&row.body).map_err(unavailable)?;
        let derived = match (resource_type.kind(), members) {
            (ResourceKind::User, _) => Some(("groups", self.groups(&row.id))),
            (ResourceKind::Group, Members::Load) => Some(("members", self.members(row.row))),
            _ => None,
        };
        if let (Some((name, values)), Some(object)) = (derived, body.as_object_mut()) {
            object.insert(name.to_owned(), values.map_err(unavailable)?.into());
        }
        Resource::from_value(resource_type, body).map_err(unavailable)
    }

    fn groups(&self, id: &str) -> rusqlite::Result<Vec<Value>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT r.id, json_extract(r.body, '$.displayName') FROM members AS m
             JOIN resources AS r ON r.row = m.group_row
             WHERE m.member = ?1 AND r.tenant = ?2 ORDER BY r.id",
        )?;
        let groups = statement.query_map(params![id, self.tenant], |row| {
            let (id, display): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            Ok(json!({"value": id, "display": display, "type": "direct"}))
        })?;
        groups.collect()
    }

    fn members(&self, group: i64) -> rusqlite::Result<Vec<Value>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT body FROM members WHERE group_row = ?1 ORDER BY rowid")?;
        let members = statement.query_map([group], |row| row.get::<_, String>(0))?;
        members
            .map(|body| Ok(serde_json::from_str(&body?).unwrap_or_default()))
            .collect()
    }

    /// The row of a resource that still is the version that was read.
    fn row_at(
        &self,
        resource_type: &ResourceType,
        id: &str,
        expected: Option<&EntityTag>,
    ) -> Result<i64, StoreError> {
        let found = self.connection.query_row(
            "SELECT row, version FROM resources WHERE tenant = ?1 AND type = ?2 AND id = ?3",
            params![self.tenant, resource_type.name(), id],
            |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?)),
        );
        let (row, version) = found
            .optional()
            .map_err(unavailable)?
            .ok_or(StoreError::Stale)?;
        match version == expected.map(ToString::to_string) {
            true => Ok(row),
            false => Err(StoreError::Stale),
        }
    }

    /// Writes all or nothing: what is left of a failed write would be committed with the other
    /// operations of a Bulk request.
    fn whole(&self, write: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let connection = self.connection;
        connection
            .execute_batch("SAVEPOINT write")
            .map_err(unavailable)?;
        let written = write();
        let end = match written {
            Ok(()) => "RELEASE write",
            Err(_) => "ROLLBACK TO write; RELEASE write",
        };
        connection.execute_batch(end).map_err(unavailable)?;
        written
    }

    /// Writes what columns and tables hold of a resource.
    fn write(&self, row: Option<i64>, resource: &Resource) -> rusqlite::Result<()> {
        let resource = without_secrets(resource.clone());
        let key = |name: &str| {
            let attribute = resource.resource_type().attribute(name)?;
            let key = attribute.comparison_key(resource.text(name)?);
            Some(key.into_owned())
        };
        let mut body = resource.clone().into_value();
        let members = body.as_object_mut().and_then(|body| body.remove("members"));
        self.connection.execute(
            "INSERT INTO resources
                (row, tenant, type, id, version, user_key, display_key, external_id, active, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (row) DO UPDATE SET version = excluded.version,
                user_key = excluded.user_key, display_key = excluded.display_key,
                external_id = excluded.external_id, active = excluded.active,
                body = excluded.body",
            params![
                row,
                self.tenant,
                resource.resource_type().name(),
                resource.text("id"),
                version(&resource).map(|version| version.to_string()),
                key("userName"),
                key("displayName"),
                resource.text("externalId"),
                resource.object().get("active").and_then(Value::as_bool),
                body.to_string(),
            ],
        )?;
        let row = row.unwrap_or_else(|| self.connection.last_insert_rowid());
        match resource.resource_type().kind() {
            ResourceKind::User => self.write_emails(row, resource.object().get("emails")),
            ResourceKind::Group => self.write_members(row, members.as_ref()),
            ResourceKind::Custom => Ok(()),
        }
    }

    fn write_emails(&self, row: i64, emails: Option<&Value>) -> rusqlite::Result<()> {
        let connection = self.connection;
        connection.execute("DELETE FROM emails WHERE user_row = ?1", [row])?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO emails (user_row, value_key, type_key) VALUES (?1, ?2, ?3)",
        )?;
        for email in elements(emails) {
            let folded = |name: &str| {
                let text = email.get(name).and_then(Value::as_str);
                text.map(|text| fold(text).into_owned())
            };
            insert.execute(params![row, folded("value"), folded("type")])?;
        }
        Ok(())
    }

    /// Writes the members that differ.
    fn write_members(&self, row: i64, members: Option<&Value>) -> rusqlite::Result<()> {
        let connection = self.connection;
        connection.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS wanted (member TEXT PRIMARY KEY) WITHOUT ROWID;
             DELETE FROM wanted;",
        )?;
        let mut want = connection.prepare_cached("INSERT OR IGNORE INTO wanted VALUES (?1)")?;
        let mut put = connection.prepare_cached(
            "INSERT INTO members (group_row, member, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (group_row, member) DO UPDATE SET body = excluded.body
             WHERE body <> excluded.body",
        )?;
        for member in elements(members) {
            let body = member.to_string();
            let value = member.get("value").and_then(Value::as_str);
            let value = value.unwrap_or(&body);
            want.execute([value])?;
            put.execute(params![row, value, body])?;
        }
        connection.execute(
            "DELETE FROM members WHERE group_row = ?1
             AND member NOT IN (SELECT member FROM wanted)",
            [row],
        )?;
        Ok(())
    }

    /// Takes a member out of all groups of the tenant.
    fn leave_groups(&self, deletion: &Deletion<'_>) -> Result<(), StoreError> {
        let groups = self.rows(
            "r.tenant = ?1 AND r.type = 'Group'
             AND r.row IN (SELECT group_row FROM members WHERE member = ?2)",
            &[
                SqlParameter::from(self.tenant),
                SqlParameter::from(deletion.id.to_owned()),
            ],
        );
        let registry = Registry::standard();
        for group in groups.map_err(unavailable)? {
            let row = group.row;
            let group = self.read(registry.group(), group, Members::Omit)?;
            let group = touched(group, deletion.now);
            let version = version(&group).map(|version| version.to_string());
            let left = self.connection.execute(
                "UPDATE resources SET version = ?2, body = ?3 WHERE row = ?1",
                params![row, version, group.into_value().to_string()],
            );
            left.map_err(unavailable)?;
            let left = self.connection.execute(
                "DELETE FROM members WHERE group_row = ?1 AND member = ?2",
                params![row, deletion.id],
            );
            left.map_err(unavailable)?;
        }
        Ok(())
    }
}

struct Row {
    row: i64,
    id: String,
    body: String,
}

impl Store for TenantStore<'_> {
    fn find(
        &self,
        resource_type: &Arc<ResourceType>,
        id: &str,
        members: Members,
    ) -> Result<Option<Resource>, StoreError> {
        let mut values = self.scope(resource_type);
        values.push(SqlParameter::from(id.to_owned()));
        let rows = self.rows("r.tenant = ?1 AND r.type = ?2 AND r.id = ?3", &values);
        let row = rows.map_err(unavailable)?.pop();
        row.map(|row| self.read(resource_type, row, members))
            .transpose()
    }

    fn holder(
        &self,
        resource_type: &Arc<ResourceType>,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError> {
        if key.path() != "userName" {
            return Err(unavailable("no column holds the attribute"));
        }
        let found = self.connection.query_row(
            "SELECT id FROM resources WHERE tenant = ?1 AND type = ?2 AND user_key = ?3",
            params![self.tenant, resource_type.name(), key.key()],
            |row| row.get(0),
        );
        found.optional().map_err(unavailable)
    }

    fn list(&self, listing: &Listing<'_>) -> Result<Page, StoreError> {
        search::list(self, listing)
    }

    fn new_id(&mut self) -> String {
        uuid::Uuid::new_v4().to_string()
    }

    fn insert(&mut self, resource: &Resource) -> Result<(), StoreError> {
        self.whole(|| self.write(None, resource).map_err(refused))
    }

    fn replace(&mut self, replacement: &Replacement<'_>) -> Result<(), StoreError> {
        let after = replacement.after;
        let id = after.text("id").unwrap_or_default();
        let row = self.row_at(after.resource_type(), id, replacement.expected)?;
        self.whole(|| self.write(Some(row), after).map_err(refused))
    }

    fn delete(&mut self, deletion: &Deletion<'_>) -> Result<(), StoreError> {
        let row = self.row_at(deletion.resource_type, deletion.id, deletion.expected)?;
        self.whole(|| {
            let delete = "DELETE FROM resources WHERE row = ?1";
            let deleted = self.connection.execute(delete, [row]);
            deleted.map_err(unavailable)?;
            self.leave_groups(deletion)
        })
    }
}

fn elements(listed: Option<&Value>) -> impl Iterator<Item = &Value> {
    listed.and_then(Value::as_array).into_iter().flatten()
}

/// A write that a constraint refused, or that failed.
fn refused(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Conflict {
            attribute: Shown::new("userName"),
        },
        _ => unavailable(error),
    }
}

/// What went wrong is for the host's log, not for the client.
pub(crate) fn unavailable(error: impl std::fmt::Display) -> StoreError {
    eprintln!("store: {error}");
    StoreError::Unavailable
}
