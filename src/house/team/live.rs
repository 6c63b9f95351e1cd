//! The browser's door to changes as they happen: server-sent events about one object.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::Path,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::StreamExt as _;
use http::HeaderName;
use tower_sessions::Session;

use super::store::row_id;
use crate::kit::{Result, cx::Cx, live};

/// Proxies close connections on which nothing moves; most wait a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How long a browser waits before it opens a stream again that ended.
const RETRY: Duration = Duration::from_secs(2);

/// Outside of `/v2` and not a page: only who is signed in listens.
pub fn routes() -> Router {
    Router::new().route("/live/{object_id}", get(stream))
}

/// Ids of events about the object, separated by spaces, newest first: at once the newest there are,
/// then those that are added.
async fn stream(cx: Cx, session: Session, Path(object_id): Path<String>) -> Result<impl IntoResponse> {
    let session = session.id().map(|id| row_id(&id)).unwrap_or_default();
    let ids = live::watch(&cx, &session, &object_id).await?;
    let events = ids.map(|ids| {
        let event = Event::default().retry(RETRY).data(ids.join(" "));
        Ok::<_, Infallible>(match ids.first() {
            Some(newest) => event.id(newest),
            None => event,
        })
    });
    // nginx collects answers unless it is told not to.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))))
}
