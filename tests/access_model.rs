//! Every reachable state of two small worlds: a connection's tokens, and the end of groups.
//!
//! The explorer walks breadth-first through all states that the commands reach, and stops at the
//! first that breaks a promise. Each model is also run with a mistake in it, which must be found:
//! a promise that holds of everything promises nothing.

mod acme;
mod explorer;

use std::collections::BTreeMap;

use acme::{empty_organization, okta, prefix, start};
use chrono::{DateTime, TimeDelta, Utc};
use explorer::{Explored, Model, explore};
use vestibule::access::{
    Account, Brake, ConnectionTokens, Decision, Effect, GroupExit, Member, MemberSource,
    MemberState, Organization, OwnPassword, Role, Switch, Team, TeamPresence, TeamState,
    TokenSecret, TokenState, decide_group_departure, decide_provisioning,
};
use vestibule::domain::EmailAddress;
use vestibule::identity::{
    Asserted, DirectoryChange, GroupId, OrganizationId, UserAttributes, UserId,
};

/// A world, what can be done in it, and what each step must keep.
struct Checked<S, K, N, P> {
    first: S,
    key: K,
    next: N,
    promise: P,
}

/// A state remembers whether the step to it broke the promise.
impl<S, L, K, N, P> Model for Checked<S, K, N, P>
where
    S: Clone,
    L: std::fmt::Debug,
    K: Fn(&S) -> String,
    N: Fn(&S) -> Vec<(L, S)>,
    P: Fn(&S, &L, &S) -> Result<(), String>,
{
    type State = (S, Option<String>);

    fn start(&self) -> Self::State {
        (self.first.clone(), None)
    }

    fn next(&self, (before, _): &Self::State) -> Vec<(String, Self::State)> {
        let checked = |(step, after): (L, S)| {
            let broken = (self.promise)(before, &step, &after).err();
            (format!("{step:?}"), (after, broken))
        };
        (self.next)(before).into_iter().map(checked).collect()
    }

    fn key(&self, (state, broken): &Self::State) -> String {
        format!("{} {broken:?}", (self.key)(state))
    }

    fn fault(&self, (_, broken): &Self::State) -> Option<String> {
        broken.clone()
    }

    fn milestones(&self, _: &Self::State) -> Vec<&'static str> {
        Vec::new()
    }
}

/// How many states there are, or what is broken and by which steps.
fn check(model: &impl Model) -> Result<usize, String> {
    let Explored { states, fault, .. } = explore(model);
    fault.map_or(Ok(states), Err)
}

// Tokens.

const OVERLAP_MINUTES: u16 = 2;
const LAST_MINUTE: i64 = 6;
const SECRETS: u8 = 4;

#[derive(Clone, Copy, Debug)]
enum TokenStep {
    Issue,
    Revoke,
    Wait,
}

/// The tokens, and what was done, as a person would note it.
#[derive(Clone, Debug)]
struct TokenWorld<T> {
    tokens: T,
    minute: i64,
    issued: u8,
    /// The token that counts.
    current: Option<u8>,
    /// The one before it, and when it was replaced.
    replaced: Option<(u8, i64)>,
}

trait Tokens: Clone + std::fmt::Debug {
    fn issue(&self, secret: u8, minute: i64) -> Self;
    fn revoke(&self, minute: i64) -> Self;
    fn accepts(&self, secret: u8, minute: i64) -> Option<TokenState>;
}

fn at(minute: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minute)
}

fn secret(number: u8) -> TokenSecret {
    TokenSecret::from_entropy(&prefix(), [number; 32])
}

impl Tokens for ConnectionTokens {
    fn issue(&self, number: u8, minute: i64) -> Self {
        let by = UserId::new("owner");
        self.with_issued(secret(number).hash(), by, OVERLAP_MINUTES, at(minute))
    }

    fn revoke(&self, minute: i64) -> Self {
        self.revoked(at(minute))
    }

    fn accepts(&self, number: u8, minute: i64) -> Option<TokenState> {
        let acme = OrganizationId::new("acme");
        let accepted = self.authenticate(&acme, secret(number).expose(), at(minute));
        accepted.ok().map(|token| token.state)
    }
}

/// A mistake: a new token does not end the one that was retiring.
#[derive(Clone, Debug, Default)]
struct Piling(Vec<(u8, Option<i64>)>);

impl Tokens for Piling {
    fn issue(&self, number: u8, minute: i64) -> Self {
        let mut tokens = self.0.clone();
        for (_, until) in &mut tokens {
            *until = Some(minute + i64::from(OVERLAP_MINUTES));
        }
        tokens.push((number, None));
        Self(tokens)
    }

    fn revoke(&self, _: i64) -> Self {
        Self::default()
    }

    fn accepts(&self, number: u8, minute: i64) -> Option<TokenState> {
        let (_, until) = self.0.iter().find(|(token, _)| *token == number)?;
        match until {
            None => Some(TokenState::Active),
            Some(until) => (minute < *until).then_some(TokenState::Retiring),
        }
    }
}

/// Another: a revocation leaves the token that retires.
#[derive(Clone, Debug)]
struct HalfRevoked(ConnectionTokens, ConnectionTokens);

impl Tokens for HalfRevoked {
    fn issue(&self, number: u8, minute: i64) -> Self {
        Self(self.0.issue(number, minute), self.0.clone())
    }

    fn revoke(&self, minute: i64) -> Self {
        Self(self.0.revoke(minute), self.1.clone())
    }

    fn accepts(&self, number: u8, minute: i64) -> Option<TokenState> {
        let old = self.1.accepts(number, minute).map(|_| TokenState::Retiring);
        self.0.accepts(number, minute).or(old)
    }
}

fn token_steps<T: Tokens>(world: &TokenWorld<T>) -> Vec<(TokenStep, TokenWorld<T>)> {
    let mut steps = Vec::new();
    if world.issued < SECRETS {
        let after = TokenWorld {
            tokens: world.tokens.issue(world.issued, world.minute),
            issued: world.issued + 1,
            current: Some(world.issued),
            replaced: world.current.map(|old| (old, world.minute)),
            ..world.clone()
        };
        steps.push((TokenStep::Issue, after));
    }
    let after = TokenWorld {
        tokens: world.tokens.revoke(world.minute),
        current: None,
        replaced: None,
        ..world.clone()
    };
    steps.push((TokenStep::Revoke, after));
    if world.minute < LAST_MINUTE {
        let minute = world.minute + 1;
        let after = TokenWorld {
            minute,
            ..world.clone()
        };
        steps.push((TokenStep::Wait, after));
    }
    steps
}

/// Exactly the current token is active, and only the one before it retires, for the overlap.
fn token_promise<T: Tokens>(world: &TokenWorld<T>) -> Result<(), String> {
    for number in 0..world.issued {
        let overlap = i64::from(OVERLAP_MINUTES);
        let retires = world
            .replaced
            .is_some_and(|(old, since)| old == number && world.minute < since + overlap);
        let expected = if world.current == Some(number) {
            Some(TokenState::Active)
        } else {
            retires.then_some(TokenState::Retiring)
        };
        let found = world.tokens.accepts(number, world.minute);
        if found != expected {
            return Err(format!(
                "token {number}: {found:?} in place of {expected:?}"
            ));
        }
    }
    Ok(())
}

fn explore_tokens<T: Tokens>(tokens: T) -> Result<usize, String> {
    let first = TokenWorld {
        tokens,
        minute: 0,
        issued: 0,
        current: None,
        replaced: None,
    };
    check(&Checked {
        first,
        key: |world: &TokenWorld<T>| format!("{world:?}"),
        next: token_steps,
        promise: |_: &TokenWorld<T>, _: &TokenStep, after: &TokenWorld<T>| token_promise(after),
    })
}

fn no_tokens() -> ConnectionTokens {
    ConnectionTokens::none(OrganizationId::new("acme"), okta())
}

#[test]
fn in_every_state_the_right_tokens_work() {
    let states = explore_tokens(no_tokens()).unwrap();
    assert!(states > 500, "only {states} states");
    println!("tokens: {states} states");
}

#[test]
fn tokens_that_pile_up_are_found() {
    let broken = explore_tokens(Piling::default()).unwrap_err();
    assert!(broken.contains("Retiring"), "{broken}");
    assert!(broken.ends_with("after Issue, Issue, Issue"), "{broken}");
}

#[test]
fn a_revocation_that_forgets_is_found() {
    let half = HalfRevoked(no_tokens(), no_tokens());
    assert!(explore_tokens(half).is_err());
}

// The end of groups.

const PEOPLE: [&str; 4] = ["guest", "last-owner", "member", "second"];
const GROUPS: [&str; 2] = ["g1", "g2"];

#[derive(Clone, Debug)]
enum GroupStep {
    Add(&'static str, &'static str),
    Delete(&'static str),
    Disassociate(&'static str),
    Manage(Switch),
    Reactivate(&'static str),
    Remove(&'static str, &'static str),
}

/// A mistake in what a decision is told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mistake {
    /// Other groups are not seen.
    ForgetsOtherGroups,
    /// An Owner is counted who cannot enter.
    CountsAnybodyAsOwner,
    /// Everybody's domain counts as verified.
    TrustsEveryDomain,
    None,
}

fn group_world() -> Organization {
    let mut organization = empty_organization(start());
    for name in PEOPLE {
        let domain = if name == "guest" {
            "gmail.com"
        } else {
            "one.example"
        };
        let address = EmailAddress::parse(&format!("{name}@{domain}")).unwrap();
        let mut account = Account::new(UserId::new(name), address);
        let owns = name == "last-owner";
        account.password = if owns {
            OwnPassword::SetByUser
        } else {
            OwnPassword::None
        };
        organization.put_account(account).unwrap();
        let member = Member {
            role: if owns { Role::Owner } else { Role::Member },
            source: MemberSource::Directory,
            manager: Some(okta()),
            state: MemberState::Active,
        };
        organization.put_member(&UserId::new(name), member);
    }
    for name in GROUPS {
        let team = Team {
            name: name.to_owned(),
            state: TeamState::Managed {
                connection: okta(),
                external_id: None,
                presence: TeamPresence::Present,
            },
            members: PEOPLE.iter().map(|name| UserId::new(*name)).collect(),
        };
        organization.put_team(GroupId::new(name), team);
    }
    organization
}

/// Decides with the brake released, so that no count grows.
fn decide(organization: &Organization, step: &GroupStep, mistake: Mistake) -> Vec<Effect> {
    let change = |group: &str, add: &[&str], remove: &[&str]| DirectoryChange::UpdateGroup {
        group: GroupId::new(group),
        display_name: Asserted::Absent,
        add: add.iter().map(|name| UserId::new(*name)).collect(),
        remove: remove.iter().map(|name| UserId::new(*name)).collect(),
    };
    let change = match step {
        GroupStep::Manage(to) => return vec![Effect::SetGroupManagement(*to)],
        GroupStep::Add(name, group) => change(group, &[name], &[]),
        GroupStep::Remove(name, group) => change(group, &[], &[name]),
        GroupStep::Delete(group) | GroupStep::Disassociate(group) => DirectoryChange::DeleteGroup {
            group: GroupId::new(*group),
        },
        GroupStep::Reactivate(name) => DirectoryChange::UpdateUser {
            user: UserId::new(*name),
            attributes: UserAttributes {
                active: Asserted::Value(true),
                ..UserAttributes::default()
            },
        },
    };
    let mut facts = organization.provisioning_facts(&okta(), &change);
    facts.brake = Brake::ReleasedByPlan;
    let everybody = PEOPLE.iter().map(|name| UserId::new(*name)).collect();
    match mistake {
        Mistake::None => {}
        Mistake::ForgetsOtherGroups => {
            for person in facts.people.values_mut() {
                person.other_managed_teams = 0;
            }
        }
        Mistake::CountsAnybodyAsOwner => facts.standing_owners = &everybody,
        Mistake::TrustsEveryDomain => {
            for person in facts.people.values_mut() {
                person.domain = vestibule::access::DomainClass::OwnVerified;
            }
        }
    }
    let decision: Decision = match step {
        GroupStep::Disassociate(_) => {
            let people = facts.people.iter();
            let exit = GroupExit::Disassociated;
            return decide_group_departure(&facts, exit, people, start())
                .effects()
                .collect();
        }
        _ => decide_provisioning(&facts, &change, start()),
    };
    decision.effects
}

fn group_steps(organization: &Organization, mistake: Mistake) -> Vec<(GroupStep, Organization)> {
    let mut steps = vec![
        GroupStep::Manage(Switch::Off),
        GroupStep::Manage(Switch::On),
    ];
    for name in GROUPS {
        steps.push(GroupStep::Delete(name));
        steps.push(GroupStep::Disassociate(name));
    }
    for person in PEOPLE {
        steps.push(GroupStep::Reactivate(person));
        for group in GROUPS {
            steps.push(GroupStep::Add(person, group));
            steps.push(GroupStep::Remove(person, group));
        }
    }
    let after = |step: GroupStep| {
        let mut after = organization.clone();
        for effect in decide(organization, &step, mistake) {
            after.apply(&effect);
        }
        (step, after)
    };
    steps.into_iter().map(after).collect()
}

fn group_key(organization: &Organization) -> String {
    let members: Vec<_> = organization
        .members()
        .map(|(user, member)| (user.as_str(), member.is_active()))
        .collect();
    let teams: Vec<_> = organization
        .teams()
        .map(|(group, team)| {
            let managed = matches!(team.state, TeamState::Managed { .. });
            (group.as_str(), managed, &team.members)
        })
        .collect();
    format!(
        "{:?} {members:?} {teams:?}",
        organization.settings().group_management
    )
}

fn group_promise(
    before: &Organization,
    step: &GroupStep,
    after: &Organization,
) -> Result<(), String> {
    let active = |organization: &Organization, name: &str| {
        let member = organization.member(&UserId::new(name));
        member.is_some_and(Member::is_active)
    };
    if !active(after, "last-owner") {
        return Err("the last owner is gone".to_owned());
    }
    if !active(after, "guest") {
        return Err("an external user was deactivated".to_owned());
    }
    let gone = match step {
        GroupStep::Delete(group) | GroupStep::Disassociate(group) => Some(*group),
        _ => None,
    };
    let managed: BTreeMap<_, _> = before
        .teams()
        .filter(|(_, team)| matches!(team.state, TeamState::Managed { .. }))
        .collect();
    for name in PEOPLE {
        if active(before, name) && !active(after, name) {
            let user = UserId::new(name);
            let elsewhere = managed
                .iter()
                .any(|(group, team)| Some(group.as_str()) != gone && team.members.contains(&user));
            let here = managed
                .iter()
                .any(|(group, team)| Some(group.as_str()) == gone && team.members.contains(&user));
            if elsewhere || !here {
                return Err(format!("{name} was deactivated by {step:?}"));
            }
        }
    }
    for (group, team) in before.teams() {
        let unmanaged = team.state == TeamState::Unmanaged;
        if unmanaged && after.team(group).is_none() {
            return Err(format!("{group} was not managed and is deleted"));
        }
    }
    Ok(())
}

fn explore_groups(mistake: Mistake) -> Result<usize, String> {
    check(&Checked {
        first: group_world(),
        key: group_key,
        next: |organization: &Organization| group_steps(organization, mistake),
        promise: group_promise,
    })
}

#[test]
fn in_every_state_groups_end_as_promised() {
    let states = explore_groups(Mistake::None).unwrap();
    assert!(states > 900, "only {states} states");
    println!("groups: {states} states");
}

#[test]
fn a_model_with_a_mistake_breaks_a_promise() {
    for (mistake, expected) in [
        (Mistake::ForgetsOtherGroups, "was deactivated by"),
        (Mistake::CountsAnybodyAsOwner, "the last owner is gone"),
        (
            Mistake::TrustsEveryDomain,
            "an external user was deactivated",
        ),
    ] {
        let broken = explore_groups(mistake).unwrap_err();
        assert!(broken.contains(expected), "{mistake:?}: {broken}");
    }
}
