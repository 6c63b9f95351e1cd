//! Bodies in and out.

use axum::extract::{FromRequest, Request};
use http::header;
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::kit::{
    Error, Time,
    http::json::{parse_as_is, read},
};

/// A request's JSON body, whose keys are spelled in one way only.
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Error::malformed("Content-Type not application/json"));
        }
        parse_as_is(&read(request, state).await?).map(Self)
    }
}

/// What is left of an object.
#[derive(Serialize, ToSchema)]
#[schema(as = RevenueCatDeletedObject)]
pub(super) struct Deleted {
    /// Type of the object.
    object: &'static str,
    id: String,
    /// Milliseconds since 1970.
    deleted_at: i64,
}

impl Deleted {
    /// That `object` with this id is gone since `now`.
    pub(super) fn new(object: &'static str, id: String, now: Time) -> Self {
        Self { object, id, deleted_at: now.0 }
    }
}
