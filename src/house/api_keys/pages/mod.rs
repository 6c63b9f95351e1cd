//! The API keys' page: a list, and the dialogs that make, roll and revoke keys.

pub(in crate::house) mod create;
pub(in crate::house) mod list;
pub(in crate::house) mod scopes;

pub use list::ApiKeysPage;
