//! Making a key, and the only look at its secret.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{list::Keys, scopes::ScopePicker};
use crate::{
    house::{
        api_keys::{
            model::{Dialect, NewApiKey, NewSecret, RATE_LIMIT_MAX},
            rpc,
        },
        scopes::{RESOURCES, REVENUECAT},
    },
    ui::{
        Button, CodeBlock, DrawerFoot, DrawerState, FormView, Look, Modal, NumberField, RadioCard, RadioCards, SelectField,
        TextField, use_form,
    },
};

/// What is allowed of each resource: nothing, `read` or `write`.
pub(in crate::house) type Picked = RwSignal<BTreeMap<&'static str, &'static str>>;

/// The scopes of a choice.
pub(in crate::house) fn scopes(preset: &str, dialect: Dialect, picked: &BTreeMap<&'static str, &'static str>) -> Vec<String> {
    let names: Vec<&str> = match dialect {
        Dialect::Revkeen => RESOURCES.iter().map(|resource| resource.name).collect(),
        Dialect::Revenuecat => REVENUECAT.iter().map(|(name, _)| *name).collect(),
    };
    let write = match dialect {
        Dialect::Revkeen => "write",
        Dialect::Revenuecat => "read_write",
    };
    match preset {
        "full" => vec!["*".to_owned()],
        "read" => names.iter().map(|name| format!("{name}:read")).collect(),
        _ => {
            let known = picked.iter().filter(|(name, _)| names.contains(name));
            known.map(|(name, right)| format!("{name}:{}", if *right == "write" { write } else { "read" })).collect()
        }
    }
}

/// Name, dialect and rights of a new key.
#[component]
pub(super) fn NewKeyForm(drawer: DrawerState, secret: RwSignal<Option<NewSecret>>, keys: Keys) -> impl IntoView {
    let form = use_form("key");
    let name = RwSignal::new(String::new());
    let dialect = RwSignal::new("revkeen".to_owned());
    let preset = RwSignal::new("full".to_owned());
    let (limit, addresses) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let picked: Picked = RwSignal::new(BTreeMap::new());
    let spoken = Memo::new(move |_| dialect.with(|dialect| Dialect::parse(dialect)).unwrap_or_default());
    let save = move || {
        let dialect = spoken.get_untracked();
        let scopes = picked.with_untracked(|picked| scopes(&preset.get_untracked(), dialect, picked));
        let rate_limit = limit.get_untracked().trim().parse().ok();
        let allowed_ips = addresses
            .with_untracked(|text| text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).map(str::to_owned).collect());
        let new = NewApiKey { name: name.get_untracked(), dialect, scopes, rate_limit, allowed_ips };
        form.send(rpc::create_api_key(new), move |made| {
            keys.refetch();
            drawer.close();
            secret.set(Some(made));
        });
    };
    let dialects = vec![
        ("revkeen".to_owned(), "RevKeen (rk_…, x-api-key)".to_owned()),
        ("revenuecat".to_owned(), "RevenueCat (sk_…, Bearer)".to_owned()),
    ];
    let presets = vec![
        RadioCard::new("full", "Full access", "Everything the API offers, also what comes later."),
        RadioCard::new("read", "Read only", "Sees everything, changes nothing."),
        RadioCard::new("custom", "Custom", "Choose for each kind of object."),
    ];
    view! {
        <FormView form=form on_submit=save>
            <TextField name="name" label="Name" value=name hint="Where it is used, such as “Web shop”." />
            <SelectField name="dialect" label="API" value=dialect options=dialects />
            <RadioCards name="scopes" label="Rights" value=preset cards=presets />
            <Show when=move || preset.get() == "custom"><ScopePicker dialect=spoken picked=picked form=form /></Show>
            <NumberField
                name="rate_limit" label="Own rate limit" value=limit optional=true min=0 max=RATE_LIMIT_MAX unit="a minute"
                hint="Empty for the limit of this mode; 0 for none."
            />
            <TextField
                name="allowed_ips" label="Only from" value=addresses optional=true
                hint="Addresses or networks, such as 203.0.113.7 or 10.0.0.0/8, with commas between. Empty for everywhere."
            />
            <DrawerFoot form=form drawer=drawer label="Create key" />
        </FormView>
    }
}

/// The secret, once.
#[component]
pub(super) fn SecretDialog(secret: RwSignal<Option<NewSecret>>) -> impl IntoView {
    let open = Signal::derive(move || secret.with(Option::is_some));
    let close = move || secret.set(None);
    let name = move || secret.with(|made| made.as_ref().map(|made| made.key.name.clone()).unwrap_or_default());
    let text = Signal::derive(move || secret.with(|made| made.as_ref().map(|made| made.secret.clone()).unwrap_or_default()));
    view! {
        <Modal id="secret" open=open on_close=close focus=".code button">
            <h2 id="secret-title">"Copy the key now"</h2>
            <p class="dialog-text">"This is the only time that the key “" {name} "” is shown. Keep it where you keep passwords."</p>
            <CodeBlock label="API key" text=text />
            <div class="dialog-foot"><Button label="Done" look=Look::Primary on_press=close /></div>
        </Modal>
    }
}
