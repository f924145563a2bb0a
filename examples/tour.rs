//! A company moves in: `cargo run --example tour`.
//!
//! It claims its domain, uploads a certificate, signs a person in by a response that pysaml2 made,
//! lets Entra push users and a group, and deletes the group again. Everything runs on the
//! in-memory `Organization`; each step prints what was decided, what must happen, and why.

use std::error::Error;

use chrono::{DateTime, TimeDelta, Utc};
use vestibule::access::{
    Account, Actor, BrakeState, ClaimRequest, ConnectionFacts, Entitlement, GroupRemoval, Member,
    Organization, OwnPassword, Role, Settings, SignInRequest, SsoState, Switch, Team, TeamState,
};
use vestibule::domain::{
    Assurance, ChallengeToken, DomainName, EmailAddress, RecordPrefix, TxtAnswer, TxtLookup,
    TxtRecord,
};
use vestibule::dsig::{Certificate, TrustedKeys, parse_certificates};
use vestibule::identity::{ConnectionId, GroupId, OrganizationId, Personal, UserId};
use vestibule::saml::{
    EndpointUrl, EntityId, Expectations, IdentityProvider, Login, ParsedResponse, ReplayAnswer,
    SentRequest, ServiceProvider, Solicitation,
};
use vestibule::scim::ResourceKind;

#[path = "tour/host.rs"]
mod host;
#[path = "tour/show.rs"]
mod show;

use host::Host;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

macro_rules! data {
    ($path:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/", $path)
    };
}

fn main() -> Result<()> {
    // The library reads no clock: this is the moment at which the response was made.
    let now: DateTime<Utc> = "2026-06-06T07:40:25Z".parse()?;
    let mut host = Host::new(move_in()?, ConnectionId::new("entra"));
    claim_domain(&mut host, now - TimeDelta::hours(2))?;
    let idp = upload_certificate(&mut host, now)?;
    let newcomer = sign_in(&mut host, &idp, now)?;
    provision(&mut host, &newcomer, now)
}

/// The organization before anything is set up: one owner with a password, one guest.
fn move_in() -> Result<Organization> {
    let mut settings = Settings::recommended(RecordPrefix::parse("product")?);
    settings.entitlement = Entitlement::Active;
    let mut organization = Organization::new(OrganizationId::new("acme"), settings);
    let owner = Account {
        password: OwnPassword::SetByUser,
        ..Account::new(
            UserId::new("owner"),
            EmailAddress::parse("grace@example.org")?,
        )
    };
    let guest = Account::new(
        UserId::new("guest"),
        EmailAddress::parse("gus@example.net")?,
    );
    organization.put_account(owner)?;
    organization.put_account(guest)?;
    organization.put_member(&UserId::new("owner"), Member::manual(Role::Owner));
    organization.put_member(&UserId::new("guest"), Member::manual(Role::Member));
    // A Team that the owner made by hand; Entra will push a group of the same name.
    let team = Team {
        name: "designers".to_owned(),
        state: TeamState::Unmanaged,
        members: [UserId::new("owner"), UserId::new("guest")].into(),
    };
    organization.put_team(GroupId::new("team"), team);
    Ok(organization)
}

fn claim_domain(host: &mut Host, now: DateTime<Utc>) -> Result<()> {
    show::chapter("1  The company claims its domain");
    let mut owner = Actor {
        user: UserId::new("owner"),
        role: Role::Owner,
        proved_at: None,
    };
    // Twenty bytes of the host's random source.
    let token = ChallengeToken::from_entropy(*b"not a random number!");
    let request = ClaimRequest::exact("Example.ORG", token);

    show::step("The owner types the domain into the settings page.");
    let decision = host.organization.decide_claim(&owner, &request, now);
    show::decision(&decision);

    show::step("After the password was asked for, the owner tries again.");
    owner.proved_at = Some(now);
    let decision = host.organization.decide_claim(&owner, &request, now);
    host.carry_out(&decision);

    let domain = DomainName::parse("example.org")?;
    let challenge = host
        .organization
        .claim(&domain)
        .ok_or("the claim was opened")?
        .challenge()
        .clone();
    show::step("The DNS administrator is to publish this record.");
    println!("  name      {}", challenge.query_name());
    println!("  type      TXT");
    println!("  value     {}", challenge.record_value());

    show::step("An hour later the record is there, with quotation marks that do not belong.");
    let quoted = format!("\"{}\"", challenge.record_value());
    let observation = challenge.judge(&answer(&quoted));
    let later = now + TimeDelta::hours(1);
    if let Some(decision) = host
        .organization
        .decide_domain_check(&domain, observation, later)
    {
        host.carry_out(&decision);
    }

    show::step("Another hour later it is right.");
    let observation = challenge.judge(&answer(&challenge.record_value()));
    let later = now + TimeDelta::hours(2);
    if let Some(decision) = host
        .organization
        .decide_domain_check(&domain, observation, later)
    {
        host.carry_out(&decision);
    }
    Ok(())
}

/// What a validating resolver returned for the challenge's name.
fn answer(value: &str) -> TxtLookup {
    let records = TxtAnswer::Records(vec![TxtRecord::new([value])]);
    TxtLookup::new(records, Assurance::Authenticated)
}

fn upload_certificate(host: &mut Host, now: DateTime<Utc>) -> Result<IdentityProvider> {
    show::chapter("2  The admin connects the identity provider");
    show::step("The admin uploads the .xml file that the identity provider offered first.");
    match parse_certificates(include_bytes!(data!("saml/idp-metadata.xml"))) {
        Err(error) => show::error(&error),
        Ok(_) => return Err("metadata was taken for a certificate".into()),
    }

    show::step("Then the certificate.");
    let certificates = parse_certificates(include_bytes!(data!("saml/idp.pem")))?;
    for certificate in &certificates {
        println!("  subject   {}", certificate.subject());
        println!("  key       {}", certificate.key_kind());
        println!("  until     {}", certificate.not_after());
        println!("  SHA-256   {}", certificate.fingerprint());
        match certificate.expiry_warning(now) {
            None => println!(
                "  warning   none; the next one is due at {:?}",
                certificate.expiry_changes_at(now)
            ),
            Some(warning) => println!("  warning   {warning:?}"),
        }
    }

    show::step("Single sign-on and IdP Managed Access are turned on.");
    host.organization.put_connection(ConnectionFacts {
        certificate_not_after: certificates.iter().map(Certificate::not_after).max(),
        ..ConnectionFacts::new(host.entra.clone())
    });
    let begun = BrakeState::begun(now - TimeDelta::days(30));
    host.organization.put_brake(host.entra.clone(), begun);
    let settings = host.organization.settings_mut();
    settings.sso = SsoState::Enabled;
    settings.idp_managed_access = Switch::On;
    settings.group_management = Switch::On;
    println!(
        "  sso {:?}, idp_managed_access {:?}",
        settings.sso, settings.idp_managed_access
    );

    Ok(IdentityProvider::new(
        host.entra.clone(),
        EntityId::parse("https://idp.example.org/saml/metadata")?,
        TrustedKeys::from_certificates(&certificates)?,
    ))
}

fn sign_in(host: &mut Host, idp: &IdentityProvider, now: DateTime<Utc>) -> Result<String> {
    show::chapter("3  Somebody signs in who was never invited");
    let service = ServiceProvider::new(
        EntityId::parse("https://sp.example.com/saml/metadata")?,
        EndpointUrl::parse("https://sp.example.com/saml/acs")?,
    );
    let request = SentRequest::new(
        "_req9afaf3852646a15c33e5b737c1f8b937",
        idp.entity_id().clone(),
    )?;
    let expected = Expectations::new(&service, Solicitation::Solicited(&request));
    let genuine = include_str!(data!("saml/pysaml2.xml"));

    show::step("First somebody tries the response with another name in it.");
    let tampered = genuine.replace("user6024@example.org", "owner@example.org");
    let judged =
        ParsedResponse::from_octets(tampered.into_bytes()).and_then(|parsed| parsed.verify(idp));
    match judged {
        Err(refusal) => show::refusal(&refusal),
        Ok(_) => return Err("a tampered response was verified".into()),
    }

    show::step("Then somebody brings the genuine one to another service, an hour late.");
    let elsewhere = ServiceProvider::new(
        EntityId::parse("https://another.example.com/saml/metadata")?,
        EndpointUrl::parse("https://another.example.com/saml/acs")?,
    );
    let form_value = include_str!(data!("saml/pysaml2.b64"));
    let judged = ParsedResponse::from_post(form_value)?.verify(idp)?.accept(
        &Expectations::new(&elsewhere, Solicitation::Solicited(&request)),
        now + TimeDelta::hours(1),
    );
    match judged {
        Err(refusal) => show::refusal(&refusal),
        Ok(_) => return Err("a response for another service was accepted".into()),
    }

    show::step("Now the person it is about, at the right place and time.");
    let pending = ParsedResponse::from_post(form_value)?
        .verify(idp)?
        .accept(&expected, now)?;
    println!(
        "  question  was assertion {} used before?",
        pending.question().id
    );
    let login = pending.confirm(ReplayAnswer::FirstSeen)?;
    describe(&login);
    let ask = SignInRequest::Sso(Box::new(login.identity));
    let decision = host.organization.decide_sign_in(&ask, now);
    host.carry_out(&decision);

    show::step("The same response again, out of the browser's history.");
    let pending = ParsedResponse::from_post(form_value)?
        .verify(idp)?
        .accept(&expected, now)?;
    match pending.confirm(ReplayAnswer::SeenBefore) {
        Err(refusal) => show::refusal(&refusal),
        Ok(_) => return Err("a response was used twice".into()),
    }

    let newcomer = EmailAddress::parse("user6024@example.org")?;
    let account = host.organization.account_of(&newcomer);
    Ok(account.ok_or("the person joined")?.user.as_str().to_owned())
}

fn describe(login: &Login) {
    for signed in &login.signatures {
        println!("  signed    the {:?}, {}", signed.part, signed.algorithm);
    }
    println!(
        "  subject   {}",
        login
            .identity
            .subject
            .as_ref()
            .map_or("-", Personal::expose)
    );
    for attribute in &login.attributes {
        println!(
            "  attribute {} ({} values)",
            attribute.name,
            attribute.values.len()
        );
    }
}

fn provision(host: &mut Host, newcomer: &str, now: DateTime<Utc>) -> Result<()> {
    show::chapter("4  Entra pushes users and a group");
    show::step("POST /Users: Anna.");
    let anna = include_bytes!(data!("scim/entra/create-anna.json"));
    let anna = host
        .post(ResourceKind::User, anna, now)?
        .ok_or("Anna was made")?;
    show::step("POST /Users: Ben.");
    let ben = include_bytes!(data!("scim/entra/create-ben.json"));
    let ben = host
        .post(ResourceKind::User, ben, now)?
        .ok_or("Ben was made")?;
    show::step("POST /Users: somebody of a domain that the company does not own.");
    let outsider = include_bytes!(data!("scim/entra/create-outsider.json"));
    host.post(ResourceKind::User, outsider, now)?;

    show::step("PATCH /Users: Anna has a new name, a title, a telephone and a manager.");
    host.patch(
        &anna,
        include_bytes!(data!("scim/entra/patch-anna.json")),
        now,
    )?;

    show::step("POST /Groups and PATCH /Groups: Designers, a name that a Team already has.");
    println!("  (Entra did not create the newcomer, so the reference to them is skipped.)");
    let designers = include_bytes!(data!("scim/entra/create-designers.json"));
    let designers = host
        .post(ResourceKind::Group, designers, now)?
        .ok_or("the group was made")?;
    let members = [anna.as_str(), &ben, newcomer];
    host.patch(&designers, &Host::adding(&members)?, now)?;
    show::step("POST /Groups and PATCH /Groups: On Call, with Ben.");
    let on_call = include_bytes!(data!("scim/entra/create-on-call.json"));
    let on_call = host
        .post(ResourceKind::Group, on_call, now)?
        .ok_or("the group was made")?;
    host.patch(&on_call, &Host::adding(&[&ben])?, now)?;

    show::step("GET /Users: the filters that Entra sends, and one of an administrator.");
    host.find(r#"userName eq "ANNA.LIND@example.org""#)?;
    host.find(r#"emails[type eq "work"].value eq "ben.okafor@example.org""#)?;
    host.find(r#"active eq "True" and not (title pr) or name.familyName co "lind""#)?;

    show::chapter("5  The group is deleted");
    show::step("By default the members of a deleted group stay. This company chose otherwise:");
    let settings = host.organization.settings_mut();
    settings.group_removal = GroupRemoval::DeactivateOrphans;
    println!("  group_removal {:?}", settings.group_removal);
    show::step("DELETE /Groups: Designers.");
    host.delete_group(&designers, now)?;
    show::step(
        "Nothing is gone yet: an Owner looks at the plan, types its number, and commits it.",
    );
    host.commit_held(now);

    show::step("Who is still in:");
    for (user, member) in host.organization.members() {
        let state = if member.is_active() {
            "active"
        } else {
            "deactivated"
        };
        println!("  {:<10} {:<8?} {state}", user.as_str(), member.role);
    }
    Ok(())
}
