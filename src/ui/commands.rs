//! What a page offers beyond its own surface: its actions to the command palette and to single
//! keys, the way up to the page above it, its heading to the list of recent pages.

use super::icon::Icon;
use super::menu::{Go, MenuItem};
use leptos::prelude::*;

/// The key that creates what a page is about.
pub const CREATE: &str = "C";
/// The key that edits what a page is about.
pub const EDIT: &str = "E";

/// Something to do on this page.
#[derive(Clone)]
pub(super) struct Offer {
    id: u32,
    pub label: String,
    pub icon: Option<Icon>,
    pub go: Go,
    /// The single key that does it.
    pub key: Option<&'static str>,
    /// Keep the scroll position.
    pub stay: bool,
    /// Leads to the page above.
    pub up: bool,
}

/// What the pages of the site offer.
#[derive(Clone, Copy)]
pub struct Commands {
    offers: RwSignal<Vec<Offer>>,
    next: StoredValue<u32>,
    /// Path and heading of the page that is shown.
    pub(super) shown: RwSignal<Option<(String, String)>>,
}

/// What this page's parts offer.
pub fn use_commands() -> Commands {
    use_context::<Commands>().unwrap_or_else(provide_commands)
}

/// Called once by `App`.
pub fn provide_commands() -> Commands {
    let commands = Commands { offers: RwSignal::default(), next: StoredValue::new(0), shown: RwSignal::new(None) };
    provide_context(commands);
    commands
}

impl Commands {
    /// Offer a link until the current component is gone; `None` while one may not follow it.
    pub fn link(
        self,
        link: impl Fn() -> Option<(String, String)> + 'static,
        icon: Option<Icon>,
        key: Option<&'static str>,
        stay: bool,
    ) {
        self.offer(move |id| {
            let (label, href) = link()?;
            Some(Offer { id, label, icon, go: Go::Link(href), key, stay, up: false })
        });
    }

    /// Offer a line of a menu until the current component is gone, unless it is off.
    pub fn item(self, item: MenuItem) {
        self.offer(move |id| {
            let MenuItem { label, icon, go, why_not, .. } = item.clone();
            why_not.is_none().then_some(Offer { id, label, icon, go, key: None, stay: false, up: false })
        });
    }

    /// Offer the way to the page above this one.
    pub fn up(self, label: String, href: String) {
        self.offer(move |id| {
            let (label, go) = (format!("Up to {label}"), Go::Link(href.clone()));
            Some(Offer { id, label, icon: Some(Icon::ArrowUp), go, key: None, stay: false, up: true })
        });
    }

    fn offer(self, make: impl Fn(u32) -> Option<Offer> + 'static) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        // An effect: the server makes no offers, nobody could take them there.
        Effect::new(move |_| {
            let made = make(id);
            self.offers.update(|offers| {
                offers.retain(|offer| offer.id != id);
                offers.extend(made);
                offers.sort_by_key(|offer| offer.id);
            });
        });
        on_cleanup(move || {
            self.offers.try_update(|offers| offers.retain(|offer| offer.id != id));
        });
    }

    /// What is offered now, in the order of the page.
    pub(super) fn get(self) -> Vec<Offer> {
        self.offers.get()
    }
}
