//! `xml`: whether a text is namespace-well-formed XML 1.0 without DOCTYPE.

use serde_json::{Value, json};
use vestibule::error::Explain;
use vestibule::xml::{Dialect, Document};

use super::base64;

pub(crate) fn judge(case: &Value) -> Value {
    let encoded = case.get("doc_b64").and_then(Value::as_str);
    let bytes = match base64::decode(encoded.unwrap_or_default()) {
        Ok(bytes) => bytes,
        Err(code) => return json!({"verdict": "malformed", "code": code}),
    };
    match Document::parse_bytes(&bytes, Dialect::Xml, &super::GENERAL_LIMITS) {
        Ok(_) => json!({"verdict": "well-formed"}),
        Err(error) => {
            let at = error.span();
            json!({"verdict": "malformed", "code": error.code(), "at": [at.start, at.end]})
        }
    }
}
