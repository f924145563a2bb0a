//! `saml`: a message judged with the parties, the time and the policy of its case.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vestibule::dsig::{AlgorithmLevel, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::saml::{
    AttributeValue, ClockSkew, EndpointUrl, EntityId, Expectations, IdentityProvider, Login,
    ParsedResponse, Refusal, ReplayAnswer, ReplayQuestion, SentRequest, ServiceProvider,
    Solicitation,
};

/// Judges cases in their order and remembers them, because a replay names an earlier one.
#[derive(Default)]
pub(crate) struct Judge {
    earlier: BTreeMap<String, Value>,
}

/// A party that a case leaves open: nothing can be for it or from it.
const NOT_CONFIGURED: &str = "https://not-configured.invalid/";

/// A refusal as the answer shows it.
struct Refused {
    code: String,
    class: Value,
}

impl Judge {
    pub(crate) fn judge(&mut self, case: &Value) -> Value {
        let mut seen = HashSet::new();
        if let Some(first) = text(case, "replay_of").and_then(|id| self.earlier.get(id)) {
            // Its verdict is another line's; here it only fills the store.
            let _ = sign_in(first, &mut seen);
        }
        if let Some(id) = text(case, "id") {
            self.earlier.insert(id.to_owned(), case.clone());
        }
        let start = Instant::now();
        let verdict = sign_in(case, &mut seen);
        let micros = start.elapsed().as_micros();
        match verdict {
            Ok(login) => json!({
                "verdict": "accept",
                "name_id": login.name_id.value.expose(),
                "attributes": attributes(&login),
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

fn sign_in(case: &Value, seen: &mut HashSet<ReplayQuestion>) -> Result<Login, Refused> {
    if text(case, "message") != Some("response") || text(case, "binding") != Some("post") {
        return Err(other("message-not-supported"));
    }
    let idp = identity_provider(case)?;
    let service = ServiceProvider::new(
        EntityId::parse(text(case, "sp_entity_id").unwrap_or(NOT_CONFIGURED))
            .map_err(configuration)?,
        EndpointUrl::parse(text(case, "acs_url").unwrap_or(NOT_CONFIGURED))
            .map_err(configuration)?,
    );
    let now: DateTime<Utc> = text(case, "now")
        .and_then(|now| now.parse().ok())
        .ok_or_else(|| other("case-without-now"))?;
    let request = text(case, "request_id").map(|id| SentRequest::new(id, idp.entity_id().clone()));
    let solicitation = request
        .as_ref()
        .map_or(Solicitation::Unsolicited, Solicitation::Solicited);
    let expected = Expectations::new(&service, solicitation).with_clock_skew(skew(case)?);
    let form_value = text(case, "saml_response_b64").unwrap_or_default();
    let pending = ParsedResponse::from_post(form_value)
        .and_then(|parsed| parsed.verify(&idp))
        .and_then(|verified| verified.accept(&expected, now))
        .map_err(|refusal| refused(&refusal))?;
    let answer = match seen.insert(pending.question().clone()) {
        true => ReplayAnswer::FirstSeen,
        false => ReplayAnswer::SeenBefore,
    };
    pending.confirm(answer).map_err(|refusal| refused(&refusal))
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
    Ok(idp.with_algorithm_level(level(case)))
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

fn text<'c>(case: &'c Value, name: &str) -> Option<&'c str> {
    case.get(name).and_then(Value::as_str)
}
