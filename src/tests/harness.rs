//! A world per test: its own database, a clock that stands still, and callers of every kind.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use merx::{
    house::{
        self,
        api_keys::model::{Dialect, NewApiKey},
    },
    kit::{
        Id, Mode, Result, Tenant, Time,
        clock::Clock,
        config::Config,
        crypto::{self, Cipher},
        cx::{App, Inner},
        db::Db,
        mail::Mailer,
    },
    server, transaction,
};
use serde_json::Value;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

/// The time at which test mode stands still.
pub const NOW: &str = "2026-06-15T12:00:00.000Z";
/// The owner of every world.
pub const OWNER: &str = "owner@example.com";
/// The owner's password.
pub const PASSWORD: &str = "correct horse battery";

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A server in this process, with a merchant.
pub struct World {
    pub app: App,
    pub router: Router,
    /// Removed with the world.
    _folder: tempfile::TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// The body as JSON; a string if it is not JSON.
    pub body: Value,
}

impl Answer {
    /// The answer, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// A header as text; empty if absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The error's text, in whichever form.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// What keys of tests are made like: not limited.
pub fn unlimited() -> NewApiKey {
    NewApiKey { name: "Tests".into(), rate_limit: Some(0), ..NewApiKey::default() }
}

/// Where tests keep files: in memory where the system offers that.
fn scratch() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    if shared.is_dir() { shared } else { std::env::temp_dir() }
}

/// The server of databases, if the tests run on PostgreSQL.
pub fn postgres() -> Option<String> {
    std::env::var("MERX_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// Replaces the database's name in a URL.
fn database(url: &str, name: &str) -> String {
    match url.rsplit_once('/') {
        Some((server, _)) => format!("{server}/{name}"),
        None => url.to_owned(),
    }
}

async fn postgres_database(url: &str) -> String {
    let process = std::process::id();
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{process}");
            admin(url, &format!("create database {name}")).await;
            let db = Db::open(&database(url, &name)).await.expect("the template database migrates");
            db.close().await;
            name
        })
        .await;
    let name = format!("test_{process}_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    admin(url, &format!("create database {name} template {template}")).await;
    database(url, &name)
}

async fn admin(url: &str, statement: &str) {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let mut conn = sqlx::PgConnection::connect(url).await.expect("the PostgreSQL server answers");
    conn.execute(AssertSqlSafe(statement.to_owned())).await.expect("the statement runs");
}

async fn sqlite_database(folder: &std::path::Path) -> String {
    let template = TEMPLATE
        .get_or_init(|| async {
            let path = scratch().join(format!("merx-template-{}.db", std::process::id()));
            let path = path.to_string_lossy().into_owned();
            std::fs::remove_file(&path).ok();
            let db = Db::open(&path).await.expect("the template database migrates");
            db.close().await;
            path
        })
        .await;
    let path = folder.join("merx.db");
    std::fs::copy(template, &path).expect("the template can be copied");
    path.to_string_lossy().into_owned()
}

/// A database of its own for a test, and the folder it may use.
pub async fn fresh_database() -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir_in(scratch()).expect("a folder for the test");
    let url = match postgres() {
        Some(url) => postgres_database(&url).await,
        None => sqlite_database(folder.path()).await,
    };
    (url, folder)
}

/// A database without any tables.
pub async fn empty_database() -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir_in(scratch()).expect("a folder for the test");
    let url = match postgres() {
        Some(url) => {
            let name = format!("empty_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            admin(&url, &format!("create database {name}")).await;
            database(&url, &name)
        }
        None => folder.path().join("merx.db").to_string_lossy().into_owned(),
    };
    (url, folder)
}

impl World {
    /// A server whose database is empty: nobody has set it up.
    pub async fn empty() -> Self {
        Self::empty_with(|_| {}).await
    }

    /// The same with other settings.
    async fn empty_with(change: impl FnOnce(&mut Config)) -> Self {
        let (url, folder) = fresh_database().await;
        let mut config = Config {
            database_url: url.clone(),
            secret_key: None,
            secret_key_file: folder.path().join("merx.key"),
            clock: Time::parse(NOW),
            smtp_url: None,
            mail_from: "Merx <billing@example.com>".into(),
            public_url: Some("http://merx.example.com".into()),
            listen: "127.0.0.1:0".parse().expect("an address"),
            trusted_proxies: vec![],
            allow_private_webhooks: false,
        };
        change(&mut config);
        let db = Db::connect(&url).await.expect("the database opens");
        let cipher = Cipher::load(None, &config.secret_key_file).expect("a key is made");
        let mailer = Mailer::new(&config.mail_from, None).expect("the sender is an address");
        let clock = Clock { frozen: config.clock };
        let app = App::new(Inner { db, config, clock, cipher, mailer });
        let router = server::router(&app);
        Self { app, router, _folder: folder }
    }

    /// A server with a merchant and its owner.
    pub async fn new() -> Self {
        let world = Self::empty().await;
        house::team::ops::init(&world.app, OWNER, PASSWORD).await.expect("the merchant is created");
        world
    }

    /// Another server on the same database: it has none of the first one's memory.
    pub fn another(&self) -> App {
        App::new(Inner {
            db: self.app.db.clone(),
            config: self.app.config.clone(),
            clock: self.app.clock,
            cipher: self.app.cipher.clone(),
            mailer: self.app.mailer.clone(),
        })
    }

    /// The same, whose webhooks may go to this machine.
    pub async fn with_private_webhooks() -> Self {
        let world = Self::empty_with(|config| config.allow_private_webhooks = true).await;
        house::team::ops::init(&world.app, OWNER, PASSWORD).await.expect("the merchant is created");
        world
    }

    /// Another process on the same database: nothing in memory is shared.
    pub async fn other_process(&self) -> App {
        let db = Db::connect(&self.app.config.database_url).await.expect("the database opens");
        let (config, cipher, mailer) = (self.app.config.clone(), self.app.cipher.clone(), self.app.mailer.clone());
        App::new(Inner { db, config, clock: self.app.clock, cipher, mailer })
    }

    /// A caller with a key of test mode that may do everything.
    pub async fn api(&self) -> Api<'_> {
        self.api_with(Mode::Test, &[]).await
    }

    /// A caller with a key of these scopes; none means all.
    pub async fn api_with(&self, mode: Mode, scopes: &[&str]) -> Api<'_> {
        self.api_made(mode, Dialect::Revkeen, scopes).await
    }

    /// A caller of RevenueCat's dialect with a key of these permissions; none means all.
    pub async fn revenuecat_with(&self, mode: Mode, permissions: &[&str]) -> Api<'_> {
        self.api_made(mode, Dialect::Revenuecat, permissions).await
    }

    async fn api_made(&self, mode: Mode, dialect: Dialect, scopes: &[&str]) -> Api<'_> {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.api_like(mode, NewApiKey { dialect, scopes, ..unlimited() }).await
    }

    /// A caller with a key made like this.
    pub async fn api_like(&self, mode: Mode, new: NewApiKey) -> Api<'_> {
        let key = house::api_keys::ops::create_from_cli(&self.app, mode, new).await.expect("the key is created");
        Api { world: self, key: Some(key) }
    }

    /// A caller of RevenueCat's dialect with a key of test mode that may do everything.
    pub async fn revenuecat(&self) -> Api<'_> {
        self.revenuecat_with(Mode::Test, &[]).await
    }

    /// A second merchant, which has nothing to do with the first.
    pub async fn other_merchant(&self, name: &str) -> Id<Tenant> {
        let merchant = crypto::new_id(Clock::system());
        let cx = self.app.system(merchant, Mode::Live);
        let made: Result<()> = transaction!(cx, |tx| { house::settings::ops::insert(tx, cx.merchant, name, cx.now).await });
        made.expect("the merchant is created");
        merchant
    }

    /// A caller of a merchant with a key that may do everything.
    pub async fn api_of(&self, merchant: Id<Tenant>, mode: Mode, dialect: Dialect) -> Api<'_> {
        let new = NewApiKey { dialect, scopes: vec!["*".into()], ..unlimited() };
        let made = house::api_keys::ops::create(&self.app.system(merchant, mode), new).await.expect("the key is created");
        Api { world: self, key: Some(made.secret) }
    }

    /// A caller without a key.
    pub fn nobody(&self) -> Api<'_> {
        Api { world: self, key: None }
    }

    /// Sends a request through the router.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body can be read").to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// Somebody who calls `/v2`.
pub struct Api<'w> {
    pub world: &'w World,
    pub key: Option<String>,
}

impl Api<'_> {
    /// Any request; `body` is sent as it is.
    pub async fn raw(&self, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        self.with(method, path, &[], body).await
    }

    /// Any request with more headers.
    pub async fn with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            request = match key.starts_with("sk_") {
                true => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
                false => request.header("x-api-key", key),
            };
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.world.send(request.body(body.into()).expect("a request")).await;
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR.as_u16(), "{method} {path}: {:#}", answer.body);
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.raw("GET", path, Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.write("POST", path, body).await
    }

    /// Every other write has an idempotency key (the same one every time the tests run), so that both
    /// ways of running a write are tested by whatever tests write.
    async fn write(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = body.to_string();
        if crypto::hash_token(&format!("{method} {path} {body}")).as_str() < "8" {
            return self.raw(method, path, body).await;
        }
        let key = crypto::token("", 20);
        self.with(method, path, &[("idempotency-key", &key)], body).await
    }

    /// The id of the project that a key of RevenueCat's dialect belongs to.
    pub async fn project(&self) -> String {
        let answer = self.get("/v2/projects").await.expect(200);
        answer.body["items"][0]["id"].as_str().expect("a project").to_owned()
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.write("PATCH", path, body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.raw("DELETE", path, Body::empty()).await
    }
}
