//! A SCIM server for several tenants: `vestibule` behind axum, on SQLite.
//!
//! ```text
//! vestibule-host add-tenant acme [okta]     prints a new bearer token, once
//! vestibule-host                            serves
//! ```
//!
//! Settings: `SCIM_DATABASE` (a file, `scim.db`), `SCIM_LISTEN` (`127.0.0.1:8080`) and
//! `SCIM_BASE_URL` (what clients see; `http://` and the address otherwise).
//!
//! All of the protocol is in the library; here are the socket, the clock, the tokens and the
//! tables.

use std::env;
use std::error::Error;
use std::path::Path;

use tokio::net::TcpListener;
use vestibule::scim::Dialect;
use vestibule_host::{BASE_PATH, Database, dialect_named, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let database = Database::open(Path::new(&setting("SCIM_DATABASE", "scim.db")))?;
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let listener = TcpListener::bind(setting("SCIM_LISTEN", "127.0.0.1:8080")).await?;
            let own = format!("http://{}{BASE_PATH}", listener.local_addr()?);
            let base = setting("SCIM_BASE_URL", &own);
            println!("{base}");
            Ok(serve(listener, database, &base).await?)
        }
        ["add-tenant", name] => {
            println!("{}", database.add_tenant(name, Dialect::Tolerant)?);
            Ok(())
        }
        ["add-tenant", name, dialect] => {
            let dialect = dialect_named(dialect).ok_or("there is no such dialect")?;
            println!("{}", database.add_tenant(name, dialect)?);
            Ok(())
        }
        _ => Err("usage: vestibule-host [add-tenant NAME [DIALECT]]".into()),
    }
}
