//! The timeline of an object, as `kit::timeline` reads it off the events.

use super::badge::Tone;
use super::timeline::{Happening, Timeline};
use crate::kit::timeline::{Change, Occurrence};
use leptos::prelude::*;

/// What happened to an object, with the values before and after.
#[component]
pub fn History(items: Vec<Occurrence>) -> impl IntoView {
    view! { <Timeline items=items.into_iter().map(happening).collect() /> }
}

fn happening(item: Occurrence) -> Happening {
    let verb = item.kind.rsplit('.').next().unwrap_or_default();
    let tone = match verb {
        "created" | "restored" | "activated" => Tone::Good,
        "archived" | "deactivated" => Tone::Warn,
        _ => Tone::Neutral,
    };
    let changes = (!item.changes.is_empty())
        .then(|| view! { <ul class="changes">{item.changes.into_iter().map(change).collect_view()}</ul> });
    let text = view! { <span>{item.text}</span> {changes} }.into_any();
    Happening { text, actor: item.actor, at: item.at.0, tone, href: None }
}

fn change(change: Change) -> AnyView {
    let Change { name, before, after } = change;
    view! {
        <li>
            {format!("{name}: ")} <del>{before}</del> <span aria-hidden="true">" → "</span> <ins>{after}</ins>
        </li>
    }
    .into_any()
}
