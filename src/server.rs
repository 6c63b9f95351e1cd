//! The server: one line per noun, and the layers around all of them.
//!
//! From the outside in: request id, log and metrics; security headers; compression; time limits
//! and size limits; then the door's own layers (who is it, how do errors look); then the handler.

use std::{net::SocketAddr, sync::LazyLock, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::{LeptosOptions, provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes as _, ResponseOptions};
use serde_json::Value;
use tower::{Layer as _, util::MapRequestLayer};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::openapi::{
    OpenApi,
    security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

use crate::{
    app, assets, catalog, house,
    kit::{
        Error, Mode,
        cx::App,
        http::{
            Routes, docs,
            errors::{self, Form},
            examples, idempotency,
            json::BODY_BYTES_MAX,
            observe, pinned, protect,
            rate_limit::{self, Rule},
            tagged, version, wire,
        },
        live::Live,
    },
    outward, reference, revenuecat,
    ui::ServerNow,
    worker,
};

/// Longest time that requests get to finish when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);

/// The routes of all nouns in RevKeen's dialect, in sidebar order.
fn nouns() -> Vec<Routes> {
    vec![
        catalog::products::api::routes(),
        catalog::prices::api::routes(),
        catalog::discounts::api::routes(),
        outward::webhooks::api::endpoints(),
        outward::webhooks::api::deliveries(),
        outward::events::api::routes(),
    ]
}

/// How errors look under a path: each dialect has its own way.
fn form_of(path: &str) -> Form {
    if revenuecat::speaks(path) { revenuecat::FORM } else { Form::Object }
}

/// Layer: renders errors that no noun's own layer has rendered.
async fn render(request: Request, next: Next) -> Response {
    let form = form_of(request.uri().path());
    errors::render(form, request, next).await
}

/// The handlers of some nouns, and the document that describes them.
fn merged(nouns: Vec<Routes>) -> (Router, OpenApi) {
    nouns.into_iter().map(Routes::split).fold(
        (Router::new(), OpenApi::default()),
        |(router, mut document), (routes, description)| {
            document.merge(description);
            (router.merge(routes), document)
        },
    )
}

/// The handlers of `/v2` and what they all stand on, from the outside in: who asks, noting it, how often, is it
/// a repetition, in which version.
fn api(state: &App) -> Router {
    let unknown = Router::new().route("/v2/{*path}", any(errors::unknown_route)).layer(from_fn(render));
    let limit = |rule: &'static Rule| from_fn_with_state((state.clone(), rule), rate_limit::layer);
    let idempotency = || from_fn_with_state(state.clone(), idempotency::layer);
    let revkeen = merged(nouns()).0.merge(unknown);
    let revkeen = revkeen.layer(from_fn(version::layer)).layer(idempotency()).layer(limit(&house::api_keys::limits::RULE));
    let revenuecat = merged(revenuecat::routes()).0.layer(idempotency()).layer(limit(&revenuecat::limits::RULE));
    revkeen
        .merge(revenuecat)
        .layer(from_fn(tagged::layer))
        .layer(from_fn_with_state(state.clone(), house::requests::log::record))
        .layer(from_fn_with_state(state.clone(), house::api_keys::auth::api))
}

/// The OpenAPI document of this program.
pub fn openapi() -> Value {
    let mut document = merged(nouns().into_iter().chain(revenuecat::routes()).collect()).1;
    document.info.title = "Merx".into();
    document.info.description = Some(reference::ABOUT.into());
    document.info.version = env!("CARGO_PKG_VERSION").into();
    let components = document.components.get_or_insert_default();
    let key = ApiKeyValue::new("x-api-key");
    components.add_security_scheme("apiKey", SecurityScheme::ApiKey(ApiKey::Header(key)));
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    docs::prune(&mut document);
    let mut document = serde_json::to_value(document).unwrap_or_default();
    examples::add(&mut document);
    reference::add_oauth(&mut document);
    reference::group_by_dialect(&mut document);
    document
}

/// The dashboard's routes. Found once: while Leptos looks for them, no resource of the process loads.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| leptos_axum::generate_route_list(app::App));

/// The paths of all pages, as the dashboard's router knows them.
pub fn pages() -> Vec<String> {
    PAGES.iter().map(|page| page.path().to_owned()).collect()
}

/// Pages and server functions.
fn site(state: &App) -> Router {
    let options = LeptosOptions::builder().output_name("merx").site_root("target/site").build();
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.clone());
            provide_context(ServerNow(state.clock.now(Mode::Test).0));
            house::team::auth::provide_viewer();
            set_page_policy();
        }
    };
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let lost = leptos_axum::render_app_async_with_context(context.clone(), shell.clone());
    Router::new()
        .leptos_routes_with_context(&options, PAGES.clone(), context, shell)
        .layer(from_fn(pinned::render))
        .fallback(move |request: Request| async move {
            match assets::find(&request) {
                Some(file) => file,
                None => pinned::run(move || lost(request)).await,
            }
        })
        .with_state(options)
        .merge(house::settings::routes())
        .merge(house::team::live::routes())
        .merge(house::oauth::endpoints::pages())
        .layer(from_fn_with_state(state.clone(), house::team::auth::browser))
        .layer(house::team::store::layer(state))
        .layer(from_fn_with_state(state.clone(), house::team::auth::same_origin))
        .layer(from_fn(errors::rpc_status))
}

/// Pages get the policy with the nonce that their scripts carry.
fn set_page_policy() {
    let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>()) else { return };
    if let Ok(policy) = HeaderValue::from_str(&protect::policy_of_page(&nonce)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The whole server.
pub fn router(state: &App) -> Router {
    // Around the router, because it decides by method and path.
    Router::new().fallback_service(MapRequestLayer::new(wire::tolerate).layer(routes(state)))
}

fn routes(state: &App) -> Router {
    let ready = {
        let state = state.clone();
        move || async move { if state.db.ready().await { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE } }
    };
    Router::new()
        .merge(api(state))
        .merge(reference::routes().layer(from_fn(tagged::layer)))
        .merge(house::oauth::endpoints::routes(state))
        .merge(site(state))
        .layer(from_fn(protect::run_to_end))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(|_| Error::internal().into_response()))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(|| async { observe::metrics() }))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.config.clone(), protect::headers))
        .layer(from_fn(render))
        .layer(from_fn(observe::observe))
}

/// Serves until the process is told to stop, then lets running requests finish.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(state: App, on_listening: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(state.config.listen).await?;
    let service = router(&state).into_make_service_with_connect_info::<SocketAddr>();
    on_listening(listener.local_addr()?);
    let (stop, stopped) = tokio::sync::watch::channel(());
    let live = state.memory::<Live>();
    let (stop_worker, worker_stopped) = tokio::sync::watch::channel(());
    let worker = tokio::spawn(worker::run(state.clone(), worker_stopped));
    let served = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        // Streams have no end of their own that the drain could wait for.
        live.close();
        drop(stop_worker);
        drop(stop);
    });
    let mut stopped = stopped;
    tokio::select! {
        done = served => done?,
        () = async { stopped.changed().await.ok(); tokio::time::sleep(DRAIN_TIMEOUT).await } => {
            tracing::warn!("requests were still running when the time to drain ended");
        }
    }
    worker.await.ok();
    house::requests::ops::flush(&state).await;
    state.db.close().await;
    Ok(())
}

/// Works beside servers on the same database until the process is told to stop.
pub async fn work(state: App) {
    let (stop, stopped) = tokio::sync::watch::channel(());
    let worker = tokio::spawn(worker::run(state.clone(), stopped));
    told_to_stop().await;
    drop(stop);
    worker.await.ok();
    state.db.close().await;
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => {
            tokio::signal::ctrl_c().await.ok();
        }
    }
}
