//! Any PATCH of a user and of a group, under each reading: what comes out is a resource again, and
//! the same PATCH has the same outcome.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vestibule::scim::{Patch, Profile, Registry, Resource};

static BEFORE: LazyLock<[Resource; 2]> = LazyLock::new(|| {
    let registry = Registry::standard();
    let user = include_bytes!("../seeds/resource/user");
    let group = include_bytes!("../seeds/resource/group");
    [
        Resource::parse(registry.user(), user).expect("a user"),
        Resource::parse(registry.group(), group).expect("a group"),
    ]
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(patch) = Patch::parse(bytes) else {
        return;
    };
    for before in &*BEFORE {
        for profile in [Profile::tolerant(), Profile::strict()] {
            let Ok(plan) = patch.plan(before, &profile) else {
                continue;
            };
            let (after, changes) = plan.apply();
            let value = after.clone().into_value();
            let again = Resource::from_value(before.resource_type(), value).expect("a resource");
            assert_eq!(after.object(), again.object());
            if changes.is_empty() {
                assert_eq!(after.object(), before.object());
            }
            let same = patch.plan(before, &profile).expect("as before").apply().0;
            assert_eq!(after.object(), same.object());
        }
    }
});
