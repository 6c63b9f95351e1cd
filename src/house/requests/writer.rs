//! The task that writes notes of calls, in batches, beside the requests.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::RngExt as _;
use serde_json::Value as Json;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use super::{
    log::{Captured, Note},
    mask,
    model::{ApiRequest, Headers, MASK},
};
use crate::{
    args,
    kit::{
        Id, Result, Time,
        cx::App,
        db::{Conn, Db, Sql, Value},
    },
    transaction,
};

/// Most notes waiting to be written; more are dropped.
const WAITING_MAX: usize = 8_192;
/// Most memory that bodies of waiting notes hold, bytes; beyond that notes are kept without them.
const BODIES_MAX: usize = 32 * 1024 * 1024;
/// Most notes that are written in one go.
const BATCH: usize = 500;
/// Most rows of one transaction: writes of others get their turn in between.
const TURN: usize = 100;
/// Longest time that a note waits for others to be written with.
const PAUSE: Duration = Duration::from_millis(500);
/// Rows of one statement: few sizes, so that the engine knows the statements already.
const CHUNKS: [usize; 3] = [50, 5, 1];
/// Longest texts kept, bytes. An index entry of PostgreSQL holds less than 2,700.
const PATH_BYTES_MAX: usize = 1_024;
const QUERY_BYTES_MAX: usize = 4_096;
const TEXT_BYTES_MAX: usize = 1_000;

/// Orders calls of one millisecond.
static NEXT: AtomicU16 = AtomicU16::new(0);

/// The way from requests to the writer; one per process, started with the first note.
#[derive(Default)]
pub struct Log {
    inbox: OnceLock<mpsc::Sender<Message>>,
    /// Bytes that bodies of waiting notes hold.
    held: Arc<AtomicUsize>,
}

enum Message {
    Note(Box<Note>),
    /// Everything before this is to be written now.
    Flush(oneshot::Sender<()>),
}

impl Log {
    /// Hands a note on. Never waits: with too many waiting, the note is dropped and counted.
    pub(super) fn push(&self, db: &Db, mut note: Box<Note>) {
        let inbox = self.inbox.get_or_init(|| {
            let (inbox, messages) = mpsc::channel(WAITING_MAX);
            tokio::spawn(write(db.clone(), messages, Arc::clone(&self.held)));
            inbox
        });
        let size = held(&note);
        if self.held.fetch_add(size, Ordering::Relaxed) + size > BODIES_MAX {
            (note.sent.pieces, note.answered.pieces) = (None, None);
            self.held.fetch_sub(size, Ordering::Relaxed);
        }
        let size = held(&note);
        if inbox.try_send(Message::Note(note)).is_err() {
            self.held.fetch_sub(size, Ordering::Relaxed);
            dropped(1);
        }
    }
}

/// Writes what is waiting, and returns when it is there: before the process ends, and in tests.
pub async fn flush(app: &App) {
    let log = app.memory::<Log>();
    let Some(inbox) = log.inbox.get() else { return };
    let (done, written) = oneshot::channel();
    if inbox.send(Message::Flush(done)).await.is_ok() {
        written.await.ok();
    }
}

fn held(note: &Note) -> usize {
    note.sent.held() + note.answered.held()
}

fn dropped(notes: usize) {
    metrics::counter!("api_requests_not_logged_total").increment(notes as u64);
}

/// Collects notes and writes them, until nobody can send any.
async fn write(db: Db, mut messages: mpsc::Receiver<Message>, held_bytes: Arc<AtomicUsize>) {
    while let Some(first) = messages.recv().await {
        let until = Instant::now() + PAUSE;
        let (mut notes, mut asked, mut next) = (Vec::new(), None, Some(first));
        while let Some(message) = next.take() {
            match message {
                Message::Note(note) => notes.push(*note),
                Message::Flush(done) => asked = Some(done),
            }
            if notes.len() < BATCH && asked.is_none() {
                next = timeout_at(until, messages.recv()).await.ok().flatten();
            }
        }
        let size: usize = notes.iter().map(held).sum();
        store(&db, notes).await;
        held_bytes.fetch_sub(size, Ordering::Relaxed);
        asked.map(|done| done.send(()));
    }
}

async fn store(db: &Db, notes: Vec<Note>) {
    let count = notes.len();
    if count == 0 {
        return;
    }
    let prepare = move || notes.into_iter().map(rows).unzip();
    let prepared: Result<(Vec<_>, Vec<_>), _> = tokio::task::spawn_blocking(prepare).await;
    let Ok((calls, bodies)) = prepared else { return dropped(count) };
    let bodies: Vec<Vec<Value>> = bodies.into_iter().flatten().collect();
    let guarded = db.guarded();
    for (statement, rows) in [(call_statement as fn(&str) -> String, calls), (body_statement, bodies)] {
        for turn in rows.chunks(TURN) {
            if let Err(error) = transaction!(guarded, |tx| { insert(tx, statement, turn).await }) {
                tracing::warn!(%error, "calls could not be logged");
                dropped(turn.len());
            }
        }
    }
}

async fn insert(tx: &mut Conn, statement: fn(&str) -> String, mut rows: &[Vec<Value>]) -> Result<()> {
    while let Some(columns) = rows.first().map(Vec::len) {
        let size = CHUNKS.into_iter().find(|size| *size <= rows.len()).unwrap_or(1);
        let (chunk, rest) = rows.split_at(size);
        let row = |at: usize| {
            let marks: Vec<_> = (1..=columns).map(|column| format!("${}", at * columns + column)).collect();
            format!("({})", marks.join(", "))
        };
        let values = (0..size).map(row).collect::<Vec<_>>().join(", ");
        tx.exec(Sql::Built(statement(&values)), chunk.concat()).await?;
        rows = rest;
    }
    Ok(())
}

fn call_statement(values: &str) -> String {
    format!(
        "insert into api_requests (merchant_id, live, id, request_id, method, path, route, query, status, latency_us, actor_kind,
             actor_id, actor_name, idempotency_key, replayed, version, ip, user_agent, error_code, error_message, headers, created_at)
         values {values}"
    )
}

fn body_statement(values: &str) -> String {
    format!(
        "insert into api_request_bodies (merchant_id, live, id, request_type, request_bytes, request_text, response_type,
             response_bytes, response_text)
         values {values}"
    )
}

/// What is stored of a note: without secrets, held to its length, and of bodies only those of writes.
fn rows(note: Note) -> (Vec<Value>, Option<Vec<Value>>) {
    let id: Id<ApiRequest> = new_id(note.at);
    let (code, message) = refusal(&note);
    let headers = Headers { request: masked(&note.sent_headers), response: masked(&note.answer_headers) };
    let short = |text: &str| shown(mask::text(text).into_owned(), TEXT_BYTES_MAX);
    let call = args![
        note.merchant,
        note.mode.live(),
        id,
        note.request_id,
        short(note.method.as_str()),
        shown(mask::path(&note.path), PATH_BYTES_MAX),
        note.route,
        note.query.as_deref().map(|query| shown(mask::query(query), QUERY_BYTES_MAX)),
        i64::from(note.status),
        i64::try_from(note.latency.as_micros()).unwrap_or(i64::MAX),
        Value::word(&note.actor.kind),
        note.actor.id,
        note.actor.name,
        note.idempotency_key.as_deref().map(short),
        note.replayed,
        note.version.as_deref().map(short),
        note.visitor.ip,
        short(&note.visitor.device),
        code.as_deref().map(short),
        message.as_deref().map(short),
        Value::json(&headers),
        note.at
    ];
    let writes = note.sent.bytes > 0 || (note.answered.bytes > 0 && !matches!(note.method.as_str(), "GET" | "HEAD" | "OPTIONS"));
    let body = |body: &Captured| args![short(&body.media_type), i64::try_from(body.bytes).unwrap_or(i64::MAX), text(body)];
    let bodies = writes.then(|| [args![note.merchant, note.mode.live(), id], body(&note.sent), body(&note.answered)].concat());
    (call, bodies)
}

/// A text that every engine keeps.
fn shown(text: String, bytes_max: usize) -> String {
    mask::cut(text, bytes_max).replace('\0', "\u{fffd}")
}

fn text(body: &Captured) -> Option<String> {
    mask::body(&body.pieces.as_ref()?.concat())
}

fn masked(headers: &[(&'static str, String)]) -> Vec<(String, String)> {
    let value = |(name, value): &(&'static str, String)| {
        let secret = matches!(*name, "x-api-key" | "authorization");
        let value = if secret { MASK.to_owned() } else { shown(mask::text(value).into_owned(), TEXT_BYTES_MAX) };
        ((*name).to_owned(), value)
    };
    headers.iter().map(value).collect()
}

/// Code and message of an answer that is an error, in whichever form it was rendered.
fn refusal(note: &Note) -> (Option<String>, Option<String>) {
    if let Some(error) = &note.error {
        return (Some(error.code.clone()), Some(error.message.clone()));
    }
    if note.status < 400 {
        return (None, None);
    }
    let body = note.answered.pieces.as_ref().map(|pieces| pieces.concat()).unwrap_or_default();
    let body: Json = serde_json::from_slice(&body).unwrap_or_default();
    let word = |value: &Json| value.as_str().map(str::to_owned);
    let error = &body["error"];
    let code = word(&error["code"]).or_else(|| word(&body["code"])).or_else(|| word(&body["type"]));
    (code, word(&body["message"]).or_else(|| word(&error["message"])).or_else(|| word(error)))
}

/// An id at exactly this time. Ids of objects never go back, but a call that took long is noted late.
fn new_id(at: Time) -> Id<ApiRequest> {
    let mut bits: [u8; 10] = rand::rng().random();
    // Of the first two bytes, twelve bits are the id's.
    bits[..2].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    id_of(at, bits)
}

/// The smallest id of a call at or after a time.
pub(super) fn id_at(time: Time) -> Id<ApiRequest> {
    id_of(time, [0; 10])
}

fn id_of(time: Time, bits: [u8; 10]) -> Id<ApiRequest> {
    let millis = u64::try_from(time.0).unwrap_or(0);
    Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid())
}
