//! Kept totals, against counting.

use merx::{args, kit::Mode};
use serde_json::json;

use crate::harness::{Api, World};

/// Every kept total that differs from what counting finds.
async fn differing(world: &World) -> Vec<(String, String, i64, i64)> {
    let kept: Vec<(String, String, i64)> = world
        .app
        .db
        .all("select list, condition, cast(sum(n) as bigint) from tallies group by merchant_id, live, list, condition", args![])
        .await
        .unwrap();
    let mut wrong = Vec::new();
    for (list, condition, n) in kept {
        let narrowed = if condition.is_empty() { "1 = 1" } else { &condition };
        let sql: &'static str = Box::leak(format!("select count(*) from {list} where {narrowed}").into_boxed_str());
        let counted: i64 = world.app.db.one(sql, args![]).await.unwrap();
        if counted != n {
            wrong.push((list, condition, n, counted));
        }
    }
    wrong
}

async fn product(api: &Api<'_>, number: usize) -> String {
    let body = json!({ "product_id": format!("p{number}"), "name": "P", "kind": "subscription", "pricing_model": "recurring",
        "amount_minor": 100, "interval": "month" });
    let made = api.post("/v2/products", body).await.expect(201);
    made.body["data"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn totals_follow_every_change() {
    let world = World::new().await;
    let api = world.api().await;
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(product(&api, number).await);
    }
    let change = async |id: &str, body| api.patch(&format!("/v2/products/{id}"), body).await.expect(200);
    change(&ids[0], json!({ "is_archived": true })).await;
    change(&ids[0], json!({ "is_archived": true })).await;
    change(&ids[1], json!({ "is_active": false })).await;
    change(&ids[2], json!({ "is_archived": true })).await;
    change(&ids[2], json!({ "is_archived": false, "amount_minor": 250 })).await;
    api.patch(&format!("/v2/products/{}", ids[3]), json!({ "amount_minor": -1, "is_archived": true })).await.expect(400);
    let coupon = json!({ "code": "TEN", "name": "Ten", "discount_type": "percentage", "discount_value": 10 });
    api.post("/v2/discounts", coupon.clone()).await.expect(201);
    api.post("/v2/discounts", coupon).await.expect(409);
    let prices = api.get("/v2/prices?limit=100").await.expect(200);
    let price = prices.body["data"][0]["id"].as_str().unwrap();
    api.delete(&format!("/v2/prices/{price}")).await.expect(200);
    assert_eq!(differing(&world).await, []);
    let total = async |path: &str| api.get(path).await.expect(200).body;
    assert_eq!(total("/v2/products").await["pagination"]["total"], 7);
    assert_eq!(total("/v2/products?is_active=true").await["pagination"]["total"], 5);
    assert_eq!(total("/v2/products?is_active=false").await["pagination"]["total"], 2);
    assert_eq!(total("/v2/prices").await["total_count"], 8);
    assert_eq!(total("/v2/prices?active=true").await["total_count"], 6);
    assert_eq!(total("/v2/discounts").await["meta"]["total"], 1);
    let live = world.api_with(Mode::Live, &[]).await;
    assert_eq!(live.get("/v2/products").await.expect(200).body["pagination"]["total"], 0, "the other mode has its own");
}
