//! The list of keys, and what can be done about one.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;

use super::create::{NewKeyForm, SecretDialog};
use crate::{
    house::{
        api_keys::{
            model::{ApiKey, NewSecret, OVERLAP_HOURS_MAX, Status},
            rpc,
        },
        requests::{model::KeyUse, rpc::list_key_use},
        tabs::SettingsTabs,
        team::viewer::use_viewer,
    },
    kit::{Error, Page, Time},
    paths,
    ui::{
        Ago, Answer, Badge, Button, CREATE, Column, Confirm, Drawer, DrawerFoot, DrawerState, Filter, FirstRun, FormView, Icon,
        LinkButton, ListPage, ListState, Load, Look, MenuItem, NumberField, Row, Rows, Tone, count_text,
        load::leave_if_signed_out, time::page_now, use_drawer, use_form, use_list, use_toasts,
    },
};

/// Keys of the mode.
pub struct ApiKeysPage {
    list: ListState,
    keys: Resource<Result<Page<ApiKey>, Error>>,
    used: Resource<Result<Vec<KeyUse>, Error>>,
}

/// The page's list, as its dialogs refresh it.
pub(super) type Keys = Resource<Result<Page<ApiKey>, Error>>;

impl LazyRoute for ApiKeysPage {
    fn data() -> Self {
        let list = use_list(&["status"]);
        Self { list, keys: list.resource(rpc::list_api_keys), used: Resource::new(|| (), |()| list_key_use()) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, keys, used } = this;
        let (create, roll) = (use_drawer("new"), use_drawer("roll"));
        let revoking = RwSignal::new(None::<ApiKey>);
        let secret = RwSignal::new(None::<NewSecret>);
        let lacks = use_viewer().lacks("keys:write");
        let rows = move || {
            // Without the right to see calls there are none to count.
            let used = used.get()?.unwrap_or_default();
            keys.get().map(|answer| match answer {
                Ok(page) => Answer::Rows(Rows::of(page, |key| row(key, &used, revoking, lacks))),
                Err(error) => error.into(),
            })
        };
        let columns = vec![
            Column::new("Name").sort("name"),
            Column::new("Key"),
            Column::new("Status"),
            Column::new("May"),
            Column::new("Use"),
            Column::new("Last used"),
            Column::new("Created").sort("created_at"),
        ];
        let action = move || {
            match lacks.get() {
            Some(why) => {
                view! { <Button id="new-key" label="New API key" look=Look::Primary icon=Icon::Plus why_not=Some(why) /> }
                    .into_any()
            }
            None => view! { <LinkButton label="New API key" href=create.href look=Look::Primary icon=Icon::Plus key=CREATE stay=true /> }
                .into_any(),
        }
        };
        view! {
            <SettingsTabs current=paths::API_KEYS />
            <ListPage
                list=list title="API keys" intro="How your programs prove who they are, in this mode." columns=columns rows=rows
                filters=vec![Filter::choices("status", "Status", &[("active", "Active"), ("inactive", "Inactive")])]
                first_run=FirstRun {
                    title: "No API keys yet",
                    text: "A key lets a program use the API of this mode. It is shown once, when it is made.",
                    action: use_viewer().can("keys:write").then(|| ("New API key", create.href.get_untracked())),
                    docs: None,
                }
            >
                {action}
            </ListPage>
            <Drawer id="new-api-key" state=create title="New API key"><NewKeyForm drawer=create secret=secret keys=keys /></Drawer>
            <Drawer id="roll-api-key" state=roll title="Roll API key"><RollForm drawer=roll secret=secret keys=keys /></Drawer>
            <SecretDialog secret=secret />
            <RevokeQuestion revoking=revoking keys=keys />
        }
        .into_any()
    }
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Active => Tone::Good,
        Status::Expiring => Tone::Warn,
        Status::Expired | Status::Revoked => Tone::Neutral,
    }
}

/// What a key may do, and from where if that is limited.
fn may(key: &ApiKey) -> impl IntoView + use<> {
    let from = (!key.allowed_ips.is_empty()).then(|| {
        let networks = key.allowed_ips.join(", ");
        view! { <span class="muted" title=networks.clone()>{format!(" · from {networks}")}</span> }
    });
    view! { <span title=key.scopes.join(", ")>{rights(&key.scopes)}</span> {from} }
}

/// "Everything", "Read only", or how much.
pub(in crate::house) fn rights(scopes: &[String]) -> String {
    match scopes {
        [all] if all == "*" => "Everything".to_owned(),
        scopes if scopes.iter().all(|scope| scope.ends_with(":read")) => format!("Read only ({} scopes)", scopes.len()),
        [one] => one.clone(),
        scopes => format!("{} scopes", scopes.len()),
    }
}

/// Calls beside what is allowed; leads to the calls.
fn usage(key: &ApiKey, used: &[KeyUse]) -> AnyView {
    let limit = match key.rate_limit {
        None => "usual limit".to_owned(),
        Some(0) => "no limit".to_owned(),
        Some(limit) => format!("limit {} a minute", count_text(limit)),
    };
    let id = key.id.to_string();
    let (today, hour, limited) =
        used.iter().find(|used| used.key_id == id).map_or((0, 0, 0), |used| (used.today, used.hour, used.limited));
    let limited = if limited > 0 { format!(", {} over the limit", count_text(limited)) } else { String::new() };
    let calls = format!("{} today{limited}, {} in the last hour", count_text(today), count_text(hour));
    view! { <a href=paths::api_requests_of(&id)>{calls}</a> <span class="muted">" · " {limit}</span> }.into_any()
}

fn row(key: ApiKey, used: &[KeyUse], revoking: RwSignal<Option<ApiKey>>, lacks: Signal<Option<String>>) -> Row {
    let status = key.status(Time(page_now()));
    let off = lacks.get().or_else(|| (!status.works()).then(|| format!("It is {} already", status.label().to_lowercase())));
    let revoked = key.clone();
    let menu = vec![
        MenuItem::link("Roll", format!("{}?drawer=roll:{}", paths::API_KEYS, key.id)).why_not(off.clone()),
        MenuItem::action("Revoke", move || revoking.set(Some(revoked.clone()))).danger().why_not(off),
    ];
    let usage = usage(&key, used);
    let last_used = match key.last_used_at {
        Some(at) => view! { <Ago at=at.0 /> }.into_any(),
        None => "Never".into_any(),
    };
    let ends = key.expires_at.filter(|_| key.revoked_at.is_none()).map(|at| view! { " " <Ago at=at.0 /> });
    let may = may(&key);
    Row::new(key.id)
        .cell(key.name.clone())
        .cell(view! { <code>{key.hint}</code> })
        .cell(view! { <Badge text=status.label().to_owned() tone=tone(status) /> {ends} })
        .cell(may)
        .cell(usage)
        .cell(last_used)
        .cell(view! { <Ago at=key.created_at.0 /> })
        .menu(key.name, menu)
}

/// Replaces the key whose id is in the drawer's address.
#[component]
fn RollForm(drawer: DrawerState, secret: RwSignal<Option<NewSecret>>, keys: Keys) -> impl IntoView {
    let view = move || {
        let wanted = drawer.arg.get()?;
        let found = |page: Page<ApiKey>| match page.items.into_iter().find(|key| key.id.to_string() == wanted) {
            Some(key) => view! { <RollFields drawer=drawer key=key secret=secret keys=keys /> }.into_any(),
            None => view! { <p class="muted">"This key is not on this page of the list."</p> }.into_any(),
        };
        Some(keys.get()?.map(found).map_err(Into::into))
    };
    view! { <Load view=view /> }
}

/// How long the old key goes on working.
#[component]
fn RollFields(drawer: DrawerState, key: ApiKey, secret: RwSignal<Option<NewSecret>>, keys: Keys) -> impl IntoView {
    let form = use_form("roll");
    let hours = RwSignal::new("24".to_owned());
    let id = key.id;
    let save = move || {
        let hours = hours.get_untracked().trim().parse().unwrap_or(24);
        form.send(rpc::roll_api_key(id, hours), move |made| {
            keys.refetch();
            drawer.close();
            secret.set(Some(made));
        });
    };
    view! {
        <FormView form=form on_submit=save>
            <p class="muted">{format!("“{}” ({}) is replaced by a new key with the same rights.", key.name, key.hint)}</p>
            <NumberField
                name="overlap_hours" label="Old key keeps working for" value=hours min=0 max=OVERLAP_HOURS_MAX unit="hours"
                hint="Time to put the new key everywhere. 0 ends the old key at once."
            />
            <DrawerFoot form=form drawer=drawer label="Roll key" />
        </FormView>
    }
}

/// Asks before a key stops working.
#[component]
fn RevokeQuestion(revoking: RwSignal<Option<ApiKey>>, keys: Keys) -> impl IntoView {
    let toasts = use_toasts();
    let name = move || revoking.with(|key| key.as_ref().map(|key| format!("{} ({})", key.name, key.hint)).unwrap_or_default());
    let revoke = move || {
        let Some(key) = revoking.get_untracked() else { return };
        revoking.set(None);
        spawn_local(async move {
            match rpc::revoke_api_key(key.id).await {
                Ok(key) => toasts.say(format!("{} revoked", key.name)),
                Err(error) => {
                    leave_if_signed_out(&error);
                    toasts.fail(error.message);
                }
            }
            keys.refetch();
        });
    };
    view! {
        <Confirm
            id="revoke-key" open=Signal::derive(move || revoking.with(Option::is_some))
            title=Signal::derive(move || format!("Revoke {}?", name()))
            text="Programs that use it are refused at once. This cannot be undone; roll the key instead to replace it without a gap."
            type_name=Signal::derive(move || revoking.with(|key| key.as_ref().map(|key| key.name.clone())))
            confirm="Revoke key" danger=true on_close=move || revoking.set(None) on_confirm=revoke
        />
    }
}
