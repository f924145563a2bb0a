//! What holds after every sequence of changes, sign-ins and looks at DNS.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use vestibule::access::{
    Account, AccountState, BrakeState, ConnectionFacts, Decision, DomainClass, Effect, Entitlement,
    ExistingAccount, GroupRemoval, Member, MemberState, Organization, Outcome, OwnPassword, Role,
    Settings, SignInRequest, SsoState, Switch, Team, TeamState,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimPolicy, DomainHolder, DomainName,
    EmailAddress, IncompleteLookup, Observation, RecordPlacement, RecordPrefix,
};
use vestibule::identity::{
    Asserted, AssertedIdentity, ConnectionId, DirectoryChange, GroupAttributes, GroupId,
    OrganizationId, Personal, UserAttributes, UserId,
};

/// Addresses of two own domains, a foreign one and an unclaimed one; the first is the owner's.
const ADDRESSES: [&str; 8] = [
    "owner@one.example",
    "second@one.example",
    "a@one.example",
    "b@one.example",
    "c@two.example",
    "d@two.example",
    "e@foreign.example",
    "f@gmail.com",
];
const CONNECTIONS: [&str; 2] = ["okta", "entra"];
const NAMES: [&str; 4] = ["Design", "design ", "Sales", "Art"];
const DOMAINS: [&str; 2] = ["one.example", "two.example"];

#[derive(Clone, Debug)]
enum Step {
    Directory(usize, DirectoryChange),
    Observe(usize, Observation),
    SignIn(SignInRequest),
}

fn start() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn domain(name: &str) -> DomainName {
    DomainName::parse(name).unwrap()
}

fn world(removal: GroupRemoval, managed_access: Switch, require_sso: Switch) -> Organization {
    let prefix = RecordPrefix::parse("product").unwrap();
    let mut settings = Settings::recommended(prefix.clone());
    settings.entitlement = Entitlement::Active;
    settings.sso = SsoState::Enabled;
    settings.group_management = Switch::On;
    settings.group_removal = removal;
    settings.idp_managed_access = managed_access;
    settings.require_sso = require_sso;
    let mut organization = Organization::new(OrganizationId::new("acme"), settings);
    for name in DOMAINS {
        let token = ChallengeToken::from_entropy([1; 20]);
        let placement = RecordPlacement::AtDomain;
        let challenge = Challenge::new(domain(name), prefix.clone(), placement, token).unwrap();
        let seen = Observation::Present {
            assurance: Assurance::Authenticated,
            other_tokens: 0,
        };
        let claim = Claim::open(challenge, start());
        let policy = ClaimPolicy::default();
        organization.put_claim(
            claim
                .observe(seen, DomainHolder::Nobody, &policy, start())
                .claim,
        );
    }
    let login = vestibule::access::ForeignLogin::PasswordAllowed;
    let other = OrganizationId::new("other");
    organization.hold_elsewhere(domain("foreign.example"), other, login);
    for connection in CONNECTIONS {
        organization.put_connection(ConnectionFacts {
            certificate_not_after: Some(start() + TimeDelta::days(3650)),
            ..ConnectionFacts::new(ConnectionId::new(connection))
        });
        let begun = BrakeState::begun(start() - TimeDelta::days(9));
        organization.put_brake(ConnectionId::new(connection), begun);
    }
    for (index, address) in ADDRESSES.iter().enumerate() {
        put_person(&mut organization, index, address);
    }
    organization.put_team(
        GroupId::new("team"),
        Team {
            name: "Sales".to_owned(),
            state: TeamState::Unmanaged,
            members: ids().into_iter().collect(),
        },
    );
    organization
}

/// Two owners with passwords of their own; of the others every second one is a member.
fn put_person(organization: &mut Organization, index: usize, address: &str) {
    let user = ids()[index].clone();
    let mut account = Account::new(user.clone(), EmailAddress::parse(address).unwrap());
    if index < 2 {
        account.password = OwnPassword::SetByUser;
    }
    organization.put_account(account).unwrap();
    match index {
        0 | 1 => organization.put_member(&user, Member::manual(Role::Owner)),
        _ if index % 2 == 1 => organization.put_member(&user, Member::manual(Role::Member)),
        _ => {}
    }
}

fn ids() -> Vec<UserId> {
    (0..ADDRESSES.len())
        .map(|index| UserId::new(format!("u{index}")))
        .collect()
}

fn any_user() -> impl Strategy<Value = UserId> {
    let mut ids = ids();
    ids.extend((0..4).map(|number| UserId::new(format!("acme-user-{number}"))));
    prop::sample::select(ids)
}

fn any_group() -> impl Strategy<Value = GroupId> {
    let mut ids = vec![GroupId::new("team")];
    ids.extend((0..4).map(|number| GroupId::new(format!("acme-group-{number}"))));
    prop::sample::select(ids)
}

fn any_address() -> impl Strategy<Value = Personal> {
    let mut addresses = ADDRESSES.map(Personal::new).to_vec();
    addresses.extend(["new@one.example", "New@one.example", "x@y@one.example"].map(Personal::new));
    prop::sample::select(addresses)
}

fn asserted<T: Clone + std::fmt::Debug>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Asserted<T>> {
    prop_oneof![
        3 => Just(Asserted::Absent),
        1 => Just(Asserted::Cleared),
        4 => value.prop_map(Asserted::Value),
    ]
}

fn any_attributes() -> impl Strategy<Value = UserAttributes> {
    let name = prop::sample::select(vec![Personal::new("Ada"), Personal::new("Grace")]);
    (
        asserted(any_address()),
        asserted(any_address()),
        asserted(any::<bool>()),
        asserted(name),
    )
        .prop_map(|(user_name, email, active, first_name)| UserAttributes {
            user_name,
            email,
            active,
            first_name,
            ..UserAttributes::default()
        })
}

fn any_change() -> impl Strategy<Value = DirectoryChange> {
    let users = || prop::collection::vec(any_user(), 0..4);
    let name = || prop::sample::select(NAMES.map(str::to_owned).to_vec());
    prop_oneof![
        any_attributes().prop_map(DirectoryChange::CreateUser),
        (any_user(), any_attributes())
            .prop_map(|(user, attributes)| DirectoryChange::UpdateUser { user, attributes }),
        any_user().prop_map(|user| DirectoryChange::DeleteUser { user }),
        (name(), users()).prop_map(|(display_name, members)| {
            DirectoryChange::CreateGroup(GroupAttributes {
                display_name,
                external_id: None,
                members,
            })
        }),
        (any_group(), asserted(name()), users(), users()).prop_map(
            |(group, display_name, add, remove)| DirectoryChange::UpdateGroup {
                group,
                display_name,
                add,
                remove
            }
        ),
        any_group().prop_map(|group| DirectoryChange::DeleteGroup { group }),
        any_group().prop_map(|group| DirectoryChange::DisassociateGroup { group }),
    ]
}

fn any_sign_in() -> impl Strategy<Value = SignInRequest> {
    let subject = prop::sample::select(vec![Personal::new("s1"), Personal::new("s2")]);
    let connection = prop::sample::select(CONNECTIONS.to_vec());
    let sso = (any_address(), subject, connection).prop_map(|(email, subject, connection)| {
        SignInRequest::Sso(Box::new(AssertedIdentity {
            connection: ConnectionId::new(connection),
            subject: Some(subject),
            email: Some(email),
            first_name: None,
            last_name: None,
            groups: Vec::new(),
            authenticated_at: None,
            session_not_on_or_after: None,
        }))
    });
    prop_oneof![
        any_address().prop_map(|address| SignInRequest::Password { address }),
        any_address().prop_map(|address| SignInRequest::SignUp { address }),
        sso,
    ]
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let assurance = Assurance::Authenticated;
    prop::sample::select(vec![
        Observation::Absent { assurance },
        Observation::Absent { assurance },
        Observation::Present {
            assurance,
            other_tokens: 0,
        },
        Observation::Indeterminate {
            cause: IncompleteLookup::Timeout,
        },
    ])
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..2_usize, any_change()).prop_map(|(by, change)| Step::Directory(by, change)),
        2 => any_sign_in().prop_map(Step::SignIn),
        1 => (0..2_usize, any_observation()).prop_map(|(at, seen)| Step::Observe(at, seen)),
    ]
}

fn decide(organization: &Organization, step: &Step, now: DateTime<Utc>) -> Decision {
    match step {
        Step::Directory(by, change) => {
            organization.decide_provisioning(&ConnectionId::new(CONNECTIONS[*by]), change, now)
        }
        Step::SignIn(request) => organization.decide_sign_in(request, now),
        Step::Observe(at, observation) => organization
            .decide_domain_check(&domain(DOMAINS[*at]), *observation, now)
            .unwrap(),
    }
}

fn apply_all(organization: &mut Organization, decision: &Decision) {
    for effect in &decision.effects {
        organization.apply(effect);
    }
}

/// The account that an effect changes, where it changes one that was there before.
fn touched(effect: &Effect) -> Option<&UserId> {
    match effect {
        Effect::AddToTeam { user, .. }
        | Effect::AdoptMember { user, .. }
        | Effect::DeactivateMember { user, .. }
        | Effect::LinkSubject { user, .. }
        | Effect::EndMembership { user }
        | Effect::EraseMemberData { user }
        | Effect::ReactivateMember { user }
        | Effect::RestoreMember { user, .. }
        | Effect::RemoveFromTeam { user, .. }
        | Effect::UpdateProfile { user, .. }
        | Effect::ChangeRole { user, .. }
        | Effect::JoinLinkedOrganization { user, .. }
        | Effect::LeaveLinkedOrganization { user, .. }
        | Effect::RecordProof { user, .. }
        | Effect::RequestConsent { user, .. }
        | Effect::AddMember { user, .. } => Some(user),
        Effect::ChangeSettings(_)
        | Effect::RecordHold(_)
        | Effect::ApproveFirstSync { .. }
        | Effect::CountGroupLoss { .. }
        | Effect::CountRefusal { .. }
        | Effect::Invite { .. }
        | Effect::NoteSetup { .. }
        | Effect::SetConnectionHealth { .. }
        | Effect::RecordTokens(_)
        | Effect::ReleaseHold { .. }
        | Effect::ReleaseTeam { .. }
        | Effect::RestoreTeam { .. }
        | Effect::SetGroupManagement(_)
        | Effect::SpendBudget { .. }
        | Effect::ConsumeInvitation { .. }
        | Effect::CreateAccount { .. }
        | Effect::CreateTeam { .. }
        | Effect::DeleteTeam { .. }
        | Effect::DropClaim { .. }
        | Effect::IssueLinkCode
        | Effect::LinkOrganization { .. }
        | Effect::MaterializeTeam { .. }
        | Effect::Notify(_)
        | Effect::RecordClaim(_)
        | Effect::RemoveConnection { .. }
        | Effect::RenameTeam { .. }
        | Effect::StoreConnection(_)
        | Effect::TransferClaim { .. }
        | Effect::TakeOverTeam { .. } => None,
    }
}

/// Rules USER-01, USER-23 and C-28: own verified domains, but for the leavers of a lapsed one.
fn check_reach(organization: &Organization, step: &Step, decision: &Decision) {
    for effect in &decision.effects {
        let account = touched(effect).and_then(|user| organization.account(user));
        let Some(account) = account else { continue };
        let class = organization.domain_class(account.address.domain());
        let leaves = matches!(step, Step::Directory(..))
            && matches!(effect, Effect::DeactivateMember { .. });
        let may = class == DomainClass::OwnVerified || (leaves && class == DomainClass::OwnLapsed);
        assert!(may, "{step:?} touches {class:?} by {effect:?}");
    }
}

fn check_owner(organization: &Organization) {
    let standing = organization.members().any(|(user, member)| {
        let account = organization.account(user).unwrap();
        member.role == Role::Owner
            && member.is_active()
            && account.state == AccountState::Active
            && account.password == OwnPassword::SetByUser
    });
    assert!(
        standing,
        "no owner is left who can enter without the identity provider"
    );
}

/// How many members were switched off, and how many Teams are left.
fn destroyed(organization: &Organization) -> (usize, usize) {
    let off = |member: &Member| matches!(member.state, MemberState::Deactivated(_));
    let off = organization.members().filter(|(_, member)| off(member));
    (off.count(), organization.teams().count())
}

/// Rule LOGIN-16.
fn check_deactivated(organization: &Organization, now: DateTime<Utc>) {
    for (user, member) in organization
        .members()
        .filter(|(_, member)| !member.is_active())
    {
        let address = Personal::new(organization.account(user).unwrap().address.expose());
        let sso = AssertedIdentity {
            connection: ConnectionId::new("okta"),
            subject: Some(Personal::new("a subject that nobody has")),
            email: Some(address.clone()),
            first_name: None,
            last_name: None,
            groups: Vec::new(),
            authenticated_at: None,
            session_not_on_or_after: None,
        };
        for request in [
            SignInRequest::Password {
                address: address.clone(),
            },
            SignInRequest::ProjectAccess {
                address: address.clone(),
            },
            SignInRequest::SignUp {
                address: address.clone(),
            },
            SignInRequest::InsistedPassword {
                address: address.clone(),
            },
            SignInRequest::MailRecovery {
                address: address.clone(),
            },
            SignInRequest::SsoStart { address },
            SignInRequest::IdpInitiatedSso(Box::new(sso.clone())),
            SignInRequest::Sso(Box::new(sso)),
        ] {
            let decision = organization.decide_sign_in(&request, now);
            let denied = matches!(decision.outcome, Outcome::Deny { .. });
            assert!(
                denied
                    && decision
                        .effects
                        .iter()
                        .all(|effect| matches!(effect, Effect::Notify(_))),
                "{member:?} {request:?}"
            );
        }
    }
}

/// A carried-out change, asked for again, changes nothing more.
fn check_replay(organization: &Organization, step: &Step, now: DateTime<Utc>) {
    if matches!(
        step,
        Step::Observe(..) | Step::Directory(_, DirectoryChange::CreateUser(_))
    ) {
        return;
    }
    let mut replayed = organization.clone();
    let mut decision = decide(organization, step, now);
    // Each refusal counts, and nothing else that is repeated does.
    let counts = |effect: &Effect| effect.name() == "count-refusal";
    decision.effects.retain(|effect| !counts(effect));
    apply_all(&mut replayed, &decision);
    assert_eq!(
        &replayed, organization,
        "{step:?} changes more when repeated: {decision:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_sequence_keeps_the_promises(
        steps in prop::collection::vec(any_step(), 1..40),
        removal in prop::sample::select(vec![GroupRemoval::LeaveMembers, GroupRemoval::DeactivateOrphans]),
        managed_access in prop::sample::select(vec![Switch::Off, Switch::On]),
        require_sso in prop::sample::select(vec![Switch::Off, Switch::On]),
        confirm_adoption in prop::sample::select(vec![Switch::Off, Switch::On]),
        existing_account in prop::sample::select(vec![
            ExistingAccount::Fail, ExistingAccount::Invite, ExistingAccount::RequestConsent,
        ]),
    ) {
        let mut organization = world(removal, managed_access, require_sso);
        organization.settings_mut().confirm_adoption = confirm_adoption;
        organization.settings_mut().existing_account = existing_account;
        let mut now = start();
        for step in steps {
            now += TimeDelta::hours(25);
            let decision = decide(&organization, &step, now);
            prop_assert_eq!(&decision, &decide(&organization, &step, now));
            prop_assert!(!decision.reasons.is_empty());
            check_reach(&organization, &step, &decision);
            let before = organization.clone();
            apply_all(&mut organization, &decision);
            let once = organization.clone();
            apply_all(&mut organization, &decision);
            prop_assert_eq!(&organization, &once);
            if let Outcome::Deny { .. } = decision.outcome {
                let counts = |effect: &Effect| {
                    let names = ["count-refusal", "invite", "notify", "request-consent"];
                    names.contains(&effect.name())
                };
                prop_assert!(decision.effects.iter().all(counts) || matches!(step, Step::Observe(..)));
                prop_assert_eq!(destroyed(&organization), destroyed(&before));
            }
            check_owner(&organization);
            check_deactivated(&organization, now);
            check_replay(&organization, &step, now);
        }
    }
}

#[test]
fn no_address_name_or_subject_is_in_the_debug_form_of_a_decision() {
    let mut organization = world(GroupRemoval::LeaveMembers, Switch::On, Switch::Off);
    let change = DirectoryChange::CreateUser(UserAttributes {
        user_name: Asserted::Value("secretaddress@one.example".into()),
        first_name: Asserted::Value("Secretname".into()),
        ..UserAttributes::default()
    });
    let okta = ConnectionId::new("okta");
    let created = organization.decide_provisioning(&okta, &change, start());
    apply_all(&mut organization, &created);
    let user = organization
        .account_of(&EmailAddress::parse("secretaddress@one.example").unwrap())
        .unwrap()
        .user
        .clone();
    let renamed = organization.decide_provisioning(
        &okta,
        &DirectoryChange::UpdateUser {
            user,
            attributes: UserAttributes {
                first_name: Asserted::Value("Secretother".into()),
                ..UserAttributes::default()
            },
        },
        start(),
    );
    let audit = renamed.audit.as_ref().unwrap();
    assert_eq!(audit.values[0].old, Some("Secretname".into()));
    let text = format!("{created:?} {renamed:?} {organization:?} {change:?}").to_lowercase();
    assert!(!text.contains("secret"));
}

#[test]
fn a_decision_survives_storage() {
    let organization = world(GroupRemoval::LeaveMembers, Switch::On, Switch::Off);
    let request = SignInRequest::Password {
        address: "a@one.example".into(),
    };
    let decision = organization
        .decide_sign_in(&request, start())
        .with_correlation("request-7");
    let text = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&text).unwrap(), decision);
}
