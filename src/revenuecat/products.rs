//! Products: a price, as a store sells it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{
    apps::App,
    body::{Deleted, Json},
    ids,
    list::{List, Paging},
    project::{ObjectId, Permission, Project, ReadApps, ReadProducts, WriteProducts},
};
use crate::{
    catalog::prices::model::Price,
    kit::{
        Id, Patch, Result,
        cx::Cx,
        http::{
            Routes,
            envelope::{Bare, BareCreated},
            routes,
        },
    },
    people::apps::{
        self,
        model::{self, Duration, NewStoreProduct, StoreProduct, StoreType},
        products as ops,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new(super::FORM)
        .with(routes!(list, create))
        .with(routes!(get, update, delete))
        .with(routes!(archive))
        .with(routes!(unarchive))
        .example(
            "create-product",
            json!({
                "store_identifier": "pro_monthly", "app_id": "{app_id}", "type": "subscription",
                "display_name": "Pro, monthly", "subscription": { "duration": "P1M" },
            }),
        )
        .example("update-product", json!({ "display_name": "Pro" }))
}

/// Whether new purchases are possible.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RevenueCatState)]
enum State {
    Active,
    Inactive,
}

/// A price, as a store sells it.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatProduct)]
struct Product {
    object: &'static str,
    id: String,
    state: State,
    store_identifier: String,
    #[serde(rename = "type")]
    kind: StoreType,
    /// Of what repeats.
    subscription: Option<Subscription>,
    /// Of what does not.
    one_time: Option<OneTime>,
    /// Milliseconds since 1970.
    created_at: i64,
    app_id: String,
    /// If it is to be expanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<App>,
    display_name: Option<String>,
}

/// Periods in ISO 8601's words; `null` where only the store knows.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatSubscriptionProduct)]
struct Subscription {
    duration: Option<String>,
    grace_period_duration: Option<String>,
    trial_duration: Option<String>,
}

/// Whether it is used up; `null` where nobody said.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatOneTimeProduct)]
struct OneTime {
    is_consumable: Option<bool>,
}

impl Product {
    fn of(cx: &Cx, sold: &StoreProduct, app: Option<&model::App>) -> Self {
        let kind = sold.kind();
        let is_consumable = match kind {
            StoreType::Subscription | StoreType::OneTime => None,
            StoreType::Consumable => Some(true),
            StoreType::NonConsumable | StoreType::NonRenewingSubscription => Some(false),
        };
        let subscription =
            || Subscription { duration: sold.duration(), grace_period_duration: None, trial_duration: sold.trial_duration() };
        let repeats = kind == StoreType::Subscription;
        Self {
            object: "product",
            id: ids::short(sold.price.id),
            state: if sold.is_active() { State::Active } else { State::Inactive },
            store_identifier: sold.store_identifier(),
            kind,
            subscription: repeats.then(subscription),
            one_time: (!repeats).then_some(OneTime { is_consumable }),
            created_at: sold.price.created_at.0,
            app_id: ids::short(app_of(cx, sold)),
            app: app.map(|app| App::of(cx, app)),
            display_name: sold.display_name(),
        }
    }
}

/// The app in which it is sold.
fn app_of(cx: &Cx, sold: &StoreProduct) -> Id<model::App> {
    sold.listing.as_ref().map_or_else(|| apps::ops::own_id(cx.merchant, cx.mode), |listing| listing.app_id)
}

/// The apps in which some products are sold.
async fn apps_of(cx: &Cx, sold: &[StoreProduct]) -> Result<BTreeMap<Id<model::App>, model::App>> {
    let ids: BTreeSet<_> = sold.iter().map(|sold| app_of(cx, sold)).collect();
    let apps = apps::ops::get_all(cx, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(apps.into_iter().map(|app| (app.id, app)).collect())
}

/// The answer about one product.
async fn one<P>(project: &Project<P>, sold: StoreProduct) -> Result<Product> {
    let [with_app] = project.expand([("app", ReadApps::NAME)])?;
    let app = match with_app {
        true => Some(apps::ops::get(&project.cx, app_of(&project.cx, &sold)).await?),
        false => None,
    };
    Ok(Product::of(&project.cx, &sold, app.as_ref()))
}

/// Which products; read from the project's parameters.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes a parameter that is read by hand")]
struct OfApp {
    /// Only what this app sells.
    app_id: Option<String>,
}

/// What can be expanded of a product; read by [`Project::expand`].
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes a parameter that is read by hand")]
struct Expand {
    /// What to put into the answer as a whole and not only as an id.
    #[param(inline)]
    expand: Option<Vec<Expandable>>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes a parameter that is read by hand")]
enum Expandable {
    App,
}

/// What can be expanded in a list of products; read by [`Project::expand`].
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes a parameter that is read by hand")]
struct ExpandItems {
    /// What to put into the answer as a whole and not only as an id.
    #[param(inline)]
    expand: Option<Vec<ExpandableItem>>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a parameter that is read by hand")]
enum ExpandableItem {
    #[schema(rename = "items.app")]
    App,
}

/// Body of a create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevenueCatNewProduct)]
struct NewProduct {
    #[schema(min_length = 1, max_length = 200)]
    store_identifier: String,
    app_id: String,
    #[serde(rename = "type")]
    kind: StoreType,
    #[schema(min_length = 1, max_length = 1500)]
    display_name: Option<String>,
    subscription: Option<NewSubscription>,
    /// What customers see, if it is not the display name.
    #[schema(min_length = 1, max_length = 1500)]
    title: Option<String>,
}

impl NewProduct {
    /// As our operation takes it, with its app found.
    async fn in_app(self, cx: &Cx) -> Result<NewStoreProduct> {
        Ok(NewStoreProduct {
            app_id: ids::find(cx, &self.app_id).await?,
            store_identifier: self.store_identifier,
            kind: self.kind,
            duration: self.subscription.map(|subscription| subscription.duration),
            display_name: self.display_name,
            title: self.title,
        })
    }
}

/// How long a period is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevenueCatNewSubscription)]
struct NewSubscription {
    duration: Duration,
}

/// Body of an update; an empty name clears it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevenueCatEditProduct)]
struct EditProduct {
    #[serde(default)]
    #[schema(max_length = 1500)]
    display_name: Patch<String>,
}

/// List the products of a project
#[utoipa::path(get, path = "/v2/projects/{project_id}/products", operation_id = "list-products", tag = "Product",
    params(("project_id" = String, Path), OfApp, Paging, ExpandItems), security(("bearer" = ["project_configuration:products:read"])))]
async fn list(project: Project<ReadProducts>) -> Result<List<Product>> {
    let cx = &project.cx;
    let [with_apps] = project.expand([("items.app", ReadApps::NAME)])?;
    let page = ops::list(cx, project.found("app_id").await?, &project.query::<Price, _>().await?).await?;
    let apps = if with_apps { apps_of(cx, &page.items).await? } else { BTreeMap::new() };
    let page = page.map(|sold| Product::of(cx, &sold, apps.get(&app_of(cx, &sold))));
    Ok(project.list(page, |product| &product.id))
}

/// Create a product: a price of its own, listed in an app
#[utoipa::path(post, path = "/v2/projects/{project_id}/products", operation_id = "create-product", tag = "Product",
    params(("project_id" = String, Path)), security(("bearer" = ["project_configuration:products:read_write"])))]
async fn create(project: Project<WriteProducts>, Json(new): Json<NewProduct>) -> Result<BareCreated<Product>> {
    let sold = ops::create(&project.cx, new.in_app(&project.cx).await?).await?;
    Ok(BareCreated(Product::of(&project.cx, &sold, None)))
}

/// Get a product
#[utoipa::path(get, path = "/v2/projects/{project_id}/products/{product_id}", operation_id = "get-product", tag = "Product",
    params(("project_id" = String, Path), ("product_id" = String, Path), Expand),
    security(("bearer" = ["project_configuration:products:read"])))]
async fn get(project: Project<ReadProducts>, ObjectId(id): ObjectId) -> Result<Bare<Product>> {
    let sold = ops::get(&project.cx, ids::find(&project.cx, &id).await?).await?;
    one(&project, sold).await.map(Bare)
}

/// Update a product's display name
#[utoipa::path(post, path = "/v2/projects/{project_id}/products/{product_id}", operation_id = "update-product", tag = "Product",
    params(("project_id" = String, Path), ("product_id" = String, Path), Expand),
    security(("bearer" = ["project_configuration:products:read_write"])))]
async fn update(project: Project<WriteProducts>, ObjectId(id): ObjectId, Json(edit): Json<EditProduct>) -> Result<Bare<Product>> {
    project.expand([("app", ReadApps::NAME)])?;
    let name = edit.display_name.map(|name| Some(name).filter(|name| !name.is_empty()));
    let sold = ops::rename(&project.cx, ids::find(&project.cx, &id).await?, name).await?;
    one(&project, sold).await.map(Bare)
}

/// Delete a product that nothing refers to
#[utoipa::path(delete, path = "/v2/projects/{project_id}/products/{product_id}", operation_id = "delete-product", tag = "Product",
    params(("project_id" = String, Path), ("product_id" = String, Path)),
    security(("bearer" = ["project_configuration:products:read_write"])))]
async fn delete(project: Project<WriteProducts>, ObjectId(id): ObjectId) -> Result<Bare<Deleted>> {
    ops::delete(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(Deleted::new("product", id, project.cx.now)))
}

/// Take a product out of sale
#[utoipa::path(post, path = "/v2/projects/{project_id}/products/{product_id}/actions/archive", operation_id = "archive-product",
    tag = "Product", params(("project_id" = String, Path), ("product_id" = String, Path)),
    security(("bearer" = ["project_configuration:products:read_write"])))]
async fn archive(project: Project<WriteProducts>, ObjectId(id): ObjectId) -> Result<Bare<Product>> {
    let sold = ops::archive(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(Product::of(&project.cx, &sold, None)))
}

/// Put a product on sale again
#[utoipa::path(post, path = "/v2/projects/{project_id}/products/{product_id}/actions/unarchive",
    operation_id = "unarchive-product", tag = "Product", params(("project_id" = String, Path), ("product_id" = String, Path)),
    security(("bearer" = ["project_configuration:products:read_write"])))]
async fn unarchive(project: Project<WriteProducts>, ObjectId(id): ObjectId) -> Result<Bare<Product>> {
    let sold = ops::restore(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(Product::of(&project.cx, &sold, None)))
}
