//! What codes and tokens are good for, and their end.

use super::*;

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
async fn of_two_at_once_one_gets_the_next_tokens() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let app = make(&owner, json!({})).await;
    let one = code(&owner, &app, CALLBACK, "products:read").await;
    let (left, right) = tokio::join!(exchange(&world, &app, &one, &[]), exchange(&world, &app, &one, &[]));
    assert_ne!(left.status, right.status, "{left:?} {right:?}");
    assert_eq!(left.status.min(right.status), 200);
    let given = exchange(&world, &app, &code(&owner, &app, CALLBACK, "products:read").await, &[]).await.expect(200);
    let token = text(&given, "refresh_token");
    let (left, right) = tokio::join!(refresh(&world, &app, &token, ""), refresh(&world, &app, &token, ""));
    assert_ne!(left.status, right.status, "{left:?} {right:?}");
    let lucky = if left.status == 200 { left } else { right };
    get(&world, &text(&lucky, "access_token"), "/v2/products").await.expect(401);
}
