//! The organization that the day happens to.

use std::error::Error;

use chrono::{DateTime, TimeDelta, Utc};
use vestibule::access::{
    Account, Batch, BrakeState, CertificateFacts, Decision, DirectoryState, Entitlement, Member,
    MemberSource, Organization, OwnPassword, ProviderProduct, Role, Settings, SsoConfiguration,
    SsoState, Switch,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimPolicy, DomainHolder, DomainName,
    EmailAddress, Observation, RecordPlacement, RecordPrefix, TxtAnswer, TxtLookup, TxtRecord,
};
use vestibule::identity::{ConnectionId, DirectoryChange, OrganizationId, UserId};

/// The company's domain.
pub(crate) const ROOT: &str = "company.example";

pub(crate) struct Company {
    pub(crate) organization: Organization,
    domain: DomainName,
    challenge: Challenge,
}

pub(crate) fn okta() -> ConnectionId {
    ConnectionId::new("okta-1")
}

pub(crate) fn user(number: usize) -> UserId {
    UserId::new(format!("user-{number}"))
}

pub(crate) fn address(number: usize) -> String {
    format!("person-{number}@{ROOT}")
}

impl Company {
    /// An Owner with a password, and `people` members whom the directory manages.
    pub(crate) fn new(people: usize, now: DateTime<Utc>) -> Result<Self, Box<dyn Error>> {
        let prefix = RecordPrefix::parse("product")?;
        let settings = Settings {
            entitlement: Entitlement::Active,
            sso: SsoState::Enabled,
            require_sso: Switch::On,
            idp_managed_access: Switch::On,
            directory: DirectoryState::Active,
            ..Settings::recommended(prefix.clone())
        };
        let mut organization = Organization::new(OrganizationId::new("company"), settings);
        let domain = DomainName::parse(ROOT)?;
        let token = ChallengeToken::from_entropy(*b"not a random number!");
        let placement = RecordPlacement::ChallengeLabel;
        let challenge = Challenge::new(domain.clone(), prefix, placement, token)?;
        let seen = Observation::Present {
            assurance: Assurance::Authenticated,
            other_tokens: 0,
        };
        let claim = Claim::open(challenge.clone(), now - TimeDelta::days(90));
        let verified = now - TimeDelta::days(1);
        let policy = ClaimPolicy::default();
        let step = claim.observe(seen, DomainHolder::Nobody, &policy, verified);
        organization.put_claim(step.claim);

        let mut configuration = SsoConfiguration::new(okta(), ProviderProduct::Okta);
        configuration.issuer = Some("https://idp.example.com/company".to_owned());
        configuration.sign_on_url = Some("https://idp.example.com/company/sso".to_owned());
        configuration.certificates = vec![CertificateFacts {
            not_after: now + TimeDelta::days(7) + TimeDelta::hours(15) + TimeDelta::minutes(30),
            fingerprint: "the old one".to_owned(),
        }];
        organization.put_configuration(configuration);
        organization.put_brake(okta(), BrakeState::begun(now - TimeDelta::days(90)));

        let owner = UserId::new("owner");
        let account = Account::new(
            owner.clone(),
            EmailAddress::parse(&format!("owner@{ROOT}"))?,
        );
        organization.put_account(Account {
            password: OwnPassword::SetByUser,
            ..account
        })?;
        organization.put_member(&owner, Member::manual(Role::Owner));
        for number in 0..people {
            let user = user(number);
            let account = Account::new(user.clone(), EmailAddress::parse(&address(number))?);
            organization.put_account(account)?;
            let member = Member {
                source: MemberSource::Directory,
                manager: Some(okta()),
                ..Member::manual(Role::Member)
            };
            organization.put_member(&user, member);
        }
        Ok(Self {
            organization,
            domain,
            challenge,
        })
    }

    pub(crate) fn decide(&self, change: &DirectoryChange, now: DateTime<Utc>) -> Decision {
        self.organization.decide_provisioning(&okta(), change, now)
    }

    pub(crate) fn carry_out(&mut self, decision: &Decision) {
        for effect in &decision.effects {
            self.organization.apply(effect);
        }
    }

    pub(crate) fn carry_out_in_batch(&mut self, decision: &Decision, batch: &mut Batch) {
        for effect in &decision.effects {
            self.organization.apply_in_batch(effect, batch);
        }
    }

    /// What DNS answers while it works.
    pub(crate) fn published(&self) -> TxtAnswer {
        TxtAnswer::Records(vec![TxtRecord::new([self.challenge.record_value()])])
    }

    pub(crate) fn look(&self, lookup: &TxtLookup, now: DateTime<Utc>) -> Option<Decision> {
        let observation = self.challenge.judge(lookup);
        self.organization
            .decide_domain_check(&self.domain, observation, now)
    }

    pub(crate) fn active(&self) -> usize {
        let members = self.organization.members();
        members.filter(|(_, member)| member.is_active()).count()
    }
}
