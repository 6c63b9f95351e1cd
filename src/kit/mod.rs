//! Machinery without nouns: what every part of Merx stands on.
//!
//! Types of both targets first (ids, time, money, errors, lists); then, on the server, the
//! request's context ([`cx`]), the database ([`db`]) and the wire ([`http`]).

mod check;
mod error;
mod found;
mod id;
mod mode;
pub mod money;
mod object;
mod page;
mod patch;
mod time;
pub mod timeline;
mod version;

#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod crypto;
#[cfg(feature = "ssr")]
pub mod cx;
#[cfg(feature = "ssr")]
pub mod db;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod outbound;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod tally;
#[cfg(feature = "ssr")]
pub mod unit;

pub use check::checked;
pub use error::{Error, FieldError, Kind, Result};
pub use found::{FOUND_MAX, Found, FoundGroup};
pub use id::Id;
pub use mode::{Mode, Tenant, scopes_allow};
pub use money::Currency;
pub use object::{METADATA_BYTES_MAX, METADATA_KEYS_MAX, Metadata, Named, Tag, check_metadata, metadata_of, metadata_pairs};
pub use page::{LIMIT_DEFAULT, LIMIT_MAX, Page, Query, UrlQuery, Window};
pub use patch::Patch;
pub use time::{DAY_MS, Time};
pub use version::Version;
