//! The list of the merchant's own apps, and what can be done about one.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;

use super::{
    create::{NewAppForm, SecretDialog},
    grants::{GrantsSection, RevokeQuestion},
};
use crate::{
    house::{
        api_keys::{model::OVERLAP_HOURS_MAX, pages::list::rights},
        oauth::{
            model::{NewSecret, OauthApp, OauthGrant},
            rpc,
        },
        team::viewer::use_viewer,
    },
    kit::{Error, Page},
    paths,
    ui::{
        Ago, Answer, Button, CREATE, Column, Confirm, Drawer, DrawerFoot, DrawerState, FirstRun, FormView, Icon, LinkButton,
        ListPage, ListState, Load, Look, MenuItem, NumberField, Row, Rows, load::leave_if_signed_out, use_drawer, use_form,
        use_list, use_toasts,
    },
};

/// Apps of the mode, and what people allowed them.
pub struct OauthAppsPage {
    list: ListState,
    apps: Apps,
    grants: Grants,
}

/// The page's list of apps, as its dialogs refresh it.
pub(super) type Apps = Resource<Result<Page<OauthApp>, Error>>;
/// The page's list of grants.
pub(super) type Grants = Resource<Result<Vec<OauthGrant>, Error>>;

impl LazyRoute for OauthAppsPage {
    fn data() -> Self {
        let list = use_list(&[]);
        Self { list, apps: list.resource(rpc::list_oauth_apps), grants: Resource::new(|| (), |()| rpc::list_oauth_grants()) }
    }

    async fn view(this: Self) -> AnyView {
        let Self { list, apps, grants } = this;
        let (create, roll) = (use_drawer("new"), use_drawer("roll"));
        let deleting = RwSignal::new(None::<OauthApp>);
        let revoking = RwSignal::new(None::<OauthGrant>);
        let secret = RwSignal::new(None::<NewSecret>);
        let lacks = use_viewer().lacks("keys:write");
        let rows = move || {
            apps.get().map(|answer| match answer {
                Ok(page) => Answer::Rows(Rows::of(page, |app| row(app, deleting, lacks))),
                Err(error) => error.into(),
            })
        };
        let columns = vec![
            Column::new("Name").sort("name"),
            Column::new("Client ID"),
            Column::new("Secret"),
            Column::new("May"),
            Column::new("Last token"),
            Column::new("Created").sort("created_at"),
        ];
        let action = move || {
            match lacks.get() {
            Some(why) => {
                view! { <Button id="new-app" label="New OAuth app" look=Look::Primary icon=Icon::Plus why_not=Some(why) /> }
                    .into_any()
            }
            None => view! { <LinkButton label="New OAuth app" href=create.href look=Look::Primary icon=Icon::Plus key=CREATE stay=true /> }
                .into_any(),
        }
        };
        view! {
            <ListPage
                list=list title="OAuth apps" columns=columns rows=rows
                intro="Programs that get access without a key, in this mode: your own, and those that people allowed something."
                first_run=FirstRun {
                    title: "No OAuth apps yet",
                    text: "An app gets access by OAuth 2.1: for itself, or for people who allow it something.",
                    action: use_viewer().can("keys:write").then(|| ("New OAuth app", create.href.get_untracked())),
                    docs: None,
                }
            >
                {action}
            </ListPage>
            <GrantsSection grants=grants revoking=revoking />
            <Drawer id="new-oauth-app" state=create title="New OAuth app">
                <NewAppForm drawer=create secret=secret apps=apps />
            </Drawer>
            <Drawer id="roll-secret" state=roll title="Roll client secret">
                <RollForm drawer=roll secret=secret apps=apps />
            </Drawer>
            <SecretDialog secret=secret />
            <DeleteQuestion deleting=deleting apps=apps grants=grants />
            <RevokeQuestion revoking=revoking grants=grants />
        }
        .into_any()
    }
}

fn row(app: OauthApp, deleting: RwSignal<Option<OauthApp>>, lacks: Signal<Option<String>>) -> Row {
    let off = lacks.get();
    let public = (!app.confidential).then(|| "A public app has no secret".to_owned());
    let deleted = app.clone();
    let menu = vec![
        MenuItem::link("Roll secret", format!("{}?drawer=roll:{}", paths::OAUTH_APPS, app.id)).why_not(off.clone().or(public)),
        MenuItem::action("Delete", move || deleting.set(Some(deleted.clone()))).danger().why_not(off),
    ];
    let secret = match app.secret_hint {
        Some(hint) => view! { <code>{hint}</code> }.into_any(),
        None => "None (public)".into_any(),
    };
    let used = match app.last_used_at {
        Some(at) => view! { <Ago at=at.0 /> }.into_any(),
        None => "Never".into_any(),
    };
    Row::new(app.id)
        .cell(app.name.clone())
        .cell(view! { <code>{app.id.to_string()}</code> })
        .cell(secret)
        .cell(view! { <span title=app.scopes.join(", ")>{rights(&app.scopes)}</span> })
        .cell(used)
        .cell(view! { <Ago at=app.created_at.0 /> })
        .menu(app.name, menu)
}

/// Gives the app whose id is in the drawer's address another secret.
#[component]
fn RollForm(drawer: DrawerState, secret: RwSignal<Option<NewSecret>>, apps: Apps) -> impl IntoView {
    let view = move || {
        let wanted = drawer.arg.get()?;
        let found = |page: Page<OauthApp>| match page.items.into_iter().find(|app| app.id.to_string() == wanted) {
            Some(app) => view! { <RollFields drawer=drawer app=app secret=secret apps=apps /> }.into_any(),
            None => view! { <p class="muted">"This app is not on this page of the list."</p> }.into_any(),
        };
        Some(apps.get()?.map(found).map_err(Into::into))
    };
    view! { <Load view=view /> }
}

/// How long the old secret goes on working.
#[component]
fn RollFields(drawer: DrawerState, app: OauthApp, secret: RwSignal<Option<NewSecret>>, apps: Apps) -> impl IntoView {
    let form = use_form("roll");
    let hours = RwSignal::new("24".to_owned());
    let id = app.id;
    let save = move || {
        let hours = hours.get_untracked().trim().parse().unwrap_or(24);
        form.send(rpc::roll_oauth_app(id, hours), move |made| {
            apps.refetch();
            drawer.close();
            secret.set(Some(made));
        });
    };
    view! {
        <FormView form=form on_submit=save>
            <p class="muted">{format!("“{}” gets another secret. Its tokens go on working.", app.name)}</p>
            <NumberField
                name="overlap_hours" label="Old secret keeps working for" value=hours min=0 max=OVERLAP_HOURS_MAX unit="hours"
                hint="Time to put the new secret everywhere. 0 ends the old secret at once."
            />
            <DrawerFoot form=form drawer=drawer label="Roll secret" />
        </FormView>
    }
}

/// Asks before an app is deleted.
#[component]
fn DeleteQuestion(deleting: RwSignal<Option<OauthApp>>, apps: Apps, grants: Grants) -> impl IntoView {
    let toasts = use_toasts();
    let name = move || deleting.with(|app| app.as_ref().map(|app| app.name.clone()));
    let delete = move || {
        let Some(app) = deleting.get_untracked() else { return };
        deleting.set(None);
        spawn_local(async move {
            match rpc::delete_oauth_app(app.id).await {
                Ok(()) => toasts.say(format!("{} deleted", app.name)),
                Err(error) => {
                    leave_if_signed_out(&error);
                    toasts.fail(error.message);
                }
            }
            apps.refetch();
            grants.refetch();
        });
    };
    view! {
        <Confirm
            id="delete-app" open=Signal::derive(move || deleting.with(Option::is_some))
            title=Signal::derive(move || format!("Delete {}?", name().unwrap_or_default()))
            text="Its tokens are refused at once, and everything that people allowed it ends. This cannot be undone."
            type_name=Signal::derive(name)
            confirm="Delete app" danger=true on_close=move || deleting.set(None) on_confirm=delete
        />
    }
}
