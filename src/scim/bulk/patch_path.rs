//! References by `bulkId:` inside the paths of a PATCH, such as `members[value eq "bulkId:x"]`.

use serde_json::Value;

use super::reference::{referred, with_id};
use crate::error::Span;
use crate::scim::filter::{Filter, Literal};
use crate::scim::path::Path;

/// The bulkIds to which the filters of the operations' paths refer.
pub(super) fn referred_in_paths(patch: &Value) -> Vec<String> {
    let paths = operations(patch).filter_map(|operation| path_of(operation)?.as_str());
    paths
        .flat_map(references)
        .map(|reference| reference.bulk_id)
        .collect()
}

/// Puts identifiers in the place of the references that `id_of` knows.
pub(super) fn substitute_in_paths(patch: &mut Value, id_of: impl Fn(&str) -> Option<String>) {
    let listed = member_mut(patch, "operations").and_then(Value::as_array_mut);
    for operation in listed.into_iter().flatten() {
        let Some(Value::String(path)) = member_mut(operation, "path") else {
            continue;
        };
        // From the end, so that what comes before keeps its place.
        for reference in references(path).into_iter().rev() {
            let before = path.get(..reference.span.start);
            let after = path.get(reference.span.end..);
            if let (Some(id), Some(before), Some(after)) =
                (id_of(&reference.bulk_id), before, after)
            {
                let literal = Value::String(with_id(&reference.text, &id));
                *path = format!("{before}{literal}{after}");
            }
        }
    }
}

/// One comparison value that refers.
struct Reference {
    bulk_id: String,
    /// The value.
    text: String,
    /// The bytes of the literal, with its quotes.
    span: Span,
}

/// The references of a path, in their order; none when it is no path, which is for the operation to
/// say.
fn references(path: &str) -> Vec<Reference> {
    if !path.contains("bulkId:") {
        return Vec::new();
    }
    let parsed = Path::parse(path);
    let filter = parsed.as_ref().ok().and_then(Path::filter);
    let compared = filter.into_iter().flat_map(Filter::compared);
    let references = compared.filter_map(|(value, span)| match value {
        Literal::String(text) => Some(Reference {
            bulk_id: referred(text)?.to_owned(),
            text: text.clone(),
            span,
        }),
        Literal::Boolean(_) | Literal::Null | Literal::Number(_) => None,
    });
    references.collect()
}

fn operations(patch: &Value) -> impl Iterator<Item = &Value> {
    let listed = member(patch, "operations").and_then(Value::as_array);
    listed.into_iter().flatten()
}

fn path_of(operation: &Value) -> Option<&Value> {
    member(operation, "path")
}

fn member<'v>(value: &'v Value, lower: &str) -> Option<&'v Value> {
    let mut members = value.as_object()?.iter();
    let found = members.find(|(name, _)| name.eq_ignore_ascii_case(lower));
    found.map(|(_, value)| value)
}

fn member_mut<'v>(value: &'v mut Value, lower: &str) -> Option<&'v mut Value> {
    let mut members = value.as_object_mut()?.iter_mut();
    let found = members.find(|(name, _)| name.eq_ignore_ascii_case(lower));
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_in_filters_of_paths_are_found_and_put_in_place() {
        let mut patch = json!({"OPERATIONS": [
            {"op": "remove", "Path": "members[value eq \"bulkId:a\" or $ref eq \"/Users/bulkId:b\"]"},
            {"op": "add", "path": "members[value eq \"bulkId:a\"].display", "value": "bulkId:c"},
            {"op": "remove", "path": "members[value eq \"xbulkId:a\"]"},
            {"op": "remove", "path": "members[value eq \"bulkId:a\""},
            {"op": "remove", "path": "title"},
        ]});
        assert_eq!(referred_in_paths(&patch), ["a", "b", "a"]);
        substitute_in_paths(&mut patch, |id| (id == "a").then(|| "1\"1".to_owned()));
        let paths: Vec<&Value> = operations(&patch).filter_map(path_of).collect();
        assert_eq!(
            paths,
            [
                "members[value eq \"1\\\"1\" or $ref eq \"/Users/bulkId:b\"]",
                "members[value eq \"1\\\"1\"].display",
                "members[value eq \"xbulkId:a\"]",
                "members[value eq \"bulkId:a\"",
                "title",
            ]
        );
    }

    #[test]
    fn what_is_no_patch_refers_to_nothing() {
        for other in [
            json!(null),
            json!([]),
            json!({"Operations": {"path": "bulkId:a"}}),
        ] {
            assert!(referred_in_paths(&other).is_empty(), "{other}");
        }
    }
}
