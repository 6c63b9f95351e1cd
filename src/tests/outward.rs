//! The dashboard of webhooks and events: server functions, and what the pages say.

use axum::body::Body;
use http::Request;
use merx::{
    house::requests,
    kit::{Mode, clock::Clock},
    outward::{
        events::rpc::{ListEvents, ResendEvent, ShowEvent},
        webhooks::rpc::{
            CreateWebhook, DeleteWebhook, ListDeliveries, ListWebhooks, RetryDelivery, RotateWebhookSecret, ShowDelivery,
            ShowWebhook, TryWebhook, UpdateWebhook,
        },
    },
    worker,
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, words},
    harness::World,
};

/// Nobody answers there: names in `.invalid` exist nowhere.
const URL: &str = "https://hooks.invalid/merx";

async fn made(browser: &Browser<'_>, patterns: Value) -> (Value, String) {
    let new = json!({ "url": URL, "enabled_events": patterns, "description": "Shop" });
    let made = browser.rpc::<CreateWebhook>(json!({ "new": new })).await.expect(200).body;
    (made["id"].clone(), made["secret"].as_str().unwrap().to_owned())
}

async fn work(world: &World) {
    worker::once(&world.app, Clock::system()).await.unwrap();
}

async fn page(browser: &Browser<'_>, path: &str) -> String {
    words(&browser.page(path).await.expect(200))
}

#[tokio::test]
async fn an_endpoint_is_made_seen_changed_and_deleted_and_its_secret_is_seen_once() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    assert!(page(&browser, "/developers/webhooks").await.contains("No webhooks yet"));
    let (id, secret) = made(&browser, json!(["product.*"])).await;
    assert!(secret.starts_with("rk_wh_"));
    let one = format!("/developers/webhooks/{}", id.as_str().unwrap());
    let list = page(&browser, "/developers/webhooks").await;
    assert!(list.contains(URL) && list.contains("Enabled") && list.contains("product.*"), "{list}");
    assert!(page(&browser, "/developers/webhooks?q=hooks.inv").await.contains(URL));
    assert!(page(&browser, "/developers/webhooks?q=shop").await.contains(URL));
    assert!(page(&browser, "/developers/webhooks?q=zzzz").await.contains("Nothing matches"));
    for path in ["/developers/webhooks", &one] {
        assert!(!browser.page(path).await.body.to_string().contains(&secret));
    }
    let rotated = browser.rpc::<RotateWebhookSecret>(json!({ "id": id })).await.expect(200).body;
    assert_ne!(rotated["secret"].as_str().unwrap(), secret);
    let off = json!({ "id": id, "edit": { "enabled": false, "enabled_events": ["*"] } });
    browser.rpc::<UpdateWebhook>(off).await.expect(200);
    let detail = page(&browser, &one).await;
    assert!(detail.contains("Disabled") && detail.contains("Everything that happens"), "{detail}");
    let refused = browser.rpc::<TryWebhook>(json!({ "id": id, "kind": "product.created" })).await.expect(422);
    let why = refused.message().rsplit(": ").next().unwrap().to_owned();
    assert!(detail.contains(&why), "the page gives the server's reason: {why}");
    browser.rpc::<DeleteWebhook>(json!({ "id": id })).await.expect(200);
    assert_eq!(browser.page(&one).await.status, 404);
    let bad = json!({ "url": "https://127.0.0.1/x", "enabled_events": ["*"] });
    let refused = browser.rpc::<CreateWebhook>(json!({ "new": bad })).await.expect(400);
    assert_eq!(refused.body["param"], "url");
}

#[tokio::test]
async fn a_delivery_shows_what_was_sent_and_why_it_failed_and_is_retried() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (id, _) = made(&browser, json!(["invoice.*"])).await;
    let delivery = browser.rpc::<TryWebhook>(json!({ "id": id, "kind": "invoice.paid" })).await.expect(200).body["id"].clone();
    let one = format!("/developers/deliveries/{}", delivery.as_str().unwrap());
    assert!(page(&browser, &one).await.contains("It has not been attempted yet."));
    work(&world).await;
    let view = browser.rpc::<ShowDelivery>(json!({ "id": delivery })).await.expect(200).body;
    assert_eq!(view["delivery"]["status"], "failed");
    assert_eq!(view["attempts"].as_array().unwrap().len(), 1);
    let text = page(&browser, &one).await;
    for words in [
        "invoice.paid to hooks.invalid",
        "Attempt 1",
        "POST https://hooks.invalid/merx",
        "x-revkeen-event-id",
        "Nothing came back.",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    browser.rpc::<RetryDelivery>(json!({ "id": delivery })).await.expect(200);
    work(&world).await;
    let view = browser.rpc::<ShowDelivery>(json!({ "id": delivery })).await.expect(200).body;
    assert_eq!(view["attempts"].as_array().unwrap().len(), 2, "newest first: {view:#}");
    let edit = json!({ "id": id, "edit": { "enabled": false } });
    browser.rpc::<UpdateWebhook>(edit).await.expect(200);
    let refused = browser.rpc::<RetryDelivery>(json!({ "id": delivery })).await.expect(409);
    let text = page(&browser, &one).await;
    assert!(text.contains(refused.message()), "{} in {text}", refused.message());
    let failed = json!({ "query": { "filters": { "status": "failed", "endpoint": id } } });
    let failed = browser.rpc::<ListDeliveries>(failed).await.expect(200).body;
    assert_eq!(failed["items"].as_array().unwrap().len(), 1);
    let list = page(&browser, &format!("/developers/deliveries?status=failed&endpoint={}", id.as_str().unwrap())).await;
    assert!(list.contains("invoice.paid") && list.contains("2 of "), "{list}");
    for words in ["invoice.paid", delivery.as_str().unwrap()] {
        assert!(page(&browser, &format!("/developers/deliveries?q={words}")).await.contains("Showing 1"), "{words}");
    }
    assert!(page(&browser, "/developers/deliveries?q=zzzz").await.contains("Nothing matches"));
    let none = page(&browser, "/developers/deliveries?status=succeeded").await;
    assert!(none.contains("Nothing matches"), "{none}");
}

#[tokio::test]
async fn an_event_says_who_caused_it_and_who_was_told() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    made(&browser, json!(["product.created"])).await;
    let plan =
        json!({ "product_id": "plan", "name": "Plan", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 });
    let answer = world.api().await.post("/v2/products", plan).await.expect(201);
    work(&world).await;
    requests::ops::flush(&world.app).await;
    let events = browser.rpc::<ListEvents>(json!({ "query": { "filters": { "type": "product.*", "range": "day" } } })).await;
    let events = events.expect(200).body["page"]["items"].clone();
    assert_eq!(events.as_array().unwrap().len(), 1);
    let id = events[0]["id"].as_str().unwrap();
    let html = browser.page(&format!("/developers/events/{id}")).await.expect(200);
    let request = answer.header("x-request-id");
    assert!(html.body.as_str().unwrap().contains(&format!("/developers/requests/{request}")), "leads to the call");
    let text = words(&html);
    for words in ["product.created", "Tests", "\"product_id\": \"plan\"", URL, "Failed"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let call = browser.page(&format!("/developers/requests/{request}")).await.expect(200);
    assert!(call.body.as_str().unwrap().contains(&format!("/developers/events/{id}")), "and back");
    let resent = browser.rpc::<ResendEvent>(json!({ "id": id, "endpoint": null })).await.expect(200).body;
    assert_eq!(resent["success"], true);
    let view = browser.rpc::<ShowEvent>(json!({ "id": id })).await.expect(200).body;
    assert_eq!(view["deliveries"].as_array().unwrap().len(), 2);
    let list = page(&browser, "/developers/events?q=product.created").await;
    assert!(list.contains("product.created") && list.contains("Showing 1"), "{list}");
    let list = page(&browser, "/developers/events?q=product").await;
    assert!(list.contains("product.created") && !list.contains("price.created"), "{list}");
    assert!(page(&browser, "/developers/events?q=zzzz").await.contains("Nothing matches"));
}

#[tokio::test]
async fn integrations_stand_in_the_same_list() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let api = world.revenuecat().await;
    let project = api.project().await;
    let new = json!({ "name": "Analytics", "url": "https://rc.invalid/x" });
    api.post(&format!("/v2/projects/{project}/integrations/webhooks"), new).await.expect(201);
    made(&browser, json!(["*"])).await;
    let found = browser.rpc::<ListWebhooks>(json!({ "query": {} })).await.expect(200).body;
    assert_eq!((&found["page"]["total"], &found["enabled"]), (&json!(2), &json!(2)));
    let lines = found["page"]["items"].as_array().unwrap();
    let id = lines.iter().find(|line| line["dialect"] == "revenuecat").unwrap()["id"].clone();
    let list = page(&browser, "/developers/webhooks").await;
    assert!(list.contains("https://rc.invalid/x Analytics Enabled RevenueCat"), "{list}");
    let text = page(&browser, &format!("/developers/webhooks/{}", id.as_str().unwrap())).await;
    assert!(text.contains("Integrations are changed through RevenueCat's API"), "{text}");
    browser.rpc::<UpdateWebhook>(json!({ "id": id, "edit": { "enabled": false } })).await.expect(404);
    browser.rpc::<TryWebhook>(json!({ "id": id, "kind": "anything" })).await.expect(200);
    browser.rpc::<DeleteWebhook>(json!({ "id": id })).await.expect(200);
    browser.rpc::<ShowWebhook>(json!({ "id": id })).await.expect(404);
}

#[tokio::test]
async fn another_mode_has_webhooks_and_events_of_its_own() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let new = json!({ "url": URL, "enabled_events": ["*"] });
    let live = world.api_with(Mode::Live, &[]).await;
    let id = live.post("/v2/webhook-endpoints", new).await.expect(201).body;
    let id = id["data"]["id"].as_str().or(id["id"].as_str()).unwrap().to_owned();
    assert_eq!(browser.page(&format!("/developers/webhooks/{id}")).await.status, 404);
    browser.rpc::<DeleteWebhook>(json!({ "id": id })).await.expect(404);
    let event = live.get("/v2/events?limit=1").await.expect(200).body["data"][0]["id"].clone();
    browser.rpc::<ShowEvent>(json!({ "id": event })).await.expect(404);
    browser.rpc::<ResendEvent>(json!({ "id": event, "endpoint": null })).await.expect(404);
    let nobody = Request::builder().uri("/developers/webhooks").body(Body::empty()).unwrap();
    assert_eq!(world.send(nobody).await.status, 303);
}
