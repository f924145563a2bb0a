//! What an organization in memory holds: what was put is found, and what was removed leaves nothing.

mod acme;

use acme::{empty_organization, okta, prefix, start};
use std::collections::BTreeSet;

use chrono::TimeDelta;
use vestibule::access::{
    Account, Actor, Asked, Batch, Brake, BrakeState, CertificateFacts, ConnectionTokens, Decision,
    DenyCode, DomainClass, Effect, FamilyPlace, FirstSync, ForeignLogin, HeldChange, HeldTarget,
    ImportFilter, Member, MemberSource, MemberState, Organization, Outcome, OwnPassword, PlanHash,
    PlanSummary, ProfileChange, ProviderProduct, Role, RuleId, SettingsRequest, SignInRequest,
    SsoConfiguration, Switch, Taken, Team, TeamPresence, TeamState, TokenHash, TokenSecret,
    TokenState, Warning, decide_sign_in,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, DomainName, EmailAddress, MailDomain,
    RecordPlacement, TxtAnswer, TxtLookup, TxtRecord,
};
use vestibule::identity::{
    Asserted, AssertedIdentity, ConnectionId, DirectoryChange, GroupAttributes, GroupId,
    OrganizationId, Personal, UserAttributes, UserId,
};
use vestibule::limits::MAX_TOKEN_BYTES;

const NAMES: [&str; 2] = ["owner", "user"];

fn user(name: &str) -> UserId {
    UserId::new(name)
}

fn address(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@one.example")).unwrap()
}

fn people() -> Organization {
    let mut organization = empty_organization(start());
    organization.remove_connection(&okta());
    for name in NAMES {
        let mut account = Account::new(user(name), address(name));
        account.password = OwnPassword::SetByUser;
        organization.put_account(account).unwrap();
        let role = if name == "owner" {
            Role::Owner
        } else {
            Role::Member
        };
        organization.put_member(&user(name), Member::manual(role));
    }
    organization
}

fn secret(connection: &str) -> TokenSecret {
    let entropy = connection.len().try_into().unwrap();
    TokenSecret::from_entropy(&prefix(), [entropy; 32])
}

fn brake() -> BrakeState {
    let mut state = BrakeState::begun(start());
    state.first_sync = FirstSync::Approved;
    state
}

fn tokens(connection: &str) -> ConnectionTokens {
    let id = OrganizationId::new("acme");
    let none = ConnectionTokens::none(id, ConnectionId::new(connection));
    none.with_issued(secret(connection).hash(), user("owner"), 0, start())
}

/// Each with a configuration, a brake, a token and a subject of every person.
fn with(connections: &[&str]) -> Organization {
    let mut organization = people();
    for name in connections {
        let connection = ConnectionId::new(*name);
        organization.put_configuration(SsoConfiguration::new(
            connection.clone(),
            ProviderProduct::Okta,
        ));
        organization.apply(&Effect::RecordTokens(Box::new(tokens(name))));
        organization.put_brake(connection.clone(), brake());
        for person in NAMES {
            organization.apply(&Effect::LinkSubject {
                connection: connection.clone(),
                subject: Personal::new(format!("{name}-{person}")),
                user: user(person),
            });
        }
    }
    organization
}

#[test]
fn a_removed_connection_leaves_nothing_and_takes_nothing_else() {
    let both = with(&["okta", "entra"]);
    for (removed, kept) in [("okta", "entra"), ("entra", "okta")] {
        let mut without = both.clone();
        without.remove_connection(&ConnectionId::new(removed));
        assert_eq!(without, with(&[kept]));
        assert_ne!(without, with(&[removed]));
    }
}

#[test]
fn what_is_stored_of_a_connection_is_found_by_its_identifier() {
    let organization = with(&["okta"]);
    assert_eq!(organization.brake(&okta()), Some(&brake()));
    assert_eq!(organization.tokens(&okta()), Some(&tokens("okta")));
    let entra = ConnectionId::new("entra");
    assert_eq!(organization.brake(&entra), None);
    assert_eq!(organization.tokens(&entra), None);
}

/// Rule TOKEN-03.
#[test]
fn a_token_says_whose_request_it_is() {
    let organization = with(&["okta", "entra"]);
    for name in ["okta", "entra"] {
        let presented = secret(name);
        let token = organization.authenticate(presented.expose(), start());
        let token = token.unwrap();
        assert_eq!(token.connection, ConnectionId::new(name));
        assert_eq!(token.issued_by, user("owner"));
        assert_eq!(token.state, TokenState::Active);
    }
    let unknown = secret("another");
    let refused = organization.authenticate(unknown.expose(), start());
    assert_eq!(refused, Err(DenyCode::TokenInvalid));
}

/// Rule C-08 and the threat of a sold domain: a holder is counted once for as long as it holds.
#[test]
fn holders_of_a_domain_are_counted_and_not_how_often_they_are_told() {
    let held = |holders: &[&str]| {
        let mut organization = people();
        for holder in holders {
            let domain = DomainName::parse("two.example").unwrap();
            let holder = OrganizationId::new(*holder);
            organization.hold_elsewhere(domain, holder, ForeignLogin::SsoRequired);
        }
        organization
    };
    assert_eq!(held(&["other", "other"]), held(&["other"]));
    assert_ne!(held(&["third", "other"]), held(&["other"]));
}

#[test]
fn an_address_has_one_account() {
    let mut organization = people();
    let before = organization.clone();
    let second = Account::new(user("second"), address("user"));
    assert_eq!(
        organization.put_account(second),
        Err(DenyCode::AddressInUse)
    );
    assert_eq!(organization, before);
    assert_eq!(
        organization.account_of(&address("user")).unwrap().user,
        user("user")
    );
    let again = organization.account(&user("user")).unwrap().clone();
    assert_eq!(organization.put_account(again), Ok(()));
    assert_eq!(organization, before);
}

/// Rule C-19: who configures a connection does not say that somebody entered through it.
#[test]
fn a_success_is_seen_and_not_configured() {
    let actor = Actor {
        user: user("owner"),
        role: Role::Owner,
        proved_at: Some(start()),
    };
    let configuration = |issuer: &str, last_success| {
        let mut okta = SsoConfiguration::new(okta(), ProviderProduct::Okta);
        okta.issuer = Some(issuer.to_owned());
        okta.sign_on_url = Some("https://idp.example.com/sso".to_owned());
        okta.certificates = vec![CertificateFacts {
            not_after: start() + TimeDelta::days(400),
            fingerprint: "ab:cd".to_owned(),
        }];
        okta.last_success = last_success;
        okta
    };
    let stored = |organization: &Organization, new: SsoConfiguration| {
        let request = SettingsRequest::Configure(Box::new(new));
        let mut after = organization.clone();
        for effect in organization
            .decide_settings(&actor, &request, start())
            .effects
        {
            after.apply(&effect);
        }
        let mut configurations = after.configurations();
        configurations.next().unwrap().last_success
    };
    let said = Some(start());
    let seen = Some(start() - TimeDelta::days(1));
    assert_eq!(stored(&people(), configuration("urn:okta", said)), None);
    let mut organization = people();
    organization.put_configuration(configuration("urn:okta", seen));
    assert_eq!(stored(&organization, configuration("urn:okta", said)), seen);
    assert_eq!(
        stored(&organization, configuration("urn:another", said)),
        None
    );
}

// Effects.

fn create_account(name: &str, of: &str) -> Effect {
    Effect::CreateAccount {
        user: user(name),
        address: address(of),
        profile: Box::default(),
    }
}

#[test]
fn an_account_is_created_once_and_knows_who_held_its_domain_before() {
    let mut organization = people();
    let before = organization.clone();
    organization.apply(&create_account("third", "user"));
    organization.apply(&create_account("user", "third"));
    assert_eq!(organization, before);
    let domain = DomainName::parse("one.example").unwrap();
    organization.hold_elsewhere(
        domain,
        OrganizationId::new("other"),
        ForeignLogin::SsoRequired,
    );
    organization.apply(&create_account("third", "third"));
    let holders = |name| organization.account(&user(name)).unwrap().earlier_holders;
    assert_eq!((holders("user"), holders("third")), (0, 1));
}

#[test]
fn an_identifier_that_is_taken_is_not_made_again() {
    let mut organization = people();
    organization.put_connection(vestibule::access::ConnectionFacts::new(okta()));
    let made = |organization: &Organization| {
        let attributes = UserAttributes {
            user_name: Asserted::Value("new@one.example".into()),
            ..UserAttributes::default()
        };
        let facts = DirectoryChange::CreateUser(attributes);
        organization.provisioning_facts(&okta(), &facts).new_user
    };
    let first = made(&organization);
    let account = Account::new(first.clone(), address("taken"));
    organization.put_account(account).unwrap();
    assert_ne!(made(&organization), first);
}

#[test]
fn an_address_changes_unless_it_is_somebody_elses() {
    let changed = |to: &str| {
        let mut organization = people();
        organization.apply(&Effect::UpdateProfile {
            user: user("user"),
            change: Box::new(ProfileChange {
                address: Some(EmailAddress::parse(to).unwrap()),
                ..ProfileChange::default()
            }),
        });
        let account = organization.account(&user("user")).unwrap();
        account.address.expose().to_owned()
    };
    assert_eq!(changed("new@one.example"), "new@one.example");
    assert_eq!(changed("User@one.example"), "User@one.example");
    assert_eq!(changed("owner@one.example"), "user@one.example");
}

#[test]
fn a_linked_organization_is_joined_and_left_where_it_is_meant() {
    let acme = OrganizationId::new("acme");
    let mut organization = people();
    organization.apply(&create_account("third", "third"));
    let before = organization.clone();
    let join = |organization: &OrganizationId| Effect::JoinLinkedOrganization {
        organization: organization.clone(),
        user: user("third"),
    };
    let leave = |organization: &OrganizationId| Effect::LeaveLinkedOrganization {
        organization: organization.clone(),
        user: user("third"),
    };
    let labs = OrganizationId::new("labs");
    organization.apply(&join(&labs));
    assert_eq!(organization, before);
    organization.apply(&join(&acme));
    let member = organization.member(&user("third")).unwrap();
    assert_eq!(
        (member.role, member.source),
        (Role::Member, MemberSource::Directory)
    );
    organization.apply(&leave(&labs));
    assert!(organization.member(&user("third")).is_some());
    organization.apply(&leave(&acme));
    assert_eq!(organization, before);
}

fn group(name: &str) -> GroupId {
    GroupId::new(name)
}

fn managed(connection: &str, presence: TeamPresence) -> TeamState {
    TeamState::Managed {
        connection: ConnectionId::new(connection),
        external_id: None,
        presence,
    }
}

/// The Team `design` with these members.
fn team(state: TeamState, members: &[&str]) -> Team {
    Team {
        name: "Design".to_owned(),
        state,
        members: members.iter().map(|name| user(name)).collect(),
    }
}

#[test]
fn a_team_is_renamed_taken_over_and_made() {
    let mut organization = with(&["okta"]);
    organization.put_team(group("design"), team(TeamState::Unmanaged, &["user"]));
    let state =
        |organization: &Organization| organization.team(&group("design")).unwrap().state.clone();
    let take = |from: Option<&str>| Effect::TakeOverTeam {
        group: group("design"),
        connection: okta(),
        external_id: None,
        from: from.map(ConnectionId::new),
    };
    organization.apply(&take(Some("entra")));
    assert_eq!(state(&organization), TeamState::Unmanaged);
    organization.apply(&take(None));
    assert_eq!(state(&organization), managed("okta", TeamPresence::Present));
    let away = TeamPresence::Deferred;
    organization.put_team(group("design"), team(managed("okta", away), &["user"]));
    organization.apply(&Effect::MaterializeTeam {
        group: group("design"),
    });
    assert_eq!(state(&organization), managed("okta", TeamPresence::Present));
    organization.apply(&Effect::RenameTeam {
        group: group("design"),
        name: "Art".to_owned(),
    });
    let found = |name: &str| {
        let create = DirectoryChange::CreateGroup(GroupAttributes {
            display_name: name.to_owned(),
            external_id: None,
            members: Vec::new(),
        });
        organization
            .provisioning_facts(&okta(), &create)
            .named_teams
            .len()
    };
    assert_eq!((found("Art"), found("Design")), (1, 0));
}

/// Rules GROUP-02 and GROUP-24: without group management no directory manages a Team.
#[test]
fn group_management_that_ends_releases_teams() {
    let state = |to| {
        let mut organization = with(&["okta"]);
        let present = managed("okta", TeamPresence::Present);
        organization.put_team(group("design"), team(present, &["user"]));
        organization.apply(&Effect::SetGroupManagement(to));
        assert_eq!(organization.settings().group_management, to);
        organization.team(&group("design")).unwrap().state.clone()
    };
    assert_eq!(state(Switch::Off), TeamState::Unmanaged);
    assert_eq!(state(Switch::On), managed("okta", TeamPresence::Present));
}

// Tokens.

/// Rules TOKEN-04 and C-22: when a token was changed, for how long the old one works, who may use it.
#[test]
fn a_token_that_changes_is_known_to_have_changed() {
    let later = start() + TimeDelta::minutes(10);
    let by = || user("owner");
    let first = tokens("okta");
    let hash = || secret("another").hash();
    assert_eq!(first.changed_at(), None);
    let second = first.with_issued(hash(), by(), 5, later);
    assert_eq!(second.changed_at(), Some(later));
    assert_eq!(
        second.retiring(later).map(|token| token.hash),
        Some(secret("okta").hash())
    );
    let at_once = first.with_issued(hash(), by(), 0, later);
    let stored = serde_json::to_value(&at_once).unwrap();
    assert!(stored["retiring"].is_null(), "no time is no time");
    let latest = later + TimeDelta::minutes(1);
    assert_eq!(first.revoked(latest).changed_at(), Some(latest));
    assert_eq!(second.revoked(latest).changed_at(), Some(latest));
    let none = first.revoked(later);
    assert_eq!(none.revoked(latest), none);
}

#[test]
fn a_token_is_for_one_organization_and_of_bounded_length() {
    let acme = OrganizationId::new("acme");
    let none = ConnectionTokens::none(acme.clone(), okta());
    let accepted = |bytes: usize, organization: &OrganizationId| {
        let text = "a".repeat(bytes);
        let tokens = none.with_issued(TokenHash::of(&text), user("owner"), 0, start());
        tokens.authenticate(organization, &text, start()).is_ok()
    };
    assert!(accepted(MAX_TOKEN_BYTES, &acme));
    assert!(!accepted(MAX_TOKEN_BYTES + 1, &acme));
    assert!(accepted(20, &acme));
    assert!(!accepted(20, &OrganizationId::new("other")));
}

#[test]
fn the_time_at_which_an_old_token_ends_is_waited_for() {
    let wake = |overlap| {
        let mut organization = with(&["okta"]);
        organization.settings_mut().token_overlap_minutes = overlap;
        let decision =
            organization.decide_token_issue(&okta(), &actor(), &secret("another"), start());
        assert!(matches!(decision.outcome, Outcome::Allow(_)));
        decision.next_wake
    };
    assert_eq!(wake(0), None);
    assert_eq!(wake(5), Some(start() + TimeDelta::minutes(5)));
}

// Facts that a host may find, and this organization does not.

/// Rule C-09: an address for notices was never proved.
#[test]
fn recovery_goes_to_the_address_that_was_proved() {
    let organization = people();
    let request = SignInRequest::MailRecovery {
        address: Personal::new("user@one.example"),
    };
    let outcome = |proved: &str| {
        let proved = address(proved);
        let mut facts = organization.sign_in_facts(&request);
        if let Some(person) = &mut facts.person {
            person.address = &proved;
            person.password = OwnPassword::SetByUser;
        }
        decide_sign_in(&facts, &request, start()).outcome
    };
    assert!(matches!(outcome("user"), Outcome::Allow(_)));
    let refused = outcome("another");
    let code = DenyCode::RecoveryAddressNotProved;
    assert!(matches!(refused, Outcome::Deny { code: found, .. } if found == code));
}

/// Rule LOGIN-15: who asserts no address asserts none of another organization.
#[test]
fn a_foreign_domain_is_reported_when_it_was_asserted() {
    let organization = with(&["okta"]);
    let notices = |email: Option<&str>| {
        let request = SignInRequest::Sso(Box::new(AssertedIdentity {
            connection: okta(),
            subject: Some("s1".into()),
            email: email.map(Personal::new),
            first_name: None,
            last_name: None,
            groups: Vec::new(),
            authenticated_at: None,
            session_not_on_or_after: None,
        }));
        let mut facts = organization.sign_in_facts(&request);
        facts.domain = DomainClass::ForeignVerified {
            holder: OrganizationId::new("other"),
            login: ForeignLogin::SsoRequired,
        };
        names(&decide_sign_in(&facts, &request, start()))
    };
    assert_eq!(notices(Some("a@two.example")), ["notify"]);
    assert_eq!(notices(None), [""; 0]);
}

// Families, domains, time.

#[test]
fn who_administers_the_family_is_an_active_owner_or_admin_there() {
    let place = |role, state: Option<MemberState>| {
        let mut admin =
            Organization::new(OrganizationId::new("admin"), people().settings().clone());
        admin
            .put_account(Account::new(user("owner"), address("owner")))
            .unwrap();
        let member = Member::manual(role);
        admin.put_member(
            &user("owner"),
            Member {
                state: state.unwrap_or(MemberState::Active),
                ..member
            },
        );
        let mut organization = people();
        let before = organization.clone();
        organization.apply(&Effect::LinkOrganization {
            admin: admin.id().clone(),
            linked: organization.id().clone(),
        });
        organization.follow(&admin);
        let place = organization
            .settings_facts(&actor(), &SettingsRequest::Read)
            .place;
        organization.leave_family();
        assert_eq!(organization, before);
        place
    };
    let linked = |role_in_admin| FamilyPlace::Linked {
        admin: OrganizationId::new("admin"),
        role_in_admin,
    };
    assert_eq!(place(Role::Admin, None), linked(Some(Role::Admin)));
    assert_eq!(place(Role::Member, None), linked(None));
    let off = MemberState::Deactivated(vestibule::access::Deactivation {
        by: vestibule::access::DeactivatedBy::Administrator,
        tombstone_until: None,
    });
    assert_eq!(place(Role::Admin, Some(off)), linked(None));
}

fn actor() -> Actor {
    Actor {
        user: user("owner"),
        role: Role::Owner,
        proved_at: Some(start()),
    }
}

/// Rule C-12, of the domains of others.
#[test]
fn a_domain_held_elsewhere_with_its_subdomains_holds_what_is_below() {
    let class = |name: &str, subdomains: bool| {
        let mut organization = people();
        let domain = DomainName::parse("two.example").unwrap();
        let other = OrganizationId::new("other");
        match subdomains {
            true => {
                organization.hold_subdomains_elsewhere(domain, other, ForeignLogin::SsoRequired);
            }
            false => organization.hold_elsewhere(domain, other, ForeignLogin::SsoRequired),
        }
        organization.domain_class(&MailDomain::parse(name).unwrap())
    };
    let foreign = DomainClass::ForeignVerified {
        holder: OrganizationId::new("other"),
        login: ForeignLogin::SsoRequired,
    };
    assert_eq!(class("two.example", false), foreign);
    assert_eq!(class("two.example", true), foreign);
    assert_eq!(class("eng.two.example", false), DomainClass::Unclaimed);
    assert_eq!(class("eng.two.example", true), foreign);
}

#[test]
fn what_is_noted_of_a_person_is_found_and_ends() {
    let mut organization = people();
    let before = organization.clone();
    organization.approve_recovery(user("user"));
    assert_ne!(organization, before);
    organization.end_recovery(&user("user"));
    assert_eq!(organization, before);
    organization.note_consent(user("user"));
    organization.note_direct_assignment(user("user"));
    assert_ne!(organization, before);
    organization.withdraw_consent(&user("user"));
    organization.end_direct_assignment(&user("user"));
    assert_eq!(organization, before);
    assert_eq!(organization.proved_at(&user("user")), None);
    organization.apply(&Effect::RecordProof {
        user: user("user"),
        at: start(),
    });
    assert_eq!(organization.proved_at(&user("user")), Some(start()));
}

#[test]
fn the_next_wake_is_the_first_of_claims_and_certificates() {
    let mut organization =
        Organization::new(OrganizationId::new("acme"), people().settings().clone());
    assert_eq!(organization.next_wake(start()), None);
    let mut configuration = SsoConfiguration::new(okta(), ProviderProduct::Okta);
    configuration.certificates = vec![CertificateFacts {
        not_after: start() + TimeDelta::days(31),
        fingerprint: "ab:cd".to_owned(),
    }];
    organization.put_configuration(configuration);
    let threshold = start() + TimeDelta::days(1);
    assert_eq!(organization.next_wake(start()), Some(threshold));
    let domain = DomainName::parse("two.example").unwrap();
    let token = ChallengeToken::from_entropy([1; 20]);
    let challenge = Challenge::new(domain, prefix(), RecordPlacement::AtDomain, token);
    organization.put_claim(Claim::open(challenge.unwrap(), start()));
    let first_look = start() + TimeDelta::minutes(1);
    assert_eq!(organization.next_wake(start()), Some(first_look));
}

/// Rules IMPORT-03 and IMPORT-04.
#[test]
fn an_import_lists_who_is_new_before_who_was_imported() {
    let mut organization = with(&["okta"]);
    let imported = Member {
        manager: Some(okta()),
        ..Member::manual(Role::Owner)
    };
    organization.put_member(&user("owner"), imported);
    let listed = |filter| -> Vec<UserId> {
        let entries = organization.import_listing(filter).into_iter();
        entries.map(|entry| entry.user).collect()
    };
    assert_eq!(listed(ImportFilter::All), [user("user"), user("owner")]);
    assert_eq!(listed(ImportFilter::NewOnly), [user("user")]);
}

// Plans, waits and undoing.

/// A directory whose first synchronization has just begun: what it takes away waits.
fn beginning(members: &[&str]) -> Organization {
    let mut organization = empty_organization(start());
    for name in members {
        let account = Account::new(user(name), address(name));
        organization.put_account(account).unwrap();
        let member = Member {
            manager: Some(okta()),
            ..Member::manual(Role::Member)
        };
        organization.put_member(&user(name), member);
    }
    let present = managed("okta", TeamPresence::Present);
    organization.put_team(group("design"), team(present, members));
    organization
}

fn carried_out(organization: &mut Organization, change: &DirectoryChange) -> Decision {
    let decision = organization.decide_provisioning(&okta(), change, start());
    decision
        .effects
        .iter()
        .for_each(|effect| organization.apply(effect));
    decision
}

fn delete(name: &str) -> DirectoryChange {
    DirectoryChange::DeleteUser { user: user(name) }
}

fn of_design(add: &[&str], remove: &[&str]) -> DirectoryChange {
    let users = |names: &[&str]| names.iter().map(|name| user(name)).collect();
    DirectoryChange::UpdateGroup {
        group: group("design"),
        display_name: Asserted::Absent,
        add: users(add),
        remove: users(remove),
    }
}

fn names(decision: &Decision) -> Vec<&'static str> {
    decision.effects.iter().map(Effect::name).collect()
}

/// Rule GUARD-07; a directory repeats itself, and people read every notice.
#[test]
fn what_waits_already_is_not_recorded_again_and_something_else_is() {
    let mut organization = beginning(&["a"]);
    let off = DirectoryChange::UpdateUser {
        user: user("a"),
        attributes: UserAttributes {
            active: Asserted::Value(false),
            ..UserAttributes::default()
        },
    };
    let first = carried_out(&mut organization, &off);
    assert!(matches!(first.outcome, Outcome::Hold(_)));
    assert_eq!(names(&first), ["record-hold", "notify"]);
    let again = carried_out(&mut organization, &off);
    assert!(matches!(again.outcome, Outcome::Hold(_)));
    assert_eq!(names(&again), [""; 0]);
    let other = carried_out(&mut organization, &delete("a"));
    assert_eq!(names(&other), ["record-hold", "notify"]);
    let pending = |asked| {
        move |member: &Member| match &member.state {
            MemberState::PendingDeprovision(held) => held.asked == asked,
            _ => false,
        }
    };
    let member = organization.member(&user("a"));
    assert!(member.is_some_and(pending(Asked::Delete)));
}

/// Rule GUARD-07: whom a new connection made to try itself out it may take away again for an hour.
#[test]
fn whom_a_connection_made_while_it_began_it_takes_away_again() {
    let mut organization = beginning(&["a"]);
    let create = DirectoryChange::CreateUser(UserAttributes {
        user_name: Asserted::Value("try@one.example".into()),
        ..UserAttributes::default()
    });
    let _ = carried_out(&mut organization, &create);
    let made = &organization.account_of(&address("try")).unwrap().user;
    let outcome = |name: &str, minutes| {
        let at = start() + TimeDelta::minutes(minutes);
        let decision = organization.decide_provisioning(&okta(), &delete(name), at);
        matches!(decision.outcome, Outcome::Allow(_))
    };
    assert!(outcome(made.as_str(), 59));
    assert!(!outcome(made.as_str(), 60));
    assert!(!outcome("a", 59));
}

/// A create for somebody who is held is about them.
#[test]
fn who_waits_is_found_by_their_address_too() {
    let mut organization = beginning(&["a", "b"]);
    let _ = carried_out(&mut organization, &delete("a"));
    let held = |name: &str| {
        let create = DirectoryChange::CreateUser(UserAttributes {
            user_name: Asserted::Value(Personal::new(address(name).expose())),
            ..UserAttributes::default()
        });
        match organization.provisioning_facts(&okta(), &create).brake {
            Brake::Engaged(facts) => facts.held.and_then(HeldChange::target),
            Brake::ReleasedByPlan => None,
        }
    };
    assert_eq!(held("a"), Some(HeldTarget::User(user("a"))));
    assert_eq!(held("b"), None);
}

/// Who was to leave a group and is added again stays; the others wait on.
#[test]
fn removals_from_a_group_wait_together_and_each_can_be_taken_back() {
    let mut organization = beginning(&["a", "b", "c"]);
    let waiting = |organization: &Organization| -> BTreeSet<UserId> {
        let held = organization.held().flat_map(|held| match &held.change {
            DirectoryChange::UpdateGroup { remove, .. } => remove.clone(),
            _ => Vec::new(),
        });
        held.collect()
    };
    let users =
        |names: &[&str]| -> BTreeSet<UserId> { names.iter().map(|name| user(name)).collect() };
    let _ = carried_out(&mut organization, &of_design(&[], &["a"]));
    let _ = carried_out(&mut organization, &of_design(&[], &["b"]));
    assert_eq!(waiting(&organization), users(&["a", "b"]));
    let back = carried_out(&mut organization, &of_design(&["a"], &[]));
    assert!(matches!(back.outcome, Outcome::Allow(_)));
    assert_eq!(back.determining_rule(), Some(RuleId::GROUP_09));
    assert_eq!(waiting(&organization), users(&["b"]));
    let nothing = carried_out(&mut organization, &of_design(&["c"], &[]));
    assert_eq!(nothing.outcome, Outcome::NoEffect);
    assert_eq!(waiting(&organization), users(&["b"]));
    let _ = carried_out(&mut organization, &of_design(&["b"], &[]));
    assert_eq!(organization.held().count(), 0);
    assert_eq!(
        organization.team(&group("design")).unwrap().members.len(),
        3
    );
}

#[test]
fn a_plan_names_a_hundred_and_counts_the_others() {
    let people: Vec<String> = (0..=PlanSummary::NAMED)
        .map(|number| format!("p{number:03}"))
        .collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let organization = beginning(&people);
    let plan = organization.plan(
        &okta(),
        people.iter().map(|name| delete(name)).collect(),
        start(),
    );
    let summary = plan.summary();
    assert_eq!(
        (summary.names.len(), summary.unnamed),
        (PlanSummary::NAMED, 1)
    );
    assert_eq!(summary.names[0].expose(), "p000@one.example");
    assert_eq!((summary.taken, plan.effects().len()), (101, 101));
    let hash = plan.hash();
    assert_eq!(PlanHash::parse(&hash.to_string()), Some(hash));
    assert_eq!(PlanHash::parse(""), None);
}

/// Rule C-37: a plan is of the facts as they were looked at, the Team's name and people included.
#[test]
fn a_plan_about_a_team_is_another_when_the_team_is() {
    let hash = |team: Team, change: DirectoryChange| {
        let mut organization = beginning(&["a"]);
        organization.put_team(group("design"), team);
        organization.plan(&okta(), vec![change], start()).hash()
    };
    let present = || team(managed("okta", TeamPresence::Present), &["a"]);
    let renamed = Team {
        name: "Art".to_owned(),
        ..present()
    };
    let delete = || DirectoryChange::DeleteGroup {
        group: group("design"),
    };
    assert_eq!(hash(present(), delete()), hash(present(), delete()));
    assert_ne!(hash(present(), delete()), hash(renamed.clone(), delete()));
    let remove = || of_design(&[], &["a"]);
    assert_ne!(hash(present(), remove()), hash(renamed, remove()));
    // Refused alike, and yet not the same facts.
    let others = |members| team(managed("entra", TeamPresence::Present), members);
    assert_ne!(hash(others(&["a"]), remove()), hash(others(&[]), remove()));
}

/// Rule GUARD-06: what somebody made or changed since stays as they left it.
#[test]
fn only_what_is_still_free_is_given_back() {
    let batch = |taken| {
        let mut batch = Batch::default();
        batch.push(taken);
        batch
    };
    let undone = |organization: &Organization, taken| {
        let decision = organization.decide_undo(&batch(taken), &actor());
        let skipped = decision
            .warnings
            .iter()
            .any(|warning| matches!(warning, Warning::UndoSkipped(_)));
        assert_eq!(decision.effects.is_empty(), skipped);
        !skipped
    };
    let deleted = || Taken::Team {
        group: group("design"),
        team: Box::new(team(TeamState::Unmanaged, &["user"])),
    };
    let mut organization = people();
    assert!(undone(&organization, deleted()));
    organization.put_team(group("other"), team(TeamState::Unmanaged, &[]));
    assert!(!undone(&organization, deleted()), "the name is taken");
    let mut organization = people();
    let renamed = Team {
        name: "Art".to_owned(),
        ..team(TeamState::Unmanaged, &[])
    };
    organization.put_team(group("design"), renamed);
    assert!(!undone(&organization, deleted()), "the identifier is taken");
    let place = |name: &str| Taken::TeamPlace {
        group: group("design"),
        user: user(name),
    };
    assert!(undone(&organization, place("user")));
    assert!(!undone(&organization, place("nobody")), "no member");
    organization.put_team(group("design"), team(TeamState::Unmanaged, &["user"]));
    assert!(!undone(&organization, place("user")), "inside already");
    assert!(!undone(&people(), place("user")), "no Team");
}

/// Rule CLAIM-08: what was found in DNS is judged by the claim's own challenge.
#[test]
fn a_lookup_is_judged_by_the_claim_of_its_domain() {
    let mut organization = people();
    let domain = DomainName::parse("two.example").unwrap();
    let token = ChallengeToken::from_entropy([1; 20]);
    let challenge = Challenge::new(domain.clone(), prefix(), RecordPlacement::AtDomain, token);
    let challenge = challenge.unwrap();
    let value = challenge.record_value();
    let lookup = TxtLookup::new(
        TxtAnswer::Records(vec![TxtRecord::new([value])]),
        Assurance::Authenticated,
    );
    let decided = |organization: &Organization| {
        let decision = organization.decide_domain_lookup(&domain, &lookup, start())?;
        decision.determining_rule()
    };
    assert_eq!(decided(&organization), None);
    organization.put_claim(Claim::open(challenge, start()));
    assert_eq!(decided(&organization), Some(RuleId::CLAIM_08));
}
