//! What a resolver answered, and what that answer proves about a challenge.
//!
//! The host resolves, follows aliases and validates DNSSEC; this module compares bytes. A lookup
//! that did not complete proves nothing, in particular not that the record is gone.

use serde::{Deserialize, Serialize};

use super::challenge::Challenge;
use crate::limits::MAX_TXT_ANSWER_BYTES;

/// One answer to the question for TXT records at [`Challenge::query_name`].
///
/// ```
/// use vestibule::domain::*;
///
/// let challenge = Challenge::new(
///     DomainName::parse("example.com")?,
///     RecordPrefix::parse("product")?,
///     RecordPlacement::AtDomain,
///     ChallengeToken::from_entropy([0; 20]),
/// )?;
/// let lookup = TxtLookup {
///     answer: TxtAnswer::Records(vec![
///         TxtRecord::new(["v=spf1 -all"]),
///         // Two character-strings of one record are one value.
///         TxtRecord::new(["product-domain-verify=", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
///     ]),
///     assurance: Assurance::Authenticated,
///     at_doubled_name: Vec::new(),
/// };
/// let observation = challenge.judge(&lookup);
/// assert!(matches!(observation, Observation::Present { other_tokens: 0, .. }));
/// # Ok::<(), DomainError>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts fill")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TxtLookup {
    /// The answer.
    pub answer: TxtAnswer,
    /// How much the answer is worth.
    pub assurance: Assurance,
    /// The records found at [`Challenge::doubled_query_name`], if the host asked; for the hint.
    pub at_doubled_name: Vec<TxtRecord>,
}

/// The outcome of one resolution.
#[expect(
    clippy::exhaustive_enums,
    reason = "a host must sort every outcome of its resolver into one of these"
)]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TxtAnswer {
    /// The lookup did not complete.
    Incomplete(IncompleteLookup),
    /// The name does not exist, or has no TXT record (NXDOMAIN, NODATA).
    Nothing,
    /// The TXT records at the name.
    Records(Vec<TxtRecord>),
}

/// One TXT record: its character-strings as bytes from the wire, unquoted.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TxtRecord(Vec<Vec<u8>>);

impl TxtRecord {
    /// The record with these character-strings, in order; [`TxtLookup`] has an example.
    #[must_use]
    pub fn new<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Self {
        Self(
            strings
                .into_iter()
                .map(|string| string.as_ref().to_vec())
                .collect(),
        )
    }

    /// The strings of one record are one value, joined before anything is compared.
    fn value(&self) -> Vec<u8> {
        self.0.concat()
    }
}

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
    /// The token is there without what must stand before it.
    MissingPrefix,
    /// The record stands at a name that has the domain twice.
    DoubledName,
    /// A record of this vendor with another token.
    StaleToken,
}

impl Challenge {
    /// What `lookup` proves about this challenge (rules CLAIM-09 and C-07).
    ///
    /// The value is compared byte for byte; other TXT records are ignored. Time is linear in the
    /// answer's bytes, which are bounded by
    /// [`MAX_TXT_ANSWER_BYTES`]. [`TxtLookup`] has an example.
    #[must_use]
    pub fn judge(&self, lookup: &TxtLookup) -> Observation {
        let assurance = lookup.assurance;
        let records = match &lookup.answer {
            TxtAnswer::Incomplete(cause) => return Observation::Indeterminate { cause: *cause },
            TxtAnswer::Nothing => &[][..],
            TxtAnswer::Records(records) => records,
        };
        if is_oversized(records) || is_oversized(&lookup.at_doubled_name) {
            let cause = IncompleteLookup::Oversized;
            return Observation::Indeterminate { cause };
        }
        let wanted = self.record_value();
        let prefix = self.value_prefix();
        let (exact, others): (Vec<_>, Vec<_>) = records
            .iter()
            .map(TxtRecord::value)
            .partition(|value| value == wanted.as_bytes());
        if !exact.is_empty() {
            let foreign = |value: &&Vec<u8>| value.starts_with(prefix.as_bytes());
            let other_tokens = others.iter().filter(foreign).count();
            return Observation::Present {
                assurance,
                other_tokens,
            };
        }
        let near = others
            .iter()
            .filter_map(|value| self.hint(value, &wanted, &prefix));
        let doubled = lookup.at_doubled_name.iter().map(TxtRecord::value);
        let doubled = doubled
            .filter(|value| value == wanted.as_bytes())
            .map(|_| WrongValueHint::DoubledName);
        match near.chain(doubled).min() {
            Some(hint) => Observation::WrongValue { assurance, hint },
            None => Observation::Absent { assurance },
        }
    }

    fn hint(&self, value: &[u8], wanted: &str, prefix: &str) -> Option<WrongValueHint> {
        let spaceless = value.trim_ascii();
        let bare = spaceless.strip_prefix(b"\"").unwrap_or(spaceless);
        let bare = bare.strip_suffix(b"\"").unwrap_or(bare);
        if spaceless == wanted.as_bytes() {
            Some(WrongValueHint::SurroundingSpace)
        } else if bare.trim_ascii() == wanted.as_bytes() {
            Some(WrongValueHint::Quoted)
        } else if bare == self.token().as_str().as_bytes() {
            Some(WrongValueHint::MissingPrefix)
        } else if bare.starts_with(prefix.as_bytes()) {
            Some(WrongValueHint::StaleToken)
        } else {
            None
        }
    }
}

fn is_oversized(records: &[TxtRecord]) -> bool {
    let bytes = records
        .iter()
        .flat_map(|record| &record.0)
        .fold(0_usize, |bytes, string| bytes.saturating_add(string.len()));
    bytes > MAX_TXT_ANSWER_BYTES
}

#[cfg(test)]
mod tests {
    use super::super::challenge::{ChallengeToken, RecordPlacement, RecordPrefix};
    use super::super::name::DomainName;
    use super::*;

    const TOKEN: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const VALUE: &str = "product-domain-verify=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const SURE: Assurance = Assurance::Authenticated;

    fn judge(answer: TxtAnswer, doubled: &[&str]) -> Observation {
        let challenge = Challenge::new(
            DomainName::parse("example.com").unwrap(),
            RecordPrefix::parse("product").unwrap(),
            RecordPlacement::AtDomain,
            ChallengeToken::from_entropy([0; 20]),
        );
        challenge.unwrap().judge(&TxtLookup {
            answer,
            assurance: SURE,
            at_doubled_name: doubled
                .iter()
                .map(|value| TxtRecord::new([value]))
                .collect(),
        })
    }

    fn records(values: &[&str]) -> TxtAnswer {
        TxtAnswer::Records(values.iter().map(|value| TxtRecord::new([value])).collect())
    }

    fn wrong(hint: WrongValueHint) -> Observation {
        Observation::WrongValue {
            assurance: SURE,
            hint,
        }
    }

    #[test]
    fn one_exact_match_among_others_is_present() {
        let present = |other_tokens| Observation::Present {
            assurance: SURE,
            other_tokens,
        };
        assert_eq!(judge(records(&["v=spf1", VALUE]), &[]), present(0));
        let stale = "product-domain-verify=old";
        assert_eq!(judge(records(&[stale, VALUE]), &[]), present(1));
        assert_eq!(
            judge(records(&["other-domain-verify=old", VALUE]), &[]),
            present(0)
        );
    }

    #[test]
    fn strings_are_joined_before_they_are_compared() {
        let (head, tail) = VALUE.split_at(7);
        let split = TxtAnswer::Records(vec![TxtRecord::new([head, tail])]);
        assert!(matches!(judge(split, &[]), Observation::Present { .. }));
        let two_records = records(&[head, tail]);
        assert_eq!(
            judge(two_records, &[]),
            Observation::Absent { assurance: SURE }
        );
    }

    #[test]
    fn a_near_miss_names_the_mistake() {
        for (value, hint) in [
            (format!("\"{VALUE}\""), WrongValueHint::Quoted),
            (format!("\" {VALUE} \""), WrongValueHint::Quoted),
            (format!(" {VALUE}"), WrongValueHint::SurroundingSpace),
            (TOKEN.to_owned(), WrongValueHint::MissingPrefix),
            (
                "product-domain-verify=old".to_owned(),
                WrongValueHint::StaleToken,
            ),
            (VALUE.replace("=aaa", "=AAA"), WrongValueHint::StaleToken),
        ] {
            assert_eq!(judge(records(&[&value]), &[]), wrong(hint), "{value}");
        }
        assert_eq!(
            judge(TxtAnswer::Nothing, &[VALUE]),
            wrong(WrongValueHint::DoubledName)
        );
        assert_eq!(
            judge(TxtAnswer::Nothing, &["x"]),
            Observation::Absent { assurance: SURE }
        );
    }

    #[test]
    fn a_lookup_that_did_not_complete_is_never_absence() {
        let cause = IncompleteLookup::Timeout;
        let observed = judge(TxtAnswer::Incomplete(cause), &[]);
        assert_eq!(observed, Observation::Indeterminate { cause });
        let filler = "x".repeat(MAX_TXT_ANSWER_BYTES);
        assert!(matches!(
            judge(records(&[&filler]), &[]),
            Observation::Absent { .. }
        ));
        let cause = IncompleteLookup::Oversized;
        let observed = judge(records(&[&filler, "x"]), &[]);
        assert_eq!(observed, Observation::Indeterminate { cause });
    }
}
