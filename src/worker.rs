//! What runs beside requests: webhooks are told and attempted, and what is over is cleared away.
//!
//! `merx serve` has one worker inside, `merx worker` is one more. Any number of them share a database:
//! each piece of work is claimed by what its row is, never by a place that somebody remembers. A commit
//! of this process wakes its worker at once; what other processes wrote is found within a second.

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

use crate::{
    house::{oauth, requests},
    kit::{
        Result, Time,
        cx::App,
        http::{idempotency, rate_limit},
        live::Live,
    },
    outward::webhooks::{
        self, fan_out,
        lanes::{self, Lanes, Moment},
    },
};

/// How often the database is asked while nothing in this process writes.
const POLL: Duration = Duration::from_secs(1);
/// Shortest pause between two rounds, however much is written.
const REST: Duration = Duration::from_millis(25);
/// How often it is looked for what has been held back for too long.
const EXPIRE_EVERY: Duration = Duration::from_secs(60);
/// How often what is over is cleared away.
const TIDY_EVERY: Duration = Duration::from_secs(3600);
/// Longest time that attempts get to finish when the worker stops; the leases of others end by themselves.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// Works until told to stop: by a message, or by the sender's end.
pub async fn run(app: App, mut stop: watch::Receiver<()>) {
    let mut commits = app.memory::<Live>().commits();
    let mut lanes = Lanes::new(&app, Moment::Running);
    let (mut expire_at, mut tidy_at) = (Instant::now(), Instant::now() + TIDY_EVERY);
    loop {
        if let Err(error) = round(&app, &mut lanes).await {
            tracing::warn!(%error, "webhooks could not be looked after");
        }
        if Instant::now() >= expire_at {
            expire_at = Instant::now() + EXPIRE_EVERY;
            report(lanes::expire(&app, Moment::Running.now()).await, "deliveries could not be given up");
        }
        if Instant::now() >= tidy_at {
            tidy_at = Instant::now() + TIDY_EVERY;
            tidy_up(&app).await;
        }
        tokio::select! {
            _ = stop.changed() => break,
            () = wake(&mut commits, &mut lanes) => {}
        }
    }
    if tokio::time::timeout(DRAIN_TIMEOUT, lanes.drain()).await.is_err() {
        tracing::warn!("webhooks were still under way when the time to drain ended");
    }
}

/// Waits for something to do.
async fn wake(commits: &mut watch::Receiver<()>, lanes: &mut Lanes) {
    tokio::time::sleep(REST).await;
    tokio::select! {
        _ = commits.changed() => {}
        _ = lanes.ended(), if !lanes.is_empty() => {}
        () = tokio::time::sleep(POLL) => {}
    }
}

/// Makes all deliveries that are missing, and opens lanes for those that are due.
async fn round(app: &App, lanes: &mut Lanes) -> Result<()> {
    while fan_out::round(app, Moment::Running.now()).await? > 0 {}
    lanes.open().await
}

/// Clears away what is over, noun by noun.
async fn tidy_up(app: &App) {
    report(webhooks::ops::prune(app).await, "old deliveries could not be forgotten");
    report(requests::ops::prune(app).await, "old API requests could not be forgotten");
    report(oauth::ops::prune(app).await, "old grants and tokens could not be forgotten");
    report(idempotency::prune(app).await, "old replies could not be forgotten");
    report(rate_limit::prune(app).await, "full shares of limits could not be forgotten");
}

fn report(outcome: Result<u64>, failure: &'static str) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "cleared away"),
        Err(error) => tracing::warn!(%error, "{failure}"),
    }
}

/// Does all that a worker finds to do at a time of the machine, and returns when nothing is left.
pub async fn once(app: &App, at: Time) -> Result<()> {
    lanes::expire(app, at).await?;
    let mut lanes = Lanes::new(app, Moment::At(at));
    loop {
        while fan_out::round(app, at).await? > 0 {}
        lanes.open().await?;
        if !lanes.ended().await {
            return Ok(());
        }
    }
}
