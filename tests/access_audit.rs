//! One audit event for every attempt, by the names that directories use.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use vestibule::access::{
    Account, Actor, AuditName, AuditResult, BrakeState, Decision, DirectoryState, Entitlement,
    IntegrationStep, LookupEnd, Member, Organization, OwnPassword, ProviderProduct, Role, Settings,
    SettingsRequest, SignInRequest, SsoConfiguration, SsoState, Switch, decide_lookup,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimPolicy, DomainHolder, DomainName,
    EmailAddress, Observation, RecordPlacement, RecordPrefix,
};
use vestibule::identity::{
    Asserted, ConnectionId, DirectoryChange, GroupAttributes, GroupId, OrganizationId, Personal,
    UserAttributes, UserId,
};

/// The events that the texts behind the rules name, and what each stands for.
const NAMED: [(&str, &str); 12] = [
    ("idm_integration_activate", "an integration is activated"),
    ("idm_integration_update", "an integration is updated"),
    (
        "idm_integration_reauth",
        "an integration's credentials change",
    ),
    ("idm_integration_delete", "an integration is deactivated"),
    ("user_create_provision", "a user is created"),
    ("user_update_provision", "a user is updated"),
    ("user_deprovision", "a user is switched off"),
    ("user_delete_provision", "a user is deleted"),
    ("user_lookup_provision", "a user is looked up"),
    ("group_create_provision", "a group is created"),
    ("group_update_provision", "a group is updated"),
    ("group_delete_provision", "a group is deleted"),
];

fn now() -> DateTime<Utc> {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn organization() -> Organization {
    let prefix = RecordPrefix::parse("product").unwrap();
    let settings = Settings {
        entitlement: Entitlement::Active,
        sso: SsoState::Enabled,
        group_management: Switch::On,
        directory: DirectoryState::Active,
        ..Settings::recommended(prefix.clone())
    };
    let mut acme = Organization::new(OrganizationId::new("acme"), settings);
    let okta = SsoConfiguration::new(ConnectionId::new("okta"), ProviderProduct::Okta);
    acme.put_configuration(okta);
    let begun = BrakeState::begun(now() - TimeDelta::days(9));
    acme.put_brake(ConnectionId::new("okta"), begun);
    let challenge = Challenge::new(
        DomainName::parse("example.com").unwrap(),
        prefix,
        RecordPlacement::AtDomain,
        ChallengeToken::from_entropy([1; 20]),
    );
    let seen = Observation::Present {
        assurance: Assurance::Authenticated,
        other_tokens: 0,
    };
    let claim = Claim::open(challenge.unwrap(), now());
    let policy = ClaimPolicy::default();
    acme.put_claim(
        claim
            .observe(seen, DomainHolder::Nobody, &policy, now())
            .claim,
    );
    for (name, manager) in [("owner", None), ("user", Some(ConnectionId::new("okta")))] {
        let user = UserId::new(name);
        let address = EmailAddress::parse(&format!("{name}@example.com")).unwrap();
        let account = Account::new(user.clone(), address);
        let password = OwnPassword::SetByUser;
        acme.put_account(Account {
            password,
            ..account
        })
        .unwrap();
        let role = if name == "owner" {
            Role::Owner
        } else {
            Role::Member
        };
        acme.put_member(
            &user,
            Member {
                manager,
                ..Member::manual(role)
            },
        );
    }
    acme
}

/// Each request once as it succeeds and once as it fails, with the name of its event.
fn attempts() -> Vec<(AuditName, Decision, Decision)> {
    let acme = organization();
    let owner = |role| Actor {
        user: UserId::new("owner"),
        role,
        proved_at: Some(now()),
    };
    let step = |step, name| {
        let request = SettingsRequest::Integration(ConnectionId::new("okta"), step);
        let done = acme.decide_settings(&owner(Role::Owner), &request, now());
        let failed = acme.decide_settings(&owner(Role::Member), &request, now());
        (name, done, failed)
    };
    let okta = ConnectionId::new("okta");
    let user = UserId::new("user");
    let provision = |change: DirectoryChange, name| {
        let done = acme.decide_provisioning(&okta, &change, now());
        let failed = acme.decide_provisioning(&ConnectionId::new("third"), &change, now());
        (name, done, failed)
    };
    let created = UserAttributes {
        user_name: Asserted::Value("new@example.com".into()),
        ..UserAttributes::default()
    };
    let renamed = UserAttributes {
        first_name: Asserted::Value("Ada".into()),
        ..UserAttributes::default()
    };
    let switched_off = UserAttributes {
        active: Asserted::Value(false),
        ..UserAttributes::default()
    };
    let group = GroupAttributes {
        display_name: "Design".to_owned(),
        external_id: None,
        members: vec![user.clone()],
    };
    let mut with_group = acme.clone();
    let made =
        with_group.decide_provisioning(&okta, &DirectoryChange::CreateGroup(group.clone()), now());
    for effect in &made.effects {
        with_group.apply(effect);
    }
    let id = with_group.teams().next().unwrap().0.clone();
    let of_group = |change: DirectoryChange, name| {
        let done = with_group.decide_provisioning(&okta, &change, now());
        let failed = acme.decide_provisioning(&okta, &change, now());
        (name, done, failed)
    };
    let password = |address: &str| SignInRequest::Password {
        address: address.into(),
    };
    let update = |attributes| DirectoryChange::UpdateUser {
        user: user.clone(),
        attributes,
    };
    let rename = |group: GroupId| DirectoryChange::UpdateGroup {
        group,
        display_name: Asserted::Value("Art".to_owned()),
        add: Vec::new(),
        remove: Vec::new(),
    };
    vec![
        step(IntegrationStep::Activate, AuditName::IntegrationActivate),
        step(IntegrationStep::Update, AuditName::IntegrationUpdate),
        step(IntegrationStep::Reauthorize, AuditName::IntegrationReauth),
        step(IntegrationStep::Deactivate, AuditName::IntegrationDelete),
        provision(DirectoryChange::CreateUser(created), AuditName::UserCreate),
        provision(update(renamed), AuditName::UserUpdate),
        provision(update(switched_off), AuditName::UserDeprovision),
        provision(
            DirectoryChange::DeleteUser { user: user.clone() },
            AuditName::UserDelete,
        ),
        provision(DirectoryChange::CreateGroup(group), AuditName::GroupCreate),
        of_group(rename(id.clone()), AuditName::GroupUpdate),
        (
            AuditName::UserLookup,
            decide_lookup(acme.settings(), Some(&okta), &LookupEnd::Nobody),
            decide_lookup(acme.settings(), Some(&okta), &LookupEnd::Failed),
        ),
        of_group(
            DirectoryChange::DisassociateGroup { group: id.clone() },
            AuditName::GroupDisassociate,
        ),
        of_group(
            DirectoryChange::DeleteGroup { group: id },
            AuditName::GroupDelete,
        ),
        (
            AuditName::UserSignIn,
            acme.decide_sign_in(&password("owner@example.com"), now()),
            acme.decide_sign_in(&password("nobody@example.com"), now()),
        ),
    ]
}

#[test]
fn every_attempt_is_one_event_whether_it_succeeds_or_fails() {
    for (name, done, failed) in attempts() {
        for (decision, result) in [(done, AuditResult::Success), (failed, AuditResult::Failure)] {
            let decision = decision.with_correlation("request-7");
            let event = decision.audit.as_ref().unwrap();
            assert_eq!(event.name, name);
            assert_eq!(event.result, result, "{name:?}: {:?}", decision.outcome);
            assert_eq!(event.correlation.as_deref(), Some("request-7"));
            let rules: Vec<_> = decision.reasons.iter().map(|reason| reason.rule).collect();
            assert_eq!(event.rules, rules);
            assert!(!rules.is_empty(), "{name:?}");
        }
    }
}

#[test]
fn the_events_that_directories_name_are_all_there() {
    let names: BTreeSet<_> = AuditName::all().map(AuditName::as_str).collect();
    assert_eq!(names.len(), AuditName::all().count());
    let attempted: BTreeSet<_> = attempts()
        .into_iter()
        .map(|(name, _, _)| name.as_str())
        .collect();
    for (name, _) in NAMED {
        assert!(names.contains(name), "{name}");
        assert!(attempted.contains(name), "{name} is not among the attempts");
    }
}

/// Attribute, old value and new value of each change that succeeds.
#[test]
fn a_change_by_the_directory_says_old_and_new_values() {
    let told = |name: AuditName| -> Vec<(String, Option<String>, Option<String>)> {
        let found = attempts().into_iter().find(|(found, _, _)| *found == name);
        let (_, done, failed) = found.unwrap();
        assert!(failed.audit.unwrap().values.is_empty(), "{name:?}");
        let text = |value: Option<Personal>| value.map(|value| value.expose().to_owned());
        let values = done.audit.unwrap().values.into_iter();
        values
            .map(|value| (value.attribute, text(value.old), text(value.new)))
            .collect()
    };
    let value = |attribute: &str, old: Option<&str>, new: Option<&str>| {
        let text = |value: Option<&str>| value.map(str::to_owned);
        vec![(attribute.to_owned(), text(old), text(new))]
    };
    assert_eq!(
        told(AuditName::UserCreate),
        value("user_name", None, Some("new@example.com"))
    );
    assert_eq!(
        told(AuditName::UserUpdate),
        value("first_name", None, Some("Ada"))
    );
    let off = value("active", Some("true"), Some("false"));
    assert_eq!(told(AuditName::UserDeprovision), off);
    assert_eq!(told(AuditName::UserDelete), off);
    let mut created = value("display_name", None, Some("Design"));
    created.extend(value("members", None, Some("user")));
    assert_eq!(told(AuditName::GroupCreate), created);
    assert_eq!(
        told(AuditName::GroupUpdate),
        value("display_name", Some("Design"), Some("Art"))
    );
}

#[test]
fn a_change_of_settings_says_the_old_and_the_new_value() {
    let acme = organization();
    let actor = Actor {
        user: UserId::new("owner"),
        role: Role::Owner,
        proved_at: Some(now()),
    };
    let request = SettingsRequest::RequireSso(Switch::On);
    let decision = acme.decide_settings(&actor, &request, now());
    let values = decision.audit.unwrap().values;
    assert_eq!(values.len(), 1);
    assert_eq!(values[0].attribute, "require_sso");
    assert_eq!(values[0].old.as_ref().unwrap().expose(), "off");
    assert_eq!(values[0].new.as_ref().unwrap().expose(), "on");
}
