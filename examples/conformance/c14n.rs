//! `c14n`: the canonical octets of an element or of a whole document.

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::xml::{Canonical, CanonicalMethod, Dialect, Document};

use super::base64;

pub(crate) fn judge(case: &Value) -> Value {
    match octets(case) {
        Ok(octets) => json!({"verdict": "ok", "octets_b64": base64::encode(octets.as_bytes())}),
        Err(code) => json!({"verdict": "error", "code": code}),
    }
}

fn octets(case: &Value) -> Result<String, String> {
    let bytes = base64::decode(text(case, "doc_b64").unwrap_or_default())?;
    let document = Document::parse_bytes(&bytes, Dialect::Xml, &super::GENERAL_LIMITS)
        .map_err(|error| error.code().to_owned())?;
    let method = text(case, "alg")
        .and_then(CanonicalMethod::from_uri)
        .ok_or("unknown-algorithm")?;
    let prefixes: Vec<&str> = case
        .get("prefix_list")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let prefix_list = prefixes.join(" ");
    let canonical = Canonical::new(method)
        .with_prefix_list(&prefix_list)
        .map_err(|error| error.code().to_owned())?;
    let Some(target) = text(case, "target_id") else {
        return canonical
            .document_octets(&document)
            .map_err(|error| error.code().to_owned());
    };
    let id_attribute = text(case, "id_attr").unwrap_or("ID");
    let apex = document
        .elements()
        .find(|element| element.attribute(id_attribute) == Some(target))
        .ok_or("no-such-target")?;
    canonical
        .octets(apex, None)
        .map_err(|error| error.code().to_owned())
}

fn text<'c>(case: &'c Value, name: &str) -> Option<&'c str> {
    case.get(name).and_then(Value::as_str)
}
