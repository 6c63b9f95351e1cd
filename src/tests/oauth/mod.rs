//! OAuth, black-box: apps, consent, tokens, and their end; here is what the tests share.

mod clients;
mod consent;
mod tokens;

use axum::body::Body;
use http::{Request, header};
use merx::{
    args,
    find::Find,
    house::{
        api_keys::model::Dialect,
        oauth::rpc::{CreateOauthApp, DeleteOauthApp, ListOauthApps, ListOauthGrants, RevokeOauthGrant, RollOauthApp},
        team::rpc::{RemoveMember, SetMode, SetRole},
    },
    kit::{Mode, clock::Clock},
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, SITE, html, target, words},
    harness::{Answer, World},
    team::{join, member_id, sql},
};

/// The example of RFC 7636.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://shop.example/callback?x=1";

/// A client and its secret.
struct App {
    id: String,
    secret: String,
}

async fn make(browser: &Browser<'_>, more: Value) -> App {
    let mut new = json!({ "name": "Shop sync", "scopes": ["products:*", "prices:read"], "redirect_uris": [CALLBACK], "confidential": true });
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = browser.rpc::<CreateOauthApp>(json!({ "new": new })).await.expect(200).body;
    App { id: made["app"]["id"].as_str().unwrap().into(), secret: made["secret"].as_str().unwrap_or_default().into() }
}

/// Registers a client that belongs to nobody.
async fn register(world: &World, body: Value) -> Answer {
    let request = Request::post("/oauth/register").header(header::CONTENT_TYPE, "application/json");
    world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn public(world: &World) -> App {
    let body = json!({ "client_name": "Desk", "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none" });
    let made = register(world, body).await.expect(201).body;
    assert!(made.get("client_secret").is_none());
    App { id: made["client_id"].as_str().unwrap().into(), secret: String::new() }
}

async fn post(world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
    post_with(world, path, fields, None).await
}

async fn post_with(world: &World, path: &str, fields: &[(&str, &str)], authorization: Option<String>) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    let answer = world.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    answer
}

/// Asks for an access token for the app itself.
async fn own_token(world: &World, app: &App, scope: &str) -> Answer {
    let fields = [("grant_type", "client_credentials"), ("client_id", &app.id), ("client_secret", &app.secret), ("scope", scope)];
    post(world, "/oauth/token", &fields).await
}

async fn get(world: &World, token: &str, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

fn authorize_at(app: &App, redirect_uri: &str, scope: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", &app.id),
            ("redirect_uri", redirect_uri),
            ("scope", scope),
            ("state", "a b&c"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    format!("/oauth/authorize?{query}")
}

/// The hidden fields of a page's form.
fn fields(page: &Answer) -> Vec<(String, String)> {
    let text = |html: &str, name: &str| {
        let value = html.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", "\""))
    };
    let inputs = html(page).split("<input type=\"hidden\"").skip(1);
    inputs.map(|input| (text(input, " name").unwrap(), text(input, " value").unwrap())).collect()
}

async fn decide(browser: &Browser<'_>, page: &Answer, decision: &str) -> Answer {
    let fields = fields(page);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", decision));
    browser.post("/oauth/authorize", &fields, "same-origin").await
}

/// A parameter of the address that an answer leads to.
fn told(answer: &Answer, name: &str) -> String {
    let query = target(answer).split_once('?').unwrap_or_default().1.to_owned();
    let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The code that somebody's consent gives.
async fn code(browser: &Browser<'_>, app: &App, redirect_uri: &str, scope: &str) -> String {
    let page = browser.page(&authorize_at(app, redirect_uri, scope)).await.expect(200);
    let answer = decide(browser, &page, "allow").await.expect(303);
    assert!(target(&answer).starts_with(redirect_uri), "{}", target(&answer));
    told(&answer, "code")
}

async fn exchange(world: &World, app: &App, code: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("client_id", &app.id)];
    if !app.secret.is_empty() {
        fields.push(("client_secret", &app.secret));
    }
    if !more.iter().any(|(name, _)| *name == "code_verifier") {
        fields.push(("code_verifier", VERIFIER));
    }
    fields.extend(more);
    post(world, "/oauth/token", &fields).await
}

async fn refresh(world: &World, app: &App, token: &str, scope: &str) -> Answer {
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", &app.id), ("scope", scope)];
    if !app.secret.is_empty() {
        fields.push(("client_secret", &app.secret));
    }
    post(world, "/oauth/token", &fields).await
}

fn text(answer: &Answer, name: &str) -> String {
    answer.body[name].as_str().unwrap_or_default().to_owned()
}
