//! Server-sent events, as long as somebody looks at the page.

use futures::StreamExt as _;
use gloo_net::eventsource::futures::EventSource;
use leptos::prelude::{document, set_timeout};
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};

/// Longest pause between two tries, seconds.
const PAUSE_MAX: f64 = 60.0;

/// Listens until dropped. A hidden tab does not listen: browsers open few connections to one server.
pub struct Listener {
    state: Rc<State>,
    visibility: Closure<dyn Fn()>,
}

struct State {
    path: String,
    on_message: Box<dyn Fn(String)>,
    source: RefCell<Option<EventSource>>,
    /// Counts openings and closings: what an older one still says is not heard.
    turn: Cell<u32>,
    failures: Cell<u32>,
    left: Cell<bool>,
}

/// Hears what the server says at `path`. Whoever listens again after a pause is told by the server's
/// first message where things stand.
pub fn listen_to(path: String, on_message: impl Fn(String) + 'static) -> Listener {
    let state = Rc::new(State {
        path,
        on_message: Box::new(on_message),
        source: RefCell::default(),
        turn: Cell::new(0),
        failures: Cell::new(0),
        left: Cell::new(false),
    });
    let weak = Rc::downgrade(&state);
    let visibility = Closure::<dyn Fn()>::new(move || agree(&weak));
    let _ = document().add_event_listener_with_callback("visibilitychange", visibility.as_ref().unchecked_ref());
    agree(&Rc::downgrade(&state));
    Listener { state, visibility }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = document().remove_event_listener_with_callback("visibilitychange", self.visibility.as_ref().unchecked_ref());
        self.state.left.set(true);
        self.state.close();
    }
}

/// Make the connection agree with whether the page is seen.
fn agree(state: &Weak<State>) {
    let Some(state) = state.upgrade() else { return };
    if state.left.get() || document().hidden() {
        state.close();
    } else if state.source.borrow().is_none() {
        open(&state);
    }
}

impl State {
    fn close(&self) {
        self.turn.set(self.turn.get() + 1);
        drop(self.source.take());
    }
}

fn open(state: &Rc<State>) {
    let Ok(mut source) = EventSource::new(&state.path) else { return };
    let Ok(mut messages) = source.subscribe("message") else { return };
    state.source.replace(Some(source));
    let turn = state.turn.get();
    let weak = Rc::downgrade(state);
    spawn_local(async move {
        // The browser itself opens again what was cut off; an error says that it gave up.
        while let Some(Ok((_, message))) = messages.next().await {
            let Some(state) = weak.upgrade().filter(|state| state.turn.get() == turn) else { return };
            state.failures.set(0);
            if let Some(text) = message.data().as_string() {
                (state.on_message)(text);
            }
        }
        if let Some(state) = weak.upgrade().filter(|state| state.turn.get() == turn) {
            state.close();
            try_later(&state);
        }
    });
}

/// Twice as long after each failure, and not all tabs of a business at once.
fn try_later(state: &Rc<State>) {
    let failures = state.failures.get();
    state.failures.set(failures + 1);
    let pause = 2_f64.powi(failures.min(10) as i32).min(PAUSE_MAX) * (0.5 + js_sys::Math::random());
    let weak = Rc::downgrade(state);
    set_timeout(move || agree(&weak), Duration::from_secs_f64(pause));
}
