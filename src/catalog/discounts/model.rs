//! What a discount is, and the rules about its shape.

use garde::Validate;
use serde::{Deserialize, Serialize};

use super::super::products::model::Product;
pub use super::value::DiscountValue;
use crate::kit::{Currency, Error, Id, Named, Page, Patch, Result, Tag, Time, checked, money, timeline::Occurrence};

/// What the number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiscountType {
    /// Percent of the amount.
    #[default]
    Percentage,
    /// Minor units of a currency.
    FixedAmount,
}

/// Which products it lowers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AppliesTo {
    #[default]
    All,
    /// Those in `product_ids`.
    SpecificProducts,
}

/// Which part of an order it lowers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All of it; with `product_ids`, all of an order that holds one of them.
    #[default]
    EntireOrder,
    /// The lines of `product_ids`.
    SpecificProducts,
    /// Lines that recur.
    SubscriptionOnly,
    /// Lines that do not.
    OneTimeOnly,
}

/// How many payments of a subscription it lowers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Recurring {
    /// The first.
    Once,
    /// All.
    Forever,
    /// The first `recurring_cycles`.
    Repeating,
}

/// A code that lowers what a price comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Discount {
    pub id: Id<Discount>,
    /// An addition to RevKeen's schema.
    #[serde(default)]
    pub object: Tag<Discount>,
    /// What the customer types, in any letter case; upper case, unique.
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    pub discount_type: DiscountType,
    /// Percent with up to two decimals, or minor units.
    #[cfg_attr(feature = "ssr", schema(value_type = f64))]
    pub discount_value: DiscountValue,
    /// Of a fixed amount. An addition to RevKeen's schema.
    pub currency: Option<Currency>,
    pub applies_to: AppliesTo,
    /// An addition to RevKeen's schema, from its requests.
    pub scope: Scope,
    /// `null` where it applies to all.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Vec<String>>))]
    pub product_ids: Option<Vec<Id<Product>>>,
    pub max_redemptions: Option<i64>,
    /// Times one customer may use it; 0 for any number. An addition to RevKeen's schema, from its requests.
    pub max_redemptions_per_user: i64,
    pub current_redemptions: i64,
    /// The first moment at which it can be redeemed.
    pub valid_from: Option<Time>,
    /// The first moment at which it no longer can.
    pub valid_until: Option<Time>,
    /// `null` is read as `once`.
    pub recurring_type: Option<Recurring>,
    pub recurring_cycles: Option<i64>,
    /// Only for customers who have not paid before.
    pub first_time_customer: bool,
    pub is_active: bool,
    /// An addition to RevKeen's schema, from its requests.
    pub is_archived: bool,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for Discount {
    const NAME: &'static str = "discount";
}

/// Body of a create, and the state of the dashboard's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewDiscount {
    /// What the customer types; kept in upper case, unique in any.
    #[garde(length(chars, min = 1, max = 50))]
    pub code: String,
    #[garde(length(chars, min = 1, max = 255))]
    pub name: String,
    #[serde(default)]
    #[garde(length(chars, max = 1000))]
    pub description: Option<String>,
    #[garde(skip)]
    pub discount_type: DiscountType,
    /// Percent from 0.01 to 100 with up to two decimals, or minor units from 1.
    #[garde(skip)]
    #[cfg_attr(feature = "ssr", schema(value_type = f64, minimum = 0.01))]
    pub discount_value: DiscountValue,
    /// Of a fixed amount, USD if left out. An addition to RevKeen's schema.
    #[serde(default)]
    #[garde(skip)]
    pub currency: Option<Currency>,
    /// `all` if left out, unless `scope` is `specific_products`.
    #[serde(default)]
    #[garde(skip)]
    pub applies_to: Option<AppliesTo>,
    #[serde(default)]
    #[garde(skip)]
    pub scope: Option<Scope>,
    /// Ids of products, or the merchant's own `product_id`s.
    #[serde(default)]
    #[garde(skip)]
    pub product_ids: Option<Vec<String>>,
    #[serde(default)]
    #[garde(range(min = 1, max = 1_000_000_000))]
    pub max_redemptions: Option<i64>,
    /// 0 for any number.
    #[serde(default)]
    #[garde(range(min = 0, max = 1_000_000_000))]
    pub max_redemptions_per_user: i64,
    #[serde(default)]
    #[garde(skip)]
    pub valid_from: Option<Time>,
    #[serde(default)]
    #[garde(skip)]
    pub valid_until: Option<Time>,
    #[serde(default)]
    #[garde(skip)]
    pub recurring_type: Option<Recurring>,
    /// With `recurring_type` `repeating`, and only there.
    #[serde(default)]
    #[garde(range(min = 1, max = 1_000))]
    pub recurring_cycles: Option<i64>,
    #[serde(default)]
    #[garde(skip)]
    pub first_time_customer: bool,
}

impl NewDiscount {
    /// A discount with nothing but the required said.
    pub fn named(code: String, name: String, discount_type: DiscountType, discount_value: DiscountValue) -> Self {
        Self {
            code,
            name,
            description: None,
            discount_type,
            discount_value,
            currency: None,
            applies_to: None,
            scope: None,
            product_ids: None,
            max_redemptions: None,
            max_redemptions_per_user: 0,
            valid_from: None,
            valid_until: None,
            recurring_type: None,
            recurring_cycles: None,
            first_time_customer: false,
        }
    }

    /// Checks everything that can be known without the database, and fills in what follows from
    /// the rest.
    pub fn checked(self) -> Result<Self> {
        let code = self.code.trim().to_uppercase();
        let mut new = checked(Self { code, ..self })?;
        if new.code.contains(char::is_control) {
            return Err(Error::invalid("code", "must be a line of readable characters"));
        }
        let value = match new.discount_type {
            DiscountType::Percentage => new.discount_value.check_percentage(),
            DiscountType::FixedAmount => new.discount_value.check_amount(),
        };
        value.map_err(|message| Error::invalid("discount_value", message))?;
        if new.discount_type == DiscountType::Percentage && new.currency.is_some() {
            return Err(Error::invalid("currency", "is only taken with a fixed amount"));
        }
        new.settle_products()?;
        new.check_duration()?;
        Ok(new)
    }

    /// RevKeen has two words for the same: each fills in the other.
    fn settle_products(&mut self) -> Result<()> {
        let named = self.product_ids.as_ref().is_some_and(|ids| !ids.is_empty());
        let applies_to = self.applies_to.unwrap_or(match self.scope {
            Some(Scope::SpecificProducts) => AppliesTo::SpecificProducts,
            _ => AppliesTo::All,
        });
        match applies_to {
            AppliesTo::SpecificProducts if !named => {
                return Err(Error::invalid("product_ids", "must name at least one product"));
            }
            AppliesTo::All if named => {
                return Err(Error::invalid("product_ids", "is only taken where applies_to is specific_products"));
            }
            AppliesTo::All if self.scope == Some(Scope::SpecificProducts) => {
                return Err(Error::invalid("scope", "contradicts applies_to"));
            }
            AppliesTo::All => self.product_ids = None,
            AppliesTo::SpecificProducts => {}
        }
        self.applies_to = Some(applies_to);
        self.scope = self.scope.or(Some(applies_to.scope()));
        Ok(())
    }

    fn check_duration(&self) -> Result<()> {
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until <= from
        {
            return Err(Error::invalid("valid_until", "must be after valid_from"));
        }
        match (self.recurring_type, self.recurring_cycles) {
            (Some(Recurring::Repeating), None) => {
                Err(Error::invalid("recurring_cycles", "is required with the recurring_type repeating"))
            }
            (Some(Recurring::Repeating), Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => Err(Error::invalid("recurring_cycles", "is only taken with the recurring_type repeating")),
        }
    }

    /// The discount that a checked request asks for. `products` are those it names.
    pub fn into_discount(self, id: Id<Discount>, products: Option<Vec<Id<Product>>>, now: Time) -> Discount {
        let fixed = self.discount_type == DiscountType::FixedAmount;
        Discount {
            id,
            object: Tag::default(),
            code: self.code,
            name: self.name,
            description: self.description,
            discount_type: self.discount_type,
            discount_value: self.discount_value,
            currency: fixed.then(|| self.currency.unwrap_or_default()),
            applies_to: self.applies_to.unwrap_or_default(),
            scope: self.scope.unwrap_or_default(),
            product_ids: products,
            max_redemptions: self.max_redemptions,
            max_redemptions_per_user: self.max_redemptions_per_user,
            current_redemptions: 0,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            recurring_type: self.recurring_type,
            recurring_cycles: self.recurring_cycles,
            first_time_customer: self.first_time_customer,
            is_active: true,
            is_archived: false,
            created_at: now,
            updated_at: now,
        }
    }
}

impl AppliesTo {
    /// The scope that says the same.
    fn scope(self) -> Scope {
        match self {
            Self::All => Scope::EntireOrder,
            Self::SpecificProducts => Scope::SpecificProducts,
        }
    }
}

/// Body of an update: what is absent stays, `null` clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct EditDiscount {
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "ssr", schema(value_type = f64, minimum = 0.01))]
    pub discount_value: Patch<DiscountValue>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub applies_to: Patch<AppliesTo>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub scope: Patch<Scope>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub product_ids: Patch<Option<Vec<String>>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub max_redemptions: Patch<Option<i64>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub max_redemptions_per_user: Patch<i64>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub valid_from: Patch<Option<Time>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub valid_until: Patch<Option<Time>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub is_active: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub is_archived: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub recurring_type: Patch<Option<Recurring>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub recurring_cycles: Patch<Option<i64>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub first_time_customer: Patch<bool>,
}

impl EditDiscount {
    /// What a create would have to say to make the discount as it is after the change, checked by
    /// the same rules.
    pub fn applied(self, before: &Discount) -> Result<NewDiscount> {
        let mut new = before.as_new();
        // A word that follows from the other does so again, unless the request says it.
        let follows = before.scope == before.applies_to.scope();
        if self.applies_to.set().is_some_and(|wanted| *wanted != before.applies_to) {
            new.scope = new.scope.filter(|_| !follows);
            new.product_ids = None;
        }
        if self.scope == Patch::Set(Scope::SpecificProducts) {
            new.applies_to = None;
        }
        if self.recurring_type.set().is_some_and(|wanted| *wanted != Some(Recurring::Repeating)) {
            new.recurring_cycles = None;
        }
        self.name.apply(&mut new.name);
        self.description.apply(&mut new.description);
        self.discount_value.apply(&mut new.discount_value);
        self.applies_to.map(Some).apply(&mut new.applies_to);
        self.scope.map(Some).apply(&mut new.scope);
        self.product_ids.apply(&mut new.product_ids);
        self.max_redemptions.apply(&mut new.max_redemptions);
        self.max_redemptions_per_user.apply(&mut new.max_redemptions_per_user);
        self.valid_from.apply(&mut new.valid_from);
        self.valid_until.apply(&mut new.valid_until);
        self.recurring_type.apply(&mut new.recurring_type);
        self.recurring_cycles.apply(&mut new.recurring_cycles);
        self.first_time_customer.apply(&mut new.first_time_customer);
        new.checked()
    }
}

/// Where a discount stands at some time. The first that fits, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Archived,
    /// Switched off.
    Inactive,
    /// Past `valid_until`.
    Expired,
    /// Redeemed `max_redemptions` times.
    UsedUp,
    /// Before `valid_from`.
    Scheduled,
    /// Can be redeemed.
    Active,
}

impl Status {
    /// In the order of the list's tabs.
    pub const ALL: [Self; 6] = [Self::Active, Self::Scheduled, Self::Inactive, Self::Expired, Self::UsedUp, Self::Archived];

    /// The status of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// As addresses write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Archived => "archived",
            Self::Inactive => "inactive",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::Scheduled => "scheduled",
            Self::Active => "active",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Archived => "Archived",
            Self::Inactive => "Inactive",
            Self::Expired => "Expired",
            Self::UsedUp => "Used up",
            Self::Scheduled => "Scheduled",
            Self::Active => "Active",
        }
    }
}

impl Discount {
    /// What comes off an amount of the right currency: never more than the amount, nothing of one
    /// that is not positive.
    pub fn amount_off(&self, amount_minor: i64) -> i64 {
        if amount_minor <= 0 {
            return 0;
        }
        let off = match self.discount_type {
            DiscountType::Percentage => self.discount_value.percent_of(amount_minor),
            DiscountType::FixedAmount => self.discount_value.minor_units(),
        };
        off.min(amount_minor)
    }

    /// Where it stands at a time.
    pub fn status(&self, now: Time) -> Status {
        if self.is_archived {
            Status::Archived
        } else if !self.is_active {
            Status::Inactive
        } else if self.valid_until.is_some_and(|until| until <= now) {
            Status::Expired
        } else if self.max_redemptions.is_some_and(|most| self.current_redemptions >= most) {
            Status::UsedUp
        } else if self.valid_from.is_some_and(|from| from > now) {
            Status::Scheduled
        } else {
            Status::Active
        }
    }

    /// `12.5%`, `$5.00`.
    pub fn value_text(&self) -> String {
        match self.discount_type {
            DiscountType::Percentage => format!("{}%", self.discount_value),
            DiscountType::FixedAmount => money::format(self.discount_value.minor_units(), self.currency.unwrap_or_default()),
        }
    }

    /// Which payments of a subscription it lowers: `first payment`, `first 3 payments`.
    pub fn duration_text(&self) -> String {
        match (self.recurring_type, self.recurring_cycles) {
            (Some(Recurring::Forever), _) => "every payment".into(),
            (Some(Recurring::Repeating), Some(cycles)) if cycles > 1 => format!("first {cycles} payments"),
            _ => "first payment".into(),
        }
    }

    /// `10% off $29.00 → $26.10`: an example of what it does to an amount.
    pub fn example(&self, amount_minor: i64, currency: Currency) -> String {
        let after = amount_minor - self.amount_off(amount_minor);
        let (amount, after) = (money::format(amount_minor, currency), money::format(after, currency));
        format!("{} off {amount} → {after}", self.value_text())
    }

    /// What a create would have to say to make this discount: the form's start, and what the
    /// rules are checked on after an update.
    pub fn as_new(&self) -> NewDiscount {
        NewDiscount {
            code: self.code.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            discount_type: self.discount_type,
            discount_value: self.discount_value,
            currency: self.currency,
            applies_to: Some(self.applies_to),
            scope: Some(self.scope),
            product_ids: self.product_ids.as_ref().map(|ids| ids.iter().map(Id::to_string).collect()),
            max_redemptions: self.max_redemptions,
            max_redemptions_per_user: self.max_redemptions_per_user,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            recurring_type: self.recurring_type,
            recurring_cycles: self.recurring_cycles,
            first_time_customer: self.first_time_customer,
        }
    }
}

/// Columns a list of discounts may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    CreatedAt,
    Code,
    Name,
    Redemptions,
}

/// Which discounts of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "ssr", into_params(parameter_in = Query))]
pub struct Filter {
    /// Words; each must begin some word of the code or the name. An addition to RevKeen's schema.
    #[serde(default)]
    pub search: Option<String>,
    /// Whether switched on and not archived.
    #[serde(default)]
    pub is_active: Option<bool>,
    #[serde(default)]
    pub is_archived: Option<bool>,
}

/// What the list page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscountList {
    pub page: Page<Discount>,
    /// How many the search finds in each status, in the order of [`Status::ALL`].
    pub counts: Vec<i64>,
    /// The time at which statuses are told.
    pub now: Time,
}

/// What the page of one discount shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscountView {
    pub discount: Discount,
    /// The products it applies to.
    pub products: Vec<Product>,
    /// What happened to it, newest first.
    pub history: Vec<Occurrence>,
    /// The time at which its status is told.
    pub now: Time,
}
