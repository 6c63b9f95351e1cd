//! Merx: open, self-hosted billing for merchants in one binary.
#![recursion_limit = "256"]

pub mod catalog;
pub mod kit;
