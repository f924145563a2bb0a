//! References by `bulkId:` in the data of an operation and in its path.

use serde_json::{Map, Value};

/// Before the identifier that the client made.
const PREFIX: &str = "bulkId:";

/// The bulkId to which a text refers: `bulkId:x`, or a URI that ends in `/bulkId:x`.
pub(super) fn referred(text: &str) -> Option<&str> {
    let last = match text.rsplit_once('/') {
        Some((_, last)) => last,
        None => text,
    };
    last.strip_prefix(PREFIX).filter(|id| !id.is_empty())
}

/// The same text with another last segment.
pub(super) fn with_id(text: &str, id: &str) -> String {
    match text.rsplit_once('/') {
        Some((before, _)) => format!("{before}/{id}"),
        None => id.to_owned(),
    }
}

/// All texts of a value, in no certain order. The reader has bounded the depth and the number.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(elements) => rest.extend(elements),
            Value::Object(members) => rest.extend(members.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    texts
}

/// Puts identifiers in the place of the references that `id_of` knows.
pub(super) fn substitute(value: &mut Value, id_of: impl Fn(&str) -> Option<String>) {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::String(text) => {
                let id = referred(text).and_then(&id_of);
                if let Some(id) = id {
                    *text = with_id(text, &id);
                }
            }
            Value::Array(elements) => rest.extend(elements),
            Value::Object(members) => rest.extend(members.values_mut()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// An attribute that was held back: its path, and its value.
pub(super) type HeldBack = (String, Value);

/// Takes the attributes out of a new resource for which `is_held` says so of a text in them.
///
/// Attributes of an extension are taken out one by one, under the URN's path.
pub(super) fn hold_back(data: &mut Value, is_held: impl Fn(&str) -> bool) -> Vec<HeldBack> {
    let mut held = Vec::new();
    let Value::Object(members) = data else {
        return held;
    };
    let holds = |value: &Value| texts(value).into_iter().any(&is_held);
    for name in names(members) {
        let is_extension = name.contains(':');
        match members.get_mut(&name) {
            Some(Value::Object(parts)) if is_extension => {
                for part in names(parts) {
                    if parts.get(&part).is_some_and(holds) {
                        let value = parts.remove(&part).unwrap_or_default();
                        held.push((format!("{name}:{part}"), value));
                    }
                }
            }
            Some(value) if holds(value) => {
                let value = members.remove(&name).unwrap_or_default();
                held.push((name, value));
            }
            _ => {}
        }
    }
    held
}

fn names(members: &Map<String, Value>) -> Vec<String> {
    members.keys().cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_stand_alone_or_at_the_end_of_a_uri() {
        for (text, id) in [
            ("bulkId:q", Some("q")),
            ("/Users/bulkId:q", Some("q")),
            ("https://x/Users/bulkId:q:r", Some("q:r")),
            ("bulkId:", None),
            ("bulkid:q", None),
            ("x bulkId:q", None),
            ("bulkId:q/Users", None),
        ] {
            assert_eq!(referred(text), id, "{text}");
        }
    }

    #[test]
    fn attributes_that_refer_are_held_back_whole() {
        let mut data = json!({
            "userName": "b",
            "members": [{"value": "u1"}, {"value": "bulkId:q"}],
            "urn:x:User": {"manager": {"value": "bulkId:q"}, "department": "D"},
        });
        let mut held = hold_back(&mut data, |text| referred(text) == Some("q"));
        held.sort_by(|left, right| left.0.cmp(&right.0));
        assert_eq!(
            data,
            json!({"userName": "b", "urn:x:User": {"department": "D"}})
        );
        let paths: Vec<&str> = held.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["members", "urn:x:User:manager"]);
        substitute(&mut held[0].1, |id| Some(format!("id-of-{id}")));
        assert_eq!(held[0].1, json!([{"value": "u1"}, {"value": "id-of-q"}]));
    }
}
