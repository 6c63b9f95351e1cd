//! Lists, as every door and the dashboard see them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Most items one page holds.
pub const LIMIT_MAX: i64 = 100;
/// Items of a page when the caller does not say.
pub const LIMIT_DEFAULT: i64 = 20;

/// Which part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// Skip `offset` items.
    Offset(i64),
    /// What follows the object with this id in the list's order.
    After(String),
    /// What precedes the object with this id, nearest last.
    Before(String),
}

/// A request for part of a list. `S` names the columns it may be ordered by; its default is the
/// list's own order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query<S> {
    pub window: Window,
    /// 1 to [`LIMIT_MAX`] items.
    pub limit: i64,
    pub sort: S,
    /// Largest or newest first.
    pub descending: bool,
    /// Words that must all begin some word of the object's searchable text; empty for all.
    #[serde(default)]
    pub search: String,
    /// Whether the page's position in the list is wanted, which costs a count.
    #[serde(default)]
    pub position: bool,
    /// Whether the total is wanted, which can cost a count.
    #[serde(default = "wanted")]
    pub total: bool,
}

fn wanted() -> bool {
    true
}

impl<S: Default> Default for Query<S> {
    fn default() -> Self {
        Self {
            window: Window::Offset(0),
            limit: LIMIT_DEFAULT,
            sort: S::default(),
            descending: true,
            search: String::new(),
            position: false,
            total: wanted(),
        }
    }
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Objects that match, on all pages together; 0 if it was not asked for.
    pub total: i64,
    /// Whether objects follow this page.
    pub has_more: bool,
    /// Whether objects precede this page.
    pub has_previous: bool,
    /// What was asked for: at most this many items.
    pub limit: i64,
    /// Position of the first item, counted from zero; 0 after a cursor unless it was asked for.
    pub offset: i64,
}

impl<T> Page<T> {
    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            total: self.total,
            has_more: self.has_more,
            has_previous: self.has_previous,
            limit: self.limit,
            offset: self.offset,
        }
    }
}

/// How the dashboard asks for a list: what stands in the page's address.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UrlQuery {
    /// Words to search for.
    #[serde(default)]
    pub q: String,
    /// Column, with `-` in front for descending; empty for the list's own order.
    #[serde(default)]
    pub sort: String,
    /// Id of the last row of the page before.
    #[serde(default)]
    pub after: String,
    /// Id of the first row of the page after.
    #[serde(default)]
    pub before: String,
    /// Rows on a page; 0 for the default.
    #[serde(default)]
    pub size: i64,
    /// Filters by name, for example `status=archived`.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
}

impl UrlQuery {
    /// As a list request; an unknown column falls back to the list's own order, because an
    /// address typed by hand should show something.
    pub fn query<S: Default + for<'a> Deserialize<'a>>(&self) -> Query<S> {
        let (name, descending) = match self.sort.strip_prefix('-') {
            Some(name) => (name, true),
            None => (self.sort.as_str(), false),
        };
        let sort = serde_json::from_value::<S>(serde_json::Value::String(name.to_owned())).ok();
        let window = if !self.after.is_empty() {
            Window::After(self.after.clone())
        } else if !self.before.is_empty() {
            Window::Before(self.before.clone())
        } else {
            Window::Offset(0)
        };
        Query {
            window,
            limit: if self.size == 0 { LIMIT_DEFAULT } else { self.size.clamp(1, LIMIT_MAX) },
            descending: sort.is_none() || descending,
            sort: sort.unwrap_or_default(),
            search: self.q.clone(),
            position: true,
            total: true,
        }
    }

    /// A filter's value, if it is set.
    pub fn filter(&self, name: &str) -> Option<&str> {
        self.filters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
