//! RevenueCat's dialect: its lists, errors and ids, and how projects, apps and products are ours.
//! That its own client understands the answers, the contract test says.

use merx::{
    house::api_keys,
    kit::{Mode, events},
    people::apps::ops::sealed_for,
};
use serde_json::{Value, json};

use crate::harness::{Answer, Api, World};

/// A caller and the path of its project.
struct Caller<'w> {
    api: Api<'w>,
    base: String,
}

impl Caller<'_> {
    async fn get(&self, path: &str) -> Answer {
        self.api.get(&format!("{}{path}", self.base)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.api.post(&format!("{}{path}", self.base), body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.api.delete(&format!("{}{path}", self.base)).await
    }

    async fn app(&self, body: Value) -> String {
        id(&self.post("/apps", body).await.expect(201).body)
    }

    async fn play_store(&self) -> String {
        self.app(json!({ "name": "Play", "type": "play_store", "play_store": { "package_name": "com.example" } })).await
    }

    async fn product(&self, app: &str, identifier: &str, more: Value) -> Value {
        let mut body = json!({ "store_identifier": identifier, "app_id": app, "type": "subscription" });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.post("/products", body).await.expect(201).body
    }
}

async fn caller_of<'w>(world: &'w World, permissions: &[&str]) -> Caller<'w> {
    let base = format!("/v2/projects/{}", world.revenuecat().await.project().await);
    Caller { api: world.revenuecat_with(Mode::Test, permissions).await, base }
}

async fn caller(world: &World) -> Caller<'_> {
    caller_of(world, &[]).await
}

/// Bytes of a row.
struct Blob(Vec<u8>);

impl<'de> serde::Deserialize<'de> for Blob {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Blob;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Blob, E> {
                Ok(Blob(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// Refused in this dialect's form, with the word for the class of error.
#[track_caller]
fn refused(answer: &Answer, status: u16, word: &str, param: Option<&str>) {
    assert_eq!(answer.status, status, "{:#}", answer.body);
    assert_eq!(answer.body["object"], "error");
    assert_eq!(answer.body["type"], word, "{:#}", answer.body);
    assert_eq!(answer.body["param"].as_str(), param, "{:#}", answer.body);
    assert_eq!(answer.body["retryable"], false);
    assert_eq!(answer.body["doc_url"], format!("https://errors.rev.cat/{}", word.replace('_', "-")));
    assert!(!answer.message().is_empty());
}

fn is_short_id(text: &str, prefix: &str, digits: usize) -> bool {
    let Some(rest) = text.strip_prefix(prefix) else { return false };
    rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[tokio::test]
async fn a_merchant_in_a_mode_is_a_project() {
    let world = World::new().await;
    let test = world.revenuecat().await;
    let list = test.get("/v2/projects").await.expect(200).body;
    assert_eq!(list["object"], "list");
    assert_eq!(list["url"], "/v2/projects");
    assert!(list.as_object().unwrap().contains_key("next_page") && list["next_page"].is_null());
    let project = &list["items"][0];
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(project["object"], "project");
    assert_eq!(project["name"], "My business");
    assert!(is_short_id(&id(project), "proj", 8), "{project}");
    assert!(project["created_at"].as_i64().unwrap() > 1_600_000_000_000);
    let live = world.revenuecat_with(Mode::Live, &[]).await.project().await;
    assert_ne!(live, id(project));
}

#[tokio::test]
async fn the_key_that_made_a_project_reaches_it_and_no_other_does() {
    let world = World::new().await;
    let (maker, other) = (world.revenuecat().await, world.revenuecat().await);
    let made = maker.post("/v2/projects", json!({ "name": "Second" })).await.expect(200).body;
    assert_eq!(made["name"], "Second");
    let apps = format!("/v2/projects/{}/apps", id(&made));
    let app = json!({ "name": "Roku", "type": "roku" });
    assert_eq!(maker.post(&apps, app.clone()).await.expect(201).body["project_id"], made["id"]);
    assert_eq!(maker.get(&apps).await.expect(200).body["items"].as_array().unwrap().len(), 2);
    refused(&other.get(&apps).await, 403, "authorization_error", None);

    let own = maker.project().await;
    let names = |list: &Value| list["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
    let both = maker.get("/v2/projects").await.expect(200).body;
    assert_eq!(names(&both), [own.clone(), id(&made)]);
    let first = maker.get("/v2/projects?limit=1").await.expect(200).body;
    assert_eq!(first["next_page"], format!("/v2/projects?starting_after={own}&limit=1"));
    let second = maker.get(first["next_page"].as_str().unwrap()).await.expect(200).body;
    assert_eq!((names(&second), &second["next_page"]), (vec![id(&made)], &Value::Null));
    assert_eq!(names(&other.get("/v2/projects").await.expect(200).body), [own]);

    // A key that takes its place reaches the same.
    let merchant: String = world.app.db.one("select id from merchants order by created_at, id limit 1", vec![]).await.unwrap();
    let cx = world.app.system(merchant.parse().unwrap(), Mode::Test);
    let key: String = world.app.db.one("select key_id from key_merchants", vec![]).await.unwrap();
    let rolled = api_keys::ops::roll(&cx, key.parse().unwrap(), 1).await.unwrap();
    let rolled = Api { world: &world, key: Some(rolled.secret) };
    for key in [&maker, &rolled] {
        key.get(&apps).await.expect(200);
    }

    // Its apps are nobody else's.
    let mine = caller(&world).await;
    let strange = maker.post(&apps, app).await.expect(201).body;
    refused(&mine.get(&format!("/apps/{}", id(&strange))).await, 404, "resource_missing", None);
    let owners: i64 = world.app.db.one("select count(*) from members where role = 'owner'", vec![]).await.unwrap();
    assert_eq!(owners, 2, "the owner owns both");
    refused(&maker.post("/v2/projects", json!({ "name": " " })).await, 400, "parameter_error", Some("name"));
}

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
    let (id, name, sealed): (String, String, Blob) =
        world.app.db.one("select app_id, name, sealed from app_secrets", vec![]).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed.0).contains("secret"));
    let opened = world.app.cipher.open(&sealed.0, &sealed_for(id.parse().unwrap(), &name));
    assert_eq!(opened.as_deref(), Some("-----BEGIN top secret"));
    assert_eq!(world.app.cipher.open(&sealed.0, &sealed_for(id.parse().unwrap(), "shared_secret")), None);
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

#[tokio::test]
async fn lists_go_on_where_they_say() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let app = caller.play_store().await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(id(&caller.product(&app, &format!("p{number}"), json!({})).await));
    }
    let path = format!("{}/products", caller.base);
    let mut next = Some(format!("{path}?limit=2&expand=items.app&app_id={app}"));
    let mut seen = Vec::new();
    while let Some(url) = next {
        let page = caller.api.get(&url).await.expect(200).body;
        assert_eq!(page["url"], path);
        for item in page["items"].as_array().unwrap() {
            assert_eq!(item["app"]["id"], app, "the expansion is carried on");
            seen.push(id(item));
        }
        next = page["next_page"].as_str().map(str::to_owned);
        if let Some(next) = &next {
            let last = seen.last().unwrap();
            assert_eq!(*next, format!("{path}?starting_after={last}&limit=2&expand=items.app&app_id={app}"));
        }
    }
    assert_eq!(seen, made);
    for (limit, count) in [("0", 1), ("-5", 1), ("1", 1), ("100", 5), ("4000000000000000000000", 5), ("", 5)] {
        let page = caller.get(&format!("/products?limit={limit}")).await.expect(200).body;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{limit}");
    }
    refused(&caller.get("/products?limit=many").await, 400, "parameter_error", Some("limit"));
    for cursor in ["prod0000000000", "app0000000000", "x", "%00"] {
        let answer = caller.get(&format!("/products?starting_after={cursor}")).await;
        refused(&answer, 400, "parameter_error", Some("starting_after"));
    }
    refused(&caller.get("/products?app_id=app0000000000").await, 404, "resource_missing", None);
}

#[tokio::test]
async fn an_expansion_needs_its_own_permission() {
    let world = World::new().await;
    let everything = caller(&world).await;
    let app = everything.play_store().await;
    let path = format!("/products/{}", id(&everything.product(&app, "monthly", json!({})).await));
    let plain = everything.get(&path).await.expect(200).body;
    assert!(!plain.as_object().unwrap().contains_key("app"));
    for query in ["expand=app", "expand=app&expand=app", "expand=app,app"] {
        let expanded = everything.get(&format!("{path}?{query}")).await.expect(200).body;
        assert_eq!((&expanded["app"]["name"], &expanded["app_id"]), (&json!("Play"), &expanded["app"]["id"]), "{query}");
    }
    for unknown in ["items.app", "app,price", "apps"] {
        let answer = everything.get(&format!("{path}?expand={unknown}")).await;
        refused(&answer, 400, "parameter_error", Some("expand"));
    }
    let products_only = caller_of(&world, &["project_configuration:products:read_write"]).await;
    products_only.get(&path).await.expect(200);
    let answer = products_only.get(&format!("{path}?expand=app")).await;
    refused(&answer, 403, "authorization_error", None);
    assert!(answer.message().contains("'project_configuration:apps:read'"), "{}", answer.message());
    let answer = products_only.post(&format!("{path}?expand=app"), json!({ "display_name": "New" })).await;
    refused(&answer, 403, "authorization_error", None);
    assert_eq!(everything.get(&path).await.expect(200).body["display_name"], Value::Null, "and nothing has changed");
}

#[tokio::test]
async fn errors_are_in_this_dialects_form() {
    let world = World::new().await;
    let caller = caller(&world).await;
    refused(&caller.get("/paywalls/x/y").await, 404, "resource_missing", None);
    refused(&caller.api.get("/v2/projects/").await, 404, "resource_missing", None);
    refused(&caller.api.raw("PATCH", &format!("{}/apps", caller.base), "{}").await, 400, "invalid_request", None);
    refused(&caller.api.raw("DELETE", "/v2/projects", "{}").await, 400, "invalid_request", None);
    for body in ["", "[]", "{", "\"x\""] {
        let answer = caller.api.raw("POST", &format!("{}/apps", caller.base), body).await;
        refused(&answer, 400, "invalid_request", None);
    }
    let post = |kind: &str| {
        let key = caller.api.key.as_deref().unwrap();
        let request = http::Request::post(format!("{}/apps", caller.base)).header("authorization", format!("Bearer {key}"));
        request.header("content-type", kind).body(r#"{"name":"x","type":"roku"}"#.into()).unwrap()
    };
    refused(&world.send(post("text/plain")).await, 400, "invalid_request", None);
    world.send(post("application/json; charset=utf-8")).await.expect(201);

    // The other dialect's keys do not speak this one, nor the other way round.
    refused(&world.api().await.get("/v2/projects").await, 401, "authentication_error", None);
    assert_eq!(
        world.revenuecat_with(Mode::Test, &["project_configuration:products:read"]).await.get("/v2/products").await.status,
        403
    );
    let bare = http::Request::get("/v2/projects").header("authorization", caller.api.key.as_deref().unwrap());
    refused(&world.send(bare.body("".into()).unwrap()).await, 401, "authentication_error", None);
    // And RevKeen's errors are RevKeen's.
    assert_eq!(world.api().await.get("/v2/project").await.expect(404).body["error"]["code"], "resource_missing");
}

#[tokio::test]
async fn what_happened_can_be_read() {
    let world = World::new().await;
    let caller = caller(&world).await;
    let app = caller.play_store().await;
    caller.post(&format!("/apps/{app}"), json!({ "name": "Android" })).await.expect(200);
    let made = caller.product(&app, "monthly", json!({ "display_name": "Monthly" })).await;
    caller.post(&format!("/products/{}", id(&made)), json!({ "display_name": "Every month" })).await.expect(200);
    let merchant: String = world.app.db.one("select id from merchants", vec![]).await.unwrap();
    let cx = world.app.system(merchant.parse().unwrap(), Mode::Test);
    let of = async |short: &str, table: &str| {
        let ids: Vec<String> =
            world.app.db.all(merx::kit::db::Sql::Built(format!("select id from {table}")), vec![]).await.unwrap();
        let id = ids.into_iter().find(|id| id.replace('-', "").ends_with(short)).unwrap();
        let history = events::timeline(&cx, &id).await.unwrap();
        history.into_iter().rev().map(|event| (event.text, event.changes)).collect::<Vec<_>>()
    };
    let history = of(app.trim_start_matches("app"), "apps").await;
    assert_eq!(history.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["App created", "App updated"]);
    assert_eq!((history[1].1[0].before.as_str(), history[1].1[0].after.as_str()), ("Play", "Android"));
    let history = of(id(&made).trim_start_matches("prod"), "prices").await;
    let texts: Vec<_> = history.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["Price created", "Price listed", "Price listing updated"]);
    assert_eq!((history[2].1[0].name.as_str(), history[2].1[0].after.as_str()), ("Display name", "Every month"));
}
