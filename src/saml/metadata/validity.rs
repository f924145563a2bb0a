//! How long metadata may be used: `validUntil` and `cacheDuration`.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Shown;
use crate::saml::time;
use crate::xml::Element;

use super::duration;
use super::error::{MetadataError, MetadataErrorKind as Kind};

/// The shortest of what the elements around a role say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Validity {
    pub(super) valid_until: Option<DateTime<Utc>>,
    cache: Option<TimeDelta>,
}

impl Validity {
    /// Of `role` and of everything around it: saml-metadata §2.3.1, §2.3.2 and §2.4.1.
    ///
    /// # Errors
    ///
    /// A value that cannot be read, or an end that is not after `now`.
    pub(super) fn judge(role: Element<'_>, now: DateTime<Utc>) -> Result<Self, MetadataError> {
        let mut shortest = Self::default();
        for element in std::iter::successors(Some(role), |element| element.parent()) {
            let end = value(element, "validUntil", time::parse)?;
            if let Some(end) = end
                && end <= now
            {
                return Err(MetadataError::at(Kind::Expired { end, now }, element));
            }
            let cache = value(element, "cacheDuration", duration::parse)?;
            let valid_until = end;
            shortest = shortest.and(Self { valid_until, cache });
        }
        Ok(shortest)
    }

    /// The shorter of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            valid_until: earlier(self.valid_until, other.valid_until),
            cache: earlier(self.cache, other.cache),
        }
    }

    /// When metadata that was read at `now` is due again.
    pub(super) fn refresh_at(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let by_cache = self.cache.and_then(|cache| now.checked_add_signed(cache));
        earlier(by_cache, self.valid_until)
    }
}

fn value<T>(
    element: Element<'_>,
    attribute: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, MetadataError> {
    let Some(text) = element.attribute(attribute) else {
        return Ok(None);
    };
    match parse(text) {
        Some(value) => Ok(Some(value)),
        None => Err(MetadataError::attribute(attribute, text, element)),
    }
}

/// Reads an `xs:boolean`; `false` when it is absent.
pub(super) fn flag(element: Element<'_>, attribute: &'static str) -> Result<bool, MetadataError> {
    let read = |text: &str| match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    value(element, attribute, read).map(Option::unwrap_or_default)
}

fn earlier<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl MetadataError {
    fn attribute(attribute: &'static str, text: &str, element: Element<'_>) -> Self {
        let found = Shown::new(text);
        Self::at(Kind::AttributeMalformed { attribute, found }, element)
    }
}
