//! Any filter: what is parsed is printed so that it parses to the same, and it can be run; what one
//! dialect takes, it takes in both forms; every place lies in the text.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vestibule::scim::{Dialect, Error, Filter, Registry, Resource};

static USER: LazyLock<(Registry, Resource)> = LazyLock::new(|| {
    let registry = Registry::standard();
    let body = include_bytes!("../seeds/resource/user");
    let user = Resource::parse(registry.user(), body).expect("a user");
    (registry, user)
});

fuzz_target!(|text: &str| {
    let filter = match Filter::parse(text) {
        Ok(filter) => filter,
        Err(error) => return check_place(&error, text),
    };
    let printed = filter.to_string();
    let again = Filter::parse(&printed).expect("our own text");
    assert_eq!(printed, again.to_string());
    let (registry, user) = &*USER;
    for dialect in [Dialect::Tolerant, Dialect::Strict, Dialect::InteropDraft] {
        let profile = dialect.profile();
        let first = filter.resolve_for(registry.user(), &profile);
        let second = again.resolve_for(registry.user(), &profile);
        match (first, second) {
            (Ok(first), Ok(second)) => {
                assert_eq!(first.matches(user), second.matches(user), "{printed}");
                // A host's own condition is not escaped.
                let nobody = Filter::parse("id eq \"nobody\"").expect("a filter");
                let nobody = nobody.resolve(registry.user()).expect("an attribute");
                assert!(!nobody.and(first).matches(user));
            }
            (Err(first), Err(_)) => check_place(&first, text),
            other => panic!("{printed}: {other:?}"),
        }
    }
});

fn check_place(error: &Error, text: &str) {
    if let Some(span) = error.span() {
        assert!(text.get(span.range()).is_some());
    }
    assert!(error.rendered(text).contains(&error.to_string()));
}
