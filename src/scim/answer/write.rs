//! Writing an outcome down as an HTTP answer.

use std::fmt;

use super::outcome::Outcome;
use crate::scim::error::{Error, ErrorKind, WireFault};
use crate::scim::request::MediaType;

/// An HTTP answer. `Debug` prints no body.
///
/// ```
/// use vestibule::scim::answer::Outcome;
/// use vestibule::scim::request::{Headers, MediaType};
///
/// let error = Headers::default().bearer().unwrap_err();
/// let answer = Outcome::Refused(error).answer(MediaType::Json);
/// assert_eq!(answer.status(), 401);
/// assert_eq!(answer.header("WWW-Authenticate"), Some("Bearer realm=\"scim\""));
/// assert_eq!(answer.header("Content-Type"), Some("application/json"));
/// assert!(answer.body().starts_with(b"{"));
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// The status. See [`Answer`] for an example.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The headers, each name once.
    ///
    /// ```
    /// use vestibule::scim::answer::Outcome;
    /// use vestibule::scim::request::MediaType;
    /// let answer = Outcome::Deleted.answer(MediaType::ScimJson);
    /// assert_eq!(answer.headers().count(), 0);
    /// ```
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }

    /// The value of a header, by its name in any case. See [`Answer`] for an example.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// The body; empty when there is none. See [`Answer`] for an example.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.body.len();
        write!(formatter, "Answer({}, {bytes} bytes)", self.status)
    }
}

impl Outcome {
    /// The answer, in the media type that [`Headers::answer_type`] gave.
    ///
    /// `Location` and `ETag` are there where the outcome has a resource, `Allow` with 405 and
    /// `WWW-Authenticate` with 401. See [`Answer`] for an example.
    ///
    /// [`Headers::answer_type`]: crate::scim::request::Headers::answer_type
    #[must_use]
    pub fn answer(&self, media: MediaType) -> Answer {
        let mut headers = Vec::new();
        let mut say = |name: &'static str, value: Option<&str>| {
            // A host's own text may not start a header of its own.
            let is_visible = |text: &&str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            headers.extend(
                value
                    .filter(is_visible)
                    .map(|value| (name, value.to_owned())),
            );
        };
        let body = self.body();
        say("Content-Type", body.as_ref().map(|_| media.as_str()));
        say("Location", self.location());
        let tag = self.version().map(ToString::to_string);
        say("ETag", tag.as_deref());
        if let Self::Refused(error) = self {
            say("Allow", allowed(error));
            say("WWW-Authenticate", challenge(error));
        }
        Answer {
            status: self.status(),
            headers,
            body: body.unwrap_or_default(),
        }
    }

    fn body(&self) -> Option<Vec<u8>> {
        let body = match self {
            Self::Changed { body, .. } => body.as_ref()?.to_string(),
            Self::Bulk(body)
            | Self::Document(body)
            | Self::Listed(body)
            | Self::Created { body, .. }
            | Self::Found { body, .. } => body.to_string(),
            Self::Refused(error) => error.to_json().to_string(),
            Self::Deleted | Self::NotModified { .. } => return None,
        };
        Some(body.into_bytes())
    }
}

const fn allowed(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Wire(WireFault::MethodNotAllowed { allowed }) => Some(allowed),
        _ => None,
    }
}

/// RFC 6750 §3.
const fn challenge(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Wire(WireFault::TokenMissing) => Some("Bearer realm=\"scim\""),
        ErrorKind::Wire(WireFault::TokenMalformed) => {
            Some("Bearer realm=\"scim\", error=\"invalid_request\"")
        }
        ErrorKind::Wire(WireFault::TokenUnknown) => {
            Some("Bearer realm=\"scim\", error=\"invalid_token\"")
        }
        _ => None,
    }
}
