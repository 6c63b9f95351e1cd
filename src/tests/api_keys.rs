//! API keys, black-box.

use axum::body::Body;
use http::Request;
use merx::{
    args,
    house::api_keys::{
        model::{Dialect, NewApiKey},
        rpc::{CreateApiKey, ListApiKeys, RevokeApiKey, RollApiKey, SessionKey},
    },
    house::scopes::{RESOURCES, REVENUECAT, is_revenuecat, is_revkeen},
    house::team::rpc::SignOut,
    kit::{Mode, scopes_allow},
    transaction,
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, html},
    harness::{Answer, World},
};

/// Asks for products with some header.
async fn products(world: &World, name: &str, value: &str) -> Answer {
    let request = Request::builder().uri("/v2/products").header(name, value);
    world.send(request.body(Body::empty()).unwrap()).await
}

async fn create(browser: &Browser<'_>, scopes: &[&str]) -> (String, String) {
    let new = json!({ "name": "Shop", "scopes": scopes });
    let made = browser.rpc::<CreateApiKey>(json!({ "new": new })).await.expect(200).body;
    (made["key"]["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

fn code(answer: &Answer) -> &str {
    answer.body["error"]["code"].as_str().or(answer.body["code"].as_str()).unwrap_or_default()
}

#[tokio::test]
async fn a_key_is_made_used_and_revoked() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (id, secret) = create(&browser, &["products:read"]).await;
    assert!(secret.starts_with("rk_sandbox_") && secret.len() == 11 + 40, "{secret}");
    products(&world, "x-api-key", &secret).await.expect(200);
    browser.rpc::<RevokeApiKey>(json!({ "id": id })).await.expect(200);
    let answer = products(&world, "x-api-key", &secret).await.expect(401);
    assert_eq!(code(&answer), "api_key_revoked");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"revkeen-api\"");
    browser.rpc::<RevokeApiKey>(json!({ "id": id })).await.expect(409);
    browser.rpc::<RollApiKey>(json!({ "id": id, "overlap_hours": 1 })).await.expect(409);
}

#[tokio::test]
async fn missing_and_unknown_keys_are_told_apart() {
    let world = World::new().await;
    let nobody = world.nobody().get("/v2/products").await.expect(401);
    assert_eq!(code(&nobody), "authentication_failed");
    let live = world.api_with(Mode::Live, &[]).await.key.unwrap();
    for (name, value) in [
        ("x-api-key", "rk_sandbox_0000000000000000000000000000000000000000".to_owned()),
        ("x-api-key", "nonsense".to_owned()),
        ("x-api-key", String::new()),
        ("authorization", "Bearer sk_unknown".to_owned()),
        ("authorization", format!("Bearer {live}")),
        ("authorization", "Basic eDp5".to_owned()),
    ] {
        let answer = products(&world, name, &value).await.expect(401);
        assert_eq!(code(&answer), "invalid_api_key", "{name}: {value}");
    }
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    let world = World::new().await;
    let reader = world.api_with(Mode::Test, &["products:read"]).await;
    reader.get("/v2/products").await.expect(200);
    let refused = reader.patch("/v2/products/01890a5d-ac96-774b-bcce-b302099a8057", json!({ "name": "X" })).await.expect(403);
    assert_eq!(code(&refused), "insufficient_permissions");
    assert!(refused.message().contains("products:write"));
    world.api_with(Mode::Test, &["customers:*"]).await.get("/v2/products").await.expect(403);
    world.api_with(Mode::Test, &["products:*"]).await.get("/v2/products").await.expect(200);
}

#[tokio::test]
async fn rolling_leaves_no_gap() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (id, old) = create(&browser, &["*"]).await;
    products(&world, "x-api-key", &old).await.expect(200);
    browser.rpc::<RollApiKey>(json!({ "id": id, "overlap_hours": 169 })).await.expect(400);
    let made = browser.rpc::<RollApiKey>(json!({ "id": id, "overlap_hours": 2 })).await.expect(200).body;
    let new = made["secret"].as_str().unwrap();
    assert_ne!(new, old);
    assert_eq!(made["key"]["scopes"], json!(["*"]));
    products(&world, "x-api-key", &old).await.expect(200);
    products(&world, "x-api-key", new).await.expect(200);
    let made = browser.rpc::<RollApiKey>(json!({ "id": made["key"]["id"], "overlap_hours": 0 })).await.expect(200).body;
    let ended = products(&world, "x-api-key", new).await.expect(401);
    assert_eq!(code(&ended), "expired_api_key");
    products(&world, "x-api-key", made["secret"].as_str().unwrap()).await.expect(200);
}

#[tokio::test]
async fn revenuecat_keys_come_as_bearer_tokens() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let new = json!({ "name": "App", "dialect": "revenuecat", "scopes": ["*"] });
    let made = browser.rpc::<CreateApiKey>(json!({ "new": new })).await.expect(200).body;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("sk_"));
    for (name, value, path, status) in [
        ("authorization", format!("Bearer {secret}"), "/v2/projects", 200),
        ("authorization", format!("Bearer {secret}"), "/v2/products", 401),
        ("x-api-key", secret.to_owned(), "/v2/projects", 401),
        ("x-api-key", secret.to_owned(), "/v2/products", 401),
    ] {
        let request = Request::builder().uri(path).header(name, value);
        world.send(request.body(Body::empty()).unwrap()).await.expect(status);
    }
    for scopes in [json!(["products:read"]), json!(["customer_information:invoices:read_write"])] {
        let new = json!({ "name": "App", "dialect": "revenuecat", "scopes": scopes });
        browser.rpc::<CreateApiKey>(json!({ "new": new })).await.expect(400);
    }
}

#[tokio::test]
async fn wrong_keys_are_refused_at_their_fields() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    for (field, new) in [
        ("name", json!({ "name": " ", "scopes": ["*"] })),
        ("scopes", json!({ "name": "X", "scopes": [] })),
        ("scopes", json!({ "name": "X", "scopes": ["planets:read"] })),
        ("scopes", json!({ "name": "X", "scopes": ["payouts:write"] })),
        ("scopes", json!({ "name": "X", "scopes": ["team:write"] })),
        ("rate_limit", json!({ "name": "X", "scopes": ["*"], "rate_limit": -1 })),
    ] {
        let answer = browser.rpc::<CreateApiKey>(json!({ "new": new })).await.expect(400);
        assert_eq!(answer.body["param"], field, "{:#}", answer.body);
    }
}

#[tokio::test]
async fn u62_secrets_are_shown_once() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (id, secret) = create(&browser, &["*"]).await;
    let list = browser.rpc::<ListApiKeys>(json!({ "query": {} })).await.expect(200).body;
    let hint = list["items"][0]["hint"].as_str().unwrap();
    assert!(secret.starts_with(hint.split('…').next().unwrap()) && secret.ends_with(hint.split('…').nth(1).unwrap()));
    let page = browser.page("/settings/api-keys").await.expect(200);
    assert!(html(&page).contains(hint));
    let events: Vec<Value> = world.app.db.all("select data from events where object_id = $1", args![id]).await.unwrap();
    assert_eq!(events.len(), 1);
    let hash = merx::kit::crypto::hash_token(&secret);
    for text in [list.to_string(), html(&page).to_owned(), format!("{events:?}")] {
        assert!(!text.contains(&secret) && !text.contains(&hash));
    }
}

#[tokio::test]
async fn keys_belong_to_one_mode_and_one_merchant() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (id, _) = create(&browser, &["*"]).await;
    browser.form::<merx::house::team::rpc::SetMode>("/settings/api-keys", &[("mode", "live")]).await.expect(302);
    let live = browser.rpc::<ListApiKeys>(json!({ "query": {} })).await.expect(200).body;
    assert_eq!(live["total"], 0);
    browser.rpc::<RevokeApiKey>(json!({ "id": id })).await.expect(404);
    let (_, secret) = create(&browser, &["*"]).await;
    assert!(secret.starts_with("rk_live_"));
}

#[tokio::test]
async fn a_session_has_a_key_of_its_own_that_ends_with_it() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let secret = browser.rpc::<SessionKey>(json!({})).await.expect(200).body.as_str().unwrap().to_owned();
    assert!(secret.starts_with("rk_sandbox_session_"), "{secret}");
    let body = json!({ "product_id": "by_explorer", "name": "By explorer", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 });
    let request = Request::post("/v2/products").header("x-api-key", &secret).body(Body::from(body.to_string())).unwrap();
    let made = world.send(request).await.expect(201);
    let who: String = world
        .app
        .db
        .one("select actor_kind from events where object_id = $1", args![made.body["data"]["id"].as_str().unwrap()])
        .await
        .unwrap();
    assert_eq!(who, "user", "the person did it");
    let keys = browser.rpc::<ListApiKeys>(json!({ "query": {} })).await.expect(200);
    assert!(!keys.body.to_string().contains("session_"), "it is not stored");
    let forged = format!("{}AAAA", &secret[..secret.len() - 4]);
    assert_eq!(code(&products(&world, "x-api-key", &forged).await.expect(401)), "invalid_api_key");
    browser.form::<SignOut>("/settings", &[]).await.expect(302);
    assert_eq!(code(&products(&world, "x-api-key", &secret).await.expect(401)), "expired_api_key");
    assert_eq!(Browser::fresh(&world).rpc::<SessionKey>(json!({})).await.status, 401);
}

#[tokio::test]
async fn use_is_noted_once_a_minute() {
    let world = World::new().await;
    let api = world.api().await;
    api.get("/v2/products").await.expect(200);
    let used = last_used(&world).await;
    assert!(used.is_some());
    let (db, ago) = (&world.app.db, used.unwrap() - 61_000);
    transaction!(db, |tx| { tx.exec("update api_keys set last_used_at = $1 -- any merchant", args![ago]).await }).unwrap();
    api.get("/v2/products").await.expect(200);
    assert_eq!(last_used(&world).await, Some(ago), "the key is still remembered, nothing is written");
}

/// When the world's only key was used; waits for the background to write it.
async fn last_used(world: &World) -> Option<i64> {
    for _ in 0..50 {
        let used: Option<Option<i64>> =
            world.app.db.opt("select last_used_at from api_keys -- any merchant", vec![]).await.unwrap();
        if let Some(Some(used)) = used {
            return Some(used);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    None
}

#[test]
fn scopes_cover_what_they_say() {
    assert_eq!(RESOURCES.iter().map(|resource| 1 + usize::from(resource.writable)).sum::<usize>(), 73);
    assert!(scopes_allow(&["products:write"], "products:read"));
    assert!(scopes_allow(&["products:*"], "products:write"));
    assert!(!scopes_allow(&["products:read"], "products:write"));
    assert!(!scopes_allow(&["products:write"], "prices:read"));
    assert!(scopes_allow(&["project_configuration:apps:read_write"], "project_configuration:apps:read"));
    assert!(!scopes_allow(&["project_configuration:apps:read"], "project_configuration:apps:read_write"));
    assert!(is_revkeen("events:*") && !is_revkeen("finance:write") && !is_revkeen("owners:write") && !is_revkeen(""));
    assert!(REVENUECAT.iter().all(|(name, _)| is_revenuecat(&format!("{name}:read"))));
    let new = NewApiKey { name: " a ".into(), dialect: Dialect::Revkeen, scopes: vec!["b".into()], ..NewApiKey::default() };
    assert!(new.checked().is_err());
}
