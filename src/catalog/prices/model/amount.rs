//! What a price comes to for a quantity.
//!
//! Pure and exact: the dashboard runs this code in the browser to preview what the server will
//! invoice. Amounts per unit may have up to twelve decimals of a minor unit; sums are kept in that
//! precision as integers and rounded half up once, at the end. The lines of a quote are the
//! differences of the rounded running sum, so that they always add up to its amount.

use serde::{Deserialize, Serialize};

use super::{BillingScheme, Price, PriceModel, PriceTier, Round, TiersMode, TransformQuantity};
use crate::kit::{Currency, Error, Result, money::AMOUNT_MINOR_MAX};

/// Decimals of a minor unit that an amount per unit may have.
pub const UNIT_DECIMALS: usize = 12;
/// One minor unit.
const ONE: i128 = 1_000_000_000_000;
/// Hundredths of a percent in a whole.
const BPS: i128 = 10_000;

/// An amount, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub currency: Currency,
    /// Units asked for.
    pub quantity: i64,
    /// Minor units; the sum of the lines.
    pub amount: i64,
    pub lines: Vec<QuoteLine>,
}

/// A part of a quote: `quantity` × `unit` + `flat` = `amount`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    pub basis: Basis,
    /// Units, or packs, that this line counts.
    pub quantity: i64,
    /// Minor units for each, as a decimal without trailing zeros; for a share, what it is taken of.
    pub unit: String,
    /// Minor units once.
    pub flat: i64,
    /// Minor units.
    pub amount: i64,
}

/// What a line of a quote counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    Units,
    /// Packs of so many units.
    Packs(i64),
    /// Units in the tier of this number, counted from 1.
    Tier(usize),
    /// A share of the amount that passes through, in hundredths of a percent.
    Share(i64),
    /// Units at the amount that the customer chose or is offered.
    Choice,
}

/// What `quantity` units cost. Zero units cost nothing, flat amounts included.
///
/// `base` is what a percentage is taken of, or what the customer chose where the choice is theirs
/// (without it, the suggestion or else the minimum counts); minor units.
///
/// # Errors
/// When the quantity is negative, the base is missing or out of bounds, or the amount exceeds what
/// an `i64` holds.
pub fn quote(price: &Price, quantity: i64, base: Option<i64>) -> Result<Quote> {
    if quantity < 0 {
        return Err(Error::invalid("quantity", "must not be negative"));
    }
    let mut sum = Sum::default();
    match price.pricing_model {
        PriceModel::Free => {}
        PriceModel::PayWhatYouWant => {
            let chosen = chosen(price, base)?;
            sum.add(Basis::Choice, quantity, minor(chosen), 0)?;
        }
        PriceModel::Fixed => fixed(&mut sum, price, quantity, base)?,
    }
    Ok(Quote { currency: price.currency, quantity, amount: sum.rounded, lines: sum.lines })
}

fn fixed(sum: &mut Sum, price: &Price, quantity: i64, base: Option<i64>) -> Result<()> {
    let tiers = price.tiers.as_deref().unwrap_or_default();
    match (price.billing_scheme, price.tiers_mode) {
        (BillingScheme::PerUnit, _) => {
            let unit = exact_unit(price.unit_amount, price.unit_amount_decimal.as_deref(), "unit_amount")?;
            match price.transform_quantity {
                Some(packs) => sum.add(Basis::Packs(packs.divide_by), packs_of(packs, quantity), unit, 0),
                None => sum.add(Basis::Units, quantity, unit, 0),
            }
        }
        (BillingScheme::Tiered, Some(TiersMode::Volume)) => volume(sum, tiers, quantity),
        (BillingScheme::Tiered, _) => graduated(sum, tiers, quantity),
        (BillingScheme::Percentage, _) => {
            let base = base.ok_or_else(|| Error::invalid("base", "is required for a percentage"))?;
            share(sum, price.percentage_rate_bps.unwrap_or(0), quantity, base)
        }
    }
}

/// Each unit at the price of the tier it falls in.
fn graduated(sum: &mut Sum, tiers: &[PriceTier], quantity: i64) -> Result<()> {
    let mut below = 0;
    for (index, tier) in tiers.iter().enumerate() {
        let top = tier.up_to.unwrap_or(i64::MAX).min(quantity);
        if top > below {
            sum.add_tier(index, tier, top - below)?;
            below = top;
        }
    }
    Ok(())
}

/// All units at the price of the tier that the whole quantity reaches.
fn volume(sum: &mut Sum, tiers: &[PriceTier], quantity: i64) -> Result<()> {
    let reached = tiers.iter().enumerate().find(|(_, tier)| tier.up_to.is_none_or(|up_to| quantity <= up_to));
    match reached {
        Some((index, tier)) => sum.add_tier(index, tier, quantity),
        None => Ok(()),
    }
}

fn share(sum: &mut Sum, rate_bps: i64, quantity: i64, base: i64) -> Result<()> {
    if base < 0 {
        return Err(Error::invalid("base", "must not be negative"));
    }
    let quantity = quantity.min(1);
    // Divides evenly: ONE is a multiple of BPS.
    let exact = i128::from(base).checked_mul(i128::from(rate_bps)).and_then(|part| part.checked_mul(ONE / BPS));
    sum.push(Basis::Share(rate_bps), quantity, base.to_string(), 0, exact.map(|exact| exact * i128::from(quantity)))
}

/// What the customer pays per unit.
fn chosen(price: &Price, base: Option<i64>) -> Result<i64> {
    let least = price.minimum_amount.unwrap_or(0);
    let most = price.maximum_amount.unwrap_or(AMOUNT_MINOR_MAX);
    match base {
        Some(base) if base < least => Err(Error::invalid("base", "is less than the minimum")),
        Some(base) if base > most => Err(Error::invalid("base", "is more than the maximum")),
        Some(base) => Ok(base),
        None => Ok(price.suggested_amount.unwrap_or(least)),
    }
}

/// How many packs `quantity` units are charged as.
fn packs_of(packs: TransformQuantity, quantity: i64) -> i64 {
    let size = packs.divide_by.max(1);
    let full = quantity / size;
    match packs.round {
        Round::Up if quantity % size > 0 => full + 1,
        _ => full,
    }
}

/// A running sum, exact, with its lines.
#[derive(Default)]
struct Sum {
    exact: i128,
    rounded: i64,
    lines: Vec<QuoteLine>,
}

impl Sum {
    fn add_tier(&mut self, index: usize, tier: &PriceTier, quantity: i64) -> Result<()> {
        let unit = exact_unit(tier.unit_amount_minor, tier.unit_amount_decimal.as_deref(), "tiers")?;
        self.add(Basis::Tier(index + 1), quantity, unit, tier.flat_amount_minor.unwrap_or(0))
    }

    fn add(&mut self, basis: Basis, quantity: i64, unit: i128, flat: i64) -> Result<()> {
        let exact = i128::from(quantity).checked_mul(unit).and_then(|units| units.checked_add(minor(flat)));
        self.push(basis, quantity, decimal(unit), flat, exact)
    }

    /// Adds a line; nothing for a quantity of zero.
    fn push(&mut self, basis: Basis, quantity: i64, unit: String, flat: i64, exact: Option<i128>) -> Result<()> {
        if quantity == 0 {
            return Ok(());
        }
        let too_much = || Error::invalid("quantity", "makes an amount that is too large");
        let exact = exact.and_then(|exact| self.exact.checked_add(exact)).ok_or_else(too_much)?;
        let rounded = half_up(exact).ok_or_else(too_much)?;
        let amount = rounded.checked_sub(self.rounded).ok_or_else(too_much)?;
        self.lines.push(QuoteLine { basis, quantity, unit, flat, amount });
        (self.exact, self.rounded) = (exact, rounded);
        Ok(())
    }
}

/// Minor units in the precision of sums.
fn minor(amount: i64) -> i128 {
    i128::from(amount) * ONE
}

/// To whole minor units; a half counts as a whole.
fn half_up(exact: i128) -> Option<i64> {
    i64::try_from(exact.checked_add(ONE / 2)?.div_euclid(ONE)).ok()
}

/// An amount per unit in the precision of sums, from either of its two spellings; 0 without both.
///
/// # Errors
/// When the decimal is none, has too many places, or contradicts the integer. `path` is where the
/// integer stands; the decimal's errors name `unit_amount_decimal` beside it.
pub(super) fn exact_unit(amount: Option<i64>, decimal: Option<&str>, path: &str) -> Result<i128> {
    let Some(text) = decimal else { return Ok(minor(amount.unwrap_or(0))) };
    let path = format!("{path}_decimal");
    let exact = parse_decimal(text)
        .ok_or_else(|| Error::invalid(&path, format!("must be a decimal such as 0.25 with at most {UNIT_DECIMALS} places")))?;
    match amount {
        Some(amount) if minor(amount) != exact => Err(Error::invalid(path, "is not the same amount as the integer beside it")),
        _ if exact > minor(AMOUNT_MINOR_MAX) => Err(Error::invalid(path, format!("must be at most {AMOUNT_MINOR_MAX}"))),
        _ => Ok(exact),
    }
}

/// `0.25` in the precision of sums; neither signs nor exponents.
fn parse_decimal(text: &str) -> Option<i128> {
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(places) || places.len() > UNIT_DECIMALS {
        return None;
    }
    format!("{whole}{places:0<UNIT_DECIMALS$}").parse().ok()
}

/// The reverse of [`parse_decimal`], without trailing zeros.
fn decimal(exact: i128) -> String {
    let places = format!("{:0>UNIT_DECIMALS$}", exact % ONE);
    match places.trim_end_matches('0') {
        "" => (exact / ONE).to_string(),
        places => format!("{}.{places}", exact / ONE),
    }
}
