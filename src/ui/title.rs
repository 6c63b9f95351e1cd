//! The heading of a page: document title, `h1`, focus and announcement after navigation.

use super::commands::use_commands;
use super::platform;
use leptos::html::H1;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What was said last to screen readers, and for which path.
#[derive(Clone, Copy)]
pub struct Announcer {
    said: RwSignal<String>,
    path: StoredValue<Option<String>>,
}

/// Called once by `App`.
pub fn provide_announcer() -> Announcer {
    let announcer = Announcer { said: RwSignal::default(), path: StoredValue::new(None) };
    provide_context(announcer);
    announcer
}

/// The live region; once, in `App`.
#[component]
pub fn AnnouncerRegion() -> impl IntoView {
    let announcer = use_context::<Announcer>();
    view! { <div class="sr-only" aria-live="assertive" aria-atomic="true">{move || announcer.map(|a| a.said.get())}</div> }
}

/// The one `h1` of a page. Sets the title; after client navigation it takes the focus and is read out.
#[component]
pub fn PageTitle(
    #[prop(into)] text: Signal<String>,
    /// Says why there is no page; nobody wants to come back to that.
    #[prop(optional)]
    lost: bool,
) -> impl IntoView {
    let node = NodeRef::<H1>::new();
    let announcer = use_context::<Announcer>();
    let path = use_location().pathname;
    let commands = use_commands();
    Effect::new(move |_| commands.shown.set((!lost).then(|| (path.get_untracked(), text.get()))));
    Effect::new(move |_| {
        let now = path.get_untracked();
        let (Some(announcer), Some(heading)) = (announcer, node.get()) else { return };
        let before = announcer.path.try_update_value(|path| path.replace(now.clone())).flatten();
        if before.as_ref().is_none_or(|before| *before == now) {
            return;
        }
        announcer.said.set(text.get_untracked());
        if !platform::is_restoring() {
            let _ = heading.focus();
        }
    });
    // The document's head is written last, when a body that was rendered anew has disposed of its
    // first signals.
    let first = text.get_untracked();
    view! {
        <Title text=move || platform::raw_text(text.try_get().unwrap_or_else(|| first.clone())) />
        <h1 node_ref=node tabindex="-1">{text}</h1>
    }
}

/// A heading or label inside a sentence: "Name" as "name", "API keys" as they are.
pub fn inside(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(label.chars().skip(1)).collect(),
        _ => label.to_owned(),
    }
}
