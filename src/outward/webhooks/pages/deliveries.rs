//! The list of deliveries: to one endpoint, of one event, or all of them.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    super::{
        model::{Delivery, DeliveryStatus},
        rpc,
    },
    delivery_badge,
};
use crate::{
    kit::{Page, Result},
    paths,
    ui::*,
};

/// Deliveries, newest first.
pub struct DeliveriesPage {
    list: ListState,
    found: Resource<Result<Page<Delivery>>>,
    addresses: Resource<Result<Vec<(String, String)>>>,
}

impl LazyRoute for DeliveriesPage {
    fn data() -> Self {
        let list = use_list(&["status", "endpoint", "event"]);
        let addresses = Resource::new(|| (), |()| rpc::list_webhook_addresses());
        Self { list, found: list.resource(rpc::list_deliveries), addresses }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, found, addresses } = this;
        let rows = move || {
            let addresses = addresses.get()?.unwrap_or_default();
            found.get().map(|answer| match answer {
                Ok(page) => Answer::Rows(Rows::uncounted(page, |delivery| delivery_row(delivery, &addresses))),
                Err(error) => error.into(),
            })
        };
        let names = move || {
            let wanted = list.query.with(|query| query.filter("endpoint").map(str::to_owned))?;
            let found = addresses.get()?.ok()?.into_iter().find(|(id, _)| *id == wanted)?;
            Some(("endpoint".to_owned(), found.1))
        };
        let tabs = DeliveryStatus::ALL.map(|status| (word(status), status.label()));
        view! {
            <ListPage
                list=list
                title="Deliveries"
                intro="Every event on its way to every endpoint that listens."
                columns=delivery_columns()
                rows=rows
                tabs=QuickTabs { key: "status", tabs: std::iter::once(("", "All")).chain(tabs).collect() }
                extras=move || Extras { counts: vec![], names: names().into_iter().collect() }
                filters=vec![
                    Filter::linked("status", "Status"),
                    Filter::linked("endpoint", "Endpoint"),
                    Filter::linked("event", "Event"),
                ]
                first_run=FirstRun {
                    title: "No deliveries yet",
                    text: "When something happens that a webhook listens to, what was sent and what came back stands here.",
                    action: None,
                    docs: None,
                }
            >
                <LinkButton label="Webhooks" href=paths::WEBHOOKS />
            </ListPage>
        }
        .into_any()
    }
}

/// A status as addresses have it.
pub(super) fn word(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Pending => "pending",
        DeliveryStatus::Succeeded => "succeeded",
        DeliveryStatus::Failed => "failed",
        DeliveryStatus::DeadLettered => "dead_lettered",
    }
}

/// Columns of a table of deliveries.
pub fn delivery_columns() -> Vec<Column> {
    vec![
        Column::new("Event"),
        Column::new("Status"),
        Column::new("Endpoint"),
        Column::new("Answer"),
        Column::amount("Attempts"),
        Column::new("Next attempt (UTC)"),
        Column::new("Made (UTC)"),
    ]
}

/// A row of one; `addresses` are ids and addresses of endpoints.
pub fn delivery_row(delivery: Delivery, addresses: &[(String, String)]) -> Row {
    let (text, tone) = delivery_badge(&delivery);
    let endpoint = delivery.endpoint_id.to_string();
    let address = addresses.iter().find(|(id, _)| *id == endpoint).map(|(_, url)| url.clone());
    let endpoint = match address {
        Some(url) => view! { <a href=paths::webhook(endpoint)>{url}</a> }.into_any(),
        None => "Deleted".into_any(),
    };
    let answer = match (delivery.last_status_code, &delivery.last_error_code) {
        (Some(status), _) => status.to_string().into_any(),
        (None, Some(code)) => view! { <code>{code.clone()}</code> }.into_any(),
        (None, None) => view! { <money::Nothing /> }.into_any(),
    };
    let next = match delivery.next_retry_at {
        Some(at) => view! { <Moment at=at.0 /> }.into_any(),
        None => view! { <money::Nothing /> }.into_any(),
    };
    let attempts = format!("{} of {}", delivery.attempts, delivery.max_attempts);
    Row::new(delivery.id)
        .link(paths::delivery(delivery.id))
        .cell(view! { <code>{delivery.event_type.unwrap_or_default()}</code> })
        .cell(view! { <Badge text=text tone=tone /> })
        .cell(endpoint)
        .cell(answer)
        .cell(view! { <Money text=attempts /> })
        .cell(next)
        .cell(view! { <Moment at=delivery.created_at.0 /> })
}
