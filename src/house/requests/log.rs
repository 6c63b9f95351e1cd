//! The layer that notes calls, and the note itself.
//!
//! A read costs a few short copies; a write's bodies are not copied either, what is kept of them
//! shares their memory. Everything else (masking, JSON, the database) is the writer's work.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use futures::TryStreamExt as _;
use http::{HeaderMap, Method, header};

use super::writer::Log;
use crate::kit::{
    Error, Id, Mode, Tenant, Time,
    clock::Clock,
    cx::{Actor, App, Cx, Identity},
    http::client::Visitor,
};

/// Largest body that is looked at, bytes; of larger ones only the size is kept.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How long a call runs before it counts as given up by the server and not by its caller.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Status of a call that its caller gave up, as nginx writes it.
const CLOSED: u16 = 499;

/// Headers of a call that are kept; secrets among them are masked.
const REQUEST_HEADERS: &[&str] =
    &["x-api-key", "authorization", "content-type", "accept", "revkeen-version", "if-none-match", "if-match", "origin"];
/// Headers of an answer that are kept.
const RESPONSE_HEADERS: &[&str] = &[
    "content-type",
    "location",
    "etag",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "revenuecat-rate-limit-current-usage",
    "revenuecat-rate-limit-current-limit",
    "revkeen-version",
    "idempotency-replayed",
];

/// A call as the layer saw it, secrets and all; it never leaves the process's memory.
pub(super) struct Note {
    pub merchant: Id<Tenant>,
    pub mode: Mode,
    pub at: Time,
    pub request_id: String,
    pub method: Method,
    pub path: String,
    pub query: Option<String>,
    pub route: String,
    pub actor: Actor,
    pub visitor: Visitor,
    pub idempotency_key: Option<String>,
    pub sent_headers: Vec<(&'static str, String)>,
    pub version: Option<String>,
    pub status: u16,
    pub latency: Duration,
    pub replayed: bool,
    pub error: Option<Error>,
    pub answer_headers: Vec<(&'static str, String)>,
    pub sent: Captured,
    pub answered: Captured,
}

/// What passed by of a body.
#[derive(Default)]
pub(super) struct Captured {
    pub media_type: String,
    pub bytes: u64,
    /// Its pieces; `None` if it was too large, or of no interest.
    pub pieces: Option<Vec<Bytes>>,
}

impl Captured {
    fn of(headers: &HeaderMap) -> Self {
        Self { media_type: text(headers, "content-type").unwrap_or_default(), bytes: 0, pieces: Some(Vec::new()) }
    }

    fn push(&mut self, piece: &Bytes) {
        self.bytes += piece.len() as u64;
        if self.bytes > BODY_BYTES_MAX as u64 {
            self.pieces = None;
        }
        if let Some(pieces) = &mut self.pieces {
            pieces.push(piece.clone());
        }
    }

    /// Bytes of memory that it holds.
    pub fn held(&self) -> usize {
        self.pieces.iter().flatten().map(Bytes::len).sum()
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn kept(headers: &HeaderMap, names: &[&'static str]) -> Vec<(&'static str, String)> {
    names.iter().filter_map(|&name| Some((name, text(headers, name)?))).collect()
}

/// Layer behind the one that knows callers: notes every call of somebody who is known.
pub async fn record(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(Identity(cx)) = request.extensions().get() else { return next.run(request).await };
    let mut open = Open { note: Some(Box::new(noted(&app, cx, &request))), began: Instant::now(), app };
    let writes = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH | Method::DELETE);
    let sent = Arc::new(Mutex::new(Captured::of(request.headers())));
    let request = if writes { request.map(|body| watched(body, &sent)) } else { request };
    let mut response = next.run(request).await;
    let latency = open.began.elapsed();
    let mut answered = Captured::default();
    if writes || response.status().as_u16() >= 400 {
        answered = Captured::of(response.headers());
        response = read(response, &mut answered).await;
    }
    if let Some(mut note) = open.note.take() {
        let headers = response.headers();
        note.latency = latency;
        note.status = response.status().as_u16();
        note.replayed = headers.contains_key("idempotency-replayed");
        note.version = text(headers, "revkeen-version").or(note.version);
        note.error = response.extensions().get::<Error>().cloned();
        note.answer_headers = kept(headers, RESPONSE_HEADERS);
        note.sent = std::mem::take(&mut *sent.lock().unwrap_or_else(PoisonError::into_inner));
        note.answered = answered;
        open.app.memory::<Log>().push(&open.app.db, note);
    }
    response
}

/// A call that is not answered yet. One that never is (its caller left, or it took too long) is
/// noted when it is given up.
struct Open {
    note: Option<Box<Note>>,
    began: Instant,
    app: App,
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(mut note) = self.note.take() {
            note.latency = self.began.elapsed();
            note.status = if note.latency >= READ_TIMEOUT { 503 } else { CLOSED };
            self.app.memory::<Log>().push(&self.app.db, note);
        }
    }
}

/// The note of a call that begins.
fn noted(app: &App, cx: &Cx, request: &Request) -> Note {
    let headers = request.headers();
    let route = request.extensions().get::<MatchedPath>();
    Note {
        merchant: cx.merchant,
        mode: cx.mode,
        at: Clock::system(),
        request_id: cx.request_id.clone(),
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().filter(|query| !query.is_empty()).map(str::to_owned),
        route: route.map(|route| route.as_str().to_owned()).unwrap_or_default(),
        actor: cx.actor.clone(),
        visitor: Visitor::of(&app.config, headers, request.extensions()),
        idempotency_key: text(headers, "idempotency-key"),
        sent_headers: kept(headers, REQUEST_HEADERS),
        version: text(headers, "revkeen-version"),
        status: 0,
        latency: Duration::ZERO,
        replayed: false,
        error: None,
        answer_headers: Vec::new(),
        sent: Captured::default(),
        answered: Captured::default(),
    }
}

/// The same body; what the handler reads of it is kept.
fn watched(body: Body, kept: &Arc<Mutex<Captured>>) -> Body {
    let kept = Arc::clone(kept);
    let note = move |piece: &Bytes| kept.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
    Body::from_stream(body.into_data_stream().inspect_ok(note))
}

/// The same answer, read whole if it is short enough to be looked at.
async fn read(response: Response, kept: &mut Captured) -> Response {
    let Some(size) = response.body().size_hint().exact() else {
        kept.pieces = None;
        return response;
    };
    if size > BODY_BYTES_MAX as u64 {
        (kept.bytes, kept.pieces) = (size, None);
        return response;
    }
    let (mut parts, body) = response.into_parts();
    match axum::body::to_bytes(body, BODY_BYTES_MAX).await {
        Ok(bytes) => {
            kept.push(&bytes);
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be read");
            parts.status = http::StatusCode::INTERNAL_SERVER_ERROR;
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::empty())
        }
    }
}
