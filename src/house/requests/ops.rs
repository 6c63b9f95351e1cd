//! What can be done with the log of calls: reading it, and forgetting what is old.

use serde::Deserialize;

pub use super::writer::flush;
use super::{
    model::{ApiRequest, ApiRequestView, Body, CALLS_COUNTED_MAX, Caused, DAYS_KEPT, KeyUse, Sort},
    writer::id_at,
};
use crate::{
    args,
    kit::{
        DAY_MS, Error, Found, Id, Mode, Page, Query, Result, Tenant, Time, UrlQuery,
        clock::Clock,
        cx::{App, Cx},
        db::query::{List, SortColumn},
        events,
    },
    paths, transaction,
};

/// Rows that one transaction forgets.
const PRUNE_ROWS: i64 = 1_000;
/// Calls whose path begins as asked: fewer are found through the index of paths, more along the time.
const RARE: i64 = 5_000;
const HOUR_MS: i64 = 3_600_000;

impl SortColumn for Sort {
    fn column(self) -> &'static str {
        "id"
    }
}

/// Calls, newest first. Filters: `status` (`2xx`, `4xx`, `5xx`), `method`, `key` (the id of who called),
/// `range` (`hour`, `day`, `week`), `from` and `to` (RFC 3339). The search takes the beginning of a
/// path or a request id. Totals are not counted.
pub async fn list(cx: &Cx, query: &UrlQuery) -> Result<Page<ApiRequest>> {
    cx.can("requests:read")?;
    let asked = Query { position: false, total: false, search: String::new(), descending: true, ..query.query::<Sort>() };
    let list = narrowed(query, Clock::system());
    searched(cx, list, query.q.trim()).await?.page(cx, &asked).await
}

fn narrowed(query: &UrlQuery, now: Time) -> List {
    let list = match query.filter("status") {
        Some("2xx") => List::of("api_requests").and("status < 400", vec![]),
        Some("4xx") => List::of("api_requests").and("status >= 400 and status < 500", vec![]),
        Some("5xx") => List::of("api_requests").and("status >= 500", vec![]),
        _ => List::of("api_requests"),
    };
    let age = match query.filter("range") {
        Some("hour") => Some(HOUR_MS),
        Some("day") => Some(DAY_MS),
        Some("week") => Some(7 * DAY_MS),
        _ => None,
    };
    let at = |name| query.filter(name).and_then(Time::parse).map(id_at);
    list.and_if("method = ?", query.filter("method").map(str::to_uppercase).as_ref())
        .and_if("actor_id = ?", query.filter("key").map(str::to_owned).as_ref())
        .and_if("id >= ?", age.map(|age| id_at(now.plus_ms(-age))).as_ref())
        .and_if("id >= ?", at("from").as_ref())
        .and_if("id < ?", at("to").as_ref())
}

/// Paths begin with a slash, everything else is a request id. How often a path occurs decides which
/// index helps; `path || ''` keeps the engine from the other one.
async fn searched(cx: &Cx, list: List, words: &str) -> Result<List> {
    if words.is_empty() {
        return Ok(list);
    }
    if !words.starts_with('/') {
        return Ok(list.and("request_id = ?", args![words]));
    }
    // No character of a path comes after this one.
    let end = format!("{words}\u{7f}");
    let found: i64 = cx
        .one(
            "select count(*) from (select 1 from api_requests where merchant_id = $1 and live = $2 and path >= $3 and path < $4
             limit $5) as found",
            args![words, end, RARE],
        )
        .await?;
    let condition = match found < RARE {
        true => "id in (select id from api_requests where merchant_id = $1 and live = $2 and path >= ? and path < ?)",
        false => "path || '' >= ? and path || '' < ?",
    };
    Ok(list.and(condition, args![words, end]))
}

/// The bodies of a write, as stored.
#[derive(Deserialize)]
struct Bodies {
    request_type: String,
    request_bytes: i64,
    request_text: Option<String>,
    response_type: String,
    response_bytes: i64,
    response_text: Option<String>,
}

/// One call, by its id or its request id, with what it caused.
pub async fn view(cx: &Cx, id: &str) -> Result<ApiRequestView> {
    cx.can("requests:read")?;
    let request: Option<ApiRequest> = match id.parse::<Id<ApiRequest>>() {
        Ok(id) => cx.opt("select * from api_requests where merchant_id = $1 and live = $2 and id = $3", args![id]).await?,
        Err(_) => {
            cx.opt(
                "select * from api_requests where merchant_id = $1 and live = $2 and request_id = $3 order by id limit 1",
                args![id],
            )
            .await?
        }
    };
    let request = request.ok_or_else(|| Error::not_found("API request", id))?;
    let bodies: Option<Bodies> =
        cx.opt("select * from api_request_bodies where merchant_id = $1 and live = $2 and id = $3", args![request.id]).await?;
    let (sent, answered) = match bodies {
        Some(bodies) => (
            Some(Body { media_type: bodies.request_type, bytes: bodies.request_bytes, text: bodies.request_text }),
            Some(Body { media_type: bodies.response_type, bytes: bodies.response_bytes, text: bodies.response_text }),
        ),
        None => (None, None),
    };
    let caused = events::of_request(cx, &request.request_id).await?;
    let caused = caused.into_iter().map(|(object_type, object_id, event)| Caused { event, object_type, object_id }).collect();
    Ok(ApiRequestView { request, sent, answered, caused })
}

/// Calls for the search over everything: by request id.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.can("requests:read")?;
    if !words.starts_with("req_") {
        return Ok(Vec::new());
    }
    let list = List::of("api_requests").and("request_id = ?", args![words]);
    let calls: Vec<ApiRequest> = list.newest(cx, 1).await?;
    let found = |call: ApiRequest| Found {
        title: format!("{} {}", call.method, call.path),
        note: format!("{} · {}", call.status, call.request_id),
        href: paths::api_request(call.id),
    };
    Ok(calls.into_iter().map(found).collect())
}

/// How much each key of the mode has been used since midnight UTC; keys that were not are left out.
pub async fn key_use(cx: &Cx) -> Result<Vec<KeyUse>> {
    cx.can("requests:read")?;
    cx.can("keys:read")?;
    let now = Clock::system();
    let (midnight, hour) = (Time(now.0 - now.0.rem_euclid(DAY_MS)), now.plus_ms(-HOUR_MS));
    let keys: Vec<String> = cx
        .all(
            "select id from api_keys where merchant_id = $1 and live = $2 and revoked_at is null and last_used_at is not null
             order by last_used_at desc limit 100",
            vec![],
        )
        .await?;
    let mut used = Vec::new();
    for key_id in keys {
        let (today, limited): (i64, i64) = cx
            .one(
                "select count(*), count(*) filter (where status = 429) from
                     (select status from api_requests where merchant_id = $1 and live = $2 and actor_id = $3 and id >= $4
                      order by id desc limit $5) as counted",
                args![key_id, id_at(midnight), CALLS_COUNTED_MAX],
            )
            .await?;
        let hour: i64 = cx
            .one(
                "select count(*) from (select 1 from api_requests where merchant_id = $1 and live = $2 and actor_id = $3
                     and id >= $4 limit $5) as counted",
                args![key_id, id_at(hour), CALLS_COUNTED_MAX],
            )
            .await?;
        used.push(KeyUse { key_id, today, hour, limited });
    }
    used.retain(|used| used.today > 0 || used.hour > 0);
    Ok(used)
}

/// Forgets calls that are older than [`DAYS_KEPT`], a few at a time. Returns how many.
pub async fn prune(app: &App) -> Result<u64> {
    let end = id_at(Clock::system().plus_ms(-DAYS_KEPT * DAY_MS));
    let merchants: Vec<Id<Tenant>> = app.db.all("select id from merchants", vec![]).await?;
    let mut gone = 0;
    for merchant in merchants {
        for mode in [Mode::Test, Mode::Live] {
            let cx = app.system(merchant, mode);
            loop {
                let some = transaction!(cx, |tx| {
                    tx.exec(
                        "delete from api_request_bodies where merchant_id = $1 and live = $2 and id in
                             (select id from api_requests where merchant_id = $1 and live = $2 and id < $3 order by id limit $4)",
                        args![end, PRUNE_ROWS],
                    )
                    .await?;
                    tx.exec(
                        "delete from api_requests where merchant_id = $1 and live = $2 and id in
                             (select id from api_requests where merchant_id = $1 and live = $2 and id < $3 order by id limit $4)",
                        args![end, PRUNE_ROWS],
                    )
                    .await
                })?;
                gone += some;
                if some < PRUNE_ROWS.unsigned_abs() {
                    break;
                }
            }
        }
    }
    Ok(gone)
}
