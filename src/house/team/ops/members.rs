//! Members: who works for the merchant, and as what. There is always an owner.

use super::{
    super::model::{Member, Role, User},
    user_of,
};
use crate::{
    args,
    house::shared::shared,
    kit::{
        Error, FOUND_MAX, Found, Id, Kind, Result, Tenant, Time,
        cx::{Cx, Tx},
        events, search,
    },
    paths, transaction,
};

impl events::Object for Member {
    fn object_id(&self) -> String {
        self.user_id.to_string()
    }
}

/// All members, by name.
pub async fn list(cx: &Cx) -> Result<Vec<Member>> {
    cx.can("team:read")?;
    let mut members: Vec<Member> = cx
        .app
        .db
        .all(
            "select members.user_id, users.name, users.email, members.role, members.created_at
             from members join users on users.id = members.user_id where members.merchant_id = $1",
            args![cx.merchant],
        )
        .await?;
    members.sort_by_cached_key(|member| (member.name.to_lowercase(), member.user_id));
    Ok(members)
}

/// Makes the owners of one merchant the owners of another, for which the change `tx` is.
pub async fn copy_owners(tx: &mut Tx<'_>, from: Id<Tenant>, to: Id<Tenant>, now: Time) -> Result<()> {
    tx.global()
        .exec(
            "insert into members (merchant_id, user_id, role, created_at)
             select $2, user_id, role, $3 from members where merchant_id = $1 and role = 'owner'",
            args![from, to, now],
        )
        .await?;
    let owners: Vec<Member> = tx
        .global()
        .all(
            "select members.user_id, users.name, users.email, members.role, members.created_at
             from members join users on users.id = members.user_id where members.merchant_id = $1 order by members.user_id",
            args![to],
        )
        .await?;
    for owner in &owners {
        tx.emit("member.joined", owner).await?;
    }
    Ok(())
}

/// Members for the search over everything: by id, by e-mail address, by the beginnings of words.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    let (members, wanted) = (list(cx).await?, words.to_lowercase());
    let exact = |member: &Member| member.user_id.to_string() == wanted || member.email.to_lowercase() == wanted;
    let begun = |member: &Member| search::begins(&format!("{} {}", member.name, member.email), words);
    let (mut found, others): (Vec<Member>, Vec<Member>) = members.into_iter().partition(exact);
    found.extend(others.into_iter().filter(begun));
    found.truncate(FOUND_MAX);
    let found = found.into_iter().map(|member| Found { title: member.name, note: member.email, href: paths::TEAM.to_owned() });
    Ok(found.collect())
}

/// Passes if the caller may give (or take) this role: only owners make owners.
pub fn may_give(cx: &Cx, role: Role) -> Result<()> {
    if role == Role::Owner { cx.can("owners:write") } else { Ok(()) }
}

/// One member, inside a change.
pub(super) async fn row(tx: &mut Tx<'_>, merchant: Id<Tenant>, user: Id<User>) -> Result<Member> {
    let member: Option<Member> = tx
        .global()
        .opt(
            "select members.user_id, users.name, users.email, members.role, members.created_at
             from members join users on users.id = members.user_id where members.merchant_id = $1 and members.user_id = $2",
            args![merchant, user],
        )
        .await?;
    member.ok_or_else(|| Error::not_found("member", user))
}

/// Refuses what would leave the merchant without an owner.
async fn keep_an_owner(tx: &mut Tx<'_>, merchant: Id<Tenant>) -> Result<()> {
    let owners: i64 =
        tx.global().one("select count(*) from members where merchant_id = $1 and role = 'owner'", args![merchant]).await?;
    if owners == 0 {
        return Err(Error::new(Kind::Unprocessable, "last_owner", "The last owner stays; make somebody else an owner first"));
    }
    Ok(())
}

/// Gives a member another role.
pub async fn set_role(cx: &Cx, user: Id<User>, role: Role) -> Result<Member> {
    cx.can("team:write")?;
    may_give(cx, role)?;
    let cx = &shared(cx);
    transaction!(cx, |tx| {
        let before = row(tx, cx.merchant, user).await?;
        may_give(cx, before.role)?;
        let after = Member { role, ..before.clone() };
        if after != before {
            tx.global()
                .exec(
                    "update members set role = $3 where merchant_id = $1 and user_id = $2",
                    args![cx.merchant, user, role.word()],
                )
                .await?;
            keep_an_owner(tx, cx.merchant).await?;
            tx.emit_change("member.role_changed", &before, &after).await?;
        }
        Ok(after)
    })
}

/// Removes a member, and signs them out of this business. Everybody may leave by themselves.
pub async fn remove(cx: &Cx, user: Id<User>) -> Result<()> {
    if user_of(cx)? != user {
        cx.can("team:write")?;
    }
    let cx = &shared(cx);
    transaction!(cx, |tx| {
        let member = row(tx, cx.merchant, user).await?;
        if user_of(cx)? != user {
            may_give(cx, member.role)?;
        }
        tx.global().exec("delete from members where merchant_id = $1 and user_id = $2", args![cx.merchant, user]).await?;
        keep_an_owner(tx, cx.merchant).await?;
        let elsewhere: Option<String> =
            tx.global().opt("select merchant_id from members where user_id = $1 limit 1", args![user]).await?;
        if elsewhere.is_none() {
            tx.global().exec("delete from sessions where user_id = $1", args![user]).await?;
        }
        tx.emit("member.removed", &member).await
    })
}
