//! What a price must be like to exist.

use garde::Validate;
use serde::{Deserialize, Serialize};

use super::{
    super::super::products::model::Product, BillingScheme, Interval, Price, PriceModel, PriceTier, PriceType, StartRule,
    TiersMode, TransformQuantity, amount::exact_unit, tiers::check_tiers,
};
use crate::kit::{
    Currency, Error, Id, Metadata, Result, Tag, Time, check_metadata, checked,
    money::{AMOUNT_MINOR_MAX, check_amount},
};

/// Body of a create, and the state of the dashboard's editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewPrice {
    #[garde(skip)]
    pub product_id: Id<Product>,
    #[serde(default)]
    #[garde(skip)]
    pub currency: Option<Currency>,
    /// Minor units per unit; required of a fixed price per unit without `unit_amount_decimal`.
    #[serde(default)]
    #[garde(range(min = 0, max = AMOUNT_MINOR_MAX))]
    pub unit_amount: Option<i64>,
    /// The same as a decimal of at most 12 places, for rates below one minor unit. An addition to
    /// RevKeen's schema.
    #[serde(default)]
    #[garde(length(chars, max = 40))]
    pub unit_amount_decimal: Option<String>,
    /// `one_time`, unless an interval is given.
    #[serde(default, rename = "type")]
    #[garde(skip)]
    pub kind: Option<PriceType>,
    #[serde(default)]
    #[garde(skip)]
    pub pricing_model: PriceModel,
    /// Required of a recurring price.
    #[serde(default)]
    #[garde(skip)]
    pub interval: Option<Interval>,
    /// Intervals from one charge to the next; 1 where left out.
    #[serde(default)]
    #[garde(range(min = 1, max = 12))]
    pub interval_count: Option<i64>,
    #[serde(default)]
    #[garde(range(min = 0, max = 730))]
    pub trial_period_days: Option<i64>,
    #[serde(default)]
    #[garde(skip)]
    pub start_rule: Option<StartRule>,
    /// Minor units; the least a customer may choose.
    #[serde(default)]
    #[garde(range(min = 0, max = AMOUNT_MINOR_MAX))]
    pub minimum_amount: Option<i64>,
    /// Minor units; the most a customer may choose.
    #[serde(default)]
    #[garde(range(min = 0, max = AMOUNT_MINOR_MAX))]
    pub maximum_amount: Option<i64>,
    /// Minor units that the customer's choice starts with.
    #[serde(default)]
    #[garde(range(min = 0, max = AMOUNT_MINOR_MAX))]
    pub suggested_amount: Option<i64>,
    /// Minor units; choices offered as buttons.
    #[serde(default)]
    #[garde(length(max = 10))]
    #[cfg_attr(feature = "ssr", schema(max_items = 10))]
    pub preset_amounts: Option<Vec<i64>>,
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    pub name: Option<String>,
    /// Seen by the merchant only.
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    pub nickname: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    pub description: Option<String>,
    /// A fixed name for whichever price currently plays a role; one price holds it.
    #[serde(default)]
    #[garde(length(chars, min = 1, max = 100))]
    pub lookup_key: Option<String>,
    /// Takes `lookup_key` from the price that holds it. An addition to RevKeen's schema.
    #[serde(default)]
    #[garde(skip)]
    pub transfer_lookup_key: bool,
    /// Where left out, what `tiers` or `percentage_rate_bps` imply.
    #[serde(default)]
    #[garde(skip)]
    pub billing_scheme: Option<BillingScheme>,
    #[serde(default)]
    #[garde(skip)]
    pub tiers_mode: Option<TiersMode>,
    /// Ascending by `up_to`, the last without end.
    #[serde(default)]
    #[garde(skip)]
    #[cfg_attr(feature = "ssr", schema(min_items = 2, max_items = 50))]
    pub tiers: Option<Vec<PriceTier>>,
    #[serde(default)]
    #[garde(skip)]
    pub transform_quantity: Option<TransformQuantity>,
    /// Hundredths of a percent.
    #[serde(default)]
    #[garde(range(min = 0, max = 10_000))]
    pub percentage_rate_bps: Option<i64>,
    #[serde(default)]
    #[garde(skip)]
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub metadata: Metadata,
}

impl NewPrice {
    /// A price with nothing said yet.
    pub fn of(product_id: Id<Product>, currency: Currency) -> Self {
        Self {
            product_id,
            currency: Some(currency),
            unit_amount: None,
            unit_amount_decimal: None,
            kind: None,
            pricing_model: PriceModel::Fixed,
            interval: None,
            interval_count: None,
            trial_period_days: None,
            start_rule: None,
            minimum_amount: None,
            maximum_amount: None,
            suggested_amount: None,
            preset_amounts: None,
            name: None,
            nickname: None,
            description: None,
            lookup_key: None,
            transfer_lookup_key: false,
            billing_scheme: None,
            tiers_mode: None,
            tiers: None,
            transform_quantity: None,
            percentage_rate_bps: None,
            metadata: Metadata::new(),
        }
    }

    /// Checks everything that can be known without the database, and says what was left unsaid.
    pub fn checked(self) -> Result<Self> {
        let mut new = checked(self)?;
        check_metadata(&new.metadata)?;
        new.kind = Some(new.kind());
        new.billing_scheme = Some(new.billing_scheme());
        if new.kind() == PriceType::Recurring {
            new.interval_count = new.interval_count.or(Some(1));
        }
        new.check_terms()?;
        Ok(new)
    }

    /// The price this makes; call [`NewPrice::checked`] first.
    pub fn into_price(self, id: Id<Price>, now: Time) -> Price {
        let (kind, billing_scheme) = (self.kind(), self.billing_scheme());
        Price {
            id,
            object: Tag::default(),
            product_id: self.product_id,
            active: true,
            currency: self.currency.unwrap_or_default(),
            unit_amount: self.unit_amount,
            unit_amount_decimal: self.unit_amount_decimal,
            kind,
            pricing_model: self.pricing_model,
            interval: self.interval,
            interval_count: self.interval_count,
            trial_period_days: self.trial_period_days,
            start_rule: self.start_rule,
            minimum_amount: self.minimum_amount,
            maximum_amount: self.maximum_amount,
            suggested_amount: self.suggested_amount,
            preset_amounts: self.preset_amounts,
            name: self.name,
            nickname: self.nickname,
            description: self.description,
            version: 1,
            lookup_key: self.lookup_key,
            billing_scheme,
            tiers_mode: self.tiers_mode,
            tiers: self.tiers,
            transform_quantity: self.transform_quantity,
            percentage_rate_bps: self.percentage_rate_bps,
            pay_in_advance: true,
            spending_minimum_cents: None,
            metadata: self.metadata,
            created_at: now,
            updated_at: now,
        }
    }

    /// One-off or repeating, as said or as the interval implies.
    pub fn kind(&self) -> PriceType {
        self.kind.unwrap_or(if self.interval.is_some() { PriceType::Recurring } else { PriceType::OneTime })
    }

    /// How the quantity counts, as said or as the amounts imply.
    pub fn billing_scheme(&self) -> BillingScheme {
        self.billing_scheme.unwrap_or(match (&self.tiers, self.percentage_rate_bps) {
            (Some(_), _) => BillingScheme::Tiered,
            (None, Some(_)) => BillingScheme::Percentage,
            (None, None) => BillingScheme::PerUnit,
        })
    }

    /// Checks that the parts fit together.
    pub(super) fn check_terms(&self) -> Result<()> {
        self.check_interval()?;
        match self.pricing_model {
            PriceModel::Fixed => self.check_fixed()?,
            PriceModel::PayWhatYouWant => self.check_choice()?,
            PriceModel::Free => self.check_free()?,
        }
        let scheme = self.billing_scheme();
        only_for(
            scheme == BillingScheme::Tiered,
            "tiered prices",
            &[("tiers", self.tiers.is_some()), ("tiers_mode", self.tiers_mode.is_some())],
        )?;
        only_for(
            scheme == BillingScheme::Percentage,
            "percentage prices",
            &[("percentage_rate_bps", self.percentage_rate_bps.is_some())],
        )?;
        only_for(
            self.pricing_model == PriceModel::PayWhatYouWant,
            "prices that the customer chooses",
            &[
                ("minimum_amount", self.minimum_amount.is_some()),
                ("maximum_amount", self.maximum_amount.is_some()),
                ("suggested_amount", self.suggested_amount.is_some()),
                ("preset_amounts", self.preset_amounts.is_some()),
            ],
        )
    }

    fn check_interval(&self) -> Result<()> {
        match self.kind() {
            PriceType::Recurring => required("interval", self.interval.is_some()),
            PriceType::OneTime => only_for(
                false,
                "recurring prices",
                &[
                    ("interval", self.interval.is_some()),
                    ("interval_count", self.interval_count.is_some()),
                    ("trial_period_days", self.trial_period_days.is_some()),
                ],
            ),
        }
    }

    fn check_fixed(&self) -> Result<()> {
        let per_unit = self.billing_scheme() == BillingScheme::PerUnit;
        only_for(
            per_unit,
            "prices per unit",
            &[
                ("unit_amount", self.unit_amount.is_some()),
                ("unit_amount_decimal", self.unit_amount_decimal.is_some()),
                ("transform_quantity", self.transform_quantity.is_some()),
            ],
        )?;
        match self.billing_scheme() {
            BillingScheme::PerUnit => self.check_per_unit(),
            BillingScheme::Tiered => {
                let tiers = self.tiers.as_deref().ok_or_else(|| Error::invalid("tiers", "is required"))?;
                required("tiers_mode", self.tiers_mode.is_some())?;
                check_tiers(tiers)
            }
            BillingScheme::Percentage => required("percentage_rate_bps", self.percentage_rate_bps.is_some()),
        }
    }

    fn check_per_unit(&self) -> Result<()> {
        required("unit_amount", self.unit_amount.is_some() || self.unit_amount_decimal.is_some())?;
        exact_unit(self.unit_amount, self.unit_amount_decimal.as_deref(), "unit_amount")?;
        match self.transform_quantity {
            Some(packs) if packs.divide_by < 1 => Err(Error::invalid("transform_quantity.divide_by", "must be at least 1")),
            _ => Ok(()),
        }
    }

    /// Minimum, suggestion and presets, maximum: in this order.
    fn check_choice(&self) -> Result<()> {
        self.check_simple("a price that the customer chooses", self.unit_amount.is_some())?;
        let (least, most) = (self.minimum_amount.unwrap_or(0), self.maximum_amount.unwrap_or(i64::MAX));
        if least > most {
            return Err(Error::invalid("maximum_amount", "must not be less than minimum_amount"));
        }
        let presets = self.preset_amounts.iter().flatten().enumerate();
        let offers = presets.map(|(index, amount)| (format!("preset_amounts[{index}]"), *amount));
        for (path, amount) in
            self.suggested_amount.map(|amount| ("suggested_amount".to_owned(), amount)).into_iter().chain(offers)
        {
            check_amount(&path, amount)?;
            if amount < least || amount > most {
                return Err(Error::invalid(path, "must be between minimum_amount and maximum_amount"));
            }
        }
        Ok(())
    }

    fn check_free(&self) -> Result<()> {
        self.check_simple("a free price", self.unit_amount.is_some_and(|amount| amount != 0))
    }

    /// Neither an amount of the merchant's nor a way to count.
    fn check_simple(&self, what: &str, has_amount: bool) -> Result<()> {
        let given = [
            ("unit_amount", has_amount),
            ("unit_amount_decimal", self.unit_amount_decimal.is_some()),
            ("billing_scheme", self.billing_scheme() != BillingScheme::PerUnit),
            ("transform_quantity", self.transform_quantity.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((path, _)) => Err(Error::invalid(*path, format!("cannot be set on {what}"))),
            None => Ok(()),
        }
    }
}

fn required(path: &str, given: bool) -> Result<()> {
    if given { Ok(()) } else { Err(Error::invalid(path, "is required")) }
}

/// Refuses the first field that is given although it does not apply.
fn only_for(applies: bool, what: &str, given: &[(&str, bool)]) -> Result<()> {
    match given.iter().find(|(_, given)| *given && !applies) {
        Some((path, _)) => Err(Error::invalid(*path, format!("is only for {what}"))),
        None => Ok(()),
    }
}
