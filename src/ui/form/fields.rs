//! Text fields, and the frame every field shares: label, hint, error, and how they hang together.

use super::{Check, Form};
use crate::ui::{platform, title::inside};
use leptos::ev::FocusEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use std::sync::Arc;

/// What a field needs to know about itself.
#[derive(Clone)]
pub(super) struct Frame {
    pub form: Form,
    pub path: String,
    pub label: String,
    pub hint: Option<String>,
    pub optional: bool,
}

fn goes_to_submit(event: &FocusEvent) -> bool {
    let target = event.related_target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    target.and_then(|target| target.get_attribute("type")).is_some_and(|kind| kind == "submit")
}

impl Frame {
    /// Join the form found in context; without one the field stands alone.
    pub fn new(path: String, label: String, hint: Option<String>, optional: bool, check: Check) -> Self {
        let form = use_context::<Form>().unwrap_or_else(|| super::use_form("form"));
        form.register(&path, &label, check);
        Frame { form, path, label, hint, optional }
    }

    pub fn id(&self) -> String {
        self.form.field_id(&self.path)
    }

    pub fn error(&self) -> Signal<Option<String>> {
        self.form.error(&self.path)
    }

    /// The ids of hint and error, for `aria-describedby`.
    pub fn described(&self) -> Signal<Option<String>> {
        let (id, error, hint) = (self.id(), self.error(), self.hint.is_some());
        Signal::derive(move || {
            let hint = hint.then(|| format!("{id}-hint"));
            let error = error.with(Option::is_some).then(|| format!("{id}-error"));
            match (hint, error) {
                (Some(hint), Some(error)) => Some(format!("{error} {hint}")),
                (hint, error) => error.or(hint),
            }
        })
    }

    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error();
        Signal::derive(move || error.with(Option::is_some).then_some("true"))
    }

    /// To call when the field loses the focus. Not when a submit button gets it: submitting checks
    /// everything. Whatever else is clicked stays where it is until it has been.
    pub fn on_blur(&self) -> impl Fn(FocusEvent) + Clone + Send + Sync + 'static {
        let (form, path) = (self.form, self.path.clone());
        move |event| {
            if !goes_to_submit(&event) {
                let path = path.clone();
                platform::after_press(move || form.check(&path));
            }
        }
    }

    /// Label above, hint and error below the control.
    pub fn around(self, control: AnyView) -> AnyView {
        let id = self.id();
        let optional = self.optional.then(|| view! { <span class="field-optional">"optional"</span> });
        let label = self.label.clone();
        view! {
            <div class="field">
                <label for=id>{label}{optional}</label>
                {control}
                {self.notes()}
            </div>
        }
        .into_any()
    }

    /// Hint and error.
    pub fn notes(&self) -> AnyView {
        let (id, error) = (self.id(), self.error());
        let hint = self.hint.clone().map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> });
        let error = move || error.get().map(|error| view! { <p class="field-error" id=format!("{id}-error")>{error}</p> });
        view! { {error} {hint} }.into_any()
    }
}

/// The check of a choice: made or not.
pub(super) fn choice_check(value: RwSignal<String>, label: &str, optional: bool) -> Check {
    let missing = format!("Choose {}.", inside(label));
    Arc::new(move || (!optional && value.read_untracked().is_empty()).then(|| missing.clone()))
}

/// The check of a text: empty, then the field's own.
pub(super) fn text_check(
    value: RwSignal<String>,
    label: &str,
    optional: bool,
    check: Option<Callback<String, Option<String>>>,
) -> Check {
    let missing = format!("Enter {}.", inside(label));
    Arc::new(move || {
        let text = value.get_untracked();
        match (text.trim().is_empty(), optional) {
            (true, true) => None,
            (true, false) => Some(missing.clone()),
            (false, _) => check.and_then(|check| check.run(text)),
        }
    })
}

/// A line of text.
#[component]
pub fn TextField(
    /// Path of the field, also its form name.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] optional: bool,
    /// Says what is wrong with a text that is not empty.
    #[prop(optional, into)]
    check: Option<Callback<String, Option<String>>>,
    /// `text`, `email`, `url`, `password`, `tel` …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: Option<String>,
) -> impl IntoView {
    let checks = text_check(value, &label, optional, check);
    let frame = Frame::new(name.clone(), label, hint, optional, checks);
    let blur = frame.on_blur();
    let control = view! {
        <input
            class="input" id=frame.id() name=name type=kind autocomplete=autocomplete placeholder=placeholder
            required=!optional
            aria-invalid=frame.invalid() aria-describedby=frame.described()
            value=value.get_untracked()
            prop:value=move || value.get()
            on:input:target=move |ev| value.set(ev.target().value())
            on:blur=blur
        />
    };
    frame.around(control.into_any())
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] check: Option<Callback<String, Option<String>>>,
    #[prop(default = 3)] rows: u32,
) -> impl IntoView {
    let checks = text_check(value, &label, optional, check);
    let frame = Frame::new(name.clone(), label, hint, optional, checks);
    let blur = frame.on_blur();
    let first = platform::raw_text(value.get_untracked());
    let control = view! {
        <textarea
            class="input" id=frame.id() name=name rows=rows.to_string()
            aria-invalid=frame.invalid() aria-describedby=frame.described()
            prop:value=move || value.get()
            on:input:target=move |ev| value.set(ev.target().value())
            on:blur=blur
        >{first}</textarea>
    };
    frame.around(control.into_any())
}
