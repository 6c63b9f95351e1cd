//! What a search over everything finds.

use serde::{Deserialize, Serialize};

/// Most objects of one kind that are found at once.
pub const FOUND_MAX: usize = 5;

/// Objects of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundGroup {
    /// For people: `Products`.
    pub label: String,
    /// At most [`FOUND_MAX`], exact matches first, then the newest.
    pub items: Vec<Found>,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub title: String,
    /// What tells it from others of the same title.
    pub note: String,
    /// The address of its page.
    pub href: String,
}
