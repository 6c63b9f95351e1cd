//! What can be done with discounts.

use super::model::{Discount, DiscountList, DiscountView, EditDiscount, Filter, NewDiscount, Sort, Status};
use crate::{
    args,
    catalog::products::{self, model::Product},
    kit::{
        Error, Found, Id, Page, Patch, Query, Result, Time, UrlQuery,
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

impl Object for Discount {
    fn object_id(&self) -> String {
        self.id.to_string()
    }

    fn tallies(&self) -> Vec<Tally> {
        tally::of("discounts", &[""])
    }
}

impl SortColumn for Sort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Code => "code_key",
            Self::Name => "name_key",
            Self::Redemptions => "current_redemptions",
        }
    }
}

/// Discounts, newest first unless the query says otherwise.
pub async fn list(cx: &Cx, filter: Filter, query: Query<Sort>) -> Result<Page<Discount>> {
    cx.can("discounts:read")?;
    let list = List::tallied("discounts", &[""]).and_if("is_archived = ?", filter.is_archived.as_ref());
    let list = match filter.is_active {
        Some(true) => list.and("is_active = 1 and is_archived = 0", vec![]),
        Some(false) => list.and("(is_active = 0 or is_archived = 1)", vec![]),
        None => list,
    };
    let words = filter.search.as_deref().unwrap_or(&query.search);
    search::narrow::<Discount>(list, words).page(cx, &query).await
}

/// As the list page asks: filter `status`, and the counts of its tabs.
pub async fn list_for_page(cx: &Cx, query: &UrlQuery) -> Result<DiscountList> {
    cx.can("discounts:read")?;
    let found = || search::narrow::<Discount>(List::tallied("discounts", &[""]), &query.q);
    let mut counts = Vec::with_capacity(Status::ALL.len());
    for status in Status::ALL {
        counts.push(in_status(found(), status, cx.now).count(cx).await?);
    }
    let list = match query.filter("status").and_then(Status::parse) {
        Some(status) => in_status(found(), status, cx.now),
        None => found(),
    };
    Ok(DiscountList { page: list.page::<_, Sort>(cx, &query.query()).await?, counts, now: cx.now })
}

/// [`Discount::status`] in SQL.
fn in_status(list: List, status: Status, now: Time) -> List {
    const ON: &str = "is_archived = 0 and is_active = 1";
    const NOT_EXPIRED: &str = "(valid_until is null or valid_until > ?)";
    const NOT_USED_UP: &str = "(max_redemptions is null or current_redemptions < max_redemptions)";
    let now = || args![now];
    match status {
        Status::Archived => list.and("is_archived = 1", vec![]),
        Status::Inactive => list.and("is_archived = 0 and is_active = 0", vec![]),
        Status::Expired => list.and(ON, vec![]).and("valid_until <= ?", now()),
        Status::UsedUp => list.and(ON, vec![]).and(NOT_EXPIRED, now()).and("current_redemptions >= max_redemptions", vec![]),
        Status::Scheduled => list.and(ON, vec![]).and(NOT_EXPIRED, now()).and(NOT_USED_UP, vec![]).and("valid_from > ?", now()),
        Status::Active => list
            .and(ON, vec![])
            .and(NOT_EXPIRED, now())
            .and(NOT_USED_UP, vec![])
            .and("(valid_from is null or valid_from <= ?)", now()),
    }
}

/// The discount with this id.
pub async fn get(cx: &Cx, id: &str) -> Result<Discount> {
    cx.can("discounts:read")?;
    cx.opt("select * from discounts where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("discount", id))
}

/// The discount with what its page shows beside it.
pub async fn view(cx: &Cx, id: &str) -> Result<DiscountView> {
    let discount = get(cx, id).await?;
    let mut products = Vec::new();
    for id in discount.product_ids.iter().flatten() {
        products.push(products::ops::get(cx, &id.to_string()).await?);
    }
    let history = events::timeline(cx, &discount.object_id()).await?;
    Ok(DiscountView { discount, products, history, now: cx.now })
}

/// Discounts for the search over everything: by id, by code, by the beginnings of words.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.can("discounts:read")?;
    let exact = "(id = ? or code_key = ?)";
    let args = args![words.to_lowercase(), search::fold(words)];
    let discounts: Vec<Discount> = search::few(cx, "discounts", exact, args, words).await?;
    let found = |discount: Discount| Found { href: paths::discount(discount.id), title: discount.code, note: discount.name };
    Ok(discounts.into_iter().map(found).collect())
}

/// Creates a discount.
///
/// # Errors
/// 409 when the code is taken, in any letter case.
pub async fn create(cx: &Cx, new: NewDiscount) -> Result<Discount> {
    cx.can("discounts:write")?;
    let new = new.checked()?;
    transaction!(cx, |tx| { insert(tx, cx, new.clone()).await })
}

async fn insert(tx: &mut Tx<'_>, cx: &Cx, new: NewDiscount) -> Result<Discount> {
    let products = find_products(tx, new.product_ids.as_deref()).await?;
    let discount = new.into_discount(cx.id(), products, cx.now);
    store(tx, &discount).await.map_err(|error| error.or_taken("code", "is already used by another discount"))?;
    search::index::<Discount>(tx, discount.id, &[], &words(&discount)).await?;
    tx.emit("discount.created", &discount).await?;
    Ok(discount)
}

/// What it is found by.
fn words(discount: &Discount) -> [&str; 2] {
    [&discount.code, &discount.name]
}

/// Most products one discount can name.
const PRODUCTS_MAX: usize = 100;

/// The products with these ids or `product_id`s, each once.
async fn find_products(tx: &mut Tx<'_>, names: Option<&[String]>) -> Result<Option<Vec<Id<Product>>>> {
    let Some(names) = names else { return Ok(None) };
    if names.len() > PRODUCTS_MAX {
        return Err(Error::invalid("product_ids", format!("must name at most {PRODUCTS_MAX} products")));
    }
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let id: Option<Id<Product>> = tx
            .opt(
                "select id from products where merchant_id = $1 and live = $2 and (id = $3 or product_id = $3)
                 order by id = $3 desc limit 1",
                args![name.as_str()],
            )
            .await?;
        match id {
            Some(id) if found.contains(&id) => {}
            Some(id) => found.push(id),
            None => return Err(Error::invalid("product_ids", Error::not_found("product", name).message)),
        }
    }
    Ok(Some(found))
}

/// Inserts the row, or writes all its columns again.
async fn store(tx: &mut Tx<'_>, discount: &Discount) -> Result<()> {
    tx.exec(
        "insert into discounts (merchant_id, live, id, code, code_key, name, name_key, description, discount_type,
             discount_value, currency, applies_to, scope, product_ids, max_redemptions, max_redemptions_per_user,
             current_redemptions, valid_from, valid_until, recurring_type, recurring_cycles, first_time_customer, is_active,
             is_archived, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26)
         on conflict (merchant_id, live, id) do update set name = excluded.name, name_key = excluded.name_key,
             description = excluded.description, discount_value = excluded.discount_value, applies_to = excluded.applies_to,
             scope = excluded.scope, product_ids = excluded.product_ids, max_redemptions = excluded.max_redemptions,
             max_redemptions_per_user = excluded.max_redemptions_per_user, valid_from = excluded.valid_from,
             valid_until = excluded.valid_until, recurring_type = excluded.recurring_type,
             recurring_cycles = excluded.recurring_cycles, first_time_customer = excluded.first_time_customer,
             is_active = excluded.is_active, is_archived = excluded.is_archived, updated_at = excluded.updated_at",
        args![
            discount.id,
            discount.code,
            search::fold(&discount.code),
            discount.name,
            search::fold(&discount.name),
            discount.description,
            Value::word(&discount.discount_type),
            discount.discount_value.hundredths(),
            discount.currency.map(|currency| currency.code().to_owned()),
            Value::word(&discount.applies_to),
            Value::word(&discount.scope),
            Value::json(&discount.product_ids),
            discount.max_redemptions,
            discount.max_redemptions_per_user,
            discount.current_redemptions,
            discount.valid_from,
            discount.valid_until,
            Value::word(&discount.recurring_type),
            discount.recurring_cycles,
            discount.first_time_customer,
            discount.is_active,
            discount.is_archived,
            discount.created_at,
            discount.updated_at
        ],
    )
    .await
    .map(drop)
}

/// Changes a discount; its code, its type and its currency stay, because invoices name them.
pub async fn update(cx: &Cx, id: &str, edit: EditDiscount) -> Result<Discount> {
    cx.can("discounts:write")?;
    let before = get(cx, id).await?;
    transaction!(cx, |tx| { change(tx, cx, before.id, edit.clone()).await })
}

/// Takes a discount out of use.
pub async fn archive(cx: &Cx, id: &str) -> Result<Discount> {
    update(cx, id, EditDiscount { is_archived: Patch::Set(true), ..EditDiscount::default() }).await
}

async fn change(tx: &mut Tx<'_>, cx: &Cx, id: Id<Discount>, edit: EditDiscount) -> Result<Discount> {
    let before: Discount = tx.one("select * from discounts where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let (is_active, is_archived) = (edit.is_active, edit.is_archived);
    let new = edit.applied(&before)?;
    let products = find_products(tx, new.product_ids.as_deref()).await?;
    let mut after = new.into_discount(id, products, before.created_at);
    after.current_redemptions = before.current_redemptions;
    after.is_active = is_active.set().copied().unwrap_or(before.is_active);
    after.is_archived = is_archived.set().copied().unwrap_or(before.is_archived);
    after.updated_at = before.updated_at;
    if after == before {
        return Ok(after);
    }
    after.updated_at = cx.now;
    store(tx, &after).await?;
    search::index::<Discount>(tx, id, &words(&before), &words(&after)).await?;
    tx.emit_change(event_of(&before, &after), &before, &after).await?;
    Ok(after)
}

/// Switching and archiving have names of their own in the timeline.
fn event_of(before: &Discount, after: &Discount) -> &'static str {
    match (before.is_archived, after.is_archived, before.is_active, after.is_active) {
        (false, true, _, _) => "discount.archived",
        (true, false, _, _) => "discount.restored",
        (_, _, true, false) => "discount.deactivated",
        (_, _, false, true) => "discount.activated",
        _ => "discount.updated",
    }
}
