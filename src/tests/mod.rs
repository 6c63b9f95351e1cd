//! Black-box tests: through the router, on SQLite or (with `MERX_TEST_DATABASE_URL`) PostgreSQL.
//!
//! One binary for all of them, inside `src/`, so that it reuses the library's build.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod amounts;
mod api_keys;
mod binary;
mod browser;
mod dialect;
mod discounts;
mod endpoints;
mod find;
mod harness;
mod idempotency;
mod kit;
mod limits;
mod live;
mod oauth;
mod outward;
mod prices;
mod products;
mod requests;
mod revenuecat;
mod settings;
mod team;
mod tidy;
mod upgrade;
mod webhooks;
mod wire;
