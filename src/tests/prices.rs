//! Prices through the router: what may be made, what may change, and what is refused.

use super::{
    browser::{Browser, words},
    harness::{Answer, Api, World},
};
use merx::{
    catalog::prices::{
        self,
        model::{NewPrice, Price, quote},
    },
    kit::{Error, Id, Mode, Time, UrlQuery, cx::Cx, events},
};
use serde_json::{Value, json};

/// A product to hang prices on; its default price costs 10.00.
async fn product(api: &Api<'_>, product_id: &str) -> String {
    let body = json!({ "product_id": product_id, "name": format!("Plan {product_id}"), "kind": "one_time", "pricing_model": "one_time", "amount_minor": 1000 });
    text(&api.post("/v2/products", body).await.expect(201).body["data"]["id"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A price of the product with these terms.
async fn price(api: &Api<'_>, product: &str, terms: Value) -> Value {
    create(api, product, terms).await.expect(201).body
}

async fn create(api: &Api<'_>, product: &str, terms: Value) -> Answer {
    let mut body = json!({ "product_id": product });
    body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
    api.post("/v2/prices", body).await
}

async fn ids(api: &Api<'_>, query: &str) -> Vec<String> {
    let answer = api.get(&format!("/v2/prices?{query}")).await.expect(200);
    answer.body["data"].as_array().unwrap().iter().map(|price| text(&price["id"])).collect()
}

/// The program's own context, which the browser's door has too.
async fn cx(world: &World) -> Cx {
    let merchant: Id<merx::kit::Tenant> = world.app.db.one("select id from merchants", vec![]).await.unwrap();
    world.app.system(merchant, Mode::Test)
}

/// Types of the events about an object, oldest first.
async fn events_of(world: &World, id: &Value) -> Vec<String> {
    let events = events::of_object(&cx(world).await, id.as_str().unwrap(), 100).await.unwrap();
    events.into_iter().rev().map(|event| event.kind).collect()
}

/// The same with ids replaced, to compare with what stands in the test.
fn shown(price: &Value) -> Value {
    let mut price = price.clone();
    price["id"] = "[id]".into();
    price["product_id"] = "[product]".into();
    price
}

#[tokio::test]
async fn a_graduated_price_says_everything_about_itself() {
    let world = World::new().await;
    let api = world.api().await;
    let product = product(&api, "seats").await;
    let tiers = json!([
        { "upTo": 10, "unitAmountMinor": 500, "flatAmountMinor": null },
        { "upTo": null, "unitAmountMinor": null, "unitAmountDecimal": "0.25", "flatAmountMinor": 1000 },
    ]);
    let made = price(&api, &product, json!({ "tiers": tiers, "tiersMode": "graduated", "interval": "month", "currency": "EUR", "nickname": "Seats", "metadata": { "costCenter": [1, null] } })).await;
    insta::assert_json_snapshot!(shown(&made), @r#"
    {
      "active": true,
      "billing_scheme": "tiered",
      "created_at": "2026-06-15T12:00:00.000Z",
      "currency": "eur",
      "description": null,
      "id": "[id]",
      "interval": "month",
      "interval_count": 1,
      "lookup_key": null,
      "maximum_amount": null,
      "metadata": {
        "costCenter": [
          1,
          null
        ]
      },
      "minimum_amount": null,
      "name": null,
      "nickname": "Seats",
      "object": "price",
      "pay_in_advance": true,
      "percentage_rate_bps": null,
      "preset_amounts": null,
      "pricing_model": "fixed",
      "product_id": "[product]",
      "spending_minimum_cents": null,
      "start_rule": null,
      "suggested_amount": null,
      "tiers": [
        {
          "flat_amount_minor": null,
          "unit_amount_decimal": null,
          "unit_amount_minor": 500,
          "up_to": 10
        },
        {
          "flat_amount_minor": 1000,
          "unit_amount_decimal": "0.25",
          "unit_amount_minor": null,
          "up_to": null
        }
      ],
      "tiers_mode": "graduated",
      "transform_quantity": null,
      "trial_period_days": null,
      "type": "recurring",
      "unit_amount": null,
      "unit_amount_decimal": null,
      "updated_at": "2026-06-15T12:00:00.000Z",
      "version": 1
    }
    "#);
    assert_eq!(api.get(&format!("/v2/prices/{}", text(&made["id"]))).await.expect(200).body, made);
    assert_eq!(events_of(&world, &made["id"]).await, ["price.created"]);
}

/// Each is refused with the field that is to blame, and nothing is written.
#[tokio::test]
async fn terms_that_do_not_fit_together() {
    let world = World::new().await;
    let api = world.api().await;
    let product = product(&api, "plan").await;
    let wish = |more: Value| {
        let mut body = json!({ "pricing_model": "pay_what_you_want" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let tier = |up_to: Value| json!({ "up_to": up_to, "unit_amount_minor": 1, "flat_amount_minor": null });
    let tiers = |tiers: Vec<Value>| json!({ "tiers_mode": "volume", "tiers": tiers });
    let cases = [
        (json!({}), "unit_amount"),
        (json!({ "unit_amount": 99_999_999_999_999_i64 + 1 }), "unit_amount"),
        (json!({ "unit_amount_decimal": "0.0000000000001" }), "unit_amount_decimal"),
        (json!({ "unit_amount_decimal": "-1" }), "unit_amount_decimal"),
        (json!({ "unit_amount_decimal": "1e3" }), "unit_amount_decimal"),
        (json!({ "unit_amount_decimal": "" }), "unit_amount_decimal"),
        (json!({ "unit_amount": 1, "unit_amount_decimal": "1.5" }), "unit_amount_decimal"),
        (json!({ "unit_amount": 1, "type": "one_time", "interval": "month" }), "interval"),
        (json!({ "unit_amount": 1, "trial_period_days": 3 }), "trial_period_days"),
        (json!({ "unit_amount": 1, "percentage_rate_bps": 3 }), "unit_amount"),
        (json!({ "unit_amount": 1, "minimum_amount": 3 }), "minimum_amount"),
        (json!({ "unit_amount": 1, "tiers_mode": "volume" }), "tiers_mode"),
        (json!({ "pricing_model": "free", "unit_amount": 1 }), "unit_amount"),
        (json!({ "pricing_model": "free", "percentage_rate_bps": 1 }), "billing_scheme"),
        (json!({ "unit_amount": 1, "transform_quantity": { "divide_by": 0, "round": "up" } }), "transform_quantity.divide_by"),
        (json!({ "unit_amount": 1, "lookup_key": "" }), "lookup_key"),
        (wish(json!({ "unit_amount": 5 })), "unit_amount"),
        (wish(json!({ "minimum_amount": 5, "maximum_amount": 4 })), "maximum_amount"),
        (wish(json!({ "minimum_amount": 5, "suggested_amount": 4 })), "suggested_amount"),
        (wish(json!({ "maximum_amount": 5, "preset_amounts": [5, 6] })), "preset_amounts[1]"),
        (tiers(vec![tier(json!(null))]), "tiers"),
        (tiers(vec![tier(json!(2)), tier(json!(1)), tier(json!(null))]), "tiers[1].up_to"),
        (tiers(vec![tier(json!(1)), tier(json!(2))]), "tiers[1].up_to"),
        (tiers(vec![tier(json!(null)), tier(json!(null))]), "tiers[0].up_to"),
        (tiers(vec![json!({ "up_to": 1 }), tier(json!(null))]), "tiers[0].unit_amount_minor"),
        (tiers((1..=50).map(|n| tier(json!(n))).chain([tier(json!(null))]).collect()), "tiers"),
    ];
    for (terms, param) in cases {
        let answer = create(&api, &product, terms.clone()).await.expect(400);
        assert_eq!(answer.body["error"]["param"], param, "{terms}: {:#}", answer.body);
    }
    assert_eq!(ids(&api, &format!("product_id={product}")).await.len(), 1, "only the default price");
}

#[tokio::test]
async fn a_price_needs_a_product_that_is_there() {
    let world = World::new().await;
    let api = world.api().await;
    let nobody = create(&api, "00000000-0000-4000-8000-000000000000", json!({ "unit_amount": 1 })).await.expect(404);
    assert_eq!(nobody.body["error"]["param"], "product_id");
    let product = product(&api, "old").await;
    api.patch(&format!("/v2/products/{product}"), json!({ "is_archived": true })).await.expect(200);
    let archived = create(&api, &product, json!({ "unit_amount": 1 })).await.expect(422);
    assert_eq!(archived.body["error"]["param"], "product_id");
}

#[tokio::test]
async fn names_change_and_terms_do_not() {
    let world = World::new().await;
    let api = world.api().await;
    let made = price(&api, &product(&api, "plan").await, json!({ "unit_amount": 100, "nickname": "Old" })).await;
    let path = format!("/v2/prices/{}", text(&made["id"]));
    let after = api.patch(&path, json!({ "nickname": null, "name": "Name", "active": false })).await.expect(200).body;
    assert_eq!((&after["nickname"], &after["name"], &after["active"]), (&Value::Null, &json!("Name"), &json!(false)));
    api.patch(&path, json!({ "active": true })).await.expect(200);
    api.patch(&path, json!({ "active": true })).await.expect(200);
    let refused = api.patch(&path, json!({ "unitAmount": 5 })).await.expect(400);
    assert_eq!(refused.body["error"]["param"], "unit_amount");
    let long = api.patch(&path, json!({ "nickname": "x".repeat(101) })).await.expect(400);
    assert_eq!(long.body["error"]["param"], "nickname");
    assert_eq!(events_of(&world, &made["id"]).await, ["price.created", "price.archived", "price.restored"]);
}

/// The event of a change says what it was before.
#[tokio::test]
async fn an_archived_price_keeps_its_history() {
    let world = World::new().await;
    let api = world.api().await;
    let made = price(&api, &product(&api, "plan").await, json!({ "unit_amount": 100 })).await;
    let id = text(&made["id"]);
    let archived = api.delete(&format!("/v2/prices/{id}")).await.expect(200).body;
    assert_eq!(archived["active"], false);
    api.delete(&format!("/v2/prices/{id}")).await.expect(200);
    let events = events::of_object(&cx(&world).await, &id, 10).await.unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].previous.as_ref().unwrap()["active"], true);
    let told = prices::ops::view(&cx(&world).await, &id).await.unwrap().history;
    let changes: Vec<_> =
        told[0].changes.iter().map(|change| format!("{}: {} → {}", change.name, change.before, change.after)).collect();
    assert_eq!((told[0].text.as_str(), changes), ("Price archived", vec!["Active: yes → no".to_owned()]));
}

#[tokio::test]
async fn a_lookup_key_moves_only_when_told() {
    let world = World::new().await;
    let api = world.api().await;
    let product = product(&api, "plan").await;
    let first = price(&api, &product, json!({ "unit_amount": 1, "lookup_key": "standard" })).await;
    let taken = create(&api, &product, json!({ "unit_amount": 2, "lookup_key": "standard" })).await.expect(409);
    assert_eq!(taken.body["error"]["param"], "lookup_key");
    let second = price(&api, &product, json!({ "unit_amount": 2, "lookup_key": "standard", "transfer_lookup_key": true })).await;
    assert_eq!(ids(&api, "lookup_key=standard").await, [text(&second["id"])]);
    assert_eq!(events_of(&world, &first["id"]).await, ["price.created", "price.updated"]);

    let path = format!("/v2/prices/{}", text(&first["id"]));
    api.patch(&path, json!({ "lookup_key": "standard" })).await.expect(409);
    api.patch(&path, json!({ "lookup_key": "standard", "transfer_lookup_key": true })).await.expect(200);
    assert_eq!(ids(&api, "lookup_key=standard").await, [text(&first["id"])]);
    // Keeping what one has is no conflict.
    api.patch(&path, json!({ "lookup_key": "standard" })).await.expect(200);
}

/// Many ask for the same key at once: one gets it.
#[tokio::test]
async fn a_lookup_key_has_one_holder_whoever_comes_first() {
    let world = World::new().await;
    let api = world.api().await;
    let product = product(&api, "plan").await;
    let tries = (0..8).map(|n| create(&api, &product, json!({ "unit_amount": n, "lookup_key": "one" })));
    let statuses: Vec<u16> = futures::future::join_all(tries).await.into_iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(ids(&api, "lookup_key=one").await.len(), 1);
}

#[tokio::test]
async fn the_list_page_searches_counts_and_names_products() {
    let world = World::new().await;
    let api = world.api().await;
    let (tea, coffee) = (product(&api, "tea").await, product(&api, "coffee").await);
    price(&api, &tea, json!({ "unit_amount": 1, "nickname": "Évening", "currency": "eur" })).await;
    let old = price(&api, &coffee, json!({ "unit_amount": 2, "lookup_key": "night_owl" })).await;
    api.delete(&format!("/v2/prices/{}", text(&old["id"]))).await.expect(200);
    let cx = cx(&world).await;
    let found = async |q: &str, filters: &[(&str, &str)]| {
        let filters = filters.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let query = UrlQuery { q: q.to_owned(), filters, ..UrlQuery::default() };
        let list = prices::ops::list_for_page(&cx, &query).await.unwrap();
        let names: Vec<String> =
            list.page.items.iter().map(|listed| format!("{} {}", listed.product_name, listed.price.amount_text())).collect();
        (names.join(", "), list.active, list.archived)
    };
    assert_eq!(found("evening", &[]).await, ("Plan tea €0.01".to_owned(), 1, 0));
    assert_eq!(found("owl", &[]).await, ("Plan coffee $0.02".to_owned(), 0, 1));
    assert_eq!(found("plan coff", &[]).await, ("Plan coffee $0.02, Plan coffee $10.00".to_owned(), 1, 1));
    assert_eq!(found("coff", &[("status", "active")]).await, ("Plan coffee $10.00".to_owned(), 1, 1));
    assert_eq!(found("", &[("product", &tea), ("currency", "EUR")]).await, ("Plan tea €0.01".to_owned(), 1, 0));
    assert_eq!(found("", &[("type", "nonsense")]).await.1, 3);
    // A product's new name finds its prices.
    api.patch(&format!("/v2/products/{coffee}"), json!({ "name": "Espresso" })).await.expect(200);
    assert_eq!(found("coffee", &[]).await.0, "");
    assert_eq!(found("espresso", &[("status", "archived")]).await, ("Espresso $0.02".to_owned(), 1, 1));
}

/// Complete before any script runs, as every page is.
#[tokio::test]
async fn pages_are_whole_without_scripts() {
    let world = World::new().await;
    let api = world.api().await;
    let product = product(&api, "seats").await;
    let tiers = json!([
        { "up_to": 10, "unit_amount_minor": 500, "flat_amount_minor": null },
        { "up_to": null, "unit_amount_minor": 400, "flat_amount_minor": 1000 },
    ]);
    let terms = json!({ "nickname": "Seats <b>", "tiers": tiers, "tiers_mode": "graduated", "interval": "month", "trial_period_days": 14 });
    let id = text(&price(&api, &product, terms).await["id"]);
    let owner = Browser::owner(&world).await;
    let page = async |path: String, parts: &[&str]| {
        let answer = owner.page(&path).await.expect(200);
        let words = words(&answer);
        for part in parts {
            assert!(words.contains(part), "{path} lacks {part}: {words}");
        }
    };
    page(
        "/prices".into(),
        &["Prices", "Plan seats", "Seats &lt;b&gt;", "Graduated, 2 tiers", "Every month", "$10.00", "Showing 1–2 of 2"],
    )
    .await;
    page("/prices?status=archived".into(), &["Nothing matches"]).await;
    let sum =
        ["$88.00 every month", "Tier 1: 10 × $5.00 = $50.00", "Tier 2: 7 × $4.00 + $10.00 = $38.00", "after a trial of 14 days"];
    page(format!("/prices/{id}"), &[&sum[..], &["Plan seats", "Price created", "11 and above"]].concat()).await;
    page(format!("/prices/{id}?drawer=edit"), &["Edit price", "Lookup key"]).await;
    page(format!("/products/{product}"), &["Plan seats", "Seats &lt;b&gt;", "Default", "Add price"]).await;
    page(format!("/products/{product}/prices/new"), &["New price", "Graduated tiers", "Pay what you want", "Amount per unit"])
        .await;
    page(format!("/products/{product}/prices/new?like={id}"), &[&sum[..], &["and above"]].concat()).await;
    for missing in ["/prices/00000000-0000-4000-8000-000000000000", "/prices/nonsense", "/products/nobody/prices/new"] {
        owner.page(missing).await.expect(404);
    }
}

/// What the browser's door answers, with its real status.
#[tokio::test]
async fn the_browsers_door() {
    let world = World::new().await;
    let product = product(&world.api().await, "plan").await;
    let owner = Browser::owner(&world).await;
    let new = json!({ "product_id": product, "unit_amount_decimal": "0.5", "lookup_key": "half" });
    let made = owner.call("catalog/prices/rpc/create_price", json!({ "new": new })).await.expect(200).body;
    assert_eq!(made["unit_amount_decimal"], "0.5");
    let taken = owner.call("catalog/prices/rpc/create_price", json!({ "new": new })).await.expect(409).body;
    assert_eq!(taken["fields"][0]["path"], "lookup_key");
    let ask = |quantity: i64| json!({ "new": new, "quantity": quantity, "base": null });
    let quote = owner.call("catalog/prices/rpc/quote_price", ask(17)).await.expect(200).body;
    insta::assert_json_snapshot!(quote, @r#"
    {
      "amount": 9,
      "currency": "USD",
      "lines": [
        {
          "amount": 9,
          "basis": "units",
          "flat": 0,
          "quantity": 17,
          "unit": "0.5"
        }
      ],
      "quantity": 17
    }
    "#);
    let refused = owner.call("catalog/prices/rpc/quote_price", ask(-1)).await.expect(400).body;
    assert_eq!(refused["param"], "quantity");
    let edit = json!({ "id": made["id"], "edit": { "active": false } });
    assert_eq!(owner.call("catalog/prices/rpc/update_price", edit).await.expect(200).body["active"], false);
}

/// The browser computes from the form, the server from the request: the same function, the same answer.
#[tokio::test]
async fn the_servers_quote_is_the_browsers() {
    let world = World::new().await;
    let cx = cx(&world).await;
    let product = Id::<Price>::nil();
    let tier = |up_to: Value, decimal: &str, flat: i64| json!({ "up_to": up_to, "unit_amount_minor": null, "unit_amount_decimal": decimal, "flat_amount_minor": flat });
    let tiers = json!([tier(json!(10), "4.75", 0), tier(json!(100), "0.5", 100), tier(json!(null), "0.0001", 0)]);
    let cases = [
        json!({ "unit_amount": 1999, "currency": "jpy" }),
        json!({ "unit_amount_decimal": "0.0000024" }),
        json!({ "tiers": tiers, "tiers_mode": "graduated" }),
        json!({ "tiers": tiers, "tiers_mode": "volume" }),
        json!({ "unit_amount": 2500, "transform_quantity": { "divide_by": 10, "round": "up" } }),
        json!({ "percentage_rate_bps": 70 }),
        json!({ "pricing_model": "pay_what_you_want", "minimum_amount": 500 }),
        json!({ "pricing_model": "free" }),
    ];
    for mut case in cases {
        case["product_id"] = product.to_string().into();
        let new: NewPrice = serde_json::from_value(case.clone()).unwrap();
        let here: Price = new.clone().checked().unwrap().into_price(Id::nil(), Time(0));
        // What travels between them.
        let sent: NewPrice = serde_json::from_str(&serde_json::to_string(&new).unwrap()).unwrap();
        for quantity in [-1, 0, 1, 9, 10, 11, 17, 100, 101, 208_334, i64::MAX] {
            for base in [None, Some(0), Some(99_999)] {
                let there: Result<_, Error> = prices::ops::quote(&cx, sent.clone(), quantity, base);
                assert_eq!(there, quote(&here, quantity, base), "{case} × {quantity}");
            }
        }
    }
}
