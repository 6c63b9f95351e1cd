//! Making an app, and the only look at its secret.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::list::Apps;
use crate::{
    house::{
        api_keys::{
            model::Dialect,
            pages::{
                create::{Picked, scopes},
                scopes::ScopePicker,
            },
        },
        oauth::{
            model::{NewOauthApp, NewSecret},
            rpc,
        },
    },
    ui::{
        Button, CodeBlock, DrawerFoot, DrawerState, FormView, Look, Modal, RadioCard, RadioCards, SelectField, TextArea,
        TextField, use_form,
    },
};

/// Name, kind, addresses and rights of a new app.
#[component]
pub(super) fn NewAppForm(drawer: DrawerState, secret: RwSignal<Option<NewSecret>>, apps: Apps) -> impl IntoView {
    let form = use_form("app");
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new("confidential".to_owned());
    let uris = RwSignal::new(String::new());
    let dialect = RwSignal::new("revkeen".to_owned());
    let preset = RwSignal::new("read".to_owned());
    let picked: Picked = RwSignal::new(BTreeMap::new());
    let spoken = Memo::new(move |_| dialect.with(|dialect| Dialect::parse(dialect)).unwrap_or_default());
    let save = move || {
        let dialect = spoken.get_untracked();
        let new = NewOauthApp {
            name: name.get_untracked(),
            dialect,
            scopes: picked.with_untracked(|picked| scopes(&preset.get_untracked(), dialect, picked)),
            redirect_uris: uris.with_untracked(|text| text.lines().map(str::to_owned).collect()),
            confidential: kind.get_untracked() == "confidential",
        };
        form.send(rpc::create_oauth_app(new), move |made| {
            apps.refetch();
            drawer.close();
            secret.set(Some(made));
        });
    };
    let kinds = vec![
        RadioCard::new("confidential", "Confidential", "Runs on a server and keeps a secret; also gets access for itself."),
        RadioCard::new("public", "Public", "Runs on people's devices or in browsers; has no secret."),
    ];
    let dialects = vec![
        ("revkeen".to_owned(), "RevKeen (rk_oauth_…)".to_owned()),
        ("revenuecat".to_owned(), "RevenueCat (atk_…)".to_owned()),
    ];
    let presets = vec![
        RadioCard::new("full", "Full access", "Everything the API offers, also what comes later."),
        RadioCard::new("read", "Read only", "Sees everything, changes nothing."),
        RadioCard::new("custom", "Custom", "Choose for each kind of object."),
    ];
    view! {
        <FormView form=form on_submit=save>
            <TextField name="name" label="Name" value=name hint="People see it when they are asked to allow something." />
            <RadioCards name="confidential" label="Kind" value=kind cards=kinds />
            <TextArea
                name="redirect_uris" label="Redirect URIs" value=uris optional=true
                hint="Where people are sent back to, one to a line. Needed unless the app only acts for itself."
            />
            <SelectField name="dialect" label="API" value=dialect options=dialects />
            <RadioCards name="scopes" label="Rights" value=preset cards=presets />
            <Show when=move || preset.get() == "custom"><ScopePicker dialect=spoken picked=picked form=form /></Show>
            <DrawerFoot form=form drawer=drawer label="Create app" />
        </FormView>
    }
}

/// Client ID and, once, the secret.
#[component]
pub(super) fn SecretDialog(secret: RwSignal<Option<NewSecret>>) -> impl IntoView {
    let open = Signal::derive(move || secret.with(Option::is_some));
    let close = move || secret.set(None);
    let of = move |pick: fn(&NewSecret) -> String| secret.with(|made| made.as_ref().map(pick).unwrap_or_default());
    let id = Signal::derive(move || of(|made| made.app.id.to_string()));
    let text = Signal::derive(move || of(|made| made.secret.clone().unwrap_or_default()));
    let has_secret = move || !text.read().is_empty();
    let name = move || of(|made| made.app.name.clone());
    view! {
        <Modal id="secret" open=open on_close=close focus=".code button">
            <h2 id="secret-title">{move || if has_secret() { "Copy the secret now" } else { "The app is made" }}</h2>
            <CodeBlock label="Client ID" text=id />
            <Show when=has_secret>
                <p class="dialog-text">"This is the only time that the secret of “" {name} "” is shown. Keep it where you keep passwords."</p>
                <CodeBlock label="Client secret" text=text />
            </Show>
            <div class="dialog-foot"><Button label="Done" look=Look::Primary on_press=close /></div>
        </Modal>
    }
}
