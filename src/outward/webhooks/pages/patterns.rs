//! Choosing events: by noun, with a search over their names.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::{outward::events::types, ui::Form};

/// What is chosen: types, and `invoice.*` for all about invoices.
pub(super) type Picked = RwSignal<BTreeSet<String>>;

/// What types begin with, and those that do, in order.
fn groups() -> Vec<(String, Vec<&'static str>)> {
    let mut groups = std::collections::BTreeMap::<String, Vec<&'static str>>::new();
    for kind in types::all() {
        let noun = kind.rsplit_once('.').map_or(kind, |(noun, _)| noun);
        groups.entry(noun.to_owned()).or_default().push(kind);
    }
    groups.into_iter().collect()
}

/// A group of checkboxes per noun. Groups with a choice are open; searching opens what is found.
#[component]
pub(super) fn PatternPicker(form: Form, picked: Picked) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let shown = move || {
        let words = words.get().trim().to_lowercase();
        let found = groups().into_iter().filter_map(|(noun, kinds)| {
            let kinds: Vec<_> = kinds.into_iter().filter(|kind| kind.contains(&words)).collect();
            (!kinds.is_empty()).then_some((noun, kinds))
        });
        let found: Vec<_> = found.map(|(noun, kinds)| group(form, picked, &noun, kinds, !words.is_empty())).collect();
        match found.is_empty() {
            true => view! { <p class="muted" role="status">"No event has this in its name."</p> }.into_any(),
            false => found.into_any(),
        }
    };
    let count = move || match picked.read().len() {
        0 => "None chosen".to_owned(),
        1 => "1 chosen".to_owned(),
        count => format!("{count} chosen"),
    };
    view! {
        <fieldset class="field patterns">
            <legend>"Events to send"</legend>
            <input
                class="input" type="search" aria-label="Search events" placeholder="Search events" autocomplete="off"
                on:input:target=move |ev| words.set(ev.target().value())
            />
            <p class="field-hint" role="status">{count}</p>
            <div class="pattern-groups">{shown}</div>
        </fieldset>
    }
}

fn group(form: Form, picked: Picked, noun: &str, kinds: Vec<&'static str>, searched: bool) -> AnyView {
    let all = format!("{noun}.*");
    let open =
        searched || picked.with_untracked(|picked| picked.contains(&all) || kinds.iter().any(|kind| picked.contains(*kind)));
    let whole = all.clone();
    let covered = Signal::derive(move || picked.with(|picked| picked.contains(&whole)));
    let lines = kinds.into_iter().map(|kind| line(form, picked, kind.to_owned(), kind.to_owned(), Some(covered)));
    let lines = lines.collect_view();
    let label = format!("All of {noun}, also what comes later");
    view! {
        <details class="pattern-group" open=open>
            <summary>{noun.replace(['.', '_'], " ")}</summary>
            {line(form, picked, all, label, None)}
            {lines}
        </details>
    }
    .into_any()
}

/// A checkbox; one that a pattern covers already is on and off limits.
fn line(form: Form, picked: Picked, pattern: String, label: String, covered: Option<Signal<bool>>) -> AnyView {
    let id = format!("pattern-{}", pattern.replace(['.', '*'], "-"));
    let covered = move || covered.is_some_and(|covered| covered.get());
    let own = pattern.clone();
    let checked = move || covered() || picked.with(|picked| picked.contains(&own));
    let choose = move |on: bool| {
        form.dirty.set(true);
        picked.update(|picked| match on {
            true => drop(picked.insert(pattern.clone())),
            false => drop(picked.remove(&pattern)),
        });
    };
    let at_first = untrack(&checked);
    view! {
        <div class="check">
            <input
                type="checkbox" id=id.clone() checked=at_first prop:checked=checked disabled=covered
                on:change:target=move |ev| choose(ev.target().checked())
            />
            <label for=id>{label}</label>
        </div>
    }
    .into_any()
}
