//! What a number in a cell of a workbook says: as text, digit by digit, or as the moment it stands for.
//!
//! Keeps true: no digit is made up or lost. A spreadsheet keeps fifteen digits of a number: what has more is refused, whole numbers
//! above all, because the spreadsheet has changed them already; the tail that binary storage adds to a shorter number is taken off.
//! Not here: where cells are (`workbook`).

use qudao_base::Date;

/// Digits a spreadsheet keeps of a number.
const DIGITS_MAX: usize = 15;
/// Most places after the point.
const PLACES_MAX: i64 = 20;
/// Days from the start of the calendar that counts from 1900 to that of 1904.
const DAYS_TO_1904: i64 = 1_462;
/// First day both known calendars agree on: before it the older counts a day that never was.
const DAY_FIRST: i64 = 61;
/// 9999-12-31.
const DAY_LAST: i64 = 2_958_465;
const MILLISECONDS_A_DAY: i128 = 86_400_000;

/// How a cell shows its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As a number.
    #[default]
    Number,
    /// In hundredths.
    Percent,
    /// As a day, a time, or both.
    Moment,
}

impl Shown {
    /// By the number of a format every spreadsheet knows (ECMA-376 part 1, 18.8.30).
    pub(crate) fn known(format: u32) -> Self {
        match format {
            9 | 10 => Self::Percent,
            14..=22 | 27..=36 | 45..=47 | 50..=58 => Self::Moment,
            _ => Self::Number,
        }
    }

    /// By the code of a format, such as `yyyy"年"m"月"d"日"` or `0.0%`.
    pub(crate) fn of_code(code: &str) -> Self {
        let mut letters = code.chars();
        let mut bracket: Option<String> = None;
        while let Some(letter) = letters.next() {
            if let Some(inside) = &mut bracket {
                if letter == ']' {
                    let is_elapsed =
                        !inside.is_empty() && inside.chars().all(|one| "hms".contains(one));
                    if is_elapsed {
                        return Self::Moment;
                    }
                    bracket = None;
                } else {
                    inside.push(letter.to_ascii_lowercase());
                }
                continue;
            }
            match letter.to_ascii_lowercase() {
                '"' => drop(letters.by_ref().find(|one| *one == '"')),
                '\\' | '_' | '*' => drop(letters.next()),
                '[' => bracket = Some(String::new()),
                ';' => break,
                '%' => return Self::Percent,
                'y' | 'm' | 'd' | 'h' | 's' => return Self::Moment,
                _ => {}
            }
        }
        Self::Number
    }
}

/// A decimal number: digits without zeros at either end, times a power of ten.
struct Decimal {
    is_negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, power) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let unsigned = mantissa.trim_start_matches(['-', '+']);
        if mantissa.len() - unsigned.len() > 1 {
            return None;
        }
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all = format!("{whole}{part}");
        if all.is_empty() || !all.bytes().all(|one| one.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_end_matches('0');
        let dropped = (all.len() - digits.len()) as i64;
        Some(Self {
            is_negative: mantissa.starts_with('-'),
            digits: digits.trim_start_matches('0').to_owned(),
            exponent: i64::from(power) - part.len() as i64 + dropped,
        })
    }

    /// Without the tail of binary storage; none when digits are lost.
    fn exact(text: &str) -> Option<Self> {
        let read = Self::read(text)?;
        if read.digits.len() > DIGITS_MAX {
            // The shortest text of what is stored is what was entered, if that had no more digits than are kept.
            let stored: f64 = text.parse().ok()?;
            let shortest = Self::read(&format!("{stored:e}"))?;
            return Some(shortest).filter(Self::is_kept);
        }
        Some(read).filter(Self::is_kept)
    }

    fn is_kept(&self) -> bool {
        let whole = self.digits.len() as i64 + self.exponent;
        self.digits.len() <= DIGITS_MAX
            && whole <= DIGITS_MAX as i64
            && self.exponent >= -PLACES_MAX
    }

    fn text(&self) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let sign = if self.is_negative { "-" } else { "" };
        let Ok(places) = usize::try_from(-self.exponent) else {
            return format!(
                "{sign}{}{}",
                self.digits,
                "0".repeat(self.exponent as usize)
            );
        };
        if places == 0 {
            return format!("{sign}{}", self.digits);
        }
        let padded = format!("{:0>1$}", self.digits, places + 1);
        let (whole, part) = padded.split_at(padded.len() - places);
        format!("{sign}{whole}.{part}")
    }
}

/// The text of a stored number; none when it is none, or when the spreadsheet does not keep all its digits.
pub(crate) fn text_of(stored: &str, shown: Shown, is_1904: bool) -> Option<String> {
    if shown == Shown::Moment {
        return moment(stored, is_1904);
    }
    let mut number = Decimal::exact(stored)?;
    if shown == Shown::Number {
        return Some(number.text());
    }
    number.exponent += 2;
    Some(format!("{}%", number.text()))
}

/// A day and time counted in days: `2026-01-31`, `2026-01-31 08:00:00`, or `08:00:00` alone. To the millisecond, which is what a
/// spreadsheet keeps.
fn moment(stored: &str, is_1904: bool) -> Option<String> {
    let number = Decimal::read(stored).filter(|one| !one.is_negative)?;
    let (mut days, part) = days_and_part(&number)?;
    let scale = 10_i128.pow(DIGITS_MAX as u32);
    let mut milliseconds = (part * MILLISECONDS_A_DAY * 2 + scale) / (scale * 2);
    if milliseconds == MILLISECONDS_A_DAY {
        (days, milliseconds) = (days + 1, 0);
    }
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    let mut time = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    if rest > 0 {
        time = format!("{time}.{rest:03}");
    }
    if days == 0 && milliseconds > 0 {
        return Some(time);
    }
    if is_1904 {
        days += DAYS_TO_1904;
    }
    if !(DAY_FIRST..=DAY_LAST).contains(&days) {
        return None;
    }
    let day = Date::of(1899, 12, 30)
        .and_then(|start| start.plus_days(days))
        .ok()?;
    Some(if milliseconds == 0 {
        day.to_string()
    } else {
        format!("{day} {time}")
    })
}

/// Whole days, and the rest of a day in 1/10^15.
fn days_and_part(number: &Decimal) -> Option<(i64, i128)> {
    let text = number.text_of_length()?;
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part: String = part
        .chars()
        .chain("0".repeat(DIGITS_MAX).chars())
        .take(DIGITS_MAX)
        .collect();
    Some((whole.parse().ok()?, part.parse().ok()?))
}

impl Decimal {
    /// The text, if it is of sensible length.
    fn text_of_length(&self) -> Option<String> {
        (-60..=DIGITS_MAX as i64)
            .contains(&self.exponent)
            .then(|| self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit_or_are_refused() {
        for (stored, expected) in [
            ("0", Some("0")),
            ("-0", Some("0")),
            ("950", Some("950")),
            ("1234.50", Some("1234.5")),
            ("1.1000000000000001", Some("1.1")),
            ("0.29999999999999999", Some("0.3")),
            ("0.30000000000000004", None),
            ("-19.989999999999998", Some("-19.99")),
            ("1E-3", Some("0.001")),
            ("1.5e+3", Some("1500")),
            ("13800000001", Some("13800000001")),
            ("999999999999999", Some("999999999999999")),
            ("1234567890123450", None),
            ("1.2345678901234501E+18", None),
            ("1e-30", None),
            ("1e999999999999", None),
            ("NaN", None),
            ("inf", None),
            ("--1", None),
            ("1.2.3", None),
            ("", None),
        ] {
            assert_eq!(
                text_of(stored, Shown::Number, false).as_deref(),
                expected,
                "{stored}"
            );
        }
        let percent = |stored| text_of(stored, Shown::Percent, false);
        assert_eq!(percent("0.05").as_deref(), Some("5%"));
        assert_eq!(percent("0.12509999999999999").as_deref(), Some("12.51%"));
        assert_eq!(percent("1").as_deref(), Some("100%"));
    }

    #[test]
    fn moments_are_days_of_the_calendar() {
        for (stored, is_1904, expected) in [
            ("46053", false, Some("2026-01-31")),
            ("44591", true, Some("2026-01-31")),
            ("46053.333333333336", false, Some("2026-01-31 08:00:00")),
            ("46053.999999999", false, Some("2026-02-01")),
            ("46053.000005787037", false, Some("2026-01-31 00:00:00.500")),
            ("0.5", false, Some("12:00:00")),
            ("60", false, None),
            ("20260131", false, None),
            ("-1", false, None),
            ("2958465", false, Some("9999-12-31")),
            ("x", false, None),
        ] {
            assert_eq!(
                text_of(stored, Shown::Moment, is_1904).as_deref(),
                expected,
                "{stored}"
            );
        }
    }

    #[test]
    fn formats_say_what_is_shown() {
        for (code, expected) in [
            ("General", Shown::Number),
            ("yyyy\\-mm\\-dd", Shown::Moment),
            ("[$-804]yyyy\"年\"m\"月\"", Shown::Moment),
            ("[h]:mm", Shown::Moment),
            ("[Red]#,##0.00", Shown::Number),
            ("\"y\"0.00\\d_m", Shown::Number),
            ("0.0%", Shown::Percent),
            ("¥#,##0.00;[Red]-¥#,##0.00", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("@", Shown::Number),
        ] {
            assert_eq!(Shown::of_code(code), expected, "{code}");
        }
        assert_eq!(Shown::known(14), Shown::Moment);
        assert_eq!(Shown::known(10), Shown::Percent);
        assert_eq!(Shown::known(2), Shown::Number);
    }
}
