//! The inventory of `/v2`: generated, checked in, and every line of it called without a right.

use super::harness::{Api, World};
use merx::{house::api_keys::model::Dialect, kit::Mode, server};
use serde_json::{Value, json};

/// One operation.
struct Endpoint {
    method: String,
    path: String,
    id: String,
    scope: String,
    dialect: Dialect,
}

fn endpoints() -> Vec<Endpoint> {
    let document = server::openapi();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let dialect = match path.starts_with("/v2/projects") {
                true => Dialect::Revenuecat,
                false => Dialect::Revkeen,
            };
            let scheme = if dialect == Dialect::Revenuecat { "bearer" } else { "apiKey" };
            found.push(Endpoint {
                method: method.to_uppercase(),
                path: path.clone(),
                id: id.to_owned(),
                scope: operation["security"][0][scheme][0].as_str().unwrap_or("-").to_owned(),
                dialect,
            });
        }
    }
    found.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    found
}

/// The path with every parameter replaced: projects by `project`, everything else by `id`.
fn concrete(path: &str, project: &str, id: &str) -> String {
    let fill = |part| match part {
        "{project_id}" => project,
        part if str::starts_with(part, "{") => id,
        part => part,
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

#[test]
fn the_inventory_is_current() {
    let text: String = endpoints().iter().map(|e| format!("{} {} {} {}\n", e.method, e.path, e.id, e.scope)).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/endpoints.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let checked_in = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(checked_in, text, "run the tests with UPDATE=1 and read the difference");
}

/// The operations of both contracts that are not served yet, so that progress is a diff.
#[test]
fn what_is_missing_is_listed() {
    let spec = std::env::var("MERX_SPEC").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spec").into());
    missing(Dialect::Revkeen, &spec, "revkeen.openapi.json", "", "missing.txt");
    missing(Dialect::Revenuecat, &spec, "revenuecat.openapi.json", "/v2", "missing_revenuecat.txt");
}

/// Compares what is served of one contract, whose paths stand below `base`, with the inventory.
fn missing(dialect: Dialect, spec: &str, contract: &str, base: &str, inventory: &str) {
    let Ok(text) = std::fs::read_to_string(format!("{spec}/{contract}")) else {
        eprintln!("SKIPPED: no {contract} in {spec}; set MERX_SPEC");
        return;
    };
    let contract: Value = serde_json::from_str(&text).unwrap();
    let served: Vec<Endpoint> = endpoints().into_iter().filter(|endpoint| endpoint.dialect == dialect).collect();
    let mut missing = Vec::new();
    let mut known = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            known.push(id.to_owned());
            let (path, method) = (format!("{base}{path}"), method.to_uppercase());
            match served.iter().find(|served| served.id == id) {
                None => missing.push(format!("{method} {path} {id}\n")),
                Some(served) if dialect == Dialect::Revenuecat => {
                    assert_eq!((&served.path, &served.method), (&path, &method), "{id} stands elsewhere in the contract");
                    assert_eq!(Some(served.scope.as_str()), operation["x-scopes"][0].as_str(), "{id} needs another permission");
                }
                Some(_) => {}
            }
        }
    }
    missing.sort();
    let strangers: Vec<_> = served.iter().map(|served| &served.id).filter(|id| !known.contains(id)).collect();
    assert!(strangers.is_empty(), "not in the contract: {strangers:?}");
    let file = format!("{}/src/tests/{inventory}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, missing.concat()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap_or_default(),
        missing.concat(),
        "run the tests with UPDATE=1 and read the difference"
    );
}

/// The pages of the dashboard, for the browser tests to visit.
#[test]
fn the_pages_are_listed() {
    let mut pages: Vec<String> = server::pages().into_iter().map(|page| format!("{page}\n")).collect();
    pages.sort();
    pages.dedup();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/pages.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, pages.concat()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(file).unwrap_or_default(),
        pages.concat(),
        "run the tests with UPDATE=1 and read the difference"
    );
}

/// Nothing in the document points nowhere.
#[test]
fn the_document_is_complete() {
    let document = server::openapi();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut count = 0;
    for rest in text.split("\"#/components/schemas/").skip(1) {
        let name = rest.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is referred to, but not there");
        count += 1;
    }
    assert!(count > 20, "only {count} references were found; the search is broken");
    for name in
        ["Product", "Price", "Discount", "NewProduct", "NewPrice", "RevenueCatApp", "RevenueCatNewApp", "RevenueCatProduct"]
    {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
}

#[tokio::test]
async fn without_a_key_every_endpoint_answers_401() {
    let world = World::new().await;
    for endpoint in endpoints() {
        let answer = world.nobody().raw(&endpoint.method, &concrete(&endpoint.path, NOBODY, NOBODY), "{}").await;
        assert_eq!(answer.status, 401, "{} {}: {:#}", endpoint.method, endpoint.path, answer.body);
        match endpoint.dialect {
            Dialect::Revkeen => assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"revkeen-api\""),
            Dialect::Revenuecat => assert_eq!(answer.body["type"], "authentication_error"),
        }
        assert!(!answer.message().is_empty());
    }
}

#[tokio::test]
async fn with_a_key_of_the_other_dialect_every_endpoint_answers_401() {
    let world = World::new().await;
    let (revkeen, revenuecat) = (world.api().await, world.revenuecat().await);
    let project = revenuecat.project().await;
    for endpoint in endpoints() {
        let other = if endpoint.dialect == Dialect::Revkeen { &revenuecat } else { &revkeen };
        let path = concrete(&endpoint.path, &project, NOBODY);
        let answer = other.raw(&endpoint.method, &path, body_for(&endpoint.id).to_string()).await;
        assert_eq!(answer.status, 401, "{} {}: {:#}", endpoint.method, endpoint.path, answer.body);
    }
}

#[tokio::test]
async fn with_every_scope_but_its_own_an_endpoint_answers_403_and_names_it() {
    let world = World::new().await;
    let project = world.revenuecat().await.project().await;
    for endpoint in endpoints() {
        assert_ne!(endpoint.scope, "-", "{} declares no scope", endpoint.id);
        let (resource, verb) = endpoint.scope.rsplit_once(':').unwrap();
        let reading = format!("{resource}:read");
        let api = match endpoint.dialect {
            Dialect::Revkeen => {
                let mut others = vec!["customers:*", "invoices:*"];
                others.extend((verb == "write").then_some(reading.as_str()));
                world.api_with(Mode::Test, &others).await
            }
            Dialect::Revenuecat => {
                let mut others = vec!["customer_information:customers:*", "project_configuration:offerings:*"];
                others.extend((verb == "read_write").then_some(reading.as_str()));
                world.revenuecat_with(Mode::Test, &others).await
            }
        };
        let path = concrete(&endpoint.path, &project, NOBODY);
        let answer = api.raw(&endpoint.method, &path, body_for(&endpoint.id).to_string()).await;
        assert_eq!(answer.status, 403, "{} {}: {:#}", endpoint.method, endpoint.path, answer.body);
        assert!(
            answer.message().contains(&endpoint.scope),
            "{} should name {}: {}",
            endpoint.id,
            endpoint.scope,
            answer.message()
        );
    }
}

#[tokio::test]
async fn another_merchants_objects_do_not_exist() {
    let world = World::new().await;
    let mine = world.api().await;
    let other = world.other_merchant("Other").await;
    no_object_of(&world.api_of(other, Mode::Test, Dialect::Revkeen).await, &mine).await;
    no_object_of(&world.api_with(Mode::Live, &[]).await, &mine).await;
}

/// What `theirs` makes does not exist for `mine`.
async fn no_object_of(theirs: &Api<'_>, mine: &Api<'_>) {
    let product = theirs.post("/v2/products", body_for("products_create")).await.expect(201).body["data"]["id"].clone();
    let mut price = body_for("prices_create");
    price["product_id"] = product.clone();
    let price = theirs.post("/v2/prices", price).await.expect(201).body["id"].clone();
    let discount = theirs.post("/v2/discounts", body_for("discounts_create")).await.expect(201).body["data"]["id"].clone();
    let hook = theirs.post("/v2/webhook-endpoints", body_for("webhook_endpoints_create")).await.expect(201);
    let hook = hook.body["data"]["id"].clone();
    let event = theirs.post("/v2/events/test", body_for("events_create_test")).await.expect(200).body["event"]["id"].clone();
    theirs.post(&format!("/v2/events/{}/resend", event.as_str().unwrap()), json!({})).await.expect(200);
    let delivery = theirs.get("/v2/webhook-deliveries").await.expect(200).body["data"][0]["id"].clone();
    for endpoint in endpoints().into_iter().filter(|endpoint| endpoint.path.contains("/{id}")) {
        let id = match endpoint.path.split('/').nth(2).unwrap() {
            "products" => &product,
            "prices" => &price,
            "discounts" => &discount,
            "webhook-endpoints" => &hook,
            "webhook-deliveries" => &delivery,
            "events" => &event,
            other => panic!("this test needs an object of {other}"),
        };
        let path = concrete(&endpoint.path, NOBODY, id.as_str().unwrap());
        let answer = mine.raw(&endpoint.method, &path, "{}").await;
        assert_eq!(answer.status, 404, "{} {path}: {:#}", endpoint.method, answer.body);
    }
}

#[tokio::test]
async fn another_projects_objects_do_not_exist() {
    let world = World::new().await;
    let mine = world.revenuecat().await;
    let other = world.other_merchant("Other").await;
    no_object_of_project(&world.api_of(other, Mode::Test, Dialect::Revenuecat).await, &mine).await;
    no_object_of_project(&world.revenuecat_with(Mode::Live, &[]).await, &mine).await;
}

/// What `other` makes in its project does not exist in the project of `mine`.
async fn no_object_of_project(other: &Api<'_>, mine: &Api<'_>) {
    let (theirs, project) = (other.project().await, mine.project().await);
    let app = json!({ "name": "Roku", "type": "roku" });
    let app = other.post(&format!("/v2/projects/{theirs}/apps"), app).await.expect(201).body["id"].clone();
    let product = json!({ "store_identifier": "x", "app_id": app, "type": "one_time" });
    let product = other.post(&format!("/v2/projects/{theirs}/products"), product).await.expect(201).body["id"].clone();
    let hook = json!({ "name": "Books", "url": "https://hooks.example.com/" });
    let hook = other.post(&format!("/v2/projects/{theirs}/integrations/webhooks"), hook).await.expect(201).body["id"].clone();
    let mut tried = 0;
    for endpoint in endpoints() {
        let id = match endpoint.path.split('/').find(|part| part.starts_with('{') && *part != "{project_id}") {
            Some("{app_id}") => &app,
            Some("{product_id}") => &product,
            Some("{webhook_integration_id}") => &hook,
            Some(other) if endpoint.dialect == Dialect::Revenuecat => panic!("this test needs an object for {other}"),
            _ => continue,
        };
        let path = concrete(&endpoint.path, &project, id.as_str().unwrap());
        let answer = mine.raw(&endpoint.method, &path, "{}").await;
        assert_eq!(answer.status, 404, "{} {path}: {:#}", endpoint.method, answer.body);
        tried += 1;
    }
    assert!(tried > 5, "only {tried} endpoints were tried");
    other.get(&format!("/v2/projects/{theirs}/products/{}", product.as_str().unwrap())).await.expect(200);
}

/// A key of one project asks for another: 403, whether or not that one exists, and whatever the key may do.
#[tokio::test]
async fn another_merchants_project_is_out_of_reach() {
    let world = World::new().await;
    let live = world.revenuecat_with(Mode::Live, &[]).await.project().await;
    let other = world.other_merchant("Other").await;
    let other = world.api_of(other, Mode::Test, Dialect::Revenuecat).await.project().await;
    let made = world.revenuecat().await.post("/v2/projects", json!({ "name": "Other" })).await.expect(200).body["id"].clone();
    let mine = world.revenuecat().await;
    assert_ne!(live, mine.project().await);
    for endpoint in endpoints().into_iter().filter(|endpoint| endpoint.path.contains("{project_id}")) {
        for project in [&live, &other, made.as_str().unwrap(), "proj00000000"] {
            let path = concrete(&endpoint.path, project, "app0123456789");
            let answer = mine.raw(&endpoint.method, &path, "{}").await;
            assert_eq!(answer.status, 403, "{} {path}: {:#}", endpoint.method, answer.body);
            assert_eq!(answer.body["type"], "authorization_error");
        }
    }
}

/// A body that the operation would accept.
fn body_for(id: &str) -> Value {
    match id {
        "products_create" => {
            json!({ "product_id": "plan", "name": "Plan", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 })
        }
        "products_external_upsert" => json!({ "name": "Plan", "amountCents": 100 }),
        "products_external_batch" => json!({ "source": "erp", "products": [] }),
        "prices_create" => json!({ "product_id": NOBODY, "unit_amount": 100 }),
        "webhook_endpoints_create" => json!({ "url": "https://hooks.example.com/", "enabled_events": ["*"] }),
        "events_create_test" => json!({ "type": "invoice.paid" }),
        "discounts_create" => json!({ "code": "TEN", "name": "Ten", "discount_type": "percentage", "discount_value": 10 }),
        _ => json!({}),
    }
}
