//! What people allow clients.

use super::{
    super::{auth::Found, model::OauthGrant},
    CODE_MS, SECRET_CHARS,
    clients::Client,
};
use crate::{
    args,
    house::team::ops::user_of,
    kit::{
        Error, Id, Result,
        clock::Clock,
        crypto,
        cx::{Cx, Tx},
        db::Value,
    },
    transaction,
};

/// Most grants that a page shows.
const SHOWN_MAX: i64 = 100;

/// What somebody agrees to.
pub struct Consent<'a> {
    pub client: &'a Client,
    pub scopes: Vec<String>,
    pub redirect_uri: &'a str,
    /// SHA-256 of the verifier that the client will show.
    pub challenge: &'a str,
}

/// Allows a client something, in the merchant and mode of the context; returns the code that the
/// client gets its tokens for.
pub async fn allow(cx: &Cx, consent: Consent<'_>) -> Result<String> {
    let (user, client, now) = (user_of(cx)?, consent.client, Clock::system());
    let code = crypto::token("rk_code_", SECRET_CHARS);
    let (hash, end) = (crypto::hash_token(&code), now.plus_ms(CODE_MS));
    let grant = OauthGrant {
        id: cx.id(),
        client_id: client.id,
        app_name: client.name.clone(),
        self_registered: !client.is_owned(),
        user_id: user,
        user_name: cx.actor.name.clone(),
        dialect: client.dialect,
        scopes: consent.scopes,
        created_at: cx.now,
        last_used_at: None,
        revoked_at: None,
    };
    transaction!(cx, |tx| {
        tx.exec(
            "insert into oauth_grants (merchant_id, live, id, client_id, app_name, self_registered, user_id, user_name, dialect,
                 scopes, created_at, expires_at, code_hash, code_challenge, code_redirect_uri, code_expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $12)",
            args![
                grant.id,
                grant.client_id,
                grant.app_name,
                grant.self_registered,
                grant.user_id,
                grant.user_name,
                Value::word(&grant.dialect),
                Value::json(&grant.scopes),
                grant.created_at,
                end,
                hash,
                consent.challenge,
                consent.redirect_uri
            ],
        )
        .await?;
        tx.emit("oauth_grant.created", &grant).await
    })?;
    Ok(code)
}

/// The newest grants that work, at most a hundred: everybody's, or only the own without the right
/// to read keys.
pub async fn list(cx: &Cx) -> Result<Vec<OauthGrant>> {
    let whose = if cx.can("keys:read").is_ok() { String::new() } else { user_of(cx)?.to_string() };
    cx.all(
        "select id, client_id, app_name, self_registered, user_id, user_name, dialect, scopes, created_at, last_used_at, revoked_at
         from oauth_grants
         where merchant_id = $1 and live = $2 and revoked_at is null and expires_at > $3 and ($4 = '' or user_id = $4)
         order by id desc limit $5",
        args![Clock::system(), whose, SHOWN_MAX],
    )
    .await
}

/// Takes back what was allowed: its tokens stop working. Anybody may take back their own.
pub async fn revoke(cx: &Cx, id: Id<OauthGrant>) -> Result<OauthGrant> {
    let own = user_of(cx).ok();
    let may = cx.can("keys:write");
    let grant = transaction!(cx, |tx| {
        let before = get(tx, id).await?;
        if own != Some(before.user_id) {
            may.clone()?;
        }
        if before.revoked_at.is_some() {
            return Err(Error::conflict("id", "is revoked already"));
        }
        end(tx, cx, before).await
    })?;
    cx.app.memory::<Found>().forget_grant(id);
    Ok(grant)
}

/// Ends a grant, unless it has ended: its client gives it back, or one of its secrets was shown
/// twice.
pub(super) async fn end_by_program(cx: &Cx, id: Id<OauthGrant>) -> Result<()> {
    transaction!(cx, |tx| {
        let before = get(tx, id).await?;
        if before.revoked_at.is_none() {
            end(tx, cx, before).await?;
        }
        Ok(())
    })?;
    cx.app.memory::<Found>().forget_grant(id);
    Ok(())
}

async fn end(tx: &mut Tx<'_>, cx: &Cx, before: OauthGrant) -> Result<OauthGrant> {
    let after = OauthGrant { revoked_at: Some(cx.now), ..before.clone() };
    tx.exec(
        "update oauth_grants set revoked_at = $4 where merchant_id = $1 and live = $2 and id = $3",
        args![before.id, after.revoked_at],
    )
    .await?;
    tx.exec("delete from oauth_tokens where merchant_id = $1 and live = $2 and grant_id = $3", args![before.id]).await?;
    tx.emit_change("oauth_grant.revoked", &before, &after).await?;
    Ok(after)
}

async fn get(tx: &mut Tx<'_>, id: Id<OauthGrant>) -> Result<OauthGrant> {
    let grant: Option<OauthGrant> = tx
        .opt(
            "select id, client_id, app_name, self_registered, user_id, user_name, dialect, scopes, created_at, last_used_at,
                 revoked_at
             from oauth_grants where merchant_id = $1 and live = $2 and id = $3",
            args![id],
        )
        .await?;
    grant.ok_or_else(|| Error::not_found("grant", id))
}
