//! One attempt: the request, what came back, and what follows from it.

use http::HeaderMap;
use serde_json::Value as Json;

use super::{
    dialect,
    fan_out::{Listener, Told},
    lanes::{Claimed, Moment},
    model::Breaker,
};
use crate::{
    args,
    kit::{
        Metadata, Result, Time,
        cx::App,
        db::{Conn, Value},
        outbound::client::{ANSWER_BYTES_MAX, Exchange, Failure, Outbound},
    },
    transaction,
};

/// Failures in a row that open an endpoint's breaker.
const OPENED_BY: i64 = 10;
/// How long a breaker is open the first time; twice as long each time that the endpoint is still down.
const OPEN_MS: i64 = 60_000;
/// Longest time that a breaker is open before the next try.
const OPEN_MS_MAX: i64 = 3_600_000;

/// A request and its end.
struct Made {
    at: Time,
    headers: HeaderMap,
    body: String,
    exchange: Exchange,
    failure: Option<Failure>,
}

/// Sends an event once and writes down what came of it. Nothing is written if the claim was lost
/// meanwhile: then another worker does the same.
pub(super) async fn run(
    app: &App,
    claim: &Claimed,
    listener: &Listener,
    secret: Option<&str>,
    event: Option<&Told>,
    moment: Moment,
) -> Result<()> {
    let at = moment.now();
    let body = event.and_then(|event| dialect::payload(listener, event).map(|body| (event, body)));
    let made = match body {
        Some((event, body)) => {
            let headers = dialect::headers(listener, event, secret, &body, at);
            let timeout = dialect::timeout(listener.dialect);
            let exchange = Outbound::client(app)?.post(&listener.url, headers.clone(), body.clone(), timeout).await;
            let failure = judge(listener, &exchange);
            Made { at, headers, body, exchange, failure }
        }
        None => {
            let failure = Failure { code: "no_payload", text: "there is nothing to send of this event".to_owned() };
            Made { at, headers: HeaderMap::new(), body: String::new(), exchange: Exchange::default(), failure: Some(failure) }
        }
    };
    let outcome = if made.failure.is_none() { "succeeded" } else { "failed" };
    metrics::counter!("webhook_attempts_total", "outcome" => outcome).increment(1);
    let ended = moment.now();
    let db = app.db.guarded();
    transaction!(db, |tx| {
        if settle(tx, claim, listener, &made, ended).await? {
            record(tx, claim, listener, &made).await?;
            count(tx, listener, &made, ended).await?;
        }
        Ok(())
    })
}

/// Why the event has not arrived, if it has not.
fn judge(listener: &Listener, exchange: &Exchange) -> Option<Failure> {
    match (exchange.status, &exchange.failure) {
        (Some(status), _) if dialect::arrived(listener.dialect, status) => None,
        (Some(status), _) => Some(Failure { code: "http_status", text: format!("the endpoint answered {}", status.as_u16()) }),
        (None, Some(failure)) => Some(failure.clone()),
        (None, None) => Some(Failure { code: "connection", text: "there was no answer".to_owned() }),
    }
}

/// Writes where the delivery stands now; false if the claim was lost.
async fn settle(conn: &mut Conn, claim: &Claimed, listener: &Listener, made: &Made, ended: Time) -> Result<bool> {
    let attempts = claim.attempts + 1;
    let pause = dialect::pause_ms(listener.dialect, attempts).filter(|_| ended < claim.expires_at);
    let (status, next, delivered, dead, reason) = match (&made.failure, pause) {
        (None, _) => ("succeeded", None, Some(ended), None, None),
        (Some(_), Some(pause)) => ("failed", Some(ended.plus_ms(pause)), None, None, None),
        (Some(failure), None) => {
            let times = if attempts == 1 { "time".to_owned() } else { format!("{attempts} times") };
            ("dead_lettered", None, None, Some(ended), Some(format!("Attempted {times}; at last {}", failure.text)))
        }
    };
    let changed = conn
        .exec(
            "update webhook_deliveries set status = $5, attempts = $6, last_status_code = $7, last_error = $8, last_error_code = $9,
                 last_duration_ms = $10, last_attempt_at = $11, next_retry_at = $12, delivered_at = $13, dead_lettered_at = $14,
                 dead_letter_reason = $15, lease = null, leased_until = 0, updated_at = $16
             where merchant_id = $1 and live = $2 and id = $3 and lease = $4",
            args![
                listener.merchant_id,
                listener.live,
                claim.id,
                claim.lease,
                status,
                attempts,
                made.exchange.status.map(|status| i64::from(status.as_u16())),
                made.failure.as_ref().map(|failure| failure.text.clone()),
                made.failure.as_ref().map(|failure| failure.code.to_owned()),
                Some(made.exchange.duration_ms),
                made.at,
                next,
                delivered,
                dead,
                reason,
                ended
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Keeps the request and the answer.
async fn record(conn: &mut Conn, claim: &Claimed, listener: &Listener, made: &Made) -> Result<()> {
    let answer = made.exchange.status.map(|status| (i64::from(status.as_u16()), readable(&made.exchange.headers)));
    let (status, headers) = answer.map_or((None, None), |(status, headers)| (Some(status), Some(headers)));
    conn.exec(
        "insert into webhook_attempts (merchant_id, live, delivery_id, number, attempted_at, url, request_headers, request_body,
             status_code, response_headers, response_body, duration_ms, error, error_code)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            listener.merchant_id,
            listener.live,
            claim.id,
            claim.attempts + 1,
            made.at,
            listener.url,
            Value::json(&readable(&made.headers)),
            cut(&made.body),
            status,
            Value::json(&headers),
            status.map(|_| made.exchange.body.clone()),
            made.exchange.duration_ms,
            made.failure.as_ref().map(|failure| failure.text.clone()),
            made.failure.as_ref().map(|failure| failure.code.to_owned())
        ],
    )
    .await
    .map(drop)
}

/// The beginning of a text.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(ANSWER_BYTES_MAX)]
}

/// Headers as people read them, without secrets.
fn readable(headers: &HeaderMap) -> Metadata {
    let text = |value: &http::HeaderValue| match value.is_sensitive() {
        true => "•••".to_owned(),
        false => String::from_utf8_lossy(value.as_bytes()).replace('\0', "\u{FFFD}"),
    };
    headers.iter().map(|(name, value)| (name.to_string(), Json::String(text(value)))).collect()
}

/// Counts the attempt, and opens or closes the endpoint's breaker.
async fn count(conn: &mut Conn, listener: &Listener, made: &Made, ended: Time) -> Result<()> {
    let endpoint = || args![listener.merchant_id, listener.live, listener.id];
    if made.failure.is_none() {
        conn.exec(
            "update webhook_endpoints set total_deliveries = total_deliveries + 1, last_delivery_at = $4,
                 successful_deliveries = successful_deliveries + 1, circuit_breaker_state = 'closed', breaker_failures = 0,
                 breaker_openings = 0, breaker_until = 0
             where merchant_id = $1 and live = $2 and id = $3",
            endpoint().into_iter().chain(args![made.at]).collect(),
        )
        .await?;
        return Ok(());
    }
    let found: Option<(Breaker, i64, u32)> = conn
        .opt(
            "update webhook_endpoints set total_deliveries = total_deliveries + 1, last_delivery_at = $4,
                 failed_deliveries = failed_deliveries + 1, breaker_failures = breaker_failures + 1
             where merchant_id = $1 and live = $2 and id = $3
             returning circuit_breaker_state, breaker_failures, breaker_openings",
            endpoint().into_iter().chain(args![made.at]).collect(),
        )
        .await?;
    let Some((breaker, failures, openings)) = found else { return Ok(()) };
    let opens = breaker == Breaker::HalfOpen || (breaker == Breaker::Closed && failures >= OPENED_BY);
    if opens {
        let open_ms = OPEN_MS.saturating_mul(1 << openings.min(16)).min(OPEN_MS_MAX);
        conn.exec(
            "update webhook_endpoints set circuit_breaker_state = 'open', breaker_openings = breaker_openings + 1, breaker_until = $4
             where merchant_id = $1 and live = $2 and id = $3",
            endpoint().into_iter().chain(args![ended.plus_ms(open_ms)]).collect(),
        )
        .await?;
    }
    Ok(())
}
