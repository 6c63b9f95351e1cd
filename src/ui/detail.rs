//! Detail pages: a header, properties, sections of linked things.

use super::badge::{Badge, Tone};
use super::commands::use_commands;
use super::copy::CopyId;
use super::menu::{Menu, MenuItem};
use super::title::PageTitle;
use super::title::inside;
use leptos::prelude::*;

/// Name, status, id, primary action, "more". Children are the buttons before "more".
#[component]
pub fn DetailHead(
    #[prop(into)] title: String,
    /// Where "up" leads: label and address.
    #[prop(optional, into)]
    up: Option<(String, String)>,
    #[prop(optional, into)] status: Option<(String, Tone)>,
    /// Shown with a copy button.
    #[prop(into)]
    id: String,
    /// Everything that is not the primary action.
    #[prop(optional)]
    more: Vec<MenuItem>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let up = up.map(|(label, href)| view! { <Crumb label=label href=href /> });
    let commands = use_commands();
    more.iter().for_each(|item| commands.item(item.clone()));
    let more = (!more.is_empty())
        .then(|| view! { <Menu id="more" label=format!("More actions for {title}") items=more class="btn btn-icon" /> });
    view! {
        <header class="page-head">
            <div>
                {up}
                <div class="detail-title">
                    <PageTitle text=title />
                    {status.map(|(text, tone)| view! { <Badge text=text tone=tone /> })}
                </div>
                <CopyId id=id />
            </div>
            <div class="page-actions">{children.map(|children| children())} {more}</div>
        </header>
    }
}

/// The way up to the page above, over the heading and in the command palette.
#[component]
pub fn Crumb(#[prop(into)] label: String, #[prop(into)] href: String) -> impl IntoView {
    use_commands().up(label.clone(), href.clone());
    view! { <nav class="crumbs" aria-label="Breadcrumb"><a href=href>{label}</a></nav> }
}

/// A list of properties; rows without a value show a dash.
#[component]
pub fn Properties(rows: Vec<(&'static str, Option<AnyView>)>) -> impl IntoView {
    let row = |(name, value): (&'static str, Option<AnyView>)| {
        let value = value.unwrap_or_else(|| view! { <super::money::Nothing /> }.into_any());
        view! { <div class="property"><dt>{name}</dt><dd>{value}</dd></div> }
    };
    view! { <dl class="properties">{rows.into_iter().map(row).collect_view()}</dl> }
}

/// A titled section with an optional link to the full list ("View all").
#[component]
pub fn Section(#[prop(into)] title: String, #[prop(optional, into)] all: Option<String>, children: Children) -> impl IntoView {
    let name = format!("View all {}", inside(&title));
    view! {
        <section class="section">
            <header class="section-head">
                <h2>{title}</h2>
                {all.map(|href| view! { <a href=href aria-label=name>"View all"</a> })}
            </header>
            {children()}
        </section>
    }
}

/// Two columns: the story at the left, facts at the right; one below the other on phones.
#[component]
pub fn Columns(
    /// The narrow column.
    side: AnyView,
    children: Children,
) -> impl IntoView {
    view! { <div class="columns"><div class="columns-main">{children()}</div><aside class="columns-side" aria-label="Details">{side}</aside></div> }
}
