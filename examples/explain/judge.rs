//! The judgement of one response, step by step, with what it was compared with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use vestibule::dsig::{AlgorithmLevel, Certificate, TrustedKeys, parse_certificates};
use vestibule::error::Explain;
use vestibule::identity::ConnectionId;
use vestibule::limits::XmlLimits;
use vestibule::saml::encryption::DecryptionKeys;
use vestibule::saml::{
    CheckClass, ClockSkew, EndpointUrl, EntityId, Expectations, IdentityProvider, ParsedResponse,
    Refusal, SentRequest, ServiceProvider, SignedPart, Solicitation, Step,
};
use vestibule::xml::{Dialect, Document, Element};

use super::arguments::{Arguments, Request};

/// What stands where neither the caller nor the message says anything: nothing is for it.
const NOWHERE: &str = "https://not-configured.invalid/";

/// What the caller gave; the rest is assumed.
#[derive(Clone)]
pub(crate) struct Settings {
    certificates: Vec<Certificate>,
    keys: TrustedKeys,
    pub(crate) decryption_keys: Option<DecryptionKeys>,
    entity_id: Option<EntityId>,
    issuer: Option<EntityId>,
    acs: Option<EndpointUrl>,
    request: Option<Request>,
    at: Option<DateTime<Utc>>,
    skew: ClockSkew,
    level: AlgorithmLevel,
}

impl Settings {
    pub(crate) fn new(arguments: &Arguments, certificates: &[Certificate]) -> Result<Self, String> {
        let entity_id = |text: &Option<String>| match text {
            Some(text) => EntityId::parse(text).map(Some).map_err(advise),
            None => Ok(None),
        };
        let acs = arguments.acs.as_deref().map(EndpointUrl::parse).transpose();
        Ok(Self {
            certificates: certificates.to_vec(),
            keys: TrustedKeys::from_certificates(certificates).map_err(advise)?,
            decryption_keys: None,
            entity_id: entity_id(&arguments.entity_id)?,
            issuer: entity_id(&arguments.issuer)?,
            acs: acs.map_err(advise)?,
            request: arguments.request.clone(),
            at: arguments.at,
            skew: arguments.skew,
            level: arguments.level,
        })
    }
}

impl Settings {
    fn identity_provider(&self, issuer: EntityId) -> IdentityProvider {
        let connection = ConnectionId::new("explained");
        let idp = IdentityProvider::new(connection, issuer, self.keys.clone())
            .with_algorithm_level(self.level);
        match &self.decryption_keys {
            Some(keys) => idp.with_decryption_keys(keys.clone()),
            None => idp,
        }
    }
}

pub(crate) fn read_certificates(upload: &[u8]) -> Result<Vec<Certificate>, String> {
    parse_certificates(upload).map_err(advise)
}

#[cfg(feature = "encryption")]
pub(crate) fn read_decryption_key(pem: &[u8]) -> Result<DecryptionKeys, String> {
    use vestibule::saml::encryption::RsaDecryptionKey;
    let key = RsaDecryptionKey::from_pkcs8_pem(&String::from_utf8_lossy(pem));
    key.map(DecryptionKeys::new).map_err(advise)
}

#[cfg(not(feature = "encryption"))]
pub(crate) fn read_decryption_key(_: &[u8]) -> Result<DecryptionKeys, String> {
    Err("--decryption-key: this was built without the feature encryption".to_owned())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
fn advise(error: impl Explain) -> String {
    format!("{error}\n{}", error.help())
}

/// A value that the message was compared with.
pub(crate) struct Compared {
    pub(crate) name: &'static str,
    /// What gives it on the command line.
    pub(crate) option: &'static str,
    /// The checks that compare with it.
    pub(crate) classes: &'static [CheckClass],
    pub(crate) value: String,
    source: Source,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    Assumed,
    Given,
}

impl Compared {
    /// Whether the message itself says so: a check that passes proves nothing.
    pub(crate) fn is_assumed(&self) -> bool {
        self.source == Source::Assumed
    }
}

/// All that there is to say about a response.
pub(crate) struct Explanation {
    /// Those given.
    pub(crate) certificates: Vec<Certificate>,
    /// Empty when the response cannot be read.
    pub(crate) compared: Vec<Compared>,
    /// `None` when it is no XML.
    pub(crate) document: Option<Document<'static>>,
    pub(crate) last: Step,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) signatures: Vec<SignedPart>,
}

impl Explanation {
    pub(crate) fn of(input: &[u8], settings: &Settings) -> Self {
        let mut explanation = Self {
            certificates: settings.certificates.clone(),
            compared: Vec::new(),
            document: document(input),
            last: Step::Parse,
            refusal: None,
            signatures: Vec::new(),
        };
        explanation.refusal = explanation.judge(input, settings).err();
        explanation
    }

    fn judge(&mut self, input: &[u8], settings: &Settings) -> Result<(), Refusal> {
        let parsed = match as_xml(input) {
            Some(xml) => ParsedResponse::from_octets(xml.to_vec()),
            None => ParsedResponse::from_post(&String::from_utf8_lossy(input)),
        }?;
        let claims = Claims::of(self.document.as_ref(), parsed.claimed_issuer());
        let parties = Parties::of(settings, &claims, &mut self.compared);
        self.last = Step::Verify;
        let verified = parsed.verify(&parties.idp)?;
        self.signatures = verified.signatures().to_vec();
        self.last = Step::Accept;
        let solicitation = match &parties.request {
            Some(request) => Solicitation::Solicited(request),
            None => Solicitation::Unsolicited,
        };
        let expected =
            Expectations::new(&parties.service, solicitation).with_clock_skew(settings.skew);
        // Whether it was seen before is the one question that only the host can answer.
        verified.accept(&expected, parties.now).map(|_| ())
    }
}

fn as_xml(input: &[u8]) -> Option<&[u8]> {
    let text = input.strip_prefix("\u{feff}".as_bytes()).unwrap_or(input);
    text.trim_ascii_start().starts_with(b"<").then_some(input)
}

fn document(input: &[u8]) -> Option<Document<'static>> {
    let octets = match as_xml(input) {
        Some(xml) => xml.to_vec(),
        None => {
            let symbols: Vec<u8> = input
                .iter()
                .copied()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            STANDARD.decode(symbols).ok()?
        }
    };
    Document::parse_owned_bytes(octets, Dialect::Saml, &XmlLimits::default()).ok()
}

/// What the message says of itself; nothing of it is trusted.
#[derive(Default)]
struct Claims {
    issuer: Option<String>,
    audience: Option<String>,
    destination: Option<String>,
    in_response_to: Option<String>,
    issue_instant: Option<String>,
}

impl Claims {
    fn of(document: Option<&Document<'_>>, issuer: Option<&str>) -> Self {
        let Some(document) = document else {
            return Self::default();
        };
        let first = |name: &str| document.elements().find(|one| one.local_name() == name);
        let attribute = |element: Option<Element<'_>>, name: &str| {
            element.and_then(|element| element.attribute(name).map(str::to_owned))
        };
        let response = Some(document.root());
        let confirmation = first("SubjectConfirmationData");
        Self {
            issuer: issuer.map(str::to_owned),
            audience: first("Audience").map(|audience| audience.text().trim().to_owned()),
            destination: attribute(response, "Destination")
                .or_else(|| attribute(confirmation, "Recipient")),
            in_response_to: attribute(response, "InResponseTo")
                .or_else(|| attribute(confirmation, "InResponseTo")),
            issue_instant: attribute(first("Assertion"), "IssueInstant")
                .or_else(|| attribute(response, "IssueInstant")),
        }
    }
}

struct Parties {
    idp: IdentityProvider,
    service: ServiceProvider,
    request: Option<SentRequest>,
    now: DateTime<Utc>,
}

impl Parties {
    /// What was given, or else what the message claims; each noted in `compared`.
    fn of(settings: &Settings, claims: &Claims, compared: &mut Vec<Compared>) -> Self {
        let mut note = |(name, option, classes), value: String, source| {
            compared.push(Compared {
                name,
                option,
                classes,
                value,
                source,
            });
        };
        let (entity_id, source) = either(&settings.entity_id, &claims.audience, entity_id);
        note(ENTITY_ID, entity_id.to_string(), source);
        let (issuer, source) = either(&settings.issuer, &claims.issuer, self::entity_id);
        note(ISSUER, issuer.to_string(), source);
        let (acs, source) = either(&settings.acs, &claims.destination, endpoint);
        note(ACS, acs.to_string(), source);
        let id = match &settings.request {
            Some(Request::Sent(id)) => Some(id),
            Some(Request::None) => None,
            None => claims.in_response_to.as_ref(),
        };
        let shown = id.map_or("none: started at the identity provider", String::as_str);
        note(REQUEST, shown.to_owned(), source_of(&settings.request));
        let (now, source) = either(&settings.at, &claims.issue_instant, instant);
        note(TIME, now.to_string(), source);
        Self {
            request: id.and_then(|id| SentRequest::new(id.clone(), issuer.clone()).ok()),
            idp: settings.identity_provider(issuer),
            service: ServiceProvider::new(entity_id, acs),
            now,
        }
    }
}

fn source_of<T>(given: &Option<T>) -> Source {
    match given {
        Some(_) => Source::Given,
        None => Source::Assumed,
    }
}

fn either<T: Clone>(
    given: &Option<T>,
    claimed: &Option<String>,
    read: impl Fn(&str) -> T,
) -> (T, Source) {
    let value = match given {
        Some(value) => value.clone(),
        None => read(claimed.as_deref().unwrap_or_default()),
    };
    (value, source_of(given))
}

fn entity_id(claimed: &str) -> EntityId {
    let nowhere = || EntityId::parse(NOWHERE).expect("a constant");
    EntityId::parse(claimed).unwrap_or_else(|_| nowhere())
}

fn endpoint(claimed: &str) -> EndpointUrl {
    let nowhere = || EndpointUrl::parse(NOWHERE).expect("a constant");
    EndpointUrl::parse(claimed).unwrap_or_else(|_| nowhere())
}

fn instant(claimed: &str) -> DateTime<Utc> {
    claimed.parse().unwrap_or_default()
}

/// Name, option and checks of a compared value.
type Comparison = (&'static str, &'static str, &'static [CheckClass]);

const ENTITY_ID: Comparison = ("entity ID", "--entity-id", &[CheckClass::Audience]);
const ISSUER: Comparison = ("issuer", "--issuer", &[CheckClass::Issuer]);
const ACS: Comparison = (
    "ACS URL",
    "--acs",
    &[CheckClass::Destination, CheckClass::Recipient],
);
const REQUEST: Comparison = (
    "request",
    "--request-id or --unsolicited",
    &[CheckClass::InResponseTo],
);
const TIME: Comparison = ("time", "--at", &[CheckClass::Time]);
