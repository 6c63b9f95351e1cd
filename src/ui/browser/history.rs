//! Going back returns exactly where you were: scroll position and the link that was followed.
//! And leaving unsaved work asks first.

use leptos::prelude::{document, request_animation_frame, window};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BeforeUnloadEvent, Element, Event, HtmlElement, MouseEvent, ScrollRestoration};

#[derive(Clone, Default)]
struct Place {
    top: f64,
    link: Option<String>,
}

thread_local! {
    static PLACES: RefCell<HashMap<String, Place>> = RefCell::default();
    static RESTORING: Cell<bool> = const { Cell::new(false) };
    static BUSY: Cell<i32> = const { Cell::new(0) };
}

/// Is a scroll position being restored? Then the heading must not take the focus.
pub fn is_restoring() -> bool {
    RESTORING.get()
}

/// Count what is still loading; positions are restored when nothing is.
pub fn busy(change: i32) {
    BUSY.set(BUSY.get() + change);
}

/// Install the listeners, once per page. `here` is the router's address, `dirty` tells of
/// unsaved work, `ask` puts the question and runs its argument on "Discard".
pub fn watch_history(
    here: impl Fn() -> String + 'static,
    dirty: impl Fn() -> bool + Clone + 'static,
    ask: impl Fn(Box<dyn Fn() + Send + Sync>) + Clone + 'static,
) {
    if let Ok(history) = window().history() {
        let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
    }
    listen("scroll", |_| {
        if !RESTORING.get() {
            remember(|place| place.top = window().scroll_y().unwrap_or(0.0));
        }
    });
    let unload_dirty = dirty.clone();
    listen("beforeunload", move |ev| {
        if let Ok(history) = window().history() {
            let _ = history.set_scroll_restoration(ScrollRestoration::Auto);
        }
        if unload_dirty() {
            ev.prevent_default();
            ev.unchecked_into::<BeforeUnloadEvent>().set_return_value("unsaved");
        }
    });
    let (click_dirty, click_ask) = (dirty.clone(), ask.clone());
    listen("click", move |ev| on_click(&ev, &click_dirty, &click_ask));
    listen("popstate", move |ev| {
        if dirty() {
            // Stay: put our own address back on top; "Discard" then goes back once more.
            ev.stop_immediate_propagation();
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&here()));
            }
            ask(Box::new(|| {
                let _ = window().history().and_then(|history| history.back());
            }));
        } else {
            restore();
        }
    });
}

fn listen(event: &str, run: impl Fn(Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(run);
    let _ = window().add_event_listener_with_callback_and_bool(event, closure.as_ref().unchecked_ref(), true);
    closure.forget();
}

fn address() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

fn remember(change: impl FnOnce(&mut Place)) {
    PLACES.with_borrow_mut(|places| change(places.entry(address()).or_default()));
}

fn on_click(ev: &Event, dirty: &impl Fn() -> bool, ask: &impl Fn(Box<dyn Fn() + Send + Sync>)) {
    let Some(target) = ev.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Ok(Some(link)) = target.closest("a[href]") else { return };
    let href = link.get_attribute("href").unwrap_or_default();
    remember(|place| place.link = Some(href.clone()));
    let mouse = ev.unchecked_ref::<MouseEvent>();
    let elsewhere = mouse.button() != 0 || mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key();
    if elsewhere || href.starts_with('#') || link.has_attribute("target") || link.has_attribute("data-keep") || !dirty() {
        return;
    }
    ev.prevent_default();
    ask(Box::new(move || {
        let again = document().query_selector(&link_selector(&href)).ok().flatten();
        match again.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
            Some(link) => link.click(),
            None => drop(window().location().set_href(&href)),
        }
    }));
}

fn link_selector(href: &str) -> String {
    format!("a[href=\"{}\"]", href.replace('\\', "\\\\").replace('"', "\\\""))
}

fn restore() {
    let place = PLACES.with_borrow(|places| places.get(&address()).cloned()).unwrap_or_default();
    RESTORING.set(true);
    wait(place, 0);
}

/// Frame by frame until the page is there and tall enough, at most about three seconds.
fn wait(place: Place, frame: u32) {
    request_animation_frame(move || {
        let html = document().document_element();
        let room = html.map_or(0, |html| html.scroll_height() - html.client_height());
        let ready = frame >= 3 && BUSY.get() <= 0 && f64::from(room) >= place.top - 1.0;
        if !ready && frame < 180 {
            return wait(place, frame + 1);
        }
        let selector = place.link.as_deref().map_or("main h1".into(), |href| format!("main {}", link_selector(href)));
        let target = document().query_selector(&selector).ok().flatten();
        if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            let _ = target.focus();
        }
        window().scroll_to_with_x_and_y(0.0, place.top);
        RESTORING.set(false);
    });
}
