//! The checks.

use serde_json::json;

use super::ground::{ALL, Found, Ground, holds, tag, values};
use crate::scim::etag::EntityTag;
use crate::scim::filter::Filter;
use crate::scim::query::{Sort, SortOrder};
use crate::scim::schema::ENTERPRISE_USER_URN;
use crate::scim::store::contract::{Store, StoreError};
use crate::scim::store::listing::Window;

type Check<S> = fn(&mut Ground<'_, S>) -> Found;

/// The checks by name.
pub(super) fn all<S: Store>() -> Vec<(&'static str, Check<S>)> {
    vec![
        ("a-resource-comes-back-as-it-was-written", comes_back),
        ("a-deleted-resource-is-gone-and-its-name-is-free", deleted),
        ("a-deleted-user-leaves-all-groups", leaves_groups),
        ("a-deletion-needs-the-version", deletion_needs_version),
        ("a-group-keeps-a-thousand-members", thousand_members),
        ("a-list-after-an-identifier-begins-behind-it", after_id),
        ("a-list-counts-all-that-match", counts),
        ("a-list-filters-as-the-evaluator-does", filters),
        ("a-list-is-in-the-order-of-identifiers", order_of_ids),
        ("a-list-sorts-as-asked", sorts),
        ("a-replacement-needs-the-version", replacement_needs_version),
        ("a-replacement-writes-all-attributes", replacement_writes),
        ("a-replacement-writes-members", replacement_members),
        ("a-taken-user-name-is-refused", taken),
        ("a-user-has-the-groups-that-have-the-user", derived_groups),
        ("a-value-is-held-whatever-its-case", held),
        ("identifiers-are-exact", exact_ids),
        ("members-may-be-unknown", unknown_members),
        ("new-identifiers-are-new", new_ids),
        ("resource-types-are-apart", types_apart),
        ("tenants-are-apart", tenants_apart),
    ]
}

fn comes_back<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    for person in ground.people()? {
        let id = person.text("id").unwrap_or_default();
        let found = ground.found(ground.registry.user(), id)?;
        holds(found == person, "a user comes back with other attributes")?;
    }
    holds(
        ground.find(ground.registry.user(), "p9")?.is_none(),
        "a user is found who was never written",
    )
}

fn exact_ids<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let (lower, upper) = (ground.user("id", "a")?, ground.user("ID", "b")?);
    ground.insert(&lower)?;
    holds(
        ground.find(ground.registry.user(), "ID")?.is_none(),
        "an identifier is found in another case",
    )?;
    ground.insert(&upper)?;
    let found = ground.found(ground.registry.user(), "id")?;
    holds(found == lower, "identifiers in other case are one")
}

fn types_apart<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let (user, group) = (ground.user("same", "a")?, ground.group("same", &[])?);
    ground.insert(&user)?;
    holds(
        ground.find(ground.registry.group(), "same")?.is_none(),
        "a user is found as a group",
    )?;
    ground.insert(&group)?;
    let version = tag(&group);
    let deleted = ground.delete(&group, version.as_ref());
    holds(deleted.is_ok(), "a group cannot be deleted")?;
    let found = ground.found(ground.registry.user(), "same")?;
    holds(
        found == user,
        "a group takes a user of its identifier along",
    )
}

fn tenants_apart<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let people = ground.people()?;
    let other = ground.other_tenant();
    let mine = std::mem::replace(&mut ground.store, other);
    let nothing = ground.list("userName pr or title pr", None, ALL)?;
    holds(nothing.0 == 0, "a list shows another tenant's users")?;
    holds(
        ground.find(ground.registry.user(), "p1")?.is_none(),
        "another tenant's user is found",
    )?;
    holds(
        ground.holder("alice")?.is_none(),
        "another tenant holds a name",
    )?;
    let mut inserted = 0_usize;
    for person in &people {
        ground.insert(person)?;
        inserted = inserted.saturating_add(1);
    }
    let deleted = people.first().map(|one| (one.clone(), tag(one)));
    if let Some((person, version)) = deleted {
        let deleted = ground.delete(&person, version.as_ref());
        holds(deleted.is_ok(), "a user cannot be deleted")?;
    }
    ground.store = mine;
    let (total, _) = ground.list("", None, ALL)?;
    holds(total == inserted, "another tenant's deletion reaches here")
}

fn new_ids<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let mut ids: Vec<String> = (0..100).map(|_| ground.store.new_id()).collect();
    holds(
        ids.iter().all(|id| !id.is_empty()),
        "a new identifier is empty",
    )?;
    ids.sort();
    ids.dedup();
    holds(ids.len() == 100, "an identifier is given out twice")
}

fn held<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    let zoe = ground.user("z1", "Zo\u{eb}")?;
    ground.insert(&zoe)?;
    for (name, holder) in [
        ("ALICE", Some("p1")),
        ("bob", Some("p2")),
        ("bo", None),
        ("ZOE\u{308}", Some("z1")),
        ("zoe", None),
    ] {
        let found = ground.holder(name)?;
        holds(found.as_deref() == holder, "a name has the wrong holder")?;
    }
    Ok(())
}

fn taken<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    let second = ground.user("q1", "aLiCe")?;
    let is_conflict = |result| matches!(result, Err(StoreError::Conflict { .. }));
    let inserted = ground.store.insert(&second);
    holds(is_conflict(inserted), "a second user has a taken name")?;
    let bob = ground.found(ground.registry.user(), "p2")?;
    let version = tag(&bob);
    let renamed = ground.replace(&bob, json!({"userName": "ALICE"}), version.as_ref())?;
    holds(is_conflict(renamed), "a user is renamed to a taken name")?;
    let same = ground.replace(&bob, json!({"userName": "BOB"}), version.as_ref())?;
    holds(
        same.is_ok(),
        "a user cannot change the case of its own name",
    )?;
    holds(
        ground.holder("bob")?.as_deref() == Some("p2"),
        "a renamed user does not hold its name",
    )
}

fn replacement_writes<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    let alice = ground.found(ground.registry.user(), "p1")?;
    let version = tag(&alice);
    let body = json!({
        "userName": "alicia", "title": "Director", "x-unknown": {"kept": [1, "a"]},
        "emails": [{"type": "other", "value": "alicia@example.com"}],
        ENTERPRISE_USER_URN: {"department": "Design"},
    });
    let replaced = ground.replace(&alice, body.clone(), version.as_ref())?;
    holds(replaced.is_ok(), "a user cannot be replaced")?;
    let found = ground.found(ground.registry.user(), "p1")?;
    holds(
        found.text("userName") == Some("alicia"),
        "the new name is lost",
    )?;
    holds(
        found.object().get("active").is_none(),
        "a removed attribute stays",
    )?;
    holds(
        found.object().get("x-unknown") == body.get("x-unknown"),
        "what no schema knows is lost",
    )?;
    for attribute in ["title", "emails", ENTERPRISE_USER_URN] {
        let is_written = found.object().get(attribute) == body.get(attribute);
        holds(
            is_written,
            "an attribute has another value than was written",
        )?;
    }
    holds(tag(&found) != version, "the version stays")?;
    holds(
        ground.holder("alice")?.is_none() && ground.holder("ALICIA")?.is_some(),
        "the old name is held, or the new one is not",
    )
}

fn replacement_needs_version<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    let bob = ground.found(ground.registry.user(), "p2")?;
    let other = EntityTag::of_version(77);
    let stale = ground.replace(&bob, json!({"userName": "robert"}), Some(&other))?;
    holds(
        stale == Err(StoreError::Stale),
        "another version is replaced",
    )?;
    holds(
        ground.found(ground.registry.user(), "p2")? == bob,
        "a refused replacement changes something",
    )?;
    let absent = ground.user("p9", "nobody")?;
    let version = tag(&absent);
    let replaced = ground.replace(&absent, json!({"userName": "nobody"}), version.as_ref())?;
    holds(
        replaced == Err(StoreError::Stale),
        "a resource that is not there is replaced",
    )
}

fn replacement_members<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let group = ground.group("g1", &["u1", "u2", "u3"])?;
    ground.insert(&group)?;
    let version = tag(&group);
    let body = json!({"displayName": "Renamed", "members": [{"value": "u2"}, {"value": "u4"}]});
    let replaced = ground.replace(&group, body, version.as_ref())?;
    holds(replaced.is_ok(), "a group cannot be replaced")?;
    let found = ground.found(ground.registry.group(), "g1")?;
    holds(
        values(&found, "members") == ["u2", "u4"],
        "the members are not those that were written",
    )?;
    holds(
        found.text("displayName") == Some("Renamed"),
        "the new name is lost",
    )
}

fn deleted<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    let alice = ground.found(ground.registry.user(), "p1")?;
    let version = tag(&alice);
    holds(
        ground.delete(&alice, version.as_ref()).is_ok(),
        "a user cannot be deleted",
    )?;
    holds(
        ground.find(ground.registry.user(), "p1")?.is_none(),
        "a deleted user is found",
    )?;
    holds(
        ground.holder("alice")?.is_none(),
        "a deleted user holds a name",
    )?;
    let (total, _) = ground.list("userName eq \"alice\"", None, ALL)?;
    holds(total == 0, "a deleted user is listed")?;
    let again = ground.delete(&alice, version.as_ref());
    holds(again == Err(StoreError::Stale), "a user is deleted twice")?;
    let successor = ground.user("q1", "alice")?;
    ground.insert(&successor)
}

fn deletion_needs_version<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    let bob = ground.found(ground.registry.user(), "p2")?;
    let other = EntityTag::of_version(77);
    let stale = ground.delete(&bob, Some(&other));
    holds(
        stale == Err(StoreError::Stale),
        "another version is deleted",
    )?;
    ground.found(ground.registry.user(), "p2").map(drop)
}

fn leaves_groups<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    for group in [
        ground.group("g1", &["p1", "p2"])?,
        ground.group("g2", &["p1"])?,
        ground.group("g3", &["p2"])?,
    ] {
        ground.insert(&group)?;
    }
    let untouched = ground.found(ground.registry.group(), "g3")?;
    let before = ground.found(ground.registry.group(), "g1")?;
    let alice = ground.found(ground.registry.user(), "p1")?;
    let version = tag(&alice);
    holds(
        ground.delete(&alice, version.as_ref()).is_ok(),
        "a member cannot be deleted",
    )?;
    let after = ground.found(ground.registry.group(), "g1")?;
    holds(
        values(&after, "members") == ["p2"],
        "a deleted user is a member still, or others are no longer",
    )?;
    holds(
        tag(&after) != tag(&before),
        "a group that lost a member has its old version",
    )?;
    let empty = ground.found(ground.registry.group(), "g2")?;
    holds(
        values(&empty, "members").is_empty(),
        "a group keeps its last member",
    )?;
    holds(
        ground.found(ground.registry.group(), "g3")? == untouched,
        "a group changes that the user was not in",
    )
}

fn unknown_members<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let group = ground.group("g1", &["later"])?;
    ground.insert(&group)?;
    let user = ground.user("later", "late")?;
    ground.insert(&user)?;
    let found = ground.found(ground.registry.user(), "later")?;
    holds(
        values(&found, "groups") == ["g1"],
        "a user who came after the group is not in it",
    )
}

fn derived_groups<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    for group in [
        ground.group("g1", &["p1", "p2"])?,
        ground.group("g2", &["p1"])?,
    ] {
        ground.insert(&group)?;
    }
    let alice = ground.found(ground.registry.user(), "p1")?;
    holds(
        values(&alice, "groups") == ["g1", "g2"],
        "a user's groups are not those that have the user",
    )?;
    let displays = alice
        .object()
        .get("groups")
        .and_then(|groups| groups.get(0));
    holds(
        displays.is_some_and(|group| group["display"] == "Group g1" && group["type"] == "direct"),
        "a user's group lacks `display` or `type`",
    )?;
    let (_, listed) = ground.list("groups.value eq \"g1\"", None, ALL)?;
    holds(listed == ["p1", "p2"], "a filter does not see the groups")
}

fn thousand_members<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let ids: Vec<String> = (0..1_000).map(|at| format!("m{at:04}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let group = ground.group("big", &ids)?;
    ground.insert(&group)?;
    let found = ground.found(ground.registry.group(), "big")?;
    holds(values(&found, "members") == ids, "members are lost")
}

fn order_of_ids<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    for (id, name) in [("b", "1"), ("C", "2"), ("a", "3"), ("a-", "4")] {
        let user = ground.user(id, name)?;
        ground.insert(&user)?;
    }
    let (_, listed) = ground.list("", None, ALL)?;
    holds(
        listed == ["C", "a", "a-", "b"],
        "the list is not in the order of the bytes of `id`",
    )?;
    let window = Window::Index {
        offset: 1,
        count: 2,
    };
    let (total, listed) = ground.list("", None, window)?;
    holds(
        total == 4 && listed == ["a", "a-"],
        "a page is another part",
    )
}

fn after_id<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    for (id, count, expected) in [
        (None, 2, &["p1", "p2"][..]),
        (Some("p2"), 5, &["p3", "p4"]),
        // One that is gone is still a place.
        (Some("p11"), 1, &["p2"]),
        (Some("p4"), 5, &[]),
    ] {
        let (total, listed) = ground.list("", None, Window::After { id, count })?;
        holds(
            total == 4 && listed == expected,
            "a page after an identifier is another part",
        )?;
    }
    let window = Window::After {
        id: Some("p1"),
        count: 5,
    };
    let (total, listed) = ground.list("title pr", None, window)?;
    holds(
        total == 3 && listed == ["p2", "p3"],
        "a page after an identifier has others than the filter selects",
    )
}

fn counts<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    for (offset, count, shown) in [(0, 0, 0), (1, 1, 1), (2, 5, 1), (9, 5, 0)] {
        let window = Window::Index { offset, count };
        let (total, listed) = ground.list("title pr", None, window)?;
        holds(
            total == 3 && listed.len() == shown,
            "a page has another total, or another number of users",
        )?;
    }
    Ok(())
}

fn sorts<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    ground.people()?;
    for (by, order, expected) in [
        ("userName", SortOrder::Descending, ["p4", "p3", "p2", "p1"]),
        ("title", SortOrder::Ascending, ["p3", "p1", "p2", "p4"]),
        ("externalId", SortOrder::Ascending, ["p2", "p3", "p1", "p4"]),
    ] {
        let sort = Sort::new(by, order);
        let (_, listed) = ground.list("", Some(&sort), ALL)?;
        holds(listed == expected, "a sort gives another order")?;
    }
    Ok(())
}

/// Filters that tell an evaluator from a translation that is nearly right.
const FILTERS: [&str; 24] = [
    "userName eq \"ALICE\"",
    "externalId eq \"X1\"",
    "externalId eq \"x1\"",
    "title eq \"engineer\"",
    "title ne \"engineer\"",
    "not (title eq \"engineer\")",
    "title sw \"100%\"",
    "title co \"_\"",
    "title co \"\\\\\"",
    "title co \"'\"",
    "title ew \"\\\"\"",
    "title pr",
    "not (title pr)",
    "active eq true",
    "active eq \"False\"",
    "not (active eq true)",
    "emails[type eq \"work\" and value co \"example\"]",
    "emails.type eq \"work\" and emails.value ew \"home.example\"",
    "emails[type eq \"work\" and value ew \"home.example\"]",
    "emails eq \"bob@example.com\"",
    "name.familyName eq \"ÅNGSTRÖM\"",
    "userName eq \"bob\" or userName eq \"carol\" and title pr",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"tours\"",
    "userName gt \"b\" and userName le \"carol\"",
];

fn filters<S: Store>(ground: &mut Ground<'_, S>) -> Found {
    let people = ground.people()?;
    for text in FILTERS {
        let (_, listed) = ground.list(text, None, ALL)?;
        let filter = Filter::parse(text).and_then(|filter| filter.resolve(ground.registry.user()));
        let filter = filter.map_err(|error| format!("`{text}` is refused: {error}"))?;
        let matching = people.iter().filter(|person| filter.matches(person));
        let matching: Vec<&str> = matching.filter_map(|person| person.text("id")).collect();
        if listed != matching {
            return Err(format!(
                "`{text}` finds {listed:?} in place of {matching:?}"
            ));
        }
    }
    Ok(())
}
