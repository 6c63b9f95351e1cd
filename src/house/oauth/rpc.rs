//! The browser's server functions about OAuth apps.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{NewOauthApp, NewSecret, OauthApp, OauthGrant};
use crate::kit::{Error, Id, Page, UrlQuery};

/// Own apps of the mode.
#[server(input = Json)]
pub async fn list_oauth_apps(query: UrlQuery) -> Result<Page<OauthApp>, Error> {
    super::ops::apps::list(&crate::kit::cx::cx()?, &query).await
}

/// Makes an app; the answer holds its secret, which is never seen again.
#[server(input = Json)]
pub async fn create_oauth_app(new: NewOauthApp) -> Result<NewSecret, Error> {
    super::ops::apps::create(&crate::kit::cx::cx()?, new).await
}

/// Gives an app another secret.
#[server(input = Json)]
pub async fn roll_oauth_app(id: Id<OauthApp>, overlap_hours: i64) -> Result<NewSecret, Error> {
    super::ops::apps::roll(&crate::kit::cx::cx()?, id, overlap_hours).await
}

/// Deletes an app and ends all its access.
#[server(input = Json)]
pub async fn delete_oauth_app(id: Id<OauthApp>) -> Result<(), Error> {
    super::ops::apps::delete(&crate::kit::cx::cx()?, id).await
}

/// What people allowed apps, and still works.
#[server(input = Json)]
pub async fn list_oauth_grants() -> Result<Vec<OauthGrant>, Error> {
    super::ops::grants::list(&crate::kit::cx::cx()?).await
}

/// Takes back what somebody allowed an app.
#[server(input = Json)]
pub async fn revoke_oauth_grant(id: Id<OauthGrant>) -> Result<OauthGrant, Error> {
    super::ops::grants::revoke(&crate::kit::cx::cx()?, id).await
}
