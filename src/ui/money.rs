//! Amounts on the page. The text comes formatted from `kit::money`; here it only gets its place.

use leptos::prelude::*;

/// An amount in tabular figures. In tables, put it in a `Column::amount` column.
#[component]
pub fn Money(
    /// Ready text such as `€1,234.50`.
    #[prop(into)]
    text: Signal<String>,
    /// Larger, for headers and cards.
    #[prop(optional)]
    big: bool,
) -> impl IntoView {
    view! { <span class=if big { "money money-big" } else { "money" }>{text}</span> }
}

/// A dash for a cell without a value, with words for those who cannot see it.
#[component]
pub fn Nothing(
    /// What is missing, such as "no e-mail".
    #[prop(default = "none".into(), into)]
    what: String,
) -> impl IntoView {
    view! { <span class="nothing" aria-hidden="true">"–"</span><span class="sr-only">{what}</span> }
}
