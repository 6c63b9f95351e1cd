//! The machinery: writes, lists, wire, money.

mod amounts;
mod lists;
mod tally;
mod wire;
mod writes;
