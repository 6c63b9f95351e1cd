//! Changes as they happen: open timelines hear of new events within a moment.
//!
//! One poller per process serves all streams, and only while there are streams: every
//! [`POLL`] it counts the events of the watched objects, one statement for up to [`BATCH`] objects
//! of a merchant's mode, answered from the index of the timeline. That also finds what other
//! processes on the same database wrote; what this process wrote wakes the poller at once. Counting
//! and not "ids above the last one", because ids carry the time of the request: a transaction may
//! commit after one with a greater id, and a test clock may stand still or be set back.
//!
//! Streams carry ids only. Whoever hears one asks for the timeline itself, with all the checks of
//! that; so a stream that outlives a session by some minutes tells nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{Stream, stream};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::{
    Error, Id, Kind, Mode, Result, Tenant,
    cx::{App, Cx},
    events,
};

/// How often the database is asked while nothing in this process writes.
const POLL: Duration = Duration::from_millis(500);
/// Shortest pause between two rounds, however much is written.
const REST: Duration = Duration::from_millis(50);
/// Objects asked about in one statement.
const BATCH: usize = 100;
/// Newest events of an object that are told apart.
const NEWEST: i64 = 20;
/// Most streams of one session: a browser opens six connections, and closes those of hidden tabs.
const PER_SESSION: usize = 12;
/// After this time a stream ends and the browser opens another, as whoever it is by then.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Ids of events, newest first.
type Ids = Arc<[String]>;

/// What is watched, by merchant and mode, with the counts of the last round.
type Known = HashMap<(Id<Tenant>, Mode), Vec<(String, Option<i64>)>>;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    merchant: Id<Tenant>,
    mode: Mode,
    object: String,
}

struct Watched {
    ids: watch::Sender<Ids>,
    /// Events at the last round; none before the first.
    count: Option<i64>,
}

#[derive(Default)]
struct State {
    watched: HashMap<Key, Watched>,
    /// Open streams by session.
    sessions: HashMap<String, usize>,
    polling: bool,
    closed: bool,
}

/// The streams of this process.
#[derive(Default)]
pub struct Live {
    state: Mutex<State>,
    written: Notify,
    /// Marked at every commit, for the worker.
    commits: watch::Sender<()>,
}

impl Live {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was committed in this process: look now.
    pub fn written(&self) {
        self.written.notify_one();
        self.commits.send_replace(());
    }

    /// Changes whenever something was committed in this process.
    pub fn commits(&self) -> watch::Receiver<()> {
        self.commits.subscribe()
    }

    /// Ends all streams, and opens no more: the server stops.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.watched.clear();
        drop(state);
        self.written();
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        self.state().sessions.values().sum()
    }

    /// A place among the streams, and what it hears. Starts the poller if none runs.
    fn enter(self: &Arc<Self>, cx: &Cx, session: &str, object: &str) -> Result<(Place, watch::Receiver<Ids>)> {
        let mut state = self.state();
        if state.closed {
            return Err(Error::new(Kind::Unavailable, "stopping", "The server stops; try again"));
        }
        let open = state.sessions.entry(session.to_owned()).or_default();
        if *open >= PER_SESSION {
            return Err(Error::new(Kind::TooManyRequests, "too_many_streams", "Too many pages listen; close some"));
        }
        *open += 1;
        let key = Key { merchant: cx.merchant, mode: cx.mode, object: object.to_owned() };
        let unheard = || Watched { ids: watch::channel(Ids::default()).0, count: None };
        let mut ids = state.watched.entry(key).or_insert_with(unheard).ids.subscribe();
        // What was told between the caller's own look and now counts as not heard yet.
        ids.mark_changed();
        if !std::mem::replace(&mut state.polling, true) {
            tokio::spawn(poll(cx.app.clone(), Arc::clone(self)));
        }
        Ok((Place { live: Arc::clone(self), session: session.to_owned() }, ids))
    }

    fn known(&self) -> Known {
        let mut known = Known::new();
        for (key, watched) in &self.state().watched {
            known.entry((key.merchant, key.mode)).or_default().push((key.object.clone(), watched.count));
        }
        known
    }

    fn tell(&self, key: &Key, count: i64, ids: Vec<String>) {
        if let Some(watched) = self.state().watched.get_mut(key) {
            watched.count = Some(count);
            watched.ids.send_replace(ids.into());
        }
    }

    /// Forgets what nobody watches any more; whether anything is left to do.
    fn goes_on(&self) -> bool {
        let mut state = self.state();
        state.watched.retain(|_, watched| watched.ids.receiver_count() > 0);
        state.polling = !state.closed && !state.watched.is_empty();
        state.polling
    }
}

/// Held by a stream as long as it is open.
struct Place {
    live: Arc<Live>,
    session: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.live.state();
        if let Some(open) = state.sessions.get_mut(&self.session) {
            *open -= 1;
            if *open == 0 {
                state.sessions.remove(&self.session);
            }
        }
    }
}

async fn poll(app: App, live: Arc<Live>) {
    while live.goes_on() {
        if let Err(error) = round(&app, &live).await {
            tracing::warn!(%error, "open timelines could not be told what is new");
        }
        tokio::time::sleep(REST).await;
        tokio::select! {
            () = live.written.notified() => {}
            () = tokio::time::sleep(POLL.saturating_sub(REST)) => {}
        }
    }
}

async fn round(app: &App, live: &Live) -> Result<()> {
    for ((merchant, mode), objects) in live.known() {
        let cx = app.system(merchant, mode);
        for batch in objects.chunks(BATCH) {
            let ids: Vec<&str> = batch.iter().map(|(object, _)| object.as_str()).collect();
            let counts = events::counts(&cx, &ids).await?;
            for (object, before) in batch {
                let count = counts.get(object).copied().unwrap_or(0);
                if *before != Some(count) {
                    let newest = events::newest(&cx, object, NEWEST).await?;
                    live.tell(&Key { merchant, mode, object: object.clone() }, count, newest);
                }
            }
        }
    }
    Ok(())
}

/// Tells of the events about one object of the caller's: first the ids of the newest, so that
/// whoever listens can see whether anything was missed, then each that is added; newest first.
/// Ends when the server stops, and after some minutes. Needs the right to read the object's timeline.
///
/// # Errors
/// 404 when nothing ever happened to such an object, 429 when the session has too many streams.
pub async fn watch(cx: &Cx, session: &str, object_id: &str) -> Result<impl Stream<Item = Vec<String>> + use<>> {
    events::check_readable(cx, object_id).await?;
    let newest = events::newest(cx, object_id, NEWEST).await?;
    let (place, ids) = cx.app.memory::<Live>().enter(cx, session, object_id)?;
    let listener = Listener { ids, told: newest.clone(), first: Some(newest), ends: Instant::now() + LIFETIME, _place: place };
    Ok(stream::unfold(listener, |mut listener| async move { listener.next().await.map(|ids| (ids, listener)) }))
}

struct Listener {
    ids: watch::Receiver<Ids>,
    told: Vec<String>,
    first: Option<Vec<String>>,
    ends: Instant,
    _place: Place,
}

impl Listener {
    async fn next(&mut self) -> Option<Vec<String>> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            tokio::select! {
                changed = self.ids.changed() => changed.ok()?,
                () = tokio::time::sleep_until(self.ends) => return None,
            }
            let ids = Arc::clone(&self.ids.borrow_and_update());
            let fresh: Vec<String> = ids.iter().filter(|id| !self.told.contains(id)).cloned().collect();
            if !fresh.is_empty() {
                self.told.splice(0..0, fresh.iter().cloned());
                self.told.truncate(4 * usize::try_from(NEWEST).unwrap_or(0));
                return Some(fresh);
            }
        }
    }
}
