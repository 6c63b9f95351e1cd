//! What can be done with events.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    model::{Event, EventData, EventLine, EventList, EventView, Filter, Request, Resent, Sort, TestEvent},
    samples, types,
};
use crate::{
    args,
    kit::{
        DAY_MS, Error, Found, Id, Mode, Page, Query, Result, Tag, Time, UrlQuery, Window,
        clock::Clock,
        crypto,
        cx::{Cx, Tx},
        db::{
            Sql, Value,
            query::{List, SortColumn},
        },
        events::Happened,
    },
    outward::webhooks::{
        self,
        fan_out::{self, Told},
        model::{DISABLED, DeliveryFilter},
    },
    paths, transaction,
};

/// Most types that a list is narrowed to.
const TYPES_MAX: usize = 25;
/// Deliveries on the page of an event.
const DELIVERIES_SHOWN: i64 = 100;

impl SortColumn for Sort {
    fn column(self) -> &'static str {
        "created_at"
    }
}

/// Events, newest first, as programs see them.
pub async fn list(cx: &Cx, filter: &Filter, query: Query<Sort>) -> Result<Page<Event>> {
    cx.can("events:read")?;
    let page = rows::<Told>(cx, filter, &query).await?;
    let pending = pending(cx, &page.items).await?;
    Ok(page.map(|event| {
        let pending = pending.get(&event.id).copied().unwrap_or(0);
        shown(cx, event, pending)
    }))
}

/// As the list page asks: filters `type` (a type or pattern), `object` (an id), `range` (`day`, `week`, `month`), and the search, which
/// is an object's id or a type.
pub async fn list_for_page(cx: &Cx, query: &UrlQuery) -> Result<EventList> {
    cx.can("events:read")?;
    let id = |text: &str| uuid::Uuid::try_parse(text).ok();
    let words = query.q.trim();
    // A noun alone stands for all about it.
    let patterns = [words.to_owned(), format!("{words}.*")];
    let searched = patterns.into_iter().find(|pattern| types::can_match(pattern));
    if !words.is_empty() && searched.is_none() && id(words).is_none() {
        return Ok(EventList { page: none(query.query::<Sort>().limit) });
    }
    let chosen = query.filter("type").filter(|text| types::can_match(text)).map(str::to_owned);
    let object = query.filter("object").and_then(id).or_else(|| id(words));
    let filter = Filter { kind: chosen.or(searched), ..Filter::default() };
    let days = match query.filter("range") {
        Some("day") => Some(1),
        Some("week") => Some(7),
        Some("month") => Some(30),
        _ => None,
    };
    // Whole seconds far below 2^53.
    #[allow(clippy::cast_precision_loss)]
    let since = days.map(|days| (cx.now.plus_ms(-days * DAY_MS).0 / 1000) as f64);
    let filter = Filter { customer_id: object, created_gte: since, ..filter };
    let page = rows(cx, &filter, &Query { total: false, position: false, ..query.query() }).await?;
    Ok(EventList { page })
}

/// A page without rows.
fn none<T>(limit: i64) -> Page<T> {
    Page { items: Vec::new(), total: 0, has_more: false, has_previous: false, limit, offset: 0 }
}

/// Rows of a list. Where several types are asked for, each has its own part of the index, and the
/// pages are merged: what it costs depends on the page and not on the list.
async fn rows<T: for<'a> Deserialize<'a> + Dated>(cx: &Cx, filter: &Filter, query: &Query<Sort>) -> Result<Page<T>> {
    let kinds = kinds(filter)?;
    let narrowed = |kind: Option<&'static str>| {
        let list = List::of("events").and_if("type = ?", kind.as_ref());
        let about = [filter.customer_id, filter.invoice_id, filter.subscription_id, filter.order_id];
        let list = about.into_iter().flatten().fold(list, |list, id| list.and("object_id = ?", args![id.to_string()]));
        let list = list.and_if("created_at >= ?", filter.created_gte.map(second).as_ref());
        list.and_if("created_at < ?", filter.created_lte.map(|end| second(end.floor() + 1.0)).as_ref())
    };
    let Some(kinds) = kinds else { return narrowed(None).page(cx, query).await };
    let mut pages = Vec::new();
    for kind in kinds {
        pages.push(narrowed(Some(kind)).page::<T, _>(cx, query).await?);
    }
    Ok(merged(pages, query))
}

/// What is ordered by when it happened.
trait Dated {
    /// When it happened, and the id that orders what happened at once.
    fn place(&self) -> (Time, Id<Event>);
}

impl Dated for Told {
    fn place(&self) -> (Time, Id<Event>) {
        (self.created_at, self.id)
    }
}

impl Dated for EventLine {
    fn place(&self) -> (Time, Id<Event>) {
        (self.created_at, self.id)
    }
}

fn merged<T: Dated>(pages: Vec<Page<T>>, query: &Query<Sort>) -> Page<T> {
    let (mut has_more, mut has_previous) = (false, false);
    let mut items = Vec::new();
    for page in pages {
        has_more |= page.has_more;
        has_previous |= page.has_previous;
        items.extend(page.items);
    }
    items.sort_by_key(|item| std::cmp::Reverse(item.place()));
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let cut = items.len() > limit;
    if matches!(query.window, Window::Before(_)) {
        has_previous |= cut;
        items.drain(..items.len().saturating_sub(limit));
    } else {
        has_more |= cut;
        items.truncate(limit);
    }
    Page { items, total: 0, has_more, has_previous, limit: query.limit, offset: 0 }
}

/// The types that a filter names; none for all.
fn kinds(filter: &Filter) -> Result<Option<Vec<&'static str>>> {
    let mut patterns: Vec<(&str, &str)> = filter.kind.iter().map(|pattern| ("type", pattern.trim())).collect();
    patterns.extend(filter.types.iter().flat_map(|types| types.split(',').map(|pattern| ("types", pattern.trim()))));
    if patterns.is_empty() || patterns.iter().any(|(_, pattern)| *pattern == "*") {
        return Ok(None);
    }
    if let Some((param, odd)) = patterns.iter().find(|(_, pattern)| !types::can_match(pattern)) {
        let odd: String = odd.chars().take(80).collect();
        return Err(Error::invalid(*param, format!("'{odd}' matches no type of event")));
    }
    let kinds: Vec<_> = types::all().filter(|kind| patterns.iter().any(|(_, pattern)| types::matches(pattern, kind))).collect();
    match kinds.len() {
        0..=TYPES_MAX => Ok(Some(kinds)),
        _ => Err(Error::invalid("types", format!("must come to at most {TYPES_MAX} types"))),
    }
}

/// The beginning of a second.
#[allow(clippy::cast_possible_truncation, reason = "out of range is cut to the ends, which is meant")]
fn second(seconds: f64) -> Time {
    Time((seconds * 1000.0).clamp(0.0, 1e15) as i64)
}

/// The event with this id.
pub async fn get(cx: &Cx, id: &str) -> Result<Event> {
    cx.can("events:read")?;
    let event = row(cx, id).await?;
    let pending = pending(cx, std::slice::from_ref(&event)).await?;
    let pending = pending.get(&event.id).copied().unwrap_or(0);
    Ok(shown(cx, event, pending))
}

async fn row(cx: &Cx, id: &str) -> Result<Told> {
    cx.opt("select * from events where merchant_id = $1 and live = $2 and id = $3", args![id])
        .await?
        .ok_or_else(|| Error::not_found("event", id))
}

/// The event with what its page shows beside it. Deliveries are shown to who may read webhooks.
pub async fn view(cx: &Cx, id: &str) -> Result<EventView> {
    let event = get(cx, id).await?;
    let line: EventLine =
        cx.one("select * from events where merchant_id = $1 and live = $2 and id = $3", args![event.id]).await?;
    let deliveries = match cx.can("webhooks:read") {
        Ok(()) => {
            let filter = DeliveryFilter { event_id: Some(event.id.uuid()), ..DeliveryFilter::default() };
            let query = Query { limit: DELIVERIES_SHOWN, total: false, ..Query::default() };
            webhooks::ops::deliveries::list(cx, filter, query).await?.items
        }
        Err(_) => Vec::new(),
    };
    Ok(EventView { event, line, deliveries })
}

/// Events for the search over everything: by id.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.can("events:read")?;
    let found: Option<EventLine> = cx
        .opt("select * from events where merchant_id = $1 and live = $2 and id = $3", args![words.trim().to_lowercase()])
        .await?;
    let found = found.map(|event| Found { title: event.kind, note: event.actor_name, href: paths::event(event.id) });
    Ok(found.into_iter().collect())
}

/// How many deliveries of each event are on their way. Of an event that nobody has been told of yet,
/// how many there will be.
async fn pending(cx: &Cx, events: &[Told]) -> Result<HashMap<Id<Event>, i64>> {
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (3..events.len() + 3).map(|number| format!("${number}")).collect();
    let marks = marks.join(", ");
    let ids: Vec<Value> = events.iter().map(|event| Value::from(&event.id)).collect();
    let counted = format!(
        "select event_id, count(*) from webhook_deliveries
         where merchant_id = $1 and live = $2 and event_id in ({marks}) and next_retry_at is not null group by event_id"
    );
    let mut pending: HashMap<Id<Event>, i64> =
        cx.all::<(Id<Event>, i64)>(Sql::Built(counted), ids.clone()).await?.into_iter().collect();
    let untold = format!("select id from events where merchant_id = $1 and live = $2 and told = 0 and id in ({marks})");
    let untold: Vec<Id<Event>> = cx.all(Sql::Built(untold), ids).await?;
    if !untold.is_empty() {
        let listeners = fan_out::listeners(cx).await?;
        for event in events.iter().filter(|event| untold.contains(&event.id)) {
            let count = listeners.iter().filter(|listener| listener.wants(event)).count();
            pending.insert(event.id, i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
    Ok(pending)
}

/// An event as programs see it, in the current version of the API.
fn shown(cx: &Cx, event: Told, pending_webhooks: i64) -> Event {
    let mut shown = of(event, pending_webhooks);
    shown.api_version = Some(cx.version.to_string());
    shown
}

/// The same for whoever is sent it.
pub fn of(event: Told, pending_webhooks: i64) -> Event {
    let request = Request { id: Some(event.request_id), idempotency_key: event.idempotency_key };
    Event {
        id: event.id,
        object: Tag::default(),
        kind: event.kind,
        data: EventData { object: event.data, previous_attributes: event.previous },
        request: Some(request).filter(|_| event.actor_kind != "system"),
        pending_webhooks,
        api_version: None,
        livemode: event.live,
        created: event.created_at.0.div_euclid(1000),
    }
}

/// Makes up an event of a type, about an object that does not exist, and sends it to all who listen.
///
/// # Errors
/// 400 for a type that does not exist.
pub async fn create_test(cx: &Cx, kind: &str) -> Result<TestEvent> {
    cx.can("events:write")?;
    let kind = types::parse(kind.trim()).ok_or_else(|| Error::invalid("type", "is no type of event"))?;
    let event = transaction!(cx, |tx| { make_up(tx, cx, kind, false).await })?;
    let pending = pending(cx, std::slice::from_ref(&event)).await?;
    let pending = pending.get(&event.id).copied().unwrap_or(0);
    let message = match pending {
        1 => "Test event created; one endpoint listens".to_owned(),
        count => format!("Test event created; {count} endpoints listen"),
    };
    Ok(TestEvent { success: true, message, event: shown(cx, event, pending) })
}

/// Writes a made-up event; `told` keeps it from being sent to those who listen.
pub(in crate::outward) async fn make_up(tx: &mut Tx<'_>, cx: &Cx, kind: &'static str, told: bool) -> Result<Told> {
    let (id, object_id) = (cx.id::<Event>(), crypto::new_id::<Event>(cx.now).to_string());
    let data = samples::of(kind, &object_id, cx.now);
    let happened =
        Happened { kind, object_type: types::noun(kind), object_id: &object_id, data: &serde_json::Value::Object(data.clone()) };
    tx.emit_raw(Id::from_uuid(id.uuid()), &happened, told).await?;
    Ok(Told {
        merchant_id: cx.merchant,
        live: cx.mode == Mode::Live,
        id,
        kind: kind.to_owned(),
        object_id,
        request_id: cx.request_id.clone(),
        idempotency_key: cx.idempotency_key(),
        actor_kind: Value::word(&cx.actor.kind).text().unwrap_or_default(),
        data,
        previous: None,
        created_at: cx.now,
    })
}

/// Sends an event again: to one endpoint, whether or not it listens, or to all who listen.
///
/// # Errors
/// 400 when the endpoint does not exist, 422 when it is disabled or cannot be sent this event.
pub async fn resend(cx: &Cx, id: &str, endpoint: Option<&str>) -> Result<Resent> {
    cx.can("events:write")?;
    let event = row(cx, id).await?;
    let chosen = match endpoint {
        None => fan_out::listeners(cx).await?.into_iter().filter(|listener| listener.wants(&event)).collect(),
        Some(endpoint) => {
            let param = "webhook_endpoint_id";
            let unknown = || Error::invalid(param, "names no webhook endpoint");
            let listener = fan_out::listener(cx, endpoint).await?.ok_or_else(unknown)?;
            if !listener.enabled() {
                return Err(Error::unprocessable(param, DISABLED));
            }
            if webhooks::payload(&listener, &event).is_none() {
                return Err(Error::unprocessable(param, "is an integration that knows no such event"));
            }
            vec![listener]
        }
    };
    let now = Clock::system();
    transaction!(cx, |tx| {
        for listener in &chosen {
            fan_out::insert(tx.global(), listener, &event, true, now).await?;
        }
        Ok(())
    })?;
    let message = match chosen.len() {
        0 => format!("No enabled endpoint listens to {}", event.kind),
        1 => "The event is sent again to one endpoint".to_owned(),
        count => format!("The event is sent again to {count} endpoints"),
    };
    let one = chosen.first().filter(|_| chosen.len() == 1).map(|listener| listener.id);
    Ok(Resent { success: !chosen.is_empty(), message, webhook_endpoint_id: one })
}
