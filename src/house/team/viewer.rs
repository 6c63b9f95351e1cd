//! Who looks at the page, known to all of it without asking again.
//!
//! The server finds it out once for each page it renders and writes it into the page; the browser
//! reads it from there. Everything that depends on rights is right in the first paint.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{model::Viewer, rpc};

/// The page's viewer; nobody on the pages for signing in.
#[derive(Clone, Copy)]
pub struct Seen(RwSignal<Option<Viewer>>);

/// Called once by `App`.
pub fn provide_viewer() -> Seen {
    let known = SharedValue::<Option<Viewer>>::new(use_context::<Viewer>);
    let seen = Seen(RwSignal::new(known.into_inner()));
    provide_context(seen);
    seen
}

/// Who looks at this page.
pub fn use_viewer() -> Seen {
    use_context::<Seen>().unwrap_or_else(|| Seen(RwSignal::new(None)))
}

impl Seen {
    /// The viewer; nobody on the pages for signing in.
    pub fn get(self) -> Option<Viewer> {
        self.0.get()
    }

    /// The viewer as the page opened.
    pub fn get_untracked(self) -> Option<Viewer> {
        self.0.get_untracked()
    }

    /// Why something is off, or `None` if the scope is allowed.
    pub fn lacks(self, scope: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.0.with(|viewer| viewer.as_ref().and_then(|viewer| viewer.lacks(scope))))
    }

    /// Whether a scope is allowed.
    pub fn can(self, scope: &str) -> bool {
        self.0.with_untracked(|viewer| viewer.as_ref().is_some_and(|viewer| viewer.can(scope)))
    }

    /// Asks again, after the viewer's own name, role or business has changed.
    pub fn reload(self) {
        spawn_local(async move {
            if let Ok(viewer) = rpc::viewer().await {
                self.0.try_set(Some(viewer));
            }
        });
    }
}
