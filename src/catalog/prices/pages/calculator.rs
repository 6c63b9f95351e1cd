//! What a quantity costs, computed while it is typed by the code that invoices it.

use leptos::prelude::*;

use super::super::model::{BillingScheme, Price, PriceModel, quote};
use crate::{
    kit::{Currency, money},
    ui::*,
};

/// Seats of a small company: enough to reach a second tier.
const QUANTITY: &str = "17";

/// What a price needs to know beside the quantity.
#[derive(Clone, Copy, PartialEq)]
enum Base {
    Nothing,
    /// The amount a percentage is taken of.
    Amount,
    /// What the customer chooses.
    Choice,
}

impl Base {
    fn of(price: &Price) -> Self {
        match (price.pricing_model, price.billing_scheme) {
            (PriceModel::PayWhatYouWant, _) => Self::Choice,
            (PriceModel::Fixed, BillingScheme::Percentage) => Self::Amount,
            _ => Self::Nothing,
        }
    }
}

/// A quantity to type and what it costs; `None` while there is no price to ask.
#[component]
pub fn Calculator(#[prop(into)] price: Signal<Option<Price>>) -> impl IntoView {
    let quantity = RwSignal::new(QUANTITY.to_owned());
    let base = RwSignal::new("100".to_owned());
    let needs = Memo::new(move |_| price.with(|price| price.as_ref().map_or(Base::Nothing, Base::of)));
    let currency = Memo::new(move |_| price.with(|price| price.as_ref().map_or_else(Currency::default, |price| price.currency)));
    let parse = move |text: String| money::parse(&text, currency.get_untracked());
    let base_field = move || {
        let (label, optional) = match needs.get() {
            Base::Nothing => return None,
            Base::Amount => ("Amount passing through", false),
            Base::Choice => ("What the customer chooses", true),
        };
        base.set(if optional { String::new() } else { "100".to_owned() });
        let code = Signal::derive(move || currency.get().code().to_owned());
        Some(view! { <MoneyField name="base" label=label value=base currency=code parse=parse optional=optional /> })
    };
    let lines =
        move || price.with(|price| price.as_ref().map(|price| lines(price, &quantity.read(), &base.read())).unwrap_or_default());
    view! {
        <section class="calculator" aria-label="Calculator">
            <NumberField name="quantity" label="Quantity" value=quantity />
            {base_field}
            <Preview title="What it comes to" lines=Signal::derive(lines) waiting="Enter the amounts to see what a quantity costs." />
        </section>
    }
}

/// The amount first, then how it comes about; why not, where it cannot be computed.
fn lines(price: &Price, quantity: &str, base: &str) -> Vec<String> {
    let Ok(quantity) = quantity.trim().parse::<i64>() else { return vec![] };
    let base = match base.trim() {
        "" => None,
        text => match money::parse(text, price.currency) {
            Ok(base) => Some(base),
            Err(message) => return vec![message],
        },
    };
    let base = if Base::of(price) == Base::Nothing { None } else { base };
    let quote = match quote(price, quantity, base) {
        Ok(quote) => quote,
        Err(error) => return vec![format!("The {}.", error.message.replacen(": ", " ", 1))],
    };
    let rhythm = price.rhythm_text().to_lowercase();
    let mut lines = vec![format!("{} {rhythm}", money::format(quote.amount, quote.currency))];
    lines.extend(quote.lines.iter().map(|line| line.text(quote.currency)));
    if let Some(days) = price.trial_period_days.filter(|days| *days > 0) {
        lines.push(format!("Charged after a trial of {days} days."));
    }
    lines
}
