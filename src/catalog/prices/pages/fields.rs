//! What the price editor holds, and how it becomes a request.

use leptos::prelude::*;

use super::{
    super::model::{
        Interval, NewPrice, Price, PriceModel, PriceTier, PriceType, Round, TiersMode, TransformQuantity,
        words::{Unit, parse_rate, parse_unit, rate_text, unit_input},
    },
    names::Names,
    shape::Shape,
};
use crate::{
    catalog::products::model::Product,
    kit::{Currency, Error, FieldError, Id, Result, Time, money},
};

/// The texts of one tier, as typed.
#[derive(Clone, Copy, PartialEq)]
pub struct TierRow {
    pub key: u32,
    /// Last unit; meaningless on the last tier.
    pub up_to: RwSignal<String>,
    pub unit: RwSignal<String>,
    pub flat: RwSignal<String>,
}

/// The editor's texts, as typed.
#[derive(Clone, Copy)]
pub struct Fields {
    product: StoredValue<Id<Product>>,
    /// A [`Shape`]'s word.
    pub shape: RwSignal<String>,
    pub currency: RwSignal<String>,
    /// `one_time`, or an interval's word.
    pub rhythm: RwSignal<String>,
    pub interval_count: RwSignal<String>,
    pub trial_days: RwSignal<String>,
    pub unit: RwSignal<String>,
    pub pack_size: RwSignal<String>,
    /// `up` or `down`.
    pub pack_round: RwSignal<String>,
    pub rate: RwSignal<String>,
    pub minimum: RwSignal<String>,
    pub maximum: RwSignal<String>,
    pub suggested: RwSignal<String>,
    /// Amounts with spaces between them.
    pub presets: RwSignal<String>,
    pub tiers: RwSignal<Vec<TierRow>>,
    next_tier: StoredValue<u32>,
    pub names: Names,
}

/// The intervals on offer.
pub const INTERVALS: [Interval; 4] = [Interval::Day, Interval::Week, Interval::Month, Interval::Year];

impl Fields {
    /// What a new price of this product starts with: the other price's terms, or nothing.
    pub fn start(product: &Product, like: Option<&Price>) -> Self {
        let new = match like {
            Some(price) => NewPrice { lookup_key: None, ..price.as_new() },
            None => NewPrice { interval: product.interval, ..NewPrice::of(product.id, product.currency) },
        };
        Self::of(&NewPrice { product_id: product.id, ..new })
    }

    fn of(new: &NewPrice) -> Self {
        let number = |number: Option<i64>| RwSignal::new(number.map(|number| number.to_string()).unwrap_or_default());
        let currency = new.currency.unwrap_or_default();
        let amount = |amount: Option<i64>| RwSignal::new(amount.map(|amount| money::plain(amount, currency)).unwrap_or_default());
        let packs = new.transform_quantity;
        let presets = new.preset_amounts.iter().flatten().map(|amount| money::plain(*amount, currency)).collect::<Vec<_>>();
        let fields = Self {
            product: StoredValue::new(new.product_id),
            shape: RwSignal::new(Shape::of(new).word().to_owned()),
            currency: RwSignal::new(currency.code().to_owned()),
            rhythm: RwSignal::new(new.interval.map_or("one_time", Interval::word).to_owned()),
            interval_count: RwSignal::new(new.interval_count.unwrap_or(1).to_string()),
            trial_days: number(new.trial_period_days.filter(|days| *days > 0)),
            unit: RwSignal::new(unit_input(new.unit_amount, new.unit_amount_decimal.as_deref(), currency)),
            pack_size: RwSignal::new(packs.map_or(10, |packs| packs.divide_by).to_string()),
            pack_round: RwSignal::new(
                if packs.is_some_and(|packs| packs.round == Round::Down) { "down" } else { "up" }.to_owned(),
            ),
            rate: RwSignal::new(new.percentage_rate_bps.map(rate_text).unwrap_or_default()),
            minimum: amount(new.minimum_amount),
            maximum: amount(new.maximum_amount),
            suggested: amount(new.suggested_amount),
            presets: RwSignal::new(presets.join(" ")),
            tiers: RwSignal::default(),
            next_tier: StoredValue::new(0),
            names: Names::of(new),
        };
        let nothing = [PriceTier::until(Some(10)), PriceTier::until(None)];
        for tier in new.tiers.as_deref().unwrap_or(&nothing) {
            let row = fields.new_tier();
            row.up_to.set(tier.up_to.map(|up_to| up_to.to_string()).unwrap_or_default());
            row.unit.set(unit_input(tier.unit_amount_minor, tier.unit_amount_decimal.as_deref(), currency));
            row.flat.set(
                tier.flat_amount_minor.filter(|flat| *flat > 0).map(|flat| money::plain(flat, currency)).unwrap_or_default(),
            );
            fields.tiers.update(|tiers| tiers.push(row));
        }
        fields
    }

    /// An empty tier, not yet in the table.
    pub fn new_tier(self) -> TierRow {
        let key = self.next_tier.get_value();
        self.next_tier.set_value(key + 1);
        TierRow { key, up_to: RwSignal::default(), unit: RwSignal::default(), flat: RwSignal::default() }
    }

    /// The currency chosen.
    pub fn currency_chosen(self) -> Currency {
        Currency::parse(&self.currency.read()).unwrap_or_default()
    }

    /// The shape chosen.
    pub fn shape_chosen(self) -> Shape {
        Shape::of_word(&self.shape.read())
    }

    /// The request that creates what the editor says, checked by the rules of the model.
    pub fn new_price(self) -> Result<NewPrice> {
        let mut wrong = Vec::new();
        let mut new = NewPrice::of(self.product.get_value(), self.currency_chosen());
        self.read_rhythm(&mut new, &mut wrong);
        self.read_amounts(&mut new, &mut wrong);
        let new = self.names.write(new);
        if wrong.is_empty() { new.checked().map_err(placed) } else { Err(Error::from_fields(wrong)) }
    }

    /// The price that the editor's amounts make, whatever its names are.
    pub fn imagined(self) -> Result<Price> {
        let mut wrong = Vec::new();
        let mut new = NewPrice::of(self.product.get_value(), self.currency_chosen());
        self.read_rhythm(&mut new, &mut wrong);
        self.read_amounts(&mut new, &mut wrong);
        if wrong.is_empty() { Ok(new.checked()?.into_price(Id::nil(), Time(0))) } else { Err(Error::from_fields(wrong)) }
    }

    fn read_rhythm(self, new: &mut NewPrice, wrong: &mut Vec<FieldError>) {
        new.interval = INTERVALS.into_iter().find(|interval| *self.rhythm.read() == interval.word());
        new.kind = Some(PriceType::OneTime);
        if new.interval.is_some() {
            new.kind = Some(PriceType::Recurring);
            new.interval_count = check(wrong, "interval_count", whole(self.interval_count)).flatten();
            new.trial_period_days = check(wrong, "trial_period_days", whole(self.trial_days)).flatten();
        }
    }

    fn read_amounts(self, new: &mut NewPrice, wrong: &mut Vec<FieldError>) {
        let shape = self.shape_chosen();
        match shape {
            Shape::Fixed | Shape::Packs => {
                let unit = check(wrong, "unit_amount", self.unit_of(self.unit)).unwrap_or_default();
                (new.unit_amount, new.unit_amount_decimal) = (unit.minor, unit.decimal);
                if shape == Shape::Packs {
                    let divide_by = check(wrong, "transform_quantity.divide_by", whole(self.pack_size)).flatten().unwrap_or(0);
                    let round = if *self.pack_round.read() == "down" { Round::Down } else { Round::Up };
                    new.transform_quantity = Some(TransformQuantity { divide_by, round });
                }
            }
            Shape::Graduated | Shape::Volume => {
                new.tiers_mode = Some(if shape == Shape::Volume { TiersMode::Volume } else { TiersMode::Graduated });
                let rows = self.tiers.read();
                new.tiers =
                    Some(rows.iter().enumerate().map(|(n, row)| self.tier(n, n + 1 == rows.len(), *row, wrong)).collect());
            }
            Shape::Percentage => new.percentage_rate_bps = check(wrong, "percentage_rate_bps", parse_rate(&self.rate.read())),
            Shape::Choice => {
                new.pricing_model = PriceModel::PayWhatYouWant;
                new.minimum_amount = check(wrong, "minimum_amount", self.amount_of(self.minimum)).flatten();
                new.maximum_amount = check(wrong, "maximum_amount", self.amount_of(self.maximum)).flatten();
                new.suggested_amount = check(wrong, "suggested_amount", self.amount_of(self.suggested)).flatten();
                let presets = check(wrong, "preset_amounts", parse_presets(&self.presets.read(), self.currency_chosen()));
                new.preset_amounts = presets.filter(|presets| !presets.is_empty());
            }
            Shape::Free => new.pricing_model = PriceModel::Free,
        }
    }

    fn tier(self, n: usize, is_last: bool, row: TierRow, wrong: &mut Vec<FieldError>) -> PriceTier {
        let up_to = check(wrong, &format!("tiers[{n}].up_to"), whole(row.up_to)).flatten().unwrap_or(0);
        let unit = check(wrong, &format!("tiers[{n}].unit_amount_minor"), self.unit_of(row.unit)).unwrap_or_default();
        PriceTier {
            up_to: (!is_last).then_some(up_to),
            unit_amount_minor: unit.minor,
            unit_amount_decimal: unit.decimal,
            flat_amount_minor: check(wrong, &format!("tiers[{n}].flat_amount_minor"), self.amount_of(row.flat)).flatten(),
        }
    }

    fn unit_of(self, text: RwSignal<String>) -> Result<Unit, String> {
        match text.read().trim() {
            "" => Ok(Unit::default()),
            text => parse_unit(text, self.currency_chosen()),
        }
    }

    fn amount_of(self, text: RwSignal<String>) -> Result<Option<i64>, String> {
        match text.read().trim() {
            "" => Ok(None),
            text => money::parse(text, self.currency_chosen()).map(Some),
        }
    }
}

/// Reads amounts with spaces between them.
pub fn parse_presets(text: &str, currency: Currency) -> Result<Vec<i64>, String> {
    text.split_whitespace().map(|amount| money::parse(amount, currency)).collect()
}

fn check<T>(wrong: &mut Vec<FieldError>, path: &str, read: Result<T, String>) -> Option<T> {
    read.map_err(|message| wrong.push(FieldError { path: path.to_owned(), message })).ok()
}

fn whole(text: RwSignal<String>) -> Result<Option<i64>, String> {
    match text.read().trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "Enter a whole number.".to_owned()),
    }
}

/// An error at the fields as the editor has them: both spellings of an amount are one field.
pub fn placed(error: Error) -> Error {
    let mut placed = error;
    for field in &mut placed.fields {
        if let Some(path) = field.path.strip_suffix("_decimal") {
            field.path = if path.starts_with("tiers") { format!("{path}_minor") } else { path.to_owned() };
        }
    }
    placed
}
