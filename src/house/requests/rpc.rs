//! The browser's server functions about the log of calls.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{ApiRequest, ApiRequestView, KeyUse};
use crate::kit::{Error, Page, UrlQuery};

/// Calls for the list page; filters `status`, `method`, `key`, `range`, `from`, `to`.
#[server(input = Json)]
pub async fn list_api_requests(query: UrlQuery) -> Result<Page<ApiRequest>, Error> {
    super::ops::list(&crate::kit::cx::cx()?, &query).await
}

/// One call, by its id or its request id.
#[server(input = Json)]
pub async fn show_api_request(id: String) -> Result<ApiRequestView, Error> {
    super::ops::view(&crate::kit::cx::cx()?, &id).await
}

/// How much keys are used.
#[server(input = Json)]
pub async fn list_key_use() -> Result<Vec<KeyUse>, Error> {
    super::ops::key_use(&crate::kit::cx::cx()?).await
}
