//! Prices in words, and amounts per unit as people type them.

use super::{Basis, BillingScheme, Price, PriceModel, PriceType, QuoteLine, Round, TiersMode, amount};
use crate::kit::{Currency, money};

/// An amount per unit in its two spellings: minor units, or a decimal of them where they are not whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    pub minor: Option<i64>,
    pub decimal: Option<String>,
}

/// Reads an amount per unit as a person types it, in the currency's main unit: `12.50`, or finer
/// than the minor unit: `0.0025`. Errors are sentences for the field.
pub fn parse_unit(text: &str, currency: Currency) -> Result<Unit, String> {
    match money::parse(text, currency) {
        Ok(amount) if amount < 0 => Err("Enter an amount of zero or more".into()),
        Ok(amount) => Ok(Unit { minor: Some(amount), decimal: None }),
        Err(refused) => finer(text.trim(), currency).map_or(Err(refused), |text| Ok(Unit { minor: None, decimal: Some(text) })),
    }
}

/// The decimal of minor units, if this is a plain number with more decimals than the currency has.
fn finer(text: &str, currency: Currency) -> Option<String> {
    let exponent = currency.exponent() as usize;
    let (whole, places) = text.split_once(['.', ','])?;
    let (minor, rest) = places.split_at_checked(exponent)?;
    let rest = rest.trim_end_matches('0');
    let all = format!("{whole}{minor}");
    let whole = match all.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let decimal = format!("{whole}.{rest}");
    amount::exact_unit(None, Some(&decimal), "").is_ok().then_some(decimal)
}

/// `$12.50`, `$0.0025`: an amount per unit for people, with as many decimals as it needs.
pub fn unit_text(minor: Option<i64>, decimal: Option<&str>, currency: Currency) -> String {
    match decimal {
        None => money::format(minor.unwrap_or(0), currency),
        Some(text) => {
            let (whole, places) = text.split_once('.').unwrap_or((text, ""));
            let whole = money::format(whole.parse().unwrap_or(0), currency);
            match (places.trim_end_matches('0'), currency.exponent()) {
                ("", _) => whole,
                (places, 0) => format!("{whole}.{places}"),
                (places, _) => format!("{whole}{places}"),
            }
        }
    }
}

/// `0.0025`, without symbol and grouping: what a form starts with.
pub fn unit_input(minor: Option<i64>, decimal: Option<&str>, currency: Currency) -> String {
    let text = match (minor, decimal) {
        (None, None) => return String::new(),
        _ => unit_text(minor, decimal, currency),
    };
    text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect()
}

/// `2.5%` of 250 hundredths of a percent.
pub fn rate_text(rate_bps: i64) -> String {
    let text = format!("{}.{:02}", rate_bps / 100, rate_bps % 100);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Reads `2.5`, `2,5` or `2.5%` as hundredths of a percent.
pub fn parse_rate(text: &str) -> Result<i64, String> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (whole, places) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = whole.len() <= 3 && !whole.is_empty() && format!("{whole}{places}").bytes().all(|byte| byte.is_ascii_digit());
    if !digits || places.len() > 2 {
        return Err("Enter a percentage such as 2.5, with at most two decimals".into());
    }
    match format!("{whole}{places:0<2}").parse::<i64>() {
        Ok(rate_bps @ 0..=10_000) => Ok(rate_bps),
        _ => Err("Enter at most 100".into()),
    }
}

impl Price {
    /// What it asks for: `$19.99`, `$25.00 per 10`, `Graduated, 3 tiers`, `0.7%`.
    pub fn amount_text(&self) -> String {
        match self.pricing_model {
            PriceModel::Free => "Free".into(),
            PriceModel::PayWhatYouWant => match self.minimum_amount {
                Some(least) if least > 0 => format!("From {}", money::format(least, self.currency)),
                _ => "Customer chooses".into(),
            },
            PriceModel::Fixed => self.fixed_text(),
        }
    }

    fn fixed_text(&self) -> String {
        match self.billing_scheme {
            BillingScheme::Percentage => rate_text(self.percentage_rate_bps.unwrap_or(0)),
            BillingScheme::Tiered => {
                let mode = if self.tiers_mode == Some(TiersMode::Volume) { "Volume" } else { "Graduated" };
                format!("{mode}, {} tiers", self.tiers.as_ref().map_or(0, Vec::len))
            }
            BillingScheme::PerUnit => {
                let unit = unit_text(self.unit_amount, self.unit_amount_decimal.as_deref(), self.currency);
                match self.transform_quantity {
                    Some(packs) => format!("{unit} per {}", packs.divide_by),
                    None => unit,
                }
            }
        }
    }

    /// How often it is charged: `One-time`, `Every month`, `Every 3 months`.
    pub fn rhythm_text(&self) -> String {
        match (self.kind, self.interval) {
            (PriceType::Recurring, Some(interval)) => match self.interval_count.unwrap_or(1) {
                1 => format!("Every {}", interval.word()),
                count => format!("Every {count} {}s", interval.word()),
            },
            _ => "One-time".into(),
        }
    }

    /// How the amount comes about, in a few words.
    pub fn model_text(&self) -> &'static str {
        match (self.pricing_model, self.billing_scheme, self.tiers_mode) {
            (PriceModel::Free, ..) => "Free",
            (PriceModel::PayWhatYouWant, ..) => "Pay what you want",
            (_, BillingScheme::Percentage, _) => "Percentage",
            (_, BillingScheme::Tiered, Some(TiersMode::Volume)) => "Volume tiers",
            (_, BillingScheme::Tiered, _) => "Graduated tiers",
            (_, BillingScheme::PerUnit, _) => match self.transform_quantity {
                Some(packs) if packs.round == Round::Up => "Packs, rounded up",
                Some(_) => "Packs, rounded down",
                None => "Fixed",
            },
        }
    }
}

impl QuoteLine {
    /// How this part of the amount came about: `Tier 2: 7 × $4.00 + $10.00 = $38.00`.
    pub fn text(&self, currency: Currency) -> String {
        let amount = money::format(self.amount, currency);
        let unit = unit_text(None, Some(&self.unit), currency);
        let flat = if self.flat == 0 { String::new() } else { format!(" + {}", money::format(self.flat, currency)) };
        match self.basis {
            Basis::Units | Basis::Choice => format!("{} × {unit} = {amount}", self.quantity),
            Basis::Packs(size) => format!("{} × {unit} per {size} = {amount}", self.quantity),
            Basis::Tier(number) => format!("Tier {number}: {} × {unit}{flat} = {amount}", self.quantity),
            Basis::Share(rate_bps) => format!("{} of {unit} = {amount}", rate_text(rate_bps)),
        }
    }
}
