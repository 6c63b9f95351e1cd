//! API keys: how programs prove who they are.
//!
//! A key belongs to one mode of one merchant, speaks one dialect, and is allowed a list of
//! [scopes](crate::house::scopes). It is shown once, when it is made; stored is only its hash, by
//! which the [layer](auth::api) around `/v2` finds it. A key is replaced without a gap by rolling
//! it: the new one works at once, the old one for some hours more.

pub mod model;
pub mod pages;
pub mod rpc;

#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
mod session_key;
