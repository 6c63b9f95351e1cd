//! Changes to what test and live mode share.

use crate::kit::{Mode, clock::Clock, cx::Cx};

/// The context in which people and the business are changed: its events stand in live mode's
/// history whichever mode the page was in, at the real time, so that there is one history of them.
pub fn shared(cx: &Cx) -> Cx {
    Cx { mode: Mode::Live, now: Clock::system(), ..cx.clone() }
}
