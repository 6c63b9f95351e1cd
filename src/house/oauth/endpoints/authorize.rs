//! Somebody is asked to allow an app something (RFC 6749 §4.1, RFC 7636, RFC 9207).
//!
//! Until it is known that the address to answer at is the client's, what is wrong is told on a page.
//! After that, clients of the merchant's own are told by a redirect; one that registered itself could
//! be anybody, so the person decides whether to go there.

use axum::{
    Extension,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};

use super::{
    super::{
        ops::{
            clients::{self, Client},
            grants::{self, Consent},
        },
        pages::consent::{self, Asked},
        refusal::{Refusal, described},
        rights, uris,
    },
    AUTHORIZE,
    params::Params,
};
use crate::{
    house::{
        settings,
        team::ops::{SignedIn, user_of, viewer},
    },
    kit::{Error, Mode, Result, crypto::hash_token, cx::App, cx::Cx, http::protect},
    paths,
};

/// What does not go on.
enum Stop {
    /// Told on a page: there is nowhere to go.
    Here(Error),
    /// Told the client.
    There(Box<Asking>, Refusal),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Here(Error::malformed(refusal.text))
    }
}

/// A client with an address that is its own.
struct Asking {
    client: Client,
    redirect_uri: String,
    state: Option<String>,
}

/// What the client asks for.
struct Wanted {
    scopes: Vec<String>,
    challenge: String,
}

/// `GET /oauth/authorize`
pub async fn ask(Extension(app): Extension<App>, caller: Result<Cx>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let shown = match Params::read(query) {
        Ok(params) => page(&app, caller, &parts, &params, None).await,
        Err(refusal) => Err(refusal.into()),
    };
    shown.unwrap_or_else(|stop| stopped(&app, &parts, stop))
}

/// `POST /oauth/authorize`: what the person decided.
pub async fn decide(Extension(app): Extension<App>, caller: Result<Cx>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let answered = match Params::of_form(request).await {
        Ok(params) => decided(&app, caller, &parts, &params).await,
        Err(refusal) => Err(refusal.into()),
    };
    answered.unwrap_or_else(|stop| stopped(&app, &parts, stop))
}

/// The client, and where it is answered: only now may anybody be sent there.
async fn read(app: &App, params: &Params) -> Result<Asking, Stop> {
    let unknown = || Error::malformed("The app that sent you here is not known. It may have been deleted.");
    let client_id = params.get("client_id").unwrap_or_default();
    let client = clients::find(app, client_id).await?.ok_or_else(unknown)?;
    let redirect_uri = match (params.get("redirect_uri"), client.redirect_uris.as_slice()) {
        (Some(asked), registered) if uris::is_among(registered, asked) => asked.to_owned(),
        (None, [only]) => only.clone(),
        _ => return Err(Error::malformed("The address that the app wants to be answered at is not one of its own.").into()),
    };
    Ok(Asking { client, redirect_uri, state: params.get("state").map(str::to_owned) })
}

fn wanted(client: &Client, params: &Params) -> Result<Wanted, Refusal> {
    if params.need("response_type")? != "code" {
        return Err(Refusal::new("unsupported_response_type", "response_type must be code"));
    }
    let challenge = params.need("code_challenge")?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::invalid("code_challenge_method must be S256"));
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return Err(Refusal::invalid("code_challenge must be a SHA-256 in URL-safe base64"));
    }
    Ok(Wanted { scopes: client.scopes_asked(params.get("scope"))?, challenge: challenge.to_owned() })
}

/// Everything about a request that a person decides on.
struct Question {
    asking: Asking,
    wanted: Wanted,
    /// The person, in the business and mode that it is about.
    cx: Cx,
    asked: Asked,
    granted: Vec<String>,
}

impl Question {
    /// What was shown, so that nothing else is agreed to.
    fn seen(&self) -> String {
        let Self { cx, granted, asking, .. } = self;
        hash_token(&format!("{} {} {} {}", cx.merchant, cx.mode.word(), asking.client.id, granted.join(" ")))
    }
}

async fn question(app: &App, cx: Cx, params: &Params) -> Result<Question, Stop> {
    let asking = read(app, params).await?;
    let wanted = match wanted(&asking.client, params) {
        Ok(wanted) => wanted,
        Err(refusal) => return Err(Stop::There(Box::new(asking), refusal)),
    };
    let client = &asking.client;
    let cx = match client.is_owned() {
        true => {
            let mode = if client.live { Mode::Live } else { Mode::Test };
            Cx { merchant: client.merchant_id, mode, now: app.clock.now(mode), ..cx }
        }
        false => cx,
    };
    let elsewhere = || Error::malformed("This app is for people of another business.");
    let signed_in = SignedIn { user: user_of(&cx)?, merchant: cx.merchant };
    let (person, role) = viewer::member(app, signed_in).await?.ok_or_else(elsewhere)?;
    let held = role.scopes();
    let granted = rights::narrow(client.dialect, &wanted.scopes, &held);
    let cx = Cx { scopes: held.into(), ..cx };
    let asked = Asked {
        app: client.name.clone(),
        unknown: !client.is_owned(),
        leads_to: uris::shown(&asking.redirect_uri),
        person,
        role: role.label(),
        business: settings::ops::get(&cx).await?.name,
        mode: cx.mode,
        may: rights::in_words(client.dialect, &granted),
        may_not: rights::in_words(client.dialect, &rights::refused(&wanted.scopes, &granted)),
    };
    Ok(Question { asking, wanted, cx, asked, granted })
}

/// Not signed in: signs in and comes back.
fn sign_in(params: &Params) -> Response {
    see_other(&paths::sign_in(&format!("{AUTHORIZE}?{}", params.query())))
}

async fn page(app: &App, caller: Result<Cx>, parts: &Parts, params: &Params, note: Option<&str>) -> Result<Response, Stop> {
    let Ok(cx) = caller else { return Ok(sign_in(params)) };
    let question = question(app, cx, params).await?;
    Ok(shown(parts, params, &question, note))
}

fn shown(parts: &Parts, params: &Params, question: &Question, note: Option<&str>) -> Response {
    let known = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
    let mut fields: Vec<(&str, String)> =
        known.into_iter().filter_map(|name| Some((name, params.get(name)?.to_owned()))).collect();
    fields.push(("seen", question.seen()));
    let text = consent::page(parts.clone(), &question.asked, fields, note);
    html(StatusCode::OK, text, &uris::form_sources(&question.asking.redirect_uri))
}

async fn decided(app: &App, caller: Result<Cx>, parts: &Parts, params: &Params) -> Result<Response, Stop> {
    let Ok(cx) = caller else { return Ok(sign_in(params)) };
    let question = question(app, cx, params).await?;
    match params.get("decision") {
        Some("allow") => {}
        Some("deny") => {
            let refusal = Refusal::new("access_denied", "The person did not allow this");
            return Ok(back(app, &question.asking, &refusal));
        }
        _ => return Err(Error::invalid("decision", "must be allow or deny").into()),
    }
    if params.get("seen") != Some(&question.seen()) {
        let note = "Something has changed since this page was opened. Look again before you allow it.";
        return Ok(shown(parts, params, &question, Some(note)));
    }
    if question.granted.is_empty() {
        let refusal = Refusal::new("access_denied", "The person may not do any of this");
        return Ok(back(app, &question.asking, &refusal));
    }
    let Question { asking, wanted, cx, granted, .. } = question;
    let consent =
        Consent { client: &asking.client, scopes: granted, redirect_uri: &asking.redirect_uri, challenge: &wanted.challenge };
    let code = grants::allow(&cx, consent).await?;
    Ok(see_other(&answered(app, &asking, &[("code", &code)])))
}

/// Where the client is answered, with the answer, its `state`, and who answers.
fn answered(app: &App, asking: &Asking, answer: &[(&str, &str)]) -> String {
    let site = app.config.site();
    let mut parameters = answer.to_vec();
    parameters.extend(asking.state.as_deref().map(|state| ("state", state)));
    parameters.push(("iss", &site));
    uris::with(&asking.redirect_uri, &parameters)
}

fn back_at(app: &App, asking: &Asking, refusal: &Refusal) -> String {
    answered(app, asking, &[("error", refusal.error), ("error_description", &described(&refusal.text))])
}

fn back(app: &App, asking: &Asking, refusal: &Refusal) -> Response {
    see_other(&back_at(app, asking, refusal))
}

fn stopped(app: &App, parts: &Parts, stop: Stop) -> Response {
    match stop {
        Stop::There(asking, refusal) if asking.client.is_owned() => back(app, &asking, &refusal),
        Stop::There(asking, refusal) => {
            let way = Some((uris::shown(&asking.redirect_uri), back_at(app, &asking, &refusal)));
            let text = format!("The app that sent you here asks in a way that does not work: {}.", refusal.text);
            html(StatusCode::BAD_REQUEST, consent::trouble(parts.clone(), &text, way), "")
        }
        Stop::Here(error) => {
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            html(status, consent::trouble(parts.clone(), &error.message, None), "")
        }
    }
}

fn html(status: StatusCode, text: String, form_sources: &str) -> Response {
    let policy = protect::policy_of_form(form_sources);
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)], Body::from(text)).into_response()
}

fn see_other(target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(target) => (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
