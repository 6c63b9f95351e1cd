//! The key of a session: the dashboard's API explorer calls `/v2` with it.
//!
//! It is sealed, not stored: it names the session it stands for, allows what the person's role
//! allows, and ends with the session or after an hour.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::model::Dialect;
use crate::{
    house::team::{auth, store},
    kit::{
        Error, Id, Mode, Result, Tenant, Time,
        clock::Clock,
        cx::{App, Cx},
    },
};

/// How long a key works.
const LASTS_MS: i64 = 60 * 60_000;
/// Follows the prefix of the mode.
const MARK: &str = "session_";
/// What the sealed text is about.
const ABOUT: &str = "session key";

#[derive(Serialize, Deserialize)]
struct Claim {
    session: String,
    merchant: Id<Tenant>,
    mode: Mode,
    until: Time,
}

/// A key for the session that asks.
pub fn make(cx: &Cx, session: String) -> Result<String> {
    let claim = Claim { session, merchant: cx.merchant, mode: cx.mode, until: Clock::system().plus_ms(LASTS_MS) };
    let text = serde_json::to_string(&claim).map_err(|_| Error::internal())?;
    let sealed = cx.app.cipher.seal(&text, ABOUT).ok_or_else(Error::internal)?;
    Ok(format!("{}{MARK}{}", Dialect::Revkeen.prefix(cx.mode), BASE64_URL_SAFE_NO_PAD.encode(sealed)))
}

/// Who calls with this key, if it is one; nobody if it has ended.
pub async fn caller(app: &App, secret: &str, request_id: &str) -> Result<Option<Cx>> {
    let Some(claim) = open(app, secret) else { return Ok(None) };
    let ended = || Error::unauthenticated("expired_api_key", "This session's key has ended");
    if claim.until <= Clock::system() {
        return Err(ended());
    }
    let who = store::who_is(&app.db, &claim.session).await?.filter(|who| who.merchant == claim.merchant).ok_or_else(ended)?;
    auth::member(app, &who, claim.mode, request_id).await?.ok_or_else(ended).map(Some)
}

fn open(app: &App, secret: &str) -> Option<Claim> {
    let sealed = [Mode::Test, Mode::Live]
        .into_iter()
        .find_map(|mode| secret.strip_prefix(Dialect::Revkeen.prefix(mode))?.strip_prefix(MARK))?;
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
    serde_json::from_str(&app.cipher.open(&sealed, ABOUT)?).ok()
}
