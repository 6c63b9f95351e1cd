//! The only place that asks the machine for the time.

use super::{Mode, Time};

/// Where requests get their `now` from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// Test mode stands still at this time (`--clock`).
    pub frozen: Option<Time>,
}

impl Clock {
    /// The time of a request in `mode`.
    pub fn now(self, mode: Mode) -> Time {
        match (mode, self.frozen) {
            (Mode::Test, Some(time)) => time,
            _ => Self::system(),
        }
    }

    /// The machine's time, for sessions, throttles and live mode.
    #[allow(clippy::disallowed_methods, reason = "everybody else asks this function")]
    pub fn system() -> Time {
        Time(jiff::Timestamp::now().as_millisecond())
    }
}
