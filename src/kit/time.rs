//! A point in time.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970-01-01T00:00:00Z: an integer in the row, RFC 3339 with three decimals
/// on the wire. Business code gets it from its context, never from the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// Milliseconds of a day of 24 hours.
pub const DAY_MS: i64 = 86_400_000;

impl Time {
    /// `2026-06-15T12:00:00.000Z`.
    pub fn to_rfc3339(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(stamp) => stamp.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            Err(_) => String::new(),
        }
    }

    /// Reads RFC 3339 with any offset; finer than a millisecond is cut.
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|stamp| Self(stamp.as_millisecond()))
    }

    /// `15 Jun 2026, 12:00` in UTC, for people.
    pub fn to_text(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(stamp) => stamp.strftime("%-d %b %Y, %H:%M").to_string(),
            Err(_) => String::new(),
        }
    }

    /// This instant and `ms` milliseconds more, held at the ends of the range.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Time {
    /// Rows are not "human readable" in serde's sense and hold the integer; JSON holds text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self);
        }
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("must be an RFC 3339 time such as 2026-06-15T12:00:00Z"))
    }
}
