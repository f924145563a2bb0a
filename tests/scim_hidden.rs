//! Nothing hidden can be read or probed: two users who differ only in what may not be read are one
//! to every filter, order and answer, and to every condition of a PATCH or PUT.

#![cfg(feature = "scim")]

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::scim::query::{Projection, Sort, SortOrder};
use vestibule::scim::{BaseUrl, Filter, Patch, Profile, Registry, Resource};

const ACME: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let mut registry = Registry::standard();
    let document = json!({"id": ACME, "attributes": [
        {"name": "secret", "mutability": "immutable", "returned": "never"},
        {"name": "seal", "mutability": "readOnly", "returned": "never"},
        {"name": "tokens", "multiValued": true, "mutability": "writeOnly"},
        {"name": "cards", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value"}, {"name": "cvc", "returned": "never"},
            {"name": "issued", "mutability": "readOnly"},
            {"name": "primary", "type": "boolean", "returned": "never"},
        ]},
        {"name": "notes", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "text"}, {"name": "key", "mutability": "writeOnly"},
        ]},
        {"name": "vault", "type": "complex", "subAttributes": [
            {"name": "label"}, {"name": "code", "returned": "never"},
            {"name": "pin", "mutability": "writeOnly"},
        ]},
        {"name": "safe", "type": "complex", "returned": "never", "subAttributes": [
            {"name": "value"}, {"name": "place"},
        ]},
    ]});
    let urn = registry.add_schema(&document).unwrap();
    registry.extend("User", &urn).unwrap();
    registry
});

const TEXTS: [&str; 4] = ["", "h", "H1", "h2"];

/// What may not be read: one for each of two users.
#[derive(Clone, Debug)]
struct Hidden {
    texts: Vec<Option<&'static str>>,
    /// Where a condition could tell whether there is a value, there always is one.
    always: &'static str,
    primary: Option<usize>,
}

fn hidden() -> impl Strategy<Value = Hidden> {
    let texts = proptest::collection::vec(proptest::option::of(select(&TEXTS[..])), 8);
    let always = select(&TEXTS[1..]);
    let primary = proptest::option::of(0..2_usize);
    (texts, always, primary).prop_map(|(texts, always, primary)| Hidden {
        texts,
        always,
        primary,
    })
}

/// What may be read.
type Shown = Vec<Option<&'static str>>;

fn shown() -> impl Strategy<Value = Shown> {
    proptest::collection::vec(proptest::option::of(select(&TEXTS[1..])), 5)
}

fn user(shown: &Shown, hidden: &Hidden) -> Resource {
    let hides = |at: usize| json!(hidden.texts[at]);
    let mut cards = json!([
        {"value": "c1", "cvc": hides(2), "issued": shown[0]},
        {"value": "c2", "cvc": hides(3), "issued": shown[1]},
    ]);
    if let Some(at) = hidden.primary {
        cards[at]["primary"] = json!(true);
    }
    let body = json!({"id": "u1", "userName": "b", "title": shown[2], "password": hides(0), ACME: {
        "secret": hidden.always,
        "seal": hides(1),
        "tokens": hides(7),
        "cards": cards,
        "notes": [{"text": "n", "key": hides(4)}],
        "vault": {"label": shown[3], "code": hides(5), "pin": hides(6)},
        "safe": {"value": hides(6), "place": hides(1)},
    }});
    Resource::from_value(REGISTRY.user(), body).unwrap()
}

fn name() -> impl Strategy<Value = String> {
    let own = [
        "secret",
        "seal",
        "tokens",
        "cards",
        "cards.value",
        "cards.cvc",
        "cards.issued",
        "cards.primary",
        "notes",
        "notes.text",
        "notes.key",
        "vault",
        "vault.label",
        "vault.code",
        "vault.pin",
        "safe",
        "safe.value",
        "safe.place",
    ];
    let own = own.map(|name| format!("{ACME}:{name}")).to_vec();
    let top = ["userName", "title", "password", "id", "schemas"].map(str::to_owned);
    prop_oneof![3 => select(own), 1 => select(top.to_vec())]
}

fn term(name: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let operators = select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
    let values = select(vec![
        "\"\"", "\"h\"", "\"H1\"", "\"h2\"", "\"c1\"", "\"n\"", "true", "null",
    ]);
    (name, operators, values, any::<bool>()).prop_map(|(name, operator, value, compares)| {
        match compares {
            true => format!("{name} {operator} {value}"),
            false => format!("{name} pr"),
        }
    })
}

/// A condition on the elements of one attribute, with its path.
fn elements() -> impl Strategy<Value = String> {
    let parts = select(vec![
        "value", "cvc", "issued", "primary", "text", "key", "label", "code", "pin", "place",
    ]);
    let terms = proptest::collection::vec(term(parts.prop_map(str::to_owned)), 1..3);
    let joint = select(vec![" and ", " or "]);
    let holder = select(vec!["cards", "notes", "vault", "safe"]);
    (holder, terms, joint)
        .prop_map(|(holder, terms, joint)| format!("{ACME}:{holder}[{}]", terms.join(joint)))
}

fn filter() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![2 => term(name()), 1 => elements()];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| format!("({left}) and ({right})")),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| format!("({left}) or ({right})")),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

fn answer(user: &Resource) -> Value {
    let base = BaseUrl::parse("https://example.com").unwrap();
    Projection::default().answer(user, &base)
}

/// Operations whose conditions may look anywhere, and which write where all is shown.
fn operation() -> impl Strategy<Value = Value> {
    let removal = elements().prop_map(|path| json!({"op": "remove", "path": path}));
    let part = (elements(), select(vec!["value", "text", "label"])).prop_map(
        |(path, part)| json!({"op": "replace", "path": format!("{path}.{part}"), "value": "new"}),
    );
    let by_value = (select(vec!["cards", "notes"]), select(&TEXTS[..])).prop_map(|(name, text)| {
        let listed = json!([{"value": "c1", "cvc": text}, {"text": "n", "key": text}]);
        let listed = listed.as_array().unwrap();
        let one = &listed[usize::from(name == "notes")];
        json!({"op": "remove", "path": format!("{ACME}:{name}"), "value": [one]})
    });
    let guess = (
        select(vec!["secret", "seal"]),
        select(&TEXTS[..]),
        any::<bool>(),
    )
        .prop_map(|(name, text, named)| match named {
            true => json!({"op": "add", "value": {ACME: {name: text}}}),
            false => json!({"op": "add", "path": format!("{ACME}:{name}"), "value": text}),
        });
    prop_oneof![removal, part, by_value, guess]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn no_filter_tells_users_apart_by_what_is_hidden(
        shown in shown(), one in hidden(), other in hidden(), text in filter(),
    ) {
        let filter = Filter::parse(&text).unwrap();
        if let Ok(filter) = filter.resolve(REGISTRY.user()) {
            let (one, other) = (user(&shown, &one), user(&shown, &other));
            prop_assert_eq!(filter.matches(&one), filter.matches(&other), "{}", text);
        }
    }

    #[test]
    fn no_order_and_no_answer_tells_users_apart_by_what_is_hidden(
        shown in shown(), one in hidden(), other in hidden(),
        names in proptest::collection::vec(name(), 1..4),
    ) {
        let (one, other) = (user(&shown, &one), user(&shown, &other));
        prop_assert_eq!(answer(&one), answer(&other));
        let base = BaseUrl::parse("https://example.com").unwrap();
        let listed = names.join(",");
        for projection in [
            Projection::from_query(Some(&listed), None).unwrap(),
            Projection::from_query(None, Some(&listed)).unwrap(),
        ] {
            prop_assert_eq!(
                projection.answer(&one, &base),
                projection.answer(&other, &base),
                "{}", listed
            );
        }
        for name in names {
            if let Ok(sort) = Sort::new(&name, SortOrder::Ascending).resolve(REGISTRY.user()) {
                prop_assert!(sort.key(&one) == sort.key(&other), "{}", name);
            }
        }
    }

    #[test]
    fn no_condition_of_a_patch_tells_users_apart_by_what_is_hidden(
        shown in shown(), one in hidden(), other in hidden(),
        operations in proptest::collection::vec(operation(), 1..3),
    ) {
        let patch = Patch::from_value(json!(operations)).unwrap();
        // Whether there is a complex value at all, a path may tell.
        let shown: Shown = shown.into_iter().map(|text| text.or(Some("h"))).collect();
        let outcome = |hidden: &Hidden| {
            let plan = patch.plan(&user(&shown, hidden), &Profile::tolerant());
            let plan = plan.map_err(|error| (error.code(), error.to_string(), error.at()))?;
            Ok::<_, (&str, String, _)>(answer(&plan.apply().0))
        };
        prop_assert_eq!(outcome(&one), outcome(&other), "{}", json!(operations));
    }

    #[test]
    fn no_put_tells_users_apart_by_what_is_hidden(
        shown in shown(), one in hidden(), other in hidden(),
        guess in select(&TEXTS[..]), name in select(vec!["secret", "seal", "title"]),
    ) {
        let outcome = |hidden: &Hidden| {
            let user = user(&shown, hidden);
            let mut body = answer(&user);
            body[ACME][name] = json!(guess);
            let plan = user.replaced_by(body, &Profile::tolerant());
            let plan = plan.map_err(|error| (error.code(), error.to_string(), error.at()))?;
            Ok::<_, (&str, String, _)>(answer(&plan.apply().0))
        };
        prop_assert_eq!(outcome(&one), outcome(&other));
    }
}
