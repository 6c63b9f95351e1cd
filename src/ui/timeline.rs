//! What happened, newest first: by whom, when, and what it was about.

use super::badge::Tone;
use super::time::Ago;
use leptos::prelude::*;

/// One event.
pub struct Happening {
    /// What happened, with links to the things it names.
    pub text: AnyView,
    /// Who did it.
    pub actor: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Good, bad or plain.
    pub tone: Tone,
    /// Opens payload and deliveries.
    pub href: Option<String>,
}

/// The timeline of an object.
#[component]
pub fn Timeline(items: Vec<Happening>) -> impl IntoView {
    if items.is_empty() {
        return view! { <p class="muted">"Nothing has happened yet."</p> }.into_any();
    }
    let item = |item: Happening| {
        let Happening { text, actor, at, tone, href } = item;
        view! {
            <li class="happening" data-tone=tone.name()>
                <div>{text}</div>
                <p class="happening-meta">
                    <span>{actor}</span>
                    <span aria-hidden="true">"·"</span>
                    <Ago at=at focusable=true />
                    {href.map(|href| view! { <a href=href data-noscroll="">"Event"</a> })}
                </p>
            </li>
        }
    };
    view! { <ol class="timeline">{items.into_iter().map(item).collect_view()}</ol> }.into_any()
}
