//! What clients read first: where everything is (RFC 8414), and who guards the API (RFC 9728).

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{AUTHORIZE, INTROSPECT, REGISTER, REVOKE, TOKEN, register::METHODS};
use crate::{
    house::scopes::{RESOURCES, REVENUECAT},
    kit::{cx::App, http::json::reply},
};

/// Every scope of both dialects, without wildcards.
fn scopes() -> Vec<String> {
    let revkeen = RESOURCES.iter().flat_map(|resource| {
        let write = resource.writable.then(|| format!("{}:write", resource.name));
        [Some(format!("{}:read", resource.name)), write].into_iter().flatten()
    });
    let revenuecat = REVENUECAT.iter().flat_map(|(name, writable)| {
        let write = writable.then(|| format!("{name}:read_write"));
        [Some(format!("{name}:read")), write].into_iter().flatten()
    });
    revkeen.chain(revenuecat).collect()
}

fn document(site: &str) -> Value {
    let at = |path: &str| format!("{site}{path}");
    json!({
        "issuer": site,
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at(TOKEN),
        "registration_endpoint": at(REGISTER),
        "revocation_endpoint": at(REVOKE),
        "introspection_endpoint": at(INTROSPECT),
        "scopes_supported": scopes(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "introspection_endpoint_auth_methods_supported": METHODS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": at("/docs"),
    })
}

/// `GET /.well-known/oauth-authorization-server`
pub async fn server(State(app): State<App>) -> Response {
    reply(StatusCode::OK, &document(&app.config.site()))
}

/// `GET /.well-known/oauth-protected-resource`
pub async fn resource(State(app): State<App>) -> Response {
    let site = app.config.site();
    reply(
        StatusCode::OK,
        &json!({
            "resource": format!("{site}/v2"),
            "authorization_servers": [site],
            "scopes_supported": scopes(),
            "bearer_methods_supported": ["header"],
            "resource_documentation": format!("{site}/docs"),
        }),
    )
}
