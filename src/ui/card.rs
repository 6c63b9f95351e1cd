//! Cards and key figures.

use leptos::prelude::*;

/// A titled box.
#[component]
pub fn Card(
    #[prop(into)] title: String,
    /// Beside the title: a link or a button.
    #[prop(optional, into)]
    aside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card">
            <header class="card-head"><h2>{title}</h2>{aside}</header>
            <div class="card-body">{children()}</div>
        </section>
    }
}

/// How a figure changed against the period before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Such as `+12.5 %`; `good` decides the colour, the sign and arrow say it in words.
    Change { text: String, up: bool, good: bool },
    /// There was nothing to compare with.
    New,
}

/// A key figure that opens the list it sums up.
#[component]
pub fn Stat(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional, into)] note: Option<String>,
    #[prop(optional, into)] trend: Signal<Option<Trend>>,
) -> impl IntoView {
    let head = match href {
        Some(href) => view! { <a class="stat-link" href=href>{label}</a> }.into_any(),
        None => view! { <span>{label}</span> }.into_any(),
    };
    view! {
        <div class="stat">
            <div class="stat-label">{head}</div>
            <div class="stat-value">{value}</div>
            <div class="stat-note">{move || trend.get().map(trend_view)} " " {note}</div>
        </div>
    }
}

fn trend_view(trend: Trend) -> AnyView {
    match trend {
        Trend::New => view! { <span class="trend" data-tone="neutral">"new"</span> }.into_any(),
        Trend::Change { text, up, good } => {
            let tone = if good { "good" } else { "bad" };
            let arrow = if up { "↑ " } else { "↓ " };
            view! { <span class="trend" data-tone=tone><span aria-hidden="true">{arrow}</span>{text}</span> }.into_any()
        }
    }
}
