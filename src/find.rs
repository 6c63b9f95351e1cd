//! Search over everything: asks each noun, in the order of the sidebar.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::kit::{FoundGroup, Result};

/// What has this id, code or address, and what the words begin names of: of this merchant and mode,
/// and only what the caller may read. Kinds of which nothing is found are left out.
#[server(input = Json)]
pub async fn find(words: String) -> Result<Vec<FoundGroup>> {
    use crate::{
        catalog::{discounts, prices, products},
        house::{api_keys, oauth, requests, team},
        kit::Kind,
        outward::{events, webhooks},
    };
    /// Longest text that is searched for, in characters; more is cut off.
    const WORDS_CHARS_MAX: usize = 200;
    let cx = crate::kit::cx::cx()?;
    let words: String = words.trim().chars().take(WORDS_CHARS_MAX).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let asked = [
        ("Products", products::ops::find(&cx, &words).await),
        ("Prices", prices::ops::find(&cx, &words).await),
        ("Discounts", discounts::ops::find(&cx, &words).await),
        ("Webhooks", webhooks::ops::find(&cx, &words).await),
        ("Events", events::ops::find(&cx, &words).await),
        ("Team", team::ops::members::find(&cx, &words).await),
        ("API keys", api_keys::ops::find(&cx, &words).await),
        ("API requests", requests::ops::find(&cx, &words).await),
        ("OAuth apps", oauth::ops::apps::find(&cx, &words).await),
    ];
    let mut groups = Vec::new();
    for (label, found) in asked {
        match found {
            Ok(items) if items.is_empty() => {}
            Ok(items) => groups.push(FoundGroup { label: label.to_owned(), items }),
            // What one may not read is not there.
            Err(error) if error.kind == Kind::Forbidden => {}
            Err(error) => return Err(error),
        }
    }
    Ok(groups)
}
