//! What every answer of the API has, and what unmodified clients may send; black-box.

use axum::body::Body;
use http::Request;
use merx::kit::{Mode, Version};
use serde_json::{Value, json};

use crate::harness::{Api, World};

async fn product(api: &Api<'_>) -> String {
    let new = json!({ "product_id": "a", "name": "A", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 });
    api.post("/v2/products", new).await.expect(201).body["data"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_answer_says_its_version() {
    let world = World::new().await;
    let api = world.api().await;
    for (path, status) in [("/v2/products", 200), ("/v2/products/none", 404), ("/v2/nothing", 404)] {
        assert_eq!(api.get(path).await.expect(status).header("revkeen-version"), Version::CURRENT.as_str(), "{path}");
    }
    assert_eq!(world.nobody().get("/v2/products").await.expect(401).header("revkeen-version"), Version::CURRENT.as_str());
    let old = api.with("GET", "/v2/products", &[("RevKeen-Version", "2026-04-14")], Body::empty()).await.expect(200);
    assert_eq!(old.header("revkeen-version"), "2026-04-14");
    for odd in ["2026-05-02", "latest", ""] {
        let answer = api.with("GET", "/v2/products", &[("RevKeen-Version", odd)], Body::empty()).await.expect(400);
        assert!(answer.message().contains("2026-05-01"), "{:#}", answer.body);
        assert_eq!(answer.body["param"], "RevKeen-Version");
    }
    let revenuecat = world.revenuecat().await.get("/v2/projects").await.expect(200);
    assert_eq!(revenuecat.header("revkeen-version"), "");
}

#[tokio::test]
async fn a_bad_version_changes_nothing_and_does_not_use_the_key_up() {
    let world = World::new().await;
    let api = world.api().await;
    let body =
        json!({ "product_id": "a", "name": "A", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 1 }).to_string();
    let headers = [("RevKeen-Version", "1"), ("idempotency-key", "k")];
    api.with("POST", "/v2/products", &headers, body.clone()).await.expect(400);
    let answer = api.with("POST", "/v2/products", &headers[1..], body).await.expect(201);
    assert_eq!(answer.header("idempotency-replayed"), "");
}

#[test]
fn older_versions_get_the_shapes_they_know() {
    let old = Version::parse("2026-04-14").unwrap();
    let event = json!({ "id": "e", "object": "event", "created": 1_781_524_800, "data": { "object": { "object": "event", "created": 1 } } });
    let dressed = |mut body: Value| {
        old.dress(&mut body);
        body
    };
    let known = json!({ "id": "e", "object": "event", "created": "2026-06-15T12:00:00.000Z", "data": { "object": { "object": "event", "created": 1 } } });
    assert_eq!(dressed(event.clone()), known);
    let list = dressed(json!({ "object": "list", "data": [event], "has_more": false }));
    assert_eq!(list["data"][0], known);
    let other = json!({ "object": "payment_intent", "created": 5 });
    assert_eq!(dressed(other.clone()), other);
    let mut current = json!({ "object": "event", "created": 5 });
    Version::CURRENT.dress(&mut current);
    assert_eq!(current["created"], 5);
    assert_eq!(Version::parse("2026-05-02"), None);
}

#[tokio::test]
async fn what_a_caller_has_is_confirmed_without_a_body() {
    let world = World::new().await;
    let api = world.api().await;
    let path = format!("/v2/products/{}", product(&api).await);
    for path in ["/v2/products", path.as_str(), "/v2/openapi.json"] {
        let first = api.get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.len() > 10, "{path}: {tag}");
        let again = api.with("GET", path, &[("if-none-match", &tag)], Body::empty()).await.expect(304);
        assert_eq!((again.body.as_str(), again.header("etag")), (Some(""), tag.as_str()), "{path}");
    }
    let tag = api.get(&path).await.expect(200).header("etag").to_owned();
    api.patch(&path, json!({ "name": "B" })).await.expect(200);
    let changed = api.with("GET", &path, &[("if-none-match", &tag)], Body::empty()).await.expect(200);
    assert_eq!(changed.body["data"]["name"], "B");
    assert_ne!(changed.header("etag"), tag);
    assert_eq!(api.get("/v2/products/none").await.expect(404).header("etag"), "");
}

#[tokio::test]
async fn lower_case_methods_are_raised() {
    let world = World::new().await;
    let api = world.api().await;
    api.raw("get", "/v2/products", "").await.expect(200);
    let body = json!({ "product_id": "a", "name": "A", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 1 });
    api.raw("post", "/v2/products", body.to_string()).await.expect(201);
    assert_eq!(api.raw("brew", "/v2/products", "").await.expect(405).body["code"], "method_not_allowed");
}

#[tokio::test]
async fn the_prefix_may_be_left_out_by_callers_of_the_api_only() {
    let world = World::new().await;
    let api = world.api().await;
    let id = product(&api).await;
    assert_eq!(api.get("/products?limit=1").await.expect(200).body["pagination"]["limit"], 1);
    assert_eq!(api.get(&format!("/products/{id}")).await.expect(200).body["data"]["id"], id.as_str());
    assert_eq!(api.get("/nothing").await.expect(404).body["error"]["code"], "resource_missing");
    assert_eq!(world.revenuecat().await.get("/projects").await.expect(200).body["object"], "list");
    // Without credentials it is a page of the dashboard, which asks to sign in.
    let page = Request::get("/products").header("accept", "text/html").body(Body::empty()).unwrap();
    assert!([302, 303].contains(&world.send(page).await.status));
    // A proxy that asks for a password sends it along.
    let proxied = Request::get("/products").header("authorization", "Basic b3duZXI6eA==").header("accept", "text/html");
    assert!([302, 303].contains(&world.send(proxied.body(Body::empty()).unwrap()).await.status));
    for own in ["/healthz", "/metrics", "/readyz"] {
        api.get(own).await.expect(200);
    }
}

#[tokio::test]
async fn no_browser_of_another_site_may_read_answers() {
    let world = World::new().await;
    let api = world.api().await;
    for method in ["OPTIONS", "GET"] {
        let headers = [("origin", "https://shop.example.com"), ("access-control-request-method", "GET")];
        let answer = api.with(method, "/v2/products", &headers, Body::empty()).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{method}: only publishable keys are for browsers");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let world = World::new().await;
    let api = world.api().await;
    for encoding in ["gzip", "br"] {
        let answer = api.with("GET", "/v2/openapi.json", &[("accept-encoding", encoding)], Body::empty()).await.expect(200);
        assert_eq!(answer.header("content-encoding"), encoding);
    }
}

#[tokio::test]
async fn an_unknown_route_is_told_in_its_dialect() {
    let world = World::new().await;
    let (revkeen, revenuecat) = (world.api_with(Mode::Test, &[]).await, world.revenuecat().await);
    assert_eq!(revkeen.get("/v2/unheard").await.expect(404).body["error"]["type"], "invalid_request_error");
    let project = revenuecat.project().await;
    let answer = revenuecat.get(&format!("/v2/projects/{project}/unheard")).await.expect(404);
    assert_eq!((&answer.body["object"], &answer.body["type"]), (&json!("error"), &json!("resource_missing")));
    let answer = revenuecat.raw("PUT", &format!("/v2/projects/{project}/products"), "{}").await.expect(400);
    assert_eq!(answer.body["type"], "invalid_request");
}
