//! `GET /logo/{merchant}`: the picture, for pages and mails.

use axum::{
    Extension, Router,
    extract::Path,
    response::{IntoResponse as _, Response},
    routing,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::ops;
use crate::kit::{Error, cx::App};

/// The logo's route; needs nobody signed in.
pub fn routes() -> Router {
    Router::new().route("/logo/{merchant}", routing::get(logo))
}

async fn logo(Extension(app): Extension<App>, Path(merchant): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let logo = ops::logo(&app, merchant.parse().map_err(|_| Error::not_found("merchant", &merchant))?).await?;
    let tag = format!("\"{}\"", logo.hash);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, logo.kind)], logo.bytes).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}
