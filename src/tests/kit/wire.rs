//! Requests: two spellings of keys, free-form maps, errors that name the field.

use merx::kit::{
    Error, Patch,
    http::json::{FREE_FORM, parse, snake_case, snake_case_keys},
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::harness::World;

#[test]
fn keys_become_snake_case() {
    for (camel, snake) in [
        ("amountMinor", "amount_minor"),
        ("id", "id"),
        ("externalUpdatedAt", "external_updated_at"),
        ("amount_minor", "amount_minor"),
    ] {
        assert_eq!(snake_case(camel), snake);
    }
    assert_eq!(snake_case("X-Custom"), "X-Custom");
    assert_eq!(snake_case("SKU"), "SKU");
}

#[test]
fn a_key_in_both_spellings_is_refused() {
    let error = snake_case_keys(json!({ "amountMinor": 1, "amount_minor": 2 })).unwrap_err();
    assert_eq!(error.param.as_deref(), Some("amount_minor"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z_ -]{1,12}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever a merchant keeps in a free-form map comes through untouched, at any depth.
    #[test]
    fn free_form_maps_are_never_rewritten(content in any_json(), which in 0..FREE_FORM.len(), depth in 0usize..3) {
        let mut value = json!({ FREE_FORM[which]: content.clone() });
        for _ in 0..depth {
            value = json!({ "someThing": [value] });
        }
        let mut read = snake_case_keys(value).unwrap();
        for _ in 0..depth {
            read = read["some_thing"][0].take();
        }
        prop_assert_eq!(&read[FREE_FORM[which]], &content);
    }

    /// Outside them every key is rewritten and no value is lost.
    #[test]
    fn keys_outside_are_rewritten(names in prop::collection::btree_set("[a-z]{1,5}([A-Z][a-z]{1,5}){0,3}", 1..8)) {
        let map: Map<String, Value> = names.iter().map(|name| (name.clone(), json!(name))).collect();
        let read = snake_case_keys(Value::Object(map)).unwrap();
        let read = read.as_object().unwrap();
        prop_assert_eq!(read.len(), names.len());
        for (key, value) in read {
            prop_assert!(!key.contains(|c: char| c.is_ascii_uppercase()));
            let name = value.as_str().unwrap();
            prop_assert_eq!(snake_case(name), key.as_str());
        }
    }

    /// No bytes at all make the reader panic.
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _: Result<Sample, Error> = parse(&bytes);
    }
}

#[derive(Debug, Deserialize)]
struct Sample {
    amount_minor: i64,
    #[serde(default)]
    note: Patch<Option<String>>,
    #[serde(default)]
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Step {
    up_to: Option<u32>,
}

#[test]
fn absent_null_and_value_differ() {
    let read = |text: &str| parse::<Sample>(text.as_bytes()).unwrap().note;
    assert_eq!(read(r#"{"amountMinor": 1}"#), Patch::Absent);
    assert_eq!(read(r#"{"amountMinor": 1, "note": null}"#), Patch::Set(None));
    assert_eq!(read(r#"{"amountMinor": 1, "note": "x"}"#), Patch::Set(Some("x".into())));
}

#[test]
fn errors_name_the_field() {
    let param = |text: &str| parse::<Sample>(text.as_bytes()).unwrap_err().param;
    assert_eq!(param("{}").as_deref(), Some("amount_minor"));
    assert_eq!(param(r#"{"amount_minor": "1"}"#).as_deref(), Some("amount_minor"));
    assert_eq!(param(r#"{"amount_minor": 1, "steps": [{"upTo": 1}, {"upTo": -1}]}"#).as_deref(), Some("steps[1].up_to"));
    assert_eq!(param("[]"), None);
    let read = parse::<Sample>(br#"{"amount_minor": 7, "steps": [{"upTo": 3}]}"#).unwrap();
    assert_eq!((read.amount_minor, read.steps[0].up_to), (7, Some(3)));
}

/// Anybody can make methods up; each would be counted for as long as the process runs.
#[tokio::test]
async fn made_up_methods_are_counted_as_one() {
    let world = World::empty().await;
    for method in ["BREW", "MADEUP"] {
        let request = http::Request::builder().method(method).uri("/v2/nothing").body("".into()).unwrap();
        world.send(request).await;
    }
    let metrics = world.nobody().get("/metrics").await.expect(200).body;
    let metrics = metrics.as_str().unwrap();
    assert!(metrics.contains("method=\"other\""), "{metrics}");
    assert!(!metrics.contains("BREW") && !metrics.contains("MADEUP"), "{metrics}");
}
