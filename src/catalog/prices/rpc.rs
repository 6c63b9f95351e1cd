//! The browser's door to prices.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::model::{EditPrice, NewPrice, Price, PriceList, PriceView, Quote};
use crate::kit::{Id, Result, UrlQuery};

/// Prices for a list; filters `status` (`active`, `archived`), `type`, `model`, `currency`, `product`.
#[server(input = Json)]
pub async fn list_prices(query: UrlQuery) -> Result<PriceList> {
    super::ops::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// One price, with what its page shows beside it.
#[server(input = Json)]
pub async fn get_price(id: String) -> Result<PriceView> {
    super::ops::view(&crate::kit::cx::cx()?, &id).await
}

/// Creates a price.
#[server(input = Json)]
pub async fn create_price(new: NewPrice) -> Result<Price> {
    super::ops::create(&crate::kit::cx::cx()?, new).await
}

/// Changes what may change of a price.
#[server(input = Json)]
pub async fn update_price(id: Id<Price>, edit: EditPrice) -> Result<Price> {
    super::ops::update(&crate::kit::cx::cx()?, id, edit).await
}

/// What the server says a price comes to: the same as the browser's own preview.
#[server(input = Json)]
pub async fn quote_price(new: NewPrice, quantity: i64, base: Option<i64>) -> Result<Quote> {
    super::ops::quote(&crate::kit::cx::cx()?, new, quantity, base)
}
