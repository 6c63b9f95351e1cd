//! Endpoints, deliveries and attempts, as their owners see them.

use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::{
    kit::{Error, Id, Metadata, Named, Page, Patch, Result, Tag, Time, Version, checked, timeline::Occurrence},
    outward::events::{model::Event, types},
};

/// Longest address, characters.
pub const URL_CHARS_MAX: usize = 2000;
/// Most patterns of one endpoint.
pub const PATTERNS_MAX: usize = 200;

/// Whether an endpoint gets anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndpointStatus {
    Enabled,
    /// What is due waits, until the fourth day after its event.
    Disabled,
}

impl EndpointStatus {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
        }
    }
}

/// Whether attempts reach an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Breaker {
    /// They do.
    Closed,
    /// It failed so often in a row that attempts are held back for a while.
    Open,
    /// One attempt is under way to see whether it works again.
    HalfOpen,
}

impl Breaker {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Closed => "Closed",
            Self::Open => "Open",
            Self::HalfOpen => "Half open",
        }
    }
}

/// Whose webhooks an endpoint gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    #[default]
    Revkeen,
    /// A webhook integration.
    Revenuecat,
}

/// An address that events are sent to, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(as = WebhookEndpoint))]
pub struct Endpoint {
    pub id: Id<Endpoint>,
    pub url: String,
    pub description: Option<String>,
    /// What it listens to: types, `invoice.*`, `*`.
    pub enabled_events: Vec<String>,
    pub status: EndpointStatus,
    pub circuit_breaker_state: Breaker,
    /// Attempts that were made.
    pub total_deliveries: i64,
    /// Attempts that arrived.
    pub successful_deliveries: i64,
    /// Attempts that did not.
    pub failed_deliveries: i64,
    /// When the last attempt was made.
    pub last_delivery_at: Option<Time>,
    /// The version of the API whose shapes it gets. An addition to RevKeen's schema.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub api_version: Version,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for Endpoint {
    const NAME: &'static str = "webhook_endpoint";
}

/// An endpoint with its secret: the only time that is seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(as = WebhookEndpointWithSecret))]
pub struct NewSecret {
    #[serde(flatten)]
    pub endpoint: Endpoint,
    /// `rk_wh_…`; the whole text is the key of the signature.
    pub secret: String,
}

/// Body of a create.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(as = NewWebhookEndpoint))]
pub struct NewEndpoint {
    /// `https://…`; `http://` in test mode only.
    #[garde(length(chars, min = 1, max = URL_CHARS_MAX))]
    #[cfg_attr(feature = "ssr", schema(format = "uri"))]
    pub url: String,
    /// Types, `invoice.*` or `*`.
    #[garde(length(min = 1, max = PATTERNS_MAX))]
    pub enabled_events: Vec<String>,
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    pub description: Option<String>,
    /// Date of the version whose shapes it gets; the caller's if left out. An addition to RevKeen's schema.
    #[serde(default)]
    #[garde(skip)]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub api_version: Option<Version>,
}

impl NewEndpoint {
    /// The same with patterns in order and each once, or what is wrong with it.
    pub fn checked(self) -> Result<Self> {
        let mut new = checked(self)?;
        if let Some((at, odd)) = new.enabled_events.iter().enumerate().find(|(_, pattern)| !types::can_match(pattern)) {
            let odd: String = odd.chars().take(80).collect();
            return Err(Error::invalid(format!("enabled_events[{at}]"), format!("'{odd}' matches no type of event")));
        }
        new.enabled_events.sort();
        new.enabled_events.dedup();
        Ok(new)
    }
}

/// Body of an update: what is absent stays, `null` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(as = EditWebhookEndpoint))]
#[serde(default)]
pub struct EditEndpoint {
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub url: Patch<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub enabled_events: Patch<Vec<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<Option<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    pub enabled: Patch<bool>,
    /// Date of the version whose shapes it gets. An addition to RevKeen's schema.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub api_version: Patch<Version>,
}

impl EditEndpoint {
    /// The endpoint after the change, checked by the same rules as a new one. A new address starts with
    /// a closed breaker, and so does an endpoint that is enabled again.
    pub fn apply(self, before: &Endpoint) -> Result<Endpoint> {
        let mut after = before.clone();
        self.url.apply(&mut after.url);
        self.enabled_events.apply(&mut after.enabled_events);
        self.description.apply(&mut after.description);
        self.api_version.apply(&mut after.api_version);
        if let Patch::Set(enabled) = self.enabled {
            after.status = if enabled { EndpointStatus::Enabled } else { EndpointStatus::Disabled };
        }
        let new = NewEndpoint {
            url: after.url.clone(),
            enabled_events: after.enabled_events.clone(),
            description: after.description.clone(),
            api_version: None,
        };
        after.enabled_events = new.checked()?.enabled_events;
        if after.url != before.url || after.status != before.status {
            after.circuit_breaker_state = Breaker::Closed;
        }
        Ok(after)
    }
}

/// What is left of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(as = DeletedWebhookEndpoint))]
pub struct DeletedEndpoint {
    pub id: Id<Endpoint>,
    /// Always true.
    pub deleted: bool,
}

/// What a list of endpoints may be narrowed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct EndpointFilter {
    #[cfg_attr(feature = "ssr", param(inline))]
    pub status: Option<EndpointStatus>,
}

/// Columns that endpoints may be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointSort {
    /// Newest first.
    #[default]
    CreatedAt,
    Url,
}

/// What the list page of endpoints shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointList {
    pub page: Page<EndpointLine>,
    pub enabled: i64,
    pub disabled: i64,
}

/// An endpoint of either dialect, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointLine {
    pub id: Id<Endpoint>,
    pub dialect: Dialect,
    /// Integrations have names.
    pub name: Option<String>,
    pub url: String,
    pub description: Option<String>,
    pub enabled_events: Vec<String>,
    pub status: EndpointStatus,
    pub circuit_breaker_state: Breaker,
    pub total_deliveries: i64,
    pub successful_deliveries: i64,
    pub last_delivery_at: Option<Time>,
    pub created_at: Time,
}

/// What the page of an endpoint shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointView {
    pub endpoint: Endpoint,
    pub dialect: Dialect,
    /// Integrations have names.
    pub name: Option<String>,
    /// Newest first, at most twenty.
    pub deliveries: Vec<Delivery>,
    pub history: Vec<Occurrence>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Its first attempt is due, or one that somebody asked for.
    Pending,
    Succeeded,
    /// The last attempt failed; another follows.
    Failed,
    /// Given up.
    DeadLettered,
}

impl DeliveryStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Succeeded, Self::Failed, Self::DeadLettered];

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::DeadLettered => "Given up",
        }
    }
}

/// One event on its way to one endpoint. Its times are the machine's, whatever test mode's clock says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(as = WebhookDelivery))]
pub struct Delivery {
    pub id: Id<Delivery>,
    #[serde(default)]
    pub object: Tag<Delivery>,
    pub endpoint_id: Id<Endpoint>,
    pub event_id: Id<Event>,
    pub event_type: Option<String>,
    pub status: DeliveryStatus,
    /// Attempts that were made.
    pub attempts: i64,
    pub max_attempts: i64,
    pub last_status_code: Option<i64>,
    /// Why the last attempt failed, for people.
    pub last_error: Option<String>,
    /// The same for programs: `http_status`, `timeout`, `connection`, `tls`, `dns`, `address_refused`.
    pub last_error_code: Option<String>,
    pub last_duration_ms: Option<i64>,
    pub last_attempt_at: Option<Time>,
    /// When the next attempt is due; `null` if none is.
    pub next_retry_at: Option<Time>,
    pub delivered_at: Option<Time>,
    pub dead_lettered_at: Option<Time>,
    pub dead_letter_reason: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Named for Delivery {
    const NAME: &'static str = "webhook_delivery";
}

/// What a list of deliveries may be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct DeliveryFilter {
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub endpoint_id: Option<uuid::Uuid>,
    #[cfg_attr(feature = "ssr", param(value_type = Option<String>, format = Uuid))]
    pub event_id: Option<uuid::Uuid>,
    #[cfg_attr(feature = "ssr", param(inline))]
    pub status: Option<DeliveryStatus>,
}

/// Deliveries are ordered by when they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliverySort {
    #[default]
    CreatedAt,
}

/// One request that was made, and what came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Counted from 1.
    pub number: i64,
    pub attempted_at: Time,
    pub url: String,
    /// Secrets are masked.
    pub request_headers: Metadata,
    /// At most 16 KiB of it.
    pub request_body: String,
    /// None if nothing came back.
    pub status_code: Option<i64>,
    pub response_headers: Option<Metadata>,
    /// At most 16 KiB of it.
    pub response_body: Option<String>,
    pub duration_ms: i64,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// The same for programs.
    pub error_code: Option<String>,
}

/// Why a delivery cannot be attempted again: the field it is about, and the reason. `endpoint` is the
/// state of the one it goes to, if that is still there.
pub fn no_retry(status: DeliveryStatus, endpoint: Option<EndpointStatus>) -> Option<(&'static str, &'static str)> {
    match (status, endpoint) {
        (DeliveryStatus::Succeeded, _) => Some(("status", "is succeeded already")),
        (_, None) => Some(("endpoint_id", "is deleted")),
        (_, Some(EndpointStatus::Disabled)) => Some(("endpoint_id", DISABLED)),
        (_, Some(EndpointStatus::Enabled)) => None,
    }
}

/// Why nothing is sent to an endpoint.
pub const DISABLED: &str = "is disabled; enable it first";

/// What the page of a delivery shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryView {
    pub delivery: Delivery,
    /// None if it is gone.
    pub endpoint: Option<Endpoint>,
    /// Newest first.
    pub attempts: Vec<Attempt>,
}
