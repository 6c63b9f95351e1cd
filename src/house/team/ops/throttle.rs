//! Slows guessing down: so many tries per key (an account, an address) in a while.
//!
//! Tries are counted before they are answered, so that many at once cannot slip through, and taken
//! back when they were right. Counted in memory: several servers each allow as many. Not governor,
//! whose limiters cannot take a try back: people who sign in often would be locked out like those
//! who guess.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::kit::{Error, Kind, Result, Time};

/// Keys remembered at once.
pub const KEYS_MAX: usize = 100_000;

/// Part of the keys that goes at once when all are in use: looking for the soonest to end takes long.
const KEYS_EVICTED: usize = KEYS_MAX / 100;

/// So many tries in a while.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub tries: u32,
    pub within_ms: i64,
}

/// Wrong passwords of one account.
pub const PER_ACCOUNT: Allowance = Allowance { tries: 10, within_ms: 15 * 60_000 };
/// Wrong passwords from one address, behind which a whole office may sit.
pub const PER_ADDRESS: Allowance = Allowance { tries: 50, within_ms: 15 * 60_000 };
/// Keys and tokens that nobody has, from one address: a program with an old key goes on trying.
pub const PER_PROGRAM: Allowance = Allowance { tries: 120, within_ms: 60_000 };
/// Mails of one kind to one address.
pub const MAILS: Allowance = Allowance { tries: 5, within_ms: 60 * 60_000 };

/// The counts of one process.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<String, Count>>);

struct Count {
    tries: u32,
    until: Time,
}

impl Throttle {
    fn counts(&self) -> MutexGuard<'_, HashMap<String, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a try.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub fn enter(&self, key: String, allowance: Allowance, now: Time) -> Result<()> {
        let mut counts = self.counts();
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, count| count.until > now);
            make_room(&mut counts);
        }
        let fresh = Count { tries: 0, until: now.plus_ms(allowance.within_ms) };
        let count = counts.entry(key).or_insert(Count { ..fresh });
        if count.until <= now {
            *count = fresh;
        }
        if count.tries >= allowance.tries {
            let minutes = (count.until.0 - now.0) / 60_000 + 1;
            let text = format!("Too many tries; wait {minutes} minutes and try again");
            let seconds = u32::try_from((count.until.0 - now.0) / 1000 + 1).unwrap_or(u32::MAX);
            return Err(Error::new(Kind::TooManyRequests, "too_many_tries", text).retry_after(seconds));
        }
        count.tries += 1;
        Ok(())
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.counts().len()
    }

    /// Whether nobody has tried anything.
    pub fn is_empty(&self) -> bool {
        self.counts().is_empty()
    }

    /// Takes a try back.
    pub fn forgive(&self, key: &str) {
        if let Some(count) = self.counts().get_mut(key) {
            count.tries = count.tries.saturating_sub(1);
        }
    }

    /// Takes all tries back.
    pub fn forget(&self, key: &str) {
        self.counts().remove(key);
    }
}

/// Forgets the keys that end soonest, if there are too many.
fn make_room(counts: &mut HashMap<String, Count>) {
    if counts.len() < KEYS_MAX {
        return;
    }
    let mut ends: Vec<Time> = counts.values().map(|count| count.until).collect();
    let (_, last, _) = ends.select_nth_unstable(KEYS_EVICTED);
    let (last, mut left) = (*last, KEYS_EVICTED);
    counts.retain(|_, count| {
        let goes = left > 0 && count.until <= last;
        left -= usize::from(goes);
        !goes
    });
}
