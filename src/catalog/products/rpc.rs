//! The browser's door to products.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::model::{EditProduct, NewProduct, Product, ProductList, ProductView};
use crate::kit::{Page, Result, UrlQuery};

/// Products for the list page; filters `status` (`active`, `archived`) and `kind`.
#[server(input = Json)]
pub async fn list_products(query: UrlQuery) -> Result<Page<Product>> {
    super::ops::list_for_page(&crate::kit::cx::cx()?, &query).await
}

/// The same, with the counts of the list page's tabs.
#[server(input = Json)]
pub async fn browse_products(query: UrlQuery) -> Result<ProductList> {
    super::ops::list_with_counts(&crate::kit::cx::cx()?, &query).await
}

/// One product with what happened to it.
#[server(input = Json)]
pub async fn show_product(id: String) -> Result<ProductView> {
    super::ops::view(&crate::kit::cx::cx()?, &id).await
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
