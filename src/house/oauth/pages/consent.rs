//! The page that asks somebody to allow an app something, and the one that says why not. Plain HTML
//! without scripts: they belong to no router, and nothing on them moves.

use http::request::Parts;
use leptos::prelude::*;

use crate::{
    house::oauth::endpoints::AUTHORIZE,
    kit::Mode,
    paths,
    ui::{Icon, Mark, theme},
};

/// More lines than these are folded away.
const LINES_SHOWN: usize = 12;

/// What the person decides on.
pub struct Asked {
    /// Name of the app.
    pub app: String,
    /// Whether it registered itself.
    pub unknown: bool,
    /// Where the answer goes, in words.
    pub leads_to: String,
    pub person: String,
    /// The person's role, in words.
    pub role: &'static str,
    pub business: String,
    pub mode: Mode,
    /// What the app gets, in words.
    pub may: Vec<String>,
    /// What it asks for in vain.
    pub may_not: Vec<String>,
}

/// The question; `fields` go with the answer.
pub fn page(parts: Parts, asked: &Asked, fields: Vec<(&'static str, String)>, note: Option<&str>) -> String {
    document(parts, &format!("Allow {}?", asked.app), || {
        let hidden = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        let note =
            note.map(|note| view! { <div class="summary" role="alert">{Icon::Error.view()}<p>{note.to_owned()}</p></div> });
        let mode = match asked.mode {
            Mode::Test => "test data",
            Mode::Live => "live data",
        };
        let origin = if asked.unknown {
            "It registered itself; nobody here has checked who made it."
        } else {
            "An app of your own business."
        };
        let switch = asked
            .unknown
            .then(|| view! { <p class="field-hint">"For another business or mode, switch to it in the dashboard first."</p> });
        let allow = (!asked.may.is_empty()).then(|| {
            view! { <button type="submit" class="btn btn-primary" name="decision" value="allow">"Allow"</button> }
        });
        view! {
            {note}
            <dl class="properties">
                <div class="property"><dt>"App"</dt><dd>{asked.app.clone()}<br /><span class="muted">{origin}</span></dd></div>
                <div class="property"><dt>"Leads back to"</dt><dd>{asked.leads_to.clone()}</dd></div>
                <div class="property"><dt>"Business"</dt><dd>{format!("{}, {mode}", asked.business)}</dd></div>
                <div class="property"><dt>"You"</dt><dd>{format!("{} ({})", asked.person, asked.role)}</dd></div>
            </dl>
            {rights("It will be able to", &asked.may)}
            {rights("Your role does not let you allow", &asked.may_not)}
            <form class="form" method="post" action=AUTHORIZE>
                {hidden.collect_view()}
                {allow}
                <button type="submit" class="btn" name="decision" value="deny">"Deny"</button>
            </form>
            {switch}
            <p class="field-hint">"You can take this back at any time, under OAuth apps."</p>
        }
        .into_any()
    })
}

/// A titled list; nothing if it is empty.
fn rights(title: &'static str, lines: &[String]) -> Option<AnyView> {
    let list = || view! { <ul class="rights">{lines.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view()}</ul> };
    let list = match lines.len() {
        0 => return None,
        1..=LINES_SHOWN => list().into_any(),
        many => view! { <details><summary>{format!("{many} kinds of things")}</summary>{list()}</details> }.into_any(),
    };
    Some(view! { <section class="consent"><h2>{title}</h2>{list}</section> }.into_any())
}

/// Why there is nothing to decide, and the way back to the client if there is one: label and address.
pub fn trouble(parts: Parts, text: &str, way: Option<(String, String)>) -> String {
    document(parts, "This does not work", || {
        let (label, href) = match way {
            Some((to, href)) => (format!("Back to {to}"), href),
            None => ("Go to the dashboard".to_owned(), "/".to_owned()),
        };
        view! {
            <p class="page-intro">{text.to_owned()}</p>
            <p><a href=href rel="noreferrer">{label}</a></p>
        }
        .into_any()
    })
}

/// A centred card in a document of its own, in the theme that the browser's cookie says.
fn document(parts: Parts, title: &str, body: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(parts);
        view! {
            <html lang="en" data-theme=theme::chosen()>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    <meta name="robots" content="noindex" />
                    <title>{format!("{title} · Merx")}</title>
                    <link rel="stylesheet" href="/pkg/merx.css" />
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                </head>
                <body>
                    <main class="auth" id="main">
                        <Mark />
                        <div class="auth-card"><h1>{title.to_owned()}</h1>{body()}</div>
                        <div class="auth-foot"><a href=paths::OAUTH_APPS>"OAuth apps"</a></div>
                    </main>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{html}")
}
