//! Cases made by other implementations, judged by the code of the conformance runner.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::judge::Judge;

/// The cases of `tests/data/saml/cases.jsonl`, in the format of the conformance runner.
fn cases() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/cases.jsonl");
    let file = std::fs::read_to_string(path).unwrap();
    file.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn answer(case: &Value) -> Value {
    let mut answer = Judge::default().judge(case);
    answer.as_object_mut().unwrap().remove("micros");
    answer
}

/// What is wrong with an answer; `None` when it is one that the case allows.
fn complaint(case: &Value, answer: &Value) -> Option<String> {
    let forged = case["forged_name_id"].as_str();
    if forged.is_some_and(|forged| answer.to_string().contains(forged)) {
        return Some("the forged subject was returned".to_owned());
    }
    let accepted = match answer["verdict"].as_str() {
        Some("accept") => true,
        Some("reject") => false,
        other => return Some(format!("verdict {other:?}")),
    };
    match (case["expect"].as_str(), accepted) {
        (Some("accept"), false) => Some("refused".to_owned()),
        (Some("reject"), true) => Some("accepted".to_owned()),
        (Some("reject"), false) => class_complaint(case, answer),
        (Some("accept" | "full-text-or-reject"), true) => value_complaint(case, answer),
        (Some("either" | "full-text-or-reject"), _) => None,
        (other, _) => Some(format!("expectation {other:?}")),
    }
}

fn class_complaint(case: &Value, answer: &Value) -> Option<String> {
    let also_ok = case["also_ok_reason_classes"].as_array();
    let mut allowed = also_ok
        .into_iter()
        .flatten()
        .chain([&case["expect_reason_class"]]);
    let found = &answer["class"];
    (!allowed.any(|class| class == found)).then(|| format!("refused for its {found}"))
}

fn value_complaint(case: &Value, answer: &Value) -> Option<String> {
    for (expected, found) in [
        ("expect_name_id", "name_id"),
        ("expect_attributes", "attributes"),
    ] {
        let (expected, found) = (case.get(expected), &answer[found]);
        if expected.is_some_and(|expected| expected != found) {
            return Some(format!("expected {expected:?}"));
        }
    }
    None
}

#[test]
fn every_case_gets_a_verdict_that_it_allows_and_gets_it_again() {
    let cases = cases();
    assert_eq!(cases.len(), 179);
    let mut complaints = Vec::new();
    for case in &cases {
        let first = answer(case);
        assert_eq!(first, answer(case), "{}", case["id"]);
        if let Some(complaint) = complaint(case, &first) {
            complaints.push(format!("{}: {complaint}: {first}", case["id"]));
        }
    }
    assert_eq!(complaints, [""; 0]);
}

/// The checker itself: each kind of wrong answer is a complaint.
#[test]
fn a_wrong_answer_is_noticed() {
    let accepted = json!({"verdict": "accept", "name_id": "a", "attributes": {"x": ["1"]}});
    let refused = json!({"verdict": "reject", "code": "c", "class": "time"});
    let panicked = json!({"verdict": "panic"});
    let wrong = [
        (json!({"expect": "accept"}), &refused),
        (json!({"expect": "reject"}), &accepted),
        (json!({"expect": "accept"}), &panicked),
        (
            json!({"expect": "accept", "expect_name_id": "b"}),
            &accepted,
        ),
        (
            json!({"expect": "full-text-or-reject", "expect_attributes": {"x": ["2"]}}),
            &accepted,
        ),
        (
            json!({"expect": "either", "forged_name_id": "a"}),
            &accepted,
        ),
        (
            json!({"expect": "reject", "expect_reason_class": "status"}),
            &refused,
        ),
    ];
    for (case, answer) in wrong {
        assert!(complaint(&case, answer).is_some(), "{case}");
    }
    let right = json!({"expect": "reject", "expect_reason_class": "status", "also_ok_reason_classes": ["time"]});
    assert_eq!(complaint(&right, &refused), None);
}

#[test]
fn the_cases_are_of_many_kinds() {
    let cases = cases();
    let groups: BTreeSet<&str> = cases
        .iter()
        .map(|case| case["group"].as_str().unwrap())
        .collect();
    assert!(groups.len() > 25, "{groups:?}");
    for expect in ["accept", "either", "full-text-or-reject", "reject"] {
        assert!(cases.iter().any(|case| case["expect"] == expect));
    }
}
