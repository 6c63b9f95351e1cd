//! The API's reference: its document, and a page that shows it, from the program's own files.

use std::sync::LazyLock;

use axum::{
    Router,
    response::{Html, IntoResponse},
    routing::get,
};
use http::{HeaderValue, header};
use leptos::nonce::Nonce;

use crate::{assets, server};

/// Where the document is.
pub const DOCUMENT: &str = "/v2/openapi.json";
/// Where the page is.
pub const PAGE: &str = "/docs";

static TEXT: LazyLock<String> = LazyLock::new(|| server::openapi().to_string());

/// The document and the page; both are public.
pub fn routes() -> Router {
    Router::new().route(DOCUMENT, get(document)).route(PAGE, get(page))
}

async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], TEXT.as_str())
}

/// Scalar's reference. It styles its elements by attribute, so the policy allows that here and
/// nowhere else; it may talk to this server only.
async fn page() -> impl IntoResponse {
    let nonce = Nonce::new();
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html(&nonce.to_string())))
}

fn html(nonce: &str) -> String {
    let missing = if assets::has("docs/reference.js") { "" } else { "<p>This build has no reference page; run make build.</p>" };
    format!(
        r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference · Merx</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
</head>
<body>
{missing}<noscript><p>This page needs scripts. The document it shows is <a href="{DOCUMENT}">{DOCUMENT}</a>.</p></noscript>
<main id="reference"></main>
<script nonce="{nonce}" src="/docs/reference.js"></script>
<script nonce="{nonce}">
Scalar.createApiReference("#reference", {{
  url: "{DOCUMENT}",
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: {{ disabled: true }},
  mcp: {{ disabled: true }},
  defaultHttpClient: {{ targetKey: "shell", clientKey: "curl" }},
  metaData: {{ title: "API reference · Merx" }},
}});
</script>
</body>
</html>
"##
    )
}
