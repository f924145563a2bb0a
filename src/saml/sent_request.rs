//! What this service remembers of a request until it is answered.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{Blame, Explain, Shown};

use super::check::Check;
use super::message_id::MessageId;
use super::party::EntityId;
use super::refusal::{FailedCheck, Findings};

/// A request for a sign-in, for a logout or for what is behind an artifact that was sent and is
/// not answered yet.
///
/// It is bound to the identity provider that it went to: an answer by another one is refused,
/// whoever else's keys this service trusts. The host keeps it in the browser's session and drops
/// it with the first answer.
///
/// ```
/// use vestibule::saml::{EntityId, SentRequest};
/// let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// let request = SentRequest::new("_reqfe9e197244f6ada5", idp.clone())?;
/// let stored = serde_json::to_string(&request)?;
/// assert_eq!(serde_json::from_str::<SentRequest>(&stored)?, request);
/// assert!(SentRequest::new("", idp).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct SentRequest {
    // Never blank.
    id: String,
    sent_to: EntityId,
}

impl SentRequest {
    /// A request with its ID and the identity provider that it went to: no other may answer.
    ///
    /// Requests that this crate made have it already: see
    /// [`AuthnRequest::sent`](super::AuthnRequest::sent).
    ///
    /// # Errors
    ///
    /// [`SentRequestError::IdEmpty`]. See [`SentRequest`] for an example.
    pub fn new(id: impl Into<String>, sent_to: EntityId) -> Result<Self, SentRequestError> {
        let id = id.into();
        match id.trim().is_empty() {
            true => Err(SentRequestError::IdEmpty),
            false => Ok(Self { id, sent_to }),
        }
    }

    pub(super) fn of(id: &MessageId, sent_to: EntityId) -> Self {
        let id = id.as_str().to_owned();
        Self { id, sent_to }
    }

    /// What is wrong with this `InResponseTo`, if anything is: saml-profiles §4.1.4.2.
    pub(super) fn judge(&self, found: Option<&str>) -> Option<Check> {
        let expected = || Shown::new(&self.id);
        match found {
            Some(found) if found == self.id => None,
            Some(found) => Some(Check::InResponseToMismatch {
                expected: expected(),
                found: Shown::new(found),
            }),
            None => Some(Check::InResponseToMissing {
                expected: expected(),
            }),
        }
    }

    /// The answer must come from where the question went, whoever else could sign an answer.
    pub(super) fn judge_sender(&self, issuer: &EntityId, findings: &mut Findings) {
        if self.sent_to != *issuer {
            findings.add(FailedCheck::new(Check::RequestSentElsewhere {
                expected: Shown::identifier(self.sent_to.as_str()),
                found: Shown::identifier(issuer.as_str()),
            }));
        }
    }
}

/// As it is stored, before it is judged again.
#[derive(Deserialize)]
struct Stored {
    id: String,
    sent_to: EntityId,
}

impl TryFrom<Stored> for SentRequest {
    type Error = SentRequestError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        Self::new(stored.id, stored.sent_to)
    }
}

/// Why a request cannot be remembered.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum SentRequestError {
    /// Without an ID: an answer that names no request would answer this one.
    #[error("the ID of the request is empty")]
    IdEmpty,
}

impl Explain for SentRequestError {
    fn code(&self) -> &'static str {
        match self {
            Self::IdEmpty => "saml-request-id-empty",
        }
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn help(&self) -> &'static str {
        "Store what the request's own method `sent` gives, and read it back unchanged."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idp() -> EntityId {
        EntityId::parse("https://idp.example.org").unwrap()
    }

    #[test]
    fn a_request_has_an_id_however_it_is_made() {
        assert!(SentRequest::new("_r", idp()).is_ok());
        for empty in ["", " ", "\n\t"] {
            let error = SentRequest::new(empty, idp()).unwrap_err();
            assert_eq!(error.code(), "saml-request-id-empty");
        }
        let stored = r#"{"id": "_r", "sent_to": "https://idp.example.org"}"#;
        assert!(serde_json::from_str::<SentRequest>(stored).is_ok());
        let empty = stored.replace("_r", "");
        assert!(serde_json::from_str::<SentRequest>(&empty).is_err());
    }

    #[test]
    fn an_empty_answer_answers_nothing() {
        let request = SentRequest::new("_r", idp()).unwrap();
        assert_eq!(request.judge(Some("_r")), None);
        assert!(request.judge(Some("")).is_some());
        assert!(request.judge(None).is_some());
    }
}
