//! What the benchmark compares with: the list's query behind a bare axum handler, without keys,
//! limits, totals or envelopes; and a filler that makes many products out of one.
//!
//!     yardstick serve DATABASE_URL ADDRESS
//!     yardstick fill DATABASE_URL COUNT
//!     yardstick check DATABASE_URL PREFIX     products whose ids begin so, and their events

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Column as _, Row as _, SqlSafeStr as _};

const LIST: &str =
    "select * from products where merchant_id = $1 and live = $2 order by created_at desc, id desc limit 11 offset 0";

/// How the filler makes a column of product number `i`; other columns are copied.
fn made(column: &str) -> &str {
    const PADDED: &str = "substr('000000000000' || i, length('000000000000' || i) - 11, 12)";
    match column {
        "id" => "'00000000-0000-7000-8000-' || substr('000000000000' || i, length('000000000000' || i) - 11, 12)",
        "product_id" | "slug" => "'fill-' || i",
        "name" | "name_key" => PADDED,
        "created_at" => "1700000000000 + i",
        "amount_minor" => "i % 1000",
        other => other,
    }
}

macro_rules! engine {
    ($name:ident, $pool:ty, $row:ty) => {
        mod $name {
            use super::*;

            fn object(row: &$row) -> Value {
                let mut object = Map::new();
                for column in row.columns() {
                    let (name, at) = (column.name(), column.ordinal());
                    let value = match row.try_get::<Option<i64>, _>(at) {
                        Ok(number) => number.map(Value::from),
                        Err(_) => row.try_get::<Option<String>, _>(at).ok().flatten().map(Value::from),
                    };
                    object.insert(name.to_owned(), value.unwrap_or_default());
                }
                object.into()
            }

            async fn list(State((pool, merchant)): State<($pool, String)>) -> Json<Vec<Value>> {
                let rows = sqlx::query(LIST).bind(merchant).bind(0_i64).fetch_all(&pool).await.unwrap_or_default();
                Json(rows.iter().map(object).collect())
            }

            pub async fn serve(pool: $pool, address: &str) -> anyhow::Result<()> {
                let merchant: String = sqlx::query_scalar("select merchant_id from products limit 1").fetch_one(&pool).await?;
                let router = Router::new().route("/", get(list)).with_state((pool, merchant));
                Ok(axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?)
            }

            pub async fn fill(pool: $pool, count: i64) -> anyhow::Result<()> {
                let row = sqlx::query("select * from products limit 1").fetch_one(&pool).await?;
                let names: Vec<&str> = row.columns().iter().map(|column| column.name()).collect();
                let made: Vec<&str> = names.iter().map(|name| made(name)).collect();
                let insert = format!(
                    "with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})
                     insert into products ({}) select {} from n cross join (select * from products limit 1) as one",
                    names.join(", "),
                    made.join(", ")
                );
                let total = format!(
                    "update tallies set n = n + {count} where list = 'products' and shard = (select min(shard) from tallies as other
                       where other.list = 'products' and other.condition = tallies.condition)
                     and condition in ('', 'is_active = 1 and is_archived = 0', 'kind = ''one_time''')"
                );
                for statement in [insert, total, "analyze".to_owned()] {
                    sqlx::query(AssertSqlSafe(statement).into_sql_str()).execute(&pool).await?;
                }
                Ok(())
            }

            pub async fn check(pool: $pool, prefix: &str) -> anyhow::Result<()> {
                const COUNTS: &str = "select count(*), count(distinct products.product_id), count(events.id)
                    from products left join events on events.merchant_id = products.merchant_id and events.live = products.live
                        and events.object_id = products.id and events.type = 'product.created'
                    where products.product_id like $1";
                let row = sqlx::query(COUNTS).bind(format!("{prefix}%")).fetch_one(&pool).await?;
                let count = |at: usize| row.get::<i64, _>(at);
                println!("{} {} {}", count(0), count(1), count(2));
                Ok(())
            }
        }
    };
}
engine!(sqlite, sqlx::SqlitePool, sqlx::sqlite::SqliteRow);
engine!(postgres, sqlx::PgPool, sqlx::postgres::PgRow);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [verb, url, last] = args.as_slice() else { anyhow::bail!("usage: yardstick serve URL ADDRESS | fill URL COUNT | check URL PREFIX") };
    match (verb.as_str(), url.starts_with("postgres")) {
        ("serve", false) => sqlite::serve(sqlx::SqlitePool::connect(url).await?, last).await,
        ("serve", true) => postgres::serve(sqlx::PgPool::connect(url).await?, last).await,
        ("fill", false) => sqlite::fill(sqlx::SqlitePool::connect(url).await?, last.parse()?).await,
        ("fill", true) => postgres::fill(sqlx::PgPool::connect(url).await?, last.parse()?).await,
        ("check", false) => sqlite::check(sqlx::SqlitePool::connect(url).await?, last).await,
        ("check", true) => postgres::check(sqlx::PgPool::connect(url).await?, last).await,
        _ => anyhow::bail!("unknown: {verb}"),
    }
}
