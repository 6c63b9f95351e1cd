//! Deliveries: what is sent, in which order, when again, and what a killed worker leaves behind.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use merx::{kit::DAY_MS, worker};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{HOUR_MS, MINUTE_MS, at, deliveries, delivery, endpoint, happen, listen, product, receiver::Receiver, work};
use crate::harness::{Api, World};

/// What RevKeen's clients compute.
fn signature(secret: &str, seconds: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn an_event_is_sent_signed_in_the_endpoints_version() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    let (id, secret) = listen(&api, &receiver.url("/a"), &["product.*"]).await;
    let older = json!({ "url": receiver.url("/b"), "enabled_events": ["product.updated"], "api_version": "2026-04-14" });
    api.post("/v2/webhook-endpoints", older).await.expect(201);
    let made = product(&api, "plan").await;
    let renamed = json!({ "name": "Plan 2" }).to_string();
    api.with("PATCH", "/v2/products/plan", &[("idempotency-key", "rename")], renamed).await.expect(200);
    work(&world, 0).await;

    let [created, updated] = &receiver.at("/a")[..] else { panic!("{:#?}", receiver.at("/a")) };
    let body = updated.json();
    assert_eq!(created.json()["type"], "product.created");
    assert_eq!(
        (&body["object"], &body["type"], &body["livemode"], &body["api_version"], &body["created"]),
        (&json!("event"), &json!("product.updated"), &json!(false), &json!("2026-05-01"), &json!(1_781_524_800)),
    );
    assert_eq!((&body["data"]["object"]["id"], &body["data"]["object"]["name"]), (&json!(made), &json!("Plan 2")));
    assert_eq!(body["data"]["previous_attributes"], json!({ "name": "plan" }));
    assert!(body["request"]["id"].is_string() && body["request"]["idempotency_key"] == "rename");
    assert!(body.get("pending_webhooks").is_none());
    assert_eq!(updated.header("content-type"), "application/json");
    assert_eq!(updated.header("x-revkeen-version"), "2026-05-01");
    assert_eq!(updated.header("x-revkeen-account"), body["account"].as_str().unwrap());
    assert_eq!(updated.header("x-revkeen-event-id"), body["id"].as_str().unwrap());
    let seconds = updated.header("x-revkeen-timestamp");
    assert_eq!(updated.header("x-revkeen-signature"), format!("t={seconds},v1={}", signature(&secret, seconds, &updated.body)));

    let [older] = &receiver.at("/b")[..] else { panic!("only what it listens to") };
    assert_eq!(older.header("x-revkeen-version"), "2026-04-14");
    assert_eq!(older.json()["created"], "2026-06-15T12:00:00.000Z", "the shape of its version");

    // Rotated: signed with the new secret from the next attempt on, and with nothing else.
    let path = format!("/v2/webhook-endpoints/{id}/rotate-secret");
    let rotated = api.post(&path, json!({})).await.expect(200).body["data"]["secret"].as_str().unwrap().to_owned();
    api.patch("/v2/products/plan", json!({ "name": "Plan 3" })).await.expect(200);
    work(&world, 0).await;
    let last = receiver.at("/a").pop().unwrap();
    let seconds = last.header("x-revkeen-timestamp");
    assert_eq!(last.header("x-revkeen-signature"), format!("t={seconds},v1={}", signature(&rotated, seconds, &last.body)));
}

#[tokio::test]
async fn a_delivery_keeps_requests_and_answers() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    let (id, _) = listen(&api, &receiver.url("/a"), &["*"]).await;
    work(&world, 0).await;
    receiver.answer("/a", 302);
    let event = happen(&api, "order.paid").await;
    work(&world, 0).await;
    assert!(receiver.at("/elsewhere").is_empty(), "redirects are not followed");
    let failed = deliveries(&api, &format!("event_id={event}")).await[0].clone();
    assert_eq!((&failed["status"], &failed["attempts"], &failed["max_attempts"]), (&json!("failed"), &json!(1), &json!(8)));
    assert_eq!((&failed["last_status_code"], &failed["last_error_code"]), (&json!(302), &json!("http_status")));
    assert_eq!(failed["endpoint_id"], json!(id));
    receiver.answer("/a", 202);
    work(&world, 5 * MINUTE_MS).await;
    let done = deliveries(&api, "status=succeeded").await[0].clone();
    assert_eq!((&done["attempts"], &done["last_status_code"], &done["last_error"]), (&json!(2), &json!(202), &json!(null)));
    assert!(done["delivered_at"].is_string() && done["next_retry_at"].is_null());

    let cx = world.app.system(merx_merchant(&world).await, merx::kit::Mode::Test);
    let view = merx::outward::webhooks::ops::deliveries::view(&cx, done["id"].as_str().unwrap()).await.unwrap();
    let [second, first] = &view.attempts[..] else { panic!("{:#?}", view.attempts) };
    assert_eq!((first.number, first.status_code, first.error_code.as_deref()), (1, Some(302), Some("http_status")));
    assert_eq!(first.response_headers.as_ref().unwrap()["location"], "/elsewhere");
    assert_eq!(
        (second.number, second.status_code, second.response_body.as_deref()),
        (2, Some(202), Some("answered 202 Accepted"))
    );
    assert_eq!(second.request_body, receiver.at("/a").pop().unwrap().body);
    assert_eq!(second.request_headers["x-revkeen-event-id"], json!(event));
    let counted = endpoint(&api, &id).await;
    assert_eq!((&counted["total_deliveries"], &counted["failed_deliveries"]), (&json!(4), &json!(1)));
}

/// The first merchant.
async fn merx_merchant(world: &World) -> merx::kit::Id<merx::kit::Tenant> {
    merx::house::team::ops::set_up::first_merchant(&world.app).await.unwrap()
}

#[tokio::test]
async fn attempts_follow_the_documented_delays_and_end_on_the_fourth_day() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    listen(&api, &receiver.url("/a"), &["invoice.*"]).await;
    receiver.answer("/a", 503);
    happen(&api, "invoice.paid").await;
    let mut later = 0;
    work(&world, later).await;
    let pauses = [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 8 * HOUR_MS, DAY_MS, DAY_MS, DAY_MS];
    for (made, pause) in pauses.into_iter().enumerate() {
        let stands = delivery(&api).await;
        assert_eq!((&stands["status"], &stands["attempts"]), (&json!("failed"), &json!(made + 1)));
        work(&world, later + pause - MINUTE_MS).await;
        assert_eq!(receiver.at("/a").len(), made + 1, "too early");
        later += pause;
        work(&world, later + 1000).await;
        assert_eq!(receiver.at("/a").len(), made + 2, "{pause} ms after attempt {}", made + 1);
        later += 1000;
    }
    assert!(later < 4 * DAY_MS && later > 3 * DAY_MS);
    let dead = delivery(&api).await;
    assert_eq!((&dead["status"], &dead["attempts"], &dead["next_retry_at"]), (&json!("dead_lettered"), &json!(8), &json!(null)));
    assert!(dead["dead_lettered_at"].is_string() && dead["dead_letter_reason"].as_str().unwrap().contains("503"));
    work(&world, 10 * DAY_MS).await;
    let all = receiver.at("/a");
    assert_eq!(all.len(), 8);
    assert!(all.iter().all(|request| request.event() == all[0].event()), "the same id in every attempt");

    // By hand it is attempted once more, as often as somebody asks, until it succeeds.
    let retry = format!("/v2/webhook-deliveries/{}/retry", dead["id"].as_str().unwrap());
    assert_eq!(api.post(&retry, json!({})).await.expect(200).body["data"]["status"], "pending");
    work(&world, 1000).await;
    assert_eq!(delivery(&api).await["status"], "dead_lettered");
    receiver.answer("/a", 200);
    api.post(&retry, json!({})).await.expect(200);
    work(&world, 1000).await;
    let done = delivery(&api).await;
    assert_eq!((&done["status"], &done["attempts"]), (&json!("succeeded"), &json!(10)));
    assert_eq!(api.post(&retry, json!({})).await.expect(409).body["error"]["code"], "conflict");
}

/// `count` changes of one product, of which each is an event.
async fn change(api: &Api<'_>, product_id: &str, count: usize) {
    product(api, product_id).await;
    for number in 1..count {
        let path = format!("/v2/products/{product_id}");
        api.patch(&path, json!({ "name": format!("{product_id} {number}") })).await.expect(200);
    }
}

#[tokio::test]
async fn first_attempts_keep_the_order_per_object_and_retries_hold_nothing_back() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    listen(&api, &receiver.url("/a"), &["product.*"]).await;
    for product_id in ["one", "two", "three"] {
        change(&api, product_id, 6).await;
    }
    // The first request hangs; what follows about the same object waits, everything else goes on.
    let gate = receiver.hold("/a");
    let app = world.app.clone();
    let first = at(0);
    let working = tokio::spawn(async move { worker::once(&app, first).await });
    let begun = receiver.wait("/a", 3).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(receiver.at("/a").len(), 3, "one of each object");
    assert!(begun.iter().all(|request| request.json()["type"] == "product.created"));
    receiver.answer("/a", 500);
    gate.add_permits(1000);
    working.await.unwrap().unwrap();
    let names = |object: &str| -> Vec<Value> {
        let all = receiver.at("/a").into_iter().map(|request| request.json());
        all.filter(|body| body["data"]["object"]["product_id"] == object)
            .map(|body| body["data"]["object"]["name"].clone())
            .collect()
    };
    let wanted: Vec<Value> = std::iter::once(json!("one")).chain((1..6).map(|number| json!(format!("one {number}")))).collect();
    // A breaker may have held the rest back: it opens after ten failures.
    assert!(wanted.starts_with(&names("one")), "{:?}", names("one"));
    receiver.answer("/a", 200);
    for hours in 1..=4 {
        work(&world, hours * HOUR_MS).await;
    }
    assert!(deliveries(&api, "status=failed").await.is_empty());
    let firsts = |object: &str| {
        let mut seen = Vec::new();
        names(object).into_iter().for_each(|name| {
            if !seen.contains(&name) {
                seen.push(name)
            }
        });
        seen
    };
    assert_eq!(firsts("one"), wanted);
    assert_eq!(firsts("two").len(), 6);
}

#[tokio::test]
async fn a_slow_endpoint_delays_no_other() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    listen(&api, &receiver.url("/slow"), &["*"]).await;
    listen(&api, &receiver.url("/fast"), &["order.*"]).await;
    let gate = receiver.hold("/slow");
    for _ in 0..60 {
        happen(&api, "order.paid").await;
    }
    let app = world.app.clone();
    let now = at(0);
    let working = tokio::spawn(async move { worker::once(&app, now).await });
    receiver.wait("/fast", 60).await;
    assert!(receiver.at("/slow").len() <= 8, "a few at a time");
    gate.add_permits(1000);
    working.await.unwrap().unwrap();
    assert_eq!(deliveries(&api, "status=succeeded").await.len(), 100, "and more on the next page");
    assert!(deliveries(&api, "status=pending").await.is_empty());
}

#[tokio::test]
async fn two_workers_deliver_everything_once() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let (other, api) = (world.other_process().await, world.api().await);
    for path in ["/a", "/b", "/c"] {
        listen(&api, &receiver.url(path), &["order.*"]).await;
    }
    let mut events = Vec::new();
    for _ in 0..40 {
        events.push(happen(&api, "order.paid").await);
    }
    let (app, now) = (world.app.clone(), at(0));
    let one = tokio::spawn(async move { worker::once(&app, now).await });
    let two = tokio::spawn(async move { worker::once(&other, now).await });
    one.await.unwrap().unwrap();
    two.await.unwrap().unwrap();
    events.sort();
    for path in ["/a", "/b", "/c"] {
        let mut received: Vec<String> = receiver.at(path).iter().map(super::receiver::Received::event).collect();
        received.sort();
        assert_eq!(received, events, "{path}");
    }
}

#[tokio::test]
async fn what_a_killed_worker_had_claimed_is_attempted_by_another() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let (other, api) = (world.other_process().await, world.api().await);
    listen(&api, &receiver.url("/a"), &["order.*"]).await;
    let event = happen(&api, "order.paid").await;
    receiver.hold("/a");
    let now = at(0);
    let killed = tokio::spawn(async move { worker::once(&other, now).await });
    receiver.wait("/a", 1).await;
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());

    let open = receiver.hold("/a");
    open.add_permits(10);
    worker::once(&world.app, now.plus_ms(30_000)).await.unwrap();
    assert_eq!(receiver.at("/a").len(), 1, "it might still be under way");
    assert_eq!(delivery(&api).await["attempts"], 0);
    worker::once(&world.app, now.plus_ms(61_000)).await.unwrap();
    let received = receiver.at("/a");
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|request| request.event() == event));
    let done = delivery(&api).await;
    assert_eq!((&done["status"], &done["attempts"]), (&json!("succeeded"), &json!(1)));
}

#[tokio::test]
async fn a_breaker_opens_tries_and_closes() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    let (id, _) = listen(&api, &receiver.url("/a"), &["order.*"]).await;
    receiver.answer("/a", 500);
    for _ in 0..9 {
        happen(&api, "order.paid").await;
    }
    work(&world, 0).await;
    assert_eq!(endpoint(&api, &id).await["circuit_breaker_state"], "closed");
    happen(&api, "order.paid").await;
    work(&world, 1).await;
    assert_eq!(endpoint(&api, &id).await["circuit_breaker_state"], "open", "ten in a row");
    let held = happen(&api, "order.created").await;
    happen(&api, "order.created").await;
    work(&world, 30_000).await;
    assert_eq!(receiver.at("/a").len(), 10);
    let waiting = deliveries(&api, &format!("event_id={held}")).await[0].clone();
    assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("pending"), &json!(0)), "held back, not used up");

    // After a minute one attempt is made; it fails, so the next comes two minutes later.
    work(&world, 62_000).await;
    assert_eq!(receiver.at("/a").len(), 11);
    assert_eq!(endpoint(&api, &id).await["circuit_breaker_state"], "open");
    work(&world, 62_000 + 110_000).await;
    assert_eq!(receiver.at("/a").len(), 11);
    receiver.answer("/a", 200);
    work(&world, 62_000 + 121_000).await;
    let working = endpoint(&api, &id).await;
    assert_eq!(working["circuit_breaker_state"], "closed");
    work(&world, HOUR_MS).await;
    assert_eq!(deliveries(&api, "status=succeeded").await.len(), 12);
    assert_eq!(endpoint(&api, &id).await["failed_deliveries"], 11);
}

#[tokio::test]
async fn what_a_breaker_holds_back_is_given_up_on_the_fourth_day() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    let (id, _) = listen(&api, &receiver.url("/a"), &["order.*"]).await;
    happen(&api, "order.paid").await;
    worker_fans_out(&world).await;
    api.patch(&format!("/v2/webhook-endpoints/{id}"), json!({ "enabled": false })).await.expect(200);
    work(&world, 4 * DAY_MS - HOUR_MS).await;
    assert_eq!(delivery(&api).await["status"], "pending");
    work(&world, 4 * DAY_MS + HOUR_MS).await;
    let dead = delivery(&api).await;
    assert_eq!((&dead["status"], &dead["attempts"]), (&json!("dead_lettered"), &json!(0)));

    // A worker that was away for long attempts what waited for it.
    let open = json!({ "enabled": true });
    api.patch(&format!("/v2/webhook-endpoints/{id}"), open).await.expect(200);
    let event = happen(&api, "order.paid").await;
    worker_fans_out(&world).await;
    work(&world, 9 * DAY_MS).await;
    assert_eq!(receiver.at("/a").len(), 1);
    assert_eq!(receiver.at("/a")[0].event(), event);

    let old = merx::outward::webhooks::ops::prune_before(&world.app, at(-DAY_MS)).await.unwrap();
    assert_eq!(old, 0, "nothing is that old");
    assert_eq!(merx::outward::webhooks::ops::prune_before(&world.app, at(20 * DAY_MS)).await.unwrap(), 2);
    let attempts: i64 = world.app.db.one("select count(*) from webhook_attempts -- any merchant", vec![]).await.unwrap();
    assert_eq!((deliveries(&api, "").await.len(), attempts), (0, 0));
}

/// Makes deliveries and attempts none.
async fn worker_fans_out(world: &World) {
    while merx::outward::webhooks::fan_out::round(&world.app, at(0)).await.unwrap() > 0 {}
}

#[tokio::test]
async fn a_worker_hears_of_commits_and_stops_when_told() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    listen(&api, &receiver.url("/a"), &["order.*"]).await;
    let (stop, stopped) = tokio::sync::watch::channel(());
    let running = tokio::spawn(worker::run(world.app.clone(), stopped));
    for count in 1..=3 {
        happen(&api, "order.paid").await;
        receiver.wait("/a", count).await;
    }
    drop(stop);
    tokio::time::timeout(Duration::from_secs(5), running).await.expect("it stops").unwrap();
    happen(&api, "order.paid").await;
    assert_eq!(receiver.at("/a").len(), 3);
}
