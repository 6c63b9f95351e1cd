//! Requests that the server makes to addresses which strangers chose.
//!
//! Nobody may use the server to reach what only the server can reach: its own machine, its network,
//! the cloud's metadata service. [`address`] says which addresses are public; [`client`] connects to no
//! other, whatever a name resolves to at that moment, and follows no redirects.

pub mod address;
pub mod client;
