//! RevKeen's door to webhook endpoints and deliveries; errors as objects.

use serde_json::json;

use super::{
    model::{DeletedEndpoint, Delivery, DeliveryFilter, EditEndpoint, Endpoint, EndpointFilter, NewEndpoint, NewSecret},
    ops,
};
use crate::kit::{
    Result,
    cx::Cx,
    http::{
        Routes,
        envelope::{Created, Data, OffsetList, UrlList},
        errors::Form,
        json::Json,
        paging::{Cursor, LimitOffset, Params, PathParams},
        routes,
    },
};

/// The routes of endpoints.
pub fn endpoints() -> Routes {
    Routes::new(Form::Object)
        .with(routes!(list, create))
        .with(routes!(get, update, delete))
        .with(routes!(rotate_secret))
        .example(
            "webhook_endpoints_create",
            json!({ "url": "https://hooks.example.com/merx", "enabled_events": ["invoice.*", "product.created"], "description": "Accounting" }),
        )
        .example("webhook_endpoints_update", json!({ "enabled_events": ["*"], "enabled": false }))
}

/// The routes of deliveries.
pub fn deliveries() -> Routes {
    Routes::new(Form::Object).with(routes!(list_deliveries)).with(routes!(get_delivery)).with(routes!(retry_delivery))
}

/// List webhook endpoints
#[utoipa::path(get, path = "/v2/webhook-endpoints", operation_id = "webhook_endpoints_list", tag = "Webhooks",
    params(LimitOffset, EndpointFilter), security(("apiKey" = ["webhooks:read"])))]
async fn list(
    cx: Cx,
    Params(window): Params<LimitOffset>,
    Params(filter): Params<EndpointFilter>,
) -> Result<OffsetList<Endpoint>> {
    ops::list(&cx, filter, window.query()?).await.map(OffsetList)
}

/// Create a webhook endpoint; its secret is shown this once
#[utoipa::path(post, path = "/v2/webhook-endpoints", operation_id = "webhook_endpoints_create", tag = "Webhooks",
    security(("apiKey" = ["webhooks:write"])))]
async fn create(cx: Cx, Json(new): Json<NewEndpoint>) -> Result<Created<NewSecret>> {
    ops::create(&cx, new).await.map(Created)
}

/// Get a webhook endpoint
#[utoipa::path(get, path = "/v2/webhook-endpoints/{id}", operation_id = "webhook_endpoints_get", tag = "Webhooks",
    params(("id" = String, Path)), security(("apiKey" = ["webhooks:read"])))]
async fn get(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<Endpoint>> {
    ops::get(&cx, &id).await.map(Data)
}

/// Update a webhook endpoint
#[utoipa::path(patch, path = "/v2/webhook-endpoints/{id}", operation_id = "webhook_endpoints_update", tag = "Webhooks",
    params(("id" = String, Path)), security(("apiKey" = ["webhooks:write"])))]
async fn update(cx: Cx, PathParams(id): PathParams<String>, Json(edit): Json<EditEndpoint>) -> Result<Data<Endpoint>> {
    ops::update(&cx, &id, edit).await.map(Data)
}

/// Delete a webhook endpoint; what is on its way to it is given up
#[utoipa::path(delete, path = "/v2/webhook-endpoints/{id}", operation_id = "webhook_endpoints_delete", tag = "Webhooks",
    params(("id" = String, Path)), security(("apiKey" = ["webhooks:write"])))]
async fn delete(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<DeletedEndpoint>> {
    ops::delete(&cx, &id).await.map(Data)
}

/// Replace the secret of a webhook endpoint; the old one is invalid at once
#[utoipa::path(post, path = "/v2/webhook-endpoints/{id}/rotate-secret", operation_id = "webhook_endpoints_rotate_secret",
    tag = "Webhooks", params(("id" = String, Path)), security(("apiKey" = ["webhooks:write"])))]
async fn rotate_secret(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<NewSecret>> {
    ops::rotate_secret(&cx, &id).await.map(Data)
}

/// List webhook deliveries
#[utoipa::path(get, path = "/v2/webhook-deliveries", operation_id = "webhook_deliveries_list", tag = "Webhooks",
    params(Cursor, DeliveryFilter), security(("apiKey" = ["webhooks:read"])))]
async fn list_deliveries(
    cx: Cx,
    Params(cursor): Params<Cursor>,
    Params(filter): Params<DeliveryFilter>,
) -> Result<UrlList<Delivery>> {
    let page = ops::deliveries::list(&cx, filter, cursor.uncounted()?).await?;
    Ok(cursor.answer_at(page, "/v2/webhook-deliveries"))
}

/// Get a webhook delivery
#[utoipa::path(get, path = "/v2/webhook-deliveries/{id}", operation_id = "webhook_deliveries_get", tag = "Webhooks",
    params(("id" = String, Path)), security(("apiKey" = ["webhooks:read"])))]
async fn get_delivery(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<Delivery>> {
    ops::deliveries::get(&cx, &id).await.map(Data)
}

/// Attempt a webhook delivery again now
#[utoipa::path(post, path = "/v2/webhook-deliveries/{id}/retry", operation_id = "webhook_deliveries_retry", tag = "Webhooks",
    params(("id" = String, Path)), security(("apiKey" = ["webhooks:write"])))]
async fn retry_delivery(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<Delivery>> {
    ops::deliveries::retry(&cx, &id).await.map(Data)
}
