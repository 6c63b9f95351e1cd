//! A unit of work: everything a request reads and writes as one transaction.
//!
//! A request with an idempotency key is one: its effects and the reply that is stored for it are
//! kept together or not at all. What would be transactions of their own are parts of it then
//! (savepoints), and reads see what the parts before them wrote.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use super::{Error, Result, db::Conn};

/// One transaction that the parts of a request share, one after another.
pub struct Unit {
    /// The idempotency key of the request.
    pub key: String,
    conn: Arc<Mutex<Option<Conn>>>,
    collided: AtomicBool,
}

impl Unit {
    /// A unit that works in an open transaction.
    pub fn of(conn: Conn, key: String) -> Arc<Self> {
        Arc::new(Self { key, conn: Arc::new(Mutex::new(Some(conn))), collided: AtomicBool::new(false) })
    }

    /// The transaction, as soon as no other part uses it.
    ///
    /// # Errors
    /// 500 when the unit has ended.
    pub(super) async fn hold(self: &Arc<Self>) -> Result<Held> {
        let guard = Arc::clone(&self.conn).lock_owned().await;
        let conn = OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| Error::internal())?;
        Ok(Held { conn, unit: Arc::clone(self) })
    }

    /// Ends the unit: its transaction, still open, and whether a part of it collided with another
    /// transaction, so that all of it has to run again.
    pub async fn end(&self) -> Option<(Conn, bool)> {
        let conn = self.conn.lock().await.take()?;
        Some((conn, self.collided.load(Ordering::Relaxed)))
    }
}

/// A unit's transaction, while a part uses it.
pub(super) struct Held {
    pub conn: OwnedMappedMutexGuard<Option<Conn>, Conn>,
    unit: Arc<Unit>,
}

impl Held {
    /// Begins a part that can be taken back.
    pub async fn begin(&mut self) -> Result<()> {
        let begun = self.conn.exec("savepoint part", vec![]).await;
        self.note(begun).map(drop)
    }

    /// Ends a part; one that failed is taken back.
    pub async fn end<T>(mut self, outcome: Result<T>) -> Result<T> {
        let ended = match &outcome {
            Err(error) if error.is_collision() => Ok(0),
            Ok(_) => self.conn.exec("release savepoint part", vec![]).await,
            Err(_) => match self.conn.exec("rollback to savepoint part", vec![]).await {
                Ok(_) => self.conn.exec("release savepoint part", vec![]).await,
                failed => failed,
            },
        };
        self.note(ended.and(outcome))
    }

    /// Remembers a collision: the parts cannot be tried again one by one.
    pub fn note<T>(&self, outcome: Result<T>) -> Result<T> {
        if outcome.as_ref().is_err_and(Error::is_collision) {
            self.unit.collided.store(true, Ordering::Relaxed);
        }
        outcome
    }
}
