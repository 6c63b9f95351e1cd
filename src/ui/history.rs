//! The timeline of an object, as `kit::timeline` reads it off the events, kept up to date while it is looked at.

use super::badge::Tone;
use super::load::leave_if_signed_out;
use super::platform;
use super::timeline::{Happening, entry};
use crate::kit::timeline::{Change, Occurrence, timeline};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeSet;

/// Where an event has a page: given by the app, because events are a noun.
#[derive(Clone, Copy)]
pub struct EventLink(pub fn(&str) -> String);

/// What happened to an object, with the values before and after. What happens while the page is
/// open, here or elsewhere, comes to stand on top and is read out.
#[component]
pub fn History(
    /// What had happened when the page was made, newest first.
    items: Vec<Occurrence>,
    /// The object's id.
    #[prop(into)]
    object_id: String,
) -> impl IntoView {
    let told = Told {
        object_id: StoredValue::new(object_id),
        items: RwSignal::new(items),
        fresh: StoredValue::default(),
        said: RwSignal::default(),
        asking: StoredValue::new(Asking::No),
        link: use_context(),
    };
    Effect::new(move |_| {
        let path = format!("/live/{}", told.object_id.get_value());
        // Goes with the page, and the connection with it.
        StoredValue::new_local(platform::listen_to(path, move |ids| told.hear(&ids)));
    });
    let each = move || told.items.get();
    let none = move || told.items.read().is_empty();
    view! {
        <Show when=none><p class="muted">"Nothing has happened yet."</p></Show>
        <ol class="timeline">
            <For each=each key=|item| item.id.clone() let:item>
                {told.view(item)}
            </For>
        </ol>
        <div class="sr-only" aria-live="polite">{move || told.said.get()}</div>
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Asking {
    No,
    Yes,
    /// Something more was heard while the answer is on its way.
    Again,
}

/// What is known of the object.
#[derive(Clone, Copy)]
struct Told {
    object_id: StoredValue<String>,
    items: RwSignal<Vec<Occurrence>>,
    /// Ids of what came while the page was open.
    fresh: StoredValue<BTreeSet<String>>,
    said: RwSignal<String>,
    asking: StoredValue<Asking>,
    link: Option<EventLink>,
}

impl Told {
    /// Ids of events, separated by spaces: if one of them is not shown, ask.
    fn hear(self, ids: &str) {
        let shown =
            self.items.try_with_untracked(|items| ids.split_whitespace().all(|id| items.iter().any(|item| item.id == id)));
        if shown != Some(false) {
            return;
        }
        match self.asking.try_get_value() {
            Some(Asking::No) => self.ask(),
            Some(_) => drop(self.asking.try_set_value(Asking::Again)),
            None => {}
        }
    }

    fn ask(self) {
        let Some(object_id) = self.object_id.try_get_value() else { return };
        self.asking.try_set_value(Asking::Yes);
        spawn_local(async move {
            match timeline(object_id).await {
                Ok(items) => self.show(items),
                Err(error) => leave_if_signed_out(&error),
            }
            let again = self.asking.try_get_value() == Some(Asking::Again);
            self.asking.try_set_value(Asking::No);
            if again {
                self.ask();
            }
        });
    }

    fn show(self, items: Vec<Occurrence>) {
        let Some(known) =
            self.items.try_with_untracked(|items| items.iter().map(|item| item.id.clone()).collect::<BTreeSet<_>>())
        else {
            return;
        };
        let added: Vec<&Occurrence> = items.iter().filter(|item| !known.contains(&item.id)).collect();
        if added.is_empty() {
            return;
        }
        let words: Vec<String> = added.iter().map(|item| format!("{} by {}", item.text, item.actor)).collect();
        self.fresh.try_update_value(|fresh| fresh.extend(added.iter().map(|item| item.id.clone())));
        self.said.try_set(words.join(". "));
        self.items.try_set(items);
    }

    fn view(self, item: Occurrence) -> AnyView {
        let fresh = self.fresh.try_with_value(|fresh| fresh.contains(&item.id)).unwrap_or_default();
        entry(happening(item, self.link), fresh)
    }
}

fn happening(item: Occurrence, link: Option<EventLink>) -> Happening {
    let verb = item.kind.rsplit('.').next().unwrap_or_default();
    let tone = match verb {
        "created" | "restored" | "activated" => Tone::Good,
        "archived" | "deactivated" => Tone::Warn,
        _ => Tone::Neutral,
    };
    let changes = (!item.changes.is_empty())
        .then(|| view! { <ul class="changes">{item.changes.into_iter().map(change).collect_view()}</ul> });
    let text = view! { <span>{item.text}</span> {changes} }.into_any();
    let href = link.map(|EventLink(link)| link(&item.id));
    Happening { text, actor: item.actor, at: item.at.0, tone, href }
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
