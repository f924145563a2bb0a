//! The library's test of stores, over this host's.

use rusqlite::{Connection, OptionalExtension};
use vestibule::scim::store::conformance::{self, Verdict};
use vestibule::scim::{Dialect, Registry};
use vestibule_host::{Database, Keep, TenantStore, insert_tenant};

fn tenant(connection: &Connection, name: &str) -> i64 {
    let found = connection.query_row("SELECT id FROM tenants WHERE name = ?1", [name], |row| {
        row.get(0)
    });
    found
        .optional()
        .unwrap()
        .unwrap_or_else(|| insert_tenant(connection, name, Dialect::Strict, name).unwrap())
}

#[test]
fn the_store_keeps_the_contract() {
    let database = Database::in_memory().unwrap();
    let checks = database.transaction(|transaction| {
        let open = |name: &str| TenantStore::new(transaction, tenant(transaction, name));
        (conformance::run(&Registry::standard(), open), Keep::Nothing)
    });
    let failed: Vec<_> = checks
        .unwrap()
        .into_iter()
        .filter(|check| check.verdict != Verdict::Passed)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
