//! The judgement: is the assertion for this service, now, and in answer to what was asked?

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Shown;
use crate::identity::{AssertedIdentity, Personal};
use crate::limits::MAX_UNSOLICITED_SECS;
use crate::xml::Element;

use super::check::Check;
use super::conditions;
use super::envelope::{Form, instant};
use super::login::{Login, PendingLogin, ReplayQuestion};
use super::name_id::NameId;
use super::namespace::ASSERTION;
use super::party::{EntityId, ServiceProvider};
use super::refusal::{FailedCheck, Findings, Refusal};
use super::sent_request::SentRequest;
use super::statements::{self, Statements};
use super::structure::{Children, issuer_name};
use super::subject::{self, Subject};
use super::terms::Terms;
use super::time::ClockSkew;
use super::verified::VerifiedResponse;

/// What an assertion must be for, to be accepted.
///
/// See [the module](super) for an example.
#[derive(Clone, Copy, Debug)]
pub struct Expectations<'e> {
    pub(super) service: &'e ServiceProvider,
    pub(super) solicitation: Solicitation<'e>,
    pub(super) skew: ClockSkew,
    /// Empty for any.
    pub(super) authn_contexts: &'e [String],
}

impl<'e> Expectations<'e> {
    /// An assertion for `service`, with a clock skew of one minute.
    /// See [the module](super) for an example.
    #[must_use]
    pub fn new(service: &'e ServiceProvider, solicitation: Solicitation<'e>) -> Self {
        Self {
            service,
            solicitation,
            skew: ClockSkew::default(),
            authn_contexts: &[],
        }
    }

    /// The same with another clock skew.
    ///
    /// ```
    /// # use vestibule::saml::*;
    /// # let service = ServiceProvider::new(
    /// #     EntityId::parse("https://sp.example.com")?,
    /// #     EndpointUrl::parse("https://sp.example.com/acs")?,
    /// # );
    /// let expected = Expectations::new(&service, Solicitation::Unsolicited)
    ///     .with_clock_skew(ClockSkew::from_secs(180).unwrap());
    /// # let _ = expected;
    /// # Ok::<(), PartyError>(())
    /// ```
    #[must_use]
    pub const fn with_clock_skew(mut self, skew: ClockSkew) -> Self {
        self.skew = skew;
        self
    }

    /// The same for people who authenticated in one of these ways only; an empty list is any.
    ///
    /// Compared byte for byte with the class of each authentication, and with its declaration. To ask
    /// for a way in the request is a wish
    /// ([`RequestedAuthnContext`](super::RequestedAuthnContext)): identity providers that do not know
    /// it pass it by, and whoever starts at the identity provider never sent it.
    ///
    /// ```
    /// # use vestibule::saml::*;
    /// # let service = ServiceProvider::new(
    /// #     EntityId::parse("https://sp.example.com")?,
    /// #     EndpointUrl::parse("https://sp.example.com/acs")?,
    /// # );
    /// let several_factors = ["https://refeds.org/profile/mfa".to_owned()];
    /// let expected = Expectations::new(&service, Solicitation::Unsolicited)
    ///     .with_authn_contexts(&several_factors);
    /// # let _ = expected;
    /// # Ok::<(), PartyError>(())
    /// ```
    #[must_use]
    pub const fn with_authn_contexts(mut self, class_refs: &'e [String]) -> Self {
        self.authn_contexts = class_refs;
        self
    }
}

/// Whether this service asked for the sign-in.
///
/// The host knows by the browser: a request is pending in its session, or none is. An unsolicited
/// response is one that the person started at the identity provider.
#[expect(clippy::exhaustive_enums, reason = "a request was sent or it was not")]
#[derive(Clone, Copy, Debug)]
pub enum Solicitation<'e> {
    /// In answer to this request.
    Solicited(&'e SentRequest),
    /// In answer to none: IdP-initiated.
    Unsolicited,
}

impl Solicitation<'_> {
    /// Who may answer; an unsolicited response answers nobody.
    pub(super) fn judge_sender(self, issuer: &EntityId, findings: &mut Findings) {
        if let Self::Solicited(request) = self {
            request.judge_sender(issuer, findings);
        }
    }
}

impl VerifiedResponse {
    /// Judges whom the assertion is for, when, and in answer to what.
    ///
    /// Every check is made, so a refusal names all that fail. What passes is a [`PendingLogin`]:
    /// its question about replay stands before the identity.
    ///
    /// # Errors
    ///
    /// All checks that failed. See [the module](super) for an example.
    pub fn accept(
        self,
        expected: &Expectations<'_>,
        now: DateTime<Utc>,
    ) -> Result<PendingLogin, Refusal> {
        let terms = Terms {
            expected,
            issuer: &self.issuer,
            practice: &self.practice,
            decrypted: &self.decrypted,
            now,
        };
        let mut findings = Findings::default();
        self.envelope.judge(terms, &mut findings);
        expected
            .solicitation
            .judge_sender(&self.issuer, &mut findings);
        let assertion = self.assertion();
        let accepted = assertion
            .and_then(|assertion| AcceptedAssertion::judge(assertion, terms, &mut findings));
        findings.verdict()?;
        match accepted {
            Some(accepted) => Ok(self.pending(accepted)),
            // Nothing failed and yet something is missing: never sign anybody in on that.
            None => Err(Refusal::of(FailedCheck::new(Check::AssertionMissing))),
        }
    }

    fn pending(&self, accepted: AcceptedAssertion) -> PendingLogin {
        let AcceptedAssertion {
            id,
            subject,
            name_id,
            statements,
            keep_until,
        } = accepted;
        let Statements {
            authentications,
            attributes,
        } = statements;
        let identity = AssertedIdentity {
            connection: self.connection.clone(),
            subject,
            email: self.mapping.email_of(&attributes, name_id.as_ref()),
            first_name: self.mapping.first_name_of(&attributes),
            last_name: self.mapping.last_name_of(&attributes),
            groups: self.mapping.groups_of(&attributes),
            authenticated_at: authentications.iter().map(|one| one.instant).max(),
            session_not_on_or_after: authentications
                .iter()
                .filter_map(|one| one.session_not_on_or_after)
                .min(),
        };
        PendingLogin {
            question: ReplayQuestion {
                connection: self.connection.clone(),
                id: id.clone(),
                keep_until,
            },
            login: Login {
                identity,
                name_id,
                attributes,
                authentications,
                assertion_id: id,
                signatures: self.signatures.clone(),
            },
        }
    }
}

/// What is left of an assertion when nothing failed.
struct AcceptedAssertion {
    id: String,
    subject: Option<Personal>,
    name_id: Option<NameId>,
    statements: Statements,
    keep_until: DateTime<Utc>,
}

impl AcceptedAssertion {
    /// saml-core §2.3.3, in the order of the schema.
    fn judge(assertion: Element<'_>, terms: Terms<'_>, findings: &mut Findings) -> Option<Self> {
        for (name, check) in Form::of(assertion).judge(terms.clock()) {
            findings.fail_attribute(check, assertion, name);
        }
        let latest = judge_age(assertion, terms, findings);
        let mut children = Children::of(assertion, findings);
        judge_issuer(&mut children, terms.issuer, findings);
        children.next_if(crate::dsig::DSIG, "Signature");
        let whom = subject::judge(&mut children, terms, findings);
        let end = conditions::judge(&mut children, terms, findings);
        children.next_if(ASSERTION, "Advice");
        let statements = statements::read(children, terms, findings);
        judge_authn_context(assertion, &statements, terms, findings);
        let Subject {
            name_id,
            end: end_of_bearer,
        } = whom?;
        if name_id.is_none() && terms.practice.subject_source.needs_name_id() {
            return None;
        }
        let subject = terms.practice.subject_source.subject(
            name_id.as_ref(),
            &statements.attributes,
            (terms.issuer, terms.service().entity_id()),
            assertion,
            findings,
        );
        let end = end.map_or(end_of_bearer, |end| end.max(end_of_bearer));
        let keep_until = latest.map_or(end, |latest| latest.min(end));
        Some(Self {
            id: assertion.attribute("ID")?.to_owned(),
            subject,
            name_id,
            statements,
            // The longest that may ever be configured: a longer one tomorrow revives nothing.
            keep_until: ClockSkew::MAX.after(keep_until),
        })
    }
}

/// Until when an assertion that nobody asked for counts, however long it says that it is valid;
/// `None` for one that answers a request, which the host forgets after a while.
fn judge_age(
    assertion: Element<'_>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    if matches!(terms.expected.solicitation, Solicitation::Solicited(_)) {
        return None;
    }
    // One that is missing or malformed is the form's to report.
    let text = assertion.attribute("IssueInstant")?;
    let issued = instant(text, "IssueInstant").ok()?;
    let latest = issued.checked_add_signed(TimeDelta::seconds(i64::from(MAX_UNSOLICITED_SECS)))?;
    if terms.clock().is_over(latest) {
        let check = Check::IssuedLongAgo {
            instant: issued,
            now: terms.now,
            limit_secs: MAX_UNSOLICITED_SECS,
        };
        findings.fail_attribute(check, assertion, "IssueInstant");
    }
    Some(latest)
}

/// saml-core §3.3.2.2.1: one that holds is enough. Without any the statements are at fault.
fn judge_authn_context(
    assertion: Element<'_>,
    statements: &Statements,
    terms: Terms<'_>,
    findings: &mut Findings,
) {
    let expected = terms.expected.authn_contexts;
    if expected.is_empty() || statements.authentications.is_empty() {
        return;
    }
    let found = || {
        let each = statements.authentications.iter();
        each.flat_map(|one| one.context_class.iter().chain(&one.context_declaration))
    };
    if found().any(|context| expected.contains(context)) {
        return;
    }
    let shown = |context: &String| Shown::identifier(context);
    let check = Check::AuthnContextMismatch {
        expected: expected.iter().map(shown).collect(),
        found: found().take(8).map(shown).collect(),
    };
    let mut children = assertion.children();
    let statement = children.find(|child| child.is(ASSERTION, "AuthnStatement"));
    findings.fail(check, statement.unwrap_or(assertion));
}

fn judge_issuer(children: &mut Children<'_>, expected: &EntityId, findings: &mut Findings) {
    let expected_shown = Shown::identifier(expected.as_str());
    match children.next_if(ASSERTION, "Issuer") {
        None => findings.fail(
            Check::IssuerMissing {
                expected: expected_shown,
            },
            children.parent(),
        ),
        Some(issuer) if issuer_name(issuer) == expected.as_str() => {}
        Some(issuer) => findings.fail(
            Check::IssuerMismatch {
                expected: expected_shown,
                found: Shown::identifier(&issuer_name(issuer)),
            },
            issuer,
        ),
    }
}
