//! Clients: made, registered, proven.

use super::*;

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
    for _ in 0..100 {
        own_token(&world, &app, "products:read").await.expect(200);
    }
    for _ in 0..200 {
        own_token(&world, &wrong, "").await.expect(401);
    }
    let slowed = own_token(&world, &wrong, "").await.expect(429);
    assert_eq!(slowed.body["error"], "temporarily_unavailable");
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
    let found = owner.rpc::<Find>(json!({ "words": "shop" })).await.expect(200).body;
    assert_eq!((&found[0]["label"], &found[0]["items"][0]["title"]), (&json!("OAuth apps"), &json!("Shop sync")));
    let manager = join(&world, &owner, "manager@example.com", "manager").await;
    manager.rpc::<ListOauthApps>(json!({ "query": {} })).await.expect(403);
    manager.rpc::<DeleteOauthApp>(json!({ "id": app.id })).await.expect(403);
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
