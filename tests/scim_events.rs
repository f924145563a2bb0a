//! Security events: RFC 9967.

#![cfg(feature = "scim")]

use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::scim::discovery::ServiceConfig;
use vestibule::scim::events::{AsyncResponse, Detail, Envelope, EventType, SecurityEvent, Subject};
use vestibule::scim::{Changes, Error, ErrorKind, Patch, Profile, Registry, Resource};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";

fn registry() -> Registry {
    let mut registry = Registry::standard();
    let acme = json!({"id": ACME, "attributes": [
        {"name": "badge"},
        {"name": "pin", "returned": "never"},
        {"name": "seed", "mutability": "writeOnly"},
        {"name": "vault", "type": "complex", "subAttributes": [
            {"name": "hint"}, {"name": "key", "returned": "never"}]},
    ]});
    let urn = registry.add_schema(&acme).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}

fn user() -> Value {
    json!({"id": "u1", "userName": "b", "externalId": "x1", "password": "SECRET", "active": true,
        "name": {"givenName": "B"}, "x-own": "SECRET", "meta": {"version": "W/\"7\""},
        ENTERPRISE: {"department": "D"},
        ACME: {"badge": "7", "pin": "SECRET", "seed": "SECRET", "vault": {"hint": "h", "key": "SECRET"}}})
}

fn resource(body: Value) -> Resource {
    let registry = registry();
    let kind = if body.get("userName").is_some() {
        registry.user()
    } else {
        registry.group()
    };
    Resource::from_value(kind, body).unwrap()
}

fn patched(before: Value, operations: Value) -> (Resource, Changes) {
    let patch = Patch::from_value(operations).unwrap();
    patch
        .plan(&resource(before), &Profile::tolerant())
        .unwrap()
        .apply()
}

fn events(after: &Resource, changes: &Changes, detail: Detail) -> Vec<SecurityEvent> {
    SecurityEvent::patched(&Subject::of("u1", after), after, changes, detail)
}

#[test]
fn section_2_4_1_a_created_resource_is_told_without_what_is_never_returned() {
    let user = resource(user());
    let subject = Subject::of("u1", &user);
    let full = SecurityEvent::created(&subject, &user, Detail::Full);
    assert_eq!(full.event_type(), EventType::CreateFull);
    let text = Value::Object(full.payload().clone()).to_string();
    assert!(
        !text.contains("SECRET") && !text.contains("password"),
        "{text}"
    );
    assert_eq!(
        full.payload()["data"][ACME],
        json!({"badge": "7", "vault": {"hint": "h"}})
    );
    assert_eq!(full.payload()["data"]["name"], json!({"givenName": "B"}));
    assert_eq!(full.payload()["version"], "W/\"7\"");
    let notice = SecurityEvent::created(&subject, &user, Detail::Notice);
    let names = json!([
        "id",
        "externalId",
        "meta",
        "userName",
        "name",
        "active",
        format!("{ENTERPRISE}:department"),
        format!("{ACME}:badge"),
        format!("{ACME}:vault")
    ]);
    assert_eq!(notice.payload()["attributes"], names);
    assert!(notice.payload().get("data").is_none());
}

#[test]
fn section_2_4_2_a_patch_is_told_as_operations_or_as_names() {
    let (after, changes) = patched(
        user(),
        json!([
            {"op": "replace", "path": "name.givenName", "value": "N"},
            {"op": "remove", "path": format!("{ENTERPRISE}:department")},
            {"op": "replace", "path": "password", "value": "SECRET2"},
            {"op": "replace", "path": format!("{ACME}:pin"), "value": "SECRET2"},
            {"op": "replace", "path": format!("{ACME}:vault.key"), "value": "SECRET2"},
        ]),
    );
    let [full] = events(&after, &changes, Detail::Full).try_into().unwrap();
    assert_eq!(
        full.event_type().as_str(),
        "urn:ietf:params:scim:event:prov:patch:full"
    );
    let text = Value::Object(full.payload().clone()).to_string();
    assert!(
        !text.contains("SECRET") && !text.contains("password"),
        "{text}"
    );
    let operations = full.payload()["data"]["Operations"].as_array().unwrap();
    assert!(operations.contains(&json!({"op": "replace", "path": "name.givenName", "value": "N"})));
    assert!(
        operations.contains(&json!({"op": "remove", "path": format!("{ENTERPRISE}:department")}))
    );
    let [notice] = events(&after, &changes, Detail::Notice).try_into().unwrap();
    let names = notice.payload()["attributes"].as_array().unwrap();
    assert!(names.contains(&json!("name.givenName")) && !names.contains(&json!("password")));
}

#[test]
fn section_2_4_a_change_of_what_is_never_returned_is_no_event() {
    let (after, changes) = patched(
        user(),
        json!([{"op": "replace", "path": "password", "value": "n"}]),
    );
    assert!(!changes.is_empty());
    for detail in [Detail::Full, Detail::Notice] {
        assert_eq!(events(&after, &changes, detail), []);
    }
}

#[test]
fn section_2_4_5_and_2_4_6_activation_is_an_event_of_its_own() {
    for (to, event_type) in [(false, EventType::Deactivate), (true, EventType::Activate)] {
        let mut before = user();
        before["active"] = json!(!to);
        let (after, changes) = patched(
            before.clone(),
            json!([{"op": "replace", "path": "active", "value": to}]),
        );
        let told: Vec<EventType> = events(&after, &changes, Detail::Full)
            .iter()
            .map(SecurityEvent::event_type)
            .collect();
        assert_eq!(told, [EventType::PatchFull, event_type]);
        let plan = resource(before)
            .replaced_by(json!({"userName": "b", "active": to}), &Profile::tolerant());
        let (after, changes) = plan.unwrap().apply();
        let put = SecurityEvent::put(&Subject::of("u1", &after), &after, &changes, Detail::Full);
        assert_eq!(
            (put[0].event_type(), put[1].event_type()),
            (EventType::PutFull, event_type)
        );
        assert_eq!(put[0].payload()["data"]["active"], to);
        assert!(!put[0].payload()["data"].to_string().contains("SECRET"));
    }
}

#[test]
fn section_2_4_2_members_are_told_one_by_one() {
    let group = json!({"displayName": "T", "members": [{"value": "a"}, {"value": "b"}]});
    let (after, changes) = patched(
        group,
        json!([
        {"op": "remove", "path": "members[value eq \"a\"]"},
        {"op": "add", "path": "members", "value": [{"value": "c\"d"}]}]),
    );
    let [event] = events(&after, &changes, Detail::Full).try_into().unwrap();
    assert_eq!(
        event.payload()["data"]["Operations"],
        json!([
        {"op": "remove", "path": "members[value eq \"a\"]"},
        {"op": "add", "path": "members", "value": [{"value": "c\"d"}]}])
    );
}

#[test]
fn section_2_2_the_claims_name_subject_receiver_and_transaction() {
    let now = "2026-05-14T15:23:38Z".parse().unwrap();
    let envelope = Envelope::new("https://scim.example.com", "j1", now)
        .with_audience("https://a.example.com")
        .with_audience("https://b.example.com")
        .with_transaction("t1");
    let event = SecurityEvent::added_to_feed(Subject::of("u1", &resource(user())));
    assert_eq!(
        event.claims(&envelope),
        json!({
            "iss": "https://scim.example.com", "jti": "j1", "iat": 1_778_772_218,
            "aud": ["https://a.example.com", "https://b.example.com"], "txn": "t1",
            "sub_id": {"format": "scim", "uri": "/Users/u1", "externalId": "x1"},
            "events": {"urn:ietf:params:scim:event:feed:add": {}},
        })
    );
    assert_eq!(event.claims(&envelope), event.claims(&envelope));
}

#[test]
fn section_2_1_the_subject_stands_beside_the_events_and_is_a_path() {
    let now = "2026-05-14T15:23:38Z".parse().unwrap();
    let envelope = Envelope::new("https://scim.example.com", "j1", now);
    let registry = registry();
    for (id, uri) in [("u1", "/Users/u1"), ("a/b c", "/Users/a%2Fb%20c")] {
        let claims = SecurityEvent::deleted(Subject::new(registry.user(), id)).claims(&envelope);
        assert_eq!(claims["sub_id"], json!({"format": "scim", "uri": uri}));
        assert_eq!(claims.get("sub"), None);
        assert!(!claims["events"].to_string().contains("sub_id"));
    }
    let known = SecurityEvent::deleted(Subject::of("u1", &resource(user())));
    assert_eq!(known.claims(&envelope)["sub_id"]["externalId"], "x1");
}

#[test]
fn section_2_1_one_token_tells_what_one_request_did_to_one_resource() {
    let now = "2026-05-14T15:23:38Z".parse().unwrap();
    let envelope = Envelope::new("https://scim.example.com", "j1", now).with_transaction("t1");
    let operations = json!([{"op": "replace", "value": {"active": false, "title": "T"}}]);
    let (after, changes) = patched(user(), operations);
    let told = events(&after, &changes, Detail::Notice);
    let claims = SecurityEvent::claims_together(&told, &envelope).unwrap();
    assert_eq!(
        claims["events"],
        json!({
            "urn:ietf:params:scim:event:prov:patch:notice":
                {"attributes": ["active", "title"], "version": "W/\"7\""},
            "urn:ietf:params:scim:event:prov:deactivate": {},
        })
    );
    assert_eq!(
        (&claims["txn"], &claims["sub_id"]["uri"]),
        (&json!("t1"), &json!("/Users/u1"))
    );
    assert_eq!(
        SecurityEvent::claims_together(&told[..1], &envelope).unwrap(),
        told[0].claims(&envelope)
    );
    let other = SecurityEvent::deleted(Subject::new(registry().user(), "u2"));
    for refused in [
        vec![],
        vec![told[0].clone(), other],
        vec![told[0].clone(), told[0].clone()],
    ] {
        assert_eq!(SecurityEvent::claims_together(&refused, &envelope), None);
    }
}

#[test]
fn section_2_3_and_2_4_4_feeds_and_deletions_have_no_payload() {
    let subject = || Subject::new(registry().user(), "u1");
    for (event, uri) in [
        (
            SecurityEvent::added_to_feed(subject()),
            "urn:ietf:params:scim:event:feed:add",
        ),
        (
            SecurityEvent::removed_from_feed(subject()),
            "urn:ietf:params:scim:event:feed:remove",
        ),
        (
            SecurityEvent::deleted(subject()),
            "urn:ietf:params:scim:event:prov:delete",
        ),
        (
            SecurityEvent::activated(subject()),
            "urn:ietf:params:scim:event:prov:activate",
        ),
        (
            SecurityEvent::deactivated(subject()),
            "urn:ietf:params:scim:event:prov:deactivate",
        ),
    ] {
        assert_eq!(event.event_type().as_str(), uri);
        assert!(event.payload().is_empty(), "{uri}");
    }
}

#[test]
fn section_2_4_full_carries_data_and_notice_carries_attributes() {
    let (after, changes) = patched(
        user(),
        json!([{"op": "add", "path": "title", "value": "T"}]),
    );
    let subject = Subject::of("u1", &after);
    let made = |detail| {
        [
            SecurityEvent::created(&subject, &after, detail),
            SecurityEvent::patched(&subject, &after, &changes, detail).remove(0),
            SecurityEvent::put(&subject, &after, &changes, detail).remove(0),
        ]
    };
    for (detail, ending, has, has_not) in [
        (Detail::Full, ":full", "data", "attributes"),
        (Detail::Notice, ":notice", "attributes", "data"),
    ] {
        for event in made(detail) {
            assert!(event.event_type().as_str().ends_with(ending));
            let payload = event.payload();
            assert!(payload.contains_key(has) && !payload.contains_key(has_not));
            assert_eq!(payload["version"], "W/\"7\"");
        }
    }
}

#[test]
fn section_2_4_3_a_put_is_told_as_the_resource_or_as_names() {
    let before = resource(user());
    let body = json!({"userName": "b", "title": "T", "password": "SECRET2"});
    let (after, changes) = before
        .replaced_by(body, &Profile::tolerant())
        .unwrap()
        .apply();
    let subject = Subject::of("u1", &after);
    let full = SecurityEvent::put(&subject, &after, &changes, Detail::Full).remove(0);
    assert_eq!(
        (
            &full.payload()["data"]["title"],
            &full.payload()["data"]["id"]
        ),
        (&json!("T"), &json!("u1"))
    );
    assert!(
        !Value::Object(full.payload().clone())
            .to_string()
            .contains("SECRET")
    );
    let notice = SecurityEvent::put(&subject, &after, &changes, Detail::Notice).remove(0);
    assert_eq!(notice.payload()["attributes"], json!(["title"]));
}

#[test]
fn section_2_5_1_an_asynchronous_answer_is_one_operation_of_a_bulk_response() {
    let now = "2026-05-14T15:23:38Z".parse().unwrap();
    let subject = || Subject::new(registry().user(), "u1");
    let done = AsyncResponse::done("POST", 201)
        .with_version("W/\"1\"")
        .with_location("https://scim.example.com/v2/Users/u1")
        .with_bulk_id("qwerty");
    let envelope = |index| {
        Envelope::new("https://scim.example.com", "j1", now).with_operation("2d80e537", index)
    };
    let claims = SecurityEvent::completed(subject(), done).claims(&envelope(0));
    assert_eq!(claims["txn"], "2d80e537:0");
    assert_eq!(
        claims["events"],
        json!({"urn:ietf:params:scim:event:misc:asyncresp": {
            "method": "POST", "bulkId": "qwerty", "version": "W/\"1\"", "status": "201",
            "location": "https://scim.example.com/v2/Users/u1"}})
    );
    // An error is the body that the answer would have had.
    let error = Error::new(ErrorKind::PreconditionFailed);
    let refused = SecurityEvent::completed(subject(), AsyncResponse::refused("PUT", &error));
    assert_eq!(refused.payload()["status"], "412");
    assert_eq!(refused.payload()["response"], error.to_json());
}

#[test]
fn section_4_events_are_announced_where_there_are_some() {
    let mut config = ServiceConfig::default();
    assert_eq!(config.to_json().get("securityEvents"), None);
    config.security_event_uris = vec![EventType::Delete.as_str().to_owned()];
    assert_eq!(
        config.to_json()["securityEvents"],
        json!({"asyncRequest": "none", "eventUris": ["urn:ietf:params:scim:event:prov:delete"]})
    );
}

#[test]
fn section_7_4_the_uris_are_the_registered_ones() {
    let uris = [
        (EventType::FeedAdd, "feed:add"),
        (EventType::FeedRemove, "feed:remove"),
        (EventType::CreateNotice, "prov:create:notice"),
        (EventType::CreateFull, "prov:create:full"),
        (EventType::PatchNotice, "prov:patch:notice"),
        (EventType::PatchFull, "prov:patch:full"),
        (EventType::PutNotice, "prov:put:notice"),
        (EventType::PutFull, "prov:put:full"),
        (EventType::Delete, "prov:delete"),
        (EventType::Activate, "prov:activate"),
        (EventType::Deactivate, "prov:deactivate"),
        (EventType::AsyncResponse, "misc:asyncresp"),
    ];
    for (event_type, rest) in uris {
        assert_eq!(
            event_type.as_str(),
            format!("urn:ietf:params:scim:event:{rest}")
        );
    }
}

proptest! {
    /// A receiver that applies the told operations to its copy comes to the same state.
    #[test]
    fn the_told_operations_lead_a_copy_to_the_same_state(
        given in proptest::option::of("[a-z]{1,3}"),
        title in proptest::option::of("[a-z]{1,3}"),
        department in proptest::option::of("[a-z]{1,3}"),
        emails in proptest::collection::vec("[a-z]{1,2}", 0..3),
    ) {
        let mut copy = user();
        for name in ["password", "x-own", "meta"] {
            copy.as_object_mut().unwrap().remove(name);
        }
        copy[ACME] = json!({"badge": "7", "vault": {"hint": "h"}});
        let emails: Vec<Value> = emails.iter().map(|it| json!({"value": it})).collect();
        let operations = json!([
            {"op": "replace", "path": "name.givenName", "value": given},
            {"op": "replace", "path": "title", "value": title},
            {"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": department},
            {"op": "replace", "path": "emails", "value": emails},
        ]);
        let (after, changes) = patched(copy.clone(), operations);
        let Some(event) = events(&after, &changes, Detail::Full).into_iter().next() else {
            prop_assert!(changes.is_empty());
            return Ok(());
        };
        let (replica, _) = patched(copy, event.payload()["data"]["Operations"].clone());
        prop_assert_eq!(replica, after);
    }
}
