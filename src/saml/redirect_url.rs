//! The HTTP-Redirect binding, outwards: saml-bindings §3.4.

use std::fmt;

use crate::dsig::base64;

use super::deflate::deflate;
use super::outgoing::Signing;
use super::party::EndpointUrl;
use super::query::{RELAY_STATE, SIG_ALG, SIGNATURE};
use super::send_error::SendError;

/// The URL that sends the browser to the identity provider with a message.
///
/// For a `Location` header, with status 302 or 303 and `Cache-Control: no-cache, no-store`
/// (saml-bindings §3.4.5.1). It must be used as it is: a signature is over its very octets.
/// See [`AuthnRequest`](super::AuthnRequest) for an example.
#[derive(Clone, Eq, PartialEq)]
pub struct RedirectUrl(String);

impl RedirectUrl {
    pub(super) fn new(
        target: &EndpointUrl,
        parameter: &str,
        xml: &str,
        relay_state: Option<&str>,
        signing: Signing<'_>,
    ) -> Result<Self, SendError> {
        let mut query = Query(String::new());
        query.push(parameter, &base64::encode(&deflate(xml.as_bytes())));
        if let Some(relay_state) = relay_state {
            query.push(RELAY_STATE, relay_state);
        }
        if let Signing::With(key) = signing {
            query.push(SIG_ALG, key.algorithm().uri());
            let signature = key.sign(query.0.as_bytes())?;
            query.push(SIGNATURE, &base64::encode(&signature));
        }
        let separator = match target.as_str().contains('?') {
            true => '&',
            false => '?',
        };
        Ok(Self(format!("{target}{separator}{}", query.0)))
    }

    /// The text. See [`AuthnRequest`](super::AuthnRequest) for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Its length only: the message may name a person.
impl fmt::Debug for RedirectUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RedirectUrl({} bytes)", self.0.len())
    }
}

struct Query(String);

impl Query {
    fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        for byte in value.bytes() {
            self.push_escaped(byte);
        }
    }

    /// Everything but the unreserved characters of RFC 3986 §2.3 is escaped, in capitals.
    fn push_escaped(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            self.0.push(char::from(byte));
            return;
        }
        self.0.push('%');
        for digit in [byte >> 4, byte & 0xF] {
            let digit = char::from_digit(u32::from(digit), 16);
            self.0.extend(digit.map(|digit| digit.to_ascii_uppercase()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::query::decode;
    use super::*;

    fn query(value: &str) -> String {
        let mut query = Query(String::new());
        query.push("x", value);
        query.push("y", "");
        query.0
    }

    #[test]
    fn values_are_escaped_in_capitals() {
        assert_eq!(query("a-._~0"), "x=a-._~0&y=");
        assert_eq!(query("+/=& é"), "x=%2B%2F%3D%26%20%C3%A9&y=");
    }

    #[test]
    fn a_query_of_the_endpoint_stays_before_the_message() {
        for (target, expected) in [
            (
                "https://idp.example.org/sso",
                "https://idp.example.org/sso?SAMLRequest=",
            ),
            (
                "https://idp.example.org/sso?a=1",
                "https://idp.example.org/sso?a=1&SAMLRequest=",
            ),
        ] {
            let target = EndpointUrl::parse(target).unwrap();
            let url = RedirectUrl::new(&target, "SAMLRequest", "<a/>", None, Signing::Unsigned);
            let url = url.unwrap();
            assert!(url.as_str().starts_with(expected), "{}", url.as_str());
            assert_eq!(
                format!("{url:?}"),
                format!("RedirectUrl({} bytes)", url.as_str().len())
            );
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_back(value: String) {
            let query = query(&value);
            let raw = query.strip_prefix("x=").and_then(|rest| rest.strip_suffix("&y=")).unwrap();
            prop_assert!(!raw.contains(['&', '=', '+', ' ', '#']));
            prop_assert_eq!(decode(raw), Ok(value.into_bytes()));
        }
    }
}
