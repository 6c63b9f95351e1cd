//! How a product reads: the same words in lists, on its page, and in the form before it exists.

use super::model::{NewProduct, Product};
use crate::{
    catalog::prices::model::Interval,
    kit::{Currency, money},
};

/// `$29.00 every month, 14 days free`, `$99.00 once`.
fn terms(amount: Option<i64>, currency: Currency, interval: Option<(Interval, i64)>, trial_days: i64) -> String {
    let amount = amount_text(amount, currency);
    let Some((interval, count)) = interval else { return format!("{amount} once") };
    let trial = match trial_days {
        ..=0 => String::new(),
        1 => ", 1 day free".to_owned(),
        days => format!(", {days} days free"),
    };
    format!("{amount} {}{trial}", interval.every(count))
}

fn amount_text(amount: Option<i64>, currency: Currency) -> String {
    amount.map_or_else(|| "By quantity".to_owned(), |amount| money::format(amount, currency))
}

impl Product {
    /// What the default price asks for: `$29.00`; `By quantity` where its tiers decide.
    pub fn amount_text(&self) -> String {
        amount_text(self.amount_minor, self.currency)
    }

    /// How often: `every month`, `once`.
    pub fn rhythm_text(&self) -> String {
        self.interval.map_or_else(|| "once".to_owned(), |interval| interval.every(self.interval_count.unwrap_or(1)))
    }

    /// All of it: `$29.00 every month, 14 days free`.
    pub fn terms_text(&self) -> String {
        let interval = self.interval.map(|interval| (interval, self.interval_count.unwrap_or(1)));
        terms(self.amount_minor, self.currency, interval, self.trial_days)
    }
}

impl NewProduct {
    /// How its default price will read: `$29.00 every month, 14 days free`.
    pub fn terms_text(&self) -> String {
        let amount = if self.tiers.is_some() { None } else { self.amount_minor };
        let interval = self.interval.map(|interval| (interval, self.interval_count.unwrap_or(1)));
        terms(amount, self.currency.unwrap_or_default(), interval, self.trial_days)
    }
}
