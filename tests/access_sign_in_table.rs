//! Every combination of the facts of a sign-in, against a second reading of the rules.
//!
//! The oracle is written from the order of evaluation, not from the code: it says only the kind
//! of outcome.

use chrono::{DateTime, TimeDelta, Utc};
use vestibule::access::{
    Account, AddressEra, ConnectionFacts, DeactivatedBy, Deactivation, Decision, DenyCode,
    DomainClass, Exemption, ExternalUsers, ForeignLogin, IdpInitiated, Invitation, Member,
    MemberSource, MemberState, OnLapse, Outcome, OwnPassword, PersonFacts, RecoveryApproval, Role,
    Settings, SignInFacts, SignInRequest, SsoState, SubjectBinding, Switch, decide_sign_in,
};
use vestibule::domain::{EmailAddress, RecordPrefix};
use vestibule::identity::{AssertedIdentity, ConnectionId, OrganizationId, Personal, UserId};

const SWITCHES: [Switch; 2] = [Switch::Off, Switch::On];
/// What answers with an address, and does not look at the connection.
const TYPED: [Kind; 6] = [
    Kind::Password,
    Kind::Insists,
    Kind::Recovery,
    Kind::SignUp,
    Kind::Access,
    Kind::Start,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Access,
    IdpSso,
    Insists,
    Password,
    Recovery,
    SignUp,
    Sso,
    Start,
}

/// What the connection and the binding of a sign-on are like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Certificate {
    Expired,
    Missing,
    Valid,
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
    Hold,
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
    on_lapse: OnLapse,
    password: OwnPassword,
    recovery: RecoveryApproval,
    certificate: Certificate,
    binding: SubjectBinding,
    era: AddressEra,
    idp_initiated: IdpInitiated,
}

#[test]
fn every_sign_in_is_decided_as_the_order_of_the_rules_says() {
    let worlds = worlds();
    assert!(worlds.len() > 80_000);
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
    for world in worlds().into_iter().step_by(5) {
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
                binding: SubjectBinding::NotLookedUp,
                ..world.clone()
            },
            World {
                era: AddressEra::Earlier,
                ..world.clone()
            },
            World {
                idp_initiated: IdpInitiated::Refuse,
                ..world.clone()
            },
            World {
                password: OwnPassword::None,
                ..world.clone()
            },
            World {
                recovery: RecoveryApproval::None,
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
        // A missing certificate is what an exemption for an unhealthy sign-on waits for.
        if matches!(world.kind, Kind::Sso | Kind::IdpSso) {
            let certificate = Certificate::Missing;
            let bare = World {
                certificate,
                ..world.clone()
            };
            assert!(!admits(&bare), "{bare:?}");
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
    let known = world.standing != Standing::Unknown;
    match world.kind {
        // 4 to 6
        Kind::Sso | Kind::IdpSso => {
            let started_there = world.kind == Kind::IdpSso;
            let refused = [
                (
                    started_there && world.idp_initiated == IdpInitiated::Refuse,
                    DenyCode::IdpInitiatedRefused,
                ),
                (!on, DenyCode::SsoDisabled),
                (
                    world.certificate != Certificate::Valid,
                    DenyCode::CertificateExpired,
                ),
                (foreign.is_some(), DenyCode::DomainHeldByOtherOrganization),
                (!own, DenyCode::EmailOutsideVerifiedDomains),
                (
                    world.binding == SubjectBinding::Unbound
                        && known
                        && world.era == AddressEra::Earlier,
                    DenyCode::AccountOfEarlierHolder,
                ),
                (
                    matches!(
                        world.binding,
                        SubjectBinding::AnotherSubject | SubjectBinding::NotLookedUp
                    ),
                    DenyCode::SubjectMismatch,
                ),
                (role.is_none() && !managed, DenyCode::NotAMember),
            ];
            let first = refused.into_iter().find(|(fails, _)| *fails);
            first.map_or(Expected::Allow, |(_, code)| Expected::Deny(code))
        }
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
        Kind::Recovery if !known => Expected::Deny(DenyCode::NotAMember),
        Kind::Recovery if world.domain == DomainClass::OwnLapsed => {
            match (world.on_lapse, world.recovery) {
                (OnLapse::SeedLetter, _) | (_, RecoveryApproval::Approved) => Expected::Allow,
                (OnLapse::Freeze, _) => Expected::Deny(DenyCode::DomainLapsed),
                (OnLapse::PasswordNoMailRecovery, _) => Expected::Hold,
            }
        }
        Kind::Password | Kind::Insists | Kind::Recovery => {
            // 7
            let works = on && world.certificate == Certificate::Valid;
            let administers = matches!(role, Some(Role::Owner | Role::Admin));
            let exempt = match world.exemption {
                Exemption::OnlyWhenSsoUnhealthy => administers && !works,
                Exemption::OwnersAndAdmins => administers,
                Exemption::OwnersOnly => role == Some(Role::Owner),
                Exemption::Named(_) => false,
            };
            let inside = role.is_some() || world.invited == Invitation::Pending;
            let insists = world.kind != Kind::Password;
            let required = on && world.require == Switch::On;
            match (own, foreign) {
                _ if exempt => Expected::Allow,
                // 9, 10, 12
                (true, _) if on && world.require == Switch::On => {
                    Expected::Deny(DenyCode::SsoRequired)
                }
                (true, _) if on && managed && !insists => Expected::Route,
                (_, Some(ForeignLogin::SsoRequired)) => Expected::Route,
                (true, _) | (_, Some(ForeignLogin::PasswordAllowed)) if inside => Expected::Allow,
                (true, _) | (_, Some(ForeignLogin::PasswordAllowed)) => {
                    Expected::Deny(DenyCode::NotAMember)
                }
                // 8, members of a lapsed domain (rule C-09)
                _ if world.domain == DomainClass::OwnLapsed && role.is_some() => {
                    match world.on_lapse {
                        OnLapse::SeedLetter => Expected::Allow,
                        OnLapse::Freeze if required => Expected::Deny(DenyCode::DomainLapsed),
                        _ if world.password == OwnPassword::None => {
                            Expected::Deny(DenyCode::NoOwnPassword)
                        }
                        _ => Expected::Allow,
                    }
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
        Outcome::OwnerApproval => Expected::Hold,
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
        on_lapse: OnLapse::PasswordNoMailRecovery,
        password: OwnPassword::SetByUser,
        recovery: RecoveryApproval::None,
        certificate: Certificate::Valid,
        binding: SubjectBinding::Unbound,
        era: AddressEra::Current,
        idp_initiated: IdpInitiated::Accept,
    }];
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
    let mut sso = vary(&worlds, &[Kind::Sso, Kind::IdpSso], |world, kind| {
        world.kind = *kind;
    });
    let certificates = [
        Certificate::Expired,
        Certificate::Missing,
        Certificate::Valid,
    ];
    sso = vary(&sso, &certificates, |world, certificate| {
        world.certificate = *certificate;
    });
    let bindings = [
        SubjectBinding::AnotherSubject,
        SubjectBinding::NotLookedUp,
        SubjectBinding::ThisSubject,
        SubjectBinding::Unbound,
    ];
    sso = vary(&sso, &bindings, |world, binding| world.binding = *binding);
    let eras = [AddressEra::Current, AddressEra::Earlier];
    sso = vary(&sso, &eras, |world, era| world.era = *era);
    let starts = [IdpInitiated::Accept, IdpInitiated::Refuse];
    sso = vary(&sso, &starts, |world, start| world.idp_initiated = *start);

    worlds = vary(&worlds, &TYPED, |world, kind| world.kind = *kind);
    let external = [ExternalUsers::Allow, ExternalUsers::Deny];
    worlds = vary(&worlds, &external, |world, external| {
        world.external = *external;
    });
    let invited = [Invitation::None, Invitation::Pending];
    worlds = vary(&worlds, &invited, |world, invited| world.invited = *invited);
    let exemptions = [
        Exemption::Named(Default::default()),
        Exemption::OnlyWhenSsoUnhealthy,
        Exemption::OwnersAndAdmins,
        Exemption::OwnersOnly,
    ];
    worlds = vary(&worlds, &exemptions, |world, exemption| {
        world.exemption = exemption.clone();
    });
    // Only a lapsed domain looks at these.
    let (lapsed, mut others): (Vec<_>, Vec<_>) = worlds
        .into_iter()
        .partition(|world| world.domain == DomainClass::OwnLapsed);
    let on_lapse = [
        OnLapse::Freeze,
        OnLapse::PasswordNoMailRecovery,
        OnLapse::SeedLetter,
    ];
    let mut lapsed = vary(&lapsed, &on_lapse, |world, on_lapse| {
        world.on_lapse = *on_lapse;
    });
    let passwords = [OwnPassword::None, OwnPassword::SetByUser];
    lapsed = vary(&lapsed, &passwords, |world, password| {
        world.password = *password;
    });
    let approvals = [RecoveryApproval::Approved, RecoveryApproval::None];
    lapsed = vary(&lapsed, &approvals, |world, approval| {
        world.recovery = *approval;
    });
    // Only an exemption for an unhealthy sign-on looks at the certificate.
    let unhealthy = vary(&others, &certificates, |world, certificate| {
        world.certificate = *certificate;
    })
    .into_iter()
    .filter(|world| {
        world.certificate != Certificate::Valid
            && world.exemption == Exemption::OnlyWhenSsoUnhealthy
    });
    let unhealthy: Vec<_> = unhealthy.collect();
    others.extend(lapsed);
    others.extend(unhealthy);
    others.extend(sso);
    others
}

/// What the organization, its connection and its people are called decides nothing.
#[test]
fn renaming_changes_no_outcome() {
    for world in worlds().iter().step_by(7) {
        let named = decide_as(world, "acme", "u1");
        let renamed = decide_as(world, "zulu", "u9");
        assert_eq!(kind_of(&named), kind_of(&renamed), "{world:?}");
        let rules = |decision: &Decision| -> Vec<_> {
            decision.reasons.iter().map(|reason| reason.rule).collect()
        };
        assert_eq!(rules(&named), rules(&renamed), "{world:?}");
    }
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
    decide_as(world, "acme", "u1")
}

fn decide_as(world: &World, organization: &str, user: &str) -> Decision {
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let organization = OrganizationId::new(organization);
    let mut settings = Settings::recommended(RecordPrefix::parse("product").unwrap());
    settings.sso = world.sso;
    settings.require_sso = world.require;
    settings.idp_managed_access = world.managed;
    settings.external_users = world.external;
    settings.exemption = world.exemption.clone();
    let mut connection = ConnectionFacts::new(ConnectionId::new("okta"));
    settings.on_lapse = world.on_lapse;
    settings.idp_initiated = world.idp_initiated;
    connection.certificate_not_after = match world.certificate {
        Certificate::Expired => Some(now),
        Certificate::Missing => None,
        Certificate::Valid => Some(now + TimeDelta::days(1)),
    };
    let known = person(world, user);
    let person = known.as_ref().map(|(account, member)| PersonFacts {
        user: &account.user,
        address: &account.address,
        domain: world.domain.clone(),
        account: account.state,
        password: account.password,
        era: world.era,
        member: member.as_ref(),
    });
    let facts = SignInFacts {
        connection: Some(connection),
        person,
        binding: world.binding,
        recovery: world.recovery,
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

fn person(world: &World, user: &str) -> Option<(Account, Option<Member>)> {
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
    let address = EmailAddress::parse("grace@example.com").unwrap();
    let mut account = Account::new(UserId::new(user), address);
    account.password = world.password;
    let member = role.map(|role| Member {
        role,
        source: MemberSource::Manual,
        manager: None,
        state,
    });
    Some((account, member))
}

fn request(kind: Kind) -> SignInRequest {
    let address = "grace@example.com".into();
    match kind {
        Kind::Insists => SignInRequest::InsistedPassword { address },
        Kind::Recovery => SignInRequest::MailRecovery { address },
        Kind::Access => SignInRequest::ProjectAccess { address },
        Kind::Password => SignInRequest::Password { address },
        Kind::SignUp => SignInRequest::SignUp { address },
        Kind::Start => SignInRequest::SsoStart { address },
        Kind::IdpSso => SignInRequest::IdpInitiatedSso(identity(address)),
        Kind::Sso => SignInRequest::Sso(identity(address)),
    }
}

fn identity(address: Personal) -> Box<AssertedIdentity> {
    Box::new(AssertedIdentity {
        connection: ConnectionId::new("okta"),
        subject: Some("s1".into()),
        email: Some(address),
        first_name: None,
        last_name: None,
        groups: Vec::new(),
        authenticated_at: None,
        session_not_on_or_after: None,
    })
}
