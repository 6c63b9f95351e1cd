//! What can be done about OAuth, by people and by programs.

pub mod apps;
pub mod clients;
pub mod grants;
pub mod tokens;

use super::model::OauthGrant;
use crate::{
    args,
    house::api_keys::model::Dialect,
    kit::{
        Id, Mode, Result, Tenant,
        clock::Clock,
        cx::{Actor, ActorKind, App, Cx},
    },
    transaction,
};

/// How long a code is good for.
pub const CODE_MS: i64 = 60_000;
/// How long an access token is good for.
pub const ACCESS_MS: i64 = 60 * 60_000;
/// How long a refresh token is good for; each use gives another one.
pub const REFRESH_MS: i64 = 7 * 24 * 60 * 60_000;
/// How long clients that registered themselves and grants that ended are remembered.
const KEPT_MS: i64 = 30 * 24 * 60 * 60_000;
/// Random letters and digits of codes, tokens and secrets: 238 bits of chance.
const SECRET_CHARS: usize = 40;

/// How access tokens of a dialect begin.
pub fn access_prefix(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Revkeen => "rk_oauth_",
        Dialect::Revenuecat => "atk_",
    }
}

/// How refresh tokens of a dialect begin.
fn refresh_prefix(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Revkeen => "rk_refresh_",
        Dialect::Revenuecat => "rtk_",
    }
}

fn mode_of(live: bool) -> Mode {
    if live { Mode::Live } else { Mode::Test }
}

/// The context in which a client does something that it may do by itself.
fn as_client(app: &App, merchant: Id<Tenant>, live: bool, client: &clients::Client) -> Cx {
    let actor = Actor { kind: ActorKind::App, id: client.id.to_string(), name: client.name.clone() };
    Cx { actor, ..app.system(merchant, mode_of(live)) }
}

/// Forgets what has ended: tokens, grants, and clients that registered themselves and were not used.
/// Returns how many.
pub async fn prune(app: &App) -> Result<u64> {
    let (db, now) = (&app.db, Clock::system());
    let old = now.plus_ms(-KEPT_MS);
    transaction!(db, |tx| {
        let tokens = tx.exec("delete from oauth_tokens where expires_at < $1 -- any merchant", args![now]).await?;
        let grants = tx
            .exec(
                "delete from oauth_grants where expires_at < $1 and not exists
                     (select 1 from oauth_tokens where oauth_tokens.grant_id = oauth_grants.id
                      and oauth_tokens.merchant_id = oauth_grants.merchant_id and oauth_tokens.live = oauth_grants.live)
                 -- any merchant",
                args![old],
            )
            .await?;
        let clients = tx
            .exec(
                "delete from oauth_clients where merchant_id = $1 and created_at < $2
                 and not exists (select 1 from oauth_grants where oauth_grants.client_id = oauth_clients.id)",
                args![Id::<Tenant>::nil(), old],
            )
            .await?;
        Ok(tokens + grants + clients)
    })
}

impl crate::kit::events::Object for OauthGrant {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}
