//! What can be done with prices.

mod list;

pub use list::{find, list, list_for_page};

use super::model::{EditPrice, NewPrice, Price, PriceView, Quote, Sort, quote as amount_of};
use crate::{
    args,
    catalog::products::model::Product,
    kit::{
        Error, Id, Patch, Result,
        cx::{Cx, Tx},
        db::{Value, query::SortColumn},
        events::{self, Object},
        search,
        tally::{self, Tally},
    },
    transaction,
};

impl Object for Price {
    fn object_id(&self) -> String {
        self.id.to_string()
    }

    fn tallies(&self) -> Vec<Tally> {
        tally::of("prices", &["", list::of_state(self.active)])
    }
}

impl SortColumn for Sort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Amount => "coalesce(unit_amount, -1)",
        }
    }
}

/// The price with this id.
pub async fn get(cx: &Cx, id: Id<Price>) -> Result<Price> {
    cx.can("prices:read")?;
    cx.opt("select * from prices where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("price", id))
}

/// The price with what its page shows beside it.
pub async fn view(cx: &Cx, id: &str) -> Result<PriceView> {
    let price = get(cx, id.parse().map_err(|_| Error::not_found("price", id))?).await?;
    let product =
        cx.one("select * from products where merchant_id = $1 and live = $2 and id = $3", args![price.product_id]).await?;
    let history = events::timeline(cx, &price.object_id()).await?;
    Ok(PriceView { price, product, history })
}

/// Creates a price of a product.
///
/// # Errors
/// 404 without the product, 422 when it is archived, 409 when another price holds the lookup key
/// and it is not to be transferred.
pub async fn create(cx: &Cx, new: NewPrice) -> Result<Price> {
    cx.can("prices:write")?;
    let new = new.checked()?;
    transaction!(cx, |tx| {
        let product = product_of(tx, &new).await?;
        let price = new.clone().into_price(cx.id(), cx.now);
        claim_lookup_key(tx, cx, &price, new.transfer_lookup_key).await?;
        insert(tx, &price, &product.name).await?;
        Ok(price)
    })
}

/// The product that a new price is for.
async fn product_of(tx: &mut Tx<'_>, new: &NewPrice) -> Result<Product> {
    let product: Option<Product> =
        tx.opt("select * from products where merchant_id = $1 and live = $2 and id = $3", args![new.product_id]).await?;
    match product {
        Some(product) if product.is_archived => {
            Err(Error::unprocessable("product_id", "is an archived product; restore it first"))
        }
        Some(product) => Ok(product),
        None => {
            let missing = Error::not_found("product", new.product_id);
            Err(Error { param: Some("product_id".into()), ..missing })
        }
    }
}

/// Makes sure that no other price holds this price's lookup key.
async fn claim_lookup_key(tx: &mut Tx<'_>, cx: &Cx, price: &Price, transfer: bool) -> Result<()> {
    if price.lookup_key.is_none() {
        return Ok(());
    }
    let holder: Option<Price> = tx
        .opt(
            "select * from prices where merchant_id = $1 and live = $2 and lookup_key = $3 and id <> $4",
            args![price.lookup_key, price.id],
        )
        .await?;
    match holder {
        None => Ok(()),
        Some(before) if transfer => {
            let after = Price { lookup_key: None, updated_at: cx.now, ..before.clone() };
            store(tx, &before, &after).await?;
            tx.emit_change("price.updated", &before, &after).await
        }
        Some(_) => Err(Error::conflict("lookup_key", "is held by another price; set transfer_lookup_key to take it over")),
    }
}

/// Changes what may change of a price.
///
/// # Errors
/// 409 when another price holds the lookup key and it is not to be transferred.
pub async fn update(cx: &Cx, id: Id<Price>, edit: EditPrice) -> Result<Price> {
    cx.can("prices:write")?;
    transaction!(cx, |tx| { change(tx, cx, id, edit.clone()).await })
}

/// Takes a price out of sale; whoever bought it keeps it.
pub async fn archive(cx: &Cx, id: Id<Price>) -> Result<Price> {
    update(cx, id, EditPrice { active: Patch::Set(false), ..EditPrice::default() }).await
}

/// Changes what may change of a price, inside a change.
pub(crate) async fn change(tx: &mut Tx<'_>, cx: &Cx, id: Id<Price>, edit: EditPrice) -> Result<Price> {
    let before: Option<Price> =
        tx.opt("select * from prices where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let before = before.ok_or_else(|| Error::not_found("price", id))?;
    let transfer = edit.transfer_lookup_key;
    let mut after = edit.apply(&before)?;
    if after == before {
        return Ok(after);
    }
    after.updated_at = cx.now;
    if after.lookup_key != before.lookup_key {
        claim_lookup_key(tx, cx, &after, transfer).await?;
    }
    store(tx, &before, &after).await?;
    tx.emit_change(event_of(&before, &after), &before, &after).await?;
    Ok(after)
}

/// Archiving and restoring have names of their own in the timeline.
fn event_of(before: &Price, after: &Price) -> &'static str {
    match (before.active, after.active) {
        (true, false) => "price.archived",
        (false, true) => "price.restored",
        _ => "price.updated",
    }
}

/// What a price that does not exist yet would come to; nothing is written.
pub fn quote(cx: &Cx, new: NewPrice, quantity: i64, base: Option<i64>) -> Result<Quote> {
    cx.can("prices:read")?;
    amount_of(&new.checked()?.into_price(Id::nil(), cx.now), quantity, base)
}

/// Stores a new price and its event.
pub(in crate::catalog) async fn insert(tx: &mut Tx<'_>, price: &Price, product_name: &str) -> Result<()> {
    tx.exec(
        "insert into prices (merchant_id, live, id, product_id, active, currency, unit_amount, unit_amount_decimal, type,
             pricing_model, interval, interval_count, trial_period_days, start_rule, minimum_amount, maximum_amount,
             suggested_amount, preset_amounts, name, nickname, description, version, lookup_key, billing_scheme,
             tiers_mode, tiers, transform_quantity, percentage_rate_bps, pay_in_advance, spending_minimum_cents, metadata,
             created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)",
        args![
            price.id,
            price.product_id,
            price.active,
            price.currency,
            price.unit_amount,
            price.unit_amount_decimal,
            Value::word(&price.kind),
            Value::word(&price.pricing_model),
            Value::word(&price.interval),
            price.interval_count,
            price.trial_period_days,
            Value::word(&price.start_rule),
            price.minimum_amount,
            price.maximum_amount,
            price.suggested_amount,
            Value::json(&price.preset_amounts),
            price.name,
            price.nickname,
            price.description,
            price.version,
            price.lookup_key,
            Value::word(&price.billing_scheme),
            Value::word(&price.tiers_mode),
            Value::json(&price.tiers),
            Value::json(&price.transform_quantity),
            price.percentage_rate_bps,
            price.pay_in_advance,
            price.spending_minimum_cents,
            price.metadata,
            price.created_at,
            price.updated_at
        ],
    )
    .await?;
    search::index::<Price>(tx, price.id, &[], &words(price, product_name)).await?;
    tx.emit("price.created", price).await
}

/// Writes what may change.
async fn store(tx: &mut Tx<'_>, before: &Price, price: &Price) -> Result<()> {
    tx.exec(
        "update prices set active = $4, name = $5, nickname = $6, description = $7, lookup_key = $8, metadata = $9,
             updated_at = $10
         where merchant_id = $1 and live = $2 and id = $3",
        args![
            price.id,
            price.active,
            price.name,
            price.nickname,
            price.description,
            price.lookup_key,
            price.metadata,
            price.updated_at
        ],
    )
    .await?;
    if words(before, "") == words(price, "") {
        return Ok(());
    }
    let product_name = product_name(tx, price).await?;
    search::index::<Price>(tx, price.id, &words(before, &product_name), &words(price, &product_name)).await
}

async fn product_name(tx: &mut Tx<'_>, price: &Price) -> Result<String> {
    tx.one("select name from products where merchant_id = $1 and live = $2 and id = $3", args![price.product_id]).await
}

/// What it is found by: its own names, and its product's.
fn words<'a>(price: &'a Price, product_name: &'a str) -> Vec<&'a str> {
    let own = [&price.nickname, &price.name, &price.lookup_key];
    own.into_iter().flatten().map(String::as_str).chain([product_name]).collect()
}

/// Removes a price that nothing refers to, for good.
///
/// # Errors
/// 422 when something refers to it.
pub(crate) async fn remove(tx: &mut Tx<'_>, price: &Price) -> Result<()> {
    tx.exec("delete from prices where merchant_id = $1 and live = $2 and id = $3", args![price.id]).await?;
    let product_name = product_name(tx, price).await?;
    search::index::<Price>(tx, price.id, &words(price, &product_name), &[]).await?;
    tx.emit("price.deleted", price).await
}

/// After a product got another name.
pub(in crate::catalog) async fn index_all(tx: &mut Tx<'_>, before: &Product, product: &Product) -> Result<()> {
    let prices: Vec<Price> = tx
        .all("select * from prices where merchant_id = $1 and live = $2 and product_id = $3 order by id", args![product.id])
        .await?;
    for price in &prices {
        search::index::<Price>(tx, price.id, &words(price, &before.name), &words(price, &product.name)).await?;
    }
    Ok(())
}

/// Takes a price out of sale; gives it as it was before.
pub(in crate::catalog) async fn retire(tx: &mut Tx<'_>, cx: &Cx, id: Id<Price>) -> Result<Price> {
    let before: Price = tx.one("select * from prices where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    if before.active {
        let after = Price { active: false, updated_at: cx.now, ..before.clone() };
        store(tx, &before, &after).await?;
        tx.emit_change("price.archived", &before, &after).await?;
    }
    Ok(before)
}
