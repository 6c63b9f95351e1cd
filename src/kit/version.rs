//! Dated versions of RevKeen's API, and what each of them changed.
//!
//! Everything inside speaks the current version. An answer to somebody who asked for an older one
//! is given that version's shape on its way out ([`Version::dress`]); so are the events that a
//! webhook endpoint of an older version is sent.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::Time;

/// A version of the API, by its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(&'static str);

/// A change of shape. Bodies are made in the new one.
struct Change {
    /// The version that brought it.
    since: Version,
    /// Gives a body the shape it had before.
    undo: fn(&mut Value),
}

/// All changes, newest first: an older version is reached by undoing one after another.
const CHANGES: &[Change] = &[Change { since: Version("2026-05-01"), undo: events_in_rfc_3339 }];

impl Version {
    /// What everybody speaks who does not ask for another.
    pub const CURRENT: Self = Self("2026-05-01");
    /// Every version that can be asked for, oldest first.
    pub const ALL: &[Self] = &[Self("2026-04-14"), Self::CURRENT];

    /// The version of this date, if there is one.
    pub fn parse(date: &str) -> Option<Self> {
        Self::ALL.iter().find(|version| version.0 == date).copied()
    }

    /// Its date.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Gives a body of the current version the shape that it has in this one.
    pub fn dress(self, body: &mut Value) {
        CHANGES.iter().filter(|change| self < change.since).for_each(|change| (change.undo)(body));
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::CURRENT
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let date = String::deserialize(deserializer)?;
        let known = || Self::ALL.iter().map(|version| version.0).collect::<Vec<_>>().join(", ");
        Self::parse(&date).ok_or_else(|| serde::de::Error::custom(format!("must be one of {}", known())))
    }
}

/// 2026-05-01: `created` of events is in Unix seconds. Before, it was text.
fn events_in_rfc_3339(body: &mut Value) {
    match body {
        Value::Array(items) => items.iter_mut().for_each(events_in_rfc_3339),
        Value::Object(object) if object.get("object").is_some_and(|kind| kind == "event") => {
            if let Some(created) = object.get_mut("created")
                && let Some(seconds) = created.as_i64()
            {
                *created = Value::from(Time(seconds * 1000).to_string());
            }
        }
        // Lists of events; inside an event is the object it is about, which has its own shape.
        Value::Object(object) => {
            if let Some(data) = object.get_mut("data") {
                events_in_rfc_3339(data);
            }
        }
        _ => {}
    }
}
