//! Where a host serves SCIM, and the URIs of what it serves there.

use std::fmt;

use super::error::{Error, ErrorKind};
use super::schema::ResourceType;

/// The absolute URL under which a host serves one tenant's SCIM endpoints.
///
/// ```
/// use vestibule::scim::{BaseUrl, Registry};
///
/// let base = BaseUrl::parse("https://api.example.com/acme/scim/v2/")?;
/// assert_eq!(base.as_str(), "https://api.example.com/acme/scim/v2");
/// let registry = Registry::standard();
/// assert_eq!(
///     base.resource(registry.user(), "a b"),
///     "https://api.example.com/acme/scim/v2/Users/a%20b",
/// );
/// assert!(BaseUrl::parse("api.example.com").is_err());
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Takes an `http` or `https` URL without query and fragment; slashes at its end are dropped.
    /// See [`BaseUrl`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-base-url`.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let url = url.trim_end_matches('/');
        let rest = ["https://", "http://"].iter().find_map(|scheme| {
            let head = url.get(..scheme.len())?;
            let is_it = head.eq_ignore_ascii_case(scheme);
            is_it.then(|| url.get(scheme.len()..)).flatten()
        });
        let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"?#\"<>\\".contains(&byte);
        match rest {
            Some(rest)
                if !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(is_allowed) =>
            {
                Ok(Self(url.to_owned()))
            }
            _ => Err(Error::new(ErrorKind::BaseUrl)),
        }
    }

    /// The URL, without a slash at its end. See [`BaseUrl`] for an example.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URI of one resource, its `id` percent-encoded. See [`BaseUrl`] for an example.
    #[must_use]
    pub fn resource(&self, resource_type: &ResourceType, id: &str) -> String {
        self.below(resource_type.endpoint(), id)
    }

    /// The URI of `id` under an endpoint such as `/Schemas`.
    pub(crate) fn below(&self, endpoint: &str, id: &str) -> String {
        format!("{}{endpoint}/{}", self.0, segment(id))
    }
}

/// The text as one segment of a path.
pub(crate) fn segment(id: &str) -> String {
    let mut segment = String::new();
    for byte in id.bytes() {
        // RFC 3986 §3.3: what a path segment may hold as it is, with the colons of URNs.
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_absolute_url_without_query_is_a_base() {
        for good in ["https://x", "HTTP://x:8080/scim", "https://x/scim/v2///"] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "https://",
            "https:///scim",
            "ftp://x",
            "//x/scim",
            "https://x?a",
            "https://x#a",
            "https://x y",
            "https://x/\r\nset-cookie:",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identifier_cannot_leave_its_segment() {
        let base = BaseUrl::parse("https://x").unwrap();
        assert_eq!(
            base.below("/Users", "../a?b#c/é"),
            "https://x/Users/..%2Fa%3Fb%23c%2F%C3%A9"
        );
        assert_eq!(
            base.below("/Schemas", "urn:a:b"),
            "https://x/Schemas/urn:a:b"
        );
    }
}
