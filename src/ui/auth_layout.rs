//! Sign-in and set-up pages: one centred card, working without scripts.

use super::shell::Mark;
use super::title::PageTitle;
use leptos::prelude::*;
use leptos_meta::Title;

/// A centred card under the product's mark.
#[component]
pub fn AuthLayout(
    /// Heading and document title.
    #[prop(into)]
    title: String,
    /// A sentence under it.
    #[prop(optional, into)]
    text: Option<String>,
    /// Below the card: other ways.
    #[prop(optional)]
    foot: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <Title formatter=|title: String| format!("{title} · Merx") />
        <main class="auth" id="main">
            <Mark />
            <div class="auth-card">
                <PageTitle text=title />
                {text.map(|text| view! { <p class="page-intro">{text}</p> })}
                {children()}
            </div>
            {foot.map(|foot| view! { <div class="auth-foot">{foot}</div> })}
        </main>
    }
}
