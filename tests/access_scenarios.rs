//! Runs the scenarios of `tests/data/access`.
//!
//! Each scenario is `world.json` with a patch (`given`), a request (`when`) and the decision that
//! is expected (`then`). Its twin changes exactly one leaf of the world or of the request and
//! expects another decision. Every effect is applied twice, which must be the same as once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use vestibule::access::{
    Account, AccountState, Actor, Allowance, Asked, AuditActor, AuditName, BrakeState,
    ClaimRequest, Confirmation, ConnectionFacts, ConnectionTokens, DeactivatedBy, Deactivation,
    Decision, Effect, ForeignLogin, HeldAccess, HeldTarget, Hold, HoldCause, HoldResponse,
    LookupEnd, Member, MemberSource, MemberState, Organization, Outcome, OwnPassword,
    PendingDeprovision, Role, RuleId, Settings, SetupTarget, SignInRequest, SsoRoute, Subject,
    Team, TeamPresence, TeamState, TokenSecret, decide_drop, decide_lookup, decide_token_read,
    decide_tombstone_end,
};
use vestibule::domain::{
    Assurance, Challenge, ChallengeToken, Claim, ClaimPolicy, ClaimScope, DomainHolder, DomainName,
    EmailAddress, Observation, RecordPlacement, RecordPrefix,
};
use vestibule::error::Explain as _;
use vestibule::identity::{
    Asserted, AssertedIdentity, ConnectionId, DirectoryChange, GroupAttributes, GroupId,
    OrganizationId, Personal, UserAttributes, UserId,
};

#[path = "access_scenarios/settle.rs"]
mod settle;

const FILES: [&str; 10] = [
    "sign_in",
    "claims",
    "users",
    "groups",
    "brake",
    "tokens",
    "directory",
    "settings",
    "family",
    "settled",
];

/// The rules that some scenario has as its determining reason.
const DETERMINING: &str = include_str!("data/access/determining.txt");

/// The rules that only stand beside the determining one in some scenario: `ID reason`.
const BESIDE: &str = include_str!("data/access/beside.txt");

/// The rules that no scenario can fire: `ID reason`.
const SILENT: &str = include_str!("data/access/silent.txt");

#[test]
fn every_scenario_and_its_twin_decide_as_expected() {
    let mut problems = Vec::new();
    for case in cases() {
        if let Err(problem) = case.check() {
            problems.push(problem);
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_twin_differs_in_one_leaf_and_decides_otherwise() {
    for file in FILES {
        for scenario in scenarios(file) {
            let name = scenario["name"].as_str().unwrap();
            let twin = &scenario["twin"];
            let changed = leaves(&twin["given"]) + leaves(&twin["when"]);
            assert_eq!(changed, 1, "{file}: {name}");
            assert_ne!(twin["then"], scenario["then"], "{file}: {name}");
        }
    }
}

/// A directory must not find out who has an account outside the organization's own domains, and
/// never learns the identifier of an account that is no member.
#[test]
fn accounts_outside_cannot_be_told_from_nobody() {
    let mut world: Value = serde_json::from_str(&read("world")).unwrap();
    let stranger = json!({ "people": { "stranger": { "address": "stranger@gmail.com" } } });
    let without = organization(&world);
    merge(&mut world, &stranger);
    let with = organization(&world);
    for when in [
        json!({ "create-user": { "user_name": "stranger@gmail.com" } }),
        json!({ "create-user": { "user_name": "new@example.com", "email": "stranger@gmail.com" } }),
        json!({ "update-user": { "user": "okta-user", "user_name": "stranger@gmail.com" } }),
        json!({ "update-user": { "user": "okta-user", "email": "stranger@gmail.com" } }),
    ] {
        assert_eq!(decide(&with, &when), decide(&without, &when), "{when}");
    }
    let own = json!({ "create-user": { "user_name": "outsider@example.com" } });
    let reasons = decide(&with, &own).reasons;
    assert!(
        !serde_json::to_string(&reasons)
            .unwrap()
            .contains("outsider")
    );
}

/// Rule C-26: within the tombstone's time role and Teams come back, after it they do not.
#[test]
fn a_tombstone_keeps_role_and_teams_until_its_end() {
    for (off, role, teams) in [
        ("deleted", Role::Admin, 1),
        ("deleted-long-ago", Role::Member, 0),
    ] {
        let mut world: Value = serde_json::from_str(&read("world")).unwrap();
        let patch = json!({
            "people": { "deleted": { "off": off, "role": "admin" } },
            "teams": { "design": { "members": ["deleted"] } },
        });
        merge(&mut world, &patch);
        let mut organization = organization(&world);
        let create = json!({ "create-user": { "user_name": "deleted@example.com" } });
        for effect in &decide(&organization, &create).effects {
            organization.apply(effect);
        }
        let user = UserId::new("deleted");
        let member = organization.member(&user).unwrap();
        assert!(member.is_active(), "{off}");
        assert_eq!(member.role, role, "{off}");
        let with_user = organization
            .teams()
            .filter(|(_, team)| team.members.contains(&user));
        assert_eq!(with_user.count(), teams, "{off}");
    }
}

#[test]
fn the_rules_that_determine_a_scenario_are_those_of_the_list() {
    let fired: BTreeSet<_> = cases()
        .filter_map(|case| case.decide().determining_rule())
        .collect();
    let listed: BTreeSet<RuleId> = DETERMINING
        .lines()
        .map(|line| line.parse().unwrap())
        .collect();
    let missing: Vec<_> = listed.difference(&fired).map(RuleId::to_string).collect();
    let unlisted: Vec<_> = fired.difference(&listed).map(RuleId::to_string).collect();
    assert!(
        missing.is_empty() && unlisted.is_empty(),
        "not fired: {missing:?}; not listed: {unlisted:?}"
    );
}

/// Every rule of the book determines a scenario, is shown by one whose twin breaks it, stands beside
/// the determining one in some scenario, or is excused in writing; an excuse that is no longer needed
/// fails too.
#[test]
fn every_rule_of_the_book_fires() {
    let decisions: Vec<_> = cases().map(|case| case.decide()).collect();
    let beside: BTreeSet<RuleId> = decisions
        .iter()
        .flat_map(|decision| decision.reasons.iter().skip(1))
        .map(|reason| reason.rule)
        .collect();
    let mut determining: BTreeSet<RuleId> = DETERMINING
        .lines()
        .map(|line| line.parse().unwrap())
        .collect();
    for scenario in FILES.into_iter().flat_map(scenarios) {
        let shown = scenario["shows"].as_array().into_iter().flatten();
        determining.extend(shown.map(|rule| rule.as_str().unwrap().parse::<RuleId>().unwrap()));
    }
    let excused = |list: &'static str| -> BTreeSet<RuleId> {
        let id = |line: &'static str| {
            let (id, reason) = line.split_once(' ').unwrap();
            assert!(reason.len() > 10, "{line}");
            id.parse().unwrap()
        };
        list.lines().map(id).collect()
    };
    let (listed_beside, silent) = (excused(BESIDE), excused(SILENT));
    let mut problems = Vec::new();
    for rule in RuleId::all() {
        let found = [
            determining.contains(&rule),
            listed_beside.contains(&rule),
            silent.contains(&rule),
        ];
        let lists = found.iter().filter(|found| **found).count();
        if lists != 1 {
            problems.push(format!("{rule} stands in {lists} lists"));
        }
        if listed_beside.contains(&rule) && !beside.contains(&rule) {
            problems.push(format!("{rule} stands beside no determining rule"));
        }
        if silent.contains(&rule) && beside.contains(&rule) {
            problems.push(format!("{rule} fires, and is excused"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A refusal says of each condition that failed what would change it, and who can; what waits says it
/// first.
#[test]
fn every_refusal_and_every_hold_says_the_remedy() {
    let mut problems = Vec::new();
    for case in cases() {
        let decision = case.decide();
        let mut reasons = decision.reasons.iter();
        let says = match decision.outcome {
            Outcome::Deny { .. } => reasons.all(|reason| reason.remedy.is_some()),
            Outcome::Hold(_) | Outcome::OwnerApproval => {
                reasons.next().is_some_and(|reason| reason.remedy.is_some())
            }
            Outcome::Allow(_) | Outcome::NoEffect | Outcome::Route(_) | Outcome::StepUp => true,
        };
        if !says {
            problems.push(format!("{}: {:?}", case.name, decision.reasons));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Two facts that each refuse the same request refuse it together by both rules: all conditions that
/// failed are listed. Taken from the scenarios whose twins differ in the world.
#[test]
fn conditions_that_fail_together_are_all_listed() {
    let refusals = refusals_by_one_fact();
    let mut pairs = 0;
    let mut problems = Vec::new();
    for one in &refusals {
        for other in &refusals {
            if one.when != other.when || one.name >= other.name {
                continue;
            }
            let mut world = one.world.clone();
            merge(&mut world, &other.fact);
            let both: BTreeSet<_> = [one.rule, other.rule].into();
            let decision = decide(&organization(&world), &one.when);
            let listed: BTreeSet<_> = decision.reasons.iter().map(|reason| reason.rule).collect();
            if both.len() == 2 && !overlap(&one.fact, &other.fact) {
                pairs += 1;
                let moot = MOOT
                    .into_iter()
                    .any(|(one, other)| both == BTreeSet::from([one, other]));
                if !listed.is_superset(&both) && !moot {
                    problems.push(format!(
                        "{} + {}: {both:?}, {listed:?}",
                        one.name, other.name
                    ));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(pairs > 50, "{pairs}");
}

/// Pairs of which the one leaves nothing for the other to judge.
const MOOT: [(RuleId, RuleId); 9] = [
    // A domain has one class: what refuses the people of one is not asked about those of another.
    (RuleId::CLAIM_02, RuleId::C_09),
    (RuleId::CLAIM_02, RuleId::LOGIN_02),
    (RuleId::LOGIN_02, RuleId::C_09),
    (RuleId::LOGIN_14, RuleId::LOGIN_15),
    (RuleId::LOGIN_15, RuleId::C_12),
    (RuleId::LOGIN_16, RuleId::C_09),
    // Two names for a person who is no member, by whether sign-on is on.
    (RuleId::LOGIN_06, RuleId::LOGIN_07),
    // Where no Owner is active nobody asks for their password.
    (RuleId::C_34, RuleId::C_40),
    // An exemption covers what a password may not do, but not deactivation.
    (RuleId::LOGIN_02, RuleId::LOGIN_16),
];

/// A request that one fact refuses.
struct OneFact {
    name: String,
    world: Value,
    when: Value,
    fact: Value,
    rule: RuleId,
}

fn refusals_by_one_fact() -> Vec<OneFact> {
    let cases: Vec<_> = cases().collect();
    let mut found = Vec::new();
    for pair in cases.chunks(2) {
        let [base, twin] = pair else { unreachable!() };
        if base.when != twin.when {
            continue;
        }
        for (refused, admitted) in [(base, twin), (twin, base)] {
            let decision = refused.decide();
            let is_refused = matches!(decision.outcome, Outcome::Deny { .. });
            if is_refused && !matches!(admitted.decide().outcome, Outcome::Deny { .. }) {
                found.push(OneFact {
                    name: refused.name.clone(),
                    world: refused.world.clone(),
                    when: refused.when.clone(),
                    fact: difference(&admitted.world, &refused.world),
                    rule: decision.determining_rule().unwrap(),
                });
            }
        }
    }
    found
}

/// The patch that makes `to` of `from`.
fn difference(from: &Value, to: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (from, to) else {
        return to.clone();
    };
    let mut patch = Map::new();
    for (name, value) in new {
        match old.get(name) {
            Some(same) if same == value => {}
            Some(other) => {
                patch.insert(name.clone(), difference(other, value));
            }
            None => {
                patch.insert(name.clone(), value.clone());
            }
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// Whether two patches speak of the same leaf.
fn overlap(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .any(|(name, value)| other.get(name).is_some_and(|found| overlap(value, found))),
        _ => true,
    }
}

struct Case {
    name: String,
    world: Value,
    when: Value,
    then: Value,
}

fn cases() -> impl Iterator<Item = Case> {
    let world: Value = serde_json::from_str(&read("world")).unwrap();
    FILES
        .into_iter()
        .flat_map(scenarios)
        .flat_map(move |scenario| {
            let base = patched(&world, &scenario["given"]);
            let twin = &scenario["twin"];
            let name = scenario["name"].as_str().unwrap();
            [
                Case {
                    name: name.to_owned(),
                    world: base.clone(),
                    when: scenario["when"].clone(),
                    then: scenario["then"].clone(),
                },
                Case {
                    name: format!("{name}, twin"),
                    world: patched(&base, &twin["given"]),
                    when: patched(&scenario["when"], &twin["when"]),
                    then: twin["then"].clone(),
                },
            ]
        })
}

fn scenarios(file: &str) -> Vec<Value> {
    serde_json::from_str(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn read(file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/access");
    std::fs::read_to_string(format!("{folder}/{file}.json")).unwrap()
}

impl Case {
    fn decide(&self) -> Decision {
        decide(&organization(&self.world), &self.when)
    }

    fn check(&self) -> Result<(), String> {
        let mut organization = organization(&self.world);
        let decision = decide(&organization, &self.when);
        let mut found = summary(&decision);
        for name in [
            "about", "audit", "domain", "notices", "paid", "read", "state", "subject", "values",
            "wake", "warned", "wire",
        ] {
            if self.then.get(name).is_some() {
                found[name] = self.detail(name, &decision);
            }
        }
        let mut expected = json!({ "effects": [], "warnings": [] });
        merge(&mut expected, &self.then);
        if found != expected {
            return Err(format!(
                "{}:\n  expected {expected}\n  found    {found}",
                self.name
            ));
        }
        if self.then.get("paid").is_none() {
            check_counts(&self.name, &decision)?;
        }
        for effect in &decision.effects {
            organization.apply(effect);
        }
        let once = organization.clone();
        for effect in &decision.effects {
            organization.apply(effect);
        }
        let stored = serde_json::to_string(&once).unwrap();
        let restored: Organization = serde_json::from_str(&stored).unwrap();
        if restored != once {
            return Err(format!("{}: it is not read back as it was", self.name));
        }
        if organization != once {
            return Err(format!("{}: twice is not the same as once", self.name));
        }
        Ok(())
    }
}

impl Case {
    /// What a scenario may ask for besides: whom the audit event is about and its name, the notices and warnings with all
    /// that they say, how people stand afterwards, whom the decision is about, the old and new values
    /// in the event, when to ask again, and the answer on the wire.
    fn detail(&self, name: &str, decision: &Decision) -> Value {
        match name {
            "about" => {
                let audit = decision.audit.as_ref();
                json!([
                    audit.and_then(|audit| audit.user.as_ref()),
                    audit.and_then(|audit| audit.group.as_ref()),
                ])
            }
            "audit" => match &decision.audit {
                Some(audit) => json!(audit.name.as_str()),
                None => json!("none"),
            },
            "domain" => {
                let audit = decision.audit.as_ref();
                json!(audit.and_then(|audit| audit.domain.as_ref()))
            }
            "paid" => {
                let effects: Vec<_> = decision.effects.iter().map(Effect::name).collect();
                json!(effects.contains(&"spend-budget"))
            }
            "notices" => decision
                .effects
                .iter()
                .filter_map(|effect| match effect {
                    Effect::Notify(notice) => Some(json!(notice)),
                    _ => None,
                })
                .collect(),
            "read" => json!(decision.reasons.first().map(|reason| &reason.facts)),
            "subject" => match decision.subject() {
                Some(Subject::User(user)) => json!(user),
                Some(Subject::Group(group)) => json!(group),
                None => json!("nobody"),
            },
            "values" => {
                let audit = decision.audit.iter();
                let text = |value: &Option<Personal>| match value {
                    Some(value) => value.expose().to_owned(),
                    None => "nothing".to_owned(),
                };
                audit
                    .flat_map(|audit| &audit.values)
                    .map(|value| {
                        let (old, new) = (text(&value.old), text(&value.new));
                        json!(format!("{}: {old} -> {new}", value.attribute))
                    })
                    .collect()
            }
            "wake" => match decision.next_wake {
                Some(wake) => json!(wake),
                None => json!("never"),
            },
            "warned" => json!(decision.warnings),
            "wire" => {
                let (kind, body) = request(&self.when);
                let answer = decision.wire_answer(&change(kind, body), now());
                match answer.scim_type {
                    Some(scim_type) => json!(format!("{} {scim_type}", answer.status)),
                    None => match answer.retry_after_secs {
                        Some(secs) => json!(format!("{}, retry after {secs} s", answer.status)),
                        None => json!(answer.status.to_string()),
                    },
                }
            }
            _ => self.state(decision),
        }
    }

    fn state(&self, decision: &Decision) -> Value {
        let mut organization = organization(&self.world);
        decision
            .effects
            .iter()
            .for_each(|effect| organization.apply(effect));
        let person = |name: &str| {
            let user = UserId::new(name);
            let teams = organization.teams();
            let teams = teams.filter(|(_, team)| team.members.contains(&user));
            let account = organization.account(&user).unwrap();
            let member = organization.member(&user);
            json!({
                "enters": member.is_some_and(Member::is_active),
                "listed": member.is_some_and(Member::is_active_for_directory),
                "role": member.map(|member| member.role),
                "manager": member.and_then(|member| member.manager.clone()),
                "teams": teams.count(),
                "last_name": account.profile.last_name.as_ref().map(Personal::expose),
                "first_name": account.profile.first_name.as_ref().map(Personal::expose),
                "email": account.profile.email.as_ref().map(EmailAddress::expose),
            })
        };
        let mut state = Map::new();
        for (name, expected) in entries(&self.then["state"]) {
            let found = person(name);
            let asked = entries(expected).into_keys();
            let shown = |value: &Value| match value {
                Value::Null => json!("none"),
                value => value.clone(),
            };
            let asked = asked.map(|key| (key.to_owned(), shown(&found[key])));
            state.insert(name.to_owned(), asked.collect());
        }
        Value::Object(state)
    }
}

/// What is taken away is paid for, and what is refused is counted; these effects are not listed in
/// the scenarios.
const COUNTS: [&str; 4] = [
    "count-group-loss",
    "count-refusal",
    "note-setup",
    "spend-budget",
];

fn check_counts(name: &str, decision: &Decision) -> Result<(), String> {
    let takes = |effect: &Effect| {
        let names = [
            "deactivate-member",
            "delete-team",
            "leave-linked-organization",
            "remove-from-team",
        ];
        names.contains(&effect.name())
    };
    let has = |name: &str| decision.effects.iter().any(|effect| effect.name() == name);
    let Some(audit) = decision.audit.as_ref() else {
        return Ok(());
    };
    let reads_or_creates = matches!(
        audit.name,
        AuditName::DirectoryImport | AuditName::UserLookup | AuditName::UserCreate
    );
    if reads_or_creates || !matches!(audit.actor, AuditActor::Connection(_)) {
        return Ok(());
    }
    if decision.effects.iter().any(takes) != has("spend-budget") {
        return Err(format!("{name}: what is taken away is paid for"));
    }
    if matches!(decision.outcome, Outcome::Deny { .. }) != has("count-refusal") {
        return Err(format!("{name}: what is refused is counted"));
    }
    Ok(())
}

fn summary(decision: &Decision) -> Value {
    let text = |warning: &Value| match warning {
        Value::String(text) => text.clone(),
        Value::Object(object) => object.keys().next().unwrap().clone(),
        other => other.to_string(),
    };
    let warnings: Vec<_> = decision
        .warnings
        .iter()
        .map(|warning| text(&serde_json::to_value(warning).unwrap()))
        .collect();
    json!({
        "outcome": outcome(&decision.outcome),
        "rules": decision.reasons.iter().map(|reason| reason.rule.to_string()).collect::<Vec<_>>(),
        "effects": decision.effects.iter().map(Effect::name).filter(|name| !COUNTS.contains(name)).collect::<Vec<_>>(),
        "warnings": warnings,
    })
}

fn outcome(outcome: &Outcome) -> String {
    let route = |route: &SsoRoute| format!("{} {:?}", route.organization, route.password_fallback);
    match outcome {
        Outcome::Allow(Allowance::Member(role)) => format!("allow member {role:?}").to_lowercase(),
        Outcome::Allow(allowance) => format!("allow {allowance:?}").to_lowercase(),
        Outcome::Deny { code, route: None } => format!("deny {}", code.code()),
        Outcome::Deny {
            code,
            route: Some(to),
        } => format!("deny {}, route {}", code.code(), route(to)).to_lowercase(),
        Outcome::OwnerApproval => "hold for an owner".to_owned(),
        Outcome::Hold(_) => "hold".to_owned(),
        Outcome::NoEffect => "no effect".to_owned(),
        Outcome::Route(to) => format!("route {}", route(to)).to_lowercase(),
        Outcome::StepUp => "step up".to_owned(),
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn days_ago(days: i64) -> DateTime<Utc> {
    now() - TimeDelta::days(days)
}

// The request.

fn request(when: &Value) -> (&str, &Value) {
    let (kind, body) = when.as_object().unwrap().iter().next().unwrap();
    (kind, body)
}

fn decide(organization: &Organization, when: &Value) -> Decision {
    let (kind, body) = request(when);
    if let Some(decision) = decide_by_people(organization, kind, body) {
        return decision;
    }
    let address = || Personal::new(body.as_str().unwrap());
    let request = match kind {
        "insisted-password" => SignInRequest::InsistedPassword { address: address() },
        "mail-recovery" => SignInRequest::MailRecovery { address: address() },
        "password" => SignInRequest::Password { address: address() },
        "project-access" => SignInRequest::ProjectAccess { address: address() },
        "sign-up" => SignInRequest::SignUp { address: address() },
        "sso-start" => SignInRequest::SsoStart { address: address() },
        "sso" => SignInRequest::Sso(Box::new(identity(body))),
        "idp-sso" => SignInRequest::IdpInitiatedSso(Box::new(identity(body))),
        "claim" => return claim_domain(organization, body),
        _ if settle::KINDS.contains(&kind) => {
            return settle::decide(organization, kind, body);
        }
        "observe" => return observe_domain(organization, body),
        _ => {
            let connection = ConnectionId::new(body["by"].as_str().unwrap_or("okta"));
            return organization.decide_provisioning(&connection, &change(kind, body), now());
        }
    };
    organization.decide_sign_in(&request, now())
}

fn identity(body: &Value) -> AssertedIdentity {
    let text = |name: &str| body[name].as_str().map(Personal::new);
    AssertedIdentity {
        connection: ConnectionId::new(body["by"].as_str().unwrap_or("okta")),
        subject: Some(text("subject").unwrap_or_else(|| "subject-1".into())),
        email: text("email"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        groups: Vec::new(),
        authenticated_at: None,
        session_not_on_or_after: None,
    }
}

/// What people and timers ask for, besides the directory and those who sign in.
fn decide_by_people(organization: &Organization, kind: &str, body: &Value) -> Option<Decision> {
    let actor = actor(body);
    let connection = ConnectionId::new(body["by"].as_str().unwrap_or("okta"));
    Some(match kind {
        "issue-token" => organization.decide_token_issue(&connection, &actor, &secret(body), now()),
        "revoke-token" => organization.decide_token_revoke(&connection, &actor, now()),
        "read-token" => decide_token_read(&actor),
        "lookup" => decide_lookup(
            organization.settings(),
            Some(&connection),
            &lookup(organization, body),
        ),
        "manage-groups" => {
            let to = serde_json::from_value(body["to"].clone()).unwrap();
            organization.decide_group_management(&actor, to)
        }
        "disassociate" => {
            let group = GroupId::new(body["group"].as_str().unwrap());
            organization.decide_group_departure(&connection, group, now())
        }
        "end-tombstone" => {
            let user = UserId::new(body["user"].as_str().unwrap());
            let member = organization.member(&user).unwrap();
            decide_tombstone_end(organization.settings().deletion, &user, member, now())
        }
        "commit" => commit(organization, &connection, &actor, body),
        "drop" => {
            let users = users(&body["users"]).into_iter();
            decide_drop(users.map(HeldTarget::User), &actor)
        }
        _ => return None,
    })
}

/// The owner, or whoever `actor` and `role` say, with a proof of `proved_minutes_ago`.
fn actor(body: &Value) -> Actor {
    let minutes = body["proved_minutes_ago"].as_i64();
    Actor {
        user: UserId::new(body["actor"].as_str().unwrap_or("owner")),
        role: serde_json::from_value(body["role"].clone()).unwrap_or(Role::Owner),
        proved_at: minutes.map(|minutes| now() - TimeDelta::minutes(minutes)),
    }
}

fn secret(body: &Value) -> TokenSecret {
    let entropy = body["entropy"].as_u64().unwrap_or(9).try_into().unwrap();
    TokenSecret::from_entropy(&RecordPrefix::parse("product").unwrap(), [entropy; 32])
}

/// What the lookup of a user finds; `failed` and `unsupported` are no users.
fn lookup<'a>(organization: &'a Organization, body: &Value) -> LookupEnd<'a> {
    let name = body["finds"].as_str().unwrap();
    match name {
        "failed" => LookupEnd::Failed,
        "nobody" => LookupEnd::Nobody,
        "unsupported" => LookupEnd::UnsupportedFilter,
        _ => {
            let user = UserId::new(name);
            let change = DirectoryChange::DeleteUser { user };
            let facts = organization.provisioning_facts(&ConnectionId::new("okta"), &change);
            LookupEnd::Found(Box::new(facts.user.unwrap()))
        }
    }
}

/// The plan was looked at when the world was as `looked_at` says.
fn commit(
    organization: &Organization,
    connection: &ConnectionId,
    actor: &Actor,
    body: &Value,
) -> Decision {
    let changes: Vec<_> = body["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|when| {
            let (kind, body) = request(when);
            change(kind, body)
        })
        .collect();
    let hours = body["hours_ago"].as_i64().unwrap_or_default();
    let at = now() - TimeDelta::hours(hours);
    let mut then = organization.clone();
    for (name, role) in entries(&body["looked_at"]) {
        let user = UserId::new(name);
        let mut member = then.member(&user).unwrap().clone();
        member.role = serde_json::from_value(role.clone()).unwrap();
        then.put_member(&user, member);
    }
    let plan = then.plan(connection, changes, at);
    let confirmation = Confirmation {
        hash: plan.hash(),
        taken: body["typed"].as_u64().unwrap().try_into().unwrap(),
    };
    organization.decide_commit(&plan, confirmation, actor, now())
}

fn claim_domain(organization: &Organization, body: &Value) -> Decision {
    let request = ClaimRequest {
        domain: body["domain"].as_str().unwrap().to_owned(),
        scope: serde_json::from_value(body["scope"].clone()).unwrap_or_default(),
        token: ChallengeToken::from_entropy([9; 20]),
    };
    organization.decide_claim(&actor(body), &request, now())
}

fn observe_domain(organization: &Organization, body: &Value) -> Decision {
    let domain = DomainName::parse(body["domain"].as_str().unwrap()).unwrap();
    let observation = serde_json::from_value(body["observation"].clone()).unwrap();
    organization
        .decide_domain_check(&domain, observation, now())
        .unwrap()
}

fn change(kind: &str, body: &Value) -> DirectoryChange {
    let user = || UserId::new(body["user"].as_str().unwrap());
    let group = || GroupId::new(body["group"].as_str().unwrap());
    match kind {
        "create-user" => DirectoryChange::CreateUser(attributes(body)),
        "update-user" => DirectoryChange::UpdateUser {
            user: user(),
            attributes: attributes(body),
        },
        "delete-user" => DirectoryChange::DeleteUser { user: user() },
        "create-group" => DirectoryChange::CreateGroup(GroupAttributes {
            display_name: body["name"].as_str().unwrap().to_owned(),
            external_id: None,
            members: users(&body["members"]),
        }),
        "update-group" => DirectoryChange::UpdateGroup {
            group: group(),
            display_name: asserted(body, "name", |name| name.as_str().unwrap().to_owned()),
            add: users(&body["add"]),
            remove: users(&body["remove"]),
        },
        "delete-group" => DirectoryChange::DeleteGroup { group: group() },
        other => panic!("unknown request {other}"),
    }
}

fn attributes(body: &Value) -> UserAttributes {
    let personal = |name| asserted(body, name, |text| Personal::new(text.as_str().unwrap()));
    UserAttributes {
        user_name: personal("user_name"),
        email: personal("email"),
        external_id: personal("external_id"),
        first_name: personal("first_name"),
        last_name: personal("last_name"),
        display_name: personal("display_name"),
        active: asserted(body, "active", |active| active.as_bool().unwrap()),
        names_roles: body.get("roles").is_some(),
    }
}

/// A missing member is absent, the text `(cleared)` clears.
fn asserted<T>(body: &Value, name: &str, value: impl Fn(&Value) -> T) -> Asserted<T> {
    match body.get(name) {
        None => Asserted::Absent,
        Some(Value::String(text)) if text == "(cleared)" => Asserted::Cleared,
        Some(said) => Asserted::Value(value(said)),
    }
}

fn users(list: &Value) -> Vec<UserId> {
    let names = list.as_array().into_iter().flatten();
    names
        .map(|name| UserId::new(name.as_str().unwrap()))
        .collect()
}

// The world.

fn organization(world: &Value) -> Organization {
    let prefix = RecordPrefix::parse("product").unwrap();
    let mut settings = serde_json::to_value(Settings::recommended(prefix)).unwrap();
    if world["settings"].get("deletion").is_some() {
        settings["deletion"] = Value::Null; // one kind takes the place of the other
    }
    merge(&mut settings, &world["settings"]);
    let settings = serde_json::from_value(settings).unwrap();
    let mut organization = Organization::new(OrganizationId::new("acme"), settings);
    for (domain, state) in entries(&world["domains"]) {
        organization.put_claim(claim(domain, state.as_str().unwrap()));
    }
    for (domain, login) in entries(&world["elsewhere"]) {
        let domain = DomainName::parse(domain).unwrap();
        let given_up = login == "given-up";
        let login = match given_up {
            true => ForeignLogin::SsoRequired,
            false => serde_json::from_value(login.clone()).unwrap(),
        };
        organization.hold_elsewhere(domain.clone(), OrganizationId::new("other"), login);
        if given_up {
            organization.release_elsewhere(&domain);
        }
    }
    for (name, connection) in entries(&world["connections"]) {
        let mut facts = ConnectionFacts::new(ConnectionId::new(name));
        facts.health = serde_json::from_value(connection["health"].clone()).unwrap();
        facts.certificate_not_after =
            serde_json::from_value(connection["certificate_not_after"].clone()).unwrap();
        organization.put_connection(facts);
        organization.put_brake(ConnectionId::new(name), brake(connection));
    }
    for (name, person) in entries(&world["people"]) {
        put_person(&mut organization, name, person);
    }
    for (connection, number) in entries(&world["workforce"]) {
        for index in 0..number.as_u64().unwrap() {
            let name = format!("{connection}-worker-{index}");
            let address = format!("{name}@example.com");
            let worker = json!({ "address": address, "role": "member", "manager": connection });
            put_person(&mut organization, &name, &worker);
        }
    }
    settle::fill(&mut organization, world);
    for (address, _) in entries(&world["invitations"]) {
        organization.invite(EmailAddress::parse(address).unwrap());
    }
    for (name, team) in entries(&world["teams"]) {
        organization.put_team(GroupId::new(name), self::team(team));
    }
    for (connection, entropy) in entries(&world["tokens"]) {
        let none =
            ConnectionTokens::none(OrganizationId::new("acme"), ConnectionId::new(connection));
        let hash = secret(&json!({ "entropy": entropy })).hash();
        let tokens = none.with_issued(hash, UserId::new("owner"), 0, days_ago(20));
        organization.apply(&Effect::RecordTokens(Box::new(tokens)));
    }
    for (subject, user) in entries(&world["subjects"]) {
        organization.apply(&Effect::LinkSubject {
            connection: ConnectionId::new("okta"),
            subject: Personal::new(subject),
            user: UserId::new(user.as_str().unwrap()),
        });
    }
    organization
}

fn brake(connection: &Value) -> BrakeState {
    let hours_ago = |name: &str| {
        let hours = connection[name].as_i64();
        hours.map(|hours| now() - TimeDelta::hours(hours))
    };
    let mut state = BrakeState::begun(hours_ago("begun_hours_ago").unwrap_or(days_ago(50)));
    state.token_changed_at = hours_ago("token_changed_hours_ago");
    state.first_sync = serde_json::from_value(connection["first_sync"].clone()).unwrap_or_default();
    for (hours, taken) in entries(&connection["taken_hours_ago"]) {
        let at = now() - TimeDelta::hours(hours.parse().unwrap());
        state
            .taken
            .set(at, taken.as_u64().unwrap().try_into().unwrap());
    }
    let lost = connection["groups_lost"].as_u64().unwrap_or_default();
    state.groups_lost.set(now(), lost.try_into().unwrap());
    for (name, minutes) in entries(&connection["setup"]) {
        let target = match name.split_once(' ') {
            Some(("group", name)) => HeldTarget::Group(GroupId::new(name)),
            _ => HeldTarget::User(UserId::new(name)),
        };
        let made_at = now() - TimeDelta::minutes(minutes.as_i64().unwrap());
        state.setup.push(SetupTarget { target, made_at });
    }
    let refused = connection["refused"].as_u64().unwrap_or_default();
    state.refused.set(now(), refused.try_into().unwrap());
    state
}

fn put_person(organization: &mut Organization, name: &str, person: &Value) {
    let user = UserId::new(name);
    let address = EmailAddress::parse(person["address"].as_str().unwrap()).unwrap();
    let mut account = Account::new(user.clone(), address);
    account.password =
        serde_json::from_value(person["password"].clone()).unwrap_or(OwnPassword::None);
    account.state =
        serde_json::from_value(person["account"].clone()).unwrap_or(AccountState::Active);
    account.earlier_holders = person["earlier_holders"].as_u64().unwrap_or(0) as u32;
    account.profile.email = person["email"]
        .as_str()
        .map(|email| EmailAddress::parse(email).unwrap());
    account.profile.first_name = person["first_name"].as_str().map(Personal::new);
    organization.put_account(account).unwrap();
    let Ok(role) = serde_json::from_value::<Role>(person["role"].clone()) else {
        return;
    };
    let manager = person["manager"].as_str().map(ConnectionId::new);
    let deactivated = |by, tombstone_until| {
        MemberState::Deactivated(Deactivation {
            by,
            tombstone_until,
        })
    };
    let pending = |asked| {
        MemberState::PendingDeprovision(PendingDeprovision {
            connection: ConnectionId::new("okta"),
            asked,
            hold: Hold {
                cause: HoldCause::FirstSync,
                response: HoldResponse::Accept,
                access: HeldAccess::Kept,
            },
        })
    };
    let okta = || DeactivatedBy::Directory(ConnectionId::new("okta"));
    organization.put_member(
        &user,
        Member {
            role,
            source: MemberSource::Manual,
            manager,
            state: match person["off"].as_str() {
                None => MemberState::Active,
                Some("held") => pending(Asked::Deactivate),
                Some("held-delete") => pending(Asked::Delete),
                Some("by-administrator") => deactivated(DeactivatedBy::Administrator, None),
                Some("by-directory") => deactivated(okta(), None),
                Some("deleted") => deactivated(okta(), Some(now() + TimeDelta::days(9))),
                Some("deleted-long-ago") => deactivated(okta(), Some(now())),
                Some(other) => panic!("unknown state {other}"),
            },
        },
    );
}

fn team(team: &Value) -> Team {
    Team {
        name: team["name"].as_str().unwrap().to_owned(),
        state: match team["manager"].as_str() {
            None => TeamState::Unmanaged,
            Some(connection) => TeamState::Managed {
                connection: ConnectionId::new(connection),
                external_id: None,
                presence: serde_json::from_value(team["presence"].clone())
                    .unwrap_or(TeamPresence::Present),
            },
        },
        members: users(&team["members"]).into_iter().collect(),
    }
}

/// `pending`, `verified`, `missing N` (days, by a look a day up to yesterday), `lapsed`, `spent`;
/// each may end in ` with subdomains`.
fn claim(domain: &str, state: &str) -> Claim {
    let challenge = Challenge::new(
        DomainName::parse(domain).unwrap(),
        RecordPrefix::parse("product").unwrap(),
        RecordPlacement::AtDomain,
        ChallengeToken::from_entropy([1; 20]),
    );
    let (state, scope) = match state.strip_suffix(" with subdomains") {
        Some(state) => (state, ClaimScope::IncludeSubdomains),
        None => (state, ClaimScope::ExactDomain),
    };
    let challenge = challenge.unwrap().with_scope(scope);
    let assurance = Assurance::Authenticated;
    let present = Observation::Present {
        assurance,
        other_tokens: 0,
    };
    let absent = Observation::Absent { assurance };
    let see = |claim: Claim, observation, holder, at| {
        claim
            .observe(observation, holder, &ClaimPolicy::default(), at)
            .claim
    };
    let pending = Claim::open(challenge.unwrap(), days_ago(50));
    let verified = see(pending.clone(), present, DomainHolder::Nobody, days_ago(50));
    let gone = |claim: Claim, from: i64, to: i64| {
        (to..=from).rev().fold(claim, |claim, days| {
            see(claim, absent, DomainHolder::Nobody, days_ago(days))
        })
    };
    match state.split_once(' ') {
        Some(("missing", days)) => gone(verified, days.parse().unwrap(), 1),
        _ if state == "pending" => pending,
        _ if state == "verified" => verified,
        _ if state == "lapsed" => gone(verified, 30, 10),
        _ if state == "spent" => see(
            gone(verified, 30, 10),
            absent,
            DomainHolder::Another,
            days_ago(5),
        ),
        _ => panic!("unknown state {state}"),
    }
}

// JSON.

fn entries(object: &Value) -> BTreeMap<&str, &Value> {
    let object = object.as_object().into_iter().flatten();
    object.map(|(name, value)| (name.as_str(), value)).collect()
}

fn patched(base: &Value, patch: &Value) -> Value {
    let mut result = base.clone();
    if !patch.is_null() {
        merge(&mut result, patch);
    }
    result
}

/// JSON Merge Patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// How many leaves a patch sets or removes; a list is one.
fn leaves(patch: &Value) -> usize {
    match patch {
        Value::Object(object) if !object.is_empty() => object
            .values()
            .map(|value| if value.is_null() { 1 } else { leaves(value) })
            .sum(),
        Value::Null => 0,
        _ => 1,
    }
}
