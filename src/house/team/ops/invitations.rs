//! Invitations: a link, mailed and shown once, that gives an account a role with a merchant.

use serde::Deserialize;

use super::{
    super::model::{Invitation, Invite, Invited, Member, Role, User, check_email, check_name, check_password},
    SignedIn, email_key, insert_member, insert_user, members, passwords, refuse, sign_in, user_of,
};
use crate::{
    args,
    house::shared::shared,
    kit::{
        DAY_MS, Error, Id, Kind, Mode, Result, Tenant,
        clock::Clock,
        crypto,
        cx::{Actor, ActorKind, App, Cx},
        events,
        http::client::Visitor,
    },
    paths, transaction,
};

/// How long an invitation's link works.
const LINK_MS: i64 = 7 * DAY_MS;

impl events::Object for Invitation {
    fn object_id(&self) -> String {
        self.id.to_string()
    }
}

/// Open invitations, newest first.
pub async fn list(cx: &Cx) -> Result<Vec<Invitation>> {
    cx.can("team:read")?;
    cx.app
        .db
        .all(
            "select id, email, role, created_at, expires_at from invitations
             where merchant_id = $1 and expires_at > $2 order by id desc",
            args![cx.merchant, Clock::system()],
        )
        .await
}

/// Invites somebody; an earlier invitation to the same address stops working.
pub async fn invite(cx: &Cx, email: &str, role: Role) -> Result<Invited> {
    cx.can("team:write")?;
    members::may_give(cx, role)?;
    let invited_by = user_of(cx)?;
    let cx = &shared(cx);
    let mut wrong = Vec::new();
    let email = check_email(&mut wrong, "email", email);
    refuse(wrong)?;
    let token = crypto::token("", 40);
    let invitation = Invitation { id: cx.id(), email, role, created_at: cx.now, expires_at: cx.now.plus_ms(LINK_MS) };
    transaction!(cx, |tx| {
        let email_key = email_key(&invitation.email);
        let member: Option<String> = tx
            .global()
            .opt(
                "select users.id from members join users on users.id = members.user_id
                 where members.merchant_id = $1 and users.email_key = $2",
                args![cx.merchant, email_key],
            )
            .await?;
        if member.is_some() {
            return Err(Error::conflict("email", "is a member already"));
        }
        let replaced: Vec<Invitation> = tx
            .global()
            .all(
                "delete from invitations where merchant_id = $1 and email_key = $2
                 returning id, email, role, created_at, expires_at",
                args![cx.merchant, email_key],
            )
            .await?;
        for open in replaced.iter().filter(|replaced| replaced.expires_at > cx.now) {
            tx.emit("invitation.revoked", open).await?;
        }
        tx.global()
            .exec(
                "insert into invitations (merchant_id, id, email, email_key, role, token_hash, invited_by, created_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                args![
                    cx.merchant,
                    invitation.id,
                    invitation.email,
                    email_key,
                    invitation.role.word(),
                    crypto::hash_token(&token),
                    invited_by,
                    invitation.created_at,
                    invitation.expires_at
                ],
            )
            .await?;
        tx.emit("invitation.created", &invitation).await
    })?;
    let link = format!("{}{}", cx.app.config.site(), paths::invitation(&token));
    let business = crate::house::settings::ops::name(&cx.app, cx.merchant).await?;
    let text = format!(
        "Hello,\n\n{} invites you to work with {business} in Merx ({}). Accept within a week:\n\n{link}\n\n\
         If you do not know what this is about, ignore this mail.",
        cx.actor.name,
        role.label().to_lowercase(),
    );
    cx.app.mailer.send(&invitation.email, &format!("You are invited to {business}"), text);
    Ok(Invited { invitation, link })
}

/// Makes an invitation's link stop working.
pub async fn revoke(cx: &Cx, id: Id<Invitation>) -> Result<()> {
    cx.can("team:write")?;
    let cx = &shared(cx);
    transaction!(cx, |tx| {
        let revoked: Option<Invitation> = tx
            .global()
            .opt(
                "delete from invitations where merchant_id = $1 and id = $2 returning id, email, role, created_at, expires_at",
                args![cx.merchant, id],
            )
            .await?;
        let revoked = revoked.ok_or_else(|| Error::not_found("invitation", id))?;
        tx.emit("invitation.revoked", &revoked).await
    })
}

#[derive(Clone, Deserialize)]
struct Found {
    merchant_id: Id<Tenant>,
    id: Id<Invitation>,
    email: String,
    role: Role,
    business: String,
    user_id: Option<Id<User>>,
    user_name: Option<String>,
}

async fn find(app: &App, token: &str) -> Result<Found> {
    let found: Option<Found> = app
        .db
        .opt(
            "select invitations.merchant_id, invitations.id, invitations.email, invitations.role,
                 merchants.name as business, users.id as user_id, users.name as user_name
             from invitations join merchants on merchants.id = invitations.merchant_id
             left join users on users.email_key = invitations.email_key
             where invitations.token_hash = $1 and invitations.expires_at > $2",
            args![crypto::hash_token(token), Clock::system()],
        )
        .await?;
    found.ok_or_else(stale_link)
}

fn stale_link() -> Error {
    Error::new(Kind::NotFound, "link_expired", "This invitation has been used, withdrawn or is too old; ask for a new one")
}

/// What the holder of a link is invited to.
pub async fn show(app: &App, token: &str) -> Result<Invite> {
    let found = find(app, token).await?;
    Ok(Invite { business: found.business, email: found.email, role: found.role, has_account: found.user_id.is_some() })
}

/// Accepts an invitation: with a name and a new password, or with the password of the account
/// that the address has already.
pub async fn accept(app: &App, visitor: &Visitor, token: &str, name: &str, password: String) -> Result<SignedIn> {
    let found = find(app, token).await?;
    let now = Clock::system();
    let (user, hash) = match found.user_id {
        Some(id) => {
            sign_in::prove(app, visitor, &found.email, &password).await?;
            (User { id, name: found.user_name.unwrap_or_default(), email: found.email.clone() }, None)
        }
        None => {
            let mut wrong = Vec::new();
            let name = check_name(&mut wrong, "name", name);
            let password = check_password(&mut wrong, "password", password);
            refuse(wrong)?;
            let hash = passwords::hash(&password).await?;
            (User { id: crypto::new_id(now), name, email: found.email.clone() }, Some(hash))
        }
    };
    let actor = Actor { kind: ActorKind::User, id: user.id.to_string(), name: user.name.clone() };
    let cx = &Cx { actor, ..app.system(found.merchant_id, Mode::Live) };
    let signed_in = SignedIn { user: user.id, merchant: found.merchant_id };
    transaction!(cx, |tx| {
        let taken = tx
            .global()
            .exec("delete from invitations where merchant_id = $1 and id = $2", args![found.merchant_id, found.id])
            .await?;
        if taken == 0 {
            return Err(stale_link());
        }
        if let Some(hash) = &hash {
            insert_user(tx.global(), &user, hash, now).await?;
        }
        insert_member(tx.global(), signed_in, found.role, now).await?;
        let member: Member = members::row(tx, found.merchant_id, user.id).await?;
        tx.emit("member.joined", &member).await
    })?;
    Ok(signed_in)
}
