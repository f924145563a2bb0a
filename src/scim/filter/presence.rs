//! Whether there is a value: `pr`, and `eq` or `ne` with null.

use super::ast::AttributePath;
use super::resolve::{Check, Meaning, Step, Target, not_filterable};
use crate::scim::error::Error;
use crate::scim::schema::{Attribute, DataType};

/// What is asked.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Presence {
    Absent,
    Present,
}

/// Appends the steps that ask it.
///
/// Of a complex attribute with parts that may not be read, only the parts that may be count, and
/// some must: otherwise it would be told whether a hidden part has a value.
pub(super) fn ask(
    steps: &mut Vec<Step>,
    presence: Presence,
    found: Meaning<'_>,
    path: &AttributePath,
) -> Result<(), Error> {
    let hides = |part: &Attribute| !part.is_readable();
    let parts = found.leaf.sub_attributes();
    if found.leaf.data_type() != DataType::Complex || !parts.iter().any(hides) {
        let check = match presence {
            Presence::Absent => Check::Absent,
            Presence::Present => Check::Present,
        };
        steps.push(test(found.target, check));
        return Ok(());
    }
    let shown: Vec<&Attribute> = parts.iter().filter(|part| part.is_readable()).collect();
    if shown.is_empty() {
        return Err(not_filterable(path));
    }
    // One element of which this or that part is there.
    let inner = shown.len().saturating_mul(2);
    let end = steps.len().saturating_add(inner);
    let target = found.target;
    steps.push(Step::Elements { target, end });
    for (index, part) in shown.into_iter().enumerate() {
        if index > 0 {
            let (outcome, to) = (true, end);
            steps.push(Step::Skip { outcome, to });
        }
        let sub = Some(part.name().to_owned());
        steps.push(test(Target::Element { sub }, Check::Present));
    }
    if presence == Presence::Absent {
        steps.push(Step::Not);
    }
    Ok(())
}

const fn test(target: Target, check: Check) -> Step {
    Step::Test {
        target,
        check,
        fingerprint: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::error::Explain;
    use crate::scim::{Filter, Registry, Resource};

    const URN: &str = "urn:example:params:scim:schemas:extension:acme:2.0:User";

    fn judge(filter: &str, vault: &Value) -> Result<bool, &'static str> {
        let mut registry = Registry::standard();
        let part = |name: &str| json!({"name": name, "returned": "never"});
        let document = json!({"id": URN, "attributes": [
            {"name": "vault", "type": "complex", "subAttributes":
                [{"name": "label"}, part("code"), {"name": "place"}]},
            {"name": "safe", "type": "complex", "subAttributes": [part("code")]},
        ]});
        let urn = registry.add_schema(&document).unwrap();
        registry.extend("User", &urn).unwrap();
        let user = json!({"userName": "b", URN: {"vault": vault}});
        let user = Resource::from_value(registry.user(), user).unwrap();
        let filter = Filter::parse(&filter.replace('@', URN)).unwrap();
        let filter = filter.resolve(registry.user());
        let filter = filter.map_err(|error| error.code())?;
        Ok(filter.matches(&user))
    }

    #[test]
    fn a_hidden_part_makes_nothing_present() {
        for (vault, is_there) in [
            (json!(null), false),
            (json!({"code": "1"}), false),
            (json!({"code": "1", "label": ""}), false),
            (json!({"code": "1", "label": "l"}), true),
            (json!({"place": "p"}), true),
        ] {
            assert_eq!(judge("@:vault pr", &vault), Ok(is_there), "{vault}");
            let filter = "@:vault eq null and userName pr";
            assert_eq!(judge(filter, &vault), Ok(!is_there), "{vault}");
            let filter = "not (@:vault ne null or title pr)";
            assert_eq!(judge(filter, &vault), Ok(!is_there), "{vault}");
        }
        assert_eq!(judge("@:safe pr", &json!(null)), Err("scim-not-filterable"));
    }
}
