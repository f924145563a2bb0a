//! Media types: what a body may be, and what an answer will be (RFC 7644 §3.1, §8.1).

use crate::scim::dialect::BodyType;
use crate::scim::error::{Error, WireFault};

/// The media type of an answer.
///
/// ```
/// use vestibule::scim::request::MediaType;
/// assert_eq!(MediaType::ScimJson.as_str(), "application/scim+json");
/// ```
#[expect(clippy::exhaustive_enums, reason = "RFC 7644 §3.1 knows these two")]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum MediaType {
    /// `application/json`, for clients that ask for that.
    Json,
    /// `application/scim+json`
    #[default]
    ScimJson,
}

impl MediaType {
    /// The value of the `Content-Type` header. See [`MediaType`] for an example.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::ScimJson => "application/scim+json",
        }
    }
}

/// Whether a body of that declared type is read as JSON.
pub(super) fn check_body(declared: Option<&str>, absent: BodyType) -> Result<(), Error> {
    let is_json = match (declared, absent) {
        (None, BodyType::Assumed) => true,
        (None, BodyType::Required) => false,
        (Some(declared), _) => is_json(declared),
    };
    match is_json {
        true => Ok(()),
        false => Err(Error::wire(WireFault::MediaType)),
    }
}

fn is_json(declared: &str) -> bool {
    let mut parts = declared.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let is_known = [MediaType::ScimJson, MediaType::Json]
        .iter()
        .any(|known| known.as_str().eq_ignore_ascii_case(name));
    // RFC 7644 §3.8: UTF-8 always. Other parameters say nothing.
    let is_utf8 = |part: &str| match part.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    };
    is_known && parts.all(is_utf8)
}

/// The better of the two types by an `Accept` header, and `otherwise` when they are as good: RFC 9110
/// §12.5.1.
pub(super) fn negotiated(accept: &str, otherwise: MediaType) -> Result<MediaType, Error> {
    let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::read).collect();
    let scim = weight(&ranges, "scim+json");
    let json = weight(&ranges, "json");
    match (scim, json) {
        (0, 0) => Err(Error::wire(WireFault::NotAcceptable)),
        (scim, json) if json > scim => Ok(MediaType::Json),
        (scim, json) if scim > json => Ok(MediaType::ScimJson),
        _ => Ok(otherwise),
    }
}

/// One range of an `Accept` header.
struct Range<'a> {
    name: &'a str,
    /// From 0 to 1000.
    weight: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let quality = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let is_quality = name.trim().eq_ignore_ascii_case("q");
            is_quality.then_some(value.trim())
        });
        Some(Self {
            name,
            weight: quality.map_or(Some(1000), thousandths)?,
        })
    }

    /// How exactly the range names `application/<subtype>`; none when it does not.
    fn precision(&self, subtype: &str) -> Option<u8> {
        let (kind, sub) = self.name.split_once('/')?;
        let is_application = kind.eq_ignore_ascii_case("application");
        match (kind, sub) {
            ("*", "*") => Some(0),
            (_, "*") if is_application => Some(1),
            (_, sub) if is_application && sub.eq_ignore_ascii_case(subtype) => Some(2),
            _ => None,
        }
    }
}

/// The weight of the range that names the type most exactly.
fn weight(ranges: &[Range<'_>], subtype: &str) -> u16 {
    let matching = ranges
        .iter()
        .filter_map(|range| Some((range.precision(subtype)?, range.weight)));
    matching.max().map_or(0, |(_, weight)| weight)
}

/// A quality of RFC 9110 §12.4.2, such as `0.8`, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = is_digits.then(|| format!("{fraction:0<3}"))?;
    let fraction: u16 = fraction.parse().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_json_in_utf8() {
        for good in [
            "application/scim+json",
            "application/json",
            "Application/SCIM+JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"; profile=x",
        ] {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "text/json",
            "application/json; charset=utf-16",
            "application/jsonp",
            "application/xml",
            "json",
            "",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn a_body_without_a_type_is_for_the_profile_to_judge() {
        assert!(check_body(None, BodyType::Assumed).is_ok());
        assert!(check_body(None, BodyType::Required).is_err());
        assert!(check_body(Some("text/plain"), BodyType::Assumed).is_err());
    }

    #[test]
    fn accept_is_weighed_by_precision_and_quality() {
        use MediaType::{Json, ScimJson};
        for (accept, expected) in [
            ("*/*", Some(ScimJson)),
            ("application/*", Some(ScimJson)),
            ("application/json", Some(Json)),
            ("application/scim+json", Some(ScimJson)),
            ("application/json, text/plain, */*", Some(ScimJson)),
            (
                "application/scim+json;q=0.5, application/json;q=0.8",
                Some(Json),
            ),
            ("application/scim+json;q=0, */*", Some(Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=2", None),
            (";;,,", None),
            ("", None),
        ] {
            assert_eq!(negotiated(accept, ScimJson).ok(), expected, "{accept}");
        }
        assert_eq!(negotiated("*/*", Json).ok(), Some(Json));
        assert_eq!(
            negotiated("application/scim+json", Json).ok(),
            Some(ScimJson)
        );
    }
}
