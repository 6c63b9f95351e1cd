//! The log of calls, black-box: what is kept, what is masked, who may read it, and when it goes.

use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use merx::{
    args,
    house::{
        api_keys::{model::Dialect, rpc::CreateApiKey},
        requests::{
            mask, ops,
            rpc::{ListApiRequests, ListKeyUse, ShowApiRequest},
        },
        team::model::Role,
    },
    kit::{Mode, Time},
    transaction,
};
use proptest::{prelude::*, test_runner::TestCaseResult};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, words},
    harness::{Answer, Api, World},
};

const PLAN: &str = r#"{"product_id":"plan","name":"Plan","kind":"one_time","pricing_model":"one_time","amount_minor":100}"#;

/// The calls that a query of the list page finds, once all are written.
async fn listed(browser: &Browser<'_>, query: Value) -> Vec<Value> {
    ops::flush(&browser.world.app).await;
    let answer = browser.rpc::<ListApiRequests>(json!({ "query": query })).await.expect(200);
    answer.body["items"].as_array().expect("a page").clone()
}

async fn shown(browser: &Browser<'_>, id: &Value) -> Value {
    browser.rpc::<ShowApiRequest>(json!({ "id": id })).await.expect(200).body
}

fn paths(calls: &[Value]) -> Vec<&str> {
    calls.iter().map(|call| call["path"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_call_is_kept_with_who_made_it_and_what_it_caused() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let request = Request::builder()
        .method("POST")
        .uri("/v2/products?trace=1")
        .header("x-api-key", world.api().await.key.unwrap())
        .header("content-type", "application/json")
        .header("idempotency-key", "order-7")
        .header("user-agent", "shop/1.0");
    let made = world.send(request.body(Body::from(PLAN)).unwrap()).await.expect(201);
    let calls = listed(&browser, json!({})).await;
    assert_eq!(calls.len(), 1);
    let call = &calls[0];
    for (member, value) in [
        ("method", json!("POST")),
        ("path", json!("/v2/products")),
        ("route", json!("/v2/products")),
        ("query", json!("trace=1")),
        ("status", json!(201)),
        ("actor_kind", json!("key")),
        ("actor_name", json!("Tests")),
        ("idempotency_key", json!("order-7")),
        ("replayed", json!(false)),
        ("user_agent", json!("shop/1.0")),
        ("error_code", Value::Null),
        ("request_id", json!(made.header("x-request-id"))),
    ] {
        assert_eq!(call[member], value, "{member}");
    }
    assert!(call["latency_us"].as_i64().unwrap() > 0);
    assert!(call["created_at"].as_str().unwrap() > "2026-06-16", "by the machine's clock, not by the one that stands still");
    let view = shown(&browser, &json!(made.header("x-request-id"))).await;
    assert_eq!(view, shown(&browser, &call["id"]).await, "both ids lead to it");
    let text = |body: &Value| serde_json::from_str::<Value>(body["text"].as_str().unwrap()).unwrap();
    assert_eq!(text(&view["sent"]), serde_json::from_str::<Value>(PLAN).unwrap());
    assert_eq!(view["sent"]["bytes"], json!(PLAN.len()));
    assert_eq!(text(&view["answered"]), made.body);
    let kinds: Vec<_> = view["caused"].as_array().unwrap().iter().map(|caused| caused["event"]["kind"].clone()).collect();
    assert_eq!(kinds, ["price.created", "product.created"]);
    assert_eq!(view["caused"][1]["object_id"], made.body["data"]["id"]);
}

#[tokio::test]
async fn reads_keep_no_bodies_and_refusals_say_why() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let reader = world.api_with(Mode::Test, &["products:read"]).await;
    reader.get("/v2/products?limit=2").await.expect(200);
    reader.get("/v2/products/nothing").await.expect(404);
    reader.post("/v2/products", serde_json::from_str(PLAN).unwrap()).await.expect(403);
    reader.get("/v2/no/such/thing").await.expect(404);
    reader.raw("POST", "/v2/products", "not json").await;
    let calls = listed(&browser, json!({})).await;
    assert_eq!(calls.len(), 5, "newest first: {:?}", paths(&calls));
    let of = |at: usize| (calls[at]["status"].as_i64().unwrap(), calls[at]["error_code"].as_str());
    assert_eq!(of(4), (200, None));
    assert_eq!(of(3), (404, Some("resource_missing")));
    assert!(calls[3]["error_message"].as_str().unwrap().contains("'nothing'"));
    assert_eq!(calls[3]["route"], "/v2/products/{id}");
    assert_eq!(of(2), (403, Some("insufficient_permissions")));
    assert_eq!(of(1), (404, Some("resource_missing")));
    assert_eq!(shown(&browser, &calls[4]["id"]).await["answered"], Value::Null);
    let sent = &shown(&browser, &calls[0]["id"]).await["sent"];
    assert_eq!(sent["text"], Value::Null, "only JSON is kept");
}

#[tokio::test]
async fn the_revenuecat_dialect_is_kept_too_and_its_secrets_are_masked() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let api = world.revenuecat().await;
    let project = api.project().await;
    let secret = "0123456789abcdef0123456789abcdef";
    let body = json!({ "name": "Phone", "type": "app_store",
        "app_store": { "bundle_id": "com.example", "shared_secret": secret, "subscription_private_key": "-----BEGIN PRIVATE KEY-----x" } });
    api.post(&format!("/v2/projects/{project}/apps?note={secret}&api_key={secret}"), body).await.expect(201);
    api.post(&format!("/v2/projects/{project}/apps"), json!({ "name": "x" })).await.expect(400);
    let calls = listed(&browser, json!({ "filters": { "method": "post" } })).await;
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0]["error_code"], "parameter_error");
    assert_eq!(calls[1]["query"], format!("note={secret}&api_key=[masked]"));
    let view = shown(&browser, &calls[1]["id"]).await;
    let sent: Value = serde_json::from_str(view["sent"]["text"].as_str().unwrap()).unwrap();
    assert_eq!(sent["app_store"]["shared_secret"], "[masked]");
    assert_eq!(sent["app_store"]["subscription_private_key"], "[masked]");
    assert_eq!(sent["app_store"]["bundle_id"], "com.example");
    let answered: Value = serde_json::from_str(view["answered"]["text"].as_str().unwrap()).unwrap();
    assert_eq!(answered["app_store"]["subscription_key_configured"], json!(true), "whether there is one is no secret");
    assert_eq!(view["request"]["headers"]["request"][0], json!(["authorization", "[masked]"]));
}

/// Six columns, some of which may be null.
type Row = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// Every column of the log as one text, straight from the tables.
async fn stored(world: &World) -> String {
    ops::flush(&world.app).await;
    let db = &world.app.db;
    let calls: Vec<Row> = db
        .all("select path, user_agent, query, headers, error_message, idempotency_key from api_requests -- any merchant", vec![])
        .await
        .unwrap();
    let bodies: Vec<(Option<String>, Option<String>)> =
        db.all("select request_text, response_text from api_request_bodies -- any merchant", vec![]).await.unwrap();
    assert!(!calls.is_empty());
    format!("{calls:?}{bodies:?}")
}

#[tokio::test]
async fn no_secret_reaches_the_tables() {
    let world = World::new().await;
    let api = world.api().await;
    let key = api.key.clone().unwrap();
    let random = key.strip_prefix("rk_sandbox_").unwrap().to_owned();
    let mut plan: Value = serde_json::from_str(PLAN).unwrap();
    plan["description"] = json!(format!("made with {key}, paid with 4242 4242 4242 4242"));
    plan["metadata"] = json!({ "password": "hunter2hunter2", key.clone(): "x", "deep": { "clientSecret": ["opensesame"] } });
    let request = Request::builder()
        .method("POST")
        .uri(format!("/v2/products?x={key}&access_token=opensesame&%61pi_key=opensesame"))
        .header("x-api-key", &key)
        .header("user-agent", format!("shop {key}"))
        .header("idempotency-key", &key)
        .header("content-type", "application/json");
    world.send(request.body(Body::from(plan.to_string())).unwrap()).await;
    api.get(&format!("/v2/products/{key}")).await;
    api.get(&format!("/v2/products/rk%5Fsandbox_{random}")).await;
    let stored = stored(&world).await;
    for secret in [random.as_str(), "hunter2hunter2", "opensesame", "4242 4242"] {
        assert!(!stored.contains(secret), "{secret} in {stored}");
    }
    assert!(stored.contains("rk_sandbox_[masked]"));
}

#[tokio::test]
async fn unknown_callers_are_not_kept() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    world.nobody().get("/v2/products").await.expect(401);
    let unknown = Api { world: &world, key: Some("rk_sandbox_0000000000000000000000000000000000000000".into()) };
    unknown.get("/v2/products").await.expect(401);
    assert_eq!(listed(&browser, json!({})).await, Vec::<Value>::new());
}

#[tokio::test]
async fn each_merchant_and_mode_sees_its_own_calls() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let other = world.other_merchant("Other").await;
    world.api_of(other, Mode::Test, Dialect::Revkeen).await.get("/v2/products").await.expect(200);
    let live = world.api_with(Mode::Live, &[]).await.get("/v2/products").await.expect(200);
    assert_eq!(listed(&browser, json!({})).await, Vec::<Value>::new());
    browser.rpc::<ShowApiRequest>(json!({ "id": live.header("x-request-id") })).await.expect(404);
    let page = browser.page(&format!("/developers/requests/{}", live.header("x-request-id"))).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn filters_narrow_the_list_and_pages_follow_one_another() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (api, other) = (world.api().await, world.api_with(Mode::Test, &["products:read"]).await);
    for at in 0..25 {
        api.get(&format!("/v2/products?page={}", at + 1)).await.expect(200);
    }
    other.delete("/v2/prices/01890a5d-ac96-774b-bcce-b302099a8057").await.expect(403);
    other.get("/v2/prices").await.expect(403);
    let count = async |query: Value| listed(&browser, query).await.len();
    assert_eq!(count(json!({ "size": 100 })).await, 27);
    assert_eq!(count(json!({ "size": 100, "filters": { "status": "2xx" } })).await, 25);
    assert_eq!(count(json!({ "filters": { "status": "4xx" } })).await, 2);
    assert_eq!(count(json!({ "filters": { "status": "5xx" } })).await, 0);
    assert_eq!(count(json!({ "filters": { "method": "delete" } })).await, 1);
    assert_eq!(count(json!({ "q": "/v2/pri" })).await, 2);
    assert_eq!(count(json!({ "q": "/v2/prices/0" })).await, 1);
    assert_eq!(count(json!({ "q": "/v2/x" })).await, 0);
    assert_eq!(count(json!({ "size": 100, "filters": { "range": "hour" } })).await, 27);
    assert_eq!(count(json!({ "filters": { "from": "2999-01-01T00:00:00Z" } })).await, 0);
    assert_eq!(count(json!({ "filters": { "to": "2020-01-01T00:00:00Z" } })).await, 0);
    let refused = listed(&browser, json!({ "filters": { "status": "4xx" } })).await;
    assert_eq!(paths(&refused), ["/v2/prices", "/v2/prices/01890a5d-ac96-774b-bcce-b302099a8057"], "newest first");
    assert_eq!(count(json!({ "filters": { "key": refused[0]["actor_id"] } })).await, 2);
    assert_eq!(count(json!({ "q": refused[0]["request_id"] })).await, 1);
    let first = listed(&browser, json!({})).await;
    let second = listed(&browser, json!({ "after": first[19]["id"] })).await;
    assert_eq!((first.len(), second.len()), (20, 7));
    let ids: std::collections::BTreeSet<_> = first.iter().chain(&second).map(|call| call["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 27, "none twice, none missing");
    assert_eq!(listed(&browser, json!({ "before": second[0]["id"] })).await, first);
}

#[tokio::test]
async fn who_may_read_the_log_is_a_matter_of_roles() {
    for role in Role::ALL {
        let scopes = role.scopes();
        assert!(merx::kit::scopes_allow(&scopes, "requests:read"), "{role:?}");
    }
    let world = World::new().await;
    let cx = merx::kit::cx::Cx { scopes: ["products:*".to_owned()].into(), ..world.app.system(merx::kit::Id::nil(), Mode::Test) };
    let refused = ops::list(&cx, &merx::kit::UrlQuery::default()).await.unwrap_err();
    assert!(refused.message.contains("requests:read"), "{}", refused.message);
    assert!(ops::view(&cx, "req_x").await.unwrap_err().message.contains("requests:read"));
    assert!(!merx::house::scopes::is_revkeen("requests:read"), "no key is offered it");
}

#[tokio::test]
async fn use_is_counted_per_key() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (busy, idle) = (world.api().await, world.api().await);
    for _ in 0..3 {
        busy.get("/v2/products").await.expect(200);
    }
    idle.get("/v2/products").await.expect(200);
    let calls = listed(&browser, json!({ "size": 100 })).await;
    // A key's use is noted beside the request.
    let found = async || browser.rpc::<ListKeyUse>(json!({})).await.expect(200).body;
    let mut used = found().await;
    for _ in 0..100 {
        if used.as_array().unwrap().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        used = found().await;
    }
    let of = |key: &Value| used.as_array().unwrap().iter().find(|used| used["key_id"] == *key).cloned().unwrap();
    let (busy, idle) = (of(&calls[3]["actor_id"]), of(&calls[0]["actor_id"]));
    assert_eq!((&busy["hour"], &busy["limited"]), (&json!(3), &json!(0)));
    assert_eq!(idle["hour"], json!(1));
    let page = words(&browser.page("/settings/api-keys").await);
    assert!(page.contains("3 in the last hour · no limit"), "{page}");
}

#[tokio::test]
async fn repetitions_and_calls_beyond_the_limit_are_told_apart() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let new = json!({ "name": "Slow", "scopes": ["*"], "rate_limit": 2 });
    let made = browser.rpc::<CreateApiKey>(json!({ "new": new })).await.expect(200).body;
    let key = made["secret"].as_str().unwrap().to_owned();
    let create = || {
        let request = Request::builder().method("POST").uri("/v2/products").header("content-type", "application/json");
        request.header("x-api-key", &key).header("idempotency-key", "once").body(Body::from(PLAN)).unwrap()
    };
    world.send(create()).await.expect(201);
    world.send(create()).await.expect(201);
    let mut refused = 0;
    for _ in 0..20 {
        refused += i64::from(world.send(create()).await.status == 429);
    }
    assert!(refused > 0);
    let calls = listed(&browser, json!({ "size": 100 })).await;
    assert_eq!((&calls[21]["replayed"], &calls[20]["replayed"]), (&json!(false), &json!(true)));
    let limited: Vec<_> = calls.iter().filter(|call| call["status"] == 429).collect();
    assert_eq!(limited.len() as i64, refused);
    assert!(limited.iter().all(|call| call["error_code"].is_string()), "{limited:?}");
    let caused = shown(&browser, &calls[20]["id"]).await["caused"].clone();
    assert_eq!(caused, json!([]), "a repetition changes nothing");
}

#[tokio::test]
async fn what_is_older_than_thirty_days_is_forgotten() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let api = world.api().await;
    api.post("/v2/products", serde_json::from_str(PLAN).unwrap()).await.expect(201);
    let fresh = listed(&browser, json!({})).await;
    let old = "01890a5d-ac96-774b-bcce-b302099a8057";
    let db = &world.app.db;
    let aged: merx::kit::Result<()> = transaction!(db, |tx| {
        for table in ["api_requests", "api_request_bodies"] {
            let sql = format!("update {table} set id = $1 -- any merchant");
            tx.exec(merx::kit::db::Sql::Built(sql), args![old]).await?;
        }
        Ok(())
    });
    aged.unwrap();
    api.get("/v2/products").await.expect(200);
    assert_eq!(listed(&browser, json!({})).await.len(), 2);
    assert_eq!(ops::prune(&world.app).await.unwrap(), 1);
    assert_eq!(ops::prune(&world.app).await.unwrap(), 0);
    let left = listed(&browser, json!({})).await;
    assert_eq!((left.len(), &left[0]["method"]), (1, &json!("GET")));
    browser.rpc::<ShowApiRequest>(json!({ "id": fresh[0]["request_id"] })).await.expect(404);
    let bodies: i64 = world.app.db.one("select count(*) from api_request_bodies -- any merchant", vec![]).await.unwrap();
    assert_eq!(bodies, 0);
}

#[tokio::test]
async fn a_call_can_be_repeated_with_curl() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let request = Request::builder()
        .method("POST")
        .uri("/v2/products")
        .header("x-api-key", world.api().await.key.unwrap())
        .header("content-type", "application/json")
        .header("idempotency-key", "once");
    let plan = PLAN.replace("\"Plan\"", r#""Bob's","metadata":{"token":"t"}"#);
    world.send(request.body(Body::from(plan)).unwrap()).await.expect(201);
    let calls = listed(&browser, json!({})).await;
    let page = browser.page(&format!("/developers/requests/{}", calls[0]["id"].as_str().unwrap())).await.expect(200);
    let text = words(&page);
    assert!(text.contains("curl -X POST 'https://merx.example.com/v2/products' \\ -H \"x-api-key: $KEY\""), "{text}");
    assert!(text.contains(r"Bob'\''s"), "{text}");
    assert!(text.contains("Masked, to be filled in: metadata.token."), "{text}");
    assert!(text.contains("Idempotency-Key is left out"), "{text}");
    assert!(text.contains("Product created"), "{text}");
    let list = words(&browser.page("/developers/requests?status=2xx").await.expect(200));
    assert!(list.contains("POST /v2/products") && list.contains("Showing 1"), "{list}");
}

#[tokio::test]
async fn notes_are_written_together_and_a_burst_is_complete() {
    let world = World::new().await;
    let api = world.api().await;
    let ask = |_| async { api.get("/v2/products").await.expect(200) };
    let answers: Vec<Answer> = futures::future::join_all((0..120).map(ask)).await;
    ops::flush(&world.app).await;
    let kept: i64 =
        world.app.db.one("select count(distinct request_id) from api_requests -- any merchant", vec![]).await.unwrap();
    assert_eq!(kept, answers.len() as i64);
    let began = Instant::now();
    ops::flush(&world.app).await;
    assert!(began.elapsed() < Duration::from_millis(400), "an empty flush does not wait for others");
    assert!(Time::parse("2026-01-01T00:00:00Z").is_some());
}

/// Names that must be masked, in the ways that programs write them.
const SECRET_NAMES: &[&str] = &[
    "password",
    "client_secret",
    "clientSecret",
    "api-key",
    "API_KEY",
    "shared_secret",
    "access_token",
    "refreshToken",
    "Authorization",
    "private_key",
    "subscription_private_key",
    "app_store_connect_api_key",
    "roku_api_key",
    "paddle_api_key",
    "card_number",
    "cvc",
    "CVV2",
    "account_number",
    "iban",
    "pin",
];

fn secret_value() -> impl Strategy<Value = String> {
    let prefix = prop::sample::select(vec!["rk_live_", "rk_sandbox_", "rk_wh_", "rk_oauth_", "sk_", "atk_", "whsec_", "Bearer "]);
    (prefix, "[A-Za-z0-9]{20,40}").prop_map(|(prefix, random)| format!("{prefix}{random}"))
}

fn innocent() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1_000_000i64..1_000_000).prop_map(Value::from),
        "[a-zäß€ ]{0,12}".prop_map(Value::from),
    ]
}

/// A value of any shape around innocent ones.
fn around(inner: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    inner.boxed().prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-f]{1,4}", inner, 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn masked_members_are_gone_at_any_depth(
        shape in around(innocent()), name in prop::sample::select(SECRET_NAMES), secret in "[A-Za-z0-9]{12,30}", path in prop::collection::vec(any::<bool>(), 0..6),
    ) {
        let mut body = json!({ name: secret.clone(), "beside": shape });
        for object in path {
            body = if object { json!({ "inner": body }) } else { json!([1, body]) };
        }
        absent(&body, &secret)?;
    }

    #[test]
    fn masked_values_are_gone_wherever_they_stand(secret in secret_value(), before in "[a-zé =:,'\"(]{0,9}[ =:,'\"(]", after in "([ ,.;'\")é].{0,8})?") {
        let random = secret.split(['_', ' ']).next_back().unwrap_or_default().to_owned();
        let text = format!("{before}{secret}{after}");
        absent(&json!({ "note": text.clone(), "list": [text.clone()], text.clone(): 1 }), &random)?;
        prop_assert!(!mask::text(&text).contains(&random));
        prop_assert!(!mask::query(&form_urlencoded::Serializer::new(String::new()).append_pair("q", &text).finish()).contains(&random));
    }

    #[test]
    fn everything_else_stays_as_it_is(shape in around(innocent())) {
        let mut masked = shape.clone();
        mask::json(&mut masked);
        prop_assert_eq!(masked, shape);
    }

    #[test]
    fn masking_twice_is_masking_once(text in "(.{0,6}(sk_|rk_live_|Bearer |eyJ|4242 4242 4242 4242|PRIVATE KEY)?){0,6}") {
        let once = mask::text(&text).into_owned();
        prop_assert_eq!(mask::text(&once).into_owned(), once.clone());
    }

    #[test]
    fn nothing_breaks_the_masker(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,80}") {
        mask::body(&bytes);
        mask::text(&text);
        mask::query(&text);
        mask::path(&text);
    }
}

fn absent(body: &Value, secret: &str) -> TestCaseResult {
    let text = mask::body(body.to_string().as_bytes()).expect("an object or a list");
    prop_assert!(!text.contains(secret), "{} in {}", secret, text);
    prop_assert!(text.contains("[masked]"));
    Ok(())
}

#[test]
fn numbers_of_cards_are_masked_and_other_numbers_are_not() {
    for card in
        ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005", "paid with 5555555555554444."]
    {
        assert!(mask::text(card).contains("[masked]"), "{card}");
    }
    for other in ["4242424242424241", "2026-06-15", "1750000000000", "+49 30 1234567", "01890a5d-ac96-774b-bcce-b302099a8057"] {
        assert_eq!(mask::text(other), other);
    }
    let mut card =
        json!({ "card": { "number": "4000", "exp_month": 12 }, "invoice": { "number": "4000" }, "raw": 4242424242424242i64 });
    mask::json(&mut card);
    assert_eq!(
        card,
        json!({ "card": { "number": "[masked]", "exp_month": 12 }, "invoice": { "number": "4000" }, "raw": "[masked]" })
    );
}

#[test]
fn long_bodies_are_cut_after_masking() {
    let body =
        json!({ "a": "x".repeat(mask::BODY_BYTES_MAX - 20), "b": "rk_live_abcdefghijklmnopqrstuvwxyz0123456789" }).to_string();
    let kept = mask::body(body.as_bytes()).unwrap();
    assert!(kept.len() <= mask::BODY_BYTES_MAX + 3 && kept.ends_with('…'), "{}", kept.len());
    assert!(!kept.contains("abcdefgh"));
    assert_eq!(mask::body(b"\"rk_live_x\""), None);
    assert_eq!(mask::body(b"name=rk_live_x"), None);
}
