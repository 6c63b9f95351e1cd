//! PostgreSQL: a pool and serializable transactions.

use std::{sync::Arc, time::Duration};

use futures::TryStreamExt as _;
use sqlx::{
    Executor, PgPool, Postgres, Transaction,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions},
    query::Query,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Row, Sql, Value};

/// Connections of one process.
const CONNECTIONS: u32 = 16;
/// Writes that one process has under way at a time. Under `serializable` writes of the same moment
/// collide where they meet on a page of an index; beyond a few at once, repeating costs more than
/// waiting.
const WRITES: usize = 4;

/// The same for writes of which every statement guards itself.
const GUARDED_WRITES: usize = 4;

pub(super) struct Pool {
    pub connections: PgPool,
    writes: Arc<Semaphore>,
    guarded_writes: Arc<Semaphore>,
}

/// A write under way.
pub(super) struct Turn {
    pub transaction: Transaction<'static, Postgres>,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn open(url: &str) -> anyhow::Result<Pool> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("merx");
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(Duration::from_secs(10));
    let connections = pool.connect_with(options).await?;
    let (writes, guarded_writes) = (Arc::new(Semaphore::new(WRITES)), Arc::new(Semaphore::new(GUARDED_WRITES)));
    Ok(Pool { connections, writes, guarded_writes })
}

impl Pool {
    /// A place among the writes, and a serializable transaction.
    pub async fn turn(&self) -> Result<Turn, sqlx::Error> {
        self.begin(&self.writes, "begin isolation level serializable").await
    }

    /// The same for a write of which every statement guards itself.
    pub async fn guarded_turn(&self) -> Result<Turn, sqlx::Error> {
        self.begin(&self.guarded_writes, "begin isolation level read committed").await
    }

    /// Waits for a place and begins, in a task of its own: sqlx forgets a transaction whose beginning
    /// was cancelled, and its connection would go on inside of it. Once begun, sqlx's guard rolls back
    /// what a cancelled write drops.
    async fn begin(&self, places: &Arc<Semaphore>, statement: &'static str) -> Result<Turn, sqlx::Error> {
        let place = Arc::clone(places).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let connections = self.connections.clone();
        let begun = tokio::spawn(async move {
            let transaction = connections.begin_with(statement).await?;
            Ok(Turn { transaction, _place: place })
        });
        begun.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

fn bind(sql: Sql, args: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    args.into_iter().fold(sqlx::query(sql.into_str()), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Blob(value) => query.bind(value),
    })
}

pub(super) async fn rows<'c, E: Executor<'c, Database = Postgres>>(
    on: E,
    sql: Sql,
    args: Vec<Value>,
) -> Result<Vec<Row>, sqlx::Error> {
    bind(sql, args).fetch(on).map_ok(Row::Postgres).try_collect().await
}

pub(super) async fn exec<'c, E: Executor<'c, Database = Postgres>>(
    on: E,
    sql: Sql,
    args: Vec<Value>,
) -> Result<u64, sqlx::Error> {
    bind(sql, args).execute(on).await.map(|done| done.rows_affected())
}
