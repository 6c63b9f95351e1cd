//! Changes as they happen: the stream that open timelines listen to.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;
use http::Response;
use merx::{
    args,
    catalog::products,
    house::api_keys::rpc::CreateApiKey,
    kit::{
        Id, Mode, Tenant,
        clock::Clock,
        crypto::Cipher,
        cx::{App, Inner},
        db::Db,
        live::Live,
        mail::Mailer,
    },
};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    harness::{Api, World},
    team::join,
};

/// Longest time that a change may take to arrive, on a machine that does other things too.
const SOON: Duration = Duration::from_secs(5);
/// A few rounds of the poller: what has not arrived by then does not arrive.
const A_WHILE: Duration = Duration::from_millis(1300);

/// A stream being read.
struct Listening(BodyDataStream);

impl Listening {
    fn to(answer: Response<Body>) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert!(!answer.headers().contains_key("content-encoding"), "compressing holds events back");
        Self(answer.into_body().into_data_stream())
    }

    /// The ids of the next message; `None` at the end.
    async fn next(&mut self) -> Option<Vec<String>> {
        let chunk = tokio::time::timeout(SOON, self.0.next()).await.expect("a message within seconds")?.unwrap();
        let text = String::from_utf8(chunk.to_vec()).unwrap();
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_default();
        Some(data.split(' ').map(str::to_owned).collect())
    }

    /// Nothing comes.
    async fn silence(&mut self) {
        let heard = tokio::time::timeout(A_WHILE, self.0.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }
}

fn plan(id: &str) -> Value {
    json!({ "product_id": id, "name": "Plan", "kind": "one_time", "pricing_model": "one_time", "amount_minor": 100 })
}

/// A product; its id.
async fn create(api: &Api<'_>, id: &str) -> String {
    let made = api.post("/v2/products", plan(id)).await.expect(201).body;
    made["data"]["id"].as_str().unwrap().to_owned()
}

async fn rename(api: &Api<'_>, id: &str, name: &str) {
    api.patch(&format!("/v2/products/{id}"), json!({ "name": name })).await.expect(200);
}

async fn events(world: &World, object: &str) -> Vec<String> {
    let sql = "select id from events where object_id = $1 order by id desc";
    world.app.db.all(sql, args![object]).await.unwrap()
}

#[tokio::test]
async fn a_change_arrives_and_changes_of_others_do_not() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    let (mine, other) = (create(&api, "mine").await, create(&api, "other").await);
    let mut stream = Listening::to(owner.listen(&format!("/live/{mine}")).await);
    assert_eq!(stream.next().await.unwrap(), events(&world, &mine).await, "where the timeline stands");
    rename(&api, &other, "Changed").await;
    stream.silence().await;
    rename(&api, &mine, "Changed").await;
    let newest = events(&world, &mine).await;
    assert_eq!(newest.len(), 2);
    assert_eq!(stream.next().await.unwrap(), newest[..1]);
    stream.silence().await;
    // Several listen; each hears it once.
    let mut second = Listening::to(owner.listen(&format!("/live/{mine}")).await);
    assert_eq!(second.next().await.unwrap(), newest);
    rename(&api, &mine, "Changed again").await;
    let newest = events(&world, &mine).await;
    assert_eq!(stream.next().await.unwrap(), newest[..1]);
    assert_eq!(second.next().await.unwrap(), newest[..1]);
    drop((stream, second));
    assert_eq!(world.app.memory::<Live>().streams(), 0, "who left is forgotten");
}

#[tokio::test]
async fn what_another_process_wrote_arrives_too() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    let id = create(&api, "mine").await;
    let mut stream = Listening::to(owner.listen(&format!("/live/{id}")).await);
    stream.next().await.unwrap();
    stream.silence().await;
    let config = world.app.config.clone();
    let db = Db::connect(&config.database_url).await.unwrap();
    let cipher = Cipher::load(None, &config.secret_key_file).unwrap();
    let (clock, mailer) = (Clock { frozen: config.clock }, Mailer::new(&config.mail_from, None).unwrap());
    let elsewhere = App::new(Inner { db, config, clock, cipher, mailer });
    let merchant: Id<Tenant> = world.app.db.one("select id from merchants", vec![]).await.unwrap();
    let edit = serde_json::from_value(json!({ "name": "Changed elsewhere" })).unwrap();
    products::ops::update(&elsewhere.system(merchant, Mode::Test), &id, edit).await.unwrap();
    assert_eq!(stream.next().await.unwrap(), events(&world, &id).await[..1]);
    elsewhere.db.close().await;
}

#[tokio::test]
async fn nobody_listens_to_what_they_may_not_read() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    let mine = create(&api, "mine").await;
    let nobody = Browser::fresh(&world);
    assert_eq!(nobody.listen(&format!("/live/{mine}")).await.status(), 401);
    // Live mode, another merchant, and what never was: all the same.
    let in_live_mode = create(&world.api_with(Mode::Live, &[]).await, "mine").await;
    let other = world.other_merchant("Other").await;
    let system = world.app.system(other, Mode::Test);
    let theirs = products::ops::create(&system, serde_json::from_value(plan("theirs")).unwrap()).await.unwrap().id;
    for id in [in_live_mode, theirs.to_string(), "nothing".to_owned()] {
        assert_eq!(owner.listen(&format!("/live/{id}")).await.status(), 404, "{id}");
    }
    // Everybody may read products; keys are for owners and admins.
    let viewer = join(&world, &owner, "ada@example.com", "viewer").await;
    Listening::to(viewer.listen(&format!("/live/{mine}")).await);
    let key = json!({ "new": { "name": "Shop", "dialect": "revkeen", "scopes": ["*"], "rate_limit": null } });
    let key = owner.rpc::<CreateApiKey>(key).await.expect(200).body["key"]["id"].as_str().unwrap().to_owned();
    assert_eq!(viewer.listen(&format!("/live/{key}")).await.status(), 403);
    Listening::to(owner.listen(&format!("/live/{key}")).await);
}

#[tokio::test]
async fn a_session_has_a_limit_of_streams_and_a_stop_ends_them() {
    let world = World::new().await;
    let (api, owner) = (world.api().await, Browser::owner(&world).await);
    let id = create(&api, "mine").await;
    let path = format!("/live/{id}");
    let mut open = Vec::new();
    let refused = loop {
        let answer = owner.listen(&path).await;
        if answer.status() != 200 {
            break answer.status();
        }
        open.push(Listening::to(answer));
    };
    assert_eq!((refused.as_u16(), open.len()), (429, 12));
    let other = Browser::owner(&world).await;
    Listening::to(other.listen(&path).await);
    open.pop();
    let mut last = Listening::to(owner.listen(&path).await);
    last.next().await.unwrap();
    world.app.memory::<Live>().close();
    assert_eq!(last.next().await, None, "the stream ends");
    assert_eq!(owner.listen(&path).await.status(), 503);
}
