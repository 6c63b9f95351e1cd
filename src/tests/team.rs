//! People, black-box: set-up, signing in, roles, invitations, sessions.

use merx::{
    args,
    house::{
        api_keys::rpc::{CreateApiKey, ListApiKeys},
        settings::rpc::{GetBusiness, UpdateBusiness},
        team::{
            model::{Role, elsewhere, safe_next},
            rpc::*,
        },
    },
    kit::{Kind, clock::Clock, crypto, scopes_allow},
    transaction,
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, SITE, html, refusal, target},
    harness::{OWNER, PASSWORD, World},
};

/// The password of everybody who is invited here.
const WORD: &str = "a few words are good";

/// Invites somebody; the link's token.
pub async fn invite(owner: &Browser<'_>, email: &str, role: &str) -> String {
    let made = owner.rpc::<SendInvitation>(json!({ "email": email, "role": role })).await.expect(200).body;
    let link = made["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&format!("{SITE}/invitation?token=")), "{link}");
    link.rsplit('=').next().unwrap().to_owned()
}

/// Somebody with a role, signed in.
pub async fn join<'w>(world: &'w World, owner: &Browser<'_>, email: &str, role: &str) -> Browser<'w> {
    let token = invite(owner, email, role).await;
    let browser = Browser::fresh(world);
    let fields = [("token", token.as_str()), ("name", "New Person"), ("password", WORD)];
    let page = format!("/invitation?token={token}");
    let answer = browser.form::<AcceptInvitation>(&page, &fields).await.expect(302);
    assert_eq!(target(&answer), "/");
    browser
}

/// Types of the events about one kind of object, with who did it, oldest first.
async fn events(world: &World, object_type: &str) -> Vec<(String, String)> {
    let sql = "select type, actor_name from events where object_type = $1 and live = 1 order by id";
    world.app.db.all(sql, args![object_type]).await.unwrap()
}

fn event(kind: &str, actor: &str) -> (String, String) {
    (kind.to_owned(), actor.to_owned())
}

/// The id of somebody who works for the business.
pub async fn member_id(browser: &Browser<'_>, email: &str) -> Value {
    let members = browser.rpc::<ListMembers>(json!({})).await.expect(200).body;
    let found = members.as_array().unwrap().iter().find(|member| member["email"] == email).cloned();
    found.unwrap()["user_id"].clone()
}

pub async fn sql(world: &World, statement: &'static str, args: Vec<merx::kit::db::Value>) -> u64 {
    let db = &world.app.db;
    transaction!(db, |tx| { tx.exec(statement, args.clone()).await }).unwrap()
}

#[tokio::test]
async fn the_first_visitor_sets_up() {
    let world = World::empty().await;
    let browser = Browser::fresh(&world);
    for path in ["/", "/products", "/sign-in"] {
        assert_eq!(target(&browser.page(path).await.expect(303)), "/setup");
    }
    let page = browser.page("/setup").await.expect(200);
    assert!(html(&page).contains("<h1") && html(&page).contains("<form"));
    let bad = [("business", ""), ("name", "Ada"), ("email", "ada"), ("password", "short")];
    let refused = refusal(&browser.form::<SetUp>("/setup", &bad).await.expect(302));
    let fields: Vec<&str> = refused.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(fields, ["business", "email", "password"]);
    let good = [("business", "Ada & Co"), ("name", "Ada"), ("email", "Ada@Example.com"), ("password", WORD)];
    let answer = browser.form::<SetUp>("/setup", &good).await.expect(302);
    assert_eq!(target(&answer), "/");
    let viewer = browser.rpc::<GetViewer>(json!({})).await.expect(200).body;
    assert_eq!((&viewer["role"], &viewer["business"], &viewer["mode"]), (&json!("owner"), &json!("Ada & Co"), &json!("test")));
    let again = Browser::fresh(&world);
    assert_eq!(refusal(&again.form::<SetUp>("/setup", &good).await).kind, Kind::Conflict);
    assert_eq!(target(&again.page("/setup").await.expect(303)), "/sign-in");
    Browser::signed_in(&world, "ada@example.COM", WORD).await;
}

#[tokio::test]
async fn signing_in_starts_a_session_of_its_own() {
    let world = World::new().await;
    let browser = Browser::fresh(&world);
    browser.set_cookie(Some("merx_session=AAAAAAAAAAAAAAAAAAAAAA".into()));
    let fields = [("email", OWNER), ("password", PASSWORD), ("next", "/settings?a=b")];
    let answer = browser.form::<SignIn>("/sign-in", &fields).await.expect(302);
    assert_eq!(target(&answer), "/settings?a=b");
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("AAAAAAAA"), "{cookie}");
    let first = browser.cookie();
    browser.form::<SignIn>("/sign-in", &fields).await.expect(302);
    assert_ne!(browser.cookie(), first, "signing in again changes the id");
    let stale = Browser::fresh(&world);
    stale.set_cookie(first);
    stale.rpc::<GetViewer>(json!({})).await.expect(401);
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "evil"] {
        let fields = [("email", OWNER), ("password", PASSWORD), ("next", next)];
        let answer = Browser::fresh(&world).form::<SignIn>("/sign-in", &fields).await.expect(302);
        assert_eq!(target(&answer), "/", "{next}");
    }
}

#[tokio::test]
async fn wrong_passwords_and_unknown_accounts_look_the_same() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for email in [OWNER, "nobody@example.com"] {
        let browser = Browser::fresh(&world);
        let answer = browser.form::<SignIn>("/sign-in?next=/x", &[("email", email), ("password", "wrong wrong wrong")]).await;
        assert!(browser.cookie().is_none());
        let error = refusal(&answer);
        assert_eq!(error.kind, Kind::Unauthenticated);
        let page = browser.page(target(&answer).strip_prefix(SITE).unwrap()).await.expect(200);
        assert!(html(&page).contains(&error.message), "the page says what was wrong");
        assert!(html(&page).contains("value=\"/x\""), "and still knows where to go");
        assert!(html(&page).contains(&format!("value=\"{email}\"")), "and what was typed");
        answers.push((error.code, error.message, error.fields, target(&answer).to_owned()));
    }
    assert_eq!((&answers[0].0, &answers[0].1, &answers[0].2), (&answers[1].0, &answers[1].1, &answers[1].2));
    let again = Browser::fresh(&world).form::<SignIn>(&answers[0].3[SITE.len()..], &[("email", OWNER), ("password", "x")]).await;
    refusal(&again);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let world = World::new().await;
    let browser = Browser::fresh(&world);
    for _ in 0..12 {
        Browser::owner(&world).await;
    }
    for _ in 0..10 {
        let answer = browser.form::<SignIn>("/sign-in", &[("email", OWNER), ("password", "wrong")]).await;
        assert_eq!(refusal(&answer).kind, Kind::Unauthenticated);
    }
    let answer = browser.form::<SignIn>("/sign-in", &[("email", OWNER), ("password", PASSWORD)]).await;
    assert_eq!(refusal(&answer).kind, Kind::TooManyRequests);
    let other = browser.form::<SignIn>("/sign-in", &[("email", "other@example.com"), ("password", "wrong")]).await;
    assert_eq!(refusal(&other).kind, Kind::Unauthenticated);
}

#[tokio::test]
async fn signed_out_visitors_are_sent_to_sign_in_and_back() {
    let world = World::new().await;
    let browser = Browser::fresh(&world);
    assert_eq!(target(&browser.page("/discounts?status=active").await.expect(303)), "/sign-in?next=/discounts%3Fstatus%3Dactive");
    assert_eq!(target(&browser.page("/").await.expect(303)), "/sign-in");
    for path in ["/sign-in", "/forgot-password"] {
        let page = browser.page(path).await.expect(200);
        assert!(html(&page).contains("<h1"), "{path}");
    }
    let refused = browser.rpc::<ListMembers>(json!({})).await.expect(401);
    assert_eq!(refused.body["code"], "authentication_failed");
    let owner = Browser::owner(&world).await;
    assert_eq!(target(&owner.page("/sign-in?next=/settings").await.expect(303)), "/settings");
    owner.form::<SignOut>("/settings", &[]).await.expect(302);
    assert!(owner.cookie().is_none());
}

#[tokio::test]
async fn u61_each_role_does_what_it_may() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    for (role, team, keys, keys_read, settings) in [
        ("admin", 200, 200, 200, 200),
        ("manager", 403, 403, 403, 403),
        ("support", 403, 403, 403, 403),
        ("viewer", 403, 403, 403, 403),
    ] {
        let browser = join(&world, &owner, &format!("{role}@example.com"), role).await;
        browser.rpc::<ListMembers>(json!({})).await.expect(200);
        browser.rpc::<GetBusiness>(json!({})).await.expect(200);
        let invited = json!({ "email": format!("by-{role}@example.com"), "role": "viewer" });
        browser.rpc::<SendInvitation>(invited).await.expect(team);
        browser.rpc::<ListApiKeys>(json!({ "query": {} })).await.expect(keys_read);
        browser.rpc::<CreateApiKey>(json!({ "new": { "name": "X", "scopes": ["*"] } })).await.expect(keys);
        browser.rpc::<UpdateBusiness>(json!({ "edit": { "tax_id": "1" } })).await.expect(settings);
        browser.page("/settings/team").await.expect(200);
        let page = browser.page("/settings/api-keys").await;
        assert_eq!(html(&page).contains("You do not have access"), keys_read == 403, "{role}");
    }
}

#[tokio::test]
async fn only_owners_make_owners_and_the_last_one_stays() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let admin = join(&world, &owner, "admin@example.com", "admin").await;
    let (owner_id, admin_id) = (member_id(&owner, OWNER).await, member_id(&owner, "admin@example.com").await);
    let role = |user: &Value, role: &str| json!({ "user": user, "role": role });
    admin.rpc::<SetRole>(role(&admin_id, "owner")).await.expect(403);
    admin.rpc::<SetRole>(role(&owner_id, "viewer")).await.expect(403);
    admin.rpc::<RemoveMember>(json!({ "user": owner_id })).await.expect(403);
    admin.rpc::<SendInvitation>(json!({ "email": "x@example.com", "role": "owner" })).await.expect(403);
    let stays = owner.rpc::<SetRole>(role(&owner_id, "viewer")).await.expect(422);
    assert_eq!(stays.body["code"], "last_owner");
    owner.rpc::<RemoveMember>(json!({ "user": owner_id })).await.expect(422);
    owner.rpc::<SetRole>(role(&admin_id, "owner")).await.expect(200);
    owner.rpc::<SetRole>(role(&owner_id, "viewer")).await.expect(200);
    owner.rpc::<SetRole>(role(&owner_id, "owner")).await.expect(403);
    admin.rpc::<RemoveMember>(json!({ "user": owner_id })).await.expect(200);
    owner.rpc::<ListMembers>(json!({})).await.expect(401);
    let words: Vec<String> =
        world.app.db.all("select type from events where object_type = 'member' and live = 1 order by id", vec![]).await.unwrap();
    assert_eq!(words, ["member.joined", "member.joined", "member.role_changed", "member.role_changed", "member.removed"]);
}

#[tokio::test]
async fn a_member_may_leave() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let viewer = join(&world, &owner, "viewer@example.com", "viewer").await;
    let id = member_id(&owner, "viewer@example.com").await;
    viewer.rpc::<RemoveMember>(json!({ "user": id })).await.expect(200);
    assert_eq!(target(&viewer.page("/settings").await.expect(303)), "/sign-in?next=/settings");
    let fields = [("email", "viewer@example.com"), ("password", WORD)];
    let answer = Browser::fresh(&world).form::<SignIn>("/sign-in", &fields).await;
    assert_eq!(refusal(&answer).code, "no_merchant");
}

#[tokio::test]
async fn an_invitation_works_once() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let stranger = Browser::fresh(&world);
    let first = invite(&owner, "new@example.com", "manager").await;
    let token = invite(&owner, "new@example.com", "support").await;
    let (made, revoked) = (event("invitation.created", "owner"), event("invitation.revoked", "owner"));
    assert_eq!(events(&world, "invitation").await, [made.clone(), revoked, made]);
    stranger.page(&format!("/invitation?token={first}")).await.expect(404);
    let page = stranger.page(&format!("/invitation?token={token}")).await.expect(200);
    assert!(html(&page).contains("Join My business") && html(&page).contains("new@example.com"));
    let fields = [("token", token.as_str()), ("name", "New"), ("password", "short")];
    let refused = refusal(&stranger.form::<AcceptInvitation>("/invitation?token=x", &fields).await);
    assert_eq!(refused.param.as_deref(), Some("password"));
    let fields = [("token", token.as_str()), ("name", "New"), ("password", WORD)];
    stranger.form::<AcceptInvitation>("/invitation?token=x", &fields).await.expect(302);
    assert_eq!(stranger.rpc::<GetViewer>(json!({})).await.expect(200).body["role"], "support");
    let again = refusal(&stranger.form::<AcceptInvitation>("/invitation?token=x", &fields).await);
    assert_eq!(again.code, "link_expired");
    owner.rpc::<SendInvitation>(json!({ "email": "NEW@example.com", "role": "viewer" })).await.expect(409);
    owner.rpc::<SendInvitation>(json!({ "email": "nobody", "role": "viewer" })).await.expect(400);

    let withdrawn = invite(&owner, "gone@example.com", "viewer").await;
    let open = owner.rpc::<ListInvitations>(json!({})).await.expect(200).body;
    owner.rpc::<RevokeInvitation>(json!({ "id": open[0]["id"] })).await.expect(200);
    owner.rpc::<RevokeInvitation>(json!({ "id": open[0]["id"] })).await.expect(404);
    stranger.page(&format!("/invitation?token={withdrawn}")).await.expect(404);
    let old = invite(&owner, "old@example.com", "viewer").await;
    sql(&world, "update invitations set expires_at = $1", args![Clock::system()]).await;
    stranger.page(&format!("/invitation?token={old}")).await.expect(404);
}

#[tokio::test]
async fn an_account_joins_a_second_business_with_its_password() {
    let world = World::new().await;
    let owner = Browser::owner(&world).await;
    let ada = join(&world, &owner, "ada@example.com", "viewer").await;
    let id = member_id(&owner, "ada@example.com").await;
    owner.rpc::<RemoveMember>(json!({ "user": id })).await.expect(200);
    ada.rpc::<GetViewer>(json!({})).await.expect(401);
    let token = invite(&owner, "Ada@example.com", "manager").await;
    let page = ada.page(&format!("/invitation?token={token}")).await.expect(200);
    assert!(html(&page).contains("has an account already"));
    let wrong = [("token", token.as_str()), ("name", ""), ("password", "not her password")];
    assert_eq!(refusal(&ada.form::<AcceptInvitation>("/invitation", &wrong).await).kind, Kind::Unauthenticated);
    let right = [("token", token.as_str()), ("password", WORD)];
    assert_eq!(target(&ada.form::<AcceptInvitation>("/invitation", &right).await.expect(302)), "/");
    assert_eq!(ada.rpc::<GetViewer>(json!({})).await.expect(200).body["user"]["name"], "New Person");
    assert_eq!(events(&world, "member").await.last().unwrap(), &event("member.joined", "New Person"));
    let nowhere = json!({ "merchant": "00000000-0000-7000-8000-000000000000" });
    ada.form::<SetMerchant>("/settings", &[("merchant", nowhere["merchant"].as_str().unwrap())]).await.expect(302);
    assert_eq!(ada.rpc::<GetViewer>(json!({})).await.expect(200).body["business"], "My business");
}

#[tokio::test]
async fn changing_the_password_signs_other_devices_out() {
    let world = World::new().await;
    let here = Browser::owner(&world).await;
    let there = Browser::owner(&world).await;
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    assert_eq!(here.rpc::<ChangePassword>(change("wrong", WORD)).await.expect(400).body["param"], "old");
    assert_eq!(here.rpc::<ChangePassword>(change(PASSWORD, "short")).await.expect(400).body["param"], "new");
    here.rpc::<ChangePassword>(change(PASSWORD, &"x".repeat(201))).await.expect(400);
    assert_eq!(events(&world, "member").await, [event("member.joined", "Merx")], "nothing has changed yet");
    here.rpc::<ChangePassword>(change(PASSWORD, WORD)).await.expect(200);
    assert_eq!(events(&world, "member").await[1..], [event("member.password_changed", "owner")]);
    let data: String = world.app.db.one("select data from events where type = 'member.password_changed'", vec![]).await.unwrap();
    assert!(!data.contains("hash") && !data.contains(WORD), "{data}");
    here.rpc::<GetViewer>(json!({})).await.expect(200);
    there.rpc::<GetViewer>(json!({})).await.expect(401);
    let old = Browser::fresh(&world).form::<SignIn>("/sign-in", &[("email", OWNER), ("password", PASSWORD)]).await;
    refusal(&old);
    Browser::signed_in(&world, OWNER, WORD).await;
}

#[tokio::test]
async fn a_mailed_link_resets_the_password_once() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let user: String = world.app.db.one("select id from users", vec![]).await.unwrap();
    let (token, late) = (crypto::token("", 40), crypto::token("", 40));
    for (token, expires) in [(&token, Clock::system().plus_ms(60_000)), (&late, Clock::system())] {
        let insert = "insert into password_resets (token_hash, user_id, expires_at) values ($1, $2, $3)";
        sql(&world, insert, args![crypto::hash_token(token), user, expires]).await;
    }
    let stranger = Browser::fresh(&world);
    stranger.page(&format!("/reset-password?token={late}")).await.expect(404);
    stranger.page("/reset-password").await.expect(404);
    stranger.page(&format!("/reset-password?token={token}")).await.expect(200);
    let fields = [("token", token.as_str()), ("password", WORD)];
    assert_eq!(target(&stranger.form::<ResetPassword>("/reset-password", &fields).await.expect(302)), "/");
    stranger.rpc::<GetViewer>(json!({})).await.expect(200);
    browser.rpc::<GetViewer>(json!({})).await.expect(401);
    let again = stranger.form::<ResetPassword>("/reset-password", &fields).await;
    assert_eq!(refusal(&again).code, "link_expired");
    assert_eq!(events(&world, "member").await[1..], [event("member.password_changed", "owner")]);
    Browser::signed_in(&world, OWNER, WORD).await;
}

#[tokio::test]
async fn who_works_for_nobody_resets_the_password_too() {
    let world = World::new().await;
    let user: String = world.app.db.one("select id from users", vec![]).await.unwrap();
    sql(&world, "delete from members", vec![]).await;
    let token = crypto::token("", 40);
    let insert = "insert into password_resets (token_hash, user_id, expires_at) values ($1, $2, $3)";
    sql(&world, insert, args![crypto::hash_token(&token), user, Clock::system().plus_ms(60_000)]).await;
    let fields = [("token", token.as_str()), ("password", WORD)];
    let answer = Browser::fresh(&world).form::<ResetPassword>("/reset-password", &fields).await;
    assert_eq!(refusal(&answer).code, "no_merchant");
    let answer = Browser::fresh(&world).form::<SignIn>("/sign-in", &[("email", OWNER), ("password", WORD)]).await;
    assert_eq!(refusal(&answer).code, "no_merchant", "and not that the password is wrong");
}

#[tokio::test]
async fn asking_for_a_link_tells_nobody_who_has_an_account() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for email in [OWNER, "nobody@example.com"] {
        let answer = Browser::fresh(&world).form::<ForgotPassword>("/forgot-password", &[("email", email)]).await;
        answers.push((answer.status, target(&answer).to_owned()));
    }
    assert_eq!(answers[0], answers[1]);
    let page = Browser::fresh(&world).page(&answers[0].1).await.expect(200);
    assert!(html(&page).contains("Check your mail"));
    for _ in 0..100 {
        let made: i64 = world.app.db.one("select count(*) from password_resets", vec![]).await.unwrap();
        if made == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no link was made for the account");
}

#[tokio::test]
async fn u63_sessions_are_listed_and_revoked() {
    let world = World::new().await;
    let here = Browser::owner(&world).await;
    let there = Browser::owner(&world).await;
    let list = here.rpc::<ListSessions>(json!({})).await.expect(200).body;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert!(list["items"][0]["device"].as_str().unwrap().contains("Firefox"));
    let other = list["items"].as_array().unwrap().iter().find(|item| item["id"] != list["current"]).unwrap();
    let cookie = there.cookie().unwrap();
    assert!(!list.to_string().contains(cookie.split('=').nth(1).unwrap()), "the cookie's id is not shown");
    let page = here.page("/settings/team").await.expect(200);
    assert!(html(&page).contains("Firefox on Linux") && html(&page).contains("This device"));
    here.rpc::<RevokeSession>(json!({ "id": other["id"] })).await.expect(200);
    here.rpc::<RevokeSession>(json!({ "id": other["id"] })).await.expect(404);
    there.rpc::<GetViewer>(json!({})).await.expect(401);
    assert_eq!(target(&there.page("/settings/team").await.expect(303)), "/sign-in?next=/settings/team");
    Browser::owner(&world).await;
    here.rpc::<RevokeOtherSessions>(json!({})).await.expect(200);
    let list = here.rpc::<ListSessions>(json!({})).await.expect(200).body;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn sessions_are_written_seldom_and_end_when_idle() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let seen = async || -> i64 { world.app.db.one("select last_seen_at from sessions", vec![]).await.unwrap() };
    let before = seen().await;
    let page = browser.page("/settings").await.expect(200);
    assert_eq!((seen().await, page.header("set-cookie")), (before, ""), "looking does not write");
    let before = before - 6 * 60_000;
    sql(&world, "update sessions set last_seen_at = $1", args![before]).await;
    let page = browser.page("/settings").await.expect(200);
    assert!(seen().await > before && page.header("set-cookie").contains("Max-Age=1209600"));
    sql(&world, "update sessions set expires_at = $1", args![Clock::system()]).await;
    browser.rpc::<GetViewer>(json!({})).await.expect(401);
}

/// A request that only notes that the session is in use, and ends after one that changed the session.
#[tokio::test]
async fn noting_use_undoes_nothing() {
    use merx::house::team::store::Store;
    use tower_sessions::SessionStore as _;
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let id = browser.cookie().unwrap().split('=').nth(1).unwrap().parse().unwrap();
    let store = Store(world.app.db.clone());
    let record = store.load(&id).await.unwrap().unwrap();
    browser.form::<SetMode>("/settings", &[("mode", "live"), ("next", "/settings")]).await.expect(302);
    sql(&world, "update sessions set last_seen_at = 0", vec![]).await;
    store.save(&record).await.unwrap();
    let seen: i64 = world.app.db.one("select last_seen_at from sessions", vec![]).await.unwrap();
    assert!(seen > 0);
    assert_eq!(browser.rpc::<GetViewer>(json!({})).await.expect(200).body["mode"], "live");
    // And a change in a request that also notes the use is kept.
    sql(&world, "update sessions set last_seen_at = 0", vec![]).await;
    browser.form::<SetMode>("/settings", &[("mode", "test"), ("next", "/settings")]).await.expect(302);
    assert_eq!(browser.rpc::<GetViewer>(json!({})).await.expect(200).body["mode"], "test");
}

/// The keys that would be forgotten anyway go first.
#[test]
fn the_throttle_has_a_limit() {
    use merx::house::team::ops::throttle::{Allowance, KEYS_MAX, Throttle};
    let (throttle, now) = (Throttle::default(), Clock::system());
    let once = |within_ms| Allowance { tries: 1, within_ms };
    throttle.enter("long".into(), once(3_600_000), now).unwrap();
    for key in 0..KEYS_MAX + 10 {
        throttle.enter(key.to_string(), once(60_000), now).unwrap();
    }
    assert!(throttle.len() <= KEYS_MAX, "{}", throttle.len());
    assert!(throttle.enter("long".into(), once(3_600_000), now).is_err(), "this one is still known");
}

#[tokio::test]
async fn a_revoked_session_does_not_come_back() {
    use merx::house::team::store::Store;
    use tower_sessions::{SessionStore as _, session::Record};
    let world = World::new().await;
    let store = Store(world.app.db.clone());
    let mut record = Record {
        id: Default::default(),
        data: Default::default(),
        expiry_date: tower_sessions::cookie::time::OffsetDateTime::now_utc() + tower_sessions::cookie::time::Duration::hours(1),
    };
    store.create(&mut record).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_some());
    store.delete(&record.id).await.unwrap();
    store.save(&record).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none());
}

#[tokio::test]
async fn u64_other_sites_cannot_write() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let host = ("host", "merx.example.com");
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![host, ("origin", "http://evil.example")],
        vec![host, ("origin", "null")],
        vec![host, ("origin", "http://merx.example.com.evil.example")],
    ] {
        browser.rpc_with::<ListMembers>(json!({}), &headers).await.expect(403);
    }
    for headers in [vec![("sec-fetch-site", "same-origin"), ("origin", "null")], vec![host, ("origin", SITE)], vec![]] {
        browser.rpc_with::<ListMembers>(json!({}), &headers).await.expect(200);
    }
}

#[tokio::test]
async fn u41_the_mode_is_kept_and_said() {
    let world = World::new().await;
    let browser = Browser::owner(&world).await;
    let page = browser.page("/settings").await.expect(200);
    assert!(html(&page).contains("Test mode") && html(&page).contains("<title>Test"));
    let answer = browser.form::<SetMode>("/settings", &[("mode", "live"), ("next", "/settings/team")]).await.expect(302);
    assert_eq!(target(&answer), "/settings/team");
    let page = browser.page("/settings").await.expect(200);
    assert!(!html(&page).contains("Test mode") && !html(&page).contains("<title>Test"));
    assert_eq!(browser.rpc::<GetViewer>(json!({})).await.expect(200).body["mode"], "live");
}

#[test]
fn roles_hold_what_they_say() {
    for role in Role::ALL {
        let scopes = role.scopes();
        assert_eq!(scopes_allow(&scopes, "owners:write"), role == Role::Owner);
        assert_eq!(scopes_allow(&scopes, "team:write"), matches!(role, Role::Owner | Role::Admin));
        assert_eq!(scopes_allow(&scopes, "products:write"), matches!(role, Role::Owner | Role::Admin | Role::Manager));
        assert_eq!(scopes_allow(&scopes, "customers:write"), role != Role::Viewer);
        assert!(scopes_allow(&scopes, "products:read") && scopes_allow(&scopes, "team:read"));
        assert_eq!(Role::parse(role.word()), Some(role));
    }
    assert!(Role::Viewer.scopes().iter().all(|scope| scope.ends_with(":read")));
}

#[test]
fn addresses_stay_on_this_site_and_leave_objects_behind() {
    assert_eq!(safe_next("/a?b=c"), "/a?b=c");
    assert_eq!((safe_next("//a"), safe_next("/\\a"), safe_next("/a\nb"), safe_next("")), ("/", "/", "/", "/"));
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(elsewhere(&format!("/products/{id}")), "/products");
    assert_eq!(elsewhere(&format!("/products/{id}/edit")), "/products");
    assert_eq!((elsewhere("/settings/team"), elsewhere("/"), elsewhere(&format!("/{id}"))), ("/settings/team", "/", "/"));
}
