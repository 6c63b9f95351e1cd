//! Products: what is sold, and what new purchases of it cost.
//!
//! The commercial terms on a product (amount, currency, interval, trial) are those of its default
//! price. Changing them makes a new default price and retires the old one; whoever bought it
//! keeps it. Products are archived, never deleted.

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
pub mod external;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod pages;
pub mod rpc;
mod text;
