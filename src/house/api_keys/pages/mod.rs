//! The API keys' page: a list, and the dialogs that make, roll and revoke keys.

mod create;
mod list;
mod scopes;

pub use list::ApiKeysPage;
