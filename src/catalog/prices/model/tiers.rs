//! What a list of tiers must be like.

use super::{PriceTier, amount::exact_unit};
use crate::kit::{Error, Result, money::check_amount};

/// Fewest tiers of a price: one tier is no tiers.
pub const TIERS_MIN: usize = 2;
/// Most tiers of a price.
pub const TIERS_MAX: usize = 50;

/// Checks that tiers ascend, that only the last is without end, and that each has an amount.
pub fn check_tiers(tiers: &[PriceTier]) -> Result<()> {
    if !(TIERS_MIN..=TIERS_MAX).contains(&tiers.len()) {
        return Err(Error::invalid("tiers", format!("must have {TIERS_MIN} to {TIERS_MAX} tiers")));
    }
    let mut below = 0;
    for (index, tier) in tiers.iter().enumerate() {
        let is_last = index + 1 == tiers.len();
        match tier.up_to {
            None if is_last => {}
            None => return Err(refused(index, "up_to", "must be given on every tier but the last")),
            Some(_) if is_last => return Err(refused(index, "up_to", "must be null on the last tier")),
            Some(up_to) if up_to <= below && index == 0 => return Err(refused(index, "up_to", "must be at least 1")),
            Some(up_to) if up_to <= below => return Err(refused(index, "up_to", "must be more than on the tier before")),
            Some(up_to) => below = up_to,
        }
        check_amounts(index, tier)?;
    }
    Ok(())
}

fn check_amounts(index: usize, tier: &PriceTier) -> Result<()> {
    if tier.unit_amount_minor.is_none() && tier.unit_amount_decimal.is_none() && tier.flat_amount_minor.is_none() {
        return Err(refused(index, "unit_amount_minor", "or flat_amount_minor is required"));
    }
    for (name, amount) in [("unit_amount_minor", tier.unit_amount_minor), ("flat_amount_minor", tier.flat_amount_minor)] {
        if let Some(amount) = amount {
            check_amount(&path(index, name), amount)?;
        }
    }
    exact_unit(tier.unit_amount_minor, tier.unit_amount_decimal.as_deref(), &path(index, "unit_amount")).map(drop)
}

fn path(index: usize, name: &str) -> String {
    format!("tiers[{index}].{name}")
}

fn refused(index: usize, name: &str, message: &str) -> Error {
    Error::invalid(path(index, name), message)
}
