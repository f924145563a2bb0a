//! What an organization in memory holds: what was put is found, and what was removed leaves nothing.

mod acme;

use acme::{empty_organization, okta, prefix, start};
use chrono::TimeDelta;
use vestibule::access::{
    Account, Actor, BrakeState, CertificateFacts, ConnectionTokens, DenyCode, Effect, FirstSync,
    ForeignLogin, Member, Organization, OwnPassword, ProviderProduct, Role, SettingsRequest,
    SsoConfiguration, TokenSecret, TokenState,
};
use vestibule::domain::{DomainName, EmailAddress};
use vestibule::identity::{ConnectionId, OrganizationId, Personal, UserId};

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
