//! What the dashboard's frame says about who looks: business, person, mode.
//!
//! Everything that changes it is a plain form: the page is loaded anew, so that nothing of the
//! other mode or business can stay on it, and it works without scripts.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use server_fn::ServerFn as _;

use super::{
    model::{Employer, Viewer, elsewhere},
    rpc::{SetMerchant, SetMode, SignOut},
    viewer::use_viewer,
};
use crate::{
    kit::Mode,
    paths,
    ui::{Icon, Mark},
};

/// Which business, which mode, and the way to others. At the top of the sidebar.
#[component]
pub fn BusinessHead() -> impl IntoView {
    let seen = use_viewer();
    move || match seen.get() {
        None => view! { <Mark /> }.into_any(),
        Some(viewer) => business(viewer),
    }
}

fn business(viewer: Viewer) -> AnyView {
    let Viewer { business, logo, mode, others, .. } = viewer;
    let picture = match logo {
        Some(logo) => view! { <img class="business-logo" src=logo width="28" height="28" alt="" /> }.into_any(),
        None => Icon::Store.sized(18),
    };
    let others = (!others.is_empty())
        .then(|| view! { <ul class="business-others">{others.into_iter().map(employer).collect_view()}</ul> });
    view! {
        <div class="business">
            <p class="business-name">{picture}<strong>{business}</strong></p>
            {others}
            <ModeSwitch mode=mode />
        </div>
    }
    .into_any()
}

fn employer(employer: Employer) -> AnyView {
    view! {
        <li>
            <form method="post" action=SetMerchant::PATH>
                <input type="hidden" name="merchant" value=employer.id.to_string() />
                <button type="submit" class="btn-link">{format!("Switch to {}", employer.name)}</button>
            </form>
        </li>
    }
    .into_any()
}

/// Between test and live, keeping the page where it exists in both.
#[component]
fn ModeSwitch(mode: Mode) -> impl IntoView {
    let path = use_location().pathname;
    let next = move || path.with(|path| elsewhere(path).to_owned());
    let option = move |own: Mode, label: &'static str| {
        let current = own == mode;
        view! {
            <button type="submit" name="mode" value=own.word() class="mode" aria-pressed=if current { "true" } else { "false" }>
                {label}
            </button>
        }
    };
    view! {
        <form method="post" action=SetMode::PATH>
            <input type="hidden" name="next" value=next />
            <div class="modes" role="group" aria-label="Mode">
                {option(Mode::Test, "Test")}
                {option(Mode::Live, "Live")}
            </div>
        </form>
    }
}

/// Who is signed in, and the way out. At the foot of the sidebar.
#[component]
pub fn AccountFoot() -> impl IntoView {
    let seen = use_viewer();
    move || {
        seen.get().map(|viewer| {
            let Viewer { user, role, .. } = viewer;
            view! {
                <div class="account">
                    <a class="account-name" href=paths::TEAM title=user.email>
                        <span>{user.name}</span>
                        <span class="muted">{role.label()}</span>
                    </a>
                    <form method="post" action=SignOut::PATH>
                        <button type="submit" class="btn btn-quiet btn-icon" aria-label="Sign out" title="Sign out">
                            {Icon::SignOut.view()}
                        </button>
                    </form>
                </div>
            }
        })
    }
}

/// Whether the page shows test data.
pub fn in_test_mode() -> Signal<bool> {
    let seen = use_viewer();
    Signal::derive(move || seen.get().is_some_and(|viewer| viewer.mode == Mode::Test))
}
