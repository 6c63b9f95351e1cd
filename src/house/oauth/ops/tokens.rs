//! Tokens: for a code, for a refresh token, for a client itself; and their end.

use serde::{Deserialize, Serialize};

use super::{
    super::{
        auth::Found,
        model::{OauthApp, OauthGrant},
        refusal::{Refusal, Result},
    },
    ACCESS_MS, REFRESH_MS, SECRET_CHARS, access_prefix, as_client,
    clients::Client,
    grants, mode_of, refresh_prefix,
};
use crate::{
    args,
    house::{
        api_keys::model::Dialect,
        team::{
            model::User,
            ops::{
                SignedIn,
                throttle::{Allowance, Throttle},
                viewer,
            },
        },
    },
    kit::{
        self, Id, Tenant, Time,
        clock::Clock,
        crypto::{self, hash_token},
        cx::{App, Cx, Tx},
        db::Value,
    },
    transaction,
};

/// How often it is written that an app is in use.
const USED_MS: i64 = 60_000;
/// Tokens that one client gets.
const ISSUED: Allowance = Allowance { tries: 1_000, within_ms: 10 * 60_000 };

/// Tokens just made, as the client gets them (RFC 6749 §5.1).
#[derive(Clone, Debug, Serialize)]
pub struct Issued {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    scope: String,
}

fn issue(dialect: Dialect, scopes: &[String], with_refresh: bool) -> Issued {
    Issued {
        access_token: crypto::token(access_prefix(dialect), SECRET_CHARS),
        token_type: "Bearer",
        expires_in: ACCESS_MS / 1_000,
        refresh_token: with_refresh.then(|| crypto::token(refresh_prefix(dialect), SECRET_CHARS)),
        scope: scopes.join(" "),
    }
}

/// What tokens are stored with.
struct Kept<'a> {
    client: &'a Client,
    grant: Option<Id<OauthGrant>>,
    /// Of the access token.
    scopes: &'a [String],
    /// Of the refresh token.
    refreshable: &'a [String],
}

/// `now` is the machine's time, by which tokens end, `used` that of the client's mode.
async fn store(tx: &mut Tx<'_>, issued: &Issued, kept: &Kept<'_>, now: Time, used: Time) -> kit::Result<()> {
    let access = Some(("access", &issued.access_token, kept.scopes, ACCESS_MS));
    let refresh = issued.refresh_token.as_ref().map(|token| ("refresh", token, kept.refreshable, REFRESH_MS));
    for (kind, token, scopes, lasts_ms) in [access, refresh].into_iter().flatten() {
        tx.exec(
            "insert into oauth_tokens (merchant_id, live, hash, kind, client_id, grant_id, dialect, scopes, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                hash_token(token),
                kind,
                kept.client.id,
                kept.grant,
                Value::word(&kept.client.dialect),
                Value::json(scopes),
                now,
                now.plus_ms(lasts_ms)
            ],
        )
        .await?;
    }
    tx.exec(
        "update oauth_clients set last_used_at = $4
         where merchant_id = $1 and live = $2 and id = $3 and (last_used_at is null or last_used_at <= $5)",
        args![kept.client.id, used, used.plus_ms(-USED_MS)],
    )
    .await
    .map(drop)
}

fn count_one(app: &App, client: &Client) -> Result<()> {
    Ok(app.memory::<Throttle>().enter(format!("oauth tokens of {}", client.id), ISSUED, Clock::system())?)
}

#[derive(Deserialize)]
struct Pending {
    merchant_id: Id<Tenant>,
    live: bool,
    id: Id<OauthGrant>,
    client_id: Id<OauthApp>,
    user_id: Id<User>,
    scopes: Vec<String>,
    revoked_at: Option<Time>,
    code_challenge: String,
    code_redirect_uri: String,
    code_expires_at: Time,
    code_used_at: Option<Time>,
}

/// The first tokens of a grant. A code works once; shown again, it ends what it gave.
pub async fn for_code(app: &App, client: &Client, code: &str, redirect_uri: Option<&str>, challenge: &str) -> Result<Issued> {
    let worthless = || Refusal::grant("The code is not known, has expired, or was used");
    let found: Option<Pending> = app
        .db
        .opt(
            "select merchant_id, live, id, client_id, user_id, scopes, revoked_at, code_challenge, code_redirect_uri,
                 code_expires_at, code_used_at
             from oauth_grants where code_hash = $1 -- any merchant",
            args![hash_token(code)],
        )
        .await?;
    let grant = found.filter(|grant| grant.client_id == client.id).ok_or_else(worthless)?;
    let system = app.system(grant.merchant_id, mode_of(grant.live));
    if grant.code_used_at.is_some() {
        grants::end_by_program(&system, grant.id).await?;
        return Err(worthless());
    }
    let now = Clock::system();
    if grant.code_expires_at <= now || grant.revoked_at.is_some() {
        return Err(worthless());
    }
    if redirect_uri.is_some_and(|uri| uri != grant.code_redirect_uri) {
        return Err(Refusal::grant("redirect_uri is not the one that the code was sent to"));
    }
    if challenge != grant.code_challenge {
        return Err(Refusal::grant("code_verifier does not fit the code_challenge"));
    }
    check_member(app, grant.merchant_id, grant.user_id).await?;
    count_one(app, client)?;
    let issued = issue(client.dialect, &grant.scopes, true);
    let kept = Kept { client, grant: Some(grant.id), scopes: &grant.scopes, refreshable: &grant.scopes };
    let spent = spend_code(&as_client(app, grant.merchant_id, grant.live, client), &kept, &issued, now).await?;
    if !spent {
        grants::end_by_program(&system, grant.id).await?;
        return Err(worthless());
    }
    Ok(issued)
}

/// Whether the code was good until now.
async fn spend_code(cx: &Cx, kept: &Kept<'_>, issued: &Issued, now: Time) -> kit::Result<bool> {
    transaction!(cx, |tx| {
        let spent = tx
            .exec(
                "update oauth_grants set code_used_at = $4, expires_at = $5, last_used_at = $6
                 where merchant_id = $1 and live = $2 and id = $3 and code_used_at is null and revoked_at is null",
                args![kept.grant, now, now.plus_ms(REFRESH_MS), cx.now],
            )
            .await?;
        if spent > 0 {
            store(tx, issued, kept, now, cx.now).await?;
        }
        Ok(spent > 0)
    })
}

async fn check_member(app: &App, merchant: Id<Tenant>, user: Id<User>) -> Result<()> {
    let member = viewer::member(app, SignedIn { user, merchant }).await?;
    member.map(drop).ok_or_else(|| Refusal::grant("The person who allowed this does not work for the business any more"))
}

#[derive(Deserialize)]
struct Token {
    merchant_id: Id<Tenant>,
    live: bool,
    kind: String,
    client_id: Id<OauthApp>,
    grant_id: Option<Id<OauthGrant>>,
    user_id: Option<Id<User>>,
    scopes: Vec<String>,
    created_at: Time,
    expires_at: Time,
    used_at: Option<Time>,
}

async fn find(app: &App, token: &str) -> kit::Result<Option<Token>> {
    app.db
        .opt(
            "select token.merchant_id, token.live, token.kind, token.client_id, token.grant_id, oauth_grants.user_id, token.scopes,
                 token.created_at, token.expires_at, token.used_at
             from oauth_tokens as token left join oauth_grants on oauth_grants.merchant_id = token.merchant_id
                 and oauth_grants.live = token.live and oauth_grants.id = token.grant_id
             where token.hash = $1 -- any merchant",
            args![hash_token(token)],
        )
        .await
}

/// The next tokens of a grant, for its refresh token, which is then spent. Shown again, it ends the
/// grant. `scope` may ask for less than what was granted.
pub async fn refresh(app: &App, client: &Client, token: &str, scope: Option<&str>) -> Result<Issued> {
    let worthless = || Refusal::grant("The refresh token is not known, has expired, was used or was revoked");
    let found = find(app, token).await?.filter(|found| found.kind == "refresh" && found.client_id == client.id);
    let found = found.ok_or_else(worthless)?;
    let (Some(grant), Some(user)) = (found.grant_id, found.user_id) else { return Err(worthless()) };
    let system = app.system(found.merchant_id, mode_of(found.live));
    if found.used_at.is_some() {
        grants::end_by_program(&system, grant).await?;
        return Err(worthless());
    }
    let now = Clock::system();
    if found.expires_at <= now {
        return Err(worthless());
    }
    check_member(app, found.merchant_id, user).await?;
    let scopes = match scope.filter(|scope| !scope.trim().is_empty()) {
        None => found.scopes.clone(),
        Some(asked) => part_of(client, &found.scopes, asked)?,
    };
    count_one(app, client)?;
    let issued = issue(client.dialect, &scopes, true);
    let kept = Kept { client, grant: Some(grant), scopes: &scopes, refreshable: &found.scopes };
    let cx = as_client(app, found.merchant_id, found.live, client);
    if !rotate(&cx, &kept, &issued, token, now).await? {
        grants::end_by_program(&system, grant).await?;
        return Err(worthless());
    }
    Ok(issued)
}

/// The scopes asked for, all of which must have been granted.
fn part_of(client: &Client, granted: &[String], asked: &str) -> Result<Vec<String>> {
    let asked = client.scopes_asked(Some(asked))?;
    match asked.iter().find(|scope| !kit::scopes_allow(granted, scope)) {
        Some(more) => Err(Refusal::new("invalid_scope", format!("'{more}' was not granted"))),
        None => Ok(asked),
    }
}

/// Whether the refresh token was good until now.
async fn rotate(cx: &Cx, kept: &Kept<'_>, issued: &Issued, old: &str, now: Time) -> kit::Result<bool> {
    transaction!(cx, |tx| {
        let spent = tx
            .exec(
                "update oauth_tokens set used_at = $4
                 where merchant_id = $1 and live = $2 and hash = $3 and used_at is null",
                args![hash_token(old), now],
            )
            .await?;
        if spent > 0 {
            tx.exec(
                "update oauth_grants set expires_at = $4, last_used_at = $5 where merchant_id = $1 and live = $2 and id = $3",
                args![kept.grant, now.plus_ms(REFRESH_MS), cx.now],
            )
            .await?;
            store(tx, issued, kept, now, cx.now).await?;
        }
        Ok(spent > 0)
    })
}

/// An access token for a client that acts for itself: for the merchant and in the mode that made it.
pub async fn for_client(app: &App, client: &Client, scope: Option<&str>) -> Result<Issued> {
    if !client.is_owned() || !client.confidential {
        let text = "Only apps with a secret that a business made for itself get access without a person";
        return Err(Refusal::new("unauthorized_client", text));
    }
    let scopes = client.scopes_asked(scope)?;
    count_one(app, client)?;
    let issued = issue(client.dialect, &scopes, false);
    let (cx, now) = (as_client(app, client.merchant_id, client.live, client), Clock::system());
    let kept = Kept { client, grant: None, scopes: &scopes, refreshable: &[] };
    let (cx, kept) = (&cx, &kept);
    let stored: kit::Result<()> = transaction!(cx, |tx| { store(tx, &issued, kept, now, cx.now).await });
    stored?;
    Ok(issued)
}

/// Ends a token (RFC 7009): a refresh token with its whole grant, an access token alone. What is not
/// known has ended already.
pub async fn revoke(app: &App, client: &Client, token: &str) -> Result<()> {
    let Some(found) = find(app, token).await? else { return Ok(()) };
    if found.client_id != client.id {
        return Err(Refusal::grant("The token is another client's"));
    }
    let cx = as_client(app, found.merchant_id, found.live, client);
    if let (Some(grant), "refresh") = (found.grant_id, found.kind.as_str()) {
        return Ok(grants::end_by_program(&cx, grant).await?);
    }
    let (cx, hash) = (&cx, hash_token(token));
    let ended: kit::Result<u64> = transaction!(cx, |tx| {
        tx.exec("delete from oauth_tokens where merchant_id = $1 and live = $2 and hash = $3", args![hash]).await
    });
    ended?;
    app.memory::<Found>().forget(&hash);
    Ok(())
}

/// What is known of a token (RFC 7662), for the client that it was given to.
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    active: bool,
    #[serde(flatten)]
    facts: Option<Facts>,
}

#[derive(Debug, Serialize)]
struct Facts {
    scope: String,
    client_id: Id<OauthApp>,
    token_type: String,
    /// Seconds since 1970.
    exp: i64,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Id<User>>,
}

/// Says whether a token works, and what it allows.
pub async fn introspect(app: &App, client: &Client, token: &str) -> Result<Introspection> {
    let works = |found: &Token| found.client_id == client.id && found.used_at.is_none() && found.expires_at > Clock::system();
    let facts = find(app, token).await?.filter(works).map(|found| Facts {
        scope: found.scopes.join(" "),
        client_id: found.client_id,
        token_type: if found.kind == "access" { "Bearer".to_owned() } else { found.kind },
        exp: found.expires_at.0 / 1_000,
        iat: found.created_at.0 / 1_000,
        sub: found.user_id,
    });
    Ok(Introspection { active: facts.is_some(), facts })
}
