//! Objects of made-up events: believable, with the members that their noun has.

use serde_json::{Map, Value, json};

use super::types;
use crate::kit::{DAY_MS, Time};

/// The object of a made-up event of this type.
pub(super) fn of(kind: &str, id: &str, now: Time) -> Map<String, Value> {
    let noun = types::noun(kind);
    let mut object = match about(kind, noun, now) {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    object.insert("id".into(), json!(id));
    object.insert("object".into(), json!(noun));
    object.insert("metadata".into(), json!({ "made_up": true }));
    object.insert("created_at".into(), json!(now));
    object
}

fn about(kind: &str, noun: &str, now: Time) -> Value {
    let month = now.plus_ms(30 * DAY_MS);
    match noun {
        "customer" => json!({ "name": "Ada Lovelace", "email": "ada@example.com" }),
        "product" => json!({ "name": "Pro Plan", "product_id": "pro_monthly", "amount_minor": 2900, "currency": "USD" }),
        "price" => json!({ "unit_amount": 2900, "currency": "usd", "interval": "month" }),
        "invoice" => json!({
            "customer_id": CUSTOMER, "subscription_id": SUBSCRIPTION, "status": last(kind), "total_minor": 2900, "currency": "USD",
        }),
        "subscription" => json!({
            "customer_id": CUSTOMER, "product_id": "pro_monthly", "status": status(kind), "amount_minor": 2900, "currency": "USD",
            "current_period_start": now, "current_period_end": month,
        }),
        "order" => json!({
            "customer_id": CUSTOMER, "product_id": "pro_lifetime", "status": last(kind), "total": 9900, "currency": "usd",
        }),
        "payment" | "payment_intent" | "refund" | "dispute" => json!({
            "customer_id": CUSTOMER, "product_id": "pro_monthly", "status": last(kind), "amount_minor": 2900, "currency": "USD",
        }),
        _ => json!({}),
    }
}

/// Objects that made-up ones refer to; they do not exist either.
const CUSTOMER: &str = "00000000-0000-7000-8000-000000000001";
const SUBSCRIPTION: &str = "00000000-0000-7000-8000-000000000002";

/// `paid` of `invoice.paid`.
fn last(kind: &str) -> &str {
    kind.rsplit('.').next().unwrap_or(kind)
}

fn status(kind: &str) -> &str {
    match last(kind) {
        state @ ("canceled" | "paused" | "past_due") => state,
        "trial_ending" | "trial_will_end" => "trialing",
        _ => "active",
    }
}
