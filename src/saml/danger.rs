//! Relaxations of the standard, one type each, so that every use can be found by its name.
//!
//! None is needed for a sound identity provider. A connection without any is the strictest; each
//! says what is given up for it. Nothing here relaxes a signature, an audience, a recipient or a
//! time.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::party::{EndpointUrl, PartyError};

/// Takes `Destination=""` of a response for a destination.
///
/// Some versions of OneLogin send it. What is given up: a signed response no longer says by itself
/// where it goes. The recipient of the bearer confirmation still does, and is always judged.
/// Logout messages, which have no recipient, keep the check.
///
/// ```
/// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let keys = TrustedKeys::from_certificates(&parse_certificates(pem)?)?;
/// # let entity_id = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// let idp = IdentityProvider::new(ConnectionId::new("acme-onelogin"), entity_id, keys)
///     .with_empty_destination(danger::EmptyDestination);
/// # let _ = idp;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "it is only a name")]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct EmptyDestination;

/// Takes a response that names a request although none was sent for an unsolicited one.
///
/// Some versions of Rippling make up an `InResponseTo` for sign-ins of their own. What is given up:
/// a response that somebody else's browser asked for can be brought by another browser, and signs
/// that one in as the person whom it names. A host that allows it shows whom it signed in.
///
/// ```
/// # use vestibule::{dsig::*, identity::ConnectionId, saml::*};
/// # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/saml/idp.pem"));
/// # let keys = TrustedKeys::from_certificates(&parse_certificates(pem)?)?;
/// # let entity_id = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// let idp = IdentityProvider::new(ConnectionId::new("acme-rippling"), entity_id, keys)
///     .with_unasked_in_response_to(danger::UnaskedInResponseTo);
/// # let _ = idp;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "it is only a name")]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct UnaskedInResponseTo;

/// An endpoint without TLS, on the machine of a developer.
///
/// Takes `http` URLs whose host is `localhost`, `127.0.0.1`, `[::1]` or a name under `.localhost`
/// or `.test`, which no public resolver answers (RFC 6761). What is given up: whoever is on the way
/// reads the message, which is nobody on one machine.
///
/// It becomes an [`EndpointUrl`] in memory. A stored [`ServiceProvider`](super::ServiceProvider)
/// that has one is not read back: it is made anew by the development setup.
///
/// ```
/// use vestibule::saml::{EndpointUrl, danger::PlainHttpEndpoint};
/// let acs_url = EndpointUrl::from(PlainHttpEndpoint::parse("http://localhost:8080/saml/acs")?);
/// assert_eq!(acs_url.as_str(), "http://localhost:8080/saml/acs");
/// assert!(PlainHttpEndpoint::parse("http://sp.example.com/saml/acs").is_err());
/// # Ok::<(), vestibule::saml::PartyError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlainHttpEndpoint(EndpointUrl);

impl PlainHttpEndpoint {
    /// Takes an absolute `http` URL to this machine. See [`PlainHttpEndpoint`] for an example.
    ///
    /// # Errors
    ///
    /// [`PartyError::EndpointUrl`].
    pub fn parse(text: &str) -> Result<Self, PartyError> {
        EndpointUrl::parse_with(text, "http://", is_this_machine).map(Self)
    }
}

impl From<PlainHttpEndpoint> for EndpointUrl {
    fn from(endpoint: PlainHttpEndpoint) -> Self {
        endpoint.0
    }
}

impl fmt::Display for PlainHttpEndpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// `authority` is a host with an optional port.
fn is_this_machine(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
        || [".localhost", ".test"]
            .iter()
            .any(|zone| host.strip_suffix(zone).is_some_and(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_endpoint_is_on_this_machine() {
        for url in [
            "http://localhost/acs",
            "http://localhost:3000/acs?tenant=7",
            "http://127.0.0.1:8080/acs",
            "http://[::1]:8080/acs",
            "http://[::1]/acs",
            "http://acme.localhost/acs",
            "http://sp.test:80/acs",
        ] {
            assert!(PlainHttpEndpoint::parse(url).is_ok(), "{url}");
            assert!(EndpointUrl::parse(url).is_err(), "{url}");
        }
        for url in [
            "http://sp.example.com/acs",
            "https://localhost/acs",
            "http://localhost.evil.example/acs",
            "http://evil.example/localhost",
            "http://evil.example:80/.localhost",
            "http://user@localhost/acs",
            "http://localhost:80@evil.example/acs",
            "http://evil.example#.localhost",
            "http://evil.example?.localhost",
            "http://evil.example\\.localhost/acs",
            "http://.localhost/acs",
            "http://127.0.0.1.evil.example/acs",
            "http://10.0.0.1/acs",
            "http://LOCALHOST./acs",
            "http:///acs",
            "localhost/acs",
            "javascript:alert(1)",
        ] {
            assert!(PlainHttpEndpoint::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_stored_plain_endpoint_is_not_read_back() {
        let endpoint = PlainHttpEndpoint::parse("http://localhost/acs").unwrap();
        let stored = serde_json::to_string(&EndpointUrl::from(endpoint)).unwrap();
        assert!(serde_json::from_str::<EndpointUrl>(&stored).is_err());
        let tls = stored.replace("http:", "https:");
        assert!(serde_json::from_str::<EndpointUrl>(&tls).is_ok());
    }
}
