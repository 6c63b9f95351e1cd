//! The document, the router and the layouts.
//!
//! Pages are `LazyRoute`s below [`DashboardLayout`]: one `<Route>` line each, in sidebar order.

use crate::catalog::{discounts, prices, products};
use crate::find::find;
use crate::house::team::frame::{AccountFoot, BusinessHead, in_test_mode};
use crate::house::team::viewer::{provide_viewer, use_viewer};
use crate::house::{api_keys, oauth, requests, settings, team};
use crate::outward::{events, webhooks};
use crate::paths;
use crate::ui::api_call::ApiAccess;
use crate::ui::commands::provide_commands;
use crate::ui::guard::{GuardHost, provide_guard};
use crate::ui::palette::Finder;
use crate::ui::time::{page_now, provide_clock};
use crate::ui::title::{AnnouncerRegion, provide_announcer};
use crate::ui::toast::{ToastRegion, provide_toasts};
use crate::ui::{EventLink, Icon, NavGroup, NavItem, NotFound, Shell, platform, theme};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::location::RequestUrl;
use leptos_router::{Lazy, SsrMode, path};

/// The HTML document around [`App`]. No inline styles; inline scripts carry the nonce.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme::chosen() data-now=page_now().to_string()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <script nonce=use_nonce()>{theme::BEFORE_PAINT}</script>
                <link rel="stylesheet" href="/pkg/merx.css" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <AutoReload options=options.clone() />
                {scripts(options)}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The browser side of the dashboard. The pages before it are plain forms and do without; while
/// people type there, the browser fetches it with time to spare.
fn scripts(options: LeptosOptions) -> AnyView {
    let plain = use_context::<RequestUrl>().and_then(|url| url.parse().ok()).is_some_and(|url| paths::is_entry(url.path()));
    if !plain {
        return view! { <HydrationScripts options /> }.into_any();
    }
    view! {
        <link rel="prefetch" href="/pkg/merx.js" r#as="script" crossorigin="anonymous" />
        <link rel="prefetch" href="/pkg/merx.wasm" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
    }
    .into_any()
}

/// Is the router fetching a page?
#[derive(Clone, Copy)]
struct Routing(RwSignal<bool>);

/// The whole site.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_clock();
    provide_announcer();
    provide_toasts();
    provide_guard();
    provide_commands();
    provide_viewer();
    provide_context(EventLink(|id| paths::event(id)));
    provide_context(ApiAccess {
        key: || Box::pin(api_keys::rpc::session_key()),
        touches: Signal::derive(|| if in_test_mode().get() { "test data" } else { "live data" }),
    });
    let routing = RwSignal::new(false);
    provide_context(Routing(routing));
    Effect::new(move |was: Option<bool>| {
        let now = routing.get();
        if was.unwrap_or(false) != now {
            platform::busy(if now { 1 } else { -1 });
        }
        now
    });
    view! {
        <Router set_is_routing=routing>
            <Routes fallback=Lost>
                <Route path=path!("") view=|| view! { <Redirect path=paths::PRODUCTS /> } ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=DashboardLayout ssr=SsrMode::Async>
                    <Route path=path!("products") view={Lazy::<products::pages::ProductsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("products/new") view={Lazy::<products::pages::NewProductPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("products/:id") view={Lazy::<products::pages::ProductPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("products/:id/edit") view={Lazy::<products::pages::EditProductPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("products/:id/prices/new") view={Lazy::<prices::pages::NewPricePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("prices") view={Lazy::<prices::pages::PricesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("prices/:id") view={Lazy::<prices::pages::PricePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("discounts") view={Lazy::<discounts::pages::DiscountsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("discounts/:id") view={Lazy::<discounts::pages::DiscountPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/webhooks") view={Lazy::<webhooks::pages::WebhooksPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/webhooks/:id") view={Lazy::<webhooks::pages::WebhookPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/deliveries") view={Lazy::<webhooks::pages::DeliveriesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/deliveries/:id") view={Lazy::<webhooks::pages::DeliveryPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/events") view={Lazy::<events::pages::EventsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/events/:id") view={Lazy::<events::pages::EventPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/requests") view={Lazy::<requests::pages::ApiRequestsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/requests/:id") view={Lazy::<requests::pages::ApiRequestPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("developers/oauth-apps") view={Lazy::<oauth::pages::OauthAppsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("settings") view={Lazy::<settings::pages::SettingsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("settings/team") view={Lazy::<team::pages::TeamPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("settings/api-keys") view={Lazy::<api_keys::pages::ApiKeysPage>::new()} ssr=SsrMode::Async />
                </ParentRoute>
                <Route path=path!("setup") view={Lazy::<team::pages::SetUpPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("sign-in") view={Lazy::<team::pages::SignInPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("forgot-password") view={Lazy::<team::pages::ForgotPasswordPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("reset-password") view={Lazy::<team::pages::ResetPasswordPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("invitation") view={Lazy::<team::pages::InvitationPage>::new()} ssr=SsrMode::Async />
            </Routes>
            <GuardHost />
        </Router>
        <ToastRegion />
        <AnnouncerRegion />
    }
}

/// The sidebar around every page of the dashboard.
#[component]
fn DashboardLayout() -> impl IntoView {
    view! { <Frame><Outlet /></Frame> }
}

#[component]
fn Frame(children: Children) -> impl IntoView {
    let loading = use_context::<Routing>().map_or_else(|| Signal::from(false), |routing| routing.0.into());
    let head = view! { <BusinessHead /> }.into_any();
    let foot = view! { <AccountFoot /> }.into_any();
    let seen = use_viewer();
    let whose = move || seen.get().map(|viewer| format!("{}:{}:{}", viewer.user.id, viewer.merchant, viewer.mode.word()));
    let whose = Signal::derive(move || whose().unwrap_or_default());
    let finder: Finder = |words| Box::pin(find(words));
    view! {
        <Shell nav=navigation() test_mode=in_test_mode() loading=loading finder=finder whose=whose head=head foot=foot>
            {children()}
        </Shell>
    }
}

/// The sidebar's links.
fn navigation() -> Vec<NavGroup> {
    vec![
        NavGroup {
            label: Some("Catalog"),
            items: vec![
                NavItem::new("Products", paths::PRODUCTS, Icon::Bag).key("p"),
                NavItem::new("Prices", paths::PRICES, Icon::Receipt).key("r"),
                NavItem::new("Discounts", paths::DISCOUNTS, Icon::Ticket).key("d"),
            ],
        },
        NavGroup {
            label: Some("Developers"),
            items: vec![
                NavItem::new("Webhooks", paths::WEBHOOKS, Icon::Webhook).key("w"),
                NavItem::new("Events", paths::EVENTS, Icon::Bell).key("e"),
                NavItem::new("API requests", paths::API_REQUESTS, Icon::Code).key("q"),
                NavItem::new("OAuth apps", paths::OAUTH_APPS, Icon::External).key("o"),
            ],
        },
        NavGroup {
            label: Some("Settings"),
            items: vec![
                NavItem::new("Business", paths::SETTINGS, Icon::Store).exact().key("b"),
                NavItem::new("Team", paths::TEAM, Icon::Users).key("t"),
                NavItem::new("API keys", paths::API_KEYS, Icon::Key).key("a"),
            ],
        },
    ]
}

/// No route matches.
#[component]
fn Lost() -> impl IntoView {
    if use_viewer().get_untracked().is_some() {
        return view! { <Frame><NotFound /></Frame> }.into_any();
    }
    view! {
        <Title formatter=|title: String| format!("{title} · Merx") />
        <main class="lost" id="main"><NotFound /></main>
    }
    .into_any()
}
