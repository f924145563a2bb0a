//! What a query asks beside its filter: projection, order, pages. Each rule with its twin.

#![cfg(feature = "scim")]

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::error::{Blame, Explain, Place};
use vestibule::limits::{SCIM_MAX_CURSOR_BYTES, SCIM_MAX_PROJECTED_NAMES};
use vestibule::scim::query::{
    CursorKey, Cursors, IndexPage, ListResponse, PageSizes, Projection, Sort, SortOrder,
};
use vestibule::scim::schema::{ENTERPRISE_USER_URN, USER_URN};
use vestibule::scim::{BaseUrl, Error, Patch, Profile, Registry, Resource};

const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";

/// The standard and an extension with every kind of `returned`.
fn registry() -> Registry {
    let mut registry = Registry::standard();
    let document = json!({"id": ACME, "attributes": [
        {"name": "badge", "type": "integer"},
        {"name": "rating", "type": "decimal"},
        {"name": "hired", "type": "dateTime"},
        {"name": "code", "caseExact": true},
        {"name": "tenant", "returned": "always"},
        {"name": "notes", "returned": "request"},
        {"name": "token", "returned": "never"},
        {"name": "pin", "mutability": "writeOnly"},
        {"name": "skills", "multiValued": true},
        {"name": "card", "type": "complex", "subAttributes": [
            {"name": "label"},
            {"name": "serial", "returned": "always"},
            {"name": "memo", "returned": "request"},
            {"name": "cvc", "returned": "never"},
        ]},
        {"name": "vault", "type": "complex", "returned": "never",
         "subAttributes": [{"name": "hint"}]},
    ]});
    let urn = registry.add_schema(&document).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
}

fn resource(body: Value) -> Resource {
    Resource::from_value(registry().user(), body).unwrap()
}

fn user() -> Resource {
    resource(json!({
        "id": "u1", "externalId": "x", "userName": "b", "title": "Engineer",
        "password": "hunter2",
        "name": {"givenName": "B", "familyName": "J"},
        "emails": [{"value": "b@x", "type": "work"}, {"value": "b@y"}],
        "meta": {"created": "2026-01-01T00:00:00Z", "location": "https://old.example/Users/u1"},
        "x-badge": {"colour": "red", "password": "hunter3", "deep": [{"TOKEN": "t", "ok": 1}]},
        "urn:example:unknown": {"password": "hunter4", "kept": true},
        format!("{USER_URN}:password"): "hunter5",
        ACME: {"tenant": "t1", "notes": "n", "token": "hunter6", "pin": "hunter7",
               "card": {"label": "l", "serial": "s", "memo": "m", "cvc": "hunter8", "x-y": 1},
               "vault": {"hint": "hunter9"}, "x-z": 2},
    }))
}

fn base() -> BaseUrl {
    BaseUrl::parse("https://example.com/scim/v2").unwrap()
}

fn answer(attributes: &str, excluded: &str) -> Value {
    let projection = Projection::from_query(Some(attributes), Some(excluded)).unwrap();
    let answer = projection.answer(&user(), &base());
    assert!(!answer.to_string().contains("hunter"), "{answer}");
    assert_eq!(
        projection
            .resolve(registry().group())
            .answer(&user(), &base()),
        answer
    );
    answer
}

/// Without what is there in every answer.
fn beside_always(answer: &Value) -> Value {
    let mut rest = answer.clone();
    let members = rest.as_object_mut().unwrap();
    assert!(members.remove("schemas").is_some());
    assert_eq!(members.remove("id"), Some(json!("u1")));
    let extension = members.get_mut(ACME).unwrap().as_object_mut().unwrap();
    assert_eq!(extension.remove("tenant"), Some(json!("t1")));
    if extension.is_empty() {
        members.remove(ACME);
    }
    rest
}

#[test]
fn by_default_all_is_there_that_may_be_and_is_not_on_request() {
    let answer = answer("", "");
    assert_eq!(
        beside_always(&answer),
        json!({
            "externalId": "x", "userName": "b", "title": "Engineer",
            "name": {"givenName": "B", "familyName": "J"},
            "emails": [{"value": "b@x", "type": "work"}, {"value": "b@y"}],
            "meta": {"created": "2026-01-01T00:00:00Z", "resourceType": "User",
                     "location": "https://example.com/scim/v2/Users/u1"},
            "x-badge": {"colour": "red", "deep": [{"ok": 1}]},
            "urn:example:unknown": {"kept": true},
            ACME: {"card": {"label": "l", "serial": "s", "x-y": 1}, "x-z": 2},
        })
    );
}

#[test]
fn attributes_override_the_default_list() {
    assert_eq!(
        beside_always(&answer("title", "")),
        json!({"title": "Engineer"})
    );
    assert_eq!(
        beside_always(&answer("TITLE,name.GivenName", "")),
        json!({"title": "Engineer", "name": {"givenName": "B"}})
    );
    assert_eq!(
        beside_always(&answer("name.givenName,name", "")),
        json!({"name": {"givenName": "B", "familyName": "J"}})
    );
    assert_eq!(
        beside_always(&answer("emails.value", "")),
        json!({"emails": [{"value": "b@x"}, {"value": "b@y"}]})
    );
    assert_eq!(
        beside_always(&answer("emails.type", "")),
        json!({"emails": [{"type": "work"}]})
    );
    assert_eq!(beside_always(&answer("emails.display", "")), json!({}));
    assert_eq!(
        beside_always(&answer("meta.location", "")),
        json!({"meta": {"location": "https://example.com/scim/v2/Users/u1"}})
    );
}

#[test]
fn names_may_carry_a_urn_or_be_one() {
    assert_eq!(
        beside_always(&answer(&format!("{USER_URN}:userName"), "")),
        json!({"userName": "b"})
    );
    assert_eq!(
        beside_always(&answer(&format!("{}:NOTES", ACME.to_uppercase()), "")),
        json!({ACME: {"notes": "n"}})
    );
    assert_eq!(
        beside_always(&answer(ACME, "")),
        json!({ACME: {"card": {"label": "l", "serial": "s", "x-y": 1}, "x-z": 2}})
    );
    // A part that is always returned comes with its attribute; one on request by its name.
    assert_eq!(
        beside_always(&answer(&format!("{ACME}:card.memo"), "")),
        json!({ACME: {"card": {"memo": "m", "serial": "s"}}})
    );
    assert_eq!(
        beside_always(&answer(&format!("{ACME}:card.x-y"), "")),
        json!({ACME: {"card": {"serial": "s", "x-y": 1}}})
    );
    // Without its URN an extension's attribute has no name.
    assert_eq!(beside_always(&answer("notes", "")), json!({}));
}

#[test]
fn unknown_names_are_ignored_and_unknown_data_can_be_named() {
    assert_eq!(
        beside_always(&answer("noSuch, title,name.noSuch,a..b", "")),
        json!({"title": "Engineer"})
    );
    assert_eq!(
        beside_always(&answer("X-BADGE.colour,x-badge", "")),
        json!({"x-badge": {"colour": "red", "deep": [{"ok": 1}]}})
    );
    assert_eq!(
        beside_always(&answer(&format!("{ACME}:x-z"), "")),
        json!({ACME: {"x-z": 2}})
    );
    let slim = answer("", "x-badge,urn:example:unknown");
    assert_eq!(
        (slim.get("x-badge"), slim.get("urn:example:unknown")),
        (None, None)
    );
}

#[test]
fn excluded_attributes_leave_unless_they_are_always_there() {
    let slim = answer("", "id,schemas,title,NAME.familyName,emails,meta");
    assert_eq!(slim["id"], "u1");
    assert!(slim["schemas"].is_array());
    assert_eq!(slim["name"], json!({"givenName": "B"}));
    for name in ["title", "emails", "meta", "password"] {
        assert_eq!(slim.get(name), None, "{name}");
    }
    assert_eq!(slim["userName"], "b");
    assert_eq!(answer("", ACME)[ACME], json!({"tenant": "t1"}));
    let parts = format!("{ACME}:card.label,{ACME}:card.serial");
    assert_eq!(
        answer("", &parts)[ACME]["card"],
        json!({"serial": "s", "x-y": 1})
    );
}

#[test]
fn hidden_attributes_cannot_be_asked_for() {
    for name in [
        "password".to_owned(),
        format!("{USER_URN}:password"),
        format!("{ACME}:token"),
        format!("{ACME}:pin"),
        format!("{ACME}:vault"),
        format!("{ACME}:vault.hint"),
    ] {
        assert_eq!(beside_always(&answer(&name, "")), json!({}), "{name}");
    }
    assert_eq!(
        beside_always(&answer(&format!("{ACME}:card.cvc"), "")),
        json!({ACME: {"card": {"serial": "s"}}})
    );
}

#[test]
fn what_is_on_request_is_returned_to_the_one_who_wrote_it() {
    let created = Projection::default()
        .for_creation(&user())
        .answer(&user(), &base());
    assert_eq!(
        (&created[ACME]["notes"], &created[ACME]["card"]["memo"]),
        (&json!("n"), &json!("m"))
    );
    assert!(!created.to_string().contains("hunter"));
    let change = |path: &str| {
        let operations = json!([{"op": "replace", "path": path, "value": "new"}]);
        let patch = Patch::from_value(operations).unwrap();
        let (after, changes) = patch.plan(&user(), &Profile::tolerant()).unwrap().apply();
        Projection::default()
            .for_change(&changes)
            .answer(&after, &base())
    };
    assert_eq!(change(&format!("{ACME}:notes"))[ACME]["notes"], "new");
    assert_eq!(change("title")[ACME].get("notes"), None);
    // Asking for some attributes is asking for no others.
    let asked = Projection::from_query(Some("title"), None)
        .unwrap()
        .for_creation(&user());
    assert_eq!(
        asked.answer(&user(), &base())[ACME],
        json!({"tenant": "t1"})
    );
}

#[test]
fn attributes_and_excluded_attributes_exclude_each_other() {
    let error = Projection::from_query(Some("title"), Some("emails")).unwrap_err();
    assert_eq!(error.code(), "scim-parameters-exclude");
    assert_eq!(error.to_json()["scimType"], "invalidValue");
    assert_eq!(error.at(), Some(Place::Parameter("excludedAttributes")));
    assert!(Projection::from_query(Some("title"), Some("")).is_ok());
    let names = |count: usize| Projection::from_query(Some(&"a,".repeat(count)), None);
    assert!(names(SCIM_MAX_PROJECTED_NAMES).is_ok());
    let error = names(SCIM_MAX_PROJECTED_NAMES + 1).unwrap_err();
    assert_eq!(
        (error.code(), error.blame()),
        ("scim-parameter-too-large", Blame::Limit)
    );
}

#[test]
fn a_resource_without_an_id_has_no_location() {
    let answer = Projection::default().answer(&resource(json!({"userName": "b"})), &base());
    assert_eq!(answer["meta"], json!({"resourceType": "User"}));
}

/// The ids of users in the order asked for.
fn sorted(bodies: &[Value], by: &str, order: SortOrder) -> Vec<String> {
    let sort = Sort::new(by, order).resolve(registry().user()).unwrap();
    let mut users: Vec<Resource> = bodies.iter().cloned().map(resource).collect();
    users.sort_by_cached_key(|user| sort.key(user));
    users
        .iter()
        .map(|user| user.text("id").unwrap().to_owned())
        .collect()
}

fn both(bodies: &[Value], by: &str) -> (String, String) {
    let joined = |order| sorted(bodies, by, order).join("");
    (joined(SortOrder::Ascending), joined(SortOrder::Descending))
}

fn orders(ascending: &str, descending: &str) -> (String, String) {
    (ascending.to_owned(), descending.to_owned())
}

#[test]
fn missing_values_are_last_ascending_and_first_descending() {
    let users = [
        json!({"id": "1"}),
        json!({"id": "2", "title": "b"}),
        json!({"id": "3", "title": ""}),
        json!({"id": "4", "title": "a"}),
    ];
    assert_eq!(both(&users, "title"), orders("4213", "1324"));
}

#[test]
fn equal_values_keep_their_order_in_both_directions() {
    let users = [
        json!({"id": "1", "title": "a"}),
        json!({"id": "2", "title": "b"}),
        json!({"id": "3", "title": "A"}),
    ];
    assert_eq!(both(&users, "TITLE"), orders("132", "213"));
}

#[test]
fn case_counts_where_the_schema_says_so() {
    let users = [
        json!({"id": "1", "title": "b", ACME: {"code": "b"}}),
        json!({"id": "2", "title": "A", ACME: {"code": "A"}}),
        json!({"id": "3", "title": "C", ACME: {"code": "C"}}),
        json!({"id": "4", "title": "Å", ACME: {"code": "Å"}}),
        json!({"id": "5", "title": "ä", ACME: {"code": "ä"}}),
    ];
    assert_eq!(both(&users, "title").0, "21354");
    assert_eq!(both(&users, &format!("{ACME}:code")).0, "23145");
}

#[test]
fn date_times_are_sorted_as_instants_and_numbers_as_numbers() {
    let users = [
        json!({"id": "1", ACME: {"hired": "2026-01-01T10:00:00+09:00", "badge": 10, "rating": 9.5}}),
        json!({"id": "2", ACME: {"hired": "2026-01-01T02:00:00Z", "badge": 9, "rating": 10}}),
        json!({"id": "3", ACME: {"hired": "2025-12-31T23:30:00-05:00", "badge": -1, "rating": -0.5}}),
    ];
    assert_eq!(both(&users, &format!("{ACME}:hired")), orders("123", "321"));
    assert_eq!(both(&users, &format!("{ACME}:badge")), orders("321", "123"));
    assert_eq!(
        both(&users, &format!("{ACME}:rating")),
        orders("312", "213")
    );
}

#[test]
fn of_a_list_the_primary_element_counts_else_the_first() {
    let users = [
        json!({"id": "1", "emails": [{"value": "c"}, {"value": "a"}]}),
        json!({"id": "2", "emails": [{"value": "d"}, {"value": "b", "primary": true}]}),
        json!({"id": "3", "emails": [{"value": "a", "primary": false}]}),
    ];
    assert_eq!(both(&users, "emails").0, "321");
    assert_eq!(both(&users, "emails.value").0, "321");
    assert_eq!(both(&users, &format!("{ACME}:skills")).0, "123");
}

#[test]
fn nothing_hidden_can_be_told_from_an_order() {
    let refused = |by: &str| {
        let error = Sort::new(by, SortOrder::Ascending)
            .resolve(registry().user())
            .unwrap_err();
        assert_eq!(error.at(), Some(Place::Parameter("sortBy")));
        error.code()
    };
    for by in [
        "password",
        "noSuch",
        "name",
        "meta",
        "emails.noSuch",
        "title.value",
        "",
        "userName eq",
    ] {
        assert_eq!(refused(by), "scim-not-sortable", "{by}");
    }
    for by in ["token", "pin", "vault", "vault.hint", "card", "card.cvc"] {
        assert_eq!(
            refused(&format!("{ACME}:{by}")),
            "scim-not-sortable",
            "{by}"
        );
    }
    for by in [
        "userName",
        "name.familyName",
        "emails",
        "meta.created",
        "id",
    ] {
        assert!(
            Sort::new(by, SortOrder::Ascending)
                .resolve(registry().user())
                .is_ok(),
            "{by}"
        );
    }
    let key = Sort::new("userName", SortOrder::Ascending)
        .resolve(registry().user())
        .unwrap();
    let debug = format!("{:?}", key.key(&resource(json!({"userName": "grace"}))));
    assert!(!debug.contains("grace"), "{debug}");
}

#[test]
fn the_order_is_one_of_two_words_and_counts_with_an_attribute_only() {
    let order = |by, order| Sort::from_query(by, order).map(|sort| sort.map(|sort| sort.order()));
    assert_eq!(
        order(Some("title"), None).unwrap(),
        Some(SortOrder::Ascending)
    );
    assert_eq!(
        order(Some("title"), Some("Descending")).unwrap(),
        Some(SortOrder::Descending)
    );
    assert_eq!(
        order(Some("title"), Some("down")).unwrap_err().code(),
        "scim-sort-order"
    );
    assert_eq!(order(None, Some("down")).unwrap(), None);
}

#[test]
fn a_start_index_is_at_least_one_and_a_count_at_least_none() {
    let page = |start: &str, count: &str| {
        let page = IndexPage::from_query(Some(start), Some(count), PageSizes::default()).unwrap();
        (page.start_index(), page.count())
    };
    assert_eq!(page("1", "10"), (1, 10));
    assert_eq!(page("0", "-1"), (1, 0));
    assert_eq!(
        page("-99999999999999999999", "99999999999999999999"),
        (1, 200)
    );
    assert_eq!(page("", ""), (1, 100));
    for bad in ["x", "1.0", "1e3", "+1", "-", "0x10", "1 2", "１"] {
        let error = IndexPage::from_query(Some(bad), None, PageSizes::default()).unwrap_err();
        assert_eq!(error.code(), "scim-parameter-not-integer", "{bad}");
        assert_eq!(error.to_json()["scimType"], "invalidValue");
        assert_eq!(error.at(), Some(Place::Parameter("startIndex")));
    }
}

#[test]
fn a_page_is_a_part_of_the_results() {
    let slice = |start, count| {
        let page = IndexPage::new(Some(start), Some(count), PageSizes::default());
        page.slice(&[1, 2, 3]).to_vec()
    };
    assert_eq!(slice(1, 2), [1, 2]);
    assert_eq!(slice(3, 2), [3]);
    assert_eq!(slice(4, 2), [0; 0]);
    assert_eq!(slice(i64::MAX, i64::MAX), [0; 0]);
    assert_eq!(slice(1, 0), [0; 0]);
}

#[test]
fn a_list_has_all_its_members_even_when_it_is_empty() {
    let page = IndexPage::new(None, Some(0), PageSizes::default());
    let body = ListResponse::of_index(&page, 7, Vec::new()).into_json();
    let expected = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 7, "itemsPerPage": 0, "startIndex": 1, "Resources": []});
    assert_eq!(body, expected);
    // A page by cursor has no index.
    let body = ListResponse::of_cursor(7, vec![json!({})], Some("n".to_owned())).into_json();
    assert_eq!(
        (body.get("startIndex"), &body["nextCursor"]),
        (None, &json!("n"))
    );
    assert_eq!(
        (&body["itemsPerPage"], &body["totalResults"]),
        (&json!(1), &json!(7))
    );
}

struct Key(u8);

impl CursorKey for Key {
    /// No real code, but one that depends on every byte and its place.
    fn tag(&self, message: &[u8]) -> [u8; 32] {
        let mut state = u64::from(self.0).wrapping_add(0x9e37_79b9);
        let mut tag = [0; 32];
        for (at, byte) in message.iter().chain(&[0; 32]).enumerate() {
            state = (state ^ u64::from(*byte))
                .wrapping_mul(0x0100_0000_01b3)
                .rotate_left(9);
            tag[at % 32] ^= (state >> 24) as u8;
        }
        tag
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn code<T: std::fmt::Debug>(opened: Result<T, Error>) -> &'static str {
    let error = opened.unwrap_err();
    assert_eq!(error.status(), 400);
    error.code()
}

#[test]
fn a_cursor_opens_for_its_query_and_key_only() {
    let key = Key(1);
    let cursors = Cursors::new(&key, "acme Users", PageSizes::default(), 60);
    let first = cursors.open("", Some(2), now()).unwrap();
    let cursor = cursors.after(&first, "ü\n.", now());
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    assert!(cursor.bytes().all(unreserved), "{cursor}");
    let page = cursors.open(&cursor, None, now()).unwrap();
    assert_eq!((page.position(), page.count()), (Some("ü\n."), 2));
    let of_other_query = Cursors::new(&key, "beta Users", PageSizes::default(), 60);
    assert_eq!(
        code(of_other_query.open(&cursor, None, now())),
        "scim-invalid-cursor"
    );
    let of_other_key = Cursors::new(&Key(2), "acme Users", PageSizes::default(), 60);
    assert_eq!(
        code(of_other_key.open(&cursor, None, now())),
        "scim-invalid-cursor"
    );
}

#[test]
fn a_changed_cursor_opens_nothing() {
    let key = Key(1);
    let cursors = Cursors::new(&key, "q", PageSizes::default(), 60);
    let first = cursors.open("", Some(2), now()).unwrap();
    let cursor = cursors.after(&first, "u1", now());
    for at in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(
            code(cursors.open(&changed, None, now())),
            "scim-invalid-cursor",
            "{changed}"
        );
    }
    for bad in [
        "x",
        ".",
        "...",
        &cursor[1..],
        &cursor[..cursor.len() - 2],
        "é.1.1.1",
    ] {
        assert_eq!(
            code(cursors.open(bad, None, now())),
            "scim-invalid-cursor",
            "{bad}"
        );
    }
    let long = "0".repeat(SCIM_MAX_CURSOR_BYTES + 1);
    assert_eq!(
        code(cursors.open(&long, None, now())),
        "scim-invalid-cursor"
    );
}

#[test]
fn a_cursor_counts_for_its_time_and_its_count() {
    let key = Key(1);
    let cursors = Cursors::new(&key, "q", PageSizes::default(), 60);
    let first = cursors.open("", Some(2), now()).unwrap();
    let cursor = cursors.after(&first, "u1", now());
    let after = |secs| now() + TimeDelta::seconds(secs);
    assert!(cursors.open(&cursor, Some(2), after(59)).is_ok());
    assert_eq!(
        code(cursors.open(&cursor, Some(2), after(60))),
        "scim-expired-cursor"
    );
    assert_eq!(
        code(cursors.open(&cursor, Some(3), now())),
        "scim-invalid-count"
    );
    assert!(cursors.open(&cursor, None, now()).is_ok());
    let bad = cursors.from_query(&cursor, Some("two"), now());
    assert_eq!(code(bad), "scim-parameter-not-integer");
}

#[test]
fn enterprise_attributes_are_projected_and_sorted_by_urn() {
    let registry = Registry::standard();
    let user = |id: &str, department: &str| {
        let body = json!({"id": id, ENTERPRISE_USER_URN: {"department": department,
            "manager": {"value": "m", "displayName": "M"}}});
        Resource::from_value(registry.user(), body).unwrap()
    };
    let asked = format!("{ENTERPRISE_USER_URN}:manager.displayName");
    let projection = Projection::from_query(Some(&asked), None).unwrap();
    assert_eq!(
        projection.answer(&user("1", "d"), &base())[ENTERPRISE_USER_URN],
        json!({"manager": {"displayName": "M"}})
    );
    let by = format!("{ENTERPRISE_USER_URN}:department");
    let sort = Sort::new(by, SortOrder::Descending)
        .resolve(registry.user())
        .unwrap();
    assert!(sort.key(&user("1", "b")) < sort.key(&user("2", "A")));
}

/// Whether all that `part` holds is in `whole`; lists are compared element by element.
fn is_within(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|it| is_within(value, it))),
        (Value::Array(part), Value::Array(whole)) => part
            .iter()
            .all(|element| whole.iter().any(|it| is_within(element, it))),
        (part, whole) => part == whole,
    }
}

fn asked() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "id",
        "schemas",
        "userName",
        "password",
        "name",
        "name.givenName",
        "NAME.familyname",
        "emails",
        "emails.value",
        "emails.type",
        "meta",
        "meta.created",
        "x-badge",
        "noSuch",
        USER_URN,
        "urn:example:unknown",
    ];
    const OWN: &[&str] = &[
        "",
        ":tenant",
        ":notes",
        ":token",
        ":pin",
        ":card",
        ":card.memo",
        ":card.cvc",
        ":vault",
        ":x-z",
    ];
    prop_oneof![
        proptest::sample::select(NAMES).prop_map(str::to_owned),
        proptest::sample::select(OWN).prop_map(|name| format!("{ACME}{name}")),
        "[a-z.:, \\[\\]]{0,12}",
    ]
}

proptest! {
    /// A projection leaves out and adds nothing, always keeps the minimum, and never shows a secret.
    #[test]
    fn projections_only_leave_out(names in proptest::collection::vec(asked(), 0..4)) {
        let names = names.join(",");
        let everything = Projection::default().for_creation(&user()).answer(&user(), &base());
        for projection in [
            Projection::from_query(Some(&names), None).unwrap(),
            Projection::from_query(None, Some(&names)).unwrap(),
        ] {
            let answer = projection.answer(&user(), &base());
            prop_assert!(is_within(&answer, &everything), "{names}: {answer}");
            prop_assert!(!answer.to_string().contains("hunter"), "{names}: {answer}");
            prop_assert_eq!((&answer["id"], &answer[ACME]["tenant"]), (&json!("u1"), &json!("t1")));
            prop_assert!(answer["schemas"].is_array());
        }
    }

    /// Pages of one size, one after another, are the whole list, by index and by cursor.
    #[test]
    fn pages_are_the_whole_list(length in 0_usize..20, size in 1_i64..7) {
        let all: Vec<usize> = (0..length).collect();
        let mut by_index = Vec::new();
        while let start @ 1.. = i64::try_from(by_index.len()).unwrap() + 1 {
            let page = IndexPage::new(Some(start), Some(size), PageSizes::default());
            if page.slice(&all).is_empty() {
                break;
            }
            by_index.extend_from_slice(page.slice(&all));
        }
        prop_assert_eq!(&by_index, &all);
        let key = Key(1);
        let cursors = Cursors::new(&key, "q", PageSizes::default(), 60);
        let mut by_cursor: Vec<usize> = Vec::new();
        let mut page = cursors.open("", Some(size), now()).unwrap();
        loop {
            let start = page.position().map_or(0, |position| position.parse::<usize>().unwrap());
            by_cursor.extend(all.iter().skip(start).take(page.count()));
            if by_cursor.len() == all.len() {
                break;
            }
            let cursor = cursors.after(&page, &by_cursor.len().to_string(), now());
            page = cursors.open(&cursor, Some(size), now()).unwrap();
        }
        prop_assert_eq!(by_cursor, all);
    }

    /// The place in an order is a total order, whatever the values.
    #[test]
    fn keys_of_an_order_are_ordered(ratings in proptest::collection::vec(any::<f64>(), 3), whole in any::<i64>()) {
        let sort = Sort::new(format!("{ACME}:rating"), SortOrder::Ascending);
        let sort = sort.resolve(registry().user()).unwrap();
        let mut values: Vec<Value> = ratings.iter().map(|rating| json!(rating)).collect();
        values.extend([json!(whole), json!(whole as f64), json!(null)]);
        let key = |rating: &Value| sort.key(&resource(json!({ACME: {"rating": rating}})));
        let keys: Vec<_> = values.iter().map(key).collect();
        for (a, b) in keys.iter().zip(keys.iter().cycle().skip(1)) {
            prop_assert_eq!(a.cmp(b), b.cmp(a).reverse());
            for c in &keys {
                prop_assert!(!(a <= b && b <= c) || a <= c);
                prop_assert!(!(a >= b && b >= c) || a >= c);
            }
        }
    }
}
