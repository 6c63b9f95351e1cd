//! People: accounts, what they may do for a merchant, and how they prove who they are.
//!
//! The first account and the first merchant are made together at set-up, by the page or by
//! `merx init`. Everybody else comes by invitation, which gives an account one of five
//! [roles](model::Role) with one merchant. Signing in ([`ops::sign_in`]) starts a session; the
//! [layer](auth::browser) around pages and server functions turns it into the context of each
//! request. Sessions stand in the database ([`store`]), so they can be listed and revoked.
//!
//! Passwords are hashed with argon2id; links in mails carry random tokens of which only hashes
//! are stored; guessing is slowed down per account and per address ([`ops::throttle`]).

pub mod frame;
pub mod model;
pub mod pages;
pub mod rpc;
pub mod viewer;

#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
pub mod store;
