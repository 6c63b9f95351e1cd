//! The number in a discount: exact, never a floating-point number.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::kit::money::AMOUNT_MINOR_MAX;

/// Hundredths in a whole.
const WHOLE: i64 = 100;
/// Hundredths in a hundred percent.
const ALL: i64 = 100 * WHOLE;

/// A percentage with up to two decimals, or an amount in minor units. Held as hundredths, a JSON
/// number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiscountValue(i64);

impl DiscountValue {
    /// The value with this many hundredths.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The value with this many wholes: minor units, or percent.
    pub const fn whole(number: i64) -> Self {
        Self(number.saturating_mul(WHOLE))
    }

    /// As the row holds it.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// Reads `12`, `12.5` or `12.50`: digits with at most two decimals, nothing else. Errors are
    /// sentences for the field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        // JSON writes a round number that was sent with decimals as `10.0`.
        let decimals = decimals.trim_end_matches('0');
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) {
            return Err("must be a positive number such as 12.5".into());
        }
        if decimals.len() > 2 {
            return Err("must have at most two decimals".into());
        }
        let hundredths: Option<i64> = format!("{whole}{decimals:0<2}").parse().ok();
        match hundredths {
            Some(hundredths) if hundredths <= AMOUNT_MINOR_MAX * WHOLE => Ok(Self(hundredths)),
            _ => Err("is too large".into()),
        }
    }

    /// Checks a percentage: more than nothing, not more than everything.
    pub fn check_percentage(self) -> Result<(), String> {
        match self.0 {
            1..=ALL => Ok(()),
            _ => Err("must be a percentage from 0.01 to 100".into()),
        }
    }

    /// Checks an amount: whole minor units, at least one.
    pub fn check_amount(self) -> Result<(), String> {
        if self.0 < WHOLE || self.0 % WHOLE != 0 {
            return Err("must be a whole number of minor units, at least 1".into());
        }
        Ok(())
    }

    /// Minor units, when the value is an amount.
    pub const fn minor_units(self) -> i64 {
        self.0 / WHOLE
    }

    /// This share of an amount, a half rounded up.
    pub fn percent_of(self, amount_minor: i64) -> i64 {
        let all = i128::from(ALL);
        let share = (i128::from(amount_minor) * i128::from(self.0) + all / 2).div_euclid(all);
        // The share of a checked percentage is never more than the amount, which fits.
        i64::try_from(share).unwrap_or(amount_minor)
    }
}

impl fmt::Display for DiscountValue {
    /// The shortest decimal: `12.5`, `10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / WHOLE, self.0 % WHOLE);
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

impl Serialize for DiscountValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // From text, because the decimals must be written as they are.
        let number: serde_json::Number = self.to_string().parse().map_err(serde::ser::Error::custom)?;
        number.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DiscountValue {
    /// Rows are not "human readable" in serde's sense and hold hundredths; JSON holds a number,
    /// of which only the text is looked at.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self);
        }
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::parse(&number.to_string()).map_err(de::Error::custom)
    }
}
