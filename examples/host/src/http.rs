//! From HTTP to the library and back.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use chrono::Utc;
use ring::hmac;
use ring::rand::SystemRandom;
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;
use vestibule::limits::SCIM_MAX_BODY_BYTES;
use vestibule::scim::answer::{Answer, Outcome};
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::query::CursorKey;
use vestibule::scim::request::{Headers, MediaType, Message};
use vestibule::scim::store::Service;
use vestibule::scim::{BaseUrl, Error, ErrorKind, Registry, WireFault};

use crate::agents::registry;
use crate::store::TenantStore;
use crate::tenants::{Database, Keep, Tenant};

/// Below this path all endpoints are.
pub const BASE_PATH: &str = "/scim/v2";

/// What all requests share.
struct Host {
    database: Database,
    registry: Registry,
    config: ServiceConfig,
    base: BaseUrl,
    key: Key,
}

/// Seals cursors; made anew at each start, which ends all walks.
struct Key(hmac::Key);

impl CursorKey for Key {
    fn tag(&self, message: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.0, message);
        tag.as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
    }
}

/// Serves until the listener ends.
pub async fn serve(listener: TcpListener, database: Database, base: &str) -> io::Result<()> {
    let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new());
    let host = Host {
        database,
        registry: registry().map_err(io::Error::other)?,
        config: ServiceConfig::default(),
        base: BaseUrl::parse(base).map_err(io::Error::other)?,
        key: Key(key.map_err(|_| io::Error::other("there are no random bytes"))?),
    };
    let router = Router::new().fallback(handle).with_state(Arc::new(host));
    axum::serve(listener, router).await
}

async fn handle(State(host): State<Arc<Host>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let answered = match admitted(&host, &parts).await {
        Ok((tenant, headers)) => match to_bytes(body, SCIM_MAX_BODY_BYTES).await {
            Ok(body) => {
                let answer = move || answer(&host, tenant, &parts, &headers, &body);
                spawn_blocking(answer).await.map_err(|_| store_failed())
            }
            Err(_) => Err(too_large()),
        },
        Err(error) => Err(error),
    };
    let answer = answered.unwrap_or_else(|error| {
        let outcome = Outcome::Refused(error);
        outcome.answer(MediaType::ScimJson)
    });
    response(&answer)
}

/// Who asks, before anything else is read.
async fn admitted(host: &Arc<Host>, parts: &Parts) -> Result<(Tenant, Headers), Error> {
    let headers = parts.headers.iter();
    let headers = Headers::read(headers.map(|(name, value)| (name.as_str(), value.as_bytes())))?;
    let token = headers.bearer()?;
    let database = host.database.clone();
    let found = spawn_blocking(move || database.tenant(token.expose())).await;
    match found {
        Ok(Ok(Some(tenant))) => Ok((tenant, headers)),
        Ok(Ok(None)) => Err(Error::new(ErrorKind::Wire(WireFault::TokenUnknown))),
        Ok(Err(_)) | Err(_) => Err(store_failed()),
    }
}

fn answer(host: &Host, tenant: Tenant, parts: &Parts, headers: &Headers, body: &[u8]) -> Answer {
    let path = parts.uri.path();
    let message = Message {
        method: parts.method.as_str(),
        // What is not below the base has no endpoint.
        path: below_base(path).unwrap_or("/-/-"),
        query: parts.uri.query().unwrap_or_default(),
        headers,
        body,
    };
    let profile = tenant.dialect.profile();
    let name = tenant.id.to_string();
    let service = Service::new(&host.registry, &profile, &host.config, &host.base)
        .with_cursors(&host.key, &name);
    let answered = host.database.transaction(|transaction| {
        let mut store = TenantStore::new(transaction, tenant.id);
        let answer = service.answer(&message, &mut store, Utc::now());
        let keep = match answer.status() {
            ..400 => Keep::Changes,
            _ => Keep::Nothing,
        };
        (answer, keep)
    });
    answered.unwrap_or_else(|_| {
        let outcome = Outcome::Refused(store_failed());
        outcome.answer(headers.answer_type().unwrap_or_default())
    })
}

fn below_base(path: &str) -> Option<&str> {
    let below = path.strip_prefix(BASE_PATH)?;
    (below.is_empty() || below.starts_with('/')).then_some(below)
}

fn response(answer: &Answer) -> Response<Body> {
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let written = response.body(Body::from(answer.body().to_vec()));
    written.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

fn store_failed() -> Error {
    Error::new(ErrorKind::Wire(WireFault::StoreFailed))
}

fn too_large() -> Error {
    let limit = SCIM_MAX_BODY_BYTES;
    Error::new(ErrorKind::BodyTooLarge {
        found: limit.saturating_add(1),
        limit,
    })
}
