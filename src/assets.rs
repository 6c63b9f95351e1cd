//! The files of the site, inside the binary: what cargo-leptos left in `target/site`.

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderMap, HeaderValue, Method, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::kit::http::tagged;

/// Built by `make build`, browser side first; empty in a check of the server alone.
#[derive(RustEmbed)]
#[folder = "target/site"]
#[exclude = "*.d.ts*"]
#[allow_missing = true]
struct Site;

/// Whether the build has made this file.
pub fn has(path: &str) -> bool {
    Site::get(path).is_some()
}

/// Encodings that the build has prepared, best first: token in the header, ending of the file.
const PREPARED: &[(&str, &str)] = &[("br", ".br"), ("gzip", ".gz")];

/// The file at this path of the site, if there is one and the request reads.
pub fn find(request: &Request) -> Option<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let path = request.uri().path().trim_start_matches('/');
    let plain = Site::get(path)?;
    let whole = |plain| {
        let (encoding, file) = best(path, request.headers()).map_or((None, plain), |(token, file)| (Some(token), file));
        let mut response = Response::new(Body::from(file.data));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    };
    let mut response = tagged::answer(request.headers(), &hash(&plain), "no-cache", || whole(plain));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Some(response)
}

fn best(path: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |token: &str| accepted.split(',').any(|offer| offer.split(';').next().is_some_and(|name| name.trim() == token));
    PREPARED
        .iter()
        .filter(|(token, _)| takes(token))
        .find_map(|(token, ending)| Some((*token, Site::get(&format!("{path}{ending}"))?)))
}

/// Content decides, so that a file kept by a browser is asked for once and confirmed after that.
fn hash(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "wasm" => "application/wasm",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
