//! Webhooks: events sent to programs of the merchant's.
//!
//! An *endpoint* is an address with the events it wants. The worker makes a *delivery* of each event for
//! each endpoint that listens ([`fan_out`]), and attempts it until it arrives or is given up ([`lanes`]).
//! Both work by claiming rows by what they are, so that any number of workers share one database and a
//! killed one loses nothing: what it had claimed is free again when its lease ends.
//!
//! RevenueCat's webhook integrations are endpoints too, in another dialect: other bodies, other delays
//! ([`dialect`]).

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
mod attempt;
#[cfg(feature = "ssr")]
mod dialect;
#[cfg(feature = "ssr")]
pub mod fan_out;
#[cfg(feature = "ssr")]
pub mod lanes;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod revenuecat;
pub mod rpc;

#[cfg(feature = "ssr")]
pub use dialect::payload;
