//! Any method, path, query, headers and body: the reader never panics, and a service answers with a
//! status of HTTP and never with one of its own failures.

#![no_main]

use std::sync::LazyLock;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::store::{InMemory, Service};
use vestibule::scim::{BaseUrl, Profile, Registry};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

// The first line is `METHOD /path?query`, the second a header, the rest the body.
fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let first = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let header = lines.next().unwrap_or_default();
    let body = lines.next().unwrap_or_default();
    let (method, url) = first.split_once(' ').unwrap_or(("GET", &first));
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let (name, value) = match header.iter().position(|byte| *byte == b':') {
        Some(at) => (String::from_utf8_lossy(&header[..at]), &header[at + 1..]),
        None => ("Accept".into(), header),
    };
    let Ok(headers) = Headers::read([(name, value)]) else {
        return;
    };
    let _ = headers.bearer();
    let known = METHODS.iter().find(|known| **known == method);
    let message = Message {
        method: known.unwrap_or(&"GET"),
        path,
        query,
        headers: &headers,
        body,
    };
    let (profile, config) = (Profile::tolerant(), ServiceConfig::default());
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let service = Service::new(&REGISTRY, &profile, &config, &base);
    let mut store = InMemory::default();
    let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
    for _ in 0..2 {
        let answer = service.answer(&message, &mut store, now);
        assert!((200..500).contains(&answer.status()) || answer.status() == 501);
    }
});
