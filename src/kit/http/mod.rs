//! The wire: what every door of both dialects shares.
//!
//! A handler's signature is its contract. The argument says how it is asked ([`paging`], [`json`]),
//! the return type says in which envelope it answers ([`envelope`]), the router it sits in says
//! how its errors look ([`errors`]); OpenAPI is read off all of them ([`docs`]).

pub mod client;
pub mod docs;
pub mod envelope;
pub mod errors;
pub mod examples;
pub mod idempotency;
pub mod json;
pub mod observe;
pub mod paging;
pub mod pinned;
pub mod protect;
pub mod rate_limit;
pub mod tagged;
pub mod version;
pub mod wire;

mod routes;

pub use routes::Routes;
pub use utoipa_axum::routes;
