//! Events: what happened, as programs read it.
//!
//! The rows are those of the timelines ([`crate::kit::timeline`]); here is how they look from outside,
//! which types there are, and how an event is sent again or made up to try an endpoint out.

#[cfg(feature = "ssr")]
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod pages;
pub mod rpc;
#[cfg(feature = "ssr")]
mod samples;
pub mod types;
