//! Sessions: where an account is signed in.

use super::{
    super::model::{SessionRow, Sessions},
    user_of,
};
use crate::{
    args,
    kit::{Error, Result, clock::Clock, cx::Cx},
    transaction,
};

/// Where who asks is signed in, latest first; `current` is the session that asks.
pub async fn list(cx: &Cx, current: String) -> Result<Sessions> {
    let items: Vec<SessionRow> = cx
        .app
        .db
        .all(
            "select id, device, ip, created_at, last_seen_at from sessions
             where user_id = $1 and expires_at > $2 order by last_seen_at desc, id",
            args![user_of(cx)?, Clock::system()],
        )
        .await?;
    Ok(Sessions { items, current })
}

/// Signs one device out.
pub async fn revoke(cx: &Cx, id: &str) -> Result<()> {
    let (user, db) = (user_of(cx)?, &cx.app.db);
    transaction!(db, |tx| {
        match tx.exec("delete from sessions where user_id = $1 and id = $2", args![user, id]).await? {
            0 => Err(Error::not_found("session", id)),
            _ => Ok(()),
        }
    })
}

/// Signs all devices out but the one that asks.
pub async fn revoke_others(cx: &Cx, current: &str) -> Result<()> {
    let (user, db) = (user_of(cx)?, &cx.app.db);
    transaction!(db, |tx| {
        tx.exec("delete from sessions where user_id = $1 and id <> $2", args![user, current]).await.map(drop)
    })
}
