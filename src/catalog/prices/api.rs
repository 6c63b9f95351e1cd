//! RevKeen's door to prices: bare objects, cursors, errors as objects.

use serde_json::json;

use super::{
    model::{EditPrice, Filter, NewPrice, Price},
    ops,
};
use crate::kit::{
    Id, Result,
    cx::Cx,
    http::{
        Routes,
        envelope::{Bare, BareCreated, CursorList},
        errors::Form,
        json::Json,
        paging::{Cursor, Params, PathParams},
        routes,
    },
};

pub fn routes() -> Routes {
    Routes::new(Form::Object)
        .with(routes!(list, create))
        .with(routes!(get, update, archive))
        .example(
            "prices_create",
            json!({
                "product_id": "{product_id}", "currency": "usd", "type": "recurring", "interval": "month",
                "nickname": "Per seat", "billing_scheme": "tiered", "tiers_mode": "graduated",
                "tiers": [{ "up_to": 10, "unit_amount_minor": 1000 }, { "up_to": null, "unit_amount_minor": 800 }],
            }),
        )
        .example("prices_update", json!({ "nickname": "Seats" }))
}

/// List prices
#[utoipa::path(get, path = "/v2/prices", operation_id = "prices_list", tag = "Prices", params(Cursor, Filter),
    security(("apiKey" = ["prices:read"])))]
async fn list(cx: Cx, Params(page): Params<Cursor>, Params(filter): Params<Filter>) -> Result<CursorList<Price>> {
    ops::list(&cx, filter, page.query()?).await.map(|found| page.answer(found))
}

/// Create a price of a product
#[utoipa::path(post, path = "/v2/prices", operation_id = "prices_create", tag = "Prices",
    security(("apiKey" = ["prices:write"])))]
async fn create(cx: Cx, Json(new): Json<NewPrice>) -> Result<BareCreated<Price>> {
    ops::create(&cx, new).await.map(BareCreated)
}

/// Get a price
#[utoipa::path(get, path = "/v2/prices/{id}", operation_id = "prices_get", tag = "Prices", params(("id" = String, Path)),
    security(("apiKey" = ["prices:read"])))]
async fn get(cx: Cx, PathParams(id): PathParams<Id<Price>>) -> Result<Bare<Price>> {
    ops::get(&cx, id).await.map(Bare)
}

/// Update a price's names, lookup key, metadata or state; its terms never change
#[utoipa::path(patch, path = "/v2/prices/{id}", operation_id = "prices_update", tag = "Prices", params(("id" = String, Path)),
    security(("apiKey" = ["prices:write"])))]
async fn update(cx: Cx, PathParams(id): PathParams<Id<Price>>, Json(edit): Json<EditPrice>) -> Result<Bare<Price>> {
    ops::update(&cx, id, edit).await.map(Bare)
}

/// Archive a price
#[utoipa::path(delete, path = "/v2/prices/{id}", operation_id = "prices_archive", tag = "Prices", params(("id" = String, Path)),
    security(("apiKey" = ["prices:write"])))]
async fn archive(cx: Cx, PathParams(id): PathParams<Id<Price>>) -> Result<Bare<Price>> {
    ops::archive(&cx, id).await.map(Bare)
}
