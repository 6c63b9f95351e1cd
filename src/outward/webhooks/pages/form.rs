//! Making and changing an endpoint.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{
    super::{
        model::{EditEndpoint, Endpoint, NewEndpoint, NewSecret},
        rpc,
    },
    patterns::{PatternPicker, Picked},
};
use crate::{
    kit::{Patch, Version},
    ui::*,
};

/// What both forms ask for.
#[derive(Clone, Copy)]
struct Fields {
    url: RwSignal<String>,
    description: RwSignal<String>,
    /// `all` or `some`.
    scope: RwSignal<String>,
    picked: Picked,
    version: RwSignal<String>,
}

impl Fields {
    fn blank() -> Self {
        Self {
            url: RwSignal::new(String::new()),
            description: RwSignal::new(String::new()),
            scope: RwSignal::new("all".to_owned()),
            picked: RwSignal::new(BTreeSet::new()),
            version: RwSignal::new(Version::CURRENT.as_str().to_owned()),
        }
    }

    fn of(endpoint: &Endpoint) -> Self {
        let all = endpoint.enabled_events == ["*"];
        let picked = if all { BTreeSet::new() } else { endpoint.enabled_events.iter().cloned().collect() };
        Self {
            url: RwSignal::new(endpoint.url.clone()),
            description: RwSignal::new(endpoint.description.clone().unwrap_or_default()),
            scope: RwSignal::new(if all { "all" } else { "some" }.to_owned()),
            picked: RwSignal::new(picked),
            version: RwSignal::new(endpoint.api_version.as_str().to_owned()),
        }
    }

    /// The endpoint as the form says it.
    fn said(self) -> NewEndpoint {
        let description = self.description.get();
        let patterns = match self.scope.read().as_str() {
            "all" => vec!["*".to_owned()],
            _ => self.picked.get().into_iter().collect(),
        };
        NewEndpoint {
            url: self.url.get().trim().to_owned(),
            enabled_events: patterns,
            description: Some(description.trim().to_owned()).filter(|text| !text.is_empty()),
            api_version: Version::parse(&self.version.read()),
        }
    }

    fn edit(self) -> EditEndpoint {
        let NewEndpoint { url, enabled_events, description, api_version } = self.said();
        EditEndpoint {
            url: Patch::Set(url),
            enabled_events: Patch::Set(enabled_events),
            description: Patch::Set(description),
            enabled: Patch::Absent,
            api_version: api_version.map_or(Patch::Absent, Patch::Set),
        }
    }

    fn view(self, form: Form) -> AnyView {
        let scopes = vec![
            RadioCard::new("all", "All events", "Everything that happens, also what comes later."),
            RadioCard::new("some", "Chosen events", "Only those that you choose."),
        ];
        let versions: Vec<_> =
            Version::ALL.iter().rev().map(|version| (version.as_str().to_owned(), version.as_str().to_owned())).collect();
        let some = Memo::new(move |_| *self.scope.read() == "some");
        let (form, picked) = (form, self.picked);
        view! {
            <TextField
                name="url" label="Address" value=self.url kind="url" placeholder="https://example.com/webhooks"
                hint="Answers within 30 seconds with 200 to 299."
                check=|text: String| (!text.trim().starts_with("http")).then(|| "Begin with https://".to_owned())
            />
            <TextField name="description" label="Description" value=self.description optional=true hint="Only you see it." />
            <RadioCards name="enabled_events" label="Events" value=self.scope cards=scopes />
            <Show when=move || some.get()><PatternPicker form=form picked=picked /></Show>
            <SelectField name="api_version" label="API version" value=self.version options=versions hint="Whose shapes the bodies have." />
        }
        .into_any()
    }
}

/// A new endpoint; `made` gets it with its secret.
#[component]
pub(super) fn EndpointForm(drawer: DrawerState, #[prop(into)] made: Callback<NewSecret>) -> impl IntoView {
    let form = use_form("webhook");
    let fields = Fields::blank();
    let save = move || {
        form.send(rpc::create_webhook(untrack(|| fields.said())), move |secret| {
            made.try_run(secret);
            drawer.close();
        });
    };
    let body = move || serde_json::to_value(fields.said()).ok();
    view! {
        <FormView form=form on_submit=save>
            {fields.view(form)}
            <DrawerFoot form=form drawer=drawer label="Create webhook" />
            <ApiCall method="POST" path="/v2/webhook-endpoints" body=Signal::derive(body) />
        </FormView>
    }
}

/// Changes an endpoint; `done` runs when it is saved.
#[component]
pub(super) fn EditEndpointForm(drawer: DrawerState, endpoint: Endpoint, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let form = use_form("webhook");
    let fields = Fields::of(&endpoint);
    let (id, toasts) = (endpoint.id, use_toasts());
    let save = move || {
        form.send(rpc::update_webhook(id, untrack(|| fields.edit())), move |_| {
            toasts.say("Webhook saved");
            done.try_run(());
            drawer.close();
        });
    };
    let body = move || serde_json::to_value(fields.edit()).ok();
    view! {
        <FormView form=form on_submit=save>
            {fields.view(form)}
            <DrawerFoot form=form drawer=drawer label="Save changes" />
            <ApiCall method="PATCH" path=format!("/v2/webhook-endpoints/{id}") body=Signal::derive(body) />
        </FormView>
    }
}
