//! The three kinds of emptiness, and failure: each says what to do next.

use super::icon::Icon;
use leptos::prelude::*;

/// A centred message in place of content.
#[component]
pub fn Empty(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// What to do next: a button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.sized(22)}
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}

/// The reader lacks the right to see this.
#[component]
pub fn Denied(
    /// Whom to ask.
    #[prop(default = "Ask an owner or admin of this account to give you access.".into(), into)]
    text: String,
) -> impl IntoView {
    view! { <Empty icon=Icon::Key title="You do not have access to this" text=text /> }
}

/// Loading failed.
#[component]
pub fn Failed(#[prop(into)] text: String, #[prop(optional, into)] on_retry: Option<Callback<()>>) -> impl IntoView {
    let retry = on_retry.map(|retry| {
        view! { <button type="button" class="btn" on:click=move |_| { retry.try_run(()); }>"Try again"</button> }
    });
    view! {
        <div role="alert">
            <Empty icon=Icon::Error title="This could not be loaded" text=text>{retry}</Empty>
        </div>
    }
}
