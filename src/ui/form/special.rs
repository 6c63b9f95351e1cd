//! Fields with a format: money, numbers, dates, key and value.

use super::Form;
use super::fields::{Frame, text_check};
use crate::ui::icon::Icon;
use leptos::prelude::*;
use std::sync::Arc;

/// An amount. What is typed stays as typed; `parse` (of `kit::money`) turns it into minor units or says what is wrong.
#[component]
pub fn MoneyField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// The text as typed.
    value: RwSignal<String>,
    /// Such as `EUR`, shown at the end of the box.
    #[prop(into)]
    currency: Signal<String>,
    /// Accepts `1,234.50` and `1234,50`; refuses too many decimals.
    #[prop(into)]
    parse: Callback<String, Result<i64, String>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let check = Callback::new(move |text: String| parse.run(text).err());
    let checks = text_check(value, &label, optional, Some(check));
    let frame = Frame::new(name.clone(), label, hint, optional, checks);
    let blur = frame.on_blur();
    let described = frame.described();
    let currency_id = format!("{}-currency", frame.id());
    let all = {
        let currency_id = currency_id.clone();
        move || described.get().map_or_else(|| currency_id.clone(), |ids| format!("{ids} {currency_id}"))
    };
    let control = view! {
        <div class="input-group">
            <input
                class="input num" id=frame.id() name=name type="text" inputmode="decimal" autocomplete="off" placeholder="0.00"
                aria-invalid=frame.invalid() aria-describedby=all
                value=value.get_untracked()
                prop:value=move || value.get()
                on:input:target=move |ev| value.set(ev.target().value())
                on:blur=blur
            />
            <span class="input-suffix" id=currency_id>{currency}</span>
        </div>
    };
    frame.around(control.into_any())
}

/// A whole number.
#[component]
pub fn NumberField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// The text as typed; parse it with `str::parse`.
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(default = 0)] min: i64,
    #[prop(default = i64::MAX)] max: i64,
    /// Such as `days`.
    #[prop(optional, into)]
    unit: Option<String>,
) -> impl IntoView {
    let check = Callback::new(move |text: String| match text.trim().parse::<i64>() {
        Err(_) => Some("Enter a whole number.".into()),
        Ok(n) if n < min => Some(format!("Enter {min} or more.")),
        Ok(n) if n > max => Some(format!("Enter {max} or less.")),
        Ok(_) => None,
    });
    let checks = text_check(value, &label, optional, Some(check));
    let frame = Frame::new(name.clone(), label, hint, optional, checks);
    let blur = frame.on_blur();
    let control = view! {
        <div class="input-group">
            <input
                class="input num" id=frame.id() name=name type="text" inputmode="numeric" autocomplete="off"
                aria-invalid=frame.invalid() aria-describedby=frame.described()
                value=value.get_untracked()
                prop:value=move || value.get()
                on:input:target=move |ev| value.set(ev.target().value())
                on:blur=blur
            />
            {unit.map(|unit| view! { <span class="input-suffix">{unit}</span> })}
        </div>
    };
    frame.around(control.into_any())
}

/// A date (`2026-06-15`), or with `time` a local date and time (`2026-06-15T12:00`), as text.
#[component]
pub fn DateField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] time: bool,
    #[prop(optional, into)] min: Option<String>,
) -> impl IntoView {
    let checks = text_check(value, &label, optional, None);
    let frame = Frame::new(name.clone(), label, hint, optional, checks);
    let blur = frame.on_blur();
    let kind = if time { "datetime-local" } else { "date" };
    let control = view! {
        <input
            class="input" id=frame.id() name=name type=kind min=min
            aria-invalid=frame.invalid() aria-describedby=frame.described()
            value=value.get_untracked()
            prop:value=move || value.get()
            on:input:target=move |ev| value.set(ev.target().value())
            on:blur=blur
        />
    };
    frame.around(control.into_any())
}

/// Metadata: pairs of key and value.
#[component]
pub fn KeyValues(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    value: RwSignal<Vec<(String, String)>>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let check = move || {
        let pairs = value.get_untracked();
        let twice = pairs.iter().enumerate().any(|(n, (key, _))| pairs.iter().take(n).any(|(other, _)| other == key));
        match pairs.iter().any(|(key, value)| key.trim().is_empty() && !value.is_empty()) {
            true => Some("Give every value a key.".to_owned()),
            false => twice.then(|| "Each key may occur once.".to_owned()),
        }
    };
    let frame = Frame::new(name, label.clone(), hint, true, Arc::new(check));
    let (form, id) = (frame.form, frame.id());
    let count = Memo::new(move |_| value.with(Vec::len));
    let add_id = id.clone();
    let add = move |_| {
        value.update(|pairs| pairs.push(Default::default()));
        form.dirty.set(true);
    };
    view! {
        <fieldset class="field" aria-describedby=frame.described()>
            <legend>{label}<span class="field-optional">"optional"</span></legend>
            {move || (0..count.get()).map(|n| pair(value, form, n)).collect_view()}
            <button type="button" id=add_id class="btn btn-small" on:click=add>{Icon::Plus.sized(14)}<span>"Add a pair"</span></button>
            {frame.notes()}
        </fieldset>
    }
}

fn pair(value: RwSignal<Vec<(String, String)>>, form: Form, n: usize) -> AnyView {
    let part = move |pick: fn(&(String, String)) -> &String| value.with(|pairs| pairs.get(n).map(|pair| pick(pair).clone()));
    let edit = move |set: fn(&mut (String, String), String), text: String| {
        value.update(|pairs| {
            if let Some(pair) = pairs.get_mut(n) {
                set(pair, text);
            }
        });
    };
    let remove = move |_| {
        value.update(|pairs| drop(pairs.remove(n)));
        form.dirty.set(true);
    };
    let number = n + 1;
    view! {
        <div class="pair">
            <input
                class="input" aria-label=format!("Key {number}") placeholder="key"
                prop:value=move || part(|pair| &pair.0)
                on:input:target=move |ev| edit(|pair, text| pair.0 = text, ev.target().value())
            />
            <input
                class="input" aria-label=format!("Value {number}") placeholder="value"
                prop:value=move || part(|pair| &pair.1)
                on:input:target=move |ev| edit(|pair, text| pair.1 = text, ev.target().value())
            />
            <button type="button" class="btn btn-quiet btn-icon" aria-label=format!("Remove pair {number}") on:click=remove>
                {Icon::Trash.view()}
            </button>
        </div>
    }
    .into_any()
}
