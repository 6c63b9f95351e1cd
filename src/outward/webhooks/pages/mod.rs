//! The dashboard's pages about webhooks: endpoints, and what was and is sent to them.

mod deliveries;
mod delivery;
mod detail;
mod form;
mod list;
mod patterns;
mod secret;

pub use {
    deliveries::{DeliveriesPage, delivery_columns, delivery_row},
    delivery::DeliveryPage,
    detail::WebhookPage,
    list::WebhooksPage,
};

use super::model::{Breaker, Delivery, DeliveryStatus, EndpointStatus};
use crate::ui::Tone;

/// How an endpoint's status looks; one whose breaker is not closed says so.
fn endpoint_badge(status: EndpointStatus, breaker: Breaker) -> (String, Tone) {
    match (status, breaker) {
        (EndpointStatus::Disabled, _) => (status.label().to_owned(), Tone::Neutral),
        (EndpointStatus::Enabled, Breaker::Closed) => (status.label().to_owned(), Tone::Good),
        (EndpointStatus::Enabled, Breaker::HalfOpen) => ("Trying again".to_owned(), Tone::Warn),
        (EndpointStatus::Enabled, Breaker::Open) => ("Held back".to_owned(), Tone::Bad),
    }
}

/// How a delivery's status looks.
fn delivery_badge(delivery: &Delivery) -> (String, Tone) {
    let tone = match delivery.status {
        DeliveryStatus::Pending => Tone::Info,
        DeliveryStatus::Succeeded => Tone::Good,
        DeliveryStatus::Failed => Tone::Warn,
        DeliveryStatus::DeadLettered => Tone::Bad,
    };
    (delivery.status.label().to_owned(), tone)
}

/// `98 %`, or none before the first attempt.
fn success_rate(successful: i64, total: i64) -> Option<String> {
    (total > 0).then(|| format!("{} %", successful * 100 / total))
}

/// The host of an address, for headings.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
