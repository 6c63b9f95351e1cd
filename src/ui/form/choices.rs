//! Fields that choose: select, checkbox, radio cards.

use super::fields::{Frame, choice_check};
use leptos::prelude::*;
use std::sync::Arc;

/// One of a few values.
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    /// `(value, words)`.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let checks = choice_check(value, &label, optional);
    let frame = Frame::new(name.clone(), label, hint, optional, checks);
    let option = move |(own, words): (String, String)| {
        let key = own.clone();
        view! { <option value=own selected=move || value.with(|value| *value == key)>{words}</option> }
    };
    let blank = move || {
        let none = optional || options.with(|options| options.iter().all(|(own, _)| value.with(|value| own != value)));
        none.then(|| view! { <option value="" selected=move || value.read().is_empty()>{if optional { "None" } else { "Choose…" }}</option> })
    };
    let control = view! {
        <select
            class="select" id=frame.id() name=name
            aria-invalid=frame.invalid() aria-describedby=frame.described()
            on:change:target=move |ev| value.set(ev.target().value())
        >
            {blank}
            {move || options.get().into_iter().map(option).collect_view()}
        </select>
    };
    frame.around(control.into_any())
}

/// Yes or no.
#[component]
pub fn CheckboxField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<bool>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let frame = Frame::new(name.clone(), label.clone(), hint, true, Arc::new(|| None));
    view! {
        <div class="field">
            <div class="check">
                <input
                    type="checkbox" id=frame.id() name=name value="true"
                    checked=value.get_untracked()
                    prop:checked=move || value.get()
                    aria-describedby=frame.described()
                    on:change:target=move |ev| value.set(ev.target().checked())
                />
                <label for=frame.id()>{label}</label>
            </div>
            {frame.notes()}
        </div>
    }
}

/// One of the choices of `RadioCards`.
#[derive(Clone, Debug)]
pub struct RadioCard {
    /// The value.
    pub value: String,
    /// Its name.
    pub label: String,
    /// What choosing it means.
    pub text: String,
}

impl RadioCard {
    /// A choice.
    pub fn new(value: &str, label: &str, text: &str) -> Self {
        RadioCard { value: value.into(), label: label.into(), text: text.into() }
    }
}

/// A choice that deserves explanation.
#[component]
pub fn RadioCards(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    cards: Vec<RadioCard>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let checks = choice_check(value, &label, false);
    let frame = Frame::new(name.clone(), label.clone(), hint, false, checks);
    let id = frame.id();
    let card = |(n, card): (usize, RadioCard)| {
        let RadioCard { value: own, label, text } = card;
        let (key, pick) = (own.clone(), own.clone());
        let at_first = value.with_untracked(|value| *value == own);
        // The first one carries the field's id, so that errors lead here.
        let input_id = if n == 0 { id.clone() } else { format!("{id}-{n}") };
        let label_for = input_id.clone();
        view! {
            <label class="radio-card" for=label_for>
                <input
                    type="radio" id=input_id name=name.clone() value=own
                    checked=at_first
                    prop:checked=move || value.with(|value| *value == key)
                    on:change=move |_| value.set(pick.clone())
                />
                <span><strong>{label}</strong><span class="radio-text">{text}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="field" aria-describedby=frame.described()>
            <legend>{label}</legend>
            <div class="radio-cards">{cards.into_iter().enumerate().map(card).collect_view()}</div>
            {frame.notes()}
        </fieldset>
    }
}
