//! Signing in: an address and a password for an account.

use serde::Deserialize;

use super::{
    super::model::{PASSWORD_CHARS_MAX, User},
    SignedIn, email_key, passwords,
    throttle::{PER_ACCOUNT, PER_ADDRESS, Throttle},
};
use crate::{
    args,
    kit::{Error, Id, Kind, Result, Tenant, clock::Clock, cx::App, http::client::Visitor},
};

#[derive(Deserialize)]
struct Known {
    id: Id<User>,
    password_hash: String,
}

/// Checks the password of an account. The same answer, after the same time, whether the account
/// does not exist or the password is wrong.
pub async fn sign_in(app: &App, visitor: &Visitor, email: &str, password: &str) -> Result<SignedIn> {
    let user = prove(app, visitor, email, password).await?;
    employer_of(app, user).await
}

/// The account that the password proves.
pub async fn prove(app: &App, visitor: &Visitor, email: &str, password: &str) -> Result<Id<User>> {
    let (now, throttle, email_key) = (Clock::system(), app.memory::<Throttle>(), email_key(email));
    let account = format!("sign in {}", email_key.chars().take(300).collect::<String>());
    let address = format!("sign in from {}", visitor.network());
    throttle.enter(address.clone(), PER_ADDRESS, now)?;
    throttle.enter(account.clone(), PER_ACCOUNT, now)?;
    if password.chars().count() > PASSWORD_CHARS_MAX {
        return Err(wrong());
    }
    let known: Option<Known> = app.db.opt("select id, password_hash from users where email_key = $1", args![email_key]).await?;
    let (user, hash) = known.map(|known| (known.id, known.password_hash)).unzip();
    let right = passwords::verify(password, hash).await?;
    let user = user.filter(|_| right).ok_or_else(wrong)?;
    throttle.forget(&account);
    throttle.forgive(&address);
    Ok(user)
}

fn wrong() -> Error {
    Error::unauthenticated("invalid_credentials", "E-mail address or password is wrong")
}

/// The business an account has worked for the longest.
pub async fn employer_of(app: &App, user: Id<User>) -> Result<SignedIn> {
    let merchant: Option<Id<Tenant>> = app
        .db
        .opt("select merchant_id from members where user_id = $1 order by created_at, merchant_id limit 1", args![user])
        .await?;
    let gone = || Error::new(Kind::Forbidden, "no_merchant", "This account is no longer a member of any business");
    merchant.map(|merchant| SignedIn { user, merchant }).ok_or_else(gone)
}
