//! The command line.

use chrono::{DateTime, Utc};
use vestibule::dsig::AlgorithmLevel;
use vestibule::saml::ClockSkew;

use super::tree::Values;

pub(crate) const USAGE: &str = "\
usage: explain RESPONSE --cert CERT [options]

  RESPONSE             a file with the form value (base64) or the XML, or - for standard input
  --cert CERT          a file with signing certificates of the identity provider; may be repeated
  --entity-id ID       the entity ID of this service
  --issuer ID          the entity ID of the identity provider
  --acs URL            the assertion consumer service URL of this service
  --request-id ID      the ID of the request that is answered
  --unsolicited        no request was sent: the sign-in started at the identity provider
  --at INSTANT         the time of judgement, such as 2026-06-06T07:40:25Z
  --skew SECONDS       how far the clocks may differ; 60 unless given
  --level LEVEL        algorithms that count: modern (unless given), compatible or legacy
  --decryption-key KEY a file with the private key of this service as PKCS #8, for what is encrypted
                       (built with the feature encryption)
  --show-values        show personal values too

What is not given is taken from the message and marked as assumed.";

/// Whether a request is answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Request {
    None,
    Sent(String),
}

#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) response: String,
    /// At least one.
    pub(crate) certificates: Vec<String>,
    pub(crate) entity_id: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) acs: Option<String>,
    pub(crate) request: Option<Request>,
    pub(crate) decryption_key: Option<String>,
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) skew: ClockSkew,
    pub(crate) level: AlgorithmLevel,
    pub(crate) values: Values,
}

impl Arguments {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            response: String::new(),
            certificates: Vec::new(),
            entity_id: None,
            issuer: None,
            acs: None,
            request: None,
            decryption_key: None,
            at: None,
            skew: ClockSkew::default(),
            level: AlgorithmLevel::Modern,
            values: Values::default(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || format!("{argument} needs a value");
                arguments.next().ok_or_else(missing)
            };
            match argument.as_str() {
                "--cert" => parsed.certificates.push(value()?),
                "--entity-id" => parsed.entity_id = Some(value()?),
                "--issuer" => parsed.issuer = Some(value()?),
                "--acs" => parsed.acs = Some(value()?),
                "--request-id" => parsed.set_request(Request::Sent(value()?))?,
                "--unsolicited" => parsed.set_request(Request::None)?,
                "--decryption-key" => parsed.decryption_key = Some(value()?),
                "--at" => parsed.at = Some(instant(&value()?)?),
                "--skew" => parsed.skew = skew(&value()?)?,
                "--level" => parsed.level = level(&value()?)?,
                "--show-values" => parsed.values = Values::Shown,
                option if option.starts_with("--") => {
                    return Err(format!("unknown option {option}"));
                }
                _ if parsed.response.is_empty() => parsed.response = argument,
                _ => return Err(format!("one response at a time, not {argument} too")),
            }
        }
        if parsed.response.is_empty() || parsed.certificates.is_empty() {
            return Err("a response and a certificate are needed".to_owned());
        }
        Ok(parsed)
    }

    fn set_request(&mut self, request: Request) -> Result<(), String> {
        match self.request.replace(request) {
            None => Ok(()),
            Some(_) => Err("--request-id or --unsolicited, once".to_owned()),
        }
    }
}

fn skew(text: &str) -> Result<ClockSkew, String> {
    let seconds = text.parse().ok();
    seconds
        .and_then(ClockSkew::from_secs)
        .ok_or_else(|| format!("--skew {text} is no number of seconds up to 600"))
}

fn level(text: &str) -> Result<AlgorithmLevel, String> {
    match text {
        "modern" => Ok(AlgorithmLevel::Modern),
        "compatible" => Ok(AlgorithmLevel::Compatible),
        "legacy" => Ok(AlgorithmLevel::Legacy),
        _ => Err(format!(
            "--level {text} is not modern, compatible or legacy"
        )),
    }
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    text.parse()
        .map_err(|_| format!("--at {text} is no instant such as 2026-06-06T07:40:25Z"))
}
