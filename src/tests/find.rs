//! Search over everything: what is found, by whom, and what is not.

use merx::{catalog::products, find::Find, house::api_keys::rpc::CreateApiKey, kit::Mode};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    harness::{Api, OWNER, World},
    team::join,
};

fn plan(id: &str, name: &str) -> Value {
    json!({ "product_id": id, "name": name, "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 })
}

/// A product; its id.
async fn product(api: &Api<'_>, id: &str, name: &str) -> String {
    let made = api.post("/v2/products", plan(id, name)).await.expect(201).body;
    made["data"]["id"].as_str().unwrap().to_owned()
}

async fn groups(browser: &Browser<'_>, words: &str) -> Vec<Value> {
    let found = browser.rpc::<Find>(json!({ "words": words })).await.expect(200).body;
    found.as_array().unwrap().clone()
}

/// What is found, as "Kind: title (note) address".
async fn found(browser: &Browser<'_>, words: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for group in groups(browser, words).await {
        for item in group["items"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let (title, note, href) = (text(&item["title"]), text(&item["note"]), text(&item["href"]));
            lines.push(format!("{}: {title} ({note}) {href}", text(&group["label"])));
        }
    }
    lines
}

#[tokio::test]
async fn u32_ids_codes_addresses_and_beginnings_of_names_are_found() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    let gold = product(&api, "gold_plan", "Gölden Membership").await;
    let price = json!({ "product_id": gold, "unit_amount": 1200, "lookup_key": "gold_eur", "nickname": "Launch offer" });
    let price = api.post("/v2/prices", price).await.expect(201).body["id"].as_str().unwrap().to_owned();
    let discount = json!({ "code": "Ten", "name": "Spring sale", "discount_type": "percentage", "discount_value": 10 });
    let discount = api.post("/v2/discounts", discount).await.expect(201).body["data"]["id"].as_str().unwrap().to_owned();
    let key = json!({ "new": { "name": "Web shop", "dialect": "revkeen", "scopes": ["*"], "rate_limit": null } });
    let key = owner.rpc::<CreateApiKey>(key).await.expect(200).body["key"].clone();

    let product = format!("Products: Gölden Membership (gold_plan) /products/{gold}");
    for words in [gold.as_str(), &gold.to_uppercase(), "gold_plan", "  golden ", "MEMBER gol"] {
        assert_eq!(found(&owner, words).await[0], product, "{words}");
    }
    for words in [price.as_str(), "gold_eur", "launch"] {
        let lines = found(&owner, words).await;
        let title = "Prices: Launch offer (Gölden Membership, ";
        assert!(lines.iter().any(|line| line.starts_with(title) && line.ends_with(&price)), "{words}: {lines:?}");
    }
    for words in [discount.as_str(), "tEn", "spri"] {
        assert_eq!(found(&owner, words).await, [format!("Discounts: TEN (Spring sale) /discounts/{discount}")], "{words}");
    }
    for words in [OWNER.to_uppercase().as_str(), "owner"] {
        let lines = found(&owner, words).await;
        assert!(lines.iter().any(|line| line.starts_with("Team: ") && line.contains(OWNER)), "{words}: {lines:?}");
    }
    let hint = key["hint"].as_str().unwrap();
    for words in [key["id"].as_str().unwrap(), hint, "shop"] {
        assert_eq!(found(&owner, words).await, [format!("API keys: Web shop ({hint}) /settings/api-keys")], "{words}");
    }
    for words in ["", "   ", "-", "embership", "nothing of the kind", "%", "'"] {
        assert_eq!(found(&owner, words).await, Vec::<String>::new(), "{words:?}");
    }
    let long = "x".repeat(100_000);
    assert_eq!(found(&owner, &long).await, Vec::<String>::new());
}

#[tokio::test]
async fn at_most_five_of_a_kind_and_the_exact_one_first() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    let exact = product(&api, "team", "Team plan").await;
    for n in 0..7 {
        product(&api, &format!("team_{n}"), &format!("Team plan {n}")).await;
    }
    let found = groups(&owner, "team").await;
    let products = found.iter().find(|group| group["label"] == "Products").unwrap()["items"].as_array().unwrap();
    assert_eq!(products.len(), 5);
    assert_eq!(products[0]["href"], format!("/products/{exact}"));
    let mut addresses: Vec<&str> = products.iter().map(|item| item["href"].as_str().unwrap()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 5, "nothing twice");
}

#[tokio::test]
async fn others_things_are_not_found() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let in_live_mode = product(&world.api_with(Mode::Live, &[]).await, "secret_live", "Secret").await;
    let other = world.other_merchant("Other").await;
    let new = serde_json::from_value(plan("secret_other", "Secret")).unwrap();
    let theirs = products::ops::create(&world.app.system(other, Mode::Test), new).await.unwrap();
    let price = theirs.default_price_id.unwrap();
    let ids = [in_live_mode, theirs.id.to_string(), price.to_string(), other.to_string()];
    for words in ids.iter().map(String::as_str).chain(["secret", "secret_live", "secret_other", "other"]) {
        assert_eq!(found(&owner, words).await, Vec::<String>::new(), "{words}");
    }
    let nobody = Browser::fresh(&world);
    nobody.rpc::<Find>(json!({ "words": "secret" })).await.expect(401);
}

#[tokio::test]
async fn what_one_may_not_read_is_not_found() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    product(&api, "shop", "Shop").await;
    let key = json!({ "new": { "name": "Shop", "dialect": "revkeen", "scopes": ["*"], "rate_limit": null } });
    owner.rpc::<CreateApiKey>(key).await.expect(200);
    let viewer = join(&world, &owner, "ada@example.com", "viewer").await;
    let labels = async |browser| {
        let groups = groups(browser, "shop").await;
        groups.into_iter().map(|group| group["label"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(labels(&owner).await, ["Products", "Prices", "API keys"]);
    assert_eq!(labels(&viewer).await, ["Products", "Prices"]);
}
