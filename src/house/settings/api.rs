//! `GET /logo/{merchant}`: the picture, for pages and mails.

use axum::{
    Extension, Router,
    extract::Path,
    response::{IntoResponse as _, Response},
    routing,
};
use http::{HeaderMap, header};

use super::ops;
use crate::kit::{Error, cx::App, http::tagged};

/// The logo's route; needs nobody signed in.
pub fn routes() -> Router {
    Router::new().route("/logo/{merchant}", routing::get(logo))
}

async fn logo(Extension(app): Extension<App>, Path(merchant): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let logo = ops::logo(&app, merchant.parse().map_err(|_| Error::not_found("merchant", &merchant))?).await?;
    let whole = || ([(header::CONTENT_TYPE, logo.kind)], logo.bytes).into_response();
    Ok(tagged::answer(&headers, &logo.hash, "public, max-age=300", whole))
}
