//! The brake, plans, undoing and tokens: what holds after every sequence of commands.

mod acme;

use std::collections::{BTreeMap, BTreeSet};

use acme::{empty_organization, okta, prefix, start};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use vestibule::access::{
    Account, AccountState, Actor, Batch, BrakeState, BudgetWindow, Confirmation, ConnectionTokens,
    Decision, DeletePolicy, DenyCode, Effect, GroupExit, GroupRemoval, HeldTarget, Member,
    MemberSource, MemberState, Organization, Outcome, OwnPassword, Role, Settings, SignInRequest,
    Team, TeamPresence, TeamState, TokenSecret, decide_group_departure,
};
use vestibule::domain::EmailAddress;
use vestibule::identity::{
    Asserted, DirectoryChange, GroupId, OrganizationId, Personal, UserAttributes, UserId,
};

const PEOPLE: usize = 40;
const GROUPS: usize = 4;

fn user(index: usize) -> UserId {
    UserId::new(format!("u{index:02}"))
}

fn group(index: usize) -> GroupId {
    GroupId::new(format!("g{index}"))
}

fn owner(now: DateTime<Utc>) -> Actor {
    Actor {
        user: user(0),
        role: Role::Owner,
        proved_at: Some(now),
    }
}

/// Forty people, all managed by one connection; two of them Owners with passwords of their own, and
/// each in one or two of four groups.
fn world() -> Organization {
    let mut organization = empty_organization(start() - TimeDelta::days(9));
    for index in 0..PEOPLE {
        let address = EmailAddress::parse(&format!("p{index}@one.example")).unwrap();
        let mut account = Account::new(user(index), address);
        let owns = index < 2;
        if owns {
            account.password = OwnPassword::SetByUser;
        }
        organization.put_account(account).unwrap();
        let member = Member {
            role: if owns { Role::Owner } else { Role::Member },
            source: MemberSource::Directory,
            manager: Some(okta()),
            state: MemberState::Active,
        };
        organization.put_member(&user(index), member);
    }
    for index in 0..GROUPS {
        let inside = |person: &usize| person % GROUPS == index || person % 7 == index;
        let team = Team {
            name: format!("Team {index}"),
            state: TeamState::Managed {
                connection: okta(),
                external_id: None,
                presence: TeamPresence::Present,
            },
            members: (0..PEOPLE).filter(inside).map(user).collect(),
        };
        organization.put_team(group(index), team);
    }
    organization
}

#[derive(Clone, Debug)]
enum Step {
    /// By the directory.
    Change(DirectoryChange),
    /// An Owner commits what waits.
    Commit,
    /// An Owner drops what waits.
    Drop,
    /// Tombstones whose time is over end.
    EndTombstones,
    /// So many hours pass.
    Wait(i64),
}

fn any_change() -> impl Strategy<Value = DirectoryChange> {
    let active = |user, active| DirectoryChange::UpdateUser {
        user,
        attributes: UserAttributes {
            active: Asserted::Value(active),
            ..UserAttributes::default()
        },
    };
    let people = || (0..PEOPLE).prop_map(user);
    let several = || prop::collection::vec(people(), 0..6);
    prop_oneof![
        6 => people().prop_map(move |user| active(user, false)),
        4 => people().prop_map(|user| DirectoryChange::DeleteUser { user }),
        2 => people().prop_map(move |user| active(user, true)),
        2 => (0..PEOPLE).prop_map(|index| DirectoryChange::CreateUser(UserAttributes {
            user_name: Asserted::Value(Personal::new(format!("p{index}@one.example"))),
            ..UserAttributes::default()
        })),
        3 => ((0..GROUPS), several(), several()).prop_map(|(at, add, remove)| {
            DirectoryChange::UpdateGroup {
                group: group(at),
                display_name: Asserted::Absent,
                add,
                remove,
            }
        }),
        1 => (0..GROUPS).prop_map(|at| DirectoryChange::DeleteGroup { group: group(at) }),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any_change().prop_map(Step::Change),
        1 => Just(Step::Commit),
        1 => Just(Step::Drop),
        1 => Just(Step::EndTombstones),
        3 => (0..60_i64).prop_map(Step::Wait),
    ]
}

fn apply_all(organization: &mut Organization, decision: &Decision) {
    let effects = decision.effects.iter();
    effects.for_each(|effect| organization.apply(effect));
}

/// How many are deactivated by these effects who could enter.
fn destroyed(before: &Organization, decision: &Decision) -> u32 {
    let effects = decision.effects.iter();
    let ends = effects.filter(|effect| match effect {
        Effect::DeactivateMember { user, .. } => before.member(user).is_some_and(Member::is_active),
        _ => false,
    });
    u32::try_from(ends.count()).unwrap()
}

/// Whatever was taken away without a commit stays within the budget of each window.
fn check_budget(taken: &[(DateTime<Utc>, u32)], settings: &Settings, now: DateTime<Utc>) {
    for (window, limit) in [
        (BudgetWindow::Day, settings.brake.day),
        (BudgetWindow::Week, settings.brake.week),
    ] {
        let from = now - TimeDelta::hours(i64::from(window.hours()));
        let recent = taken.iter().filter(|(at, _)| *at > from);
        let sum: u32 = recent.map(|(_, count)| count).sum();
        let limit = limit.of(u32::try_from(PEOPLE).unwrap());
        assert!(sum <= limit, "{sum} of {limit} in {window:?}");
    }
}

fn check_people(organization: &Organization, now: DateTime<Utc>) {
    let standing = organization.members().any(|(user, member)| {
        let account = organization.account(user).unwrap();
        member.role == Role::Owner
            && member.is_active()
            && account.state == AccountState::Active
            && account.password == OwnPassword::SetByUser
    });
    assert!(standing, "no owner is left who can enter");
    for (user, member) in organization.members() {
        let address = &organization.account(user).unwrap().address;
        let address = Personal::new(address.expose());
        let decision = organization.decide_sign_in(&SignInRequest::Password { address }, now);
        let denied = matches!(decision.outcome, Outcome::Deny { .. });
        assert_eq!(denied, !member.is_active(), "{user} {member:?}");
    }
    // Who is pending is held; who is held is pending, or was switched off before.
    let mut held = BTreeSet::new();
    for change in organization.held() {
        if let Some(HeldTarget::User(user)) = change.target() {
            let state = &organization.member(&user).unwrap().state;
            assert!(
                !matches!(state, MemberState::Active),
                "{user} is held and active"
            );
            held.insert(user);
        }
    }
    for (user, member) in organization.members() {
        let pending = matches!(member.state, MemberState::PendingDeprovision(_));
        assert!(
            !pending || held.contains(user),
            "{user} is pending and not held"
        );
    }
}

/// Committed by the hash of the plan and its number.
fn commit_held(organization: &Organization, now: DateTime<Utc>) -> Decision {
    let plan = organization.plan_held(&okta(), now);
    let confirmation = Confirmation {
        hash: plan.hash(),
        taken: plan.summary().taken,
    };
    organization.decide_commit(&plan, confirmation, &owner(now), now)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_takes_away_more_than_the_budget(
        steps in prop::collection::vec(any_step(), 1..80),
    ) {
        let mut organization = world();
        let mut now = start();
        let mut taken = Vec::new();
        for step in steps {
            let decision = match &step {
                Step::Change(change) => organization.decide_provisioning(&okta(), change, now),
                Step::Commit => commit_held(&organization, now),
                Step::Drop => organization.decide_drop(&okta(), &owner(now)),
                Step::EndTombstones => {
                    for decision in organization.decide_tombstone_ends(now) {
                        apply_all(&mut organization, &decision);
                    }
                    continue;
                }
                Step::Wait(hours) => {
                    now += TimeDelta::hours(*hours);
                    continue;
                }
            };
            if let Step::Change(_) = step {
                taken.push((now, destroyed(&organization, &decision)));
                check_budget(&taken, organization.settings(), now);
            }
            apply_all(&mut organization, &decision);
            let once = organization.clone();
            apply_all(&mut organization, &decision);
            prop_assert_eq!(&once, &organization, "{:?}", step);
            if let (Step::Commit | Step::Drop, Outcome::Allow(_)) = (&step, &decision.outcome) {
                prop_assert_eq!(organization.held().count(), 0);
            }
            check_people(&organization, now);
        }
    }

    /// What a batch took away is given back exactly, if nobody changed it since.
    #[test]
    fn an_undone_batch_leaves_everybody_as_before(
        changes in prop::collection::vec(any_change(), 1..12),
    ) {
        let mut organization = world();
        organization.settings_mut().brake.day.at_least = 1_000;
        organization.settings_mut().brake.week.at_least = 1_000;
        let before = organization.clone();
        let mut batch = Batch::default();
        for change in changes {
            // Only what takes away: what is added in between is a change since.
            let decision = organization.decide_provisioning(&okta(), &change, start());
            let takes = |effect: &Effect| matches!(
                effect,
                Effect::DeactivateMember { .. } | Effect::DeleteTeam { .. } | Effect::RemoveFromTeam { .. }
            );
            for effect in decision.effects.iter().filter(|effect| takes(effect)) {
                organization.apply_in_batch(effect, &mut batch);
            }
        }
        let stored = serde_json::to_string(&batch).unwrap();
        let batch: Batch = serde_json::from_str(&stored).unwrap();
        let undo = organization.decide_undo(&batch, &owner(start()));
        prop_assert!(undo.warnings.is_empty());
        apply_all(&mut organization, &undo);
        prop_assert_eq!(
            organization.members().collect::<Vec<_>>(),
            before.members().collect::<Vec<_>>()
        );
        prop_assert_eq!(
            organization.teams().collect::<Vec<_>>(),
            before.teams().collect::<Vec<_>>()
        );
    }

    /// A plan is committed on the facts that it was made on, and on no others.
    #[test]
    fn a_plan_is_committed_only_as_it_was_looked_at(
        changes in prop::collection::vec(any_change(), 1..6),
        at in 0..PEOPLE,
    ) {
        let organization = world();
        let plan = organization.plan(&okta(), changes, start());
        let confirmation = Confirmation { hash: plan.hash(), taken: plan.summary().taken };
        let committed = organization.decide_commit(&plan, confirmation, &owner(start()), start());
        prop_assert!(matches!(committed.outcome, Outcome::Allow(_)));
        let mut moved = organization.clone();
        let mut member = moved.member(&user(at)).unwrap().clone();
        member.role = Role::Admin;
        moved.put_member(&user(at), member);
        let refused = moved.decide_commit(&plan, confirmation, &owner(start()), start());
        let touched = plan.changes().iter().any(|change| match change {
            DirectoryChange::UpdateUser { user: named, .. }
            | DirectoryChange::DeleteUser { user: named } => *named == user(at),
            _ => false,
        });
        if touched {
            let changed = Outcome::Deny { code: DenyCode::PlanChanged, route: None };
            prop_assert_eq!(refused.outcome, changed);
            prop_assert!(refused.effects.is_empty());
        }
    }

    /// At most one token works, and with an overlap one more for as long.
    #[test]
    fn at_most_one_token_is_active(
        steps in prop::collection::vec((0..3_u8, 0..40_i64), 1..30),
        overlap in prop::sample::select(vec![0_u16, 15]),
    ) {
        let acme = OrganizationId::new("acme");
        let mut tokens = ConnectionTokens::none(acme.clone(), okta());
        let mut secrets = Vec::new();
        let mut now = start();
        for (kind, minutes) in steps {
            match kind {
                0 => now += TimeDelta::minutes(minutes),
                1 => {
                    tokens = tokens.revoked(now);
                    secrets.clear();
                }
                _ => {
                    let entropy = [u8::try_from(secrets.len()).unwrap(); 32];
                    let secret = TokenSecret::from_entropy(&prefix(), entropy);
                    tokens = tokens.with_issued(secret.hash(), user(0), overlap, now);
                    secrets.push(secret);
                }
            }
            let works = |secret: &&TokenSecret| {
                tokens.authenticate(&acme, secret.expose(), now).is_ok()
            };
            let working = secrets.iter().filter(works).count();
            prop_assert!(working <= 1 + usize::from(overlap > 0));
            prop_assert_eq!(secrets.last().is_some_and(|last| works(&last)), !secrets.is_empty());
        }
    }
}

/// The stream of a group's end is the list of its end, whatever the group.
#[test]
fn streamed_and_collected_effects_are_the_same() {
    let mut organization = world();
    organization.settings_mut().brake.day.at_least = 1_000;
    organization.settings_mut().brake.week.at_least = 1_000;
    for at in 0..GROUPS {
        let change = DirectoryChange::DeleteGroup { group: group(at) };
        let collected = organization.decide_provisioning(&okta(), &change, start());
        let facts = organization.provisioning_facts(&okta(), &change);
        // Owned facts, as a cursor yields them, and borrowed ones.
        let people = facts.people.iter();
        let cursor = people.map(|(user, person)| (user.clone(), person.clone()));
        let owned = decide_group_departure(&facts, GroupExit::Deleted, cursor, start());
        let people = facts.people.iter();
        let borrowed = decide_group_departure(&facts, GroupExit::Deleted, people, start());
        assert_eq!(collected.effects, owned.effects().collect::<Vec<_>>());
        assert_eq!(collected.effects, borrowed.effects().collect::<Vec<_>>());
        assert_eq!(collected.outcome, borrowed.decision().outcome);
        let leavers = usize::try_from(borrowed.leavers()).unwrap();
        assert_eq!(
            collected.effects.len(),
            leavers + 3,
            "the Team, the two budgets, the leavers"
        );
    }
}

#[test]
fn somebody_whom_somebody_changed_since_is_not_given_back() {
    let mut organization = world();
    let mut batch = Batch::default();
    let change = |index| DirectoryChange::DeleteUser { user: user(index) };
    for index in [5, 6] {
        let decision = organization.decide_provisioning(&okta(), &change(index), start());
        for effect in &decision.effects {
            organization.apply_in_batch(effect, &mut batch);
        }
    }
    let mut member = organization.member(&user(5)).unwrap().clone();
    member.state = MemberState::Deactivated(vestibule::access::Deactivation {
        by: vestibule::access::DeactivatedBy::Administrator,
        tombstone_until: None,
    });
    organization.put_member(&user(5), member.clone());
    let undo = organization.decide_undo(&batch, &owner(start()));
    assert_eq!(undo.warnings.len(), 1);
    apply_all(&mut organization, &undo);
    assert_eq!(organization.member(&user(5)), Some(&member));
    assert!(organization.member(&user(6)).unwrap().is_active());
    let stranger = Actor {
        role: Role::Member,
        ..owner(start())
    };
    let refused = organization.decide_undo(&batch, &stranger);
    assert!(matches!(refused.outcome, Outcome::Deny { .. }));
}

/// What one entry gives back is where the entry before it starts from.
#[test]
fn a_batch_is_undone_step_by_step() {
    let mut organization = world();
    let before = organization.clone();
    let mut batch = Batch::default();
    let off = DirectoryChange::UpdateUser {
        user: user(8),
        attributes: UserAttributes {
            active: Asserted::Value(false),
            ..UserAttributes::default()
        },
    };
    let leave = DirectoryChange::UpdateGroup {
        group: group(0),
        display_name: Asserted::Absent,
        add: Vec::new(),
        remove: vec![user(4)],
    };
    organization.settings_mut().group_removal = GroupRemoval::LeaveMembers;
    let delete = DirectoryChange::DeleteUser { user: user(8) };
    let end = DirectoryChange::DeleteGroup { group: group(0) };
    for change in [off, delete, leave, end] {
        let decision = organization.decide_provisioning(&okta(), &change, start());
        assert!(
            matches!(decision.outcome, Outcome::Allow(_)),
            "{decision:?}"
        );
        for effect in &decision.effects {
            organization.apply_in_batch(effect, &mut batch);
        }
    }
    assert_eq!(batch.entries().len(), 4);
    let undo = organization.decide_undo(&batch, &owner(start()));
    assert!(undo.warnings.is_empty());
    apply_all(&mut organization, &undo);
    assert_eq!(organization.member(&user(8)), before.member(&user(8)));
    assert_eq!(organization.team(&group(0)), before.team(&group(0)));
}

/// A day on which somebody unassigns everybody by mistake.
#[test]
fn a_mistaken_mass_removal_leaves_almost_everybody() {
    let mut organization = world();
    for index in 0..PEOPLE {
        let change = DirectoryChange::DeleteUser { user: user(index) };
        let decision = organization.decide_provisioning(&okta(), &change, start());
        let answered = decision.wire_answer(&change, start());
        apply_all(&mut organization, &decision);
        // The last Owner is refused; all the others look gone to the directory.
        assert!(matches!(answered.status, 204 | 403));
    }
    let enters = organization
        .members()
        .filter(|(_, member)| member.is_active());
    assert_eq!(enters.count(), PEOPLE - 5);
    let listed = organization
        .members()
        .filter(|(_, member)| !member.is_deleted());
    assert!(listed.count() <= 1);
    // Dropped, everybody is back.
    let dropped = organization.decide_drop(&okta(), &owner(start()));
    apply_all(&mut organization, &dropped);
    let listed = organization
        .members()
        .filter(|(_, member)| member.is_active_for_directory());
    assert_eq!(listed.count(), PEOPLE - 5);
}

/// Each wait that time ends says when.
#[test]
fn a_wait_says_when_it_is_over() {
    let leave = DirectoryChange::DeleteUser { user: user(5) };
    let wakes = |state: BrakeState| {
        let mut organization = world();
        organization.put_brake(okta(), state);
        let decision = organization.decide_provisioning(&okta(), &leave, start());
        assert!(matches!(decision.outcome, Outcome::Hold(_)));
        decision.next_wake
    };
    let hours = |hours| Some(start() + TimeDelta::hours(hours));
    let old = BrakeState::begun(start() - TimeDelta::days(9));
    let begun = BrakeState::begun(start() - TimeDelta::hours(3));
    assert_eq!(wakes(begun), hours(21));
    let mut replaced = old.clone();
    replaced.token_changed_at = Some(start());
    assert_eq!(wakes(replaced), hours(1));
    let mut refused = old.clone();
    refused.refused.set(start(), 200);
    assert_eq!(wakes(refused), hours(2));
    let mut spent = old;
    spent.taken.set(start(), 5);
    assert_eq!(wakes(spent), None);
    assert_eq!(wakes(BrakeState::default()), None);
}

#[test]
fn tombstones_end_in_order_and_only_when_their_time_is_over() {
    let mut organization = world();
    organization.settings_mut().deletion = DeletePolicy::HardAfter { days: 10 };
    let mut now = start();
    let mut ends = BTreeMap::new();
    for index in [7, 9, 8] {
        let change = DirectoryChange::DeleteUser { user: user(index) };
        let decision = organization.decide_provisioning(&okta(), &change, now);
        apply_all(&mut organization, &decision);
        ends.insert(user(index), now + TimeDelta::days(10));
        now += TimeDelta::hours(1);
    }
    assert_eq!(
        organization.next_tombstone_end(),
        Some(start() + TimeDelta::days(10))
    );
    let second = start() + TimeDelta::days(10) + TimeDelta::hours(1);
    let due = organization.decide_tombstone_ends(second);
    assert_eq!(due.len(), 2);
    for decision in &due {
        assert_eq!(decision.effects.len(), 2);
        apply_all(&mut organization, decision);
        apply_all(&mut organization, decision);
    }
    assert!(organization.member(&user(7)).is_none() && organization.member(&user(9)).is_none());
    assert!(
        organization.account(&user(7)).is_some(),
        "accounts are the host's"
    );
    assert!(organization.member(&user(8)).is_some());
    assert_eq!(
        organization.next_tombstone_end(),
        ends.get(&user(8)).copied()
    );
}

#[test]
fn no_secret_is_in_what_is_stored_or_logged() {
    let secret = TokenSecret::from_entropy(&prefix(), [0xab; 32]);
    let mut organization = world();
    let decision = organization.decide_token_issue(&okta(), &owner(start()), &secret, start());
    assert!(matches!(decision.outcome, Outcome::Allow(_)));
    apply_all(&mut organization, &decision);
    let stored = serde_json::to_string(&decision).unwrap();
    let logged = format!("{decision:?} {organization:?} {secret:?}");
    for text in [stored, logged] {
        assert!(!text.contains("abababab"));
    }
    let accepted = organization.authenticate(secret.expose(), start()).unwrap();
    assert_eq!(accepted.connection, okta());
    let other = TokenSecret::from_entropy(&prefix(), [0xac; 32]);
    assert_eq!(
        organization.authenticate(other.expose(), start()),
        Err(DenyCode::TokenInvalid)
    );
}

/// Rules PLAN-10 and C-02.
#[test]
fn a_token_can_depend_on_its_issuers_role() {
    let secret = TokenSecret::from_entropy(&prefix(), [1; 32]);
    let mut organization = world();
    let issued = organization.decide_token_issue(&okta(), &owner(start()), &secret, start());
    apply_all(&mut organization, &issued);
    let authority = vestibule::access::TokenAuthority::IssuerMustRemainAdmin;
    organization.settings_mut().token_authority = authority;
    assert!(organization.authenticate(secret.expose(), start()).is_ok());
    let mut member = organization.member(&user(0)).unwrap().clone();
    member.role = Role::Member;
    organization.put_member(&user(0), member);
    let refused = organization.authenticate(secret.expose(), start());
    assert_eq!(refused, Err(DenyCode::TokenIssuerLostRole));
    organization.settings_mut().token_authority = vestibule::access::TokenAuthority::Organization;
    assert!(organization.authenticate(secret.expose(), start()).is_ok());
}
