//! Laws of filters and PATCH, on generated input.

#![cfg(feature = "scim")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use vestibule::scim::filter::{Found, Searchable};
use vestibule::scim::{Filter, Patch, Path, Profile, Registry, Resource, json as reader};

/// A filter as a tree of its own, with a naive evaluator: the oracle.
#[derive(Clone, Debug)]
enum Tree {
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
    Term(&'static str, &'static str, &'static str),
    Elements(Box<Tree>),
}

impl Tree {
    /// With every group in parentheses.
    fn text(&self) -> String {
        match self {
            Self::And(left, right) => format!("({} and {})", left.text(), right.text()),
            Self::Or(left, right) => format!("({} or {})", left.text(), right.text()),
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::Term(name, "pr", _) => format!("{name} pr"),
            Self::Term(name, operator, value) => format!("{name} {operator} \"{value}\""),
            Self::Elements(inner) => format!("emails[{}]", inner.text()),
        }
    }

    fn holds(&self, object: &Value) -> bool {
        match self {
            Self::And(left, right) => left.holds(object) && right.holds(object),
            Self::Or(left, right) => left.holds(object) || right.holds(object),
            Self::Not(inner) => !inner.holds(object),
            Self::Elements(inner) => {
                let emails = object["emails"].as_array();
                emails.is_some_and(|emails| emails.iter().any(|email| inner.holds(email)))
            }
            Self::Term(name, operator, value) => {
                let Some(stored) = object[*name].as_str() else {
                    return *operator == "ne";
                };
                let (stored, value) = (stored.to_lowercase(), value.to_lowercase());
                match *operator {
                    "pr" => !stored.is_empty(),
                    "eq" => stored == value,
                    "ne" => stored != value,
                    "co" => stored.contains(&value),
                    "sw" => stored.starts_with(&value),
                    "ew" => stored.ends_with(&value),
                    "gt" => stored > value,
                    "ge" => stored >= value,
                    "lt" => stored < value,
                    _ => stored <= value,
                }
            }
        }
    }
}

fn term(names: &'static [&'static str]) -> impl Strategy<Value = Tree> + Clone {
    const OPERATORS: [&str; 10] = ["pr", "eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
    const VALUES: [&str; 7] = ["", "a", "B", "ab", "Ba", "å", "Å"];
    (
        proptest::sample::select(names),
        proptest::sample::select(&OPERATORS[..]),
        proptest::sample::select(&VALUES[..]),
    )
        .prop_map(|(name, operator, value)| Tree::Term(name, operator, value))
}

fn joined(leaf: impl Strategy<Value = Tree> + Clone + 'static) -> impl Strategy<Value = Tree> {
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| Tree::And(left.into(), right.into())),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| Tree::Or(left.into(), right.into())),
            inner.prop_map(|inner| Tree::Not(inner.into())),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let elements = joined(term(&["type", "value"])).boxed();
    let leaf = prop_oneof![
        3 => term(&["userName", "title", "nickName"]),
        1 => elements.prop_map(|inner| Tree::Elements(inner.into())),
    ];
    joined(leaf.boxed())
}

fn text() -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::of(proptest::sample::select(vec![
        "a", "B", "aB", "bab", "Å", "",
    ]))
}

fn user() -> impl Strategy<Value = Value> {
    let email = (text(), text()).prop_map(|(kind, value)| json!({"type": kind, "value": value}));
    (
        text(),
        text(),
        text(),
        proptest::collection::vec(email, 0..4),
    )
        .prop_map(|(user_name, title, nick_name, emails)| {
            json!({"id": "u1", "userName": user_name, "title": title, "nickName": nick_name,
                   "emails": emails, "x-own": {"kept": [1, {"deep": true}]}})
        })
}

fn operation() -> impl Strategy<Value = Value> {
    let paths = vec![
        json!("title"),
        json!("nickName"),
        json!("name.givenName"),
        json!("name"),
        json!("emails"),
        json!("emails.type"),
        json!("emails[type eq \"a\"].value"),
        json!("emails[type pr]"),
        json!("emails[value eq \"B\"].primary"),
        json!("password"),
        json!("id"),
        json!("noSuch"),
        json!("userName"),
        json!(null),
    ];
    let values = vec![
        json!("a"),
        json!(true),
        json!(null),
        json!([]),
        json!({"value": "a", "primary": true}),
        json!([{"value": "B", "type": "a"}, {"value": "c"}]),
        json!({"givenName": "G"}),
        json!({"title": "a", "emails[type eq \"a\"].value": "x"}),
        json!(7),
    ];
    (
        proptest::sample::select(vec!["add", "Replace", "remove"]),
        proptest::sample::select(paths),
        proptest::sample::select(values),
    )
        .prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}))
}

/// The members without what is null or an empty list or object.
fn without_nothing(value: &Value) -> Value {
    let is_something =
        |value: &Value| !value.is_null() && *value != json!([]) && *value != json!({});
    match value {
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), without_nothing(value)));
            members.filter(|(_, value)| is_something(value)).collect()
        }
        Value::Array(elements) => elements
            .iter()
            .map(without_nothing)
            .filter(is_something)
            .collect(),
        plain => plain.clone(),
    }
}

/// A host's own type, made from the resource.
enum Node {
    List(Vec<Node>),
    Object(BTreeMap<String, Node>),
    Text(String),
    Other,
}

impl Node {
    fn of(value: &Value) -> Self {
        match value {
            Value::Array(elements) => Self::List(elements.iter().map(Self::of).collect()),
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::of(value)))
                    .collect(),
            ),
            Value::String(text) => Self::Text(text.clone()),
            _ => Self::Other,
        }
    }

    fn found(&self) -> Found<'_> {
        match self {
            Self::List(nodes) => Found::list(nodes.iter().map(Self::found)),
            Self::Object(_) => Found::Complex(self),
            Self::Text(text) => Found::Text(text),
            Self::Other => Found::Nothing,
        }
    }
}

impl Searchable for Node {
    fn attribute(&self, _: Option<&str>, name: &str) -> Found<'_> {
        match self {
            Self::Object(members) => members.get(name).map_or(Found::Nothing, Self::found),
            _ => Found::Nothing,
        }
    }
}

proptest! {
    #[test]
    fn a_hosts_own_type_is_selected_as_its_resource_is_matched(tree in tree(), user in user()) {
        let registry = Registry::standard();
        let resource = Resource::from_value(registry.user(), user).unwrap();
        let filter = Filter::parse(&tree.text()).unwrap().resolve(registry.user()).unwrap();
        let host = Node::of(&resource.clone().into_value());
        prop_assert_eq!(filter.selects(&host), filter.matches(&resource));
    }

    #[test]
    fn two_filters_joined_match_what_both_match(
        left in tree(),
        right in tree(),
        user in user(),
    ) {
        let registry = Registry::standard();
        let resource = Resource::from_value(registry.user(), user).unwrap();
        let resolved = |tree: &Tree| {
            Filter::parse(&tree.text()).unwrap().resolve(registry.user()).unwrap()
        };
        let (left, right) = (resolved(&left), resolved(&right));
        let both = left.matches(&resource) && right.matches(&resource);
        prop_assert_eq!(left.and(right).matches(&resource), both);
    }

    #[test]
    fn what_a_filter_looks_up_every_match_has(tree in tree(), user in user()) {
        let registry = Registry::standard();
        let resource = Resource::from_value(registry.user(), user).unwrap();
        let filter = Filter::parse(&tree.text()).unwrap().resolve(registry.user()).unwrap();
        if !filter.matches(&resource) {
            return Ok(());
        }
        for lookup in filter.lookups() {
            let text = format!("{} eq {}", lookup.path(), Value::from(lookup.text()));
            let alone = Filter::parse(&text).unwrap().resolve(registry.user()).unwrap();
            prop_assert!(alone.matches(&resource), "{}", text);
        }
    }

    #[test]
    fn a_printed_filter_reads_the_same(tree in tree()) {
        let first = Filter::parse(&tree.text()).unwrap();
        let printed = first.to_string();
        let second = Filter::parse(&printed).unwrap();
        prop_assert_eq!(&printed, &second.to_string());
        prop_assert!(printed.len() <= tree.text().len());
    }

    #[test]
    fn a_filter_matches_what_the_naive_evaluator_matches(tree in tree(), user in user()) {
        let registry = Registry::standard();
        let resource = Resource::from_value(registry.user(), user.clone()).unwrap();
        let filter = Filter::parse(&tree.text()).unwrap();
        let expected = tree.holds(&without_nothing(&user));
        prop_assert_eq!(filter.resolve(registry.user()).unwrap().matches(&resource), expected);
        // And so does the printed filter.
        let printed = Filter::parse(&filter.to_string()).unwrap();
        prop_assert_eq!(printed.resolve(registry.user()).unwrap().matches(&resource), expected);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "[a-z$.:\\[\\]() \"\\\\eqpr0-9é-]{0,60}") {
        let registry = Registry::standard();
        for result in [
            Filter::parse(&text).and_then(|filter| filter.resolve(registry.user()).map(drop)),
            Path::parse(&text).map(drop),
            reader::read(text.as_bytes()).map(drop),
        ] {
            if let Err(error) = result {
                let place = error.span().unwrap_or_default();
                prop_assert!(text.get(place.range()).is_some());
                prop_assert!(!error.rendered(&text).is_empty());
            }
        }
    }

    #[test]
    fn a_parsed_resource_is_parsed_to_itself(user in user()) {
        let registry = Registry::standard();
        let once = Resource::from_value(registry.user(), user).unwrap();
        let twice = Resource::from_value(registry.user(), once.clone().into_value()).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn a_patch_leaves_its_input_and_unknown_data_alone(
        user in user(),
        operations in proptest::collection::vec(operation(), 1..6),
        strict in any::<bool>(),
    ) {
        let registry = Registry::standard();
        let before = Resource::from_value(registry.user(), user.clone()).unwrap();
        let untouched = before.clone();
        let profile = if strict { Profile::strict() } else { Profile::tolerant() };
        let Ok(plan) = Patch::from_value(json!(operations)).and_then(|it| it.plan(&before, &profile))
        else {
            return Ok(());
        };
        let foreseen = plan.changes().clone();
        let (after, changes) = plan.apply();
        prop_assert_eq!(&before, &untouched);
        prop_assert_eq!(&foreseen, &changes);
        prop_assert_eq!(after.object().get("x-own"), before.object().get("x-own"));
        prop_assert_eq!(changes.is_empty(), after == before);
        // The result has the schema's shape already, and at most one element became primary.
        let again = Resource::from_value(registry.user(), after.clone().into_value()).unwrap();
        prop_assert_eq!(&again, &after);
        let emails = after.object().get("emails").and_then(Value::as_array).cloned();
        let primaries = emails.iter().flatten().filter(|email| email["primary"] == true);
        prop_assert!(primaries.count() <= 1);
    }
}
