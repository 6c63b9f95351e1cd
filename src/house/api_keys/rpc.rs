//! The browser's server functions about API keys.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{ApiKey, NewApiKey, NewSecret};
use crate::kit::{Error, Id, Page, UrlQuery};

/// Keys of the mode.
#[server(input = Json)]
pub async fn list_api_keys(query: UrlQuery) -> Result<Page<ApiKey>, Error> {
    super::ops::list(&crate::kit::cx::cx()?, &query).await
}

/// Makes a key; the answer holds its secret, which is never seen again.
#[server(input = Json)]
pub async fn create_api_key(new: NewApiKey) -> Result<NewSecret, Error> {
    super::ops::create(&crate::kit::cx::cx()?, new).await
}

/// A key that acts for this session, for the API explorer.
#[server(input = Json)]
pub async fn session_key() -> Result<String, Error> {
    let session = crate::house::team::auth::asked()?.session_id();
    super::session_key::make(&crate::kit::cx::cx()?, session)
}

/// Makes a key in the place of another.
#[server(input = Json)]
pub async fn roll_api_key(id: Id<ApiKey>, overlap_hours: i64) -> Result<NewSecret, Error> {
    super::ops::roll(&crate::kit::cx::cx()?, id, overlap_hours).await
}

/// Makes a key stop working.
#[server(input = Json)]
pub async fn revoke_api_key(id: Id<ApiKey>) -> Result<ApiKey, Error> {
    super::ops::revoke(&crate::kit::cx::cx()?, id).await
}
