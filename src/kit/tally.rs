//! Totals of lists, kept by the writes that change them.
//!
//! An object says which totals it is part of ([`Object::tallies`]); its events move them. A total
//! is the sum of its shards, so that concurrent writes seldom wait for the same row.

use std::sync::atomic::{AtomicI64, Ordering};

use super::{
    Result,
    cx::{Cx, Tx},
    db::Sql,
    events::Object,
};
use crate::args;

/// Rows that one total is spread over.
const SHARDS: i64 = 64;

static NEXT_SHARD: AtomicI64 = AtomicI64::new(0);

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
    let joined = now.iter().filter(|tally| !then.contains(tally)).map(|tally| (tally, 1_i64));
    let left = then.iter().filter(|tally| !now.contains(tally)).map(|tally| (tally, -1_i64));
    let moves: Vec<_> = joined.chain(left).collect();
    if moves.is_empty() {
        return Ok(());
    }
    // Neighbours in time take different shards.
    let shard = NEXT_SHARD.fetch_add(1, Ordering::Relaxed) % SHARDS;
    let rows: Vec<String> =
        (0..moves.len()).map(|row| row * 3 + 4).map(|at| format!("($1, $2, ${at}, ${}, $3, ${})", at + 1, at + 2)).collect();
    let sql = format!(
        "insert into tallies (merchant_id, live, list, condition, shard, n) values {}
         on conflict (merchant_id, live, list, condition, shard) do update set n = tallies.n + excluded.n",
        rows.join(", ")
    );
    let moved = moves.into_iter().flat_map(|(tally, by)| args![tally.list, tally.condition, by]);
    tx.exec(Sql::Built(sql), args![shard].into_iter().chain(moved).collect()).await.map(drop)
}

/// A total.
pub async fn total(cx: &Cx, tally: Tally) -> Result<i64> {
    cx.one(
        "select cast(coalesce(sum(n), 0) as bigint) from tallies where merchant_id = $1 and live = $2 and list = $3 and condition = $4",
        args![tally.list, tally.condition],
    )
    .await
}
