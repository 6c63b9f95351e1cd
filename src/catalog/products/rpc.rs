//! The browser's door to products.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::model::{EditProduct, NewProduct, Product};
use crate::kit::{Page, Result, UrlQuery};

/// Products for the list page; filters `status` (`active`, `archived`) and `kind`.
#[server(input = Json)]
pub async fn list_products(query: UrlQuery) -> Result<Page<Product>> {
    super::ops::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// One product by its id or `product_id`.
#[server(input = Json)]
pub async fn get_product(id: String) -> Result<Product> {
    super::ops::get(&crate::kit::cx::cx()?, &id).await
}

/// Creates a product.
#[server(input = Json)]
pub async fn create_product(new: NewProduct) -> Result<Product> {
    super::ops::create(&crate::kit::cx::cx()?, new).await
}

/// Changes a product.
#[server(input = Json)]
pub async fn update_product(id: String, edit: EditProduct) -> Result<Product> {
    super::ops::update(&crate::kit::cx::cx()?, &id, edit).await
}
