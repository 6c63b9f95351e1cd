//! Events: how they are listed, made up and sent again, and that every type is known.

use merx::outward::events::types;
use serde_json::{Value, json};

use super::{at, deliveries, happen, listen, product, receiver::Receiver, work};
use crate::{harness::World, tidy::sources};

fn kinds(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn events_are_listed_newest_first() {
    let world = World::new().await;
    let api = world.api().await;
    let made = product(&api, "plan").await;
    let renamed = json!({ "name": "Plan 2" }).to_string();
    api.with("PATCH", "/v2/products/plan", &[("idempotency-key", "rename")], renamed).await.expect(200);
    happen(&api, "invoice.paid").await;
    let all = api.get("/v2/events").await.expect(200).body;
    assert_eq!(kinds(&all), ["invoice.paid", "product.updated", "product.created", "price.created", "api_key.created"]);
    assert_eq!((&all["object"], &all["has_more"], &all["url"]), (&json!("list"), &json!(false), &json!("/v2/events")));
    let mut one = all["data"][1].clone();
    let id = one["id"].as_str().unwrap().to_owned();
    assert_eq!(api.get(&format!("/v2/events/{id}")).await.expect(200).body, one);
    assert_eq!(one["data"]["object"]["id"], json!(made));
    for field in ["id", "data"] {
        one[field] = json!("[…]");
    }
    one["request"]["id"] = json!("[id]");
    insta::assert_json_snapshot!(one, @r#"
    {
      "api_version": "2026-05-01",
      "created": 1781524800,
      "data": "[…]",
      "id": "[…]",
      "livemode": false,
      "object": "event",
      "pending_webhooks": 0,
      "request": {
        "id": "[id]",
        "idempotency_key": "rename"
      },
      "type": "product.updated"
    }
    "#);
    let ids: Vec<&str> = all["data"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap()).collect();
    for (query, wanted) in [
        ("type=product.created".to_owned(), vec!["product.created"]),
        ("type=product.*".to_owned(), vec!["product.updated", "product.created"]),
        ("types=invoice.paid,price.created".to_owned(), vec!["invoice.paid", "price.created"]),
        ("types=product.*,invoice.*&limit=2".to_owned(), vec!["invoice.paid", "product.updated"]),
        (format!("types=product.*,invoice.*&limit=2&starting_after={}", ids[1]), vec!["product.created"]),
        (format!("types=product.*,invoice.*&limit=2&ending_before={}", ids[3]), vec!["product.updated", "product.created"]),
        (format!("starting_after={}&limit=1", ids[3]), vec!["api_key.created"]),
        (format!("ending_before={}&limit=1", ids[2]), vec!["product.updated"]),
        (format!("customer_id={made}"), vec!["product.updated", "product.created"]),
        ("created_gte=1781524800&type=invoice.paid".to_owned(), vec!["invoice.paid"]),
        ("created_gte=1781524801".to_owned(), vec![]),
        ("created_lte=1781524799".to_owned(), vec![]),
        ("created_lte=1781524800&type=price.created".to_owned(), vec!["price.created"]),
    ] {
        assert_eq!(kinds(&api.get(&format!("/v2/events?{query}")).await.expect(200).body), wanted, "{query}");
    }
    assert_eq!(api.get("/v2/events?types=product.*,invoice.*&limit=2").await.body["has_more"], true);
    for (query, field) in [
        ("type=invoice.eaten", "type"),
        ("types=invoice.paid,bananas.*", "types"),
        ("customer_id=7", "customer_id"),
        ("created_gte=yesterday", "created_gte"),
        ("limit=101", "limit"),
        ("starting_after=00000000-0000-4000-8000-000000000000", "starting_after"),
    ] {
        assert_eq!(api.get(&format!("/v2/events?{query}")).await.expect(400).body["error"]["param"], field, "{query}");
    }
    api.get("/v2/events/nonsense").await.expect(404);
}

#[tokio::test]
async fn every_type_can_be_made_up() {
    let world = World::new().await;
    let api = world.api().await;
    for kind in types::all() {
        let made = api.post("/v2/events/test", json!({ "type": kind })).await.expect(200).body;
        assert_eq!((&made["success"], &made["event"]["type"]), (&json!(true), &json!(kind)));
        assert_eq!(made["event"]["data"]["object"]["object"], types::noun(kind));
    }
    for wrong in
        [json!({ "type": "invoice.eaten" }), json!({ "type": "*" }), json!({ "type": 7 }), json!({ "type": null }), json!({})]
    {
        assert_eq!(api.post("/v2/events/test", wrong).await.expect(400).body["error"]["param"], "type");
    }
}

#[tokio::test]
async fn an_event_is_sent_again_to_all_or_to_one() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    let (a, _) = listen(&api, &receiver.url("/a"), &["invoice.*"]).await;
    let (b, _) = listen(&api, &receiver.url("/b"), &["invoice.paid"]).await;
    let (c, _) = listen(&api, &receiver.url("/c"), &["order.*"]).await;
    let event = happen(&api, "invoice.paid").await;
    let path = format!("/v2/events/{event}");
    assert_eq!(api.get(&path).await.expect(200).body["pending_webhooks"], 2, "before anybody was told");
    work(&world, 0).await;
    assert_eq!(api.get(&path).await.expect(200).body["pending_webhooks"], 0);

    let again = api.post(&format!("{path}/resend"), json!({})).await.expect(200).body;
    assert_eq!((&again["success"], again.get("webhook_endpoint_id")), (&json!(true), None));
    work(&world, 0).await;
    let one = api.post(&format!("{path}/resend?webhook_endpoint_id={c}"), json!({})).await.expect(200).body;
    assert_eq!(one["webhook_endpoint_id"], json!(c));
    work(&world, 0).await;
    let counts = ["/a", "/b", "/c"].map(|at| receiver.at(at).len());
    assert_eq!(counts, [2, 2, 1]);
    assert!(receiver.at("/a").iter().chain(&receiver.at("/c")).all(|request| request.event() == event));
    assert_eq!(deliveries(&api, &format!("event_id={event}")).await.len(), 5);
    assert_eq!(deliveries(&api, &format!("endpoint_id={a}")).await.len(), 2);

    for id in [&a, &b] {
        api.patch(&format!("/v2/webhook-endpoints/{id}"), json!({ "enabled": false })).await.expect(200);
    }
    let nobody = api.post(&format!("{path}/resend"), json!({})).await.expect(200).body;
    assert_eq!(nobody["success"], false);
    for (id, status) in [(a.as_str(), 422), ("00000000-0000-4000-8000-000000000000", 400), ("7", 400)] {
        let answer = api.post(&format!("{path}/resend?webhook_endpoint_id={id}"), json!({})).await.expect(status);
        assert_eq!(answer.body["error"]["param"], "webhook_endpoint_id");
    }
}

#[tokio::test]
async fn an_event_that_commits_late_is_told_all_the_same() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    listen(&api, &receiver.url("/a"), &["order.*"]).await;
    let early = happen(&api, "order.created").await;
    let sql = "update events set told = 1 where id = $1 -- any merchant";
    set_told(&world, sql, &early).await;
    happen(&api, "order.paid").await;
    work(&world, 0).await;
    assert_eq!(receiver.at("/a").len(), 1);
    // Its transaction commits only now, and its id is smaller than one that was told before.
    set_told(&world, "update events set told = 0 where id = $1 -- any merchant", &early).await;
    work(&world, 1).await;
    assert_eq!(receiver.at("/a")[1].event(), early);
    assert_eq!(merx::outward::webhooks::fan_out::round(&world.app, at(0)).await.unwrap(), 0);
}

async fn set_told(world: &World, sql: &'static str, id: &str) {
    let db = &world.app.db;
    let done: merx::kit::Result<u64> = merx::transaction!(db, |tx| { tx.exec(sql, merx::args![id]).await });
    assert_eq!(done.unwrap(), 1);
}

/// Whoever emits an event of another type makes one that nobody can listen to.
#[test]
fn every_type_that_is_emitted_is_known() {
    let mut found = 0;
    for (path, text) in sources() {
        if path.starts_with("src/tests/") {
            continue;
        }
        for call in ["emit(\"", "emit_change(\""] {
            for rest in text.split(call).skip(1) {
                let kind = rest.split('"').next().unwrap();
                assert!(types::parse(kind).is_some(), "{path}: {kind} is not in outward/events/types.rs");
                found += 1;
            }
        }
        // Types that a function chooses among.
        for part in text.split("fn event_of(").skip(1) {
            let body = part.split("\n}").next().unwrap();
            for kind in body.split('"').skip(1).step_by(2) {
                assert!(types::parse(kind).is_some(), "{path}: {kind} is not in outward/events/types.rs");
                found += 1;
            }
        }
    }
    assert!(found > 25, "only {found} were found; the search is broken");
    assert_eq!(types::REVKEEN.len(), 115);
}

#[test]
fn patterns() {
    for (pattern, kind, covered) in [
        ("*", "invoice.paid", true),
        ("invoice.*", "invoice.paid", true),
        ("invoice.*", "invoice_item.paid", false),
        ("usage.*", "usage.event.ingested", true),
        ("usage.event.*", "usage.threshold.reached", false),
        ("invoice.paid", "invoice.paid", true),
        ("invoice.paid", "invoice.paid.late", false),
        ("invoice*", "invoice.paid", false),
        (".*", "invoice.paid", false),
    ] {
        assert_eq!(types::matches(pattern, kind), covered, "{pattern} {kind}");
    }
}
