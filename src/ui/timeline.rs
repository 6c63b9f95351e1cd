//! One thing that happened: by whom, when, and what it was about.

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

/// Its place in a list `timeline`; `fresh` if it came while the page was open.
pub fn entry(item: Happening, fresh: bool) -> AnyView {
    let Happening { text, actor, at, tone, href } = item;
    let class = if fresh { "happening happening-fresh" } else { "happening" };
    view! {
        <li class=class data-tone=tone.name()>
            <div>{text}</div>
            <p class="happening-meta">
                <span>{actor}</span>
                <span aria-hidden="true">"·"</span>
                <Ago at=at focusable=true />
                {href.map(|href| view! { <a href=href data-noscroll="">"Event"</a> })}
            </p>
        </li>
    }
    .into_any()
}
