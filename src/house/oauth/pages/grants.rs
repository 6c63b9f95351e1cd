//! What people allowed apps, and taking it back.

use leptos::{prelude::*, task::spawn_local};

use super::list::Grants;
use crate::{
    house::{
        api_keys::pages::list::rights,
        oauth::{model::OauthGrant, rpc},
        team::viewer::use_viewer,
    },
    ui::{Ago, Badge, Column, Confirm, Load, MenuItem, Row, Section, Table, Tone, load::leave_if_signed_out, use_toasts},
};

/// A line per grant that works.
#[component]
pub(super) fn GrantsSection(grants: Grants, revoking: RwSignal<Option<OauthGrant>>) -> impl IntoView {
    let columns = || {
        vec![Column::new("App"), Column::new("Allowed by"), Column::new("May"), Column::new("Last token"), Column::new("Since")]
    };
    let view = move || {
        let table = |grants: Vec<OauthGrant>| match grants.is_empty() {
            true => view! { <p class="muted">"Nobody has allowed an app anything in this mode."</p> }.into_any(),
            false => {
                let rows = grants.into_iter().map(|grant| row(grant, revoking)).collect();
                view! { <Table caption="Allowed by people" columns=columns() rows=rows /> }.into_any()
            }
        };
        Some(grants.get()?.map(table).map_err(Into::into))
    };
    view! { <Section title="Allowed by people"><Load view=view /></Section> }
}

fn row(grant: OauthGrant, revoking: RwSignal<Option<OauthGrant>>) -> Row {
    let viewer = use_viewer().get();
    let own = viewer.as_ref().is_some_and(|viewer| viewer.user.id == grant.user_id);
    let off = if own { None } else { viewer.and_then(|viewer| viewer.lacks("keys:write")) };
    let origin = match grant.self_registered {
        true => view! { <Badge text="Registered itself".to_owned() tone=Tone::Warn /> }.into_any(),
        false => view! { <Badge text="Own app".to_owned() tone=Tone::Neutral /> }.into_any(),
    };
    let used = match grant.last_used_at {
        Some(at) => view! { <Ago at=at.0 /> }.into_any(),
        None => "Never".into_any(),
    };
    let revoked = grant.clone();
    let menu = vec![MenuItem::action("Revoke", move || revoking.set(Some(revoked.clone()))).danger().why_not(off)];
    Row::new(grant.id)
        .cell(view! { <span>{grant.app_name.clone()}</span> " " {origin} })
        .cell(grant.user_name.clone())
        .cell(view! { <span title=grant.scopes.join(", ")>{rights(&grant.scopes)}</span> })
        .cell(used)
        .cell(view! { <Ago at=grant.created_at.0 /> })
        .menu(format!("{}, allowed by {}", grant.app_name, grant.user_name), menu)
}

/// Asks before an app loses what somebody allowed it.
#[component]
pub(super) fn RevokeQuestion(revoking: RwSignal<Option<OauthGrant>>, grants: Grants) -> impl IntoView {
    let toasts = use_toasts();
    let name = move || revoking.with(|grant| grant.as_ref().map(|grant| grant.app_name.clone()).unwrap_or_default());
    let revoke = move || {
        let Some(grant) = revoking.get_untracked() else { return };
        revoking.set(None);
        spawn_local(async move {
            match rpc::revoke_oauth_grant(grant.id).await {
                Ok(grant) => toasts.say(format!("Access of {} revoked", grant.app_name)),
                Err(error) => {
                    leave_if_signed_out(&error);
                    toasts.fail(error.message);
                }
            }
            grants.refetch();
        });
    };
    view! {
        <Confirm
            id="revoke-grant" open=Signal::derive(move || revoking.with(Option::is_some))
            title=Signal::derive(move || format!("Revoke the access of {}?", name()))
            text="Its tokens are refused at once. It can ask again."
            confirm="Revoke access" danger=true on_close=move || revoking.set(None) on_confirm=revoke
        />
    }
}
