//! The own account: password and devices.

use leptos::prelude::*;

use super::{entry::password_hint, team::act};
use crate::{
    house::team::{
        model::{PASSWORD_CHARS_MIN, SessionRow, Sessions},
        rpc,
    },
    kit::Error,
    ui::{Ago, Badge, Button, Column, FormView, Load, MenuItem, Row, SubmitButton, Table, TextField, Tone, use_form, use_toasts},
};

/// Changes the password; signs other devices out.
#[component]
pub(super) fn PasswordForm(#[prop(into)] done: Callback<()>) -> impl IntoView {
    let (form, toasts) = (use_form("password"), use_toasts());
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let save = move || {
        form.send(rpc::change_password(old.get_untracked(), new.get_untracked()), move |()| {
            old.set(String::new());
            new.set(String::new());
            toasts.say("Password changed; other devices are signed out");
            done.try_run(());
        });
    };
    let too_short = |text: String| {
        (text.chars().count() < PASSWORD_CHARS_MIN).then(|| format!("Use at least {PASSWORD_CHARS_MIN} characters."))
    };
    view! {
        <FormView form=form on_submit=save>
            <TextField name="old" label="Current password" kind="password" autocomplete="current-password" value=old />
            <TextField
                name="new" label="New password" kind="password" autocomplete="new-password" value=new hint=password_hint() check=too_short
            />
            <div class="form-foot"><SubmitButton form=form label="Change password" /></div>
        </FormView>
    }
}

/// Where the account is signed in.
#[component]
pub(super) fn Devices(sessions: Resource<Result<Sessions, Error>>) -> impl IntoView {
    let toasts = use_toasts();
    let others = move || {
        act(toasts, rpc::revoke_other_sessions(), move |()| {
            toasts.say("All other devices are signed out");
            sessions.refetch();
        });
    };
    let view = move || {
        let found = sessions.get()?;
        let table = |found: Sessions| {
            let columns = vec![Column::new("Device"), Column::new("Address"), Column::new("Signed in"), Column::new("Last seen")];
            let more = found.items.len() > 1;
            let rows = found.items.into_iter().map(|item| device_row(item, &found.current, sessions)).collect::<Vec<_>>();
            view! {
                <Table caption="Where you are signed in" columns=columns rows=rows />
                {more.then(|| view! { <div class="form-foot"><Button label="Sign out all other devices" on_press=others /></div> })}
            }
            .into_any()
        };
        Some(found.map(table).map_err(Into::into))
    };
    view! { <Load view=view /> }
}

fn device_row(item: SessionRow, current: &str, sessions: Resource<Result<Sessions, Error>>) -> Row {
    let toasts = use_toasts();
    let name = item.device_name();
    let here = item.id == current;
    let id = item.id.clone();
    let sign_out = MenuItem::action("Sign out", move || {
        act(toasts, rpc::revoke_session(id.clone()), move |()| {
            toasts.say("Signed out there");
            sessions.refetch();
        });
    });
    let badge = here.then(|| view! { <Badge text="This device" tone=Tone::Good /> });
    let address = if item.ip.is_empty() { "–".to_owned() } else { item.ip };
    let why = here.then(|| "Use the button at the foot of the sidebar".to_owned());
    Row::new(item.id)
        .cell(view! { <span title=item.device>{name.clone()}</span> " " {badge} })
        .cell(address)
        .cell(view! { <Ago at=item.created_at.0 /> })
        .cell(view! { <Ago at=item.last_seen_at.0 /> })
        .menu(name, vec![sign_out.danger().why_not(why)])
}
