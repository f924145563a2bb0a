//! Instants as SAML writes them: saml-core §1.3.3, XML Schema part 2 §3.2.7.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};

/// Reads an `xs:dateTime` in UTC: `Z`, or the offset `+00:00` or `-00:00`.
///
/// Any number of fraction digits is read and those beyond nanoseconds are cut. A leap second (which
/// saml-core forbids), hour 24, another offset and a missing one are refused, as are the year 0000
/// and years of more than four digits.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let (date_time, zone) = match bytes.strip_suffix(b"Z") {
        Some(date_time) => (date_time, &b"Z"[..]),
        None => bytes.split_at_checked(bytes.len().checked_sub(6)?)?,
    };
    if !matches!(zone, b"Z" | b"+00:00" | b"-00:00") {
        return None;
    }
    let (seconds, fraction) = date_time.split_at_checked("2026-06-06T07:40:25".len())?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
    ] = seconds
    else {
        return None;
    };
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(&[*y1, *y2, *y3, *y4])?).ok()?,
        number(&[*m1, *m2])?,
        number(&[*d1, *d2])?,
    )?;
    if date.year() == 0 {
        return None;
    }
    let time = date.and_hms_nano_opt(
        number(&[*h1, *h2])?,
        number(&[*i1, *i2])?,
        number(&[*s1, *s2])?,
        nanoseconds(fraction)?,
    )?;
    Some(time.and_utc())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

fn nanoseconds(fraction: &[u8]) -> Option<u32> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction
        .strip_prefix(b".")
        .filter(|digits| !digits.is_empty())?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut nine = [b'0'; 9];
    for (place, digit) in nine.iter_mut().zip(digits) {
        *place = *digit;
    }
    number(&nine)
}

/// Writes whole seconds in UTC with `Z`: some identity providers read no fraction, or only a short
/// one. `None` for a year that XML Schema 1.0 does not write with four digits.
pub(super) fn write(instant: DateTime<Utc>) -> Option<String> {
    let seconds = instant.with_nanosecond(0)?;
    matches!(seconds.year(), 1..=9999).then(|| seconds.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// How far two clocks may differ. At most ten minutes; one minute unless said otherwise.
///
/// ```
/// use vestibule::saml::ClockSkew;
/// assert_eq!(ClockSkew::default(), ClockSkew::from_secs(60).unwrap());
/// assert_eq!(ClockSkew::from_secs(600), Some(ClockSkew::MAX));
/// assert_eq!(ClockSkew::from_secs(601), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClockSkew(TimeDelta);

impl ClockSkew {
    const MAX_SECS: u32 = 600;

    /// The longest, ten minutes. See [`ClockSkew`] for an example.
    ///
    /// What was seen is remembered for so long beyond its end, whatever skew is configured on
    /// the day: see [`ReplayQuestion::keep_until`](super::ReplayQuestion::keep_until).
    pub const MAX: Self = Self(TimeDelta::seconds(Self::MAX_SECS as i64));

    /// A skew of so many seconds; `None` above 600, because a long skew revives old assertions.
    #[must_use]
    pub fn from_secs(seconds: u32) -> Option<Self> {
        (seconds <= Self::MAX_SECS).then(|| Self(TimeDelta::seconds(i64::from(seconds))))
    }

    /// Whether `now` is before `from`, even if this clock is slow.
    pub(super) fn is_before(self, now: DateTime<Utc>, from: DateTime<Utc>) -> bool {
        now.checked_add_signed(self.0)
            .is_some_and(|latest| latest < from)
    }

    /// Whether `now` is at or after `end`, even if this clock is fast.
    pub(super) fn is_over(self, now: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        now.checked_sub_signed(self.0)
            .is_none_or(|earliest| earliest >= end)
    }

    /// `end`, later by the skew.
    pub(super) fn after(self, end: DateTime<Utc>) -> DateTime<Utc> {
        end.checked_add_signed(self.0)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The time of judgement, and how far the sender's clock may differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) now: DateTime<Utc>,
    pub(super) skew: ClockSkew,
}

impl Clock {
    /// Whether `instant` is still to come, even if this clock is slow.
    pub(super) fn is_before(self, instant: DateTime<Utc>) -> bool {
        self.skew.is_before(self.now, instant)
    }

    /// Whether `end` has come, even if this clock is fast.
    pub(super) fn is_over(self, end: DateTime<Utc>) -> bool {
        self.skew.is_over(self.now, end)
    }
}

impl Default for ClockSkew {
    fn default() -> Self {
        Self(TimeDelta::seconds(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> Option<u32> {
        parse(text).map(|instant| instant.timestamp_subsec_nanos())
    }

    #[test]
    fn fractions_of_any_length_are_read_and_cut_at_nanoseconds() {
        assert_eq!(nanos("2026-06-06T07:40:23Z"), Some(0));
        assert_eq!(nanos("2026-06-06T07:40:23.096Z"), Some(96_000_000));
        assert_eq!(nanos("2026-06-06T07:40:23.0969349Z"), Some(96_934_900));
        assert_eq!(
            nanos("2026-06-06T07:40:23.123456789999Z"),
            Some(123_456_789)
        );
        assert_eq!(
            nanos("2026-06-06T07:40:23.99999999999999999999Z"),
            Some(999_999_999)
        );
    }

    #[test]
    fn only_utc_is_read() {
        assert!(parse("2026-06-06T07:40:23+00:00").is_some());
        assert!(parse("2026-06-06T07:40:23-00:00").is_some());
        for refused in [
            "2026-06-06T07:40:23",
            "2026-06-06T07:40:23+01:00",
            "2026-06-06T07:40:23z",
        ] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn far_years_are_read_and_impossible_times_are_not() {
        assert!(parse("9999-12-31T23:59:59.999999999Z").is_some());
        assert!(parse("2205-01-01T00:00:00Z").is_some());
        assert!(parse("0001-01-01T00:00:00Z").is_some());
        assert!(parse("2024-02-29T00:00:00Z").is_some());
        for refused in [
            "",
            "Z",
            "tomorrow",
            "12026-06-06T07:40:23Z",
            "0000-01-01T00:00:00Z",
            "+2026-06-06T07:40:23Z",
            "2026-00-06T07:40:23Z",
            "2026-06-00T07:40:23Z",
            "2025-02-29T00:00:00Z",
            "2026-06-06T24:00:00.000Z",
            "2016-12-31T23:59:60Z",
            "2026-06-06T07:60:00Z",
            "2026-06-06T07:40:23ZZ",
            "2026-06-06T07:40:23+00:00Z",
            "2026-06-06T07:40:23+24:00",
            "2026-06-06T07:40:23-14:00",
            "+00:00",
            "é00:00",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-06-06T25:00:00Z",
            "2026-06-06T24:00:00Z",
            "2026-06-06T23:59:60Z",
            "2026-06-06 07:40:23Z",
            "2026-06-06T07:40:23.Z",
            "2026-06-06T07:40:23.1 Z",
            " 2026-06-06T07:40:23Z",
            "-026-06-06T07:40:23Z",
            "2026-06-06T07:40:23,5Z",
            "２026-06-06T07:40:23Z",
        ] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn instants_are_written_in_whole_seconds() {
        let at = |text| parse(text).unwrap();
        let written = write(at("2026-06-06T07:40:23.999999999Z"));
        assert_eq!(written.as_deref(), Some("2026-06-06T07:40:23Z"));
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31)
            .and_then(|date| date.and_hms_nano_opt(23, 59, 59, 1_500_000_000))
            .unwrap();
        assert_eq!(
            write(leap.and_utc()).as_deref(),
            Some("2016-12-31T23:59:59Z")
        );
        let early = write(at("0001-01-01T00:00:00Z"));
        assert_eq!(early.as_deref(), Some("0001-01-01T00:00:00Z"));
        let year_zero = NaiveDate::from_ymd_opt(0, 12, 31).unwrap();
        let year_zero = year_zero.and_hms_opt(23, 59, 59).unwrap();
        assert_eq!(write(year_zero.and_utc()), None);
        assert!(write(at("9999-12-31T23:59:59Z")).is_some());
        assert_eq!(write(DateTime::<Utc>::MAX_UTC), None);
    }

    #[test]
    fn the_skew_holds_at_its_borders() {
        let skew = ClockSkew::default();
        let at = |text| parse(text).unwrap();
        let end = at("2026-06-06T07:40:00Z");
        assert!(!skew.is_over(at("2026-06-06T07:40:59.999Z"), end));
        assert!(skew.is_over(at("2026-06-06T07:41:00Z"), end));
        assert!(!skew.is_before(at("2026-06-06T07:39:00Z"), end));
        assert!(skew.is_before(at("2026-06-06T07:38:59.999Z"), end));
        assert!(!skew.is_over(at("2026-06-06T07:40:00Z"), at("9999-12-31T23:59:59Z")));
        for far in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
            assert!(ClockSkew::MAX.is_over(far, end) || far < end);
            assert!(ClockSkew::MAX.is_before(far, end) || far > end);
            assert!(ClockSkew::MAX.after(far) >= far);
        }
    }
}
