//! Merx.
