//! The browser's door to discounts.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::model::{Discount, DiscountList, DiscountView, EditDiscount, NewDiscount};
use crate::kit::{Result, UrlQuery};

/// Discounts for the list page; filter `status`, one of [`super::model::Status`].
#[server(input = Json)]
pub async fn list_discounts(query: UrlQuery) -> Result<DiscountList> {
    super::ops::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// One discount, with what its page shows beside it.
#[server(input = Json)]
pub async fn get_discount(id: String) -> Result<DiscountView> {
    super::ops::view(&crate::kit::cx::cx()?, &id).await
}

/// Creates a discount.
#[server(input = Json)]
pub async fn create_discount(new: NewDiscount) -> Result<Discount> {
    super::ops::create(&crate::kit::cx::cx()?, new).await
}

/// Changes, archives or restores a discount.
#[server(input = Json)]
pub async fn update_discount(id: String, edit: EditDiscount) -> Result<Discount> {
    super::ops::update(&crate::kit::cx::cx()?, &id, edit).await
}
