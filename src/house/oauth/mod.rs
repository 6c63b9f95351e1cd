//! OAuth 2.1: how programs of others get access without a key.
//!
//! A *client* is such a program: an app that the merchant made for itself, or one that registered
//! itself and belongs to nobody. A person allows a client something, which is a *grant*: the client
//! gets a code, then an access token for an hour and a refresh token for a week, which it changes
//! for new ones. A client of the merchant's own also gets access tokens for itself. Codes, tokens
//! and secrets are stored as hashes only.
//!
//! [`endpoints`] speaks the protocol, [`ops`] decides, [`auth`] knows the bearer of a token. A token
//! never allows more than the person who gave it may do at the moment.

pub mod model;
pub mod pages;
pub mod rpc;

#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod endpoints;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
mod refusal;
#[cfg(feature = "ssr")]
mod rights;
#[cfg(feature = "ssr")]
mod uris;
