//! The headers that SCIM reads, and nothing of the others.

use std::fmt;

use super::bearer::BearerToken;
use super::media::{self, MediaType};
use crate::limits::SCIM_MAX_HEADER_BYTES;
use crate::scim::error::{Error, WireFault};
use crate::scim::etag::Preconditions;

/// The headers of one request. `Debug` prints no values.
///
/// ```
/// use vestibule::scim::request::{Headers, MediaType};
///
/// let headers = Headers::read([
///     ("Authorization", "Bearer s3cr3t"),
///     ("accept", "application/json"),
///     ("X-Other", "is not read"),
/// ])?;
/// assert_eq!(headers.answer_type()?, MediaType::Json);
/// assert_eq!(headers.bearer()?.expose(), "s3cr3t");
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Default)]
pub struct Headers {
    accept: Option<String>,
    authorization: Vec<String>,
    content_type: Option<String>,
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl Headers {
    /// Picks the headers from names (in any case) and values. See [`Headers`] for an example.
    ///
    /// Repeated `Accept`, `If-Match` and `If-None-Match` are one list (RFC 9110 §5.3).
    ///
    /// # Errors
    ///
    /// `scim-header-too-long`; `scim-header-repeated` for `Content-Type`.
    pub fn read<N, V>(headers: impl IntoIterator<Item = (N, V)>) -> Result<Self, Error>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let mut read = Self::default();
        for (name, value) in headers {
            let Some(name) = known(name.as_ref()) else {
                continue;
            };
            read.keep(name, value.as_ref())?;
        }
        Ok(read)
    }

    fn keep(&mut self, name: &'static str, value: &[u8]) -> Result<(), Error> {
        let limit = SCIM_MAX_HEADER_BYTES;
        let too_long = || Error::wire(WireFault::HeaderTooLong { name, limit });
        if value.len() > limit {
            return Err(too_long());
        }
        // What is not UTF-8 becomes text that no rule accepts.
        let value = String::from_utf8_lossy(value).trim().to_owned();
        let list = match name {
            "Authorization" => {
                // Two are as malformed as ten.
                if self.authorization.len() < 2 {
                    self.authorization.push(value);
                }
                return Ok(());
            }
            "Content-Type" if self.content_type.is_some() => {
                return Err(Error::wire(WireFault::HeaderRepeated { name }));
            }
            "Content-Type" => &mut self.content_type,
            "Accept" => &mut self.accept,
            "If-Match" => &mut self.if_match,
            _ => &mut self.if_none_match,
        };
        match list {
            Some(list) if list.len().saturating_add(value.len()) > limit => Err(too_long()),
            Some(list) => {
                list.push(',');
                list.push_str(&value);
                Ok(())
            }
            None => {
                *list = Some(value);
                Ok(())
            }
        }
    }

    /// The bearer token. See [`Headers`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-token-missing`; `scim-token-malformed` also when the header stands twice.
    pub fn bearer(&self) -> Result<BearerToken, Error> {
        match self.authorization.as_slice() {
            [] => Err(Error::wire(WireFault::TokenMissing)),
            [one] => BearerToken::parse(one),
            _ => Err(Error::wire(WireFault::TokenMalformed)),
        }
    }

    /// The media type to answer with, of those that the client accepts: `application/scim+json`
    /// unless the client prefers `application/json`. See [`Headers`] for an example.
    ///
    /// # Errors
    ///
    /// `scim-not-acceptable` when it accepts neither.
    pub fn answer_type(&self) -> Result<MediaType, Error> {
        self.answer_type_or(MediaType::ScimJson)
    }

    /// The same, with another type for clients that accept both alike, or do not say.
    ///
    /// ```
    /// use vestibule::scim::request::{Headers, MediaType};
    /// let headers = Headers::read([("Accept", "*/*")])?;
    /// assert_eq!(headers.answer_type_or(MediaType::Json)?, MediaType::Json);
    /// let headers = Headers::read([("Accept", "application/scim+json")])?;
    /// assert_eq!(headers.answer_type_or(MediaType::Json)?, MediaType::ScimJson);
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `scim-not-acceptable` when the client accepts neither.
    pub fn answer_type_or(&self, otherwise: MediaType) -> Result<MediaType, Error> {
        match self.accept.as_deref() {
            None | Some("") => Ok(otherwise),
            Some(accept) => media::negotiated(accept, otherwise),
        }
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref().filter(|text| !text.is_empty())
    }

    pub(super) fn conditions(&self) -> Result<Preconditions, Error> {
        Preconditions::parse(self.if_match.as_deref(), self.if_none_match.as_deref())
    }
}

fn known(name: &str) -> Option<&'static str> {
    const KNOWN: [&str; 5] = [
        "Accept",
        "Authorization",
        "Content-Type",
        "If-Match",
        "If-None-Match",
    ];
    KNOWN
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(name))
}

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Headers");
        shown
            .field("accept", &self.accept)
            .field("content_type", &self.content_type);
        shown.finish_non_exhaustive()
    }
}
