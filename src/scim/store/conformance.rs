//! A test of the contract of [`Store`], for a host to run over its own.
//!
//! It panics nowhere and prints nothing: each check has a name and a [`Verdict`]. Checks write
//! into tenants whose names begin with `conformance-`, each of which must be empty.

mod checks;
mod ground;

use super::contract::Store;
use crate::scim::schema::Registry;

/// One check and what came of it.
///
/// ```
/// use vestibule::scim::Registry;
/// use vestibule::scim::store::{InMemory, conformance};
///
/// let checks = conformance::run(&Registry::standard(), |_tenant| InMemory::default());
/// assert!(checks.len() > 15);
/// for check in checks {
///     assert_eq!(check.verdict, conformance::Verdict::Passed, "{}", check.name);
/// }
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// What should hold, in words with hyphens. One that was released keeps its meaning.
    pub name: &'static str,
    /// Whether it does.
    pub verdict: Verdict,
}

/// Whether a store does what a check asks.
#[expect(clippy::exhaustive_enums, reason = "a verdict")]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It does not; with what was found in place of what.
    Failed(String),
    /// It does.
    Passed,
}

/// Runs all checks. See [`Check`] for an example.
///
/// `open` gives the store of a tenant by its name: a new, empty one for each new name, and the same
/// resources for the same name. `registry` should be one with User, the enterprise extension and
/// Group, as all are.
#[must_use]
pub fn run<S: Store>(registry: &Registry, mut open: impl FnMut(&str) -> S) -> Vec<Check> {
    let checks = checks::all::<S>().into_iter();
    let checks = checks.map(|(name, check)| {
        let mut ground = ground::Ground::new(registry, name, &mut open);
        let verdict = match check(&mut ground) {
            Ok(()) => Verdict::Passed,
            Err(found) => Verdict::Failed(found),
        };
        Check { name, verdict }
    });
    checks.collect()
}
