//! The page of one delivery: what was sent, and what came back each time.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{LazyRoute, hooks::use_params_map};
use serde_json::Value;

use super::{
    super::{
        model::{Attempt, Delivery, DeliveryView, no_retry},
        rpc,
    },
    delivery_badge, host,
};
use crate::{
    house::team::viewer::use_viewer,
    kit::{Id, Metadata, Result, metadata_pairs},
    paths,
    ui::{load::leave_if_signed_out, *},
};

/// One delivery.
pub struct DeliveryPage {
    view: Resource<Result<DeliveryView>>,
}

impl LazyRoute for DeliveryPage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::show_delivery) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        let lacks = use_viewer().lacks("webhooks:write");
        let retry = Retry { answer, toasts: use_toasts(), busy: RwSignal::new(false) };
        let view = move || answer.get().map(|found| found.map(|view| detail(view, retry, lacks)).map_err(Trouble::from));
        view! { <Load view=view /> }.into_any()
    }
}

/// Has a delivery attempted again, once however often it is pressed.
#[derive(Clone, Copy)]
struct Retry {
    answer: Resource<Result<DeliveryView>>,
    toasts: Toasts,
    busy: RwSignal<bool>,
}

impl Retry {
    fn press(self, id: Id<Delivery>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match rpc::retry_delivery(id).await {
                Ok(_) => self.toasts.say("It is attempted again now"),
                Err(error) => {
                    leave_if_signed_out(&error);
                    self.toasts.retry(error.message, move || self.press(id));
                }
            }
            self.busy.try_set(false);
            self.answer.refetch();
        });
    }
}

fn detail(view: DeliveryView, retry: Retry, lacks: Signal<Option<String>>) -> AnyView {
    let DeliveryView { delivery, endpoint, attempts } = view;
    let id = delivery.id;
    let impossible = no_retry(delivery.status, endpoint.as_ref().map(|endpoint| endpoint.status));
    let impossible = impossible.map(|(field, why)| format!("{field}: {why}"));
    let why_not = Signal::derive(move || lacks.get().or_else(|| impossible.clone()));
    let kind = delivery.event_type.clone().unwrap_or_else(|| "Event".to_owned());
    let title = match &endpoint {
        Some(endpoint) => format!("{kind} to {}", host(&endpoint.url)),
        None => kind,
    };
    let place = endpoint.map(|endpoint| view! { <a class="wrap" href=paths::webhook(endpoint.id)>{endpoint.url}</a> }.into_any());
    let rows = properties(&delivery, place);
    let side = view! { <Card title="Details"><Properties rows=rows /></Card> };
    let none = attempts.is_empty().then(|| view! { <p class="muted">"It has not been attempted yet."</p> });
    let sent = attempts.first().map(request);
    let attempts = attempts.iter().enumerate().map(|(at, attempt)| attempt_view(attempt, at == 0)).collect_view();
    view! {
        <DetailHead
            title=title up=("Deliveries".to_owned(), paths::DELIVERIES.to_owned()) status=delivery_badge(&delivery) id=id.to_string()
        >
            <Button label="Reload" on_press=move || retry.answer.refetch() />
            <Button id="retry" label="Send again" look=Look::Primary icon=Icon::Repeat why_not=why_not on_press=move || retry.press(id) />
        </DetailHead>
        <Columns side=side.into_any()>
            {sent}
            <Section title="Attempts">{none} {attempts}</Section>
        </Columns>
    }
    .into_any()
}

fn properties(delivery: &Delivery, endpoint: Option<AnyView>) -> Vec<(&'static str, Option<AnyView>)> {
    let moment = |at: Option<crate::kit::Time>| at.map(|at| view! { <Moment at=at.0 /> " UTC" }.into_any());
    let event =
        view! { <a href=paths::event(delivery.event_id)>{delivery.event_type.clone().unwrap_or_else(|| "Event".to_owned())}</a> };
    vec![
        ("Event", Some(event.into_any())),
        ("Endpoint", endpoint.or_else(|| Some("Deleted".into_any()))),
        ("Attempts", Some(format!("{} of {}", delivery.attempts, delivery.max_attempts).into_any())),
        ("Next attempt", moment(delivery.next_retry_at)),
        ("Last attempt", moment(delivery.last_attempt_at)),
        ("Last error", delivery.last_error.clone().map(IntoAny::into_any)),
        ("Arrived", moment(delivery.delivered_at)),
        ("Given up", moment(delivery.dead_lettered_at)),
        ("Because", delivery.dead_letter_reason.clone().map(IntoAny::into_any)),
        ("Made", moment(Some(delivery.created_at))),
    ]
}

/// What the last attempt sent; earlier ones differ in their signature only.
fn request(attempt: &Attempt) -> AnyView {
    let body = pretty(&attempt.request_body);
    let address = format!("POST {}", attempt.url);
    let headers = headers("Headers of the request", &attempt.request_headers);
    view! {
        <Section title="Request">
            <p><code class="wrap">{address}</code></p>
            {headers}
            <CodeBlock label="Request body" text=body />
        </Section>
    }
    .into_any()
}

fn attempt_view(attempt: &Attempt, open: bool) -> AnyView {
    let arrived = attempt.error.is_none();
    let answer = match attempt.status_code {
        Some(status) => status.to_string(),
        None => attempt.error_code.clone().unwrap_or_else(|| "no answer".to_owned()),
    };
    let took = format!("{} ms", attempt.duration_ms);
    let error = attempt.error.clone().map(|error| view! { <p role="note">{error}</p> });
    let back = attempt.response_headers.as_ref().map(|back| headers("Headers of the answer", back));
    let body = match attempt.response_body.as_deref() {
        Some("") => view! { <p class="muted">"The answer had no body."</p> }.into_any(),
        Some(body) => {
            view! { <CodeBlock label=format!("Answer body of attempt {}", attempt.number) text=pretty(body) /> }.into_any()
        }
        None => view! { <p class="muted">"Nothing came back."</p> }.into_any(),
    };
    let tone = if arrived { Tone::Good } else { Tone::Bad };
    let number = format!("Attempt {} ", attempt.number);
    let at = attempt.attempted_at.0;
    view! {
        <details class="attempt" open=open>
            <summary>{number} <Badge text=answer tone=tone /> " " <Moment at=at /> " · " {took}</summary>
            {error} {back} {body}
        </details>
    }
    .into_any()
}

fn headers(label: &'static str, headers: &Metadata) -> AnyView {
    let row = |(name, text): (String, String)| view! { <div class="property"><dt>{name}</dt><dd><code>{text}</code></dd></div> };
    let rows = metadata_pairs(headers).into_iter().map(row).collect_view();
    view! { <details class="attempt-headers"><summary>{label}</summary><dl class="properties">{rows}</dl></details> }.into_any()
}

/// JSON indented, anything else as it is.
fn pretty(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| format!("{value:#}"))
}
