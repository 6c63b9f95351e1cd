//! The dashboard's pages about discounts.

mod detail;
mod fields;
mod form;
mod list;
mod products;

pub use {detail::DiscountPage, list::DiscountsPage};

use super::model::Status;
use crate::ui::Tone;

/// A status as badges show it.
fn badge(status: Status) -> (String, Tone) {
    let tone = match status {
        Status::Active => Tone::Good,
        Status::Scheduled => Tone::Info,
        Status::Inactive | Status::Expired | Status::UsedUp => Tone::Warn,
        Status::Archived => Tone::Neutral,
    };
    (status.label().to_owned(), tone)
}
