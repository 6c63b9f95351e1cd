//! What stores sell: prices of the catalogue with their listings.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::{
    model::{App, Listing, NewStoreProduct, Store, StoreProduct, StoreType},
    ops::{self, ByAge, own_id},
};
use crate::{
    args,
    catalog::{
        prices::{
            self,
            model::{EditPrice, Interval, Price},
        },
        products::{
            self,
            model::{EditProduct, Kind, NewProduct, PricingModel, Product},
        },
    },
    kit::{
        Error, Id, Page, Patch, Query, Result,
        cx::{Cx, Tx},
        db::{Sql, Value, query::List},
        events::Object,
    },
    transaction,
};

impl Object for Listing {
    fn object_id(&self) -> String {
        self.price_id.to_string()
    }
}

/// Passes if the caller may see what is sold.
fn can_read(cx: &Cx) -> Result<()> {
    cx.can("products:read")?;
    cx.can("prices:read")
}

/// Passes if the caller may change what is sold.
fn can_write(cx: &Cx) -> Result<()> {
    cx.can("products:write")?;
    cx.can("prices:write")
}

/// What stores sell, in the order in which it was made; of one app, if one is named.
pub async fn list(cx: &Cx, app: Option<Id<App>>, query: &Query<ByAge>) -> Result<Page<StoreProduct>> {
    can_read(cx)?;
    let list = List::of("prices");
    let list = match app {
        Some(app) if app == own_id(cx.merchant, cx.mode) => {
            list.and("id not in (select price_id from listings where merchant_id = $1 and live = $2 and app_id <> ?)", args![app])
        }
        Some(app) => {
            list.and("id in (select price_id from listings where merchant_id = $1 and live = $2 and app_id = ?)", args![app])
        }
        None => list,
    };
    let Page { items, total, has_more, has_previous, limit, offset } = list.page(cx, query).await?;
    Ok(Page { items: with_products(cx, items).await?, total, has_more, has_previous, limit, offset })
}

/// Prices with what belongs to them.
async fn with_products(cx: &Cx, prices: Vec<Price>) -> Result<Vec<StoreProduct>> {
    if prices.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Value> = prices.iter().map(|price| Value::from(&price.id)).collect();
    let mut of_products: Vec<_> = prices.iter().map(|price| price.product_id).collect();
    of_products.sort_unstable();
    of_products.dedup();
    let of_products = of_products.iter().map(Value::from).collect();
    let found: Vec<Product> = all_in(cx, "products", "id", of_products).await?;
    let products: BTreeMap<_, _> = found.into_iter().map(|product| (product.id, product)).collect();
    let found: Vec<Listing> = all_in(cx, "listings", "price_id", ids).await?;
    let mut listings: BTreeMap<_, _> = found.into_iter().map(|listing| (listing.price_id, listing)).collect();
    let items = prices.into_iter().filter_map(|price| {
        let product = products.get(&price.product_id)?.clone();
        Some(StoreProduct { listing: listings.remove(&price.id), product, price })
    });
    Ok(items.collect())
}

async fn all_in<T: DeserializeOwned>(cx: &Cx, table: &str, column: &str, ids: Vec<Value>) -> Result<Vec<T>> {
    let marks: Vec<String> = (3..ids.len() + 3).map(|number| format!("${number}")).collect();
    let sql = format!("select * from {table} where merchant_id = $1 and live = $2 and {column} in ({})", marks.join(", "));
    cx.all(Sql::Built(sql), ids).await
}

/// One of them.
pub async fn get(cx: &Cx, id: Id<Price>) -> Result<StoreProduct> {
    can_read(cx)?;
    let price: Option<Price> = cx.opt("select * from prices where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let found = with_products(cx, price.into_iter().collect()).await?;
    found.into_iter().next().ok_or_else(|| Error::not_found("product", id))
}

/// The same inside a change.
async fn row(tx: &mut Tx<'_>, id: Id<Price>) -> Result<StoreProduct> {
    let price: Option<Price> = tx.opt("select * from prices where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let price = price.ok_or_else(|| Error::not_found("product", id))?;
    let product =
        tx.one("select * from products where merchant_id = $1 and live = $2 and id = $3", args![price.product_id]).await?;
    let listing = tx.opt("select * from listings where merchant_id = $1 and live = $2 and price_id = $3", args![id]).await?;
    Ok(StoreProduct { price, product, listing })
}

/// Puts something on sale in an app: a product with one price, and its listing. What it costs, the
/// store knows; here it is nothing until somebody says otherwise.
///
/// # Errors
/// 404 without the app, 409 when the app sells something under this identifier.
pub async fn create(cx: &Cx, new: NewStoreProduct) -> Result<StoreProduct> {
    can_write(cx)?;
    let new = new.checked()?;
    transaction!(cx, |tx| {
        let app = ops::row(tx, new.app_id).await?;
        check_identifier(tx, &app, &new.store_identifier).await?;
        let terms = terms(tx, cx, &new, &app).await?;
        let product = products::ops::insert(tx, cx, &terms).await?;
        let id = product.default_price_id.ok_or_else(Error::internal)?;
        let listing = Listing {
            price_id: id,
            app_id: app.id,
            store_identifier: new.store_identifier.clone(),
            kind: new.kind,
            duration: new.duration.map(|duration| duration.word().to_owned()),
            display_name: new.display_name.clone(),
            created_at: cx.now,
            updated_at: cx.now,
        };
        insert(tx, &listing).await?;
        row(tx, id).await
    })
}

/// Refuses an identifier that the app uses.
async fn check_identifier(tx: &mut Tx<'_>, app: &App, identifier: &str) -> Result<()> {
    let listed: Option<String> = tx
        .opt(
            "select price_id from listings where merchant_id = $1 and live = $2 and app_id = $3 and store_identifier = $4",
            args![app.id, identifier],
        )
        .await?;
    // The own app also sells what has no listing, by the names that the catalogue knows.
    let unlisted: Option<String> = tx
        .opt(
            "select prices.id from prices
             join products on products.merchant_id = $1 and products.live = $2 and products.id = prices.product_id
             where prices.merchant_id = $1 and prices.live = $2
                 and (prices.lookup_key = $3
                     or (prices.lookup_key is null and products.product_id = $3 and products.default_price_id = prices.id))
                 and prices.id not in (select price_id from listings where merchant_id = $1 and live = $2)
             limit 1",
            args![identifier],
        )
        .await?;
    if listed.is_some() || (app.store == Store::Own && unlisted.is_some()) {
        return Err(Error::conflict("store_identifier", "is used by another product of this app"));
    }
    Ok(())
}

/// Longest name of a product of the catalogue, characters.
const PRODUCT_NAME_MAX: usize = 200;

fn short(text: &str) -> String {
    text.chars().take(PRODUCT_NAME_MAX).collect()
}

/// What the catalogue is told about it.
async fn terms(tx: &mut Tx<'_>, cx: &Cx, new: &NewStoreProduct, app: &App) -> Result<NewProduct> {
    let taken: Option<String> = tx
        .opt("select id from products where merchant_id = $1 and live = $2 and product_id = $3", args![new.store_identifier])
        .await?;
    let product_id = match taken {
        None => new.store_identifier.clone(),
        Some(_) => {
            let start: String = new.store_identifier.chars().take(PRODUCT_NAME_MAX - 11).collect();
            format!("{start}-{}", cx.id::<Product>().short())
        }
    };
    let name = new.title.as_ref().or(new.display_name.as_ref()).unwrap_or(&new.store_identifier);
    let (kind, pricing_model) = match new.kind {
        StoreType::Subscription => (Kind::Subscription, PricingModel::Recurring),
        _ => (Kind::OneTime, PricingModel::OneTime),
    };
    let mut terms = NewProduct::named(product_id, short(name), kind, pricing_model);
    terms.amount_minor = Some(0);
    terms.currency = match app.settings.default_currency {
        Some(currency) => Some(currency),
        None => Some(ops::merchant_currency(tx, cx).await?),
    };
    if new.kind == StoreType::Subscription {
        let (interval, count) = new.duration.map_or((Interval::Month, 1), |duration| duration.interval());
        terms.interval = Some(interval);
        terms.interval_count = Some(count);
    }
    Ok(terms)
}

async fn insert(tx: &mut Tx<'_>, listing: &Listing) -> Result<()> {
    tx.exec(
        "insert into listings (merchant_id, live, price_id, app_id, store_identifier, type, duration, display_name,
             created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            listing.price_id,
            listing.app_id,
            listing.store_identifier,
            Value::word(&listing.kind),
            listing.duration,
            listing.display_name,
            listing.created_at,
            listing.updated_at
        ],
    )
    .await?;
    tx.emit("price.listed", listing).await
}

/// Gives it another name, or none. A price without a listing gets one, in the own app. The
/// product's own name follows as long as it is the same.
///
/// # Errors
/// 404 if there is no such price.
pub async fn rename(cx: &Cx, id: Id<Price>, name: Patch<Option<String>>) -> Result<StoreProduct> {
    can_write(cx)?;
    if let Patch::Set(Some(name)) = &name
        && !(1..=NewStoreProduct::NAME_MAX).contains(&name.chars().count())
    {
        return Err(Error::invalid("display_name", format!("must have 1 to {} characters", NewStoreProduct::NAME_MAX)));
    }
    transaction!(cx, |tx| {
        let before = row(tx, id).await?;
        match name.clone() {
            Patch::Set(name) if name != before.display_name() => {
                change_name(tx, cx, &before, name).await?;
                row(tx, id).await
            }
            _ => Ok(before),
        }
    })
}

async fn change_name(tx: &mut Tx<'_>, cx: &Cx, sold: &StoreProduct, name: Option<String>) -> Result<()> {
    if let (Some(old), Some(new)) = (sold.display_name(), &name)
        && short(&old) == sold.product.name
    {
        let edit = EditProduct { name: Patch::Set(short(new)), ..EditProduct::default() };
        products::ops::change(tx, cx, sold.product.id, edit).await?;
    }
    let Some(before) = &sold.listing else { return insert(tx, &listing_of(cx, sold, name)).await };
    let after = Listing { display_name: name, updated_at: cx.now, ..before.clone() };
    tx.exec(
        "update listings set display_name = $4, updated_at = $5 where merchant_id = $1 and live = $2 and price_id = $3",
        args![after.price_id, after.display_name, after.updated_at],
    )
    .await?;
    tx.emit_change("price.listing_updated", before, &after).await
}

/// What was true of a price without a listing, as a listing.
fn listing_of(cx: &Cx, sold: &StoreProduct, display_name: Option<String>) -> Listing {
    Listing {
        price_id: sold.price.id,
        app_id: own_id(cx.merchant, cx.mode),
        store_identifier: sold.store_identifier(),
        kind: sold.kind(),
        duration: sold.duration(),
        display_name,
        created_at: cx.now,
        updated_at: cx.now,
    }
}

/// Takes it out of sale; with the last price of a product, the product.
pub async fn archive(cx: &Cx, id: Id<Price>) -> Result<StoreProduct> {
    can_write(cx)?;
    transaction!(cx, |tx| {
        let sold = row(tx, id).await?;
        prices::ops::change(tx, cx, id, EditPrice { active: Patch::Set(false), ..EditPrice::default() }).await?;
        let other: Option<String> = tx
            .opt(
                "select id from prices where merchant_id = $1 and live = $2 and product_id = $3 and active = 1 limit 1",
                args![sold.product.id],
            )
            .await?;
        if other.is_none() {
            let edit = EditProduct { is_archived: Patch::Set(true), ..EditProduct::default() };
            products::ops::change(tx, cx, sold.product.id, edit).await?;
        }
        row(tx, id).await
    })
}

/// Puts it on sale again, with its product.
pub async fn restore(cx: &Cx, id: Id<Price>) -> Result<StoreProduct> {
    can_write(cx)?;
    transaction!(cx, |tx| {
        let sold = row(tx, id).await?;
        let edit = EditProduct { is_archived: Patch::Set(false), is_active: Patch::Set(true), ..EditProduct::default() };
        products::ops::change(tx, cx, sold.product.id, edit).await?;
        prices::ops::change(tx, cx, id, EditPrice { active: Patch::Set(true), ..EditPrice::default() }).await?;
        row(tx, id).await
    })
}

/// Removes it for good; with the last price of a product, the product.
///
/// # Errors
/// 422 when something refers to it: then it can only be archived.
pub async fn delete(cx: &Cx, id: Id<Price>) -> Result<()> {
    can_write(cx)?;
    transaction!(cx, |tx| {
        let sold = row(tx, id).await?;
        let other: Option<String> = tx
            .opt(
                "select id from prices where merchant_id = $1 and live = $2 and product_id = $3 and id <> $4 limit 1",
                args![sold.product.id, id],
            )
            .await?;
        if other.is_some() && sold.product.default_price_id == Some(id) {
            let text = "is the default price of a product that has other prices; archive it instead";
            return Err(Error::unprocessable("product_id", text));
        }
        tx.exec("delete from listings where merchant_id = $1 and live = $2 and price_id = $3", args![id]).await?;
        prices::ops::remove(tx, &sold.price).await?;
        if other.is_none() {
            products::ops::remove(tx, &sold.product).await?;
        }
        Ok(())
    })
}
