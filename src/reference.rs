//! The API's reference: its document, and a page that shows it, from the program's own files.

use std::sync::LazyLock;

use axum::{
    Router,
    response::{Html, IntoResponse},
    routing::get,
};
use http::{HeaderValue, header};
use leptos::nonce::Nonce;
use serde_json::{Map, Value, json};

use crate::{
    assets,
    house::{
        oauth::endpoints::{AUTHORIZE, TOKEN},
        scopes::RESOURCES,
    },
    revenuecat, server,
};

/// Where the document is.
pub const DOCUMENT: &str = "/v2/openapi.json";
/// Where the page is.
pub const PAGE: &str = "/docs";

/// How the document begins, in Markdown.
pub const ABOUT: &str = "\
Two dialects over one set of data. **RevKeen**'s takes a key in the header `x-api-key`; **RevenueCat**'s, below \
`/v2/projects`, takes one as `Authorization: Bearer`. Keys are made in the dashboard or with `merx keys create`; \
a key's mode (test or live) is the mode of all it does. Programs of others get access tokens by OAuth 2.1, for \
`Authorization: Bearer`; `/.well-known/oauth-authorization-server` says where.

The examples are shell scripts that run as they are, with curl and jq:

```sh
export MERX=http://127.0.0.1:3000 KEY=$(merx keys create --mode test)
```
";

/// Tells viewers which tags belong to which dialect.
pub fn group_by_dialect(document: &mut Value) {
    let mut tags: [Vec<Value>; 2] = Default::default();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let own = &mut tags[usize::from(revenuecat::speaks(path))];
        for operation in item.as_object().into_iter().flatten().map(|(_, operation)| operation) {
            own.extend(operation["tags"].as_array().into_iter().flatten().cloned());
        }
    }
    for tags in &mut tags {
        tags.dedup();
    }
    let [revkeen, revenuecat] = tags;
    document["x-tagGroups"] = json!([{ "name": "RevKeen", "tags": revkeen }, { "name": "RevenueCat", "tags": revenuecat }]);
}

/// Says that access tokens are accepted wherever keys of RevKeen's dialect are.
pub fn add_oauth(document: &mut Value) {
    let scopes: Map<String, Value> = RESOURCES
        .iter()
        .flat_map(|resource| {
            let write =
                resource.writable.then(|| (format!("{}:write", resource.name), json!(format!("Change: {}", resource.label))));
            [Some((format!("{}:read", resource.name), json!(format!("See: {}", resource.label)))), write]
        })
        .flatten()
        .collect();
    document["components"]["securitySchemes"]["oauth2"] = json!({ "type": "oauth2", "flows": {
        "authorizationCode": { "authorizationUrl": AUTHORIZE, "tokenUrl": TOKEN, "refreshUrl": TOKEN, "scopes": scopes },
        "clientCredentials": { "tokenUrl": TOKEN, "scopes": scopes },
    }});
    let operations = document["paths"].as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut());
    for operation in operations.flatten().map(|(_, operation)| operation) {
        if let Some(scopes) = operation.pointer("/security/0/apiKey").cloned()
            && let Some(ways) = operation["security"].as_array_mut()
        {
            ways.push(json!({ "oauth2": scopes }));
        }
    }
}

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
  hiddenClients: true,
  showDeveloperTools: "never",
  agent: {{ disabled: true }},
  mcp: {{ disabled: true }},
  metaData: {{ title: "API reference · Merx" }},
}});
</script>
</body>
</html>
"##
    )
}
