//! The browser's door: sessions, and the layers around pages and server functions.

use std::sync::{Arc, LazyLock};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use tower_sessions::Session;

use super::{
    model::{Role, Viewer, safe_next},
    ops::{SignedIn, set_up, viewer},
    store::{SEEN, WHO, Who, row_id},
};
use crate::{
    kit::{
        Error, Id, Kind, Mode, Result, Tenant,
        clock::Clock,
        config::Config,
        cx::{Actor, ActorKind, App, Caller, Cx},
        http::{client::Visitor, errors::REQUEST_ID},
    },
    paths,
};

/// How often it is written that a session is in use: most page views only read.
const TOUCH_MS: i64 = 5 * 60_000;

/// Layer around pages and server functions: who is this? Needs [`layer`](super::store::layer) outside of it.
/// Whoever is not signed in sees the pages for that, and gets 401 from server functions.
pub async fn browser(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let caller = caller(&app, &parts).await;
    if let Err(error) = &caller
        && error.kind != Kind::Unauthenticated
    {
        return error.clone().into_response();
    }
    match elsewhere(&app, &parts, caller.is_ok()).await {
        Ok(Some(target)) => return see_other(&target),
        Ok(None) => {}
        Err(error) => return error.into_response(),
    }
    if let Ok(cx) = &caller
        && shows_page(&parts)
    {
        match viewer::viewer(cx).await {
            Ok(viewer) => drop(parts.extensions.insert(viewer)),
            Err(error) => return error.into_response(),
        }
    }
    forget_old_error(&mut parts.headers);
    parts.extensions.insert(app);
    parts.extensions.insert(Caller(caller));
    next.run(Request::from_parts(parts, body)).await
}

async fn caller(app: &App, request: &Parts) -> Result<Cx> {
    let nobody = || Error::unauthenticated("authentication_failed", "Sign in first");
    let session = request.extensions.get::<Session>().ok_or_else(Error::internal)?;
    let who: Who = session.get(WHO).await.map_err(broken)?.ok_or_else(nobody)?;
    let request_id = request.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let cx = member(app, &who, who.mode, request_id).await?.ok_or_else(nobody)?;
    let (now, seen) = (Clock::system().0, session.get::<i64>(SEEN).await.map_err(broken)?);
    if seen.is_some_and(|seen| now - seen > TOUCH_MS) {
        session.insert(SEEN, now).await.map_err(broken)?;
    }
    Ok(cx)
}

/// The context of somebody with a session, unless they are no member any more.
pub async fn member(app: &App, who: &Who, mode: Mode, request_id: &str) -> Result<Option<Cx>> {
    let signed_in = SignedIn { user: who.user, merchant: who.merchant };
    let Some((name, role)) = viewer::member(app, signed_in).await? else { return Ok(None) };
    let actor = Actor { kind: ActorKind::User, id: who.user.to_string(), name };
    Ok(Some(app.context(who.merchant, mode, actor, scopes(role), request_id.to_owned())))
}

/// A role's scopes, shared by all its requests.
fn scopes(role: Role) -> Arc<[String]> {
    static SCOPES: LazyLock<Vec<(Role, Arc<[String]>)>> =
        LazyLock::new(|| Role::ALL.into_iter().map(|role| (role, role.scopes().into())).collect());
    let found = SCOPES.iter().find(|(known, _)| *known == role);
    found.map(|(_, scopes)| Arc::clone(scopes)).unwrap_or_default()
}

/// Pages that need nobody, and where somebody signed in has nothing to do.
const DOORS: [&str; 2] = [paths::SIGN_IN, paths::FORGOT_PASSWORD];
/// Pages that mailed links lead to.
const LINKS: [&str; 2] = [paths::RESET_PASSWORD, paths::INVITATION];

/// Where a page's visitor has to go first.
async fn elsewhere(app: &App, request: &Parts, signed_in: bool) -> Result<Option<String>> {
    let path = request.uri.path();
    if !shows_page(request) {
        return Ok(None);
    }
    if signed_in {
        let done = DOORS.contains(&path) || path == paths::SET_UP;
        return Ok(done.then(|| next_of(request).into_owned()));
    }
    let open = set_up::is_open(app).await?;
    Ok(match path {
        paths::SET_UP => (!open).then(|| paths::SIGN_IN.to_owned()),
        _ if open => Some(paths::SET_UP.to_owned()),
        path if DOORS.contains(&path) || LINKS.contains(&path) => None,
        "/" => Some(paths::SIGN_IN.to_owned()),
        _ => {
            let wanted = request.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
            Some(paths::sign_in(safe_next(wanted)))
        }
    })
}

/// Whether a request asks for a page; files and server functions are none.
fn shows_page(request: &Parts) -> bool {
    let path = request.uri.path();
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    let file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    reads && !file && !["/rpc/", "/pkg/", "/logo/", "/live/"].iter().any(|prefix| path.starts_with(prefix))
}

fn next_of(request: &Parts) -> std::borrow::Cow<'_, str> {
    let pairs = form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes());
    let next = pairs.into_iter().find(|(name, _)| name == "next").map(|(_, value)| value);
    match next {
        Some(next) if safe_next(&next) == next => next,
        _ => "/".into(),
    }
}

fn see_other(target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(target) => (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// A form that failed sends the browser back with its error in the address; the next try must not
/// find that one again.
fn forget_old_error(headers: &mut HeaderMap) {
    let Some(referer) = headers.get(header::REFERER).and_then(|referer| referer.to_str().ok()) else { return };
    if let Some((page, query)) = referer.split_once('?')
        && query.contains("__err=")
    {
        let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "__err" && name != "__path");
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
        if let Ok(referer) = HeaderValue::from_str(&format!("{page}?{query}")) {
            headers.insert(header::REFERER, referer);
        }
    }
}

/// Layer that refuses writes which another site made the browser send.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || from_here(&app.config, request.headers()) {
        return next.run(request).await;
    }
    Error::new(Kind::Forbidden, "origin_not_allowed", "This request comes from another site").into_response()
}

/// What the browser itself says about where a request comes from. Programs say nothing; they have
/// no cookies that another site could use.
fn from_here(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = text(header::HOST).unwrap_or("?");
            origin == config.site() || (config.public_url.is_none() && origin.split_once("://").is_some_and(|(_, at)| at == host))
        }
    }
}

fn broken(error: tower_sessions::session::Error) -> Error {
    tracing::error!(%error, "a session could not be used");
    Error::internal()
}

/// Gives the page being rendered the viewer that [`browser`] found.
pub fn provide_viewer() {
    let parts = leptos::prelude::use_context::<Parts>();
    if let Some(viewer) = parts.and_then(|parts| parts.extensions.get::<Viewer>().cloned()) {
        leptos::prelude::provide_context(viewer);
    }
}

/// A request to a server function that may come from anybody.
pub struct Asked {
    pub app: App,
    pub visitor: Visitor,
    session: Session,
}

/// The request that the running server function answers.
pub fn asked() -> Result<Asked> {
    let parts = leptos::prelude::use_context::<Parts>().ok_or_else(Error::internal)?;
    let app = parts.extensions.get::<App>().ok_or_else(Error::internal)?.clone();
    let session = parts.extensions.get::<Session>().ok_or_else(Error::internal)?.clone();
    let visitor = Visitor::of(&app.config, &parts.headers, &parts.extensions);
    Ok(Asked { app, visitor, session })
}

impl Asked {
    /// Starts a session under a new id, so that an id somebody planted before is worth nothing.
    pub async fn begin(&self, signed_in: SignedIn) -> Result<()> {
        let SignedIn { user, merchant } = signed_in;
        let Visitor { ip, device } = self.visitor.clone();
        let who = Who { user, merchant, mode: Mode::default(), device, ip };
        if self.session.id().is_some() {
            self.session.cycle_id().await.map_err(broken)?;
        }
        self.session.insert(WHO, who).await.map_err(broken)
    }

    /// Ends the session.
    pub async fn end(&self) -> Result<()> {
        if self.session.id().is_none() {
            return Ok(());
        }
        self.session.flush().await.map_err(broken)
    }

    /// The row of the session that asks.
    pub fn session_id(&self) -> String {
        self.session.id().map(|id| row_id(&id)).unwrap_or_default()
    }

    /// Looks at the other mode from now on.
    pub async fn set_mode(&self, mode: Mode) -> Result<()> {
        self.change(|who| who.mode = mode).await
    }

    /// Works for another business from now on.
    pub async fn set_merchant(&self, merchant: Id<Tenant>) -> Result<()> {
        self.change(|who| who.merchant = merchant).await
    }

    async fn change(&self, change: impl FnOnce(&mut Who)) -> Result<()> {
        let who: Option<Who> = self.session.get(WHO).await.map_err(broken)?;
        let mut who = who.ok_or_else(|| Error::unauthenticated("authentication_failed", "Sign in first"))?;
        change(&mut who);
        self.session.remove_value(SEEN).await.map_err(broken)?;
        self.session.insert(WHO, who).await.map_err(broken)
    }
}
