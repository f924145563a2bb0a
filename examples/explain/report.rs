//! An explanation as text.

use std::fmt::Write as _;

use vestibule::error::{Blame, Explain, Shown};
use vestibule::saml::{
    Check, CheckClass, ClassVerdict, FailedCheck, Part, Party, Refusal, Step, Verdict, verdicts,
};

use super::judge::{Compared, Explanation};
use super::signatures;
use super::style::Style;
use super::tree::{self, Values};

pub(crate) fn of(explanation: &Explanation, style: Style, values: Values) -> String {
    let mut report = String::new();
    let mut section = |title: &str, content: String| {
        let _ = writeln!(report, "{}\n{content}", style.heading(title));
    };
    let tree = explanation.document.as_ref().map_or_else(
        || "  not XML that can be read\n".to_owned(),
        |document| tree::of(document, explanation, style, values),
    );
    section("Message", tree);
    section("Signatures", signatures::of(explanation, style));
    section("Compared with", compared(&explanation.compared, style));
    section("Checks", checks(explanation, style));
    let is_assumed = explanation.compared.iter().any(Compared::is_assumed);
    report.push_str(&match &explanation.refusal {
        None if is_assumed => {
            style.warning("Accepted as far as it was compared with given values.")
        }
        None => style.good("Accepted, unless it was seen before."),
        Some(refusal) => style.bad(format!("Refused: {refusal}.")),
    });
    report.push('\n');
    if let Some(refusal) = &explanation.refusal {
        report.push_str(&what_to_do(refusal, style));
    }
    report
}

/// The first check with each advice, in the order of the refusal.
fn advised(refusal: &Refusal) -> Vec<&Check> {
    let mut advised: Vec<&Check> = Vec::new();
    for failed in refusal.failed() {
        let check = failed.check();
        if advised.iter().all(|other| other.help() != check.help()) {
            advised.push(check);
        }
    }
    advised
}

/// Each advice once, with the settings it is about; the most telling first.
fn what_to_do(refusal: &Refusal, style: Style) -> String {
    let mut lines = format!("\n{}\n", style.heading("What to do"));
    for (index, check) in advised(refusal).into_iter().enumerate() {
        let _ = writeln!(lines, "  {}. {}", index + 1, check.help());
        for setting in check.settings() {
            let value = setting.value.map(|value| format!(": {value}"));
            let (party, name) = (party(setting.party), setting.name);
            let _ = writeln!(lines, "     {party}  {name}{}", value.unwrap_or_default());
        }
    }
    lines
}

const fn party(party: Party) -> &'static str {
    match party {
        Party::IdentityProvider => "at the identity provider",
        Party::Service => "at this service         ",
    }
}

fn compared(compared: &[Compared], style: Style) -> String {
    let mut lines = String::new();
    for one in compared {
        let value = Shown::identifier(&one.value);
        let source = match one.is_assumed() {
            false => String::new(),
            true => style.warning(format!("  (assumed from the message; give {})", one.option)),
        };
        let _ = writeln!(lines, "  {:<10} {value}{source}", one.name);
    }
    if lines.is_empty() {
        lines.push_str("  nothing: the message cannot be read\n");
    }
    lines
}

fn checks(explanation: &Explanation, style: Style) -> String {
    let mut lines = String::new();
    for one in verdicts(explanation.last, explanation.refusal.as_ref()) {
        let _ = writeln!(lines, "  {}", verdict(one, explanation, style));
        if one.verdict == Verdict::Failed {
            let failed = explanation.refusal.iter().flat_map(Refusal::failed);
            for check in failed.filter(|check| check.check().class() == one.class) {
                lines.push_str(&failure(check, explanation));
            }
        }
    }
    lines
}

fn verdict(one: ClassVerdict, explanation: &Explanation, style: Style) -> String {
    let what = format!("{} ({})", class(one.class), step(one.step));
    let mut compared = explanation.compared.iter();
    let is_assumed =
        compared.any(|compared| compared.is_assumed() && compared.classes.contains(&one.class));
    match one.verdict {
        Verdict::Failed => style.bad(format!("✗ failed      {what}")),
        Verdict::NotJudged => style.faint(format!("· not judged  {what}")),
        Verdict::Passed if is_assumed => style.warning(format!("≈ assumed     {what}")),
        Verdict::Passed => style.good(format!("✓ passed      {what}")),
    }
}

/// Offsets count in what was judged: the message, or behind the signature what was signed.
fn place(failed: &FailedCheck, explanation: &Explanation) -> Option<String> {
    let at = failed.at()?.to_string();
    let of_message = at.starts_with("/Response")
        && !(explanation.signatures.iter()).any(|signed| signed.part == Part::Response);
    let of_signed = explanation.last == Step::Accept && !of_message;
    Some(match at.strip_suffix(')') {
        Some(inside) if of_signed => format!("{inside} of what was signed)"),
        _ => at,
    })
}

fn failure(failed: &FailedCheck, explanation: &Explanation) -> String {
    let check = failed.check();
    let refusal = explanation.refusal.iter().flat_map(advised);
    let advice = refusal
        .zip(1..)
        .find(|(other, _)| other.help() == check.help());
    let advice = advice.map(|(_, number)| format!("{number}, below"));
    let rows = [
        ("what", Some(check.to_string())),
        ("code", Some(check.code().to_owned())),
        ("where", place(failed, explanation)),
        ("expected", failed.expected()),
        ("found", failed.found()),
        ("whose", Some(blame(check.blame()).to_owned())),
        ("advice", advice),
    ];
    let mut lines = String::new();
    for (name, value) in rows {
        if let Some(value) = value {
            let _ = writeln!(lines, "      {name:<9} {value}");
        }
    }
    lines
}

const fn blame(blame: Blame) -> &'static str {
    match blame {
        Blame::Caller => "whoever called with this",
        Blame::Configuration => "the settings, here or at the identity provider",
        Blame::Internal => "this library: please report it",
        Blame::Limit => "nobody yet: a limit was met",
        Blame::Peer => "the sender of the message",
    }
}

const fn step(step: Step) -> &'static str {
    match step {
        Step::Parse => "reading",
        Step::Verify => "signature",
        Step::Accept => "contents",
        Step::Confirm => "the host's memory",
    }
}

fn class(class: CheckClass) -> String {
    match class {
        CheckClass::Other => "encryption".to_owned(),
        CheckClass::TooLarge => "size".to_owned(),
        CheckClass::WeakAlgorithm => "algorithm".to_owned(),
        class => name(&class).replace('_', " "),
    }
}

/// The name by which a value serializes.
pub(crate) fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
