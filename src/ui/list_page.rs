//! A whole list page: heading, tabs, search, filters, table, paging, and the three empties.

use super::empty::{Denied, Empty, Failed};
use super::icon::Icon;
use super::list::ListState;
use super::list_query::is_narrowed;
use super::load::{leave_if_signed_out, whom_to_ask};
use super::pagination::{Pagination, Window};
use super::platform;
use super::search::SearchBox;
use super::skeleton::Skeleton;
use super::table::{Column, Row, Table};
use super::tabs::{Tab, Tabs};
use super::title::{PageTitle, inside};
use crate::kit;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// The answer a list shows.
pub enum Answer {
    /// Rows of one page.
    Rows(Rows),
    /// No right to see them; says whom to ask.
    Denied(String),
    /// Loading failed, and why.
    Failed(String),
}

impl From<kit::Error> for Answer {
    fn from(error: kit::Error) -> Self {
        leave_if_signed_out(&error);
        match error.kind {
            kit::Kind::Forbidden => Answer::Denied(whom_to_ask(&error)),
            _ => Answer::Failed(error.message),
        }
    }
}

/// One page of rows.
pub struct Rows {
    /// The rows, at most a page of them.
    pub rows: Vec<Row>,
    /// How many match in all, where that is counted.
    pub total: Option<i64>,
    /// Is there a next page?
    pub has_more: bool,
    /// Is there a previous page?
    pub has_previous: bool,
    /// Position of the first row in the list, counted from zero.
    pub offset: i64,
}

impl Rows {
    /// Rows made of the objects of a page.
    pub fn of<T>(page: kit::Page<T>, row: impl FnMut(T) -> Row) -> Self {
        let kit::Page { items, total, has_more, has_previous, offset, .. } = page;
        Rows { rows: items.into_iter().map(row).collect(), total: Some(total), has_more, has_previous, offset }
    }

    /// The same for a list too long to be counted.
    pub fn uncounted<T>(page: kit::Page<T>, row: impl FnMut(T) -> Row) -> Self {
        Rows { total: None, ..Self::of(page, row) }
    }
}

/// What an answer knows beside its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// How many rows each quick tab holds, by its value.
    pub counts: Vec<(String, i64)>,
    /// Better words for filter chips than their raw values: `("customer", "Acme Ltd")`.
    pub names: Vec<(String, String)>,
}

/// A filter on offer. Its key must be among those given to `use_list`.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The key in the address.
    pub key: &'static str,
    /// What it filters by.
    pub label: &'static str,
    /// Values and their words; empty when only links lead to this filter.
    pub options: Vec<(String, String)>,
}

impl Filter {
    /// A filter with fixed choices.
    pub fn choices(key: &'static str, label: &'static str, options: &[(&str, &str)]) -> Self {
        let options = options.iter().map(|(value, words)| ((*value).into(), (*words).into())).collect();
        Filter { key, label, options }
    }

    /// A filter only links set, such as "customer": shown as a chip.
    pub fn linked(key: &'static str, label: &'static str) -> Self {
        Filter { key, label, options: Vec::new() }
    }
}

/// Quick tabs over one filter; a tab with an empty value shows all.
#[derive(Clone, Debug)]
pub struct QuickTabs {
    /// The filter they set.
    pub key: &'static str,
    /// Values and labels, in order.
    pub tabs: Vec<(&'static str, &'static str)>,
}

/// What to show when there is nothing yet.
#[derive(Clone, Debug)]
pub struct FirstRun {
    /// "No customers yet".
    pub title: &'static str,
    /// What they are and what they are for.
    pub text: &'static str,
    /// Label and address of what makes the first one.
    pub action: Option<(&'static str, String)>,
    /// Where to read more.
    pub docs: Option<String>,
}

/// A list page. `rows` reads the page's resource; everything else is in the address.
#[component]
pub fn ListPage(
    list: ListState,
    /// The heading, such as "Customers".
    #[prop(into)]
    title: String,
    /// One sentence under it.
    #[prop(optional, into)]
    intro: Option<String>,
    columns: Vec<Column>,
    /// Reads the resource: `None` while the first answer is on its way.
    #[prop(into)]
    rows: Callback<(), Option<Answer>>,
    first_run: FirstRun,
    #[prop(optional)] filters: Vec<Filter>,
    #[prop(optional, into)] tabs: Option<QuickTabs>,
    /// Reads tab counts and chip names from the resource.
    #[prop(optional, into)]
    extras: Option<Callback<(), Extras>>,
    /// Buttons at the right of the heading.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let frame = NodeRef::<leptos::html::Div>::new();
    focus_when_turned(list, frame);
    let caption = title.clone();
    let body = move || Some(answer_view(rows.try_run(()).flatten()?, list, &caption, &columns, &first_run));
    let search_label = format!("Search {}", inside(&title));
    let selects = filters.iter().filter(|filter| !filter.options.is_empty());
    let selects = selects.map(|filter| filter_view(list, filter)).collect_view();
    view! {
        <header class="page-head">
            <div>
                <PageTitle text=title />
                {intro.map(|intro| view! { <p class="page-intro">{intro}</p> })}
            </div>
            <div class="page-actions">{children.map(|children| children())}</div>
        </header>
        {tabs.map(|quick| quick_tabs(list, quick, extras))}
        <div class="toolbar">
            <SearchBox list=list label=search_label />
            {selects}
        </div>
        {chips(list, filters, extras)}
        <div
            node_ref=frame
            class="list"
            class:pending=move || list.pending.get()
            aria-busy=move || list.pending.get().then_some("true")
        >
            <Transition fallback=|| view! { <Skeleton lines=8 /> } set_pending=list.pending>
                {body}
            </Transition>
        </div>
    }
}

fn answer_view(answer: Answer, list: ListState, caption: &str, columns: &[Column], first_run: &FirstRun) -> AnyView {
    let rows = match answer {
        Answer::Denied(text) => {
            platform::set_status(403);
            return view! { <Denied text=text /> }.into_any();
        }
        Answer::Failed(text) => {
            platform::set_status(500);
            return view! { <Failed text=text /> }.into_any();
        }
        Answer::Rows(rows) => rows,
    };
    let id = |row: Option<&Row>| row.map(|row| row.id.clone()).unwrap_or_default();
    let window = Window {
        first: id(rows.rows.first()),
        last: id(rows.rows.last()),
        len: rows.rows.len() as i64,
        offset: rows.offset,
        total: rows.total,
        has_more: rows.has_more,
        has_previous: rows.has_previous,
    };
    let body = if rows.rows.is_empty() {
        empty_view(list, first_run)
    } else {
        view! { <Table caption=caption.to_owned() columns=columns.to_vec() rows=rows.rows list=list /> }.into_any()
    };
    view! { {body} <Pagination list=list window=window /> }.into_any()
}

fn empty_view(list: ListState, first_run: &FirstRun) -> AnyView {
    if list.query.with_untracked(is_narrowed) {
        return view! {
            <Empty icon=Icon::Search title="Nothing matches" text="No rows match this search and these filters.">
                <a class="btn" href=move || list.bare()>"Clear search and filters"</a>
            </Empty>
        }
        .into_any();
    }
    let FirstRun { title, text, action, docs } = first_run.clone();
    view! {
        <Empty icon=Icon::Inbox title=title text=text>
            {action.map(|(label, href)| view! { <a class="btn btn-primary" href=href data-noscroll="">{Icon::Plus.view()}<span>{label}</span></a> })}
            {docs.map(|docs| view! { <a class="btn btn-quiet" href=docs target="_blank" rel="noopener">"Read the docs"</a> })}
        </Empty>
    }
    .into_any()
}

/// After a page was turned and its rows are there, the table takes the focus; and tell history what still loads.
fn focus_when_turned(list: ListState, frame: NodeRef<leptos::html::Div>) {
    Effect::new(move |was: Option<bool>| {
        let pending = list.pending.get();
        if was.unwrap_or(false) != pending {
            platform::busy(if pending { 1 } else { -1 });
        }
        if !pending && was == Some(true) && list.turned.get_untracked() {
            list.turned.set(false);
            let caption = frame.get_untracked().and_then(|frame| frame.query_selector("caption").ok().flatten());
            if let Some(caption) = caption.and_then(|caption| caption.dyn_into::<HtmlElement>().ok()) {
                let _ = caption.focus();
                leptos::prelude::window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        }
        pending
    });
    on_cleanup(move || {
        if list.pending.try_get_untracked() == Some(true) {
            platform::busy(-1);
        }
    });
}

fn quick_tabs(list: ListState, quick: QuickTabs, extras: Option<Callback<(), Extras>>) -> AnyView {
    let QuickTabs { key, tabs } = quick;
    let view = move || {
        let now = list.query.with(|query| query.filter(key).unwrap_or_default().to_owned());
        let counts = extras.and_then(|extras| extras.try_run(())).map(|extras| extras.counts).unwrap_or_default();
        let tab = |(value, label): &(&'static str, &'static str)| Tab {
            label: (*label).into(),
            href: list.href(&[(key, Some(value))]),
            current: now == *value,
            count: counts.iter().find(|(name, _)| name == value).map(|(_, count)| *count),
        };
        let tabs = tabs.iter().map(tab).collect::<Vec<_>>();
        view! { <Tabs label="Quick filters" tabs=tabs /> }.into_any()
    };
    view! { <Transition>{view}</Transition> }.into_any()
}

fn filter_view(list: ListState, filter: &Filter) -> AnyView {
    let Filter { key, label, options } = filter.clone();
    let now = list.filter(key);
    let option = move |(value, words): (String, String)| {
        let own = value.clone();
        view! { <option value=value selected=move || now.get().as_deref() == Some(own.as_str())>{words}</option> }
    };
    view! {
        <select
            class="select select-small"
            aria-label=label
            on:change:target=move |ev| list.set_filter(key, Some(&ev.target().value()))
        >
            <option value="" selected=move || now.get().is_none()>{format!("{label}: any")}</option>
            {options.into_iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

/// The active filters, each removable, and "Clear all".
fn chips(list: ListState, filters: Vec<Filter>, extras: Option<Callback<(), Extras>>) -> AnyView {
    let view = move || {
        let query = list.query.get();
        let names = extras.and_then(|extras| extras.try_run(())).map(|extras| extras.names).unwrap_or_default();
        if !is_narrowed(&query) {
            return None;
        }
        let search = (!query.q.is_empty()).then(|| chip("Search", &query.q, list.href(&[("q", None)])));
        let active = query.filters.iter().map(|(key, value)| {
            let filter = filters.iter().find(|filter| filter.key == key);
            let option = filter.and_then(|filter| filter.options.iter().find(|(own, _)| own == value));
            let words = names.iter().find(|(name, _)| name == key).or(option).map_or(value, |(_, words)| words);
            chip(filter.map_or(key.as_str(), |filter| filter.label), words, list.href(&[(key, None)]))
        });
        let active = active.collect_view();
        Some(view! {
            <ul class="chips" aria-label="Active filters">
                {search}
                {active}
                <li><a class="btn btn-quiet btn-small" href=list.bare() data-noscroll="">"Clear all"</a></li>
            </ul>
        })
    };
    view! { <Transition>{view}</Transition> }.into_any()
}

fn chip(label: &str, words: &str, without: String) -> AnyView {
    let name = format!("Remove filter {label}: {words}");
    view! {
        <li class="chip">
            <span class="chip-label">{label.to_owned()}</span>
            <span>{words.to_owned()}</span>
            <a href=without aria-label=name data-noscroll="">{Icon::Close.sized(12)}</a>
        </li>
    }
    .into_any()
}
