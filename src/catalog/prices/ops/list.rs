//! Lists of prices.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::model::{Filter, Listed, Price, PriceList, PriceModel, PriceType, Sort};
use crate::{
    args,
    catalog::products::model::Product,
    kit::{
        Currency, Found, Id, Page, Query, Result, UrlQuery,
        cx::Cx,
        db::{Sql, Value, query::List},
        search,
    },
    paths,
};

/// Prices, newest first unless the query says otherwise.
pub async fn list(cx: &Cx, filter: Filter, query: Query<Sort>) -> Result<Page<Price>> {
    cx.can("prices:read")?;
    matching(&filter, &query.search).page(cx, &query).await
}

fn matching(filter: &Filter, words: &str) -> List {
    let list = List::tallied("prices", &["", ACTIVE, ARCHIVED])
        .and_if("product_id = ?", filter.product_id.as_ref())
        .and_if("type = ?", filter.kind.as_ref().map(Value::word).as_ref())
        .and_if("pricing_model = ?", filter.pricing_model.as_ref().map(Value::word).as_ref())
        .and_if("currency = ?", filter.currency.as_ref())
        .and_if("lookup_key = ?", filter.lookup_key.as_ref());
    let list = match filter.active {
        Some(active) => list.and(of_state(active), vec![]),
        None => list,
    };
    search::narrow::<Price>(list, words)
}

const ACTIVE: &str = "active = 1";
const ARCHIVED: &str = "active = 0";

/// What narrows the list to prices that are active, or are not.
pub(super) fn of_state(active: bool) -> &'static str {
    if active { ACTIVE } else { ARCHIVED }
}

/// As the list page asks: filters `status` (`active`, `archived`), `type`, `model`, `currency` and
/// `product`, and the counts of its tabs. An unknown word counts as absent, because an address typed
/// by hand should show something.
pub async fn list_for_page(cx: &Cx, query: &UrlQuery) -> Result<PriceList> {
    cx.can("prices:read")?;
    let filter = Filter {
        product_id: query.filter("product").and_then(|id| id.parse().ok()),
        kind: query.filter("type").and_then(word::<PriceType>),
        pricing_model: query.filter("model").and_then(word::<PriceModel>),
        active: match query.filter("status") {
            Some("active") => Some(true),
            Some("archived") => Some(false),
            _ => None,
        },
        currency: query.filter("currency").and_then(Currency::parse),
        lookup_key: None,
    };
    let active = matching(&Filter { active: Some(true), ..filter.clone() }, &query.q).count(cx).await?;
    let archived = matching(&Filter { active: Some(false), ..filter.clone() }, &query.q).count(cx).await?;
    let page: Page<Price> = matching(&filter, &query.q).page(cx, &query.query::<Sort>()).await?;
    let names = names_of(cx, page.items.iter().map(|price| price.product_id).collect()).await?;
    let page = page.map(|price| Listed { product_name: names.get(&price.product_id).cloned().unwrap_or_default(), price });
    Ok(PriceList { page, active, archived })
}

/// Prices for the search over everything: by id, by lookup key, by the beginnings of words of their
/// own names and of their product's.
pub async fn find(cx: &Cx, words: &str) -> Result<Vec<Found>> {
    cx.can("prices:read")?;
    let exact = "(id = ? or lookup_key = ?)";
    let prices: Vec<Price> = search::few(cx, "prices", exact, args![words.to_lowercase(), words], words).await?;
    let names = names_of(cx, prices.iter().map(|price| price.product_id).collect()).await?;
    let found = |price: Price| {
        let (product, amount) = (names.get(&price.product_id), price.amount_text());
        let terms = format!("{amount} {}", price.rhythm_text().to_lowercase());
        Found {
            title: price.title().map_or_else(|| terms.clone(), str::to_owned),
            note: match (product, price.title()) {
                (Some(product), Some(_)) => format!("{product}, {terms}"),
                (Some(product), None) => product.clone(),
                (None, _) => terms.clone(),
            },
            href: paths::price(price.id),
        }
    };
    Ok(prices.into_iter().map(found).collect())
}

fn word<T: for<'a> Deserialize<'a>>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

/// Names of products.
async fn names_of(cx: &Cx, mut products: Vec<Id<Product>>) -> Result<BTreeMap<Id<Product>, String>> {
    products.sort_unstable();
    products.dedup();
    if products.is_empty() {
        return Ok(BTreeMap::new());
    }
    let marks: Vec<String> = (3..products.len() + 3).map(|number| format!("${number}")).collect();
    let sql = format!("select id, name from products where merchant_id = $1 and live = $2 and id in ({})", marks.join(", "));
    let rows: Vec<(Id<Product>, String)> = cx.all(Sql::Built(sql), products.iter().map(Value::from).collect()).await?;
    Ok(rows.into_iter().collect())
}
