//! What apps and listings are, and the rules about their shape.

use std::{collections::BTreeMap, ops::RangeInclusive};

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::{
    catalog::{
        prices::model::{Interval, Price, PriceType},
        products::model::Product,
    },
    kit::{Currency, Error, Id, Named, Patch, Result, Tag, Time, checked},
};

/// Whose checkout an app uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Store {
    Amazon,
    AppStore,
    MacAppStore,
    PlayStore,
    Stripe,
    /// The merchant's own pages, billed by Merx. The word is RevenueCat's.
    #[serde(rename = "rc_billing")]
    Own,
    Roku,
    Paddle,
}

impl Store {
    /// In rows and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Amazon => "amazon",
            Self::AppStore => "app_store",
            Self::MacAppStore => "mac_app_store",
            Self::PlayStore => "play_store",
            Self::Stripe => "stripe",
            Self::Own => "rc_billing",
            Self::Roku => "roku",
            Self::Paddle => "paddle",
        }
    }

    /// How the public keys of its apps begin.
    pub fn key_prefix(self, live: bool) -> &'static str {
        match self {
            Self::Amazon => "amzn_",
            Self::AppStore => "appl_",
            Self::MacAppStore => "mac_",
            Self::PlayStore => "goog_",
            Self::Stripe => "strp_",
            Self::Own if live => "rcb_",
            Self::Own => "rcb_sb_",
            Self::Roku => "roku_",
            Self::Paddle => "pdl_",
        }
    }

    /// The setting without which its apps cannot be told apart.
    fn identity(self) -> Option<&'static str> {
        match self {
            Self::AppStore | Self::MacAppStore => Some("bundle_id"),
            Self::Amazon | Self::PlayStore => Some("package_name"),
            Self::Own => Some("app_name"),
            Self::Stripe | Self::Roku | Self::Paddle => None,
        }
    }
}

/// What is known about an app at its store. Each store uses some of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[serde(default)]
pub struct Settings {
    #[garde(length(chars, min = 1, max = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    #[garde(length(chars, min = 1, max = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_name: Option<String>,
    #[garde(length(chars, min = 1, max = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stripe_account_id: Option<String>,
    /// What customers see at checkout, in mails and on receipts.
    #[garde(length(chars, min = 1, max = 256))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// Where customers' answers to mails go.
    #[garde(length(chars, min = 1, max = 320))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_currency: Option<Currency>,
    #[garde(length(chars, min = 6, max = 6))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roku_channel_id: Option<String>,
    #[garde(length(chars, min = 1, max = 30))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roku_channel_name: Option<String>,
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paddle_is_sandbox: Option<bool>,
    #[garde(length(chars, min = 1, max = 32))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_key_id: Option<String>,
    #[garde(length(chars, min = 1, max = 36))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_key_issuer: Option<String>,
    #[garde(length(chars, min = 1, max = 36))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_store_connect_api_key_id: Option<String>,
    #[garde(length(chars, min = 1, max = 36))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_store_connect_api_key_issuer: Option<String>,
    #[garde(length(chars, min = 1, max = 20))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_store_connect_vendor_number: Option<String>,
}

/// What opens the merchant's account at a store: how long a secret is, characters.
fn secret_length(store: Store, name: &str) -> RangeInclusive<usize> {
    match (store, name) {
        (Store::AppStore | Store::MacAppStore, "shared_secret") => 32..=32,
        (Store::Roku, _) => 33..=33,
        (Store::Paddle, _) => 50..=70,
        _ => 1..=4500,
    }
}

/// Secrets by name; without a value, to be forgotten.
pub type Secrets = BTreeMap<&'static str, Option<String>>;

/// Where customers buy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct App {
    pub id: Id<App>,
    #[serde(default)]
    pub object: Tag<App>,
    pub name: String,
    #[serde(rename = "type")]
    pub store: Store,
    pub settings: Settings,
    /// Names of the secrets that are stored.
    pub configured: Vec<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for App {
    const NAME: &'static str = "app";
}

impl App {
    /// Whether a secret is stored.
    pub fn has_secret(&self, name: &str) -> bool {
        self.configured.iter().any(|stored| stored == name)
    }

    /// The same with another list of secrets, or what is wrong with it.
    pub fn with_secrets(mut self, secrets: &Secrets) -> Result<Self> {
        for (name, value) in secrets {
            let length = secret_length(self.store, name);
            if value.as_ref().is_some_and(|value| !length.contains(&value.chars().count())) {
                let text = match length.into_inner() {
                    (least, most) if least == most => format!("must have {least} characters"),
                    (least, most) => format!("must have {least} to {most} characters"),
                };
                return Err(Error::invalid(format!("{}.{name}", self.store.word()), text));
            }
            self.configured.retain(|stored| stored != name);
            if value.is_some() {
                self.configured.push((*name).to_owned());
            }
        }
        self.configured.sort();
        Ok(self)
    }

    /// The app, if it has what its store needs.
    pub fn checked(self) -> Result<Self> {
        let length = self.name.chars().count();
        if !(1..=255).contains(&length) {
            return Err(Error::invalid("name", "must have 1 to 255 characters"));
        }
        let word = self.store.word();
        let settings = checked(self.settings.clone()).map_err(|error| within(word, error))?;
        let known = serde_json::to_value(&settings).unwrap_or_default();
        match self.store.identity() {
            Some(name) if known.get(name).is_none() => Err(Error::invalid(format!("{word}.{name}"), "is required")),
            _ => Ok(Self { settings, ..self }),
        }
    }
}

/// The same error about fields inside `block`.
fn within(block: &str, error: Error) -> Error {
    let fields = error.fields.into_iter().map(|mut field| {
        field.path = format!("{block}.{}", field.path);
        field
    });
    Error::from_fields(fields.collect())
}

/// What an app is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApp {
    pub name: String,
    pub store: Store,
    pub settings: Settings,
    pub secrets: Secrets,
}

/// Changes to an app. Its store is the one it was made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditApp {
    pub name: Patch<String>,
    pub settings: Patch<Settings>,
    pub secrets: Secrets,
}

/// A key that programs on customers' devices carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    pub id: Id<PublicKey>,
    pub app_id: Id<App>,
    pub key: String,
    pub created_at: Time,
}

impl Named for PublicKey {
    const NAME: &'static str = "public_key";
}

/// What kind of thing a store sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StoreType {
    Subscription,
    OneTime,
    Consumable,
    NonConsumable,
    NonRenewingSubscription,
}

/// How long a period of a store's subscription is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Duration {
    P1W,
    P1M,
    P2M,
    P3M,
    P6M,
    P1Y,
}

impl Duration {
    /// In ISO 8601's words.
    pub fn word(self) -> &'static str {
        match self {
            Self::P1W => "P1W",
            Self::P1M => "P1M",
            Self::P2M => "P2M",
            Self::P3M => "P3M",
            Self::P6M => "P6M",
            Self::P1Y => "P1Y",
        }
    }

    /// As intervals of a price.
    pub fn interval(self) -> (Interval, i64) {
        match self {
            Self::P1W => (Interval::Week, 1),
            Self::P1M => (Interval::Month, 1),
            Self::P2M => (Interval::Month, 2),
            Self::P3M => (Interval::Month, 3),
            Self::P6M => (Interval::Month, 6),
            Self::P1Y => (Interval::Year, 1),
        }
    }
}

/// How a price is sold in an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub price_id: Id<Price>,
    pub app_id: Id<App>,
    /// What the store calls it; one price of an app holds it.
    pub store_identifier: String,
    #[serde(rename = "type")]
    pub kind: StoreType,
    /// How long a period is, in ISO 8601's words; none if nobody said, and for what does not repeat.
    pub duration: Option<String>,
    pub display_name: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for Listing {
    /// What happens to a listing stands in the history of its price.
    const NAME: &'static str = "price";
}

/// What a product of a store is made of.
#[derive(Clone, Debug, PartialEq, Eq, Validate)]
pub struct NewStoreProduct {
    #[garde(length(chars, min = 1, max = 200))]
    pub store_identifier: String,
    #[garde(skip)]
    pub app_id: Id<App>,
    #[garde(skip)]
    pub kind: StoreType,
    #[garde(skip)]
    pub duration: Option<Duration>,
    #[garde(length(chars, min = 1, max = Self::NAME_MAX))]
    pub display_name: Option<String>,
    /// What customers see, if it is not the same.
    #[garde(length(chars, min = 1, max = Self::NAME_MAX))]
    pub title: Option<String>,
}

impl NewStoreProduct {
    /// Longest name, characters.
    pub const NAME_MAX: usize = 1500;

    /// Checks everything that can be known without the database.
    pub fn checked(self) -> Result<Self> {
        let new = checked(self)?;
        if new.duration.is_some() && new.kind != StoreType::Subscription {
            return Err(Error::invalid("subscription", "is only for products of the type subscription"));
        }
        Ok(new)
    }
}

/// A price as a store sells it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreProduct {
    pub price: Price,
    pub product: Product,
    /// None for a price that only Merx knows.
    pub listing: Option<Listing>,
}

impl StoreProduct {
    /// Whether new purchases are possible.
    pub fn is_active(&self) -> bool {
        self.price.sellable(&self.product)
    }

    /// Whether it is what new purchases of its product get.
    fn is_default(&self) -> bool {
        self.product.default_price_id == Some(self.price.id)
    }

    /// What the store calls it; in the own app, a price that nobody gave a name goes by its id.
    pub fn store_identifier(&self) -> String {
        match &self.listing {
            Some(listing) => listing.store_identifier.clone(),
            None if self.price.lookup_key.is_some() => self.price.lookup_key.clone().unwrap_or_default(),
            None if self.is_default() => self.product.product_id.clone(),
            None => self.price.id.to_string(),
        }
    }

    /// What kind of thing it is.
    pub fn kind(&self) -> StoreType {
        match (&self.listing, self.price.kind) {
            (Some(listing), _) => listing.kind,
            (None, PriceType::Recurring) => StoreType::Subscription,
            (None, PriceType::OneTime) => StoreType::OneTime,
        }
    }

    /// What people call it.
    pub fn display_name(&self) -> Option<String> {
        match (&self.listing, self.price.nickname.as_ref().or(self.price.name.as_ref())) {
            (Some(listing), _) => listing.display_name.clone(),
            (None, Some(name)) => Some(format!("{} ({name})", self.product.name)),
            (None, None) => Some(self.product.name.clone()),
        }
    }

    /// Length of a period, in ISO 8601's words; none if it does not repeat or nobody said.
    pub fn duration(&self) -> Option<String> {
        let letter = |interval| match interval {
            Interval::Day => 'D',
            Interval::Week => 'W',
            Interval::Month => 'M',
            Interval::Year => 'Y',
        };
        match (&self.listing, self.price.interval) {
            (Some(listing), _) => listing.duration.clone(),
            (None, None) => None,
            (None, Some(interval)) => Some(format!("P{}{}", self.price.interval_count.unwrap_or(1), letter(interval))),
        }
    }

    /// Length of the trial, in ISO 8601's words.
    pub fn trial_duration(&self) -> Option<String> {
        self.price.trial_period_days.filter(|days| *days > 0).map(|days| format!("P{days}D"))
    }
}
