//! Errors as RevenueCat spells them: `{object: "error", type, message, retryable, …}`.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type};

use crate::kit::{
    Error, Kind,
    http::{docs::word, errors::Spelling, json::reply},
};

pub(super) static SPELLING: Spelling = Spelling { name: "RevenueCatError", schema, answer };

/// What a caller should wait before it tries again when nobody knows better, seconds.
const BACKOFF_S: u32 = 1;

/// The word for a class of errors, its status, and whether another try may succeed.
fn class(error: &Error) -> (&'static str, StatusCode, bool) {
    match error.kind {
        Kind::Invalid if error.param.is_some() => ("parameter_error", StatusCode::BAD_REQUEST, false),
        Kind::Invalid | Kind::MethodNotAllowed => ("invalid_request", StatusCode::BAD_REQUEST, false),
        Kind::TooLarge => ("invalid_request", StatusCode::PAYLOAD_TOO_LARGE, false),
        Kind::Unauthenticated => ("authentication_error", StatusCode::UNAUTHORIZED, false),
        Kind::Forbidden => ("authorization_error", StatusCode::FORBIDDEN, false),
        Kind::NotFound => ("resource_missing", StatusCode::NOT_FOUND, false),
        Kind::Conflict if error.code.starts_with("idempotency_") => ("idempotency_error", StatusCode::CONFLICT, false),
        Kind::Conflict => ("resource_already_exists", StatusCode::CONFLICT, false),
        Kind::Unprocessable => ("unprocessable_entity_error", StatusCode::UNPROCESSABLE_ENTITY, false),
        Kind::TooManyRequests => ("rate_limit_error", StatusCode::TOO_MANY_REQUESTS, true),
        Kind::Unavailable if error.is_collision() => ("resource_locked_error", StatusCode::LOCKED, true),
        Kind::Unavailable => ("server_error", StatusCode::SERVICE_UNAVAILABLE, true),
        Kind::Internal => ("server_error", StatusCode::INTERNAL_SERVER_ERROR, true),
    }
}

fn answer(error: &Error) -> Response {
    let (word, status, retryable) = class(error);
    let mut body = json!({
        "object": "error",
        "type": word,
        "message": error.message,
        "retryable": retryable,
        "doc_url": format!("https://errors.rev.cat/{}", word.replace('_', "-")),
    });
    if word == "parameter_error" {
        body["param"] = json!(error.param);
    }
    if retryable {
        body["backoff_ms"] = json!(1_000 * u64::from(error.retry_after_s.max(BACKOFF_S)));
    }
    let mut response = reply(status, &body);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn schema() -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    ObjectBuilder::new()
        .property("object", word("error"))
        .required("object")
        .property("type", text())
        .required("type")
        .property("message", text())
        .required("message")
        .property("retryable", ObjectBuilder::new().schema_type(Type::Boolean))
        .required("retryable")
        .property("param", text())
        .property("doc_url", text())
        .property("backoff_ms", ObjectBuilder::new().schema_type(Type::Integer))
        .property("referenced_object_ids", ArrayBuilder::new().items(text()))
        .into()
}
