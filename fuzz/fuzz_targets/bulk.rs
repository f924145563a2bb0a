//! Any Bulk request: each operation is run at most twice and, unless the request stops early,
//! answered once; nothing that was created holds a reference that the request itself resolves.

#![no_main]

use std::sync::LazyLock;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vestibule::scim::bulk::Bulk;
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::schema::ENTERPRISE_USER_URN;
use vestibule::scim::store::{InMemory, Service};
use vestibule::scim::{BaseUrl, BulkCircles, Profile, Registry};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

fuzz_target!(|bytes: &[u8]| {
    let Ok(bulk) = Bulk::parse(bytes) else {
        return;
    };
    let (profile, config) = (Profile::tolerant(), ServiceConfig::default());
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let service = Service::new(&REGISTRY, &profile, &config, &base);
    let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
    for circles in [BulkCircles::Resolve, BulkCircles::Refuse] {
        let (total, stops) = (bulk.operations(), bulk.fail_on_errors().is_some());
        let mut run = bulk.clone().run(&REGISTRY, &base, circles);
        let mut store = InMemory::default();
        let mut steps = 0;
        while let Some(request) = run.next_request() {
            run.report(&service.serve(request, &mut store, now));
            steps += 1;
        }
        assert!(steps <= total.saturating_mul(2));
        for id in created_ids(&run.response()) {
            assert!(!refers(&service, &mut store, &id), "a reference is left");
        }
        let response = run.response();
        let answered = response["Operations"].as_array().expect("a list").len();
        assert!(answered == total || (stops && answered < total));
    }
});

/// The bulkIds of what was created.
fn created_ids(response: &Value) -> Vec<String> {
    let answered = response["Operations"].as_array().expect("a list").iter();
    let created = answered.filter(|it| it["status"] == "201");
    let ids = created.filter_map(|it| it["bulkId"].as_str());
    ids.map(str::to_owned).collect()
}

/// Whether a member or a manager is that reference.
fn refers(service: &Service<'_>, store: &mut InMemory, id: &str) -> bool {
    let headers = Headers::default();
    let message = Message {
        method: "GET",
        path: "/",
        query: "count=200",
        headers: &headers,
        body: b"",
    };
    let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
    let answer = service.answer(&message, store, now);
    let list: Value = serde_json::from_slice(answer.body()).expect("JSON");
    let reference = format!("bulkId:{id}");
    let is_it = |value: &Value| value["value"] == *reference;
    list["Resources"]
        .as_array()
        .expect("a list")
        .iter()
        .any(|resource| {
            let members = resource["members"].as_array();
            let manager = &resource[ENTERPRISE_USER_URN]["manager"];
            members.is_some_and(|members| members.iter().any(is_it)) || is_it(manager)
        })
}
