//! The context of a request: whose, in which mode, by whom, allowed what, and when.
//!
//! Every operation takes a [`Cx`] and reaches the database through it. Its verbs bind the merchant
//! and the mode as `$1` and `$2` of every statement, so that no query can forget them; a
//! statement's own arguments start at `$3`.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use axum::extract::FromRequestParts;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Error, Id, Mode, Result, Tenant, Time, Version,
    clock::Clock,
    config::Config,
    crypto::{self, Cipher},
    db::{Attempts, Conn, Db, Sql, Value},
    events::{self, Event, Happened, Object},
    live::Live,
    mail::Mailer,
    scopes_allow,
    unit::{Held, Unit},
};

/// What the process holds. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
    memory: Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>,
}

/// The fields of [`App`].
pub struct Inner {
    pub db: Db,
    pub config: Config,
    pub clock: Clock,
    pub cipher: Cipher,
    pub mailer: Mailer,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl App {
    pub fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner), memory: Arc::default() }
    }

    /// What a noun remembers in this process (a cache, a throttle): one `T`, made when first asked for.
    pub fn memory<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let found = Arc::clone(memory.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())));
        found.downcast().unwrap_or_default()
    }

    /// A context of the program itself: sample data, jobs, the command line.
    pub fn system(&self, merchant: Id<Tenant>, mode: Mode) -> Cx {
        let actor = Actor { kind: ActorKind::System, id: String::new(), name: "Merx".into() };
        self.context(merchant, mode, actor, Arc::new(["*".to_owned()]), crypto::token("req_", 22))
    }

    /// A context at this moment, in the current version of the API.
    pub fn context(&self, merchant: Id<Tenant>, mode: Mode, actor: Actor, scopes: Arc<[String]>, request_id: String) -> Cx {
        let now = self.clock.now(mode);
        Cx { app: self.clone(), merchant, mode, actor, scopes, now, request_id, version: Version::CURRENT, unit: None }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Actor {
    pub kind: ActorKind,
    pub id: String,
    pub name: String,
}

/// Kinds of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Somebody signed in to the dashboard.
    User,
    /// An API key.
    Key,
    /// A program with an OAuth token.
    App,
    /// Merx itself.
    System,
}

/// The context of one request.
#[derive(Clone)]
pub struct Cx {
    pub app: App,
    pub merchant: Id<Tenant>,
    pub mode: Mode,
    pub actor: Actor,
    /// What the caller may do: `products:write`, `products:*`, `*`.
    pub scopes: Arc<[String]>,
    /// The time of the request; the only one that business code knows.
    pub now: Time,
    /// Found in the answer's header, in the log and in events.
    pub request_id: String,
    /// The version of RevKeen's API that the caller speaks.
    pub version: Version,
    /// The transaction that the whole request is, if it is one.
    pub unit: Option<Arc<Unit>>,
}

impl Cx {
    /// Passes if the caller has the scope.
    pub fn can(&self, scope: &str) -> Result<()> {
        if scopes_allow(&self.scopes, scope) { Ok(()) } else { Err(Error::missing_scope(scope)) }
    }

    /// The program's own context of the same merchant and mode, in the same unit of work.
    pub fn system(&self) -> Self {
        Self { unit: self.unit.clone(), ..self.app.system(self.merchant, self.mode) }
    }

    /// The idempotency key of the request, if it has one.
    pub fn idempotency_key(&self) -> Option<String> {
        self.unit.as_ref().map(|unit| unit.key.clone())
    }

    /// The `live` column's value.
    pub fn live(&self) -> bool {
        self.mode.live()
    }

    /// An id for a new object.
    pub fn id<T: ?Sized>(&self) -> Id<T> {
        crypto::new_id(self.now)
    }

    fn bound(&self, args: Vec<Value>) -> Vec<Value> {
        let mut bound = Vec::with_capacity(args.len() + 2);
        bound.push(Value::from(&self.merchant));
        bound.push(Value::from(&self.live()));
        bound.extend(args);
        bound
    }

    /// The single row; an error if there is none.
    pub async fn one<T: DeserializeOwned>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<T> {
        let Some(unit) = &self.unit else { return self.app.db.one(sql, self.bound(args)).await };
        let mut held = unit.hold().await?;
        let found = held.conn.one(sql, self.bound(args)).await;
        held.note(found)
    }

    /// The row, if there is one.
    pub async fn opt<T: DeserializeOwned>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        let Some(unit) = &self.unit else { return self.app.db.opt(sql, self.bound(args)).await };
        let mut held = unit.hold().await?;
        let found = held.conn.opt(sql, self.bound(args)).await;
        held.note(found)
    }

    /// All rows.
    pub async fn all<T: DeserializeOwned>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        let Some(unit) = &self.unit else { return self.app.db.all(sql, self.bound(args)).await };
        let mut held = unit.hold().await?;
        let found = held.conn.all(sql, self.bound(args)).await;
        held.note(found)
    }

    /// Opens a transaction; [`transaction!`](crate::transaction) calls this.
    pub async fn begin(&self) -> Result<Tx<'_>> {
        match &self.unit {
            None => Ok(Tx { work: Work::Own(self.app.db.begin().await?), cx: self }),
            Some(unit) => self.part(unit).await,
        }
    }

    async fn part(&self, unit: &Arc<Unit>) -> Result<Tx<'_>> {
        let mut held = unit.hold().await?;
        held.begin().await?;
        Ok(Tx { work: Work::Part(held), cx: self })
    }

    /// For [`transaction!`](crate::transaction): writes that read nothing, because what they add is
    /// guarded by unique indexes and foreign keys; see [`Db::guarded`].
    pub fn adding(&self) -> Adding<'_> {
        Adding(self)
    }
}

/// What [`Cx::adding`] gives.
pub struct Adding<'c>(&'c Cx);

impl<'c> Adding<'c> {
    /// Opens a transaction; [`transaction!`](crate::transaction) calls this.
    pub async fn begin(&self) -> Result<Tx<'c>> {
        let cx = self.0;
        match &cx.unit {
            None => Ok(Tx { work: Work::Own(cx.app.db.guarded().begin().await?), cx }),
            Some(unit) => cx.part(unit).await,
        }
    }
}

/// A transaction of one merchant in one mode, or a part of the one that its request is.
pub struct Tx<'c> {
    work: Work,
    cx: &'c Cx,
}

enum Work {
    Own(Conn),
    Part(Held),
}

impl Tx<'_> {
    /// The single row; an error if there is none.
    pub async fn one<T: DeserializeOwned>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<T> {
        let args = self.cx.bound(args);
        let found = self.global().one(sql, args).await;
        self.note(found)
    }

    /// The row, if there is one.
    pub async fn opt<T: DeserializeOwned>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        let args = self.cx.bound(args);
        let found = self.global().opt(sql, args).await;
        self.note(found)
    }

    /// All rows.
    pub async fn all<T: DeserializeOwned>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        let args = self.cx.bound(args);
        let found = self.global().all(sql, args).await;
        self.note(found)
    }

    /// Changes rows; returns how many.
    pub async fn exec(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        let args = self.cx.bound(args);
        let done = self.global().exec(sql, args).await;
        self.note(done)
    }

    /// Tables that belong to no merchant (users, sessions); arguments start at `$1`.
    pub fn global(&mut self) -> &mut Conn {
        match &mut self.work {
            Work::Own(conn) => conn,
            Work::Part(held) => &mut held.conn,
        }
    }

    fn note<T>(&self, outcome: Result<T>) -> Result<T> {
        match &self.work {
            Work::Own(_) => outcome,
            Work::Part(held) => held.note(outcome),
        }
    }

    /// Commits or rolls back; `None` asks for another attempt.
    pub async fn end<T>(self, outcome: Result<T>, attempts: &mut Attempts) -> Option<Result<T>> {
        let conn = match self.work {
            Work::Own(conn) => conn,
            Work::Part(held) => return Some(held.end(outcome).await),
        };
        let ended = conn.end(outcome, attempts).await;
        if let Some(Ok(_)) = ended {
            self.cx.app.memory::<Live>().written();
        }
        ended
    }

    /// Records that `object` came to be or reached a state.
    pub async fn emit<T: Object>(&mut self, event: &'static str, object: &T) -> Result<()> {
        events::insert(self, self.cx, event, object, None).await
    }

    /// Records something that no object's change is: a made-up event. `told` keeps it from being sent on.
    pub async fn emit_raw(&mut self, id: Id<Event>, happened: &Happened<'_>, told: bool) -> Result<()> {
        events::insert_row(self, self.cx, id, happened, None, told).await
    }

    /// Records that `before` became `after`, with the attributes that differ.
    pub async fn emit_change<T: Object>(&mut self, event: &'static str, before: &T, after: &T) -> Result<()> {
        events::insert(self, self.cx, event, after, Some(before)).await
    }
}

/// What the authenticating layer found; it stands in the request's extensions.
#[derive(Clone)]
pub struct Caller(pub Result<Cx>);

/// Whoever it is that calls, in whichever dialect; stands in the request's extensions if somebody
/// is known. For layers that every dialect shares.
#[derive(Clone)]
pub struct Identity(pub Cx);

/// A layer refuses the request; stands in its extensions. The handler says so when it asks for its
/// context, and so in the form of its router.
#[derive(Clone)]
pub struct Refused(pub Error);

impl<S: Sync> FromRequestParts<S> for Cx {
    type Rejection = Error;

    fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> impl Future<Output = Result<Self>> {
        std::future::ready(of_parts(parts))
    }
}

fn of_parts(parts: &http::request::Parts) -> Result<Cx> {
    match parts.extensions.get::<Caller>() {
        Some(Caller(found)) => admitted(parts, found),
        None => Err(Error::unauthenticated("authentication_failed", "Sign in first")),
    }
}

/// The context of whoever was found, as a handler gets it: unless a layer has refused the request,
/// and in the unit of work that the request is.
pub fn admitted(parts: &http::request::Parts, found: &Result<Cx>) -> Result<Cx> {
    if let Some(Refused(error)) = parts.extensions.get() {
        return Err(error.clone());
    }
    Ok(Cx { unit: parts.extensions.get::<Arc<Unit>>().cloned(), ..found.clone()? })
}

/// The context inside a server function or a page rendered on the server.
pub fn cx() -> Result<Cx> {
    match leptos::prelude::use_context::<http::request::Parts>() {
        Some(parts) => of_parts(&parts),
        None => Err(Error::internal()),
    }
}
