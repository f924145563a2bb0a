//! Requests about settings, families, imports and deadlines, and the world that they need.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use vestibule::access::{
    Assignment, CertificateFacts, CertificateUpload, Decision, Effect, ElsewhereInFamily,
    FamilyFacts, FamilyGroupChange, FamilyGroupFacts, FamilyPlace, FamilyRequest, ImportFilter,
    ImportRequest, IntegrationStep, LinkCode, Member, Organization, OtherCertificates, OwnPassword,
    Owned, Proof, ProviderProduct, ReadableClaim, Role, Settings, SettingsRequest,
    SsoConfiguration, TeamPersonFacts, TeamPlace, decide_family, decide_family_group,
    decide_plan_change, decide_step_up,
};
use vestibule::domain::DomainName;
use vestibule::identity::{ConnectionId, OrganizationId, UserId};

use super::{actor, entries, merge, now, users};

pub(super) const KINDS: [&str; 21] = [
    "activate",
    "certificate-check",
    "change",
    "change-role",
    "check-postback",
    "configure",
    "family",
    "family-group",
    "import",
    "integration",
    "managed-access",
    "plan",
    "quarantine",
    "read",
    "release",
    "remove-members",
    "remove-sso",
    "require-sso",
    "step-up",
    "transfer",
    "upload",
];

/// Whatever is neither of the kinds above is a switch.
pub(super) fn decide(organization: &Organization, kind: &str, body: &Value) -> Decision {
    let domain = || DomainName::parse(body["domain"].as_str().unwrap()).unwrap();
    let connection = || ConnectionId::new(body["by"].as_str().unwrap_or("okta"));
    match kind {
        "certificate-check" => {
            let last = now() - TimeDelta::days(body["days"].as_i64().unwrap());
            organization
                .decide_certificate_check(&connection(), last, now())
                .unwrap()
        }
        "family" => family(organization, body),
        "family-group" => family_group(organization, body),
        "import" => organization.decide_import(&connection(), &import(body)),
        "plan" => decide_plan_change(organization.settings(), said(&body["becomes"])),
        "release" => organization
            .decide_release(&actor(body), &domain(), now())
            .unwrap(),
        "transfer" => {
            let to = OrganizationId::new(body["to"].as_str().unwrap());
            organization
                .decide_transfer(&actor(body), &domain(), &to, now())
                .unwrap()
        }
        "step-up" => {
            let user = UserId::new(body["user"].as_str().unwrap());
            decide_step_up(organization.settings(), &user, proof(body), now())
        }
        _ => {
            let request = settings_request(organization, kind, body);
            organization.decide_settings(&actor(body), &request, now())
        }
    }
}

fn settings_request(organization: &Organization, kind: &str, body: &Value) -> SettingsRequest {
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    match kind {
        "activate" => SettingsRequest::TurnSso(said(&body["to"])),
        "change" => {
            let mut settings = serde_json::to_value(organization.settings()).unwrap();
            merge(&mut settings, &body["settings"]);
            SettingsRequest::Change(Box::new(
                serde_json::from_value::<Settings>(settings).unwrap(),
            ))
        }
        "change-role" => SettingsRequest::ChangeRole {
            user: UserId::new(text("user")),
            role: said(&body["new_role"]),
        },
        "check-postback" => SettingsRequest::CheckPostback {
            expected: text("expected"),
            found: text("found"),
        },
        "configure" => SettingsRequest::Configure(Box::new(configuration(
            body["by"].as_str().unwrap_or("okta"),
            &body["configuration"],
        ))),
        "integration" => {
            let step = match body["step"].as_str().unwrap() {
                "activate" => IntegrationStep::Activate,
                "deactivate" => IntegrationStep::Deactivate,
                "reauthorize" => IntegrationStep::Reauthorize,
                _ => IntegrationStep::Update,
            };
            SettingsRequest::Integration(
                ConnectionId::new(body["by"].as_str().unwrap_or("okta")),
                step,
            )
        }
        "managed-access" => SettingsRequest::ManagedAccess(said(&body["to"])),
        "quarantine" => SettingsRequest::Quarantine(
            ConnectionId::new(body["by"].as_str().unwrap_or("okta")),
            said(&body["to"]),
        ),
        "read" => match body["what"].as_str().unwrap() {
            "pending-claim" => SettingsRequest::ReadClaim(ReadableClaim::Pending),
            "proved-claim" => SettingsRequest::ReadClaim(ReadableClaim::Proved),
            "postback" => SettingsRequest::ReadPostback,
            _ => SettingsRequest::Read,
        },
        "remove-members" => SettingsRequest::RemoveMembers {
            users: users(&body["users"]).into_iter().collect(),
            typed_count: body["typed_count"].as_u64().unwrap() as usize,
        },
        "remove-sso" => SettingsRequest::RemoveSso {
            confirmed: match body["confirmed"].as_str().unwrap() {
                "the plan" => Some(organization.plan_sso_removal().hash),
                "an older plan" => {
                    let mut older = organization.clone();
                    older.put_configuration(configuration("third", &Value::Null));
                    Some(older.plan_sso_removal().hash)
                }
                _ => None,
            },
        },
        "require-sso" => SettingsRequest::RequireSso(said(&body["to"])),
        "upload" => SettingsRequest::UploadCertificate {
            connection: ConnectionId::new(body["by"].as_str().unwrap_or("okta")),
            upload: match body["file"].as_str().unwrap() {
                "metadata" => CertificateUpload::MetadataDocument,
                "unreadable" => CertificateUpload::Unreadable,
                end => CertificateUpload::Certificate(certificate(end)),
            },
            others: match body["others"].as_str() {
                Some("keep") => OtherCertificates::KeepOne,
                _ => OtherCertificates::Replace,
            },
        },
        other => panic!("unknown request {other}"),
    }
}

fn family(organization: &Organization, body: &Value) -> Decision {
    let settings = organization.settings().clone();
    let id = organization.id().clone();
    let user = UserId::new(body["actor"].as_str().unwrap_or("owner"));
    let member = organization
        .member(&user)
        .filter(|member| member.is_active());
    let facts = FamilyFacts {
        organization: &id,
        settings: &settings,
        place: place(&body["place"]),
        verified: organization
            .claims()
            .filter(|claim| claim.is_verified())
            .map(|claim| claim.domain().clone())
            .collect(),
        role: member.map(|member| member.role),
        elsewhere: match body["elsewhere"].as_str() {
            Some(_) => ElsewhereInFamily::Member,
            None => ElsewhereInFamily::None,
        },
    };
    let request = match body["request"].as_str().unwrap() {
        "make-code" => FamilyRequest::MakeCode,
        "visit" => FamilyRequest::Visit,
        "create" => FamilyRequest::Create(Owned::Project),
        "enter-code" => FamilyRequest::EnterCode {
            code: match body["code"].as_str().unwrap() {
                "spent" => LinkCode::Spent,
                "unknown" => LinkCode::Unknown,
                admin => LinkCode::Fresh {
                    admin: OrganizationId::new(admin),
                },
            },
        },
        other => panic!("unknown request {other}"),
    };
    decide_family(&facts, &actor(body), &request, now())
}

fn place(said: &Value) -> FamilyPlace {
    match said.as_str() {
        None => FamilyPlace::Standalone,
        Some("admin") => FamilyPlace::Admin,
        Some(_) => FamilyPlace::Linked {
            admin: OrganizationId::new("headquarters"),
            role_in_admin: None,
        },
    }
}

fn family_group(organization: &Organization, body: &Value) -> Decision {
    let named = users(&body["users"]);
    let place = match body["change"].as_str().unwrap() {
        "remove" => TeamPlace::Inside,
        _ => TeamPlace::Outside,
    };
    let people = |user: &UserId| {
        let address = &organization.account(user)?.address;
        let facts = TeamPersonFacts {
            domain: organization.domain_class(address.domain()),
            member: organization.member(user).cloned(),
            place,
            assignment: Assignment::ThroughGroups,
            other_managed_teams: 0,
        };
        Some((user.clone(), facts))
    };
    let facts = FamilyGroupFacts {
        linked: body["linked"].as_str().map(OrganizationId::new),
        connection: ConnectionId::new("okta"),
        people: named.iter().filter_map(people).collect::<BTreeMap<_, _>>(),
    };
    let change = match body["change"].as_str().unwrap() {
        "add" => FamilyGroupChange::Members {
            add: named,
            remove: Vec::new(),
        },
        "remove" => FamilyGroupChange::Members {
            add: Vec::new(),
            remove: named,
        },
        _ => FamilyGroupChange::Delete,
    };
    decide_family_group(&facts, &change)
}

fn import(body: &Value) -> ImportRequest {
    match body["list"].as_str() {
        Some("all") => ImportRequest::List(ImportFilter::All),
        Some(_) => ImportRequest::List(ImportFilter::NewOnly),
        None => {
            let crowd = body["crowd"].as_u64().unwrap_or(0);
            let crowd = (0..crowd).map(|number| UserId::new(format!("crowd-{number}")));
            ImportRequest::Take(users(&body["users"]).into_iter().chain(crowd).collect())
        }
    }
}

fn proof(body: &Value) -> Proof {
    match body["password"].as_str() {
        Some("own") => Proof::Password(OwnPassword::SetByUser),
        Some(_) => Proof::Password(OwnPassword::None),
        None => Proof::SignOn {
            authenticated_at: body["minutes_ago"]
                .as_i64()
                .map(|minutes| now() - TimeDelta::minutes(minutes)),
        },
    }
}

fn said<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

// The world.

pub(super) fn fill(organization: &mut Organization, world: &Value) {
    for (name, said) in entries(&world["configurations"]) {
        organization.put_configuration(configuration(name, said));
    }
    for (issuer, holder) in entries(&world["issuers"]) {
        organization.note_issuer(issuer.to_owned(), said(holder));
    }
    for (user, _) in entries(&world["recoveries"]) {
        organization.approve_recovery(UserId::new(user));
    }
    for (user, agreement) in entries(&world["consents"]) {
        let user = UserId::new(user);
        match agreement.as_str() {
            Some("given") => organization.note_consent(user),
            _ => organization.apply(&Effect::RequestConsent {
                user,
                connection: ConnectionId::new("okta"),
            }),
        }
    }
    for (user, _) in entries(&world["direct"]) {
        organization.note_direct_assignment(UserId::new(user));
    }
    for number in 0..world["crowd"].as_u64().unwrap_or(0) {
        super::put_person(
            organization,
            &format!("crowd-{number}"),
            &serde_json::json!({ "address": format!("crowd-{number}@example.com"), "role": "member" }),
        );
    }
    match world["family"].as_str() {
        None => {}
        Some("admin") => {
            organization.apply(&link(organization.id().as_str(), "labs"));
            organization.name_linked(OrganizationId::new("labs"), "Labs");
            for user in users(&world["in_labs"]) {
                let organization_id = OrganizationId::new("labs");
                organization.apply(&Effect::JoinLinkedOrganization {
                    organization: organization_id,
                    user,
                });
            }
        }
        Some(role) => follow(organization, role),
    }
}

fn link(admin: &str, linked: &str) -> Effect {
    Effect::LinkOrganization {
        admin: OrganizationId::new(admin),
        linked: OrganizationId::new(linked),
    }
}

/// Links the organization to another one with the same settings and claims, in which the owner of
/// this one has the role.
fn follow(organization: &mut Organization, role: &str) {
    let id = OrganizationId::new("headquarters");
    let mut admin = Organization::new(id, organization.settings().clone());
    for claim in organization.claims() {
        admin.put_claim(claim.clone());
    }
    let owner = UserId::new("owner");
    if let Some(account) = organization.account(&owner) {
        admin.put_account(account.clone()).unwrap();
        let role: Role = said(&Value::from(role));
        admin.put_member(&owner, Member::manual(role));
    }
    let id = organization.id().clone();
    organization.apply(&link("headquarters", id.as_str()));
    organization.follow(&admin);
}

/// `provider`, `issuer`, `sign_on_url`, `certificates` (their ends), `last_success`; what is missing
/// is as in a complete configuration, and `(none)` is none.
fn configuration(name: &str, said: &Value) -> SsoConfiguration {
    let provider: ProviderProduct =
        serde_json::from_value(said["provider"].clone()).unwrap_or(ProviderProduct::Okta);
    let text = |field: &str, usual: String| match said[field].as_str() {
        Some("(none)") => None,
        Some(text) => Some(text.to_owned()),
        None => Some(usual),
    };
    let mut configuration = SsoConfiguration::new(ConnectionId::new(name), provider);
    configuration.issuer = text("issuer", format!("https://idp.example.com/{name}"));
    configuration.sign_on_url = text("sign_on_url", format!("https://idp.example.com/{name}/sso"));
    configuration.certificates = match said["certificates"].as_array() {
        None => vec![certificate("2030-01-01T00:00:00Z")],
        Some(ends) => ends
            .iter()
            .map(|end| certificate(end.as_str().unwrap()))
            .collect(),
    };
    configuration.last_success = said["last_success"].as_str().map(instant);
    configuration
}

fn certificate(end: &str) -> CertificateFacts {
    CertificateFacts {
        not_after: instant(end),
        fingerprint: format!("fingerprint of {end}"),
    }
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
