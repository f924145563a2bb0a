//! An accepted sign-in, and the question that stands before it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dsig::{AlgorithmWarning, Fingerprint, SignatureAlgorithm, VerifiedSignature};
use crate::identity::{AssertedIdentity, ConnectionId, Personal};

use super::assertion::{Attribute, Authentication};
use super::check::Check;
use super::name_id::NameId;
use super::refusal::{FailedCheck, Refusal};

/// A sign-in that passed every check but one: whether its assertion was used before.
///
/// Only the host knows that. It looks [`PendingLogin::question`] up in its own store, *atomically*
/// recording it if it is new, and gives the answer to [`PendingLogin::confirm`]; there is no other
/// way to the [`Login`].
#[must_use = "without an answer to its question this is no sign-in"]
#[derive(Debug)]
pub struct PendingLogin {
    pub(super) question: ReplayQuestion,
    pub(super) login: Login,
}

impl PendingLogin {
    /// What to look up and to record. See [the module](super) for an example.
    #[must_use]
    pub const fn question(&self) -> &ReplayQuestion {
        &self.question
    }

    /// The sign-in, if the assertion is new. See [the module](super) for an example.
    ///
    /// # Errors
    ///
    /// [`Check::Replayed`].
    pub fn confirm(self, answer: ReplayAnswer) -> Result<Login, Refusal> {
        match answer {
            ReplayAnswer::FirstSeen => Ok(self.login),
            ReplayAnswer::SeenBefore => Err(Refusal::of(FailedCheck::new(Check::Replayed))),
        }
    }
}

/// Was this assertion, or this logout request, of this connection accepted before?
///
/// See [the module](super) for an example.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct ReplayQuestion {
    /// The connection; IDs are unique within one, over assertions and requests.
    pub connection: ConnectionId,
    /// The ID of the assertion or of the request.
    pub id: String,
    /// Until when the answer must be remembered: after this the message is refused as expired,
    /// even if the clock skew is raised to [`ClockSkew::MAX`](super::ClockSkew::MAX) meanwhile.
    pub keep_until: DateTime<Utc>,
}

/// The host's answer to a [`ReplayQuestion`].
///
/// A host whose store cannot be reached answers nothing and refuses the message.
#[expect(clippy::exhaustive_enums, reason = "the question has two answers")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReplayAnswer {
    /// It was not in the store; now it is.
    FirstSeen,
    /// It was in the store.
    SeenBefore,
}

/// An accepted sign-in: everything in it was signed by the connection's identity provider for this
/// service, is in time, and was not used before.
///
/// What it means for membership is [`access`](crate::access)'s to decide.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Login {
    /// The person, as the policy takes it.
    pub identity: AssertedIdentity,
    /// The subject's name identifier; absent only on a connection that names people by an
    /// attribute (see [`SubjectSource`](super::SubjectSource)). A logout is for this name.
    pub name_id: Option<NameId>,
    /// All attributes, in the order of the message.
    pub attributes: Vec<Attribute>,
    /// How and when the person authenticated; the statements in the order of the message, at
    /// least one.
    pub authentications: Vec<Authentication>,
    /// The assertion's ID, for the log.
    pub assertion_id: String,
    /// What was signed by which key, at least one; the response first.
    pub signatures: Vec<SignedPart>,
}

impl Login {
    /// The names of the sessions that the identity provider made, in the order of the message: to
    /// be stored beside [`Login::name_id`] for [`Logout::ends`](super::Logout::ends).
    pub fn session_indexes(&self) -> impl Iterator<Item = &Personal> {
        self.authentications
            .iter()
            .filter_map(|one| one.session_index.as_ref())
    }
}

/// A verified signature of a message.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedPart {
    /// Which element is signed.
    pub part: Part,
    /// What the signature was made with.
    pub algorithm: SignatureAlgorithm,
    /// The uploaded certificate whose key verified.
    pub certificate: Fingerprint,
    /// What was admitted although it is weak.
    pub warnings: Vec<AlgorithmWarning>,
}

impl SignedPart {
    pub(super) fn of(part: Part, signed: &VerifiedSignature) -> Self {
        Self {
            part,
            algorithm: signed.algorithm(),
            certificate: signed.verified_by().fingerprint(),
            warnings: signed.warnings().collect(),
        }
    }
}

/// An element that can be signed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The assertion.
    Assertion,
    /// A whole logout request.
    LogoutRequest,
    /// A whole logout response.
    LogoutResponse,
    /// The whole response.
    Response,
}
