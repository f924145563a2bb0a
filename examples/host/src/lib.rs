//! The parts of the host: tables, tokens, and the way from HTTP to the library and back.

mod agents;
mod http;
mod search;
mod store;
mod tenants;

pub use http::{BASE_PATH, serve};
pub use store::TenantStore;
pub use tenants::{Database, Keep, Tenant, dialect_named, insert_tenant};
