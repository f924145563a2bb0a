//! Any body of a user or a group: nothing that was read is lost when it is read again, the second of
//! two equal PUTs changes nothing, what the strict profile takes every other reads the same, and an
//! answer holds nothing that is hidden.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vestibule::scim::query::Projection;
use vestibule::scim::{BaseUrl, Dialect, Profile, Registry, Resource, ResourceType, directory};

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
        for profile in [Profile::tolerant(), Profile::strict()] {
            check_put(&resource, &value, &profile);
        }
        if let Ok(sent) = serde_json::from_slice(bytes) {
            check_post(resource_type, sent);
        }
    }
});

fn check_put(resource: &Resource, body: &Value, profile: &Profile) {
    let Ok(plan) = resource.replaced_by(body.clone(), profile) else {
        return;
    };
    let (after, _) = plan.apply();
    assert_eq!(after.text("id"), resource.text("id"));
    let second = after.replaced_by(body.clone(), profile);
    assert!(second.expect("as before").apply().1.is_empty());
}

fn check_post(resource_type: &Arc<ResourceType>, body: Value) {
    let read =
        |dialect: Dialect| Resource::created_from(resource_type, body.clone(), &dialect.profile());
    let tolerant = read(Dialect::Tolerant);
    if let Ok(strict) = read(Dialect::Strict) {
        assert_eq!(
            strict.object(),
            tolerant.as_ref().expect("a tolerant reading").object()
        );
    }
    let Ok(created) = tolerant else { return };
    for read_only in ["id", "meta", "groups"] {
        assert!(
            created.resource_type().attribute(read_only).is_none()
                || created.object().get(read_only).is_none()
        );
    }
    let base = BaseUrl::parse("https://example.com/scim/v2").expect("a URL");
    let answer = Projection::default()
        .for_creation(&created)
        .answer(&created, &base);
    assert_eq!(answer.get("password"), None);
    let all = Projection::from_query(Some("password,userName"), None).expect("names");
    assert_eq!(all.answer(&created, &base).get("password"), None);
    let again = Resource::created_from(
        resource_type,
        created.clone().into_value(),
        &Profile::tolerant(),
    );
    assert_eq!(again.expect("our own body").object(), created.object());
}
