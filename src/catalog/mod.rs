//! What a merchant sells.
//!
//! A product has prices; the price that new purchases get is its default price. Prices never
//! change their amount: a new amount is a new price, and whoever subscribed keeps the old one.
//! Discounts lower what a price comes to.

pub mod discounts;
pub mod prices;
pub mod products;
