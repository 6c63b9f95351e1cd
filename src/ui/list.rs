//! The state of a list page: reads the address, writes the address.

use super::list_query::{SIZES, read, with_key, with_keys};
use super::platform;
use crate::kit::UrlQuery;
use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use serde::{Serialize, de::DeserializeOwned};
use std::{pin::pin, time::Duration};

/// A list's state. Make it with [`use_list`] in `LazyRoute::data`, give `query` to the resource.
#[derive(Clone, Copy)]
pub struct ListState {
    /// What to load.
    pub query: Memo<UrlQuery>,
    /// Is a newer answer on its way?
    pub pending: RwSignal<bool>,
    /// Letters typed so far, ahead of the address.
    pub text: RwSignal<String>,
    /// Set by paging; the table then takes the focus when the rows are there.
    pub(super) turned: RwSignal<bool>,
    path: Memo<String>,
    params: Memo<ParamsMap>,
    go: Callback<String>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Told when the query changes.
    overtaken: StoredValue<Option<oneshot::Sender<()>>>,
}

/// The list of this route; `keys` are its filters.
pub fn use_list(keys: &'static [&'static str]) -> ListState {
    let params = use_query_map();
    let path = use_location().pathname;
    // The size chosen last counts everywhere; a cookie, so that the server knows it too.
    let size = platform::cookie("page_size").and_then(|size| size.parse().ok());
    let size = size.filter(|size| SIZES.contains(size)).unwrap_or(SIZES[0]);
    let query = Memo::new(move |_| params.with(|params| read(params, keys, size)));
    let navigate = use_navigate();
    let go = Callback::new(move |href: String| {
        navigate(&href, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    });
    let text = RwSignal::new(query.with_untracked(|query| query.q.clone()));
    let timer = StoredValue::new(None::<TimeoutHandle>);
    // Back, forward and "Clear all" change the address: the box follows, unless letters wait in it.
    Effect::new(move |_| {
        let q = query.with(|query| query.q.clone());
        if timer.with_value(Option::is_none) && text.with_untracked(|text| text.trim() != q) {
            text.set(q);
        }
    });
    let overtaken = StoredValue::new(None::<oneshot::Sender<()>>);
    Effect::new(move |_| {
        query.track();
        overtaken.update_value(|sender| {
            sender.take().map(|sender| sender.send(()));
        });
    });
    ListState { query, pending: RwSignal::new(false), text, turned: RwSignal::new(false), path, params, go, timer, overtaken }
}

impl ListState {
    /// The answer to the address's query. A newer query goes out at once and the older one is
    /// dropped; a plain resource would first wait for the older answer.
    pub fn resource<T, Fut>(self, ask: impl Fn(UrlQuery) -> Fut + Copy + Send + Sync + 'static) -> Resource<T>
    where
        T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
        Fut: Future<Output = T> + Send + 'static,
    {
        // The resource asks again for what was answered ahead of its turn.
        let ahead = StoredValue::new(None::<(UrlQuery, T)>);
        Resource::new(
            move || self.query.get(),
            move |mut query| async move {
                if let Some((answered, answer)) = ahead.try_update_value(Option::take).flatten()
                    && answered == query
                {
                    return answer;
                }
                let asked = query.clone();
                let answer = loop {
                    let (sender, overtaken) = oneshot::channel();
                    self.overtaken.try_set_value(Some(sender));
                    let newer = async move {
                        if overtaken.await.is_err() {
                            std::future::pending().await
                        }
                    };
                    match select(pin!(ask(query.clone())), pin!(newer)).await {
                        Either::Left((answer, _)) => break answer,
                        Either::Right(_) => query = self.query.try_get_untracked().unwrap_or(query),
                    }
                };
                if query != asked {
                    ahead.try_set_value(Some((query, answer.clone())));
                }
                answer
            },
        )
    }

    /// The address with some keys changed, back on the first page.
    pub fn href(self, changes: &[(&str, Option<&str>)]) -> String {
        let mut all = vec![("after", None), ("before", None)];
        all.extend_from_slice(changes);
        self.params.with(|params| with_keys(&self.path.get(), params, &all))
    }

    /// The value of one filter.
    pub fn filter(self, key: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.query.with(|query| query.filter(key).map(str::to_owned)))
    }

    /// Set or clear one filter.
    pub fn set_filter(self, key: &str, value: Option<&str>) {
        self.go.try_run(untrack(|| self.href(&[(key, value)])));
    }

    /// The bare address: no search, no filters, no sort.
    pub fn bare(self) -> String {
        self.path.get()
    }

    /// First click sorts, the second reverses.
    pub fn toggle_sort(self, column: &str) {
        let next = match self.query.with_untracked(|query| query.sort.clone()) {
            now if now == column => format!("-{column}"),
            _ => column.to_owned(),
        };
        self.go.try_run(untrack(|| self.href(&[("sort", Some(&next))])));
    }

    /// `ascending`, `descending` or `none`, for `aria-sort`.
    pub fn sorted(self, column: &str) -> &'static str {
        self.query.with(|query| match query.sort.strip_prefix('-') {
            Some(sort) if sort == column => "descending",
            None if query.sort == column => "ascending",
            _ => "none",
        })
    }

    /// Search as typed: after 200 ms of rest the address follows.
    pub fn type_text(self, text: String) {
        self.text.set(text);
        self.timer.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
            *timer = set_timeout_with_handle(move || self.send_text(), Duration::from_millis(200)).ok();
        });
    }

    /// Search now: Enter, or the timer.
    pub fn send_text(self) {
        // The page may be gone by the time the timer fires.
        let Some(Some(timer)) = self.timer.try_update_value(Option::take) else { return };
        timer.clear();
        let Some(text) = self.text.try_get_untracked() else { return };
        let href = untrack(|| self.href(&[("q", Some(text.trim()))]));
        self.go.try_run(href);
    }

    /// Rows per page, remembered for every list.
    pub fn set_size(self, size: &str) {
        platform::set_cookie("page_size", size);
        self.go.try_run(untrack(|| self.href(&[("size", Some(size))])));
    }

    /// The address of the next or previous page.
    pub fn turn(self, key: &'static str, id: &str) -> String {
        self.href(&[(key, Some(id))])
    }

    /// The address that opens a drawer over the list as it stands.
    pub fn drawer(self, value: &str) -> String {
        self.params.with(|params| with_key(&self.path.get(), params, "drawer", Some(value)))
    }
}
