//! What can be done with deliveries.

use super::super::model::{Attempt, Delivery, DeliveryFilter, DeliverySort, DeliveryStatus, DeliveryView, Endpoint, no_retry};
use crate::{
    args,
    kit::{
        Error, Page, Query, Result, UrlQuery,
        clock::Clock,
        cx::{Cx, Tx},
        db::query::{List, SortColumn},
    },
    transaction,
};

impl SortColumn for DeliverySort {
    fn column(self) -> &'static str {
        "id"
    }
}

/// Deliveries, newest first.
pub async fn list(cx: &Cx, filter: DeliveryFilter, query: Query<DeliverySort>) -> Result<Page<Delivery>> {
    cx.can("webhooks:read")?;
    filtered(&filter).page(cx, &query).await
}

fn filtered(filter: &DeliveryFilter) -> List {
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
    let list = List::of("webhook_deliveries")
        .and_if("endpoint_id = ?", text(filter.endpoint_id).as_ref())
        .and_if("event_id = ?", text(filter.event_id).as_ref());
    match filter.status {
        Some(DeliveryStatus::Pending) => list.and("status = 'pending'", vec![]),
        Some(DeliveryStatus::Succeeded) => list.and("status = 'succeeded'", vec![]),
        Some(DeliveryStatus::Failed) => list.and("status = 'failed'", vec![]),
        Some(DeliveryStatus::DeadLettered) => list.and("status = 'dead_lettered'", vec![]),
        None => list,
    }
}

/// As the list page asks: filters `status`, `endpoint` and `event`; the search takes a type of event, or
/// the id of a delivery or an event.
pub async fn list_for_page(cx: &Cx, query: &UrlQuery) -> Result<Page<Delivery>> {
    let id = |name| query.filter(name).and_then(|text| uuid::Uuid::try_parse(text).ok());
    let filter = DeliveryFilter {
        endpoint_id: id("endpoint"),
        event_id: id("event"),
        status: query.filter("status").and_then(DeliveryStatus::parse),
    };
    cx.can("webhooks:read")?;
    let list = match query.q.trim() {
        "" => filtered(&filter),
        id if uuid::Uuid::try_parse(id).is_ok() => filtered(&filter).and("(id = ? or event_id = ?)", args![id, id]),
        kind => filtered(&filter).and("event_type = ?", args![kind]),
    };
    list.page(cx, &Query::<DeliverySort> { total: false, position: false, ..query.query() }).await
}

/// The delivery with this id.
pub async fn get(cx: &Cx, id: &str) -> Result<Delivery> {
    cx.can("webhooks:read")?;
    cx.opt("select * from webhook_deliveries where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("webhook delivery", id))
}

/// The delivery inside a change.
pub(super) async fn row(tx: &mut Tx<'_>, id: &str) -> Result<Delivery> {
    tx.opt("select * from webhook_deliveries where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("webhook delivery", id))
}

/// The delivery with what its page shows beside it.
pub async fn view(cx: &Cx, id: &str) -> Result<DeliveryView> {
    let delivery = get(cx, id).await?;
    let endpoint: Option<Endpoint> = cx
        .opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![delivery.endpoint_id])
        .await?;
    let attempts: Vec<Attempt> = cx
        .all(
            "select * from webhook_attempts where merchant_id = $1 and live = $2 and delivery_id = $3 order by number desc",
            args![delivery.id],
        )
        .await?;
    Ok(DeliveryView { delivery, endpoint, attempts })
}

/// Has a delivery attempted again now, once if it had been given up. An open breaker lets one attempt
/// through.
///
/// # Errors
/// 409 for one that has succeeded, and when its endpoint is disabled or gone.
pub async fn retry(cx: &Cx, id: &str) -> Result<Delivery> {
    cx.can("webhooks:write")?;
    let now = Clock::system();
    transaction!(cx, |tx| {
        let before = row(tx, id).await?;
        let endpoint: Option<Endpoint> = tx
            .opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![before.endpoint_id])
            .await?;
        if let Some((field, why)) = no_retry(before.status, endpoint.map(|endpoint| endpoint.status)) {
            return Err(Error::conflict(field, why));
        }
        tx.exec(
            "update webhook_deliveries set status = 'pending', by_hand = 1, next_retry_at = $4, updated_at = $4,
                 dead_lettered_at = null, dead_letter_reason = null
             where merchant_id = $1 and live = $2 and id = $3",
            args![before.id, now],
        )
        .await?;
        tx.exec(
            "update webhook_endpoints set breaker_until = 0
             where merchant_id = $1 and live = $2 and id = $3 and circuit_breaker_state = 'open'",
            args![before.endpoint_id],
        )
        .await?;
        row(tx, id).await
    })
}
