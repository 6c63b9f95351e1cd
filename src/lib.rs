//! Merx: open, self-hosted billing for merchants in one binary.
#![recursion_limit = "256"]

pub mod app;
pub mod catalog;
pub mod gallery;
#[cfg(feature = "hydrate")]
mod hydrate;
pub mod kit;
pub mod ui;
