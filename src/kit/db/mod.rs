//! The database: SQL written once, two engines.
//!
//! Five verbs (`one`, `opt`, `all`, `exec`, and `page` in [`query`]) run the same text on SQLite
//! and on PostgreSQL; statements keep to the common subset that the `dialect` test checks by
//! preparing every one of them on both. Nothing outside this folder knows which engine runs.
//!
//! **Taken from libraries:** drivers, pools, statement caches and migrations are sqlx. **Not
//! taken, and why:** `sqlx::Any` has no booleans or JSON on SQLite and copies every row twice;
//! sea-query hides the SQL that a reader wants to see; the query macros check one engine per
//! crate. Decoding through serde (in [`row`]) lets one struct be the row and the JSON.
//!
//! **Writes** go through [`transaction!`], a block that may run more than once: PostgreSQL runs it
//! `serializable` and repeats it when it collides with another; SQLite takes turns on one
//! connection and shares one commit among all turns that waited for it (in `sqlite`), so
//! both behave as if transactions ran one after another.

mod migrate;
mod postgres;
pub mod query;
mod row;
mod sqlite;
mod value;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _, SqlStr};

use super::{Error, Result};
pub use {migrate::latest as latest_migration, row::Row, value::Value};

/// A statement: fixed text, or text that [`query`] assembled from fixed pieces.
pub enum Sql {
    Fixed(&'static str),
    Built(String),
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl Sql {
    fn into_str(self) -> SqlStr {
        match self {
            Self::Fixed(text) => text.into_sql_str(),
            Self::Built(text) => AssertSqlSafe(text).into_sql_str(),
        }
    }
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Engine>);

enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Pool),
}

/// A connection inside a write.
pub struct Conn(Inner);

enum Inner {
    Sqlite(sqlite::Turn),
    Postgres(postgres::Turn),
}

impl Db {
    /// Opens `sqlite:path`, a bare path, or `postgres://…`, and brings the schema up to date.
    ///
    /// # Errors
    /// When the database cannot be reached, is newer than this program, or a migration fails.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let db = Self::connect(url).await?;
        migrate::run(&db).await?;
        Ok(db)
    }

    /// Brings the schema up to a version; upgrades are tested half-way.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate_to(&self, version: i64) -> anyhow::Result<()> {
        migrate::up_to(self, version).await
    }

    /// Opens without migrating.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let engine = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(postgres::open(url).await?)
        } else {
            Engine::Sqlite(
                sqlite::Sqlite::open(url.strip_prefix("sqlite://").or(url.strip_prefix("sqlite:")).unwrap_or(url)).await?,
            )
        };
        Ok(Self(Arc::new(engine)))
    }

    /// The single row; an error if there is none.
    pub async fn one<T: DeserializeOwned>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<T> {
        self.opt(sql, args).await?.ok_or_else(missing_row)
    }

    /// The row, if there is one.
    pub async fn opt<T: DeserializeOwned>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        decode_first(self.rows(sql.into(), args).await)
    }

    /// All rows.
    pub async fn all<T: DeserializeOwned>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        decode_all(self.rows(sql.into(), args).await)
    }

    async fn rows(&self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, sqlx::Error> {
        match &*self.0 {
            Engine::Sqlite(db) => sqlite::rows(&db.read, sql, args).await,
            Engine::Postgres(pool) => postgres::rows(&pool.connections, sql, args).await,
        }
    }

    /// Opens a transaction; [`transaction!`](crate::transaction) calls this.
    pub async fn begin(&self) -> Result<Conn> {
        let inner = match &*self.0 {
            Engine::Sqlite(db) => Inner::Sqlite(db.turn().await.map_err(fault)?),
            Engine::Postgres(pool) => Inner::Postgres(pool.turn().await.map_err(fault)?),
        };
        Ok(Conn(inner))
    }

    /// For [`transaction!`](crate::transaction): writes of which every statement guards itself by what the
    /// row is (claims, and what follows from a claim). On PostgreSQL they are `read committed`, so they
    /// neither collide with other writes nor make these repeat; they have a few places of their own.
    pub fn guarded(&self) -> Guarded<'_> {
        Guarded(self)
    }

    /// Copies the whole database to a new file, while it is in use. SQLite only.
    ///
    /// # Errors
    /// When the engine is PostgreSQL (whose own tools do this better) or the file exists.
    pub async fn backup(&self, file: &std::path::Path) -> anyhow::Result<()> {
        match &*self.0 {
            Engine::Sqlite(db) => db.backup(file).await,
            Engine::Postgres(_) => anyhow::bail!("PostgreSQL is backed up with its own pg_dump"),
        }
    }

    /// Replaces the contents of the database by those of a backup of this or an older version,
    /// in one transaction, while it is in use. SQLite only.
    ///
    /// # Errors
    /// When the engine is PostgreSQL, or the file is damaged, newer, or no backup of Merx.
    pub async fn restore(&self, file: &std::path::Path) -> anyhow::Result<()> {
        let Engine::Sqlite(db) = &*self.0 else { anyhow::bail!("PostgreSQL is restored with its own pg_restore") };
        anyhow::ensure!(file.is_file(), "there is no file {}", file.display());
        // The backup is brought up to date in a copy, so that both have the same tables.
        let copy = file.with_extension("restoring");
        std::fs::copy(file, &copy)?;
        let restored = async {
            let upgraded = Self::open(&copy.to_string_lossy()).await?;
            upgraded.close().await;
            db.restore(&copy).await
        };
        let outcome = restored.await;
        for ending in ["", "-wal", "-shm"] {
            std::fs::remove_file(format!("{}{ending}", copy.display())).ok();
        }
        outcome
    }

    /// Checks that the engine understands a statement.
    pub async fn prepare(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
        match &*self.0 {
            Engine::Sqlite(db) => db.read.prepare(sql).await.map(drop),
            Engine::Postgres(pool) => pool.connections.prepare(sql).await.map(drop),
        }
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> bool {
        self.opt::<i64>("select 1", vec![]).await.is_ok()
    }

    /// Waits for running work and closes all connections.
    pub async fn close(&self) {
        match &*self.0 {
            Engine::Sqlite(db) => db.close().await,
            Engine::Postgres(pool) => pool.connections.close().await,
        }
    }
}

/// See [`Db::guarded`].
pub struct Guarded<'d>(&'d Db);

impl Guarded<'_> {
    /// Opens a transaction; [`transaction!`](crate::transaction) calls this.
    pub async fn begin(&self) -> Result<Conn> {
        let inner = match &*self.0.0 {
            Engine::Sqlite(db) => Inner::Sqlite(db.turn().await.map_err(fault)?),
            Engine::Postgres(pool) => Inner::Postgres(pool.guarded_turn().await.map_err(fault)?),
        };
        Ok(Conn(inner))
    }
}

/// How often a transaction was tried.
#[derive(Default)]
pub struct Attempts(u32);

/// Times a colliding transaction is tried before its error reaches the caller.
const ATTEMPTS_MAX: u32 = 12;

/// Gives the block of a [`transaction!`](crate::transaction) its type.
pub async fn attempt<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    work.await
}

/// Runs a block as one transaction on a [`Db`] or a [`Cx`](crate::kit::cx::Cx), and gives its
/// result when it is durable: `transaction!(cx, |tx| { tx.exec(…).await?; Ok(value) })`.
///
/// The block runs again when PostgreSQL reports a collision, so it must have no effect but through
/// `tx`, and may not move anything in from outside (which the compiler checks). When it fails,
/// nothing is written. A macro and not a function taking an async closure, because the future of
/// such a closure is not known to be `Send` (rust-lang/rust#110338).
#[macro_export]
macro_rules! transaction {
    ($on:expr, |$tx:ident| $work:block) => {{
        let mut attempts = $crate::kit::db::Attempts::default();
        loop {
            let mut tx = match $on.begin().await {
                Ok(tx) => tx,
                Err(error) => break Err(error),
            };
            let outcome = {
                let $tx = &mut tx;
                $crate::kit::db::attempt(async { $work }).await
            };
            if let Some(end) = tx.end(outcome, &mut attempts).await {
                break end;
            }
        }
    }};
}

impl Conn {
    /// Commits or rolls back; `None` asks for another attempt.
    pub async fn end<T>(self, outcome: Result<T>, attempts: &mut Attempts) -> Option<Result<T>> {
        let outcome = match (self.0, outcome) {
            (Inner::Sqlite(turn), Ok(value)) => turn.keep().await.map_err(fault).map(|()| value),
            (Inner::Sqlite(turn), Err(error)) => turn.undo().await.map_err(fault).and(Err(error)),
            (Inner::Postgres(turn), Ok(value)) => turn.transaction.commit().await.map_err(fault).map(|()| value),
            (Inner::Postgres(turn), Err(error)) => turn.transaction.rollback().await.map_err(fault).and(Err(error)),
        };
        attempts.0 += 1;
        match outcome {
            Err(error) if error.is_collision() && attempts.0 < ATTEMPTS_MAX => {
                let pause_ms = rand::random_range(1..=5 * u64::from(attempts.0));
                tokio::time::sleep(std::time::Duration::from_millis(pause_ms)).await;
                None
            }
            outcome => Some(outcome),
        }
    }

    /// The single row; an error if there is none.
    pub async fn one<T: DeserializeOwned>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<T> {
        self.opt(sql, args).await?.ok_or_else(missing_row)
    }

    /// The row, if there is one.
    pub async fn opt<T: DeserializeOwned>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        decode_first(self.rows(sql.into(), args).await)
    }

    /// All rows.
    pub async fn all<T: DeserializeOwned>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        decode_all(self.rows(sql.into(), args).await)
    }

    /// Changes rows; returns how many.
    pub async fn exec(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        match &mut self.0 {
            Inner::Sqlite(turn) => sqlite::exec(turn.conn(), sql.into(), args).await,
            Inner::Postgres(turn) => postgres::exec(&mut *turn.transaction, sql.into(), args).await,
        }
        .map_err(fault)
    }

    async fn rows(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, sqlx::Error> {
        match &mut self.0 {
            Inner::Sqlite(turn) => sqlite::rows(turn.conn(), sql, args).await,
            Inner::Postgres(turn) => postgres::rows(&mut *turn.transaction, sql, args).await,
        }
    }
}

fn decode_first<T: DeserializeOwned>(rows: Result<Vec<Row>, sqlx::Error>) -> Result<Option<T>> {
    rows.map_err(fault)?.first().map(decode).transpose()
}

fn decode_all<T: DeserializeOwned>(rows: Result<Vec<Row>, sqlx::Error>) -> Result<Vec<T>> {
    rows.map_err(fault)?.iter().map(decode).collect()
}

fn decode<T: DeserializeOwned>(row: &Row) -> Result<T> {
    row.decode().map_err(|error| {
        tracing::error!(%error, model = std::any::type_name::<T>(), "a row does not fit its model");
        Error::internal()
    })
}

fn missing_row() -> Error {
    tracing::error!("a row that must exist is missing");
    Error::internal()
}

/// Another process holds the lock for longer than SQLite waits. The other codes are its variants.
const SQLITE_BUSY: &str = "5";

/// A driver's error: logged, and told to the caller without its text.
fn fault(error: sqlx::Error) -> Error {
    if let Some(error) = error.as_database_error() {
        if matches!(error.code().as_deref(), Some("40001" | "40P01")) {
            return Error::new(
                super::Kind::Unavailable,
                Error::COLLISION,
                "The object is being changed by somebody else; try again",
            );
        }
        if matches!(error.code().as_deref(), Some(SQLITE_BUSY | "261" | "517" | "773")) {
            return Error::new(super::Kind::Unavailable, "unavailable", "The database is busy; try again");
        }
        if error.is_foreign_key_violation() {
            return Error::new(super::Kind::Unprocessable, "in_use", "Something else refers to this object");
        }
        if error.is_unique_violation() {
            return Error::new(super::Kind::Conflict, Error::TAKEN, "Another object already has this value");
        }
    }
    tracing::error!(%error, "the database refused a statement");
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
            Error::new(super::Kind::Unavailable, "unavailable", "The database does not answer; try again")
        }
        _ => Error::internal(),
    }
}
