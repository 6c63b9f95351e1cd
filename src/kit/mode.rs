//! Test and live: two worlds of one merchant that never mix.

use serde::{Deserialize, Serialize};

/// Marks ids of merchants; what a merchant is, `house::settings` knows.
pub enum Tenant {}

/// Which of a merchant's two worlds a request is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// No real money; its clock can be set.
    #[default]
    Test,
    Live,
}

impl Mode {
    /// As the `live` column of every tenant table holds it.
    pub fn live(self) -> bool {
        self == Self::Live
    }

    /// `test` or `live`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }
}

/// Whether a list of granted scopes (`products:write`, `products:*`, `*`, or in RevenueCat's dialect
/// `project_configuration:products:read_write`) covers `needed`. Writing includes reading.
pub fn scopes_allow<S: AsRef<str>>(granted: &[S], needed: &str) -> bool {
    let (resource, verb) = needed.rsplit_once(':').unwrap_or((needed, ""));
    granted.iter().any(|scope| {
        let scope = scope.as_ref();
        let (held, right) = scope.rsplit_once(':').unwrap_or((scope, ""));
        let covers = right == "*" || (matches!(right, "write" | "read_write") && verb == "read");
        scope == "*" || scope == needed || (held == resource && covers)
    })
}
