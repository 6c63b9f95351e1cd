//! The pages about people.
//!
//! Those for signing in work without scripts: plain forms, posted to server functions that
//! redirect; what was wrong comes back in the address. The others live in the dashboard.

mod account;
mod entry;
mod invitation;
mod members;
mod plain;
mod team;

pub use entry::{ForgotPasswordPage, ResetPasswordPage, SetUpPage, SignInPage};
pub use invitation::InvitationPage;
pub use team::TeamPage;
