//! Apps: where customers buy, and what is sold there.
//!
//! An app is a program of the merchant's in one store, or the merchant's own pages: the *own app*,
//! which every merchant has in each mode. A [listing](model::Listing) says in which app a price is
//! sold and what the store calls it; a price without one is sold by the own app. A price with its
//! product and its listing is a [store product](model::StoreProduct).
//!
//! What opens the merchant's account at a store goes in and never comes out: it is stored
//! encrypted, and answers say only that it is there.

pub mod model;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
pub mod products;
