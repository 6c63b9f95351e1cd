//! What the two dialects of webhooks differ in: bodies, headers, what counts as arrived, and when a
//! delivery is attempted again.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;
use sha2::Sha256;

use super::{
    fan_out::{Listener, Told},
    model::Dialect,
    revenuecat,
};
use crate::{
    kit::{DAY_MS, Time},
    outward::events::ops,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// RevKeen's pauses after the first attempt, and daily up to the fourth day after the event.
const REVKEEN_PAUSES_MS: &[i64] = &[5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 8 * HOUR_MS, DAY_MS, DAY_MS, DAY_MS];
/// RevenueCat's.
const REVENUECAT_PAUSES_MS: &[i64] = &[5 * MINUTE_MS, 10 * MINUTE_MS, 20 * MINUTE_MS, 40 * MINUTE_MS, 80 * MINUTE_MS];

fn pauses_ms(dialect: Dialect) -> &'static [i64] {
    match dialect {
        Dialect::Revkeen => REVKEEN_PAUSES_MS,
        Dialect::Revenuecat => REVENUECAT_PAUSES_MS,
    }
}

/// Attempts before a delivery is given up.
pub(super) fn attempts_max(dialect: Dialect) -> i64 {
    i64::try_from(pauses_ms(dialect).len()).unwrap_or(i64::MAX) + 1
}

/// How long to wait after the `attempts`-th attempt has failed.
pub(super) fn pause_ms(dialect: Dialect, attempts: i64) -> Option<i64> {
    pauses_ms(dialect).get(usize::try_from(attempts - 1).ok()?).copied()
}

/// Longest time that an answer may take.
pub(super) fn timeout(dialect: Dialect) -> Duration {
    match dialect {
        Dialect::Revkeen => Duration::from_secs(30),
        Dialect::Revenuecat => Duration::from_secs(60),
    }
}

/// Whether an answer means that the event has arrived.
pub(super) fn arrived(dialect: Dialect, status: StatusCode) -> bool {
    match dialect {
        Dialect::Revkeen => status.is_success(),
        Dialect::Revenuecat => status == StatusCode::OK,
    }
}

/// What an endpoint is sent of an event; none if its dialect knows no such event.
pub fn payload(listener: &Listener, event: &Told) -> Option<String> {
    match listener.dialect {
        Dialect::Revenuecat => revenuecat::body(listener, event).map(|body| body.to_string()),
        Dialect::Revkeen => {
            let mut body = serde_json::to_value(ops::of(event.clone(), 0)).ok()?;
            if let Some(members) = body.as_object_mut() {
                members.remove("pending_webhooks");
                members.insert("api_version".into(), json!(listener.api_version));
                members.insert("account".into(), json!(listener.merchant_id));
            }
            listener.api_version.dress(&mut body);
            Some(body.to_string())
        }
    }
}

/// The headers of an attempt at a time. `secret` is the key of the signature, or in RevenueCat's dialect
/// the text of the authorization header.
pub(super) fn headers(listener: &Listener, event: &Told, secret: Option<&str>, body: &str, now: Time) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    match (listener.dialect, secret) {
        (Dialect::Revenuecat, Some(text)) => {
            if let Ok(mut value) = HeaderValue::from_str(text) {
                value.set_sensitive(true);
                headers.insert(header::AUTHORIZATION, value);
            }
        }
        (Dialect::Revenuecat, None) => {}
        (Dialect::Revkeen, secret) => {
            let seconds = now.0.div_euclid(1000);
            let signature = format!("t={seconds},v1={}", sign(secret.unwrap_or_default(), seconds, body));
            for (name, value) in [
                (HeaderName::from_static("x-revkeen-signature"), signature),
                (HeaderName::from_static("x-revkeen-version"), listener.api_version.to_string()),
                (HeaderName::from_static("x-revkeen-account"), listener.merchant_id.to_string()),
                (HeaderName::from_static("x-revkeen-event-id"), event.id.to_string()),
                (HeaderName::from_static("x-revkeen-timestamp"), seconds.to_string()),
            ] {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.insert(name, value);
                }
            }
        }
    }
    headers
}

/// HMAC-SHA256 of `{seconds}.{body}` in hex; the key is the whole secret.
fn sign(secret: &str, seconds: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{seconds}.{body}").as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
