//! The dashboard's pages about events.

mod detail;
mod list;

pub use {detail::EventPage, list::EventsPage};

use leptos::prelude::*;

use super::model::EventLine;
use crate::{kit::timeline::sentence, paths};

/// What the event is about, as a link where there is a page.
fn object(line: &EventLine) -> AnyView {
    let name = sentence(&line.object_type);
    match paths::object(&line.object_type, &line.object_id) {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    }
}
