//! How many requests RevenueCat's keys may make in each domain, and how it is told.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::kit::{
    cx::Cx,
    http::rate_limit::{Quota, Rule, Standing},
};

const USAGE: HeaderName = HeaderName::from_static("revenuecat-rate-limit-current-usage");
const LIMIT: HeaderName = HeaderName::from_static("revenuecat-rate-limit-current-limit");

/// RevenueCat's limits.
pub(crate) static RULE: Rule = Rule { quota, own, tell };

/// The domain of an operation, by the noun behind the project, and its requests a minute.
fn quota(_: &Cx, path: &str) -> (&'static str, Quota) {
    let noun = path.split('/').nth(4).unwrap_or_default();
    let credits = path.ends_with("/virtual_currencies/transactions") || path.ends_with("/virtual_currencies/update_balance");
    let (domain, per_minute) = match noun {
        "customers" if credits => ("virtual_currencies_create_transaction", 480),
        "customers" | "subscriptions" | "purchases" => ("customer_information", 480),
        "metrics" | "charts" | "benchmarks" => ("charts_metrics", 25),
        _ => ("project_configuration", 60),
    };
    (domain, own(per_minute))
}

fn own(per_minute: i64) -> Quota {
    Quota { per_minute, burst: per_minute }
}

fn tell(headers: &mut HeaderMap, standing: &Standing) {
    let limit = standing.quota.per_minute;
    headers.insert(USAGE, HeaderValue::from(limit - standing.remaining.clamp(0, limit)));
    headers.insert(LIMIT, HeaderValue::from(limit));
}
