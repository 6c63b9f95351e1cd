//! Native `<dialog>`: the focus trap, Esc and the way back to the opener come from the browser.

use super::button::Look;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Event, HtmlElement};

/// A modal surface; `Confirm` and `Drawer` are made of it. Content exists only while open.
#[component]
pub fn Modal(
    /// Unique on the page; the title gets `{id}-title`.
    #[prop(into)]
    id: String,
    #[prop(into)] open: Signal<bool>,
    /// Esc, the backdrop, or the close button ask for it; closing is up to the owner of `open`.
    #[prop(into)]
    on_close: Callback<()>,
    #[prop(default = "dialog")] class: &'static str,
    /// Selector of what takes the focus, if not the first field.
    #[prop(optional)]
    focus: Option<&'static str>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<DialogElement>::new();
    let at_first = open.get_untracked();
    Effect::new(move |was: Option<bool>| {
        let now = open.get();
        if was != Some(now) {
            request_animation_frame(move || sync(node, open, focus));
        }
        now
    });
    let on_click = move |ev: MouseEvent| {
        let on_backdrop = node.get_untracked().is_some_and(|dialog| ev.target().as_ref() == Some(dialog.as_ref()));
        if on_backdrop {
            on_close.try_run(());
        }
    };
    let on_key = move |ev: KeyboardEvent| {
        if ev.key() == "Escape" && !ev.default_prevented() {
            ev.prevent_default();
            ev.stop_propagation();
            on_close.try_run(());
        }
    };
    view! {
        <dialog
            node_ref=node
            class=class
            open=at_first
            aria-labelledby=format!("{id}-title")
            on:mousedown=on_click
            on:keydown=on_key
            on:cancel=move |ev: Event| {
                ev.prevent_default();
                on_close.try_run(());
            }
        >
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}

/// Make the element agree with the signal.
fn sync(node: NodeRef<DialogElement>, open: Signal<bool>, focus: Option<&'static str>) {
    let Some(dialog) = node.try_get_untracked().flatten() else { return };
    match open.try_get_untracked() {
        Some(true) => {
            if dialog.matches(":modal").unwrap_or(false) {
                return;
            }
            // Rendered open by the server, so that it can be read without scripts; now make it modal.
            let _ = dialog.remove_attribute("open");
            let _ = dialog.show_modal();
            let first = "input:not([type=hidden]):not(:disabled), select, textarea";
            let target = dialog.query_selector(focus.unwrap_or(first)).ok().flatten();
            if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
                let _ = target.focus();
            }
        }
        _ => dialog.close(),
    }
}

/// Ask once. Cancel has the focus; something irreversible wants its name typed.
#[component]
pub fn Confirm(
    #[prop(into)] id: String,
    #[prop(into)] open: Signal<bool>,
    /// Names the thing: "Delete Acme Ltd?".
    #[prop(into)]
    title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    #[prop(default = "Confirm".into(), into)] confirm: String,
    #[prop(default = "Cancel".into(), into)] cancel: String,
    #[prop(optional)] danger: bool,
    /// Must be typed before confirming.
    #[prop(optional, into)]
    type_name: Signal<Option<String>>,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let ready = Signal::derive(move || type_name.get().is_none_or(|name| typed.get().trim() == name));
    Effect::new(move |_| {
        if !open.get() {
            typed.set(String::new());
        }
    });
    let look = if danger { Look::Danger } else { Look::Primary };
    let title_id = format!("{id}-title");
    let input_id = format!("{id}-name");
    view! {
        <Modal id=id open=open on_close=on_close focus="[data-cancel]">
            <h2 id=title_id.clone()>{title}</h2>
            <p class="dialog-text">{text}</p>
            {
                let input_id = input_id.clone();
                move || {
                    let id = input_id.clone();
                    type_name.get().map(|name| view! {
                        <div class="field">
                            <label for=id.clone()><span>"Type " <strong>{name}</strong> " to confirm"</span></label>
                            <input id=id class="input" autocomplete="off" on:input:target=move |ev| typed.set(ev.target().value()) />
                        </div>
                    })
                }
            }
            <div class="dialog-foot">
                <button type="button" class="btn" data-cancel on:click=move |_| { on_close.try_run(()); }>{cancel.clone()}</button>
                <button
                    type="button"
                    class=look.class()
                    aria-disabled=move || (!ready.get()).then_some("true")
                    on:click=move |_| if ready.get_untracked() { on_confirm.try_run(()); }
                >
                    {confirm.clone()}
                </button>
            </div>
        </Modal>
    }
}
