//! Tabs that are links: each has an address, so they survive reload and open in a new tab.

use super::list_query::count_text;
use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its text.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Is it this page?
    pub current: bool,
    /// How many rows it holds, if known.
    pub count: Option<i64>,
}

/// A row of tabs.
#[component]
pub fn Tabs(
    /// What they choose, for screen readers.
    #[prop(into)]
    label: String,
    #[prop(into)] tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    let tab = |tab: Tab| {
        view! {
            <a class="tab" href=tab.href data-noscroll="" aria-current=tab.current.then_some("page")>
                <span>{tab.label}</span>
                {tab.count.map(|count| view! { <span class="tab-count">{count_text(count)}</span> })}
            </a>
        }
    };
    view! { <nav class="tabs" aria-label=label>{move || tabs.get().into_iter().map(tab).collect_view()}</nav> }
}
