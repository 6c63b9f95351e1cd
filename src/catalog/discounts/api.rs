//! RevKeen's door to discounts: camelCase or snake_case in, snake_case out, errors as objects.

use serde_json::json;

use super::{
    model::{Discount, EditDiscount, Filter, NewDiscount},
    ops,
};
use crate::kit::{
    Result,
    cx::Cx,
    http::{
        Routes,
        envelope::{Created, Data, OffsetList},
        errors::Form,
        json::Json,
        paging::{LimitOffset, Params, PathParams},
        routes,
    },
};

pub fn routes() -> Routes {
    Routes::new(Form::Object)
        .with(routes!(list, create))
        .with(routes!(get, update, delete))
        .example(
            "discounts_create",
            json!({ "code": "SPRING26", "name": "Spring", "discount_type": "percentage", "discount_value": 12.5 }),
        )
        .example("discounts_update", json!({ "name": "Spring sale", "max_redemptions": 100 }))
}

/// List discounts
#[utoipa::path(get, path = "/v2/discounts", operation_id = "discounts_list", tag = "Discounts", params(LimitOffset, Filter),
    security(("apiKey" = ["discounts:read"])))]
async fn list(cx: Cx, Params(window): Params<LimitOffset>, Params(filter): Params<Filter>) -> Result<OffsetList<Discount>> {
    ops::list(&cx, filter, window.query()?).await.map(OffsetList)
}

/// Create a discount
#[utoipa::path(post, path = "/v2/discounts", operation_id = "discounts_create", tag = "Discounts",
    security(("apiKey" = ["discounts:write"])))]
async fn create(cx: Cx, Json(new): Json<NewDiscount>) -> Result<Created<Discount>> {
    ops::create(&cx, new).await.map(Created)
}

/// Get a discount
#[utoipa::path(get, path = "/v2/discounts/{id}", operation_id = "discounts_get", tag = "Discounts", params(("id" = String, Path)),
    security(("apiKey" = ["discounts:read"])))]
async fn get(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<Discount>> {
    ops::get(&cx, &id).await.map(Data)
}

/// Update a discount; its code and type stay
#[utoipa::path(patch, path = "/v2/discounts/{id}", operation_id = "discounts_update", tag = "Discounts", params(("id" = String, Path)),
    security(("apiKey" = ["discounts:write"])))]
async fn update(cx: Cx, PathParams(id): PathParams<String>, Json(edit): Json<EditDiscount>) -> Result<Data<Discount>> {
    ops::update(&cx, &id, edit).await.map(Data)
}

/// Archive a discount
#[utoipa::path(delete, path = "/v2/discounts/{id}", operation_id = "discounts_delete", tag = "Discounts", params(("id" = String, Path)),
    security(("apiKey" = ["discounts:write"])))]
async fn delete(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<Discount>> {
    ops::archive(&cx, &id).await.map(Data)
}
