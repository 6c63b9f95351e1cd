//! The pages about OAuth: the dashboard's list of apps and of what people allowed them, and the plain
//! page that asks for consent.

mod create;
mod grants;
mod list;

#[cfg(feature = "ssr")]
pub mod consent;

pub use list::OauthAppsPage;
