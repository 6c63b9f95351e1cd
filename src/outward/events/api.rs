//! RevKeen's door to events; errors as objects.

use serde::Deserialize;
use serde_json::json;

use super::{
    model::{Event, Filter, NewTestEvent, Resent, TestEvent},
    ops,
};
use crate::kit::{
    Result,
    cx::Cx,
    http::{
        Routes,
        envelope::{Bare, UrlList},
        errors::Form,
        json::Json,
        paging::{Cursor, Params, PathParams},
        routes,
    },
};

/// The routes of events.
pub fn routes() -> Routes {
    Routes::new(Form::Object)
        .with(routes!(list))
        .with(routes!(create_test))
        .with(routes!(get))
        .with(routes!(resend))
        .example("events_create_test", json!({ "type": "invoice.paid" }))
}

/// Where an event goes again.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Target {
    /// Only to this endpoint. An addition to RevKeen's document.
    #[param(value_type = Option<String>, format = Uuid)]
    webhook_endpoint_id: Option<uuid::Uuid>,
}

/// List events
#[utoipa::path(get, path = "/v2/events", operation_id = "events_list", tag = "Events", params(Cursor, Filter),
    security(("apiKey" = ["events:read"])))]
async fn list(cx: Cx, Params(cursor): Params<Cursor>, Params(filter): Params<Filter>) -> Result<UrlList<Event>> {
    let page = ops::list(&cx, &filter, cursor.uncounted()?).await?;
    Ok(cursor.answer_at(page, "/v2/events"))
}

/// Make up an event to try endpoints out
#[utoipa::path(post, path = "/v2/events/test", operation_id = "events_create_test", tag = "Events",
    security(("apiKey" = ["events:write"])))]
async fn create_test(cx: Cx, Json(new): Json<NewTestEvent>) -> Result<Bare<TestEvent>> {
    ops::create_test(&cx, &new.kind).await.map(Bare)
}

/// Get an event
#[utoipa::path(get, path = "/v2/events/{id}", operation_id = "events_get", tag = "Events", params(("id" = String, Path)),
    security(("apiKey" = ["events:read"])))]
async fn get(cx: Cx, PathParams(id): PathParams<String>) -> Result<Bare<Event>> {
    ops::get(&cx, &id).await.map(Bare)
}

/// Send an event again to the endpoints that listen
#[utoipa::path(post, path = "/v2/events/{id}/resend", operation_id = "events_resend", tag = "Events",
    params(("id" = String, Path), Target), security(("apiKey" = ["events:write"])))]
async fn resend(cx: Cx, PathParams(id): PathParams<String>, Params(target): Params<Target>) -> Result<Bare<Resent>> {
    let target = target.webhook_endpoint_id.map(|id| id.to_string());
    ops::resend(&cx, &id, target.as_deref()).await.map(Bare)
}
