//! Events, as programs and their owners see them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    kit::{Id, Metadata, Named, Page, Tag, Time},
    outward::webhooks::model::{Delivery, Endpoint},
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Event {
    /// The same in every delivery of the event.
    pub id: Id<Event>,
    #[serde(default)]
    pub object: Tag<Event>,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: EventData,
    /// The request that caused it; `null` if Merx did it by itself.
    pub request: Option<Request>,
    /// Deliveries of it that have not arrived and are not given up.
    pub pending_webhooks: i64,
    /// The version whose shape `data` has.
    pub api_version: Option<String>,
    pub livemode: bool,
    /// Unix time, seconds.
    pub created: i64,
}

impl Named for Event {
    const NAME: &'static str = "event";
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct EventData {
    /// The object after the change.
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub object: Metadata,
    /// What its changed attributes were before; absent if the event is no change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(schema_with = crate::kit::http::docs::metadata))]
    pub previous_attributes: Option<Metadata>,
}

/// The request behind an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Request {
    /// The `X-Request-Id` of its answer.
    pub id: Option<String>,
    pub idempotency_key: Option<String>,
}

/// What a list of events may be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct Filter {
    /// Only this type; `invoice.*` for all about invoices.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "ssr", param(rename = "type"))]
    pub kind: Option<String>,
    /// Only these types, with commas between them; patterns are allowed.
    pub types: Option<String>,
    /// Only what happened to this customer.
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub customer_id: Option<uuid::Uuid>,
    /// Only what happened to this invoice.
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub invoice_id: Option<uuid::Uuid>,
    /// Only what happened to this subscription.
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub subscription_id: Option<uuid::Uuid>,
    /// Only what happened to this order.
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub order_id: Option<uuid::Uuid>,
    /// From this second on, Unix time.
    pub created_gte: Option<f64>,
    /// Up to the end of this second, Unix time.
    pub created_lte: Option<f64>,
}

/// Body of a test event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewTestEvent {
    /// A type that there is.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A test event that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TestEvent {
    pub success: bool,
    pub message: String,
    pub event: Event,
}

/// That an event is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Resent {
    /// False if no endpoint listens.
    pub success: bool,
    pub message: String,
    /// The endpoint that gets it, if that is exactly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_endpoint_id: Option<Id<Endpoint>>,
}

/// An event as a list of the dashboard shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    pub id: Id<Event>,
    #[serde(rename = "type")]
    pub kind: String,
    pub object_type: String,
    pub object_id: String,
    /// `user`, `key` or `system`.
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    pub created_at: Time,
}

/// What the list page of events shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventList {
    pub page: Page<EventLine>,
}

/// What the page of an event shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    pub event: Event,
    pub line: EventLine,
    /// Newest first, at most a hundred.
    pub deliveries: Vec<Delivery>,
}

impl Event {
    /// Its payload as JSON, indented, for people.
    pub fn pretty(&self) -> String {
        serde_json::to_value(self).map_or_else(|_| String::new(), |value: Value| format!("{value:#}"))
    }
}

/// Events are ordered by when they happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    CreatedAt,
}
