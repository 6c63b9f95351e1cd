//! What can be done with webhook endpoints.

pub mod board;
pub mod deliveries;
pub mod integrations;

use super::{
    fan_out::{self, Listener},
    model::{
        Breaker, DISABLED, DeletedEndpoint, Delivery, DeliveryFilter, Dialect, EditEndpoint, Endpoint, EndpointFilter,
        EndpointLine, EndpointList, EndpointSort, EndpointStatus, EndpointView, NewEndpoint, NewSecret,
    },
};
use crate::{
    args,
    kit::{
        Error, FOUND_MAX, Found, Id, Page, Query, Result, Time, UrlQuery,
        clock::Clock,
        crypto,
        cx::{App, Cx, Tx},
        db::{
            Value,
            query::{List, SortColumn},
        },
        events::{self, Object},
        outbound::address::{self, Rules},
        search,
    },
    outward::events::{ops as happenings, types},
    paths, transaction,
};

/// How secrets begin.
const SECRET_PREFIX: &str = "rk_wh_";
/// Random letters and digits of a secret: 238 bits of chance.
const SECRET_CHARS: usize = 40;
/// Days after which deliveries that are over are forgotten.
const KEPT_DAYS: i64 = 30;
/// Deliveries that one statement forgets.
const PRUNED_AT_ONCE: i64 = 500;
/// Deliveries on the page of an endpoint.
const SHOWN: i64 = 20;
/// Endpoints that the search over everything looks at: addresses are not indexed.
const FOUND_AMONG: usize = 200;
/// Most endpoints of a merchant in a mode.
const ENDPOINTS_MAX: i64 = 100;

impl Object for Endpoint {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

impl SortColumn for EndpointSort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Url => "url",
        }
    }
}

/// All endpoints of RevKeen's dialect.
fn all() -> List {
    List::of("webhook_endpoints").and("dialect = 'revkeen'", vec![])
}

/// All endpoints, RevenueCat's integrations among them.
fn both() -> List {
    List::of("webhook_endpoints")
}

/// Endpoints, newest first unless the query says otherwise.
pub async fn list(cx: &Cx, filter: EndpointFilter, query: Query<EndpointSort>) -> Result<Page<Endpoint>> {
    cx.can("webhooks:read")?;
    in_status(all(), filter.status).page(cx, &query).await
}

fn in_status(list: List, status: Option<EndpointStatus>) -> List {
    match status {
        Some(EndpointStatus::Enabled) => list.and("status = 'enabled'", vec![]),
        Some(EndpointStatus::Disabled) => list.and("status = 'disabled'", vec![]),
        None => list,
    }
}

/// As the list page asks: filter `status` (`enabled`, `disabled`), and the counts of its tabs.
pub async fn list_for_page(cx: &Cx, query: &UrlQuery) -> Result<EndpointList> {
    let status = match query.filter("status") {
        Some("enabled") => Some(EndpointStatus::Enabled),
        Some("disabled") => Some(EndpointStatus::Disabled),
        _ => None,
    };
    cx.can("webhooks:read")?;
    let page = match query.q.trim() {
        "" => in_status(both(), status).page(cx, &query.query::<EndpointSort>()).await?,
        words => searched(in_status(both(), status).newest(cx, FOUND_AMONG).await?, words),
    };
    let enabled = in_status(both(), Some(EndpointStatus::Enabled)).count(cx).await?;
    let disabled = in_status(both(), Some(EndpointStatus::Disabled)).count(cx).await?;
    Ok(EndpointList { page, enabled, disabled })
}

/// The endpoints of which a word begins as asked, or whose address has the text in it. There are never
/// more than fit on a page.
fn searched(lines: Vec<EndpointLine>, words: &str) -> Page<EndpointLine> {
    let is = |line: &EndpointLine| {
        let texts = [Some(line.url.as_str()), line.name.as_deref(), line.description.as_deref()];
        line.url.contains(words) || texts.into_iter().flatten().any(|text| search::begins(text, words))
    };
    let items: Vec<_> = lines.into_iter().filter(is).collect();
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Page { items, total, has_more: false, has_previous: false, limit: ENDPOINTS_MAX, offset: 0 }
}

/// The endpoint with this id.
pub async fn get(cx: &Cx, id: &str) -> Result<Endpoint> {
    cx.can("webhooks:read")?;
    cx.opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3 and dialect = 'revkeen'", args![id])
        .await?
        .ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::not_found("webhook endpoint", id)
}

/// The endpoint inside a change.
async fn row(tx: &mut Tx<'_>, id: &str) -> Result<Endpoint> {
    tx.opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3 and dialect = 'revkeen'", args![id])
        .await?
        .ok_or_else(|| unknown(id))
}

/// The endpoint with what its page shows beside it.
pub async fn view(cx: &Cx, id: &str) -> Result<EndpointView> {
    cx.can("webhooks:read")?;
    let endpoint: Option<Endpoint> =
        cx.opt("select * from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let endpoint = endpoint.ok_or_else(|| unknown(id))?;
    let (dialect, name) =
        cx.one("select dialect, name from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    let filter = DeliveryFilter { endpoint_id: Some(endpoint.id.uuid()), ..DeliveryFilter::default() };
    let query = Query { limit: SHOWN, total: false, ..Query::default() };
    let deliveries = deliveries::list(cx, filter, query).await?.items;
    let history = events::timeline(cx, &endpoint.object_id()).await?;
    Ok(EndpointView { endpoint, dialect, name, deliveries, history })
}

/// Endpoints for the search over everything: by id, by the beginnings of words of addresses and descriptions.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.can("webhooks:read")?;
    let endpoints: Vec<Endpoint> = all().newest(cx, FOUND_AMONG).await?;
    let is = |endpoint: &Endpoint| {
        let text = format!("{} {}", endpoint.url, endpoint.description.as_deref().unwrap_or_default());
        endpoint.id.to_string() == words.to_lowercase() || endpoint.url == words || search::begins(&text, words)
    };
    let found = |endpoint: Endpoint| Found {
        href: paths::webhook(endpoint.id),
        note: endpoint.description.unwrap_or_default(),
        title: endpoint.url,
    };
    Ok(endpoints.into_iter().filter(is).take(FOUND_MAX).map(found).collect())
}

/// The address, if it may be called.
fn check_url(cx: &Cx, url: &str) -> Result<()> {
    let rules = Rules { private: cx.app.config.allow_private_webhooks, secure: cx.live() };
    address::check(url, rules).map(drop).map_err(|text| Error::invalid("url", text))
}

/// Refuses one endpoint too many.
async fn check_room(tx: &mut Tx<'_>) -> Result<()> {
    let count: i64 = tx.one("select count(*) from webhook_endpoints where merchant_id = $1 and live = $2", vec![]).await?;
    if count < ENDPOINTS_MAX {
        return Ok(());
    }
    Err(Error::unprocessable("url", format!("would be one of more than {ENDPOINTS_MAX} endpoints; delete some")))
}

/// What a secret is sealed for: it opens nowhere else.
pub(super) fn sealed_for(endpoint: Id<Endpoint>) -> String {
    format!("webhook_endpoint/{endpoint}")
}

/// A secret, encrypted.
fn seal(cx: &Cx, endpoint: Id<Endpoint>, secret: &str) -> Result<Option<Vec<u8>>> {
    cx.app.cipher.seal(secret, &sealed_for(endpoint)).map(Some).ok_or_else(Error::internal)
}

/// Makes an endpoint.
pub async fn create(cx: &Cx, new: NewEndpoint) -> Result<NewSecret> {
    cx.can("webhooks:write")?;
    let new = new.checked()?;
    check_url(cx, &new.url)?;
    let endpoint = Endpoint {
        id: cx.id(),
        url: new.url,
        description: new.description,
        enabled_events: new.enabled_events,
        status: EndpointStatus::Enabled,
        circuit_breaker_state: Breaker::Closed,
        total_deliveries: 0,
        successful_deliveries: 0,
        failed_deliveries: 0,
        last_delivery_at: None,
        api_version: new.api_version.unwrap_or(cx.version),
        created_at: cx.now,
        updated_at: cx.now,
    };
    let secret = crypto::token(SECRET_PREFIX, SECRET_CHARS);
    let sealed = seal(cx, endpoint.id, &secret)?;
    transaction!(cx, |tx| {
        check_room(tx).await?;
        tx.exec(
            "insert into webhook_endpoints (merchant_id, live, id, dialect, url, description, enabled_events, status,
                 api_version, secret, circuit_breaker_state, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
            args![
                endpoint.id,
                Value::word(&Dialect::Revkeen),
                endpoint.url,
                endpoint.description,
                Value::json(&endpoint.enabled_events),
                Value::word(&endpoint.status),
                endpoint.api_version.as_str(),
                sealed,
                Value::word(&endpoint.circuit_breaker_state),
                endpoint.created_at
            ],
        )
        .await?;
        tx.emit("webhook_endpoint.created", &endpoint).await
    })?;
    Ok(NewSecret { endpoint, secret })
}

/// Changes an endpoint. What is on its way goes to the new address.
pub async fn update(cx: &Cx, id: &str, edit: EditEndpoint) -> Result<Endpoint> {
    cx.can("webhooks:write")?;
    transaction!(cx, |tx| {
        let before = row(tx, id).await?;
        let mut after = edit.clone().apply(&before)?;
        if after == before {
            return Ok(after);
        }
        if after.url != before.url {
            check_url(cx, &after.url)?;
        }
        after.updated_at = cx.now;
        tx.exec(
            "update webhook_endpoints set url = $4, description = $5, enabled_events = $6, status = $7, api_version = $8,
                 updated_at = $9
             where merchant_id = $1 and live = $2 and id = $3",
            args![
                after.id,
                after.url,
                after.description,
                Value::json(&after.enabled_events),
                Value::word(&after.status),
                after.api_version.as_str(),
                after.updated_at
            ],
        )
        .await?;
        if after.url != before.url || after.status != before.status {
            close_breaker(tx, after.id).await?;
        }
        tx.emit_change(event_of(&before, &after), &before, &after).await?;
        Ok(after)
    })
}

/// Lets attempts through again.
async fn close_breaker(tx: &mut Tx<'_>, id: Id<Endpoint>) -> Result<()> {
    tx.exec(
        "update webhook_endpoints set circuit_breaker_state = 'closed', breaker_failures = 0, breaker_openings = 0, breaker_until = 0
         where merchant_id = $1 and live = $2 and id = $3",
        args![id],
    )
    .await
    .map(drop)
}

/// Switching on and off has names of its own.
fn event_of(before: &Endpoint, after: &Endpoint) -> &'static str {
    match (before.status, after.status) {
        (EndpointStatus::Enabled, EndpointStatus::Disabled) => "webhook_endpoint.disabled",
        (EndpointStatus::Disabled, EndpointStatus::Enabled) => "webhook_endpoint.enabled",
        _ => "webhook_endpoint.updated",
    }
}

/// Removes an endpoint. What is on its way to it is given up; what has arrived stays listed.
pub async fn delete(cx: &Cx, id: &str) -> Result<DeletedEndpoint> {
    cx.can("webhooks:write")?;
    transaction!(cx, |tx| {
        let endpoint = row(tx, id).await?;
        remove(tx, endpoint.id).await?;
        tx.emit("webhook_endpoint.deleted", &endpoint).await?;
        Ok(DeletedEndpoint { id: endpoint.id, deleted: true })
    })
}

/// Removes the row of an endpoint in either dialect, and gives up what is on its way to it.
async fn remove(tx: &mut Tx<'_>, id: Id<Endpoint>) -> Result<()> {
    tx.exec("delete from webhook_endpoints where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
    tx.exec(
        "update webhook_deliveries set status = 'dead_lettered', next_retry_at = null, dead_lettered_at = $4, updated_at = $4,
             dead_letter_reason = 'The endpoint was deleted'
         where merchant_id = $1 and live = $2 and endpoint_id = $3 and next_retry_at is not null",
        args![id, Clock::system()],
    )
    .await
    .map(drop)
}

/// Gives an endpoint another secret. The old one signs nothing from now on.
pub async fn rotate_secret(cx: &Cx, id: &str) -> Result<NewSecret> {
    cx.can("webhooks:write")?;
    let secret = crypto::token(SECRET_PREFIX, SECRET_CHARS);
    let endpoint = transaction!(cx, |tx| {
        let before = row(tx, id).await?;
        let after = Endpoint { updated_at: cx.now, ..before.clone() };
        let sealed = seal(cx, before.id, &secret)?;
        tx.exec(
            "update webhook_endpoints set secret = $4, updated_at = $5 where merchant_id = $1 and live = $2 and id = $3",
            args![before.id, sealed, after.updated_at],
        )
        .await?;
        tx.emit_change("webhook_endpoint.secret_rotated", &before, &after).await?;
        Ok(after)
    })?;
    Ok(NewSecret { endpoint, secret })
}

/// Sends one endpoint a made-up event of this type, whether or not it listens to it, without anybody
/// else hearing of it. The delivery is attempted by the worker at once.
///
/// # Errors
/// 400 for a type that does not exist, 422 for a disabled endpoint.
pub async fn send_test(cx: &Cx, id: &str, kind: &str) -> Result<Delivery> {
    cx.can("webhooks:write")?;
    let kind = types::parse(kind).ok_or_else(|| Error::invalid("type", "is no type of event"))?;
    let listener = fan_out::listener(cx, id).await?.ok_or_else(|| unknown(id))?;
    send_test_to(cx, &listener, kind).await
}

async fn send_test_to(cx: &Cx, listener: &Listener, kind: &'static str) -> Result<Delivery> {
    if !listener.enabled() {
        return Err(Error::unprocessable("id", DISABLED));
    }
    transaction!(cx, |tx| {
        let event = happenings::make_up(tx, cx, kind, true).await?;
        let made = fan_out::insert(tx.global(), listener, &event, true, Clock::system()).await?;
        deliveries::row(tx, &made.to_string()).await
    })
}

/// Forgets deliveries, with their attempts, that were over thirty days ago. Returns how many.
pub async fn prune(app: &App) -> Result<u64> {
    prune_before(app, Clock::system().plus_ms(-KEPT_DAYS * crate::kit::DAY_MS)).await
}

/// The same for another point in time.
pub async fn prune_before(app: &App, end: Time) -> Result<u64> {
    let mut pruned = 0;
    loop {
        let db = app.db.guarded();
        let count = transaction!(db, |tx| {
            let gone: Vec<(String, i64, String)> = tx
                .all(
                    "delete from webhook_deliveries where next_retry_at is null and updated_at < $1 and id in (
                         select id from webhook_deliveries where next_retry_at is null and updated_at < $1
                         order by updated_at limit $2)
                     returning merchant_id, live, id -- any merchant",
                    args![end, PRUNED_AT_ONCE],
                )
                .await?;
            for (merchant, live, id) in &gone {
                tx.exec(
                    "delete from webhook_attempts where merchant_id = $1 and live = $2 and delivery_id = $3",
                    args![*merchant, *live, *id],
                )
                .await?;
            }
            Ok(gone.len())
        })?;
        pruned += u64::try_from(count).unwrap_or(0);
        if count == 0 {
            return Ok(pruned);
        }
    }
}
