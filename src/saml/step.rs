//! The order of judgement, and what became of each class of checks: for showing, not for deciding.

use serde::{Deserialize, Serialize};

use super::check_class::CheckClass;
use super::refusal::Refusal;

/// A step of judging a response. A later one is not taken when an earlier one refused.
#[expect(clippy::exhaustive_enums, reason = "the types of trust are these four")]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// [`ParsedResponse`](super::ParsedResponse).
    Parse,
    /// [`ParsedResponse::verify`](super::ParsedResponse::verify).
    Verify,
    /// [`VerifiedResponse::accept`](super::VerifiedResponse::accept).
    Accept,
    /// [`PendingLogin::confirm`](super::PendingLogin::confirm).
    Confirm,
}

impl Step {
    /// All of them, in the order of judgement. See [`verdicts`] for an example.
    pub const ALL: [Self; 4] = [Self::Parse, Self::Verify, Self::Accept, Self::Confirm];

    /// The classes of checks that this step makes, in the order of judgement.
    ///
    /// ```
    /// use vestibule::saml::{CheckClass, Step};
    /// assert_eq!(Step::Confirm.classes(), [CheckClass::Replay]);
    /// assert!(Step::Accept.classes().contains(&CheckClass::Audience));
    /// ```
    #[must_use]
    pub const fn classes(self) -> &'static [CheckClass] {
        match self {
            Self::Parse => &[
                CheckClass::TooLarge,
                CheckClass::Encoding,
                CheckClass::Structure,
                CheckClass::Wrapping,
            ],
            Self::Verify => &[CheckClass::WeakAlgorithm, CheckClass::Signature],
            Self::Accept => &[
                CheckClass::Status,
                CheckClass::Issuer,
                CheckClass::Destination,
                CheckClass::InResponseTo,
                CheckClass::Recipient,
                CheckClass::Audience,
                CheckClass::Time,
                CheckClass::Authentication,
                CheckClass::Structure,
            ],
            Self::Confirm => &[CheckClass::Replay],
        }
    }

    /// Whether this step made all its checks although these failed.
    fn judged_all(self, failed: &[CheckClass]) -> bool {
        let stops_nothing =
            |class: &CheckClass| *class != CheckClass::Structure && self.classes().contains(class);
        self == Self::Accept && failed.iter().all(stops_nothing)
    }
}

/// What became of a class of checks.
#[expect(
    clippy::exhaustive_enums,
    reason = "a check is made or not, and fails or not"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// At least one check of the class failed.
    Failed,
    /// It cannot be said: judgement ended before, or something that it needs is missing.
    NotJudged,
    /// Every check of the class was made and passed.
    Passed,
}

/// A class of checks in one step, and what became of it. See [`verdicts`] for an example.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ClassVerdict {
    /// In which step.
    pub step: Step,
    /// Which class.
    pub class: CheckClass,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of each class of checks when judgement ended with `last`, in the order of judgement.
///
/// `refusal` is what `last` refused with. A class passes only where that is certain: a step that
/// refused at its first failure has not made its other checks, and [`Step::Accept`], which makes
/// all of them, has made each only if the structure that it reads is whole.
///
/// ```
/// use vestibule::saml::{CheckClass, ParsedResponse, Step, Verdict, verdicts};
///
/// let refusal = ParsedResponse::from_octets(b"<a/>".to_vec()).unwrap_err();
/// let verdicts = verdicts(Step::Parse, Some(&refusal));
/// let of = |class| verdicts.iter().find(|one| one.class == class).unwrap().verdict;
/// assert_eq!(of(CheckClass::Structure), Verdict::Failed);
/// assert_eq!(of(CheckClass::Audience), Verdict::NotJudged);
/// ```
#[must_use]
pub fn verdicts(last: Step, refusal: Option<&Refusal>) -> Vec<ClassVerdict> {
    let mut verdicts = Vec::new();
    for step in Step::ALL {
        let refusal = refusal.filter(|_| step == last);
        let mut failed = refusal.map(failed_classes).unwrap_or_default();
        let others = match step <= last && (failed.is_empty() || step.judged_all(&failed)) {
            true => Verdict::Passed,
            false => Verdict::NotJudged,
        };
        for class in step.classes() {
            let verdict = match failed.contains(class) {
                true => Verdict::Failed,
                false => others,
            };
            verdicts.push(ClassVerdict {
                step,
                class: *class,
                verdict,
            });
        }
        // Such as a status without an assertion, which is found before there is a signature.
        failed.retain(|class| !step.classes().contains(class));
        verdicts.extend(failed.into_iter().map(|class| ClassVerdict {
            step,
            class,
            verdict: Verdict::Failed,
        }));
    }
    verdicts
}

/// Each once, in the order of judgement.
fn failed_classes(refusal: &Refusal) -> Vec<CheckClass> {
    let mut classes = Vec::new();
    for failed in refusal.failed() {
        let class = failed.check().class();
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::check::Check;
    use crate::saml::refusal::FailedCheck;

    fn verdict_of(last: Step, checks: &[Check], class: CheckClass) -> Verdict {
        let mut checks = checks.iter().cloned().map(FailedCheck::new);
        let refusal = checks
            .next()
            .map(|first| checks.fold(Refusal::of(first), Refusal::and));
        let all = verdicts(last, refusal.as_ref());
        let mut of_class = all
            .iter()
            .filter(|one| one.class == class && one.step == last);
        of_class.next().unwrap().verdict
    }

    #[test]
    fn without_a_refusal_everything_up_to_the_last_step_passed() {
        for one in verdicts(Step::Accept, None) {
            let expected = match one.step {
                Step::Confirm => Verdict::NotJudged,
                _ => Verdict::Passed,
            };
            assert_eq!(one.verdict, expected, "{one:?}");
        }
    }

    #[test]
    fn beside_a_failure_of_a_reading_step_nothing_is_judged() {
        let deflate = [Check::Deflate];
        let of = |class| verdict_of(Step::Parse, &deflate, class);
        assert_eq!(of(CheckClass::TooLarge), Verdict::NotJudged);
        assert_eq!(of(CheckClass::Encoding), Verdict::Failed);
        assert_eq!(of(CheckClass::Wrapping), Verdict::NotJudged);
    }

    #[test]
    fn accepting_makes_every_check_unless_the_structure_is_broken() {
        let audience = Check::ConditionsMissing;
        let of = |checks: &[Check], class| verdict_of(Step::Accept, checks, class);
        let sound = std::slice::from_ref(&audience);
        assert_eq!(of(sound, CheckClass::Audience), Verdict::Failed);
        assert_eq!(of(sound, CheckClass::Recipient), Verdict::Passed);
        let broken = [audience, Check::SubjectMissing];
        assert_eq!(of(&broken, CheckClass::Audience), Verdict::Failed);
        assert_eq!(of(&broken, CheckClass::Recipient), Verdict::NotJudged);
        assert_eq!(of(&broken, CheckClass::Structure), Verdict::Failed);
    }

    #[test]
    fn a_failure_that_its_step_does_not_list_is_listed_behind() {
        let checks = [Check::StatusMissing, Check::AssertionMissing];
        assert_eq!(
            verdict_of(Step::Verify, &checks, CheckClass::Status),
            Verdict::Failed
        );
        assert_eq!(
            verdict_of(Step::Verify, &checks, CheckClass::Signature),
            Verdict::NotJudged
        );
    }
}
