//! Who calls with an access token.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;

use super::{
    model::{OauthApp, OauthGrant},
    ops::access_prefix,
    rights,
};
use crate::{
    args,
    house::{
        api_keys::model::Dialect,
        team::{
            model::User,
            ops::{SignedIn, viewer},
        },
    },
    kit::{
        Error, Id, Mode, Result, Tenant, Time,
        clock::Clock,
        crypto::hash_token,
        cx::{Actor, ActorKind, App, Cx},
    },
};

/// How long a token that was looked up is believed; another server's revocation takes that long.
const FRESH_MS: i64 = 5_000;
/// Most tokens remembered at once.
const TOKENS_MAX: usize = 10_000;

/// A token's row, with its client's name.
#[derive(Clone, Debug, Deserialize)]
struct Token {
    merchant_id: Id<Tenant>,
    live: bool,
    client_id: Id<OauthApp>,
    app_name: String,
    grant_id: Option<Id<OauthGrant>>,
    /// Who allowed it, if it was a person.
    user_id: Option<Id<User>>,
    dialect: Dialect,
    scopes: Vec<String>,
    #[serde(skip)]
    granted: Arc<[String]>,
    expires_at: Time,
}

/// Tokens looked up lately, by their hashes.
#[derive(Default)]
pub struct Found(Mutex<HashMap<String, (Time, Arc<Token>)>>);

impl Found {
    fn tokens(&self) -> MutexGuard<'_, HashMap<String, (Time, Arc<Token>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, hash: &str, now: Time) -> Option<Arc<Token>> {
        let tokens = self.tokens();
        let (since, token) = tokens.get(hash)?;
        (now.0 - since.0 < FRESH_MS).then(|| Arc::clone(token))
    }

    fn insert(&self, hash: String, now: Time, token: &Arc<Token>) {
        let mut tokens = self.tokens();
        if tokens.len() >= TOKENS_MAX {
            tokens.retain(|_, (since, _)| now.0 - since.0 < FRESH_MS);
        }
        if tokens.len() < TOKENS_MAX {
            tokens.insert(hash, (now, Arc::clone(token)));
        }
    }

    /// A token has ended.
    pub fn forget(&self, hash: &str) {
        self.tokens().remove(hash);
    }

    /// A grant has ended, and its tokens with it.
    pub fn forget_grant(&self, grant: Id<OauthGrant>) {
        self.tokens().retain(|_, (_, token)| token.grant_id != Some(grant));
    }

    /// A client has ended, and its tokens with it.
    pub fn forget_client(&self, client: Id<OauthApp>) {
        self.tokens().retain(|_, (_, token)| token.client_id != client);
    }
}

/// Who calls with this access token, if it is one of the dialect. It allows what was granted, as far
/// as the person who granted it may do that at the moment.
pub async fn caller(app: &App, dialect: Dialect, secret: &str, request_id: &str) -> Result<Option<Cx>> {
    if !secret.starts_with(access_prefix(dialect)) {
        return Ok(None);
    }
    let token = look_up(app, secret).await?;
    if token.expires_at <= Clock::system() {
        return Err(Error::unauthenticated("expired_access_token", "This access token has expired"));
    }
    let mode = if token.live { Mode::Live } else { Mode::Test };
    let (name, scopes) = match token.user_id {
        None => (token.app_name.clone(), Arc::clone(&token.granted)),
        Some(user) => {
            let signed_in = SignedIn { user, merchant: token.merchant_id };
            let (person, role) = viewer::member(app, signed_in).await?.ok_or_else(ended)?;
            (format!("{} for {person}", token.app_name), rights::narrow(token.dialect, &token.granted, &role.scopes()).into())
        }
    };
    let actor = Actor { kind: ActorKind::App, id: token.client_id.to_string(), name };
    Ok(Some(Cx { actor, scopes, request_id: request_id.to_owned(), ..app.system(token.merchant_id, mode) }))
}

fn ended() -> Error {
    Error::unauthenticated("authentication_failed", "This access token is not known, or was revoked")
}

async fn look_up(app: &App, secret: &str) -> Result<Arc<Token>> {
    let (hash, now, found) = (hash_token(secret), Clock::system(), app.memory::<Found>());
    if let Some(token) = found.get(&hash, now) {
        return Ok(token);
    }
    let token: Option<Token> = app
        .db
        .opt(
            "select token.merchant_id, token.live, token.client_id, oauth_clients.name as app_name, token.grant_id,
                 oauth_grants.user_id, token.dialect, token.scopes, token.expires_at
             from oauth_tokens as token join oauth_clients on oauth_clients.id = token.client_id
                 left join oauth_grants on oauth_grants.merchant_id = token.merchant_id and oauth_grants.live = token.live
                 and oauth_grants.id = token.grant_id
             where token.hash = $1 and token.kind = 'access' -- any merchant",
            args![hash],
        )
        .await?;
    let mut token = token.ok_or_else(ended)?;
    token.granted = std::mem::take(&mut token.scopes).into();
    let token = Arc::new(token);
    found.insert(hash, now, &token);
    Ok(token)
}
