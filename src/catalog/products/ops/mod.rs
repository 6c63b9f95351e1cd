//! What can be done with products.

mod external;

pub use external::{upsert, upsert_batch};

use super::model::{EditProduct, Filter, Kind, NewProduct, Product, ProductList, ProductView, Sort};
use crate::{
    args,
    catalog::prices::{
        self,
        model::{BillingScheme, Price, PriceModel, PriceType},
    },
    kit::{
        Error, Found, Id, Page, Query, Result, Tag, UrlQuery,
        cx::{Cx, Tx},
        db::{
            Value,
            query::{List, SortColumn},
        },
        events::{self, Object},
        search,
        tally::{self, Tally},
    },
    paths, transaction,
};

impl Object for Product {
    fn object_id(&self) -> String {
        self.id.to_string()
    }

    fn tallies(&self) -> Vec<Tally> {
        tally::of("products", &["", if self.is_active && !self.is_archived { ON } else { OFF }, of_kind(self.kind)])
    }
}

/// New purchases are possible.
const ON: &str = "is_active = 1 and is_archived = 0";
const OFF: &str = "(is_active = 0 or is_archived = 1)";

/// What narrows the list to one kind.
fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Subscription => "kind = 'subscription'",
        Kind::OneTime => "kind = 'one_time'",
        Kind::Usage => "kind = 'usage'",
    }
}

/// The totals that are kept.
const KEPT: &[&str] = &["", ON, OFF, "kind = 'subscription'", "kind = 'one_time'", "kind = 'usage'"];

impl SortColumn for Sort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Name => "name_key",
            Self::Amount => "coalesce(amount_minor, -1)",
        }
    }
}

/// Products, newest first unless the query says otherwise.
pub async fn list(cx: &Cx, filter: Filter, query: Query<Sort>) -> Result<Page<Product>> {
    cx.can("products:read")?;
    filtered(&filter, &query.search).page(cx, &query).await
}

fn filtered(filter: &Filter, search: &str) -> List {
    let list = List::tallied("products", KEPT).and_if("is_archived = ?", filter.is_archived.as_ref());
    let list = match filter.kind {
        Some(kind) => list.and(of_kind(kind), vec![]),
        None => list,
    };
    let list = match filter.is_active {
        Some(true) => list.and(ON, vec![]),
        Some(false) => list.and(OFF, vec![]),
        None => list,
    };
    search::narrow::<Product>(list, filter.search.as_deref().unwrap_or(search))
}

/// As the list page asks: filters `status` (`active`, `archived`) and `kind`.
pub async fn list_for_page(cx: &Cx, query: &UrlQuery) -> Result<Page<Product>> {
    list(cx, page_filter(query), query.query()).await
}

/// The same, with the counts of its tabs.
pub async fn list_with_counts(cx: &Cx, query: &UrlQuery) -> Result<ProductList> {
    let page = list_for_page(cx, query).await?;
    let count = async |is_active| {
        let filter = Filter { is_active: Some(is_active), ..page_filter(query) };
        filtered(&filter, &query.q).count(cx).await
    };
    Ok(ProductList { page, active: count(true).await?, archived: count(false).await? })
}

fn page_filter(query: &UrlQuery) -> Filter {
    Filter {
        search: None,
        is_active: match query.filter("status") {
            Some("active") => Some(true),
            Some("archived") => Some(false),
            _ => None,
        },
        is_archived: None,
        kind: query.filter("kind").and_then(Kind::parse),
    }
}

/// The product with what its page shows beside it.
pub async fn view(cx: &Cx, id: &str) -> Result<ProductView> {
    let product = get(cx, id).await?;
    let history = events::timeline(cx, &product.object_id()).await?;
    Ok(ProductView { product, history })
}

/// The product with this id, or with this `product_id`.
pub async fn get(cx: &Cx, id: &str) -> Result<Product> {
    cx.can("products:read")?;
    cx.opt("select * from products where merchant_id = $1 and live = $2 and (id = $3 or product_id = $3) order by id = $3 desc limit 1", args![id])
        .await?
        .ok_or_else(|| Error::not_found("product", id))
}

/// Products for the search over everything: by id, by `product_id`, by the beginnings of words.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.can("products:read")?;
    let exact = "(id = ? or product_id = ?)";
    let products: Vec<Product> = search::few(cx, "products", exact, args![words.to_lowercase(), words], words).await?;
    let found = |product: Product| Found { href: paths::product(product.id), title: product.name, note: product.product_id };
    Ok(products.into_iter().map(found).collect())
}

/// Creates a product with its default price.
///
/// # Errors
/// 409 when the `product_id` is taken.
pub async fn create(cx: &Cx, new: NewProduct) -> Result<Product> {
    cx.can("products:write")?;
    let new = new.checked()?;
    let adding = cx.adding();
    transaction!(adding, |tx| { insert(tx, cx, &new).await })
}

/// Stores a new product with its default price; call [`NewProduct::checked`] first.
pub(crate) async fn insert(tx: &mut Tx<'_>, cx: &Cx, new: &NewProduct) -> Result<Product> {
    let mut product = into_product(cx, new);
    let price = default_price(cx, &product, new)?;
    product.default_price_id = Some(price.id);
    store(tx, &product).await.map_err(|error| error.or_taken("product_id", TAKEN))?;
    search::index::<Product>(tx, product.id, &[], &words(&product)).await?;
    prices::ops::insert(tx, &price, &product.name).await?;
    tx.emit("product.created", &product).await?;
    Ok(product)
}

const TAKEN: &str = "is already used by another product";

/// What it is found by.
fn words(product: &Product) -> [&str; 2] {
    [&product.name, &product.product_id]
}

fn into_product(cx: &Cx, new: &NewProduct) -> Product {
    Product {
        id: cx.id(),
        object: Tag::default(),
        product_id: new.product_id.clone(),
        name: new.name.clone(),
        description: new.description.clone(),
        kind: new.kind,
        pricing_model: new.pricing_model,
        amount_minor: if new.tiers.is_some() { None } else { new.amount_minor },
        currency: new.currency.unwrap_or_default(),
        interval: new.interval,
        interval_count: new.interval_count,
        trial_days: new.trial_days,
        fulfillment_type: new.fulfillment_type,
        track_inventory: new.track_inventory,
        stock_quantity: new.stock_quantity,
        billing_anchor_rule: new.billing_anchor_rule,
        billing_anchor_day: new.billing_anchor_day,
        first_charge_behavior: new.first_charge_behavior,
        end_behavior: new.end_behavior,
        max_payments: new.max_payments,
        usage_meter_id: new.usage_meter_id.clone(),
        slug: new.slug.clone(),
        is_active: true,
        is_archived: false,
        image_url: new.image_url.clone(),
        tax_behavior: new.tax_behavior.clone(),
        tax_code: new.tax_code.clone(),
        features: new.features.clone(),
        default_price_id: None,
        metadata: new.metadata.clone(),
        created_at: cx.now,
        updated_at: cx.now,
    }
}

/// The price that says what the product's terms say.
fn default_price(cx: &Cx, product: &Product, terms: &NewProduct) -> Result<Price> {
    let price = Price {
        id: cx.id(),
        object: Tag::default(),
        product_id: product.id,
        active: true,
        currency: product.currency,
        unit_amount: product.amount_minor,
        unit_amount_decimal: None,
        kind: if product.interval.is_some() { PriceType::Recurring } else { PriceType::OneTime },
        pricing_model: PriceModel::Fixed,
        interval: product.interval,
        interval_count: product.interval_count,
        trial_period_days: product.interval.map(|_| product.trial_days),
        start_rule: product.first_charge_behavior,
        minimum_amount: None,
        maximum_amount: None,
        suggested_amount: None,
        preset_amounts: None,
        name: None,
        nickname: None,
        description: None,
        version: 1,
        lookup_key: None,
        billing_scheme: terms.billing_scheme(),
        tiers_mode: terms.tiers_mode,
        tiers: terms.tiers.clone(),
        transform_quantity: None,
        percentage_rate_bps: None,
        pay_in_advance: true,
        spending_minimum_cents: None,
        metadata: crate::kit::Metadata::new(),
        created_at: cx.now,
        updated_at: cx.now,
    };
    price.checked()
}

/// Inserts the row, or writes all its columns again.
async fn store(tx: &mut Tx<'_>, product: &Product) -> Result<()> {
    tx.exec(
        "insert into products (merchant_id, live, id, product_id, name, name_key, description, kind, pricing_model,
             amount_minor, currency, interval, interval_count, trial_days, fulfillment_type, track_inventory,
             stock_quantity, billing_anchor_rule, billing_anchor_day, first_charge_behavior, end_behavior, max_payments,
             usage_meter_id, slug, is_active, is_archived, image_url, tax_behavior, tax_code, features, default_price_id,
             metadata, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
         on conflict (merchant_id, live, id) do update set product_id = excluded.product_id, name = excluded.name,
             name_key = excluded.name_key, description = excluded.description, kind = excluded.kind,
             pricing_model = excluded.pricing_model, amount_minor = excluded.amount_minor, currency = excluded.currency,
             interval = excluded.interval, interval_count = excluded.interval_count, trial_days = excluded.trial_days,
             fulfillment_type = excluded.fulfillment_type, track_inventory = excluded.track_inventory,
             stock_quantity = excluded.stock_quantity, billing_anchor_rule = excluded.billing_anchor_rule,
             billing_anchor_day = excluded.billing_anchor_day, first_charge_behavior = excluded.first_charge_behavior,
             end_behavior = excluded.end_behavior, max_payments = excluded.max_payments, slug = excluded.slug,
             is_active = excluded.is_active, is_archived = excluded.is_archived, image_url = excluded.image_url,
             tax_behavior = excluded.tax_behavior, tax_code = excluded.tax_code, features = excluded.features,
             default_price_id = excluded.default_price_id, metadata = excluded.metadata, updated_at = excluded.updated_at",
        args![
            product.id,
            product.product_id,
            product.name,
            search::fold(&product.name),
            product.description,
            Value::word(&product.kind),
            Value::word(&product.pricing_model),
            product.amount_minor,
            product.currency,
            Value::word(&product.interval),
            product.interval_count,
            product.trial_days,
            Value::word(&product.fulfillment_type),
            product.track_inventory,
            product.stock_quantity,
            Value::word(&product.billing_anchor_rule),
            product.billing_anchor_day,
            Value::word(&product.first_charge_behavior),
            Value::word(&product.end_behavior),
            product.max_payments,
            product.usage_meter_id,
            product.slug,
            product.is_active,
            product.is_archived,
            product.image_url,
            product.tax_behavior,
            product.tax_code,
            Value::json(&product.features),
            product.default_price_id,
            product.metadata,
            product.created_at,
            product.updated_at
        ],
    )
    .await
    .map(drop)
}

/// Changes a product. New commercial terms make a new default price and retire the old one, which
/// existing subscribers keep.
///
/// # Errors
/// 409 when a new `product_id` is taken.
pub async fn update(cx: &Cx, id: &str, edit: EditProduct) -> Result<Product> {
    cx.can("products:write")?;
    let before = get(cx, id).await?;
    transaction!(cx, |tx| { change(tx, cx, before.id, edit.clone()).await })
}

/// Changes a product, inside a change.
pub(crate) async fn change(tx: &mut Tx<'_>, cx: &Cx, id: Id<Product>, edit: EditProduct) -> Result<Product> {
    let before: Product = tx.one("select * from products where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let mut after = edit.apply(&before)?;
    if after == before {
        return Ok(after);
    }
    after.updated_at = cx.now;
    if after.terms_differ(&before) {
        let price = replace_default_price(tx, cx, &before, &after).await?;
        after.default_price_id = Some(price.id);
        store(tx, &after).await.map_err(|error| error.or_taken("product_id", TAKEN))?;
        prices::ops::insert(tx, &price, &before.name).await?;
    } else {
        store(tx, &after).await.map_err(|error| error.or_taken("product_id", TAKEN))?;
    }
    search::index::<Product>(tx, after.id, &words(&before), &words(&after)).await?;
    if after.name != before.name {
        prices::ops::index_all(tx, &before, &after).await?;
    }
    tx.emit_change(event_of(&before, &after), &before, &after).await?;
    Ok(after)
}

/// Removes a product that has no prices and that nothing refers to, for good.
///
/// # Errors
/// 422 when something refers to it.
pub(crate) async fn remove(tx: &mut Tx<'_>, product: &Product) -> Result<()> {
    let discount: Option<String> = tx
        .opt(
            "select code from discounts where merchant_id = $1 and live = $2 and product_ids like $3 limit 1",
            args![format!("%{}%", product.id)],
        )
        .await?;
    if let Some(code) = discount {
        return Err(Error::unprocessable(
            "product_id",
            format!("is a product that the discount {code} names; archive it instead"),
        ));
    }
    tx.exec("delete from products where merchant_id = $1 and live = $2 and id = $3", args![product.id]).await?;
    search::index::<Product>(tx, product.id, &words(product), &[]).await?;
    tx.emit("product.deleted", product).await
}

/// Archiving and restoring have names of their own in the timeline.
fn event_of(before: &Product, after: &Product) -> &'static str {
    match (before.sellable(), after.sellable()) {
        (true, false) => "product.archived",
        (false, true) => "product.restored",
        _ => "product.updated",
    }
}

/// Takes the default price out of sale and gives the one that follows it.
async fn replace_default_price(tx: &mut Tx<'_>, cx: &Cx, before: &Product, after: &Product) -> Result<Price> {
    let mut price = match before.default_price_id {
        Some(id) => prices::ops::retire(tx, cx, id).await?,
        None => return default_price(cx, after, &after.as_new()),
    };
    price.id = cx.id();
    price.active = true;
    price.version += 1;
    price.lookup_key = None;
    price.currency = after.currency;
    price.interval = after.interval;
    price.interval_count = after.interval_count;
    price.trial_period_days = after.interval.map(|_| after.trial_days);
    price.created_at = cx.now;
    price.updated_at = cx.now;
    if after.amount_minor.is_some() {
        price.unit_amount = after.amount_minor;
        price.billing_scheme = BillingScheme::PerUnit;
        price.tiers = None;
        price.tiers_mode = None;
    }
    price.checked()
}
