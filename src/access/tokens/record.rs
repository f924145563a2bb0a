//! What is stored of a connection's tokens, and which presented text is one of them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::super::deny::DenyCode;
use super::super::membership::Role;
use super::super::settings::TokenAuthority;
use super::secret::TokenHash;
use crate::identity::{ConnectionId, OrganizationId, UserId};
use crate::limits::MAX_TOKEN_BYTES;

/// The tokens of one connection: by construction at most one active and one that retires.
///
/// ```
/// use vestibule::access::*;
/// use vestibule::domain::RecordPrefix;
/// use vestibule::identity::{ConnectionId, OrganizationId, UserId};
///
/// let (acme, okta) = (OrganizationId::new("acme"), ConnectionId::new("okta-1"));
/// let secret = TokenSecret::from_entropy(&RecordPrefix::parse("product")?, [7; 32]);
/// let now = "2026-01-01T00:00:00Z".parse().unwrap();
///
/// let none = ConnectionTokens::none(acme.clone(), okta.clone());
/// let tokens = none.with_issued(secret.hash(), UserId::new("owner"), 0, now);
/// let accepted = tokens.authenticate(&acme, secret.expose(), now)?;
/// assert_eq!(accepted.connection, okta);
/// let elsewhere = tokens.authenticate(&OrganizationId::new("other"), secret.expose(), now);
/// assert!(elsewhere.is_err());
/// assert!(tokens.revoked(now).authenticate(&acme, secret.expose(), now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ConnectionTokens {
    organization: OrganizationId,
    connection: ConnectionId,
    active: Option<TokenRecord>,
    retiring: Option<Retiring>,
    changed_at: Option<DateTime<Utc>>,
}

/// One token, without its secret.
#[expect(clippy::exhaustive_structs, reason = "a plain record that hosts show")]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// The hash of its text.
    pub hash: TokenHash,
    /// Who issued it.
    pub issued_by: UserId,
    /// When.
    pub issued_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
struct Retiring {
    token: TokenRecord,
    until: DateTime<Utc>,
}

impl ConnectionTokens {
    /// A connection without tokens. See the type's example.
    #[must_use]
    pub const fn none(organization: OrganizationId, connection: ConnectionId) -> Self {
        Self {
            organization,
            connection,
            active: None,
            retiring: None,
            changed_at: None,
        }
    }

    /// The connection that the tokens are of.
    #[must_use]
    pub const fn connection(&self) -> &ConnectionId {
        &self.connection
    }

    /// The active token. [`Organization::decide_token_issue`](super::super::Organization::decide_token_issue) has
    /// an example.
    #[must_use]
    pub const fn active(&self) -> Option<&TokenRecord> {
        self.active.as_ref()
    }

    /// The replaced token, as long as it still works.
    /// [`Organization::decide_token_issue`](super::super::Organization::decide_token_issue) has an example.
    #[must_use]
    pub fn retiring(&self, now: DateTime<Utc>) -> Option<&TokenRecord> {
        let retiring = self.retiring.as_ref();
        retiring
            .filter(|retiring| now < retiring.until)
            .map(|retiring| &retiring.token)
    }

    /// When the replaced token ends, if one was replaced with an overlap.
    pub(super) fn retires_at(&self) -> Option<DateTime<Utc>> {
        self.retiring.as_ref().map(|retiring| retiring.until)
    }

    /// When a token was last replaced or revoked; absent when none was.
    /// [`Organization::decide_token_issue`](super::super::Organization::decide_token_issue) has an example.
    #[must_use]
    pub const fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.changed_at
    }

    /// The tokens after a new one was issued: the one before it ends now, or `overlap_minutes`
    /// later (rules TOKEN-04 and C-22). See the type's example.
    #[must_use]
    pub fn with_issued(
        &self,
        hash: TokenHash,
        by: UserId,
        overlap_minutes: u16,
        now: DateTime<Utc>,
    ) -> Self {
        let until = now.checked_add_signed(TimeDelta::minutes(i64::from(overlap_minutes)));
        let until = until.filter(|until| *until > now);
        let old = self.active.clone();
        Self {
            active: Some(TokenRecord {
                hash,
                issued_by: by,
                issued_at: now,
            }),
            retiring: old
                .zip(until)
                .map(|(token, until)| Retiring { token, until }),
            changed_at: self.active.as_ref().map(|_| now).or(self.changed_at),
            ..self.clone()
        }
    }

    /// The tokens after all were revoked. See the type's example.
    #[must_use]
    pub fn revoked(&self, now: DateTime<Utc>) -> Self {
        let any = self.active.is_some() || self.retiring.is_some();
        Self {
            active: None,
            retiring: None,
            changed_at: any.then_some(now).or(self.changed_at),
            ..self.clone()
        }
    }

    /// Whose token a presented text is (rule TOKEN-03). See the type's example.
    ///
    /// The text is hashed and compared with both tokens in constant time.
    ///
    /// # Errors
    ///
    /// [`DenyCode::TokenInvalid`] when it is none of an active or retiring token of this
    /// organization.
    pub fn authenticate(
        &self,
        organization: &OrganizationId,
        presented: &str,
        now: DateTime<Utc>,
    ) -> Result<AcceptedToken, DenyCode> {
        if presented.len() > MAX_TOKEN_BYTES || *organization != self.organization {
            return Err(DenyCode::TokenInvalid);
        }
        let hash = TokenHash::of(presented);
        let is = |token: Option<&TokenRecord>| token.is_some_and(|token| token.hash.is_same(&hash));
        let retiring = self.retiring(now);
        let (is_active, is_retiring) = (is(self.active()), is(retiring));
        let (token, state) = match (is_active, is_retiring) {
            (true, _) => (self.active(), TokenState::Active),
            (false, true) => (retiring, TokenState::Retiring),
            (false, false) => (None, TokenState::Retiring),
        };
        let token = token.ok_or(DenyCode::TokenInvalid)?;
        Ok(AcceptedToken {
            organization: self.organization.clone(),
            connection: self.connection.clone(),
            issued_by: token.issued_by.clone(),
            state,
        })
    }
}

/// A token that was recognized: whose requests these are.
#[non_exhaustive]
#[must_use = "an accepted token says whose request it is"]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedToken {
    /// The organization whose members the request is about, and no other's.
    pub organization: OrganizationId,
    /// The connection whose directory asks.
    pub connection: ConnectionId,
    /// Who issued the token.
    pub issued_by: UserId,
    /// Whether the token was replaced.
    pub state: TokenState,
}

impl AcceptedToken {
    /// Whether the token still has its issuer's authority (rule C-02); `role` is the issuer's role
    /// now, absent when they are no active member.
    ///
    /// # Errors
    ///
    /// [`DenyCode::TokenIssuerLostRole`] when the token is its issuer's and they are no longer an
    /// Owner or Admin.
    ///
    /// ```
    /// # use vestibule::access::*;
    /// # fn example(token: AcceptedToken) {
    /// let organizations = TokenAuthority::Organization;
    /// assert_eq!(token.check_issuer(organizations, None), Ok(TokenIssuer::LostRole));
    /// let issuers = TokenAuthority::IssuerMustRemainAdmin;
    /// assert!(token.check_issuer(issuers, None).is_err());
    /// assert_eq!(token.check_issuer(issuers, Some(Role::Admin)), Ok(TokenIssuer::InOffice));
    /// # }
    /// ```
    pub fn check_issuer(
        &self,
        authority: TokenAuthority,
        role: Option<Role>,
    ) -> Result<TokenIssuer, DenyCode> {
        match (role, authority) {
            (Some(Role::Owner | Role::Admin), _) => Ok(TokenIssuer::InOffice),
            (_, TokenAuthority::Organization) => Ok(TokenIssuer::LostRole),
            (_, TokenAuthority::IssuerMustRemainAdmin) => Err(DenyCode::TokenIssuerLostRole),
        }
    }
}

/// Whether a token was replaced.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenState {
    /// It is the current one.
    Active,
    /// It was replaced, and works a little longer.
    Retiring,
}

/// How a token's issuer stands.
#[expect(clippy::exhaustive_enums, reason = "the two cases are the point")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TokenIssuer {
    /// They are an Owner or Admin.
    InOffice,
    /// They are not any more, and the token is the organization's: somebody should be told.
    LostRole,
}
