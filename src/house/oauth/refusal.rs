//! Refusals as OAuth spells them (RFC 6749 §5.2).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::kit::{Error, Kind, http::json::reply};

/// Why a request of the protocol was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    /// The word for programs: `invalid_grant`.
    pub error: &'static str,
    /// For people.
    pub text: String,
}

pub type Result<T, E = Refusal> = std::result::Result<T, E>;

impl Refusal {
    /// 400.
    pub fn new(error: &'static str, text: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, text: text.into() }
    }

    /// 400 for a request that is not what the protocol says.
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::new("invalid_request", text)
    }

    /// 400 for a code or a refresh token that is worth nothing, or not to this client.
    pub fn grant(text: impl Into<String>) -> Self {
        Self::new("invalid_grant", text)
    }

    /// 401: the same for a client that is not known and for a wrong secret.
    pub fn client() -> Self {
        let text = "The client is not known, or its secret is wrong";
        Self { status: StatusCode::UNAUTHORIZED, error: "invalid_client", text: text.to_owned() }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let word = match error.kind {
            Kind::Unavailable | Kind::TooManyRequests => "temporarily_unavailable",
            Kind::Internal => "server_error",
            _ => "invalid_request",
        };
        let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, error: word, text: error.message }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = reply(self.status, &json!({ "error": self.error, "error_description": described(&self.text) }));
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"oauth\""));
        }
        response
    }
}

/// A text as an `error_description` may hold it: printable ASCII without quotes and backslashes.
pub fn described(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '\'' }).collect()
}
