//! The browser's server functions about people.
//!
//! Those that signed-out visitors use are url-encoded and answer with redirects, so that their
//! forms work without scripts; so does switching mode, after which the whole page is loaded again.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{Invitation, Invite, Invited, Member, Role, Sessions, User, Viewer};
use crate::kit::{Error, Id, Mode, Tenant};

/// Who looks at the page.
#[server(name = GetViewer, input = Json)]
pub async fn viewer() -> Result<Viewer, Error> {
    super::ops::viewer::viewer(&crate::kit::cx::cx()?).await
}

/// Makes the first account and the first merchant.
#[server]
pub async fn set_up(business: String, name: String, email: String, password: String) -> Result<(), Error> {
    let asked = super::auth::asked()?;
    let form = super::model::SetUp { business, name, email, password };
    let typed = [("business", form.business.clone()), ("name", form.name.clone()), ("email", form.email.clone())];
    let keep = |error: Error| typed.iter().fold(error, |error, (name, typed)| error.keeping(name, typed));
    asked.begin(super::ops::set_up::set_up(&asked.app, form).await.map_err(keep)?).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Starts a session and goes on to `next`.
#[server]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), Error> {
    let asked = super::auth::asked()?;
    let signed_in = super::ops::sign_in::sign_in(&asked.app, &asked.visitor, &email, &password).await;
    let signed_in = signed_in.map_err(|error| error.keeping("email", &email))?;
    asked.begin(signed_in).await?;
    leptos_axum::redirect(super::model::safe_next(&next));
    Ok(())
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Result<(), Error> {
    super::auth::asked()?.end().await?;
    leptos_axum::redirect(crate::paths::SIGN_IN);
    Ok(())
}

/// Mails a link to reset the password, if there is such an account.
#[server]
pub async fn forgot_password(email: String) -> Result<(), Error> {
    let asked = super::auth::asked()?;
    super::ops::passwords::forgot(&asked.app, &asked.visitor, &email).map_err(|error| error.keeping("email", &email))?;
    leptos_axum::redirect(&format!("{}?sent", crate::paths::FORGOT_PASSWORD));
    Ok(())
}

/// Whether a mailed link still works.
#[server(input = Json)]
pub async fn check_reset(token: String) -> Result<(), Error> {
    super::ops::passwords::check_token(&super::auth::asked()?.app, &token).await
}

/// Sets a new password with a mailed link and starts a session.
#[server]
pub async fn reset_password(token: String, password: String) -> Result<(), Error> {
    let asked = super::auth::asked()?;
    asked.begin(super::ops::passwords::reset(&asked.app, &token, password).await?).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// What an invitation's link is about.
#[server(input = Json)]
pub async fn show_invitation(token: String) -> Result<Invite, Error> {
    super::ops::invitations::show(&super::auth::asked()?.app, &token).await
}

/// Accepts an invitation and starts a session.
#[server]
pub async fn accept_invitation(token: String, #[server(default)] name: String, password: String) -> Result<(), Error> {
    let asked = super::auth::asked()?;
    let signed_in = super::ops::invitations::accept(&asked.app, &asked.visitor, &token, &name, password).await?;
    asked.begin(signed_in).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Changes the own password.
#[server(input = Json)]
pub async fn change_password(old: String, new: String) -> Result<(), Error> {
    let session = super::auth::asked()?.session_id();
    super::ops::passwords::change(&crate::kit::cx::cx()?, &session, &old, new).await
}

/// Shows test or live data from now on; `next` is the page to show.
#[server]
pub async fn set_mode(mode: Mode, #[server(default)] next: String) -> Result<(), Error> {
    super::auth::asked()?.set_mode(mode).await?;
    leptos_axum::redirect(super::model::safe_next(&next));
    Ok(())
}

/// Works for another business from now on.
#[server]
pub async fn set_merchant(merchant: Id<Tenant>) -> Result<(), Error> {
    super::ops::viewer::check_employer(&crate::kit::cx::cx()?, merchant).await?;
    super::auth::asked()?.set_merchant(merchant).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Everybody who works for the business.
#[server(input = Json)]
pub async fn list_members() -> Result<Vec<Member>, Error> {
    super::ops::members::list(&crate::kit::cx::cx()?).await
}

/// Gives a member another role.
#[server(input = Json)]
pub async fn set_role(user: Id<User>, role: Role) -> Result<Member, Error> {
    super::ops::members::set_role(&crate::kit::cx::cx()?, user, role).await
}

/// Removes a member.
#[server(input = Json)]
pub async fn remove_member(user: Id<User>) -> Result<(), Error> {
    super::ops::members::remove(&crate::kit::cx::cx()?, user).await
}

/// Invitations that nobody has accepted yet.
#[server(input = Json)]
pub async fn list_invitations() -> Result<Vec<Invitation>, Error> {
    super::ops::invitations::list(&crate::kit::cx::cx()?).await
}

/// Invites somebody.
#[server(name = SendInvitation, input = Json)]
pub async fn invite(email: String, role: Role) -> Result<Invited, Error> {
    super::ops::invitations::invite(&crate::kit::cx::cx()?, &email, role).await
}

/// Withdraws an invitation.
#[server(input = Json)]
pub async fn revoke_invitation(id: Id<Invitation>) -> Result<(), Error> {
    super::ops::invitations::revoke(&crate::kit::cx::cx()?, id).await
}

/// Where the account is signed in.
#[server(input = Json)]
pub async fn list_sessions() -> Result<Sessions, Error> {
    super::ops::sessions::list(&crate::kit::cx::cx()?, super::auth::asked()?.session_id()).await
}

/// Signs one device out.
#[server(input = Json)]
pub async fn revoke_session(id: String) -> Result<(), Error> {
    super::ops::sessions::revoke(&crate::kit::cx::cx()?, &id).await
}

/// Signs all other devices out.
#[server(input = Json)]
pub async fn revoke_other_sessions() -> Result<(), Error> {
    let current = super::auth::asked()?.session_id();
    super::ops::sessions::revoke_others(&crate::kit::cx::cx()?, &current).await
}
