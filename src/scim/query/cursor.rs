//! Pages by cursor: [RFC 9865](https://www.rfc-editor.org/rfc/rfc9865).
//!
//! A cursor is a place in one query, sealed with the host's key: it says where the page begins, the
//! size of the pages and until when it counts. Its seal also covers the query, so that it opens for
//! that query only. It hides nothing: what stands in it is readable to the client, who was shown
//! the page before.

use std::fmt;

use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq as _;

use super::page::{PageSizes, integer};
use crate::limits::SCIM_MAX_CURSOR_BYTES;
use crate::scim::error::{Error, ErrorKind};

/// The host's key for cursors.
///
/// A host that has no keyed digest at hand may keep cursors in its store instead and needs none of
/// this. See [`Cursors`] for an example.
pub trait CursorKey {
    /// A message authentication code of `message`, such as HMAC-SHA-256: the same for the same
    /// message, and not to be guessed without the key.
    fn tag(&self, message: &[u8]) -> [u8; 32];
}

/// Makes and opens the cursors of one query.
///
/// `query` is whatever distinguishes the query from others: the tenant, the resource type, the
/// filter and the order, as one text.
///
/// ```
/// use chrono::DateTime;
/// use vestibule::error::Explain;
/// use vestibule::scim::query::{CursorKey, Cursors, PageSizes};
///
/// struct Key;
/// impl CursorKey for Key {
///     fn tag(&self, message: &[u8]) -> [u8; 32] {
///         // A host calls HMAC-SHA-256 here. This is none.
///         let mut tag = [7; 32];
///         for (at, byte) in message.iter().enumerate() {
///             tag[at % 32] ^= byte.rotate_left(at as u32 % 7);
///         }
///         tag
///     }
/// }
///
/// let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
/// let cursors = Cursors::new(&Key, "acme Users title pr", PageSizes::default(), 600);
/// let first = cursors.from_query("", Some("50"), now)?;
/// assert_eq!((first.position(), first.count()), (None, 50));
///
/// let next = cursors.after(&first, "u50", now);
/// let second = cursors.from_query(&next, Some("50"), now)?;
/// assert_eq!((second.position(), second.count()), (Some("u50"), 50));
///
/// let code = |cursors: &Cursors, cursor: &str, count| {
///     cursors.from_query(cursor, count, now).unwrap_err().code()
/// };
/// let other = Cursors::new(&Key, "acme Users title eq", PageSizes::default(), 600);
/// assert_eq!(code(&other, &next, Some("50")), "scim-invalid-cursor");
/// assert_eq!(code(&cursors, &next, Some("51")), "scim-invalid-count");
/// # Ok::<(), vestibule::scim::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Cursors<'a> {
    key: &'a dyn CursorKey,
    query: &'a str,
    sizes: PageSizes,
    timeout_secs: u32,
}

impl<'a> Cursors<'a> {
    /// The cursors of one query, each of which counts for `timeout_secs`. See [`Cursors`] for an
    /// example.
    #[must_use]
    pub const fn new(
        key: &'a dyn CursorKey,
        query: &'a str,
        sizes: PageSizes,
        timeout_secs: u32,
    ) -> Self {
        Self {
            key,
            query,
            sizes,
            timeout_secs,
        }
    }

    /// Takes `cursor` and `count`: an empty cursor asks for the first page. See [`Cursors`] for an
    /// example.
    ///
    /// # Errors
    ///
    /// `scim-invalid-cursor` for a cursor that was not made for this query with this key;
    /// `scim-expired-cursor`; `scim-invalid-count` for another `count` than that of the first page;
    /// `scim-parameter-not-integer`.
    pub fn from_query(
        &self,
        cursor: &str,
        count: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<CursorPage, Error> {
        self.open(cursor, integer("count", count)?, now)
    }

    /// The same with the number of a search request.
    ///
    /// # Errors
    ///
    /// Those of [`Cursors::from_query`].
    pub fn open(
        &self,
        cursor: &str,
        count: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<CursorPage, Error> {
        if cursor.is_empty() {
            return Ok(CursorPage {
                position: None,
                count: self.sizes.of(count),
            });
        }
        let invalid = |kind| Error::in_parameter(kind, "cursor");
        let sealed = Sealed::read(cursor).ok_or_else(|| invalid(ErrorKind::InvalidCursor))?;
        let own_tag = self.tag(&sealed.body);
        if !bool::from(own_tag.ct_eq(&sealed.tag)) {
            return Err(invalid(ErrorKind::InvalidCursor));
        }
        if now.timestamp() >= sealed.expires {
            return Err(invalid(ErrorKind::ExpiredCursor));
        }
        if count.is_some_and(|count| self.sizes.of(Some(count)) != sealed.count) {
            return Err(Error::in_parameter(ErrorKind::InvalidCount, "count"));
        }
        Ok(CursorPage {
            position: Some(sealed.position),
            count: sealed.count,
        })
    }

    /// The cursor of the page that begins after `position`, such as the last resource's `id`: the
    /// host finds its place again by that text, which the client can read. See [`Cursors`] for an
    /// example.
    #[must_use]
    pub fn after(&self, page: &CursorPage, position: &str, now: DateTime<Utc>) -> String {
        let expires = now.timestamp().saturating_add(self.timeout_secs.into());
        let body = format!("{expires:x}.{:x}.{}", page.count, hex(position.as_bytes()));
        let tag = hex(&self.tag(&body));
        format!("{body}.{tag}")
    }

    fn tag(&self, body: &str) -> [u8; 32] {
        // The body holds no line feed, so it cannot run into the query.
        self.key
            .tag(format!("vestibule-cursor-1\n{body}\n{}", self.query).as_bytes())
    }
}

impl fmt::Debug for Cursors<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cursors").finish_non_exhaustive()
    }
}

/// One page by cursor.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CursorPage {
    position: Option<String>,
    count: usize,
}

impl CursorPage {
    /// After what the page begins, as [`Cursors::after`] was told; none for the first page.
    /// See [`Cursors`] for an example.
    #[must_use]
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// The most resources that the page has. See [`Cursors`] for an example.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }
}

/// The parts of a cursor, its seal not looked at.
struct Sealed {
    body: String,
    expires: i64,
    count: usize,
    position: String,
    tag: Vec<u8>,
}

impl Sealed {
    fn read(cursor: &str) -> Option<Self> {
        if cursor.len() > SCIM_MAX_CURSOR_BYTES {
            return None;
        }
        let (body, tag) = cursor.rsplit_once('.')?;
        let mut parts = body.split('.');
        let (expires, count, position) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            body: body.to_owned(),
            expires: i64::from_str_radix(expires, 16).ok()?,
            count: usize::from_str_radix(count, 16).ok()?,
            position: String::from_utf8(bytes(position)?).ok()?,
            tag: bytes(tag)?,
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = hex.as_bytes().chunks(2);
    let pairs = pairs.map(|pair| match pair {
        [high, low] => {
            let value = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
            u8::try_from(value).ok()
        }
        _ => None,
    });
    pairs.collect()
}
