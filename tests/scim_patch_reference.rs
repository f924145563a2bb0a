//! PATCH against a naive reference: a second implementation of RFC 7644 §3.5.2, written over plain
//! JSON for a few attributes, without drafts, indexes or journals.

#![cfg(feature = "scim")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use vestibule::scim::{Changes, Patch, Profile, Registry, Resource};

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What an operation writes to, before it is text.
#[derive(Clone, Debug)]
enum Target {
    Enterprise(Option<&'static str>),
    Simple(&'static str),
    Name(Option<&'static str>),
    Emails(Option<Condition>, Option<&'static str>),
}

/// `eq` terms joined by `and`.
type Condition = Vec<(&'static str, &'static str)>;

#[derive(Clone, Debug)]
struct Step {
    op: &'static str,
    target: Target,
    value: Value,
}

impl Target {
    fn path(&self) -> String {
        let sub = |sub: &Option<&str>| sub.map(|sub| format!(".{sub}")).unwrap_or_default();
        match self {
            Self::Enterprise(None) => ENTERPRISE.to_owned(),
            Self::Enterprise(Some(part)) => format!("{ENTERPRISE}:{part}"),
            Self::Simple(name) => (*name).to_owned(),
            Self::Name(part) => format!("name{}", sub(part)),
            Self::Emails(None, part) => format!("emails{}", sub(part)),
            Self::Emails(Some(terms), part) => {
                let terms: Vec<String> = terms
                    .iter()
                    .map(|(name, value)| format!("{name} eq \"{value}\""))
                    .collect();
                format!("emails[{}]{}", terms.join(" and "), sub(part))
            }
        }
    }
}

impl Step {
    fn json(&self) -> Value {
        match self.op {
            "remove" => json!({"op": "remove", "path": self.target.path()}),
            op => json!({"op": op, "path": self.target.path(), "value": self.value}),
        }
    }
}

type Object = Map<String, Value>;
type Outcome = Result<(), &'static str>;

/// One e-mail as it is stored.
fn email(value: &Value) -> Result<Object, &'static str> {
    let Value::Object(parts) = value else {
        return Err("invalidValue");
    };
    let mut stored = Object::new();
    let known = ["value", "type", "display", "primary"];
    let parts = parts
        .iter()
        .filter(|(name, _)| known.contains(&name.as_str()));
    for (name, value) in parts.filter(|(_, value)| !value.is_null()) {
        let fits = if name == "primary" {
            value.is_boolean()
        } else {
            value.is_string()
        };
        if !fits {
            return Err("invalidValue");
        }
        stored.insert(name.clone(), value.clone());
    }
    Ok(stored)
}

fn lower(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_lowercase)
}

fn same_email(left: &Object, right: &Object) -> bool {
    match (lower(left.get("value")), lower(right.get("value"))) {
        (Some(one), Some(other)) => {
            one == other && lower(left.get("type")) == lower(right.get("type"))
        }
        (None, None) => left == right,
        _ => false,
    }
}

fn is_primary(email: &Object) -> bool {
    email.get("primary") == Some(&json!(true))
}

fn chosen(email: &Object, condition: Option<&Condition>) -> bool {
    condition.is_none_or(|terms| {
        terms.iter().all(|(name, value)| match *name {
            "primary" => email.get("primary") == Some(&json!(*value == "true")),
            name => lower(email.get(name)).as_deref() == Some(&value.to_lowercase()),
        })
    })
}

/// At most one claim to be the primary one; it ousts the others.
fn settle(emails: &mut Vec<Object>, were: &[bool]) -> Outcome {
    let claims: Vec<usize> = (0..emails.len())
        .filter(|at| is_primary(&emails[*at]) && !were.get(*at).copied().unwrap_or(false))
        .collect();
    match claims.as_slice() {
        [] => {}
        [claim] => {
            for (at, email) in emails.iter_mut().enumerate() {
                if at != *claim && is_primary(email) {
                    email.insert("primary".into(), json!(false));
                }
            }
        }
        _ => return Err("invalidValue"),
    }
    emails.retain(|email| !email.is_empty());
    Ok(())
}

fn patch_emails(
    emails: &mut Vec<Object>,
    op: &str,
    condition: Option<&Condition>,
    part: Option<&str>,
    value: &Value,
) -> Outcome {
    if op == "remove" {
        match part {
            None => emails.retain(|email| !chosen(email, condition)),
            Some(part) => {
                for email in emails.iter_mut().filter(|email| chosen(email, condition)) {
                    email.remove(part);
                }
                emails.retain(|email| !email.is_empty());
            }
        }
        return Ok(());
    }
    if condition.is_none() && part.is_none() {
        let listed = match value {
            Value::Array(listed) => listed.clone(),
            Value::Null => vec![],
            one => vec![one.clone()],
        };
        let is_empty = value.is_null() || *value == json!([]);
        let listed = listed.iter().filter(|it| !it.is_null()).map(email);
        let mut new: Vec<Object> = listed.collect::<Result<_, _>>()?;
        new.retain(|email| !email.is_empty());
        if new.is_empty() {
            return match op {
                "replace" if is_empty => {
                    emails.clear();
                    Ok(())
                }
                "replace" => Err("invalidValue"),
                _ => Ok(()),
            };
        }
        if op == "replace" {
            emails.clear();
        }
        let were: Vec<bool> = emails.iter().map(is_primary).collect();
        for email in new {
            match emails.iter_mut().find(|known| same_email(known, &email)) {
                None => emails.push(email),
                Some(known) => known.extend(
                    email
                        .into_iter()
                        .filter(|(name, _)| name != "value" && name != "type"),
                ),
            }
        }
        return settle(emails, &were);
    }
    let element = match value {
        Value::Array(list) if part.is_none() && list.len() == 1 => &list[0],
        value => value,
    };
    let value = element;
    if !emails.iter().any(|email| chosen(email, condition)) {
        let clears = match part {
            Some(_) => *value == json!([]),
            None => *value == json!({}),
        };
        if value.is_null() || clears {
            return Ok(());
        }
        let mut made = Object::new();
        for (name, value) in condition.into_iter().flatten() {
            let value = if *name == "primary" {
                json!(*value == "true")
            } else {
                json!(value)
            };
            made.insert((*name).to_owned(), value);
        }
        match part {
            Some(part) => {
                let one = email(&json!({ part: single(value) }))?;
                made.extend(one);
            }
            None => made.extend(email(value)?),
        }
        let were: Vec<bool> = emails.iter().map(is_primary).collect();
        emails.push(made);
        return settle(emails, &were);
    }
    let were: Vec<bool> = emails.iter().map(is_primary).collect();
    for stored in emails.iter_mut().filter(|email| chosen(email, condition)) {
        match part {
            Some(part) if single(value).is_null() => {
                if op == "replace" {
                    stored.remove(part);
                }
            }
            Some(part) => stored.extend(email(&json!({ part: single(value) }))?),
            None if op == "add" && value.is_null() => {}
            None if op == "add" => stored.extend(email(value)?),
            None if value.is_null() => stored.clear(),
            None => *stored = email(value)?,
        }
    }
    settle(emails, &were)
}

/// A list of one is its element, where there is one value.
fn single(value: &Value) -> Value {
    match value {
        Value::Array(list) if list.len() <= 1 => list.first().cloned().unwrap_or_default(),
        value => value.clone(),
    }
}

fn patch_simple(object: &mut Object, name: &str, op: &str, value: &Value) -> Outcome {
    let value = single(value);
    if name == "id" {
        return Err("mutability");
    }
    let is_required = name == "userName";
    let fits = match name {
        "active" => value.is_boolean(),
        _ => value.is_string(),
    };
    if op == "remove" || (op == "replace" && value.is_null()) {
        if is_required {
            return Err("mutability");
        }
        object.remove(name);
    } else if !value.is_null() {
        if !fits || (is_required && value == json!("")) {
            return Err("invalidValue");
        }
        object.insert(name.to_owned(), value);
    }
    Ok(())
}

fn patch_name(user: &mut Object, op: &str, part: Option<&str>, value: &Value) -> Outcome {
    let stored = user.remove("name").unwrap_or_else(|| json!({}));
    let mut name = stored.as_object().cloned().unwrap();
    let whole = single(value);
    if let Some(part) = part {
        patch_simple(&mut name, part, op, value)?;
    } else if op == "remove" || (op == "replace" && whole.is_null()) {
        name.clear();
    } else if let Value::Object(parts) = whole {
        // What the schema does not know is dropped.
        for (part, value) in parts.iter().filter(|(part, _)| part.ends_with("Name")) {
            patch_simple(&mut name, part, op, value)?;
        }
    } else if !whole.is_null() {
        return Err("invalidValue");
    }
    if !name.is_empty() {
        user.insert("name".to_owned(), Value::Object(name));
    }
    Ok(())
}

fn patch_enterprise(user: &mut Object, op: &str, part: Option<&str>, value: &Value) -> Outcome {
    let stored = user.remove(ENTERPRISE).unwrap_or_else(|| json!({}));
    let mut extension = stored.as_object().cloned().unwrap();
    match (part, value) {
        (Some(part), value) => patch_simple(&mut extension, part, op, value)?,
        (None, _) if op == "remove" => extension.clear(),
        (None, Value::Object(parts)) => {
            for (part, value) in parts {
                if !["department", "division"].contains(&part.as_str()) {
                    return Err("invalidPath");
                }
                patch_simple(&mut extension, part, op, value)?;
            }
        }
        (None, _) => return Err("invalidValue"),
    }
    if !extension.is_empty() {
        user.insert(ENTERPRISE.to_owned(), Value::Object(extension));
    }
    Ok(())
}

/// The user after all steps, or the error of the first that fails.
fn reference(before: &Value, steps: &[Step]) -> Result<Value, &'static str> {
    let mut user = before.as_object().cloned().unwrap();
    for Step { op, target, value } in steps {
        match target {
            Target::Enterprise(part) => patch_enterprise(&mut user, op, *part, value)?,
            Target::Simple(name) => patch_simple(&mut user, name, op, value)?,
            Target::Name(part) => patch_name(&mut user, op, *part, value)?,
            Target::Emails(condition, part) => {
                let stored = user.remove("emails").unwrap_or_else(|| json!([]));
                let stored = stored.as_array().unwrap().iter();
                let mut emails: Vec<Object> = stored
                    .map(|email| email.as_object().cloned().unwrap())
                    .collect();
                patch_emails(&mut emails, op, condition.as_ref(), *part, value)?;
                if !emails.is_empty() {
                    user.insert("emails".to_owned(), json!(emails));
                }
            }
        }
    }
    let urns = [CORE, ENTERPRISE].into_iter();
    let urns = urns.filter(|urn| *urn == CORE || user.contains_key(*urn));
    user.insert("schemas".to_owned(), urns.collect());
    Ok(Value::Object(user))
}

/// The names of what differs, as a change set has them: parts of what is an object by their own.
fn differing(before: &Value, after: &Value) -> BTreeSet<String> {
    let names = |object: &Value| -> Vec<String> {
        let members = object.as_object().into_iter().flatten();
        members.map(|(name, _)| name.clone()).collect()
    };
    let mut differing = BTreeSet::new();
    for name in names(before).into_iter().chain(names(after)) {
        let (old, new) = (&before[&name], &after[&name]);
        if old.is_object() || new.is_object() {
            let separator = if name.contains(':') { ':' } else { '.' };
            let parts = names(old).into_iter().chain(names(new));
            let parts = parts.filter(|part| old.get(part) != new.get(part));
            differing.extend(parts.map(|part| format!("{name}{separator}{part}")));
        } else if old != new {
            differing.insert(name);
        }
    }
    differing
}

fn target() -> impl Strategy<Value = Target> {
    let condition = select(vec![
        vec![("type", "work")],
        vec![("type", "home")],
        vec![("value", "A@x")],
        vec![("type", "work"), ("primary", "true")],
        vec![("primary", "true")],
        vec![("type", "other"), ("display", "D")],
    ]);
    let part = || proptest::option::of(select(vec!["value", "type", "display", "primary"]));
    prop_oneof![
        1 => proptest::option::of(select(vec!["department", "division"]))
            .prop_map(Target::Enterprise),
        2 => select(vec!["userName", "title", "title", "active", "active", "id"])
            .prop_map(Target::Simple),
        2 => proptest::option::of(select(vec!["givenName", "familyName"])).prop_map(Target::Name),
        5 => (proptest::option::weighted(0.7, condition), part())
            .prop_map(|(condition, part)| Target::Emails(condition, part)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    select(vec![
        json!("a"),
        json!("B"),
        json!(""),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!({}),
        json!(7),
        json!({"givenName": "G"}),
        json!({"department": "D"}),
        json!({"department": null, "division": "E"}),
        json!({"givenName": null, "familyName": "F"}),
        json!({"value": "a@X", "type": "work", "display": "new"}),
        json!({"value": "n@x", "primary": true}),
        json!({"display": "D", "type": null}),
        json!([{"value": "a@x", "type": "work"}, {"value": "b@x", "type": "home", "primary": true}]),
        json!([{"value": "c@x", "primary": true}, {"value": "d@x", "primary": true}]),
        json!([{"value": "c@x"}, {"value": "C@x"}, {"type": "work", "display": "z"}]),
        json!([null]),
        json!([{}]),
    ])
}

fn step() -> impl Strategy<Value = Step> {
    // Mostly values that fit, or nearly every request would fail.
    (
        select(vec!["add", "replace", "remove"]),
        target(),
        value(),
        any::<u8>(),
    )
        .prop_map(|(op, target, any, fitting)| {
            let fits = |value: Value| if fitting < 200 { value } else { any.clone() };
            let value = match (&target, &any) {
                (_, Value::Null) => Value::Null,
                (Target::Enterprise(None), _) => fits(json!({"department": "F"})),
                (Target::Enterprise(Some(_)), _) => fits(json!("E")),
                (Target::Simple("active") | Target::Emails(_, Some("primary")), _) => {
                    fits(json!(fitting % 2 == 0))
                }
                (Target::Simple(_) | Target::Name(Some(_)) | Target::Emails(_, Some(_)), _) => {
                    fits(json!(["a", "B", "work", "a@x"][usize::from(fitting) % 4]))
                }
                (Target::Emails(Some(_), None), _) => fits(json!({"value": "r@x", "display": "R"})),
                _ => any.clone(),
            };
            Step { op, target, value }
        })
}

fn users() -> impl Strategy<Value = Value> {
    let emails = select(vec![
        json!(null),
        json!([{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x", "type": "home"}]),
        json!([{"value": "a@x", "type": "home"}]),
        json!([{"type": "work", "display": "D"}, {"value": "A@x"}]),
    ]);
    let name = select(vec![
        json!(null),
        json!({"givenName": "B"}),
        json!({"givenName": "B", "familyName": "J"}),
    ]);
    let enterprise = select(vec![
        json!(null),
        json!({"department": "D"}),
        json!({"department": "D", "division": "E"}),
    ]);
    (emails, name, enterprise).prop_map(|(emails, name, enterprise)| {
        let mut user = json!({"id": "u1", "userName": "b", "active": true, "x-own": 1});
        for (key, value) in [("emails", emails), ("name", name), (ENTERPRISE, enterprise)] {
            if !value.is_null() {
                user[key] = value;
            }
        }
        user
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn plan_and_apply_do_what_the_reference_does(
        user in users(),
        steps in proptest::collection::vec(step(), 1..5),
    ) {
        let registry = Registry::standard();
        let before = Resource::from_value(registry.user(), user.clone()).unwrap();
        let request: Vec<Value> = steps.iter().map(Step::json).collect();
        let patch = Patch::from_value(json!(request)).unwrap();
        let plan = patch.plan(&before, &Profile::tolerant());
        // A resource that is given away is patched as one that is kept.
        prop_assert_eq!(&plan, &patch.plan_taking(before.clone(), &Profile::tolerant()));
        match (plan, reference(&user, &steps)) {
            (Ok(plan), Ok(expected)) => {
                let (after, changes) = plan.apply();
                prop_assert_eq!(&changes, &Changes::between(&before, &after));
                let names: BTreeSet<String> = changes.attributes().iter().cloned().collect();
                prop_assert_eq!(names.len(), changes.attributes().len());
                prop_assert_eq!(names, differing(&before.into_value(), &expected));
                prop_assert_eq!(after.into_value(), expected);
            }
            (Err(error), Err(expected)) => {
                prop_assert_eq!(error.scim_type().unwrap().as_str(), expected);
            }
            (plan, expected) => prop_assert!(false, "{:?} for {:?} in {}", plan, expected, json!(request)),
        }
    }

    /// Members by many operations, so that the index is used, and duplicates among what is stored.
    #[test]
    fn members_come_and_go_as_in_a_list(
        stored in proptest::collection::vec(0..8_u8, 0..10),
        operations in proptest::collection::vec((0..5_u8, 0..8_u8), 1..40),
    ) {
        let registry = Registry::standard();
        let member = |id: u8| json!({"value": format!("u{id}")});
        let listed: Vec<Value> = stored.iter().map(|id| member(*id)).collect();
        let mut group = json!({"displayName": "T"});
        if !listed.is_empty() {
            group["members"] = json!(listed);
        }
        let before = Resource::from_value(registry.group(), group).unwrap();
        let mut expected = stored;
        let mut request = Vec::new();
        for (kind, id) in operations {
            let path = format!("members[value eq \"u{id}\"]");
            match kind {
                0 | 1 => {
                    request.push(json!({"op": "add", "path": "members", "value": [member(id)]}));
                    if !expected.contains(&id) {
                        expected.push(id);
                    }
                }
                2 => {
                    request.push(json!({"op": "remove", "path": path}));
                    expected.retain(|known| *known != id);
                }
                3 => {
                    request.push(json!({"op": "Remove", "path": "members", "value": [member(id)]}));
                    expected.retain(|known| *known != id);
                }
                _ => {
                    // By a filter that no index answers.
                    let path = format!("members[value eq \"u{id}\" and value pr]");
                    request.push(json!({"op": "remove", "path": path}));
                    expected.retain(|known| *known != id);
                }
            }
        }
        let patch = Patch::from_value(json!(request)).unwrap();
        let (after, changes) = patch.plan(&before, &Profile::tolerant()).unwrap().apply();
        let expected: Vec<Value> = expected.into_iter().map(member).collect();
        let found = after.object().get("members").cloned().unwrap_or_else(|| json!([]));
        prop_assert_eq!(found, json!(expected));
        prop_assert_eq!(&changes, &Changes::between(&before, &after));
        let (taken, changes_taken) =
            patch.plan_taking(before, &Profile::tolerant()).unwrap().apply();
        prop_assert_eq!((taken, changes_taken), (after, changes));
    }
}
