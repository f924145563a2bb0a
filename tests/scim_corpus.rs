//! The corpus of filters and PATCH requests, made independently of this crate.
//!
//! Every case must come out as expected. Where the cases call another outcome acceptable and this
//! crate takes that one, `exceptions.json` says so and why; an exception that is no longer needed
//! fails the run.

#![cfg(feature = "scim")]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vestibule::scim::{Error, Filter, Patch, Profile, Registry, Resource};

const FILTERS: &str = include_str!("data/scim/filter.jsonl");
const PATCHES: &str = include_str!("data/scim/patch.jsonl");
const EXCEPTIONS: &str = include_str!("data/scim/exceptions.json");

fn lines(text: &str) -> (Value, Vec<Value>) {
    let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let setup: Value = lines.next().unwrap();
    (setup["setup"].clone(), lines.collect())
}

fn registry(setup: &Value) -> Registry {
    let mut registry = Registry::standard();
    for document in setup["extensions"].as_array().unwrap() {
        let urn = registry.add_schema(document).unwrap();
        registry.extend("User", &urn).unwrap();
    }
    registry
}

fn refusal(error: &Error) -> Value {
    json!({ "error": error.scim_type().map(vestibule::scim::ScimType::as_str) })
}

#[test]
fn every_filter_selects_what_it_should() {
    let (setup, cases) = lines(FILTERS);
    let registry = registry(&setup);
    let users: Vec<Resource> = setup["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| Resource::from_value(registry.user(), user.clone()).unwrap())
        .collect();
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["filter"].as_str().unwrap();
        let outcome = match Filter::parse(text).and_then(|it| it.resolve(registry.user())) {
            Err(error) => {
                assert!(error.span().is_some(), "{text}: no place");
                refusal(&error)
            }
            Ok(filter) => {
                let matching = users.iter().filter(|user| filter.matches(user));
                json!({"ids": matching.map(|user| user.text("id")).collect::<Vec<_>>()})
            }
        };
        if outcome != case["expect"] {
            wrong.push((case["id"].clone(), outcome));
        }
    }
    assert_eq!((cases.len(), wrong), (313, vec![]));
}

/// Lists mean sets, and `schemas` is the service provider's to maintain: the cases leave it alone.
fn comparable(value: &Value, top: bool) -> Value {
    match value {
        Value::Object(members) => {
            let members = members
                .iter()
                .filter(|(name, _)| !top || *name != "schemas")
                .map(|(name, value)| (name.clone(), comparable(value, false)));
            let mut members: serde_json::Map<String, Value> = members.collect();
            // Elements are sorted by their text, also under `preserve_order` of serde_json.
            members.sort_keys();
            Value::Object(members)
        }
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements
                .iter()
                .map(|element| comparable(element, false))
                .collect();
            elements.sort_by_key(Value::to_string);
            Value::Array(elements)
        }
        plain => plain.clone(),
    }
}

fn patched(registry: &Registry, case: &Value) -> Result<Value, Error> {
    let is_group = case["before"]["schemas"][0] == registry.group().core().id();
    let resource_type = if is_group {
        registry.group()
    } else {
        registry.user()
    };
    let before = Resource::from_value(resource_type, case["before"].clone())?;
    let plan = Patch::from_value(case["operations"].clone())?.plan(&before, &Profile::default())?;
    Ok(json!({"after": plan.apply().0.into_value()}))
}

fn same(outcome: &Value, expected: &Value) -> bool {
    match (outcome.get("after"), expected.get("after")) {
        (Some(outcome), Some(expected)) => comparable(outcome, true) == comparable(expected, true),
        _ => outcome == expected,
    }
}

#[test]
fn every_patch_comes_out_as_it_should() {
    let (setup, cases) = lines(PATCHES);
    let registry = registry(&setup);
    let exceptions: Vec<Value> = serde_json::from_str(EXCEPTIONS).unwrap();
    let mut excepted: BTreeSet<&str> = exceptions
        .iter()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    let mut wrong = Vec::new();
    for case in &cases {
        let outcome = patched(&registry, case).unwrap_or_else(|error| refusal(&error));
        let acceptable = case["also_ok"].as_array().unwrap();
        let is_excepted = excepted.remove(case["id"].as_str().unwrap());
        match same(&outcome, &case["expect"]) {
            true if is_excepted => wrong.push(json!({"passes unexpectedly": case["id"]})),
            false if !is_excepted => wrong.push(json!({"id": case["id"], "outcome": outcome})),
            false if !acceptable.iter().any(|other| same(&outcome, other)) => {
                wrong.push(json!({"not acceptable": case["id"], "outcome": outcome}));
            }
            _ => {}
        }
    }
    assert_eq!(
        (cases.len(), wrong, excepted),
        (92, vec![], BTreeSet::new())
    );
}
