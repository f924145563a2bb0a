//! Settings, families, imports and deadlines with this organization's facts.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::administration::{
    SettingsFacts, SettingsRequest, SsoRemovalPlan, decide_settings, plan_sso_removal,
};
use super::super::claims::{Actor, HandOverFacts, decide_release, decide_transfer};
use super::super::connection::{IssuerHolder, SsoConfiguration};
use super::super::deadlines::decide_certificate_check;
use super::super::decision::Decision;
use super::super::facts::{Agreement, ConnectionFacts};
use super::super::import::{
    ImportActivity, ImportBinding, ImportEntry, ImportFacts, ImportFilter, ImportRequest,
    ImportStatus, decide_import,
};
use super::super::membership::Role;
use super::{Organization, Person};
use crate::domain::{Claim, DomainName};
use crate::identity::{ConnectionId, OrganizationId, UserId};

impl Organization {
    /// Decides what an Owner or Admin asks for; nothing changes before its effects are applied.
    ///
    /// ```
    /// use vestibule::access::*;
    /// use vestibule::domain::RecordPrefix;
    /// use vestibule::identity::{OrganizationId, UserId};
    ///
    /// let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// acme.settings_mut().entitlement = Entitlement::Active;
    /// let now = "2026-01-01T00:00:00Z".parse().unwrap();
    /// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: Some(now) };
    ///
    /// let decision = acme.decide_settings(&owner, &SettingsRequest::RequireSso(Switch::On), now);
    /// let code = DenyCode::WouldLockOut;
    /// assert_eq!(decision.outcome, Outcome::Deny { code, route: None });
    /// let rules: Vec<_> = decision.reasons.iter().map(|reason| reason.rule).collect();
    /// assert_eq!(rules, [RuleId::LOGIN_18, RuleId::C_19, RuleId::C_34]);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    pub fn decide_settings(
        &self,
        actor: &Actor,
        request: &SettingsRequest,
        now: DateTime<Utc>,
    ) -> Decision {
        let facts = self.settings_facts(actor, request);
        decide_settings(&facts, actor, request, now)
    }

    /// What removing the sign-on configuration would do now. [`SsoRemovalPlan`] has an example.
    pub fn plan_sso_removal(&self) -> SsoRemovalPlan {
        let actor = Actor {
            user: UserId::new(""),
            role: Role::Base,
            proved_at: None,
        };
        plan_sso_removal(&self.settings_facts(&actor, &SettingsRequest::Read))
    }

    /// The facts of a settings request, as [`decide_settings`](Organization::decide_settings) uses
    /// them; it has an example.
    #[must_use]
    pub fn settings_facts(&self, actor: &Actor, request: &SettingsRequest) -> SettingsFacts<'_> {
        let people: Vec<&UserId> = match request {
            SettingsRequest::ChangeRole { user, .. } => vec![user],
            SettingsRequest::RemoveMembers { users, .. } => users.iter().collect(),
            _ => Vec::new(),
        };
        let issuer = match request {
            SettingsRequest::Configure(new) => self.issuer_holder(new),
            _ => IssuerHolder::Nobody,
        };
        let verified = self.verified_domains();
        SettingsFacts {
            organization: &self.id,
            settings: &self.settings,
            place: self.place(Some(&actor.user)),
            connections: &self.configurations,
            verified_domains: verified,
            unproved_claims: self.effective_claims().len().saturating_sub(verified),
            standing_owners: &self.census.standing_owners,
            owners: self.census.owners.len(),
            issuer_holder: issuer,
            new_connection: self.new_connection(),
            people: people
                .into_iter()
                .filter_map(|user| Some(self.person(self.people.get(user)?)))
                .collect(),
        }
    }

    /// Adds or replaces a connection's configuration, and the connection with it.
    /// [`SsoRemovalPlan`] has an example.
    pub fn put_configuration(&mut self, configuration: SsoConfiguration) {
        let connection = configuration.connection.clone();
        let end = configuration.certificate_not_after();
        self.connection_ids.insert(connection.clone());
        self.connections
            .entry(connection.clone())
            .or_insert_with(|| ConnectionFacts::new(connection.clone()))
            .certificate_not_after = end;
        self.configurations.insert(connection, configuration);
    }

    /// Its configured connections, by identifier. [`SsoRemovalPlan`] has an example of one.
    pub fn configurations(&self) -> impl Iterator<Item = &SsoConfiguration> {
        self.configurations.values()
    }

    /// Notes that another connection has `issuer`, as the host's register of all of them knows it.
    ///
    /// ```
    /// # use vestibule::access::{IssuerHolder, Organization};
    /// # fn example(acme: &mut Organization) {
    /// let issuer = "https://idp.example.com/entity".to_owned();
    /// acme.note_issuer(issuer, IssuerHolder::AnotherOrganization);
    /// # }
    /// ```
    pub fn note_issuer(&mut self, issuer: String, holder: IssuerHolder) {
        self.issuers_elsewhere.insert(issuer, holder);
    }

    /// Notes that an Owner agreed to one recovery by mail of this user (rule C-09).
    ///
    /// ```
    /// # use vestibule::access::Organization;
    /// # use vestibule::identity::UserId;
    /// # fn example(acme: &mut Organization) {
    /// acme.approve_recovery(UserId::new("u7"));
    /// acme.end_recovery(&UserId::new("u7")); // when it was used, or its time is over
    /// # }
    /// ```
    pub fn approve_recovery(&mut self, user: UserId) {
        self.recoveries.insert(user);
    }

    /// Notes that the recovery was used or is over; see
    /// [`approve_recovery`](Organization::approve_recovery).
    pub fn end_recovery(&mut self, user: &UserId) {
        self.recoveries.remove(user);
    }

    /// Notes that somebody who is no member agreed that the directory makes them one (rule C-20): the
    /// answer to [`Effect::RequestConsent`](super::super::Effect::RequestConsent).
    ///
    /// ```
    /// # use vestibule::access::Organization;
    /// # use vestibule::identity::UserId;
    /// # fn example(acme: &mut Organization) {
    /// acme.note_consent(UserId::new("u7"));
    /// acme.withdraw_consent(&UserId::new("u7")); // or they changed their mind
    /// # }
    /// ```
    pub fn note_consent(&mut self, user: UserId) {
        self.consents.insert(user, Agreement::Given);
    }

    /// Notes that somebody does not agree; see [`note_consent`](Organization::note_consent).
    pub fn withdraw_consent(&mut self, user: &UserId) {
        self.consents.remove(user);
    }

    /// Notes that the directory assigned somebody by themselves, and not only through a group (rule
    /// C-33).
    ///
    /// ```
    /// # use vestibule::access::Organization;
    /// # use vestibule::identity::UserId;
    /// # fn example(acme: &mut Organization) {
    /// acme.note_direct_assignment(UserId::new("u7"));
    /// acme.end_direct_assignment(&UserId::new("u7"));
    /// # }
    /// ```
    pub fn note_direct_assignment(&mut self, user: UserId) {
        self.direct_assignments.insert(user);
    }

    /// Notes that it no longer does; see
    /// [`note_direct_assignment`](Organization::note_direct_assignment).
    pub fn end_direct_assignment(&mut self, user: &UserId) {
        self.direct_assignments.remove(user);
    }

    /// When `user` last proved who they are. [`decide_step_up`](super::super::decide_step_up)
    /// decides what counts as such.
    #[must_use]
    pub fn proved_at(&self, user: &UserId) -> Option<DateTime<Utc>> {
        self.proofs.get(user).copied()
    }

    /// Decides whether a claim is given up; `None` when there is none to `domain`.
    ///
    /// ```
    /// # use vestibule::access::*;
    /// # use vestibule::domain::*;
    /// # use vestibule::identity::{OrganizationId, UserId};
    /// # let now = "2026-01-01T00:00:00Z".parse()?;
    /// # let prefix = RecordPrefix::parse("product")?;
    /// # let settings = Settings::recommended(prefix.clone());
    /// # let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    /// # let domain = DomainName::parse("example.com")?;
    /// # let token = ChallengeToken::from_entropy([0; 20]);
    /// # let challenge = Challenge::new(domain.clone(), prefix, RecordPlacement::AtDomain, token)?;
    /// acme.put_claim(Claim::open(challenge, now));
    /// let owner = Actor { user: UserId::new("u1"), role: Role::Owner, proved_at: Some(now) };
    /// let decision = acme.decide_release(&owner, &domain, now).unwrap();
    /// assert_eq!(decision.determining_rule(), Some(RuleId::CLAIM_17));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide_release(
        &self,
        actor: &Actor,
        domain: &DomainName,
        now: DateTime<Utc>,
    ) -> Option<Decision> {
        let claim = self.claims.get(domain)?;
        let facts = self.hand_over_facts(claim, &[]);
        Some(decide_release(&facts, actor, now))
    }

    /// Decides whether a claim moves to another organization of the family; `None` when there is
    /// none to `domain`. The host stores the claim with
    /// [`put_claim`](Organization::put_claim) in the organization that it moves to. See
    /// [`decide_release`](Organization::decide_release) for an example of its like.
    #[must_use]
    pub fn decide_transfer(
        &self,
        actor: &Actor,
        domain: &DomainName,
        to: &OrganizationId,
        now: DateTime<Utc>,
    ) -> Option<Decision> {
        let claim = self.claims.get(domain)?;
        let family = self.family();
        let facts = self.hand_over_facts(claim, &family);
        Some(decide_transfer(&facts, actor, to, now))
    }

    fn hand_over_facts<'a>(
        &'a self,
        claim: &'a Claim,
        family: &'a [OrganizationId],
    ) -> HandOverFacts<'a> {
        HandOverFacts {
            settings: self.settings(),
            claim,
            members: self.members_of(claim),
            family,
        }
    }

    /// Decides what the passing of time since `last` means for a connection's certificates; `None`
    /// when it is not configured.
    /// [`decide_certificate_check`](super::super::decide_certificate_check) has an example.
    #[must_use]
    pub fn decide_certificate_check(
        &self,
        connection: &ConnectionId,
        last: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Decision> {
        let configuration = self.configurations.get(connection)?;
        Some(decide_certificate_check(configuration, last, now))
    }

    /// The next time at which a claim or a certificate is due, if any is.
    ///
    /// ```
    /// # use vestibule::access::{Organization, Settings};
    /// # use vestibule::domain::RecordPrefix;
    /// # use vestibule::identity::OrganizationId;
    /// # let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let acme = Organization::new(OrganizationId::new("acme"), settings);
    /// assert_eq!(acme.next_wake("2026-01-01T00:00:00Z".parse().unwrap()), None);
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn next_wake(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let just = now.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(now);
        let certificates = self
            .configurations
            .values()
            .filter_map(|found| decide_certificate_check(found, just, now).next_wake);
        let claims = self.claims.values().map(Claim::next_check_at);
        certificates.chain(claims).min()
    }

    /// The members as an import lists them, new ones first, then by identifier (rules IMPORT-02 to
    /// IMPORT-04).
    ///
    /// ```
    /// # use vestibule::access::*;
    /// # use vestibule::domain::RecordPrefix;
    /// # use vestibule::identity::{ConnectionId, OrganizationId};
    /// # let settings = Settings::recommended(RecordPrefix::parse("product")?);
    /// let acme = Organization::new(OrganizationId::new("acme"), settings);
    /// assert!(acme.import_listing(ImportFilter::All).is_empty());
    /// let decision = acme.decide_import(&ConnectionId::new("okta-1"), &ImportRequest::List(ImportFilter::All));
    /// assert_eq!(decision.determining_rule(), Some(RuleId::TOKEN_03)); // no such connection
    /// # Ok::<(), vestibule::domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn import_listing(&self, filter: ImportFilter) -> Vec<ImportEntry> {
        let mut entries: Vec<_> = self
            .people
            .sorted()
            .into_iter()
            .filter_map(|person| self.import_entry(person))
            .filter(|entry| filter == ImportFilter::All || entry.status == ImportStatus::New)
            .collect();
        entries.sort_by_key(|entry| entry.status);
        entries
    }

    /// Decides an import; [`import_listing`](Organization::import_listing) has an example.
    pub fn decide_import(&self, connection: &ConnectionId, request: &ImportRequest) -> Decision {
        let users = match request {
            ImportRequest::List(_) => None,
            ImportRequest::Take(users) => Some(users),
        };
        let facts = ImportFacts {
            connection: self
                .connections
                .contains_key(connection)
                .then(|| connection.clone()),
            entries: users
                .into_iter()
                .flatten()
                .filter_map(|user| self.import_entry(self.people.get(user)?))
                .collect(),
        };
        decide_import(&facts, request)
    }

    fn import_entry(&self, person: &Person) -> Option<ImportEntry> {
        let member = person.member.as_ref();
        let member = member.filter(|member| !member.is_deleted())?;
        let mut teams = person.teams.iter();
        Some(ImportEntry {
            user: person.user().clone(),
            status: match member.manager {
                Some(_) => ImportStatus::Imported,
                None => ImportStatus::New,
            },
            activity: match member.is_active() {
                true => ImportActivity::Active,
                false => ImportActivity::Deactivated,
            },
            binding: match teams.any(|team| self.is_managed(team)) {
                true => ImportBinding::Bound,
                false => ImportBinding::Unbound,
            },
        })
    }

    fn issuer_holder(&self, new: &SsoConfiguration) -> IssuerHolder {
        let Some(issuer) = &new.issuer else {
            return IssuerHolder::Nobody;
        };
        let ours = self.configurations.values().any(|other| {
            other.connection != new.connection && other.issuer.as_ref() == Some(issuer)
        });
        if ours {
            return IssuerHolder::SameOrganization;
        }
        let elsewhere = self.issuers_elsewhere.get(issuer);
        elsewhere.copied().unwrap_or(IssuerHolder::Nobody)
    }

    fn new_connection(&self) -> ConnectionId {
        let id = |number| ConnectionId::new(format!("{}-connection-{number}", self.id));
        self.unused(id, |connection| self.connections.contains_key(connection))
    }
}
