//! The business itself: what stands on its invoices and what new objects start from.

pub mod model;
pub mod pages;
pub mod rpc;

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
pub mod merchants;
#[cfg(feature = "ssr")]
pub mod ops;

#[cfg(feature = "ssr")]
pub use api::routes;
