//! Discounts: the door, the rules, what comes off an amount, and the pages.

use merx::{
    catalog::discounts::model::{Discount, DiscountType, DiscountValue, NewDiscount, Status},
    kit::{Id, Mode, Time},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, words},
    harness::{Answer, Api, World},
};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A body that is fine, with changes.
fn body(code: &str, more: Value) -> Value {
    let mut body = json!({ "code": code, "name": "Ten percent", "discount_type": "percentage", "discount_value": 10 });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn create(api: &Api<'_>, code: &str, more: Value) -> Value {
    api.post("/v2/discounts", body(code, more)).await.expect(201).body["data"].take()
}

async fn product(api: &Api<'_>, product_id: &str) -> String {
    let new = json!({ "product_id": product_id, "name": product_id, "kind": "one_time", "pricing_model": "one_time", "amount_minor": 1000 });
    let product = api.post("/v2/products", new).await.expect(201).body["data"].take();
    product["id"].as_str().unwrap().to_owned()
}

async fn codes(api: &Api<'_>, query: &str) -> Vec<String> {
    let list = api.get(&format!("/v2/discounts?limit=100&{query}")).await.expect(200);
    list.body["data"].as_array().unwrap().iter().map(|discount| discount["code"].as_str().unwrap().to_owned()).collect()
}

fn without_id(mut object: Value) -> Value {
    object["id"] = json!("[id]");
    object
}

#[tokio::test]
async fn a_percentage_with_its_defaults() {
    let world = World::new().await;
    let api = world.api().await;
    insta::assert_json_snapshot!(without_id(create(&api, " welcome ", json!({})).await), @r#"
    {
      "applies_to": "all",
      "code": "WELCOME",
      "created_at": "2026-06-15T12:00:00.000Z",
      "currency": null,
      "current_redemptions": 0,
      "description": null,
      "discount_type": "percentage",
      "discount_value": 10,
      "first_time_customer": false,
      "id": "[id]",
      "is_active": true,
      "is_archived": false,
      "max_redemptions": null,
      "max_redemptions_per_user": 0,
      "name": "Ten percent",
      "object": "discount",
      "product_ids": null,
      "recurring_cycles": null,
      "recurring_type": null,
      "scope": "entire_order",
      "updated_at": "2026-06-15T12:00:00.000Z",
      "valid_from": null,
      "valid_until": null
    }
    "#);
}

#[tokio::test]
async fn a_fixed_amount_with_everything_in_camel_case() {
    let world = World::new().await;
    let api = world.api().await;
    let (id, other) = (product(&api, "pro").await, product(&api, "team").await);
    let wanted = json!({
        "code": "Été-26", "name": "Summer", "description": "Only summer", "discountType": "fixed_amount", "discountValue": 1250,
        "currency": "eur", "appliesTo": "specific_products", "productIds": ["pro", other, id], "maxRedemptions": 5,
        "maxRedemptionsPerUser": 1, "validFrom": "2026-07-01T00:00:00+02:00", "validUntil": "2026-09-01T00:00:00Z",
        "recurringType": "repeating", "recurringCycles": 3, "firstTimeCustomer": true,
    });
    let made = api.post("/v2/discounts", wanted).await.expect(201).body["data"].take();
    assert_eq!(made["product_ids"], json!([id, other]), "the merchant's own ids are resolved, each product once");
    for (field, value) in [
        ("code", json!("ÉTÉ-26")),
        ("discount_value", json!(1250)),
        ("currency", json!("EUR")),
        ("scope", json!("specific_products")),
        ("valid_from", json!("2026-06-30T22:00:00.000Z")),
        ("recurring_cycles", json!(3)),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let read = api.get(&format!("/v2/discounts/{}", made["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(read.body, json!({ "data": made }));
}

#[tokio::test]
async fn the_value_is_written_as_it_was_read() {
    let world = World::new().await;
    let api = world.api().await;
    for (number, text) in ["0.01", "0.1", "7.5", "33.33", "99.99", "100"].iter().enumerate() {
        let sent = format!(r#"{{"code":"P{number}","name":"n","discount_type":"percentage","discount_value":{text}}}"#);
        let made = api.raw("POST", "/v2/discounts", sent).await.expect(201);
        assert_eq!(made.body["data"]["discount_value"].to_string(), *text);
    }
    let sent = r#"{"code":"ROUND","name":"n","discount_type":"percentage","discount_value":10.50}"#;
    assert_eq!(api.raw("POST", "/v2/discounts", sent).await.expect(201).body["data"]["discount_value"].to_string(), "10.5");
}

/// Refused with 400, naming the field.
#[track_caller]
fn refused(answer: &Answer, field: &str) {
    assert_eq!(answer.status, 400, "{field}: {:#}", answer.body);
    assert_eq!(answer.body["error"]["param"], field, "{:#}", answer.body);
    assert_eq!(answer.body["error"]["type"], "invalid_request_error");
    assert!(answer.message().contains(field), "{}", answer.message());
}

#[tokio::test]
async fn bad_input_names_the_field_and_writes_nothing() {
    let world = World::new().await;
    let api = world.api().await;
    let cases = [
        (json!({ "code": "" }), "code"),
        (json!({ "code": "   " }), "code"),
        (json!({ "code": "x".repeat(51) }), "code"),
        (json!({ "code": "two\nlines" }), "code"),
        (json!({ "code": 7 }), "code"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(256) }), "name"),
        (json!({ "description": "x".repeat(1001) }), "description"),
        (json!({ "discount_type": "bogus" }), "discount_type"),
        (json!({ "discount_value": 0 }), "discount_value"),
        (json!({ "discount_value": -5 }), "discount_value"),
        (json!({ "discount_value": "10" }), "discount_value"),
        (json!({ "discount_value": null }), "discount_value"),
        (json!({ "discount_value": 12.345 }), "discount_value"),
        (json!({ "discount_value": 100.01 }), "discount_value"),
        (json!({ "discount_value": 1e300 }), "discount_value"),
        (json!({ "discount_value": 1e-7 }), "discount_value"),
        (json!({ "discount_type": "fixed_amount", "discount_value": 12.5 }), "discount_value"),
        (json!({ "discount_type": "fixed_amount", "discount_value": 0.5 }), "discount_value"),
        (json!({ "discount_type": "fixed_amount", "discount_value": 100_000_000_000_000_i64 }), "discount_value"),
        (json!({ "discount_type": "fixed_amount", "currency": "ABC" }), "currency"),
        (json!({ "currency": "EUR" }), "currency"),
        (json!({ "applies_to": "some" }), "applies_to"),
        (json!({ "applies_to": "specific_products" }), "product_ids"),
        (json!({ "applies_to": "specific_products", "product_ids": [] }), "product_ids"),
        (json!({ "applies_to": "specific_products", "product_ids": [NOBODY] }), "product_ids"),
        (json!({ "applies_to": "specific_products", "product_ids": ["nothing"] }), "product_ids"),
        (json!({ "product_ids": [NOBODY] }), "product_ids"),
        (json!({ "applies_to": "all", "scope": "specific_products" }), "scope"),
        (json!({ "scope": "somewhere" }), "scope"),
        (json!({ "max_redemptions": 0 }), "max_redemptions"),
        (json!({ "max_redemptions": 1.5 }), "max_redemptions"),
        (json!({ "max_redemptions_per_user": -1 }), "max_redemptions_per_user"),
        (json!({ "recurring_type": "sometimes" }), "recurring_type"),
        (json!({ "recurring_type": "repeating" }), "recurring_cycles"),
        (json!({ "recurring_type": "repeating", "recurring_cycles": 0 }), "recurring_cycles"),
        (json!({ "recurring_type": "once", "recurring_cycles": 2 }), "recurring_cycles"),
        (json!({ "valid_from": "2026-07-02T00:00:00Z", "valid_until": "2026-07-02T00:00:00Z" }), "valid_until"),
        (json!({ "valid_until": "next week" }), "valid_until"),
        (json!({ "first_time_customer": "yes" }), "first_time_customer"),
    ];
    for (wrong, field) in cases {
        refused(&api.post("/v2/discounts", body("NO", wrong)).await, field);
    }
    for missing in ["code", "name", "discount_type", "discount_value"] {
        let mut without = body("NO", json!({}));
        without.as_object_mut().unwrap().remove(missing);
        refused(&api.post("/v2/discounts", without).await, missing);
    }
    for (query, field) in
        [("limit=0", "limit"), ("limit=101", "limit"), ("offset=-1", "offset"), ("is_archived=1", "is_archived")]
    {
        refused(&api.get(&format!("/v2/discounts?{query}")).await, field);
    }
    assert!(codes(&api, "").await.is_empty());
}

#[tokio::test]
async fn a_code_is_taken_once_in_any_letters() {
    let world = World::new().await;
    let api = world.api().await;
    create(&api, "Été", json!({})).await;
    for code in ["été", "ÉTÉ", "Ete", " ete "] {
        let answer = api.post("/v2/discounts", body(code, json!({}))).await.expect(409);
        assert_eq!(answer.body["error"]["param"], "code");
    }
    // The other mode is another world.
    let live = world.api_with(Mode::Live, &[]).await;
    create(&live, "ete", json!({})).await;
    assert_eq!(codes(&api, "").await, ["ÉTÉ"]);
}

#[tokio::test]
async fn lists_page_filter_and_search() {
    let world = World::new().await;
    let api = world.api().await;
    for code in ["A1", "B2", "C3"] {
        create(&api, code, json!({ "name": format!("Été {code}") })).await;
    }
    let off = create(&api, "OFF", json!({})).await["id"].as_str().unwrap().to_owned();
    let gone = create(&api, "GONE", json!({})).await["id"].as_str().unwrap().to_owned();
    api.patch(&format!("/v2/discounts/{off}"), json!({ "isActive": false })).await.expect(200);
    let deleted = api.delete(&format!("/v2/discounts/{gone}")).await.expect(200);
    assert_eq!(deleted.body["data"]["is_archived"], true);
    assert_eq!(api.delete(&format!("/v2/discounts/{gone}")).await.expect(200).body, deleted.body, "again is the same");

    assert_eq!(codes(&api, "").await, ["GONE", "OFF", "C3", "B2", "A1"]);
    assert_eq!(codes(&api, "is_archived=true").await, ["GONE"]);
    assert_eq!(codes(&api, "is_archived=false&is_active=true").await, ["C3", "B2", "A1"]);
    assert_eq!(codes(&api, "isArchived=false&isActive=false").await, ["OFF"]);
    assert_eq!(codes(&api, "search=ete%20b").await, ["B2"]);
    assert_eq!(codes(&api, "search=gon").await, ["GONE"]);
    let page = api.get("/v2/discounts?limit=2&offset=4").await.expect(200);
    assert_eq!(page.body["meta"], json!({ "total": 5, "limit": 2, "offset": 4, "has_more": false }));
    assert_eq!(page.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_update_changes_what_it_says() {
    let world = World::new().await;
    let api = world.api().await;
    product(&api, "pro").await;
    let before = create(
        &api,
        "EDIT",
        json!({ "description": "Before", "max_redemptions": 5, "recurring_type": "repeating", "recurring_cycles": 2 }),
    )
    .await;
    let path = format!("/v2/discounts/{}", before["id"].as_str().unwrap());
    let patch = async |change: Value| api.patch(&path, change).await.expect(200).body["data"].take();

    assert_eq!(patch(json!({})).await, before);
    assert_eq!(patch(json!({ "code": "OTHER", "discount_type": "fixed_amount" })).await, before, "code and type stay");
    let after = patch(json!({ "discount_value": 20.5, "recurring_type": "forever", "description": null })).await;
    assert_eq!(after["recurring_cycles"], Value::Null, "cycles go with the word they belong to");
    assert_eq!((&after["discount_value"], &after["description"]), (&json!(20.5), &Value::Null));

    let narrow = patch(json!({ "applies_to": "specific_products", "product_ids": ["pro"] })).await;
    assert_eq!(narrow["scope"], "specific_products", "a scope nobody chose follows");
    let wide = patch(json!({ "applies_to": "all" })).await;
    assert_eq!((&wide["scope"], &wide["product_ids"]), (&json!("entire_order"), &Value::Null));
    let chosen = patch(json!({ "scope": "subscription_only" })).await;
    assert_eq!((&chosen["applies_to"], &chosen["scope"]), (&json!("all"), &json!("subscription_only")));
    let by_scope = patch(json!({ "scope": "specific_products", "product_ids": ["pro"] })).await;
    assert_eq!(by_scope["applies_to"], "specific_products");

    for (wrong, field) in [
        (json!({ "discount_value": 101 }), "discount_value"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "product_ids": [] }), "product_ids"),
        (json!({ "recurring_type": "repeating" }), "recurring_cycles"),
        (json!({ "valid_from": "2026-07-02T00:00:00Z", "valid_until": "2026-07-01T00:00:00Z" }), "valid_until"),
    ] {
        refused(&api.patch(&path, wrong).await, field);
    }
    assert_eq!(patch(json!({})).await, by_scope, "what was refused changed nothing");
    for id in [NOBODY, "not-a-uuid"] {
        api.patch(&format!("/v2/discounts/{id}"), json!({})).await.expect(404);
        api.delete(&format!("/v2/discounts/{id}")).await.expect(404);
    }
}

#[tokio::test]
async fn every_change_is_an_event_with_the_values_before() {
    let world = World::new().await;
    let api = world.api().await;
    let id = create(&api, "STORY", json!({})).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v2/discounts/{id}");
    for change in [
        json!({ "discount_value": 12.5, "valid_until": "2026-07-01T00:00:00Z" }),
        json!({ "name": "Ten percent" }),
        json!({ "is_active": false }),
        json!({ "is_active": true }),
        json!({ "is_archived": true }),
        json!({ "is_archived": false }),
    ] {
        api.patch(&path, change).await.expect(200);
    }
    let browser = Browser::owner(&world).await;
    let story = browser.call("kit/timeline/timeline", json!({ "object_id": id })).await.expect(200).body;
    let told: Vec<_> = story.as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap()).collect();
    let expected = [
        "Discount restored",
        "Discount archived",
        "Discount activated",
        "Discount deactivated",
        "Discount updated",
        "Discount created",
    ];
    assert_eq!(told, expected, "nothing is told of a change to the same");
    assert_eq!(
        story[4]["changes"],
        json!([
            { "name": "Discount value", "before": "10%", "after": "12.5%" },
            { "name": "Valid until", "before": "none", "after": "1 Jul 2026, 00:00 UTC" },
        ])
    );
    let view = browser.call("catalog/discounts/rpc/get_discount", json!({ "id": id })).await.expect(200);
    assert_eq!(view.body["history"], story);
    assert_eq!(story[0]["changes"], json!([]), "the event's name says it");

    let yen = create(&api, "YEN", json!({ "discount_type": "fixed_amount", "discount_value": 500, "currency": "JPY" })).await;
    api.patch(&format!("/v2/discounts/{}", yen["id"].as_str().unwrap()), json!({ "discount_value": 1750 })).await.expect(200);
    let story = browser.call("kit/timeline/timeline", json!({ "object_id": yen["id"] })).await.expect(200).body;
    assert_eq!(story[0]["changes"], json!([{ "name": "Discount value", "before": "¥500", "after": "¥1,750" }]));
    let other = browser.call("kit/timeline/timeline", json!({ "object_id": NOBODY })).await.expect(200);
    assert_eq!(other.body, json!([]));
}

fn discount(kind: DiscountType, value: DiscountValue) -> Discount {
    NewDiscount::named("CODE".into(), "Name".into(), kind, value).checked().unwrap().into_discount(Id::nil(), None, Time(0))
}

#[test]
fn amounts_in_figures() {
    let percent = |text| discount(DiscountType::Percentage, DiscountValue::parse(text).unwrap());
    for (text, amount, off) in
        [("10", 2900, 290), ("12.5", 99, 12), ("50", 1, 1), ("33.33", 100, 33), ("0.01", 4_999, 0), ("0.01", 5_000, 1)]
    {
        assert_eq!(percent(text).amount_off(amount), off, "{text} of {amount}");
    }
    let five = discount(DiscountType::FixedAmount, DiscountValue::whole(500));
    assert_eq!([2900, 500, 499, 0, -100].map(|amount| five.amount_off(amount)), [500, 500, 499, 0, 0]);
    let usd = merx::kit::Currency::USD;
    assert_eq!(percent("10").example(2900, usd), "10% off $29.00 → $26.10");
    assert_eq!(five.example(2900, usd), "$5.00 off $29.00 → $24.00");
}

proptest! {
    /// A percentage is exact to half a minor unit, and never takes more than there is.
    #[test]
    fn a_percentage_of_any_amount(hundredths in 1i64..=10_000, amount in 0i64..=i64::MAX) {
        let off = discount(DiscountType::Percentage, DiscountValue::from_hundredths(hundredths)).amount_off(amount);
        prop_assert!((0..=amount).contains(&off));
        let exact = i128::from(amount) * i128::from(hundredths);
        let error = i128::from(off) * 10_000 - exact;
        prop_assert!(error > -5_000 && error <= 5_000, "half rounds up");
        if hundredths == 10_000 {
            prop_assert_eq!(off, amount);
        }
    }

    /// More money never gets less off, and never gets cheaper than less money.
    #[test]
    fn a_percentage_is_monotonic(hundredths in 1i64..=10_000, amount in 0i64..1_000_000_000, more in 0i64..1_000_000) {
        let discount = discount(DiscountType::Percentage, DiscountValue::from_hundredths(hundredths));
        let (less_off, more_off) = (discount.amount_off(amount), discount.amount_off(amount + more));
        prop_assert!(less_off <= more_off);
        prop_assert!(amount - less_off <= amount + more - more_off);
    }

    /// A fixed amount takes itself off, or all there is.
    #[test]
    fn a_fixed_amount_of_any_amount(value in 1i64..=99_999_999_999_998, amount in i64::MIN..=i64::MAX) {
        let off = discount(DiscountType::FixedAmount, DiscountValue::whole(value)).amount_off(amount);
        prop_assert_eq!(off, value.min(amount.max(0)));
    }

    /// Every value comes back from JSON as it went in, through text and through `Value`.
    #[test]
    fn values_survive_json(hundredths in 0i64..=10_000, minor_units in 0i64..=99_999_999_999_999) {
        for value in [DiscountValue::from_hundredths(hundredths), DiscountValue::whole(minor_units)] {
            let text = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(&text, &value.to_string());
            prop_assert_eq!(serde_json::from_str::<DiscountValue>(&text).unwrap(), value);
            let tree: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::from_value::<DiscountValue>(tree).unwrap(), value);
        }
    }
}

/// The list's tabs ask the database, badges ask the model: both must say the same.
#[tokio::test]
async fn statuses_of_the_list_are_those_of_the_model() {
    let world = World::new().await;
    let api = world.api().await;
    let now = "2026-06-15T12:00:00Z";
    let (past, future) = ("2026-06-15T11:59:59.999Z", "2026-06-15T12:00:00.001Z");
    let windows = [
        (None, None),
        (Some(past), None),
        (Some(now), None),
        (Some(future), None),
        (None, Some(past)),
        (None, Some(now)),
        (None, Some(future)),
        (Some(past), Some(future)),
    ];
    let mut number = 0;
    for (from, until) in windows {
        for most in [None, Some(1)] {
            for (is_active, is_archived) in [(true, false), (false, false), (true, true), (false, true)] {
                number += 1;
                let more = json!({ "valid_from": from, "valid_until": until, "max_redemptions": most });
                let made = create(&api, &format!("S{number}"), more).await;
                let change = json!({ "is_active": is_active, "is_archived": is_archived });
                api.patch(&format!("/v2/discounts/{}", made["id"].as_str().unwrap()), change).await.expect(200);
            }
        }
    }
    // Nothing redeems yet, so the count is set by hand.
    let used: merx::kit::Result<u64> = merx::transaction!(world.app.db, |tx| {
        tx.exec(
            "update discounts set current_redemptions = 1 where max_redemptions = 1 and merchant_id <> $1",
            merx::args!["-- any merchant"],
        )
        .await
    });
    used.unwrap();
    let browser = Browser::owner(&world).await;
    let mut seen = 0;
    for (index, status) in Status::ALL.into_iter().enumerate() {
        let query = json!({ "query": { "size": 100, "filters": { "status": status.word() } } });
        let list = browser.call("catalog/discounts/rpc/list_discounts", query).await.expect(200).body;
        let items: Vec<Discount> = serde_json::from_value(list["page"]["items"].clone()).unwrap();
        assert!(!items.is_empty(), "{status:?}");
        let time: Time = serde_json::from_value(list["now"].clone()).unwrap();
        for discount in &items {
            assert_eq!(discount.status(time), status, "{discount:?}");
        }
        assert_eq!(list["counts"][index], json!(items.len()), "{status:?}");
        seen += items.len();
    }
    assert_eq!(seen, number, "every discount is in exactly one status");
}

#[tokio::test]
async fn pages_are_complete_without_scripts() {
    let world = World::new().await;
    let api = world.api().await;
    let browser = Browser::owner(&world).await;
    assert!(words(&browser.page("/discounts").await.expect(200)).contains("No discounts yet"));

    let made = create(&api, "LAUNCH", json!({ "name": "Launch <script> week", "max_redemptions": 7 })).await;
    let list = words(&browser.page("/discounts").await.expect(200));
    assert!(list.contains("LAUNCH") && list.contains("Launch &lt;script&gt; week") && list.contains("0 of 7"), "{list}");
    assert!(words(&browser.page("/discounts?q=nope").await).contains("Nothing matches"));
    assert!(words(&browser.page("/discounts?drawer=new").await).contains("Create discount"));

    let path = format!("/discounts/{}", made["id"].as_str().unwrap());
    let page = words(&browser.page(&path).await.expect(200));
    for part in ["10% off $29.00 → $26.10", "Discount created", "LAUNCH", "Active"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(words(&browser.page(&format!("{path}?drawer=edit")).await).contains("Save changes"));
    browser.page(&format!("/discounts/{NOBODY}")).await.expect(404);
}
