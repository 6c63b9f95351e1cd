//! The fields of a product's form, in sections.

use leptos::prelude::*;

use super::{super::model::Kind, fields::Fields};
use crate::{
    kit::{Currency, money},
    ui::*,
};

fn options(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

fn at_most(most: usize) -> Callback<String, Option<String>> {
    Callback::new(move |text: String| (text.trim().chars().count() > most).then(|| format!("Use at most {most} characters.")))
}

/// All sections. A product that exists keeps its kind.
pub fn sections(fields: Fields, is_new: bool) -> AnyView {
    view! {
        {what(fields, is_new)}
        {cost(fields)}
        {move || fields.recurs().then(|| renewal(fields))}
        {hand_over(fields)}
        {rest(fields)}
    }
    .into_any()
}

fn section(title: &'static str, fields: AnyView) -> AnyView {
    view! { <Section title=title><div class="form">{fields}</div></Section> }.into_any()
}

fn what(fields: Fields, is_new: bool) -> AnyView {
    let cards = vec![
        RadioCard::new("subscription", "Subscription", "Charged again every interval."),
        RadioCard::new("one_time", "One-time", "Charged once: a thing, a fee, a service."),
        RadioCard::new("usage", "Usage", "Charged by what was used."),
    ];
    let kind = is_new.then(|| view! { <RadioCards name="kind" label="Kind" value=fields.kind cards=cards /> });
    let view = view! {
        <TextField name="name" label="Name" value=fields.name check=at_most(200) hint="On checkouts and invoices." />
        <TextField
            name="product_id" label="Product id" value=fields.product_id check=at_most(200)
            hint="Your own name for it, unique; the API takes it in place of the id." placeholder="pro_monthly"
        />
        {kind}
        <TextArea name="description" label="Description" value=fields.description optional=true check=at_most(5000) />
        <TextArea
            name="features" label="Features" value=fields.features optional=true hint="One per line, shown at checkout." rows=4
        />
    };
    section("What you sell", view.into_any())
}

fn cost(fields: Fields) -> AnyView {
    // The usual currencies, and the one chosen at first if it is another.
    let first = fields.currency.get_untracked();
    let usual = Currency::COMMON.iter().map(|code| (*code).to_owned());
    let other = (!Currency::COMMON.contains(&first.as_str())).then_some(first);
    let currencies: Vec<_> = other.into_iter().chain(usual).map(|code| (code.clone(), code)).collect();
    let parse = move |text: String| money::parse(&text, untrack(|| fields.currency_chosen()));
    let intervals = options(&[("day", "Day"), ("week", "Week"), ("month", "Month"), ("year", "Year")]);
    let kind = Memo::new(move |_| fields.kind_chosen());
    let rhythm = move || {
        let kind = kind.get();
        (kind != Kind::OneTime).then(|| {
            let intervals = intervals.clone();
            view! {
                <SelectField
                    name="interval" label="Interval" value=fields.interval options=intervals optional=kind == Kind::Usage
                />
                <NumberField
                    name="interval_count" label="Intervals between charges" value=fields.interval_count min=1 max=365
                    hint="3 with months is every quarter."
                />
                <NumberField
                    name="trial_days" label="Free trial" value=fields.trial_days min=0 max=730 unit="days" optional=true
                />
            }
        })
    };
    let view = view! {
        <MoneyField
            name="amount_minor" label="Amount" value=fields.amount parse=parse
            currency=Signal::derive(move || fields.currency.get())
        />
        <SelectField name="currency" label="Currency" value=fields.currency options=currencies />
        {rhythm}
    };
    section("What it costs", view.into_any())
}

fn renewal(fields: Fields) -> AnyView {
    let anchors =
        [("same_day", "The day it began"), ("day_of_month", "A day of the month"), ("last_day", "The last day of the month")];
    let charges = [
        ("immediate", "At once, in full"),
        ("next_anchor", "On the first renewal day"),
        ("prorate", "At once, for the part up to the first renewal day"),
    ];
    let ends = [("until_canceled", "When it is cancelled"), ("fixed_payments", "After a number of payments")];
    let by_day = Memo::new(move |_| *fields.anchor_rule.read() == "day_of_month");
    let by_count = Memo::new(move |_| *fields.end.read() == "fixed_payments");
    let day = move || {
        by_day.get().then(|| view! { <NumberField name="billing_anchor_day" label="Day" value=fields.anchor_day min=1 max=31 /> })
    };
    let payments = move || {
        by_count
            .get()
            .then(|| view! { <NumberField name="max_payments" label="Payments" value=fields.max_payments min=1 max=999 /> })
    };
    let view = view! {
        <SelectField
            name="billing_anchor_rule" label="Renews on" value=fields.anchor_rule options=options(&anchors) optional=true
        />
        {day}
        <SelectField
            name="first_charge_behavior" label="First charge" value=fields.first_charge options=options(&charges) optional=true
        />
        <SelectField name="end_behavior" label="Ends" value=fields.end options=options(&ends) optional=true />
        {payments}
    };
    section("Renewal", view.into_any())
}

fn hand_over(fields: Fields) -> AnyView {
    let kinds = [("none", "Nothing to hand over"), ("digital", "Digital"), ("physical", "Physical")];
    let stock = move || {
        let tracked = fields.track_inventory.get();
        tracked.then(|| {
            view! {
                <NumberField
                    name="stock_quantity" label="In stock" value=fields.stock min=0 max=1_000_000_000 optional=true
                />
            }
        })
    };
    let view = view! {
        <SelectField name="fulfillment_type" label="Handed over" value=fields.fulfillment options=options(&kinds) />
        <CheckboxField name="track_inventory" label="Count the stock" value=fields.track_inventory />
        {stock}
    };
    section("Handing over", view.into_any())
}

fn rest(fields: Fields) -> AnyView {
    let view = view! {
        <TextField name="tax_code" label="Tax code" value=fields.tax_code optional=true check=at_most(100) />
        <TextField name="tax_behavior" label="Tax behaviour" value=fields.tax_behavior optional=true check=at_most(100) />
        <TextField name="image_url" label="Picture" kind="url" value=fields.image_url optional=true check=at_most(2000) />
        <TextField name="slug" label="Slug" value=fields.slug optional=true check=at_most(200) hint="For its address in your shop." />
        <KeyValues name="metadata" label="Metadata" value=fields.metadata hint="Your own keys; Merx only keeps them." />
    };
    section("More", view.into_any())
}
