//! Clients, as the protocol knows them: who they are, and how they prove it.

use serde::Deserialize;

use super::{
    super::{
        model::{NewOauthApp, OauthApp},
        refusal::{Refusal, Result},
        uris,
    },
    apps,
};
use crate::{
    args,
    house::{
        api_keys::model::Dialect,
        team::ops::throttle::{Allowance, Throttle},
    },
    kit::{Error, Id, Mode, Tenant, Time, clock::Clock, crypto::hash_token, cx::App, http::client::Visitor, scopes_allow},
    transaction,
};

/// Wrong secrets from one network.
const WRONG_SECRETS: Allowance = Allowance { tries: 200, within_ms: 15 * 60_000 };
/// Clients that register themselves from one network.
const REGISTRATIONS: Allowance = Allowance { tries: 20, within_ms: 60 * 60_000 };
/// Most scopes that can be asked for at once.
const SCOPES_MAX: usize = 200;

/// A client.
#[derive(Clone, Debug, Deserialize)]
pub struct Client {
    pub merchant_id: Id<Tenant>,
    pub live: bool,
    pub id: Id<OauthApp>,
    pub name: String,
    pub dialect: Dialect,
    /// The most it may ask for.
    pub scopes: Vec<String>,
    pub redirect_uris: Vec<String>,
    pub confidential: bool,
    secret_hash: Option<String>,
    old_secret_hash: Option<String>,
    old_secret_until: Option<Time>,
}

impl Client {
    /// Whether it is a merchant's own; others have registered themselves.
    pub fn is_owned(&self) -> bool {
        self.merchant_id != Id::nil()
    }

    /// The scopes that a request asks for: of one dialect, and none that the client may not have.
    /// Without any, all that it may have.
    pub fn scopes_asked(&self, text: Option<&str>) -> Result<Vec<String>> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(self.scopes.clone()) };
        let mut asked: Vec<String> = text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        asked.sort();
        asked.dedup();
        if asked.len() > SCOPES_MAX {
            return Err(Refusal::new("invalid_scope", format!("Ask for at most {SCOPES_MAX} scopes")));
        }
        match asked.iter().find(|scope| !self.may_ask(scope)) {
            Some(odd) => {
                let odd: String = odd.chars().take(60).collect();
                let text = format!("'{odd}' is not a scope that this client may ask for in {}'s dialect", self.dialect.label());
                Err(Refusal::new("invalid_scope", text))
            }
            None => Ok(asked),
        }
    }

    fn may_ask(&self, scope: &str) -> bool {
        self.dialect.knows(scope) && scopes_allow(&self.scopes, scope)
    }

    fn has_secret(&self, secret: &str, now: Time) -> bool {
        let hash = Some(hash_token(secret));
        hash == self.secret_hash || (hash == self.old_secret_hash && self.old_secret_until.is_some_and(|end| end > now))
    }
}

/// The client with this `client_id`.
pub async fn find(app: &App, client_id: &str) -> crate::kit::Result<Option<Client>> {
    let Ok(id) = client_id.parse::<Id<OauthApp>>() else { return Ok(None) };
    app.db
        .opt(
            "select merchant_id, live, id, name, dialect, scopes, redirect_uris, confidential, secret_hash, old_secret_hash,
                 old_secret_until
             from oauth_clients where id = $1 -- any merchant",
            args![id],
        )
        .await
}

/// The client that proves itself with this secret; a public one proves nothing and has none. Wrong
/// tries are counted by network.
pub async fn authenticate(app: &App, visitor: &Visitor, client_id: &str, secret: Option<&str>) -> Result<Client> {
    let (now, throttle, key) = (Clock::system(), app.memory::<Throttle>(), format!("oauth from {}", visitor.network()));
    throttle.enter(key.clone(), WRONG_SECRETS, now)?;
    let client = find(app, client_id).await?.ok_or_else(Refusal::client)?;
    let right = match secret {
        Some(secret) => client.confidential && client.has_secret(secret, now),
        None => !client.confidential,
    };
    if !right {
        return Err(Refusal::client());
    }
    throttle.forgive(&key);
    Ok(client)
}

/// A client that registered itself, and its secret if it has one.
pub struct Registered {
    pub app: OauthApp,
    pub secret: Option<String>,
}

/// Registers a client that belongs to nobody: it gets access from people only.
pub async fn register(app: &App, visitor: &Visitor, new: NewOauthApp) -> Result<Registered> {
    let now = Clock::system();
    app.memory::<Throttle>().enter(format!("oauth registration from {}", visitor.network()), REGISTRATIONS, now)?;
    if new.redirect_uris.is_empty() {
        return Err(Refusal::new("invalid_redirect_uri", "redirect_uris: is required"));
    }
    if let Some(wrong) = uris::wrong(&new.redirect_uris) {
        return Err(Refusal::new("invalid_redirect_uri", format!("redirect_uris: {wrong}")));
    }
    let metadata = |error: Error| Refusal::new("invalid_client_metadata", error.message);
    if new.name.chars().any(is_deceptive) {
        return Err(metadata(Error::invalid("client_name", "must not change the direction of text or hide in it")));
    }
    let new = new.checked().map_err(metadata)?;
    let secret = new.confidential.then(apps::make_secret);
    let made = OauthApp {
        id: crate::kit::crypto::new_id(now),
        name: new.name,
        dialect: new.dialect,
        scopes: new.scopes,
        redirect_uris: new.redirect_uris,
        confidential: new.confidential,
        secret_hint: secret.as_deref().map(apps::hint),
        created_by: String::new(),
        created_at: now,
        last_used_at: None,
    };
    let (hash, cx) = (secret.as_deref().map(hash_token), app.system(Id::nil(), Mode::Test));
    let cx = &cx;
    let stored: crate::kit::Result<()> = transaction!(cx, |tx| { apps::insert(tx, &made, hash.as_ref()).await });
    stored?;
    Ok(Registered { app: made, secret })
}

/// Characters that make a name look like another one: marks of direction, and those without width.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}
