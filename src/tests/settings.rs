//! The business profile, black-box.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use merx::{
    args,
    house::settings::rpc::{GetBusiness, ListTimeZones, RemoveLogo, SetLogo, UpdateBusiness},
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, html},
    harness::World,
};

const PNG: &[u8] = &[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 1, 2, 3];

#[tokio::test]
async fn the_profile_is_changed_field_by_field() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let before = browser.rpc::<GetBusiness>(json!({})).await.expect(200).body;
    assert_eq!((&before["name"], &before["time_zone"]), (&json!("My business"), &json!("UTC")));
    let edit = json!({ "name": " Käse & Söhne ", "time_zone": "Europe/Berlin", "default_currency": "eur",
        "address": { "line1": "Hauptstr. 1", "country": "de" } });
    let after = browser.rpc::<UpdateBusiness>(json!({ "edit": edit })).await.expect(200).body;
    assert_eq!(after["name"], "Käse & Söhne");
    assert_eq!(after["default_currency"], "EUR");
    assert_eq!(after["address"]["country"], "DE");
    assert_eq!(after["tax_id"], before["tax_id"], "what was left out stays");
    assert_eq!(browser.rpc::<GetBusiness>(json!({})).await.expect(200).body, after);
    let previous: Option<String> =
        world.app.db.opt("select previous from events where type = $1 and live = 1", args!["merchant.updated"]).await.unwrap();
    let previous: Value = serde_json::from_str(&previous.unwrap()).unwrap();
    assert_eq!(previous["name"], "My business", "the history holds what was before, in live mode");
}

#[tokio::test]
async fn wrong_values_are_refused_at_their_fields() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let long = "x".repeat(201);
    for (field, edit) in [
        ("name", json!({ "name": "  " })),
        ("legal_name", json!({ "legal_name": long })),
        ("tax_id", json!({ "tax_id": "a\nb" })),
        ("address.city", json!({ "address": { "city": long } })),
        ("address.country", json!({ "address": { "country": "Germany" } })),
        ("time_zone", json!({ "time_zone": "Mars/Olympus" })),
    ] {
        let answer = browser.rpc::<UpdateBusiness>(json!({ "edit": edit })).await.expect(400);
        assert_eq!(answer.body["param"], field, "{:#}", answer.body);
    }
    browser.rpc::<UpdateBusiness>(json!({ "edit": { "default_currency": "XYZ" } })).await.expect(400);
    let zones = browser.rpc::<ListTimeZones>(json!({})).await.expect(200).body;
    assert!(zones.as_array().unwrap().contains(&json!("America/New_York")));
}

#[tokio::test]
async fn a_logo_is_a_small_picture_and_cached_by_its_tag() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let data = format!("data:image/png;base64,{}", STANDARD.encode(PNG));
    let business = browser.rpc::<SetLogo>(json!({ "data": data })).await.expect(200).body;
    let path = format!("/logo/{}", business["id"].as_str().unwrap());
    let stranger = Browser::fresh(&world);
    let answer = stranger.page(&path).await.expect(200);
    assert_eq!((answer.header("content-type"), answer.header("x-content-type-options")), ("image/png", "nosniff"));
    let tag = answer.header("etag");
    let again = async |tags: String| {
        let request = http::Request::builder().uri(&path).header("if-none-match", tags);
        world.send(request.body(axum::body::Body::empty()).unwrap()).await
    };
    for tags in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let known = again(tags).await.expect(304);
        assert_eq!((known.header("etag"), known.header("cache-control")), (tag, "public, max-age=300"));
    }
    again("\"other\"".to_owned()).await.expect(200);

    let svg = STANDARD.encode("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
    for data in [svg, "not base64!".into(), STANDARD.encode(vec![0x89; 600_000])] {
        browser.rpc::<SetLogo>(json!({ "data": data })).await.expect(400);
    }
    browser.rpc::<RemoveLogo>(json!({})).await.expect(200);
    stranger.page(&path).await.expect(404);
    stranger.page("/logo/unknown").await.expect(404);
}

#[tokio::test]
async fn u48_the_page_is_complete_without_scripts() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let page = browser.page("/settings").await.expect(200);
    assert!(html(&page).contains("My business") && html(&page).contains("Europe/Berlin"));
}

#[tokio::test]
async fn u64_names_are_text_not_markup() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let name = "<script>alert(1)</script> \u{202e}evil 🧀";
    browser.rpc::<UpdateBusiness>(json!({ "edit": { "name": name } })).await.expect(200);
    for path in ["/settings", "/settings/team", "/settings/api-keys"] {
        let page = browser.page(path).await.expect(200);
        assert!(!html(&page).contains("<script>alert"), "{path}");
        assert!(html(&page).contains('🧀'), "{path}");
    }
}
