//! Projects: a merchant in one mode.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    body::Json,
    ids,
    list::{List, Paging, unknown_cursor},
    project::{Project as Asked, ReadProjects, WriteProjects, reached},
};
use crate::{
    house::settings::{merchants, model::Business},
    kit::{
        Page, Result,
        cx::Cx,
        http::{Routes, envelope::Bare, routes},
    },
    paths,
};

pub(super) fn routes() -> Routes {
    Routes::new(super::FORM).with(routes!(list, create)).example("create-project", json!({ "name": "Second shop" }))
}

/// A merchant in one mode.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatProject)]
struct Project {
    object: &'static str,
    id: String,
    name: String,
    /// Milliseconds since 1970.
    created_at: i64,
    /// The merchant's logo.
    icon_url: Option<String>,
    icon_url_large: Option<String>,
}

impl Project {
    fn of(cx: &Cx, merchant: Business) -> Self {
        let site = cx.app.config.site();
        let icon_url = merchant.logo_hash.map(|hash| format!("{site}{}", paths::logo(merchant.id, &hash)));
        Self {
            object: "project",
            id: ids::project(merchant.id, cx.mode),
            name: merchant.name,
            created_at: merchant.created_at.0,
            icon_url_large: icon_url.clone(),
            icon_url,
        }
    }
}

/// Body of a create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevenueCatNewProject)]
struct NewProject {
    #[schema(min_length = 1, max_length = 255)]
    name: String,
}

/// List the projects that the key reaches: its own, and those that it has made
#[utoipa::path(get, path = "/v2/projects", operation_id = "list-projects", tag = "Project", params(Paging),
    security(("bearer" = ["project_configuration:projects:read"])))]
async fn list(asked: Asked<ReadProjects>) -> Result<List<Project>> {
    let (cx, limit) = (&asked.cx, asked.limit()?);
    let after = match asked.param("starting_after") {
        Some(project) => Some(reached(cx, &project).await?.ok_or_else(unknown_cursor)?),
        None => None,
    };
    let mut found = merchants::reached(cx, after, limit + 1).await?;
    let most = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > most;
    found.truncate(most);
    let page = Page { items: found, total: 0, has_more, has_previous: after.is_some(), limit, offset: 0 };
    Ok(asked.list(page.map(|merchant| Project::of(cx, merchant)), |project| &project.id))
}

/// Create a project, which its owners and the key that made it reach
#[utoipa::path(post, path = "/v2/projects", operation_id = "create-project", tag = "Project",
    security(("bearer" = ["project_configuration:projects:read_write"])))]
async fn create(asked: Asked<WriteProjects>, Json(new): Json<NewProject>) -> Result<Bare<Project>> {
    let made = merchants::create(&asked.cx, &new.name).await?;
    Ok(Bare(Project::of(&asked.cx, made)))
}
