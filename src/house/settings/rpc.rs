//! The browser's server functions about the business.

use leptos::prelude::*;
use server_fn::codec::Json;

use super::model::{Business, EditBusiness};
use crate::kit::Error;

/// The business profile.
#[server(input = Json)]
pub async fn get_business() -> Result<Business, Error> {
    super::ops::get(&crate::kit::cx::cx()?).await
}

/// Changes the business profile.
#[server(input = Json)]
pub async fn update_business(edit: EditBusiness) -> Result<Business, Error> {
    super::ops::update(&crate::kit::cx::cx()?, edit).await
}

/// Replaces the logo with a picture, as a `data:` address.
#[server(input = Json)]
pub async fn set_logo(data: String) -> Result<Business, Error> {
    super::ops::set_logo(&crate::kit::cx::cx()?, &data).await
}

/// Removes the logo.
#[server(input = Json)]
pub async fn remove_logo() -> Result<Business, Error> {
    super::ops::remove_logo(&crate::kit::cx::cx()?).await
}

/// Names of all time zones, to choose from.
#[server(input = Json)]
pub async fn list_time_zones() -> Result<Vec<String>, Error> {
    crate::kit::cx::cx()?;
    Ok(super::ops::time_zones())
}
