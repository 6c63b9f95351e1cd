//! Bytes that callers keep: sent once, and confirmed by their tag after that.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::{
    body::{self, Body},
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::kit::Error;

/// The answer with the `ETag` that `hash` is, or 304 without a body if the caller has these bytes.
/// `asked` are the request's headers, `cache` is the answer's `Cache-Control`.
pub fn answer(asked: &HeaderMap, hash: &str, cache: &'static str, whole: impl FnOnce() -> Response) -> Response {
    let tag = format!("\"{hash}\"");
    let mut response = if has(asked, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { whole() };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Whether the tag is among those that the caller has. What compresses on the way makes tags weak.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|tags| tags.split(',')).map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Layer around what programs read again and again: answers have a tag, and those the caller has
/// already are confirmed without their body.
pub async fn layer(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let mut asked = HeaderMap::new();
    for tags in request.headers().get_all(header::IF_NONE_MATCH) {
        asked.append(header::IF_NONE_MATCH, tags.clone());
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = body::to_bytes(body, usize::MAX).await else { return Error::internal().into_response() };
    // No secret depends on it: a tag is compared with what the same caller was given.
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let kept = parts.headers.clone();
    let mut answered = answer(&asked, &format!("{:016x}", hasher.finish()), "private, no-cache", || {
        Response::from_parts(parts, Body::from(bytes))
    });
    if answered.status() == StatusCode::NOT_MODIFIED {
        let kept = kept.iter().filter(|(name, _)| **name != header::CONTENT_TYPE && **name != header::CONTENT_LENGTH);
        answered.headers_mut().extend(kept.map(|(name, value)| (name.clone(), value.clone())));
    }
    answered
}
