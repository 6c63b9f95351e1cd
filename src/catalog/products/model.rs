//! What a product is, and the rules about its shape.

use garde::Validate;
use serde::{Deserialize, Serialize};

use super::super::prices::model::{BillingScheme, Interval, Price, PriceTier, StartRule, TiersMode};
use crate::kit::{
    Currency, Error, Id, Metadata, Named, Page, Patch, Result, Tag, Time, check_metadata, checked, money::AMOUNT_MINOR_MAX,
    timeline::Occurrence,
};

/// What kind of thing is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Subscription,
    /// RevKeen's guide also says `service`.
    #[serde(alias = "service")]
    OneTime,
    Usage,
}

impl Kind {
    /// The kind of this name.
    pub fn parse(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Subscription => "Subscription",
            Self::OneTime => "One-time",
            Self::Usage => "Usage",
        }
    }
}

/// How the product is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PricingModel {
    /// RevKeen's guide also says `fixed`.
    #[serde(alias = "fixed")]
    OneTime,
    /// RevKeen's guide also says `tiered`, for a recurring price with tiers.
    #[serde(alias = "tiered")]
    Recurring,
    Usage,
}

/// How the merchant hands it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fulfillment {
    #[default]
    None,
    Digital,
    Physical,
}

/// Which day of the month subscriptions renew on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnchorRule {
    /// The day they began.
    SameDay,
    /// `billing_anchor_day`, or the last day of a shorter month.
    DayOfMonth,
    LastDay,
}

/// When subscriptions end by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndBehavior {
    UntilCanceled,
    /// After `max_payments`.
    FixedPayments,
}

/// What a merchant sells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Product {
    pub id: Id<Product>,
    #[serde(default)]
    pub object: Tag<Product>,
    /// The merchant's own name for it, unique; paths take it in place of `id`.
    pub product_id: String,
    pub name: String,
    pub description: Option<String>,
    pub kind: Kind,
    pub pricing_model: PricingModel,
    /// Minor units of the default price; `null` where tiers or the customer decide.
    pub amount_minor: Option<i64>,
    pub currency: Currency,
    pub interval: Option<Interval>,
    pub interval_count: Option<i64>,
    pub trial_days: i64,
    pub fulfillment_type: Fulfillment,
    pub track_inventory: bool,
    pub stock_quantity: Option<i64>,
    pub billing_anchor_rule: Option<AnchorRule>,
    pub billing_anchor_day: Option<i64>,
    pub first_charge_behavior: Option<StartRule>,
    pub end_behavior: Option<EndBehavior>,
    pub max_payments: Option<i64>,
    pub usage_meter_id: Option<String>,
    pub slug: Option<String>,
    /// Whether new purchases are possible.
    pub is_active: bool,
    pub is_archived: bool,
    pub image_url: Option<String>,
    pub tax_behavior: Option<String>,
    pub tax_code: Option<String>,
    /// What it includes, shown at checkout. An addition to RevKeen's schema, from its guide.
    pub features: Vec<String>,
    /// The price that new purchases get. An addition to RevKeen's schema.
    pub default_price_id: Option<Id<Price>>,
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Metadata,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for Product {
    const NAME: &'static str = "product";
}

/// Body of a create, and the state of the dashboard's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewProduct {
    /// The merchant's own name for it, unique.
    #[garde(length(chars, min = 1, max = 200))]
    pub product_id: String,
    #[garde(length(chars, min = 1, max = 200))]
    pub name: String,
    #[serde(default)]
    #[garde(length(chars, max = 5000))]
    pub description: Option<String>,
    #[garde(skip)]
    pub kind: Kind,
    #[garde(skip)]
    pub pricing_model: PricingModel,
    /// Minor units; may be left out only where `tiers` are given.
    #[serde(default, deserialize_with = "present")]
    #[garde(range(min = 0, max = AMOUNT_MINOR_MAX))]
    pub amount_minor: Option<i64>,
    #[serde(default)]
    #[garde(skip)]
    pub currency: Option<Currency>,
    #[serde(default)]
    #[garde(skip)]
    pub interval: Option<Interval>,
    #[serde(default)]
    #[garde(range(min = 1, max = 365))]
    pub interval_count: Option<i64>,
    #[serde(default)]
    #[garde(range(min = 0, max = 730))]
    pub trial_days: i64,
    #[serde(default)]
    #[garde(skip)]
    pub fulfillment_type: Fulfillment,
    #[serde(default)]
    #[garde(skip)]
    pub track_inventory: bool,
    #[serde(default)]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub stock_quantity: Option<i64>,
    #[serde(default)]
    #[garde(skip)]
    pub billing_anchor_rule: Option<AnchorRule>,
    #[serde(default)]
    #[garde(range(min = 1, max = 31))]
    pub billing_anchor_day: Option<i64>,
    #[serde(default)]
    #[garde(skip)]
    pub first_charge_behavior: Option<StartRule>,
    #[serde(default)]
    #[garde(skip)]
    pub end_behavior: Option<EndBehavior>,
    #[serde(default)]
    #[garde(range(min = 1, max = 999))]
    pub max_payments: Option<i64>,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    pub usage_meter_id: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    pub slug: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 2000))]
    pub image_url: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    pub tax_behavior: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    pub tax_code: Option<String>,
    #[serde(default)]
    #[garde(length(max = 30), inner(length(chars, min = 1, max = 200)))]
    pub features: Vec<String>,
    /// Makes the default price a tiered one.
    #[serde(default)]
    #[garde(skip)]
    pub tiers: Option<Vec<PriceTier>>,
    #[serde(default)]
    #[garde(skip)]
    pub tiers_mode: Option<TiersMode>,
    #[serde(default)]
    #[garde(skip)]
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Metadata,
}

/// Where a member may be left out but not be `null`.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    i64::deserialize(deserializer).map(Some)
}

impl NewProduct {
    /// Longest `product_id`, characters.
    pub const PRODUCT_ID_MAX: usize = 200;

    /// A product with nothing but its names said.
    pub fn named(product_id: String, name: String, kind: Kind, pricing_model: PricingModel) -> Self {
        Self {
            product_id,
            name,
            description: None,
            kind,
            pricing_model,
            amount_minor: None,
            currency: None,
            interval: None,
            interval_count: None,
            trial_days: 0,
            fulfillment_type: Fulfillment::None,
            track_inventory: false,
            stock_quantity: None,
            billing_anchor_rule: None,
            billing_anchor_day: None,
            first_charge_behavior: None,
            end_behavior: None,
            max_payments: None,
            usage_meter_id: None,
            slug: None,
            image_url: None,
            tax_behavior: None,
            tax_code: None,
            features: Vec::new(),
            tiers: None,
            tiers_mode: None,
            metadata: Metadata::new(),
        }
    }

    /// Checks everything that can be known without the database.
    pub fn checked(self) -> Result<Self> {
        let mut new = checked(self)?;
        check_metadata(&new.metadata)?;
        // The guide's "fixed" subscription has an interval: it recurs.
        if new.kind == Kind::Subscription && new.pricing_model == PricingModel::OneTime && new.interval.is_some() {
            new.pricing_model = PricingModel::Recurring;
        }
        if new.amount_minor.is_none() && new.tiers.is_none() {
            return Err(Error::invalid("amount_minor", "is required"));
        }
        if new.pricing_model == PricingModel::Recurring && new.interval.is_none() {
            return Err(Error::invalid("interval", "is required for a recurring product"));
        }
        if new.kind == Kind::Subscription && new.pricing_model == PricingModel::OneTime {
            return Err(Error::invalid("pricing_model", "must be recurring or usage for a subscription"));
        }
        if new.interval.is_some() {
            new.interval_count = new.interval_count.or(Some(1));
        } else if new.interval_count.is_some() {
            return Err(Error::invalid("interval", "is required with interval_count"));
        }
        new.check_anchor()?;
        Ok(new)
    }

    fn check_anchor(&self) -> Result<()> {
        let by_day = self.billing_anchor_rule == Some(AnchorRule::DayOfMonth);
        if by_day && self.billing_anchor_day.is_none() {
            return Err(Error::invalid("billing_anchor_day", "is required with the rule day_of_month"));
        }
        if self.end_behavior == Some(EndBehavior::FixedPayments) && self.max_payments.is_none() {
            return Err(Error::invalid("max_payments", "is required with the end fixed_payments"));
        }
        Ok(())
    }

    /// How the default price counts the quantity.
    pub fn billing_scheme(&self) -> BillingScheme {
        if self.tiers.is_some() { BillingScheme::Tiered } else { BillingScheme::PerUnit }
    }
}

/// Body of an update: what is absent stays, `null` clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct EditProduct {
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub product_id: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub amount_minor: Patch<i64>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub currency: Patch<Currency>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub interval: Patch<Option<Interval>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub interval_count: Patch<Option<i64>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub trial_days: Patch<i64>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub is_active: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub is_archived: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub fulfillment_type: Patch<Fulfillment>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub track_inventory: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub stock_quantity: Patch<Option<i64>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub billing_anchor_rule: Patch<Option<AnchorRule>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub billing_anchor_day: Patch<Option<i64>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub first_charge_behavior: Patch<Option<StartRule>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub end_behavior: Patch<Option<EndBehavior>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub max_payments: Patch<Option<i64>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub slug: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub image_url: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub tax_behavior: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub tax_code: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub features: Patch<Vec<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Patch<Metadata>,
}

impl EditProduct {
    /// The product after the change, checked by the same rules as a new one.
    pub fn apply(self, before: &Product) -> Result<Product> {
        let mut after = before.clone();
        self.product_id.apply(&mut after.product_id);
        self.name.apply(&mut after.name);
        self.description.apply(&mut after.description);
        if let Patch::Set(amount) = self.amount_minor {
            after.amount_minor = Some(amount);
        }
        self.currency.apply(&mut after.currency);
        self.interval.apply(&mut after.interval);
        self.interval_count.apply(&mut after.interval_count);
        self.trial_days.apply(&mut after.trial_days);
        self.is_active.apply(&mut after.is_active);
        self.is_archived.apply(&mut after.is_archived);
        self.fulfillment_type.apply(&mut after.fulfillment_type);
        self.track_inventory.apply(&mut after.track_inventory);
        self.stock_quantity.apply(&mut after.stock_quantity);
        self.billing_anchor_rule.apply(&mut after.billing_anchor_rule);
        self.billing_anchor_day.apply(&mut after.billing_anchor_day);
        self.first_charge_behavior.apply(&mut after.first_charge_behavior);
        self.end_behavior.apply(&mut after.end_behavior);
        self.max_payments.apply(&mut after.max_payments);
        self.slug.apply(&mut after.slug);
        self.image_url.apply(&mut after.image_url);
        self.tax_behavior.apply(&mut after.tax_behavior);
        self.tax_code.apply(&mut after.tax_code);
        self.features.apply(&mut after.features);
        self.metadata.apply(&mut after.metadata);
        let checked = after.as_new().checked()?;
        after.interval_count = checked.interval_count;
        Ok(after)
    }
}

impl Product {
    /// What a create would have to say to make this product: the form's start, and what the rules
    /// are checked on after an update.
    pub fn as_new(&self) -> NewProduct {
        let mut new = NewProduct::named(self.product_id.clone(), self.name.clone(), self.kind, self.pricing_model);
        new.description = self.description.clone();
        new.amount_minor = self.amount_minor.or(Some(0));
        new.currency = Some(self.currency);
        new.interval = self.interval;
        new.interval_count = self.interval.and(self.interval_count);
        new.trial_days = self.trial_days;
        new.fulfillment_type = self.fulfillment_type;
        new.track_inventory = self.track_inventory;
        new.stock_quantity = self.stock_quantity;
        new.billing_anchor_rule = self.billing_anchor_rule;
        new.billing_anchor_day = self.billing_anchor_day;
        new.first_charge_behavior = self.first_charge_behavior;
        new.end_behavior = self.end_behavior;
        new.max_payments = self.max_payments;
        new.usage_meter_id = self.usage_meter_id.clone();
        new.slug = self.slug.clone();
        new.image_url = self.image_url.clone();
        new.tax_behavior = self.tax_behavior.clone();
        new.tax_code = self.tax_code.clone();
        new.features = self.features.clone();
        new.metadata = self.metadata.clone();
        new
    }

    /// Whether the default price of `self` would have to be another one than that of `before`.
    pub fn terms_differ(&self, before: &Self) -> bool {
        let terms = |product: &Self| {
            (product.amount_minor, product.currency, product.interval, product.interval_count, product.trial_days)
        };
        terms(self) != terms(before)
    }

    /// Whether new purchases are possible.
    pub fn sellable(&self) -> bool {
        self.is_active && !self.is_archived
    }
}

/// Columns a list of products may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    CreatedAt,
    Name,
    Amount,
}

/// Which products of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "ssr", into_params(parameter_in = Query))]
pub struct Filter {
    /// Words; each must begin some word of the name or `product_id`.
    #[serde(default)]
    pub search: Option<String>,
    /// Whether new purchases are possible. An addition to RevKeen's schema, from its guide.
    #[serde(default)]
    pub is_active: Option<bool>,
    /// Whether archived. An addition to RevKeen's schema.
    #[serde(default)]
    pub is_archived: Option<bool>,
    /// An addition to RevKeen's schema, from its guide.
    #[serde(default)]
    pub kind: Option<Kind>,
}

/// What the list page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductList {
    pub page: Page<Product>,
    /// How many the search and the other filters find for sale.
    pub active: i64,
    /// How many of them are not.
    pub archived: i64,
}

/// What the page of one product shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductView {
    pub product: Product,
    /// What happened to it, newest first.
    pub history: Vec<Occurrence>,
}
