//! Products: bad input, archiving, and the pages. What the door answers, the contract tests say.

use merx::catalog::products::model::NewProduct;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, words},
    harness::{Answer, Api, World},
};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A body that is fine, with changes; `null` takes a member out.
fn body(product_id: &str, more: Value) -> Value {
    let mut body = json!({ "product_id": product_id, "name": product_id, "kind": "one_time", "pricing_model": "one_time", "amount_minor": 9900 });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn plan(more: Value) -> Value {
    let mut plan = json!({ "kind": "subscription", "pricing_model": "recurring", "interval": "month", "amount_minor": 2900 });
    for (key, value) in more.as_object().unwrap() {
        plan[key] = value.clone();
    }
    plan
}

async fn create(api: &Api<'_>, product_id: &str, more: Value) -> Value {
    api.post("/v2/products", body(product_id, more)).await.expect(201).body["data"].take()
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

/// Refused with 400, naming the field in the text, as this family does.
#[track_caller]
fn refused(answer: &Answer, field: &str) {
    assert_eq!(answer.status, 400, "{field}: {:#}", answer.body);
    assert!(answer.body["error"].as_str().unwrap().contains(field), "{field}: {:#}", answer.body);
    assert_eq!(answer.body["message"], answer.body["error"]);
}

#[tokio::test]
async fn a_product_of_the_guide() {
    let world = World::new().await;
    let api = world.api().await;
    let wanted = json!({
        "productId": "pro_monthly", "name": "Pro Plan", "kind": "subscription", "pricingModel": "recurring", "amountMinor": 2900,
        "currency": "usd", "interval": "month", "intervalCount": 1, "trialDays": 14, "features": ["Unlimited projects"],
        "metadata": { "costCenter": 7 },
    });
    let mut made = api.post("/v2/products", wanted).await.expect(201).body["data"].take();
    for field in ["id", "default_price_id"] {
        assert!(made[field].as_str().unwrap().len() == 36);
        made[field] = json!("[id]");
    }
    insta::assert_json_snapshot!(made, @r#"
    {
      "amount_minor": 2900,
      "billing_anchor_day": null,
      "billing_anchor_rule": null,
      "created_at": "2026-06-15T12:00:00.000Z",
      "currency": "USD",
      "default_price_id": "[id]",
      "description": null,
      "end_behavior": null,
      "features": [
        "Unlimited projects"
      ],
      "first_charge_behavior": null,
      "fulfillment_type": "none",
      "id": "[id]",
      "image_url": null,
      "interval": "month",
      "interval_count": 1,
      "is_active": true,
      "is_archived": false,
      "kind": "subscription",
      "max_payments": null,
      "metadata": {
        "costCenter": 7
      },
      "name": "Pro Plan",
      "object": "product",
      "pricing_model": "recurring",
      "product_id": "pro_monthly",
      "slug": null,
      "stock_quantity": null,
      "tax_behavior": null,
      "tax_code": null,
      "track_inventory": false,
      "trial_days": 14,
      "updated_at": "2026-06-15T12:00:00.000Z",
      "usage_meter_id": null
    }
    "#);
}

#[tokio::test]
async fn bad_input_names_the_field_and_writes_nothing() {
    let world = World::new().await;
    let api = world.api().await;
    let metadata = json!((0..51).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>());
    let cases = [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(201) }), "name"),
        (json!({ "name": ["x"] }), "name"),
        (json!({ "product_id": "" }), "product_id"),
        (json!({ "product_id": "x".repeat(201) }), "product_id"),
        (json!({ "description": "x".repeat(5001) }), "description"),
        (json!({ "kind": "gift" }), "kind"),
        (json!({ "pricing_model": "auction" }), "pricing_model"),
        (json!({ "amount_minor": -1 }), "amount_minor"),
        (json!({ "amount_minor": 1.5 }), "amount_minor"),
        (json!({ "amount_minor": "2900" }), "amount_minor"),
        (json!({ "amount_minor": null }), "amount_minor"),
        (json!({ "amount_minor": 1e30 }), "amount_minor"),
        (json!({ "amount_minor": i64::MAX }), "amount_minor"),
        (json!({ "currency": "ABC" }), "currency"),
        (json!({ "currency": "" }), "currency"),
        (plan(json!({ "interval": "fortnight" })), "interval"),
        (plan(json!({ "interval": null })), "interval"),
        (plan(json!({ "interval_count": 0 })), "interval_count"),
        (plan(json!({ "interval_count": 366 })), "interval_count"),
        (plan(json!({ "trial_days": -1 })), "trial_days"),
        (plan(json!({ "trial_days": 731 })), "trial_days"),
        (plan(json!({ "billing_anchor_rule": "day_of_month" })), "billing_anchor_day"),
        (plan(json!({ "billing_anchor_rule": "day_of_month", "billing_anchor_day": 32 })), "billing_anchor_day"),
        (plan(json!({ "end_behavior": "fixed_payments" })), "max_payments"),
        (plan(json!({ "end_behavior": "fixed_payments", "max_payments": 1000 })), "max_payments"),
        (plan(json!({ "pricing_model": "one_time", "interval": null })), "pricing_model"),
        (json!({ "fulfillment_type": "magic" }), "fulfillment_type"),
        (json!({ "stock_quantity": -1 }), "stock_quantity"),
        (json!({ "features": [""] }), "features"),
        (json!({ "features": vec!["x"; 31] }), "features"),
        (json!({ "metadata": [] }), "metadata"),
        (json!({ "metadata": metadata }), "metadata"),
        (json!({ "metadata": { "blob": "x".repeat(20_000) } }), "metadata"),
        (json!({ "productId": "twice" }), "product_id"),
    ];
    for (wrong, field) in cases {
        refused(&api.post("/v2/products", body("no", wrong)).await, field);
    }
    for missing in ["product_id", "name", "kind", "pricing_model", "amount_minor"] {
        let mut without = body("no", json!({}));
        without.as_object_mut().unwrap().remove(missing);
        refused(&api.post("/v2/products", without).await, missing);
    }
    for unreadable in ["", "{", "[]", "null", "{}{}", "{\"name\": \"\\ud800\"}", "{\"name\": \"a\\u0000b\"}"] {
        assert_eq!(api.raw("POST", "/v2/products", unreadable.to_owned()).await.status, 400, "{unreadable}");
    }
    assert_eq!(api.raw("POST", "/v2/products", vec![b'{', 0xff, b'}']).await.status, 400);
    assert_eq!(api.raw("POST", "/v2/products", "x".repeat(2_000_000)).await.status, 413);
    for (query, field) in
        [("limit=0", "limit"), ("limit=ten", "limit"), ("page=0", "page"), ("kind=gift", "kind"), ("isActive=maybe", "is_active")]
    {
        refused(&api.get(&format!("/v2/products?{query}")).await, field);
    }
    assert_eq!(api.get("/v2/products").await.expect(200).body["pagination"]["total"], 0);
}

#[tokio::test]
async fn a_product_id_is_taken_once() {
    let world = World::new().await;
    let api = world.api().await;
    create(&api, "pro", json!({})).await;
    let other = create(&api, "other", json!({})).await;
    let again = api.post("/v2/products", body("pro", json!({}))).await.expect(409);
    assert!(again.message().contains("product_id"));
    api.patch(&format!("/v2/products/{}", id(&other)), json!({ "product_id": "pro" })).await.expect(409);
    assert_eq!(api.get("/v2/products/other").await.expect(200).body["data"], other);

    // The dashboard's form gets the same refusal, at the field.
    let browser = Browser::owner(&world).await;
    let form = browser.call("catalog/products/rpc/create_product", json!({ "new": body("pro", json!({})) })).await.expect(409);
    assert_eq!(form.body["fields"][0]["path"], "product_id");
}

#[tokio::test]
async fn an_older_item_of_another_system_never_wins() {
    let world = World::new().await;
    let api = world.api().await;
    let put = async |second: i64, name: &str| {
        let item = json!({ "name": name, "amountCents": 100, "externalUpdatedAt": format!("2026-06-01T00:00:0{second}Z") });
        let answer = api.raw("PUT", "/v2/products/external/erp/1", item.to_string()).await;
        (answer.status, answer.body["skipped"].clone(), answer.body["data"]["name"].clone())
    };
    assert_eq!(put(1, "Plan").await, (200, json!(false), json!("Plan")));
    assert_eq!(put(5, "Plan").await, (200, json!(true), json!("Plan")), "newer, but the same");
    assert_eq!(put(3, "Old plan").await, (200, json!(true), json!("Plan")), "older than what was the same");
    assert_eq!(put(6, "New plan").await, (200, json!(false), json!("New plan")));
    let events: i64 = world.app.db.one("select count(*) from events where type = 'product.updated'", vec![]).await.unwrap();
    assert_eq!(events, 1);
}

#[tokio::test]
async fn new_terms_are_a_new_price_and_an_event_tells_both() {
    let world = World::new().await;
    let api = world.api().await;
    let before = create(&api, "pro", plan(json!({}))).await;
    let after =
        api.patch("/v2/products/pro", json!({ "amount_minor": 3900, "name": "Pro 2" })).await.expect(200).body["data"].take();
    assert_ne!(after["default_price_id"], before["default_price_id"]);
    let browser = Browser::owner(&world).await;
    let view = browser.call("catalog/products/rpc/show_product", json!({ "id": "pro" })).await.expect(200).body;
    assert_eq!(view["history"][0]["text"], "Product updated");
    assert_eq!(
        view["history"][0]["changes"],
        json!([
            { "name": "Amount", "before": "$29.00", "after": "$39.00" },
            { "name": "Name", "before": "pro", "after": "Pro 2" },
        ])
    );
    assert_eq!(view["history"][1]["text"], "Product created");
}

#[tokio::test]
async fn the_list_page_counts_what_its_tabs_hold() {
    let world = World::new().await;
    let api = world.api().await;
    for number in 0..3 {
        create(&api, &format!("fee_{number}"), json!({})).await;
        create(&api, &format!("plan_{number}"), plan(json!({}))).await;
    }
    api.patch("/v2/products/fee_0", json!({ "is_archived": true })).await.expect(200);
    api.patch("/v2/products/plan_0", json!({ "is_active": false })).await.expect(200);
    let browser = Browser::owner(&world).await;
    for (query, total, active, archived) in [
        (json!({}), 6, 4, 2),
        (json!({ "filters": { "status": "active" } }), 4, 4, 2),
        (json!({ "filters": { "status": "archived" } }), 2, 4, 2),
        (json!({ "filters": { "status": "active", "kind": "one_time" } }), 2, 2, 1),
        (json!({ "q": "plan" }), 3, 2, 1),
        (json!({ "filters": { "status": "nonsense", "kind": "nonsense" } }), 6, 4, 2),
    ] {
        let list = browser.call("catalog/products/rpc/browse_products", json!({ "query": query })).await.expect(200).body;
        let found = (&list["page"]["total"], &list["active"], &list["archived"]);
        assert_eq!(found, (&json!(total), &json!(active), &json!(archived)), "{query}");
    }
}

#[test]
fn terms_in_words() {
    let read = |more: Value| serde_json::from_value::<NewProduct>(body("p", more)).unwrap().terms_text();
    assert_eq!(read(plan(json!({ "trial_days": 14 }))), "$29.00 every month, 14 days free");
    assert_eq!(read(plan(json!({ "interval_count": 3, "currency": "JPY" }))), "¥2,900 every 3 months");
    assert_eq!(read(plan(json!({ "trial_days": 1, "interval": "year" }))), "$29.00 every year, 1 day free");
    assert_eq!(read(json!({ "currency": "KWD" })), "KWD\u{a0}9.900 once");
}

#[tokio::test]
async fn pages_are_complete_without_scripts() {
    let world = World::new().await;
    let api = world.api().await;
    let browser = Browser::owner(&world).await;
    assert!(words(&browser.page("/products").await.expect(200)).contains("No products yet"));
    assert!(words(&browser.page("/products/new").await.expect(200)).contains("Create product"));

    let more =
        json!({ "name": "Pro & Plan 包", "trial_days": 14, "metadata": { "team": "core" }, "features": ["Priority support"] });
    let made = create(&api, "pro", plan(more)).await;
    create(&api, "fee", json!({ "currency": "JPY" })).await;
    let list = words(&browser.page("/products?sort=amount").await.expect(200));
    for part in ["Pro & Plan 包", "$29.00", "¥9,900", "every month", "All 2", "Active 2", "Archived 0"] {
        assert!(list.contains(part), "{part} is not in {list}");
    }
    assert!(words(&browser.page("/products?q=nope").await).contains("Nothing matches"));

    for path in [format!("/products/{}", id(&made)), "/products/pro".to_owned()] {
        let page = words(&browser.page(&path).await.expect(200));
        for part in [
            "Pro & Plan 包",
            "$29.00 every month, 14 days free",
            "Priority support",
            "core",
            "Product created",
            "Active",
            "Add price",
            "Default",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
    }
    let edit = browser.page(&format!("/products/{}/edit", id(&made))).await.expect(200);
    assert!(words(&edit).contains("$29.00 every month, 14 days free"));
    assert!(edit.body.as_str().unwrap().contains("value=\"29.00\""));
    let hostile = json!({ "name": "</title><b>", "description": "</textarea><script>alert(1)</script>" });
    let made = create(&api, "hostile", plan(hostile)).await;
    for path in [format!("/products/{}", id(&made)), format!("/products/{}/edit", id(&made))] {
        let page = browser.page(&path).await.expect(200);
        let html = page.body.as_str().unwrap();
        assert!(!html.contains("<script>alert") && !html.contains("</title><b>"), "{path} writes what people typed as HTML");
    }
    for path in [format!("/products/{NOBODY}"), format!("/products/{NOBODY}/edit"), "/products/nothing".to_owned()] {
        browser.page(&path).await.expect(404);
    }
}
