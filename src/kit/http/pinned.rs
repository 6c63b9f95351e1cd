//! One page, one thread.
//!
//! Leptos renders a page as many small tasks that share signals. On a runtime of many threads these
//! tasks overtake each other: a part is rendered while another thread disposes of its signals, and
//! one page in some thousands fails. So every page is rendered, tasks and all, on one thread of a
//! pool; different pages still use all cores.

use std::sync::LazyLock;

use axum::{
    body::{self, Body},
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::Method;
use tokio_util::task::LocalPoolHandle;

use crate::kit::Error;

/// As many threads as the machine runs at once.
static THREADS: LazyLock<LocalPoolHandle> =
    LazyLock::new(|| LocalPoolHandle::new(std::thread::available_parallelism().map_or(1, usize::from)));

/// Layer around pages.
pub async fn render(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    run(move || next.run(request)).await
}

/// The answer that `make` gives, made to its last byte on one thread.
pub async fn run<F>(make: impl FnOnce() -> F + Send + 'static) -> Response
where
    F: Future<Output = Response> + 'static,
{
    let rendered = THREADS.spawn_pinned(|| async move {
        let (head, rest) = make().await.into_parts();
        body::to_bytes(rest, usize::MAX).await.map(|whole| Response::from_parts(head, Body::from(whole)))
    });
    match rendered.await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => broken(&error),
        Err(error) => broken(&error),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a page could not be rendered");
    Error::internal().into_response()
}
