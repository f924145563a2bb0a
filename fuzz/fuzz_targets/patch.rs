//! Any PATCH of a user and of a group, under each reading: what comes out is a resource again, the
//! changes are those between the two, what only the service provider writes stays, at most one
//! element is primary, and nothing of it tells what is hidden.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vestibule::scim::{Changes, Dialect, Error, Patch, Profile, Resource};
use vestibule_fuzz::hidden::{registry, user};

const HIDDEN: [&str; 2] = ["zqx-one", "zqx-two"];

/// Users who differ in hidden values alone, and a group.
static BEFORE: LazyLock<([Resource; 2], Resource)> = LazyLock::new(|| {
    let registry = registry();
    let user = |hidden: &str| Resource::from_value(registry.user(), user(hidden)).expect("a user");
    let group = include_bytes!("../seeds/resource/group");
    let group = Resource::parse(registry.group(), group).expect("a group");
    (HIDDEN.map(user), group)
});

static PROFILES: LazyLock<[Profile; 5]> = LazyLock::new(|| {
    let dialects = [
        Dialect::Tolerant,
        Dialect::Strict,
        Dialect::Entra,
        Dialect::Okta,
        Dialect::InteropDraft,
    ];
    dialects.map(Dialect::profile)
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(patch) = Patch::parse(bytes) else {
        return;
    };
    let (users, group) = &*BEFORE;
    // Who names what is hidden may overwrite it, and learns of that what it is now.
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    let is_blind = !["hidden", "zqx", "\\u"]
        .iter()
        .any(|word| text.contains(word));
    for profile in &*PROFILES {
        let [one, two] = users.each_ref().map(|user| check(&patch, user, profile));
        if is_blind {
            assert_eq!(one, two, "a hidden value shows");
        }
        check(&patch, group, profile).ok();
    }
});

/// The names that changed, or the refusal.
fn check(patch: &Patch, before: &Resource, profile: &Profile) -> Result<Vec<String>, String> {
    let plan = patch.plan(before, profile).map_err(|error| said(&error))?;
    let (after, changes) = plan.apply();
    let again = Resource::from_value(before.resource_type(), after.clone().into_value());
    assert_eq!(after.object(), again.expect("a resource").object());
    let between = Changes::between(before, &after);
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    assert_eq!(sorted(changes.attributes()), sorted(between.attributes()));
    assert_eq!(changes.members_added(), between.members_added());
    assert_eq!(changes.members_removed(), between.members_removed());
    assert_eq!(changes.is_empty(), after.object() == before.object());
    for read_only in ["id", "meta"] {
        assert_eq!(
            after.object().get(read_only),
            before.object().get(read_only)
        );
    }
    for listed in after.object().values().filter_map(Value::as_array) {
        let marked = listed.iter().filter(|element| element["primary"] == true);
        assert!(marked.count() <= 1);
    }
    let same = patch.plan(before, profile).expect("as before").apply().0;
    assert_eq!(after.object(), same.object());
    Ok(changes.attributes().to_vec())
}

fn said(error: &Error) -> String {
    let said = format!("{error} {error:?} {}", error.to_json());
    assert!(!said.contains('\n'));
    said
}
