//! What a resolver answered, and what that answer proves about a challenge.
//!
//! The host resolves, follows aliases and validates DNSSEC; this module compares bytes. A lookup
//! that did not complete proves nothing, in particular not that the record is gone.

use serde::{Deserialize, Serialize};

use super::challenge::Challenge;
use super::observation::{Assurance, IncompleteLookup, Observation, WrongValueHint};
use crate::limits::MAX_TXT_ANSWER_BYTES;

mod mistake;

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
///     at_other_name: Vec::new(),
///     negative_ttl_secs: None,
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
    /// The records found at [`Challenge::other_query_name`], if the host asked; for the hint.
    pub at_other_name: Vec<TxtRecord>,
    /// For how many seconds resolvers keep the answer that nothing is there, if the host knows it: the
    /// lesser of the SOA record's own time to live and its last field (RFC 2308, section 5).
    #[serde(default)]
    pub negative_ttl_secs: Option<u32>,
}

impl TxtLookup {
    /// An answer to the one question that counts, without the two that only improve hints.
    ///
    /// [`Challenge::judge_all`] has an example.
    #[must_use]
    pub const fn new(answer: TxtAnswer, assurance: Assurance) -> Self {
        Self {
            answer,
            assurance,
            at_doubled_name: Vec::new(),
            at_other_name: Vec::new(),
            negative_ttl_secs: None,
        }
    }
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
        let beside = [&lookup.at_doubled_name, &lookup.at_other_name];
        if is_oversized(records) || beside.into_iter().any(|found| is_oversized(found)) {
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
            .filter_map(|value| mistake::of_value(value, &wanted, &prefix, self.token().as_str()));
        let split = mistake::is_split(&others, &wanted).then_some(WrongValueHint::SplitRecords);
        let at = |records: &[TxtRecord], hint| {
            let found = records
                .iter()
                .any(|record| record.value() == wanted.as_bytes());
            found.then_some(hint)
        };
        let doubled = at(&lookup.at_doubled_name, WrongValueHint::DoubledName);
        let other = at(&lookup.at_other_name, WrongValueHint::OtherName);
        match near.chain(split).chain(doubled).chain(other).min() {
            Some(hint) => Observation::WrongValue { assurance, hint },
            None => Observation::Absent { assurance },
        }
    }

    /// What lookups by resolvers on different networks prove together.
    ///
    /// Those that completed must say the same; the number of them is the number of vantage points.
    /// An authenticated answer among them makes the whole authenticated. When one says present and
    /// another absent, nothing is proved.
    ///
    /// ```
    /// # use vestibule::domain::*;
    /// # let domain = DomainName::parse("example.com")?;
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// let challenge = Challenge::new(domain, prefix, RecordPlacement::AtDomain, token)?;
    /// let alone = Assurance::Unauthenticated { vantage_points: 1 };
    /// let absent = TxtLookup::new(TxtAnswer::Nothing, alone);
    /// let failed = TxtLookup::new(TxtAnswer::Incomplete(IncompleteLookup::Timeout), alone);
    /// let together = challenge.judge_all(&[absent.clone(), failed, absent]);
    /// let two = Assurance::Unauthenticated { vantage_points: 2 };
    /// assert_eq!(together, Observation::Absent { assurance: two });
    /// # Ok::<(), DomainError>(())
    /// ```
    #[must_use]
    pub fn judge_all(&self, lookups: &[TxtLookup]) -> Observation {
        let judged = lookups.iter().map(|lookup| self.judge(lookup));
        let mut complete = Vec::new();
        let mut cause = IncompleteLookup::Timeout;
        for observation in judged {
            match observation {
                Observation::Indeterminate { cause: found } => cause = found,
                other => complete.push(other),
            }
        }
        let Some(first) = complete.first() else {
            return Observation::Indeterminate { cause };
        };
        if complete
            .iter()
            .any(|other| other.is_present() != first.is_present())
        {
            let cause = IncompleteLookup::Disagreement;
            return Observation::Indeterminate { cause };
        }
        // The answer that names a mistake helps more than one that names none.
        let told = complete
            .iter()
            .find(|found| matches!(found, Observation::WrongValue { .. }));
        told.unwrap_or(first)
            .with_assurance(Observation::together(&complete))
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
            ..TxtLookup::new(TxtAnswer::Nothing, SURE)
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
        let two_records = records(&[tail, head]);
        assert_eq!(judge(two_records, &[]), wrong(WrongValueHint::SplitRecords));
        assert_eq!(
            judge(records(&[head]), &[]),
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
            (
                format!("product-domain-verify={}!", "b".repeat(32)),
                WrongValueHint::StaleToken,
            ),
            (VALUE.replace("=aaa", "=AAA"), WrongValueHint::CaseChanged),
            (VALUE.replace('=', " = "), WrongValueHint::InnerSpace),
            (
                VALUE.replace('=', "=<") + ">",
                WrongValueHint::AngleBrackets,
            ),
            (VALUE.replace('=', "\\="), WrongValueHint::Escaped),
            (
                format!("example.com. IN TXT {VALUE}"),
                WrongValueHint::WholeLine,
            ),
            (VALUE[..50].to_owned(), WrongValueHint::Truncated),
            (VALUE.replace('=', ":"), WrongValueHint::WrongSeparator),
            (format!("\u{201c}{VALUE}\u{201d}"), WrongValueHint::Quoted),
            (format!("'{VALUE}'"), WrongValueHint::Quoted),
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
        // Another product's record with this token is no slip of the hand.
        let of_another = format!("other-domain-verify={TOKEN}");
        assert_eq!(
            judge(records(&[&of_another]), &[]),
            Observation::Absent { assurance: SURE }
        );
    }

    #[test]
    fn several_vantage_points_count_when_they_agree() {
        let challenge = Challenge::new(
            DomainName::parse("example.com").unwrap(),
            RecordPrefix::parse("product").unwrap(),
            RecordPlacement::AtDomain,
            ChallengeToken::from_entropy([0; 20]),
        );
        let challenge = challenge.unwrap();
        let alone = Assurance::Unauthenticated { vantage_points: 1 };
        let there = TxtLookup::new(records(&[VALUE]), alone);
        let gone = TxtLookup::new(TxtAnswer::Nothing, alone);
        let failed = TxtLookup::new(TxtAnswer::Incomplete(IncompleteLookup::Refused), alone);
        let sure = TxtLookup::new(TxtAnswer::Nothing, SURE);
        let two = Assurance::Unauthenticated { vantage_points: 2 };
        for (lookups, expected) in [
            (vec![&gone], Observation::Absent { assurance: alone }),
            (vec![&gone, &gone], Observation::Absent { assurance: two }),
            (
                vec![&gone, &failed],
                Observation::Absent { assurance: alone },
            ),
            (vec![&gone, &sure], Observation::Absent { assurance: SURE }),
            (
                vec![&there, &gone],
                Observation::Indeterminate {
                    cause: IncompleteLookup::Disagreement,
                },
            ),
            (
                vec![&failed],
                Observation::Indeterminate {
                    cause: IncompleteLookup::Refused,
                },
            ),
        ] {
            let lookups: Vec<_> = lookups.into_iter().cloned().collect();
            assert_eq!(challenge.judge_all(&lookups), expected);
        }
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
