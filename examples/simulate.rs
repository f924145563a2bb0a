//! A day of identity-provider traffic for an organization of 50,000 people.
//!
//! Joiners, movers and leavers, a DNS outage, a mistaken removal of twenty thousand people, and a
//! certificate that is replaced. What is decided is printed hour by hour, with what the brake held;
//! at the end, how long each kind of decision took. Everything but those times is the same at every
//! run. `cargo run --release --example simulate [PEOPLE]`

#[path = "simulate/company.rs"]
mod company;
#[path = "simulate/report.rs"]
mod report;

use std::error::Error;
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use company::{Company, ROOT};
use report::Report;
use vestibule::access::{
    Actor, Batch, CertificateFacts, CertificateUpload, OtherCertificates, Role, SettingsRequest,
    SignInRequest,
};
use vestibule::domain::{Assurance, IncompleteLookup, TxtAnswer, TxtLookup};
use vestibule::identity::{
    Asserted, AssertedIdentity, DirectoryChange, Personal, UserAttributes, UserId,
};

fn main() -> Result<(), Box<dyn Error>> {
    let people = match std::env::args().nth(1) {
        Some(number) => number.parse()?,
        None => 50_000,
    };
    let midnight: DateTime<Utc> = "2026-03-02T00:00:00Z".parse()?;
    let mut day = Day {
        company: Company::new(people, midnight)?,
        report: Report::default(),
        midnight,
        people,
    };
    day.run()
}

struct Day {
    company: Company,
    report: Report,
    midnight: DateTime<Utc>,
    people: usize,
}

impl Day {
    fn run(&mut self) -> Result<(), Box<dyn Error>> {
        println!("{} members of {ROOT}", self.people);
        self.domain(6, "the daily look at the domain", false);
        self.joiners(8);
        self.sign_ins(9, 0..self.people / 50, "the morning's sign-ons");
        self.movers(10);
        self.leavers(11);
        for hour in [12, 13] {
            self.domain(hour, "DNS does not answer", true);
        }
        self.mass_removal(14)?;
        self.domain(15, "DNS answers again", false);
        self.rollover(16);
        self.sign_ins(17, 0..self.people / 50, "the evening's sign-ons");
        self.report.timings();
        Ok(())
    }

    fn at(&self, hour: i64) -> DateTime<Utc> {
        self.midnight + TimeDelta::hours(hour)
    }

    /// 0.2 percent of the people are new, and each is created with a name.
    fn joiners(&mut self, hour: i64) {
        let now = self.at(hour);
        self.report.hour(hour, "joiners are created");
        for number in 0..self.people / 500 {
            let attributes = UserAttributes {
                user_name: said(format!("joiner-{number}@{ROOT}")),
                first_name: said("Ada"),
                last_name: said(format!("Joiner {number}")),
                ..UserAttributes::default()
            };
            self.change("create user", &DirectoryChange::CreateUser(attributes), now);
        }
        self.report.flush();
    }

    /// One percent changes its name.
    fn movers(&mut self, hour: i64) {
        let now = self.at(hour);
        self.report.hour(hour, "movers are updated");
        for number in 0..self.people / 100 {
            let attributes = UserAttributes {
                last_name: said(format!("Moved {number}")),
                ..UserAttributes::default()
            };
            let user = company::user(number * 7 % self.people);
            self.change(
                "update user",
                &DirectoryChange::UpdateUser { user, attributes },
                now,
            );
        }
        self.report.flush();
    }

    /// One in a thousand leaves, and tries to come in all the same.
    fn leavers(&mut self, hour: i64) {
        let now = self.at(hour);
        let leavers = 0..self.people / 1000;
        self.report.hour(hour, "leavers are switched off");
        for number in leavers.clone() {
            self.change("switch a user off", &switch_off(number), now);
        }
        self.report.flush();
        self.sign_ins(hour, leavers, "leavers try to sign on");
    }

    /// Somebody takes the wrong group off the application: two in five people are switched off.
    fn mass_removal(&mut self, hour: i64) -> Result<(), Box<dyn Error>> {
        let now = self.at(hour);
        self.report.hour(
            hour,
            "a wrong group is unassigned: two in five are switched off",
        );
        let mut batch = Batch::default();
        let first = self.people / 10;
        for number in first..first + self.people * 2 / 5 {
            let decision = self.report.timed("switch a user off", || {
                self.company.decide(&switch_off(number), now)
            });
            self.company.carry_out_in_batch(&decision, &mut batch);
        }
        self.report.flush();
        let held = self.company.organization.held().count();
        self.report
            .line(&format!("{held} wait for an Owner; they may still enter"));

        self.report
            .hour(hour, "an Owner drops what waits and undoes the rest");
        let owner = self.owner(now);
        let okta = company::okta();
        let organization = &self.company.organization;
        let dropped = self.report.timed("drop what waits", || {
            organization.decide_drop(&okta, &owner)
        });
        self.company.carry_out(&dropped);
        let organization = &self.company.organization;
        let undone = self
            .report
            .timed("undo a batch", || organization.decide_undo(&batch, &owner));
        self.company.carry_out(&undone);
        self.report.flush();
        let active = self.company.active();
        self.report.line(&format!("{active} members may enter"));
        Ok(())
    }

    /// A second certificate beside the first, and a look at the times of both.
    fn rollover(&mut self, hour: i64) {
        let now = self.at(hour);
        self.report.hour(hour, "the certificate is replaced");
        let last = now - TimeDelta::hours(1);
        let okta = company::okta();
        let check = |company: &Company, report: &mut Report| {
            report.timed("certificate check", || {
                company
                    .organization
                    .decide_certificate_check(&okta, last, now)
            })
        };
        check(&self.company, &mut self.report);
        let request = SettingsRequest::UploadCertificate {
            connection: okta.clone(),
            upload: CertificateUpload::Certificate(CertificateFacts {
                not_after: now + TimeDelta::days(730),
                fingerprint: "the new one".to_owned(),
            }),
            others: OtherCertificates::KeepOne,
        };
        let owner = self.owner(now);
        let organization = &self.company.organization;
        let decision = self.report.timed("settings", || {
            organization.decide_settings(&owner, &request, now)
        });
        self.company.carry_out(&decision);
        check(&self.company, &mut self.report);
        self.report.flush();
    }

    fn sign_ins(&mut self, hour: i64, numbers: Range<usize>, what: &str) {
        let now = self.at(hour);
        self.report.hour(hour, what);
        for number in numbers {
            let request = SignInRequest::Sso(Box::new(AssertedIdentity {
                connection: company::okta(),
                subject: Some(Personal::new(format!("subject-{number}"))),
                email: Some(Personal::new(company::address(number))),
                first_name: Some("Ada".into()),
                last_name: Some("Person".into()),
                groups: Vec::new(),
                authenticated_at: Some(now),
                session_not_on_or_after: None,
            }));
            let organization = &self.company.organization;
            let decision = self
                .report
                .timed("sign-on", || organization.decide_sign_in(&request, now));
            self.company.carry_out(&decision);
        }
        self.report.flush();
    }

    fn domain(&mut self, hour: i64, what: &str, outage: bool) {
        let now = self.at(hour);
        self.report.hour(hour, what);
        let answer = match outage {
            true => TxtAnswer::Incomplete(IncompleteLookup::Timeout),
            false => self.company.published(),
        };
        let lookup = TxtLookup::new(answer, Assurance::Authenticated);
        let company = &self.company;
        let decision = self
            .report
            .timed("domain check", || company.look(&lookup, now));
        if let Some(decision) = decision {
            self.company.carry_out(&decision);
        }
        self.report.flush();
    }

    fn change(&mut self, kind: &'static str, change: &DirectoryChange, now: DateTime<Utc>) {
        let company = &self.company;
        let decision = self.report.timed(kind, || company.decide(change, now));
        self.company.carry_out(&decision);
    }

    fn owner(&self, now: DateTime<Utc>) -> Actor {
        Actor {
            user: UserId::new("owner"),
            role: Role::Owner,
            proved_at: Some(now),
        }
    }
}

fn said(text: impl Into<String>) -> Asserted<Personal> {
    Asserted::Value(Personal::new(text.into()))
}

fn switch_off(number: usize) -> DirectoryChange {
    DirectoryChange::UpdateUser {
        user: company::user(number),
        attributes: UserAttributes {
            active: Asserted::Value(false),
            ..UserAttributes::default()
        },
    }
}
