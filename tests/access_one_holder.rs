//! Three organizations and two domains, one of them below the other: whatever they do, in whatever
//! order, nobody but one holds a domain.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use vestibule::access::{
    Actor, ClaimRequest, Decision, DomainClass, Effect, Entitlement, ForeignLogin, Organization,
    Role, Settings,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimScope, DomainName, Observation, RecordPrefix,
    TxtAnswer, TxtLookup, TxtRecord,
};
use vestibule::identity::{OrganizationId, UserId};

const DOMAINS: [&str; 2] = ["example.com", "eng.example.com"];

#[derive(Clone, Debug)]
enum Command {
    Claim(usize, usize, ClaimScope),
    Look(usize, usize),
    /// The zone publishes the records of these organizations' present claims, and no others.
    Publish(usize, Vec<usize>),
    Release(usize, usize),
    Transfer(usize, usize, usize),
    Wait(i64),
}

/// What a host does: organizations, the register of holders, and DNS.
struct Host {
    organizations: Vec<Organization>,
    published: [Vec<String>; 2],
    now: DateTime<Utc>,
    drawn: u8,
}

fn domain(at: usize) -> DomainName {
    DomainName::parse(DOMAINS[at]).unwrap()
}

impl Host {
    fn new() -> Self {
        let prefix = RecordPrefix::parse("product").unwrap();
        let organization = |name: &str| {
            let settings = Settings {
                entitlement: Entitlement::Active,
                ..Settings::recommended(prefix.clone())
            };
            Organization::new(OrganizationId::new(name), settings)
        };
        let mut organizations = ["one", "two", "three"].map(organization).to_vec();
        // The first two are a family.
        let link = Effect::LinkOrganization {
            admin: OrganizationId::new("one"),
            linked: OrganizationId::new("two"),
        };
        organizations[0].apply(&link);
        Self {
            organizations,
            published: [Vec::new(), Vec::new()],
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
            drawn: 0,
        }
    }

    fn run(&mut self, command: &Command) {
        let actor = Actor {
            user: UserId::new("owner"),
            role: Role::Owner,
            proved_at: Some(self.now),
        };
        match command {
            Command::Claim(at, name, scope) => {
                self.drawn += 1;
                let request = ClaimRequest {
                    domain: DOMAINS[*name].to_owned(),
                    scope: *scope,
                    token: ChallengeToken::from_entropy([self.drawn; 20]),
                };
                let decision = self.organizations[*at].decide_claim(&actor, &request, self.now);
                self.carry_out(*at, &decision);
            }
            Command::Look(at, name) => {
                let Some(claim) = self.organizations[*at].claim(&domain(*name)) else {
                    return;
                };
                let observation = self.observe(claim.challenge(), *name);
                let decision = self.organizations[*at]
                    .decide_domain_check(&domain(*name), observation, self.now)
                    .unwrap();
                self.carry_out(*at, &decision);
            }
            Command::Publish(name, by) => {
                let values = by.iter().filter_map(|at| {
                    let claim = self.organizations[*at].claim(&domain(*name))?;
                    Some(claim.challenge().record_value())
                });
                self.published[*name] = values.collect();
            }
            Command::Release(at, name) => {
                let released =
                    self.organizations[*at].decide_release(&actor, &domain(*name), self.now);
                if let Some(decision) = released {
                    self.carry_out(*at, &decision);
                }
            }
            Command::Transfer(at, name, to) => {
                let id = self.organizations[*to].id().clone();
                let moved =
                    self.organizations[*at].decide_transfer(&actor, &domain(*name), &id, self.now);
                if let Some(decision) = moved {
                    self.carry_out(*at, &decision);
                }
            }
            Command::Wait(days) => self.now += TimeDelta::days(*days),
        }
    }

    fn observe(&self, challenge: &Challenge, name: usize) -> Observation {
        let records = self.published[name]
            .iter()
            .map(|value| TxtRecord::new([value]));
        let answer = TxtAnswer::Records(records.collect());
        challenge.judge(&TxtLookup::new(answer, Assurance::Authenticated))
    }

    /// In one transaction: the effects, and what the others are told of them.
    fn carry_out(&mut self, at: usize, decision: &Decision) {
        let mut moved = None;
        for effect in &decision.effects {
            if let Effect::TransferClaim { domain, to } = effect {
                let claim = self.organizations[at].claim(domain).cloned();
                moved = claim.map(|claim| (claim, to.clone()));
            }
            self.organizations[at].apply(effect);
        }
        if let Some((claim, to)) = moved {
            let target = self
                .organizations
                .iter_mut()
                .find(|other| *other.id() == to);
            target.unwrap().put_claim(claim);
        }
        for name in 0..DOMAINS.len() {
            self.tell(name);
        }
    }

    fn tell(&mut self, name: usize) {
        let domain = domain(name);
        let claim = |organization: &Organization| -> Option<Claim> {
            organization
                .claim(&domain)
                .filter(|claim| claim.is_verified())
                .cloned()
        };
        let holder = self
            .organizations
            .iter()
            .find_map(|organization| Some((organization.id().clone(), claim(organization)?)));
        for organization in &mut self.organizations {
            let login = ForeignLogin::SsoRequired;
            match &holder {
                Some((id, claim)) if id != organization.id() => match claim.challenge().scope() {
                    ClaimScope::ExactDomain => {
                        organization.hold_elsewhere(domain.clone(), id.clone(), login);
                    }
                    ClaimScope::IncludeSubdomains => {
                        organization.hold_subdomains_elsewhere(domain.clone(), id.clone(), login);
                    }
                },
                Some(_) | None => organization.release_elsewhere(&domain),
            }
        }
    }

    fn check(&self) {
        for name in 0..DOMAINS.len() {
            let domain = domain(name);
            let holders = self
                .organizations
                .iter()
                .filter(|organization| organization.claim(&domain).is_some_and(Claim::is_verified));
            assert!(holders.count() <= 1, "{domain} is held twice");
            // Whose people are whose: at most one organization counts an address as its own.
            let classes = self
                .organizations
                .iter()
                .map(|organization| organization.domain_class(domain.as_mail_domain()));
            let own = classes.filter(|class| *class == DomainClass::OwnVerified);
            assert!(own.count() <= 1, "{domain} is everybody's");
        }
    }
}

fn any_command() -> impl Strategy<Value = Command> {
    let scopes = prop::sample::select(vec![ClaimScope::ExactDomain, ClaimScope::IncludeSubdomains]);
    prop_oneof![
        3 => (0..3_usize, 0..2_usize, scopes).prop_map(|(at, name, scope)| Command::Claim(at, name, scope)),
        6 => (0..3_usize, 0..2_usize).prop_map(|(at, name)| Command::Look(at, name)),
        4 => (0..2_usize, prop::collection::vec(0..3_usize, 0..3))
            .prop_map(|(name, by)| Command::Publish(name, by)),
        1 => (0..3_usize, 0..2_usize).prop_map(|(at, name)| Command::Release(at, name)),
        1 => (0..3_usize, 0..2_usize, 0..3_usize)
            .prop_map(|(at, name, to)| Command::Transfer(at, name, to)),
        4 => (1..4_i64).prop_map(Command::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_domain_has_one_holder_after_every_sequence(
        commands in prop::collection::vec(any_command(), 1..80),
    ) {
        let mut host = Host::new();
        for command in &commands {
            host.run(command);
            host.check();
        }
    }
}

/// The sequences reach what they are about.
#[test]
fn a_domain_passes_from_one_holder_to_the_next() {
    let mut host = Host::new();
    let exact = ClaimScope::ExactDomain;
    let mut commands = vec![
        Command::Claim(0, 0, exact),
        Command::Claim(2, 0, exact),
        Command::Publish(0, vec![0]),
        Command::Look(0, 0),
        Command::Publish(0, vec![2]),
    ];
    commands.extend(
        [Command::Wait(1), Command::Look(0, 0)]
            .into_iter()
            .cycle()
            .take(18),
    );
    commands.push(Command::Look(2, 0));
    for command in &commands {
        host.run(command);
        host.check();
    }
    assert!(
        host.organizations[2]
            .claim(&domain(0))
            .unwrap()
            .is_verified()
    );
    // The first one's record proves nothing any more, and a family moves its claim as it is.
    host.run(&Command::Publish(0, vec![0, 2]));
    host.run(&Command::Look(0, 0));
    assert!(
        !host.organizations[0]
            .claim(&domain(0))
            .unwrap()
            .is_verified()
    );
}
