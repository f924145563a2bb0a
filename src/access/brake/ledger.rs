//! How many things happened in which hour of the last week.
//!
//! The ledger is a plain value of bounded size; the time is an argument.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::limits::MAX_LEDGER_HOURS;

const SECS_OF_HOUR: i64 = 3_600;
const KEPT_HOURS: i64 = 168;

/// A count for each hour of the last week in which something was counted, at most
/// [`MAX_LEDGER_HOURS`] of them.
///
/// An hour counts as long as any part of it lies in the window that is asked for, and hours that
/// lie ahead of the clock count as well: in doubt there is less budget, not more.
///
/// ```
/// use vestibule::access::{BudgetWindow, HourlyLedger};
///
/// let noon = "2026-01-05T12:20:00Z".parse()?;
/// let mut ledger = HourlyLedger::default();
/// ledger.set(noon, 3);
/// ledger.set(noon, 3); // the same twice is the same as once
/// assert_eq!(ledger.within(BudgetWindow::Day.hours(), noon), 3);
///
/// let next_day = "2026-01-06T13:00:00Z".parse()?;
/// assert_eq!(ledger.within(BudgetWindow::Day.hours(), next_day), 0);
/// assert_eq!(ledger.within(BudgetWindow::Week.hours(), next_day), 3);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<(i64, u32)>", into = "Vec<(i64, u32)>")]
pub struct HourlyLedger {
    /// Hours since the epoch and their counts, ascending.
    hours: Vec<(i64, u32)>,
}

impl HourlyLedger {
    /// What was counted in the last `hours` before `now`. See the type's example.
    #[must_use]
    pub fn within(&self, hours: u16, now: DateTime<Utc>) -> u32 {
        let first = hour_of(now).saturating_sub(i64::from(hours));
        let counted = self.hours.iter().rev();
        counted
            .take_while(|(hour, _)| *hour >= first)
            .fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// What was counted in the hour of `at` so far.
    /// [`hour_start`](HourlyLedger::hour_start) has an example.
    #[must_use]
    pub fn in_hour_of(&self, at: DateTime<Utc>) -> u32 {
        let found = self
            .hours
            .binary_search_by_key(&hour_of(at), |(hour, _)| *hour);
        found
            .ok()
            .and_then(|index| self.hours.get(index))
            .map_or(0, |(_, count)| *count)
    }

    /// The beginning of the hour that `at` is counted in.
    ///
    /// ```
    /// use vestibule::access::HourlyLedger;
    /// let noon = "2026-01-05T12:20:00Z".parse()?;
    /// let start = HourlyLedger::hour_start(noon);
    /// assert_eq!(start.to_rfc3339(), "2026-01-05T12:00:00+00:00");
    /// let mut ledger = HourlyLedger::default();
    /// ledger.set(start, 2);
    /// assert_eq!(ledger.in_hour_of(noon), 2);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn hour_start(at: DateTime<Utc>) -> DateTime<Utc> {
        at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at)
    }

    /// Says how many were counted in the hour of `at` in all. A smaller number than the one that is
    /// there changes nothing, so that replayed effects never give budget back. See the type's
    /// example.
    pub fn set(&mut self, at: DateTime<Utc>, total: u32) {
        let hour = hour_of(at);
        match self.hours.binary_search_by_key(&hour, |(hour, _)| *hour) {
            Ok(index) => {
                if let Some((_, count)) = self.hours.get_mut(index) {
                    *count = total.max(*count);
                }
            }
            Err(index) => self.hours.insert(index, (hour, total)),
        }
        let oldest = hour.saturating_sub(KEPT_HOURS);
        self.hours.retain(|(hour, _)| *hour >= oldest);
        self.bound();
    }

    /// A clock that jumped can leave more hours than a week has: the last two become one.
    fn bound(&mut self) {
        while self.hours.len() > MAX_LEDGER_HOURS {
            let Some((_, last)) = self.hours.pop() else {
                return;
            };
            if let Some((_, count)) = self.hours.last_mut() {
                *count = count.saturating_add(last);
            }
        }
    }
}

const fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SECS_OF_HOUR)
}

impl From<Vec<(i64, u32)>> for HourlyLedger {
    fn from(mut hours: Vec<(i64, u32)>) -> Self {
        hours.sort_unstable();
        let mut ledger = Self::default();
        for (hour, count) in hours {
            match ledger.hours.last_mut() {
                Some((last, sum)) if *last == hour => *sum = sum.saturating_add(count),
                _ => ledger.hours.push((hour, count)),
            }
        }
        ledger.bound();
        ledger
    }
}

impl From<HourlyLedger> for Vec<(i64, u32)> {
    fn from(ledger: HourlyLedger) -> Self {
        ledger.hours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(hour * SECS_OF_HOUR, 0).unwrap()
    }

    #[test]
    fn an_hour_counts_while_a_part_of_it_is_in_the_window() {
        let mut ledger = HourlyLedger::default();
        ledger.set(at(1_000), 4);
        assert_eq!(ledger.within(24, at(1_024)), 4);
        assert_eq!(ledger.within(24, at(1_025)), 0);
        assert_eq!(ledger.within(168, at(1_168)), 4);
        assert_eq!(ledger.within(168, at(1_169)), 0);
    }

    #[test]
    fn an_hour_that_is_stored_twice_is_one_hour() {
        let ledger = HourlyLedger::from(vec![(1_001, 5), (1_000, 1), (1_000, 2)]);
        assert_eq!(ledger.in_hour_of(at(1_000)), 3);
        assert_eq!(ledger.in_hour_of(at(1_001)), 5);
        assert_eq!(ledger.within(1, at(1_001)), 8);
    }

    #[test]
    fn an_hour_ahead_of_the_clock_counts() {
        let mut ledger = HourlyLedger::default();
        ledger.set(at(5_000), 4);
        ledger.set(at(1_000), 1);
        assert_eq!(ledger.within(24, at(1_000)), 5);
    }

    #[test]
    fn the_ledger_stays_small_and_loses_nothing_of_the_week() {
        let mut ledger = HourlyLedger::default();
        for hour in 0..10_000 {
            ledger.set(at(hour), 1);
        }
        assert_eq!(ledger.hours.len(), 169);
        assert_eq!(ledger.within(168, at(9_999)), 169);
        let jumped: Vec<_> = (0..1_000).map(|hour| (hour, 1)).collect();
        let ledger = HourlyLedger::from(jumped);
        assert_eq!(ledger.hours.len(), MAX_LEDGER_HOURS);
        assert_eq!(ledger.within(168, at(0)), 1_000);
    }
}
