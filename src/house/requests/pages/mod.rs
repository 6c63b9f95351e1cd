//! The dashboard's pages about calls of the API.

mod detail;
mod list;

pub use {detail::ApiRequestPage, list::ApiRequestsPage};

use super::model::ApiRequest;
use crate::ui::Tone;

/// How an answer's status looks.
fn tone(status: u16) -> Tone {
    match status {
        0..400 => Tone::Good,
        400..500 => Tone::Warn,
        _ => Tone::Bad,
    }
}

/// `200`, or for a call that was given up what that means.
fn status_text(request: &ApiRequest) -> String {
    match request.status {
        499 => "499 Given up by the caller".to_owned(),
        status => status.to_string(),
    }
}

/// `0.8 ms`, `12 ms`, `1.2 s`.
fn latency_text(us: i64) -> String {
    match us {
        0..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        10_000..1_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}
