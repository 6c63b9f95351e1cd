//! The machinery: writes, lists, wire, money.

mod amounts;
mod lists;
mod wire;
mod writes;
