//! RevKeen's door to products: camelCase or snake_case in, snake_case out, errors as text.

use serde_json::{Value, json};

use super::{
    external::{BatchOutcome, ExternalBatch, ExternalOutcome, ExternalProduct},
    model::{EditProduct, Filter, NewProduct, Product},
    ops,
};
use crate::kit::{
    Result,
    cx::Cx,
    http::{
        Routes,
        envelope::{Bare, Created, Data, Paged},
        errors::Form,
        json::Json,
        paging::{PageLimit, Params, PathParams},
        routes,
    },
};

pub fn routes() -> Routes {
    Routes::new(Form::Text)
        .with(routes!(list, create))
        .with(routes!(get, update))
        .with(routes!(external_batch))
        .with(routes!(external_upsert))
        .example(
            "products_create",
            json!({
                "product_id": "pro_2026", "name": "Pro Plan", "kind": "subscription", "pricing_model": "recurring",
                "amount_minor": 2900, "currency": "USD", "interval": "month", "trial_days": 14,
            }),
        )
        .example("products_update", json!({ "description": "Full access", "metadata": { "tier": "pro" } }))
        .example("products_external_upsert", external("Desk lamp"))
        .example("products_external_batch", json!({ "source": "shop", "products": [external("Desk lamp")] }))
}

fn external(name: &str) -> Value {
    json!({ "externalId": "lamp-1", "name": name, "kind": "one_time", "amountCents": 4900, "currency": "EUR" })
}

/// List products
#[utoipa::path(get, path = "/v2/products", operation_id = "products_list", tag = "Products", params(PageLimit, Filter),
    security(("apiKey" = ["products:read"])))]
async fn list(cx: Cx, Params(page): Params<PageLimit>, Params(filter): Params<Filter>) -> Result<Paged<Product>> {
    ops::list(&cx, filter, page.query()?).await.map(Paged)
}

/// Create a product
#[utoipa::path(post, path = "/v2/products", operation_id = "products_create", tag = "Products",
    security(("apiKey" = ["products:write"])))]
async fn create(cx: Cx, Json(new): Json<NewProduct>) -> Result<Created<Product>> {
    ops::create(&cx, new).await.map(Created)
}

/// Get a product by its id or `product_id`
#[utoipa::path(get, path = "/v2/products/{id}", operation_id = "products_get", tag = "Products", params(("id" = String, Path)),
    security(("apiKey" = ["products:read"])))]
async fn get(cx: Cx, PathParams(id): PathParams<String>) -> Result<Data<Product>> {
    ops::get(&cx, &id).await.map(Data)
}

/// Update a product; new terms make a new default price
#[utoipa::path(patch, path = "/v2/products/{id}", operation_id = "products_update", tag = "Products", params(("id" = String, Path)),
    security(("apiKey" = ["products:write"])))]
async fn update(cx: Cx, PathParams(id): PathParams<String>, Json(edit): Json<EditProduct>) -> Result<Data<Product>> {
    ops::update(&cx, &id, edit).await.map(Data)
}

/// Create or update the product that another system calls `externalId`
#[utoipa::path(put, path = "/v2/products/external/{source}/{externalId}", operation_id = "products_external_upsert", tag = "Products",
    params(("source" = String, Path, example = "shop"), ("externalId" = String, Path, example = "lamp-1")), security(("apiKey" = ["products:write"])))]
async fn external_upsert(
    cx: Cx,
    PathParams((source, external_id)): PathParams<(String, String)>,
    Json(item): Json<ExternalProduct>,
) -> Result<Bare<ExternalOutcome>> {
    ops::upsert(&cx, &source, &external_id, item).await.map(Bare)
}

/// Create or update up to 100 products of another system
#[utoipa::path(put, path = "/v2/products/external/batch", operation_id = "products_external_batch", tag = "Products",
    security(("apiKey" = ["products:write"])))]
async fn external_batch(cx: Cx, Json(batch): Json<ExternalBatch>) -> Result<Bare<BatchOutcome>> {
    ops::upsert_batch(&cx, batch).await.map(Bare)
}
