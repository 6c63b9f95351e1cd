//! Endpoints: shapes, secrets, bad input.

use merx::kit::Mode;
use serde_json::json;

use super::{deliveries, endpoint, happen, listen, receiver::Receiver, work};
use crate::harness::World;

const URL: &str = "https://hooks.example.com/merx";

#[tokio::test]
async fn an_endpoint_and_its_secret() {
    let world = World::new().await;
    let api = world.api().await;
    let body = json!({ "url": URL, "enabledEvents": ["*", "invoice.*", "product.created", "*"], "description": "Books" });
    let mut made = api.post("/v2/webhook-endpoints", body).await.expect(201).body["data"].take();
    let (id, secret) = (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned());
    assert!(secret.starts_with("rk_wh_") && secret.len() == 46, "{secret}");
    made["id"] = json!("[id]");
    made["secret"] = json!("[secret]");
    insta::assert_json_snapshot!(made, @r#"
    {
      "api_version": "2026-05-01",
      "circuit_breaker_state": "closed",
      "created_at": "2026-06-15T12:00:00.000Z",
      "description": "Books",
      "enabled_events": [
        "*",
        "invoice.*",
        "product.created"
      ],
      "failed_deliveries": 0,
      "id": "[id]",
      "last_delivery_at": null,
      "secret": "[secret]",
      "status": "enabled",
      "successful_deliveries": 0,
      "total_deliveries": 0,
      "updated_at": "2026-06-15T12:00:00.000Z",
      "url": "https://hooks.example.com/merx"
    }
    "#);
    let path = format!("/v2/webhook-endpoints/{id}");
    assert!(api.get(&path).await.expect(200).body["data"].get("secret").is_none());

    let edit = json!({ "enabled": false, "description": null, "enabled_events": ["price.*"], "api_version": "2026-04-14" });
    let after = api.patch(&path, edit).await.expect(200).body["data"].take();
    assert_eq!((&after["status"], &after["description"]), (&json!("disabled"), &json!(null)));
    assert_eq!((&after["enabled_events"], &after["api_version"]), (&json!(["price.*"]), &json!("2026-04-14")));
    let rotated = api.post(&format!("{path}/rotate-secret"), json!({})).await.expect(200).body["data"]["secret"].clone();
    assert!(rotated.as_str().unwrap().starts_with("rk_wh_") && rotated != json!(secret));

    let list = api.get("/v2/webhook-endpoints?status=enabled").await.expect(200).body;
    assert_eq!(list["meta"], json!({ "total": 0, "limit": 20, "offset": 0, "has_more": false }));
    assert_eq!(api.get("/v2/webhook-endpoints?status=disabled").await.expect(200).body["data"][0]["id"], json!(id));
    assert_eq!(api.delete(&path).await.expect(200).body["data"], json!({ "id": id, "deleted": true }));
    api.get(&path).await.expect(404);

    // What happened to it is told without its secrets, neither old nor new.
    let events = api.get("/v2/events?types=webhook_endpoint.*").await.expect(200).body;
    let kinds: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    let wanted = ["deleted", "secret_rotated", "disabled", "created"].map(|verb| format!("webhook_endpoint.{verb}"));
    assert_eq!(kinds, wanted);
    let all: Vec<String> = world.app.db.all("select data from events -- any merchant", vec![]).await.unwrap();
    assert!(!all.iter().any(|text| text.contains("rk_wh_")), "no event has a secret");
}

#[tokio::test]
async fn secrets_are_encrypted_where_they_lie() {
    let world = World::new().await;
    let (_, secret) = listen(&world.api().await, URL, &["*"]).await;
    let count: i64 = world
        .app
        .db
        .one(
            "select count(*) from webhook_endpoints where secret is not null and length(secret) >= 46 + 12 + 16 -- any merchant",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(count, 1, "nonce, text and tag");
    for column in ["url", "enabled_events", "api_version"] {
        let sql = merx::kit::db::Sql::Built(format!("select {column} from webhook_endpoints -- any merchant"));
        let text: String = world.app.db.one(sql, vec![]).await.unwrap();
        assert!(!text.contains(&secret));
    }
}

#[tokio::test]
async fn bad_input_names_the_field_and_makes_nothing() {
    let world = World::new().await;
    let api = world.api().await;
    let cases = [
        (json!({ "url": "" }), "url"),
        (json!({ "url": 7 }), "url"),
        (json!({ "url": "hooks.example.com" }), "url"),
        (json!({ "url": "ftp://hooks.example.com/" }), "url"),
        (json!({ "url": "javascript:alert(1)" }), "url"),
        (json!({ "url": "file:///etc/passwd" }), "url"),
        (json!({ "url": "https://" }), "url"),
        (json!({ "url": "https://user@hooks.example.com/" }), "url"),
        (json!({ "url": "https://user:word@hooks.example.com/" }), "url"),
        (json!({ "url": format!("https://hooks.example.com/{}", "x".repeat(2000)) }), "url"),
        (json!({ "url": "https://hooks.example.com:0/" }), "url"),
        (json!({ "enabled_events": [] }), "enabled_events"),
        (json!({ "enabled_events": "*" }), "enabled_events"),
        (json!({ "enabled_events": null }), "enabled_events"),
        (json!({ "enabled_events": ["*", "invoice.eaten"] }), "enabled_events[1]"),
        (json!({ "enabled_events": ["bananas.*"] }), "enabled_events[0]"),
        (json!({ "enabled_events": ["inv*"] }), "enabled_events[0]"),
        (json!({ "enabled_events": ["*.created"] }), "enabled_events[0]"),
        (json!({ "enabled_events": [""] }), "enabled_events[0]"),
        (json!({ "enabled_events": vec!["*"; 201] }), "enabled_events"),
        (json!({ "description": "x".repeat(501) }), "description"),
        (json!({ "api_version": "1999-01-01" }), "api_version"),
    ];
    let (id, _) = listen(&api, URL, &["*"]).await;
    let before = endpoint(&api, &id).await;
    for (wrong, field) in &cases {
        let mut body = json!({ "url": URL, "enabled_events": ["*"] });
        for (key, value) in wrong.as_object().unwrap() {
            body[key] = value.clone();
        }
        for answer in [
            api.post("/v2/webhook-endpoints", body).await,
            api.patch(&format!("/v2/webhook-endpoints/{id}"), wrong.clone()).await,
        ] {
            assert_eq!(answer.status, 400, "{wrong}: {:#}", answer.body);
            assert_eq!(answer.body["error"]["param"], *field, "{wrong}: {:#}", answer.body);
        }
    }
    for missing in ["url", "enabled_events"] {
        let mut body = json!({ "url": URL, "enabled_events": ["*"] });
        body.as_object_mut().unwrap().remove(missing);
        assert_eq!(api.post("/v2/webhook-endpoints", body).await.expect(400).body["error"]["param"], missing);
    }
    for (query, field) in [("status=asleep", "status"), ("limit=0", "limit"), ("offset=-1", "offset")] {
        assert_eq!(api.get(&format!("/v2/webhook-endpoints?{query}")).await.expect(400).body["error"]["param"], field);
    }
    assert_eq!(api.get("/v2/webhook-endpoints").await.expect(200).body["meta"]["total"], 1);
    assert_eq!(endpoint(&api, &id).await, before);
}

#[tokio::test]
async fn private_addresses_are_refused_where_they_are_written() {
    let world = World::new().await;
    let (test, live) = (world.api().await, world.api_with(Mode::Live, &[]).await);
    let hosts = [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "[::]",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[::127.0.0.1]",
    ];
    for host in hosts {
        for scheme in ["http", "https"] {
            let body = json!({ "url": format!("{scheme}://{host}/x"), "enabled_events": ["*"] });
            let answer = test.post("/v2/webhook-endpoints", body).await;
            assert_eq!((answer.status, &answer.body["error"]["param"]), (400, &json!("url")), "{scheme}://{host}");
        }
    }
    for host in ["example.com", "93.184.216.34", "[2606:2800:220:1::1]", "[64:ff9b::93.184.216.34]", "172.32.0.1", "8.8.8.8:8443"]
    {
        listen(&test, &format!("http://{host}/x"), &["*"]).await;
    }
    let plain = json!({ "url": "http://example.com/", "enabled_events": ["*"] });
    assert!(live.post("/v2/webhook-endpoints", plain).await.expect(400).message().contains("https"));
    listen(&live, "https://example.com/", &["*"]).await;
}

#[tokio::test]
async fn what_is_on_its_way_waits_for_a_disabled_endpoint_and_ends_with_a_deleted_one() {
    let (world, receiver) = (World::with_private_webhooks().await, Receiver::start().await);
    let api = world.api().await;
    let (id, _) = listen(&api, &receiver.url("/a"), &["invoice.*"]).await;
    let path = format!("/v2/webhook-endpoints/{id}");
    receiver.answer("/a", 500);
    happen(&api, "invoice.paid").await;
    work(&world, 0).await;
    api.patch(&path, json!({ "enabled": false })).await.expect(200);
    happen(&api, "invoice.sent").await;
    work(&world, super::HOUR_MS).await;
    assert_eq!(receiver.at("/a").len(), 1, "nothing is attempted, and nothing new is made");
    let waiting = super::delivery(&api).await;
    assert_eq!(waiting["status"], "failed");
    let retry = format!("/v2/webhook-deliveries/{}/retry", waiting["id"].as_str().unwrap());
    assert_eq!(api.post(&retry, json!({})).await.expect(409).body["error"]["param"], "endpoint_id");

    receiver.answer("/a", 204);
    api.patch(&path, json!({ "enabled": true })).await.expect(200);
    work(&world, super::HOUR_MS).await;
    assert_eq!(super::delivery(&api).await["status"], "succeeded");

    receiver.answer("/a", 500);
    happen(&api, "invoice.paid").await;
    work(&world, 0).await;
    api.delete(&path).await.expect(200);
    work(&world, super::HOUR_MS).await;
    assert_eq!(receiver.at("/a").len(), 3);
    let found = deliveries(&api, "status=dead_lettered").await;
    assert_eq!(found[0]["dead_letter_reason"], "The endpoint was deleted");
    assert_eq!(found[0]["next_retry_at"], json!(null));
}
