//! Every combination of the facts of a change of a user by the directory, against a second reading
//! of the rules.
//!
//! The oracle is written from the order of evaluation in the rule book, not from the code: it says
//! the kind of outcome, and of a refusal the code that determines it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use vestibule::access::{
    Account, AddressFacts, Agreement, Asked, Brake, BrakeFacts, BrakeState, ConnectionFacts,
    DeactivatedBy, Deactivation, Decision, DenyCode, DomainClass, Effect, Entitlement, FirstSync,
    ForeignLogin, GroupImage, HeldAccess, Hold, HoldCause, HoldResponse, LapsedDomainLeavers,
    Member, MemberSource, MemberState, Outcome, PendingDeprovision, ProvisioningFacts, Role,
    Settings, SsoState, Switch, UserFacts, decide_provisioning,
};
use vestibule::domain::{EmailAddress, RecordPrefix};
use vestibule::identity::{
    Asserted, ConnectionId, DirectoryChange, GroupId, OrganizationId, UserAttributes, UserId,
};

const SWITCHES: [Switch; 2] = [Switch::Off, Switch::On];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Create,
    CreateOff,
    Delete,
    Off,
    On,
    Rename,
}

/// Who the target is to the organization.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Active(Manager),
    /// Deleted, and the tombstone's time runs.
    Deleted,
    /// Deleted, and the time is over.
    Ended,
    /// Switched off by the directory, or held.
    Held,
    Nobody,
    OffByAdministrator,
    OffByDirectory,
    /// An account that is no member.
    Outside,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Manager {
    /// A connection that is no more.
    Gone,
    Nobody,
    Other,
    Us,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Owner {
    /// The only Owner who can enter.
    Last,
    /// One of two.
    OneOfTwo,
    No,
}

#[derive(Clone, Debug)]
struct World {
    kind: Kind,
    standing: Standing,
    owner: Owner,
    domain: DomainClass,
    entitlement: Entitlement,
    sso: SsoState,
    create: Switch,
    update: Switch,
    deactivate: Switch,
    leavers: LapsedDomainLeavers,
    /// Whether the budget is spent.
    spent: bool,
    /// What everybody and everything is called.
    names: &'static str,
}

#[derive(Debug, PartialEq)]
enum Expected {
    Allow,
    Deny(DenyCode),
    Hold,
    NoEffect,
}

#[test]
fn every_change_of_a_user_is_decided_as_the_order_of_the_rules_says() {
    let worlds = worlds();
    assert!(worlds.len() > 90_000, "{}", worlds.len());
    for world in &worlds {
        let decision = decide(world);
        assert_eq!(
            kind_of(&decision),
            expected(world),
            "{world:?}\n{decision:?}"
        );
        assert!(decision.audit.is_some() && !decision.reasons.is_empty());
    }
}

/// What is called otherwise is decided alike.
#[test]
fn a_renamed_world_is_decided_alike() {
    for world in worlds().iter().step_by(7) {
        let renamed = World {
            names: "z",
            ..world.clone()
        };
        let (one, other) = (decide(world), decide(&renamed));
        assert_eq!(kind_of(&one), kind_of(&other));
        let rules = |decision: &Decision| -> Vec<_> {
            decision.reasons.iter().map(|reason| reason.rule).collect()
        };
        assert_eq!(rules(&one), rules(&other));
        let effects =
            |decision: &Decision| -> Vec<_> { decision.effects.iter().map(Effect::name).collect() };
        assert_eq!(effects(&one), effects(&other));
    }
}

/// Taking a permission away never turns a refusal, a wait or nothing into a change.
#[test]
fn a_stricter_world_never_changes_more() {
    for world in worlds().iter().step_by(3) {
        if kind_of(&decide(world)) == Expected::Allow {
            continue;
        }
        let stricter = [
            World {
                create: Switch::Off,
                ..world.clone()
            },
            World {
                update: Switch::Off,
                ..world.clone()
            },
            World {
                deactivate: Switch::Off,
                ..world.clone()
            },
            World {
                entitlement: Entitlement::None,
                ..world.clone()
            },
            World {
                sso: SsoState::Disabled,
                ..world.clone()
            },
            World {
                leavers: LapsedDomainLeavers::Refuse,
                ..world.clone()
            },
            World {
                domain: DomainClass::Unclaimed,
                ..world.clone()
            },
            World {
                spent: true,
                ..world.clone()
            },
        ];
        for stricter in stricter {
            let found = kind_of(&decide(&stricter));
            assert_ne!(found, Expected::Allow, "{world:?} but {stricter:?}");
        }
    }
}

/// The rule book's steps 2 to 8, read once more.
fn expected(world: &World) -> Expected {
    match refusals(world).first() {
        Some(code) => return Expected::Deny(*code),
        None if is_unbound(world) => return Expected::NoEffect,
        None => {}
    }
    if takes_away(world) && world.spent {
        return Expected::Hold;
    }
    if changes_something(world) {
        Expected::Allow
    } else {
        Expected::NoEffect
    }
}

fn refusals(world: &World) -> Vec<DenyCode> {
    let mut refused = Vec::new();
    let mut refuse = |when: bool, code| {
        if when {
            refused.push(code);
        }
    };
    let creates = matches!(world.kind, Kind::Create | Kind::CreateOff);
    let own = world.domain == DomainClass::OwnVerified;
    let manager = manager(world);
    let switches_off = switches_off(world);
    let leaves = world.leavers == LapsedDomainLeavers::Deactivate
        && (world.kind == Kind::Delete || (world.kind == Kind::Off && switches_off));
    // 2. C-01: a plan that ended makes nothing new.
    refuse(
        world.entitlement == Entitlement::None
            || (world.entitlement == Entitlement::Lapsed && creates),
        DenyCode::PlanNotEntitled,
    );
    refuse(
        world.sso != SsoState::Enabled,
        DenyCode::SsoRequiredForDirectory,
    );
    // Whom nobody finds has no kind of change and no domain.
    if !creates && !is_found(world) {
        refuse(true, DenyCode::UserNotFound);
        return refused;
    }
    // 4.
    let comes_back = matches!(world.standing, Standing::OffByDirectory | Standing::Held);
    let off = DenyCode::OperationDisabled;
    refuse(creates && world.create == Switch::Off, off);
    refuse(
        world.kind == Kind::On && comes_back && world.create == Switch::Off,
        off,
    );
    refuse(
        world.kind == Kind::Rename && world.update == Switch::Off,
        off,
    );
    let deactivates = !creates && (switches_off || world.kind == Kind::Delete);
    refuse(deactivates && world.deactivate == Switch::Off, off);
    // 5. C-28: a leaver of a lapsed domain, of whom this connection made a member.
    let lapsed_leaver =
        leaves && world.domain == DomainClass::OwnLapsed && manager == Some(Manager::Us);
    refuse(
        !own && !lapsed_leaver,
        DenyCode::EmailOutsideVerifiedDomains,
    );
    // 6.
    let is_member = !matches!(world.standing, Standing::Nobody | Standing::Outside);
    if creates {
        refuse(
            own && world.standing == Standing::Outside,
            DenyCode::AccountExistsOutsideOrganization,
        );
        refuse(
            manager == Some(Manager::Other),
            DenyCode::ManagedByOtherConnection,
        );
        refuse(
            world.standing == Standing::Active(Manager::Us),
            DenyCode::AlreadyManaged,
        );
        refuse(
            world.standing == Standing::OffByAdministrator,
            DenyCode::DeactivatedByAdministrator,
        );
        let adopts_off = switches_off && world.standing != Standing::Active(Manager::Us);
        refuse(adopts_off && world.deactivate == Switch::Off, off);
        refuse(
            adopts_off && world.owner == Owner::Last,
            DenyCode::LastOwner,
        );
    } else {
        refuse(
            is_member && manager == Some(Manager::Other),
            DenyCode::ManagedByOtherConnection,
        );
        // 7. C-34
        let ends = switches_off || (world.kind == Kind::Delete && may_enter(world));
        refuse(ends && world.owner == Owner::Last, DenyCode::LastOwner);
    }
    refused
}

fn manager(world: &World) -> Option<Manager> {
    match world.standing {
        Standing::Active(manager) => Some(manager),
        Standing::Nobody | Standing::Outside | Standing::Ended => None,
        Standing::Deleted
        | Standing::Held
        | Standing::OffByAdministrator
        | Standing::OffByDirectory => Some(Manager::Us),
    }
}

/// C-26: a deleted user is not there for the directory.
fn is_found(world: &World) -> bool {
    !matches!(
        world.standing,
        Standing::Nobody | Standing::Outside | Standing::Deleted | Standing::Ended
    )
}

fn may_enter(world: &World) -> bool {
    matches!(world.standing, Standing::Active(_) | Standing::Held)
}

/// Whether somebody who may enter is to be switched off.
fn switches_off(world: &World) -> bool {
    match world.kind {
        Kind::Off => may_enter(world),
        Kind::CreateOff => matches!(world.standing, Standing::Active(_)),
        Kind::Create | Kind::Delete | Kind::On | Kind::Rename => false,
    }
}

/// IMPORT-06 and USER-18: whom nobody manages stays so when creating is off.
fn is_unbound(world: &World) -> bool {
    let unmanaged = matches!(
        world.standing,
        Standing::Active(Manager::Nobody | Manager::Gone)
    );
    unmanaged && world.create == Switch::Off
}

/// C-37
fn takes_away(world: &World) -> bool {
    switches_off(world) || world.kind == Kind::Delete
}

/// USER-25
fn changes_something(world: &World) -> bool {
    let adopts = matches!(
        world.standing,
        Standing::Active(Manager::Nobody | Manager::Gone)
    );
    match world.kind {
        Kind::Delete | Kind::Rename | Kind::Create => true,
        Kind::CreateOff => !matches!(world.standing, Standing::OffByDirectory | Standing::Held),
        Kind::Off => switches_off(world),
        // C-21: what an administrator switched off stays off.
        Kind::On => adopts || matches!(world.standing, Standing::OffByDirectory | Standing::Held),
    }
}

fn kind_of(decision: &Decision) -> Expected {
    match &decision.outcome {
        Outcome::Allow(_) => Expected::Allow,
        Outcome::Deny { code, .. } => Expected::Deny(*code),
        Outcome::Hold(_) => Expected::Hold,
        Outcome::NoEffect => Expected::NoEffect,
        Outcome::OwnerApproval | Outcome::Route(_) | Outcome::StepUp => {
            panic!("no answer to a directory: {decision:?}")
        }
    }
}

fn worlds() -> Vec<World> {
    let foreign = DomainClass::ForeignVerified {
        holder: OrganizationId::new("other"),
        login: ForeignLogin::SsoRequired,
    };
    let domains = [
        DomainClass::OwnVerified,
        DomainClass::OwnLapsed,
        DomainClass::Unclaimed,
        foreign,
    ];
    let standings = [
        Standing::Active(Manager::Gone),
        Standing::Active(Manager::Nobody),
        Standing::Active(Manager::Other),
        Standing::Active(Manager::Us),
        Standing::Deleted,
        Standing::Ended,
        Standing::Held,
        Standing::Nobody,
        Standing::OffByAdministrator,
        Standing::OffByDirectory,
        Standing::Outside,
    ];
    let kinds = [
        Kind::Create,
        Kind::CreateOff,
        Kind::Delete,
        Kind::Off,
        Kind::On,
        Kind::Rename,
    ];
    let leavers = [LapsedDomainLeavers::Deactivate, LapsedDomainLeavers::Refuse];
    let plans = [Entitlement::Active, Entitlement::Lapsed, Entitlement::None];
    let mut worlds = vec![World {
        kind: Kind::Create,
        standing: Standing::Nobody,
        owner: Owner::No,
        domain: DomainClass::OwnVerified,
        entitlement: Entitlement::Active,
        sso: SsoState::Enabled,
        create: Switch::On,
        update: Switch::On,
        deactivate: Switch::On,
        leavers: LapsedDomainLeavers::Deactivate,
        spent: false,
        names: "a",
    }];
    worlds = vary(&worlds, &kinds, |world, kind| world.kind = *kind);
    worlds = vary(&worlds, &standings, |world, standing| {
        world.standing = *standing;
    });
    worlds = vary(&worlds, &domains, |world, domain| {
        world.domain = domain.clone();
    });
    worlds = vary(&worlds, &plans, |world, plan| world.entitlement = *plan);
    worlds = vary(
        &worlds,
        &[SsoState::Enabled, SsoState::Disabled],
        |world, sso| world.sso = *sso,
    );
    worlds = vary(&worlds, &SWITCHES, |world, switch| world.create = *switch);
    worlds = vary(&worlds, &SWITCHES, |world, switch| world.update = *switch);
    worlds = vary(&worlds, &SWITCHES, |world, switch| {
        world.deactivate = *switch;
    });
    worlds = vary(&worlds, &leavers, |world, leavers| world.leavers = *leavers);
    worlds = vary(&worlds, &[false, true], |world, spent| world.spent = *spent);
    let owners = [Owner::No, Owner::OneOfTwo, Owner::Last];
    worlds = vary(&worlds, &owners, |world, owner| world.owner = *owner);
    // Only who may enter can be an Owner who can.
    worlds.retain(|world| world.owner == Owner::No || may_enter(world));
    worlds
}

fn vary<T>(worlds: &[World], values: &[T], set: impl Fn(&mut World, &T)) -> Vec<World> {
    let one = |(world, value): (&World, &T)| {
        let mut world = world.clone();
        set(&mut world, value);
        world
    };
    let each = |world| values.iter().map(move |value| (world, value));
    worlds.iter().flat_map(each).map(one).collect()
}

fn now() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn decide(world: &World) -> Decision {
    let name = |text: &str| format!("{}-{text}", world.names);
    let organization = OrganizationId::new(name("organization"));
    let (us, other) = (
        ConnectionId::new(name("us")),
        ConnectionId::new(name("other")),
    );
    let mut settings = Settings::recommended(RecordPrefix::parse("product").unwrap());
    settings.entitlement = world.entitlement;
    settings.sso = world.sso;
    settings.operations.create = world.create;
    settings.operations.update = world.update;
    settings.operations.deactivate = world.deactivate;
    settings.lapsed_domain_leavers = world.leavers;
    let known = user(world, &us, &other);
    let target = known.as_ref().map(|(account, member)| UserFacts {
        user: &account.user,
        address: &account.address,
        domain: world.domain.clone(),
        profile: &account.profile,
        member: member.as_ref(),
    });
    let mut owners = BTreeSet::new();
    if world.owner != Owner::No {
        owners.insert(UserId::new(name("target")));
    }
    if world.owner != Owner::Last {
        owners.insert(UserId::new(name("second")));
    }
    let mut state = BrakeState::begun(now() - TimeDelta::days(90));
    state.first_sync = FirstSync::Approved;
    if world.spent {
        state.taken.set(now(), 1_000);
    }
    let connections = BTreeSet::from([us.clone(), other]);
    let creates = matches!(world.kind, Kind::Create | Kind::CreateOff);
    let facts = ProvisioningFacts {
        organization: &organization,
        settings: &settings,
        connection: Some(ConnectionFacts::new(us)),
        connections: &connections,
        brake: Brake::Engaged(BrakeFacts {
            state: Some(&state),
            managed: 100,
            managed_groups: 0,
            domains_in_grace: BTreeSet::new(),
            held: None,
        }),
        verified_domains: 1,
        standing_owners: &owners,
        user: target.clone().filter(|_| !creates),
        user_name: creates.then(|| AddressFacts {
            domain: world.domain.clone(),
            holder: target,
            agreement: Agreement::None,
        }),
        email: None,
        group: None,
        image: GroupImage::Team,
        named_teams: Vec::new(),
        people: BTreeMap::new(),
        new_user: UserId::new(name("new")),
        new_group: GroupId::new(name("new")),
    };
    decide_provisioning(&facts, &change(world), now())
}

fn change(world: &World) -> DirectoryChange {
    let user = UserId::new(format!("{}-target", world.names));
    let active = |active| UserAttributes {
        active: Asserted::Value(active),
        ..UserAttributes::default()
    };
    let address = format!("{}@example.com", world.names);
    let named = |attributes| UserAttributes {
        user_name: Asserted::Value(address.as_str().into()),
        ..attributes
    };
    let attributes = match world.kind {
        Kind::Create => return DirectoryChange::CreateUser(named(UserAttributes::default())),
        Kind::CreateOff => return DirectoryChange::CreateUser(named(active(false))),
        Kind::Delete => return DirectoryChange::DeleteUser { user },
        Kind::Off => active(false),
        Kind::On => active(true),
        Kind::Rename => UserAttributes {
            first_name: Asserted::Value("Ida".into()),
            ..UserAttributes::default()
        },
    };
    DirectoryChange::UpdateUser { user, attributes }
}

fn user(
    world: &World,
    us: &ConnectionId,
    other: &ConnectionId,
) -> Option<(Account, Option<Member>)> {
    if world.standing == Standing::Nobody {
        return None;
    }
    let off = |by, tombstone_until| {
        MemberState::Deactivated(Deactivation {
            by,
            tombstone_until,
        })
    };
    let directory = DeactivatedBy::Directory(us.clone());
    let state = match world.standing {
        Standing::Active(_) | Standing::Nobody | Standing::Outside => MemberState::Active,
        Standing::Deleted => off(directory, Some(now() + TimeDelta::days(1))),
        Standing::Ended => off(directory, Some(now())),
        Standing::Held => MemberState::PendingDeprovision(PendingDeprovision {
            connection: us.clone(),
            asked: Asked::Deactivate,
            hold: Hold {
                cause: HoldCause::FirstSync,
                response: HoldResponse::Accept,
                access: HeldAccess::Kept,
            },
        }),
        Standing::OffByAdministrator => off(DeactivatedBy::Administrator, None),
        Standing::OffByDirectory => off(directory, None),
    };
    let manager = match world.standing {
        Standing::Active(Manager::Nobody) => None,
        Standing::Active(Manager::Gone) => Some(ConnectionId::new("gone")),
        Standing::Active(Manager::Other) => Some(other.clone()),
        _ => Some(us.clone()),
    };
    let role = match world.owner {
        Owner::No => Role::Member,
        Owner::Last | Owner::OneOfTwo => Role::Owner,
    };
    let member = Member {
        role,
        source: MemberSource::Manual,
        manager,
        state,
    };
    let user = UserId::new(format!("{}-target", world.names));
    let address = EmailAddress::parse(&format!("{}@example.com", world.names)).unwrap();
    let member = (world.standing != Standing::Outside).then_some(member);
    Some((Account::new(user, address), member))
}
