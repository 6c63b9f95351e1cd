//! SQLite: many readers beside one writer, and one fsync for all writes that wait for it.
//!
//! A write takes its turn on the single writing connection: it begins a transaction if none is
//! open, works inside a savepoint, and releases it. It then waits, no longer holding the turn,
//! for the commit that covers everybody who had a turn since. The committer queues for the turn
//! like everybody else and the queue is fair, so a commit covers all writes that were waiting
//! when its transaction began, and nobody waits longer than one round.
//!
//! A turn that fails, or whose task is dropped half-way, loses its own savepoint only.

use std::{path::Path, str::FromStr as _, sync::Arc, time::Duration};

use futures::TryStreamExt as _;
use sqlx::{
    ConnectOptions as _, Connection as _, Executor, SqliteConnection, SqlitePool,
    migrate::Migrator,
    query::Query,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, watch};

use super::{Row, Sql, Value};

/// Reading connections; more than the cores of a small machine, because a read waits for disk.
const READERS: u32 = 4;

pub(super) struct Sqlite {
    pub read: SqlitePool,
    writer: Arc<Mutex<Option<Writer>>>,
    /// Wakes the committer when a transaction has begun.
    begun: Arc<Notify>,
    committer: tokio::task::JoinHandle<()>,
}

struct Writer {
    conn: SqliteConnection,
    /// The open transaction's outcome, awaited by everybody who had a turn in it.
    batch: Option<watch::Sender<Option<Outcome>>>,
    /// A transaction is being begun: still so at the next turn if its owner was dropped, and then
    /// nobody knows whether SQLite has begun.
    beginning: bool,
    /// A savepoint is open: still so at the next turn if its owner was dropped.
    savepoint: bool,
}

/// `Err` carries the text of the commit's error; the error itself cannot be shared.
type Outcome = Result<(), String>;

/// The right to write, until it is kept or undone.
pub(super) struct Turn {
    guard: OwnedMutexGuard<Option<Writer>>,
    covered: watch::Receiver<Option<Outcome>>,
}

impl Sqlite {
    pub async fn open(path: &str) -> anyhow::Result<Self> {
        let path = if path.is_empty() { "merx.db" } else { path };
        let options = SqliteConnectOptions::from_str(&format!("sqlite:{path}"))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(400)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-8192")
            .log_slow_statements(tracing::log::LevelFilter::Off, Duration::from_secs(1));
        if !options.get_filename().starts_with("file:") {
            // One that is there already keeps its mode; what cannot be made, connecting tells.
            create_private(options.get_filename()).ok();
        }
        let conn = options.connect().await?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.create_if_missing(false).pragma("query_only", "on"))
            .await?;
        let writer = Arc::new(Mutex::new(Some(Writer { conn, batch: None, beginning: false, savepoint: false })));
        let begun = Arc::new(Notify::new());
        let committer = tokio::spawn(commit_batches(Arc::clone(&writer), Arc::clone(&begun)));
        Ok(Self { read, writer, begun, committer })
    }

    /// Waits for the turn and opens its savepoint.
    pub async fn turn(&self) -> Result<Turn, sqlx::Error> {
        let mut guard = Arc::clone(&self.writer).lock_owned().await;
        let writer = guard.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        writer.drop_abandoned().await?;
        let covered = match &writer.batch {
            Some(batch) => batch.subscribe(),
            None => {
                writer.begin().await?;
                let (sender, receiver) = watch::channel(None);
                writer.batch = Some(sender);
                self.begun.notify_one();
                receiver
            }
        };
        writer.savepoint = true;
        exec(&mut writer.conn, "savepoint turn".into(), vec![]).await?;
        Ok(Turn { guard, covered })
    }

    /// Runs migrations on the writing connection.
    pub async fn migrate(&self, migrator: &Migrator) -> anyhow::Result<()> {
        let mut guard = self.writer.lock().await;
        let writer = guard.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        migrator.run(&mut writer.conn).await?;
        Ok(())
    }

    /// `vacuum into` sees one consistent state and leaves writers alone.
    pub async fn backup(&self, file: &Path) -> anyhow::Result<()> {
        anyhow::ensure!(!file.exists(), "{} exists already", file.display());
        let mut conn = self.read.acquire().await?;
        create_private(file)?;
        exec(&mut *conn, "pragma query_only = off".into(), vec![]).await?;
        let target = file.to_string_lossy().into_owned();
        let done = exec(&mut *conn, "vacuum into $1".into(), vec![Value::Text(Some(target))]).await;
        exec(&mut *conn, "pragma query_only = on".into(), vec![]).await?;
        if done.is_err() {
            std::fs::remove_file(file).ok();
        }
        done?;
        Ok(())
    }

    /// Copies every table of another file of the same schema over this one.
    pub async fn restore(&self, file: &Path) -> anyhow::Result<()> {
        let mut guard = self.writer.lock().await;
        let writer = guard.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        writer.commit().await;
        let conn = &mut writer.conn;
        let path = Value::Text(Some(file.to_string_lossy().into_owned()));
        exec(&mut *conn, "attach database $1 as backup".into(), vec![path]).await?;
        let copied = copy_tables(conn).await;
        if copied.is_err() {
            exec(&mut *conn, "rollback".into(), vec![]).await.ok();
        }
        exec(&mut *conn, "detach database backup".into(), vec![]).await?;
        copied
    }

    pub async fn close(&self) {
        let writer = self.writer.lock().await.take();
        if let Some(mut writer) = writer {
            writer.commit().await;
            writer.conn.close().await.ok();
        }
        self.committer.abort();
        self.read.close().await;
    }
}

impl Writer {
    async fn begin(&mut self) -> Result<(), sqlx::Error> {
        self.beginning = true;
        let begun = exec(&mut self.conn, "begin immediate".into(), vec![]).await;
        self.beginning = false;
        begun.map(drop)
    }

    /// Rolls back what a dropped turn left behind.
    async fn drop_abandoned(&mut self) -> Result<(), sqlx::Error> {
        if self.beginning {
            // Refused if nothing had begun, which is as good.
            exec(&mut self.conn, "rollback".into(), vec![]).await.ok();
            self.beginning = false;
        }
        if !self.savepoint {
            return Ok(());
        }
        let undone = match exec(&mut self.conn, "rollback to turn".into(), vec![]).await {
            Ok(_) => exec(&mut self.conn, "release turn".into(), vec![]).await.map(drop),
            Err(error) => Err(error),
        };
        self.savepoint = false;
        if undone.is_err() {
            self.fail("a savepoint could not be rolled back").await;
        }
        Ok(())
    }

    /// Ends the open transaction and tells everybody who had a turn in it.
    async fn commit(&mut self) {
        self.drop_abandoned().await.ok();
        let Some(batch) = self.batch.take() else { return };
        let outcome = match exec(&mut self.conn, "commit".into(), vec![]).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "a commit failed");
                exec(&mut self.conn, "rollback".into(), vec![]).await.ok();
                Err(error.to_string())
            }
        };
        batch.send_replace(Some(outcome));
    }

    /// Gives the whole transaction up: SQLite itself rolls everything back on a full disk or an
    /// I/O error, so earlier turns of it must not be told that they are safe.
    async fn fail(&mut self, reason: &str) {
        exec(&mut self.conn, "rollback".into(), vec![]).await.ok();
        if let Some(batch) = self.batch.take() {
            batch.send_replace(Some(Err(reason.to_owned())));
        }
    }
}

impl Turn {
    /// The writing connection.
    ///
    /// # Panics
    /// Never: the guard was checked when the turn began and nobody else can empty it since.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        match self.guard.as_mut() {
            Some(writer) => &mut writer.conn,
            None => unreachable!("a turn holds the writer"),
        }
    }

    /// Keeps the turn's work and waits until it is on disk.
    pub async fn keep(mut self) -> Result<(), sqlx::Error> {
        exec(self.conn(), "release turn".into(), vec![]).await?;
        if let Some(writer) = self.guard.as_mut() {
            writer.savepoint = false;
        }
        let Self { guard, mut covered } = self;
        drop(guard);
        let outcome = covered.wait_for(Option::is_some).await.map_err(|_| sqlx::Error::WorkerCrashed)?.clone();
        match outcome {
            Some(Ok(())) => Ok(()),
            Some(Err(text)) => Err(sqlx::Error::Protocol(text)),
            None => Err(sqlx::Error::WorkerCrashed),
        }
    }

    /// Takes the turn's work back.
    pub async fn undo(mut self) -> Result<(), sqlx::Error> {
        match self.guard.as_mut() {
            Some(writer) => writer.drop_abandoned().await,
            None => Ok(()),
        }
    }
}

/// Makes an empty file that only its owner reads, which SQLite takes for an empty database: what it
/// will hold are hashes of keys and passwords. SQLite's other files get the mode of this one.
fn create_private(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

async fn copy_tables(conn: &mut SqliteConnection) -> anyhow::Result<()> {
    let found = "select name from backup.sqlite_master where type = 'table' and name not like 'sqlite%'";
    let found = rows(&mut *conn, found.into(), vec![]).await?;
    let tables = found.iter().map(Row::decode::<String>).collect::<Result<Vec<_>, _>>()?;
    anyhow::ensure!(tables.iter().any(|name| name == "events"), "the file is not a backup of Merx");
    exec(&mut *conn, "begin immediate".into(), vec![]).await?;
    exec(&mut *conn, "pragma defer_foreign_keys = on".into(), vec![]).await?;
    for table in tables.iter().filter(|name| *name != "_sqlx_migrations") {
        let columns = rows(&mut *conn, Sql::Built(format!("select name from pragma_table_info('{table}')")), vec![]).await?;
        let columns = columns.iter().map(Row::decode::<String>).collect::<Result<Vec<_>, _>>()?.join(", ");
        exec(&mut *conn, Sql::Built(format!("delete from main.{table}")), vec![]).await?;
        let copy = format!("insert into main.{table} ({columns}) select {columns} from backup.{table}");
        exec(&mut *conn, Sql::Built(copy), vec![]).await?;
    }
    exec(&mut *conn, "commit".into(), vec![]).await?;
    Ok(())
}

async fn commit_batches(writer: Arc<Mutex<Option<Writer>>>, begun: Arc<Notify>) {
    loop {
        begun.notified().await;
        match writer.lock().await.as_mut() {
            Some(writer) => writer.commit().await,
            None => return,
        }
    }
}

fn bind(sql: Sql, args: Vec<Value>) -> Query<'static, sqlx::Sqlite, SqliteArguments> {
    args.into_iter().fold(sqlx::query(sql.into_str()), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Blob(value) => query.bind(value),
    })
}

pub(super) async fn rows<'c, E: Executor<'c, Database = sqlx::Sqlite>>(
    on: E,
    sql: Sql,
    args: Vec<Value>,
) -> Result<Vec<Row>, sqlx::Error> {
    bind(sql, args).fetch(on).map_ok(Row::Sqlite).try_collect().await
}

pub(super) async fn exec<'c, E: Executor<'c, Database = sqlx::Sqlite>>(
    on: E,
    sql: Sql,
    args: Vec<Value>,
) -> Result<u64, sqlx::Error> {
    bind(sql, args).execute(on).await.map(|done| done.rows_affected())
}
