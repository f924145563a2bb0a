//! Any method, path, query, headers and body, for a dialect: the reader never panics, a service
//! answers with a status of HTTP and never with one of its own failures, says it in the body also,
//! and leaves everything as it was when it refuses.

#![no_main]

use std::sync::LazyLock;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vestibule::scim::answer::Answer;
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::store::{InMemory, Service};
use vestibule::scim::{BaseUrl, Dialect, Registry};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);
static NO_HEADERS: LazyLock<Headers> = LazyLock::new(Headers::default);

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
const DIALECTS: [Dialect; 4] = [
    Dialect::Tolerant,
    Dialect::Strict,
    Dialect::Entra,
    Dialect::OneLogin,
];

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
    let method = known.unwrap_or(&"GET");
    let message = Message {
        method,
        path,
        query,
        headers: &headers,
        body,
    };
    // One each, so that the fuzzer is quick.
    serve(DIALECTS[bytes.len() % DIALECTS.len()], &message);
});

fn serve(dialect: Dialect, message: &Message<'_>) {
    let (profile, config) = (dialect.profile(), ServiceConfig::default());
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let service = Service::new(&REGISTRY, &profile, &config, &base);
    let mut store = InMemory::default();
    let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
    let all = Message {
        method: "GET",
        path: "/",
        query: "",
        headers: &NO_HEADERS,
        body: b"",
    };
    for _ in 0..2 {
        let before = service.answer(&all, &mut store, now);
        let answer = service.answer(message, &mut store, now);
        check(&answer);
        if answer.status() >= 300 {
            let after = service.answer(&all, &mut store, now);
            assert_eq!(before.body(), after.body(), "a refusal changes nothing");
        }
    }
}

fn check(answer: &Answer) {
    let status = answer.status();
    assert!((200..500).contains(&status) || status == 501);
    assert_eq!(
        answer.header("Content-Type").is_none(),
        answer.body().is_empty()
    );
    assert!(status != 201 || answer.header("Location").is_some());
    if status >= 400 {
        let body: Value = serde_json::from_slice(answer.body()).expect("JSON");
        assert_eq!(body["status"], status.to_string());
        assert!(body["detail"].is_string());
    }
}
