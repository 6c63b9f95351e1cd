//! Who asks: people and their roles, API keys, and the business they work for.
//!
//! The ground floor. A request comes in through one of two doors: a browser with a session
//! ([`team::auth`]) or a program with a key ([`api_keys::auth`]) or an access token
//! ([`oauth::auth`]). Both end as a [`Cx`](crate::kit::cx::Cx) that says whose data, in which mode,
//! by whom and allowed what; nothing after that asks again. What a caller may do is a list of
//! scopes ([`scopes`]), whether it comes from a member's role, from a key or from a grant.
//!
//! People and the business are shared by test and live mode; keys belong to one of them.

pub mod api_keys;
pub mod oauth;
pub mod requests;
pub mod scopes;
pub mod settings;
pub mod tabs;
pub mod team;

#[cfg(feature = "ssr")]
mod shared;
