//! Lists: stable pages, both directions, words, the same order on both engines.

use std::collections::BTreeSet;

use merx::{
    catalog::products::model::Product,
    kit::{Id, Mode, Page, Query, Tenant, db::query::List},
    people::apps::ops::ByAge,
};
use serde_json::{Value, json};

use crate::harness::{Api, World};

async fn fill(api: &Api<'_>, names: &[&str]) {
    for (index, name) in names.iter().enumerate() {
        let body = json!({ "product_id": format!("p{index}"), "name": name, "kind": "one_time", "pricing_model": "one_time", "amount_minor": index });
        api.post("/v2/products", body).await.expect(201);
    }
}

fn names(body: &Value) -> Vec<String> {
    body["data"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_cover_the_list_once() {
    let world = World::new().await;
    let api = world.api().await;
    let all: Vec<String> = (0..23).map(|n| format!("Product {n:02}")).collect();
    fill(&api, &all.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    for page in 1..=5 {
        let answer = api.get(&format!("/v2/products?page={page}&limit=5")).await.expect(200);
        assert_eq!(
            answer.body["pagination"],
            json!({ "kind": "offset", "page": page, "limit": 5, "total": 23, "totalPages": 5 })
        );
        seen.extend(names(&answer.body));
    }
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 23);
    assert_eq!(seen.first().map(String::as_str), Some("Product 22"), "newest first");
}

#[tokio::test]
async fn search_knows_no_case_and_no_accents() {
    let world = World::new().await;
    let api = world.api().await;
    fill(&api, &["Café Crème", "CAFETERIA", "Straße 9", "日本 プラン", "100% cotton", "O'Reilly"]).await;
    for (words, expected) in [
        ("cafe", vec!["CAFETERIA", "Café Crème"]),
        ("CRÈME", vec!["Café Crème"]),
        ("caf cre", vec!["Café Crème"]),
        ("日本", vec!["日本 プラン"]),
        ("100", vec!["100% cotton"]),
        ("reilly", vec!["O'Reilly"]),
        ("afe", vec![]),
        ("%", vec![]),
        ("_", vec![]),
    ] {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("search", words).finish();
        let answer = api.get(&format!("/v2/products?{query}")).await.expect(200);
        assert_eq!(names(&answer.body), expected, "{words}");
    }
}

/// A list whose door shows no total does not count.
#[tokio::test]
async fn a_total_is_counted_if_it_is_wanted() {
    let world = World::new().await;
    fill(&world.api().await, &["One", "Two"]).await;
    let merchant: Id<Tenant> = world.app.db.one("select id from merchants", vec![]).await.unwrap();
    let cx = world.app.system(merchant, Mode::Test);
    for (total, position, expected) in [(true, false, 2), (false, false, 0), (false, true, 2)] {
        let query = Query { limit: 1, total, position, ..Query::<ByAge>::default() };
        let page: Page<Product> = List::of("products").page(&cx, &query).await.unwrap();
        assert_eq!((page.items.len(), page.total, page.has_more), (1, expected, true));
    }
}
