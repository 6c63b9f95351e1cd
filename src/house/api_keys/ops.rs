//! What can be done with API keys.

use super::{
    auth::Found,
    model::{ApiKey, Dialect, NewApiKey, NewSecret, OVERLAP_HOURS_MAX, Sort},
};
use crate::{
    args,
    house::{settings::merchants::inherit_reach, team::ops::set_up::first_merchant},
    kit::{
        self, Error, FOUND_MAX, Id, Mode, Page, Result, Time, UrlQuery, Version, crypto,
        cx::{App, Cx, Tx},
        db::{
            Value,
            query::{List, SortColumn},
        },
        events, search,
    },
    paths, transaction,
};

/// Random letters and digits of a key: 238 bits of chance.
const SECRET_CHARS: usize = 40;

impl events::Object for ApiKey {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

impl SortColumn for Sort {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "id",
            Self::Name => "name",
        }
    }
}

/// The keys of the merchant in the mode. The filter `status` takes `active` and `inactive`.
pub async fn list(cx: &Cx, query: &UrlQuery) -> Result<Page<ApiKey>> {
    cx.can("keys:read")?;
    let now = cx.now;
    let list = List::of("api_keys");
    let list = match query.filter("status") {
        Some("active") => list.and("revoked_at is null and (expires_at is null or expires_at > ?)", args![now]),
        Some("inactive") => list.and("(revoked_at is not null or expires_at <= ?)", args![now]),
        _ => list,
    };
    list.page(cx, &query.query::<Sort>()).await
}

/// Keys that the search over everything looks at: names of keys are not indexed.
const FOUND_AMONG: usize = 200;

/// Keys for the search over everything: by id, by hint, by the beginnings of words of their names.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<kit::Found>> {
    cx.can("keys:read")?;
    let keys: Vec<ApiKey> = List::of("api_keys").newest(cx, FOUND_AMONG).await?;
    let is = |key: &ApiKey| key.id.to_string() == words.to_lowercase() || key.hint == words || search::begins(&key.name, words);
    let found = |key: ApiKey| kit::Found { title: key.name, note: key.hint, href: paths::API_KEYS.to_owned() };
    Ok(keys.into_iter().filter(is).take(FOUND_MAX).map(found).collect())
}

/// Makes a key.
pub async fn create(cx: &Cx, new: NewApiKey) -> Result<NewSecret> {
    cx.can("keys:write")?;
    let made = make(cx, new.checked()?);
    transaction!(cx, |tx| {
        insert(tx, &made).await?;
        tx.emit("api_key.created", &made.key).await
    })?;
    Ok(made)
}

/// `merx keys create`: makes a key for the first merchant and returns its secret. No scopes means all.
pub async fn create_from_cli(app: &App, mode: Mode, mut new: NewApiKey) -> Result<String> {
    let cx = app.system(first_merchant(app).await?, mode);
    if new.scopes.is_empty() {
        new.scopes.push("*".to_owned());
    }
    create(&cx, new).await.map(|made| made.secret)
}

/// A dialect by its word on the command line.
pub fn dialect(word: &str) -> Result<Dialect> {
    Dialect::parse(word).ok_or_else(|| Error::invalid("dialect", "must be revkeen or revenuecat"))
}

/// An own limit as the command line says it: a number of requests a minute, or `off`.
pub fn rate_limit(text: Option<&str>) -> Result<Option<i64>> {
    match text {
        None => Ok(None),
        Some("off") => Ok(Some(0)),
        Some(text) => text.parse().map(Some).map_err(|_| Error::invalid("rate_limit", "must be a number or off")),
    }
}

fn make(cx: &Cx, new: NewApiKey) -> NewSecret {
    let prefix = new.dialect.prefix(cx.mode);
    let secret = crypto::token(prefix, SECRET_CHARS);
    let (random, end) = secret.split_at(prefix.len()).1.split_at(SECRET_CHARS - 2);
    let key = ApiKey {
        id: cx.id(),
        name: new.name,
        hint: format!("{prefix}{}…{end}", &random[..4]),
        dialect: new.dialect,
        scopes: new.scopes,
        rate_limit: new.rate_limit,
        version: Version::CURRENT,
        allowed_ips: new.allowed_ips,
        created_by: cx.actor.name.clone(),
        created_at: cx.now,
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
    };
    NewSecret { key, secret }
}

async fn insert(tx: &mut Tx<'_>, made: &NewSecret) -> Result<()> {
    let key = &made.key;
    tx.exec(
        "insert into api_keys (merchant_id, live, id, name, hint, hash, dialect, scopes, rate_limit, version, allowed_ips,
             created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            key.id,
            key.name,
            key.hint,
            crypto::hash_token(&made.secret),
            Value::word(&key.dialect),
            Value::json(&key.scopes),
            key.rate_limit,
            key.version.as_str(),
            Value::json(&key.allowed_ips),
            key.created_by,
            key.created_at
        ],
    )
    .await
    .map(drop)
}

/// A key inside a change, refused if it does not work any more.
async fn working(tx: &mut Tx<'_>, id: Id<ApiKey>, now: Time) -> Result<ApiKey> {
    let key: Option<ApiKey> = tx
        .opt(
            "select id, name, hint, dialect, scopes, rate_limit, version, allowed_ips, created_by, created_at, last_used_at,
                 expires_at, revoked_at
             from api_keys where merchant_id = $1 and live = $2 and id = $3",
            args![id],
        )
        .await?;
    let key = key.ok_or_else(|| Error::not_found("API key", id))?;
    let status = key.status(now);
    if !status.works() {
        return Err(Error::conflict("id", format!("is {} already", status.label().to_lowercase())));
    }
    Ok(key)
}

/// Makes a key stop working, for good.
pub async fn revoke(cx: &Cx, id: Id<ApiKey>) -> Result<ApiKey> {
    cx.can("keys:write")?;
    let now = cx.now;
    let (key, hash) = transaction!(cx, |tx| {
        let before = working(tx, id, now).await?;
        let after = ApiKey { revoked_at: Some(now), ..before.clone() };
        let hash: String = tx
            .one(
                "update api_keys set revoked_at = $4 where merchant_id = $1 and live = $2 and id = $3 returning hash",
                args![id, now],
            )
            .await?;
        tx.emit_change("api_key.revoked", &before, &after).await?;
        Ok((after, hash))
    })?;
    cx.app.memory::<Found>().forget(&hash);
    Ok(key)
}

/// Makes a key that takes the place of another, which goes on working for some hours.
pub async fn roll(cx: &Cx, id: Id<ApiKey>, overlap_hours: i64) -> Result<NewSecret> {
    cx.can("keys:write")?;
    if !(0..=OVERLAP_HOURS_MAX).contains(&overlap_hours) {
        return Err(Error::invalid("overlap_hours", format!("must be between 0 and {OVERLAP_HOURS_MAX}")));
    }
    let now = cx.now;
    let end = now.plus_ms(overlap_hours * 3_600_000);
    let (made, hash) = transaction!(cx, |tx| {
        let before = working(tx, id, now).await?;
        let end = before.expires_at.map_or(end, |earlier| earlier.min(end));
        let after = ApiKey { expires_at: Some(end), ..before.clone() };
        let made = make(
            cx,
            NewApiKey {
                name: before.name.clone(),
                dialect: before.dialect,
                scopes: before.scopes.clone(),
                rate_limit: before.rate_limit,
                allowed_ips: before.allowed_ips.clone(),
            },
        );
        // Programs that use it expect what they were written for.
        let made = NewSecret { key: ApiKey { version: before.version, ..made.key }, ..made };
        insert(tx, &made).await?;
        inherit_reach(tx, id, made.key.id).await?;
        let hash: String = tx
            .one(
                "update api_keys set expires_at = $4 where merchant_id = $1 and live = $2 and id = $3 returning hash",
                args![id, end],
            )
            .await?;
        tx.emit_change("api_key.rolled", &before, &after).await?;
        tx.emit("api_key.created", &made.key).await?;
        Ok((made, hash))
    })?;
    cx.app.memory::<Found>().forget(&hash);
    Ok(made)
}
