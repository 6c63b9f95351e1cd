//! What happened to one object, read off the events of its changes; the same for every noun.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Currency, Metadata, Result, Time, money};

/// Something that happened to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Id of the event.
    pub id: String,
    /// Its type: `product.updated`.
    pub kind: String,
    /// For people: `Product updated`.
    pub text: String,
    /// Who did it.
    pub actor: String,
    pub at: Time,
    /// What became different.
    pub changes: Vec<Change>,
}

/// One attribute that became different, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// For people: `Trial days`.
    pub name: String,
    pub before: String,
    pub after: String,
}

/// The newest events about an object, newest first. Needs the right to read that kind of object.
#[server(input = Json)]
pub async fn timeline(object_id: String) -> Result<Vec<Occurrence>> {
    super::events::timeline(&super::cx::cx()?, &object_id).await
}

/// `product.default_price_changed` as `Product default price changed`.
pub fn sentence(kind: &str) -> String {
    capitalised(&kind.replace(['.', '_'], " "))
}

/// The attributes in `previous` beside what `data` has now. Left out is what tells people nothing:
/// when it was last changed, ids, and switches that the event's own name speaks of.
pub fn changes(kind: &str, data: &Metadata, previous: &Metadata) -> Vec<Change> {
    let named = !kind.ends_with(".updated");
    let currency = data.get("currency").and_then(Value::as_str).and_then(Currency::parse);
    let now = |key: &str| data.get(key).unwrap_or(&Value::Null);
    let told = |key: &str, before: &Value| {
        let id = key.ends_with("_id") && (is_id(before) || is_id(now(key)));
        !id && key != "updated_at" && !(named && key.starts_with("is_"))
    };
    let words = |key: &str, value: &Value| match value {
        Value::Number(number) if is_percentage(key, data) => format!("{number}%"),
        value => in_words(key, value, currency),
    };
    let members = previous.iter().filter(|(key, before)| told(key, before));
    members
        .map(|(key, before)| Change {
            name: capitalised(&key.trim_end_matches("_minor").replace('_', " ")),
            before: words(key, before),
            after: words(key, now(key)),
        })
        .collect()
}

/// An `x_value` beside the `x_type` "percentage".
fn is_percentage(key: &str, data: &Metadata) -> bool {
    let kind = key.strip_suffix("_value").and_then(|stem| data.get(&format!("{stem}_type")));
    kind.and_then(Value::as_str) == Some("percentage")
}

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| uuid::Uuid::try_parse(text).is_ok())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Longest value shown, characters.
const VALUE_CHARS_MAX: usize = 200;

fn in_words(key: &str, value: &Value, currency: Option<Currency>) -> String {
    let is_amount = ["_minor", "_amount", "_value"].iter().any(|ending| key.ends_with(ending));
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => match (number.as_i64(), currency) {
            (Some(amount), Some(currency)) if is_amount => money::format(amount, currency),
            _ => number.to_string(),
        },
        Value::String(text) => match Time::parse(text) {
            Some(time) => format!("{} UTC", time.to_text()),
            None => text.clone(),
        },
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(|item| in_words(key, item, currency)).collect::<Vec<_>>().join(", ")
        }
        nested => nested.to_string(),
    };
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
