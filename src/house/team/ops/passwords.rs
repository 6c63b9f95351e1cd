//! Passwords: hashed with argon2id, changed by who knows the old one, reset by who reads the mail.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::{
    super::model::{EMAIL_CHARS_MAX, User, check_password},
    SignedIn, email_key, members, refuse, sign_in,
    throttle::{MAILS, PER_ACCOUNT, PER_ADDRESS, Throttle},
    user_of,
};
use crate::{
    args,
    house::shared::shared,
    kit::{
        Error, Id, Kind, Mode, Result,
        clock::Clock,
        crypto,
        cx::{Actor, ActorKind, App, Cx},
        db::Conn,
        http::client::Visitor,
    },
    paths, transaction,
};

/// Hashes computed at once: each takes 19 MiB and a core for a while.
static HASHERS: Semaphore = Semaphore::const_new(2);

/// A hash that no password has, compared with when there is no account, so that the answer takes
/// as long as for an account.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&crypto::token("", 40)).unwrap_or_default());

/// How long a link to reset a password works.
const RESET_MS: i64 = 60 * 60_000;

fn hash_now(password: &str) -> Result<String> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => {
            tracing::error!(%error, "a password could not be hashed");
            Err(Error::internal())
        }
    }
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = HASHERS.acquire().await.map_err(|_| Error::internal())?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal())
}

/// Hashes a new password.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    aside(move || hash_now(&password)).await?
}

/// Whether a password is right; takes as long when there is no account.
pub async fn verify(password: &str, hash: Option<String>) -> Result<bool> {
    let password = password.to_owned();
    aside(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let right =
            PasswordHash::new(&hash).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
        known && right
    })
    .await
}

/// Changes the password of who asks, and signs their other devices out.
pub async fn change(cx: &Cx, session: &str, old: &str, new: String) -> Result<()> {
    let user = user_of(cx)?;
    let mut wrong = Vec::new();
    let new = check_password(&mut wrong, "new", new);
    refuse(wrong)?;
    let throttle = cx.app.memory::<Throttle>();
    let key = format!("password {user}");
    throttle.enter(key.clone(), PER_ACCOUNT, Clock::system())?;
    let known: String = cx.app.db.one("select password_hash from users where id = $1", args![user]).await?;
    if !verify(old, Some(known)).await? {
        return Err(Error::invalid("old", "is not your password"));
    }
    throttle.forget(&key);
    let hash = hash(&new).await?;
    let cx = &shared(cx);
    transaction!(cx, |tx| {
        replace(tx.global(), user, &hash).await?;
        tx.global().exec("delete from sessions where user_id = $1 and id <> $2", args![user, session]).await?;
        let member = members::row(tx, cx.merchant, user).await?;
        tx.emit("member.password_changed", &member).await
    })
}

/// Writes the hash of a new password; mailed links to reset the old one no longer work.
async fn replace(conn: &mut Conn, user: Id<User>, hash: &str) -> Result<()> {
    conn.exec("update users set password_hash = $2 where id = $1", args![user, hash]).await?;
    conn.exec("delete from password_resets where user_id = $1", args![user]).await.map(drop)
}

/// Mails a link to reset the password, if there is an account. Neither the answer nor its time
/// tells whether there is one: looking for it goes on after the answer.
pub fn forgot(app: &App, visitor: &Visitor, email: &str) -> Result<()> {
    let (now, throttle, email_key) = (Clock::system(), app.memory::<Throttle>(), email_key(email));
    throttle.enter(format!("forgot from {}", visitor.network()), PER_ADDRESS, now)?;
    let key = format!("forgot {}", email_key.chars().take(EMAIL_CHARS_MAX).collect::<String>());
    if throttle.enter(key, MAILS, now).is_ok() {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = mail_reset(&app, &email_key).await {
                tracing::error!(%error, "a link to reset a password could not be made");
            }
        });
    }
    Ok(())
}

async fn mail_reset(app: &App, email_key: &str) -> Result<()> {
    let now = Clock::system();
    let user: Option<User> = app.db.opt("select id, name, email from users where email_key = $1", args![email_key]).await?;
    let Some(user) = user else { return Ok(()) };
    let (token, db) = (crypto::token("", 40), &app.db);
    transaction!(db, |tx| {
        tx.exec("delete from password_resets where user_id = $1 and expires_at < $2", args![user.id, now]).await?;
        tx.exec(
            "insert into password_resets (token_hash, user_id, expires_at) values ($1, $2, $3)",
            args![crypto::hash_token(&token), user.id, now.plus_ms(RESET_MS)],
        )
        .await
    })?;
    let link = format!("{}{}", app.config.site(), paths::reset_password(&token));
    let text = format!(
        "Hello {},\n\nsomebody, hopefully you, asked for a new password. Choose it here within an hour:\n\n{link}\n\n\
         If it was not you, ignore this mail: your password stays as it is.",
        user.name
    );
    app.mailer.send(&user.email, "Reset your Merx password", text);
    Ok(())
}

/// Sets a new password with a mailed link, which then no longer works, and signs all devices out.
pub async fn reset(app: &App, token: &str, new: String) -> Result<SignedIn> {
    let mut wrong = Vec::new();
    let new = check_password(&mut wrong, "password", new);
    refuse(wrong)?;
    let (now, token_hash) = (Clock::system(), crypto::hash_token(token));
    let user = owner(app, token).await?;
    let hash = hash(&new).await?;
    // Who works for nobody can have a new password too; there is no history that could tell of it.
    let employer = sign_in::employer_of(app, user.id).await;
    let actor = Actor { kind: ActorKind::User, id: user.id.to_string(), name: user.name };
    let cx = &Cx { actor, ..app.system(employer.as_ref().map_or(Id::nil(), |found| found.merchant), Mode::Live) };
    transaction!(cx, |tx| {
        let used: Option<Id<User>> = tx
            .global()
            .opt(
                "delete from password_resets where token_hash = $1 and expires_at > $2 returning user_id",
                args![token_hash, now],
            )
            .await?;
        let user = used.ok_or_else(stale_link)?;
        replace(tx.global(), user, &hash).await?;
        tx.global().exec("delete from sessions where user_id = $1", args![user]).await?;
        if employer.is_ok() {
            let member = members::row(tx, cx.merchant, user).await?;
            tx.emit("member.password_changed", &member).await?;
        }
        Ok(())
    })?;
    employer
}

/// Whose password a mailed link resets.
///
/// # Errors
/// 404 when it no longer works.
async fn owner(app: &App, token: &str) -> Result<User> {
    let found: Option<User> = app
        .db
        .opt(
            "select users.id, users.name, users.email from password_resets join users on users.id = password_resets.user_id
             where password_resets.token_hash = $1 and password_resets.expires_at > $2",
            args![crypto::hash_token(token), Clock::system()],
        )
        .await?;
    found.ok_or_else(stale_link)
}

/// Whether a mailed link still works.
pub async fn check_token(app: &App, token: &str) -> Result<()> {
    owner(app, token).await.map(drop)
}

fn stale_link() -> Error {
    Error::new(Kind::NotFound, "link_expired", "This link has been used or is too old; ask for a new one")
}
