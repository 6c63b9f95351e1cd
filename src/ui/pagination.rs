//! The foot of a list: where we are, previous and next, how many.

use super::icon::Icon;
use super::list::ListState;
use super::list_query::{SIZES, count_text};
use leptos::prelude::*;

/// What the foot needs to know of the rows shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Id of the first row.
    pub first: String,
    /// Id of the last row.
    pub last: String,
    /// Position of the first row.
    pub offset: i64,
    /// Rows shown.
    pub len: i64,
    /// Rows there are, where they are counted.
    pub total: Option<i64>,
    /// Is there a next page?
    pub has_more: bool,
    /// Is there a previous page?
    pub has_previous: bool,
}

/// "Showing 21–40 of 57", read out when it changes; previous, next and rows per page.
#[component]
pub fn Pagination(list: ListState, window: Window) -> impl IntoView {
    let showing = showing(&window);
    // Untracked: a newer address brings newer rows, and with them newer links.
    let previous = window.has_previous.then(|| untrack(|| list.turn("before", &window.first)));
    let next = window.has_more.then(|| untrack(|| list.turn("after", &window.last)));
    let size = move || list.query.with(|query| query.size);
    view! {
        <div class="pagination">
            <p class="showing" role="status">{showing}</p>
            <div class="pagination-size">
                <label for="page-size">"Rows"</label>
                <select id="page-size" class="select select-small" on:change:target=move |ev| list.set_size(&ev.target().value())>
                    {SIZES.map(|n| view! { <option value=n.to_string() selected=move || size() == n>{n}</option> }).collect_view()}
                </select>
            </div>
            <nav aria-label="Pages" class="pagination-pages">
                {turn(list, "Previous page", Icon::ChevronLeft, previous)}
                {turn(list, "Next page", Icon::ChevronRight, next)}
            </nav>
        </div>
    }
}

/// A real link, so that it works without scripts; without a target it stays, disabled.
fn turn(list: ListState, label: &'static str, icon: Icon, href: Option<String>) -> AnyView {
    let off = href.is_none();
    view! {
        <a
            class="btn btn-icon"
            role="link"
            aria-label=label
            aria-disabled=off.then_some("true")
            href=href
            on:click=move |_| list.turned.set(!off)
        >
            {icon.view()}
        </a>
    }
    .into_any()
}

fn showing(window: &Window) -> String {
    let Some(total) = window.total.map(count_text) else {
        let more = if window.has_more { ", and there are more" } else { "" };
        return format!("Showing {}{more}", window.len);
    };
    let first = window.offset + 1;
    match window.len {
        0 => format!("Showing 0 of {total}"),
        len => format!("Showing {first}–{} of {total}", window.offset + len),
    }
}
