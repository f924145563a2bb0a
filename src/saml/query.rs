//! The parameters of the HTTP-Redirect binding in a raw query string: saml-bindings §3.4.4.1.
//!
//! Values are left as they were received. Names are decoded only to find those that another
//! reader could take for one of the binding's.

use crate::error::{Place, Shown, Span};

use super::check::Check;
use super::refusal::{FailedCheck, Refusal};

pub(super) const RELAY_STATE: &str = "RelayState";
pub(super) const SAML_ENCODING: &str = "SAMLEncoding";
pub(super) const SAML_REQUEST: &str = "SAMLRequest";
pub(super) const SAML_RESPONSE: &str = "SAMLResponse";
pub(super) const SIG_ALG: &str = "SigAlg";
pub(super) const SIGNATURE: &str = "Signature";

/// What a folded name may not contain: the names above, and that of the artifact binding.
const RESERVED: [&[u8]; 7] = [
    b"relaystate",
    b"samlart",
    b"samlencoding",
    b"samlrequest",
    b"samlresponse",
    b"sigalg",
    b"signature",
];

/// The value of each parameter, as received.
#[derive(Default)]
pub(super) struct Parameters<'q> {
    pub(super) relay_state: Option<&'q str>,
    pub(super) saml_encoding: Option<&'q str>,
    pub(super) saml_request: Option<&'q str>,
    pub(super) saml_response: Option<&'q str>,
    pub(super) sig_alg: Option<&'q str>,
    pub(super) signature: Option<&'q str>,
}

impl<'q> Parameters<'q> {
    pub(super) fn find(raw_query: &'q str) -> Result<Self, Refusal> {
        let mut parameters = Self::default();
        let mut start = 0_usize;
        for pair in raw_query.split('&') {
            let at = start;
            start = start.saturating_add(pair.len()).saturating_add(1);
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            };
            match (parameters.slot(name), value) {
                (Some((parameter, Some(_), ..)), _) => {
                    let check = Check::ParameterRepeated { parameter };
                    let place = Place::Parameter(parameter);
                    return Err(Refusal::of(FailedCheck::at_place(check, place)));
                }
                (Some((_, slot @ None)), Some(value)) => *slot = Some(value),
                // A known name without `=` would not be signed as it was received.
                (Some(_), None) => return Err(unexpected(name, at)),
                (None, _) if imitates(name) => return Err(unexpected(name, at)),
                (None, _) => {}
            }
        }
        Ok(parameters)
    }

    fn slot(&mut self, name: &str) -> Option<(&'static str, &mut Option<&'q str>)> {
        match name {
            RELAY_STATE => Some((RELAY_STATE, &mut self.relay_state)),
            SAML_ENCODING => Some((SAML_ENCODING, &mut self.saml_encoding)),
            SAML_REQUEST => Some((SAML_REQUEST, &mut self.saml_request)),
            SAML_RESPONSE => Some((SAML_RESPONSE, &mut self.saml_response)),
            SIG_ALG => Some((SIG_ALG, &mut self.sig_alg)),
            SIGNATURE => Some((SIGNATURE, &mut self.signature)),
            _ => None,
        }
    }
}

/// Whether another reader could take this name, which is none of ours, for one: one that ignores
/// case or white space, decodes escapes, or reads `name[]`, `name.x` or a semicolon its own way.
fn imitates(raw_name: &str) -> bool {
    let Ok(name) = decode(raw_name) else {
        return true;
    };
    let folded: Vec<u8> = name
        .into_iter()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    RESERVED
        .iter()
        .any(|reserved| folded.windows(reserved.len()).any(|part| part == *reserved))
}

/// A foreign name can hold anything, a message or an address among them: only so much of it is
/// shown as serves to recognize it.
fn unexpected(name: &str, at: usize) -> Refusal {
    let mut start: String = name.chars().take(SHOWN_CHARS).collect();
    if start.len() < name.len() {
        start.push('…');
    }
    let found = Shown::new(&start);
    let place = Place::Bytes(Span::new(at, at.saturating_add(name.len())));
    Refusal::of(FailedCheck::at_place(
        Check::ParameterUnexpected { found },
        place,
    ))
}

/// Twice the longest of the binding's names.
const SHOWN_CHARS: usize = 24;

/// The octets behind percent escapes, with `+` for a space as forms write it; or the offset of an
/// escape that is none.
pub(super) fn decode(raw: &str) -> Result<Vec<u8>, usize> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = (bytes.next(), bytes.next());
                escaped(digits).ok_or(at)?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    Ok(decoded)
}

type Digit = Option<(usize, u8)>;

fn escaped((high, low): (Digit, Digit)) -> Option<u8> {
    let value = |digit: Digit| char::from(digit?.1).to_digit(16);
    u8::try_from(value(high)?.checked_mul(16)?.checked_add(value(low)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Blame, Explain};

    fn code(query: &str) -> Option<&'static str> {
        Parameters::find(query).err().map(|refusal| refusal.code())
    }

    #[test]
    fn values_are_left_as_received() {
        let parameters = Parameters::find("tenant=7&SAMLRequest=a%2bb%2B=&RelayState=&&x").unwrap();
        assert_eq!(parameters.saml_request, Some("a%2bb%2B="));
        assert_eq!(parameters.relay_state, Some(""));
        assert_eq!(parameters.signature, None);
    }

    #[test]
    fn unrelated_names_are_ignored_even_twice() {
        for query in [
            "",
            "a",
            "=",
            "tenant=1&tenant=2",
            "SAMLProvider=okta",
            "%C3%A9=1",
        ] {
            assert_eq!(code(query), None, "{query}");
        }
    }

    #[test]
    fn a_known_name_comes_once() {
        for name in [
            RELAY_STATE,
            SAML_ENCODING,
            SAML_REQUEST,
            SAML_RESPONSE,
            SIG_ALG,
            SIGNATURE,
        ] {
            assert_eq!(code(&format!("{name}=1")), None);
            let twice = format!("{name}=1&x=2&{name}=1");
            assert_eq!(code(&twice), Some("saml-parameter-repeated"), "{twice}");
        }
    }

    #[test]
    fn names_that_could_be_taken_for_known_ones_are_refused() {
        for name in [
            "%53AMLRequest",
            "SAMLRe%71uest",
            "samlrequest",
            "SAMLencoding",
            "SAMLRequest[]",
            "SAMLRequest%00",
            "+SAMLRequest",
            "a;SAMLRequest",
            "SAML_Response",
            "SAMLart",
            "relayState",
            "?SAMLRequest",
            "x%zz",
        ] {
            let query = format!("{name}=1");
            assert_eq!(code(&query), Some("saml-parameter-unexpected"), "{query}");
        }
        assert_eq!(code("SAMLRequest"), Some("saml-parameter-unexpected"));
    }

    #[test]
    fn a_foreign_name_is_located_and_not_shown_whole() {
        let query = "tenant=7&SAMLRequest%3Dada.lovelace@acme.example=1";
        let refusal = Parameters::find(query).err().unwrap();
        let found = refusal.first().found();
        assert_eq!(found.as_deref(), Some("SAMLRequest%3Dada.lovela…"));
        let Some(Place::Bytes(span)) = refusal.at() else {
            panic!("{refusal:?}");
        };
        assert_eq!(
            &query[span.range()],
            "SAMLRequest%3Dada.lovelace@acme.example"
        );
        assert!(!format!("{refusal} {refusal:?}").contains("@acme"));
        // The URL of this service has it, not the message.
        assert_eq!(refusal.blame(), Blame::Configuration);
        let short = Parameters::find("a&samlrequest").err().unwrap();
        assert_eq!(short.first().found().as_deref(), Some("samlrequest"));
        assert_eq!(short.at(), Some(Place::Bytes(Span::new(2, 13))));
    }

    #[test]
    fn escapes_are_decoded_in_either_case_and_their_defects_located() {
        assert_eq!(decode("a%2b%2B+%20"), Ok(b"a++  ".to_vec()));
        assert_eq!(decode("%C3%a9"), Ok("é".as_bytes().to_vec()));
        for (raw, at) in [("%", 0), ("a%2", 1), ("ab%zz", 2), ("%+1", 0), ("%1é", 0)] {
            assert_eq!(decode(raw), Err(at), "{raw}");
        }
    }
}
