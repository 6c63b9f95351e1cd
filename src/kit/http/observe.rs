//! Request ids, the access log and metrics.

use std::{sync::OnceLock, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::{HeaderValue, Method};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::errors::REQUEST_ID;
use crate::kit::crypto;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Upper bounds of the latency histogram, seconds.
const LATENCY_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The process's metrics in Prometheus's text format.
pub fn metrics() -> String {
    recorder().render()
}

fn recorder() -> &'static PrometheusHandle {
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(LATENCY_BUCKETS).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // A second recorder in one process (tests) keeps the first.
        metrics::set_global_recorder(recorder).ok();
        handle
    })
}

/// Outermost layer: gives the request an id (any that the caller sent is ignored, because events
/// and logs rely on it), logs and counts its answer.
pub async fn observe(mut request: Request, next: Next) -> Response {
    recorder();
    let started = Instant::now();
    let id = crypto::token("req_", 22);
    let value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("req_unknown"));
    request.headers_mut().insert(REQUEST_ID, value.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, value);
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    let labels = [("method", method_label(&method).to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    let elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(request_id = id, %method, path, status, elapsed_us, "answered");
    } else {
        tracing::debug!(request_id = id, %method, path, status, elapsed_us, "answered");
    }
    response
}

/// Anybody can make methods up, and every label is kept for as long as the process runs.
fn method_label(method: &Method) -> &str {
    let usual = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if usual.contains(method) { method.as_str() } else { "other" }
}
