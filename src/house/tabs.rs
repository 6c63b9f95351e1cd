//! The heading that the settings pages share.

use leptos::prelude::*;

use crate::{
    paths,
    ui::{PageTitle, Tab, Tabs},
};

/// Heading and tabs of a settings page; children are its buttons.
#[component]
pub fn SettingsHead(
    /// Address of the page.
    current: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] intro: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-head">
            <div>
                <PageTitle text=title />
                <p class="page-intro">{intro}</p>
            </div>
            <div class="page-actions">{children.map(|children| children())}</div>
        </header>
        <SettingsTabs current=current />
    }
}

/// From one settings page to the others.
#[component]
pub fn SettingsTabs(current: &'static str) -> impl IntoView {
    let tab = |(label, href): (&str, &'static str)| Tab {
        label: label.to_owned(),
        href: href.to_owned(),
        current: href == current,
        count: None,
    };
    let tabs: Vec<Tab> =
        [("Business", paths::SETTINGS), ("Team", paths::TEAM), ("API keys", paths::API_KEYS)].into_iter().map(tab).collect();
    view! { <Tabs label="Settings" tabs=tabs /> }
}
