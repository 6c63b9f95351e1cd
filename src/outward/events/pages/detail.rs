//! The page of one event: its payload, who caused it, and who was told.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, hooks::use_params_map};

use super::{
    super::{
        model::{Event, EventLine, EventView},
        rpc,
    },
    object,
};
use crate::{
    house::team::viewer::use_viewer,
    kit::{Id, Result},
    outward::webhooks::{
        model::{Delivery, Endpoint},
        pages::{delivery_columns, delivery_row},
        rpc::list_webhook_addresses,
    },
    paths,
    ui::{load::leave_if_signed_out, *},
};

/// One event.
pub struct EventPage {
    view: Resource<Result<EventView>>,
    addresses: Resource<Result<Vec<(String, String)>>>,
}

impl LazyRoute for EventPage {
    fn data() -> Self {
        let params = use_params_map();
        Self {
            view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::show_event),
            addresses: Resource::new(|| (), |()| list_webhook_addresses()),
        }
    }

    async fn view(this: Self) -> AnyView {
        let Self { view: answer, addresses } = this;
        let resend =
            Resend { answer, toasts: use_toasts(), busy: RwSignal::new(false), lacks: use_viewer().lacks("events:write") };
        let view = move || {
            // Without the right to see webhooks there are none to name.
            let addresses = addresses.get()?.unwrap_or_default();
            answer.get().map(|found| found.map(|view| detail(view, &addresses, resend)).map_err(Trouble::from))
        };
        view! { <Load view=view /> }.into_any()
    }
}

/// Sends the event again, once however often it is pressed.
#[derive(Clone, Copy)]
struct Resend {
    answer: Resource<Result<EventView>>,
    toasts: Toasts,
    busy: RwSignal<bool>,
    /// Why it cannot be done here.
    lacks: Signal<Option<String>>,
}

impl Resend {
    fn press(self, event: Id<Event>, endpoint: Option<Id<Endpoint>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match rpc::resend_event(event, endpoint).await {
                Ok(resent) if resent.success => self.toasts.say(resent.message),
                Ok(resent) => self.toasts.fail(resent.message),
                Err(error) => {
                    leave_if_signed_out(&error);
                    self.toasts.retry(error.message, move || self.press(event, endpoint));
                }
            }
            self.busy.try_set(false);
            self.answer.refetch();
        });
    }
}

fn detail(view: EventView, addresses: &[(String, String)], resend: Resend) -> AnyView {
    let EventView { event, line, deliveries } = view;
    let id = event.id;
    let previous = event.data.previous_attributes.as_ref().filter(|previous| !previous.is_empty()).map(|previous| {
        let text = serde_json::to_string_pretty(previous).unwrap_or_default();
        view! { <Section title="Before"><p class="muted">"What became different, as it was."</p><CodeBlock label="Previous attributes" text=text /></Section> }
    });
    let rows = properties(&event, &line);
    let side = view! { <Card title="Details"><Properties rows=rows /></Card> };
    let told = told(id, deliveries, addresses, resend);
    view! {
        <DetailHead title=event.kind.clone() up=("Events".to_owned(), paths::EVENTS.to_owned()) id=id.to_string()>
            <Button
                id="resend" label="Send again" look=Look::Primary icon=Icon::Repeat why_not=resend.lacks
                on_press=move || resend.press(id, None)
            />
        </DetailHead>
        <Columns side=side.into_any()>
            {told}
            {previous}
            <Section title="Payload"><CodeBlock label="Payload" text=event.pretty() /></Section>
        </Columns>
    }
    .into_any()
}

/// Its deliveries; each can be sent again to its endpoint.
fn told(event: Id<Event>, deliveries: Vec<Delivery>, addresses: &[(String, String)], resend: Resend) -> AnyView {
    if deliveries.is_empty() {
        return view! { <Section title="Deliveries"><p class="muted">"No webhook that you may see listens to it."</p></Section> }
            .into_any();
    }
    let lacks = resend.lacks.get();
    let row = |delivery: Delivery| {
        let endpoint = delivery.endpoint_id;
        let url = addresses.iter().find(|(id, _)| *id == endpoint.to_string()).map(|(_, url)| url.clone());
        let gone = url.is_none().then(|| "The endpoint is deleted".to_owned());
        let again = MenuItem::action("Send again to this endpoint", move || resend.press(event, Some(endpoint)));
        let again = again.why_not(lacks.clone().or(gone));
        delivery_row(delivery, addresses).menu(format!("the delivery to {}", url.unwrap_or_default()), vec![again])
    };
    let rows = deliveries.into_iter().map(row).collect::<Vec<_>>();
    view! {
        <Section title="Deliveries" all=paths::deliveries_of(event)>
            <Table caption="Deliveries" columns=delivery_columns() rows=rows />
        </Section>
    }
    .into_any()
}

fn properties(event: &Event, line: &EventLine) -> Vec<(&'static str, Option<AnyView>)> {
    let by = match line.actor_kind.as_str() {
        "user" => view! { <a href=paths::TEAM>{line.actor_name.clone()}</a> }.into_any(),
        "system" => line.actor_name.clone().into_any(),
        _ => view! { <a href=paths::api_requests_of(&line.actor_id)>{line.actor_name.clone()}</a> }.into_any(),
    };
    // What people do in the dashboard is no call of the API.
    let request = event.request.as_ref().and_then(|request| request.id.clone()).map(|id| match line.actor_kind.as_str() {
        "user" => view! { <code>{id}</code> }.into_any(),
        _ => {
            let href = paths::api_request(&id);
            view! { <a href=href><code>{id}</code></a> }.into_any()
        }
    });
    let others = paths::events_about(&line.object_id);
    vec![
        ("When", Some(view! { <Ago at=line.created_at.0 focusable=true /> }.into_any())),
        ("By", Some(by)),
        ("Request", request),
        ("About", Some(view! { {object(line)} " · " <a href=others>"its events"</a> }.into_any())),
        ("Object id", Some(view! { <CopyId id=line.object_id.clone() what="object id" /> }.into_any())),
        ("Waiting deliveries", Some(event.pending_webhooks.to_string().into_any())),
    ]
}
