//! The page of one endpoint.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    LazyRoute, NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    super::{
        model::{
            Breaker, DISABLED, Delivery, DeliveryStatus, Dialect, EditEndpoint, Endpoint, EndpointStatus, EndpointView, NewSecret,
        },
        rpc,
    },
    deliveries::{delivery_columns, delivery_row, word},
    endpoint_badge,
    form::EditEndpointForm,
    host,
    secret::SecretDialog,
    success_rate,
};
use crate::{
    house::team::viewer::use_viewer,
    kit::{Id, Patch, Result},
    outward::events::types,
    paths,
    ui::{load::leave_if_signed_out, *},
};

/// Why the form has nothing to say about an integration.
const BY_API: &str = "Integrations are changed through RevenueCat's API";

/// One endpoint: what it gets, how it does, and what was sent to it.
pub struct WebhookPage {
    view: Resource<Result<EndpointView>>,
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Shared {
    answer: Resource<Result<EndpointView>>,
    edit: DrawerState,
    test: DrawerState,
    asked: RwSignal<Option<(Question, Endpoint)>>,
    secret: RwSignal<Option<NewSecret>>,
    toasts: Toasts,
    /// Back to the list.
    leave: Callback<()>,
    /// Why nothing can be changed here.
    lacks: Signal<Option<String>>,
}

/// What is asked about before it is done.
#[derive(Clone, Copy, PartialEq)]
enum Question {
    Rotate,
    Delete,
}

impl LazyRoute for WebhookPage {
    fn data() -> Self {
        let params = use_params_map();
        Self { view: Resource::new(move || params.read().get("id").unwrap_or_default(), rpc::show_webhook) }
    }

    async fn view(this: Self) -> AnyView {
        let answer = this.view;
        let navigate = use_navigate();
        let leave = Callback::new(move |()| navigate(paths::WEBHOOKS, NavigateOptions { replace: true, ..Default::default() }));
        let shared = Shared {
            answer,
            edit: use_drawer("edit"),
            test: use_drawer("test"),
            asked: RwSignal::new(None),
            secret: RwSignal::new(None),
            toasts: use_toasts(),
            leave,
            lacks: use_viewer().lacks("webhooks:write"),
        };
        let view = move || answer.get().map(|found| found.map(|view| detail(view, shared)).map_err(Trouble::from));
        let editor = move || {
            let view = answer.get().and_then(Result::ok).filter(|view| view.dialect == Dialect::Revkeen)?;
            Some(view! { <EditEndpointForm drawer=shared.edit endpoint=view.endpoint done=move || answer.refetch() /> })
        };
        let tester = move || {
            let view = answer.get().and_then(Result::ok)?;
            Some(view! { <TestForm drawer=shared.test view=view done=move || answer.refetch() /> })
        };
        view! {
            <Load view=view />
            <Drawer id="edit-webhook" state=shared.edit title="Edit webhook"><Transition>{editor}</Transition></Drawer>
            <Drawer id="test-webhook" state=shared.test title="Send a test event"><Transition>{tester}</Transition></Drawer>
            <SecretDialog secret=shared.secret />
            {shared.question()}
        }
        .into_any()
    }
}

impl Shared {
    /// Switches the endpoint on or off, says so, and offers to take it back.
    fn switch(self, id: Id<Endpoint>, on: bool) {
        let edit = EditEndpoint { enabled: Patch::Set(on), ..EditEndpoint::default() };
        spawn_local(async move {
            match rpc::update_webhook(id, edit).await {
                Ok(_) => {
                    self.answer.refetch();
                    let text = if on { "Webhook enabled" } else { "Webhook disabled" };
                    self.toasts.undo(text, move || self.switch(id, !on));
                }
                Err(error) => self.toasts.retry(error.message, move || self.switch(id, on)),
            }
        });
    }

    fn confirmed(self) {
        let Some((question, endpoint)) = self.asked.get_untracked() else { return };
        self.asked.set(None);
        spawn_local(async move {
            let failed = match question {
                Question::Rotate => match rpc::rotate_webhook_secret(endpoint.id).await {
                    Ok(made) => {
                        self.secret.set(Some(made));
                        self.answer.refetch();
                        None
                    }
                    Err(error) => Some(error),
                },
                Question::Delete => match rpc::delete_webhook(endpoint.id).await {
                    Ok(()) => {
                        self.toasts.say("Webhook deleted");
                        self.leave.try_run(());
                        None
                    }
                    Err(error) => Some(error),
                },
            };
            if let Some(error) = failed {
                leave_if_signed_out(&error);
                self.toasts.fail(error.message);
            }
        });
    }

    /// Asks before the secret changes, or the endpoint goes.
    fn question(self) -> AnyView {
        let of = move || self.asked.get().map(|(question, endpoint)| (question, host(&endpoint.url).to_owned()));
        let title = move || match of() {
            Some((Question::Rotate, host)) => format!("Rotate the secret of {host}?"),
            Some((Question::Delete, host)) => format!("Delete the webhook to {host}?"),
            None => String::new(),
        };
        let text = move || match of() {
            Some((Question::Delete, _)) => "What is on its way to it is given up. This cannot be undone; disable it to keep it.",
            _ => "The old secret signs nothing from now on. Your program refuses what it gets until it has the new one.",
        };
        let named = move || of().filter(|(question, _)| *question == Question::Delete).map(|(_, host)| host);
        view! {
            <Confirm
                id="webhook-question" open=Signal::derive(move || self.asked.read().is_some())
                title=Signal::derive(title) text=Signal::derive(move || text().to_owned()) type_name=Signal::derive(named)
                confirm="Continue" danger=true on_close=move || self.asked.set(None) on_confirm=move || self.confirmed()
            />
        }
        .into_any()
    }
}

fn detail(view: EndpointView, shared: Shared) -> AnyView {
    let EndpointView { endpoint, dialect, name, deliveries, history } = view;
    let lacks = shared.lacks.get();
    let by_api = || (dialect == Dialect::Revenuecat).then(|| BY_API.to_owned());
    let enabled = endpoint.status == EndpointStatus::Enabled;
    let (id, asked) = (endpoint.id, shared.asked);
    let (rotated, deleted) = (endpoint.clone(), endpoint.clone());
    let why_no_test = lacks.clone().or_else(|| (!enabled).then(|| format!("It {DISABLED}")));
    let switch = match enabled {
        true => MenuItem::action("Disable", move || shared.switch(id, false)),
        false => MenuItem::action("Enable", move || shared.switch(id, true)),
    };
    let more = vec![
        switch.why_not(lacks.clone().or_else(by_api)),
        MenuItem::action("Rotate secret", move || asked.set(Some((Question::Rotate, rotated.clone()))))
            .why_not(lacks.clone().or_else(by_api)),
        MenuItem::action("Delete", move || asked.set(Some((Question::Delete, deleted.clone()))))
            .danger()
            .icon(Icon::Trash)
            .why_not(lacks.clone()),
    ];
    let title = name.clone().unwrap_or_else(|| host(&endpoint.url).to_owned());
    let held = (endpoint.circuit_breaker_state != Breaker::Closed && enabled).then(|| {
        view! { <p class="note" role="note">"It failed ten times in a row, so attempts are held back for a while. A retry by hand is made at once."</p> }
    });
    let rows = properties(&endpoint, dialect, name);
    let (events, sent) = (events(&endpoint.enabled_events), sent(&endpoint, deliveries));
    let side = view! { <Card title="Details"><Properties rows=rows /></Card> <Card title="Events">{events}</Card> };
    let edit_why = lacks.or_else(by_api);
    view! {
        <DetailHead
            title=title
            up=("Webhooks".to_owned(), paths::WEBHOOKS.to_owned())
            status=endpoint_badge(endpoint.status, endpoint.circuit_breaker_state)
            id=id.to_string()
            more=more
        >
            <LinkButton id="test" label="Send test event" href=shared.test.href stay=true why_not=why_no_test />
            <LinkButton id="edit" label="Edit" href=shared.edit.href look=Look::Primary key=EDIT stay=true why_not=edit_why />
        </DetailHead>
        <Columns side=side.into_any()>
            {held}
            {sent}
            <Section title="Timeline"><History items=history object_id=id.to_string() /></Section>
        </Columns>
    }
    .into_any()
}

/// The last deliveries, and tabs that lead to all of them by status.
fn sent(endpoint: &Endpoint, deliveries: Vec<Delivery>) -> AnyView {
    let id = endpoint.id;
    let all = Tab { label: "Latest".to_owned(), href: paths::webhook(id), current: true, count: None };
    let tab = |status: DeliveryStatus| Tab {
        label: status.label().to_owned(),
        href: paths::deliveries_to(id, word(status)),
        current: false,
        count: None,
    };
    let tabs: Vec<Tab> = std::iter::once(all).chain(DeliveryStatus::ALL.map(tab)).collect();
    let shown = match deliveries.is_empty() {
        true => view! { <p class="muted">"Nothing has been sent to it yet. Send a test event to try it out."</p> }.into_any(),
        false => {
            let addresses = [(id.to_string(), endpoint.url.clone())];
            let rows = deliveries.into_iter().map(|delivery| delivery_row(delivery, &addresses)).collect::<Vec<_>>();
            view! { <Table caption="Deliveries" columns=delivery_columns() rows=rows /> }.into_any()
        }
    };
    view! { <Section title="Deliveries" all=paths::deliveries_to(id, "")><Tabs label="Deliveries by status" tabs=tabs /> {shown}</Section> }
        .into_any()
}

fn properties(endpoint: &Endpoint, dialect: Dialect, name: Option<String>) -> Vec<(&'static str, Option<AnyView>)> {
    let kind = match dialect {
        Dialect::Revkeen => "Webhook".into_any(),
        Dialect::Revenuecat => view! { <Badge text="RevenueCat" tone=Tone::Info /> " integration" }.into_any(),
    };
    let arrived = success_rate(endpoint.successful_deliveries, endpoint.total_deliveries);
    let arrived = arrived.map(|rate| format!("{rate} of {} attempts", count_text(endpoint.total_deliveries)).into_any());
    vec![
        ("Kind", Some(kind)),
        ("Name", name.map(IntoAny::into_any)),
        ("Address", Some(view! { <span class="wrap">{endpoint.url.clone()}</span> }.into_any())),
        ("Description", endpoint.description.clone().map(IntoAny::into_any)),
        ("API version", Some(endpoint.api_version.as_str().into_any())),
        ("Breaker", Some(endpoint.circuit_breaker_state.label().into_any())),
        ("Arrived", arrived),
        ("Last attempt", endpoint.last_delivery_at.map(|at| view! { <Moment at=at.0 /> " UTC" }.into_any())),
        ("Created", Some(view! { <Date at=endpoint.created_at.0 /> }.into_any())),
        ("Changed", Some(view! { <Ago at=endpoint.updated_at.0 focusable=true /> }.into_any())),
    ]
}

fn events(patterns: &[String]) -> AnyView {
    if patterns == ["*"] {
        return view! { <p>"Everything that happens."</p> }.into_any();
    }
    let item = |pattern: &String| view! { <li><code>{pattern.clone()}</code></li> };
    view! { <ul class="bullets">{patterns.iter().map(item).collect_view()}</ul> }.into_any()
}

/// Sends a made-up event of a chosen type.
#[component]
fn TestForm(drawer: DrawerState, view: EndpointView, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let form = use_form("test");
    let wanted = view.endpoint.enabled_events;
    let first = types::all().find(|kind| wanted.iter().any(|pattern| pattern != "*" && types::matches(pattern, kind)));
    let kind = RwSignal::new(first.unwrap_or("product.created").to_owned());
    let options: Vec<_> = types::all().map(|kind| (kind.to_owned(), kind.to_owned())).collect();
    let (id, toasts) = (view.endpoint.id, use_toasts());
    let go = use_navigate();
    let save = move || {
        let go = go.clone();
        form.send(rpc::try_webhook(id, kind.get_untracked()), move |delivery| {
            toasts.say("Test event sent");
            done.try_run(());
            go(&paths::delivery(delivery.id), Default::default());
        });
    };
    let choice = match view.dialect {
        Dialect::Revkeen => view! { <SelectField name="type" label="Event" value=kind options=options /> }.into_any(),
        Dialect::Revenuecat => view! { <p>"The integration gets RevenueCat's TEST event."</p> }.into_any(),
    };
    view! {
        <FormView form=form on_submit=save>
            <p class="muted">"About an object that does not exist. Only this endpoint hears of it, whatever it listens to."</p>
            {choice}
            <DrawerFoot form=form drawer=drawer label="Send test event" />
        </FormView>
    }
}
