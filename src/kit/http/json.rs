//! JSON in and out.
//!
//! Requests may spell keys in camelCase or in snake_case; they are read as snake_case. Inside
//! free-form maps ([`FREE_FORM`]) keys are the merchant's own and stay as they are.

use std::borrow::Cow;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::kit::{Error, Kind};

/// Largest request body, bytes.
pub const BODY_BYTES_MAX: usize = 1_048_576;

/// Members whose content belongs to the caller.
pub const FREE_FORM: &[&str] = &["metadata", "properties", "custom_fields"];

/// A request's JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        parse(&read(request, state).await?).map(Self)
    }
}

/// The bytes of a body.
pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Error> {
    Bytes::from_request(request, state).await.map_err(body_error)
}

fn body_error(rejection: BytesRejection) -> Error {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Error::new(Kind::TooLarge, "request_too_large", format!("The body must be at most {BODY_BYTES_MAX} bytes"))
        }
        _ => Error::malformed("The body could not be read"),
    }
}

/// Reads a body in either spelling of its keys; errors name the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    typed(snake_case_keys(object(bytes)?)?)
}

/// Reads a body whose keys are spelled in one way only; errors name the field.
pub fn parse_as_is<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    typed(object(bytes)?)
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| field_error(error.path().to_string(), &error.inner().to_string()))
}

/// The JSON object that a body holds.
fn object(bytes: &[u8]) -> Result<Value, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::malformed("The body must be UTF-8"))?;
    let value: Value =
        serde_json::from_str(text).map_err(|error| Error::malformed(format!("The body is not valid JSON: {error}")))?;
    if !value.is_object() {
        return Err(Error::malformed("The body must be a JSON object"));
    }
    if let Some(path) = nul_at(&value, "") {
        return Err(Error::invalid(path, "must not contain the character U+0000"));
    }
    Ok(value)
}

/// Where U+0000 stands, if it does: PostgreSQL cannot store it in text, so neither engine is asked to.
fn nul_at(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| nul_at(item, &format!("{path}[{index}]"))),
        Value::Object(map) => map.iter().find_map(|(key, value)| {
            let key = snake_case(key);
            let path = if path.is_empty() { key.into_owned() } else { format!("{path}.{key}") };
            if path.contains('\0') { Some(path.replace('\0', "")) } else { nul_at(value, &path) }
        }),
        _ => None,
    }
}

/// serde's message with the field it is about.
pub fn field_error(path: String, message: &str) -> Error {
    let quoted = message.split('`').nth(1);
    let (path, message) = match quoted {
        Some(field) if message.starts_with("missing field") => (join(&path, field), "is required".to_owned()),
        Some(field) if message.starts_with("unknown field") => (join(&path, field), "cannot be set here".to_owned()),
        _ => (path, message.to_owned()),
    };
    if path.is_empty() || path == "." { Error::malformed(message) } else { Error::invalid(path, message) }
}

fn join(path: &str, field: &str) -> String {
    match path {
        "" | "." => field.to_owned(),
        path if path == field || path.ends_with(&format!(".{field}")) => path.to_owned(),
        path => format!("{path}.{field}"),
    }
}

/// The same JSON with every key outside free-form maps in snake_case.
///
/// # Errors
/// When both spellings of a key are present.
pub fn snake_case_keys(value: Value) -> Result<Value, Error> {
    match value {
        Value::Array(items) => items.into_iter().map(snake_case_keys).collect::<Result<_, _>>().map(Value::Array),
        Value::Object(map) => {
            let mut out = Map::with_capacity(map.len());
            for (key, value) in map {
                let key = snake_case(&key).into_owned();
                let value = if FREE_FORM.contains(&key.as_str()) { value } else { snake_case_keys(value)? };
                if out.contains_key(&key) {
                    return Err(Error::invalid(key, "is given twice, in two spellings"));
                }
                out.insert(key, value);
            }
            Ok(Value::Object(out))
        }
        scalar => Ok(scalar),
    }
}

/// `amountMinor` as `amount_minor`; anything that is not camelCase stays as it is.
pub fn snake_case(key: &str) -> Cow<'_, str> {
    let camel = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_alphanumeric())
        && key.contains(|c: char| c.is_ascii_uppercase());
    if !camel {
        return Cow::Borrowed(key);
    }
    let mut out = String::with_capacity(key.len() + 4);
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    Cow::Owned(out)
}

/// A JSON answer.
pub fn reply<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
