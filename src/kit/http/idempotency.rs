//! Writes that may be repeated: the same `Idempotency-Key` has one effect and gets one reply.
//!
//! The request runs as one [`Unit`]: its effects and the row that holds its reply are one commit.
//! So there is no state between "nothing happened" and "done, and the reply is known", whatever
//! dies when, and a row's primary key decides between servers. Nothing is read inside of that
//! transaction: under `serializable` readers and writers of one page of an index collide.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{self, Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request, response};
use serde::{Deserialize, Serialize};

use super::json::BODY_BYTES_MAX;
use crate::{
    args,
    kit::{
        Error, Kind, Result, Time,
        clock::Clock,
        crypto::{hash_bytes, hash_token},
        cx::{App, Cx, Identity, Refused},
        db::{Attempts, Conn},
        live::Live,
        unit::Unit,
    },
    transaction,
};

/// Name of the header.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Stands on replies that were given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// How long a reply is kept.
const KEPT_MS: i64 = 24 * 3_600_000;
/// Longest key, characters.
const KEY_CHARS_MAX: usize = 255;

/// One request, as its key names it.
struct Claim {
    cx: Cx,
    key: String,
    /// Hash of method, path and key.
    request: String,
    /// Hash of what was sent.
    fingerprint: String,
}

/// A stored reply.
#[derive(Deserialize)]
struct Kept {
    fingerprint: String,
    reply: Vec<u8>,
    created_at: Time,
}

/// The first line of a reply; its body follows.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

/// Requests of this process that are under way, by caller and request.
#[derive(Default)]
pub struct Running(Mutex<HashSet<(String, String)>>);

/// Held while a request is under way.
struct Place(Arc<Running>, (String, String));

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Running {
    fn enter(self: &Arc<Self>, claim: &Claim) -> Option<Place> {
        let name = (claim.cx.actor.id.clone(), claim.request.clone());
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        entered.then(|| Place(Arc::clone(self), name))
    }
}

/// Layer around handlers of every dialect.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let writes = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    let identity = request.extensions().get::<Identity>().cloned();
    let refused = request.extensions().get::<Refused>().is_some();
    let asked = writes && !refused && request.headers().contains_key(KEY);
    let (Some(Identity(cx)), true) = (identity, asked) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = body::to_bytes(body, BODY_BYTES_MAX).await else {
        let text = format!("The body must be at most {BODY_BYTES_MAX} bytes");
        return refuse(parts, next, Error::new(Kind::TooLarge, "request_too_large", text)).await;
    };
    let claim = match claim(cx, &parts, &body) {
        Ok(claim) => claim,
        Err(error) => return refuse(parts, next, error).await,
    };
    let answered = match app.memory::<Running>().enter(&claim) {
        Some(_place) => answer(&claim, &parts, &body, &next).await,
        None => stored(&claim).await.and_then(|reply| reply.ok_or_else(in_progress)),
    };
    match answered {
        Ok(response) => response,
        Err(error) => refuse(parts, next, error).await,
    }
}

fn in_progress() -> Error {
    let text = "A request with this Idempotency-Key is being answered; try again in a moment";
    Error::new(Kind::Conflict, "idempotency_in_progress", text)
}

/// The handler says the error, in the form of its router.
async fn refuse(mut parts: request::Parts, next: Next, error: Error) -> Response {
    parts.extensions.insert(Refused(error));
    next.run(Request::from_parts(parts, Body::empty())).await
}

fn claim(cx: Cx, parts: &request::Parts, body: &[u8]) -> Result<Claim> {
    let key = parts.headers.get(KEY).and_then(|key| key.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.chars().count() > KEY_CHARS_MAX {
        return Err(Error::invalid("Idempotency-Key", format!("must be 1 to {KEY_CHARS_MAX} printable ASCII characters")));
    }
    let request = hash_token(&format!("{}\n{}\n{key}", parts.method, parts.uri.path()));
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    Ok(Claim { cx, key: key.to_owned(), request, fingerprint: hash_bytes(&[query, b"\n", body].concat()) })
}

/// The reply that is stored, or that of the handler, stored with its effects.
async fn answer(claim: &Claim, parts: &request::Parts, body: &Bytes, next: &Next) -> Result<Response> {
    let mut attempts = Attempts::default();
    loop {
        if let Some(reply) = stored(claim).await? {
            return Ok(reply);
        }
        let unit = Unit::of(claim.cx.app.db.begin().await?, claim.key.clone());
        let mut request = Request::from_parts(parts.clone(), Body::from(body.clone()));
        request.extensions_mut().insert(Arc::clone(&unit));
        let (head, rest) = next.clone().run(request).await.into_parts();
        let rest = body::to_bytes(rest, usize::MAX).await.map_err(|_| Error::internal())?;
        let (mut conn, collided) = unit.end().await.ok_or_else(Error::internal)?;
        let kept = if collided {
            Err(Error::new(Kind::Unavailable, Error::COLLISION, "The object is being changed by somebody else; try again"))
        } else if is_final(head.status) {
            keep(claim, &mut conn, &head, &rest).await
        } else {
            conn.end::<()>(Err(Error::internal()), &mut Attempts::default()).await;
            return Ok(Response::from_parts(head, Body::from(rest)));
        };
        match conn.end(kept, &mut attempts).await {
            Some(Ok(())) => {
                claim.cx.app.memory::<Live>().written();
                return Ok(Response::from_parts(head, Body::from(rest)));
            }
            // Another server was faster: its reply is stored by now.
            Some(Err(error)) if error.code == Error::TAKEN => {}
            Some(Err(error)) => return Err(error),
            None => {}
        }
    }
}

/// Whether a reply is the request's last word. After anything else another try may succeed: nothing
/// of it is kept, neither effects nor reply.
fn is_final(status: StatusCode) -> bool {
    let again = [StatusCode::UNAUTHORIZED, StatusCode::LOCKED, StatusCode::TOO_MANY_REQUESTS];
    !status.is_server_error() && !again.contains(&status)
}

/// What is repeated to the caller of a stored reply.
async fn stored(claim: &Claim) -> Result<Option<Response>> {
    let cx = &claim.cx;
    let kept: Option<Kept> = cx
        .opt(
            "select fingerprint, reply, created_at from idempotency_keys
             where merchant_id = $1 and live = $2 and caller = $3 and request = $4",
            args![cx.actor.id, claim.request],
        )
        .await?;
    let Some(kept) = kept.filter(|kept| kept.created_at > oldest()) else { return Ok(None) };
    if kept.fingerprint != claim.fingerprint {
        let text = "This Idempotency-Key was used for another request";
        return Err(Error::new(Kind::Conflict, "idempotency_conflict", text));
    }
    replay(cx, &claim.request, &kept.reply).ok_or_else(Error::internal).map(Some)
}

fn replay(cx: &Cx, request: &str, reply: &[u8]) -> Option<Response> {
    let plain = cx.app.cipher.open_bytes(reply, request)?;
    let end = plain.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&plain[..end]).ok()?;
    let mut response = Response::new(Body::from(plain[end + 1..].to_vec()));
    *response.status_mut() = StatusCode::from_u16(head.status).ok()?;
    for (name, value) in &head.headers {
        response.headers_mut().append(name.parse::<HeaderName>().ok()?, value.parse().ok()?);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Some(response)
}

/// Stores the reply.
///
/// # Errors
/// [`Error::TAKEN`] when another server has stored one.
async fn keep(claim: &Claim, conn: &mut Conn, head: &response::Parts, body: &[u8]) -> Result<()> {
    let cx = &claim.cx;
    let line = Head { status: head.status.as_u16(), headers: texts(&head.headers) };
    let plain = [&serde_json::to_vec(&line).map_err(|_| Error::internal())?, b"\n".as_slice(), body].concat();
    let sealed = cx.app.cipher.seal_bytes(&plain, &claim.request).ok_or_else(Error::internal)?;
    let stored = conn
        .exec(
            "insert into idempotency_keys (merchant_id, live, caller, request, fingerprint, reply, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (merchant_id, live, caller, request) do update
             set fingerprint = excluded.fingerprint, reply = excluded.reply, created_at = excluded.created_at
             where idempotency_keys.created_at <= $8",
            args![cx.merchant, cx.live(), cx.actor.id, claim.request, claim.fingerprint, sealed, Clock::system(), oldest()],
        )
        .await?;
    if stored == 0 { Err(Error::new(Kind::Conflict, Error::TAKEN, "The reply is stored already")) } else { Ok(()) }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = headers.iter().filter(|(name, _)| *name != header::CONTENT_LENGTH);
    kept.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect()
}

/// Replies of this time and before are forgotten.
fn oldest() -> Time {
    Clock::system().plus_ms(-KEPT_MS)
}

/// Deletes what is forgotten.
///
/// # Errors
/// When the database does not answer.
pub async fn prune(app: &App) -> Result<u64> {
    let (db, oldest) = (&app.db, oldest());
    transaction!(db, |tx| { tx.exec("delete from idempotency_keys where created_at <= $1 -- any merchant", args![oldest]).await })
}
