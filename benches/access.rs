//! Deciding: a sign-in, a change by the directory, and the end of a group of a million members.
//!
//! `cargo bench --bench access` prints criterion's times on the wall, and figures of processor time
//! beside their bounds: of the deletion of a large group, with the memory that it takes besides its
//! input, and of each kind of decision by the size of the organization.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use criterion::Criterion;
use vestibule::access::{
    Account, Assignment, Brake, BrakeFacts, BrakeState, BudgetLimit, ConnectionFacts, DomainClass,
    Effect, Entitlement, GroupExit, GroupFacts, GroupImage, GroupRemoval, Member, MemberSource,
    MemberState, Organization, Outcome, OwnPassword, ProvisioningFacts, Role, Settings,
    SignInRequest, SsoState, Switch, Team, TeamPersonFacts, TeamPlace, TeamPresence, TeamState,
    decide_group_departure, decide_provisioning, decide_sign_in,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimPolicy, DomainHolder, DomainName,
    EmailAddress, Observation, RecordPlacement, RecordPrefix,
};
use vestibule::identity::{
    Asserted, AssertedIdentity, ConnectionId, DirectoryChange, GroupId, OrganizationId,
    UserAttributes, UserId,
};

fn now() -> DateTime<Utc> {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn settings() -> Settings {
    let mut settings = Settings::recommended(RecordPrefix::parse("product").unwrap());
    settings.entitlement = Entitlement::Active;
    settings.sso = SsoState::Enabled;
    settings.require_sso = Switch::On;
    settings.idp_managed_access = Switch::On;
    settings.group_management = Switch::On;
    settings.group_removal = GroupRemoval::DeactivateOrphans;
    settings
}

fn okta() -> ConnectionId {
    ConnectionId::new("connection-of-okta")
}

/// Identifiers as long as a UUID.
fn user(index: usize) -> UserId {
    UserId::new(format!("00000000-0000-4000-8000-{index:012}"))
}

fn member() -> Member {
    Member {
        role: Role::Member,
        source: MemberSource::Directory,
        manager: Some(okta()),
        state: MemberState::Active,
    }
}

fn organization(members: usize) -> Organization {
    let mut organization = Organization::new(OrganizationId::new("acme"), settings());
    let domain = DomainName::parse("example.com").unwrap();
    let token = ChallengeToken::from_entropy([1; 20]);
    let prefix = RecordPrefix::parse("product").unwrap();
    let challenge = Challenge::new(domain, prefix, RecordPlacement::AtDomain, token).unwrap();
    let seen = Observation::Present {
        assurance: Assurance::Authenticated,
        other_tokens: 0,
    };
    let claim = Claim::open(challenge, now());
    let policy = ClaimPolicy::default();
    organization.put_claim(
        claim
            .observe(seen, DomainHolder::Nobody, &policy, now())
            .claim,
    );
    organization.put_connection(ConnectionFacts::new(okta()));
    organization.put_brake(okta(), BrakeState::begun(now() - TimeDelta::days(90)));
    for index in 0..members {
        let address = EmailAddress::parse(&format!("person{index}@example.com")).unwrap();
        let mut account = Account::new(user(index), address);
        account.state = vestibule::access::AccountState::Active;
        let mut member = member();
        if index < 3 {
            account.password = OwnPassword::SetByUser;
            member.role = Role::Owner;
        }
        organization.put_account(account).unwrap();
        organization.put_member(&user(index), member);
    }
    for team in 0..members.div_ceil(1_000) {
        let first = team * 1_000;
        let state = TeamState::Managed {
            connection: okta(),
            external_id: None,
            presence: TeamPresence::Present,
        };
        let members = (first..(first + 1_000).min(members)).map(user).collect();
        let name = format!("Team {team}");
        organization.put_team(
            GroupId::new(format!("group-{team}")),
            Team {
                name,
                state,
                members,
            },
        );
    }
    organization
}

fn password(index: usize) -> SignInRequest {
    let address = format!("person{index}@example.com").as_str().into();
    SignInRequest::Password { address }
}

fn sign_on(index: usize) -> SignInRequest {
    SignInRequest::Sso(Box::new(AssertedIdentity {
        connection: okta(),
        subject: Some(format!("subject-{index}").as_str().into()),
        email: Some(format!("person{index}@example.com").as_str().into()),
        first_name: Some("Grace".into()),
        last_name: Some("Hopper".into()),
        groups: Vec::new(),
        authenticated_at: None,
        session_not_on_or_after: None,
    }))
}

fn changes(index: usize) -> [(&'static str, DirectoryChange); 5] {
    let set = |text: String| Asserted::Value(text.as_str().into());
    let update = |attributes| DirectoryChange::UpdateUser {
        user: user(index),
        attributes,
    };
    [
        (
            "create",
            DirectoryChange::CreateUser(UserAttributes {
                user_name: set(format!("joiner{index}@example.com")),
                first_name: set("Ada".to_owned()),
                last_name: set("Lovelace".to_owned()),
                ..UserAttributes::default()
            }),
        ),
        (
            "rename",
            update(UserAttributes {
                first_name: set("Ada".to_owned()),
                ..UserAttributes::default()
            }),
        ),
        (
            "deactivate",
            update(UserAttributes {
                active: Asserted::Value(false),
                ..UserAttributes::default()
            }),
        ),
        ("delete", DirectoryChange::DeleteUser { user: user(index) }),
        (
            "join-group",
            DirectoryChange::UpdateGroup {
                group: GroupId::new("group-0"),
                display_name: Asserted::Absent,
                add: vec![user(index)],
                remove: Vec::new(),
            },
        ),
    ]
}

/// The members of one group, each with three other groups, half of which are managed for one member
/// of three.
struct Group {
    people: Vec<(UserId, TeamPersonFacts)>,
    others: Vec<[u32; 3]>,
    managed: Vec<bool>,
}

impl Group {
    fn of(members: usize) -> Self {
        let facts = || TeamPersonFacts {
            domain: DomainClass::OwnVerified,
            member: Some(member()),
            place: TeamPlace::Inside,
            assignment: Assignment::ThroughGroups,
            other_managed_teams: 0,
        };
        // A fixed sequence of numbers, from a fixed seed.
        let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut other = || u32::try_from(next() % 10_000).unwrap();
        Self {
            people: (0..members).map(|index| (user(index), facts())).collect(),
            others: (0..members).map(|_| [other(), other(), other()]).collect(),
            managed: (0..10_000).map(|group| group % 8 == 0).collect(),
        }
    }

    /// Joins the members with their other memberships, decides, and walks through the effects; how
    /// many there were.
    fn delete(&mut self, facts: &ProvisioningFacts<'_>) -> usize {
        for ((_, person), others) in self.people.iter_mut().zip(&self.others) {
            let managed = others.iter().filter(|group| self.managed[**group as usize]);
            person.other_managed_teams = managed.count();
        }
        let people = self.people.iter().map(|(user, person)| (user, person));
        let departure = decide_group_departure(facts, GroupExit::Deleted, people, now());
        assert!(matches!(departure.decision().outcome, Outcome::Allow(_)));
        let mut effects = 0;
        departure.effects().for_each(|effect: Effect| {
            black_box(effect);
            effects += 1;
        });
        effects
    }
}

/// The facts of the deletion, under a budget that lets it through.
struct World {
    organization: OrganizationId,
    settings: Settings,
    owners: BTreeSet<UserId>,
    connections: BTreeSet<ConnectionId>,
    state: BrakeState,
}

impl World {
    fn new() -> Self {
        let mut settings = settings();
        let all = BudgetLimit {
            at_least: u32::MAX,
            percent: 100,
        };
        settings.brake.day = all;
        settings.brake.week = all;
        Self {
            organization: OrganizationId::new("acme"),
            settings,
            owners: BTreeSet::from([UserId::new("owner")]),
            connections: BTreeSet::from([okta()]),
            state: BrakeState::begun(now() - TimeDelta::days(90)),
        }
    }

    fn facts(&self, members: usize) -> ProvisioningFacts<'_> {
        ProvisioningFacts {
            organization: &self.organization,
            settings: &self.settings,
            connection: Some(ConnectionFacts::new(okta())),
            connections: &self.connections,
            brake: Brake::Engaged(BrakeFacts {
                state: Some(&self.state),
                managed: u32::MAX,
                managed_groups: u32::MAX,
                domains_in_grace: BTreeSet::new(),
                held: None,
            }),
            verified_domains: 1,
            standing_owners: &self.owners,
            user: None,
            user_name: None,
            email: None,
            group: Some(GroupFacts {
                group: GroupId::new("everybody"),
                name: "Everybody".to_owned(),
                state: TeamState::Managed {
                    connection: okta(),
                    external_id: None,
                    presence: TeamPresence::Present,
                },
                members,
            }),
            image: GroupImage::Team,
            named_teams: Vec::new(),
            people: BTreeMap::new(),
            new_user: UserId::new("new"),
            new_group: GroupId::new("new"),
        }
    }
}

/// A decision that is measured: its name, its bound in nanoseconds, and how to make one.
type Task<'a> = (&'static str, f64, Box<dyn FnMut() + 'a>);

/// The time that this thread has run on a processor, where the system tells it: other work on the
/// machine does not count. Elsewhere the time on the wall.
fn clock(start: Instant) -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = statistics.and_then(|text| text.split_whitespace().next()?.parse().ok());
    ran.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn time(task: &mut impl FnMut(), times: u32) -> Duration {
    let start = Instant::now();
    let before = clock(start);
    (0..times).for_each(|_| task());
    (clock(start) - before) / times
}

/// The median of several rounds, in nanoseconds.
fn median(mut task: impl FnMut(), rounds: usize, times: u32) -> f64 {
    let mut found: Vec<f64> = (0..rounds)
        .map(|_| time(&mut task, times).as_secs_f64() * 1e9)
        .collect();
    found.sort_by(f64::total_cmp);
    found[rounds / 2]
}

/// The largest resident size of this process so far, in KiB, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Decisions on facts that are there already, as a host with a database makes them.
fn alone(organization: &Organization) -> Vec<Task<'_>> {
    let request = password(7);
    let facts = organization.sign_in_facts(&request);
    let sign_in = move || {
        let _ = black_box(decide_sign_in(&facts, &request, now()));
    };
    let [_, _, (_, change), ..] = changes(7);
    let facts = organization.provisioning_facts(&okta(), &change);
    let provision = move || {
        let _ = black_box(decide_provisioning(&facts, &change, now()));
    };
    vec![
        ("password, facts given", 2_000.0, Box::new(sign_in)),
        ("deactivate, facts given", 3_000.0, Box::new(provision)),
    ]
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let world = World::new();

    println!("group deletion, with the other memberships (bound: 150 ns a member)");
    for members in [10_000, 100_000, 1_000_000] {
        let mut group = Group::of(members);
        let facts = world.facts(members);
        let before = peak_kib();
        let effects = group.delete(&facts);
        let grown = peak_kib().zip(before).map(|(after, before)| after - before);
        let rounds = 2_000_000 / members;
        let each = median(
            || {
                black_box(group.delete(&facts));
            },
            rounds.clamp(5, 31),
            1,
        );
        println!(
            "{members:>9} members: {:6.1} ns a member, {effects} effects, peak memory grown by {grown:?} KiB",
            each / members as f64
        );
    }
    let mut group = Group::of(50_000);
    let facts = world.facts(50_000);
    criterion.bench_function("group-delete/50k-members", |bencher| {
        bencher.iter(|| group.delete(&facts));
    });

    let organizations = [1_000, 50_000, 1_000_000].map(|members| (members, organization(members)));
    let mut figures = Vec::new();
    for (members, organization) in &organizations {
        // Far apart, so that the caches help no organization.
        let indices: Vec<_> = (0..997).map(|step| step * 7_919 % members).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for (name, make) in [
            ("password", password as fn(usize) -> _),
            ("sign-on", sign_on),
        ] {
            let requests: Vec<_> = indices.iter().map(|index| make(*index)).collect();
            let mut next = requests.into_iter().cycle();
            tasks.push((
                name,
                2_000.0,
                Box::new(move || {
                    let request = next.next().unwrap();
                    let _ = black_box(organization.decide_sign_in(&request, now()));
                }),
            ));
        }
        for kind in 0..5 {
            let name = changes(0)[kind].0;
            let all: Vec<_> = indices
                .iter()
                .map(|index| changes(*index)[kind].1.clone())
                .collect();
            let mut at = 0;
            tasks.push((
                name,
                3_000.0,
                Box::new(move || {
                    at = (at + 1) % all.len();
                    let _ = black_box(organization.decide_provisioning(&okta(), &all[at], now()));
                }),
            ));
        }
        if *members == 1_000 {
            tasks.extend(alone(organization));
        }
        for (name, bound, mut task) in tasks {
            let id = format!("{name}/{members}-members");
            criterion.bench_function(&id, |bencher| bencher.iter(&mut task));
            let found = median(&mut task, 9, 20_000);
            figures.push((name.to_owned(), *members, bound, found));
        }
    }
    criterion.final_summary();

    println!("\ndecisions, facts included unless they are given, in nanoseconds");
    for (name, members, bound, found) in figures {
        println!("{name:>23} of {members:>9} members: {found:7.0} (bound {bound:.0})");
    }
}
