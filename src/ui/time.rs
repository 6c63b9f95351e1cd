//! Points in time: relative words, exact UTC on hover and focus.
//!
//! "Now" comes from the server with the page, so both sides render the same words
//! and a server running on a test clock is believed.

use super::platform;
use leptos::prelude::*;
use std::time::Duration;

/// The page's clock, in milliseconds since 1970. Ticks twice a minute in the browser.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<i64>);

/// Give the server's time to `App` before rendering; without it the machine's clock counts.
#[derive(Clone, Copy)]
pub struct ServerNow(pub i64);

/// Start the page's clock; called once by `App`.
pub fn provide_clock() {
    let clock = RwSignal::new(page_now());
    provide_context(Clock(clock));
    Effect::new(move |_| {
        let start = platform::machine_now();
        let offset = page_now() - start;
        let tick = set_interval_with_handle(move || clock.set(platform::machine_now() + offset), Duration::from_secs(30));
        on_cleanup(move || {
            if let Ok(tick) = tick {
                tick.clear();
            }
        });
    });
}

/// The time of the request this page answers.
pub fn page_now() -> i64 {
    use_context::<ServerNow>().map_or_else(platform::page_now, |now| now.0)
}

/// A time in relative words. `focusable` lets keyboards reach the exact time too.
#[component]
pub fn Ago(
    /// Milliseconds since 1970.
    at: i64,
    #[prop(optional)] focusable: bool,
) -> impl IntoView {
    let clock = use_context::<Clock>();
    let words = move || relative(at, clock.map_or(at, |clock| clock.0.get()));
    view! { <time class="time" datetime=iso(at) title=exact(at) tabindex=focusable.then_some("0")>{words}</time> }
}

/// A calendar date, such as `15 Jun 2026`, exact on hover.
#[component]
pub fn Date(at: i64) -> impl IntoView {
    view! { <time class="time" datetime=iso(at) title=exact(at)>{date(at)}</time> }
}

/// A moment to the second, such as `15 Jun 12:00:00`, in UTC; to the millisecond on hover.
#[component]
pub fn Moment(at: i64) -> impl IntoView {
    view! { <time class="time" datetime=iso(at) title=text(at, "%Y-%m-%d %H:%M:%S%.3f UTC")>{text(at, "%-d %b %H:%M:%S")}</time> }
}

fn text(ms: i64, form: &str) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| at.strftime(form).to_string())
}

/// RFC 3339, to the second.
pub fn iso(ms: i64) -> String {
    text(ms, "%Y-%m-%dT%H:%M:%SZ")
}

/// `2026-06-15 12:00:00 UTC`.
pub fn exact(ms: i64) -> String {
    text(ms, "%Y-%m-%d %H:%M:%S UTC")
}

/// `15 Jun 2026`.
pub fn date(ms: i64) -> String {
    text(ms, "%-d %b %Y")
}

/// `3 minutes ago`, `in 2 days`; a date when more than a month away.
pub fn relative(at: i64, now: i64) -> String {
    let seconds = (now - at) / 1000;
    let away = seconds.abs();
    let (count, unit) = match away {
        0..45 => return "just now".into(),
        45..3_600 => ((away + 30) / 60, "minute"),
        3_600..86_400 => (away / 3_600, "hour"),
        86_400..2_592_000 => (away / 86_400, "day"),
        _ => return date(at),
    };
    let s = if count == 1 { "" } else { "s" };
    if seconds >= 0 { format!("{count} {unit}{s} ago") } else { format!("in {count} {unit}{s}") }
}
