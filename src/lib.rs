//! Merx: open, self-hosted billing for merchants in one binary.
//!
//! In the order in which money and data take their way; a wing imports only wings before it:
//!
//! - [`kit`]: machinery without nouns: database, context, errors, wire
//! - [`ui`]: components without nouns
//! - [`house`]: who asks: people, sessions, API keys, OAuth apps, the business profile
//! - [`catalog`]: what is sold: products, prices, discounts
//! - [`people`]: whom it is sold to, and through what: apps and their listings
//! - [`outward`]: what is told to the world: events, webhooks
//! - [`find`]: search over everything; [`paths`]: every address of the site
//! - [`app`]: document, router and layouts of the dashboard; `hydrate`: its start in the browser
//! - `revenuecat`: the second dialect of the API (server only)
//! - `worker`: what runs beside requests (server only)
//! - `server`: the axum assembly; `reference`: the API's document and its page; `assets`: the site's
//!   files; `seed`: sample data (server only)
#![recursion_limit = "512"]

pub mod app;
#[cfg(feature = "ssr")]
mod assets;
pub mod catalog;
pub mod find;
pub mod house;
#[cfg(feature = "hydrate")]
mod hydrate;
pub mod kit;
pub mod outward;
pub mod paths;
pub mod people;
#[cfg(feature = "ssr")]
mod reference;
#[cfg(feature = "ssr")]
pub mod revenuecat;
#[cfg(feature = "ssr")]
pub mod seed;
#[cfg(feature = "ssr")]
pub mod server;
pub mod ui;
#[cfg(feature = "ssr")]
pub mod worker;
