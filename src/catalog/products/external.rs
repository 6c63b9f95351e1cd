//! Products as other systems describe them: RevKeen's external upsert, camelCase both ways.

use garde::Validate;
use serde::{Deserialize, Serialize};

use super::model::{EditProduct, Kind, NewProduct, PricingModel, Product};
use crate::{
    catalog::prices::model::Interval,
    kit::http::json::field_error,
    kit::{Currency, Error, Id, Metadata, Patch, Result, Tenant, Time, check_metadata, checked, money::AMOUNT_MINOR_MAX},
};

/// Kinds that other systems may create.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExternalKind {
    Subscription,
    #[serde(alias = "service")]
    OneTime,
}

/// Body of an external upsert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ExternalProduct {
    #[garde(length(chars, min = 1, max = 200))]
    pub name: String,
    #[serde(default)]
    #[garde(length(chars, max = 5000))]
    pub description: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    pub kind: Option<ExternalKind>,
    /// Minor units.
    #[garde(range(min = 0, max = AMOUNT_MINOR_MAX))]
    pub amount_cents: i64,
    #[serde(default)]
    #[garde(skip)]
    pub currency: Option<Currency>,
    #[serde(default)]
    #[garde(skip)]
    pub is_active: Option<bool>,
    #[serde(default)]
    #[garde(skip)]
    pub interval: Option<Interval>,
    #[serde(default)]
    #[garde(range(min = 1, max = 365))]
    pub interval_count: Option<i64>,
    /// When the other system last changed it; an older one is ignored.
    #[serde(default)]
    #[garde(skip)]
    pub external_updated_at: Option<Time>,
    /// A reference for people, for example a row number.
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    pub external_ref: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Option<Metadata>,
}

/// Answer to an external upsert.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ExternalOutcome {
    pub data: ExternalView,
    pub created: bool,
    /// Stale or unchanged: the product stays as it is.
    pub skipped: bool,
}

/// A product in the other system's words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExternalView {
    pub id: Id<Product>,
    pub merchant_id: Id<Tenant>,
    pub name: String,
    pub description: Option<String>,
    pub kind: Option<ExternalKind>,
    pub amount_cents: Option<i64>,
    pub currency: Currency,
    pub is_active: bool,
    pub external_id: String,
    pub external_system: String,
    pub external_ref: Option<String>,
    pub interval: Option<Interval>,
    pub interval_count: Option<i64>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Body of a batch. Items are read one by one, so that a bad one does not refuse the others.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ExternalBatch {
    /// Name of the other system.
    pub source: String,
    /// External products, each with its `external_id`; at most 100.
    #[cfg_attr(feature = "ssr", schema(max_items = 100))]
    pub products: Vec<serde_json::Value>,
}

/// Answer to a batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BatchOutcome {
    pub created: i64,
    pub updated: i64,
    /// Stale or unchanged.
    pub skipped: i64,
    pub failed: Vec<BatchFailure>,
}

/// An item of a batch that was refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BatchFailure {
    pub external_id: String,
    pub error: String,
}

/// Most items of a batch.
const BATCH_MAX: usize = 100;

impl ExternalBatch {
    /// Reads one item of the batch.
    pub fn item(value: serde_json::Value) -> Result<ExternalProduct> {
        serde_path_to_error::deserialize(value).map_err(|error| field_error(error.path().to_string(), &error.inner().to_string()))
    }

    /// Checks the batch as a whole.
    pub fn checked(self) -> Result<Self> {
        match self.products.len() {
            ..=BATCH_MAX => Ok(self),
            _ => Err(Error::invalid("products", format!("must have at most {BATCH_MAX} items"))),
        }
    }
}

impl ExternalProduct {
    /// Checks everything that can be known without the database.
    pub fn checked(self) -> Result<Self> {
        let item = checked(self)?;
        if let Some(metadata) = &item.metadata {
            check_metadata(metadata)?;
        }
        Ok(item)
    }

    fn recurs(&self) -> bool {
        self.kind == Some(ExternalKind::Subscription) || (self.kind.is_none() && self.interval.is_some())
    }

    /// As a product to create; a subscription without an interval is monthly.
    pub fn as_new(&self, product_id: String) -> Result<NewProduct> {
        let recurs = self.recurs();
        let interval = recurs.then(|| self.interval.unwrap_or(Interval::Month));
        let kind = if recurs { Kind::Subscription } else { Kind::OneTime };
        let model = if recurs { PricingModel::Recurring } else { PricingModel::OneTime };
        let mut new = NewProduct::named(product_id, self.name.clone(), kind, model);
        new.description = self.description.clone();
        new.amount_minor = Some(self.amount_cents);
        new.currency = self.currency;
        new.interval = interval;
        new.interval_count = interval.and(self.interval_count);
        new.metadata = self.metadata.clone().unwrap_or_default();
        new.checked()
    }

    /// As a change: what the other system left out stays.
    pub fn as_edit(&self) -> EditProduct {
        EditProduct {
            name: Patch::Set(self.name.clone()),
            description: self.description.clone().map(Some).into(),
            amount_minor: Patch::Set(self.amount_cents),
            currency: self.currency.into(),
            interval: self.interval.map(Some).into(),
            interval_count: self.interval_count.map(Some).into(),
            is_active: self.is_active.into(),
            metadata: self.metadata.clone().into(),
            ..EditProduct::default()
        }
    }
}

impl ExternalView {
    /// The product under the names of the other system.
    pub fn of(merchant: Id<Tenant>, product: &Product, source: &str, external_id: &str, reference: Option<String>) -> Self {
        Self {
            id: product.id,
            merchant_id: merchant,
            name: product.name.clone(),
            description: product.description.clone(),
            kind: match product.kind {
                Kind::Subscription => Some(ExternalKind::Subscription),
                Kind::OneTime => Some(ExternalKind::OneTime),
                Kind::Usage => None,
            },
            amount_cents: product.amount_minor,
            currency: product.currency,
            is_active: product.sellable(),
            external_id: external_id.to_owned(),
            external_system: source.to_owned(),
            external_ref: reference,
            interval: product.interval,
            interval_count: product.interval_count,
            created_at: product.created_at,
            updated_at: product.updated_at,
        }
    }
}
