//! Copy to the clipboard, with confirmation.

use super::icon::Icon;
use super::platform;
use leptos::prelude::*;
use std::time::Duration;

/// A small button that copies `text` and says so.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied, as in "Copy customer id".
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let said = RwSignal::new("");
    let copy = move |_| {
        platform::copy_text(&text.get_untracked(), move |ok| {
            said.set(if ok { "Copied" } else { "Copying failed" });
            set_timeout(
                move || {
                    said.try_set("");
                },
                Duration::from_secs(2),
            );
        });
    };
    view! {
        <span class="copy">
            <button type="button" class="btn btn-quiet btn-icon btn-small" aria-label=format!("Copy {what}") on:click=copy>
                {move || if said.get() == "Copied" { Icon::Check.sized(14) } else { Icon::Copy.sized(14) }}
            </button>
            <span class="copy-said" role="status">{said}</span>
        </span>
    }
}

/// An id in fixed-width figures with its copy button.
#[component]
pub fn CopyId(#[prop(into)] id: String, #[prop(default = "id".into(), into)] what: String) -> impl IntoView {
    view! { <span class="copy-id"><code>{id.clone()}</code><CopyButton text=id what=what /></span> }
}
