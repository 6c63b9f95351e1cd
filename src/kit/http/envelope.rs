//! What surrounds an answer, one type per form in RevKeen's contract.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use super::json::reply;
use crate::kit::Page;

/// 200 `{data}`.
pub struct Data<T>(pub T);
/// 201 `{data}`.
pub struct Created<T>(pub T);
/// 200 and the object itself.
pub struct Bare<T>(pub T);
/// 201 and the object itself.
pub struct BareCreated<T>(pub T);
/// 200 `{data, pagination: {kind: "offset", page, limit, total, totalPages}}`.
pub struct Paged<T>(pub Page<T>);
/// 200 `{object: "list", data, has_more, total_count}`.
pub struct CursorList<T>(pub Page<T>);
/// 200 `{data, meta: {total, limit, offset, has_more}}`.
pub struct OffsetList<T>(pub Page<T>);

/// 200 `{object: "list", data, has_more, url}`.
pub struct UrlList<T> {
    pub page: Page<T>,
    /// The path of the list.
    pub url: &'static str,
}

/// Body of [`Data`] and [`Created`].
#[derive(Serialize)]
struct DataBody<T> {
    data: T,
}

/// Body of [`Paged`].
#[derive(Serialize)]
struct PagedBody<T> {
    data: Vec<T>,
    pagination: Pagination,
}

/// Where a page stands, counted from page 1.
#[derive(Serialize)]
struct Pagination {
    /// Always `offset`.
    kind: &'static str,
    page: i64,
    limit: i64,
    total: i64,
    #[serde(rename = "totalPages")]
    total_pages: i64,
}

/// Body of [`CursorList`].
#[derive(Serialize)]
struct CursorBody<T> {
    /// Always `list`.
    object: &'static str,
    data: Vec<T>,
    has_more: bool,
    total_count: i64,
}

/// Body of [`UrlList`].
#[derive(Serialize)]
struct UrlBody<T> {
    /// Always `list`.
    object: &'static str,
    data: Vec<T>,
    has_more: bool,
    url: &'static str,
}

/// Body of [`OffsetList`].
#[derive(Serialize)]
struct OffsetBody<T> {
    data: Vec<T>,
    meta: OffsetMeta,
}

/// Where an offset list stands.
#[derive(Serialize)]
struct OffsetMeta {
    total: i64,
    limit: i64,
    offset: i64,
    has_more: bool,
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        reply(StatusCode::OK, &DataBody { data: self.0 })
    }
}
impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        reply(StatusCode::CREATED, &DataBody { data: self.0 })
    }
}
impl<T: Serialize> IntoResponse for Bare<T> {
    fn into_response(self) -> Response {
        reply(StatusCode::OK, &self.0)
    }
}
impl<T: Serialize> IntoResponse for BareCreated<T> {
    fn into_response(self) -> Response {
        reply(StatusCode::CREATED, &self.0)
    }
}
impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let Page { items, total, limit, offset, .. } = self.0;
        let limit = limit.max(1);
        let total_pages = (total + limit - 1) / limit;
        reply(
            StatusCode::OK,
            &PagedBody {
                data: items,
                pagination: Pagination { kind: "offset", page: offset / limit + 1, limit, total, total_pages },
            },
        )
    }
}
impl<T: Serialize> IntoResponse for CursorList<T> {
    fn into_response(self) -> Response {
        let Page { items, total, has_more, .. } = self.0;
        reply(StatusCode::OK, &CursorBody { object: "list", data: items, has_more, total_count: total })
    }
}
impl<T: Serialize> IntoResponse for UrlList<T> {
    fn into_response(self) -> Response {
        let Page { items, has_more, .. } = self.page;
        reply(StatusCode::OK, &UrlBody { object: "list", data: items, has_more, url: self.url })
    }
}
impl<T: Serialize> IntoResponse for OffsetList<T> {
    fn into_response(self) -> Response {
        let Page { items, total, has_more, limit, offset, .. } = self.0;
        reply(StatusCode::OK, &OffsetBody { data: items, meta: OffsetMeta { total, limit, offset, has_more } })
    }
}
