//! Sessions in the database, behind tower-sessions.
//!
//! The library owns the cookie, the rotation of ids and expiry; this owns the rows. Its own sqlx
//! store is for another sqlx, and would not let a person see where they are signed in. Rows are
//! found by a hash of the cookie's id, so that reading the table is not enough to be somebody.

use std::{collections::HashMap, fmt};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    cookie::{
        SameSite,
        time::{Duration, OffsetDateTime},
    },
    session::{Id as SessionId, Record},
    session_store::{Error, Result},
};

use super::model::User;
use crate::{
    args,
    kit::{
        Id, Mode, Tenant,
        clock::Clock,
        crypto::hash_token,
        cx::App,
        db::{Db, Value},
    },
    transaction,
};

/// Name of the cookie.
pub const COOKIE: &str = "merx_session";
/// Idle time after which somebody has to sign in again.
const IDLE: Duration = Duration::days(14);

/// Layer that gives every request its session.
pub fn layer(app: &App) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store(app.db.clone()))
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(app.config.secure())
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// Name of the one value in a session.
pub const WHO: &str = "who";

/// What a session knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub user: Id<User>,
    pub merchant: Id<Tenant>,
    pub mode: Mode,
    pub device: String,
    pub ip: String,
}

/// When it was last written that the session is in use. Not part of its data: put into a record as
/// it is loaded, and taken out by who changes anything else. What still has it is written with new
/// times only, because another request may have changed the rest since.
pub const SEEN: &str = "seen";

/// The `sessions` table.
#[derive(Clone)]
pub struct Store(pub Db);

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// What a session's row is found by.
pub fn row_id(id: &SessionId) -> String {
    hash_token(&id.to_string())
}

#[derive(Deserialize)]
struct Row {
    data: HashMap<String, Json>,
    expires_at: i64,
    last_seen_at: i64,
}

/// Who has the session in this row, unless it has ended.
pub async fn who_is(db: &Db, row: &str) -> crate::kit::Result<Option<Who>> {
    let found: Option<Row> = db
        .opt("select data, expires_at, last_seen_at from sessions where id = $1 and expires_at > $2", args![row, Clock::system()])
        .await?;
    Ok(found.and_then(|row| Who::deserialize(row.data.get(WHO)?).ok()))
}

fn who(record: &Record) -> Option<Who> {
    record.data.get(WHO).and_then(|who| Who::deserialize(who).ok())
}

/// What is written of a record.
fn data(record: &Record) -> Value {
    Value::json(&record.data.iter().filter(|(key, _)| *key != SEEN).collect::<HashMap<_, _>>())
}

fn millis(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn backend(error: crate::kit::Error) -> Error {
    Error::Backend(error.message)
}

impl Store {
    async fn insert(&self, record: &Record) -> crate::kit::Result<u64> {
        let (db, now, who) = (&self.0, Clock::system(), who(record));
        let (user, device, ip) = match &who {
            Some(who) => (Some(who.user), who.device.as_str(), who.ip.as_str()),
            None => (None, "", ""),
        };
        transaction!(db, |tx| {
            tx.exec("delete from sessions where expires_at < $1", args![now]).await?;
            tx.exec(
                "insert into sessions (id, user_id, device, ip, data, created_at, last_seen_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $6, $7) on conflict (id) do nothing",
                args![row_id(&record.id), user, device, ip, data(record), now, millis(record.expiry_date)],
            )
            .await
        })
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.insert(record).await.map_err(backend)? == 0 {
            record.id = SessionId::default();
        }
        Ok(())
    }

    /// Only updates: a session that was revoked while a request ran must not come back.
    async fn save(&self, record: &Record) -> Result<()> {
        let (db, user, now, end) = (&self.0, who(record).map(|who| who.user), Clock::system(), millis(record.expiry_date));
        transaction!(db, |tx| {
            tx.exec("update sessions set last_seen_at = $2, expires_at = $3 where id = $1", args![row_id(&record.id), now, end])
                .await?;
            if record.data.contains_key(SEEN) {
                return Ok(());
            }
            tx.exec("update sessions set user_id = $2, data = $3 where id = $1", args![row_id(&record.id), user, data(record)])
                .await
                .map(drop)
        })
        .map_err(backend)
    }

    async fn load(&self, id: &SessionId) -> Result<Option<Record>> {
        let row: Option<Row> = self
            .0
            .opt(
                "select data, expires_at, last_seen_at from sessions where id = $1 and expires_at > $2",
                args![row_id(id), Clock::system()],
            )
            .await
            .map_err(backend)?;
        let Some(mut row) = row else { return Ok(None) };
        row.data.insert(SEEN.to_owned(), row.last_seen_at.into());
        let nanos = i128::from(row.expires_at) * 1_000_000;
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data: row.data, expiry_date }))
    }

    async fn delete(&self, id: &SessionId) -> Result<()> {
        let db = &self.0;
        transaction!(db, |tx| { tx.exec("delete from sessions where id = $1", args![row_id(id)]).await })
            .map(drop)
            .map_err(backend)
    }
}
