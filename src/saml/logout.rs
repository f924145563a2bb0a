//! An accepted logout, and the question that stands before it.

use crate::identity::{ConnectionId, Personal};

use super::check::Check;
use super::login::{ReplayAnswer, ReplayQuestion, SignedPart};
use super::name_id::NameId;
use super::party::EntityId;
use super::refusal::{FailedCheck, Refusal};

/// A logout request that passed every check but one: whether it was used before.
///
/// The host answers [`PendingLogout::question`] as it does for a
/// [`PendingLogin`](super::PendingLogin); there is no other way to the [`Logout`].
#[must_use = "without an answer to its question this is no logout"]
#[derive(Debug)]
pub struct PendingLogout {
    pub(super) question: ReplayQuestion,
    pub(super) logout: Logout,
}

impl PendingLogout {
    /// What to look up and to record. See [`VerifiedLogoutRequest`] for an example.
    ///
    /// [`VerifiedLogoutRequest`]: super::VerifiedLogoutRequest
    #[must_use]
    pub const fn question(&self) -> &ReplayQuestion {
        &self.question
    }

    /// The logout, if the request is new. See [`RedirectQuery`](super::RedirectQuery) for an
    /// example.
    ///
    /// # Errors
    ///
    /// [`Check::Replayed`].
    pub fn confirm(self, answer: ReplayAnswer) -> Result<Logout, Refusal> {
        match answer {
            ReplayAnswer::FirstSeen => Ok(self.logout),
            ReplayAnswer::SeenBefore => Err(Refusal::of(FailedCheck::new(Check::Replayed))),
        }
    }
}

/// An accepted logout request: the connection's identity provider ends sessions of a person.
///
/// Of the sessions that were made over this connection, the host ends those that [`Logout::ends`]
/// names; each was stored with the name identifier and the session indexes of its sign-in
/// (see [`Authentication::session_index`](super::Authentication::session_index)). Then it answers.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Logout {
    /// The connection whose sessions end; never those of another.
    pub connection: ConnectionId,
    /// Whose sessions end.
    pub name_id: NameId,
    /// Which of them, in the order of the message; empty means all.
    pub session_indexes: Vec<Personal>,
    /// The ID of the request, for `InResponseTo` of the answer.
    pub request_id: String,
    /// What the answer must carry back unchanged, for a request by HTTP-Redirect. By HTTP-POST it
    /// is a field of the form and not signed.
    pub relay_state: Option<Personal>,
    /// Which key signed the request.
    pub signature: SignedPart,
    /// Who asked, and this service.
    pub(super) parties: (EntityId, EntityId),
}

impl Logout {
    /// Whether it ends the session that was made from a sign-in with this name identifier and these
    /// session indexes: saml-core §3.7.3.2.
    ///
    /// The session must be one of [`Logout::connection`]. Names are compared by
    /// [`NameId::names_same_as`]; without an index in the request every session of the person ends,
    /// and otherwise those with one of them. See [`LogoutResponse`](super::LogoutResponse) for an
    /// example.
    #[must_use]
    pub fn ends<'s>(
        &self,
        name_id: &NameId,
        session_indexes: impl IntoIterator<Item = &'s Personal>,
    ) -> bool {
        let (idp, service) = &self.parties;
        let is_named = self.session_indexes.is_empty()
            || session_indexes
                .into_iter()
                .any(|index| self.session_indexes.contains(index));
        is_named && self.name_id.names_same_as(name_id, idp, service)
    }
}
