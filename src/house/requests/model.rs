//! A call of the API as it is remembered, and the command that would repeat it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kit::{Id, Named, Time, timeline::Occurrence};

/// Stands where a secret was.
pub const MASK: &str = "[masked]";
/// How long calls are remembered, days.
pub const DAYS_KEPT: i64 = 30;
/// Calls of one key that are counted; there may be more.
pub const CALLS_COUNTED_MAX: i64 = 100_000;

/// One call of `/v2` and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRequest {
    pub id: Id<ApiRequest>,
    /// The id that the answer's `X-Request-Id`, the server's log and events carry.
    pub request_id: String,
    pub method: String,
    pub path: String,
    /// The operation's path with its parameters' names: `/v2/products/{id}`.
    pub route: String,
    /// What follows the `?`, masked.
    pub query: Option<String>,
    pub status: u16,
    /// From the moment the caller was known to the answer's head, microseconds.
    pub latency_us: i64,
    /// `key`, `user` (a session's key) or another kind of caller.
    pub actor_kind: String,
    pub actor_id: String,
    pub actor_name: String,
    pub idempotency_key: Option<String>,
    /// The answer was the stored one of an earlier call.
    pub replayed: bool,
    /// The version of the API that was spoken, if the dialect has versions.
    pub version: Option<String>,
    /// Empty if unknown.
    pub ip: String,
    pub user_agent: String,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub headers: Headers,
    /// By the machine's clock, in test mode too.
    pub created_at: Time,
}

impl Named for ApiRequest {
    const NAME: &'static str = "api_request";
}

/// The headers that tell something, without secrets, in the order of the call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headers {
    pub request: Vec<(String, String)>,
    pub response: Vec<(String, String)>,
}

/// A body, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Its content type; empty if none was said.
    pub media_type: String,
    pub bytes: i64,
    /// Masked JSON; `None` if it was something else or too large. Ends with `…` if it was cut.
    pub text: Option<String>,
}

impl Body {
    /// The text for people, and the places of what is masked in it.
    pub fn pretty(&self) -> Option<(String, Vec<String>)> {
        let text = self.text.as_ref()?;
        let Ok(value) = serde_json::from_str::<Value>(text) else {
            return Some((text.clone(), if text.contains(MASK) { vec!["…".to_owned()] } else { vec![] }));
        };
        let mut places = Vec::new();
        find_masked(&value, "", &mut places);
        Some((format!("{value:#}"), places))
    }
}

fn find_masked(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains(MASK) => found.push(place.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| find_masked(item, &format!("{place}[{at}]"), found));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            let dot = if place.is_empty() { "" } else { "." };
            find_masked(member, &format!("{place}{dot}{name}"), found);
        }),
        _ => {}
    }
}

/// A call with what its page shows beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiRequestView {
    pub request: ApiRequest,
    /// What a write said.
    pub sent: Option<Body>,
    /// What a write was answered.
    pub answered: Option<Body>,
    /// The events it caused, of objects that the reader may see.
    pub caused: Vec<Caused>,
}

/// An event that a call caused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caused {
    pub event: Occurrence,
    pub object_type: String,
    pub object_id: String,
}

/// How much a key is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    pub key_id: String,
    /// Since midnight UTC; at most [`CALLS_COUNTED_MAX`] are counted.
    pub today: i64,
    /// In the last sixty minutes.
    pub hour: i64,
    /// Of today's, those refused with 429.
    pub limited: i64,
}

/// A command that repeats a call, and what to know before running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    pub command: String,
    pub remarks: Vec<String>,
}

impl ApiRequestView {
    /// The call as a curl command against a server; the secret is taken from `$KEY`.
    pub fn as_curl(&self, origin: &str) -> Replay {
        let request = &self.request;
        let mut remarks = Vec::new();
        let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let mut lines = vec![format!("curl -X {} {}", request.method, quoted(&format!("{origin}{}{query}", request.path)))];
        if format!("{}{query}", request.path).contains(MASK) {
            remarks.push(format!("The address held a secret: put it where {MASK} stands."));
        }
        for (name, value) in &request.headers.request {
            lines.push(match name.as_str() {
                "x-api-key" => "-H \"x-api-key: $KEY\"".to_owned(),
                "authorization" => "-H \"Authorization: Bearer $KEY\"".to_owned(),
                name => format!("-H {}", quoted(&format!("{name}: {value}"))),
            });
        }
        if request.idempotency_key.is_some() {
            remarks.push("Idempotency-Key is left out: with it, the stored answer would come back.".to_owned());
        }
        self.body_lines(&mut lines, &mut remarks);
        Replay { command: lines.join(" \\\n  "), remarks }
    }

    fn body_lines(&self, lines: &mut Vec<String>, remarks: &mut Vec<String>) {
        let Some(sent) = self.sent.as_ref().filter(|sent| sent.bytes > 0) else { return };
        match sent.pretty() {
            Some((text, masked)) => {
                if text.ends_with('…') {
                    remarks.push("The body was longer than what is kept: complete it.".to_owned());
                }
                if !masked.is_empty() {
                    remarks.push(format!("Masked, to be filled in: {}.", masked.join(", ")));
                }
                lines.push(format!("-d {}", quoted(&text)));
            }
            None => {
                remarks.push(format!("The body ({} bytes) is not kept: put it into the file body.", sent.bytes));
                lines.push("--data-binary @body".to_owned());
            }
        }
    }
}

/// A word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Calls are listed newest first, and in no other order: the list is too long to be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    CreatedAt,
}
