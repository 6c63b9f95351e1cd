//! Bytes that callers keep: sent once, and confirmed by their tag after that.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

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
