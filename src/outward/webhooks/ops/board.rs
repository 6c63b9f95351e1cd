//! What people do with endpoints without asking in which dialect they are.

use super::{delete, integrations, send_test};
use crate::{
    args,
    kit::{Error, Id, Result, cx::Cx},
    outward::webhooks::model::{Delivery, Dialect, Endpoint},
};

/// The dialect of the endpoint with this id.
async fn dialect(cx: &Cx, id: Id<Endpoint>) -> Result<Dialect> {
    cx.opt("select dialect from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("webhook endpoint", id))
}

/// Sends a made-up event. An integration gets the one kind of test that RevenueCat has.
pub async fn try_out(cx: &Cx, id: Id<Endpoint>, kind: &str) -> Result<Delivery> {
    cx.can("webhooks:write")?;
    match dialect(cx, id).await? {
        Dialect::Revkeen => send_test(cx, &id.to_string(), kind).await,
        Dialect::Revenuecat => integrations::send_test(cx, id).await,
    }
}

/// Removes an endpoint. What is on its way to it is given up.
pub async fn remove(cx: &Cx, id: Id<Endpoint>) -> Result<()> {
    cx.can("webhooks:write")?;
    match dialect(cx, id).await? {
        Dialect::Revkeen => delete(cx, &id.to_string()).await.map(drop),
        Dialect::Revenuecat => integrations::delete(cx, id).await,
    }
}

/// Ids and addresses of all endpoints, for lists that name them.
pub async fn addresses(cx: &Cx) -> Result<Vec<(String, String)>> {
    cx.can("webhooks:read")?;
    cx.all("select id, url from webhook_endpoints where merchant_id = $1 and live = $2 order by id", vec![]).await
}
