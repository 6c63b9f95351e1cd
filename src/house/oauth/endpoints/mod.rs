//! The protocol's door: what clients and people's browsers call.
//!
//! Beside our own addresses it answers at those of RevKeen (`/api/auth/oauth2/…`) and of RevenueCat
//! (`/oauth2/…`), because their clients are only told another host.

mod authorize;
mod metadata;
mod params;
mod register;
mod token;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::kit::cx::App;

/// Where people allow an app something.
pub const AUTHORIZE: &str = "/oauth/authorize";
/// Where clients get tokens.
pub const TOKEN: &str = "/oauth/token";
/// Where clients register themselves.
pub const REGISTER: &str = "/oauth/register";
/// Where tokens end.
pub const REVOKE: &str = "/oauth/revoke";
/// What is known of a token.
pub const INTROSPECT: &str = "/oauth/introspect";

/// Largest body of a request of the protocol, bytes.
const BODY_BYTES_MAX: usize = 32_768;

/// What programs call: no session, no cookies.
pub fn routes(app: &App) -> Router {
    Router::new()
        .route("/.well-known/oauth-authorization-server", get(metadata::server))
        .route("/.well-known/oauth-protected-resource", get(metadata::resource))
        .route("/.well-known/oauth-protected-resource/v2", get(metadata::resource))
        .route(TOKEN, post(token::token))
        .route("/api/auth/oauth2/token", post(token::token))
        .route("/oauth2/token", post(token::token))
        .route(REVOKE, post(token::revoke))
        .route(INTROSPECT, post(token::introspect))
        .route(REGISTER, post(register::register))
        .method_not_allowed_fallback(crate::kit::http::errors::unknown_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(app.clone())
}

/// What browsers open: behind the session and the check of where a form comes from.
pub fn pages() -> Router {
    let page = || get(authorize::ask).post(authorize::decide);
    Router::new()
        .route(AUTHORIZE, page())
        .route("/api/auth/oauth2/authorize", page())
        .route("/oauth2/authorize", page())
        .method_not_allowed_fallback(crate::kit::http::errors::unknown_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}
