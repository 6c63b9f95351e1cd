//! The log of requests: every call of `/v2` by a known caller, for thirty days.
//!
//! A [layer](log::record) behind the one that knows callers notes each call and its answer; a task
//! beside the requests masks secrets ([`mask`]) and writes the notes in batches, so that no call
//! waits for its own record. When notes come faster than they can be written they are dropped and
//! counted: the log is for people who look for a cause, it is not a ledger.

pub mod model;
pub mod pages;
pub mod rpc;

#[cfg(feature = "ssr")]
pub mod log;
#[cfg(feature = "ssr")]
pub mod mask;
#[cfg(feature = "ssr")]
pub mod ops;
#[cfg(feature = "ssr")]
mod writer;
