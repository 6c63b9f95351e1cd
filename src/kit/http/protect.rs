//! Security headers, time limits, and writes that finish what they began.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, HeaderValue, Method, header};

use crate::kit::{Error, Kind, config::Config};

/// Longest time a read may take.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Content policy of everything that is not a page: it may do nothing.
const POLICY_OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";

/// Content policy of a page: scripts only with its nonce and what they load, styles only from
/// files, WebAssembly allowed.
pub fn policy_of_page(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Content policy of a page without scripts: styles and pictures of this site, and forms whose answer
/// may lead to `form_sources` beside it.
pub fn policy_of_form(form_sources: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self' {form_sources}; \
         frame-ancestors 'none'"
    )
}

/// Layer: headers that every answer has.
pub async fn headers(State(config): State<Config>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY_OF_DATA);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    set(header::CACHE_CONTROL, "no-store");
    if config.secure() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// Layer: a read is given up after a while; a write runs to its end in a task of its own, even
/// when its caller hangs up, so that what was done is also answered and remembered.
pub async fn run_to_end(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return match tokio::time::timeout(READ_TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Error::new(Kind::Unavailable, "timeout", "This took too long; narrow the request").into_response(),
        };
    }
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a handler panicked");
            Error::internal().into_response()
        }
    }
}
