//! Parameters of the protocol: in an address or a form, each at most once.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{HeaderMap, header};

use super::super::refusal::{Refusal, Result};

/// Longest value, characters.
const VALUE_CHARS_MAX: usize = 8_000;

/// Parameters by name; empty ones count as absent.
#[derive(Clone, Debug, Default)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads `a=b&c=d`.
    pub fn read(text: &[u8]) -> Result<Self> {
        let mut found = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text).filter(|(_, value)| !value.is_empty()) {
            let shown: String = name.chars().take(60).collect();
            if value.chars().count() > VALUE_CHARS_MAX || name.chars().count() > VALUE_CHARS_MAX {
                return Err(Refusal::invalid(format!("{shown} is too long")));
            }
            if value.contains(['\0', char::REPLACEMENT_CHARACTER]) {
                return Err(Refusal::invalid(format!("{shown} must be UTF-8 text without U+0000")));
            }
            let twice = found.insert(name.clone().into_owned(), value.into_owned()).is_some();
            // RFC 8707 lets a client name several resources; there is one.
            if twice && name != "resource" {
                return Err(Refusal::invalid(format!("{shown} is given twice")));
            }
        }
        Ok(Self(found))
    }

    /// A parameter, if it is there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    pub fn need(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| Refusal::invalid(format!("{name} is required")))
    }

    /// All of them, written as an address holds them.
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// The form that a request posts.
    pub async fn of_form(request: Request) -> Result<Self> {
        if !is(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Refusal::invalid("The body must be application/x-www-form-urlencoded"));
        }
        Self::read(&body(request).await?)
    }
}

/// Whether a request's body is of this type.
pub fn is(headers: &HeaderMap, kind: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind)
}

/// The bytes of a body.
pub async fn body(request: Request) -> Result<Bytes> {
    Bytes::from_request(request, &()).await.map_err(|_| Refusal::invalid("The body is too large, or could not be read"))
}
