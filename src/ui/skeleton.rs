//! Placeholders of the size of what will come.

use leptos::prelude::*;

/// `lines` grey bars, shown only after 150 ms so that a fast answer shows none.
#[component]
pub fn Skeleton(#[prop(default = 5)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
        <p class="sr-only" role="status">"Loading"</p>
    }
}
