//! The merchant's own apps.

use super::{
    super::{
        auth::Found,
        model::{NewOauthApp, NewSecret, OauthApp, Sort},
        uris,
    },
    SECRET_CHARS,
};
use crate::{
    args,
    house::api_keys::model::OVERLAP_HOURS_MAX,
    kit::{
        self, Error, FOUND_MAX, Id, Page, Result, UrlQuery,
        clock::Clock,
        crypto,
        cx::{Cx, Tx},
        db::{
            Value,
            query::{List, SortColumn},
        },
        events, search,
    },
    paths, transaction,
};

/// How secrets of apps begin.
const SECRET_PREFIX: &str = "rk_secret_";
/// Apps that the search over everything looks at: their names are not indexed.
const FOUND_AMONG: usize = 200;

impl events::Object for OauthApp {
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

/// The apps of the merchant in the mode.
pub async fn list(cx: &Cx, query: &UrlQuery) -> Result<Page<OauthApp>> {
    cx.can("keys:read")?;
    List::of("oauth_clients").page(cx, &query.query::<Sort>()).await
}

/// Apps for the search over everything: by id, by the beginnings of words of their names.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<kit::Found>> {
    cx.can("keys:read")?;
    let apps: Vec<OauthApp> = List::of("oauth_clients").newest(cx, FOUND_AMONG).await?;
    let is = |app: &OauthApp| app.id.to_string() == words.to_lowercase() || search::begins(&app.name, words);
    let found = |app: OauthApp| kit::Found { title: app.name, note: app.id.to_string(), href: paths::OAUTH_APPS.to_owned() };
    Ok(apps.into_iter().filter(is).take(FOUND_MAX).map(found).collect())
}

/// Makes an app. Public apps, and those that people give access, need an address to answer at.
pub async fn create(cx: &Cx, new: NewOauthApp) -> Result<NewSecret> {
    cx.can("keys:write")?;
    let new = new.checked()?;
    if let Some(wrong) = uris::wrong(&new.redirect_uris) {
        return Err(Error::invalid("redirect_uris", wrong));
    }
    if !new.confidential && new.redirect_uris.is_empty() {
        return Err(Error::invalid("redirect_uris", "is required: an app without a secret gets access from people only"));
    }
    let secret = new.confidential.then(make_secret);
    let app = OauthApp {
        id: cx.id(),
        name: new.name,
        dialect: new.dialect,
        scopes: new.scopes,
        redirect_uris: new.redirect_uris,
        confidential: new.confidential,
        secret_hint: secret.as_deref().map(hint),
        created_by: cx.actor.name.clone(),
        created_at: cx.now,
        last_used_at: None,
    };
    let hash = secret.as_deref().map(crypto::hash_token);
    transaction!(cx, |tx| {
        insert(tx, &app, hash.as_ref()).await?;
        tx.emit("oauth_app.created", &app).await
    })?;
    Ok(NewSecret { app, secret })
}

/// A secret of an app.
pub(super) fn make_secret() -> String {
    crypto::token(SECRET_PREFIX, SECRET_CHARS)
}

/// Enough of a secret to recognise it.
pub(super) fn hint(secret: &str) -> String {
    let random = secret.strip_prefix(SECRET_PREFIX).unwrap_or_default();
    format!("{SECRET_PREFIX}{}…{}", random.get(..4).unwrap_or_default(), random.get(SECRET_CHARS - 2..).unwrap_or_default())
}

/// Stores a client of the transaction's merchant and mode.
pub(super) async fn insert(tx: &mut Tx<'_>, app: &OauthApp, secret_hash: Option<&String>) -> Result<()> {
    tx.exec(
        "insert into oauth_clients (merchant_id, live, id, name, dialect, scopes, redirect_uris, confidential, secret_hint,
             secret_hash, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            app.id,
            app.name,
            Value::word(&app.dialect),
            Value::json(&app.scopes),
            Value::json(&app.redirect_uris),
            app.confidential,
            app.secret_hint,
            secret_hash.cloned(),
            app.created_by,
            app.created_at
        ],
    )
    .await
    .map(drop)
}

async fn get(tx: &mut Tx<'_>, id: Id<OauthApp>) -> Result<OauthApp> {
    let app: Option<OauthApp> = tx
        .opt(
            "select id, name, dialect, scopes, redirect_uris, confidential, secret_hint, created_by, created_at, last_used_at
             from oauth_clients where merchant_id = $1 and live = $2 and id = $3",
            args![id],
        )
        .await?;
    app.ok_or_else(|| Error::not_found("OAuth app", id))
}

/// Gives an app another secret; the old one goes on working for some hours.
pub async fn roll(cx: &Cx, id: Id<OauthApp>, overlap_hours: i64) -> Result<NewSecret> {
    cx.can("keys:write")?;
    if !(0..=OVERLAP_HOURS_MAX).contains(&overlap_hours) {
        return Err(Error::invalid("overlap_hours", format!("must be between 0 and {OVERLAP_HOURS_MAX}")));
    }
    let secret = make_secret();
    let (hash, end) = (crypto::hash_token(&secret), Clock::system().plus_ms(overlap_hours * 3_600_000));
    let app = transaction!(cx, |tx| {
        let before = get(tx, id).await?;
        if !before.confidential {
            return Err(Error::unprocessable("id", "is a public app: it has no secret"));
        }
        let after = OauthApp { secret_hint: Some(hint(&secret)), ..before.clone() };
        tx.exec(
            "update oauth_clients set old_secret_hash = secret_hash, old_secret_until = $4, secret_hash = $5, secret_hint = $6
             where merchant_id = $1 and live = $2 and id = $3",
            args![id, end, hash, after.secret_hint],
        )
        .await?;
        tx.emit_change("oauth_app.rolled", &before, &after).await?;
        Ok(after)
    })?;
    Ok(NewSecret { app, secret: Some(secret) })
}

/// Deletes an app: its tokens and all that people allowed it end at once.
pub async fn delete(cx: &Cx, id: Id<OauthApp>) -> Result<()> {
    cx.can("keys:write")?;
    transaction!(cx, |tx| {
        let app = get(tx, id).await?;
        tx.exec("delete from oauth_tokens where merchant_id = $1 and live = $2 and client_id = $3", args![id]).await?;
        tx.exec("delete from oauth_grants where merchant_id = $1 and live = $2 and client_id = $3", args![id]).await?;
        tx.exec("delete from oauth_clients where merchant_id = $1 and live = $2 and id = $3", args![id]).await?;
        tx.emit("oauth_app.deleted", &app).await
    })?;
    cx.app.memory::<Found>().forget_client(id);
    Ok(())
}
