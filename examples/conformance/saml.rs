//! `saml`: a message judged with the parties, the time and the policy of its case.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
#[cfg(feature = "encryption")]
use vestibule::saml::encryption::{DecryptionKeys, RsaDecryptionKey};
use vestibule::saml::{
    AcceptedLogoutResponse, AttributeValue, ClockSkew, EndpointUrl, EntityId, Expectations,
    IdentityProvider, Login, Logout, ParsedLogoutRequest, ParsedLogoutResponse, ParsedResponse,
    RedirectQuery, Refusal, ReplayAnswer, ReplayQuestion, SentRequest, ServiceProvider,
    Solicitation,
};

/// Judges cases in their order and remembers them, because a replay names an earlier one.
#[derive(Default)]
pub(crate) struct Judge {
    earlier: BTreeMap<String, Value>,
}

/// A party that a case leaves open: nothing can be for it or from it.
const NOT_CONFIGURED: &str = "https://not-configured.invalid/";

/// The messages that a case's host has seen.
type Seen = HashSet<ReplayQuestion>;

/// What an accepted message says, as the answer shows it.
struct Accepted {
    name_id: Value,
    attributes: Value,
}

impl Accepted {
    fn login(login: &Login) -> Self {
        Self {
            name_id: json!(login.name_id.as_ref().map(|name_id| name_id.value.expose())),
            attributes: attributes(login),
        }
    }

    fn logout(logout: &Logout) -> Self {
        Self {
            name_id: json!(logout.name_id.value.expose()),
            attributes: Value::Null,
        }
    }

    const fn nobody() -> Self {
        Self {
            name_id: Value::Null,
            attributes: Value::Null,
        }
    }
}

/// A refusal as the answer shows it.
struct Refused {
    code: String,
    class: Value,
}

impl Judge {
    pub(crate) fn judge(&mut self, case: &Value) -> Value {
        let mut seen = Seen::new();
        if let Some(first) = text(case, "replay_of").and_then(|id| self.earlier.get(id)) {
            // Its verdict is another line's; here it only fills the store.
            let _ = accept(first, &mut seen);
        }
        if let Some(id) = text(case, "id") {
            self.earlier.insert(id.to_owned(), case.clone());
        }
        let start = Instant::now();
        let verdict = accept(case, &mut seen);
        let micros = start.elapsed().as_micros();
        match verdict {
            Ok(accepted) => json!({
                "verdict": "accept",
                "name_id": accepted.name_id,
                "attributes": accepted.attributes,
                "micros": micros,
            }),
            Err(refused) => json!({
                "verdict": "reject",
                "code": refused.code,
                "class": refused.class,
                "micros": micros,
            }),
        }
    }
}

fn accept(case: &Value, seen: &mut Seen) -> Result<Accepted, Refused> {
    let parties = Parties::of(case)?;
    let is_redirect = text(case, "binding") == Some("redirect");
    match (text(case, "message"), is_redirect) {
        (Some("response"), false) => {
            sign_in(case, &parties, seen).map(|login| Accepted::login(&login))
        }
        (Some("logout_request"), _) => {
            log_out(case, &parties, is_redirect, seen).map(|logout| Accepted::logout(&logout))
        }
        // Nothing else reads a query with `SAMLResponse`; a sign-in is refused there as what it is.
        (Some("logout_response"), _) | (Some("response"), true) => {
            finish_logout(case, &parties, is_redirect).map(|_| Accepted::nobody())
        }
        _ => Err(other("message-not-supported")),
    }
}

fn sign_in(case: &Value, parties: &Parties, seen: &mut Seen) -> Result<Login, Refused> {
    let request = parties.request(case);
    let solicitation = request
        .as_ref()
        .map_or(Solicitation::Unsolicited, Solicitation::Solicited);
    let expected = Expectations::new(&parties.service, solicitation).with_clock_skew(parties.skew);
    let pending = ParsedResponse::from_post(form_value(case))
        .and_then(|parsed| parsed.verify(&parties.idp))
        .and_then(|verified| verified.accept(&expected, parties.now))
        .map_err(|refusal| refused(&refusal))?;
    let answer = answer(pending.question(), seen);
    pending.confirm(answer).map_err(|refusal| refused(&refusal))
}

fn log_out(
    case: &Value,
    parties: &Parties,
    is_redirect: bool,
    seen: &mut Seen,
) -> Result<Logout, Refused> {
    let verified = match is_redirect {
        true => RedirectQuery::parse(raw_query(case))
            .and_then(|query| query.verify_logout_request(&parties.idp)),
        false => ParsedLogoutRequest::from_post(form_value(case))
            .and_then(|parsed| parsed.verify(&parties.idp)),
    };
    let pending = verified
        .and_then(|verified| verified.accept(&parties.service, parties.skew, parties.now))
        .map_err(|refusal| refused(&refusal))?;
    let answer = answer(pending.question(), seen);
    pending.confirm(answer).map_err(|refusal| refused(&refusal))
}

fn finish_logout(
    case: &Value,
    parties: &Parties,
    is_redirect: bool,
) -> Result<AcceptedLogoutResponse, Refused> {
    let request = parties
        .request(case)
        .ok_or_else(|| other("case-without-request"))?;
    let verified = match is_redirect {
        true => RedirectQuery::parse(raw_query(case))
            .and_then(|query| query.verify_logout_response(&parties.idp)),
        false => ParsedLogoutResponse::from_post(form_value(case))
            .and_then(|parsed| parsed.verify(&parties.idp)),
    };
    verified
        .and_then(|verified| verified.accept(&parties.service, &request, parties.skew, parties.now))
        .map_err(|refusal| refused(&refusal))
}

fn answer(question: &ReplayQuestion, seen: &mut Seen) -> ReplayAnswer {
    match seen.insert(question.clone()) {
        true => ReplayAnswer::FirstSeen,
        false => ReplayAnswer::SeenBefore,
    }
}

/// Who a case is between, and when.
struct Parties {
    idp: IdentityProvider,
    service: ServiceProvider,
    skew: ClockSkew,
    now: DateTime<Utc>,
}

impl Parties {
    fn of(case: &Value) -> Result<Self, Refused> {
        let url = |name| EndpointUrl::parse(text(case, name).unwrap_or(NOT_CONFIGURED));
        let entity_id = EntityId::parse(text(case, "sp_entity_id").unwrap_or(NOT_CONFIGURED))
            .map_err(configuration)?;
        let service = ServiceProvider::new(entity_id, url("acs_url").map_err(configuration)?)
            .with_slo_url(url("slo_url").map_err(configuration)?);
        Ok(Self {
            idp: identity_provider(case)?,
            service,
            skew: skew(case)?,
            now: text(case, "now")
                .and_then(|now| now.parse().ok())
                .ok_or_else(|| other("case-without-now"))?,
        })
    }

    fn request(&self, case: &Value) -> Option<SentRequest> {
        text(case, "request_id")
            .and_then(|id| SentRequest::new(id, self.idp.entity_id().clone()).ok())
    }
}

fn identity_provider(case: &Value) -> Result<IdentityProvider, Refused> {
    let mut certificates = Vec::new();
    for pem in case
        .get("certs_pem")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let pem = pem.as_str().unwrap_or_default();
        certificates.extend(parse_certificates(pem.as_bytes()).map_err(configuration)?);
    }
    let keys = TrustedKeys::from_certificates(&certificates).map_err(configuration)?;
    let entity_id = EntityId::parse(text(case, "idp_entity_id").unwrap_or(NOT_CONFIGURED))
        .map_err(configuration)?;
    let idp = IdentityProvider::new(ConnectionId::new("case"), entity_id, keys);
    with_decryption_key(idp.with_algorithm_level(level(case)), case)
}

#[cfg(feature = "encryption")]
fn with_decryption_key(idp: IdentityProvider, case: &Value) -> Result<IdentityProvider, Refused> {
    let Some(pem) = text(case, "sp_decrypt_key_pem") else {
        return Ok(idp);
    };
    let key = RsaDecryptionKey::from_pkcs8_pem(pem).map_err(configuration)?;
    Ok(idp.with_decryption_keys(DecryptionKeys::new(key)))
}

/// Without the feature, an encrypted assertion is refused.
#[cfg(not(feature = "encryption"))]
#[expect(clippy::unnecessary_wraps, reason = "the shape with the feature")]
fn with_decryption_key(idp: IdentityProvider, _: &Value) -> Result<IdentityProvider, Refused> {
    Ok(idp)
}

fn level(case: &Value) -> AlgorithmLevel {
    let policy = case.get("policy");
    let named = policy.and_then(|policy| text(policy, "level"));
    let allows_sha1 = policy.and_then(|policy| policy.get("allow_sha1")?.as_bool());
    match (named, allows_sha1) {
        (Some("legacy"), _) | (None, Some(true)) => AlgorithmLevel::Legacy,
        (Some("compatible"), _) => AlgorithmLevel::Compatible,
        _ => AlgorithmLevel::Modern,
    }
}

fn skew(case: &Value) -> Result<ClockSkew, Refused> {
    let seconds = case
        .get("policy")
        .and_then(|policy| policy.get("clock_skew_s")?.as_u64());
    match seconds {
        None => Ok(ClockSkew::default()),
        Some(seconds) => u32::try_from(seconds)
            .ok()
            .and_then(ClockSkew::from_secs)
            .ok_or_else(|| other("clock-skew-too-long")),
    }
}

fn attributes(login: &Login) -> Value {
    let mut attributes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for attribute in login.attributes.iter().filter(|one| !one.values.is_empty()) {
        let values = attribute.values.iter().map(|value| match value {
            AttributeValue::Text(text) | AttributeValue::Nested(text) => json!(text.expose()),
            AttributeValue::NameId(name_id) => json!(name_id.value.expose()),
            _ => Value::Null,
        });
        attributes
            .entry(&attribute.name)
            .or_default()
            .extend(values);
    }
    json!(attributes)
}

fn refused(refusal: &Refusal) -> Refused {
    Refused {
        code: refusal.code().to_owned(),
        class: json!(refusal.first().check().class()),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
fn configuration(error: impl Explain) -> Refused {
    Refused {
        code: error.code().to_owned(),
        class: json!("certificate"),
    }
}

fn other(code: &str) -> Refused {
    Refused {
        code: code.to_owned(),
        class: json!("other"),
    }
}

fn form_value(case: &Value) -> &str {
    text(case, "saml_response_b64").unwrap_or_default()
}

fn raw_query(case: &Value) -> &str {
    text(case, "redirect_query").unwrap_or_default()
}

fn text<'c>(case: &'c Value, name: &str) -> Option<&'c str> {
    case.get(name).and_then(Value::as_str)
}
