//! The one table: every list and every linked table is an instance of it.

use super::icon::Icon;
use super::list::ListState;
use super::menu::{Menu, MenuItem};
use leptos::prelude::*;

/// A column's heading and how its cells stand.
#[derive(Clone, Debug)]
pub struct Column {
    label: &'static str,
    sort: Option<&'static str>,
    class: &'static str,
}

impl Column {
    /// A column of words.
    pub fn new(label: &'static str) -> Self {
        Column { label, sort: None, class: "" }
    }

    /// A column of amounts or counts: right-aligned, tabular figures.
    pub fn amount(label: &'static str) -> Self {
        Column { label, sort: None, class: "num" }
    }

    /// Its heading sorts by this key.
    pub fn sort(mut self, key: &'static str) -> Self {
        self.sort = Some(key);
        self
    }
}

/// One row: cells in the order of the columns, optionally a link and a menu.
pub struct Row {
    /// Its id; the cursor of paging.
    pub id: String,
    href: Option<String>,
    cells: Vec<AnyView>,
    name: String,
    menu: Vec<MenuItem>,
}

impl Row {
    /// An empty row for the object with this id.
    pub fn new(id: impl ToString) -> Self {
        Row { id: id.to_string(), href: None, cells: Vec::new(), name: String::new(), menu: Vec::new() }
    }

    /// Where the first cell, and a click anywhere in the row, leads.
    pub fn link(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// The next cell.
    pub fn cell(mut self, view: impl IntoAny) -> Self {
        self.cells.push(view.into_any());
        self
    }

    /// What can be done with it; `name` tells the menu buttons apart.
    pub fn menu(mut self, name: impl Into<String>, items: Vec<MenuItem>) -> Self {
        self.name = name.into();
        self.menu = items;
        self
    }
}

/// A table. With a `ListState` its headings sort; without one it is a plain table of linked objects.
#[component]
pub fn Table(
    /// Says what the rows are; the caption.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    #[prop(optional)] list: Option<ListState>,
    /// Show the caption above the table instead of to screen readers only.
    #[prop(optional)]
    titled: bool,
) -> impl IntoView {
    let with_menu = rows.iter().any(|row| !row.menu.is_empty());
    let heads = columns.iter().map(|column| head(column, list)).collect_view();
    let rows = rows.into_iter().map(|row| row_view(row, &columns, with_menu)).collect_view();
    let caption_class = if titled { "caption" } else { "sr-only" };
    view! {
        <div class="table-box">
            <table class="table">
                <caption class=caption_class tabindex="-1">{caption}</caption>
                <thead>
                    <tr>
                        {heads}
                        {with_menu.then(|| view! { <th scope="col" class="row-menu"><span class="sr-only">"Actions"</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn head(column: &Column, list: Option<ListState>) -> AnyView {
    let label = column.label;
    let (Some(key), Some(list)) = (column.sort, list) else {
        return view! { <th scope="col" class=column.class>{label}</th> }.into_any();
    };
    let arrow = move || match list.sorted(key) {
        "ascending" => Icon::ArrowUp.sized(13),
        "descending" => Icon::ArrowDown.sized(13),
        _ => Icon::Sort.sized(13),
    };
    view! {
        <th scope="col" class=column.class aria-sort=move || list.sorted(key)>
            <button type="button" class="th-sort" on:click=move |_| list.toggle_sort(key)>{label} {arrow}</button>
        </th>
    }
    .into_any()
}

fn row_view(row: Row, columns: &[Column], with_menu: bool) -> AnyView {
    let Row { id, href, cells, name, menu } = row;
    let linked = href.is_some();
    let mut href = href;
    let cells = cells.into_iter().zip(columns).map(|(cell, column)| {
        let cell = match href.take() {
            Some(href) => view! { <a class="row-link" href=href>{cell}</a> }.into_any(),
            None => cell,
        };
        view! { <td class=column.class data-label=column.label><div class="cell">{cell}</div></td> }
    });
    let cells = cells.collect_view();
    let menu = with_menu.then(|| {
        let menu =
            (!menu.is_empty()).then(|| view! { <Menu id=format!("row-{id}") label=format!("Actions for {name}") items=menu /> });
        view! { <td class="row-menu">{menu}</td> }
    });
    view! { <tr class:row-linked=linked>{cells}{menu}</tr> }.into_any()
}
