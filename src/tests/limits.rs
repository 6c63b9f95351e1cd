//! Who may call how often, from where; black-box.

use axum::{body::Body, extract::ConnectInfo};
use http::Request;
use merx::{
    house::api_keys::model::{Dialect, NewApiKey},
    kit::{
        Mode,
        http::rate_limit::{self, Quota},
    },
};
use std::net::SocketAddr;

use crate::harness::{Answer, World, unlimited};

fn number(answer: &Answer, name: &str) -> i64 {
    answer.header(name).parse().unwrap_or_else(|_| panic!("{name}: '{}'", answer.header(name)))
}

#[tokio::test]
async fn revkeens_keys_are_told_their_limit_and_stopped_at_it() {
    let world = World::new().await;
    let api = world.api_like(Mode::Test, NewApiKey { rate_limit: Some(3), ..unlimited() }).await;
    let first = api.get("/v2/products").await.expect(200);
    assert_eq!(
        (number(&first, "x-ratelimit-limit"), number(&first, "x-ratelimit-remaining")),
        (3, 3),
        "a burst is twice the limit"
    );
    for left in [3, 3, 2, 1, 0] {
        assert_eq!(number(&api.get("/v2/products").await.expect(200), "x-ratelimit-remaining"), left);
    }
    let stopped = api.get("/v2/products").await.expect(429);
    assert_eq!(stopped.body["code"], "rate_limit_exceeded");
    assert!((15..=20).contains(&number(&stopped, "retry-after")), "one comes back every 20 seconds");
    assert!(number(&stopped, "x-ratelimit-reset") > merx::kit::clock::Clock::system().0 / 1000 + 100);
    let prices = api.get("/v2/prices").await.expect(429);
    assert_eq!(prices.body["error"]["type"], "rate_limit_error", "all operations share the limit, in each one's own form");
    let write = api.with("POST", "/v2/products", &[("idempotency-key", "k")], "{}").await.expect(429);
    assert_eq!(write.header("idempotency-replayed"), "");
    world.api().await.get("/v2/products").await.expect(200);
}

#[tokio::test]
async fn modes_and_dialects_have_their_own_limits() {
    let world = World::new().await;
    for (mode, limit) in [(Mode::Test, 100), (Mode::Live, 1_000)] {
        let api = world.api_like(mode, NewApiKey { rate_limit: None, ..unlimited() }).await;
        assert_eq!(number(&api.get("/v2/products").await.expect(200), "x-ratelimit-limit"), limit);
    }
    let off = world.api().await.get("/v2/products").await.expect(200);
    assert_eq!(off.header("x-ratelimit-limit"), "");
    let api = world.api_like(Mode::Test, NewApiKey { dialect: Dialect::Revenuecat, rate_limit: None, ..unlimited() }).await;
    for used in 1..=3 {
        let answer = api.get("/v2/projects").await.expect(200);
        assert_eq!(number(&answer, "revenuecat-rate-limit-current-limit"), 60);
        assert_eq!(number(&answer, "revenuecat-rate-limit-current-usage"), used);
        assert_eq!(answer.header("x-ratelimit-limit"), "");
    }
}

#[tokio::test]
async fn revenuecats_keys_are_stopped_in_its_form() {
    let world = World::new().await;
    let api = world.api_like(Mode::Test, NewApiKey { dialect: Dialect::Revenuecat, rate_limit: Some(2), ..unlimited() }).await;
    for _ in 0..2 {
        api.get("/v2/projects").await.expect(200);
    }
    let stopped = api.get("/v2/projects").await.expect(429);
    let wait = number(&stopped, "retry-after");
    assert_eq!(stopped.body["type"], "rate_limit_error");
    assert_eq!(stopped.body["retryable"], true);
    assert_eq!(stopped.body["backoff_ms"], wait * 1000);
    assert_eq!(number(&stopped, "revenuecat-rate-limit-current-usage"), 2);
}

#[tokio::test]
async fn several_servers_keep_the_limit_to_within_a_batch() {
    let world = World::new().await;
    // 600 a minute: batches of 10, and nothing worth mentioning comes back while this runs.
    let quota = Quota { per_minute: 600, burst: 100 };
    let servers = [world.another(), world.another(), world.another()];
    let began = std::time::Instant::now();
    let mut passed = 0;
    for round in 0..300 {
        let standing = rate_limit::spend(&servers[round % 3], "somebody", "requests", quota).await.unwrap();
        passed += i64::from(standing.wait_s == 0);
    }
    let came_back = i64::try_from(began.elapsed().as_millis()).unwrap() / 100 + 1;
    assert!((100..=100 + came_back).contains(&passed), "{passed} passed, {came_back} came back");
    let other = rate_limit::spend(&servers[0], "somebody else", "requests", quota).await.unwrap();
    assert_eq!((other.wait_s, other.remaining), (0, 99));
    let domain = rate_limit::spend(&servers[0], "somebody", "charts", quota).await.unwrap();
    assert_eq!(domain.wait_s, 0, "each domain has its own");
    assert_eq!(rate_limit::prune(&world.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_limit_survives_a_restart() {
    let world = World::new().await;
    let quota = Quota { per_minute: 1, burst: 5 };
    for _ in 0..5 {
        assert_eq!(rate_limit::spend(&world.app, "somebody", "requests", quota).await.unwrap().wait_s, 0);
    }
    let wait = rate_limit::spend(&world.another(), "somebody", "requests", quota).await.unwrap().wait_s;
    assert!((55..=60).contains(&wait), "{wait}");
}

async fn from(world: &World, key: &str, ip: &str) -> Answer {
    let address: SocketAddr = format!("{ip}:4000").parse().unwrap_or_else(|_| format!("[{ip}]:4000").parse().unwrap());
    let mut request = Request::get("/v2/products").header("x-api-key", key).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    world.send(request).await
}

#[tokio::test]
async fn a_key_works_only_from_its_networks() {
    let world = World::new().await;
    let networks = vec!["203.0.113.7".into(), " 10.1.2.3/8 ".into(), "2001:db8::/32".into()];
    let api = world.api_like(Mode::Test, NewApiKey { allowed_ips: networks, ..unlimited() }).await;
    let key = api.key.clone().unwrap();
    for ip in ["203.0.113.7", "10.200.0.1", "2001:db8:1::5", "::ffff:10.0.0.1"] {
        from(&world, &key, ip).await.expect(200);
    }
    for ip in ["203.0.113.8", "11.0.0.1", "2001:db9::1", "127.0.0.1"] {
        let answer = from(&world, &key, ip).await.expect(403);
        assert_eq!(answer.body["code"], "ip_not_allowed", "{ip}");
    }
    api.get("/v2/products").await.expect(403);
    for (networks, wrong) in [(vec!["10.0.0.0/33"], "10.0.0.0/33"), (vec!["10.0.0.1", "home"], "home"), (vec![""], "''")] {
        let allowed_ips = networks.into_iter().map(str::to_owned).collect();
        let new = NewApiKey { scopes: vec!["*".into()], allowed_ips, ..unlimited() };
        let error = new.checked().unwrap_err();
        assert!(error.field("allowed_ips").unwrap().contains(wrong), "{error:?}");
    }
    let many = NewApiKey { scopes: vec!["*".into()], allowed_ips: vec!["10.0.0.1".into(); 51], ..unlimited() };
    assert!(many.checked().unwrap_err().field("allowed_ips").unwrap().contains("50"));
}

#[tokio::test]
async fn guessing_keys_is_slow_and_bothers_nobody_with_a_key() {
    let world = World::new().await;
    let key = world.api().await.key.unwrap();
    from(&world, &key, "192.0.2.1").await.expect(200);
    let mut refused = 0;
    for n in 0..130 {
        let answer = from(&world, &format!("rk_sandbox_{n:040}"), "192.0.2.1").await;
        assert!([401, 429].contains(&answer.status), "{}", answer.status);
        if answer.status == 429 {
            refused += 1;
            assert!(number(&answer, "retry-after") > 0);
        }
    }
    assert_eq!(refused, 10, "120 a minute");
    from(&world, &key, "192.0.2.1").await.expect(200);
    from(&world, "rk_sandbox_unknown", "192.0.2.2").await.expect(401);
}
