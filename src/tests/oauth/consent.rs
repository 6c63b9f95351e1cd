//! Somebody is asked, and decides.

use super::*;

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
async fn what_a_client_says_about_itself_is_text() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let name = "</title><b>\"Bank\"</b>&amp;";
    let made = register(&world, json!({ "client_name": name, "redirect_uris": [CALLBACK] })).await.expect(201);
    let app = App { id: text(&made, "client_id"), secret: String::new() };
    let page = browser.page(&authorize_at(&app, CALLBACK, "products:read")).await.expect(200);
    assert!(!html(&page).contains("<b>"), "{}", html(&page));
    assert_eq!(html(&page).matches("&lt;/title&gt;&lt;b&gt;").count(), 3, "title, heading and facts: {}", html(&page));
    assert!(!html(&page).contains("&amp;amp;amp;"), "escaped once: {}", html(&page));
    let wrong = authorize_at(&app, CALLBACK, "<b>bold</b>");
    assert!(!html(&browser.page(&wrong).await.expect(400)).contains("<b>"));
}
