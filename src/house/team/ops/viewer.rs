//! Who looks at the dashboard, and for which business.

use serde::Deserialize;

use super::{
    super::model::{Employer, Role, User, Viewer},
    SignedIn, user_of,
};
use crate::{
    args,
    kit::{Currency, Error, Id, Result, Tenant, cx::App, cx::Cx},
    paths,
};

#[derive(Deserialize)]
struct Row {
    id: Id<User>,
    name: String,
    email: String,
    role: Role,
    business: String,
    logo_hash: Option<String>,
    time_zone: String,
    default_currency: Currency,
}

/// Who asks, as the dashboard's frame shows it.
pub async fn viewer(cx: &Cx) -> Result<Viewer> {
    let user = user_of(cx)?;
    let row: Row = cx
        .app
        .db
        .one(
            "select users.id, users.name, users.email, members.role, merchants.name as business, merchants.logo_hash,
                 merchants.time_zone, merchants.default_currency
             from members join users on users.id = members.user_id join merchants on merchants.id = members.merchant_id
             where members.merchant_id = $1 and members.user_id = $2",
            args![cx.merchant, user],
        )
        .await?;
    let others: Vec<Employer> = cx
        .app
        .db
        .all(
            "select merchants.id, merchants.name from members join merchants on merchants.id = members.merchant_id
             where members.user_id = $1 and members.merchant_id <> $2 order by members.created_at, merchants.id",
            args![user, cx.merchant],
        )
        .await?;
    Ok(Viewer {
        user: User { id: row.id, name: row.name, email: row.email },
        role: row.role,
        merchant: cx.merchant,
        business: row.business,
        logo: row.logo_hash.map(|hash| paths::logo(cx.merchant, &hash)),
        mode: cx.mode,
        scopes: cx.scopes.to_vec(),
        currency: row.default_currency,
        time_zone: row.time_zone,
        others,
    })
}

/// The account's name and role with a business, for the context of a request.
pub async fn member(app: &App, signed_in: SignedIn) -> Result<Option<(String, Role)>> {
    app.db
        .opt(
            "select users.name, members.role from members join users on users.id = members.user_id
             where members.merchant_id = $1 and members.user_id = $2",
            args![signed_in.merchant, signed_in.user],
        )
        .await
}

/// Passes if the account works for the business too.
pub async fn check_employer(cx: &Cx, merchant: Id<Tenant>) -> Result<()> {
    let signed_in = SignedIn { user: user_of(cx)?, merchant };
    member(&cx.app, signed_in).await?.map(drop).ok_or_else(|| Error::not_found("merchant", merchant))
}
