//! Choosing rights one by one.

use leptos::prelude::*;

use super::create::Picked;
use crate::{
    house::{
        api_keys::model::Dialect,
        scopes::{RESOURCES, REVENUECAT},
    },
    ui::Form,
};

/// A line per resource: nothing, read, or read and write.
#[component]
pub(in crate::house) fn ScopePicker(dialect: Memo<Dialect>, picked: Picked, form: Form) -> impl IntoView {
    let lines = move || match dialect.get() {
        Dialect::Revkeen => {
            let line = |resource: &'static crate::house::scopes::Resource| {
                line(resource.name, resource.label.to_owned(), resource.writable, picked, form)
            };
            RESOURCES.iter().map(line).collect_view()
        }
        Dialect::Revenuecat => {
            let line = |(name, writable): &'static (&'static str, bool)| {
                line(name, name.replace(':', ": ").replace('_', " "), *writable, picked, form)
            };
            REVENUECAT.iter().map(line).collect_view()
        }
    };
    view! {
        <fieldset class="field scopes">
            <legend>"Scopes"</legend>
            {lines}
        </fieldset>
    }
}

fn line(name: &'static str, label: String, writable: bool, picked: Picked, form: Form) -> AnyView {
    let id = format!("scope-{}", name.replace(':', "-"));
    let is = move |right: &'static str| picked.with(|picked| picked.get(name).copied().unwrap_or_default() == right);
    let choose = move |chosen: String| {
        form.dirty.set(true);
        picked.update(|picked| match chosen.as_str() {
            "read" => drop(picked.insert(name, "read")),
            "write" => drop(picked.insert(name, "write")),
            _ => drop(picked.remove(name)),
        });
    };
    view! {
        <div class="scope">
            <label for=id.clone()>{label}</label>
            <select class="select select-small" id=id on:change:target=move |ev| choose(ev.target().value())>
                <option value="" selected=move || is("")>"None"</option>
                <option value="read" selected=move || is("read")>"Read"</option>
                {writable.then(|| view! { <option value="write" selected=move || is("write")>"Read and write"</option> })}
            </select>
        </div>
    }
    .into_any()
}
