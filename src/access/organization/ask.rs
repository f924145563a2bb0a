//! Asking for a decision with this organization's facts.

use chrono::{DateTime, Utc};

use super::super::claims::{
    Actor, ClaimFacts, ClaimRequest, DomainCheckFacts, decide_claim, decide_domain_check,
};
use super::super::decision::Decision;
use super::super::provisioning::decide_provisioning;
use super::super::sign_in::{SignInRequest, decide_sign_in};
use super::Organization;
use crate::domain::{Claim, ClaimScope, DomainHolder, DomainName, Observation, TxtLookup};
use crate::identity::{ConnectionId, DirectoryChange};

impl Organization {
    /// Decides a sign-in or a recovery by mail; nothing changes before its effects are applied.
    ///
    /// [`Organization`] has an example.
    pub fn decide_sign_in(&self, request: &SignInRequest, now: DateTime<Utc>) -> Decision {
        decide_sign_in(&self.sign_in_facts(request), request, now)
    }

    /// Decides a change by the directory of `connection`; nothing changes before its effects are
    /// applied.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::domain::*;
    /// use vestibule::identity::*;
    ///
    /// # let now: chrono::DateTime<chrono::Utc> = "2026-01-01T00:00:00Z".parse()?;
    /// # let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// # let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// # acme.settings_mut().entitlement = Entitlement::Active;
    /// # let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: Some(now) };
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// # let request = ClaimRequest::exact("example.com", token);
    /// # for effect in &acme.decide_claim(&owner, &request, now).effects { acme.apply(effect); }
    /// # let seen = Observation::Present { assurance: Assurance::Authenticated, other_tokens: 0 };
    /// # let domain = DomainName::parse("example.com")?;
    /// # for effect in &acme.decide_domain_check(&domain, seen, now).unwrap().effects { acme.apply(effect); }
    /// // The domain example.com is verified.
    /// let okta = ConnectionId::new("okta-1");
    /// acme.put_connection(ConnectionFacts::new(okta.clone()));
    /// acme.put_brake(okta.clone(), BrakeState::begun("2025-01-01T00:00:00Z".parse()?));
    /// acme.settings_mut().sso = SsoState::Enabled;
    ///
    /// let change = DirectoryChange::CreateUser(UserAttributes {
    ///     user_name: Asserted::Value("grace@example.com".into()),
    ///     ..UserAttributes::default()
    /// });
    /// let decision = acme.decide_provisioning(&okta, &change, now);
    /// assert_eq!(decision.determining_rule(), Some(RuleId::USER_07));
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// let (user, member) = acme.members().next().unwrap();
    /// assert_eq!(member.role, Role::Member);
    ///
    /// let leaves = DirectoryChange::DeleteUser { user: user.clone() };
    /// let decision = acme.decide_provisioning(&okta, &leaves, now);
    /// assert_eq!(decision.effects[0].name(), "deactivate-member");
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// assert_eq!(acme.brake(&okta).unwrap().taken.within(24, now), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_provisioning(
        &self,
        connection: &ConnectionId,
        change: &DirectoryChange,
        now: DateTime<Utc>,
    ) -> Decision {
        decide_provisioning(&self.provisioning_facts(connection, change), change, now)
    }

    /// Decides a claim by `actor`; nothing changes before its effects are
    /// applied.
    ///
    /// ```
    /// use vestibule::access::{Actor, ClaimRequest, Entitlement, Organization, Outcome, Role};
    /// use vestibule::access::Settings;
    /// use vestibule::domain::{ChallengeToken, DomainName, RecordPrefix};
    /// use vestibule::identity::{OrganizationId, UserId};
    ///
    /// let now = "2026-01-01T00:00:00Z".parse()?;
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// acme.settings_mut().entitlement = Entitlement::Active;
    /// let mut owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: None };
    /// let token = ChallengeToken::from_entropy([0; 20]); // 20 bytes of the host's random source
    ///
    /// let request = ClaimRequest::exact("example.com", token);
    /// let decision = acme.decide_claim(&owner, &request, now);
    /// assert_eq!(decision.outcome, Outcome::StepUp); // ask for the password, then again
    ///
    /// owner.proved_at = Some(now);
    /// let decision = acme.decide_claim(&owner, &request, now);
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// let claim = acme.claim(&DomainName::parse("example.com")?).unwrap();
    /// assert_eq!(claim.challenge().query_name(), "_product-challenge.example.com");
    /// assert!(!claim.is_verified());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_claim(
        &self,
        actor: &Actor,
        request: &ClaimRequest,
        now: DateTime<Utc>,
    ) -> Decision {
        let lists = &self.settings.domain_lists;
        let name = DomainName::parse_with(&request.domain, lists).ok();
        let facts = ClaimFacts {
            settings: &self.settings,
            claims: self.claims.len(),
            place: self.place(Some(&actor.user)),
            own_claim: name.as_ref().and_then(|name| self.claim(name)),
            holder: name
                .as_ref()
                .map_or(DomainHolder::Nobody, |name| self.holder(name)),
        };
        decide_claim(&facts, actor, request, now)
    }

    /// Decides what a lookup of a claim's record changes; `None` when there is no claim to `domain`.
    /// Nothing changes before its effects are applied.
    ///
    /// ```
    /// use vestibule::access::{Organization, RuleId, Settings};
    /// use vestibule::domain::*;
    /// use vestibule::identity::OrganizationId;
    ///
    /// let now = "2026-01-01T00:00:00Z".parse()?;
    /// let prefix = RecordPrefix::parse("product")?;
    /// let settings = Settings::recommended(prefix.clone());
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// let domain = DomainName::parse("example.com")?;
    /// let token = ChallengeToken::from_entropy([0; 20]);
    /// let challenge = Challenge::new(domain.clone(), prefix, RecordPlacement::AtDomain, token)?;
    /// acme.put_claim(Claim::open(challenge.clone(), now));
    ///
    /// // The host asks for TXT at `challenge.query_name()`.
    /// let answer = TxtAnswer::Records(vec![TxtRecord::new([challenge.record_value()])]);
    /// let lookup = TxtLookup::new(answer, Assurance::Authenticated);
    /// let decision = acme.decide_domain_lookup(&domain, &lookup, now).unwrap();
    /// assert_eq!(decision.determining_rule(), Some(RuleId::CLAIM_08));
    /// for effect in &decision.effects {
    ///     acme.apply(effect);
    /// }
    /// assert!(acme.claim(&domain).unwrap().is_verified());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide_domain_lookup(
        &self,
        domain: &DomainName,
        lookup: &TxtLookup,
        now: DateTime<Utc>,
    ) -> Option<Decision> {
        let observation = self.claims.get(domain)?.challenge().judge(lookup);
        self.domain_check(domain, observation, lookup.negative_ttl_secs, now)
    }

    /// Decides what an observation of a claim's record changes: of several lookups at once
    /// ([`Challenge::judge_all`](crate::domain::Challenge::judge_all)), or one that the host made
    /// itself. [`decide_domain_lookup`](Organization::decide_domain_lookup) has an example of its
    /// like.
    #[must_use]
    pub fn decide_domain_check(
        &self,
        domain: &DomainName,
        observation: Observation,
        now: DateTime<Utc>,
    ) -> Option<Decision> {
        self.domain_check(domain, observation, None, now)
    }

    fn domain_check(
        &self,
        domain: &DomainName,
        observation: Observation,
        negative_ttl_secs: Option<u32>,
        now: DateTime<Utc>,
    ) -> Option<Decision> {
        let claim = self.claims.get(domain)?;
        let facts = DomainCheckFacts {
            settings: &self.settings,
            claim,
            holder: self.holder(domain),
            members: self.members_of(claim),
            negative_ttl_secs,
        };
        Some(decide_domain_check(&facts, observation, now))
    }

    /// How many members have an address that the claim covers.
    pub(super) fn members_of(&self, claim: &Claim) -> usize {
        let domain = claim.domain().as_mail_domain();
        match claim.challenge().scope() {
            ClaimScope::ExactDomain => {
                let members = self.census.members_by_domain.get(domain);
                members.map_or(0, |members| *members as usize)
            }
            ClaimScope::IncludeSubdomains => self
                .census
                .members_by_domain
                .iter()
                .filter(|(domain, _)| claim.covers(domain))
                .map(|(_, members)| *members as usize)
                .sum(),
        }
    }
}
