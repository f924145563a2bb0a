//! Ping.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::{Value, json};
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::request::{Headers, Message};
use vestibule::scim::store::{
    Deletion, InMemory, Listing, Members, Page, Replacement, Service, Store, StoreError,
};
use vestibule::scim::{BaseUrl, Dialect, Resource, ResourceType, UniqueKey};

use crate::scim_host::now;
use crate::world::{connected, created, group, patch, patched, put, registry, user};

#[test]
fn ping_wraps_removed_members_and_puts_users() {
    let remove =
        json!([{"op": "remove", "path": "members", "value": {"members": [{"value": "u3"}]}}]);
    assert_eq!(
        patched(Dialect::Ping, &group(), remove)["members"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let (after, _) = put(
        Dialect::Ping,
        &user(),
        json!({"userName": "b@example.com", "active": false}),
    );
    assert_eq!(after["active"], false);
}

#[test]
fn ping_finds_a_group_in_the_list_of_all_without_their_members() {
    let mut host = connected(Dialect::Ping);
    let members: Vec<Value> = (0..1_000)
        .map(|at| json!({"value": format!("u{at}")}))
        .collect();
    for name in ["a", "b"] {
        created(
            &mut host,
            "/Groups",
            &json!({"displayName": name, "members": members}),
        );
    }
    let url = "/Groups?startIndex=1&count=100&excludedAttributes=members";
    let (_, list) = host.json("GET", url, &Value::Null);
    assert_eq!(
        (&list["totalResults"], list["Resources"][0].get("members")),
        (&json!(2), None)
    );
    // A store is told so, and need not load them.
    for (url, wanted) in [
        (url, Members::Omit),
        ("/Groups?attributes=displayName", Members::Omit),
        ("/Groups", Members::Load),
        ("/Groups?attributes=members", Members::Load),
    ] {
        assert_eq!(members_wanted(url), [wanted], "{url}");
    }
}

/// What a store is asked for members, once for each list.
fn members_wanted(url: &str) -> Vec<Members> {
    let (registry, config) = (registry(), ServiceConfig::default());
    let (profile, base) = (
        Dialect::Ping.profile(),
        BaseUrl::parse("https://example.com").unwrap(),
    );
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let headers = Headers::default();
    let message = Message {
        method: "GET",
        path,
        query,
        headers: &headers,
        body: b"",
    };
    let mut store = Asked::default();
    let answer =
        Service::new(&registry, &profile, &config, &base).answer(&message, &mut store, now());
    assert_eq!(answer.status(), 200);
    store.wanted.into_inner()
}

/// A store that remembers what it is asked.
#[derive(Default)]
struct Asked {
    inner: InMemory,
    wanted: RefCell<Vec<Members>>,
}

impl Store for Asked {
    fn find(
        &self,
        of: &Arc<ResourceType>,
        id: &str,
        members: Members,
    ) -> Result<Option<Resource>, StoreError> {
        self.inner.find(of, id, members)
    }
    fn holder(
        &self,
        of: &Arc<ResourceType>,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError> {
        self.inner.holder(of, key)
    }
    fn list(&self, listing: &Listing<'_>) -> Result<Page, StoreError> {
        self.wanted.borrow_mut().push(listing.members);
        self.inner.list(listing)
    }
    fn new_id(&mut self) -> String {
        self.inner.new_id()
    }
    fn insert(&mut self, resource: &Resource) -> Result<(), StoreError> {
        self.inner.insert(resource)
    }
    fn replace(&mut self, replacement: &Replacement<'_>) -> Result<(), StoreError> {
        self.inner.replace(replacement)
    }
    fn delete(&mut self, deletion: &Deletion<'_>) -> Result<(), StoreError> {
        self.inner.delete(deletion)
    }
}

#[test]
fn ping_updates_users_by_put_and_groups_by_patch() {
    let mut host = connected(Dialect::Ping);
    let user = host.user("b");
    let url = format!("/Users/{user}");
    let (status, put) = host.json(
        "PUT",
        &url,
        &json!({"userName": "b", "title": "T", "active": true}),
    );
    assert_eq!((status, &put["title"]), (200, &json!("T")));
    let group = format!(
        "/Groups/{}",
        created(&mut host, "/Groups", &json!({"displayName": "g"}))
    );
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user}]}]);
    assert_eq!(
        patch(&mut host, &group, add).1["members"][0]["value"],
        user.as_str()
    );
    let remove =
        json!([{"op": "remove", "path": "members", "value": {"members": [{"value": user}]}}]);
    assert_eq!(patch(&mut host, &group, remove).1.get("members"), None);
    // It disables, or deletes, as it is set up.
    assert_eq!(
        host.json("PUT", &url, &json!({"userName": "b", "active": false}))
            .1["active"],
        false
    );
    assert_eq!(host.json("DELETE", &url, &Value::Null).0, 204);
}
