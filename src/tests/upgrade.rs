//! Upgrades: data written under an older schema is there under the newest.

use merx::kit::db::{Db, latest_migration};

use crate::harness::{empty_database, fresh_database};

#[tokio::test]
async fn a_database_of_the_previous_version_is_brought_up_to_date() {
    let (url, _folder) = empty_database().await;
    let db = Db::connect(&url).await.unwrap();
    db.migrate_to(latest_migration() - 1).await.unwrap();
    let written: merx::kit::Result<()> = merx::transaction!(db, |tx| {
        tx.exec(
            "insert into search_terms (merchant_id, live, object_type, term, object_id) values ('m', 0, 'test', 'old', 'x')",
            vec![],
        )
        .await?;
        Ok(())
    });
    written.unwrap();
    db.close().await;

    let db = Db::open(&url).await.unwrap();
    let term: String = db.one("select term from search_terms", vec![]).await.unwrap();
    assert_eq!(term, "old");
    assert_eq!(db.one::<i64>("select count(*) from discounts", vec![]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_database_newer_than_the_program_is_refused() {
    let (url, _folder) = fresh_database().await;
    let db = Db::connect(&url).await.unwrap();
    let marked: merx::kit::Result<()> = merx::transaction!(db, |tx| {
        tx.exec("update _sqlx_migrations set version = version + 1000 where version = $1", merx::args![latest_migration()])
            .await?;
        Ok(())
    });
    marked.unwrap();
    db.close().await;
    assert!(Db::open(&url).await.is_err());
}
