//! Team: members, invitations, and the own account.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::LazyRoute;

use super::{
    account::{Devices, PasswordForm},
    members::{InviteForm, RoleForm, invitation_rows, member_rows},
};
use crate::{
    house::{
        tabs::SettingsHead,
        team::{
            model::{Invitation, Invited, Member, Sessions},
            rpc,
            viewer::use_viewer,
        },
    },
    kit::Error,
    paths,
    ui::{
        Button, CREATE, Card, CodeBlock, Column, Confirm, Drawer, Icon, LinkButton, Load, Look, Modal, Section, Table, Toasts,
        load::leave_if_signed_out, use_drawer, use_toasts,
    },
};

/// Members, invitations, own password and devices.
#[derive(Clone, Copy)]
pub struct TeamPage {
    pub(super) members: Resource<Result<Vec<Member>, Error>>,
    pub(super) invitations: Resource<Result<Vec<Invitation>, Error>>,
    pub(super) sessions: Resource<Result<Sessions, Error>>,
}

/// What the page asks about before it does it.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    pub remove: RwSignal<Option<Member>>,
    pub withdraw: RwSignal<Option<Invitation>>,
}

impl LazyRoute for TeamPage {
    fn data() -> Self {
        Self {
            members: Resource::new(|| (), |()| rpc::list_members()),
            invitations: Resource::new(|| (), |()| rpc::list_invitations()),
            sessions: Resource::new(|| (), |()| rpc::list_sessions()),
        }
    }

    async fn view(this: Self) -> AnyView {
        let asking = Asking { remove: RwSignal::new(None), withdraw: RwSignal::new(None) };
        let invited = RwSignal::new(None::<Invited>);
        let (invite, role) = (use_drawer("invite"), use_drawer("role"));
        let lacks = use_viewer().lacks("team:write");
        let action = move || match lacks.get() {
            Some(why) => {
                view! { <Button id="invite" label="Invite" look=Look::Primary icon=Icon::Plus why_not=Some(why) /> }.into_any()
            }
            None => {
                view! { <LinkButton label="Invite" href=invite.href look=Look::Primary icon=Icon::Plus key=CREATE stay=true /> }
                    .into_any()
            }
        };
        view! {
            <SettingsHead current=paths::TEAM title="Team" intro="Who works for this business, and what they may do.">{action}</SettingsHead>
            <Section title="Members">{members_view(this, asking)}</Section>
            <Section title="Invitations">{invitations_view(this, asking)}</Section>
            <div class="cards">
                <Card title="Your password"><PasswordForm done=move || this.sessions.refetch() /></Card>
            </div>
            <Section title="Where you are signed in"><Devices sessions=this.sessions /></Section>
            <Drawer id="invite-member" state=invite title="Invite a member">
                <InviteForm drawer=invite invited=invited invitations=this.invitations />
            </Drawer>
            <Drawer id="member-role" state=role title="Change role"><RoleForm drawer=role members=this.members /></Drawer>
            <InvitedDialog invited=invited />
            <Questions page=this asking=asking />
        }
        .into_any()
    }
}

fn members_view(page: TeamPage, asking: Asking) -> AnyView {
    let columns = || vec![Column::new("Name"), Column::new("E-mail"), Column::new("Role"), Column::new("Since")];
    let view = move || {
        let members = page.members.get()?;
        let table =
            |members| view! { <Table caption="Members" columns=columns() rows=member_rows(members, asking) /> }.into_any();
        Some(members.map(table).map_err(Into::into))
    };
    view! { <Load view=view /> }.into_any()
}

fn invitations_view(page: TeamPage, asking: Asking) -> AnyView {
    let columns = || vec![Column::new("E-mail"), Column::new("Role"), Column::new("Sent"), Column::new("Expires")];
    let view = move || {
        let invitations = page.invitations.get()?;
        let table = |invitations: Vec<Invitation>| match invitations.is_empty() {
            true => view! { <p class="muted">"No open invitations."</p> }.into_any(),
            false => {
                view! { <Table caption="Invitations" columns=columns() rows=invitation_rows(invitations, asking) /> }.into_any()
            }
        };
        Some(invitations.map(table).map_err(Into::into))
    };
    view! { <Load view=view /> }.into_any()
}

/// The link of an invitation just made: only its hash is kept, so it is shown once.
#[component]
fn InvitedDialog(invited: RwSignal<Option<Invited>>) -> impl IntoView {
    let open = Signal::derive(move || invited.with(Option::is_some));
    let close = move || invited.set(None);
    let text =
        move || invited.with(|invited| invited.as_ref().map(|invited| invited.invitation.email.clone()).unwrap_or_default());
    let link =
        Signal::derive(move || invited.with(|invited| invited.as_ref().map(|invited| invited.link.clone()).unwrap_or_default()));
    view! {
        <Modal id="invited" open=open on_close=close focus=".dialog-foot button">
            <h2 id="invited-title">"Invitation sent"</h2>
            <p class="dialog-text">"We mailed a link to " <strong>{text}</strong> ". You can also pass it on yourself; it is not shown again and works for a week."</p>
            <CodeBlock label="invitation link" text=link />
            <div class="dialog-foot"><Button label="Done" look=Look::Primary on_press=close /></div>
        </Modal>
    }
}

/// Asks before somebody loses access.
#[component]
fn Questions(page: TeamPage, asking: Asking) -> impl IntoView {
    let toasts = use_toasts();
    let (removing, withdrawing) = (asking.remove, asking.withdraw);
    let name = move || removing.with(|member| member.as_ref().map(|member| member.name.clone()).unwrap_or_default());
    let email = move || withdrawing.with(|open| open.as_ref().map(|open| open.email.clone()).unwrap_or_default());
    let remove = move || {
        let Some(member) = removing.get_untracked() else { return };
        removing.set(None);
        act(toasts, rpc::remove_member(member.user_id), move |()| {
            toasts.say(format!("{} removed", member.name));
            page.members.refetch();
        });
    };
    let withdraw = move || {
        let Some(invitation) = withdrawing.get_untracked() else { return };
        withdrawing.set(None);
        act(toasts, rpc::revoke_invitation(invitation.id), move |()| {
            toasts.say(format!("Invitation of {} withdrawn", invitation.email));
            page.invitations.refetch();
        });
    };
    view! {
        <Confirm
            id="remove-member" open=Signal::derive(move || removing.with(Option::is_some))
            title=Signal::derive(move || format!("Remove {}?", name()))
            text="They are signed out of this business at once. Their past actions stay in the history."
            confirm="Remove member" danger=true on_close=move || removing.set(None) on_confirm=remove
        />
        <Confirm
            id="withdraw-invitation" open=Signal::derive(move || withdrawing.with(Option::is_some))
            title=Signal::derive(move || format!("Withdraw the invitation of {}?", email()))
            text="Its link stops working. You can invite them again."
            confirm="Withdraw invitation" danger=true on_close=move || withdrawing.set(None) on_confirm=withdraw
        />
    }
}

/// Does something in the background; a refusal is told.
pub(super) fn act<T: 'static>(
    toasts: Toasts,
    work: impl Future<Output = Result<T, Error>> + 'static,
    done: impl FnOnce(T) + 'static,
) {
    spawn_local(async move {
        match work.await {
            Ok(value) => done(value),
            Err(error) => {
                leave_if_signed_out(&error);
                toasts.fail(error.message);
            }
        }
    });
}
