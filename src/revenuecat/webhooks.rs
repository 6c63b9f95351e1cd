//! Webhook integrations: endpoints that are sent RevenueCat's form of what happens.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    body::{Deleted, Json},
    ids,
    list::{List, Paging},
    project::{ObjectId, Project, ReadIntegrations, WriteIntegrations},
};
use crate::{
    kit::{
        Error, Kind, Patch, Result,
        cx::Cx,
        http::{
            Routes,
            envelope::{Bare, BareCreated},
            routes,
        },
    },
    outward::webhooks::{
        model::Endpoint,
        ops::integrations::{self as ops, EditIntegration},
    },
    people::apps::model::App,
};

pub(super) fn routes() -> Routes {
    let url = "https://hooks.example.com/revenuecat";
    Routes::new(super::FORM)
        .with(routes!(list, create))
        .with(routes!(get, update, delete))
        .example(
            "create-webhook-integration",
            json!({ "name": "Accounting", "url": url, "authorization_header": "Bearer abc", "event_types": ["renewal"] }),
        )
        .example("update-webhook-integration", json!({ "name": "Books", "event_types": null }))
}

/// Body of a create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevenueCatNewWebhookIntegration)]
struct NewIntegration {
    #[schema(min_length = 1, max_length = 1500)]
    name: String,
    #[schema(min_length = 1, max_length = 5000)]
    url: String,
    /// Sent verbatim as `Authorization`; never shown again.
    #[schema(write_only)]
    authorization_header: Option<String>,
    /// `production` or `sandbox`; `null` for both.
    environment: Option<String>,
    /// `null` for all.
    event_types: Option<Vec<String>>,
    /// Only what concerns this app.
    app_id: Option<String>,
}

/// Body of an update: what is absent stays, `null` clears.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = RevenueCatEditWebhookIntegration)]
struct ChangedIntegration {
    #[schema(min_length = 1, max_length = 1500)]
    name: Patch<String>,
    #[schema(min_length = 1, max_length = 5000)]
    url: Patch<String>,
    #[schema(write_only)]
    authorization_header: Patch<Option<String>>,
    environment: Patch<Option<String>>,
    event_types: Patch<Option<Vec<String>>>,
    app_id: Patch<Option<String>>,
}

impl From<NewIntegration> for ChangedIntegration {
    fn from(new: NewIntegration) -> Self {
        Self {
            name: Patch::Set(new.name),
            url: Patch::Set(new.url),
            authorization_header: Patch::Set(new.authorization_header),
            environment: Patch::Set(new.environment),
            event_types: Patch::Set(new.event_types),
            app_id: Patch::Set(new.app_id),
        }
    }
}

impl ChangedIntegration {
    /// As our operation takes it.
    async fn edit(self, cx: &Cx) -> Result<EditIntegration> {
        let app_id = match self.app_id {
            Patch::Absent => Patch::Absent,
            Patch::Set(None) => Patch::Set(None),
            Patch::Set(Some(id)) => match ids::find::<App>(cx, &id).await {
                Ok(id) => Patch::Set(Some(id)),
                Err(error) if error.kind == Kind::NotFound => {
                    return Err(Error::invalid("app_id", "names no app of this project"));
                }
                Err(error) => return Err(error),
            },
        };
        Ok(EditIntegration {
            name: self.name,
            url: self.url,
            authorization_header: self.authorization_header,
            environment: self.environment,
            event_types: self.event_types,
            app_id,
        })
    }
}

/// A webhook integration.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatWebhookIntegration)]
struct Integration {
    object: &'static str,
    id: String,
    project_id: String,
    name: String,
    url: String,
    environment: Option<String>,
    event_types: Option<Vec<String>>,
    app_id: Option<String>,
    /// Milliseconds since 1970.
    created_at: i64,
}

impl Integration {
    fn of(cx: &Cx, integration: ops::Integration) -> Self {
        let all = integration.enabled_events.iter().any(|name| name == "*");
        Self {
            object: "webhook_integration",
            id: ids::short(integration.id),
            project_id: ids::project(cx.merchant, cx.mode),
            name: integration.name,
            url: integration.url,
            environment: integration.environment,
            event_types: Some(integration.enabled_events).filter(|_| !all),
            app_id: integration.app_id.map(ids::short),
            created_at: integration.created_at.0,
        }
    }
}

/// List the webhook integrations of a project
#[utoipa::path(get, path = "/v2/projects/{project_id}/integrations/webhooks", operation_id = "list-webhook-integrations",
    tag = "Integration", params(("project_id" = String, Path), Paging),
    security(("bearer" = ["project_configuration:integrations:read"])))]
async fn list(project: Project<ReadIntegrations>) -> Result<List<Integration>> {
    let page = ops::list(&project.cx, &project.query::<Endpoint, _>().await?).await?;
    Ok(project.list(page.map(|integration| Integration::of(&project.cx, integration)), |integration| &integration.id))
}

/// Create a webhook integration
#[utoipa::path(post, path = "/v2/projects/{project_id}/integrations/webhooks", operation_id = "create-webhook-integration",
    tag = "Integration", params(("project_id" = String, Path)),
    security(("bearer" = ["project_configuration:integrations:read_write"])))]
async fn create(project: Project<WriteIntegrations>, Json(new): Json<NewIntegration>) -> Result<BareCreated<Integration>> {
    let edit = ChangedIntegration::from(new).edit(&project.cx).await?;
    let made = ops::create(&project.cx, edit).await?;
    Ok(BareCreated(Integration::of(&project.cx, made)))
}

/// Get a webhook integration
#[utoipa::path(get, path = "/v2/projects/{project_id}/integrations/webhooks/{webhook_integration_id}",
    operation_id = "get-webhook-integration", tag = "Integration",
    params(("project_id" = String, Path), ("webhook_integration_id" = String, Path)),
    security(("bearer" = ["project_configuration:integrations:read"])))]
async fn get(project: Project<ReadIntegrations>, ObjectId(id): ObjectId) -> Result<Bare<Integration>> {
    let found = ops::get(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(Integration::of(&project.cx, found)))
}

/// Update a webhook integration
#[utoipa::path(post, path = "/v2/projects/{project_id}/integrations/webhooks/{webhook_integration_id}",
    operation_id = "update-webhook-integration", tag = "Integration",
    params(("project_id" = String, Path), ("webhook_integration_id" = String, Path)),
    security(("bearer" = ["project_configuration:integrations:read_write"])))]
async fn update(
    project: Project<WriteIntegrations>,
    ObjectId(id): ObjectId,
    Json(changed): Json<ChangedIntegration>,
) -> Result<Bare<Integration>> {
    let id = ids::find(&project.cx, &id).await?;
    let after = ops::update(&project.cx, id, changed.edit(&project.cx).await?).await?;
    Ok(Bare(Integration::of(&project.cx, after)))
}

/// Delete a webhook integration
#[utoipa::path(delete, path = "/v2/projects/{project_id}/integrations/webhooks/{webhook_integration_id}",
    operation_id = "delete-webhook-integration", tag = "Integration",
    params(("project_id" = String, Path), ("webhook_integration_id" = String, Path)),
    security(("bearer" = ["project_configuration:integrations:read_write"])))]
async fn delete(project: Project<WriteIntegrations>, ObjectId(id): ObjectId) -> Result<Bare<Deleted>> {
    ops::delete(&project.cx, ids::find(&project.cx, &id).await?).await?;
    Ok(Bare(Deleted::new("webhook_integration", id, project.cx.now)))
}
