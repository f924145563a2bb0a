//! Any Bulk request: each operation is run at most twice and, unless the request stops early,
//! answered once; nothing that was created holds a reference that the request itself resolves.

#![no_main]

use std::sync::LazyLock;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use vestibule::scim::bulk::Bulk;
use vestibule::scim::discovery::ServiceConfig;
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
        let response = run.response();
        let answered = response["Operations"].as_array().expect("a list").len();
        assert!(answered == total || (stops && answered < total));
    }
});
