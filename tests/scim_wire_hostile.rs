//! Hostile requests: no bytes panic, every bound is met, and work grows with the input.

#![cfg(feature = "scim")]

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::error::{Blame, Explain};
use vestibule::limits::{
    SCIM_MAX_BODY_BYTES, SCIM_MAX_BULK_OPERATIONS, SCIM_MAX_HEADER_BYTES, SCIM_MAX_PARAMETERS,
    SCIM_MAX_QUERY_BYTES,
};
use vestibule::scim::bulk::Bulk;
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::store::{InMemory, Service};
use vestibule::scim::{BaseUrl, BulkCircles, Error, Profile, Registry, Request};

fn read(method: &str, path: &str, query: &str, body: &[u8]) -> Result<Request, Error> {
    let message = Message {
        method,
        path,
        query,
        headers: &Headers::default(),
        body,
    };
    Request::read(&Registry::standard(), &Profile::tolerant(), &message)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// Serves the message twice on a new store, and gives both statuses.
fn served(method: &str, path: &str, query: &str, body: &[u8]) -> [u16; 2] {
    let (registry, profile) = (Registry::standard(), Profile::tolerant());
    let config = ServiceConfig::default();
    let base = BaseUrl::parse("https://example.com").unwrap();
    let service = Service::new(&registry, &profile, &config, &base);
    let mut store = InMemory::default();
    let message = Message {
        method,
        path,
        query,
        headers: &Headers::default(),
        body,
    };
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    [(); 2].map(|()| service.answer(&message, &mut store, now).status())
}

fn method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW",
    ])
}

fn path() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        "/",
        "/Users",
        "/Groups/",
        "/Users/1",
        "/Me",
        "/Bulk",
        "/.search",
        "/Users/.search",
        "/Schemas",
        "/ResourceTypes/User",
        "/ServiceProviderConfig",
    ]);
    prop_oneof![
        known.prop_map(str::to_owned),
        "(/[ -~é]{0,12}){0,3}",
        any::<String>()
    ]
}

/// JSON that is nearly a request.
fn json_body() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "userName",
        "displayName",
        "members",
        "value",
        "Operations",
        "operations",
        "op",
        "path",
        "method",
        "bulkId",
        "data",
        "POST",
        "PATCH",
        "DELETE",
        "add",
        "replace",
        "remove",
        "/Users",
        "/Groups",
        "/Users/bulkId:a",
        "bulkId:a",
        "bulkId:b",
        "a",
        "b",
        "filter",
        "attributes",
        "count",
        "startIndex",
        "failOnErrors",
        "emails[type eq \"work\"].value",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "manager",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..5).prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect()),
        ]
    })
}

/// One operation of a Bulk request, often a good one.
fn operation() -> impl Strategy<Value = Value> {
    let id = prop::sample::select(vec!["a", "b", "c", "d", "e"]);
    let reference = prop::sample::select(vec!["bulkId:a", "bulkId:b", "bulkId:c", "bulkId:x", "1"]);
    let group =
        (id.clone(), prop::collection::vec(reference.clone(), 0..3)).prop_map(|(id, members)| {
            let members: Vec<Value> = members.iter().map(|one| json!({"value": one})).collect();
            json!({"method": "POST", "path": "/Groups", "bulkId": id,
                "data": {"displayName": id, "members": members}})
        });
    let user = id.prop_map(
        |id| json!({"method": "POST", "path": "/Users", "bulkId": id, "data": {"userName": id}}),
    );
    let patch = reference.prop_map(|one| {
        json!({"method": "PATCH", "path": format!("/Users/{one}"),
            "data": {"Operations": [{"op": "add", "path": "title", "value": one}]}})
    });
    prop_oneof![3 => group, 2 => user, 2 => patch, 1 => json_body()]
}

proptest! {
    #[test]
    fn no_request_panics_and_every_status_is_one_of_http(
        method in method(),
        path in path(),
        query in "[ -~é%&=+]{0,60}",
        body in prop_oneof![json_body().prop_map(|body| body.to_string()), any::<String>()],
    ) {
        for status in served(method, &path, &query, body.as_bytes()) {
            prop_assert!((200..600).contains(&status), "{status}");
            prop_assert_ne!(status, 500);
        }
    }

    #[test]
    fn no_bulk_request_panics_and_each_operation_is_answered(
        operations in prop::collection::vec(operation(), 0..8),
        fail in prop::option::of(1_usize..4),
        refuses in any::<bool>(),
    ) {
        let mut body = json!({"Operations": operations});
        if let Some(fail) = fail {
            body["failOnErrors"] = fail.into();
        }
        let Ok(bulk) = Bulk::parse(body.to_string().as_bytes()) else { return Ok(()) };
        let total = bulk.operations();
        let (registry, config) = (Registry::standard(), ServiceConfig::default());
        let profile = Profile::tolerant();
        let base = BaseUrl::parse("https://example.com").unwrap();
        let service = Service::new(&registry, &profile, &config, &base);
        let circles = if refuses { BulkCircles::Refuse } else { BulkCircles::Resolve };
        let mut run = bulk.run(&registry, &base, circles);
        let mut store = InMemory::default();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut steps = 0;
        while let Some(request) = run.next_request() {
            run.report(&service.serve(request, &mut store, now));
            steps += 1;
        }
        prop_assert!(steps <= 2 * total);
        let response = run.response();
        let answered = response["Operations"].as_array().unwrap();
        let failed = answered.iter().filter(|one| one["response"].is_object()).count();
        match fail {
            None => prop_assert_eq!(answered.len(), total),
            Some(_) => prop_assert!(answered.len() <= total),
        }
        for one in answered {
            let status: u16 = one["status"].as_str().unwrap().parse().unwrap();
            prop_assert_eq!(status >= 400, one["response"].is_object());
            // What was created can be read, and holds no reference.
            if status == 201 {
                prop_assert!(one["location"].is_string() && one["version"].is_string());
            }
        }
        if fail.is_none() && failed == 0 {
            let everything = served("GET", "/", "", b"");
            prop_assert_eq!(everything[0], 200);
        }
    }

    #[test]
    fn headers_of_any_bytes_do_not_panic_and_no_token_is_shown(
        name in prop::sample::select(vec!["Authorization", "accept", "If-Match", "content-type"]),
        value in prop::collection::vec(any::<u8>(), 0..40),
        token in "[a-z0-9]{12}",
    ) {
        let headers = Headers::read([(name, &value)]).unwrap();
        let _ = (headers.bearer(), headers.answer_type());
        let message = Message { method: "PUT", path: "/Users/1", query: "", headers: &headers, body: b"{}" };
        let _ = Request::read(&Registry::standard(), &Profile::strict(), &message);
        let text = format!("Bearer {token}");
        let headers = Headers::read([("authorization", &text)]).unwrap();
        let shown = format!("{headers:?}{:?}", headers.bearer());
        prop_assert!(!shown.contains(&token));
    }

    #[test]
    fn a_query_says_what_was_encoded(name in "[a-zA-Z]{1,9}", cursor in "[^\0]{0,20}") {
        prop_assume!(!["count", "startindex", "filter", "cursor", "sortorder", "attributes", "excludedattributes"]
            .contains(&name.to_ascii_lowercase().as_str()));
        let query = format!("{name}={}&cursor={}", encoded(&cursor), encoded(&cursor));
        let Request::List { query, .. } = read("GET", "/Users", &query, b"").unwrap() else { panic!() };
        prop_assert_eq!(query.cursor, Some(cursor));
    }

    #[test]
    fn an_identifier_is_what_was_encoded(id in "[^\0]{1,20}") {
        let path = format!("/Users/{}", encoded(&id));
        let read = read("GET", &path, "", b"");
        let Request::Read { target, .. } = read.unwrap() else { panic!() };
        prop_assert_eq!(target.whom, vestibule::scim::request::Whom::Id(id));
    }
}

#[test]
fn every_bound_is_an_error_of_its_own() {
    let limit = |error: Error| {
        assert_eq!(error.blame(), Blame::Limit, "{error}");
        error.code()
    };
    let long = "x".repeat(SCIM_MAX_QUERY_BYTES + 1);
    assert_eq!(
        limit(read("GET", "/Users", &long, b"").unwrap_err()),
        "scim-url-too-long"
    );
    let many = "a=1&".repeat(SCIM_MAX_PARAMETERS + 1);
    assert_eq!(
        limit(read("GET", "/Users", &many, b"").unwrap_err()),
        "scim-too-many-parameters"
    );
    let names = "a,".repeat(1_000);
    let names = read("GET", "/Users", &format!("attributes={names}"), b"");
    assert_eq!(limit(names.unwrap_err()), "scim-parameter-too-large");
    let body = vec![b' '; SCIM_MAX_BODY_BYTES + 1];
    assert_eq!(
        limit(read("POST", "/Users", "", &body).unwrap_err()),
        "scim-body-too-large"
    );
    let halves = "x".repeat(SCIM_MAX_HEADER_BYTES / 2 + 1);
    let twice = [("If-Match", &halves), ("if-match", &halves)];
    assert_eq!(
        limit(Headers::read(twice).unwrap_err()),
        "scim-header-too-long"
    );
    let operations = vec!["0"; SCIM_MAX_BULK_OPERATIONS + 1].join(",");
    let bulk = Bulk::parse(format!("{{\"Operations\": [{operations}]}}").as_bytes());
    assert_eq!(limit(bulk.unwrap_err()), "scim-bulk-too-many-operations");
}

#[test]
fn three_hundred_operations_that_all_need_each_other_are_cut() {
    // Each group has every other one as a member: ninety thousand references.
    let ids: Vec<String> = (0..300).map(|at| format!("g{at}")).collect();
    let members: Vec<Value> = ids
        .iter()
        .map(|id| json!({"value": format!("bulkId:{id}")}))
        .collect();
    let operations: Vec<Value> = ids
        .iter()
        .map(|id| {
            json!({"method": "POST", "path": "/Groups", "bulkId": id,
                "data": {"displayName": id, "members": members}})
        })
        .collect();
    let body = json!({"Operations": operations}).to_string();
    let bulk = Bulk::parse(body.as_bytes()).unwrap();
    let base = BaseUrl::parse("https://example.com").unwrap();
    let (registry, config, profile) = (
        Registry::standard(),
        ServiceConfig::default(),
        Profile::tolerant(),
    );
    let service = Service::new(&registry, &profile, &config, &base);
    let mut store = InMemory::default();
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let mut run = bulk.run(&registry, &base, BulkCircles::Resolve);
    while let Some(request) = run.next_request() {
        run.report(&service.serve(request, &mut store, now));
    }
    let response = run.response();
    let answered = response["Operations"].as_array().unwrap();
    assert!(
        answered.iter().all(|one| one["status"] == "201"),
        "{}",
        answered[0]
    );
}
