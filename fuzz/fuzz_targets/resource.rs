//! Any body of a user or a group: nothing that was read is lost when it is read again, and the second
//! of two equal PUTs changes nothing.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vestibule::scim::{Profile, Registry, Resource, directory};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);

fuzz_target!(|bytes: &[u8]| {
    for resource_type in [REGISTRY.user(), REGISTRY.group()] {
        let Ok(resource) = Resource::parse(resource_type, bytes) else {
            continue;
        };
        let value = resource.clone().into_value();
        let again = Resource::from_value(resource_type, value.clone()).expect("our own body");
        assert_eq!(resource.object(), again.object());
        let _ = directory::creation(&resource);
        if let Ok(plan) = resource.replaced_by(value.clone(), &Profile::tolerant()) {
            let (after, _) = plan.apply();
            let second = after.replaced_by(value, &Profile::tolerant());
            assert!(second.expect("as before").apply().1.is_empty());
        }
    }
});
