//! What a product's form holds, and how it becomes a request.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::super::model::{EditProduct, EndBehavior, Kind, NewProduct, PricingModel, Product};
use crate::kit::{Currency, Error, FieldError, Metadata, Patch, Result, metadata_of, metadata_pairs, money};

/// The form's texts, as typed. Choices hold the words of the API.
#[derive(Clone, Copy)]
pub struct Fields {
    pub name: RwSignal<String>,
    pub product_id: RwSignal<String>,
    pub description: RwSignal<String>,
    pub kind: RwSignal<String>,
    pub amount: RwSignal<String>,
    pub currency: RwSignal<String>,
    pub interval: RwSignal<String>,
    pub interval_count: RwSignal<String>,
    pub trial_days: RwSignal<String>,
    /// One per line.
    pub features: RwSignal<String>,
    pub image_url: RwSignal<String>,
    pub slug: RwSignal<String>,
    pub tax_behavior: RwSignal<String>,
    pub tax_code: RwSignal<String>,
    pub fulfillment: RwSignal<String>,
    pub track_inventory: RwSignal<bool>,
    pub stock: RwSignal<String>,
    pub anchor_rule: RwSignal<String>,
    pub anchor_day: RwSignal<String>,
    pub first_charge: RwSignal<String>,
    pub end: RwSignal<String>,
    pub max_payments: RwSignal<String>,
    pub metadata: RwSignal<Vec<(String, String)>>,
    was: StoredValue<Metadata>,
}

impl Fields {
    /// The form of a product that does not exist yet.
    pub fn empty(currency: Currency) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            name: text(""),
            product_id: text(""),
            description: text(""),
            kind: text("subscription"),
            amount: text(""),
            currency: text(currency.code()),
            interval: text("month"),
            interval_count: text("1"),
            trial_days: text("0"),
            features: text(""),
            image_url: text(""),
            slug: text(""),
            tax_behavior: text(""),
            tax_code: text(""),
            fulfillment: text("none"),
            track_inventory: RwSignal::new(false),
            stock: text(""),
            anchor_rule: text(""),
            anchor_day: text(""),
            first_charge: text(""),
            end: text(""),
            max_payments: text(""),
            metadata: RwSignal::default(),
            was: StoredValue::default(),
        }
    }

    /// The form filled with a product.
    pub fn of(product: &Product) -> Self {
        let fields = Self::empty(product.currency);
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        fields.name.set(product.name.clone());
        fields.product_id.set(product.product_id.clone());
        fields.description.set(text(&product.description));
        fields.kind.set(word_of(&product.kind));
        fields.amount.set(product.amount_minor.map(|amount| money::plain(amount, product.currency)).unwrap_or_default());
        fields.interval.set(word_of(&product.interval));
        fields.interval_count.set(product.interval_count.unwrap_or(1).to_string());
        fields.trial_days.set(product.trial_days.to_string());
        fields.features.set(product.features.join("\n"));
        fields.image_url.set(text(&product.image_url));
        fields.slug.set(text(&product.slug));
        fields.tax_behavior.set(text(&product.tax_behavior));
        fields.tax_code.set(text(&product.tax_code));
        fields.fulfillment.set(word_of(&product.fulfillment_type));
        fields.track_inventory.set(product.track_inventory);
        fields.stock.set(number(product.stock_quantity));
        fields.anchor_rule.set(word_of(&product.billing_anchor_rule));
        fields.anchor_day.set(number(product.billing_anchor_day));
        fields.first_charge.set(word_of(&product.first_charge_behavior));
        fields.end.set(word_of(&product.end_behavior));
        fields.max_payments.set(number(product.max_payments));
        fields.metadata.set(metadata_pairs(&product.metadata));
        fields.was.set_value(product.metadata.clone());
        fields
    }

    /// The kind chosen.
    pub fn kind_chosen(self) -> Kind {
        Kind::parse(&self.kind.read()).unwrap_or(Kind::Subscription)
    }

    /// The currency chosen.
    pub fn currency_chosen(self) -> Currency {
        Currency::parse(&self.currency.read()).unwrap_or_default()
    }

    /// Whether what the form describes is charged again and again.
    pub fn recurs(self) -> bool {
        match self.kind_chosen() {
            Kind::Subscription => true,
            Kind::OneTime => false,
            Kind::Usage => !self.interval.read().is_empty(),
        }
    }

    /// The request that creates what the form says.
    pub fn new_product(self) -> Result<NewProduct> {
        let mut wrong = Vec::new();
        let kind = self.kind_chosen();
        let model = match kind {
            Kind::Subscription => PricingModel::Recurring,
            Kind::OneTime => PricingModel::OneTime,
            Kind::Usage => PricingModel::Usage,
        };
        let mut new = NewProduct::named(self.product_id.get().trim().to_owned(), self.name.get().trim().to_owned(), kind, model);
        let amount = Some(self.amount.get()).filter(|text| !text.trim().is_empty());
        new.amount_minor = amount.and_then(|text| check(&mut wrong, "amount_minor", money::parse(&text, self.currency_chosen())));
        new.currency = Some(self.currency_chosen());
        if self.recurs() {
            new.interval = word(&self.interval.read());
            new.interval_count = check(&mut wrong, "interval_count", number(&self.interval_count.read())).flatten();
            new.trial_days = check(&mut wrong, "trial_days", number(&self.trial_days.read())).flatten().unwrap_or(0);
            new.billing_anchor_rule = word(&self.anchor_rule.read());
            new.first_charge_behavior = word(&self.first_charge.read());
            new.end_behavior = word(&self.end.read());
            if *self.anchor_rule.read() == "day_of_month" {
                new.billing_anchor_day = check(&mut wrong, "billing_anchor_day", number(&self.anchor_day.read())).flatten();
            }
            if new.end_behavior == Some(EndBehavior::FixedPayments) {
                new.max_payments = check(&mut wrong, "max_payments", number(&self.max_payments.read())).flatten();
            }
        }
        new.description = text(self.description);
        new.features = self.features.read().lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        new.image_url = text(self.image_url);
        new.slug = text(self.slug);
        new.tax_behavior = text(self.tax_behavior);
        new.tax_code = text(self.tax_code);
        new.fulfillment_type = word(&self.fulfillment.read()).unwrap_or_default();
        new.track_inventory = self.track_inventory.get();
        if new.track_inventory {
            new.stock_quantity = check(&mut wrong, "stock_quantity", number(&self.stock.read())).flatten();
        }
        new.metadata = self.was.with_value(|was| metadata_of(&self.metadata.read(), was));
        if wrong.is_empty() { Ok(new) } else { Err(Error::from_fields(wrong)) }
    }

    /// The request that changes the product to what the form says: only what differs.
    pub fn edit(self, before: &Product) -> Result<EditProduct> {
        let new = self.new_product()?;
        let amount = match new.amount_minor {
            // Its tiers decide, and go on doing so.
            None if before.amount_minor.is_none() => Patch::Absent,
            None => return Err(Error::invalid("amount_minor", "is required")),
            Some(amount) => Patch::changed(&before.amount_minor, Some(amount)).map(|_| amount),
        };
        Ok(EditProduct {
            product_id: Patch::changed(&before.product_id, new.product_id),
            name: Patch::changed(&before.name, new.name),
            description: Patch::changed(&before.description, new.description),
            amount_minor: amount,
            currency: Patch::changed(&before.currency, new.currency.unwrap_or(before.currency)),
            interval: Patch::changed(&before.interval, new.interval),
            interval_count: Patch::changed(&before.interval_count, new.interval_count),
            trial_days: Patch::changed(&before.trial_days, new.trial_days),
            is_active: Patch::Absent,
            is_archived: Patch::Absent,
            fulfillment_type: Patch::changed(&before.fulfillment_type, new.fulfillment_type),
            track_inventory: Patch::changed(&before.track_inventory, new.track_inventory),
            stock_quantity: Patch::changed(&before.stock_quantity, new.stock_quantity),
            billing_anchor_rule: Patch::changed(&before.billing_anchor_rule, new.billing_anchor_rule),
            billing_anchor_day: Patch::changed(&before.billing_anchor_day, new.billing_anchor_day),
            first_charge_behavior: Patch::changed(&before.first_charge_behavior, new.first_charge_behavior),
            end_behavior: Patch::changed(&before.end_behavior, new.end_behavior),
            max_payments: Patch::changed(&before.max_payments, new.max_payments),
            slug: Patch::changed(&before.slug, new.slug),
            image_url: Patch::changed(&before.image_url, new.image_url),
            tax_behavior: Patch::changed(&before.tax_behavior, new.tax_behavior),
            tax_code: Patch::changed(&before.tax_code, new.tax_code),
            features: Patch::changed(&before.features, new.features),
            metadata: Patch::changed(&before.metadata, new.metadata),
        })
    }
}

fn check<T>(wrong: &mut Vec<FieldError>, path: &str, read: Result<T, String>) -> Option<T> {
    read.map_err(|message| wrong.push(FieldError { path: path.to_owned(), message })).ok()
}

fn number(text: &str) -> Result<Option<i64>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "Enter a whole number.".to_owned()),
    }
}

/// The text, if there is any.
fn text(field: RwSignal<String>) -> Option<String> {
    Some(field.get().trim().to_owned()).filter(|text| !text.is_empty())
}

/// The value with this word in the API.
fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

/// A value's word in the API; nothing for nothing.
fn word_of<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
