//! The form element, its summary of errors and its submit button.

use super::Form;
use crate::ui::icon::Icon;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// A form. `on_submit` runs when all checks pass. With `action` it also works without scripts.
#[component]
pub fn FormView(
    form: Form,
    #[prop(optional, into)] on_submit: Option<Callback<()>>,
    /// Where the browser posts it natively: always without scripts, and with scripts if there is no `on_submit`.
    #[prop(optional, into)]
    action: Option<String>,
    children: Children,
) -> impl IntoView {
    provide_context(form);
    let submit = move |ev: SubmitEvent| {
        let native = on_submit.is_none();
        if form.busy.get_untracked() || !form.validate() {
            ev.prevent_default();
        } else if native {
            form.dirty.set(false);
            form.busy.set(true);
        } else {
            ev.prevent_default();
            if let Some(on_submit) = on_submit {
                on_submit.try_run(());
            }
        }
    };
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            aria-busy=move || form.busy.get().then_some("true")
            on:submit=submit
            on:input=move |_| form.dirty.set(true)
        >
            <ErrorSummary form=form />
            {children()}
        </form>
    }
}

fn focus_field(id: &str) {
    let field = document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlElement>().ok());
    if let Some(field) = field {
        let _ = field.focus();
    }
}

/// What is wrong, with ways to the fields. Read out when it appears.
#[component]
pub fn ErrorSummary(form: Form) -> impl IntoView {
    let list = move || {
        let problems = form.problems();
        let item = |(id, label, message): (String, String, String)| {
            let text = if label.is_empty() { message } else { format!("{label}: {message}") };
            match id.is_empty() {
                true => view! { <li>{text}</li> }.into_any(),
                false => {
                    let go = move |_| focus_field(&id);
                    view! { <li><button type="button" class="btn-link" on:click=go>{text}</button></li> }.into_any()
                }
            }
        };
        (!problems.is_empty()).then(|| view! { <ul>{problems.into_iter().map(item).collect_view()}</ul> })
    };
    let id = format!("{}-summary", form.id);
    let view = move || {
        form.message.get().map(|message| {
            view! {
                <div class="summary" role="alert" tabindex="-1" id=id.clone()>
                    {Icon::Error.view()}
                    <div><p>{message}</p>{list}</div>
                </div>
            }
        })
    };
    view! { {view} }
}

/// Submits, once: while busy it says so and does nothing.
#[component]
pub fn SubmitButton(
    form: Form,
    #[prop(into)] label: Signal<String>,
    /// What it says while busy.
    #[prop(default = "Saving…".into(), into)]
    busy: String,
    #[prop(optional)] danger: bool,
) -> impl IntoView {
    let class = if danger { "btn btn-danger" } else { "btn btn-primary" };
    let text = move || if form.busy.get() { busy.clone() } else { label.get() };
    view! { <button type="submit" class=class aria-disabled=move || form.busy.get().then_some("true")>{text}</button> }
}
