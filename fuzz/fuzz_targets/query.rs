//! Any query string of a list: what is read is written so that it reads the same, as parameters of
//! a URL and as a search request; every dialect answers it alike whatever a hidden value is; what
//! an answer holds matches the filter and is no more than was asked for.

#![no_main]

use std::cell::RefCell;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use ring::hmac;
use serde_json::{Map, Value, json};
use vestibule::scim::answer::Answer;
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::query::{CursorKey, SortOrder};
use vestibule::scim::request::{Headers, Message, Query};
use vestibule::scim::store::{InMemory, Service};
use vestibule::scim::{BaseUrl, Dialect, Profile, Registry, Request, Resource};
use vestibule_fuzz::hidden::{EXTENSION, registry, user};

const PATHS: [&str; 3] = ["/Users", "/Groups", "/"];

static REGISTRY: LazyLock<Registry> = LazyLock::new(registry);
static HEADERS: LazyLock<Headers> = LazyLock::new(Headers::default);

thread_local! {
    /// Two stores that differ in hidden values alone.
    static STORES: RefCell<[InMemory; 2]> = RefCell::new(["one", "two"].map(store));
}

struct Key(hmac::Key);

impl CursorKey for Key {
    fn tag(&self, message: &[u8]) -> [u8; 32] {
        let tag = hmac::sign(&self.0, message);
        tag.as_ref().try_into().expect("32 bytes")
    }
}

static KEY: LazyLock<Key> = LazyLock::new(|| Key(hmac::Key::new(hmac::HMAC_SHA256, b"fuzz")));

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("an instant")
}

/// What the dialects come to: many share one profile.
static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let mut profiles = Vec::new();
    for profile in Dialect::all().map(Dialect::profile) {
        if !profiles.contains(&profile) {
            profiles.push(profile);
        }
    }
    profiles
});

fuzz_target!(|text: &str| {
    for path in PATHS {
        let Some(query) = read(path, text) else {
            return;
        };
        check_written(path, &query);
        for profile in &*PROFILES {
            check_answers(path, text, &query, profile, Cursors::Announced);
        }
        // Both ways to page are enough for one.
        check_answers(path, text, &query, &Profile::tolerant(), Cursors::None);
        check_walk(path, &query);
    }
    check_root(text);
});

/// What is listed at the root is what is listed of each type, where each takes the query.
fn check_root(text: &str) {
    let total = |path: &str| total(&list(path, text)?);
    if let (Some(users), Some(groups), Some(all)) = (total("/Users"), total("/Groups"), total("/"))
    {
        assert_eq!(all, users + groups);
    }
}

/// A walk by cursor shows what a page by index shows.
fn check_walk(path: &str, query: &Query) {
    let mut said = said(query);
    said.retain(|(name, _)| !["count", "cursor", "startIndex"].contains(name));
    let said: Vec<String> = said
        .iter()
        .map(|(name, value)| parameter(name, value))
        .collect();
    let said = said.join("&");
    let Some(whole) = list(path, &said) else {
        return;
    };
    let (mut cursor, mut walked) = (String::new(), Vec::new());
    loop {
        let page = list(path, &format!("{said}&count=1&cursor={cursor}")).expect("a page");
        walked.extend(
            page["Resources"]
                .as_array()
                .expect("a list")
                .iter()
                .cloned(),
        );
        match page.get("nextCursor").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(whole["Resources"], Value::Array(walked));
}

/// The list, if it is one.
fn list(path: &str, query: &str) -> Option<Value> {
    let (profile, config) = (Profile::tolerant(), ServiceConfig::default());
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let service = Service::new(&REGISTRY, &profile, &config, &base).with_cursors(&*KEY, "fuzz");
    let answer = STORES
        .with_borrow_mut(|stores| service.answer(&message(path, query), &mut stores[0], now()));
    (answer.status() == 200).then(|| serde_json::from_slice(answer.body()).expect("JSON"))
}

fn total(list: &Value) -> Option<u64> {
    list["totalResults"].as_u64()
}

#[derive(Clone, Copy, PartialEq)]
enum Cursors {
    Announced,
    None,
}

fn message<'a>(path: &'a str, query: &'a str) -> Message<'a> {
    let headers = &*HEADERS;
    Message {
        method: "GET",
        path,
        query,
        headers,
        body: b"",
    }
}

fn read(path: &str, text: &str) -> Option<Query> {
    let read = Request::read(&REGISTRY, &Profile::tolerant(), &message(path, text));
    match read {
        Ok(Request::List { query, .. }) => Some(query),
        Ok(_) => panic!("a list"),
        Err(_) => None,
    }
}

/// The query says the same when it is written again.
fn check_written(path: &str, query: &Query) {
    let said = said(query);
    let url: Vec<String> = said
        .iter()
        .map(|(name, value)| parameter(name, value))
        .collect();
    let Some(again) = read(path, &url.join("&")) else {
        // Escapes take three bytes, and `and` may stand where there was a point.
        assert!(text_of(query).len() > 8_000, "our own text");
        return;
    };
    assert_eq!(text_of(query), text_of(&again));
    assert_eq!(
        (query.count, query.start_index),
        (again.count, again.start_index)
    );
    assert_eq!((&query.sort, &query.cursor), (&again.sort, &again.cursor));
    let body = Value::Object(
        said.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    );
    let body = serde_json::to_vec(&body).expect("JSON");
    let path = match path {
        "/" => "/.search".to_owned(),
        path => format!("{path}/.search"),
    };
    let search = Message {
        method: "POST",
        path: &path,
        query: "",
        headers: &HEADERS,
        body: &body,
    };
    match Request::read(&REGISTRY, &Profile::tolerant(), &search) {
        Ok(Request::List { query, .. }) => assert_eq!(query, again),
        other => panic!("{other:?}"),
    }
}

fn text_of(query: &Query) -> String {
    query
        .filter
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// All but the projection, which nobody reads out.
fn said(query: &Query) -> Vec<(&'static str, Value)> {
    let order = |order| match order {
        SortOrder::Ascending => "ascending",
        SortOrder::Descending => "descending",
    };
    let said = [
        ("count", query.count.map(Value::from)),
        ("cursor", query.cursor.clone().map(Value::from)),
        (
            "filter",
            query.filter.as_ref().map(|it| it.to_string().into()),
        ),
        ("sortBy", query.sort.as_ref().map(|it| it.by().into())),
        (
            "sortOrder",
            query.sort.as_ref().map(|it| order(it.order()).into()),
        ),
        ("startIndex", query.start_index.map(Value::from)),
    ];
    let said = said.into_iter();
    said.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn parameter(name: &str, value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let escaped = text.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    format!("{name}={}", escaped.collect::<String>())
}

fn check_answers(path: &str, text: &str, query: &Query, profile: &Profile, cursors: Cursors) {
    let config = ServiceConfig::default();
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let mut service = Service::new(&REGISTRY, profile, &config, &base);
    if cursors == Cursors::Announced {
        service = service.with_cursors(&*KEY, "fuzz");
    }
    let [one, two]: [Answer; 2] = STORES.with_borrow_mut(|stores| {
        stores
            .each_mut()
            .map(|store| service.answer(&message(path, text), store, now()))
    });
    assert_eq!(one.body(), two.body(), "a hidden value shows");
    let body = || serde_json::from_slice(one.body()).expect("JSON");
    match one.status() {
        200 => check_listed(path, query, profile, &body()),
        400..=499 | 501 => {}
        other => panic!("{other}"),
    }
}

fn check_listed(path: &str, query: &Query, profile: &Profile, body: &Value) {
    assert!(!body.to_string().contains("hidden"), "{body}");
    let resources = body["Resources"].as_array().expect("a list");
    assert_eq!(body["itemsPerPage"], resources.len());
    assert!(body["totalResults"].as_u64() >= Some(resources.len() as u64));
    if let Some(count) = query.count {
        let most = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
        assert!(resources.len() <= most);
    }
    // A resource in full is judged again.
    if query.projection.names_attributes() || path == "/" {
        return;
    }
    let resource_type = match path {
        "/Users" => REGISTRY.user(),
        _ => REGISTRY.group(),
    };
    let filter = query
        .filter
        .as_ref()
        .map(|it| it.resolve_for(resource_type, profile));
    for resource in resources {
        let resource = Resource::from_value(resource_type, resource.clone()).expect("ours");
        if let Some(filter) = &filter {
            let filter = filter.as_ref().expect("it was answered");
            // What the base URL adds is not stored.
            let is_stored = !text_of(query).to_ascii_lowercase().contains("meta");
            assert!(filter.matches(&resource) || !is_stored);
        }
    }
}

fn store(hidden: &str) -> InMemory {
    let mut store = InMemory::default();
    let profile = Profile::tolerant();
    let config = ServiceConfig::default();
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let service = Service::new(&REGISTRY, &profile, &config, &base);
    let full = user(hidden);
    let plain = json!({"userName": "a", "active": false, "title": "x",
        EXTENSION: {"hidden": format!("not {hidden}")}});
    let group = json!({"displayName": "Tour Guides", "members": [{"value": "1"}, {"value": "x"}]});
    for (path, body) in [("/Users", full), ("/Users", plain), ("/Groups", group)] {
        let body = serde_json::to_vec(&body).expect("JSON");
        let message = Message {
            method: "POST",
            path,
            query: "",
            headers: &HEADERS,
            body: &body,
        };
        let answer = service.answer(&message, &mut store, now());
        assert_eq!(answer.status(), 201);
    }
    store
}
