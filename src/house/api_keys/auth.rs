//! The programs' door: the layer around `/v2` that knows callers by their keys or access tokens.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{Extensions, HeaderMap, header};
use ipnet::IpNet;
use serde::Deserialize;

use super::{
    model::{ApiKey, Dialect},
    session_key,
};
use crate::{
    args,
    house::{
        oauth::{self, ops::access_prefix},
        team::ops::throttle::{PER_PROGRAM, Throttle},
    },
    kit::{
        Error, Id, Kind, Mode, Result, Tenant, Time, Version,
        clock::Clock,
        crypto::hash_token,
        cx::{Actor, ActorKind, App, Caller, Cx, Identity, Refused},
        http::{client::Visitor, errors::REQUEST_ID, rate_limit::OwnLimit, version},
    },
    transaction,
};

/// RevKeen's header for keys.
const API_KEY: &str = "x-api-key";
/// How long a key that was looked up is believed; another server's revocation takes that long.
const FRESH_MS: i64 = 5_000;
/// How often it is written that a key is in use.
const USED_MS: i64 = 60_000;
/// Most keys remembered at once.
const KEYS_MAX: usize = 10_000;

/// Who calls with a key of RevenueCat's dialect; stands in the request's extensions. [`Caller`] is
/// who calls with one of RevKeen's, so that no handler of one dialect takes a key of the other.
#[derive(Clone)]
pub struct RevenuecatCaller(pub Result<Cx>);

/// Layer around `/v2`: which key is this? A missing or bad key is told by the handler that needs
/// one, in its own form.
pub async fn api(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let presented = presented(request.headers());
    let mut found = match &presented {
        Some((dialect, secret)) => caller(&app, *dialect, secret, request.headers(), request.extensions()).await,
        None => Err(missing(Dialect::Revkeen)),
    };
    let asked = version::asked(request.headers());
    let extensions = request.extensions_mut();
    if let Ok(known) = &mut found {
        match asked {
            Ok(Some(version)) => known.cx.version = version,
            Ok(None) => {}
            Err(error) => drop(extensions.insert(Refused(error))),
        }
        extensions.insert(Identity(known.cx.clone()));
        known.limit.map(|limit| extensions.insert(OwnLimit(limit)));
    }
    let found = found.map(|known| known.cx);
    let (revkeen, revenuecat) = match presented {
        Some((Dialect::Revenuecat, _)) => (Err(foreign()), found),
        _ => (found, Err(missing(Dialect::Revenuecat))),
    };
    extensions.insert(Caller(revkeen));
    extensions.insert(RevenuecatCaller(revenuecat));
    next.run(request).await
}

fn missing(dialect: Dialect) -> Error {
    let text = match dialect {
        Dialect::Revkeen => "Send your API key in the x-api-key header",
        Dialect::Revenuecat => "Send your secret API key as Authorization: Bearer sk_…",
    };
    Error::unauthenticated("authentication_failed", text)
}

/// Whoever was found, and the limit of their own if they have one.
struct Known {
    cx: Cx,
    limit: Option<i64>,
}

async fn caller(app: &App, dialect: Dialect, secret: &str, headers: &HeaderMap, extensions: &Extensions) -> Result<Known> {
    let request_id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    if !headers.contains_key(API_KEY)
        && let Some(cx) = oauth::auth::caller(app, dialect, secret, request_id).await?
    {
        return Ok(Known { cx, limit: None });
    }
    if ![Mode::Test, Mode::Live].into_iter().any(|mode| secret.starts_with(dialect.prefix(mode))) {
        return Err(unknown());
    }
    if let Some(cx) = session_key::caller(app, secret, request_id).await? {
        return Ok(Known { cx, limit: None });
    }
    let visitor = || Visitor::of(&app.config, headers, extensions);
    let key = look_up(app, secret, visitor).await?;
    let mode = mode_of(&key);
    let now = app.clock.now(mode);
    if key.revoked_at.is_some() {
        return Err(Error::unauthenticated("api_key_revoked", "This API key has been revoked"));
    }
    if key.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::unauthenticated("expired_api_key", "This API key has expired"));
    }
    if !key.networks.is_empty() && !visitor().is_in(&key.networks) {
        return Err(Error::new(Kind::Forbidden, "ip_not_allowed", "This API key does not work from this address"));
    }
    let actor = Actor { kind: ActorKind::Key, id: key.id.to_string(), name: key.name.clone() };
    let cx = app.context(key.merchant_id, mode, actor, Arc::clone(&key.granted), request_id.to_owned());
    Ok(Known { cx: Cx { version: key.version, ..cx }, limit: key.rate_limit })
}

/// The dialect whose header is used, and the key or the access token in it. RevKeen's header decides
/// if there are both.
fn presented(headers: &HeaderMap) -> Option<(Dialect, String)> {
    let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().trim().to_owned();
    if let Some(key) = headers.get(API_KEY) {
        return Some((Dialect::Revkeen, text(key)));
    }
    let authorization = text(headers.get(header::AUTHORIZATION)?);
    let bearer = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let secret = bearer.map(|(_, secret)| secret.trim().to_owned()).unwrap_or_default();
    let dialect = if secret.starts_with(access_prefix(Dialect::Revkeen)) { Dialect::Revkeen } else { Dialect::Revenuecat };
    Some((dialect, secret))
}

/// Says nothing about whether the key is one of the other dialect.
fn foreign() -> Error {
    Error::unauthenticated("invalid_api_key", "This takes keys of RevKeen's dialect, in the x-api-key header")
}

fn unknown() -> Error {
    Error::unauthenticated("invalid_api_key", "This API key is not known")
}

/// A key's row.
#[derive(Clone, Debug, Deserialize)]
struct Key {
    merchant_id: Id<Tenant>,
    live: bool,
    id: Id<ApiKey>,
    name: String,
    scopes: Vec<String>,
    #[serde(skip)]
    granted: Arc<[String]>,
    rate_limit: Option<i64>,
    version: Version,
    allowed_ips: Vec<String>,
    #[serde(skip)]
    networks: Vec<IpNet>,
    expires_at: Option<Time>,
    revoked_at: Option<Time>,
    last_used_at: Option<Time>,
}

/// Times of a key are those of its mode, so that a frozen clock tells one story.
fn mode_of(key: &Key) -> Mode {
    if key.live { Mode::Live } else { Mode::Test }
}

/// Keys looked up lately, by their hashes.
#[derive(Default)]
pub struct Found(Mutex<HashMap<String, (Time, Arc<Key>)>>);

impl Found {
    fn keys(&self) -> MutexGuard<'_, HashMap<String, (Time, Arc<Key>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, hash: &str, now: Time) -> Option<Arc<Key>> {
        let keys = self.keys();
        let (since, key) = keys.get(hash)?;
        (now.0 - since.0 < FRESH_MS).then(|| Arc::clone(key))
    }

    /// Whether a key with this hash was found before, however long ago.
    fn knows(&self, hash: &str) -> bool {
        self.keys().contains_key(hash)
    }

    fn insert(&self, hash: String, now: Time, key: &Arc<Key>) {
        let mut keys = self.keys();
        if keys.len() >= KEYS_MAX {
            keys.retain(|_, (since, _)| now.0 - since.0 < FRESH_MS);
        }
        if keys.len() < KEYS_MAX {
            keys.insert(hash, (now, Arc::clone(key)));
        }
    }

    /// A key has changed.
    pub fn forget(&self, hash: &str) {
        self.keys().remove(hash);
    }
}

async fn look_up(app: &App, secret: &str, visitor: impl FnOnce() -> Visitor) -> Result<Arc<Key>> {
    let (hash, now, found) = (hash_token(secret), Clock::system(), app.memory::<Found>());
    if let Some(key) = found.get(&hash, now) {
        return Ok(key);
    }
    if found.knows(&hash) {
        return read(app, hash, now).await;
    }
    let (throttle, from) = (app.memory::<Throttle>(), format!("keys from {}", visitor().network()));
    throttle.enter(from.clone(), PER_PROGRAM, now)?;
    let key = read(app, hash, now).await?;
    throttle.forgive(&from);
    Ok(key)
}

async fn read(app: &App, hash: String, now: Time) -> Result<Arc<Key>> {
    let key: Option<Key> = app
        .db
        .opt(
            "select merchant_id, live, id, name, scopes, rate_limit, version, allowed_ips, expires_at, revoked_at, last_used_at
             from api_keys where hash = $1 -- any merchant",
            args![hash],
        )
        .await?;
    let mut key = key.ok_or_else(unknown)?;
    key.granted = std::mem::take(&mut key.scopes).into();
    key.networks = key.allowed_ips.iter().filter_map(|network| network.parse().ok()).collect();
    let used_at = app.clock.now(mode_of(&key));
    if key.last_used_at.is_none_or(|before| used_at.0 - before.0 >= USED_MS) {
        note_use(app.clone(), hash.clone(), used_at);
    }
    let key = Arc::new(key);
    app.memory::<Found>().insert(hash, now, &key);
    Ok(key)
}

/// Writes that a key is in use, while its request goes on.
fn note_use(app: App, hash: String, now: Time) {
    tokio::spawn(async move {
        let db = &app.db;
        let written = transaction!(db, |tx| {
            tx.exec(
                "update api_keys set last_used_at = $2
                 where hash = $1 and (last_used_at is null or last_used_at <= $3) -- any merchant",
                args![hash, now, now.plus_ms(-USED_MS)],
            )
            .await
        });
        if let Err(error) = written {
            tracing::warn!(%error, "the use of an API key could not be noted");
        }
    });
}
