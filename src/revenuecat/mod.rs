//! The second dialect: RevenueCat's Developer API v2, under `/v2/projects`.
//!
//! The same operations as everywhere, called by RevenueCat's names. Each noun is one file with its
//! wire types, how they are made of ours, and its doors:
//!
//! - [`projects`]: one merchant in one mode
//! - [`apps`]: where customers buy
//! - [`products`]: prices, as stores sell them
//! - [`webhooks`]: where events are sent
//!
//! What they share: who asks for which project and may what ([`project`]), lists ([`list`]),
//! bodies ([`body`]), ids ([`ids`]), errors ([`errors`]) and limits ([`limits`]).

mod apps;
mod body;
mod errors;
mod ids;
pub(crate) mod limits;
mod list;
mod products;
mod project;
mod projects;
mod webhooks;

use crate::kit::http::{Routes, errors::Form};

/// How this dialect spells errors.
pub const FORM: Form = Form::Of(&errors::SPELLING);

/// Whether a path belongs to this dialect.
pub fn speaks(path: &str) -> bool {
    path == "/v2/projects" || path.starts_with("/v2/projects/")
}

/// The routes of all nouns, in the order of RevenueCat's document.
pub fn routes() -> Vec<Routes> {
    vec![projects::routes(), apps::routes(), products::routes(), webhooks::routes()]
}
