//! The search box of a list.

use super::icon::Icon;
use super::list::ListState;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// Searches as you type; without scripts, on Enter.
#[component]
pub fn SearchBox(
    list: ListState,
    /// Such as "Search customers".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let on_key = move |ev: KeyboardEvent| match ev.key().as_str() {
        "Enter" => {
            ev.prevent_default();
            list.send_text();
        }
        "Escape" if !list.text.get_untracked().is_empty() => {
            ev.prevent_default();
            list.type_text(String::new());
        }
        _ => {}
    };
    let clear = move |_| list.type_text(String::new());
    view! {
        <form class="search" role="search" method="get">
            {Icon::Search.view()}
            <input
                class="input"
                type="search"
                name="q"
                autocomplete="off"
                spellcheck="false"
                aria-label=label.clone()
                placeholder=label
                value=list.query.with_untracked(|query| query.q.clone())
                prop:value=move || list.text.get()
                on:input:target=move |ev| list.type_text(ev.target().value())
                on:keydown=on_key
            />
            <Show when=move || !list.text.read().is_empty()>
                <button type="button" class="search-clear" aria-label="Clear search" on:click=clear>{Icon::Close.sized(14)}</button>
            </Show>
        </form>
    }
}
