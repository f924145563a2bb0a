//! Durations as `cacheDuration` writes them: XML Schema part 2 §3.2.6.

use chrono::TimeDelta;

/// Reads an `xs:duration` that is not negative.
///
/// A year counts 365 days and a month 28: a cache that is refreshed early does no harm. Fractions
/// of seconds are cut.
pub(super) fn parse(text: &str) -> Option<TimeDelta> {
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let time = time_without_fraction(time)?;
    let days = sum(date, &[('Y', 365), ('M', 28), ('D', 1)])?;
    let seconds = sum(&time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    TimeDelta::try_seconds(days.checked_mul(86_400)?.checked_add(seconds)?)
}

/// `1H2.5S` as `1H2S`: only seconds may have a fraction.
fn time_without_fraction(time: &str) -> Option<String> {
    let Some((whole, fraction)) = time.split_once('.') else {
        return Some(time.to_owned());
    };
    let digits = fraction.strip_suffix('S')?;
    let is_sound = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && whole.ends_with(|last: char| last.is_ascii_digit());
    is_sound.then(|| format!("{whole}S"))
}

/// Numbers with their designators, each at most once and in this order.
fn sum(mut text: &str, designators: &[(char, i64)]) -> Option<i64> {
    let mut sum = 0_i64;
    for (designator, factor) in designators {
        let Some((number, rest)) = text.split_once(*designator) else {
            continue;
        };
        sum = sum.checked_add(whole_number(number)?.checked_mul(*factor)?)?;
        text = rest;
    }
    text.is_empty().then_some(sum)
}

fn whole_number(digits: &str) -> Option<i64> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        parse(text).map(|duration| duration.num_seconds())
    }

    #[test]
    fn durations_are_read_part_by_part() {
        assert_eq!(seconds("PT1H"), Some(3600));
        assert_eq!(seconds("PT604800S"), Some(604_800));
        assert_eq!(seconds("P1D"), Some(86_400));
        assert_eq!(seconds("P0Y0M7DT0H0M0.000S"), Some(7 * 86_400));
        assert_eq!(
            seconds("P1Y2M3DT4H5M6S"),
            Some((365 + 56 + 3) * 86_400 + 14_706)
        );
        assert_eq!(seconds("PT0S"), Some(0));
    }

    #[test]
    fn months_and_minutes_are_told_apart() {
        assert_eq!(seconds("P1M"), Some(28 * 86_400));
        assert_eq!(seconds("PT1M"), Some(60));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for refused in [
            "",
            "P",
            "PT",
            "P1DT",
            "1D",
            "-P1D",
            "P-1D",
            "P1",
            "PT1",
            "P1H",
            "PT1D",
            "P1D1Y",
            "P1D2D",
            "PD",
            "PT.5S",
            "PT1.S",
            "PT1.5H",
            "P1.5D",
            "P1D ",
            "P+1D",
            "p1d",
            "P99999999999999999999D",
            "P9223372036854775807Y",
        ] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }
}
