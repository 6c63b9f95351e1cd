//! One event row in the transaction of each change: timeline, audit log and webhooks read it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{
    Error, Id, Named, Result, Time,
    cx::{Cx, Tx},
    db::{Sql, Value},
    tally::{self, Tally},
    timeline::{self, Occurrence},
};
use crate::args;

/// Something events can be about.
pub trait Object: Named + Serialize {
    /// Its id, as text.
    fn object_id(&self) -> String;

    /// The kept totals it is part of, as it is.
    fn tallies(&self) -> Vec<Tally> {
        Vec::new()
    }
}

/// Marks ids of events.
pub enum Event {}

/// An event as timelines show it.
#[derive(Clone, Debug, Deserialize)]
pub struct EventRow {
    pub id: Id<Event>,
    #[serde(rename = "type")]
    pub kind: String,
    pub object_type: String,
    pub object_id: String,
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    /// The object after the change. A map, because that tells the row's decoder that the text is JSON.
    pub data: Map<String, Json>,
    /// What its changed attributes were before.
    pub previous: Option<Map<String, Json>>,
    pub created_at: Time,
}

/// Inserts the event of a change.
pub(super) async fn insert<T: Object>(
    tx: &mut Tx<'_>,
    cx: &Cx,
    event: &'static str,
    object: &T,
    before: Option<&T>,
) -> Result<()> {
    let data = serde_json::to_value(object).unwrap_or_default();
    let previous = before.map(|before| differing(&serde_json::to_value(before).unwrap_or_default(), &data));
    let happened = Happened { kind: event, object_type: T::NAME, object_id: &object.object_id(), data: &data };
    insert_row(tx, cx, cx.id(), &happened, previous.as_ref(), false).await?;
    tally::follow(tx, event, object, before).await
}

/// What a new event says.
pub struct Happened<'a> {
    /// Its type.
    pub kind: &'static str,
    pub object_type: &'a str,
    pub object_id: &'a str,
    /// The object.
    pub data: &'a Json,
}

/// Inserts an event. `told` means that nobody needs to be told of it: a row that is not is the outbox's,
/// without a write of its own.
pub(super) async fn insert_row(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id<Event>,
    happened: &Happened<'_>,
    previous: Option<&Map<String, Json>>,
    told: bool,
) -> Result<()> {
    tx.exec(
        "insert into events (merchant_id, live, id, type, object_type, object_id, actor_kind, actor_id, actor_name,
             request_id, idempotency_key, data, previous, created_at, told)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        args![
            id,
            happened.kind,
            happened.object_type,
            happened.object_id,
            Value::word(&cx.actor.kind),
            cx.actor.id,
            cx.actor.name,
            cx.request_id,
            cx.idempotency_key(),
            Value::json(happened.data),
            Value::json(&previous),
            cx.now,
            told
        ],
    )
    .await
    .map(drop)
}

/// The members of `before` that are not the same in `after`.
fn differing(before: &Json, after: &Json) -> Map<String, Json> {
    let members = before.as_object().into_iter().flatten();
    members.filter(|(key, value)| after.get(*key) != Some(value)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The newest events about one object, newest first.
pub async fn of_object(cx: &Cx, object_id: &str, limit: i64) -> Result<Vec<EventRow>> {
    cx.all(
        "select id, type, object_type, object_id, actor_kind, actor_id, actor_name, data, previous, created_at
         from events where merchant_id = $1 and live = $2 and object_id = $3 order by id desc limit $4",
        args![object_id, limit],
    )
    .await
}

/// Events that a timeline shows.
const TIMELINE_LENGTH: i64 = 100;

/// Ids of the newest events about one object, newest first.
pub(super) async fn newest(cx: &Cx, object_id: &str, limit: i64) -> Result<Vec<String>> {
    cx.all(
        "select id from events where merchant_id = $1 and live = $2 and object_id = $3 order by id desc limit $4",
        args![object_id, limit],
    )
    .await
}

/// How many events there are about each of these objects.
pub(super) async fn counts(cx: &Cx, object_ids: &[&str]) -> Result<HashMap<String, i64>> {
    let marks: Vec<String> = (3..object_ids.len() + 3).map(|number| format!("${number}")).collect();
    let sql = format!(
        "select object_id, count(*) from events where merchant_id = $1 and live = $2 and object_id in ({}) group by object_id",
        marks.join(", ")
    );
    let rows: Vec<(String, i64)> = cx.all(Sql::Built(sql), object_ids.iter().map(Value::from).collect()).await?;
    Ok(rows.into_iter().collect())
}

/// Passes if something happened to the object and the caller may read that noun.
pub(super) async fn check_readable(cx: &Cx, object_id: &str) -> Result<()> {
    let object_type: Option<String> = cx
        .opt("select object_type from events where merchant_id = $1 and live = $2 and object_id = $3 limit 1", args![object_id])
        .await?;
    let object_type = object_type.ok_or_else(|| Error::not_found("object", object_id))?;
    cx.can(&format!("{}:read", resource_of(&object_type)))
}

/// The newest events about one object as people read them. Needs the right to read that noun.
pub async fn timeline(cx: &Cx, object_id: &str) -> Result<Vec<Occurrence>> {
    let events = of_object(cx, object_id, TIMELINE_LENGTH).await?;
    if let Some(event) = events.first() {
        cx.can(&format!("{}:read", resource_of(&event.object_type)))?;
    }
    Ok(events.into_iter().map(occurrence).collect())
}

/// What a request caused, oldest first: type and id of the object, and what happened to it. Of
/// objects that the caller may read.
pub async fn of_request(cx: &Cx, request_id: &str) -> Result<Vec<(String, String, Occurrence)>> {
    let events: Vec<EventRow> = cx
        .all(
            "select id, type, object_type, object_id, actor_kind, actor_id, actor_name, data, previous, created_at
             from events where merchant_id = $1 and live = $2 and request_id = $3 order by id limit $4",
            args![request_id, TIMELINE_LENGTH],
        )
        .await?;
    let readable = |event: &EventRow| cx.can(&format!("{}:read", resource_of(&event.object_type))).is_ok();
    let told = |event: EventRow| (event.object_type.clone(), event.object_id.clone(), occurrence(event));
    Ok(events.into_iter().filter(readable).map(told).collect())
}

/// The resource that scopes name when they are about this kind of object.
fn resource_of(object_type: &str) -> String {
    match object_type {
        "api_key" | "oauth_app" | "oauth_grant" => "keys".to_owned(),
        "app" => "store_apps".to_owned(),
        "member" | "invitation" => "team".to_owned(),
        "merchant" => "settings".to_owned(),
        "webhook_endpoint" => "webhooks".to_owned(),
        name => format!("{name}s"),
    }
}

fn occurrence(event: EventRow) -> Occurrence {
    Occurrence {
        id: event.id.to_string(),
        text: timeline::sentence(&event.kind),
        changes: timeline::changes(&event.kind, &event.data, &event.previous.unwrap_or_default()),
        kind: event.kind,
        actor: event.actor_name,
        at: event.created_at,
    }
}
