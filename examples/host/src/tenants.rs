//! The database, its tables, and which token belongs to which tenant.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ring::digest;
use rusqlite::{Connection, OptionalExtension, Result, Transaction};
use serde_json::Value;
use vestibule::scim::Dialect;

/// One row for each resource. Members of groups and addresses of users have tables of their own,
/// for searching; the columns that end in `_key` hold text in the form in which it is compared.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS tenants (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        dialect TEXT NOT NULL,
        token_hash BLOB NOT NULL UNIQUE
    );
    CREATE TABLE IF NOT EXISTS resources (
        row INTEGER PRIMARY KEY,
        tenant INTEGER NOT NULL REFERENCES tenants (id),
        type TEXT NOT NULL,
        id TEXT NOT NULL,
        version TEXT,
        user_key TEXT,
        display_key TEXT,
        external_id TEXT,
        active INTEGER,
        body TEXT NOT NULL,
        UNIQUE (tenant, type, id),
        UNIQUE (tenant, type, user_key)
    );
    CREATE INDEX IF NOT EXISTS by_external_id ON resources (tenant, type, external_id);
    CREATE INDEX IF NOT EXISTS by_display_key ON resources (tenant, type, display_key);
    CREATE TABLE IF NOT EXISTS members (
        group_row INTEGER NOT NULL REFERENCES resources (row) ON DELETE CASCADE,
        member TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (group_row, member)
    );
    CREATE INDEX IF NOT EXISTS by_member ON members (member);
    CREATE TABLE IF NOT EXISTS emails (
        user_row INTEGER NOT NULL REFERENCES resources (row) ON DELETE CASCADE,
        value_key TEXT,
        type_key TEXT
    );
    CREATE INDEX IF NOT EXISTS by_user_row ON emails (user_row);
";

/// A tenant, as found by its token.
#[derive(Clone, Copy, Debug)]
pub struct Tenant {
    pub id: i64,
    pub dialect: Dialect,
}

/// The database. One connection behind a lock: enough for an example.
#[derive(Clone)]
pub struct Database(Arc<Mutex<Connection>>);

impl Database {
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
        Self::with_tables(connection)
    }

    pub fn in_memory() -> Result<Self> {
        Self::with_tables(Connection::open_in_memory()?)
    }

    fn with_tables(connection: Connection) -> Result<Self> {
        connection.execute_batch("PRAGMA foreign_keys = ON;")?;
        connection.execute_batch(TABLES)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Adds a tenant and gives its token, which is stored as a hash only.
    pub fn add_tenant(&self, name: &str, dialect: Dialect) -> Result<String> {
        let half = || uuid::Uuid::new_v4().simple();
        let token = format!("{}{}", half(), half());
        insert_tenant(&self.lock(), name, dialect, &token)?;
        Ok(token)
    }

    /// The tenant of a token. The token has 244 random bits, so its plain hash tells nothing, and
    /// looking the hash up gives no time to measure.
    pub fn tenant(&self, token: &str) -> Result<Option<Tenant>> {
        let connection = self.lock();
        let found = connection.query_row(
            "SELECT id, dialect FROM tenants WHERE token_hash = ?1",
            [hash(token)],
            |row| Ok((row.get(0)?, row.get::<_, String>(1)?)),
        );
        let found = found.optional()?.map(|(id, dialect)| Tenant {
            id,
            dialect: dialect_named(&dialect).unwrap_or_default(),
        });
        Ok(found)
    }

    /// Runs `work` in a transaction that is committed if `work` says so.
    pub fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> (T, Keep)) -> Result<T> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let (result, keep) = work(&transaction);
        match keep {
            Keep::Changes => transaction.commit()?,
            Keep::Nothing => transaction.rollback()?,
        }
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic in between has rolled its transaction back.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a transaction leaves.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Keep {
    Changes,
    Nothing,
}

/// Adds a tenant with a token of the caller's.
pub fn insert_tenant(
    connection: &Connection,
    name: &str,
    dialect: Dialect,
    token: &str,
) -> Result<i64> {
    let dialect = serde_json::to_value(dialect).unwrap_or_default();
    connection.execute(
        "INSERT INTO tenants (name, dialect, token_hash) VALUES (?1, ?2, ?3)",
        (name, dialect.as_str().unwrap_or_default(), hash(token)),
    )?;
    Ok(connection.last_insert_rowid())
}

/// The dialect of that name, such as `entra`.
pub fn dialect_named(name: &str) -> Option<Dialect> {
    serde_json::from_value(Value::from(name)).ok()
}

fn hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes())
        .as_ref()
        .to_vec()
}
