//! Products kept in step with another system: the newest `external_updated_at` wins.

use super::{change, insert};
use crate::{
    args,
    catalog::products::{
        external::{BatchFailure, BatchOutcome, ExternalBatch, ExternalOutcome, ExternalProduct, ExternalView},
        model::{NewProduct, Product},
    },
    kit::{
        Error, Result, Time,
        cx::{Cx, Tx},
    },
    transaction,
};

/// What of an external product is not on the product itself.
#[derive(Clone, serde::Deserialize)]
struct Link {
    id: String,
    external_ref: Option<String>,
    external_updated_at: Option<Time>,
}

/// Creates the product that `source` calls `external_id`, or brings it up to date. Older than
/// what is stored, or the same: nothing changes and the answer says so.
pub async fn upsert(cx: &Cx, source: &str, external_id: &str, item: ExternalProduct) -> Result<ExternalOutcome> {
    cx.can("products:write")?;
    check_name("source", source)?;
    check_name("external_id", external_id)?;
    let item = item.checked()?;
    transaction!(cx, |tx| { upsert_one(tx, cx, source, external_id, &item).await })
}

/// The same for up to 100 products; each succeeds or fails by itself.
pub async fn upsert_batch(cx: &Cx, batch: ExternalBatch) -> Result<BatchOutcome> {
    cx.can("products:write")?;
    let batch = batch.checked()?;
    check_name("source", &batch.source)?;
    let mut outcome = BatchOutcome::default();
    for value in batch.products {
        let external_id = value.get("external_id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
        let done = match ExternalBatch::item(value) {
            Ok(item) => upsert(cx, &batch.source, &external_id, item).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(done) if done.created => outcome.created += 1,
            Ok(done) if done.skipped => outcome.skipped += 1,
            Ok(_) => outcome.updated += 1,
            Err(error) if error.kind == crate::kit::Kind::Internal => return Err(error),
            Err(error) => outcome.failed.push(BatchFailure { external_id, error: error.message }),
        }
    }
    Ok(outcome)
}

fn check_name(path: &str, text: &str) -> Result<()> {
    match text.chars().count() {
        1..=200 => Ok(()),
        _ => Err(Error::invalid(path, "must have 1 to 200 characters")),
    }
}

async fn upsert_one(
    tx: &mut Tx<'_>,
    cx: &Cx,
    source: &str,
    external_id: &str,
    item: &ExternalProduct,
) -> Result<ExternalOutcome> {
    let link: Option<Link> = tx
        .opt(
            "select id, external_ref, external_updated_at from products
             where merchant_id = $1 and live = $2 and external_source = $3 and external_id = $4",
            args![source, external_id],
        )
        .await?;
    let Some(link) = link else {
        let new = item.as_new(free_product_id(tx, source, external_id).await?)?;
        let product = insert(tx, cx, &new).await?;
        let product = switch(tx, cx, product, item).await?;
        set_link(tx, &product, source, external_id, item.external_ref.as_ref(), item.external_updated_at).await?;
        let data = ExternalView::of(cx.merchant, &product, source, external_id, item.external_ref.clone());
        return Ok(ExternalOutcome { data, created: true, skipped: false });
    };
    let before: Product =
        tx.one("select * from products where merchant_id = $1 and live = $2 and id = $3", args![link.id]).await?;
    let reference = item.external_ref.clone().or(link.external_ref.clone());
    let stale = matches!((item.external_updated_at, link.external_updated_at), (Some(new), Some(old)) if new < old);
    let edit = item.as_edit();
    let unchanged = edit.clone().apply(&before)? == before && reference == link.external_ref;
    if stale || unchanged {
        let newer = item.external_updated_at.filter(|time| link.external_updated_at.is_none_or(|known| known < *time));
        if let Some(time) = newer {
            // What is older than this must not win later, although nothing has changed.
            set_link(tx, &before, source, external_id, link.external_ref.as_ref(), Some(time)).await?;
        }
        let data = ExternalView::of(cx.merchant, &before, source, external_id, link.external_ref);
        return Ok(ExternalOutcome { data, created: false, skipped: true });
    }
    let after = change(tx, cx, before.id, edit).await?;
    let time = item.external_updated_at.or(link.external_updated_at);
    set_link(tx, &after, source, external_id, reference.as_ref(), time).await?;
    let data = ExternalView::of(cx.merchant, &after, source, external_id, reference);
    Ok(ExternalOutcome { data, created: false, skipped: false })
}

/// A created product may be inactive from the start.
async fn switch(tx: &mut Tx<'_>, cx: &Cx, product: Product, item: &ExternalProduct) -> Result<Product> {
    match item.is_active {
        Some(false) => change(tx, cx, product.id, item.as_edit()).await,
        _ => Ok(product),
    }
}

async fn set_link(
    tx: &mut Tx<'_>,
    product: &Product,
    source: &str,
    external_id: &str,
    reference: Option<&String>,
    updated_at: Option<Time>,
) -> Result<()> {
    tx.exec(
        "update products set external_source = $4, external_id = $5, external_ref = $6, external_updated_at = $7
         where merchant_id = $1 and live = $2 and id = $3",
        args![product.id, source, external_id, reference.cloned(), updated_at],
    )
    .await?;
    Ok(())
}

/// The external id, or one made unique by its source, because `product_id` is one namespace.
async fn free_product_id(tx: &mut Tx<'_>, source: &str, external_id: &str) -> Result<String> {
    let taken: Option<String> =
        tx.opt("select id from products where merchant_id = $1 and live = $2 and product_id = $3", args![external_id]).await?;
    Ok(match taken {
        None => external_id.to_owned(),
        Some(_) => format!("{source}:{external_id}").chars().take(NewProduct::PRODUCT_ID_MAX).collect(),
    })
}
