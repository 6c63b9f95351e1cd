//! The frame of the dashboard: sidebar, test banner, main column.

use super::icon::Icon;
use super::palette::{Finder, Palette, PaletteButton, palette_state};
use super::shortcuts::Shortcuts;
use super::theme::ThemeToggle;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

/// A link of the sidebar.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its text.
    pub label: &'static str,
    /// Where it leads; it is current on that path and, unless `exact`, below.
    pub href: String,
    /// Its icon.
    pub icon: Icon,
    /// Whether paths below have links of their own.
    pub exact: bool,
    /// The key that goes there after `G`.
    pub key: Option<&'static str>,
}

impl NavItem {
    /// A link.
    pub fn new(label: &'static str, href: impl Into<String>, icon: Icon) -> Self {
        NavItem { label, href: href.into(), icon, exact: false, key: None }
    }

    /// The same, with the key that goes there after `G`.
    pub fn key(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The same, current on its own path only.
    pub fn exact(self) -> Self {
        Self { exact: true, ..self }
    }
}

/// Links under one heading; without words, at the top.
#[derive(Clone, Debug)]
pub struct NavGroup {
    /// The heading.
    pub label: Option<&'static str>,
    /// The links.
    pub items: Vec<NavItem>,
}

/// The dashboard's frame. On phones the sidebar is a sheet: a popover, so it works without scripts too.
#[component]
pub fn Shell(
    nav: Vec<NavGroup>,
    /// Is this page about test data?
    #[prop(into)]
    test_mode: Signal<bool>,
    /// Is a page being loaded?
    #[prop(into)]
    loading: Signal<bool>,
    /// The search over everything.
    finder: Finder,
    /// Names who looks and at which data, for what the browser remembers.
    #[prop(into)]
    whose: Signal<String>,
    /// Top of the sidebar: which merchant, and switching.
    #[prop(optional)]
    head: Option<AnyView>,
    /// Foot of the sidebar: who is signed in.
    #[prop(optional)]
    foot: Option<AnyView>,
    /// Beside the banner's words: how to leave test mode.
    #[prop(optional)]
    leave_test: Option<ChildrenFn>,
    children: Children,
) -> impl IntoView {
    close_sheet_on_navigation();
    let (palette, help) = (palette_state(finder), RwSignal::new(false));
    let links = nav.clone();
    let banner = move || {
        let leave = leave_test.clone();
        test_mode.get().then(|| {
            view! {
                <section class="test-banner" aria-label="Test mode">
                    <strong>"Test mode"</strong>
                    <span class="test-banner-text">"Nothing here moves real money."</span>
                    {leave.map(|leave| leave())}
                </section>
            }
        })
    };
    view! {
        <Title formatter=move |title: String| if test_mode.try_get().unwrap_or_default() { format!("Test · {title} · Merx") } else { format!("{title} · Merx") } />
        <a class="skip" href="#main" rel="external" on:click=skip>"Skip to content"</a>
        <div class="progress" class:on=move || loading.get() aria-hidden="true"></div>
        <div class="shell" class:testing=move || test_mode.get()>
            <header class="topbar">
                <button type="button" class="btn btn-quiet btn-icon" popovertarget="sidebar" aria-label="Menu">{Icon::Menu.sized(18)}</button>
                <Mark />
                <PaletteButton state=palette small=true />
            </header>
            <aside class="sidebar" id="sidebar" popover="auto" aria-label="Sidebar">
                <div class="sidebar-head">{head.unwrap_or_else(|| view! { <Mark /> }.into_any())}</div>
                <PaletteButton state=palette />
                <nav class="sidebar-nav" aria-label="Main">{nav.into_iter().map(group_view).collect_view()}</nav>
                <div class="sidebar-foot">{foot} <ThemeToggle /></div>
            </aside>
            <div class="content">
                {banner}
                <main id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
        <Palette state=palette nav=links.clone() whose=whose help=help />
        <Shortcuts nav=links palette=palette help=help />
    }
}

/// The product's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <span class="mark">
            <img src="/favicon.svg" width="22" height="22" alt="" />
            <span>"Merx"</span>
        </span>
    }
}

fn group_view(group: NavGroup) -> AnyView {
    let item = |item: NavItem| {
        let NavItem { label, href, icon, exact, .. } = item;
        view! { <li><A href=href exact=exact>{icon.view()}<span>{label}</span></A></li> }
    };
    let items = group.items.into_iter().map(item).collect_view();
    view! {
        <div class="nav-group">
            {group.label.map(|label| view! { <p class="nav-label">{label}</p> })}
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

/// Move the focus without touching the address.
fn skip(ev: MouseEvent) {
    ev.prevent_default();
    if let Some(main) = html_element("main") {
        let _ = main.focus();
        main.scroll_into_view();
    }
}

fn close_sheet_on_navigation() {
    let path = use_location().pathname;
    Effect::new(move |was: Option<String>| {
        let now = path.get();
        if was.is_some_and(|was| was != now)
            && let Some(sheet) = html_element("sidebar")
            && sheet.matches(":popover-open").unwrap_or(false)
        {
            let _ = sheet.hide_popover();
        }
        now
    });
}

fn html_element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
