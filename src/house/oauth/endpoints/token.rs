//! Tokens: getting, ending, asking about them.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{
    super::{
        ops::{
            clients::{self, Client},
            tokens,
        },
        refusal::{Refusal, Result},
    },
    params::Params,
};
use crate::kit::{
    cx::App,
    http::{client::Visitor, json::reply},
};

/// `POST /oauth/token`
pub async fn token(State(app): State<App>, request: Request) -> Response {
    answer(issue(&app, request).await)
}

/// `POST /oauth/revoke`
pub async fn revoke(State(app): State<App>, request: Request) -> Response {
    match end(&app, request).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(refusal) => answer::<()>(Err(refusal)),
    }
}

/// `POST /oauth/introspect`
pub async fn introspect(State(app): State<App>, request: Request) -> Response {
    answer(look(&app, request).await)
}

/// Answers hold secrets: nobody keeps them.
fn answer<T: Serialize>(outcome: Result<T>) -> Response {
    let mut response = match outcome {
        Ok(body) => reply(StatusCode::OK, &body),
        Err(refusal) => refusal.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("pragma"), HeaderValue::from_static("no-cache"));
    response
}

async fn issue(app: &App, request: Request) -> Result<tokens::Issued> {
    let (client, params) = client(app, request).await?;
    match params.need("grant_type")? {
        "authorization_code" => {
            let (code, verifier) = (params.need("code")?, params.need("code_verifier")?);
            tokens::for_code(app, &client, code, params.get("redirect_uri"), &challenge(verifier)?).await
        }
        "refresh_token" => tokens::refresh(app, &client, params.need("refresh_token")?, params.get("scope")).await,
        "client_credentials" => tokens::for_client(app, &client, params.get("scope")).await,
        _ => {
            let text = "grant_type must be authorization_code, refresh_token or client_credentials";
            Err(Refusal::new("unsupported_grant_type", text))
        }
    }
}

async fn end(app: &App, request: Request) -> Result<()> {
    let (client, params) = client(app, request).await?;
    tokens::revoke(app, &client, params.need("token")?).await
}

async fn look(app: &App, request: Request) -> Result<tokens::Introspection> {
    let (client, params) = client(app, request).await?;
    tokens::introspect(app, &client, params.need("token")?).await
}

/// The challenge that belongs to a verifier (RFC 7636 §4.2).
fn challenge(verifier: &str) -> Result<String> {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return Err(Refusal::invalid("code_verifier must be 43 to 128 letters, digits, '-', '.', '_' or '~'"));
    }
    Ok(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())))
}

/// The client that asks, proven, and what it asks.
async fn client(app: &App, request: Request) -> Result<(Client, Params)> {
    let visitor = Visitor::of(&app.config, request.headers(), request.extensions());
    let basic = basic(request.headers())?;
    let params = Params::of_form(request).await?;
    let (id, secret) = match basic {
        Some(_) if params.get("client_secret").is_some() => {
            return Err(Refusal::invalid("Send the client's secret once: in the header or in the body"));
        }
        Some((id, _)) if params.get("client_id").is_some_and(|named| named != id) => {
            return Err(Refusal::invalid("client_id is not the client of the Authorization header"));
        }
        Some((id, secret)) => (id, Some(secret).filter(|secret| !secret.is_empty())),
        None => (params.get("client_id").ok_or_else(Refusal::client)?.to_owned(), params.get("client_secret").map(str::to_owned)),
    };
    Ok((clients::authenticate(app, &visitor, &id, secret.as_deref()).await?, params))
}

/// Id and secret of the `Authorization` header, each encoded as in a form (RFC 6749 §2.3.1).
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let pair =
        value.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let text = pair.and_then(|(_, pair)| String::from_utf8(BASE64_STANDARD.decode(pair.trim()).ok()?).ok());
    let text = text.ok_or_else(Refusal::client)?;
    let (id, secret) = text.split_once(':').ok_or_else(Refusal::client)?;
    Ok(Some((decoded(id), decoded(secret))))
}

fn decoded(text: &str) -> String {
    let pair = format!("v={text}");
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
