//! From events to deliveries.
//!
//! An event is written with `told = 0`, in the transaction of its change and without a write of its own;
//! that is the outbox. A worker claims a batch of such events and makes their deliveries in one
//! transaction, so an event is told exactly once, whoever is killed when. Nothing remembers where it was:
//! an event whose transaction commits late is found like any other.

use serde::Deserialize;

use super::model::Delivery;
use super::{
    dialect,
    model::{Dialect, Endpoint, EndpointStatus},
};
use crate::{
    args,
    kit::{
        DAY_MS, Id, Metadata, Mode, Result, Tenant, Time, Version, crypto,
        cx::{App, Cx},
        db::{Conn, Value},
    },
    outward::events::{model::Event, types},
    people::apps::model::App as StoreApp,
    transaction,
};

/// Events that are told in one transaction.
const BATCH: i64 = 100;
/// How long after it was made a delivery may still be attempted on its own.
const LIFETIME_MS: i64 = 4 * DAY_MS;

/// An event as it is told.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    pub merchant_id: Id<Tenant>,
    pub live: bool,
    pub id: Id<Event>,
    #[serde(rename = "type")]
    pub kind: String,
    pub object_id: String,
    pub request_id: String,
    pub idempotency_key: Option<String>,
    pub actor_kind: String,
    pub data: Metadata,
    pub previous: Option<Metadata>,
    pub created_at: Time,
}

/// An endpoint of either dialect, as deliveries are made and attempted for it.
#[derive(Clone, Debug, Deserialize)]
pub struct Listener {
    pub merchant_id: Id<Tenant>,
    pub live: bool,
    pub id: Id<Endpoint>,
    pub dialect: Dialect,
    pub url: String,
    /// Patterns; of RevenueCat's dialect, their own names or `*`.
    pub enabled_events: Vec<String>,
    pub environment: Option<String>,
    pub app_id: Option<Id<StoreApp>>,
    pub status: EndpointStatus,
    pub api_version: Version,
}

impl Listener {
    /// Whether it is sent anything.
    pub fn enabled(&self) -> bool {
        self.status == EndpointStatus::Enabled
    }

    /// The mode it lives in.
    pub fn mode(&self) -> Mode {
        if self.live { Mode::Live } else { Mode::Test }
    }

    /// Whether it wants to hear of an event.
    pub fn wants(&self, event: &Told) -> bool {
        match self.dialect {
            Dialect::Revkeen => self.enabled_events.iter().any(|pattern| types::matches(pattern, &event.kind)),
            Dialect::Revenuecat => super::revenuecat::wants(self, event),
        }
    }
}

/// The endpoint with this id, in either dialect.
pub async fn listener(cx: &Cx, id: &str) -> Result<Option<Listener>> {
    cx.opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![id]).await
}

/// All enabled endpoints of the merchant in the mode.
pub async fn listeners(cx: &Cx) -> Result<Vec<Listener>> {
    cx.all("select * from webhook_endpoints where merchant_id = $1 and live = $2 and status = 'enabled'", vec![]).await
}

/// Makes the deliveries of one batch of events, at a time of the machine; returns how many events that were.
pub async fn round(app: &App, now: Time) -> Result<usize> {
    // A look first: on SQLite a claim would take the turn of somebody who has something to write.
    let waiting: Option<String> = app.db.opt("select id from events where told = 0 limit 1 -- any merchant", vec![]).await?;
    if waiting.is_none() {
        return Ok(0);
    }
    let db = app.db.guarded();
    transaction!(db, |tx| {
        let mut events: Vec<Told> = tx
            .all(
                "update events set told = 1 where told = 0 and id in (
                     select id from events where told = 0 order by id limit $1)
                 returning merchant_id, live, id, type, object_id, request_id, idempotency_key, actor_kind, data, previous, created_at
                 -- any merchant",
                args![BATCH],
            )
            .await?;
        events.sort_by_key(|event| (event.merchant_id, event.live, event.id));
        for group in events.chunk_by(|one, next| (one.merchant_id, one.live) == (next.merchant_id, next.live)) {
            tell(tx, group, now).await?;
        }
        Ok(events.len())
    })
}

/// Makes the deliveries of some events of one merchant in one mode.
async fn tell(conn: &mut Conn, events: &[Told], now: Time) -> Result<()> {
    let Some(first) = events.first() else { return Ok(()) };
    let listeners: Vec<Listener> = conn
        .all(
            "select * from webhook_endpoints where merchant_id = $1 and live = $2 and status = 'enabled'",
            args![first.merchant_id, first.live],
        )
        .await?;
    for event in events {
        for listener in listeners.iter().filter(|listener| listener.wants(event)) {
            insert(conn, listener, event, false, now).await?;
        }
    }
    Ok(())
}

/// Makes a delivery that is due now. One that somebody asked for waits for no other and holds none back.
pub async fn insert(conn: &mut Conn, listener: &Listener, event: &Told, by_hand: bool, now: Time) -> Result<Id<Delivery>> {
    let id: Id<Delivery> = crypto::new_id(now);
    conn.exec(
        "insert into webhook_deliveries (merchant_id, live, id, endpoint_id, event_id, event_type, object_id, status,
             max_attempts, by_hand, next_retry_at, expires_at, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10, $11, $10, $10)",
        args![
            listener.merchant_id,
            listener.live,
            id,
            listener.id,
            event.id,
            event.kind,
            event.object_id,
            Value::from(&dialect::attempts_max(listener.dialect)),
            by_hand,
            now,
            now.plus_ms(LIFETIME_MS)
        ],
    )
    .await?;
    Ok(id)
}
