//! Light, dark, or as the system says. The choice is a cookie, so the server renders it right from the first byte.

use super::icon::Icon;
use super::platform;
use leptos::prelude::*;

/// The theme chosen, if any: the `data-theme` of the document.
pub fn chosen() -> Option<&'static str> {
    match platform::cookie("theme").as_deref() {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        _ => None,
    }
}

/// Runs before first paint, for documents a cache gave out without our cookie.
pub const BEFORE_PAINT: &str =
    "try{var t=localStorage.getItem('theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}";

const THEMES: [(Option<&str>, &str, Icon); 3] =
    [(None, "System theme", Icon::SunMoon), (Some("light"), "Light theme", Icon::Sun), (Some("dark"), "Dark theme", Icon::Moon)];

/// Three buttons, one pressed.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let theme = RwSignal::new(chosen());
    let button = move |(own, label, icon): (Option<&'static str>, &'static str, Icon)| {
        let press = move |_| {
            theme.set(own);
            platform::set_theme(own);
        };
        let pressed = move || if theme.get() == own { "true" } else { "false" };
        view! {
            <button type="button" aria-label=label title=label aria-pressed=pressed on:click=press>{icon.sized(14)}</button>
        }
    };
    view! { <div class="theme-toggle" role="group" aria-label="Theme">{THEMES.map(button).collect_view()}</div> }
}
