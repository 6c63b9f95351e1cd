//! Typed object ids.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::Error;

/// Id of a `T`: a UUID (version 7, so that ids sort by time of creation), text on the wire and
/// in the row.
pub struct Id<T: ?Sized>(Uuid, PhantomData<fn() -> Box<T>>);

impl<T: ?Sized> Id<T> {
    /// The id with these bits.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bits.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Its last ten hexadecimal digits, 40 bits of chance: what dialects with short ids show. In SQL,
    /// `substr(id, 27)`.
    pub fn short(self) -> String {
        self.0.hyphenated().to_string().split_off(26)
    }

    /// The id of no object; stands for "no merchant" in tables that belong to the whole installation.
    pub const fn nil() -> Self {
        Self::from_uuid(Uuid::nil())
    }
}

impl<T: ?Sized> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Id<T> {}
impl<T: ?Sized> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T: ?Sized> Eq for Id<T> {}
impl<T: ?Sized> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: ?Sized> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T: ?Sized> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T: ?Sized> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
impl<T: ?Sized> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T: ?Sized> FromStr for Id<T> {
    type Err = Error;

    /// Reads the hyphenated form only, as the contract's `format: uuid` says.
    fn from_str(text: &str) -> Result<Self, Error> {
        match Uuid::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Ok(Self::from_uuid(uuid)),
            _ => Err(Error::invalid("id", "must be a UUID")),
        }
    }
}

impl<T: ?Sized> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, T: ?Sized> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("must be a UUID"))
    }
}
