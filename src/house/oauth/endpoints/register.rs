//! Clients that register themselves (RFC 7591).

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        model::NewOauthApp,
        ops::clients::{self, Registered},
        refusal::{Refusal, Result},
        uris,
    },
    params,
};
use crate::{
    house::api_keys::model::Dialect,
    kit::{
        cx::App,
        http::{
            client::Visitor,
            json::{parse_as_is, reply},
        },
    },
};

/// How a client without a secret, or with one, may prove itself.
pub const METHODS: [&str; 3] = ["none", "client_secret_basic", "client_secret_post"];
/// What clients that registered themselves may ask tokens for.
const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// What a client says about itself; more may be there and is ignored.
#[derive(Deserialize)]
struct Metadata {
    redirect_uris: Option<Vec<String>>,
    client_name: Option<String>,
    scope: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    token_endpoint_auth_method: Option<String>,
}

/// `POST /oauth/register`
pub async fn register(State(app): State<App>, request: Request) -> Response {
    match registered(&app, request).await {
        Ok(body) => reply(StatusCode::CREATED, &body),
        Err(refusal) => refusal.into_response(),
    }
}

fn refuse(text: impl Into<String>) -> Refusal {
    Refusal::new("invalid_client_metadata", text)
}

async fn registered(app: &App, request: Request) -> Result<Value> {
    let visitor = Visitor::of(&app.config, request.headers(), request.extensions());
    if !params::is(request.headers(), "application/json") {
        return Err(refuse("The body must be application/json"));
    }
    let asked: Metadata = parse_as_is(&params::body(request).await?).map_err(|error| refuse(error.message))?;
    let method = asked.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic").to_owned();
    if !METHODS.contains(&method.as_str()) {
        return Err(refuse(format!("token_endpoint_auth_method must be one of {}", METHODS.join(", "))));
    }
    let beyond = |asked: &Option<Vec<String>>, known: &[&str]| asked.iter().flatten().any(|word| !known.contains(&word.as_str()));
    if beyond(&asked.grant_types, &GRANTS) {
        return Err(refuse("grant_types can be authorization_code and refresh_token"));
    }
    if beyond(&asked.response_types, &["code"]) {
        return Err(refuse("response_types can be code"));
    }
    let made = clients::register(app, &visitor, new(asked, &method)).await?;
    Ok(answer(&made, &method))
}

/// Without a name it is called by where it is answered; without a scope it may ask for anything of
/// RevKeen's dialect.
fn new(asked: Metadata, method: &str) -> NewOauthApp {
    let redirect_uris = asked.redirect_uris.unwrap_or_default();
    let name = asked.client_name.filter(|name| !name.trim().is_empty());
    let name = name.unwrap_or_else(|| redirect_uris.first().map(|uri| uris::shown(uri)).unwrap_or_default());
    let scopes: Vec<String> = asked.scope.as_deref().unwrap_or("*").split_whitespace().map(str::to_owned).collect();
    let revenuecat =
        scopes.iter().any(|scope| !Dialect::Revkeen.knows(scope)) && scopes.iter().all(|scope| Dialect::Revenuecat.knows(scope));
    let dialect = if revenuecat { Dialect::Revenuecat } else { Dialect::Revkeen };
    NewOauthApp { name, dialect, scopes, redirect_uris, confidential: method != "none" }
}

fn answer(made: &Registered, method: &str) -> Value {
    let Registered { app, secret } = made;
    let mut body = json!({
        "client_id": app.id,
        "client_id_issued_at": app.created_at.0 / 1_000,
        "client_name": app.name,
        "redirect_uris": app.redirect_uris,
        "grant_types": GRANTS,
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
        "scope": app.scopes.join(" "),
    });
    if let (Some(secret), Value::Object(body)) = (secret, &mut body) {
        body.insert("client_secret".into(), json!(secret));
        // It does not expire.
        body.insert("client_secret_expires_at".into(), json!(0));
    }
    body
}
