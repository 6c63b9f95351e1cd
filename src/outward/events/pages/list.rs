//! The list of events.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::{
        model::{EventLine, EventList},
        rpc, types,
    },
    object,
};
use crate::{kit::Result, paths, ui::*};

const RANGES: [(&str, &str); 3] = [("day", "Last 24 hours"), ("week", "Last 7 days"), ("month", "Last 30 days")];

/// Everything that happened in the mode.
pub struct EventsPage {
    list: ListState,
    found: Resource<Result<EventList>>,
}

impl LazyRoute for EventsPage {
    fn data() -> Self {
        let list = use_list(&["type", "object", "range"]);
        Self { list, found: list.resource(rpc::list_events) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found } = this;
        let rows = move || {
            found.get().map(|answer| match answer {
                Ok(found) => Answer::Rows(Rows::uncounted(found.page, row)),
                Err(error) => error.into(),
            })
        };
        view! {
            <ListPage
                list=list
                title="Events"
                intro="Everything that happened in this mode, newest first. Search by type, such as product.updated, or by an object's id."
                columns=vec![Column::new("Event"), Column::new("About"), Column::new("By"), Column::new("When")]
                rows=rows
                filters=vec![
                    Filter { key: "type", label: "Type", options: kinds() },
                    Filter::choices("range", "Time", &RANGES),
                    Filter::linked("object", "Object"),
                ]
                first_run=FirstRun {
                    title: "No events yet",
                    text: "Every change writes an event: who changed what, from which value to which. Webhooks tell your programs of them.",
                    action: None,
                    docs: Some("/docs".to_owned()),
                }
            >
                <LinkButton label="Webhooks" href=paths::WEBHOOKS />
            </ListPage>
        }
        .into_any()
    }
}

/// A pattern for each noun that events are about.
fn kinds() -> Vec<(String, String)> {
    let nouns: std::collections::BTreeSet<&str> =
        types::all().filter_map(|kind| kind.rsplit_once('.')).map(|(noun, _)| noun).collect();
    nouns.into_iter().map(|noun| (format!("{noun}.*"), noun.replace(['.', '_'], " "))).collect()
}

fn row(line: EventLine) -> Row {
    let about = object(&line);
    Row::new(line.id)
        .link(paths::event(line.id))
        .cell(view! { <code>{line.kind}</code> })
        .cell(about)
        .cell(line.actor_name)
        .cell(view! { <Ago at=line.created_at.0 /> })
}
