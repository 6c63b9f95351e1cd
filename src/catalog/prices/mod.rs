//! Prices: how much of which currency, how often, and how the quantity counts.
//!
//! The amount for a quantity is computed by pure code in [`model::amount`], the same in the browser
//! that previews it and on the server that invoices it. The terms of a price never change; its
//! names, its lookup key and whether it is for sale do.

#[cfg(feature = "ssr")]
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
pub mod pages;
pub mod rpc;
