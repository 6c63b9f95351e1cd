//! What a price is.
//!
//! [`new`] holds what a price must be like to exist, [`edit`] what may change of it later, and
//! [`amount`] what it comes to for a quantity.

pub mod amount;
mod edit;
mod new;
mod tiers;
pub mod words;

pub use {
    amount::{Basis, Quote, QuoteLine, quote},
    edit::EditPrice,
    new::NewPrice,
    tiers::{TIERS_MAX, TIERS_MIN},
};

use serde::{Deserialize, Serialize};

use super::super::products::model::Product;
use crate::kit::{Currency, Id, Metadata, Named, Page, Result, Tag, Time, timeline::Occurrence};

/// One-off or repeating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PriceType {
    #[default]
    OneTime,
    Recurring,
}

/// Who decides about the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PriceModel {
    /// The merchant.
    #[default]
    Fixed,
    /// The customer, within bounds.
    PayWhatYouWant,
    /// Nobody: nothing is charged.
    Free,
}

/// How the quantity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BillingScheme {
    /// Amount times quantity.
    #[default]
    PerUnit,
    /// By the tier or tiers that the quantity reaches.
    Tiered,
    /// A share of the amount that passes through.
    Percentage,
}

/// How tiers apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TiersMode {
    /// Each unit at the price of the tier it falls in.
    Graduated,
    /// All units at the price of the tier that the whole quantity reaches.
    Volume,
}

/// Unit of a billing interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    Day,
    Week,
    Month,
    Year,
}

impl Interval {
    /// `month`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// `every 3 months`, `every week`.
    pub fn every(self, count: i64) -> String {
        match count {
            1 => format!("every {}", self.word()),
            n => format!("every {n} {}s", self.word()),
        }
    }
}

/// When the first charge of a subscription falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StartRule {
    /// At once, in full.
    Immediate,
    /// On the next anchor; nothing until then.
    NextAnchor,
    /// At once, for the part of a period up to the next anchor.
    Prorate,
}

/// One step of a tiered price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PriceTier {
    /// Last quantity of the tier; `null` on the last tier.
    pub up_to: Option<i64>,
    /// Minor units per unit.
    pub unit_amount_minor: Option<i64>,
    /// Minor units per unit as a decimal, for rates below one minor unit.
    #[serde(default)]
    pub unit_amount_decimal: Option<String>,
    /// Minor units once for reaching the tier.
    pub flat_amount_minor: Option<i64>,
}

impl PriceTier {
    /// A tier without amounts.
    pub fn until(up_to: Option<i64>) -> Self {
        Self { up_to, unit_amount_minor: None, unit_amount_decimal: None, flat_amount_minor: None }
    }
}

/// Sells units in packs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TransformQuantity {
    /// Units in a pack.
    pub divide_by: i64,
    pub round: Round,
}

/// What happens to a pack that is not full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// It counts.
    Up,
    /// It does not.
    Down,
}

/// A price. Its amounts, currency and interval never change; a change is a new price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Price {
    pub id: Id<Price>,
    #[serde(default)]
    pub object: Tag<Price>,
    pub product_id: Id<Product>,
    /// Whether new purchases may use it.
    pub active: bool,
    /// Lower case, as RevKeen writes it on prices.
    #[serde(serialize_with = "lower_case")]
    pub currency: Currency,
    /// Minor units per unit; `null` where tiers, a percentage or the customer decide.
    pub unit_amount: Option<i64>,
    /// The same as a decimal, for rates below one minor unit.
    pub unit_amount_decimal: Option<String>,
    #[serde(rename = "type")]
    pub kind: PriceType,
    pub pricing_model: PriceModel,
    pub interval: Option<Interval>,
    pub interval_count: Option<i64>,
    pub trial_period_days: Option<i64>,
    pub start_rule: Option<StartRule>,
    pub minimum_amount: Option<i64>,
    pub maximum_amount: Option<i64>,
    pub suggested_amount: Option<i64>,
    pub preset_amounts: Option<Vec<i64>>,
    pub name: Option<String>,
    pub nickname: Option<String>,
    pub description: Option<String>,
    /// 1, and one more for each price that replaced another as its product's default.
    pub version: i64,
    pub lookup_key: Option<String>,
    pub billing_scheme: BillingScheme,
    pub tiers_mode: Option<TiersMode>,
    pub tiers: Option<Vec<PriceTier>>,
    pub transform_quantity: Option<TransformQuantity>,
    /// Hundredths of a percent, 0 to 10,000.
    pub percentage_rate_bps: Option<i64>,
    /// Charged at the start of the period it covers.
    pub pay_in_advance: bool,
    pub spending_minimum_cents: Option<i64>,
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Metadata,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Price {
    /// The price, if its parts fit together.
    pub fn checked(self) -> Result<Self> {
        self.as_new().check_terms()?;
        Ok(self)
    }

    /// Whether new purchases may use it. Those who bought it keep it either way.
    pub fn sellable(&self, product: &Product) -> bool {
        self.active && product.sellable()
    }

    /// What people call it: its nickname, its name, or its lookup key.
    pub fn title(&self) -> Option<&str> {
        self.nickname.as_deref().or(self.name.as_deref()).or(self.lookup_key.as_deref())
    }

    /// What a create would have to say to make this price: what the rules are checked on, and what
    /// a copy of it starts with.
    pub fn as_new(&self) -> NewPrice {
        NewPrice {
            product_id: self.product_id,
            currency: Some(self.currency),
            unit_amount: self.unit_amount,
            unit_amount_decimal: self.unit_amount_decimal.clone(),
            kind: Some(self.kind),
            pricing_model: self.pricing_model,
            interval: self.interval,
            interval_count: self.interval_count,
            trial_period_days: self.trial_period_days,
            start_rule: self.start_rule,
            minimum_amount: self.minimum_amount,
            maximum_amount: self.maximum_amount,
            suggested_amount: self.suggested_amount,
            preset_amounts: self.preset_amounts.clone(),
            name: self.name.clone(),
            nickname: self.nickname.clone(),
            description: self.description.clone(),
            lookup_key: self.lookup_key.clone(),
            transfer_lookup_key: false,
            billing_scheme: Some(self.billing_scheme),
            tiers_mode: self.tiers_mode,
            tiers: self.tiers.clone(),
            transform_quantity: self.transform_quantity,
            percentage_rate_bps: self.percentage_rate_bps,
            metadata: self.metadata.clone(),
        }
    }
}

/// Columns a list of prices may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    CreatedAt,
    Amount,
}

/// Which prices of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "ssr", into_params(parameter_in = Query))]
pub struct Filter {
    #[serde(default)]
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub product_id: Option<Id<Product>>,
    #[serde(default, rename = "type")]
    pub kind: Option<PriceType>,
    #[serde(default)]
    pub pricing_model: Option<PriceModel>,
    /// Whether new purchases may use it.
    #[serde(default)]
    pub active: Option<bool>,
    #[serde(default)]
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, min_length = 3, max_length = 3))]
    pub currency: Option<Currency>,
    /// Exactly this key.
    #[serde(default)]
    pub lookup_key: Option<String>,
}

/// A price in a list, with what it is a price of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    pub price: Price,
    pub product_name: String,
}

/// Prices as the list page shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceList {
    pub page: Page<Listed>,
    /// How many match with the other filters: for sale.
    pub active: i64,
    /// And no longer for sale.
    pub archived: i64,
}

/// A price as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceView {
    pub price: Price,
    pub product: Product,
    /// What happened to it, newest first.
    pub history: Vec<Occurrence>,
}

impl Named for Price {
    const NAME: &'static str = "price";
}

fn lower_case<S: serde::Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&currency.code().to_ascii_lowercase())
}
