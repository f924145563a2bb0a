//! The book of rules: each has a stable identifier, a kind and one sentence.
//!
//! Decisions name these identifiers as their reasons. The book says what the rules are; which code
//! carries a rule out is found by searching for its constant. `docs/rules.md` is this book as a
//! table. That a rule is in the book does not say that this version decides by it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{Blame, Explain, Shown};

mod claims;
mod lifecycle;
mod provisioning;
mod resolutions;
mod setup;
mod sign_in;

/// The stable name of one rule, such as `LOGIN-02`.
///
/// ```
/// use vestibule::access::{RuleId, RuleKind};
///
/// let rule: RuleId = "LOGIN-02".parse()?;
/// assert_eq!(rule, RuleId::LOGIN_02);
/// assert_eq!(rule.to_string(), "LOGIN-02");
/// assert_eq!(rule.kind(), RuleKind::Stated);
/// assert!(rule.text().starts_with("Where sign-on is required"));
/// # Ok::<(), vestibule::access::UnknownRule>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleId {
    family: Family,
    number: u8,
}

impl RuleId {
    /// All rules of the book, family by family.
    ///
    /// ```
    /// use vestibule::access::RuleId;
    /// assert!(RuleId::all().any(|rule| rule == RuleId::C_07));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        Family::ALL
            .into_iter()
            .flat_map(Family::rules)
            .map(|rule| rule.id)
    }

    /// How the rule came into the book; the type's own example shows it.
    #[must_use]
    pub fn kind(self) -> RuleKind {
        self.rule().map_or(RuleKind::Own, |rule| rule.kind)
    }

    /// The rule in one sentence; the type's own example shows it.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.rule().map_or("", |rule| rule.text)
    }

    fn rule(self) -> Option<&'static Rule> {
        self.family.rules().iter().find(|rule| rule.id == self)
    }
}

/// How a rule came into the book.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Follows from what is stated.
    Implied,
    /// Stated, but in more than one way to read it; a resolution decides.
    Open,
    /// Added by this library.
    Own,
    /// Decides what a rule leaves open.
    Resolution,
    /// Holds for organizations that share one sign-on.
    Shared,
    /// Stated.
    Stated,
}

impl fmt::Display for RuleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Implied => "implied",
            Self::Open => "open",
            Self::Own => "own",
            Self::Resolution => "resolution",
            Self::Shared => "shared",
            Self::Stated => "stated",
        })
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{:02}", self.family.as_str(), self.number)
    }
}

impl FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Family::ALL
            .into_iter()
            .filter(|family| text.starts_with(family.as_str()))
            .flat_map(Family::rules)
            .map(|rule| rule.id)
            .find(|id| id.to_string() == text)
            .ok_or_else(|| UnknownRule(Shown::new(text)))
    }
}

impl TryFrom<String> for RuleId {
    type Error = UnknownRule;

    fn try_from(text: String) -> Result<Self, UnknownRule> {
        text.parse()
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.to_string()
    }
}

/// A text that names no rule of the book.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("`{0}` is not a rule of the book")]
pub struct UnknownRule(Shown);

impl Explain for UnknownRule {
    fn code(&self) -> &'static str {
        "access-unknown-rule"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn help(&self) -> &'static str {
        "Use an identifier from docs/rules.md of this version."
    }
}

/// One row of the book.
struct Rule {
    id: RuleId,
    kind: RuleKind,
    text: &'static str,
}

macro_rules! families {
    ($($name:ident $text:literal $table:path;)*) => {
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        enum Family {
            $($name,)*
        }

        impl Family {
            const ALL: [Self; [$($text),*].len()] = [$(Self::$name),*];

            const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            const fn rules(self) -> &'static [Rule] {
                match self {
                    $(Self::$name => $table,)*
                }
            }
        }
    };
}

families! {
    Plan "PLAN" setup::PLAN;
    Claim "CLAIM" claims::CLAIM;
    Shared "SHARED" setup::SHARED;
    Sso "SSO" setup::SSO;
    Login "LOGIN" sign_in::LOGIN;
    Jit "JIT" sign_in::JIT;
    Token "TOKEN" provisioning::TOKEN;
    User "USER" provisioning::USER;
    Group "GROUP" provisioning::GROUP;
    Import "IMPORT" provisioning::IMPORT;
    Removal "REMOVE" lifecycle::REMOVE;
    Guard "GUARD" lifecycle::GUARD;
    Resolution "C" resolutions::C;
    Siblings "X" setup::X;
    Binding "BIND" sign_in::BIND;
}

/// Defines the constants of one family and its part of the book.
macro_rules! rules {
    ($family:ident, $table:ident; $($name:ident = $number:literal, $kind:ident, $text:literal;)*) => {
        impl RuleId {
            $(
                #[doc = $text]
                pub const $name: Self = Self {
                    family: Family::$family,
                    number: $number,
                };
            )*
        }

        pub(super) const $table: &[Rule] = &[
            $(Rule {
                id: RuleId::$name,
                kind: RuleKind::$kind,
                text: $text,
            },)*
        ];
    };
}
use rules;
