//! Every combination of the facts of a sign-in, against a second reading of the rules.
//!
//! The oracle is written from the order of evaluation, not from the code: it says only the kind
//! of outcome.

use chrono::{DateTime, TimeDelta, Utc};
use vestibule::access::{
    AccountState, ConnectionFacts, DeactivatedBy, Deactivation, Decision, DenyCode, DomainClass,
    Exemption, ExternalUsers, ForeignLogin, Invitation, Member, MemberSource, MemberState, Outcome,
    PersonFacts, Role, Settings, SignInFacts, SignInRequest, SsoState, SubjectBinding, Switch,
    decide_sign_in,
};
use vestibule::domain::{EmailAddress, RecordPrefix};
use vestibule::identity::{AssertedIdentity, ConnectionId, OrganizationId, UserId};

const SWITCHES: [Switch; 2] = [Switch::Off, Switch::On];
const KINDS: [Kind; 5] = [
    Kind::Password,
    Kind::SignUp,
    Kind::Access,
    Kind::Start,
    Kind::Sso,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Access,
    Password,
    SignUp,
    Sso,
    Start,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    Active(Role),
    Deactivated(Role),
    Outside,
    Unknown,
}

#[derive(Debug, PartialEq)]
enum Expected {
    Allow,
    Deny(DenyCode),
    Route,
}

#[derive(Clone, Debug)]
struct World {
    domain: DomainClass,
    standing: Standing,
    invited: Invitation,
    sso: SsoState,
    require: Switch,
    managed: Switch,
    external: ExternalUsers,
    exemption: Exemption,
    kind: Kind,
}

#[test]
fn every_sign_in_is_decided_as_the_order_of_the_rules_says() {
    let worlds = worlds();
    assert!(worlds.len() > 15_000);
    for world in &worlds {
        let decision = decide(world);
        assert_eq!(kind_of(&decision), expected(world), "{world:?}");
        let allowed = matches!(decision.outcome, Outcome::Allow(_));
        assert!(
            allowed
                || decision
                    .effects
                    .iter()
                    .all(|effect| effect.name() == "notify")
        );
        assert!(decision.audit.is_some() && !decision.reasons.is_empty());
    }
}

/// Taking a permission away never turns a refusal into an admission.
#[test]
fn a_stricter_world_never_admits_more() {
    for world in worlds() {
        if matches!(decide(&world).outcome, Outcome::Allow(_)) {
            continue;
        }
        let admits = |stricter: &World| matches!(decide(stricter).outcome, Outcome::Allow(_));
        let stricter = [
            World {
                invited: Invitation::None,
                ..world.clone()
            },
            World {
                external: ExternalUsers::Deny,
                ..world.clone()
            },
            World {
                exemption: Exemption::Named(Default::default()),
                ..world.clone()
            },
        ];
        for stricter in stricter {
            assert!(!admits(&stricter), "{world:?} but {stricter:?}");
        }
        if let Standing::Active(role) = world.standing {
            let off = World {
                standing: Standing::Deactivated(role),
                ..world.clone()
            };
            assert!(!admits(&off), "{off:?}");
        }
    }
}

fn expected(world: &World) -> Expected {
    let own = world.domain == DomainClass::OwnVerified;
    let foreign = match &world.domain {
        DomainClass::ForeignVerified { login, .. } => Some(*login),
        _ => None,
    };
    let on = world.sso == SsoState::Enabled;
    let managed = world.managed == Switch::On;
    // 2
    if matches!(world.standing, Standing::Deactivated(_)) {
        return Expected::Deny(DenyCode::UserDeactivated);
    }
    let role = match world.standing {
        Standing::Active(role) => Some(role),
        _ => None,
    };
    match world.kind {
        // 4 to 6
        Kind::Sso => match (on, own, foreign, role, managed) {
            (false, ..) => Expected::Deny(DenyCode::SsoDisabled),
            (_, _, Some(_), ..) => Expected::Deny(DenyCode::DomainHeldByOtherOrganization),
            (_, false, ..) => Expected::Deny(DenyCode::EmailOutsideVerifiedDomains),
            (_, _, _, None, false) => Expected::Deny(DenyCode::NotAMember),
            _ => Expected::Allow,
        },
        Kind::Start if foreign.is_some() => Expected::Route,
        Kind::Start if !own => Expected::Deny(DenyCode::DomainNotClaimed),
        Kind::Start if !on => Expected::Deny(DenyCode::SsoDisabled),
        Kind::Start => Expected::Route,
        // 11
        Kind::Access | Kind::SignUp if own && on && managed => Expected::Route,
        Kind::Access | Kind::SignUp if foreign == Some(ForeignLogin::SsoRequired) => {
            Expected::Route
        }
        Kind::Access | Kind::SignUp => Expected::Allow,
        Kind::Password => {
            // 7
            let exempt = match world.exemption {
                Exemption::OwnersAndAdmins => matches!(role, Some(Role::Owner | Role::Admin)),
                Exemption::OwnersOnly => role == Some(Role::Owner),
                Exemption::Named(_) => false,
            };
            let inside = role.is_some() || world.invited == Invitation::Pending;
            match (own, foreign) {
                _ if exempt => Expected::Allow,
                // 9, 10, 12
                (true, _) if on && world.require == Switch::On => {
                    Expected::Deny(DenyCode::SsoRequired)
                }
                (true, _) if on && managed => Expected::Route,
                (_, Some(ForeignLogin::SsoRequired)) => Expected::Route,
                (true, _) | (_, Some(ForeignLogin::PasswordAllowed)) if inside => Expected::Allow,
                (true, _) | (_, Some(ForeignLogin::PasswordAllowed)) => {
                    Expected::Deny(DenyCode::NotAMember)
                }
                // 8
                _ if world.external == ExternalUsers::Deny => {
                    Expected::Deny(DenyCode::ExternalUsersRefused)
                }
                _ if inside => Expected::Allow,
                _ => Expected::Deny(DenyCode::NotAMember),
            }
        }
    }
}

fn kind_of(decision: &Decision) -> Expected {
    match &decision.outcome {
        Outcome::Allow(_) => Expected::Allow,
        Outcome::Deny { code, .. } => Expected::Deny(*code),
        Outcome::Route(_) => Expected::Route,
        other => panic!("a sign-in is never {other:?}"),
    }
}

fn worlds() -> Vec<World> {
    let foreign = |login| DomainClass::ForeignVerified {
        holder: OrganizationId::new("other"),
        login,
    };
    let domains = [
        DomainClass::OwnVerified,
        DomainClass::OwnLapsed,
        DomainClass::Unclaimed,
        foreign(ForeignLogin::PasswordAllowed),
        foreign(ForeignLogin::SsoRequired),
    ];
    let roles = [Role::Owner, Role::Admin, Role::Member, Role::Base];
    let mut standings = vec![Standing::Outside, Standing::Unknown];
    standings.extend(roles.map(Standing::Active));
    standings.extend(roles.map(Standing::Deactivated));
    let mut worlds = vec![World {
        domain: DomainClass::Unclaimed,
        standing: Standing::Unknown,
        invited: Invitation::None,
        sso: SsoState::Enabled,
        require: Switch::Off,
        managed: Switch::Off,
        external: ExternalUsers::Allow,
        exemption: Exemption::OwnersAndAdmins,
        kind: Kind::Password,
    }];
    worlds = vary(&worlds, &KINDS, |world, kind| world.kind = *kind);
    worlds = vary(&worlds, &domains, |world, domain| {
        world.domain = domain.clone();
    });
    worlds = vary(&worlds, &standings, |world, standing| {
        world.standing = *standing;
    });
    worlds = vary(&worlds, &SWITCHES, |world, require| {
        world.require = *require;
    });
    worlds = vary(&worlds, &SWITCHES, |world, managed| {
        world.managed = *managed;
    });
    let states = [
        SsoState::NotConfigured,
        SsoState::Disabled,
        SsoState::Enabled,
    ];
    worlds = vary(&worlds, &states, |world, sso| world.sso = *sso);
    let external = [ExternalUsers::Allow, ExternalUsers::Deny];
    worlds = vary(&worlds, &external, |world, external| {
        world.external = *external;
    });
    let invited = [Invitation::None, Invitation::Pending];
    worlds = vary(&worlds, &invited, |world, invited| world.invited = *invited);
    let exemptions = [Exemption::OwnersAndAdmins, Exemption::OwnersOnly];
    vary(&worlds, &exemptions, |world, exemption| {
        world.exemption = exemption.clone();
    })
}

fn vary<T>(worlds: &[World], values: &[T], set: impl Fn(&mut World, &T)) -> Vec<World> {
    let one = |world: &World, value: &T| {
        let mut world = world.clone();
        set(&mut world, value);
        world
    };
    let each = |world| values.iter().map(move |value| (world, value));
    worlds
        .iter()
        .flat_map(each)
        .map(|(world, value)| one(world, value))
        .collect()
}

fn decide(world: &World) -> Decision {
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let organization = OrganizationId::new("acme");
    let mut settings = Settings::recommended(RecordPrefix::parse("product").unwrap());
    settings.sso = world.sso;
    settings.require_sso = world.require;
    settings.idp_managed_access = world.managed;
    settings.external_users = world.external;
    settings.exemption = world.exemption.clone();
    let mut connection = ConnectionFacts::new(ConnectionId::new("okta"));
    connection.certificate_not_after = Some(now + TimeDelta::days(1));
    let facts = SignInFacts {
        connection: Some(connection),
        person: person(world),
        binding: SubjectBinding::Unbound,
        invitation: world.invited,
        ..SignInFacts::of_a_stranger(
            &organization,
            &settings,
            world.domain.clone(),
            UserId::new("new"),
        )
    };
    decide_sign_in(&facts, &request(world.kind), now)
}

fn person(world: &World) -> Option<PersonFacts> {
    let by = DeactivatedBy::Administrator;
    let deactivation = Deactivation {
        by,
        tombstone_until: None,
    };
    let (role, state) = match world.standing {
        Standing::Active(role) => (Some(role), MemberState::Active),
        Standing::Deactivated(role) => (Some(role), MemberState::Deactivated(deactivation)),
        Standing::Outside => (None, MemberState::Active),
        Standing::Unknown => return None,
    };
    Some(PersonFacts {
        user: UserId::new("u1"),
        address: EmailAddress::parse("grace@example.com").unwrap(),
        domain: world.domain.clone(),
        account: AccountState::Active,
        member: role.map(|role| Member {
            role,
            source: MemberSource::Manual,
            manager: None,
            state,
        }),
    })
}

fn request(kind: Kind) -> SignInRequest {
    let address = "grace@example.com".into();
    match kind {
        Kind::Access => SignInRequest::ProjectAccess { address },
        Kind::Password => SignInRequest::Password { address },
        Kind::SignUp => SignInRequest::SignUp { address },
        Kind::Start => SignInRequest::SsoStart { address },
        Kind::Sso => SignInRequest::Sso(Box::new(AssertedIdentity {
            connection: ConnectionId::new("okta"),
            subject: Some("s1".into()),
            email: Some(address),
            first_name: None,
            last_name: None,
            groups: Vec::new(),
            authenticated_at: None,
            session_not_on_or_after: None,
        })),
    }
}
