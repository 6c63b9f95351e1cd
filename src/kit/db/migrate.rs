//! Migrations: one folder in SQLite's dialect; PostgreSQL gets the same text after a few
//! substitutions, so that the two schemas cannot drift apart.

use std::borrow::Cow;

use rust_embed::RustEmbed;
use sqlx::{
    AssertSqlSafe, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

use super::{Db, Engine};

#[derive(RustEmbed)]
#[folder = "migrations"]
#[include = "*.sql"]
struct Files;

/// Version of the newest migration that this program knows.
pub fn latest() -> i64 {
    files().last().map_or(0, |(version, _, _)| *version)
}

/// `0001_core.sql` as (1, "core", text), in order.
fn files() -> Vec<(i64, String, String)> {
    let mut files: Vec<_> = Files::iter()
        .filter_map(|name| {
            let (version, rest) = name.split_once('_')?;
            let text = String::from_utf8(Files::get(&name)?.data.into_owned()).ok()?;
            Some((version.parse().ok()?, rest.trim_end_matches(".sql").replace('_', " "), text))
        })
        .collect();
    files.sort();
    files
}

/// SQLite's text as PostgreSQL wants it: 64-bit integers, byte strings, and text that orders by
/// code point on both engines.
fn for_postgres(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = line.split_once("--").map_or(line, |(code, _)| code);
        let words: Vec<Cow<'_, str>> = line
            .split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map(|word| {
                let name = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let tail = &word[name.len()..];
                match name {
                    "integer" => format!("bigint{tail}").into(),
                    "blob" => format!("bytea{tail}").into(),
                    "text" => format!("text collate \"C\"{tail}").into(),
                    "strict" => tail.into(),
                    _ => word.into(),
                }
            })
            .collect();
        out.push_str(&words.concat());
        out.push('\n');
    }
    out
}

/// Applies what is missing, each migration in its own transaction.
pub(super) async fn run(db: &Db) -> anyhow::Result<()> {
    up_to(db, i64::MAX).await
}

/// Applies what is missing up to a version; tests of upgrades stop half-way.
pub(super) async fn up_to(db: &Db, version: i64) -> anyhow::Result<()> {
    let postgres = matches!(&*db.0, Engine::Postgres(_));
    let migrations = files()
        .into_iter()
        .filter(|(number, _, _)| *number <= version)
        .map(|(number, name, text)| {
            let text = if postgres { for_postgres(&text) } else { text };
            Migration::new(number, name.into(), MigrationType::Simple, AssertSqlSafe(text).into_sql_str(), false)
        })
        .collect();
    let migrator = Migrator::with_migrations(migrations);
    match &*db.0 {
        Engine::Sqlite(sqlite) => sqlite.migrate(&migrator).await?,
        Engine::Postgres(pool) => migrator.run(&pool.connections).await?,
    }
    Ok(())
}
