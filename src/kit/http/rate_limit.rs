//! How many requests a caller may make.
//!
//! A bucket per caller and domain holds as many requests as may come at once and fills up evenly.
//! The database keeps when it will be full; each server takes a second's worth of requests from it
//! in one statement and hands them out from memory. So all servers on one database together keep
//! the limit to within that batch, and a request seldom costs more than a look into a map.
//!
//! Not governor: its buckets live in one process, and a bucket that is filled from the database
//! needs a number, not a second bucket.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;

use crate::{
    args,
    kit::{
        Error, Kind, Result,
        clock::Clock,
        cx::{App, Cx, Identity, Refused},
    },
    transaction,
};

/// Buckets remembered by one process.
const BUCKETS_MAX: usize = 100_000;
/// A minute in microseconds, the unit of this file.
const MINUTE_US: i64 = 60_000_000;
/// Longest time that a bucket takes to fill: an hour.
const FULL_AFTER_US: i64 = 60 * MINUTE_US;

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests a minute, at least 1.
    pub per_minute: i64,
    /// Requests at once after a pause, at least 1.
    pub burst: i64,
}

/// A caller's own limit in requests a minute, 0 for none; stands in the request's extensions.
#[derive(Clone, Copy)]
pub struct OwnLimit(pub i64);

/// How a dialect limits, and how it tells.
pub struct Rule {
    /// The domain that a path belongs to, and its limit for callers without their own.
    pub quota: fn(&Cx, path: &str) -> (&'static str, Quota),
    /// The limit of a caller who has an own one.
    pub own: fn(per_minute: i64) -> Quota,
    /// Tells the standing.
    pub tell: fn(&mut HeaderMap, &Standing),
}

/// Where a caller stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub quota: Quota,
    /// Requests that would pass now.
    pub remaining: i64,
    /// When the bucket is full again, Unix seconds.
    pub full_at_s: i64,
    /// How long to wait, seconds; 0 for a request that passes.
    pub wait_s: i64,
}

/// What this process holds of a bucket.
#[derive(Clone, Copy, Default)]
struct Batch {
    /// Requests that were taken and not handed out.
    left: i64,
    /// When the bucket is full, after what was taken.
    full_at: i64,
}

/// A batch, with the wait of those who want the next one.
type Bucket = Arc<tokio::sync::Mutex<Batch>>;

/// The buckets of one process, by caller and domain.
#[derive(Default)]
pub struct Buckets(Mutex<HashMap<(String, &'static str), Bucket>>);

impl Buckets {
    fn of(&self, caller: &str, domain: &'static str) -> Bucket {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX {
            buckets.retain(|_, batch| Arc::strong_count(batch) > 1);
        }
        Arc::clone(buckets.entry((caller.to_owned(), domain)).or_default())
    }
}

impl Quota {
    /// Time in which one request comes back.
    fn interval(self) -> i64 {
        MINUTE_US / self.per_minute.clamp(1, MINUTE_US)
    }

    /// Time in which an empty bucket fills.
    fn capacity(self) -> i64 {
        (self.interval() * self.burst.max(1)).min(FULL_AFTER_US)
    }

    /// Requests that a server takes at once: those of a second.
    fn batch(self) -> i64 {
        (self.per_minute / 60).clamp(1, self.burst.max(1))
    }

    fn standing(self, batch: Batch, now: i64) -> Standing {
        let interval = self.interval();
        let room = (now + self.capacity() - batch.full_at.max(now)) / interval + batch.left;
        let full_at = batch.full_at - batch.left * interval;
        // One more request has to fit.
        let wait = if room > 0 { 0 } else { batch.full_at + interval - self.capacity() - now };
        Standing {
            quota: self,
            remaining: room.clamp(0, self.burst),
            full_at_s: ceil_s(full_at.max(now)),
            wait_s: if room > 0 { 0 } else { ceil_s(wait).max(1) },
        }
    }
}

fn ceil_s(us: i64) -> i64 {
    us.div_euclid(1_000_000) + i64::from(us.rem_euclid(1_000_000) > 0)
}

/// Layer around the handlers of a dialect.
pub async fn layer(State((app, rule)): State<(App, &'static Rule)>, mut request: Request, next: Next) -> Response {
    let Some(Identity(cx)) = request.extensions().get().cloned() else { return next.run(request).await };
    let (domain, quota) = (rule.quota)(&cx, request.uri().path());
    let quota = match request.extensions().get() {
        Some(OwnLimit(0)) => return next.run(request).await,
        Some(OwnLimit(per_minute)) => (rule.own)(*per_minute),
        None => quota,
    };
    let standing = match spend(&app, &cx.actor.id, domain, quota).await {
        Ok(standing) => standing,
        Err(error) => {
            // Whoever needs the database will say so; who does not, is served.
            tracing::warn!(%error, "a rate limit could not be kept");
            return next.run(request).await;
        }
    };
    if standing.wait_s > 0 {
        request.extensions_mut().insert(Refused(exceeded(standing.wait_s)));
    }
    let mut response = next.run(request).await;
    (rule.tell)(response.headers_mut(), &standing);
    response
}

fn exceeded(wait_s: i64) -> Error {
    let error = Error::new(Kind::TooManyRequests, "rate_limit_exceeded", "Rate limit exceeded");
    error.retry_after(u32::try_from(wait_s).unwrap_or(u32::MAX))
}

/// Takes one request out of a caller's bucket, if there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn spend(app: &App, caller: &str, domain: &'static str, quota: Quota) -> Result<Standing> {
    let bucket = app.memory::<Buckets>().of(caller, domain);
    let mut batch = bucket.lock().await;
    let now = now_us();
    if batch.left == 0 {
        // A bucket that was seen empty stays so until a request has come back.
        let seen = quota.standing(*batch, now);
        if seen.wait_s > 0 {
            return Ok(seen);
        }
        *batch = take(app, caller, domain, quota, now).await?;
    }
    if batch.left == 0 {
        return Ok(quota.standing(*batch, now));
    }
    batch.left -= 1;
    Ok(Standing { wait_s: 0, ..quota.standing(*batch, now) })
}

/// What the database gives: a batch, else one request, else none.
async fn take(app: &App, caller: &str, domain: &'static str, quota: Quota, now: i64) -> Result<Batch> {
    let db = &app.db;
    for count in [quota.batch(), 1] {
        let (cost, full) = (quota.interval() * count, now + quota.capacity());
        let first = now + cost;
        let taken: Option<i64> = transaction!(db, |tx| {
            tx.opt(
                "insert into rate_limits (caller, domain, full_at) values ($1, $2, $3)
                 on conflict (caller, domain) do update
                 set full_at = case when rate_limits.full_at > $4 then rate_limits.full_at else $4 end + $5
                 where case when rate_limits.full_at > $4 then rate_limits.full_at else $4 end + $5 <= $6
                 returning full_at",
                args![caller, domain, first, now, cost, full],
            )
            .await
        })?;
        if let Some(full_at) = taken {
            return Ok(Batch { left: count, full_at });
        }
    }
    let full_at = app.db.one("select full_at from rate_limits where caller = $1 and domain = $2", args![caller, domain]).await?;
    Ok(Batch { left: 0, full_at })
}

fn now_us() -> i64 {
    Clock::system().0.saturating_mul(1000)
}

/// Deletes buckets that are full: they say nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn prune(app: &App) -> Result<u64> {
    let (db, before) = (&app.db, now_us() - MINUTE_US);
    transaction!(db, |tx| { tx.exec("delete from rate_limits where full_at <= $1", args![before]).await })
}
