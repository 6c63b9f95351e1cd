//! What is told to the world.
//!
//! Every change writes an event in its own transaction. Events can be read one by one, and are sent to
//! whoever asked for them: a worker makes deliveries of each event for the endpoints that listen, and
//! attempts them until they arrive.

pub mod events;
pub mod webhooks;
