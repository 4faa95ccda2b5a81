//! Business dates and instants as integers that sort and group in any database.
//!
//! Keeps true: a date is written `yyyymmdd`, so month = date / 100 in SQL; an instant is UTC microseconds.
//! Not here: the time zone of a site (callers pass it) and working days.

use jiff::{Timestamp, civil, tz::TimeZone};

use crate::{Fault, Refusal, Result};

/// A business date as the integer `yyyymmdd`; the default is no date at all (0) and is stored as nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

impl Date {
    /// From the stored integer `yyyymmdd`; `date.malformed` when no such day exists.
    pub fn from_number(number: i64) -> Result<Self> {
        let malformed = || Refusal::malformed("date.malformed").with("value", number);
        let part = |of: i64| i16::try_from(of).map_err(|_| malformed());
        let (year, month, day) = (
            part(number / 10_000)?,
            (number / 100 % 100) as i8,
            (number % 100) as i8,
        );
        civil::Date::new(year, month, day).map_err(|_| malformed())?;
        Ok(Self(number))
    }

    /// From year, month, day; `date.malformed` when no such day exists.
    pub fn of(year: i64, month: i64, day: i64) -> Result<Self> {
        Self::from_number(year * 10_000 + month * 100 + day)
    }

    /// As stored: `yyyymmdd`.
    pub const fn number(self) -> i64 {
        self.0
    }

    fn civil(self) -> civil::Date {
        civil::date(
            (self.0 / 10_000) as i16,
            (self.0 / 100 % 100) as i8,
            (self.0 % 100) as i8,
        )
    }

    fn from_civil(date: civil::Date) -> Self {
        Self(
            i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()),
        )
    }

    /// The day so many days later (or earlier when negative); `date.range` beyond the calendar.
    pub fn plus_days(self, days: i64) -> Result<Self> {
        let later = days
            .try_into()
            .ok()
            .and_then(|days: i32| {
                self.civil()
                    .checked_add(jiff::Span::new().try_days(days).ok()?)
                    .ok()
            })
            .ok_or_else(|| Refusal::invalid("date.range").with("value", self))?;
        Ok(Self::from_civil(later))
    }

    /// The first day of the month so many months later, earlier when negative; of its own when 0.
    pub fn month_start(self, later: i64) -> Result<Self> {
        let months = (self.0 / 10_000) * 12 + (self.0 / 100 % 100) - 1 + later;
        Self::of(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
    }

    /// Days from `earlier` to this date.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from((self.civil() - earlier.civil()).get_days())
    }

    /// The instant at which this day starts in the zone.
    pub fn start(self, zone: &TimeZone) -> Result<Instant> {
        let zoned = self
            .civil()
            .to_zoned(zone.clone())
            .map_err(|error| Fault::from_error("start of day", error))?;
        Ok(Instant(zoned.timestamp().as_microsecond()))
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{:04}-{:02}-{:02}",
            self.0 / 10_000,
            self.0 / 100 % 100,
            self.0 % 100
        )
    }
}

impl std::str::FromStr for Date {
    type Err = crate::Stop;
    fn from_str(text: &str) -> Result<Self> {
        let date = text
            .parse()
            .ok()
            .filter(|date: &civil::Date| date.year() > 0);
        let malformed = || Refusal::malformed("date.malformed").with("value", text);
        Ok(Self::from_civil(date.ok_or_else(malformed)?))
    }
}

/// A moment in UTC microseconds since 1970; the default (0) is stored as nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From the stored microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// As stored: microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// So many seconds later, earlier when negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// So many days of 24 hours later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// The moment of a day and time of day as clocks of the zone show it, such as `2026-01-31 08:00`; none for any other text, and for
    /// times that clocks leave out or show twice.
    pub fn local(text: &str, zone: &TimeZone) -> Option<Self> {
        let time: civil::DateTime = text.parse().ok()?;
        let stamp = zone.to_ambiguous_timestamp(time).unambiguous().ok()?;
        Some(Self(stamp.as_microsecond()))
    }

    /// The business date at this moment in the zone.
    pub fn date(self, zone: &TimeZone) -> Result<Date> {
        let stamp = Timestamp::from_microsecond(self.0)
            .map_err(|_| Refusal::malformed("instant.range").with("value", self.0))?;
        Ok(Date::from_civil(stamp.to_zoned(zone.clone()).date()))
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Timestamp::from_microsecond(self.0) {
            Ok(stamp) => write!(out, "{stamp}"),
            Err(_) => write!(out, "{}", self.0),
        }
    }
}

impl std::str::FromStr for Instant {
    type Err = crate::Stop;
    fn from_str(text: &str) -> Result<Self> {
        let stamp: Timestamp = text
            .parse()
            .map_err(|_| Refusal::malformed("instant.malformed").with("value", text))?;
        Ok(Self(stamp.as_microsecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_real_days() {
        assert!(Date::from_number(20_230_229).is_err());
        let leap: Date = "2024-02-29".parse().unwrap();
        assert_eq!(leap.plus_days(366).unwrap().to_string(), "2025-03-01");
        assert_eq!(leap.plus_days(90).unwrap().days_since(leap), 90);
        assert!(leap.plus_days(i64::from(i32::MAX)).is_err());
        for none in ["-000001-01-01", "0000-01-01", "2023-02-29", "2024-2-29", ""] {
            assert!(none.parse::<Date>().is_err(), "{none}");
        }
    }

    #[test]
    fn months_follow_over_the_end_of_a_year() {
        let day: Date = "2026-11-24".parse().unwrap();
        for (later, expected) in [
            (0, "2026-11-01"),
            (1, "2026-12-01"),
            (2, "2027-01-01"),
            (14, "2028-01-01"),
            (-11, "2025-12-01"),
        ] {
            assert_eq!(day.month_start(later).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn a_date_belongs_to_a_zone() {
        let late: Instant = "2026-01-31T17:00:00Z".parse().unwrap();
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(late.date(&shanghai).unwrap().to_string(), "2026-02-01");
        assert_eq!(late.date(&TimeZone::UTC).unwrap().to_string(), "2026-01-31");
    }
}
