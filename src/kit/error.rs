//! The one error of Merx.
//!
//! Operations return it, the doors render it: each `/v2` router in the form its dialect
//! documents ([`crate::kit::http::errors`]), server functions as JSON that forms read field by
//! field. It never carries secrets or SQL: what a caller may not see goes to the log.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Result of every operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Class of an error; decides the HTTP status and the `type` of RevKeen's error object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 400: the request is malformed or breaks a rule about its own shape.
    Invalid,
    /// 401: no credentials, or credentials that are not (or no longer) valid.
    Unauthenticated,
    /// 403: known caller without the right.
    Forbidden,
    /// 404: no such object for this caller; another merchant's object does not exist.
    NotFound,
    /// 405: the path exists, the method does not.
    MethodNotAllowed,
    /// 409: contradicts the stored state.
    Conflict,
    /// 413: larger than the limit.
    TooLarge,
    /// 422: well-formed, but a business rule forbids it.
    Unprocessable,
    /// 429: too many attempts.
    TooManyRequests,
    /// 500: our fault; details are in the log under the request id.
    Internal,
    /// 503: try again.
    Unavailable,
}

impl Kind {
    /// HTTP status code.
    pub fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Unprocessable => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// One rejected field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Path as the caller wrote it, for example `tiers[1].up_to`.
    pub path: String,
    /// Why it was rejected, a sentence without the field's name at its start.
    pub message: String,
}

/// What went wrong, for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct Error {
    pub kind: Kind,
    /// Machine-readable code, for example `validation_error` or `resource_missing`.
    pub code: String,
    /// Readable sentence.
    pub message: String,
    /// The field the error is about, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// Every rejected field, the first one repeated in `param`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// What was typed, for a form without scripts that comes back on a new page. Never a secret.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub kept: Box<[(String, String)]>,
    /// When another try may succeed, in seconds from the answer; 0 if nobody knows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retry_after_s: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Error {
    /// An error without a field.
    pub fn new(kind: Kind, code: &str, message: impl Into<String>) -> Self {
        let (code, message) = (code.to_owned(), message.into());
        Self { kind, code, message, param: None, fields: Vec::new(), kept: Box::default(), retry_after_s: 0 }
    }

    /// 400 for one field.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::from_fields(vec![FieldError { path: path.into(), message: message.into() }])
    }

    /// 400 for several fields; `fields` must not be empty.
    pub fn from_fields(fields: Vec<FieldError>) -> Self {
        let text: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.path, field.message)).collect();
        Self {
            kind: Kind::Invalid,
            code: "validation_error".into(),
            message: text.join("; "),
            param: fields.first().map(|field| field.path.clone()),
            fields,
            kept: Box::default(),
            retry_after_s: 0,
        }
    }

    /// 400 for a request that cannot be read at all.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, "validation_error", message)
    }

    /// 404 for an object; says nothing about whether another merchant has it.
    pub fn not_found(noun: &str, id: impl std::fmt::Display) -> Self {
        let id: String = id.to_string().chars().take(64).collect();
        Self::new(Kind::NotFound, "resource_missing", format!("No such {noun}: '{id}'"))
    }

    /// 401.
    pub fn unauthenticated(code: &str, message: &str) -> Self {
        Self::new(Kind::Unauthenticated, code, message)
    }

    /// 403 that names the missing permission.
    pub fn missing_scope(scope: &str) -> Self {
        Self::new(Kind::Forbidden, "insufficient_permissions", format!("This needs the scope '{scope}'"))
    }

    /// 409 with the field that collides.
    pub fn conflict(path: impl Into<String>, message: impl Into<String>) -> Self {
        let mut error = Self::invalid(path, message);
        error.kind = Kind::Conflict;
        error.code = "conflict".into();
        error
    }

    /// The same, unless the database found a value that must be unique taken: then that, of this field.
    #[must_use]
    pub fn or_taken(self, path: &str, message: &str) -> Self {
        if self.code == Self::TAKEN { Self::conflict(path, message) } else { self }
    }

    /// 422 for a business rule, with the field it is about.
    pub fn unprocessable(path: impl Into<String>, message: impl Into<String>) -> Self {
        let mut error = Self::invalid(path, message);
        error.kind = Kind::Unprocessable;
        error.code = "unprocessable".into();
        error
    }

    /// Whether somebody else was changing the same thing.
    pub fn is_collision(&self) -> bool {
        self.code == Self::COLLISION
    }

    /// Code of the error that makes a write run again.
    pub const COLLISION: &str = "retry_transaction";
    /// Code of a value that must be unique and is not.
    pub const TAKEN: &str = "conflict";

    /// 500 without details; the caller logs the cause first.
    pub fn internal() -> Self {
        Self::new(Kind::Internal, "internal_error", "Something went wrong on our side; the request id finds it in the log")
    }

    /// The same, with the time after which another try may succeed.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after_s: seconds, ..self }
    }

    /// The same, with something typed that the form shows again.
    #[must_use]
    pub fn keeping(mut self, name: &str, typed: &str) -> Self {
        let typed = (name.to_owned(), typed.chars().take(200).collect());
        self.kept = self.kept.into_iter().chain([typed]).collect();
        self
    }

    /// What was typed into one field of the form that comes back.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.kept.iter().find(|(kept, _)| kept == name).map(|(_, typed)| typed.as_str())
    }

    /// The message for one field, as forms show it beside the input.
    pub fn field(&self, path: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.path == path).map(|field| field.message.as_str())
    }
}

impl server_fn::error::FromServerFnError for Error {
    type Encoder = server_fn::codec::JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => Self::malformed(text),
            // On the server the arguments were wrong; in the browser, which is newer or older than
            // the server then, its answer.
            ServerFnErrorErr::Deserialization(text) => Self::malformed(format!("The data could not be read: {text}")),
            ServerFnErrorErr::Request(_) => {
                Self::new(Kind::Unavailable, "unreachable", "The server cannot be reached; check the connection and try again")
            }
            _ => Self::internal(),
        }
    }
}
