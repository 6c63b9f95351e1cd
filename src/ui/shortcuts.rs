//! Keys that work everywhere on the dashboard. One table says what they do: the handler and the
//! list behind `?` both read it.
//!
//! Single keys can be switched off, as people who speak to their computer need (WCAG 2.1.4); the
//! command palette's combination always works.

use super::button::IconButton;
use super::commands::{CREATE, EDIT};
use super::dialog::Modal;
use super::guard::use_guard;
use super::icon::Icon;
use super::palette::PaletteState;
use super::platform;
use super::shell::NavGroup;
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Time for the second of two keys, milliseconds.
const PAIR_MS: i64 = 1500;
/// Name of the switch in the browser's storage.
const SWITCH: &str = "single-keys";

/// What keys do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    Palette,
    Help,
    Go(String),
    /// Press what the page marks with this key.
    Press(&'static str),
    Search,
    Rows(i32),
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shortcut {
    group: &'static str,
    /// Pressed one after another, in lower case.
    keys: Vec<String>,
    label: String,
    act: Act,
}

/// Every shortcut there is. Those of the sidebar's links stand at the links.
fn table(nav: &[NavGroup]) -> Vec<Shortcut> {
    let one =
        |group, key: &str, label: &str, act| Shortcut { group, keys: vec![key.to_lowercase()], label: label.to_owned(), act };
    let mut table = vec![
        one("Anywhere", "mod+k", "Search or go to", Act::Palette),
        one("Anywhere", "?", "Show this list", Act::Help),
        one("On this page", CREATE, "Create", Act::Press(CREATE)),
        one("On this page", EDIT, "Edit", Act::Press(EDIT)),
        one("Lists", "/", "Search the list", Act::Search),
        one("Lists", "j", "Next row", Act::Rows(1)),
        one("Lists", "k", "Previous row", Act::Rows(-1)),
    ];
    let links = nav.iter().flat_map(|group| &group.items).filter_map(|item| Some((item.key?, item)));
    table.extend(links.map(|(key, item)| Shortcut {
        group: "Go to",
        keys: vec!["g".to_owned(), key.to_owned()],
        label: item.label.to_owned(),
        act: Act::Go(item.href.clone()),
    }));
    table
}

/// How the command palette's keys are written on this machine; the server does not know it.
pub(super) fn palette_keys() -> Signal<&'static str> {
    let mac = RwSignal::new(false);
    Effect::new(move |_| mac.set(platform::is_mac()));
    Signal::derive(move || if mac.get() { "⌘K" } else { "Ctrl K" })
}

/// Listens to keys, and shows the list of them. Once, in the frame.
#[component]
pub(super) fn Shortcuts(nav: Vec<NavGroup>, palette: PaletteState, help: RwSignal<bool>) -> impl IntoView {
    let table = StoredValue::new(table(&nav));
    let on = RwSignal::new(true);
    let first = StoredValue::new(None::<(String, i64)>);
    let (navigate, guard) = (use_navigate(), use_guard());
    let run = move |act: Act| match act {
        Act::Palette => palette.toggle(),
        Act::Help => help.set(true),
        Act::Go(href) => {
            let navigate = navigate.clone();
            guard.attempt(move || navigate(&href, NavigateOptions::default()));
        }
        Act::Press(key) => press(&format!("main [aria-keyshortcuts=\"{key}\"]")),
        Act::Search => focus("main form[role=search] input"),
        Act::Rows(step) => move_row(step),
    };
    Effect::new(move |_| {
        on.set(platform::stored(SWITCH).as_deref() != Some("off"));
        let run = run.clone();
        let handle = window_event_listener(ev::keydown, move |ev| {
            if let Some(act) = table.try_with_value(|table| meaning(&ev, table, first, on)).flatten() {
                ev.prevent_default();
                run(act);
            }
        });
        on_cleanup(move || handle.remove());
    });
    view! { <Help table=table on=on open=help /> }
}

/// What a key means here and now.
fn meaning(ev: &KeyboardEvent, table: &[Shortcut], first: StoredValue<Option<(String, i64)>>, on: RwSignal<bool>) -> Option<Act> {
    if ev.default_prevented() || ev.is_composing() {
        return None;
    }
    let key = ev.key().to_lowercase();
    let find = |keys: &[String]| table.iter().find(|shortcut| shortcut.keys == keys).map(|shortcut| shortcut.act.clone());
    if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
        let plain = !ev.alt_key() && !ev.shift_key() && ev.ctrl_key() != ev.meta_key();
        return plain.then(|| find(&[format!("mod+{key}")])).flatten();
    }
    let letter = key.chars().all(char::is_alphabetic);
    if !on.try_get_untracked()? || (ev.shift_key() && letter) || types(ev) || is_covered() {
        return None;
    }
    let before = first.try_update_value(Option::take).flatten();
    let before = before.filter(|(_, at)| platform::machine_now() - at < PAIR_MS).map(|(key, _)| key);
    if let Some(before) = before {
        return find(&[before, key]);
    }
    if table.iter().any(|shortcut| shortcut.keys.len() == 2 && shortcut.keys.first() == Some(&key)) {
        first.try_set_value(Some((key, platform::machine_now())));
        return None;
    }
    find(&[key])
}

/// Whether the key goes into a field.
fn types(ev: &KeyboardEvent) -> bool {
    let target = ev.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
    target.is_some_and(|target| target.closest(field).ok().flatten().is_some())
}

/// Whether a dialog or a menu is open.
fn is_covered() -> bool {
    document().query_selector("dialog[open], [popover]:popover-open").ok().flatten().is_some()
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

fn press(selector: &str) {
    if let Some(target) = element(selector) {
        target.click();
    }
}

fn focus(selector: &str) {
    if let Some(target) = element(selector) {
        let _ = target.focus();
    }
}

/// Focus the row that many below the one that has the focus.
fn move_row(step: i32) {
    let Some(main) = element("main") else { return };
    let links = main.get_elements_by_class_name("row-link");
    let active = document().active_element();
    let link = |n: u32| links.item(n).and_then(|link| link.dyn_into::<HtmlElement>().ok());
    let row = |link: &HtmlElement| link.closest("tr").ok().flatten();
    let now = (0..links.length()).find(|&n| {
        let row = link(n).as_ref().and_then(row);
        row.is_some_and(|row| active.as_ref().is_some_and(|active| row.contains(Some(active))))
    });
    let next = match now {
        Some(now) => u32::checked_add_signed(now, step),
        None => (step > 0).then_some(0),
    };
    if let Some(target) = next.and_then(link) {
        let _ = target.focus();
    }
}

/// The list of all shortcuts, and the switch.
#[component]
fn Help(table: StoredValue<Vec<Shortcut>>, on: RwSignal<bool>, open: RwSignal<bool>) -> impl IntoView {
    let close = move || open.set(false);
    let switch = move |now: bool| {
        on.set(now);
        platform::store(SWITCH, if now { "on" } else { "off" });
    };
    let palette = palette_keys();
    view! {
        <Modal id="shortcuts" open=open on_close=close class="dialog shortcuts" focus="button">
            <header class="shortcuts-head">
                <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
                <IconButton label="Close" icon=Icon::Close on_press=close />
            </header>
            {table.with_value(|table| groups(table, palette))}
            <div class="check">
                <input
                    type="checkbox" id="single-keys"
                    prop:checked=move || on.get() on:change:target=move |ev| switch(ev.target().checked())
                />
                <label for="single-keys">"Single keys"</label>
            </div>
        </Modal>
    }
}

fn groups(table: &[Shortcut], palette: Signal<&'static str>) -> AnyView {
    let group = |part: &[Shortcut]| {
        let lines = part.iter().map(|shortcut| line(shortcut, palette)).collect_view();
        view! { <h3 class="shortcuts-group">{part.first().map(|shortcut| shortcut.group)}</h3> <dl class="shortcuts-list">{lines}</dl> }
    };
    table.chunk_by(|a, b| a.group == b.group).map(group).collect_view().into_any()
}

fn line(shortcut: &Shortcut, palette: Signal<&'static str>) -> AnyView {
    let keys = match shortcut.act {
        Act::Palette => view! { <kbd>{palette}</kbd> }.into_any(),
        _ => key_caps(&shortcut.keys.iter().map(String::as_str).collect::<Vec<_>>()),
    };
    view! { <div><dt>{shortcut.label.clone()}</dt><dd>{keys}</dd></div> }.into_any()
}

/// Keys as they are printed on keyboards.
pub(super) fn key_caps(keys: &[&str]) -> AnyView {
    let cap = |(n, key): (usize, &&str)| {
        let then = (n > 0).then_some(" then ");
        view! { {then}<kbd>{key.to_uppercase()}</kbd> }
    };
    keys.iter().enumerate().map(cap).collect_view().into_any()
}
