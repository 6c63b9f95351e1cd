//! The inventory of `/v2`: generated, checked in, and every line of it called without a right.

use super::harness::World;
use merx::{kit::Mode, server};
use serde_json::{Value, json};

/// One operation.
struct Endpoint {
    method: String,
    path: String,
    id: String,
    scope: String,
}

fn endpoints() -> Vec<Endpoint> {
    let document = server::openapi();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            found.push(Endpoint {
                method: method.to_uppercase(),
                path: path.clone(),
                id: id.to_owned(),
                scope: operation["security"][0]["apiKey"][0].as_str().unwrap_or("-").to_owned(),
            });
        }
    }
    found.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    found
}

/// The path with every parameter replaced by an id that nobody has.
fn concrete(path: &str, id: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
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

/// The operations of RevKeen's contract that are not served yet, so that progress is a diff.
#[test]
fn what_is_missing_is_listed() {
    let spec = std::env::var("MERX_SPEC").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spec").into());
    let Ok(text) = std::fs::read_to_string(format!("{spec}/revkeen.openapi.json")) else {
        eprintln!("SKIPPED: no revkeen.openapi.json in {spec}; set MERX_SPEC");
        return;
    };
    let contract: Value = serde_json::from_str(&text).unwrap();
    let served: Vec<String> = endpoints().into_iter().map(|endpoint| endpoint.id).collect();
    let mut missing = Vec::new();
    let mut known = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            known.push(id.to_owned());
            if !served.iter().any(|served| served == id) {
                missing.push(format!("{} {path} {id}\n", method.to_uppercase()));
            }
        }
    }
    missing.sort();
    let strangers: Vec<_> = served.iter().filter(|id| !known.contains(id)).collect();
    assert!(strangers.is_empty(), "not in the contract: {strangers:?}");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/missing.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, missing.concat()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(file).unwrap_or_default(),
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
    for name in ["Product", "Price", "Discount", "NewProduct", "NewPrice"] {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
}

#[tokio::test]
async fn without_a_key_every_endpoint_answers_401() {
    let world = World::new().await;
    for endpoint in endpoints() {
        let answer = world.nobody().raw(&endpoint.method, &concrete(&endpoint.path, NOBODY), "{}").await;
        assert_eq!(answer.status, 401, "{} {}: {:#}", endpoint.method, endpoint.path, answer.body);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"revkeen-api\"");
        assert!(!answer.message().is_empty());
    }
}

#[tokio::test]
async fn with_every_scope_but_its_own_an_endpoint_answers_403_and_names_it() {
    let world = World::new().await;
    for endpoint in endpoints() {
        assert_ne!(endpoint.scope, "-", "{} declares no scope", endpoint.id);
        let (resource, verb) = endpoint.scope.split_once(':').unwrap();
        let mut others = vec!["customers:*", "invoices:*"];
        let reading = format!("{resource}:read");
        if verb == "write" {
            others.push(&reading);
        }
        let api = world.api_with(Mode::Test, &others).await;
        let answer = api.raw(&endpoint.method, &concrete(&endpoint.path, NOBODY), body_for(&endpoint.id).to_string()).await;
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
    let live = world.api_with(Mode::Live, &[]).await;
    let mine = world.api().await;
    let product = live.post("/v2/products", body_for("products_create")).await.expect(201).body["data"]["id"].clone();
    let mut price = body_for("prices_create");
    price["product_id"] = product.clone();
    let price = live.post("/v2/prices", price).await.expect(201).body["id"].clone();
    let discount = live.post("/v2/discounts", body_for("discounts_create")).await.expect(201).body["data"]["id"].clone();
    for endpoint in endpoints().into_iter().filter(|endpoint| endpoint.path.ends_with("/{id}")) {
        let id = match endpoint.id.split('_').next().unwrap() {
            "products" => &product,
            "prices" => &price,
            "discounts" => &discount,
            other => panic!("this test needs an object of {other}"),
        };
        let path = concrete(&endpoint.path, id.as_str().unwrap());
        let answer = mine.raw(&endpoint.method, &path, "{}").await;
        assert_eq!(answer.status, 404, "{} {path}: {:#}", endpoint.method, answer.body);
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
        "discounts_create" => json!({ "code": "TEN", "name": "Ten", "discount_type": "percentage", "discount_value": 10 }),
        _ => json!({}),
    }
}
