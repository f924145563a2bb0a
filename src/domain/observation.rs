//! What a lookup proves about a challenge, and how much that is worth.
//!
//! This module judges no records: [`Challenge::judge`](super::Challenge::judge) does.

use serde::{Deserialize, Serialize};

/// How much an answer is worth as evidence of absence.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must say which of the two it has"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// A validating resolver that the host trusts reported the answer as authenticated.
    Authenticated,
    /// Not authenticated.
    Unauthenticated {
        /// How many resolvers on different networks gave the same answer.
        vantage_points: u8,
    },
}

impl Assurance {
    /// Whether the answer is authenticated or was seen from at least two networks.
    ///
    /// ```
    /// use vestibule::domain::Assurance;
    /// assert!(Assurance::Authenticated.is_authoritative());
    /// assert!(!Assurance::Unauthenticated { vantage_points: 1 }.is_authoritative());
    /// ```
    #[must_use]
    pub const fn is_authoritative(self) -> bool {
        match self {
            Self::Authenticated => true,
            Self::Unauthenticated { vantage_points } => vantage_points >= 2,
        }
    }
}

/// Why a lookup proves nothing.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncompleteLookup {
    /// DNSSEC validation failed.
    Bogus,
    /// Resolvers on different networks gave different answers: a change is on its way.
    Disagreement,
    /// More bytes of TXT than a DNS message can carry.
    Oversized,
    /// The server refused.
    Refused,
    /// The server failed.
    ServerFailure,
    /// No answer in time.
    Timeout,
    /// The answer was cut and not asked for again over TCP.
    Truncated,
}

/// What a lookup proves about a challenge.
#[expect(
    clippy::exhaustive_enums,
    reason = "the life of a claim is a total function of these"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// No record of this vendor is there.
    Absent {
        /// How much the answer is worth.
        assurance: Assurance,
    },
    /// The lookup did not complete.
    Indeterminate {
        /// Why.
        cause: IncompleteLookup,
    },
    /// The exact record is there.
    Present {
        /// How much the answer is worth.
        assurance: Assurance,
        /// Records of this vendor with another token beside it, which can be removed.
        other_tokens: usize,
    },
    /// The exact record is not there, but something like it is.
    WrongValue {
        /// How much the answer is worth.
        assurance: Assurance,
        /// What an administrator should look at.
        hint: WrongValueHint,
    },
}

/// What is probably wrong with the record.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrongValueHint {
    /// The value is right but for quotation marks that became part of it.
    Quoted,
    /// The value is right but for spaces at its ends.
    SurroundingSpace,
    /// The value is right but for the case of its letters.
    CaseChanged,
    /// The value is right but for spaces inside it.
    InnerSpace,
    /// The value is right but for angle brackets of the instructions.
    AngleBrackets,
    /// The value is right but for backslashes that a console added.
    Escaped,
    /// The value stands inside a longer one, such as a whole line of a zone file.
    WholeLine,
    /// The value is cut in two, and each part is a record of its own.
    SplitRecords,
    /// The value is cut off.
    Truncated,
    /// The token is there without what must stand before it.
    MissingPrefix,
    /// Something other than `=` stands between the prefix and the token.
    WrongSeparator,
    /// The record stands at a name that has the domain twice.
    DoubledName,
    /// The record stands at the domain where a label was asked for, or the other way round.
    OtherName,
    /// A record of this vendor with another token.
    StaleToken,
}

impl Observation {
    pub(super) const fn is_present(self) -> bool {
        matches!(self, Self::Present { .. })
    }

    const fn assurance(self) -> Option<Assurance> {
        match self {
            Self::Absent { assurance }
            | Self::Present { assurance, .. }
            | Self::WrongValue { assurance, .. } => Some(assurance),
            Self::Indeterminate { .. } => None,
        }
    }

    pub(super) const fn with_assurance(self, assurance: Assurance) -> Self {
        match self {
            Self::Absent { .. } => Self::Absent { assurance },
            Self::Present { other_tokens, .. } => Self::Present {
                assurance,
                other_tokens,
            },
            Self::WrongValue { hint, .. } => Self::WrongValue { assurance, hint },
            Self::Indeterminate { cause } => Self::Indeterminate { cause },
        }
    }

    /// How much several answers that agree are worth together.
    pub(super) fn together(complete: &[Self]) -> Assurance {
        let mut vantage_points = 0_u8;
        for assurance in complete.iter().filter_map(|found| found.assurance()) {
            match assurance {
                Assurance::Authenticated => return Assurance::Authenticated,
                Assurance::Unauthenticated { vantage_points: n } => {
                    vantage_points = vantage_points.saturating_add(n);
                }
            }
        }
        Assurance::Unauthenticated { vantage_points }
    }
}
