//! Answers in the version of the API that the caller speaks.

use axum::{
    body::{self, Body},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;

use crate::kit::{Error, Result, Version, cx::Identity};

/// Name of the header that asks for a version and tells the one that was used.
pub const VERSION: HeaderName = HeaderName::from_static("revkeen-version");

/// The version that is asked for.
///
/// # Errors
/// 400 for one that there is not.
pub fn asked(headers: &HeaderMap) -> Result<Option<Version>> {
    let Some(date) = headers.get(VERSION) else { return Ok(None) };
    let version = date.to_str().ok().and_then(|date| Version::parse(date.trim()));
    let known = || Version::ALL.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(", ");
    version.map(Some).ok_or_else(|| Error::invalid("RevKeen-Version", format!("must be one of {}", known())))
}

/// Layer around RevKeen's handlers: gives answers the shape of the caller's version, and says which
/// that is.
pub async fn layer(request: Request, next: Next) -> Response {
    let version = request.extensions().get().map_or(Version::CURRENT, |Identity(cx)| cx.version);
    let response = next.run(request).await;
    let mut response = if version == Version::CURRENT { response } else { dressed(version, response).await };
    response.headers_mut().insert(VERSION, HeaderValue::from_static(version.as_str()));
    response
}

async fn dressed(version: Version, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = body::to_bytes(body, usize::MAX).await else { return Response::from_parts(parts, Body::empty()) };
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    version.dress(&mut value);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(value.to_string()))
}
