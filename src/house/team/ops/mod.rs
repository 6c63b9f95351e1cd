//! What can be done with accounts, one verb per file.

pub mod invitations;
pub mod members;
pub mod passwords;
pub mod sessions;
pub mod set_up;
pub mod sign_in;
pub mod throttle;
pub mod viewer;

pub use set_up::init;

use crate::kit::{Error, FieldError, Id, Kind, Result, Tenant, cx::ActorKind, cx::Cx, db::Conn};

use super::model::{Role, User};
use crate::args;

/// An account and the business it works for now: what a session is begun with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub user: Id<User>,
    pub merchant: Id<Tenant>,
}

/// What accounts are found by: addresses differ by more than letter case.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The account that acts.
pub fn user_of(cx: &Cx) -> Result<Id<User>> {
    match cx.actor.kind {
        ActorKind::User => cx.actor.id.parse(),
        ActorKind::Key | ActorKind::App | ActorKind::System => {
            Err(Error::new(Kind::Forbidden, "forbidden", "Only somebody signed in can do this"))
        }
    }
}

fn refuse(wrong: Vec<FieldError>) -> Result<()> {
    if wrong.is_empty() { Ok(()) } else { Err(Error::from_fields(wrong)) }
}

/// Makes an account.
async fn insert_user(conn: &mut Conn, user: &User, password_hash: &str, now: crate::kit::Time) -> Result<()> {
    conn.exec(
        "insert into users (id, name, email, email_key, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)",
        args![user.id, user.name, user.email, email_key(&user.email), password_hash, now],
    )
    .await
    .map(drop)
}

/// Makes an account a member.
async fn insert_member(conn: &mut Conn, signed_in: SignedIn, role: Role, now: crate::kit::Time) -> Result<()> {
    conn.exec(
        "insert into members (merchant_id, user_id, role, created_at) values ($1, $2, $3, $4)",
        args![signed_in.merchant, signed_in.user, role.word(), now],
    )
    .await
    .map(drop)
}
