//! The browser's half of `platform`: what needs web APIs that the server does not have.

mod api;
mod file;
mod history;
mod live;

pub use api::call_api;
pub use file::read_file;
pub use history::{busy, is_restoring, watch_history};
use leptos::prelude::{document, set_timeout, window};
pub use live::{Listener, listen_to};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlDocument, HtmlElement};

/// A cookie of this page.
pub fn cookie(name: &str) -> Option<String> {
    let cookies = document().unchecked_into::<HtmlDocument>().cookie().ok()?;
    cookies.split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_owned())
    })
}

/// Remember a choice for a year, readable by the server.
pub fn set_cookie(name: &str, value: &str) {
    let line = format!("{name}={value}; path=/; max-age=31536000; samesite=lax");
    let _ = document().unchecked_into::<HtmlDocument>().set_cookie(&line);
}

/// The machine's clock in milliseconds since 1970.
pub fn machine_now() -> i64 {
    js_sys::Date::now() as i64
}

/// The server's time when it made this page.
pub fn page_now() -> i64 {
    let stamp = document().document_element().and_then(|html| html.get_attribute("data-now"));
    stamp.and_then(|stamp| stamp.parse().ok()).unwrap_or_else(machine_now)
}

/// Server only.
pub fn set_status(_status: u16) {}

/// Text needs no escaping here.
pub fn raw_text(text: String) -> String {
    text
}

/// Show a theme now and remember it: `light`, `dark`, or `None` to follow the system.
pub fn set_theme(theme: Option<&str>) {
    let storage = window().local_storage().ok().flatten();
    if let Some(html) = document().document_element() {
        let _ = match theme {
            Some(theme) => html.set_attribute("data-theme", theme),
            None => html.remove_attribute("data-theme"),
        };
    }
    if let Some(storage) = storage {
        let _ = match theme {
            Some(theme) => storage.set_item("theme", theme),
            None => storage.remove_item("theme"),
        };
    }
    set_cookie("theme", theme.unwrap_or("system"));
}

/// Whether shortcuts are written as on a Mac.
pub fn is_mac() -> bool {
    window().navigator().platform().is_ok_and(|name| name.starts_with("Mac") || name.starts_with("iP"))
}

/// What this browser keeps for the site.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keep something for the site. A browser that keeps nothing may refuse.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Lower case, without accents: as the server's search compares.
pub fn fold(text: &str) -> String {
    let whole: String = js_sys::JsString::from(text).normalize("NFKD").into();
    whole.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect()
}

/// Scroll no further than needed to see the element with this id.
pub fn scroll_into_view(id: &str) {
    if let Some(target) = document().get_element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        target.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// To the page for signing in, which leads back here.
pub fn sign_in_again() {
    let location = window().location();
    let here = format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
    let _ = location.assign(&crate::paths::sign_in(&here));
}

/// Run something once no pointer is pressed, and what was clicked has happened: what moves the page
/// between press and release moves it away from under the pointer.
pub fn after_press(run: impl FnOnce() + 'static) {
    if !document().query_selector("main :active, dialog :active").is_ok_and(|pressed| pressed.is_some()) {
        return run();
    }
    let later = Closure::once_into_js(move || set_timeout(run, Duration::ZERO));
    let options = web_sys::AddEventListenerOptions::new();
    options.set_once(true);
    let _ =
        window().add_event_listener_with_callback_and_add_event_listener_options("pointerup", later.unchecked_ref(), &options);
}

/// Put text on the clipboard and tell whether that worked.
pub fn copy_text(text: &str, done: impl FnOnce(bool) + 'static) {
    let promise = window().navigator().clipboard().write_text(text);
    let done = Rc::new(Cell::new(Some(done)));
    let tell = move |ok: bool| {
        let done = done.clone();
        Closure::once(move |_| {
            if let Some(done) = done.take() {
                done(ok);
            }
        })
    };
    let (good, bad) = (tell(true), tell(false));
    let _ = promise.then2(&good, &bad);
    good.forget();
    bad.forget();
}

/// Put an open menu under (or above) its button. Positions go through the CSSOM,
/// which the content security policy allows where `style=` is refused.
pub fn place_menu(menu: &str, button: &str, left: bool) {
    let find = |id: &str| document().get_element_by_id(id)?.dyn_into::<HtmlElement>().ok();
    let (Some(menu), Some(button)) = (find(menu), find(button)) else { return };
    let page = document().document_element();
    let (width, height) = page.map_or((0.0, 0.0), |p| (f64::from(p.client_width()), f64::from(p.client_height())));
    let at = button.get_bounding_client_rect();
    let set = |name: &str, value: Option<f64>| {
        let value = value.map_or("auto".into(), |px| format!("{px}px"));
        let _ = menu.style().set_property(name, &value);
    };
    let above = at.bottom() > height * 0.65;
    set("--menu-top", (!above).then_some(at.bottom() + 4.0));
    set("--menu-bottom", above.then_some(height - at.top() + 4.0));
    set("--menu-left", left.then_some(at.left()));
    set("--menu-right", (!left).then_some((width - at.right()).max(8.0)));
}
