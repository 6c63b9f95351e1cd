//! Apps: the blocks of the stores, and their secrets.

use merx::{
    kit::Mode,
    people::apps::ops::{ensure_own, sealed_for},
};
use serde_json::json;

use super::{World, caller, id, is_short_id, refused};
use crate::team::sql;

#[tokio::test]
async fn every_store_has_its_block() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let secret = "s".repeat(32);
    let stores = [
        ("amazon", json!({ "package_name": "a", "shared_secret": "x" }), json!({ "package_name": "a" }), "amzn_"),
        (
            "app_store",
            json!({ "bundle_id": "b", "shared_secret": secret, "subscription_private_key": "k", "subscription_key_id": "1" }),
            json!({ "bundle_id": "b", "app_store_connect_api_key_configured": false, "subscription_key_configured": true }),
            "appl_",
        ),
        ("mac_app_store", json!({ "bundle_id": "m" }), json!({ "bundle_id": "m" }), "mac_"),
        ("play_store", json!({ "package_name": "p" }), json!({ "package_name": "p" }), "goog_"),
        ("stripe", json!({ "stripe_account_id": "acct_1" }), json!({ "stripe_account_id": "acct_1" }), "strp_"),
        (
            "rc_billing",
            json!({ "app_name": "Shop", "default_currency": "EUR" }),
            json!({
                "app_name": "Shop", "seller_company_name": "Shop", "default_currency": "EUR", "stripe_account_id": null,
                "support_email": null, "seller_company_support_email": null,
            }),
            "rcb_sb_",
        ),
        (
            "roku",
            json!({ "roku_channel_id": "123456", "roku_api_key": "k".repeat(33) }),
            json!({ "roku_channel_id": "123456", "roku_channel_name": null }),
            "roku_",
        ),
        ("paddle", json!({ "paddle_api_key": "k".repeat(50) }), json!({ "paddle_is_sandbox": true }), "pdl_"),
    ];
    for (store, sent, shown, prefix) in stores {
        let made = caller.post("/apps", json!({ "name": store, "type": store, store: sent })).await.expect(201).body;
        assert_eq!(made[store], shown);
        assert_eq!((&made["object"], &made["type"], &made["name"]), (&json!("app"), &json!(store), &json!(store)));
        assert!(is_short_id(&id(&made), "app", 10), "{made}");
        assert_eq!(made["created_at"], 1_781_524_800_000_i64);
        assert_eq!(caller.get(&format!("/apps/{}", id(&made))).await.expect(200).body, made);
        let keys = caller.get(&format!("/apps/{}/public_api_keys", id(&made))).await.expect(200).body;
        let key = &keys["items"][0];
        assert!(key["key"].as_str().unwrap().starts_with(prefix), "{key}");
        assert_eq!((&key["environment"], &key["app_id"]), (&json!("sandbox"), &made["id"]));
        assert_eq!(keys["url"], format!("{}/apps/{}/public_api_keys", caller.base, id(&made)));
    }
}

#[tokio::test]
async fn a_stores_secrets_go_in_and_never_come_out() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let block = json!({ "bundle_id": "b", "app_store_connect_api_key": "-----BEGIN top secret" });
    let app = caller.app(json!({ "name": "iOS", "type": "app_store", "app_store": block })).await;
    let path = format!("/apps/{app}");
    let shown = caller.get(&path).await.expect(200).body;
    assert_eq!(shown["app_store"]["app_store_connect_api_key_configured"], true);
    assert!(!shown.to_string().contains("top secret"));
    let (id, name, sealed): (String, String, Vec<u8>) =
        world.app.db.one("select app_id, name, sealed from app_secrets", vec![]).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("secret"));
    let opened = world.app.cipher.open(&sealed, &sealed_for(id.parse().unwrap(), &name));
    assert_eq!(opened.as_deref(), Some("-----BEGIN top secret"));
    assert_eq!(world.app.cipher.open(&sealed, &sealed_for(id.parse().unwrap(), "shared_secret")), None);
    let events: Vec<String> = world.app.db.all("select data from events", vec![]).await.unwrap();
    assert!(events.iter().all(|data| !data.contains("top secret")));

    let renamed = caller.post(&path, json!({ "name": "iPhone" })).await.expect(200).body;
    assert_eq!((&renamed["name"], &renamed["app_store"]), (&json!("iPhone"), &shown["app_store"]));
    let cleared = json!({ "app_store": { "app_store_connect_api_key": null } });
    let cleared = caller.post(&path, cleared).await.expect(200).body;
    assert_eq!(cleared["app_store"]["app_store_connect_api_key_configured"], false);
    assert_eq!(cleared["app_store"]["bundle_id"], "b");
    let sealed: i64 = world.app.db.one("select count(*) from app_secrets", vec![]).await.unwrap();
    assert_eq!(sealed, 0);
}

#[tokio::test]
async fn an_app_that_makes_no_sense_is_refused() {
    let world = World::new().await;
    let caller = caller(&world).await;
    for (body, param) in [
        (json!({ "type": "stripe" }), "name"),
        (json!({ "name": "", "type": "stripe" }), "name"),
        (json!({ "name": "x" }), "type"),
        (json!({ "name": "x", "type": "windows" }), "type"),
        (json!({ "name": "x", "type": "app_store" }), "app_store.bundle_id"),
        (json!({ "name": "x", "type": "app_store", "app_store": { "bundle_id": null } }), "app_store.bundle_id"),
        (json!({ "name": "x", "type": "app_store", "app_store": { "bundle_id": "b", "bundleId": "b" } }), "app_store.bundleId"),
        (
            json!({ "name": "x", "type": "app_store", "app_store": { "bundle_id": "b", "shared_secret": "short" } }),
            "app_store.shared_secret",
        ),
        (json!({ "name": "x", "type": "roku", "roku": { "roku_channel_id": "1" } }), "roku.roku_channel_id"),
        (
            json!({ "name": "x", "type": "rc_billing", "rc_billing": { "app_name": "a", "default_currency": "KWD" } }),
            "rc_billing.default_currency",
        ),
        (json!({ "name": "x", "type": "stripe", "play_store": { "package_name": "p" } }), "play_store"),
        (json!({ "name": "x", "type": "stripe", "colour": "red" }), "colour"),
    ] {
        let answer = caller.post("/apps", body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        refused(&answer, 400, "parameter_error", Some(param));
    }
    let only_its_own = caller.get("/apps").await.expect(200).body;
    assert_eq!(only_its_own["items"].as_array().unwrap().len(), 1);
    let app = caller.play_store().await;
    refused(&caller.post(&format!("/apps/{app}"), json!({ "type": "stripe" })).await, 400, "parameter_error", Some("type"));
    let other = json!({ "stripe": { "stripe_account_id": "a" } });
    refused(&caller.post(&format!("/apps/{app}"), other).await, 400, "parameter_error", Some("stripe"));
}

/// A restored backup may be older than the own app.
#[tokio::test]
async fn an_own_app_that_is_gone_is_made_again() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let own = caller.get("/apps").await.expect(200).body;
    sql(&world, "delete from public_keys", vec![]).await;
    sql(&world, "delete from apps", vec![]).await;
    let again = caller.get("/apps").await.expect(200).body;
    assert_eq!((again["items"].as_array().unwrap().len(), id(&again["items"][0])), (1, id(&own["items"][0])));
}

#[tokio::test]
async fn a_project_has_one_own_app_however_many_ask_first() {
    let world = World::new().await;
    let api = world.revenuecat().await;
    let merchant: String = world.app.db.one("select id from merchants", vec![]).await.unwrap();
    let cx = world.app.system(merchant.parse().unwrap(), Mode::Test);
    futures::future::join_all((0..8).map(|_| ensure_own(&cx))).await.into_iter().for_each(Result::unwrap);
    let project = api.project().await;
    let apps = api.get(&format!("/v2/projects/{project}/apps")).await.expect(200).body;
    assert_eq!(apps["items"].as_array().unwrap().len(), 1);
    assert_eq!(apps["items"][0]["rc_billing"]["app_name"], "My business");
    let keys: i64 = world.app.db.one("select count(*) from public_keys", vec![]).await.unwrap();
    assert_eq!(keys, 1);
}

#[tokio::test]
async fn an_app_in_use_and_the_own_app_stay() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let own = id(&caller.get("/apps").await.expect(200).body["items"][0]);
    refused(&caller.delete(&format!("/apps/{own}")).await, 422, "unprocessable_entity_error", None);
    let app = caller.play_store().await;
    let product = id(&caller.product(&app, "monthly", json!({})).await);
    refused(&caller.delete(&format!("/apps/{app}")).await, 422, "unprocessable_entity_error", None);
    let gone = caller.delete(&format!("/products/{product}")).await.expect(200).body;
    assert_eq!(gone, json!({ "object": "product", "id": product, "deleted_at": 1_781_524_800_000_i64 }));
    let gone = caller.delete(&format!("/apps/{app}")).await.expect(200).body;
    assert_eq!(gone, json!({ "object": "app", "id": app, "deleted_at": 1_781_524_800_000_i64 }));
    refused(&caller.get(&format!("/apps/{app}")).await, 404, "resource_missing", None);
    let left: i64 = world.app.db.one("select count(*) from public_keys", vec![]).await.unwrap();
    assert_eq!(left, 1, "the own app's");
}
