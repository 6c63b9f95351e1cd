//! The dashboard's pages about products.

mod archive;
mod detail;
mod edit;
mod fields;
mod form;
mod list;

pub use {
    detail::ProductPage,
    edit::{EditProductPage, NewProductPage},
    list::ProductsPage,
};

use super::model::Product;
use crate::ui::Tone;

/// A product's status as badges show it.
fn badge(product: &Product) -> (String, Tone) {
    match product.sellable() {
        true => ("Active".to_owned(), Tone::Good),
        false => ("Archived".to_owned(), Tone::Neutral),
    }
}
