//! The first account and the first merchant, once per installation.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    super::model::{Role, SetUp, User},
    SignedIn, insert_member, insert_user, members, passwords,
};
use crate::{
    house::settings,
    kit::{Error, Id, Kind, Mode, Result, Tenant, clock::Clock, crypto, cx::App},
    transaction,
};

/// Remembers that there are accounts, because that never changes back.
#[derive(Default)]
struct Done(AtomicBool);

/// Whether nobody has an account yet.
pub async fn is_open(app: &App) -> Result<bool> {
    let done = app.memory::<Done>();
    if done.0.load(Ordering::Acquire) {
        return Ok(false);
    }
    let any: Option<Id<User>> = app.db.opt("select id from users limit 1", vec![]).await?;
    done.0.store(any.is_some(), Ordering::Release);
    Ok(any.is_none())
}

/// Makes the first account the owner of the first merchant.
///
/// # Errors
/// 409 when there is an account already.
pub async fn set_up(app: &App, form: SetUp) -> Result<SignedIn> {
    let form = form.checked()?;
    if !is_open(app).await? {
        return Err(closed());
    }
    let hash = passwords::hash(&form.password).await?;
    let now = Clock::system();
    let user = User { id: crypto::new_id(now), name: form.name, email: form.email };
    let signed_in = SignedIn { user: user.id, merchant: crypto::new_id(now) };
    let cx = app.system(signed_in.merchant, Mode::Live);
    transaction!(cx, |tx| {
        let any: Option<Id<User>> = tx.global().opt("select id from users limit 1", vec![]).await?;
        if any.is_some() {
            return Err(closed());
        }
        settings::ops::insert(tx, signed_in.merchant, &form.business, now).await?;
        insert_user(tx.global(), &user, &hash, now).await?;
        insert_member(tx.global(), signed_in, Role::Owner, now).await?;
        let owner = members::row(tx, signed_in.merchant, user.id).await?;
        tx.emit("member.joined", &owner).await
    })?;
    Ok(signed_in)
}

fn closed() -> Error {
    Error::new(Kind::Conflict, "already_set_up", "This installation is set up already; sign in instead")
}

/// `merx init`: like the set-up page, with names that can be changed later.
pub async fn init(app: &App, email: &str, password: &str) -> Result<SignedIn> {
    let name = email.split('@').next().unwrap_or_default();
    let form = SetUp {
        business: "My business".to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        password: password.to_owned(),
    };
    set_up(app, form).await
}

/// The merchant that the command line works for: the first one.
///
/// # Errors
/// 409 when nothing is set up yet.
pub async fn first_merchant(app: &App) -> Result<Id<Tenant>> {
    let found = app.db.opt("select id from merchants order by created_at, id limit 1", vec![]).await?;
    found.ok_or_else(|| Error::new(Kind::Conflict, "not_set_up", "Nothing is set up yet; run `merx init` first"))
}
