//! Issuing, revoking and recognizing the tokens of this organization.

use chrono::{DateTime, Utc};

use super::super::claims::Actor;
use super::super::decision::Decision;
use super::super::deny::DenyCode;
use super::super::tokens::{
    AcceptedToken, ConnectionTokens, TokenFacts, TokenSecret, decide_token_issue,
    decide_token_revoke,
};
use super::Organization;
use crate::identity::ConnectionId;

impl Organization {
    /// Decides whether `actor` may issue a token for `connection`; nothing changes before its
    /// effects are applied.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::domain::*;
    /// use vestibule::identity::{ConnectionId, OrganizationId, UserId};
    ///
    /// # let now = "2026-01-01T00:00:00Z".parse()?;
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let settings = Settings::recommended(prefix.clone());
    /// # let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// # acme.settings_mut().entitlement = Entitlement::Active;
    /// # acme.settings_mut().sso = SsoState::Enabled;
    /// # let domain = DomainName::parse("example.com")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// # let challenge = Challenge::new(domain.clone(), prefix.clone(), RecordPlacement::AtDomain, token)?;
    /// # acme.put_claim(Claim::open(challenge, now));
    /// # let seen = Observation::Present { assurance: Assurance::Authenticated, other_tokens: 0 };
    /// # for effect in &acme.decide_domain_check(&domain, seen, now).unwrap().effects { acme.apply(effect); }
    /// // A domain is verified, sign-on is on, and the plan includes provisioning.
    /// let okta = ConnectionId::new("okta-1");
    /// acme.put_connection(ConnectionFacts::new(okta.clone()));
    /// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: Some(now) };
    /// let secret = TokenSecret::from_entropy(&prefix, [7; 32]);
    ///
    /// let decision = acme.decide_token_issue(&okta, &owner, &secret, now);
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// // Show `secret.expose()` now; it cannot be shown again.
    /// assert_eq!(acme.authenticate(secret.expose(), now)?.connection, okta);
    ///
    /// let other = TokenSecret::from_entropy(&prefix, [8; 32]);
    /// for effect in &acme.decide_token_issue(&okta, &owner, &other, now).effects {
    ///     acme.apply(effect);
    /// }
    /// assert!(acme.authenticate(secret.expose(), now).is_err());
    /// let tokens = acme.tokens(&okta).unwrap();
    /// assert_eq!(tokens.active().unwrap().hash, other.hash());
    /// assert!(tokens.retiring(now).is_none() && tokens.changed_at() == Some(now));
    ///
    /// for effect in &acme.decide_token_revoke(&okta, &owner, now).effects {
    ///     acme.apply(effect);
    /// }
    /// assert!(acme.authenticate(other.expose(), now).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_token_issue(
        &self,
        connection: &ConnectionId,
        actor: &Actor,
        secret: &TokenSecret,
        now: DateTime<Utc>,
    ) -> Decision {
        let none = ConnectionTokens::none(self.id.clone(), connection.clone());
        decide_token_issue(&self.token_facts(connection, &none), actor, secret, now)
    }

    /// Decides whether `actor` may revoke the tokens of `connection`.
    /// [`decide_token_issue`](Organization::decide_token_issue) has an example.
    pub fn decide_token_revoke(
        &self,
        connection: &ConnectionId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Decision {
        let none = ConnectionTokens::none(self.id.clone(), connection.clone());
        decide_token_revoke(&self.token_facts(connection, &none), actor, now)
    }

    /// Which connection a presented token is of; all of them are compared.
    /// [`decide_token_issue`](Organization::decide_token_issue) has an example.
    ///
    /// # Errors
    ///
    /// [`DenyCode::TokenInvalid`] when it is none of this organization's, and
    /// [`DenyCode::TokenIssuerLostRole`] when its issuer's role is needed and lost.
    pub fn authenticate(
        &self,
        presented: &str,
        now: DateTime<Utc>,
    ) -> Result<AcceptedToken, DenyCode> {
        let found = self.tokens.values().fold(None, |found, tokens| {
            let this = tokens.authenticate(&self.id, presented, now).ok();
            found.or(this)
        });
        let token = found.ok_or(DenyCode::TokenInvalid)?;
        let issuer = self.member(&token.issued_by);
        let role = issuer
            .filter(|member| member.is_active())
            .map(|member| member.role);
        token.check_issuer(self.settings.token_authority, role)?;
        Ok(token)
    }

    fn token_facts<'a>(
        &'a self,
        connection: &ConnectionId,
        none: &'a ConnectionTokens,
    ) -> TokenFacts<'a> {
        TokenFacts {
            settings: &self.settings,
            tokens: self.tokens.get(connection).unwrap_or(none),
            verified_domains: self.verified_domains(),
        }
    }
}
