//! Settings and organizations as they are stored, and the profiles that hosts compare.

use serde_json::{Value, json};
use vestibule::access::{
    Account, Member, Organization, OrganizationSnapshot, ProviderProduct, Role, Settings,
    SnapshotErrorKind, Team, TeamState,
};
use vestibule::domain::{EmailAddress, RecordPrefix};
use vestibule::error::Explain as _;
use vestibule::identity::{GroupId, OrganizationId, UserId};

fn prefix() -> RecordPrefix {
    RecordPrefix::parse("product").unwrap()
}

#[test]
fn what_stored_settings_leave_out_is_recommended() {
    let stored: Settings = serde_json::from_value(json!({ "record_prefix": "product" })).unwrap();
    assert_eq!(stored, Settings::recommended(prefix()));
    assert!(serde_json::from_value::<Settings>(json!({})).is_err());
}

#[test]
fn a_difference_is_told_for_each_setting_and_only_for_it() {
    let recommended = Settings::recommended(prefix());
    let names = |other: &Settings| -> Vec<String> {
        let differences = recommended.diff(other).into_iter();
        differences.map(|difference| difference.name).collect()
    };
    assert_eq!(names(&recommended), [""; 0]);
    let strict = [
        "empty_group",
        "group_removal",
        "lapsed_domain_leavers",
        "record_placement",
        "on_lapse",
    ];
    assert_eq!(names(&Settings::seed_strict(prefix())), strict);
    let paranoid: Vec<_> = recommended
        .diff(&Settings::paranoid(prefix()))
        .into_iter()
        .map(|difference| {
            format!(
                "{}: {} -> {}",
                difference.name, difference.old, difference.new
            )
        })
        .collect();
    let narrowest = [
        "exemption: owners-and-admins -> owners-only",
        "external_users: allow -> deny",
        "confirm_adoption: off -> on",
        "direct_assignment_counts: off -> on",
        "deletion: soft, 30 days -> soft, 90 days",
        "brake.day: 10 percent, at least 5 -> 1 percent, at least 2",
        "brake.week: 20 percent, at least 5 -> 2 percent, at least 5",
        "brake.empty_list_members: 5 -> 1",
        "brake.failures_to_quarantine: 200 -> 20",
        "token_authority: organization -> issuer-must-remain-admin",
        "claims.presence: any-lookup -> authoritative",
        "claims.pending_expiry_days: none -> 7",
        "step_up_minutes: 15 -> 5",
        "idp_initiated: accept -> refuse",
        "on_lapse: password-no-mail-recovery -> freeze",
    ];
    assert_eq!(paranoid, narrowest);
    for provider in ProviderProduct::ALL {
        let differences = names(&Settings::for_provider(prefix(), provider));
        if provider == ProviderProduct::JumpCloud {
            // Rule C-33, and rule C-14: at the organization's own risk.
            let (first, rest) = differences.split_first().unwrap();
            assert_eq!(first, "group_removal");
            assert!(rest.contains(&"brake.day".to_owned()), "{rest:?}");
        } else {
            let response = "brake.creation_response".to_owned();
            let others = differences.iter().filter(|name| **name != response);
            assert_eq!(others.count(), 0, "{differences:?}");
        }
        let settings = Settings::for_provider(prefix(), provider);
        let behaviour = provider.behaviour();
        assert_eq!(settings.brake.response, behaviour.on_held);
        assert_eq!(settings.brake.creation_response, behaviour.on_held_creation);
    }
    // Settings that differ anywhere differ in a named field.
    let mut texts = Vec::new();
    let value = serde_json::to_value(&recommended).unwrap();
    for (field, other) in [
        ("entitlement", json!("lapsed")),
        ("sso", json!("enabled")),
        ("require_sso", json!("on")),
        ("idp_managed_access", json!("on")),
        ("exemption", json!({ "named": ["u1"] })),
        ("external_users", json!("deny")),
        (
            "operations",
            json!({ "create": "off", "update": "on", "deactivate": "on" }),
        ),
        ("group_management", json!("on")),
        ("deletion", json!({ "soft": { "retention_days": 3 } })),
        ("record_prefix", json!("another")),
        ("step_up_minutes", json!(1)),
        ("record_placement", json!("at-domain")),
        ("record_label", json!("_our-label")),
        ("directory", json!("active")),
        ("shared_sso", json!("on")),
        (
            "domain_lists",
            json!({ "allowed": ["example.com"], "refused": [] }),
        ),
    ] {
        let mut changed = value.clone();
        changed[field] = other;
        let changed: Settings = serde_json::from_value(changed).unwrap();
        assert_eq!(names(&changed), [field]);
        texts.push(recommended.diff(&changed).remove(0));
    }
    for (field, other) in [
        ("response", json!("retry-later")),
        ("access", json!("suspended")),
        ("canary_users", json!(7)),
    ] {
        let mut changed = value.clone();
        changed["brake"][field] = other;
        let changed: Settings = serde_json::from_value(changed).unwrap();
        texts.push(recommended.diff(&changed).remove(0));
    }
    let texts: Vec<_> = texts
        .iter()
        .map(|difference| {
            format!(
                "{}: {} -> {}",
                difference.name, difference.old, difference.new
            )
        })
        .collect();
    let expected = [
        "entitlement: none -> lapsed",
        "sso: not-configured -> enabled",
        "require_sso: off -> on",
        "idp_managed_access: off -> on",
        "exemption: owners-and-admins -> named: u1",
        "external_users: allow -> deny",
        "operations: create on, update on, deactivate on -> create off, update on, deactivate on",
        "group_management: off -> on",
        "deletion: soft, 30 days -> soft, 3 days",
        "record_prefix: product -> another",
        "step_up_minutes: 15 -> 1",
        "record_placement: challenge-label -> at-domain",
        "record_label: none -> _our-label",
        "directory: not-configured -> active",
        "shared_sso: off -> on",
        "domain_lists: 0 allowed, 0 refused -> 1 allowed, 0 refused",
        "brake.response: accept -> retry-later",
        "brake.access: kept -> suspended",
        "brake.canary_users: none -> 7",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn each_identity_provider_is_told_from_the_others() {
    for one in ProviderProduct::ALL {
        assert!(one.behaviour().diff(&one.behaviour()).is_empty());
        for other in ProviderProduct::ALL {
            let same = one.behaviour() == other.behaviour();
            assert_eq!(one.behaviour().diff(&other.behaviour()).is_empty(), same);
            assert_eq!(same, one == other, "{one:?} and {other:?}");
        }
    }
}

fn stored() -> Value {
    let mut acme = Organization::new(OrganizationId::new("acme"), Settings::recommended(prefix()));
    for name in ["u1", "u2"] {
        let user = UserId::new(name);
        let address = EmailAddress::parse(&format!("{name}@example.com")).unwrap();
        acme.put_account(Account::new(user.clone(), address))
            .unwrap();
        acme.put_member(&user, Member::manual(Role::Member));
    }
    let team = Team {
        name: "Design".to_owned(),
        state: TeamState::Unmanaged,
        members: [UserId::new("u1")].into(),
    };
    acme.put_team(GroupId::new("g1"), team);
    serde_json::to_value(&acme).unwrap()
}

fn fault(stored: Value) -> Option<SnapshotErrorKind> {
    let snapshot: OrganizationSnapshot = serde_json::from_value(stored).unwrap();
    let read = Organization::try_from(snapshot);
    let error = read.err()?;
    let word = match error.kind() {
        SnapshotErrorKind::AccountTwice { .. } => "account-twice",
        SnapshotErrorKind::NoAccount { .. } => "no-account",
        SnapshotErrorKind::NoMember { .. } => "no-member",
        SnapshotErrorKind::SubjectTwice { .. } => "subject-twice",
        SnapshotErrorKind::Version { .. } => "version",
        other => panic!("{other}"),
    };
    assert_eq!(error.code(), format!("access-snapshot-{word}"));
    let is_of_version = word == "version";
    assert_eq!(error.help().starts_with("Read"), is_of_version);
    assert_eq!(error.help().starts_with("Restore"), !is_of_version);
    Some(error.kind().clone())
}

#[test]
fn a_stored_organization_is_checked_when_it_is_read_back() {
    assert_eq!(fault(stored()), None);
    let spoiled = |spoil: &dyn Fn(&mut Value)| {
        let mut stored = stored();
        spoil(&mut stored);
        fault(stored).unwrap()
    };
    assert!(matches!(
        spoiled(&|stored| stored["version"] = json!(2)),
        SnapshotErrorKind::Version {
            found: 2,
            supported: 1
        }
    ));
    assert!(matches!(
        spoiled(&|stored| stored["accounts"][1]["address"] = json!("u1@example.com")),
        SnapshotErrorKind::AccountTwice { .. }
    ));
    assert!(matches!(
        spoiled(&|stored| stored["accounts"][1]["user"] = json!("u1")),
        SnapshotErrorKind::AccountTwice { .. }
    ));
    assert!(matches!(
        spoiled(&|stored| {
            stored["accounts"].as_array_mut().unwrap().pop();
        }),
        SnapshotErrorKind::NoAccount { .. }
    ));
    assert!(matches!(
        spoiled(&|stored| stored["teams"]["g1"]["members"] = json!(["u3"])),
        SnapshotErrorKind::NoMember { .. }
    ));
    let bindings = json!([
        { "connection": "okta", "subject": "s1", "user": "u1" },
        { "connection": "okta", "subject": "s1", "user": "u2" },
    ]);
    assert!(matches!(
        spoiled(&|stored| stored["subjects"] = bindings.clone()),
        SnapshotErrorKind::SubjectTwice { .. }
    ));
}
