//! Events and webhooks, against a receiver inside the test; time is what the test says.

mod deliveries;
mod endpoints;
mod events;
mod integrations;
mod outbound;
mod receiver;

use merx::kit::{Result, Time, clock::Clock};
use serde_json::{Value, json};

use crate::harness::{Api, World};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Does all that a worker finds to do this long after now.
async fn work(world: &World, later_ms: i64) {
    let done: Result<()> = merx::worker::once(&world.app, at(later_ms)).await;
    done.unwrap();
}

/// The machine's time, and so much later.
fn at(later_ms: i64) -> Time {
    Clock::system().plus_ms(later_ms)
}

/// An endpoint that listens; (its id, its secret).
async fn listen(api: &Api<'_>, url: &str, enabled_events: &[&str]) -> (String, String) {
    let body = json!({ "url": url, "enabled_events": enabled_events });
    let made = api.post("/v2/webhook-endpoints", body).await.expect(201).body["data"].take();
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

/// A made-up event of this type; its id.
async fn happen(api: &Api<'_>, kind: &str) -> String {
    let made = api.post("/v2/events/test", json!({ "type": kind })).await.expect(200).body;
    made["event"]["id"].as_str().unwrap().to_owned()
}

async fn product(api: &Api<'_>, product_id: &str) -> String {
    let body = json!({ "product_id": product_id, "name": product_id, "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 });
    api.post("/v2/products", body).await.expect(201).body["data"]["id"].as_str().unwrap().to_owned()
}

/// All deliveries, newest first, narrowed by a query.
async fn deliveries(api: &Api<'_>, query: &str) -> Vec<Value> {
    let answer = api.get(&format!("/v2/webhook-deliveries?limit=100&{query}")).await.expect(200);
    answer.body["data"].as_array().unwrap().clone()
}

/// The only delivery.
async fn delivery(api: &Api<'_>) -> Value {
    let found = deliveries(api, "").await;
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0].clone()
}

/// The endpoint as it is.
async fn endpoint(api: &Api<'_>, id: &str) -> Value {
    api.get(&format!("/v2/webhook-endpoints/{id}")).await.expect(200).body["data"].take()
}
