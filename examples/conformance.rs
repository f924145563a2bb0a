//! Answers the cases of a conformance file: `cargo run --release --example conformance -- KIND FILE`.
//!
//! KIND is `saml`, `c14n`, `filter`, `patch` or `xml`. FILE holds one JSON object a line; one JSON
//! object a line is printed, in the same order, and a bad case never stops the run. A panic is
//! caught and printed as the verdict `panic`: it is a defect.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use serde_json::{Value, json};

#[cfg(feature = "saml")]
#[path = "conformance/base64.rs"]
mod base64;
#[cfg(feature = "saml")]
#[path = "conformance/c14n.rs"]
mod c14n;
#[cfg(feature = "scim")]
#[path = "conformance/filter.rs"]
mod filter;
#[cfg(feature = "scim")]
#[path = "conformance/patch.rs"]
mod patch;
#[cfg(feature = "saml")]
#[path = "conformance/saml.rs"]
mod saml;
#[cfg(feature = "saml")]
#[path = "conformance/xml.rs"]
mod xml;

/// Bounds for documents of any kind: the default ones are those of SAML messages.
#[cfg(feature = "saml")]
const GENERAL_LIMITS: vestibule::limits::XmlLimits = vestibule::limits::XmlLimits {
    bytes: 64 << 20,
    depth: 1_000_000,
    nodes: 5_000_000,
    attributes: 2_000,
    namespaces: 2_000,
    name_bytes: 1 << 20,
};

/// What judges the lines of one file, in their order.
type Judge = Box<dyn FnMut(&Value) -> Option<Value>>;

fn judge_for(kind: &str) -> Option<Judge> {
    match kind {
        #[cfg(feature = "saml")]
        "c14n" => Some(Box::new(|case| Some(c14n::judge(case)))),
        #[cfg(feature = "saml")]
        "saml" => {
            let mut judge = saml::Judge::default();
            Some(Box::new(move |case| Some(judge.judge(case))))
        }
        #[cfg(feature = "saml")]
        "xml" => Some(Box::new(|case| Some(xml::judge(case)))),
        #[cfg(feature = "scim")]
        "filter" => Some(filter::judge()),
        #[cfg(feature = "scim")]
        "patch" => Some(patch::judge()),
        _ => None,
    }
}

/// Judges one line; `None` when the line is a set-up line that has no answer.
fn answer(judge: &mut Judge, line: &str) -> Option<Value> {
    let case: Value = match serde_json::from_str(line) {
        Ok(case) => case,
        Err(error) => {
            return Some(json!({"id": null, "verdict": "error", "code": error.to_string()}));
        }
    };
    let id = case.get("id").cloned().unwrap_or(Value::Null);
    let verdict = catch_unwind(AssertUnwindSafe(|| judge(&case)))
        .unwrap_or_else(|_| Some(json!({"verdict": "panic"})))?;
    let mut whole = json!({ "id": id });
    if let (Some(whole), Value::Object(verdict)) = (whole.as_object_mut(), verdict) {
        whole.extend(verdict);
    }
    Some(whole)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, file] = arguments.as_slice() else {
        eprintln!("usage: conformance saml|c14n|filter|patch|xml FILE");
        return ExitCode::from(2);
    };
    let Some(mut judge) = judge_for(kind) else {
        eprintln!("unknown kind `{kind}`, or the feature it needs is off");
        return ExitCode::from(2);
    };
    let cases = match std::fs::read_to_string(file) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in cases.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(answer) = answer(&mut judge, line)
            && writeln!(out, "{answer}").is_err()
        {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
