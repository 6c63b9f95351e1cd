//! The pricing models as the editor offers them: each a combination of the model's own terms.

use super::super::model::{BillingScheme, NewPrice, PriceModel, TiersMode};
use crate::ui::RadioCard;

/// How an amount comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Fixed,
    Graduated,
    Volume,
    Packs,
    Percentage,
    Choice,
    Free,
}

impl Shape {
    /// In the order of the editor.
    pub const ALL: [Self; 7] =
        [Self::Fixed, Self::Graduated, Self::Volume, Self::Packs, Self::Percentage, Self::Choice, Self::Free];

    /// Its value in the form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Graduated => "graduated",
            Self::Volume => "volume",
            Self::Packs => "packs",
            Self::Percentage => "percentage",
            Self::Choice => "choice",
            Self::Free => "free",
        }
    }

    /// The reverse of [`Shape::word`]; the first where there is no such word.
    pub fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|shape| shape.word() == word).unwrap_or(Self::Fixed)
    }

    /// The shape of a price.
    pub fn of(price: &NewPrice) -> Self {
        match (price.pricing_model, price.billing_scheme(), price.tiers_mode) {
            (PriceModel::Free, ..) => Self::Free,
            (PriceModel::PayWhatYouWant, ..) => Self::Choice,
            (_, BillingScheme::Percentage, _) => Self::Percentage,
            (_, BillingScheme::Tiered, Some(TiersMode::Volume)) => Self::Volume,
            (_, BillingScheme::Tiered, _) => Self::Graduated,
            (_, BillingScheme::PerUnit, _) if price.transform_quantity.is_some() => Self::Packs,
            _ => Self::Fixed,
        }
    }

    /// Its card.
    pub fn card(self) -> RadioCard {
        let (label, text) = match self {
            Self::Fixed => ("Fixed", "The same amount for every unit."),
            Self::Graduated => ("Graduated tiers", "Each unit at the price of the tier it falls in."),
            Self::Volume => ("Volume tiers", "All units at the price of the tier the quantity reaches."),
            Self::Packs => ("Packs", "An amount for every so many units."),
            Self::Percentage => ("Percentage", "A share of the amount that passes through."),
            Self::Choice => ("Pay what you want", "The customer decides, within your bounds."),
            Self::Free => ("Free", "Nothing is charged."),
        };
        RadioCard::new(self.word(), label, text)
    }

    /// Whether tiers decide.
    pub fn tiered(self) -> bool {
        matches!(self, Self::Graduated | Self::Volume)
    }
}
