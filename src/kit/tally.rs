//! Totals of lists, kept by the writes that change them.
//!
//! An object says which totals it is part of ([`Object::tallies`]); its events move them. A total
//! is the sum of its shards, so that concurrent writes seldom wait for the same row.

use rand::RngExt as _;

use super::{
    Result,
    cx::{Cx, Tx},
    events::Object,
};
use crate::args;

/// Rows that one total is spread over.
const SHARDS: i64 = 64;

/// A total that is kept: a list, and what narrows it; empty for the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The list's table.
    pub list: &'static str,
    /// As [`List::and`](super::db::query::List::and) gets it.
    pub condition: &'static str,
}

/// The totals of one list under several conditions.
pub fn of(list: &'static str, conditions: &[&'static str]) -> Vec<Tally> {
    conditions.iter().map(|condition| Tally { list, condition }).collect()
}

/// Moves the totals that `object` has joined or left with an event.
pub(super) async fn follow<T: Object>(tx: &mut Tx<'_>, event: &str, object: &T, before: Option<&T>) -> Result<()> {
    let now = if event.ends_with(".deleted") { Vec::new() } else { object.tallies() };
    let then = match before {
        Some(before) => before.tallies(),
        None if event.ends_with(".created") => Vec::new(),
        None if event.ends_with(".deleted") => object.tallies(),
        None => return Ok(()),
    };
    let joined = now.iter().filter(|tally| !then.contains(tally)).map(|tally| (tally, 1));
    let left = then.iter().filter(|tally| !now.contains(tally)).map(|tally| (tally, -1));
    for (tally, by) in joined.chain(left) {
        let shard = rand::rng().random_range(0..SHARDS);
        tx.exec(
            "insert into tallies (merchant_id, live, list, condition, shard, n) values ($1, $2, $3, $4, $5, $6)
             on conflict (merchant_id, live, list, condition, shard) do update set n = tallies.n + excluded.n",
            args![tally.list, tally.condition, shard, by],
        )
        .await?;
    }
    Ok(())
}

/// A total.
pub async fn total(cx: &Cx, tally: Tally) -> Result<i64> {
    cx.one(
        "select cast(coalesce(sum(n), 0) as bigint) from tallies where merchant_id = $1 and live = $2 and list = $3 and condition = $4",
        args![tally.list, tally.condition],
    )
    .await
}
