//! What was decided, counted by outcome and rule, and how long it took.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use vestibule::access::{Decision, Outcome};
use vestibule::error::Explain;

#[derive(Default)]
pub(crate) struct Report {
    decided: BTreeMap<String, usize>,
    took: BTreeMap<&'static str, Vec<Duration>>,
}

/// What carries a decision, or none.
pub(crate) trait Decided {
    fn decision(&self) -> Option<&Decision>;
}

impl Decided for Decision {
    fn decision(&self) -> Option<&Decision> {
        Some(self)
    }
}

impl Decided for Option<Decision> {
    fn decision(&self) -> Option<&Decision> {
        self.as_ref()
    }
}

impl Report {
    pub(crate) fn hour(&self, hour: i64, what: &str) {
        println!("\n{hour:02}:00  {what}");
    }

    pub(crate) fn line(&self, text: &str) {
        println!("       {text}");
    }

    /// Takes the time of one decision and counts what it was.
    pub(crate) fn timed<D: Decided>(
        &mut self,
        kind: &'static str,
        decide: impl FnOnce() -> D,
    ) -> D {
        let begun = Instant::now();
        let decided = decide();
        self.took.entry(kind).or_default().push(begun.elapsed());
        if let Some(decision) = decided.decision() {
            *self.decided.entry(described(decision)).or_default() += 1;
        }
        decided
    }

    /// Prints what was counted since the last time.
    pub(crate) fn flush(&mut self) {
        for (what, times) in std::mem::take(&mut self.decided) {
            println!("       {times:>6} × {what}");
        }
    }

    pub(crate) fn timings(&mut self) {
        println!("\nHow long each kind of decision took");
        println!(
            "       {:<20} {:>7} {:>12} {:>12}",
            "", "times", "median", "longest"
        );
        for (kind, took) in &mut self.took {
            took.sort_unstable();
            let median = took.get(took.len() / 2).copied().unwrap_or_default();
            let longest = took.last().copied().unwrap_or_default();
            println!(
                "       {kind:<20} {:>7} {median:>12.1?} {longest:>12.1?}",
                took.len()
            );
        }
    }
}

/// The outcome with its rule, and the kinds of effects.
fn described(decision: &Decision) -> String {
    let outcome = match &decision.outcome {
        Outcome::Allow(_) => "allowed".to_owned(),
        Outcome::Deny { code, .. } => format!("refused ({})", code.code()),
        Outcome::Hold(_) => "held".to_owned(),
        Outcome::NoEffect => "nothing to do".to_owned(),
        Outcome::OwnerApproval => "waits for an Owner's word".to_owned(),
        Outcome::Route(_) => "sent to sign-on".to_owned(),
        Outcome::StepUp => "asked for a fresh proof".to_owned(),
    };
    let rule = decision
        .determining_rule()
        .map_or_else(String::new, |rule| format!(" by {rule}"));
    let mut effects: BTreeMap<_, usize> = BTreeMap::new();
    for effect in &decision.effects {
        *effects.entry(effect.name()).or_default() += 1;
    }
    let effects: Vec<_> = effects
        .into_iter()
        .map(|(name, times)| {
            if times == 1 {
                name.to_owned()
            } else {
                format!("{times} {name}")
            }
        })
        .collect();
    match effects.is_empty() {
        true => format!("{outcome}{rule}"),
        false => format!("{outcome}{rule}: {}", effects.join(", ")),
    }
}
