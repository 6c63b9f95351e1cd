//! How lists are asked for: one query type per style in RevKeen's contract.

use axum::extract::FromRequestParts;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    envelope::{CursorList, UrlList},
    json::{field_error, snake_case},
};
use crate::kit::{Error, LIMIT_DEFAULT, LIMIT_MAX, Page, Query, Window};

/// The query string as `T`, in either spelling of its keys; an empty value counts as absent.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Error> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// The parameters in the path.
pub struct PathParams<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathParams<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut http::request::Parts, state: &S) -> Result<Self, Error> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(params)) if !parts.uri.path().contains("%00") => Ok(Self(params)),
            _ => Err(Error::invalid("id", "is not a readable part of a path")),
        }
    }
}

/// Reads a query string; errors name the parameter.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (key, value) in pairs {
        if value.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            return Err(Error::invalid(key, "must be UTF-8 text without U+0000"));
        }
        text.append_pair(&snake_case(&key), &value);
    }
    let text = text.finish();
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| field_error(error.path().to_string(), &error.inner().to_string()))
}

/// `page` (from 1) and `limit`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageLimit {
    /// Page, counted from 1.
    #[param(minimum = 1, default = 1)]
    pub page: Option<i64>,
    /// Items of a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
}

/// `limit` and `offset`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LimitOffset {
    /// Most items to return.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Items to skip.
    #[param(minimum = 0, default = 0)]
    pub offset: Option<i64>,
}

/// `limit`, `starting_after`, `ending_before`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Cursor {
    /// Most items to return.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<i64>,
    /// Return what follows the object with this id.
    #[param(value_type = Option<String>, format = Uuid)]
    pub starting_after: Option<uuid::Uuid>,
    /// Return what precedes the object with this id.
    #[param(value_type = Option<String>, format = Uuid)]
    pub ending_before: Option<uuid::Uuid>,
}

/// Furthest item that can be skipped to: beyond it, cursors.
const OFFSET_MAX: i64 = 100_000_000;

fn checked_limit(limit: Option<i64>) -> Result<i64, Error> {
    match limit.unwrap_or(LIMIT_DEFAULT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Error::invalid("limit", format!("must be between 1 and {LIMIT_MAX}"))),
    }
}

fn checked_offset(path: &str, offset: Option<i64>) -> Result<Window, Error> {
    match offset {
        Some(offset @ 0..=OFFSET_MAX) => Ok(Window::Offset(offset)),
        _ => Err(Error::invalid(path, "is out of range")),
    }
}

impl PageLimit {
    /// Newest first, in the list's own order.
    pub fn query<S: Default>(&self) -> Result<Query<S>, Error> {
        let limit = checked_limit(self.limit)?;
        let window = checked_offset("page", self.page.unwrap_or(1).checked_sub(1).and_then(|page| page.checked_mul(limit)))?;
        Ok(Query { window, limit, ..Query::default() })
    }
}

impl LimitOffset {
    /// Newest first, in the list's own order.
    pub fn query<S: Default>(&self) -> Result<Query<S>, Error> {
        let window = checked_offset("offset", Some(self.offset.unwrap_or(0)))?;
        Ok(Query { window, limit: checked_limit(self.limit)?, ..Query::default() })
    }
}

impl Cursor {
    /// The answer to a page asked for with [`Cursor::query`]: `has_more` looks in the direction of
    /// the cursor.
    pub fn answer<T>(&self, page: Page<T>) -> CursorList<T> {
        let has_more = if self.ending_before.is_some() { page.has_previous } else { page.has_more };
        CursorList(Page { has_more, ..page })
    }

    /// The same for a list that names its own address and has no total.
    pub fn answer_at<T>(&self, page: Page<T>, url: &'static str) -> UrlList<T> {
        UrlList { page: self.answer(page).0, url }
    }

    /// As [`Cursor::query`], without the total.
    pub fn uncounted<S: Default>(&self) -> Result<Query<S>, Error> {
        Ok(Query { total: false, ..self.query()? })
    }

    /// Newest first, in the list's own order.
    pub fn query<S: Default>(&self) -> Result<Query<S>, Error> {
        let window = match (self.starting_after, self.ending_before) {
            (Some(_), Some(_)) => return Err(Error::invalid("ending_before", "cannot be combined with starting_after")),
            (Some(id), None) => Window::After(id.to_string()),
            (None, Some(id)) => Window::Before(id.to_string()),
            (None, None) => Window::Offset(0),
        };
        Ok(Query { window, limit: checked_limit(self.limit)?, ..Query::default() })
    }
}
