//! Error bodies: one [`Error`], rendered in the form of the router it leaves.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::json;
use utoipa::openapi::{RefOr, Schema};

use super::json::reply;
use crate::kit::{Error, Kind, Result};

/// Name of the header that carries the request id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How operations spell their errors. RevKeen has three ways; all carry a top-level `message`,
/// which its SDK shows to its users.
#[derive(Clone, Copy)]
pub enum Form {
    /// `{error: {type, code, message, param?, details?, request_id}}`.
    Object,
    /// `{error: "text", code, details?}`.
    Text,
    /// `{error: {code, message}}`.
    CodeMessage,
    /// As another dialect does.
    Of(&'static Spelling),
}

/// How a dialect of its own spells errors.
pub struct Spelling {
    /// Name of the schema.
    pub name: &'static str,
    /// The schema of the body.
    pub schema: fn() -> RefOr<Schema>,
    /// The answer.
    pub answer: fn(&Error) -> Response,
}

impl IntoResponse for Error {
    /// An empty answer that carries the error; [`render`] gives it a body.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// `type` of the object form.
fn type_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Unauthenticated => "authentication_error",
        Kind::Forbidden => "authorization_error",
        Kind::TooManyRequests => "rate_limit_error",
        Kind::Internal | Kind::Unavailable => "api_error",
        _ => "invalid_request_error",
    }
}

/// The body of an error in one of RevKeen's forms.
fn body(form: Form, error: &Error, request_id: &str) -> serde_json::Value {
    let details = (!error.fields.is_empty()).then(|| {
        let fields: serde_json::Map<_, _> =
            error.fields.iter().map(|field| (field.path.clone(), json!([field.message]))).collect();
        json!({ "fields": fields })
    });
    let mut object = match form {
        Form::Object => json!({
            "error": { "type": type_word(error.kind), "code": error.code, "message": error.message, "request_id": request_id },
            "message": error.message,
        }),
        Form::Text => json!({ "error": error.message, "code": error.code, "message": error.message, "request_id": request_id }),
        Form::CodeMessage | Form::Of(_) => json!({
            "error": { "code": error.code, "message": error.message }, "message": error.message, "request_id": request_id,
        }),
    };
    let target = match form {
        Form::Object => object.get_mut("error"),
        _ => Some(&mut object),
    };
    if let Some(serde_json::Value::Object(target)) = target {
        if let Some(param) = &error.param {
            target.insert("param".into(), json!(param));
        }
        if let Some(details) = details {
            target.insert("details".into(), details);
        }
    }
    object
}

/// Layer of a router: renders the errors that leave it.
pub async fn render(form: Form, request: Request, next: Next) -> Response {
    let request_id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Error>() else { return response };
    let mut rendered = match form {
        Form::Of(spelling) => (spelling.answer)(&error),
        form => in_revkeens(form, response.status(), &error, &request_id),
    };
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    if error.retry_after_s > 0 {
        rendered.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(error.retry_after_s));
    }
    rendered
}

fn in_revkeens(form: Form, status: StatusCode, error: &Error, request_id: &str) -> Response {
    let mut rendered = reply(status, &body(form, error, request_id));
    if status == StatusCode::UNAUTHORIZED {
        rendered.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"revkeen-api\""));
    }
    rendered
}

/// For paths that no handler serves.
pub async fn unknown_route(request: Request) -> Error {
    Error::new(Kind::NotFound, "resource_missing", format!("There is no {} {}", request.method(), request.uri().path()))
}

/// For methods that a path does not serve.
pub async fn unknown_method(request: Request) -> Error {
    Error::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        format!("{} does not take {}", request.uri().path(), request.method()),
    )
}

/// Layer of `/rpc`: server functions answer every error with 500; here it gets its real status.
pub async fn rpc_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !response.headers().contains_key(server_fn::error::SERVER_FN_ERROR_HEADER) {
        return response;
    }
    match with_status(response).await {
        Ok(response) => response,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Largest error body that is read back.
const ERROR_BYTES_MAX: usize = 65_536;

async fn with_status(response: Response) -> Result<Response, axum::Error> {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, ERROR_BYTES_MAX).await?;
    if let Ok(error) = serde_json::from_slice::<Error>(&bytes)
        && parts.status == StatusCode::INTERNAL_SERVER_ERROR
    {
        parts.status = StatusCode::from_u16(error.kind.status()).unwrap_or(parts.status);
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
