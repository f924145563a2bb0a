//! Typed views: nothing is lost, and what is absent stays absent.

#![cfg(feature = "scim")]

use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::scim::schema::{ENTERPRISE_USER_URN, USER_URN};
use vestibule::scim::views::{Group, GroupEdit, User, UserEdit};
use vestibule::scim::{Registry, Resource};

fn user(body: Value) -> Resource {
    Resource::from_value(Registry::standard().user(), body).unwrap()
}

fn group(body: Value) -> Resource {
    Resource::from_value(Registry::standard().group(), body).unwrap()
}

#[test]
fn a_view_is_of_its_own_type_only() {
    let (mut user, mut group) = (user(json!({})), group(json!({})));
    assert!(User::of(&user).is_some() && User::of(&group).is_none());
    assert!(Group::of(&group).is_some() && Group::of(&user).is_none());
    assert!(UserEdit::of(&mut user).is_some() && UserEdit::of(&mut group).is_none());
    assert!(GroupEdit::of(&mut group).is_some() && GroupEdit::of(&mut user).is_none());
}

#[test]
fn active_has_three_states() {
    let active = |body| User::of(&user(body)).unwrap().active();
    assert_eq!(active(json!({"active": true})), Some(true));
    assert_eq!(active(json!({"active": "False"})), Some(false));
    assert_eq!(active(json!({"active": null})), None);
    assert_eq!(active(json!({})), None);
}

#[test]
fn the_primary_address_is_the_marked_one_else_the_first() {
    let email = |emails: Value| {
        let user = user(json!({"emails": emails}));
        let email = User::of(&user).unwrap().primary_email();
        email.and_then(|email| email.value().map(str::to_owned))
    };
    let marked = json!([{"value": "a"}, {"value": "b", "primary": true}]);
    assert_eq!(email(marked).as_deref(), Some("b"));
    assert_eq!(
        email(json!([{"value": "a"}, {"value": "b", "primary": false}])).as_deref(),
        Some("a")
    );
    assert_eq!(email(json!([])), None);
    // An empty value says nothing.
    assert_eq!(email(json!([{"value": "", "type": "work"}])), None);
}

#[test]
fn every_part_is_read() {
    let resource = user(json!({
        "id": "u1", "externalId": "x", "userName": "b", "displayName": "B", "nickName": "n",
        "title": "t", "userType": "Employee", "locale": "sv-SE", "timezone": "Europe/Stockholm",
        "preferredLanguage": "sv", "profileUrl": "https://x",
        "name": {"formatted": "B C J", "givenName": "B", "middleName": "C", "familyName": "J"},
        "phoneNumbers": [{"value": "1", "type": "work", "display": "one"}],
        "groups": [{"value": "g1", "$ref": "../Groups/g1", "display": "Team", "type": "direct"}],
        ENTERPRISE_USER_URN: {"employeeNumber": "7", "costCenter": "c", "organization": "o",
            "division": "d", "department": "e", "manager": {"value": "u2", "displayName": "M"}},
    }));
    let user = User::of(&resource).unwrap();
    assert_eq!(
        [
            user.id(),
            user.external_id(),
            user.user_name(),
            user.display_name(),
            user.nick_name(),
            user.title(),
            user.user_type(),
            user.locale(),
            user.timezone(),
            user.preferred_language(),
            user.profile_url(),
            user.name().formatted(),
            user.name().middle_name()
        ],
        [
            Some("u1"),
            Some("x"),
            Some("b"),
            Some("B"),
            Some("n"),
            Some("t"),
            Some("Employee"),
            Some("sv-SE"),
            Some("Europe/Stockholm"),
            Some("sv"),
            Some("https://x"),
            Some("B C J"),
            Some("C")
        ]
    );
    let phone = user.phone_numbers().next().unwrap();
    assert_eq!(
        (phone.kind(), phone.display(), phone.is_primary()),
        (Some("work"), Some("one"), false)
    );
    let group = user.groups().next().unwrap();
    assert_eq!(
        (group.uri(), group.display(), group.kind()),
        (Some("../Groups/g1"), Some("Team"), Some("direct"))
    );
    let enterprise = user.enterprise().unwrap();
    assert_eq!(
        [
            enterprise.employee_number(),
            enterprise.cost_center(),
            enterprise.organization(),
            enterprise.division(),
            enterprise.department()
        ],
        [Some("7"), Some("c"), Some("o"), Some("d"), Some("e")]
    );
    assert_eq!(enterprise.manager().unwrap().display(), Some("M"));
    for shown in [
        format!("{user:?}"),
        format!("{phone:?}"),
        format!("{enterprise:?}"),
    ] {
        assert!(!shown.contains("work") && !shown.contains("u1"), "{shown}");
    }
}

#[test]
fn schemas_follow_what_is_written() {
    let mut resource = user(json!({"userName": "b"}));
    UserEdit::of(&mut resource)
        .unwrap()
        .set_employee_number(Some("7"));
    assert_eq!(
        resource.object()["schemas"],
        json!([USER_URN, ENTERPRISE_USER_URN])
    );
    UserEdit::of(&mut resource)
        .unwrap()
        .set_employee_number(None);
    assert_eq!(resource.object()["schemas"], json!([USER_URN]));
}

#[test]
fn an_address_is_made_changed_and_removed() {
    let mut resource = user(json!({}));
    let emails = |resource: &Resource| resource.object().get("emails").cloned();
    UserEdit::of(&mut resource)
        .unwrap()
        .set_primary_email(Some("a@x"));
    assert_eq!(
        emails(&resource),
        Some(json!([{"value": "a@x", "primary": true}]))
    );
    UserEdit::of(&mut resource).unwrap().set_primary_email(None);
    assert_eq!(emails(&resource), None);
    let mut resource = user(json!({"emails": [{"value": "a"}, {"value": "b", "primary": true}]}));
    UserEdit::of(&mut resource).unwrap().set_primary_email(None);
    assert_eq!(emails(&resource), Some(json!([{"value": "a"}])));
}

proptest! {
    /// What an edit does not name is as before, and the result has the schema's shape.
    #[test]
    fn edits_lose_nothing(
        unknown in "[a-z]{1,8}",
        title in proptest::option::of("[a-z]{0,4}"),
        active in proptest::option::of(any::<bool>()),
        manager in proptest::option::of("[a-z]{1,4}"),
        department in proptest::option::of("[a-z]{1,4}"),
    ) {
        let mut resource = user(json!({
            "userName": "b", "title": "old", format!("x-{unknown}"): {"deep": [1, {"y": true}]},
            "emails": [{"value": "a@x", "x-part": 1}], "name": {"x-part": 2},
            ENTERPRISE_USER_URN: {"manager": {"value": "m0", "x-part": 3}, "x-z": 4},
        }));
        let before = resource.clone();
        UserEdit::of(&mut resource).unwrap()
            .set_title(title.as_deref()).set_active(active).set_manager(manager.as_deref())
            .set_department(department.as_deref()).set_given_name(title.as_deref());
        let again = user(resource.clone().into_value());
        prop_assert_eq!(&again, &resource);
        let view = User::of(&resource).unwrap();
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        prop_assert_eq!(view.title().map(str::to_owned), text(&title));
        prop_assert_eq!(view.active(), active);
        let enterprise = view.enterprise().unwrap();
        prop_assert_eq!(enterprise.department(), department.as_deref());
        prop_assert_eq!(enterprise.manager().and_then(|it| it.value()), manager.as_deref());
        let name = format!("x-{unknown}");
        prop_assert_eq!(resource.object().get(&name), before.object().get(&name));
        prop_assert_eq!(&resource.object()["emails"], &before.object()["emails"]);
        prop_assert_eq!(&resource.object()["name"]["x-part"], 2);
        prop_assert_eq!(&resource.object()[ENTERPRISE_USER_URN]["x-z"], 4);
    }

    #[test]
    fn members_are_added_and_removed_once(ids in proptest::collection::vec("[a-c]{1,2}", 0..6)) {
        let mut resource = group(json!({"members": [{"value": "a", "x-since": 1}, {"value": "zz"}]}));
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        GroupEdit::of(&mut resource).unwrap().add_members(ids.iter().copied());
        let members: Vec<&str> = Group::of(&resource).unwrap().members()
            .filter_map(|member| member.value()).collect();
        let mut once = members.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), members.len());
        prop_assert!(ids.iter().all(|id| members.contains(id)));
        prop_assert_eq!(&resource.object()["members"][0], &json!({"value": "a", "x-since": 1}));
        GroupEdit::of(&mut resource).unwrap().remove_members(ids.iter().copied());
        let left = Group::of(&resource).unwrap().members().filter_map(|member| member.value());
        prop_assert!(left.into_iter().all(|member| !ids.contains(&member)));
    }
}
