//! Unsaved work: whatever would throw it away asks first.

use super::dialog::Confirm;
use super::platform;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Knows every form with unsaved work on the page.
#[derive(Clone, Copy)]
pub struct Guard {
    watched: RwSignal<Vec<RwSignal<bool>>>,
    question: RwSignal<Option<Callback<()>>>,
    here: StoredValue<String>,
}

impl Guard {
    /// Ask before `dirty` work is left, until the current component is gone.
    pub fn watch(self, dirty: RwSignal<bool>) {
        self.watched.update(|watched| watched.push(dirty));
        on_cleanup(move || {
            self.watched.try_update(|watched| watched.retain(|other| *other != dirty));
        });
    }

    /// Is there unsaved work?
    pub fn is_dirty(self) -> bool {
        self.watched.with_untracked(|watched| watched.iter().any(|dirty| dirty.try_get_untracked() == Some(true)))
    }

    /// Run `leave` now, or after "Discard" if there is unsaved work.
    pub fn attempt(self, leave: impl Into<Callback<()>>) {
        let leave = leave.into();
        if self.is_dirty() {
            self.question.set(Some(leave));
        } else {
            leave.try_run(());
        }
    }

    fn discard(self) {
        for dirty in self.watched.get_untracked() {
            dirty.try_set(false);
        }
        if let Some(leave) = self.question.get_untracked() {
            self.question.set(None);
            leave.try_run(());
        }
    }
}

/// The page's guard.
pub fn use_guard() -> Guard {
    use_context::<Guard>().unwrap_or_else(provide_guard)
}

/// Called once by `App`, before the router: on `window` listeners run in the order they were added,
/// and going back must be asked about before the router acts on it.
pub fn provide_guard() -> Guard {
    let guard = Guard { watched: RwSignal::default(), question: RwSignal::new(None), here: StoredValue::default() };
    provide_context(guard);
    let ask = move |leave: Box<dyn Fn() + Send + Sync>| guard.question.set(Some(Callback::new(move |()| leave())));
    platform::watch_history(move || guard.here.get_value(), move || guard.is_dirty(), ask);
    guard
}

/// The question itself. Once, in `App`, inside the router.
#[component]
pub fn GuardHost() -> impl IntoView {
    let guard = use_guard();
    let location = use_location();
    Effect::new(move |_| {
        let (path, search) = (location.pathname.get(), location.search.get());
        guard.here.set_value(if search.is_empty() { path } else { format!("{path}?{search}") });
    });
    view! {
        <Confirm
            id="leave"
            open=Signal::derive(move || guard.question.get().is_some())
            title="Discard changes?"
            text="What you entered here has not been saved."
            confirm="Discard"
            cancel="Keep editing"
            danger=true
            on_close=move || guard.question.set(None)
            on_confirm=move || guard.discard()
        />
    }
}
