//! How the tour prints what was decided.

use vestibule::access::{Decision, Outcome, Reason};
use vestibule::error::Explain;
use vestibule::saml::Refusal;

pub(crate) fn chapter(title: &str) {
    println!("\n{title}\n{}", "─".repeat(title.chars().count()));
}

pub(crate) fn step(text: &str) {
    println!("\n• {text}");
}

/// A decision with everything that it says: outcome, effects, reasons, warnings, audit event.
pub(crate) fn decision(decision: &Decision) {
    println!("  decision  {}", outcome(&decision.outcome));
    for effect in &decision.effects {
        println!("  effect    {}{}", effect.name(), about(effect));
    }
    for reason in &decision.reasons {
        println!("  because   {}", self::reason(reason));
    }
    for warning in &decision.warnings {
        println!("  warning   {}", json(warning));
    }
    if let Some(audit) = &decision.audit {
        println!(
            "  audit     {}: {}",
            audit.name.as_str(),
            json(&audit.result)
        );
    }
    if let Some(at) = decision.next_wake {
        println!("  next look {at}");
    }
}

/// Any error of the library, as an administrator's page would show it.
pub(crate) fn error(error: &impl Explain) {
    println!("  refused   {error}");
    println!("  code      {}", error.code());
    println!("  advice    {}", error.help());
}

/// All that is wrong with a message.
pub(crate) fn refusal(refusal: &Refusal) {
    for failed in refusal.failed() {
        println!("  refused   {}", failed.check());
        println!("  code      {}", failed.check().code());
        if let Some(place) = failed.at() {
            println!("  where     {place}");
        }
        if let Some(expected) = failed.expected() {
            println!("  expected  {expected}");
        }
        if let Some(found) = failed.found() {
            println!("  found     {found}");
        }
        println!("  advice    {}", failed.check().help());
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Allow(allowance) => format!("allow: {}", json(allowance)),
        Outcome::Deny { code, .. } => format!("deny: {code} ({})", code.code()),
        Outcome::Hold(cause) => format!("hold: {}", json(cause)),
        Outcome::NoEffect => "nothing to do".to_owned(),
        Outcome::OwnerApproval => "wait for an Owner's word".to_owned(),
        Outcome::Route(route) => format!("send to the identity provider of {}", route.organization),
        Outcome::StepUp => "ask for a fresh proof of identity first".to_owned(),
    }
}

fn reason(reason: &Reason) -> String {
    let facts: Vec<String> = reason.facts.iter().map(json).collect();
    let remedy = reason.remedy.as_ref().map_or(String::new(), |remedy| {
        format!(
            "\n            remedy: {} by {}",
            json(&remedy.action),
            json(&remedy.by)
        )
    });
    let facts = match facts.is_empty() {
        true => String::new(),
        false => format!("\n            facts: {}", facts.join(", ")),
    };
    format!("{}  {}{facts}{remedy}", reason.rule, reason.rule.text())
}

/// Whom or what an effect touches, by identifier: addresses and names stay out of the output.
fn about(effect: &vestibule::access::Effect) -> String {
    let value = serde_json::to_value(effect).unwrap_or_default();
    let fields = value.as_object().and_then(|effect| effect.values().next());
    ["user", "group", "role", "source"]
        .into_iter()
        .filter_map(|name| fields?.get(name)?.as_str())
        .map(|text| format!(" {text}"))
        .collect()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).map_or_else(|_| "?".to_owned(), |text| text.replace('"', ""))
}
