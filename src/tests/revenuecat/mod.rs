//! RevenueCat's dialect: its lists, errors and ids, and how projects, apps and products are ours.
//! That its own client understands the answers, the contract test says.

mod apps;
mod products;
mod projects;

use merx::kit::{Mode, events};
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
    refused(&caller.get(&format!("/apps/{}", "x".repeat(256))).await, 400, "parameter_error", Some("app_id"));
    refused(&caller.get("/products/%00").await, 400, "parameter_error", Some("product_id"));
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
    world.revenuecat().await.get("/v2/products").await.expect(401);
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
