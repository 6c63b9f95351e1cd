//! Lists: `{object: "list", items, next_page, url}`, forward from a cursor.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::{
    IntoParams, IntoResponses, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, response, schema::SchemaType},
};

use super::{
    ids::{self, Short},
    project::Project,
};
use crate::kit::{
    Error, Id, Kind, LIMIT_DEFAULT, LIMIT_MAX, Page, Query, Result, Window,
    http::{
        docs::{self, object, word},
        json::reply,
    },
};

/// How lists are asked for; read by [`Project::query`].
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes parameters that are read by hand")]
pub(super) struct Paging {
    /// Items of a page; below 1 counts as 1, above 100 as 100.
    #[param(default = 20)]
    limit: Option<i64>,
    /// Id of the last item of the page before.
    starting_after: Option<String>,
}

/// 200 `{object: "list", items, next_page, url}`.
#[derive(Serialize)]
pub(super) struct List<T> {
    object: &'static str,
    items: Vec<T>,
    /// Where the next page is; `null` on the last one.
    next_page: Option<String>,
    /// Where the list begins.
    url: String,
}

impl<P> Project<P> {
    /// Items that a page shall have.
    ///
    /// # Errors
    /// 400 when `limit` is no number.
    pub(super) fn limit(&self) -> Result<i64> {
        let Some(text) = self.param("limit") else { return Ok(LIMIT_DEFAULT) };
        let limit: i128 = text.parse().map_err(|_| Error::invalid("limit", "must be a number"))?;
        Ok(i64::try_from(limit.clamp(1, LIMIT_MAX.into())).unwrap_or(LIMIT_MAX))
    }

    /// The object that a parameter names, if it is given.
    pub(super) async fn found<T: Short>(&self, name: &str) -> Result<Option<Id<T>>> {
        match self.param(name) {
            Some(id) => ids::find(&self.cx, &id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The part that is asked for of a list of `T`, oldest first, without a total: nobody is told it.
    ///
    /// # Errors
    /// 400 when `limit` is no number, or `starting_after` names nothing.
    pub(super) async fn query<T: Short, S: Default>(&self) -> Result<Query<S>> {
        let window = match self.found::<T>("starting_after").await {
            Ok(None) => Window::Offset(0),
            Ok(Some(id)) => Window::After(id.to_string()),
            Err(error) if error.kind == Kind::NotFound => return Err(unknown_cursor()),
            Err(error) => return Err(error),
        };
        Ok(Query { window, limit: self.limit()?, descending: false, total: false, ..Query::default() })
    }

    /// The answer: `id` is what the next page is asked for with.
    pub(super) fn list<T>(&self, page: Page<T>, id: impl Fn(&T) -> &str) -> List<T> {
        let last = page.items.last().filter(|_| page.has_more).map(id);
        let next_page = last.map(|last| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("starting_after", last);
            query.extend_pairs(self.params().filter(|(name, _)| name != "starting_after"));
            format!("{}?{}", self.path, query.finish())
        });
        List { object: "list", items: page.items, next_page, url: self.path.clone() }
    }
}

/// The cursor is not an object of this list.
pub(super) fn unknown_cursor() -> Error {
    Error::invalid("starting_after", "names no object of this list")
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        reply(StatusCode::OK, &self)
    }
}

impl<T: ToSchema> IntoResponses for List<T> {
    fn responses() -> BTreeMap<String, RefOr<response::Response>> {
        docs::answer::<T>("200", around)
    }
}

fn around(item: RefOr<Schema>) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let nullable = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
    object([
        ("object", word("list")),
        ("items", docs::list(item)),
        ("next_page", nullable.build().into()),
        ("url", text.build().into()),
    ])
}
