//! What a list shows, as it stands in the address: search, filters, sort and page.

use crate::kit::UrlQuery;
use leptos_router::params::ParamsMap;

/// Page sizes on offer; the first is the default.
pub const SIZES: [i64; 3] = [20, 50, 100];

/// Read from the address. Only declared filter keys count.
pub fn read(params: &ParamsMap, keys: &[&'static str], size: i64) -> UrlQuery {
    let text = |key: &str| params.get(key).unwrap_or_default();
    let filters = keys.iter().map(|key| ((*key).to_owned(), text(key))).filter(|(_, value)| !value.is_empty());
    UrlQuery {
        q: text("q"),
        sort: text("sort"),
        after: text("after"),
        before: text("before"),
        size: text("size").parse().ok().filter(|size| SIZES.contains(size)).unwrap_or(size),
        filters: filters.collect(),
    }
}

/// Is anything searched or filtered?
pub fn is_narrowed(query: &UrlQuery) -> bool {
    !query.q.is_empty() || !query.filters.is_empty()
}

/// `path?query` with one key set or removed and everything else kept.
pub fn with_key(path: &str, query: &ParamsMap, key: &str, value: Option<&str>) -> String {
    with_keys(path, query, &[(key, value)])
}

/// `path?query` with some keys set or removed and everything else kept.
pub fn with_keys(path: &str, query: &ParamsMap, changes: &[(&str, Option<&str>)]) -> String {
    let mut query = query.clone();
    for (key, value) in changes {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => query.replace((*key).to_owned(), value.to_owned()),
            None => drop(query.remove(key)),
        }
    }
    let text = query.to_query_string();
    if text == "?" { path.to_owned() } else { format!("{path}{text}") }
}

/// "1,234"; "10,000+" where nobody reads the rest.
pub fn count_text(total: i64) -> String {
    if total > 10_000 {
        return "10,000+".into();
    }
    if total >= 1000 { format!("{},{:03}", total / 1000, total % 1000) } else { total.to_string() }
}
