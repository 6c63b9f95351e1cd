//! Buttons and links that look like buttons.

use super::commands::use_commands;
use super::icon::Icon;
use leptos::prelude::*;

/// How much a button asks for attention. One `Primary` per view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing this view is for.
    Primary,
    /// Everything else.
    #[default]
    Plain,
    /// Toolbars and rows: no frame until hovered.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Look {
    /// The CSS class of this look.
    pub fn class(self) -> &'static str {
        match self {
            Look::Primary => "btn btn-primary",
            Look::Plain => "btn",
            Look::Quiet => "btn btn-quiet",
            Look::Danger => "btn btn-danger",
        }
    }
}

/// A button. `why_not` turns it off with a reason: it stays focusable, says why, and does nothing.
#[component]
pub fn Button(
    /// What it says, and its accessible name.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional)] look: Look,
    #[prop(optional, into)] icon: Option<Icon>,
    /// Why it cannot be pressed now; `None` when it can.
    #[prop(optional, into)]
    why_not: Signal<Option<String>>,
    /// Set in forms that are not `ui::form` forms.
    #[prop(default = "button")]
    kind: &'static str,
    /// Unique on the page; only needed together with `why_not`.
    #[prop(optional, into)]
    id: String,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
) -> impl IntoView {
    let reason_id = if id.is_empty() { String::new() } else { format!("{id}-why") };
    let described = reason_id.clone();
    view! {
        <button
            type=kind
            class=look.class()
            id=(!id.is_empty()).then_some(id)
            aria-disabled=move || why_not.get().is_some().then_some("true")
            aria-describedby=move || (why_not.get().is_some() && !described.is_empty()).then(|| described.clone())
            title=move || why_not.get()
            on:click=move |ev| {
                if why_not.get_untracked().is_some() {
                    ev.prevent_default();
                } else if let Some(on_press) = on_press {
                    on_press.try_run(());
                }
            }
        >
            {icon.map(Icon::view)}
            <span>{label}</span>
        </button>
        {move || why_not.get().map(|why| view! { <span class="sr-only" id=reason_id.clone()>{why}</span> })}
    }
}

/// A link that looks like a button: it goes somewhere, so it opens in a new tab as links do.
/// `why_not` makes it a button that is off, with the reason.
#[component]
pub fn LinkButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] look: Look,
    #[prop(optional, into)] icon: Option<Icon>,
    /// Keep the scroll position: for links that open a drawer over this page.
    #[prop(optional)]
    stay: bool,
    /// Why one cannot go there now; `None` when one can.
    #[prop(optional, into)]
    why_not: Signal<Option<String>>,
    /// Unique on the page; only needed together with `why_not`.
    #[prop(optional, into)]
    id: String,
    /// The single key that follows it; with one it is in the command palette too.
    #[prop(optional)]
    key: Option<&'static str>,
) -> impl IntoView {
    if key.is_some() {
        let link = move || why_not.get().is_none().then(|| (label.get(), href.get()));
        use_commands().link(link, icon, key, stay);
    }
    let off = Memo::new(move |_| why_not.read().is_some());
    move || {
        if off.get() {
            let id = id.clone();
            return match icon {
                Some(icon) => view! { <Button label=label look=look icon=icon why_not=why_not id=id /> }.into_any(),
                None => view! { <Button label=label look=look why_not=why_not id=id /> }.into_any(),
            };
        }
        view! {
            <a class=look.class() href=move || href.get() aria-keyshortcuts=key data-noscroll=stay.then_some("")>
                {icon.map(Icon::view)}
                <span>{label}</span>
            </a>
        }
        .into_any()
    }
}

/// A square button with an icon only; the label is its accessible name and tooltip.
#[component]
pub fn IconButton(#[prop(into)] label: Signal<String>, icon: Icon, #[prop(into)] on_press: Callback<()>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn btn-quiet btn-icon"
            aria-label=move || label.get()
            title=move || label.get()
            on:click=move |_| { on_press.try_run(()); }
        >
            {icon.view()}
        </button>
    }
}
