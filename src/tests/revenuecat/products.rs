//! Products: how they are prices of the catalogue.

use serde_json::{Value, json};

use super::{World, caller, id, is_short_id, refused};

#[tokio::test]
async fn a_product_is_a_price_of_the_catalogue() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let app = caller.play_store().await;
    let body = json!({ "display_name": "Premium", "subscription": { "duration": "P3M" } });
    let made = caller.product(&app, "premium:quarterly", body).await;
    assert!(is_short_id(&id(&made), "prod", 10), "{made}");
    let wanted = json!({
        "object": "product", "id": made["id"], "state": "active", "store_identifier": "premium:quarterly", "type": "subscription",
        "subscription": { "duration": "P3M", "grace_period_duration": null, "trial_duration": null }, "one_time": null,
        "created_at": 1_781_524_800_000_i64, "app_id": app, "display_name": "Premium",
    });
    assert_eq!(made, wanted);
    let revkeen = world.api().await;
    let product = revkeen.get("/v2/products/premium:quarterly").await.expect(200).body["data"].clone();
    assert_eq!(
        (&product["name"], &product["interval"], &product["interval_count"]),
        (&json!("Premium"), &json!("month"), &json!(3))
    );
    let price = revkeen.get(&format!("/v2/prices/{}", product["default_price_id"].as_str().unwrap())).await.expect(200).body;
    assert!(id(&price).replace('-', "").ends_with(made["id"].as_str().unwrap().trim_start_matches("prod")));

    let unsaid = caller.product(&app, "unsaid", json!({})).await;
    assert_eq!(unsaid["subscription"]["duration"], Value::Null, "only the store knows");
    for (kind, consumable) in [
        ("one_time", json!(null)),
        ("consumable", json!(true)),
        ("non_consumable", json!(false)),
        ("non_renewing_subscription", json!(false)),
    ] {
        let made = caller.product(&app, kind, json!({ "type": kind })).await;
        assert_eq!((&made["type"], &made["one_time"]["is_consumable"]), (&json!(kind), &consumable));
        assert!(made["subscription"].is_null());
    }
}

#[tokio::test]
async fn what_only_merx_knows_is_sold_by_the_own_app() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let revkeen = world.api().await;
    let plan = json!({
        "product_id": "pro", "name": "Pro", "kind": "subscription", "pricing_model": "recurring", "interval": "week", "interval_count": 2,
        "amount_minor": 900, "trial_days": 14,
    });
    let plan = revkeen.post("/v2/products", plan).await.expect(201).body["data"].clone();
    let yearly = json!({ "product_id": plan["id"], "unit_amount": 9000, "interval": "year", "nickname": "Yearly", "lookup_key": "pro_yearly" });
    revkeen.post("/v2/prices", yearly).await.expect(201);
    let own = id(&caller.get("/apps").await.expect(200).body["items"][0]);
    let list = caller.get(&format!("/products?app_id={own}")).await.expect(200).body;
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!((&items[0]["store_identifier"], &items[0]["display_name"]), (&json!("pro"), &json!("Pro")));
    assert_eq!(items[0]["subscription"], json!({ "duration": "P2W", "grace_period_duration": null, "trial_duration": "P14D" }));
    assert_eq!((&items[1]["store_identifier"], &items[1]["display_name"]), (&json!("pro_yearly"), &json!("Pro (Yearly)")));
    assert_eq!(items[1]["app_id"], own);

    let taken = json!({ "store_identifier": "pro_yearly", "app_id": own, "type": "subscription" });
    refused(&caller.post("/products", taken).await, 409, "resource_already_exists", None);
    let path = format!("/products/{}", id(&items[0]));
    let renamed = caller.post(&path, json!({ "display_name": "Professional" })).await.expect(200).body;
    let mut wanted = items[0].clone();
    wanted["display_name"] = json!("Professional");
    assert_eq!(renamed, wanted, "nothing else has changed");
    assert_eq!(revkeen.get("/v2/products/pro").await.expect(200).body["data"]["name"], "Professional");
    assert_eq!(caller.get(&format!("/products?app_id={own}")).await.expect(200).body["items"].as_array().unwrap().len(), 2);
    let cleared = caller.post(&path, json!({ "display_name": "" })).await.expect(200).body;
    assert_eq!(cleared["display_name"], Value::Null);
}

#[tokio::test]
async fn an_identifier_is_unique_in_its_app() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let (play, roku) = (caller.play_store().await, caller.app(json!({ "name": "Roku", "type": "roku" })).await);
    caller.product(&play, "monthly", json!({})).await;
    let again = json!({ "store_identifier": "monthly", "app_id": play, "type": "one_time" });
    refused(&caller.post("/products", again).await, 409, "resource_already_exists", None);
    let elsewhere = caller.product(&roku, "monthly", json!({})).await;
    assert_eq!(elsewhere["store_identifier"], "monthly");
    let list = caller.get(&format!("/products?app_id={roku}")).await.expect(200).body;
    assert_eq!(list["items"], json!([elsewhere]));
}

#[tokio::test]
async fn a_product_that_makes_no_sense_is_refused() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let app = caller.play_store().await;
    let base = json!({ "store_identifier": "x", "app_id": app, "type": "subscription" });
    for (name, value) in [
        ("store_identifier", json!("")),
        ("store_identifier", json!("x".repeat(201))),
        ("store_identifier", json!("a\u{0}b")),
        ("type", json!("yearly")),
        ("display_name", json!("")),
        ("title", json!("x".repeat(1501))),
        ("storeIdentifier", json!("x")),
    ] {
        let mut body = base.clone();
        body[name] = value;
        refused(&caller.post("/products", body).await, 400, "parameter_error", Some(name));
    }
    let mut body = base.clone();
    body["subscription"] = json!({ "duration": "P5D" });
    refused(&caller.post("/products", body).await, 400, "parameter_error", Some("subscription.duration"));
    let mut body = base.clone();
    body["app_id"] = json!("app0000000000");
    refused(&caller.post("/products", body).await, 404, "resource_missing", None);
    let mut body = base.clone();
    body["type"] = json!("consumable");
    body["subscription"] = json!({ "duration": "P1M" });
    refused(&caller.post("/products", body).await, 400, "parameter_error", Some("subscription"));
    assert_eq!(caller.get("/products").await.expect(200).body["items"], json!([]));
}

#[tokio::test]
async fn an_archived_product_comes_back() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let app = caller.play_store().await;
    let made = caller.product(&app, "monthly", json!({})).await;
    let path = format!("/products/{}/actions", id(&made));
    let archived = caller.post(&format!("{path}/archive"), json!({})).await.expect(200).body;
    assert_eq!(archived["state"], "inactive");
    let again = caller.api.raw("POST", &format!("{}{path}/archive", caller.base), "").await.expect(200).body;
    assert_eq!(again, archived);
    let back = caller.post(&format!("{path}/unarchive"), json!({})).await.expect(200).body;
    assert_eq!(back, made);
}

#[tokio::test]
async fn a_product_that_something_refers_to_is_not_deleted() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let app = caller.play_store().await;
    let path = format!("/products/{}", id(&caller.product(&app, "monthly", json!({})).await));
    let revkeen = world.api().await;
    let product = id(&revkeen.get("/v2/products/monthly").await.expect(200).body["data"]);
    let discount = json!({
        "code": "TEN", "name": "Ten", "discount_type": "percentage", "discount_value": 10, "applies_to": "specific_products", "product_ids": [product],
    });
    let discount = id(&revkeen.post("/v2/discounts", discount).await.expect(201).body["data"]);
    refused(&caller.delete(&path).await, 422, "unprocessable_entity_error", None);
    assert_eq!(caller.get(&path).await.expect(200).body["app_id"], app, "nothing is gone");
    revkeen.patch(&format!("/v2/discounts/{discount}"), json!({ "applies_to": "all_products", "product_ids": [] })).await;
    // A second price: the default one cannot go alone.
    let price = json!({ "product_id": product, "unit_amount": 100 });
    let price = id(&revkeen.post("/v2/prices", price).await.expect(201).body);
    refused(&caller.delete(&path).await, 422, "unprocessable_entity_error", None);
    let short = &price.replace('-', "")[22..];
    caller.delete(&format!("/products/prod{short}")).await.expect(200);
    assert_eq!(revkeen.get(&format!("/v2/prices/{price}")).await.status, 404);
    assert_eq!(revkeen.get(&format!("/v2/products/{product}")).await.status, 200);

    // What a noun refers to with a foreign key cannot be deleted either.
    let db = &world.app.db;
    let deleted: merx::kit::Result<u64> =
        merx::transaction!(db, |tx| { tx.exec("delete from apps -- any merchant", vec![]).await });
    assert_eq!(deleted.unwrap_err().kind, merx::kit::Kind::Unprocessable);
}
