//! The page of one call.

use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map};

use super::{
    super::{
        model::{ApiRequest, ApiRequestView, Body, Caused, MASK},
        rpc,
    },
    latency_text, status_text, tone,
};
use crate::{
    house::team::viewer::use_viewer,
    kit::Result,
    paths,
    ui::{
        timeline::{Happening, entry},
        *,
    },
};

/// One call: what was asked, what was answered, what it caused, and how to repeat it.
pub struct ApiRequestPage {
    view: Resource<Result<ApiRequestView>>,
}

impl LazyRoute for ApiRequestPage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::show_api_request) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        view! { <Load view=move || answer.get().map(|found| found.map(detail).map_err(Trouble::from)) /> }.into_any()
    }
}

fn detail(view: ApiRequestView) -> AnyView {
    let request = view.request.clone();
    let title = format!("{} {}", request.method, request.path);
    let refusal = request.error_message.clone().map(|message| {
        let code = request.error_code.clone();
        view! { <Section title="Why it was refused"><p>{code.map(|code| view! { <code>{code}</code> " " })} {message}</p></Section> }
    });
    let (rows, asked, told) = (properties(&request), headers(&request.headers.request), headers(&request.headers.response));
    let side = view! {
        <Card title="Details"><Properties rows=rows /></Card>
        <Card title="Headers of the request">{asked}</Card>
        <Card title="Headers of the answer">{told}</Card>
    };
    let (sent, answered) = (view.sent.clone(), view.answered.clone());
    let caused = caused(&view.caused);
    view! {
        <DetailHead
            title=title
            up=("API requests".to_owned(), paths::API_REQUESTS.to_owned())
            status=(status_text(&request), tone(request.status))
            id=request.request_id.clone()
        />
        <Columns side=side.into_any()>
            {refusal}
            {sent.map(|body| body_section("Request", body))}
            {answered.map(|body| body_section("Answer", body))}
            <Section title="Events">{caused}</Section>
            <Replay view=view />
        </Columns>
    }
    .into_any()
}

fn properties(request: &ApiRequest) -> Vec<(&'static str, Option<AnyView>)> {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned().into_any());
    let code = |text: &Option<String>| text.clone().map(|text| view! { <code>{text}</code> }.into_any());
    let replayed = request.replayed.then(|| view! { " " <Badge text="Replayed" tone=Tone::Info /> });
    let key = request.idempotency_key.clone().map(|key| view! { <code>{key}</code> {replayed} }.into_any());
    vec![
        ("Time", Some(view! { <Moment at=request.created_at.0 /> " UTC" }.into_any())),
        ("Took", Some(latency_text(request.latency_us).into_any())),
        ("Operation", text(&request.route)),
        ("Query", code(&request.query)),
        ("Caller", Some(caller(request))),
        ("Idempotency key", key),
        ("API version", code(&request.version)),
        ("Address", text(&request.ip)),
        ("Program", text(&request.user_agent)),
    ]
}

/// Who called, and the way to the other calls and to the key.
fn caller(request: &ApiRequest) -> AnyView {
    let kind = match request.actor_kind.as_str() {
        "key" => "API key",
        "user" => "API explorer",
        _ => "Application",
    };
    let viewer = use_viewer();
    let key = (request.actor_kind == "key")
        .then(|| view! { <Show when=move || viewer.can("keys:read")>" · "<a href=paths::API_KEYS>"API keys"</a></Show> });
    let (name, calls) = (request.actor_name.clone(), paths::api_requests_of(&request.actor_id));
    view! { <span>{kind} " " <a href=calls>{name}</a> {key}</span> }.into_any()
}

fn headers(headers: &[(String, String)]) -> AnyView {
    if headers.is_empty() {
        return view! { <p class="muted">"None that are kept."</p> }.into_any();
    }
    let row = |(name, value): &(String, String)| {
        view! { <div class="property"><dt>{name.clone()}</dt><dd><code>{value.clone()}</code></dd></div> }
    };
    view! { <dl class="properties">{headers.iter().map(row).collect_view()}</dl> }.into_any()
}

fn body_section(title: &'static str, body: Body) -> AnyView {
    let size = match body.media_type.as_str() {
        "" => format!("{} bytes", body.bytes),
        media_type => format!("{} bytes of {media_type}", body.bytes),
    };
    let shown = match body.pretty() {
        _ if body.bytes == 0 => view! { <p class="muted">"No body."</p> }.into_any(),
        None => view! { <p class="muted">{size} ". Only JSON up to 1 MiB is kept."</p> }.into_any(),
        Some((text, masked)) => {
            let masked = (!masked.is_empty())
                .then(|| view! { <p class="muted">{format!("{MASK} stands where a secret was: {}.", masked.join(", "))}</p> });
            view! { <p class="muted">{size}</p> <CodeBlock label=format!("{title} body") text=text /> {masked} }.into_any()
        }
    };
    view! { <Section title=title>{shown}</Section> }.into_any()
}

fn caused(events: &[Caused]) -> AnyView {
    if events.is_empty() {
        return view! { <p class="muted">"It changed nothing that you may see."</p> }.into_any();
    }
    let item = |caused: &Caused| {
        let Caused { event, object_type, object_id } = caused.clone();
        let text = match paths::object(&object_type, &object_id) {
            Some(href) => view! { <a href=href>{event.text}</a> }.into_any(),
            None => event.text.into_any(),
        };
        entry(
            Happening { text, actor: event.actor, at: event.at.0, tone: Tone::Neutral, href: Some(paths::event(&event.id)) },
            false,
        )
    };
    view! { <ol class="timeline">{events.iter().map(item).collect_view()}</ol> }.into_any()
}

/// The call as a command to copy.
#[component]
fn Replay(view: ApiRequestView) -> impl IntoView {
    // Only the browser knows under which address it reached the server.
    let origin = RwSignal::new("https://merx.example.com".to_owned());
    Effect::new(move |_| {
        if let Ok(here) = window().location().origin() {
            origin.set(here);
        }
    });
    let view = StoredValue::new(view);
    let command = Signal::derive(move || view.with_value(|view| view.as_curl(&origin.get()).command));
    let remarks = view.with_value(|view| view.as_curl("").remarks);
    let remarks = remarks.into_iter().map(|remark| view! { <li>{remark}</li> }).collect_view();
    view! {
        <Section title="Replay as curl">
            <p class="muted">"Put the key into the variable "<code>"KEY"</code>" first. It acts on this mode's data."</p>
            <CodeBlock label="curl command" text=command />
            <ul class="bullets">{remarks}</ul>
        </Section>
    }
}
