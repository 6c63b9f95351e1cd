//! The browser's server functions about webhooks.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{Delivery, DeliveryView, EditEndpoint, Endpoint, EndpointList, EndpointView, NewEndpoint, NewSecret};
use crate::kit::{Error, Id, Page, UrlQuery};

/// Endpoints of both dialects; filter `status`.
#[server(input = Json)]
pub async fn list_webhooks(query: UrlQuery) -> Result<EndpointList, Error> {
    super::ops::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// One endpoint with its last deliveries.
#[server(input = Json)]
pub async fn show_webhook(id: String) -> Result<EndpointView, Error> {
    super::ops::view(&crate::kit::cx::cx()?, &id).await
}

/// Makes an endpoint; the answer holds its secret, which is never seen again.
#[server(input = Json)]
pub async fn create_webhook(new: NewEndpoint) -> Result<NewSecret, Error> {
    super::ops::create(&crate::kit::cx::cx()?, new).await
}

/// Changes an endpoint.
#[server(input = Json)]
pub async fn update_webhook(id: Id<Endpoint>, edit: EditEndpoint) -> Result<Endpoint, Error> {
    super::ops::update(&crate::kit::cx::cx()?, &id.to_string(), edit).await
}

/// Removes an endpoint or an integration.
#[server(input = Json)]
pub async fn delete_webhook(id: Id<Endpoint>) -> Result<(), Error> {
    super::ops::board::remove(&crate::kit::cx::cx()?, id).await
}

/// Gives an endpoint another secret; the answer holds it, and it is never seen again.
#[server(input = Json)]
pub async fn rotate_webhook_secret(id: Id<Endpoint>) -> Result<NewSecret, Error> {
    super::ops::rotate_secret(&crate::kit::cx::cx()?, &id.to_string()).await
}

/// Sends an endpoint a made-up event of a type.
#[server(input = Json)]
pub async fn try_webhook(id: Id<Endpoint>, kind: String) -> Result<Delivery, Error> {
    super::ops::board::try_out(&crate::kit::cx::cx()?, id, &kind).await
}

/// Ids and addresses of all endpoints.
#[server(input = Json)]
pub async fn list_webhook_addresses() -> Result<Vec<(String, String)>, Error> {
    super::ops::board::addresses(&crate::kit::cx::cx()?).await
}

/// Deliveries; filters `status`, `endpoint`, `event`.
#[server(input = Json)]
pub async fn list_deliveries(query: UrlQuery) -> Result<Page<Delivery>, Error> {
    super::ops::deliveries::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// One delivery with its attempts.
#[server(input = Json)]
pub async fn show_delivery(id: String) -> Result<DeliveryView, Error> {
    super::ops::deliveries::view(&crate::kit::cx::cx()?, &id).await
}

/// Has a delivery attempted again now.
#[server(input = Json)]
pub async fn retry_delivery(id: Id<Delivery>) -> Result<Delivery, Error> {
    super::ops::deliveries::retry(&crate::kit::cx::cx()?, &id.to_string()).await
}
