//! Any filter: what is parsed is printed so that it parses to the same, and it can be run.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vestibule::scim::{Filter, Registry, Resource};

static USER: LazyLock<(Registry, Resource)> = LazyLock::new(|| {
    let registry = Registry::standard();
    let body = include_bytes!("../seeds/resource/user");
    let user = Resource::parse(registry.user(), body).expect("a user");
    (registry, user)
});

fuzz_target!(|text: &str| {
    let Ok(filter) = Filter::parse(text) else {
        return;
    };
    let printed = filter.to_string();
    let again = Filter::parse(&printed).expect("our own text");
    assert_eq!(printed, again.to_string());
    let (registry, user) = &*USER;
    let first = filter.resolve(registry.user());
    let second = again.resolve(registry.user());
    assert_eq!(first.is_ok(), second.is_ok(), "{printed}");
    if let (Ok(first), Ok(second)) = (first, second) {
        assert_eq!(first.matches(user), second.matches(user), "{printed}");
    }
});
