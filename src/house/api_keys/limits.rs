//! How many requests RevKeen's keys may make, and how it is told.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::kit::{
    Mode,
    cx::Cx,
    http::rate_limit::{Quota, Rule, Standing},
};

/// Test mode's limit.
const TEST: Quota = Quota { per_minute: 100, burst: 200 };
/// Live mode's limit.
const LIVE: Quota = Quota { per_minute: 1_000, burst: 2_000 };

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// RevKeen's limits: all operations share one.
pub static RULE: Rule = Rule { quota, own, tell };

fn quota(cx: &Cx, _: &str) -> (&'static str, Quota) {
    ("requests", if cx.mode == Mode::Live { LIVE } else { TEST })
}

fn own(per_minute: i64) -> Quota {
    Quota { per_minute, burst: per_minute.saturating_mul(2) }
}

/// What is left of a burst counts as far as the limit that is told.
fn tell(headers: &mut HeaderMap, standing: &Standing) {
    let limit = standing.quota.per_minute;
    headers.insert(LIMIT, HeaderValue::from(limit));
    headers.insert(REMAINING, HeaderValue::from(standing.remaining.min(limit)));
    headers.insert(RESET, HeaderValue::from(standing.full_at_s));
}
