//! RevenueCat's webhook integrations: their management, their form, and when they are tried again.

use merx::kit::Mode;
use serde_json::{Value, json};

use super::{MINUTE_MS, deliveries, happen, receiver::Receiver, work};
use crate::harness::{Api, World};

/// An integration; its path.
async fn integrate(api: &Api<'_>, url: &str, more: Value) -> String {
    let path = format!("/v2/projects/{}/integrations/webhooks", api.project().await);
    let mut body = json!({ "name": "Books", "url": url });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    let made = api.post(&path, body).await.expect(201).body;
    format!("{path}/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn an_integration_of_the_document() {
    let world = World::new().await;
    let api = world.revenuecat().await;
    let more = json!({
        "authorization_header": "Bearer s3cret", "environment": "sandbox", "event_types": ["renewal", "cancellation"], "app_id": null,
    });
    let path = integrate(&api, "https://hooks.example.com/", more).await;
    let mut made = api.get(&path).await.expect(200).body;
    let (id, project) = (made["id"].as_str().unwrap().to_owned(), made["project_id"].clone());
    assert!(id.starts_with("wh_"));
    made["id"] = json!("[id]");
    made["project_id"] = json!("[id]");
    insta::assert_json_snapshot!(made, @r#"
    {
      "app_id": null,
      "created_at": 1781524800000,
      "environment": "sandbox",
      "event_types": [
        "renewal",
        "cancellation"
      ],
      "id": "[id]",
      "name": "Books",
      "object": "webhook_integration",
      "project_id": "[id]",
      "url": "https://hooks.example.com/"
    }
    "#);
    assert_eq!(project, json!(api.project().await));
    let app = api.get(&format!("/v2/projects/{}/apps", api.project().await)).await.expect(200).body["items"][0]["id"].clone();
    let edit = json!({ "name": "Ledger", "event_types": null, "environment": null, "app_id": app, "authorization_header": null });
    let after = api.post(&path, edit).await.expect(200).body;
    assert_eq!((&after["name"], &after["event_types"], &after["environment"]), (&json!("Ledger"), &json!(null), &json!(null)));
    assert_eq!(after["app_id"], app);
    let list = path.rsplit_once('/').unwrap().0;
    let listed = api.get(list).await.expect(200).body;
    assert_eq!((&listed["items"][0], &listed["next_page"], &listed["url"]), (&after, &json!(null), &json!(list)));

    // It is none of RevKeen's endpoints, and these are none of its integrations.
    let revkeen = world.api().await;
    assert_eq!(revkeen.get("/v2/webhook-endpoints").await.expect(200).body["meta"]["total"], 0);
    let events: Vec<String> = world.app.db.all("select data from events -- any merchant", vec![]).await.unwrap();
    assert!(!events.iter().any(|text| text.contains("s3cret")));
    let deleted = api.delete(&path).await.expect(200).body;
    assert_eq!((&deleted["object"], &deleted["id"]), (&json!("webhook_integration"), &json!(id)));
    assert_eq!(api.get(&path).await.expect(404).body["type"], "resource_missing");
}

#[tokio::test]
async fn bad_input_names_the_field() {
    let world = World::new().await;
    let api = world.revenuecat().await;
    let path = integrate(&api, "https://hooks.example.com/", json!({})).await;
    let list = path.rsplit_once('/').unwrap().0;
    let before = api.get(&path).await.expect(200).body;
    for (wrong, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(1501) }), "name"),
        (json!({ "url": "" }), "url"),
        (json!({ "url": "http://localhost/" }), "url"),
        (json!({ "url": "https://10.0.0.1/" }), "url"),
        (json!({ "url": format!("https://example.com/{}", "x".repeat(5000)) }), "url"),
        (json!({ "environment": "staging" }), "environment"),
        (json!({ "event_types": [] }), "event_types"),
        (json!({ "event_types": ["RENEWAL"] }), "event_types"),
        (json!({ "event_types": ["*"] }), "event_types"),
        (json!({ "event_types": "renewal" }), "event_types"),
        (json!({ "app_id": "app0123456789" }), "app_id"),
        (json!({ "authorization_header": "" }), "authorization_header"),
        (json!({ "authorization_header": "a\nb" }), "authorization_header"),
        (json!({ "authorization_header": "x".repeat(5001) }), "authorization_header"),
        (json!({ "secret": "x" }), "secret"),
    ] {
        let mut body = json!({ "name": "Books", "url": "https://hooks.example.com/" });
        for (key, value) in wrong.as_object().unwrap() {
            body[key] = value.clone();
        }
        for answer in [api.post(list, body).await, api.post(&path, wrong.clone()).await] {
            assert_eq!(answer.status, 400, "{wrong}: {:#}", answer.body);
            assert_eq!((&answer.body["type"], &answer.body["param"]), (&json!("parameter_error"), &json!(field)), "{wrong}");
        }
    }
    assert_eq!(api.get(&path).await.expect(200).body, before);
    assert_eq!(api.get(list).await.expect(200).body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_integration_is_sent_revenuecats_form() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let (api, revkeen) = (world.revenuecat().await, world.api().await);
    integrate(&api, &receiver.url("/all"), json!({ "authorization_header": "Bearer s3cret" })).await;
    integrate(&api, &receiver.url("/some"), json!({ "event_types": ["cancellation"] })).await;
    integrate(&api, &receiver.url("/live"), json!({ "environment": "production" })).await;
    let renewed = happen(&revkeen, "subscription.renewed").await;
    happen(&revkeen, "subscription.canceled").await;
    happen(&revkeen, "customer.created").await;
    happen(&world.api_with(Mode::Live, &[]).await, "subscription.renewed").await;
    work(&world, 0).await;

    let all = receiver.at("/all");
    let kinds: Vec<Value> = all.iter().map(|request| request.json()["event"]["type"].clone()).collect();
    assert_eq!(kinds, ["RENEWAL", "CANCELLATION"], "what has no word there is not sent");
    let mut body = all[0].json();
    assert_eq!(body["event"]["id"], json!(renewed));
    for member in ["id", "app_id", "transaction_id", "original_transaction_id"] {
        assert!(body["event"][member].is_string(), "{member}");
        body["event"][member] = json!("[id]");
    }
    insta::assert_json_snapshot!(body, @r#"
    {
      "api_version": "1.0",
      "event": {
        "aliases": [
          "00000000-0000-7000-8000-000000000001"
        ],
        "app_id": "[id]",
        "app_user_id": "00000000-0000-7000-8000-000000000001",
        "currency": "USD",
        "environment": "SANDBOX",
        "event_timestamp_ms": 1781524800000,
        "expiration_at_ms": 1784116800000,
        "id": "[id]",
        "original_app_user_id": "00000000-0000-7000-8000-000000000001",
        "original_transaction_id": "[id]",
        "period_type": "NORMAL",
        "product_id": "pro_monthly",
        "purchased_at_ms": 1781524800000,
        "store": "RC_BILLING",
        "transaction_id": "[id]",
        "type": "RENEWAL"
      }
    }
    "#);
    assert_eq!(all[0].header("authorization"), "Bearer s3cret");
    assert!(all[0].header("x-revkeen-signature").is_empty(), "there is no signature");
    let some = receiver.at("/some");
    assert_eq!(some.len(), 1);
    assert_eq!((&some[0].json()["event"]["cancel_reason"], some[0].header("authorization")), (&json!("UNSUBSCRIBE"), ""));
    assert!(receiver.at("/live").is_empty());
    let headers: Vec<String> =
        world.app.db.all("select request_headers from webhook_attempts -- any merchant", vec![]).await.unwrap();
    assert!(headers.len() == 3 && !headers.iter().any(|text| text.contains("s3cret")), "{headers:?}");
}

#[tokio::test]
async fn only_200_counts_and_there_are_five_retries() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let (api, revkeen) = (world.revenuecat().await, world.api().await);
    integrate(&api, &receiver.url("/a"), json!({})).await;
    receiver.answer("/a", 204);
    happen(&revkeen, "order.paid").await;
    work(&world, 0).await;
    let mut later = 0;
    for (made, minutes) in [5, 10, 20, 40, 80].into_iter().enumerate() {
        work(&world, later + (minutes - 1) * MINUTE_MS).await;
        assert_eq!(receiver.at("/a").len(), made + 1, "too early");
        later += minutes * MINUTE_MS + 1000;
        work(&world, later).await;
        assert_eq!(receiver.at("/a").len(), made + 2);
    }
    let dead = deliveries(&revkeen, "").await;
    assert_eq!(
        (&dead[0]["status"], &dead[0]["attempts"], &dead[0]["max_attempts"]),
        (&json!("dead_lettered"), &json!(6), &json!(6))
    );
    let all = receiver.at("/a");
    assert!(all.iter().all(|request| request.body == all[0].body), "the same id and time in every attempt");
}

#[tokio::test]
async fn a_test_goes_to_one_integration_only() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.revenuecat().await;
    integrate(&api, &receiver.url("/a"), json!({ "event_types": ["renewal"] })).await;
    integrate(&api, &receiver.url("/b"), json!({})).await;
    let merchant = merx::house::team::ops::set_up::first_merchant(&world.app).await.unwrap();
    let cx = world.app.system(merchant, Mode::Test);
    use merx::outward::webhooks::ops::integrations::{ByAge, list, send_test};
    let first =
        list(&cx, &merx::kit::Query { descending: false, ..merx::kit::Query::<ByAge>::default() }).await.unwrap().items[0].id;
    send_test(&cx, first).await.unwrap();
    work(&world, 0).await;
    assert_eq!(receiver.at("/a").len() + receiver.at("/b").len(), 1);
    let sent = [receiver.at("/a"), receiver.at("/b")].concat();
    assert_eq!(sent[0].json()["event"]["type"], "TEST");
}
