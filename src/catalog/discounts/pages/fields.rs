//! What a discount's form holds, and how it becomes a request.

use leptos::prelude::*;

use super::super::model::{AppliesTo, Discount, DiscountType, DiscountValue, EditDiscount, NewDiscount, Recurring, Scope};
use crate::{
    catalog::products::model::Product,
    kit::{Currency, Error, FieldError, Id, Patch, Result, Time, money},
};

/// The form's texts, as typed.
#[derive(Clone, Copy)]
pub struct Fields {
    pub code: RwSignal<String>,
    pub name: RwSignal<String>,
    pub description: RwSignal<String>,
    /// `percentage` or `fixed_amount`.
    pub kind: RwSignal<String>,
    pub percent: RwSignal<String>,
    pub amount: RwSignal<String>,
    pub currency: RwSignal<String>,
    /// `all` or `specific_products`.
    pub applies_to: RwSignal<String>,
    /// Ids and names.
    pub products: RwSignal<Vec<(String, String)>>,
    /// `subscription_only`, `one_time_only`, or nothing for both.
    pub purchases: RwSignal<String>,
    pub most: RwSignal<String>,
    pub most_per_customer: RwSignal<String>,
    pub valid_from: RwSignal<String>,
    pub valid_until: RwSignal<String>,
    /// `once`, `repeating` or `forever`.
    pub recurring: RwSignal<String>,
    pub cycles: RwSignal<String>,
    pub new_customers: RwSignal<bool>,
    was: StoredValue<Option<Discount>>,
}

impl Fields {
    /// An empty form; a fixed amount would be of this currency.
    pub fn empty(currency: Currency) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            code: text(""),
            name: text(""),
            description: text(""),
            kind: text("percentage"),
            percent: text(""),
            amount: text(""),
            currency: text(currency.code()),
            applies_to: text("all"),
            products: RwSignal::default(),
            purchases: text(""),
            most: text(""),
            most_per_customer: text(""),
            valid_from: text(""),
            valid_until: text(""),
            recurring: text("once"),
            cycles: text(""),
            new_customers: RwSignal::new(false),
            was: StoredValue::new(None),
        }
    }

    /// A form filled with a discount.
    pub fn of(discount: &Discount, products: &[Product]) -> Self {
        let fields = Self::empty(discount.currency.unwrap_or_default());
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        fields.code.set(discount.code.clone());
        fields.name.set(discount.name.clone());
        fields.description.set(discount.description.clone().unwrap_or_default());
        match discount.discount_type {
            DiscountType::Percentage => fields.percent.set(discount.discount_value.to_string()),
            DiscountType::FixedAmount => {
                let currency = discount.currency.unwrap_or_default();
                fields.kind.set("fixed_amount".into());
                fields.amount.set(money::plain(discount.discount_value.minor_units(), currency));
            }
        }
        if discount.applies_to == AppliesTo::SpecificProducts {
            fields.applies_to.set("specific_products".into());
        }
        fields.products.set(products.iter().map(|product| (product.id.to_string(), product.name.clone())).collect());
        match discount.scope {
            Scope::SubscriptionOnly => fields.purchases.set("subscription_only".into()),
            Scope::OneTimeOnly => fields.purchases.set("one_time_only".into()),
            Scope::EntireOrder | Scope::SpecificProducts => {}
        }
        fields.most.set(number(discount.max_redemptions));
        fields.most_per_customer.set(number(Some(discount.max_redemptions_per_user).filter(|most| *most > 0)));
        fields.valid_from.set(discount.valid_from.map(minute).unwrap_or_default());
        fields.valid_until.set(discount.valid_until.map(minute).unwrap_or_default());
        fields.recurring.set(
            match discount.recurring_type {
                Some(Recurring::Forever) => "forever",
                Some(Recurring::Repeating) => "repeating",
                Some(Recurring::Once) | None => "once",
            }
            .into(),
        );
        fields.cycles.set(number(discount.recurring_cycles));
        fields.new_customers.set(discount.first_time_customer);
        fields.was.set_value(Some(discount.clone()));
        fields
    }

    /// The request that creates what the form says.
    pub fn new_discount(self) -> Result<NewDiscount> {
        let mut wrong = Vec::new();
        let kind = if *self.kind.read() == "fixed_amount" { DiscountType::FixedAmount } else { DiscountType::Percentage };
        let value = check(&mut wrong, "discount_value", self.value(kind));
        let mut new = NewDiscount::named(self.code.get(), self.name.get(), kind, value.unwrap_or(DiscountValue::whole(0)));
        new.description = Some(self.description.get()).filter(|text| !text.trim().is_empty());
        new.currency = (kind == DiscountType::FixedAmount).then(|| self.currency_chosen());
        if *self.applies_to.read() == "specific_products" {
            new.applies_to = Some(AppliesTo::SpecificProducts);
            new.product_ids = Some(self.products.read().iter().map(|(id, _)| id.clone()).collect());
        }
        new.scope = match self.purchases.read().as_str() {
            "subscription_only" => Some(Scope::SubscriptionOnly),
            "one_time_only" => Some(Scope::OneTimeOnly),
            _ => None,
        };
        let was = self.was.get_value();
        let (was_from, was_until) = was.map_or((None, None), |was| (was.valid_from, was.valid_until));
        new.max_redemptions = check(&mut wrong, "max_redemptions", number(&self.most.read())).flatten();
        let per_customer = check(&mut wrong, "max_redemptions_per_user", number(&self.most_per_customer.read()));
        new.max_redemptions_per_user = per_customer.flatten().unwrap_or(0);
        new.valid_from = check(&mut wrong, "valid_from", time(&self.valid_from.read(), was_from)).flatten();
        new.valid_until = check(&mut wrong, "valid_until", time(&self.valid_until.read(), was_until)).flatten();
        new.recurring_type = Some(match self.recurring.read().as_str() {
            "forever" => Recurring::Forever,
            "repeating" => Recurring::Repeating,
            _ => Recurring::Once,
        });
        if new.recurring_type == Some(Recurring::Repeating) {
            new.recurring_cycles = check(&mut wrong, "recurring_cycles", number(&self.cycles.read())).flatten();
        }
        new.first_time_customer = self.new_customers.get();
        if wrong.is_empty() { Ok(new) } else { Err(Error::from_fields(wrong)) }
    }

    /// The request that changes the discount to what the form says: only what differs.
    pub fn edit(self, before: &Discount) -> Result<EditDiscount> {
        let new = self.new_discount()?;
        let was = before.as_new();
        let applies_to = new.applies_to.unwrap_or_default();
        let narrow = |scope| matches!(scope, Scope::SubscriptionOnly | Scope::OneTimeOnly);
        let scope = match new.scope {
            None if narrow(before.scope) && applies_to == AppliesTo::All => Patch::Set(Scope::EntireOrder),
            None if narrow(before.scope) => Patch::Set(Scope::SpecificProducts),
            None => Patch::Absent,
            Some(scope) => Patch::changed(&before.scope, scope),
        };
        // Nothing said means the same as `once`.
        let recurring = if was.recurring_type.is_none() && new.recurring_type == Some(Recurring::Once) {
            Patch::Absent
        } else {
            Patch::changed(&was.recurring_type, new.recurring_type)
        };
        Ok(EditDiscount {
            name: Patch::changed(&was.name, new.name),
            description: Patch::changed(&was.description, new.description),
            discount_value: Patch::changed(&was.discount_value, new.discount_value),
            applies_to: Patch::changed(&before.applies_to, applies_to),
            scope,
            product_ids: Patch::changed(&was.product_ids, new.product_ids),
            max_redemptions: Patch::changed(&was.max_redemptions, new.max_redemptions),
            max_redemptions_per_user: Patch::changed(&was.max_redemptions_per_user, new.max_redemptions_per_user),
            valid_from: Patch::changed(&was.valid_from, new.valid_from),
            valid_until: Patch::changed(&was.valid_until, new.valid_until),
            is_active: Patch::Absent,
            is_archived: Patch::Absent,
            recurring_type: recurring,
            recurring_cycles: Patch::changed(&was.recurring_cycles, new.recurring_cycles),
            first_time_customer: Patch::changed(&was.first_time_customer, new.first_time_customer),
        })
    }

    /// What the form would make, as far as its amounts can be read already.
    pub fn imagined(self) -> Option<Discount> {
        let mut new = self.new_discount().ok()?;
        // The example does not wait for the code, the name or the products.
        new.code = "CODE".into();
        new.name = "Name".into();
        (new.applies_to, new.scope, new.product_ids) = (None, None, None);
        Some(new.checked().ok()?.into_discount(Id::nil(), None, Time::default()))
    }

    /// The currency of a fixed amount.
    pub fn currency_chosen(self) -> Currency {
        Currency::parse(&self.currency.read()).unwrap_or_default()
    }

    fn value(self, kind: DiscountType) -> Result<DiscountValue, String> {
        match kind {
            DiscountType::Percentage => percentage(&self.percent.read()),
            DiscountType::FixedAmount => money::parse(&self.amount.read(), self.currency_chosen()).map(DiscountValue::whole),
        }
    }
}

/// Reads a percentage as people type it: `12.5`, `12,5`, `12 %`.
pub fn percentage(text: &str) -> Result<DiscountValue, String> {
    let value = DiscountValue::parse(text.trim_end_matches('%').trim().replace(',', ".").as_str())?;
    value.check_percentage()?;
    Ok(value)
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

/// As date fields write a time.
fn minute(time: Time) -> String {
    time.to_rfc3339().chars().take("2026-06-15T12:00".len()).collect()
}

/// Reads a date field, which knows no seconds: those of a time left as it was stay.
fn time(text: &str, was: Option<Time>) -> Result<Option<Time>, String> {
    if text.is_empty() || was.map(minute).as_deref() == Some(text) {
        return Ok(was.filter(|_| !text.is_empty()));
    }
    Time::parse(&format!("{text}:00Z")).map(Some).ok_or_else(|| "Enter a date and time.".to_owned())
}
