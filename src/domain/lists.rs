//! The host's own word on which names may be claimed, over the built-in lists.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::error::DomainErrorKind;
use super::name::MailDomain;

/// Names that may be claimed although a built-in list says no, and names that may not.
///
/// Refused names take the names below them with them: the vendor's own domains, or a list of
/// disposable mail. An allowed name lifts the refusal of shared domains and of suffixes of the
/// list's private division, for itself alone; a public suffix such as `co.uk` is never allowed.
/// Rule C-11.
///
/// ```
/// use vestibule::domain::{DomainLists, DomainName, MailDomain};
/// use vestibule::error::Explain;
///
/// let lists = DomainLists {
///     allowed: [MailDomain::parse("acme.onmicrosoft.com")?].into(),
///     refused: [MailDomain::parse("vendor.example")?].into(),
/// };
/// assert!(DomainName::parse("acme.onmicrosoft.com").is_err());
/// assert!(DomainName::parse_with("acme.onmicrosoft.com", &lists).is_ok());
/// let error = DomainName::parse_with("mail.vendor.example", &lists).unwrap_err();
/// assert_eq!(error.code(), "domain-refused");
/// # Ok::<(), vestibule::domain::DomainError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct DomainLists {
    /// May be claimed.
    pub allowed: BTreeSet<MailDomain>,
    /// May not, nor may what is below.
    pub refused: BTreeSet<MailDomain>,
}

impl DomainLists {
    pub(super) fn refuses(&self, name: &MailDomain) -> bool {
        name.with_parents().any(|name| self.refused.contains(name))
    }

    pub(super) fn lifts(&self, name: &MailDomain, refusal: &DomainErrorKind) -> bool {
        let liftable = matches!(
            refusal,
            DomainErrorKind::PrivateSuffix | DomainErrorKind::SharedDomain
        );
        liftable && self.allowed.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::name::DomainName;
    use super::*;

    #[test]
    fn an_allowed_name_lifts_a_refusal_for_itself_and_never_a_public_suffix() {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| MailDomain::parse(name).unwrap())
                .collect()
        };
        let lists = DomainLists {
            allowed: names(&["gmail.com", "github.io", "co.uk", "both.example"]),
            refused: names(&["both.example"]),
        };
        for (accepted, refused) in [
            ("gmail.com", "outlook.com"),
            ("gmail.com", "mail.gmail.com"),
            ("github.io", "gitlab.io"),
            ("example.co.uk", "co.uk"),
            ("other.example", "both.example"),
            ("other.example", "a.both.example"),
        ] {
            assert!(
                DomainName::parse_with(accepted, &lists).is_ok(),
                "{accepted}"
            );
            assert!(
                DomainName::parse_with(refused, &lists).is_err(),
                "{refused}"
            );
        }
    }
}
