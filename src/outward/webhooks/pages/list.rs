//! The list of endpoints.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::{
        model::{Dialect, EndpointLine, EndpointList, NewSecret},
        rpc,
    },
    endpoint_badge,
    form::EndpointForm,
    secret::SecretDialog,
    success_rate,
};
use crate::{house::team::viewer::use_viewer, kit::Result, paths, ui::*};

/// All endpoints, RevenueCat's integrations among them, and a drawer to make one.
pub struct WebhooksPage {
    list: ListState,
    found: Resource<Result<EndpointList>>,
}

impl LazyRoute for WebhooksPage {
    fn data() -> Self {
        let list = use_list(&["status"]);
        Self { list, found: list.resource(rpc::list_webhooks) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found } = this;
        let drawer = use_drawer("new");
        let secret = RwSignal::new(None::<NewSecret>);
        let lacks = use_viewer().lacks("webhooks:write");
        let rows = move || {
            found.get().map(|answer| match answer {
                Ok(found) => Answer::Rows(Rows::of(found.page, row)),
                Err(error) => error.into(),
            })
        };
        let extras = move || Extras { counts: found.get().and_then(Result::ok).map(counts).unwrap_or_default(), names: vec![] };
        view! {
            <ListPage
                list=list
                title="Webhooks"
                intro="Where events are sent as they happen."
                columns=vec![
                    Column::new("Address").sort("url"),
                    Column::new("Status"),
                    Column::new("Events"),
                    Column::amount("Arrived"),
                    Column::new("Last attempt"),
                    Column::new("Created").sort("created_at"),
                ]
                rows=rows
                tabs=QuickTabs { key: "status", tabs: vec![("", "All"), ("enabled", "Enabled"), ("disabled", "Disabled")] }
                extras=extras
                filters=vec![Filter::linked("status", "Status")]
                first_run=FirstRun {
                    title: "No webhooks yet",
                    text: "A webhook tells a program of yours what happens here: every event that you choose is posted to an address, signed, and again until it arrives.",
                    action: lacks.get_untracked().is_none().then(|| ("New webhook", drawer.href.get_untracked())),
                    docs: Some("/docs".to_owned()),
                }
            >
                <LinkButton label="All deliveries" href=paths::DELIVERIES />
                <LinkButton
                    id="new" label="New webhook" href=drawer.href look=Look::Primary icon=Icon::Plus key=CREATE stay=true why_not=lacks
                />
            </ListPage>
            <Drawer id="new-webhook" state=drawer title="New webhook">
                <EndpointForm drawer=drawer made=move |made| { found.refetch(); secret.set(Some(made)); } />
            </Drawer>
            <SecretDialog secret=secret />
        }
        .into_any()
    }
}

fn counts(found: EndpointList) -> Vec<(String, i64)> {
    let EndpointList { enabled, disabled, .. } = found;
    vec![(String::new(), enabled + disabled), ("enabled".to_owned(), enabled), ("disabled".to_owned(), disabled)]
}

/// `Everything`, the one pattern, or how many.
fn events_text(patterns: &[String]) -> String {
    match patterns {
        [all] if all == "*" => "Everything".to_owned(),
        [one] => one.clone(),
        many => format!("{} patterns", many.len()),
    }
}

fn row(endpoint: EndpointLine) -> Row {
    let (text, tone) = endpoint_badge(endpoint.status, endpoint.circuit_breaker_state);
    let integration =
        (endpoint.dialect == Dialect::Revenuecat).then(|| view! { " " <Badge text="RevenueCat" tone=Tone::Info /> });
    let note = endpoint.name.or(endpoint.description);
    let arrived = match success_rate(endpoint.successful_deliveries, endpoint.total_deliveries) {
        Some(rate) => view! { <Money text=rate /> }.into_any(),
        None => view! { <money::Nothing /> }.into_any(),
    };
    let last = match endpoint.last_delivery_at {
        Some(at) => view! { <Moment at=at.0 /> }.into_any(),
        None => "Never".into_any(),
    };
    let events = events_text(&endpoint.enabled_events);
    Row::new(endpoint.id)
        .link(paths::webhook(endpoint.id))
        .cell(view! { <span>{endpoint.url} {note.map(|note| view! { " " <span class="muted">{note}</span> })}</span> })
        .cell(view! { <Badge text=text tone=tone /> {integration} })
        .cell(view! { <span title=endpoint.enabled_events.join(", ")>{events}</span> })
        .cell(arrived)
        .cell(last)
        .cell(view! { <Ago at=endpoint.created_at.0 /> })
}
