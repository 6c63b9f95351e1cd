//! The browser's server functions about events.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{Event, EventList, EventView, Resent};
use crate::{
    kit::{Error, Id, UrlQuery},
    outward::webhooks::model::Endpoint,
};

/// Events for the list page; filters `type`, `object`, `range`.
#[server(input = Json)]
pub async fn list_events(query: UrlQuery) -> Result<EventList, Error> {
    super::ops::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// One event with its deliveries.
#[server(input = Json)]
pub async fn show_event(id: String) -> Result<EventView, Error> {
    super::ops::view(&crate::kit::cx::cx()?, &id).await
}

/// Sends an event again, to one endpoint or to all who listen.
#[server(input = Json)]
pub async fn resend_event(id: Id<Event>, endpoint: Option<Id<Endpoint>>) -> Result<Resent, Error> {
    let endpoint = endpoint.map(|endpoint| endpoint.to_string());
    super::ops::resend(&crate::kit::cx::cx()?, &id.to_string(), endpoint.as_deref()).await
}
