//! Repeated writes: one effect, one reply; black-box.

use std::sync::Arc;

use axum::{Router, body::Body, middleware::from_fn_with_state, routing::post};
use http::Request;
use merx::{
    args,
    kit::{
        Error, Kind, Mode,
        cx::{Cx, Identity},
        http::{
            errors::{self, Form},
            idempotency,
        },
    },
    server, transaction,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::harness::{Answer, Api, World};

fn plan(id: &str) -> String {
    json!({ "product_id": id, "name": id, "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 }).to_string()
}

async fn create(api: &Api<'_>, key: &str, body: &str) -> Answer {
    api.with("POST", "/v2/products", &[("idempotency-key", key)], body.to_owned()).await
}

async fn count(api: &Api<'_>) -> i64 {
    api.get("/v2/products?limit=1").await.expect(200).body["pagination"]["total"].as_i64().unwrap()
}

fn code(answer: &Answer) -> &str {
    answer.body["code"].as_str().or(answer.body["error"]["code"].as_str()).unwrap_or_default()
}

#[tokio::test]
async fn a_repeated_write_has_one_effect_and_one_reply() {
    let world = World::new().await;
    let api = world.api().await;
    let first = create(&api, "k1", &plan("a")).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = create(&api, "k1", &plan("a")).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"), "the log tells the two apart");
    assert_eq!(count(&api).await, 1);
    let events = api.get("/v2/events?type=product.created").await.expect(200);
    assert_eq!(events.body["data"][0]["request"]["idempotency_key"], "k1");
    assert_eq!(events.body["data"][0]["request"]["id"], first.header("x-request-id"));
    let other = create(&api, "k1", &plan("b")).await.expect(409);
    assert_eq!(code(&other), "idempotency_conflict");
    create(&api, "k2", &plan("b")).await.expect(201);
    assert_eq!(count(&api).await, 2);
}

#[tokio::test]
async fn a_key_counts_for_its_caller_method_path_and_mode() {
    let world = World::new().await;
    let (mine, colleague) = (world.api().await, world.api().await);
    let id = create(&mine, "k", &plan("a")).await.expect(201).body["data"]["id"].as_str().unwrap().to_owned();
    create(&colleague, "k", &plan("b")).await.expect(201);
    create(&world.api_with(Mode::Live, &[]).await, "k", &plan("a")).await.expect(201);
    let path = format!("/v2/products/{id}");
    let patched = mine.with("PATCH", &path, &[("idempotency-key", "k")], r#"{"name":"B"}"#).await.expect(200);
    assert_eq!(patched.body["data"]["name"], "B");
    let read = mine.with("GET", &path, &[("idempotency-key", "k")], Body::empty()).await.expect(200);
    assert_eq!(read.header("idempotency-replayed"), "", "reads ignore it");
}

#[tokio::test]
async fn refusals_are_repeated_too_and_have_no_effect() {
    let world = World::new().await;
    let api = world.api().await;
    let first = create(&api, "k", r#"{"name":"x"}"#).await.expect(400);
    let again = create(&api, "k", r#"{"name":"x"}"#).await.expect(400);
    assert_eq!((&again.body, again.header("idempotency-replayed")), (&first.body, "true"));
    let reader = world.api_with(Mode::Test, &["products:read"]).await;
    create(&reader, "k", &plan("a")).await.expect(403);
    assert_eq!(create(&reader, "k", &plan("a")).await.expect(403).header("idempotency-replayed"), "true");
    assert_eq!(count(&api).await, 0);
    // Without a key nobody is told what somebody else was answered.
    create(&world.nobody(), "k", &plan("a")).await.expect(401);
}

#[tokio::test]
async fn bad_keys_are_refused_by_name() {
    let world = World::new().await;
    let api = world.api().await;
    for key in ["", &"x".repeat(256)] {
        let answer = create(&api, key, &plan("a")).await.expect(400);
        assert!(answer.message().contains("Idempotency-Key"), "{:#}", answer.body);
    }
    create(&api, &"x".repeat(255), &plan("a")).await.expect(201);
    assert_eq!(count(&api).await, 1);
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(1_048_576));
    create(&api, "large", &large).await.expect(413);
}

#[tokio::test]
async fn many_at_once_have_one_effect() {
    let world = World::new().await;
    let api = world.api().await;
    let body = plan("a");
    let tries = (0..16).map(|_| create(&api, "k", &body));
    let answers = futures::future::join_all(tries).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let waited = answers.iter().filter(|answer| answer.status == 409 && code(answer) == "idempotency_in_progress").count();
    assert_eq!((made + waited, count(&api).await), (16, 1));
    assert!(made >= 1);
}

#[tokio::test]
async fn two_servers_on_one_database_have_one_effect() {
    let world = World::new().await;
    let api = world.api().await;
    let second = server::router(&world.another());
    let ask = |router: &Router, round: usize| {
        let request = Request::post("/v2/products")
            .header("x-api-key", api.key.as_deref().unwrap())
            .header("idempotency-key", format!("k{round}"))
            .body(Body::from(plan(&format!("p{round}"))))
            .unwrap();
        router.clone().oneshot(request)
    };
    for round in 0..12 {
        let (one, two) = tokio::join!(ask(&world.router, round), ask(&second, round));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.status().as_u16(), two.status().as_u16()), (201, 201), "round {round}");
        let replayed = [&one, &two].into_iter().filter(|answer| answer.headers().contains_key("idempotency-replayed")).count();
        assert_eq!(replayed, 1, "one of them did it");
    }
    assert_eq!(count(&api).await, 12);
}

#[tokio::test]
async fn a_reply_is_forgotten_after_a_day() {
    let world = World::new().await;
    let api = world.api().await;
    create(&api, "k", &plan("a")).await.expect(201);
    let db = &world.app.db;
    let age = |by: i64| async move {
        transaction!(db, |tx| { tx.exec("update idempotency_keys set created_at = created_at - $1", args![by]).await }).unwrap()
    };
    age(23 * 3_600_000).await;
    assert_eq!(idempotency::prune(&world.app).await.unwrap(), 0);
    assert_eq!(create(&api, "k", &plan("a")).await.expect(201).header("idempotency-replayed"), "true");
    age(3_600_000).await;
    create(&api, "k", &plan("b")).await.expect(201);
    assert_eq!(count(&api).await, 2, "the key is free again");
    age(25 * 3_600_000).await;
    assert_eq!(idempotency::prune(&world.app).await.unwrap(), 1);
}

#[tokio::test]
async fn replies_are_encrypted() {
    let world = World::new().await;
    let api = world.api().await;
    create(&api, "k", &plan("visible-in-the-reply")).await.expect(201);
    let replies: Vec<Vec<u8>> = world.app.db.all("select reply from idempotency_keys", vec![]).await.unwrap();
    assert_eq!(replies.len(), 1);
    assert!(!String::from_utf8_lossy(&replies[0]).contains("visible-in-the-reply"));
}

/// A handler that writes and then fails in some way, behind the layer.
async fn behind(world: &World, fails: fn(Cx) -> Result<Value, Error>) -> (Router, Cx) {
    let handler = move |cx: Cx| async move {
        transaction!(cx, |tx| {
            tx.exec(
                "insert into search_terms (merchant_id, live, object_type, term, object_id) values ($1, $2, $3, $4, $5)",
                args!["thing", "half-done", "1"],
            )
            .await
        })?;
        fails(cx).map(|body| body.to_string())
    };
    let cx = world.app.system(merx::kit::Id::nil(), Mode::Test);
    let identity = cx.clone();
    let known = move |mut request: Request<Body>| {
        request.extensions_mut().insert(Identity(identity.clone()));
        request.extensions_mut().insert(merx::kit::cx::Caller(Ok(identity.clone())));
        request
    };
    let form = |request, next| errors::render(Form::Object, request, next);
    let router = Router::new()
        .route("/", post(handler))
        .layer(axum::middleware::from_fn(form))
        .layer(from_fn_with_state(world.app.clone(), idempotency::layer))
        .layer(tower::util::MapRequestLayer::new(known));
    (router, cx)
}

async fn done(cx: &Cx) -> i64 {
    let sql = "select count(*) from search_terms where merchant_id = $1 and live = $2 and term = $3";
    cx.one(sql, args!["half-done"]).await.unwrap()
}

#[tokio::test]
async fn what_fails_on_our_side_leaves_nothing_and_may_be_tried_again() {
    let world = World::new().await;
    let (router, cx) = behind(&world, |_| Err(Error::internal())).await;
    let ask = || router.clone().oneshot(Request::post("/").header("idempotency-key", "k").body(Body::empty()).unwrap());
    for _ in 0..2 {
        let answer = ask().await.unwrap();
        assert_eq!(answer.status(), 500);
        assert!(!answer.headers().contains_key("idempotency-replayed"));
        assert_eq!(done(&cx).await, 0, "its first transaction was a part of the whole");
    }
}

#[tokio::test]
async fn a_refusal_after_an_effect_keeps_both() {
    let world = World::new().await;
    let (router, cx) = behind(&world, |_| Err(Error::new(Kind::Unprocessable, "declined", "Declined"))).await;
    let ask = || router.clone().oneshot(Request::post("/").header("idempotency-key", "k").body(Body::empty()).unwrap());
    assert_eq!(ask().await.unwrap().status(), 422);
    let again = ask().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers().contains_key("idempotency-replayed")), (422, true));
    assert_eq!(done(&cx).await, 1);
}

#[tokio::test]
async fn a_panic_leaves_nothing() {
    let world = World::new().await;
    let (router, cx) = behind(&world, |_| panic!("a handler with a mistake")).await;
    let request = Request::post("/").header("idempotency-key", "k").body(Body::empty()).unwrap();
    assert!(tokio::spawn(router.oneshot(request)).await.is_err());
    assert_eq!(done(&cx).await, 0);
    // The database goes on, and so does the key.
    let api = world.api().await;
    create(&api, "k", &plan("a")).await.expect(201);
}

#[tokio::test]
async fn parts_see_what_was_written_before_them() {
    let world = World::new().await;
    let cx = world.app.system(merx::kit::Id::nil(), Mode::Test);
    let unit = merx::kit::unit::Unit::of(world.app.db.begin().await.unwrap(), "k".into());
    let inside = Cx { unit: Some(Arc::clone(&unit)), ..cx.clone() };
    let write = |term: &'static str, fails: bool| {
        let inside = inside.clone();
        async move {
            transaction!(inside, |tx| {
                tx.exec(
                    "insert into search_terms (merchant_id, live, object_type, term, object_id) values ($1, $2, $3, $4, $5)",
                    args!["thing", term, "1"],
                )
                .await?;
                if fails { Err(Error::internal()) } else { Ok(()) }
            })
        }
    };
    write("half-done", false).await.unwrap();
    write("lost", true).await.unwrap_err();
    assert_eq!((done(&inside).await, done(&cx).await), (1, 0), "only inside, until it ends");
    let (conn, collided) = unit.end().await.unwrap();
    assert!(!collided);
    conn.end(Ok(()), &mut merx::kit::db::Attempts::default()).await.unwrap().unwrap();
    assert_eq!(done(&cx).await, 1);
    write("late", false).await.unwrap_err();
}
