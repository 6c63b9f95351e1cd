//! What unmodified clients send that is not quite HTTP, or not quite our paths.

use axum::extract::Request;
use http::{HeaderMap, Method, Uri, header};

/// Where the API stands.
const API: &str = "/v2";
/// First parts of paths that are never the API's, whatever the request carries: other programs send
/// credentials there too.
const OWN: &[&str] =
    &["rpc", "oauth", "oauth2", "api", ".well-known", "pkg", "docs", "logo", "live", "healthz", "readyz", "metrics"];

/// Raises lower-case methods, and finds the API for requests with its credentials on paths without
/// its prefix.
pub fn tolerate(mut request: Request) -> Request {
    if let Some(method) = raised(request.method()) {
        *request.method_mut() = method;
    }
    if has_credentials(request.headers())
        && let Some(uri) = prefixed(request.uri())
    {
        *request.uri_mut() = uri;
    }
    request
}

/// Basic is the word of proxies that ask for a password before the dashboard, not of our callers.
fn has_credentials(headers: &HeaderMap) -> bool {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bearer = authorization.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    bearer || headers.contains_key("x-api-key")
}

fn raised(method: &Method) -> Option<Method> {
    let lower = method.as_str().bytes().any(|byte| byte.is_ascii_lowercase());
    if lower { method.as_str().to_ascii_uppercase().parse().ok() } else { None }
}

fn prefixed(uri: &Uri) -> Option<Uri> {
    let first = uri.path().split('/').nth(1).unwrap_or_default();
    if first.is_empty() || first == API.trim_start_matches('/') || OWN.contains(&first) {
        return None;
    }
    format!("{API}{}", uri.path_and_query()?).parse().ok()
}
