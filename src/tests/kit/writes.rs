//! Transactions: durable when answered, shared commits, abandoned turns, collisions.

use std::time::Duration;

use merx::{
    args,
    kit::{Error, Id, Kind, Mode, Result, cx::Cx, db::Db},
    transaction,
};

use crate::harness::{World, empty_database, fresh_database, postgres};

async fn counter(cx: &Cx) -> i64 {
    cx.one("select count(*) from search_terms where merchant_id = $1 and live = $2", vec![]).await.unwrap()
}

async fn add(cx: &Cx, term: &str) -> Result<()> {
    transaction!(cx, |tx| {
        tx.exec(
            "insert into search_terms (merchant_id, live, object_type, term, object_id) values ($1, $2, 'test', $3, 'x')",
            args![term],
        )
        .await?;
        Ok(())
    })
}

#[tokio::test]
async fn many_writers_at_once_lose_nothing() {
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    let writers = (0..200).map(|n| {
        let cx = cx.clone();
        tokio::spawn(async move { add(&cx, &format!("term{n}")).await })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(counter(&cx).await, 200);
}

#[tokio::test]
async fn what_was_answered_is_seen_by_another_connection() {
    let (url, _folder) = fresh_database().await;
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    add(&cx, "seen").await.unwrap();
    let elsewhere = Db::connect(&world.app.config.database_url).await.unwrap();
    let seen: i64 = elsewhere.one("select count(*) from search_terms", vec![]).await.unwrap();
    assert_eq!(seen, 1);
    assert_ne!(url, world.app.config.database_url);
}

#[tokio::test]
async fn a_failed_write_takes_back_its_own_work_only() {
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    let failing = async {
        let outcome: Result<()> = transaction!(cx, |tx| {
            tx.exec(
                "insert into search_terms (merchant_id, live, object_type, term, object_id) values ($1, $2, 'test', 'gone', 'x')",
                vec![],
            )
            .await?;
            Err(Error::invalid("field", "is wrong"))
        });
        outcome
    };
    let (kept, failed, kept_too) = tokio::join!(add(&cx, "one"), failing, add(&cx, "two"));
    kept.unwrap();
    kept_too.unwrap();
    assert_eq!(failed.unwrap_err().param.as_deref(), Some("field"));
    assert_eq!(counter(&cx).await, 2);
}

#[tokio::test]
async fn an_abandoned_write_leaves_nothing_and_blocks_nobody() {
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    let abandoned = async {
        let outcome: Result<()> = transaction!(cx, |tx| {
            tx.exec(
                "insert into search_terms (merchant_id, live, object_type, term, object_id) values ($1, $2, 'test', 'gone', 'x')",
                vec![],
            )
            .await?;
            std::future::pending::<()>().await;
            Ok(())
        });
        outcome
    };
    let before = add(&cx, "before");
    let (cut, before) = tokio::join!(tokio::time::timeout(Duration::from_millis(50), abandoned), before);
    assert!(cut.is_err(), "the write was still waiting when its task was dropped");
    before.unwrap();
    tokio::time::timeout(Duration::from_secs(5), add(&cx, "after")).await.expect("the next turn begins").unwrap();
    assert_eq!(counter(&cx).await, 2);
}

/// However far the beginning of a transaction came, the next turn begins its own.
#[tokio::test]
async fn a_write_dropped_while_it_begins_blocks_nobody() {
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    let mut kept = 0;
    for round in 0..120 {
        // SQLite may answer within the first poll: then the drop comes later than the beginning.
        let polls = round % 4 + 1;
        let term = format!("dropped{round}");
        let mut dropped = Box::pin(add(&cx, &term));
        for _ in 0..polls {
            if futures::poll!(&mut dropped).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(dropped);
        let after = tokio::time::timeout(Duration::from_secs(5), add(&cx, &format!("kept{round}"))).await;
        after.expect("the next turn begins").unwrap();
        kept += 1;
        // What was dropped while it committed may be there or not.
        let found = "select count(*) from search_terms where merchant_id = $1 and live = $2 and term like 'kept%'";
        let found: i64 = cx.one(found, vec![]).await.unwrap();
        assert_eq!(found, kept, "round {round}");
    }
}

#[tokio::test]
async fn a_locked_file_is_unavailable_and_not_our_fault() {
    if postgres().is_some() {
        return;
    }
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    let elsewhere = Db::connect(&world.app.config.database_url).await.unwrap();
    let held = elsewhere.begin().await.unwrap();
    let refused = add(&cx, "refused").await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_str()), (Kind::Unavailable, "unavailable"));
    drop(held);
    elsewhere.close().await;
    add(&cx, "after").await.unwrap();
    assert_eq!(counter(&cx).await, 1);
}

/// Both read the same number and write one more: without isolation one increment is lost.
#[tokio::test]
async fn writes_behave_as_if_one_after_another() {
    let world = World::empty().await;
    let cx = world.app.system(Id::nil(), Mode::Test);
    add(&cx, "0").await.unwrap();
    let increment = |cx: Cx| async move {
        transaction!(cx, |tx| {
            let term: String = tx.one("select term from search_terms where merchant_id = $1 and live = $2", vec![]).await?;
            let next = term.parse::<i64>().unwrap_or(0) + 1;
            tokio::task::yield_now().await;
            tx.exec("update search_terms set term = $3 where merchant_id = $1 and live = $2", args![next.to_string()]).await?;
            Ok(())
        })
    };
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(increment(cx.clone()))).collect();
    for task in tasks {
        let outcome: Result<()> = task.await.unwrap();
        outcome.unwrap();
    }
    let term: String = cx.one("select term from search_terms where merchant_id = $1 and live = $2", vec![]).await.unwrap();
    assert_eq!(term, "8");
}

/// Ids made within one millisecond sort by creation, so that lists of a frozen clock are stable.
#[test]
fn ids_sort_by_creation() {
    let now = merx::kit::Time::parse("2026-06-15T12:00:00Z").unwrap();
    let ids: Vec<Id<()>> = (0..1000).map(|_| merx::kit::crypto::new_id(now)).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1] && pair[0].to_string() < pair[1].to_string()));
}

/// They hold hashes of keys and passwords.
#[cfg(unix)]
#[tokio::test]
async fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    if postgres().is_some() {
        return;
    }
    let (url, folder) = empty_database().await;
    let db = Db::open(&url).await.unwrap();
    db.backup(&folder.path().join("copy.db")).await.unwrap();
    for name in ["merx.db", "merx.db-wal", "copy.db"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(db.backup(&folder.path().join("copy.db")).await.is_err(), "what exists is not overwritten");
    db.close().await;
    let copy = Db::open(&folder.path().join("copy.db").to_string_lossy()).await.unwrap();
    assert!(copy.ready().await);
    copy.close().await;
}
