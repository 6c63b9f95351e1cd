//! The dashboard's pages about prices, and their table on a product's page.

mod calculator;
mod detail;
mod edit;
mod editor;
mod fields;
mod list;
mod names;
mod new;
mod product;
mod shape;
mod switch;
mod tiers;

pub use {detail::PricePage, list::PricesPage, new::NewPricePage, product::ProductPrices};

use super::model::Price;
use crate::ui::Tone;

/// A state as badges show it.
fn badge(price: &Price) -> (String, Tone) {
    match price.active {
        true => ("Active".to_owned(), Tone::Good),
        false => ("Archived".to_owned(), Tone::Neutral),
    }
}
