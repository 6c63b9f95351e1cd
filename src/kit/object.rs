//! The constant `object` member of API objects, and free-form metadata.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an API object is called: `"product"`.
pub trait Named {
    const NAME: &'static str;
}

/// Serialises as `T`'s name; reads anything, so that a row needs no such column.
pub struct Tag<T>(PhantomData<fn() -> T>);

impl<T> Default for Tag<T> {
    fn default() -> Self {
        Self(PhantomData)
    }
}
impl<T> Clone for Tag<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}
impl<T> PartialEq for Tag<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<T: Named> fmt::Debug for Tag<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }
}
impl<T: Named> Serialize for Tag<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(T::NAME)
    }
}
impl<'de, T> Deserialize<'de> for Tag<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self::default())
    }
}

/// The merchant's own keys and values on an object; never interpreted, keys kept as sent.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// Largest metadata of one object: keys.
pub const METADATA_KEYS_MAX: usize = 50;
/// Largest metadata of one object: bytes of JSON.
pub const METADATA_BYTES_MAX: usize = 16_384;

/// Checks the size limits of metadata.
pub fn check_metadata(metadata: &Metadata) -> super::Result<()> {
    if metadata.len() > METADATA_KEYS_MAX {
        return Err(super::Error::invalid("metadata", format!("must have at most {METADATA_KEYS_MAX} keys")));
    }
    let bytes = serde_json::to_string(metadata).map_or(usize::MAX, |text| text.len());
    if bytes > METADATA_BYTES_MAX {
        return Err(super::Error::invalid("metadata", format!("must be at most {METADATA_BYTES_MAX} bytes of JSON")));
    }
    Ok(())
}

/// Metadata as forms show it: every value as text, JSON where it is not text already.
pub fn metadata_pairs(metadata: &Metadata) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    metadata.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

/// Metadata from a form: what still reads as `before` keeps its type, everything else is text.
pub fn metadata_of(pairs: &[(String, String)], before: &Metadata) -> Metadata {
    let was: std::collections::BTreeMap<_, _> = metadata_pairs(before).into_iter().collect();
    let value = |key: &str, text: &str| match before.get(key) {
        Some(value) if was.get(key).is_some_and(|was| was == text) => value.clone(),
        _ => text.into(),
    };
    let said = pairs.iter().filter(|(key, _)| !key.trim().is_empty());
    said.map(|(key, text)| (key.trim().to_owned(), value(key.trim(), text))).collect()
}
