//! Prices: how much of which currency, how often, and how the quantity counts.
//!
//! The amount for a quantity is computed by pure code in [`model`], the same in the browser that
//! previews it and on the server that invoices it.

pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
