//! A lane per endpoint: what is due for it is claimed and attempted there, a few attempts at a time, so
//! that a slow endpoint delays nobody else.
//!
//! A claim is a lease with an end: a worker that is killed loses it, and another attempts the same
//! delivery then. So an event is sent at least once, with the same id each time. The first attempts of
//! events about one object follow each other: the later event's waits until the earlier one's is over,
//! however it ended. Later attempts wait for nothing and hold nothing back.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    sync::watch,
    task::{Id as TaskId, JoinSet},
};

use super::{
    attempt, dialect,
    fan_out::{Listener, Told},
    model::{Delivery, Endpoint},
};
use crate::{
    args,
    kit::{
        Error, Id, Result, Tenant, Time,
        clock::Clock,
        crypto,
        cx::App,
        db::{Sql, Value},
    },
    outward::events::model::Event,
    transaction,
};

/// Attempts for one endpoint at a time, of one worker.
const LANE_WIDTH: usize = 8;
/// Attempts after which a lane makes room for others.
const LANE_LENGTH: usize = 400;
/// Lanes of one worker at a time.
const LANES_MAX: usize = 256;
/// How much longer a claim lasts than an answer may take.
const LEASE_MARGIN: Duration = Duration::from_secs(30);

/// The time of the machine, or one that stands still.
#[derive(Clone, Copy, Debug)]
pub enum Moment {
    Running,
    At(Time),
}

impl Moment {
    /// The time.
    pub fn now(self) -> Time {
        match self {
            Self::Running => Clock::system(),
            Self::At(time) => time,
        }
    }
}

/// A delivery that this worker attempts.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claimed {
    pub id: Id<Delivery>,
    event_id: Id<Event>,
    pub attempts: i64,
    pub expires_at: Time,
    pub lease: String,
}

/// An endpoint with something due.
#[derive(Clone, Debug, Deserialize)]
struct Due {
    merchant_id: Id<Tenant>,
    live: bool,
    id: Id<Endpoint>,
}

/// The lanes of one worker.
pub struct Lanes {
    app: App,
    moment: Moment,
    busy: HashSet<Id<Endpoint>>,
    tasks: HashMap<TaskId, Id<Endpoint>>,
    running: JoinSet<()>,
    /// Becomes true when no more is to be claimed.
    stop: watch::Sender<bool>,
}

impl Lanes {
    /// No lanes yet.
    pub fn new(app: &App, moment: Moment) -> Self {
        Self {
            app: app.clone(),
            moment,
            busy: HashSet::new(),
            tasks: HashMap::new(),
            running: JoinSet::new(),
            stop: watch::Sender::new(false),
        }
    }

    /// Opens a lane for every endpoint that has something due and no lane yet.
    pub async fn open(&mut self) -> Result<()> {
        let now = self.moment.now();
        let due: Vec<Due> = self
            .app
            .db
            .all(
                "select e.merchant_id, e.live, e.id from webhook_endpoints e
                 where e.status = 'enabled' and e.breaker_until <= $1 and exists (
                     select 1 from webhook_deliveries d where d.merchant_id = e.merchant_id and d.live = e.live
                         and d.endpoint_id = e.id and d.next_retry_at <= $1 and d.leased_until <= $1)
                 order by coalesce(e.last_delivery_at, 0) -- any merchant",
                args![now],
            )
            .await?;
        for due in due {
            if self.busy.len() >= LANES_MAX {
                break;
            }
            if self.busy.insert(due.id) {
                let endpoint = due.id;
                let lane = lane(self.app.clone(), due, self.moment, self.stop.subscribe());
                let task = self.running.spawn(async move {
                    if let Err(error) = lane.await {
                        tracing::warn!(%error, %endpoint, "deliveries for an endpoint were interrupted");
                    }
                });
                self.tasks.insert(task.id(), endpoint);
            }
        }
        Ok(())
    }

    /// Waits until one lane has ended; false if there is none.
    pub async fn ended(&mut self) -> bool {
        let Some(ended) = self.running.join_next_with_id().await else { return false };
        let task = match &ended {
            Ok((task, ())) => *task,
            Err(error) => {
                tracing::error!(%error, "a lane ended badly");
                error.id()
            }
        };
        if let Some(endpoint) = self.tasks.remove(&task) {
            self.busy.remove(&endpoint);
        }
        true
    }

    /// Whether no lane is open.
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Claims no more, and waits until what is under way is over.
    pub async fn drain(&mut self) {
        self.stop.send_replace(true);
        while self.ended().await {}
    }
}

/// Attempts what is due for one endpoint until nothing is. Each attempt is a task: one that stands in the
/// middle of a write must go on while the lane waits to claim.
async fn lane(app: App, due: Due, moment: Moment, stop: watch::Receiver<bool>) -> Result<()> {
    let mut under_way = JoinSet::new();
    let (mut made, mut failed) = (0, None);
    loop {
        let goes_on = failed.is_none() && made < LANE_LENGTH && !*stop.borrow();
        if goes_on && under_way.len() <= LANE_WIDTH / 2 {
            match claim(&app, &due, moment, LANE_WIDTH - under_way.len()).await {
                Ok(attempts) => {
                    made += attempts.len();
                    attempts.into_iter().for_each(|attempt| drop(under_way.spawn(attempt.run(app.clone(), moment))));
                }
                Err(error) => failed = Some(error),
            }
        }
        match under_way.join_next().await {
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => failed = Some(error),
            Some(Err(error)) => {
                tracing::error!(%error, "an attempt ended badly");
                failed = Some(Error::internal());
            }
            None => return failed.map_or(Ok(()), Err),
        }
    }
}

/// A claimed delivery with everything that its attempt needs.
struct Attempt {
    claim: Claimed,
    listener: std::sync::Arc<Listener>,
    secret: Option<String>,
    event: Option<Told>,
}

impl Attempt {
    async fn run(self, app: App, moment: Moment) -> Result<()> {
        let Self { claim, listener, secret, event } = self;
        attempt::run(&app, &claim, &listener, secret.as_deref(), event.as_ref(), moment).await
    }
}

/// Claims up to `room` deliveries that are due for an endpoint.
async fn claim(app: &App, due: &Due, moment: Moment, room: usize) -> Result<Vec<Attempt>> {
    let now = moment.now();
    let endpoint = || args![due.merchant_id, due.live, due.id];
    let target: Option<Listener> =
        app.db.opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", endpoint()).await?;
    let Some(listener) = target else { return Ok(Vec::new()) };
    let timeout = dialect::timeout(listener.dialect) + LEASE_MARGIN;
    let until = now.plus_ms(i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX));
    let lease = crypto::token("", 20);
    let db = app.db.guarded();
    let claims: Vec<Claimed> = transaction!(db, |tx| {
        let probe = tx
            .exec(
                "update webhook_endpoints set circuit_breaker_state = 'half_open', breaker_until = $4
                 where merchant_id = $1 and live = $2 and id = $3 and circuit_breaker_state <> 'closed' and breaker_until <= $5",
                endpoint().into_iter().chain(args![until, now]).collect(),
            )
            .await?;
        let room = if probe == 1 { 1 } else { i64::try_from(room).unwrap_or(0) };
        tx.all(
            "update webhook_deliveries set lease = $4, leased_until = $5
             where merchant_id = $1 and live = $2 and endpoint_id = $3 and next_retry_at <= $6 and leased_until <= $6
                 and exists (
                     select 1 from webhook_endpoints p where p.merchant_id = $1 and p.live = $2 and p.id = $3
                         and p.status = 'enabled' and (p.circuit_breaker_state = 'closed' or $7 = 1))
                 and id in (
                     select d.id from webhook_deliveries d
                     where d.merchant_id = $1 and d.live = $2 and d.endpoint_id = $3 and d.next_retry_at <= $6
                         and d.leased_until <= $6 and (d.attempts > 0 or d.by_hand = 1 or not exists (
                             select 1 from webhook_deliveries b
                             where b.merchant_id = $1 and b.live = $2 and b.endpoint_id = $3 and b.object_id = d.object_id
                                 and b.event_id < d.event_id and b.status = 'pending' and b.attempts = 0 and b.by_hand = 0))
                     order by d.next_retry_at, d.event_id limit $8)
             returning id, event_id, attempts, expires_at, lease",
            endpoint().into_iter().chain(args![lease, until, now, i64::try_from(probe).unwrap_or(0), room]).collect(),
        )
        .await
    })?;
    prepare(app, due, listener, claims).await
}

/// Looks up what the attempts need.
async fn prepare(app: &App, due: &Due, listener: Listener, claims: Vec<Claimed>) -> Result<Vec<Attempt>> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let sealed: Option<Option<Vec<u8>>> = app
        .db
        .opt(
            "select secret from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3",
            args![due.merchant_id, due.live, due.id],
        )
        .await?;
    let about = super::ops::sealed_for(due.id);
    let secret = sealed.flatten().and_then(|sealed| app.cipher.open(&sealed, &about));
    let marks: Vec<String> = (3..claims.len() + 3).map(|number| format!("${number}")).collect();
    let sql = format!(
        "select merchant_id, live, id, type, object_id, request_id, idempotency_key, actor_kind, data, previous, created_at from events
         where merchant_id = $1 and live = $2 and id in ({})",
        marks.join(", ")
    );
    let ids = claims.iter().map(|claim| Value::from(&claim.event_id));
    let args = args![due.merchant_id, due.live].into_iter().chain(ids).collect();
    let events: Vec<Told> = app.db.all(Sql::Built(sql), args).await?;
    let events: HashMap<Id<Event>, Told> = events.into_iter().map(|event| (event.id, event)).collect();
    let listener = std::sync::Arc::new(listener);
    let attempt = |claim: Claimed| Attempt {
        event: events.get(&claim.event_id).cloned(),
        listener: std::sync::Arc::clone(&listener),
        secret: secret.clone(),
        claim,
    };
    Ok(claims.into_iter().map(attempt).collect())
}

/// Gives up what has been held back until its time was over: by an open breaker, or because its endpoint
/// is disabled or gone. Returns how many deliveries that were.
pub async fn expire(app: &App, now: Time) -> Result<u64> {
    let db = app.db.guarded();
    transaction!(db, |tx| {
        tx.exec(
            "update webhook_deliveries set status = 'dead_lettered', next_retry_at = null, dead_lettered_at = $1, updated_at = $1,
                 dead_letter_reason = 'Held back until the fourth day after the event'
             where next_retry_at is not null and expires_at <= $1 and leased_until <= $1 and not exists (
                 select 1 from webhook_endpoints e where e.merchant_id = webhook_deliveries.merchant_id
                     and e.live = webhook_deliveries.live and e.id = webhook_deliveries.endpoint_id
                     and e.status = 'enabled' and e.circuit_breaker_state = 'closed') -- any merchant",
            args![now],
        )
        .await
    })
}
