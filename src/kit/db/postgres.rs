//! PostgreSQL: a pool and serializable transactions.

use std::time::Duration;

use futures::TryStreamExt as _;
use sqlx::{
    Executor, PgPool, Postgres, Transaction,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions},
    query::Query,
};

use super::{Row, Sql, Value};

pub(super) async fn open(url: &str) -> anyhow::Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.application_name("merx");
    Ok(PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10)).connect_with(options).await?)
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

/// sqlx's transaction guard rolls back when a cancelled write drops it.
pub(super) async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    pool.begin_with("begin isolation level serializable").await
}
