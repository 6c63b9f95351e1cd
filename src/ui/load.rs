//! Waiting for one thing: skeleton, then the thing, or why not.

use super::empty::{Denied, Empty, Failed};
use super::icon::Icon;
use super::platform;
use super::skeleton::Skeleton;
use super::title::PageTitle;
use crate::kit;
use leptos::prelude::*;

/// Why a thing cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no such thing; answers 404.
    Missing,
    /// No right; answers 403, says whom to ask.
    Denied(String),
    /// It failed; answers 500.
    Failed(String),
}

impl From<kit::Error> for Trouble {
    fn from(error: kit::Error) -> Self {
        leave_if_signed_out(&error);
        match error.kind {
            kit::Kind::NotFound => Trouble::Missing,
            kit::Kind::Forbidden => Trouble::Denied(whom_to_ask(&error)),
            _ => Trouble::Failed(error.message),
        }
    }
}

/// What is missing, and who can help.
pub fn whom_to_ask(error: &kit::Error) -> String {
    format!("{}. Ask an owner or admin to give you access.", error.message)
}

/// A session that ended elsewhere: on to signing in, and back to this page after it.
pub fn leave_if_signed_out(error: &kit::Error) {
    if error.kind == kit::Kind::Unauthenticated {
        platform::sign_in_again();
    }
}

/// Shows what `view` makes of the page's resource: `None` while it is on its way.
/// Later loads keep the old view.
#[component]
pub fn Load(#[prop(into)] view: Callback<(), Option<Result<AnyView, Trouble>>>) -> impl IntoView {
    // A drawer that closes takes `view` with it, and its last answer may come after that.
    let body = move || Some(view.try_run(()).flatten()?.unwrap_or_else(trouble_view));
    view! { <Transition fallback=|| view! { <Skeleton lines=10 /> }>{body}</Transition> }
}

fn trouble_view(trouble: Trouble) -> AnyView {
    match trouble {
        Trouble::Missing => view! { <NotFound /> }.into_any(),
        Trouble::Denied(text) => {
            platform::set_status(403);
            view! { <div class="page-head"><PageTitle text="No access" lost=true /></div> <Denied text=text /> }.into_any()
        }
        Trouble::Failed(text) => {
            platform::set_status(500);
            view! { <div class="page-head"><PageTitle text="Something went wrong" lost=true /></div> <Failed text=text /> }
                .into_any()
        }
    }
}

/// The 404 page, with its status.
#[component]
pub fn NotFound() -> impl IntoView {
    platform::set_status(404);
    view! {
        <div class="page-head"><PageTitle text="Page not found" lost=true /></div>
        <Empty icon=Icon::Search title="There is nothing here" text="It may have been deleted, belong to another account or mode, or the address may be mistyped.">
            <a class="btn" href="/">"Go to the start page"</a>
        </Empty>
    }
}
