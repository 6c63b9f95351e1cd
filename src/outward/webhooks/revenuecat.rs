//! Events as RevenueCat's webhook integrations are sent them.
//!
//! Our types are translated by one table; what has no counterpart there is not sent. A body has the
//! members that RevenueCat documents for its type as far as the event's object knows them.

use serde_json::{Map, Value, json};

use super::fan_out::{Listener, Told};
use crate::{kit::Time, people::apps::ops::own_id};

/// The type of the event that only tries an integration out.
pub const TEST: &str = "webhook_endpoint.test";

/// Our types and RevenueCat's names for them.
const NAMES: &[(&str, &str)] = &[
    ("subscription.created", "initial_purchase"),
    ("subscription.renewed", "renewal"),
    ("subscription.canceled", "cancellation"),
    ("subscription.paused", "subscription_paused"),
    ("invoice.payment_failed", "billing_issue"),
    ("invoice.finalized", "invoice_issuance"),
    ("order.paid", "non_renewing_purchase"),
    ("payment.refunded", "cancellation"),
];

/// What an integration can be narrowed to.
pub const EVENT_TYPES: &[&str] = &[
    "initial_purchase",
    "renewal",
    "product_change",
    "cancellation",
    "billing_issue",
    "non_renewing_purchase",
    "uncancellation",
    "transfer",
    "subscription_paused",
    "expiration",
    "subscription_extended",
    "invoice_issuance",
    "temporary_entitlement_grant",
    "refund_reversed",
    "virtual_currency_transaction",
];

/// RevenueCat's name for what happened. A subscription that got another product or price, and one that
/// is not to be canceled any more, are told from other updates by what they were before.
fn name(event: &Told) -> Option<&'static str> {
    let was = |member: &str| event.previous.as_ref().and_then(|previous| previous.get(member));
    if event.kind == "subscription.updated" {
        return match was("cancel_at_period_end") {
            Some(Value::Bool(true)) => Some("uncancellation"),
            Some(Value::Bool(false)) => Some("cancellation"),
            _ if was("product_id").is_some() || was("price_id").is_some() => Some("product_change"),
            _ => None,
        };
    }
    NAMES.iter().find(|(ours, _)| *ours == event.kind).map(|(_, theirs)| *theirs)
}

/// Whether an integration is sent an event by itself.
pub(super) fn wants(listener: &Listener, event: &Told) -> bool {
    let Some(name) = name(event) else { return false };
    let environment = if event.live { "production" } else { "sandbox" };
    let named = listener.enabled_events.iter().any(|wanted| wanted == "*" || wanted == name);
    let here = listener.environment.as_deref().is_none_or(|wanted| wanted == environment);
    let app = match event.data.get("app_id").and_then(Value::as_str) {
        Some(app) => listener.app_id.is_none_or(|wanted| wanted.to_string() == app),
        None => listener.app_id.is_none_or(|wanted| wanted == own_id(listener.merchant_id, listener.mode())),
    };
    named && here && app
}

/// The body that an integration is sent; none for what RevenueCat has no word for.
pub(super) fn body(listener: &Listener, event: &Told) -> Option<Value> {
    let kind = if event.kind == TEST { "test" } else { name(event)? };
    let mut body = Map::new();
    let mut put = |member: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(member.to_owned(), value);
        }
    };
    let said = |member: &str| event.data.get(member).filter(|value| !value.is_null()).cloned();
    let millis = |member: &str| Some(json!(Time::parse(event.data.get(member)?.as_str()?)?.0));
    put("type", Some(json!(kind.to_uppercase())));
    put("id", Some(json!(event.id)));
    put("event_timestamp_ms", Some(json!(event.created_at.0)));
    put("app_id", Some(json!(format!("app{}", own_id(listener.merchant_id, listener.mode()).short()))));
    put("environment", Some(json!(if event.live { "PRODUCTION" } else { "SANDBOX" })));
    put("store", Some(json!("RC_BILLING")));
    for member in ["app_user_id", "original_app_user_id"] {
        put(member, said("customer_id"));
    }
    put("aliases", said("customer_id").map(|id| json!([id])));
    put("product_id", said("product_id"));
    put("transaction_id", said("id"));
    put("original_transaction_id", said("subscription_id").or_else(|| said("id")));
    put("currency", said("currency").and_then(|code| Some(json!(code.as_str()?.to_uppercase()))));
    put("purchased_at_ms", millis("current_period_start").or_else(|| millis("created_at")));
    put("expiration_at_ms", millis("current_period_end"));
    if let Some(status) = event.data.get("status").and_then(Value::as_str) {
        put("period_type", Some(json!(if status == "trialing" { "TRIAL" } else { "NORMAL" })));
    }
    if kind == "cancellation" {
        let reason = if event.kind == "payment.refunded" { "CUSTOMER_SUPPORT" } else { "UNSUBSCRIBE" };
        put("cancel_reason", Some(json!(reason)));
    }
    Some(json!({ "api_version": "1.0", "event": body }))
}
