//! Merchants beyond the first: made by a key, for the same owners.
//!
//! A key made for one merchant reaches that one, and those that it has made itself, in its own
//! mode. A key that takes its place by rolling reaches the same.

use super::{
    model::Business,
    ops::{insert, row},
};
use crate::{
    args,
    house::{api_keys::model::ApiKey, shared::shared, team::ops::members},
    kit::{
        Error, Id, Result, Tenant, Time,
        cx::{ActorKind, Cx, Tx},
        db::Conn,
    },
    transaction,
};

/// Longest name of a merchant that a program makes, characters.
const NAME_CHARS_MAX: usize = 255;

/// The key that asks, if it is one.
fn key(cx: &Cx) -> Option<Id<ApiKey>> {
    if cx.actor.kind == ActorKind::Key { cx.actor.id.parse().ok() } else { None }
}

/// The merchants that the caller's key has made.
pub async fn made_by_caller(cx: &Cx) -> Result<Vec<Id<Tenant>>> {
    match key(cx) {
        Some(key) => {
            let sql = "select merchant_id from key_merchants where key_id = $1 order by created_at, merchant_id";
            cx.app.db.all(sql, args![key]).await
        }
        None => Ok(Vec::new()),
    }
}

/// The merchants that the caller reaches, at most so many: its own first, then those that its key
/// has made, oldest first. `after` is the last one of the page before.
pub async fn reached(cx: &Cx, after: Option<Id<Tenant>>, limit: i64) -> Result<Vec<Business>> {
    cx.can("settings:read")?;
    let mut found = Vec::new();
    if after.is_none() {
        found.push(super::ops::get(cx).await?);
    }
    let Some(key) = key(cx) else { return Ok(found) };
    // No merchant has an empty id, and the caller's own is not among those its key has made.
    let after = after.filter(|after| *after != cx.merchant).map(|after| after.to_string()).unwrap_or_default();
    let made: Vec<Business> = cx
        .app
        .db
        .all(
            "select merchants.id, merchants.name, merchants.legal_name, merchants.address, merchants.tax_id, merchants.logo_hash,
                 merchants.time_zone, merchants.default_currency, merchants.created_at
             from key_merchants as made join merchants on merchants.id = made.merchant_id
             where made.key_id = $1 and ($2 = '' or (made.created_at, made.merchant_id) >
                 (select last.created_at, last.merchant_id from key_merchants as last
                  where last.key_id = $1 and last.merchant_id = $2))
             order by made.created_at, made.merchant_id limit $3",
            args![key, after, limit - i64::try_from(found.len()).unwrap_or(0)],
        )
        .await?;
    found.extend(made);
    Ok(found)
}

/// Makes a merchant whose owners are those of the caller's merchant, within reach of the caller's
/// key.
pub async fn create(cx: &Cx, name: &str) -> Result<Business> {
    cx.can("settings:write")?;
    let name = name.trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        return Err(Error::invalid("name", format!("must have 1 to {NAME_CHARS_MAX} characters")));
    }
    let founder = cx;
    let cx = &Cx { merchant: cx.id(), ..shared(cx) };
    transaction!(cx, |tx| {
        insert(tx, cx.merchant, name, cx.now).await?;
        members::copy_owners(tx, founder.merchant, cx.merchant, cx.now).await?;
        if let Some(key) = key(founder) {
            reach(tx.global(), key, cx.merchant, cx.now).await?;
        }
        row(tx, cx.merchant).await
    })
}

async fn reach(conn: &mut Conn, key: Id<ApiKey>, merchant: Id<Tenant>, now: Time) -> Result<()> {
    let sql = "insert into key_merchants (key_id, merchant_id, created_at) values ($1, $2, $3)";
    conn.exec(sql, args![key, merchant, now]).await.map(drop)
}

/// The key that takes another's place reaches what the other does.
pub async fn inherit_reach(tx: &mut Tx<'_>, old: Id<ApiKey>, new: Id<ApiKey>) -> Result<()> {
    tx.global()
        .exec(
            "insert into key_merchants (key_id, merchant_id, created_at)
             select $2, merchant_id, created_at from key_merchants where key_id = $1",
            args![old, new],
        )
        .await
        .map(drop)
}
