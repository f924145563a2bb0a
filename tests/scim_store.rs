//! The test of stores finds the store that breaks one rule, and the rule.

#![cfg(feature = "scim")]

use std::sync::Arc;

use chrono::DateTime;
use proptest::prelude::*;
use vestibule::scim::discovery::{PaginationMethod, ServiceConfig};
use vestibule::scim::query::CursorKey;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::schema::{ENTERPRISE_USER_URN, ResourceType};
use vestibule::scim::store::conformance::{self, Verdict};
use vestibule::scim::store::{
    Deletion, InMemory, Listing, Members, Page, Replacement, Service, Store, StoreError, Window,
    version,
};
use vestibule::scim::{BaseUrl, Changes, Error, ErrorKind, Profile, Registry, Resource, UniqueKey};

/// What a store does wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    AddsTakenNames,
    BeginsAgain,
    CountsThePage,
    CutsMembers,
    DeletesNothing,
    FiltersByIndexOnly,
    FindsInAnyCase,
    FindsOtherTypes,
    ForgetsGroups,
    ForgetsHolders,
    IgnoresFilters,
    IgnoresSorts,
    IgnoresVersionOnDelete,
    IgnoresVersionOnReplace,
    KeepsTheDeletedAsMembers,
    LosesExtensions,
    LosesMembers,
    None,
    RefusesUnknownMembers,
    RepeatsIds,
    ReplacesWhatWasThere,
    SkipsTheFirst,
}

struct Faulty {
    registry: Registry,
    inner: InMemory,
    fault: Fault,
}

impl Faulty {
    fn new(fault: Fault) -> Self {
        Self {
            registry: Registry::standard(),
            inner: InMemory::default(),
            fault,
        }
    }

    /// Those of the check of deleted users.
    fn groups(&self) -> Vec<Resource> {
        let find = |id: &str| self.inner.find(self.registry.group(), id, Members::Load);
        let found = ["g1", "g2", "g3"].map(|id| find(id).unwrap());
        found.into_iter().flatten().collect()
    }

    fn spoilt(&self, resource: Resource) -> Resource {
        let without = match self.fault {
            Fault::ForgetsGroups => "groups",
            Fault::LosesExtensions => ENTERPRISE_USER_URN,
            _ => return resource,
        };
        edited(&resource, |object| {
            object.remove(without);
        })
    }
}

fn edited(
    resource: &Resource,
    change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
) -> Resource {
    let mut value = resource.clone().into_value();
    change(value.as_object_mut().unwrap());
    Resource::from_value(resource.resource_type(), value).unwrap()
}

impl Store for Faulty {
    fn find(
        &self,
        resource_type: &Arc<ResourceType>,
        id: &str,
        members: Members,
    ) -> Result<Option<Resource>, StoreError> {
        let find = |of, id: &str| self.inner.find(of, id, members);
        let found = match (find(resource_type, id)?, self.fault) {
            (None, Fault::FindsInAnyCase) => find(resource_type, &id.to_lowercase())?,
            (None, Fault::FindsOtherTypes) => find(self.registry.user(), id)?,
            (found, _) => found,
        };
        Ok(found.map(|found| self.spoilt(found)))
    }

    fn holder(
        &self,
        resource_type: &Arc<ResourceType>,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError> {
        match self.fault {
            Fault::ForgetsHolders => Ok(None),
            _ => self.inner.holder(resource_type, key),
        }
    }

    fn list(&self, listing: &Listing<'_>) -> Result<Page, StoreError> {
        let mut listing = *listing;
        match (self.fault, &mut listing.window) {
            (Fault::IgnoresFilters, _) => listing.resolved_filter = None,
            (Fault::IgnoresSorts, _) => listing.resolved_sort = None,
            (Fault::SkipsTheFirst, Window::Index { offset, .. }) => *offset += 1,
            (Fault::BeginsAgain, Window::After { id, .. }) => *id = None,
            (Fault::FiltersByIndexOnly, Window::After { .. }) => listing.resolved_filter = None,
            _ => {}
        }
        let mut page = self.inner.list(&listing)?;
        if self.fault == Fault::CountsThePage {
            page.total = page.resources.len();
        }
        Ok(page)
    }

    fn new_id(&mut self) -> String {
        match self.fault {
            Fault::RepeatsIds => "1".to_owned(),
            _ => self.inner.new_id(),
        }
    }

    fn insert(&mut self, resource: &Resource) -> Result<(), StoreError> {
        let members = resource
            .object()
            .get("members")
            .and_then(|it| it.as_array());
        match self.fault {
            Fault::AddsTakenNames => match self.inner.insert(resource) {
                Err(StoreError::Conflict { .. }) => Ok(()),
                inserted => inserted,
            },
            Fault::CutsMembers => self.inner.insert(&edited(resource, |object| {
                if let Some(members) = object.get_mut("members").and_then(|it| it.as_array_mut()) {
                    members.truncate(500);
                }
            })),
            Fault::RefusesUnknownMembers => {
                let is_known = |member: &serde_json::Value| {
                    let id = member["value"].as_str().unwrap();
                    let found = self.inner.find(self.registry.user(), id, Members::Omit);
                    found.unwrap().is_some()
                };
                match members.is_none_or(|members| members.iter().all(is_known)) {
                    true => self.inner.insert(resource),
                    false => Err(StoreError::Refused(Error::new(ErrorKind::NotFound))),
                }
            }
            _ => self.inner.insert(resource),
        }
    }

    fn replace(&mut self, replacement: &Replacement<'_>) -> Result<(), StoreError> {
        let after = replacement.after;
        let id = after.text("id").unwrap_or_default();
        let stored = self.inner.find(after.resource_type(), id, Members::Load)?;
        let present = stored.as_ref().and_then(version);
        match self.fault {
            Fault::IgnoresVersionOnReplace => self.inner.replace(&Replacement {
                expected: present.as_ref(),
                ..*replacement
            }),
            Fault::LosesMembers if replacement.changes.contains("members") => Ok(()),
            // A column that was forgotten.
            Fault::ReplacesWhatWasThere => self.inner.replace(&Replacement {
                after: &edited(after, |object| {
                    object.remove("title");
                }),
                ..*replacement
            }),
            _ => self.inner.replace(replacement),
        }
    }

    fn delete(&mut self, deletion: &Deletion<'_>) -> Result<(), StoreError> {
        let stored = self
            .inner
            .find(deletion.resource_type, deletion.id, Members::Load)?;
        let present = stored.as_ref().and_then(version);
        match self.fault {
            Fault::DeletesNothing => Ok(()),
            Fault::IgnoresVersionOnDelete => self.inner.delete(&Deletion {
                expected: present.as_ref(),
                ..*deletion
            }),
            Fault::KeepsTheDeletedAsMembers => {
                let before = self.groups();
                self.inner.delete(deletion)?;
                for (before, after) in before.iter().zip(self.groups()) {
                    let expected = version(&after);
                    self.inner.replace(&Replacement {
                        after: before,
                        changes: &Changes::between(&after, before),
                        expected: expected.as_ref(),
                    })?;
                }
                Ok(())
            }
            _ => self.inner.delete(deletion),
        }
    }
}

fn failed(fault: Fault) -> Vec<&'static str> {
    let checks = conformance::run(&Registry::standard(), |_: &str| Faulty::new(fault));
    let failed = checks
        .into_iter()
        .filter(|check| check.verdict != Verdict::Passed);
    failed.map(|check| check.name).collect()
}

#[test]
fn each_broken_rule_is_found_by_its_name() {
    assert!(failed(Fault::None).is_empty());
    let faults = [
        (Fault::AddsTakenNames, "a-taken-user-name-is-refused"),
        (
            Fault::BeginsAgain,
            "a-list-after-an-identifier-begins-behind-it",
        ),
        (
            Fault::FiltersByIndexOnly,
            "a-list-after-an-identifier-begins-behind-it",
        ),
        (Fault::CountsThePage, "a-list-counts-all-that-match"),
        (Fault::CutsMembers, "a-group-keeps-a-thousand-members"),
        (
            Fault::DeletesNothing,
            "a-deleted-resource-is-gone-and-its-name-is-free",
        ),
        (Fault::FindsInAnyCase, "identifiers-are-exact"),
        (Fault::FindsOtherTypes, "resource-types-are-apart"),
        (
            Fault::ForgetsGroups,
            "a-user-has-the-groups-that-have-the-user",
        ),
        (Fault::ForgetsHolders, "a-value-is-held-whatever-its-case"),
        (
            Fault::IgnoresFilters,
            "a-list-filters-as-the-evaluator-does",
        ),
        (Fault::IgnoresSorts, "a-list-sorts-as-asked"),
        (
            Fault::IgnoresVersionOnDelete,
            "a-deletion-needs-the-version",
        ),
        (
            Fault::IgnoresVersionOnReplace,
            "a-replacement-needs-the-version",
        ),
        (
            Fault::KeepsTheDeletedAsMembers,
            "a-deleted-user-leaves-all-groups",
        ),
        (
            Fault::LosesExtensions,
            "a-resource-comes-back-as-it-was-written",
        ),
        (Fault::LosesMembers, "a-replacement-writes-members"),
        (Fault::RefusesUnknownMembers, "members-may-be-unknown"),
        (Fault::RepeatsIds, "new-identifiers-are-new"),
        (
            Fault::ReplacesWhatWasThere,
            "a-replacement-writes-all-attributes",
        ),
        (
            Fault::SkipsTheFirst,
            "a-list-is-in-the-order-of-identifiers",
        ),
    ];
    for (fault, check) in faults {
        let failed = failed(fault);
        assert!(failed.contains(&check), "{fault:?}: {failed:?}");
    }
    // No check is there that nothing can fail.
    let checks = conformance::run(&Registry::standard(), |_: &str| Faulty::new(Fault::None));
    let mut known: Vec<&str> = faults.map(|(_, check)| check).to_vec();
    known.push("tenants-are-apart");
    known.sort_unstable();
    let mut all: Vec<&str> = checks.iter().map(|check| check.name).collect();
    all.sort_unstable();
    known.dedup();
    assert_eq!(known, all);
}

#[test]
fn tenants_that_share_a_store_are_found() {
    use std::cell::RefCell;
    use std::rc::Rc;

    /// One store for everybody.
    struct Shared(Rc<RefCell<InMemory>>);

    impl Store for Shared {
        fn find(
            &self,
            resource_type: &Arc<ResourceType>,
            id: &str,
            members: Members,
        ) -> Result<Option<Resource>, StoreError> {
            self.0.borrow().find(resource_type, id, members)
        }
        fn holder(
            &self,
            resource_type: &Arc<ResourceType>,
            key: &UniqueKey,
        ) -> Result<Option<String>, StoreError> {
            self.0.borrow().holder(resource_type, key)
        }
        fn list(&self, listing: &Listing<'_>) -> Result<Page, StoreError> {
            self.0.borrow().list(listing)
        }
        fn new_id(&mut self) -> String {
            self.0.borrow_mut().new_id()
        }
        fn insert(&mut self, resource: &Resource) -> Result<(), StoreError> {
            self.0.borrow_mut().insert(resource)
        }
        fn replace(&mut self, replacement: &Replacement<'_>) -> Result<(), StoreError> {
            self.0.borrow_mut().replace(replacement)
        }
        fn delete(&mut self, deletion: &Deletion<'_>) -> Result<(), StoreError> {
            self.0.borrow_mut().delete(deletion)
        }
    }

    let mut stores = std::collections::HashMap::new();
    let open = |name: &str| {
        // The other tenant of a check gets the store of the first.
        let name = name.strip_suffix("-other").unwrap_or(name).to_owned();
        Shared(Rc::clone(stores.entry(name).or_default()))
    };
    let checks = conformance::run(&Registry::standard(), open);
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check.verdict != Verdict::Passed)
        .map(|check| check.name)
        .collect();
    assert_eq!(failed, ["tenants-are-apart"]);
}

/// Not a digest: good enough to tell cursors apart in a test.
struct Key;

impl CursorKey for Key {
    fn tag(&self, message: &[u8]) -> [u8; 32] {
        let mut tag = [7; 32];
        for (at, byte) in message.iter().enumerate() {
            tag[at % 32] ^= byte.rotate_left((at % 7) as u32);
        }
        tag
    }
}

fn get(
    store: &mut InMemory,
    config: &ServiceConfig,
    path: &str,
    query: &str,
    headers: &Headers,
) -> (u16, serde_json::Value) {
    let (registry, profile) = (Registry::standard(), Profile::tolerant());
    let base = BaseUrl::parse("https://example.com").unwrap();
    let service = Service::new(&registry, &profile, config, &base).with_cursors(&Key, "acme");
    let message = Message {
        method: "GET",
        path,
        query,
        headers,
        body: b"",
    };
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let answer = service.answer(&message, store, now);
    let body = serde_json::from_slice(answer.body()).unwrap();
    (answer.status(), body)
}

/// The names on each page of a walk to its end.
fn walked(store: &mut InMemory, url: &str) -> Vec<String> {
    let (config, none) = (ServiceConfig::default(), Headers::default());
    let (path, query) = url.split_once('?').unwrap();
    let mut cursor = String::new();
    let mut pages = Vec::new();
    loop {
        let query = format!("{query}&cursor={cursor}");
        let (status, page) = get(store, &config, path, &query, &none);
        assert_eq!((status, page.get("startIndex")), (200, None), "{page}");
        pages.push(names(&page));
        match page.get("nextCursor") {
            Some(next) => cursor = next.as_str().unwrap().to_owned(),
            None => return pages,
        }
        assert!(pages.len() < 30, "the walk has an end");
    }
}

fn names(page: &serde_json::Value) -> String {
    let listed = page["Resources"].as_array().unwrap().iter();
    let names = listed.map(|it| it["displayName"].as_str().unwrap());
    names.collect::<Vec<_>>().join(" ")
}

proptest! {
    /// Whatever the page size, the order and the filter.
    #[test]
    fn a_walk_shows_what_one_page_by_index_shows(
        users in proptest::collection::vec("[abA]{1,2}", 0..7),
        groups in proptest::collection::vec("[abA]{1,2}", 0..7),
        count in 1_usize..6,
        path in proptest::sample::select(vec!["/", "/Users", "/Groups"]),
        sort in proptest::sample::select(vec!["", "&sortBy=displayName", "&sortBy=userName",
            "&sortBy=displayName&sortOrder=descending"]),
        filter in proptest::sample::select(vec!["", "&filter=displayName+co+%22a%22",
            "&filter=not+(userName+pr)+or+displayName+ne+%22b%22"]),
    ) {
        prop_assume!(path != "/Groups" || !(sort.contains("userName") || filter.contains("userName")));
        let registry = Registry::standard();
        let mut store = InMemory::default();
        for (at, name) in users.iter().enumerate() {
            let body = serde_json::json!({"id": at.to_string(), "userName": format!("{name}{at}"), "displayName": name});
            store.insert(&Resource::from_value(registry.user(), body).unwrap()).unwrap();
        }
        for (at, name) in groups.iter().enumerate() {
            let body = serde_json::json!({"id": at.to_string(), "displayName": name});
            store.insert(&Resource::from_value(registry.group(), body).unwrap()).unwrap();
        }
        let query = format!("count=100{sort}{filter}");
        let config = ServiceConfig::default();
        let (status, whole) = get(&mut store, &config, path, &query, &Headers::default());
        prop_assert_eq!(status, 200, "{}", whole);
        let pages = walked(&mut store, &format!("{path}?count={count}{sort}{filter}"));
        let full = pages.iter().rev().skip(1).all(|page| page.split(' ').count() == count);
        prop_assert!(full, "only the last page is short: {:?}", pages);
        let walked: Vec<&str> = pages.iter().map(String::as_str).filter(|page| !page.is_empty()).collect();
        prop_assert_eq!(walked.join(" "), names(&whole));
    }
}

#[test]
fn cursors_walk_all_types_and_in_the_order_of_a_sort() {
    let registry = Registry::standard();
    let mut store = InMemory::default();
    for (id, name) in [("1", "f"), ("2", "a"), ("3", "E")] {
        let body = serde_json::json!({"id": id, "userName": name, "displayName": name});
        let user = Resource::from_value(registry.user(), body).unwrap();
        store.insert(&user).unwrap();
        let body = serde_json::json!({"id": id, "displayName": format!("{name}/{id}")});
        let group = Resource::from_value(registry.group(), body).unwrap();
        store.insert(&group).unwrap();
    }
    assert_eq!(walked(&mut store, "/?count=2"), ["f a", "E f/1", "a/2 E/3"]);
    assert_eq!(walked(&mut store, "/?count=4"), ["f a E f/1", "a/2 E/3"]);
    assert_eq!(
        walked(&mut store, "/?count=4&sortBy=displayName"),
        ["a a/2 E E/3", "f f/1"]
    );
    assert_eq!(
        walked(
            &mut store,
            "/?count=5&sortBy=displayName&sortOrder=descending"
        ),
        ["f/1 f E/3 E a/2", "a"]
    );
    for at in 4..7 {
        let body = serde_json::json!({"id": at.to_string(), "userName": format!("n{at}"), "displayName": format!("b{at}")});
        let user = Resource::from_value(registry.user(), body).unwrap();
        store.insert(&user).unwrap();
    }
    assert_eq!(
        walked(&mut store, "/Users?count=4&sortBy=displayName"),
        ["a b4 b5 b6", "E f"]
    );
    // A cursor is of its order, and of its endpoint.
    let (config, none) = (ServiceConfig::default(), Headers::default());
    let query = "cursor&count=2&sortBy=displayName";
    let (_, page) = get(&mut store, &config, "/Users", query, &none);
    let next = page["nextCursor"].as_str().unwrap();
    for (path, query, status) in [
        ("/Users", "sortBy=displayName", 200),
        ("/Users", "sortBy=displayName&sortOrder=descending", 400),
        ("/Users", "sortBy=userName", 400),
        ("/Users", "", 400),
        ("/Groups", "sortBy=displayName", 400),
        ("/", "sortBy=displayName", 400),
    ] {
        let query = format!("cursor={next}&{query}");
        assert_eq!(
            get(&mut store, &config, path, &query, &none).0,
            status,
            "{path}?{query}"
        );
    }
}

#[test]
fn cursors_walk_a_list_and_fit_their_query_only() {
    let registry = Registry::standard();
    let mut store = InMemory::default();
    for at in 0..5 {
        let body = serde_json::json!({"id": format!("u{at}"), "userName": format!("n{at}")});
        let user = Resource::from_value(registry.user(), body).unwrap();
        store.insert(&user).unwrap();
    }
    let mut config = ServiceConfig::default();
    let none = Headers::default();
    let (_, first) = get(&mut store, &config, "/Users", "cursor&count=2", &none);
    assert_eq!(first["Resources"][1]["userName"], "n1");
    assert_eq!(
        (&first["totalResults"], first.get("startIndex")),
        (&5.into(), None)
    );
    let next = first["nextCursor"].as_str().unwrap().to_owned();
    let (_, second) = get(
        &mut store,
        &config,
        "/Users",
        &format!("cursor={next}&count=2"),
        &none,
    );
    assert_eq!(second["Resources"][0]["userName"], "n2");
    let next = second["nextCursor"].as_str().unwrap().to_owned();
    let (_, last) = get(
        &mut store,
        &config,
        "/Users",
        &format!("cursor={next}"),
        &none,
    );
    assert_eq!(
        (
            last["Resources"].as_array().unwrap().len(),
            last.get("nextCursor")
        ),
        (1, None)
    );
    for (query, scim_type) in [
        (format!("cursor={next}&count=3"), Some("invalidCount")),
        (
            format!("cursor={next}&filter=title+pr"),
            Some("invalidCursor"),
        ),
        ("cursor=x".to_owned(), Some("invalidCursor")),
        (format!("cursor={next}&startIndex=1"), Some("invalidValue")),
        (format!("cursor={next}&sortBy=title"), Some("invalidCursor")),
    ] {
        let (_, error) = get(&mut store, &config, "/Users", &query, &none);
        assert_eq!(error["scimType"].as_str(), scim_type, "{query}");
    }
    let (_, page) = get(&mut store, &config, "/Users", "", &none);
    assert_eq!(page["startIndex"], 1);
    config.default_pagination = PaginationMethod::Cursor;
    let (_, page) = get(&mut store, &config, "/Users", "count=4", &none);
    assert!(page.get("startIndex").is_none() && page["nextCursor"].is_string());
    let (_, page) = get(&mut store, &config, "/Users", "count=4&startIndex=1", &none);
    assert_eq!(page["startIndex"], 1);
    config.index_pagination = vestibule::scim::discovery::Support::No;
    assert_eq!(
        get(&mut store, &config, "/Users", "startIndex=1", &none).0,
        501
    );
}
