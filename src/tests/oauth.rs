//! OAuth, black-box: apps, consent, tokens, and their end.

use axum::body::Body;
use http::{Request, header};
use merx::{
    args,
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

#[tokio::test]
async fn people_allow_an_app_something() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = make(&browser, json!({})).await;
    let page = browser.page(&authorize_at(&app, CALLBACK, "products:read prices:read")).await.expect(200);
    let shown = words(&page);
    for part in ["Allow Shop sync?", "shop.example", "test data", "(Owner)", "See products", "See prices", "Allow", "Deny"] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!html(&page).contains("<script"), "it works without");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https:;") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "DENY");

    let answer = decide(&browser, &page, "allow").await.expect(303);
    assert!(target(&answer).starts_with("https://shop.example/callback?x=1&code="), "{}", target(&answer));
    assert_eq!((told(&answer, "state").as_str(), told(&answer, "iss").as_str()), ("a b&c", SITE));
    let given = exchange(&world, &app, &told(&answer, "code"), &[("redirect_uri", CALLBACK)]).await.expect(200);
    assert_eq!((&given.body["token_type"], &given.body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(given.body["scope"], "prices:read products:read");
    let token = text(&given, "access_token");
    assert!(token.starts_with("rk_oauth_") && text(&given, "refresh_token").starts_with("rk_refresh_"));
    get(&world, &token, "/v2/products").await.expect(200);
    let refused = get(&world, &token, "/v2/discounts").await.expect(403);
    assert!(refused.message().contains("discounts:read"), "{}", refused.message());

    let grants = browser.rpc::<ListOauthGrants>(json!({})).await.expect(200).body;
    assert_eq!((&grants[0]["app_name"], &grants[0]["self_registered"]), (&json!("Shop sync"), &json!(false)));
    for secret in [&token, &text(&given, "refresh_token"), &app.secret] {
        for query in [
            "select hash from oauth_tokens",
            "select code_hash || app_name || scopes from oauth_grants",
            "select secret_hash || secret_hint || name from oauth_clients",
            "select data from events",
        ] {
            let rows: Vec<String> = world.app.db.all(query, vec![]).await.unwrap();
            assert!(!rows.is_empty() && !rows.concat().contains(secret.as_str()), "{query} finds hashes only");
        }
    }
    let events: Vec<String> = world
        .app
        .db
        .all("select type from events where object_type in ('oauth_app', 'oauth_grant') order by id", vec![])
        .await
        .unwrap();
    assert_eq!(events, ["oauth_app.created", "oauth_grant.created"]);
}

#[tokio::test]
async fn what_an_app_does_is_told_as_its_own() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = make(&browser, json!({})).await;
    let given = exchange(&world, &app, &code(&browser, &app, CALLBACK, "products:write").await, &[]).await.expect(200);
    let product = json!({ "product_id": "p", "name": "P", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 });
    let request = Request::post("/v2/products").header(header::AUTHORIZATION, format!("Bearer {}", text(&given, "access_token")));
    let made = world.send(request.body(Body::from(product.to_string())).unwrap()).await.expect(201);
    let (kind, id, name): (String, String, String) = world
        .app
        .db
        .one(
            "select actor_kind, actor_id, actor_name from events where object_id = $1",
            args![made.body["data"]["id"].as_str().unwrap()],
        )
        .await
        .unwrap_or_else(|_| panic!("{:#}", made.body));
    assert_eq!((kind.as_str(), id, name.starts_with("Shop sync for ")), ("app", app.id.clone(), true));
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = make(&browser, json!({})).await;
    let unknown = App { id: "01890a5d-ac96-774b-bcce-b302099a8057".into(), secret: String::new() };
    for (app, uri) in [
        (&app, "https://evil.example/callback"),
        (&app, "https://shop.example/callback"),
        (&app, "https://shop.example/callback?x=1&y"),
        (&app, "https://shop.example:8443/callback?x=1"),
        (&app, "javascript:alert(1)"),
        (&unknown, CALLBACK),
    ] {
        let page = browser.page(&authorize_at(app, uri, "products:read")).await.expect(400);
        assert!(target(&page).is_empty() && !html(&page).contains(uri), "{uri}");
    }
    let twice = format!("{}&client_id={}", authorize_at(&app, CALLBACK, "products:read"), app.id);
    browser.page(&twice).await.expect(400);
    // What is wrong after that is told the client.
    let good = authorize_at(&app, CALLBACK, "products:read");
    for (from, to, error) in [
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("code_challenge_method=S256", "code_challenge_method=plain", "invalid_request"),
        (CHALLENGE, "short", "invalid_request"),
        ("products%3Aread", "discounts%3Aread", "invalid_scope"),
        ("products%3Aread", "project_configuration%3Aproducts%3Aread", "invalid_scope"),
        ("products%3Aread", "products%3Aread+project_configuration%3Aproducts%3Aread", "invalid_scope"),
    ] {
        let address = good.replace(from, to);
        assert_ne!(address, good);
        let answer = browser.page(&address).await.expect(303);
        assert!(target(&answer).starts_with(CALLBACK), "{to}");
        assert_eq!((told(&answer, "error").as_str(), told(&answer, "state").as_str()), (error, "a b&c"), "{to}");
        assert_eq!(told(&answer, "iss"), SITE);
    }
    let page = browser.page(&good).await.expect(200);
    let denied = decide(&browser, &page, "deny").await.expect(303);
    assert_eq!((told(&denied, "error").as_str(), told(&denied, "code").as_str()), ("access_denied", ""));
}

#[tokio::test]
async fn a_client_that_registered_itself_is_no_way_to_elsewhere() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = public(&world).await;
    let bad = authorize_at(&app, "http://127.0.0.1:5555/cb", "nonsense");
    let page = browser.page(&bad).await.expect(400);
    assert!(target(&page).is_empty() && words(&page).contains("Back to a program on this computer"), "{}", words(&page));
    // Any port of this computer, but nothing else.
    let uri = "http://127.0.0.1:5555/cb";
    let page = browser.page(&authorize_at(&app, uri, "products:read")).await.expect(200);
    assert!(words(&page).contains("It registered itself"), "{}", words(&page));
    assert!(page.header("content-security-policy").contains("http://127.0.0.1:5555"));
    for uri in
        ["http://127.0.0.1:5555/other", "http://localhost:5555/cb", "https://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"]
    {
        browser.page(&authorize_at(&app, uri, "products:read")).await.expect(400);
    }
    let given =
        exchange(&world, &app, &code(&browser, &app, uri, "products:read").await, &[("redirect_uri", uri)]).await.expect(200);
    get(&world, &text(&given, "access_token"), "/v2/products").await.expect(200);
    let itself = [("grant_type", "client_credentials"), ("client_id", app.id.as_str())];
    assert_eq!(post(&world, "/oauth/token", &itself).await.expect(400).body["error"], "unauthorized_client");
}

#[tokio::test]
async fn only_the_person_on_this_site_decides() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = make(&browser, json!({})).await;
    let address = authorize_at(&app, CALLBACK, "products:read");
    let stranger = Browser::fresh(&world);
    let away = stranger.page(&address).await.expect(303);
    assert!(target(&away).starts_with("/sign-in?next=/oauth/authorize%3F"), "{}", target(&away));
    let page = browser.page(&address).await.expect(200);
    let fields = fields(&page);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "allow"));
    browser.post("/oauth/authorize", &fields, "cross-site").await.expect(403);
    let away = stranger.post("/oauth/authorize", &fields, "same-origin").await.expect(303);
    assert!(target(&away).starts_with("/sign-in?next="));
    // What is agreed to is what was shown.
    let more: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, if *name == "scope" { "products:write" } else { *value })).collect();
    let again = browser.post("/oauth/authorize", &more, "same-origin").await.expect(200);
    assert!(words(&again).contains("Something has changed") && words(&again).contains("See and change products"));
    let grants: i64 = world.app.db.one("select count(*) from oauth_grants", vec![]).await.unwrap();
    assert_eq!(grants, 0);
}

#[tokio::test]
async fn a_code_is_for_its_client_once_and_with_its_verifier() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let (app, other) = (make(&browser, json!({})).await, make(&browser, json!({})).await);
    let one = code(&browser, &app, CALLBACK, "products:read").await;
    let wrong = "aBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(exchange(&world, &app, &one, &[("code_verifier", wrong)]).await.expect(400).body["error"], "invalid_grant");
    assert_eq!(exchange(&world, &app, &one, &[("code_verifier", "short")]).await.expect(400).body["error"], "invalid_request");
    assert_eq!(
        exchange(&world, &app, &one, &[("redirect_uri", "https://shop.example/")]).await.expect(400).body["error"],
        "invalid_grant"
    );
    assert_eq!(exchange(&world, &other, &one, &[]).await.expect(400).body["error"], "invalid_grant");
    let missing = [("grant_type", "authorization_code"), ("code", &one), ("client_id", &app.id), ("client_secret", &app.secret)];
    assert_eq!(post(&world, "/oauth/token", &missing).await.expect(400).body["error"], "invalid_request");
    let given = exchange(&world, &app, &one, &[]).await.expect(200);
    let token = text(&given, "access_token");
    get(&world, &token, "/v2/products").await.expect(200);
    // Shown again, it ends what it gave.
    assert_eq!(exchange(&world, &app, &one, &[]).await.expect(400).body["error"], "invalid_grant");
    get(&world, &token, "/v2/products").await.expect(401);
    refresh(&world, &app, &text(&given, "refresh_token"), "").await.expect(400);
    // A minute later it is worth nothing.
    let late = code(&browser, &app, CALLBACK, "products:read").await;
    sql(&world, "update oauth_grants set code_expires_at = $1 where code_used_at is null", args![Clock::system()]).await;
    assert_eq!(exchange(&world, &app, &late, &[]).await.expect(400).body["error"], "invalid_grant");
}

#[tokio::test]
async fn refresh_tokens_work_once_and_tell_on_thieves() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = make(&browser, json!({})).await;
    let first = exchange(&world, &app, &code(&browser, &app, CALLBACK, "products:* prices:read").await, &[]).await.expect(200);
    let less = refresh(&world, &app, &text(&first, "refresh_token"), "products:read").await.expect(200);
    assert_eq!(less.body["scope"], "products:read");
    get(&world, &text(&less, "access_token"), "/v2/prices").await.expect(403);
    get(&world, &text(&first, "access_token"), "/v2/prices").await.expect(200);
    let more = refresh(&world, &app, &text(&less, "refresh_token"), "discounts:read").await.expect(400);
    assert_eq!(more.body["error"], "invalid_scope");
    let all = refresh(&world, &app, &text(&less, "refresh_token"), "").await.expect(200);
    assert_eq!(all.body["scope"], "prices:read products:*", "asking for less once does not narrow the grant");
    assert_eq!(refresh(&world, &app, &text(&first, "access_token"), "").await.expect(400).body["error"], "invalid_grant");
    // The first one comes back: somebody has stolen it, or the one after it.
    assert_eq!(refresh(&world, &app, &text(&first, "refresh_token"), "").await.expect(400).body["error"], "invalid_grant");
    get(&world, &text(&all, "access_token"), "/v2/products").await.expect(401);
    refresh(&world, &app, &text(&all, "refresh_token"), "").await.expect(400);
    let ended: Vec<String> =
        world.app.db.all("select actor_name from events where type = 'oauth_grant.revoked'", vec![]).await.unwrap();
    assert_eq!(ended, ["Merx"]);
}

#[tokio::test]
async fn a_token_never_allows_more_than_its_person() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let app = make(&owner, json!({ "scopes": ["*"] })).await;
    let viewer = join(&world, &owner, "viewer@example.com", "viewer").await;
    let page = viewer.page(&authorize_at(&app, CALLBACK, "products:write discounts:read")).await.expect(200);
    let shown = words(&page);
    assert!(
        shown.contains("See products") && shown.contains("Your role does not let you allow See and change products"),
        "{shown}"
    );
    let given = exchange(&world, &app, &told(&decide(&viewer, &page, "allow").await, "code"), &[]).await.expect(200);
    assert_eq!(given.body["scope"], "discounts:read products:read");
    // Somebody who loses rights loses them in the tokens too.
    let manager = join(&world, &owner, "manager@example.com", "manager").await;
    let given = exchange(&world, &app, &code(&manager, &app, CALLBACK, "*").await, &[]).await.expect(200);
    let token = text(&given, "access_token");
    assert!(!text(&given, "scope").contains("settings") && text(&given, "scope").contains("products:*"));
    let unknown = "/v2/products/01890a5d-ac96-774b-bcce-b302099a8057";
    let rename = |token: String| {
        let request = Request::patch(unknown).header(header::AUTHORIZATION, format!("Bearer {token}"));
        world.send(request.body(Body::from(r#"{"name":"X"}"#)).unwrap())
    };
    rename(token.clone()).await.expect(404);
    let id = member_id(&owner, "manager@example.com").await;
    owner.rpc::<SetRole>(json!({ "user": id, "role": "viewer" })).await.expect(200);
    rename(token.clone()).await.expect(403);
    get(&world, &token, "/v2/products").await.expect(200);
    owner.rpc::<RemoveMember>(json!({ "user": id })).await.expect(200);
    get(&world, &token, "/v2/products").await.expect(401);
    assert_eq!(refresh(&world, &app, &text(&given, "refresh_token"), "").await.expect(400).body["error"], "invalid_grant");
}

#[tokio::test]
async fn an_app_gets_access_for_itself() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let app = make(&browser, json!({ "redirect_uris": [] })).await;
    assert!(app.secret.starts_with("rk_secret_"));
    let given = own_token(&world, &app, "products:read").await.expect(200);
    assert!(given.body.get("refresh_token").is_none());
    assert_eq!((&given.body["scope"], &given.body["token_type"]), (&json!("products:read"), &json!("Bearer")));
    get(&world, &text(&given, "access_token"), "/v2/products").await.expect(200);
    get(&world, &text(&given, "access_token"), "/v2/prices").await.expect(403);
    assert_eq!(own_token(&world, &app, "").await.expect(200).body["scope"], "prices:read products:*");
    assert_eq!(own_token(&world, &app, "prices:write").await.expect(400).body["error"], "invalid_scope");
    for path in ["/api/auth/oauth2/token", "/oauth2/token"] {
        let fields = [("grant_type", "client_credentials")];
        let basic = |secret: &str| {
            use base64::{Engine as _, prelude::BASE64_STANDARD};
            Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{secret}", app.id))))
        };
        post_with(&world, path, &fields, basic(&app.secret)).await.expect(200);
        let refused = post_with(&world, path, &fields, basic("wrong")).await.expect(401);
        assert_eq!(
            (&refused.body["error"], refused.header("www-authenticate")),
            (&json!("invalid_client"), "Basic realm=\"oauth\"")
        );
    }
    let wrong = App { id: app.id.clone(), secret: "rk_secret_wrong".into() };
    let unknown = App { id: "01890a5d-ac96-774b-bcce-b302099a8057".into(), secret: app.secret.clone() };
    let (wrong, unknown) = (own_token(&world, &wrong, "").await.expect(401), own_token(&world, &unknown, "").await.expect(401));
    assert_eq!(wrong.body, unknown.body, "nobody learns which clients there are");
    for (fields, error) in [
        (
            vec![("grant_type", "password"), ("client_id", app.id.as_str()), ("client_secret", &app.secret)],
            "unsupported_grant_type",
        ),
        (vec![("client_id", app.id.as_str()), ("client_secret", &app.secret)], "invalid_request"),
        (vec![("client_id", app.id.as_str()), ("client_id", &app.id), ("client_secret", &app.secret)], "invalid_request"),
    ] {
        assert_eq!(post(&world, "/oauth/token", &fields).await.expect(400).body["error"], error);
    }
    let request = Request::post("/oauth/token").header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
    assert_eq!(world.send(request).await.expect(400).body["error"], "invalid_request");
}

#[tokio::test]
async fn guessing_secrets_is_slowed_down() {
    let world = World::new().await;
    let app = make(&Browser::owner(&world).await, json!({})).await;
    let wrong = App { id: app.id.clone(), secret: "rk_secret_wrong".into() };
    for _ in 0..30 {
        own_token(&world, &app, "products:read").await.expect(200);
    }
    for _ in 0..50 {
        own_token(&world, &wrong, "").await.expect(401);
    }
    let slowed = own_token(&world, &wrong, "").await.expect(429);
    assert_eq!(slowed.body["error"], "temporarily_unavailable");
}

#[tokio::test]
async fn revenuecats_permissions_give_tokens_of_its_dialect() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let scopes = json!({ "dialect": "revenuecat", "scopes": ["project_configuration:products:read_write", "project_configuration:projects:read"] });
    let app = make(&owner, scopes).await;
    let given = own_token(&world, &app, "").await.expect(200);
    let token = text(&given, "access_token");
    assert!(token.starts_with("atk_"), "{token}");
    let projects = get(&world, &token, "/v2/projects").await.expect(200);
    let id = projects.body["items"][0]["id"].as_str().unwrap().to_owned();
    get(&world, &token, &format!("/v2/projects/{id}/products")).await.expect(200);
    let refused = get(&world, &token, &format!("/v2/projects/{id}/apps")).await.expect(403);
    assert!(refused.message().contains("project_configuration:apps:read"));
    assert_eq!(get(&world, &token, "/v2/products").await.expect(401).body["code"], "invalid_api_key");
    let mixed = own_token(&world, &app, "products:read project_configuration:products:read").await.expect(400);
    assert_eq!(mixed.body["error"], "invalid_scope");
    // Roles are translated.
    let viewer = join(&world, &owner, "viewer@example.com", "viewer").await;
    let given = exchange(&world, &app, &code(&viewer, &app, CALLBACK, "").await, &[]).await.expect(200);
    assert_eq!(given.body["scope"], "project_configuration:products:read project_configuration:projects:read");
    assert!(text(&given, "access_token").starts_with("atk_") && text(&given, "refresh_token").starts_with("rtk_"));
    get(&world, &text(&given, "access_token"), &format!("/v2/projects/{id}/products")).await.expect(200);
    // The dialects do not take each other's tokens, nor their headers.
    let revkeen = make(&owner, json!({})).await;
    let token = text(&own_token(&world, &revkeen, "products:read").await.expect(200), "access_token");
    get(&world, &token, "/v2/projects").await.expect(401);
    let request = Request::get("/v2/products").header("x-api-key", &token).body(Body::empty()).unwrap();
    world.send(request).await.expect(401);
    assert!(
        world.api_of(world.other_merchant("B").await, Mode::Test, Dialect::Revkeen).await.get("/v2/products").await.status == 200
    );
}

#[tokio::test]
async fn tokens_belong_to_one_merchant_and_mode() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let product =
        json!({ "product_id": "mine", "name": "Mine", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 1 });
    world.api().await.post("/v2/products", product).await.expect(201);
    let (app, desk) = (make(&owner, json!({})).await, public(&world).await);
    let count = |answer: Answer| answer.expect(200).body["data"].as_array().unwrap().len();
    let token = text(&own_token(&world, &app, "").await, "access_token");
    assert_eq!(count(get(&world, &token, "/v2/products").await), 1);
    owner.form::<SetMode>("/", &[("mode", "live")]).await.expect(302);
    // An own app stays in its mode, whatever the person looks at; any other gets the mode that is shown.
    let page = owner.page(&authorize_at(&app, CALLBACK, "products:read")).await.expect(200);
    assert!(words(&page).contains("test data"), "{}", words(&page));
    let page = owner.page(&authorize_at(&desk, "http://127.0.0.1:1/cb", "products:read")).await.expect(200);
    assert!(words(&page).contains("live data"), "{}", words(&page));
    let given = exchange(&world, &desk, &told(&decide(&owner, &page, "allow").await, "code"), &[]).await.expect(200);
    assert_eq!(count(get(&world, &text(&given, "access_token"), "/v2/products").await), 0);
    assert_eq!(owner.rpc::<ListOauthApps>(json!({ "query": {} })).await.expect(200).body["total"], 0);
    assert_eq!(owner.rpc::<ListOauthGrants>(json!({})).await.expect(200).body.as_array().unwrap().len(), 1);
    owner.rpc::<DeleteOauthApp>(json!({ "id": app.id })).await.expect(404);
    // People of other businesses are not asked.
    let other = world.other_merchant("Other").await;
    sql(&world, "update oauth_clients set merchant_id = $1 where id = $2", args![other, app.id.as_str()]).await;
    let page = owner.page(&authorize_at(&app, CALLBACK, "products:read")).await.expect(400);
    assert!(words(&page).contains("another business"));
}

#[tokio::test]
async fn access_is_taken_back_by_people_and_given_back_by_clients() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let app = make(&owner, json!({})).await;
    let viewer = join(&world, &owner, "viewer@example.com", "viewer").await;
    let given = exchange(&world, &app, &code(&viewer, &app, CALLBACK, "products:read").await, &[]).await.expect(200);
    let owners = exchange(&world, &app, &code(&owner, &app, CALLBACK, "products:read").await, &[]).await.expect(200);
    let grants = owner.rpc::<ListOauthGrants>(json!({})).await.expect(200).body;
    let (newest, oldest) = (&grants[0]["id"], &grants[1]["id"]);
    let own = viewer.rpc::<ListOauthGrants>(json!({})).await.expect(200).body;
    assert_eq!((own.as_array().unwrap().len(), &own[0]["id"]), (1, oldest), "one's own can be seen without the right to see all");
    viewer.rpc::<RevokeOauthGrant>(json!({ "id": newest })).await.expect(403);
    get(&world, &text(&given, "access_token"), "/v2/products").await.expect(200);
    viewer.rpc::<RevokeOauthGrant>(json!({ "id": oldest })).await.expect(200);
    get(&world, &text(&given, "access_token"), "/v2/products").await.expect(401);
    viewer.rpc::<RevokeOauthGrant>(json!({ "id": oldest })).await.expect(409);
    // RFC 7009.
    let other = make(&owner, json!({})).await;
    let end = |app: &App, token: String| {
        let fields = [("client_id", app.id.clone()), ("client_secret", app.secret.clone()), ("token", token)];
        let world = &world;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            post(world, "/oauth/revoke", &fields).await
        }
    };
    let look = |token: String| {
        let fields = [("client_id", app.id.clone()), ("client_secret", app.secret.clone()), ("token", token)];
        let world = &world;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            post(world, "/oauth/introspect", &fields).await.expect(200).body
        }
    };
    let (access, next) = (text(&owners, "access_token"), text(&owners, "refresh_token"));
    assert_eq!(end(&other, access.clone()).await.expect(400).body["error"], "invalid_grant");
    let known = look(access.clone()).await;
    assert_eq!((&known["active"], &known["scope"], &known["client_id"]), (&json!(true), &json!("products:read"), &json!(app.id)));
    end(&app, access.clone()).await.expect(200);
    get(&world, &access, "/v2/products").await.expect(401);
    assert_eq!(look(access).await, json!({ "active": false }));
    let again = refresh(&world, &app, &next, "").await.expect(200);
    end(&app, text(&again, "refresh_token")).await.expect(200);
    get(&world, &text(&again, "access_token"), "/v2/products").await.expect(401);
    end(&app, "rk_oauth_unknown".into()).await.expect(200);
    assert_eq!(owner.rpc::<ListOauthGrants>(json!({})).await.expect(200).body, json!([]));
}

#[tokio::test]
async fn tokens_end_by_themselves() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let app = make(&owner, json!({})).await;
    let given = exchange(&world, &app, &code(&owner, &app, CALLBACK, "products:read").await, &[]).await.expect(200);
    let lasts: Vec<i64> =
        world.app.db.all("select expires_at - created_at from oauth_tokens order by kind", vec![]).await.unwrap();
    assert_eq!(lasts, [3_600_000, 7 * 86_400_000]);
    sql(&world, "update oauth_tokens set expires_at = $1", args![Clock::system()]).await;
    let refused = get(&world, &text(&given, "access_token"), "/v2/prices").await.expect(401);
    assert_eq!(refused.body["error"]["code"], "expired_access_token");
    refresh(&world, &app, &text(&given, "refresh_token"), "").await.expect(400);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(merx::house::oauth::ops::prune(&world.app).await.unwrap(), 2);
}

#[tokio::test]
async fn apps_are_made_rolled_and_deleted() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let app = make(&owner, json!({})).await;
    let token = text(&own_token(&world, &app, "").await.expect(200), "access_token");
    let rolled = owner.rpc::<RollOauthApp>(json!({ "id": app.id, "overlap_hours": 1 })).await.expect(200).body;
    let new = App { id: app.id.clone(), secret: rolled["secret"].as_str().unwrap().into() };
    own_token(&world, &app, "").await.expect(200);
    own_token(&world, &new, "").await.expect(200);
    let rolled = owner.rpc::<RollOauthApp>(json!({ "id": app.id, "overlap_hours": 0 })).await.expect(200).body;
    own_token(&world, &app, "").await.expect(401);
    own_token(&world, &new, "").await.expect(401);
    own_token(&world, &App { id: app.id.clone(), secret: rolled["secret"].as_str().unwrap().into() }, "").await.expect(200);
    let list = owner.rpc::<ListOauthApps>(json!({ "query": {} })).await.expect(200).body;
    assert!(!list.to_string().contains("hash") && list["items"][0]["secret_hint"].as_str().unwrap().starts_with("rk_secret_"));
    let page = owner.page("/developers/oauth-apps").await.expect(200);
    assert!(words(&page).contains("Shop sync") && words(&page).contains(&app.id));
    let admin = join(&world, &owner, "manager@example.com", "manager").await;
    admin.rpc::<ListOauthApps>(json!({ "query": {} })).await.expect(403);
    admin.rpc::<DeleteOauthApp>(json!({ "id": app.id })).await.expect(403);
    owner.rpc::<DeleteOauthApp>(json!({ "id": app.id })).await.expect(200);
    get(&world, &token, "/v2/products").await.expect(401);
    own_token(&world, &new, "").await.expect(401);
    for (wrong, field) in [
        (json!({ "name": " " }), "name"),
        (json!({ "scopes": [] }), "scopes"),
        (json!({ "scopes": ["project_configuration:apps:read"] }), "scopes"),
        (json!({ "confidential": false, "redirect_uris": [] }), "redirect_uris"),
        (json!({ "redirect_uris": ["http://shop.example/cb"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["https://shop.example/cb#part"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["https://*.shop.example/cb"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["https://me@shop.example/cb"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["/callback"] }), "redirect_uris"),
    ] {
        let mut new = json!({ "name": "X", "scopes": ["products:read"], "redirect_uris": [CALLBACK], "confidential": true });
        new.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let refused = owner.rpc::<CreateOauthApp>(json!({ "new": new })).await.expect(400);
        assert_eq!(refused.body["param"], field, "{wrong}");
    }
    let ok =
        json!({ "confidential": false, "redirect_uris": ["com.example.app:/cb", "http://[::1]/cb", "http://localhost:1/cb"] });
    assert!(make(&owner, ok).await.secret.is_empty());
}

#[tokio::test]
async fn clients_register_themselves_within_limits() {
    let world = World::new().await;
    let made = register(&world, json!({ "redirect_uris": ["https://a.example/cb"], "client_name": "A", "logo_uri": "x" }))
        .await
        .expect(201);
    assert!(text(&made, "client_secret").starts_with("rk_secret_"));
    assert_eq!(
        (&made.body["client_secret_expires_at"], &made.body["token_endpoint_auth_method"]),
        (&json!(0), &json!("client_secret_basic"))
    );
    assert_eq!(made.body["grant_types"], json!(["authorization_code", "refresh_token"]));
    let own = App { id: text(&made, "client_id"), secret: text(&made, "client_secret") };
    assert_eq!(own_token(&world, &own, "").await.expect(400).body["error"], "unauthorized_client");
    let long = "x".repeat(101);
    for (body, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["http://a.example/cb"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": vec!["https://a.example/cb"; 11] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [format!("https://a.example/{}", "x".repeat(2_000))] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://a.example/cb"], "client_name": long }), "invalid_client_metadata"),
        (json!({ "redirect_uris": ["https://a.example/cb"], "client_name": "A\u{202e}B" }), "invalid_client_metadata"),
        (json!({ "redirect_uris": ["https://a.example/cb"], "grant_types": ["client_credentials"] }), "invalid_client_metadata"),
        (json!({ "redirect_uris": ["https://a.example/cb"], "response_types": ["token"] }), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "private_key_jwt" }),
            "invalid_client_metadata",
        ),
        (json!({ "redirect_uris": ["https://a.example/cb"], "scope": "nonsense" }), "invalid_client_metadata"),
        (json!({ "redirect_uris": 7 }), "invalid_client_metadata"),
    ] {
        assert_eq!(register(&world, body.clone()).await.expect(400).body["error"], error, "{body:.200}");
    }
    register(&world, json!({ "redirect_uris": ["https://a.example/cb"], "client_name": "x".repeat(40_000) })).await.expect(400);
    let mut last = 201;
    for _ in 0..20 {
        last = register(&world, json!({ "redirect_uris": ["https://a.example/cb"] })).await.status;
    }
    assert_eq!(last, 429);
    sql(&world, "update oauth_clients set created_at = 0", vec![]).await;
    assert!(merx::house::oauth::ops::prune(&world.app).await.unwrap() > 1, "clients that nobody uses are forgotten");
    assert_eq!(own_token(&world, &own, "").await.expect(401).body["error"], "invalid_client");
}

#[tokio::test]
async fn the_metadata_says_where_everything_is() {
    let world = World::new().await;
    let known = world.nobody().get("/.well-known/oauth-authorization-server").await.expect(200).body;
    assert_eq!(known["issuer"], SITE);
    for (member, path) in [
        ("authorization_endpoint", "/oauth/authorize"),
        ("token_endpoint", "/oauth/token"),
        ("registration_endpoint", "/oauth/register"),
        ("revocation_endpoint", "/oauth/revoke"),
        ("introspection_endpoint", "/oauth/introspect"),
    ] {
        assert_eq!(known[member], format!("{SITE}{path}"));
    }
    assert_eq!(known["code_challenge_methods_supported"], json!(["S256"]));
    let scopes = known["scopes_supported"].as_array().unwrap();
    assert!(scopes.len() > 73 && scopes.contains(&json!("products:write")));
    let guarded = world.nobody().get("/.well-known/oauth-protected-resource").await.expect(200).body;
    assert_eq!((&guarded["resource"], &guarded["authorization_servers"]), (&json!(format!("{SITE}/v2")), &json!([SITE])));
    world.nobody().get("/oauth/token").await.expect(405);
}
