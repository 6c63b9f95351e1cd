//! The server's half of `platform`: it knows the request's cookies and the machine's clock.

use crate::kit::clock::Clock;
use leptos::prelude::*;

/// A cookie of the request being answered.
pub fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let header = parts.headers.get(http::header::COOKIE)?.to_str().ok()?;
    header.split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// The machine's clock in milliseconds since 1970.
pub fn machine_now() -> i64 {
    Clock::system().0
}

/// The time this page was made.
pub fn page_now() -> i64 {
    machine_now()
}

/// Answer with this HTTP status.
pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Browser only.
pub fn set_cookie(_name: &str, _value: &str) {}

/// Browser only.
pub fn set_theme(_theme: Option<&str>) {}

/// Browser only.
pub fn after_press(_run: impl FnOnce() + 'static) {}

/// Browser only.
pub fn copy_text(_text: &str, _done: impl FnOnce(bool) + 'static) {}

/// Browser only.
pub fn place_menu(_menu: &str, _button: &str, _left: bool) {}

/// Browser only.
pub fn is_restoring() -> bool {
    false
}

/// Browser only.
pub fn busy(_change: i32) {}

/// Browser only.
pub fn watch_history(
    _here: impl Fn() -> String + 'static,
    _dirty: impl Fn() -> bool + 'static,
    _ask: impl Fn(Box<dyn Fn() + Send + Sync>) + 'static,
) {
}

/// Browser only.
pub fn read_file(_input_id: &str, _done: impl FnOnce(f64, String) + 'static) {}

/// Browser only.
pub struct Listener;

/// Browser only.
pub fn listen_to(_path: String, _on_message: impl Fn(String) + 'static) -> Listener {
    Listener
}

/// Browser only.
pub fn is_mac() -> bool {
    false
}

/// Browser only.
pub fn stored(_key: &str) -> Option<String> {
    None
}

/// Browser only.
pub fn store(_key: &str, _value: &str) {}

/// Lower case, without accents.
pub fn fold(text: &str) -> String {
    crate::kit::search::fold(text)
}

/// Browser only.
pub fn scroll_into_view(_id: &str) {}

/// Leptos writes what stands in `<title>` and `<textarea>` into the page as it is: a text must not end
/// the element.
pub fn raw_text(text: String) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Browser only: the server redirects.
pub fn sign_in_again() {}

/// Browser only.
pub async fn call_api(_method: &str, _path: &str, _key: &str, _body: String) -> Result<(u16, String), String> {
    Err("only browsers call the API".into())
}
