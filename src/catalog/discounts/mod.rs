//! Discounts: what a code takes off, from what, for how long, and for whom.
//!
//! How much comes off an amount is computed by pure code in [`model`], the same in the browser
//! that previews it and on the server that invoices it. Discounts are archived, never deleted,
//! because invoices name them.

#[cfg(feature = "ssr")]
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod pages;
pub mod rpc;
mod value;
