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
