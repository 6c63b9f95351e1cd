//! The command palette: everything that can be done from here, found by typing.
//!
//! A native dialog around a combobox; the focus stays in its field, and `aria-activedescendant`
//! says which line Enter takes. Lines are links and buttons, so Enter presses them as a click would.

use super::commands::{Commands, use_commands};
use super::dialog::Modal;
use super::icon::Icon;
use super::load::leave_if_signed_out;
use super::menu::Go;
use super::platform;
use super::shell::NavGroup;
use super::shortcuts::{key_caps, palette_keys};
use crate::kit::{FoundGroup, Result};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlDialogElement, HtmlElement};
use leptos_router::hooks::use_location;
use std::pin::Pin;
use std::time::Duration;

/// The search over everything.
pub type Finder = fn(String) -> Pin<Box<dyn Future<Output = Result<Vec<FoundGroup>>> + Send>>;

/// Rest after the last letter before the server is asked.
const REST: Duration = Duration::from_millis(150);
/// Pages remembered in the browser.
const RECENT_MAX: usize = 8;
/// Recent pages shown before anything is typed.
const RECENT_SHOWN: usize = 5;

/// Whether the palette is open, and what was typed.
#[derive(Clone, Copy)]
pub struct PaletteState {
    open: RwSignal<bool>,
    words: RwSignal<String>,
    /// Number of the line that Enter takes.
    active: RwSignal<usize>,
    found: RwSignal<Vec<FoundGroup>>,
    /// Why searching failed.
    failed: RwSignal<Option<String>>,
    /// Is an answer on its way?
    asking: RwSignal<bool>,
    /// Counts questions: only the answer to the newest one is shown.
    question: StoredValue<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
    finder: Finder,
}

/// The palette's state; once, in the frame.
pub(super) fn palette_state(finder: Finder) -> PaletteState {
    PaletteState {
        open: RwSignal::new(false),
        words: RwSignal::default(),
        active: RwSignal::new(0),
        found: RwSignal::default(),
        failed: RwSignal::new(None),
        asking: RwSignal::new(false),
        question: StoredValue::new(0),
        timer: StoredValue::new(None),
        finder,
    }
}

impl PaletteState {
    /// Open it, or close it.
    pub(super) fn toggle(self) {
        if self.open.get_untracked() {
            return self.close();
        }
        self.type_words(String::new());
        self.open.set(true);
    }

    /// At once, so that the focus is back where it was before the chosen line does its work.
    fn close(self) {
        let dialog = document().query_selector("dialog.palette").ok().flatten();
        if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
            dialog.close();
        }
        self.open.set(false);
    }

    fn type_words(self, words: String) {
        let nothing = words.trim().is_empty();
        self.words.set(words);
        self.active.set(0);
        self.failed.set(None);
        self.question.update_value(|question| *question += 1);
        self.asking.set(!nothing);
        let timer = (!nothing).then(|| set_timeout_with_handle(move || self.ask(), REST).ok()).flatten();
        if let Some(Some(before)) = self.timer.try_update_value(|now| std::mem::replace(now, timer)) {
            before.clear();
        }
        if nothing {
            self.found.set(Vec::new());
        }
    }

    fn ask(self) {
        let (Some(question), Some(words)) = (self.question.try_get_value(), self.words.try_get_untracked()) else { return };
        spawn_local(async move {
            let answer = (self.finder)(words).await;
            if self.question.try_get_value() != Some(question) {
                return;
            }
            self.asking.set(false);
            match answer {
                Ok(found) => self.found.set(found),
                Err(error) => {
                    leave_if_signed_out(&error);
                    self.found.set(Vec::new());
                    self.failed.set(Some(error.message));
                }
            }
        });
    }
}

/// Opens the palette; says by which keys that goes faster.
#[component]
pub(super) fn PaletteButton(state: PaletteState, #[prop(optional)] small: bool) -> impl IntoView {
    let keys = palette_keys();
    let face = if small {
        Icon::Search.sized(18)
    } else {
        view! { {Icon::Search.view()}<span class="palette-button-text">"Search or go to"</span><kbd>{keys}</kbd> }.into_any()
    };
    view! {
        <button
            type="button"
            class=if small { "btn btn-quiet btn-icon palette-button-small" } else { "palette-button" }
            aria-label="Search or go to"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |_| state.toggle()
        >
            {face}
        </button>
    }
}

/// One line.
#[derive(Clone)]
struct Line {
    label: String,
    note: String,
    icon: Icon,
    go: Go,
    keys: Vec<&'static str>,
    stay: bool,
}

impl Line {
    fn link(label: impl Into<String>, href: impl Into<String>, icon: Icon) -> Self {
        Self { label: label.into(), note: String::new(), icon, go: Go::Link(href.into()), keys: Vec::new(), stay: false }
    }

    /// Whether every word begins some word of the line.
    fn fits(&self, words: &str) -> bool {
        let text = platform::fold(&format!("{} {}", self.label, self.note));
        let begun = |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word));
        words.split(|c: char| !c.is_alphanumeric()).all(begun)
    }
}

/// Lines under one heading.
struct Lines(String, Vec<Line>);

/// Where the palette takes its lines from.
#[derive(Clone, Copy)]
struct Sources {
    state: PaletteState,
    commands: Commands,
    nav: StoredValue<Vec<NavGroup>>,
    recent: Recent,
    help: RwSignal<bool>,
    path: Memo<String>,
}

/// The dialog. Once, in the frame.
#[component]
pub(super) fn Palette(
    state: PaletteState,
    nav: Vec<NavGroup>,
    /// Whose recent pages, in which mode: names of one must not be shown to another.
    whose: Signal<String>,
    help: RwSignal<bool>,
) -> impl IntoView {
    let (commands, path) = (use_commands(), use_location().pathname);
    let recent = Recent::new(whose, commands);
    let sources = Sources { state, commands, nav: StoredValue::new(nav), recent, help, path };
    view! {
        <Modal id="palette" open=state.open on_close=move || state.close() class="palette">
            <h2 id="palette-title" class="sr-only">"Search or go to"</h2>
            {surface(sources)}
        </Modal>
    }
}

fn surface(sources: Sources) -> AnyView {
    let state = sources.state;
    let count = Memo::new(move |_| sources.lines().iter().map(|Lines(_, lines)| lines.len()).sum::<usize>());
    let list = move || {
        let groups = sources.lines();
        let mut first = 0;
        let group = |(n, Lines(label, lines)): (usize, Lines)| {
            let start = first;
            first += lines.len();
            group_view(n, label, lines, start, state)
        };
        groups.into_iter().enumerate().map(group).collect_view()
    };
    let found_some = move || count.get() > 0;
    let said = move || match (state.failed.get(), state.asking.get(), count.get()) {
        (Some(why), ..) => why,
        (None, true, 0) => "Searching…".to_owned(),
        (None, false, 0) => "Nothing found".to_owned(),
        (None, false, 1) => "1 result".to_owned(),
        (None, false, count) => format!("{count} results"),
        (None, true, _) => String::new(),
    };
    view! {
        <div class="palette-field">
            {Icon::Search.view()}
            <input
                type="text" role="combobox" class="palette-input" autocomplete="off" spellcheck="false"
                aria-label="Search or go to" placeholder="Search or go to" aria-autocomplete="list" aria-controls="palette-list"
                aria-expanded=move || if found_some() { "true" } else { "false" }
                aria-activedescendant=move || found_some().then(|| option_id(state.active.get()))
                prop:value=move || state.words.get()
                on:input:target=move |ev| state.type_words(ev.target().value())
                on:keydown=move |ev| on_key(&ev, state, count)
            />
        </div>
        <div
            id="palette-list" class="palette-list" role="listbox" aria-label="Results" hidden=move || !found_some()
            aria-busy=move || state.asking.get().then_some("true")
        >
            {list}
        </div>
        <p class="palette-said" class:sr-only=found_some role="status">{said}</p>
    }
    .into_any()
}

fn option_id(n: usize) -> String {
    format!("palette-option-{n}")
}

fn on_key(ev: &KeyboardEvent, state: PaletteState, count: Memo<usize>) {
    let (count, now) = (count.get_untracked(), state.active.get_untracked());
    if count == 0 || ev.is_composing() || ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
        return;
    }
    let next = match ev.key().as_str() {
        "ArrowDown" => (now + 1) % count,
        "ArrowUp" => (now + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        "Enter" => {
            ev.prevent_default();
            if let Some(option) = option_element(now) {
                option.click();
            }
            return;
        }
        _ => return,
    };
    ev.prevent_default();
    state.active.set(next);
    platform::scroll_into_view(&option_id(next));
}

fn option_element(n: usize) -> Option<HtmlElement> {
    document().get_element_by_id(&option_id(n))?.dyn_into().ok()
}

fn group_view(n: usize, label: String, lines: Vec<Line>, start: usize, state: PaletteState) -> AnyView {
    let label_id = format!("palette-group-{n}");
    let lines = lines.into_iter().enumerate().map(|(n, line)| line_view(line, start + n, state)).collect_view();
    let label_of = label_id.clone();
    view! {
        <div role="group" aria-labelledby=label_of>
            <p class="palette-group" id=label_id role="presentation">{label}</p>
            {lines}
        </div>
    }
    .into_any()
}

fn line_view(line: Line, n: usize, state: PaletteState) -> AnyView {
    let Line { label, note, icon, go, keys, stay } = line;
    let selected = move || if state.active.get() == n { "true" } else { "false" };
    let point = move |_| state.active.set(n);
    let note = (!note.is_empty()).then(|| view! { " " <span class="palette-note">{note}</span> });
    let keys = (!keys.is_empty()).then(|| view! { <span class="palette-keys" aria-hidden="true">{key_caps(&keys)}</span> });
    let face = view! { {icon.view()}<span class="palette-label">{label}{note}</span>{keys} };
    match go {
        Go::Link(href) => view! {
            <a
                role="option" id=option_id(n) tabindex="-1" class="palette-option" href=href data-noscroll=stay.then_some("")
                aria-selected=selected on:mousemove=point on:click=move |_| state.close()
            >
                {face}
            </a>
        }
        .into_any(),
        Go::Do(run) => {
            let press = move |_| {
                state.close();
                run.try_run(());
            };
            view! {
                <button
                    type="button" role="option" id=option_id(n) tabindex="-1" class="palette-option"
                    aria-selected=selected on:mousemove=point on:click=press
                >
                    {face}
                </button>
            }
            .into_any()
        }
    }
}

impl Sources {
    /// What fits the words, by group; nothing typed yet shows what is near.
    fn lines(self) -> Vec<Lines> {
        let words = platform::fold(self.state.words.get().trim());
        let fits = |line: &Line| words.is_empty() || line.fits(&words);
        let fitting = |lines: Vec<Line>| lines.into_iter().filter(fits).collect::<Vec<_>>();
        let recent = self.recent();
        let recent = if words.is_empty() { recent.into_iter().take(RECENT_SHOWN).collect() } else { recent };
        let mut groups = vec![
            Lines("On this page".to_owned(), fitting(self.actions())),
            Lines("Recent".to_owned(), fitting(recent)),
            Lines("Go to".to_owned(), fitting(self.pages())),
        ];
        groups.extend(self.state.found.get().into_iter().map(|group| {
            let line =
                |found: crate::kit::Found| Line { note: found.note, ..Line::link(found.title, found.href, Icon::ChevronRight) };
            let mut lines: Vec<Line> = group.items.into_iter().map(line).collect();
            // The answer to older words; its exact matches are none any more.
            if self.state.asking.get() {
                lines.retain(fits);
            }
            Lines(group.label, lines)
        }));
        groups.retain(|Lines(_, lines)| !lines.is_empty());
        groups
    }

    /// Pages seen before this one, with where they belong.
    fn recent(self) -> Vec<Line> {
        let here = self.path.get();
        let others = self.recent.pages.get().into_iter().filter(|(path, _)| *path != here);
        let line = |(path, heading): (String, String)| Line {
            note: self.above(&path).map(|(label, _)| label).unwrap_or_default(),
            ..Line::link(heading, path, Icon::File)
        };
        others.map(line).collect()
    }

    /// The page of the sidebar that a path lies below: label and address.
    fn above(self, path: &str) -> Option<(String, String)> {
        self.nav.with_value(|nav| {
            let mut items = nav.iter().flat_map(|group| &group.items);
            if items.clone().any(|item| item.href == path) {
                return None;
            }
            let above = items.find(|item| path.strip_prefix(&item.href).is_some_and(|rest| rest.starts_with('/')))?;
            Some((above.label.to_owned(), above.href.clone()))
        })
    }

    /// What the page offers, the way up, and the list of shortcuts.
    fn actions(self) -> Vec<Line> {
        let offers = self.commands.get();
        let has_up = offers.iter().any(|offer| offer.up);
        let line = |offer: super::commands::Offer| Line {
            label: offer.label,
            note: String::new(),
            icon: offer.icon.unwrap_or(Icon::ChevronRight),
            go: offer.go,
            keys: offer.key.into_iter().collect(),
            stay: offer.stay,
        };
        let mut lines: Vec<Line> = offers.into_iter().map(line).collect();
        if !has_up {
            let up = self.above(&self.path.get());
            lines.extend(up.map(|(label, href)| Line::link(format!("Up to {label}"), href, Icon::ArrowUp)));
        }
        let help = self.help;
        let show = Go::Do(Callback::new(move |()| help.set(true)));
        let help = Line { go: show, keys: vec!["?"], ..Line::link("Keyboard shortcuts", "", Icon::Info) };
        lines.push(help);
        lines
    }

    /// The pages of the sidebar.
    fn pages(self) -> Vec<Line> {
        let line = |item: &super::shell::NavItem| Line {
            keys: item.key.map(|key| vec!["g", key]).unwrap_or_default(),
            ..Line::link(item.label, item.href.clone(), item.icon)
        };
        self.nav.with_value(|nav| nav.iter().flat_map(|group| &group.items).map(line).collect())
    }
}

/// The pages seen last, kept in this browser.
#[derive(Clone, Copy)]
struct Recent {
    /// Paths and headings, latest first.
    pages: RwSignal<Vec<(String, String)>>,
}

impl Recent {
    fn new(whose: Signal<String>, commands: Commands) -> Self {
        let pages = RwSignal::new(Vec::new());
        Effect::new(move |_| {
            let key = format!("recent:{}", whose.get());
            let known = platform::stored(&key).and_then(|text| serde_json::from_str(&text).ok());
            let mut known: Vec<(String, String)> = known.unwrap_or_default();
            if let Some((path, heading)) = commands.shown.get() {
                known.retain(|(other, _)| *other != path);
                known.insert(0, (path, heading));
                known.truncate(RECENT_MAX);
                platform::store(&key, &serde_json::to_string(&known).unwrap_or_default());
            }
            pages.set(known);
        });
        Self { pages }
    }
}
