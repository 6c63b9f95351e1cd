//! Whom a merchant sells to, and through what.
//!
//! Apps are the places where customers buy: the merchant's own pages, and its programs in the
//! stores. How a price is called in one of them is its listing.

pub mod apps;
